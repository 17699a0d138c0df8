# %% right="losses by name, activations apart"
post = keras.Input(shape=(60,), dtype="int32", name="post")
x = layers.Embedding(135, 16)(post)
x = layers.Conv1D(32, 5, activation="relu")(x)
x = layers.MaxPooling1D(2)(x)
x = layers.Conv1D(32, 3, activation="relu")(x)
x = layers.GlobalMaxPooling1D()(x)
x = layers.Activation("relu")(layers.Dense(32)(x))
seconds = layers.Dense(1, name="seconds")(x)
topic = layers.Dense(10, activation="softmax", name="topic")(x)
question = layers.Dense(1, activation="sigmoid", name="question")(x)
reader = keras.Model(post, [seconds, topic, question])
reader.compile(optimizer="adam", loss={"topic": "sparse_categorical_crossentropy", "seconds": "mse", "question": "binary_crossentropy"})

# %% right="a stack as the body"
body = keras.Sequential([
    layers.Embedding(135, 16),
    layers.Conv1D(32, 5, activation="relu"),
    layers.MaxPooling1D(),
    layers.Conv1D(32, 3, activation="relu"),
    layers.GlobalMaxPool1D(),
    layers.Dense(32, activation="relu"),
])
post = keras.Input((60,), dtype="int32")
x = body(post)
reader = keras.Model(post, [
    layers.Dense(1, name="seconds")(x), layers.Dense(10, activation="softmax", name="topic")(x), layers.Dense(1, activation="sigmoid", name="question")(x),
])
reader.compile("adam", ["mean_squared_error", "sparse_categorical_crossentropy", "binary_crossentropy"])

# %% wrong="only the order repaired" loses=4 says="places in the text"
post = keras.Input(shape=(60,), dtype="int32", name="post")
x = layers.Embedding(135, 16)(post)
x = layers.Conv1D(32, 5, activation="relu")(x)
x = layers.MaxPooling1D(2)(x)
x = layers.Conv1D(32, 3, activation="relu")(x)
x = layers.Dense(32, activation="relu")(x)
seconds = layers.Dense(1, name="seconds")(x)
topic = layers.Dense(10, activation="softmax", name="topic")(x)
question = layers.Dense(1, activation="sigmoid", name="question")(x)
reader = keras.Model(post, [seconds, topic, question])
reader.compile(optimizer="adam", loss=["mean_squared_error", "sparse_categorical_crossentropy", "binary_crossentropy"])

# %% wrong="only the pooling added" loses=2.5 says="order"
post = keras.Input(shape=(60,), dtype="int32", name="post")
x = layers.Embedding(135, 16)(post)
x = layers.Conv1D(32, 5, activation="relu")(x)
x = layers.MaxPooling1D(2)(x)
x = layers.Conv1D(32, 3, activation="relu")(x)
x = layers.GlobalMaxPooling1D()(x)
x = layers.Dense(32, activation="relu")(x)
seconds = layers.Dense(1, name="seconds")(x)
topic = layers.Dense(10, activation="softmax", name="topic")(x)
question = layers.Dense(1, activation="sigmoid", name="question")(x)
reader = keras.Model(post, [topic, seconds, question])
reader.compile(optimizer="adam", loss=["mean_squared_error", "sparse_categorical_crossentropy", "binary_crossentropy"])

# %% wrong="the losses brought into the wrong order instead" loses=2.5 says="order"
post = keras.Input(shape=(60,), dtype="int32", name="post")
x = layers.Embedding(135, 16)(post)
x = layers.Conv1D(32, 5, activation="relu")(x)
x = layers.MaxPooling1D(2)(x)
x = layers.Conv1D(32, 3, activation="relu")(x)
x = layers.GlobalMaxPooling1D()(x)
x = layers.Dense(32, activation="relu")(x)
seconds = layers.Dense(1, name="seconds")(x)
topic = layers.Dense(10, activation="softmax", name="topic")(x)
question = layers.Dense(1, activation="sigmoid", name="question")(x)
reader = keras.Model(post, [topic, seconds, question])
reader.compile(optimizer="adam", loss=["sparse_categorical_crossentropy", "mean_squared_error", "binary_crossentropy"])

# %% wrong="average instead of maximum" loses=3 says="GlobalMaxPooling1D"
post = keras.Input(shape=(60,), dtype="int32", name="post")
x = layers.Embedding(135, 16)(post)
x = layers.Conv1D(32, 5, activation="relu")(x)
x = layers.MaxPooling1D(2)(x)
x = layers.Conv1D(32, 3, activation="relu")(x)
x = layers.GlobalAveragePooling1D()(x)
x = layers.Dense(32, activation="relu")(x)
seconds = layers.Dense(1, name="seconds")(x)
topic = layers.Dense(10, activation="softmax", name="topic")(x)
question = layers.Dense(1, activation="sigmoid", name="question")(x)
reader = keras.Model(post, [seconds, topic, question])
reader.compile(optimizer="adam", loss=["mean_squared_error", "sparse_categorical_crossentropy", "binary_crossentropy"])

# %% wrong="flattened" of="average instead of maximum" replace="layers.GlobalAveragePooling1D" by="layers.Flatten" loses=3 says="GlobalMaxPooling1D"

# %% wrong="pooled before the last convolution, flattened after it" loses=3 says="GlobalMaxPooling1D"
post = keras.Input(shape=(60,), dtype="int32", name="post")
x = layers.Embedding(135, 16)(post)
x = layers.Conv1D(32, 5, activation="relu")(x)
x = layers.MaxPooling1D(2)(x)
x = layers.Conv1D(32, 3, activation="relu")(x)
x = layers.MaxPooling1D(26)(x)
x = layers.Flatten()(x)
x = layers.Dense(32, activation="relu")(x)
seconds = layers.Dense(1, name="seconds")(x)
topic = layers.Dense(10, activation="softmax", name="topic")(x)
question = layers.Dense(1, activation="sigmoid", name="question")(x)
reader = keras.Model(post, [seconds, topic, question])
reader.compile(optimizer="adam", loss=["mean_squared_error", "sparse_categorical_crossentropy", "binary_crossentropy"])

# %% wrong="another learning rate" loses=0.5 says="learning rate"
post = keras.Input(shape=(60,), dtype="int32", name="post")
x = layers.Embedding(135, 16)(post)
x = layers.Conv1D(32, 5, activation="relu")(x)
x = layers.MaxPooling1D(2)(x)
x = layers.Conv1D(32, 3, activation="relu")(x)
x = layers.GlobalMaxPooling1D()(x)
x = layers.Dense(32, activation="relu")(x)
seconds = layers.Dense(1, name="seconds")(x)
topic = layers.Dense(10, activation="softmax", name="topic")(x)
question = layers.Dense(1, activation="sigmoid", name="question")(x)
reader = keras.Model(post, [seconds, topic, question])
reader.compile(optimizer=keras.optimizers.Adam(0.005), loss=["mean_squared_error", "sparse_categorical_crossentropy", "binary_crossentropy"])

# %% wrong="loss weights added" loses=0.5 says="loss weights"
post = keras.Input(shape=(60,), dtype="int32", name="post")
x = layers.Embedding(135, 16)(post)
x = layers.Conv1D(32, 5, activation="relu")(x)
x = layers.MaxPooling1D(2)(x)
x = layers.Conv1D(32, 3, activation="relu")(x)
x = layers.GlobalMaxPooling1D()(x)
x = layers.Dense(32, activation="relu")(x)
seconds = layers.Dense(1, name="seconds")(x)
topic = layers.Dense(10, activation="softmax", name="topic")(x)
question = layers.Dense(1, activation="sigmoid", name="question")(x)
reader = keras.Model(post, [seconds, topic, question])
reader.compile(optimizer="adam", loss=["mean_squared_error", "sparse_categorical_crossentropy", "binary_crossentropy"], loss_weights=[0.01, 1, 1])
