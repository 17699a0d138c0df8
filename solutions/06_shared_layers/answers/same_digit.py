# %% right="an encoder model, objects in compile"
encoder = keras.Sequential([keras.Input((8, 8, 1)), layers.Flatten(), layers.Dense(32), layers.ReLU()])
a, b = keras.Input((8, 8, 1), name="a"), keras.Input((8, 8, 1), name="b")
both = layers.concatenate([encoder(a), encoder(b)])
both = layers.ReLU()(layers.Dense(16)(both))
same_digit = keras.Model([a, b], layers.Dense(1, activation=keras.activations.sigmoid)(both))
same_digit.compile(keras.optimizers.Adam(), keras.losses.BinaryCrossentropy(), metrics=[keras.metrics.BinaryAccuracy()])

# %% right="a functional encoder, one Flatten for both"
image = keras.Input(shape=(8, 8, 1))
encoder = keras.Model(image, layers.Dense(32, activation="relu")(layers.Flatten()(image)))
first, second = keras.Input(shape=(8, 8, 1)), keras.Input(shape=(8, 8, 1))
x = layers.Concatenate(axis=-1)([encoder(first), encoder(second)])
x = layers.Dense(16, activation="relu")(x)
same_digit = keras.Model([first, second], layers.Dense(1, activation="sigmoid")(x))
same_digit.compile("adam", "binary_crossentropy", metrics=["accuracy"])

# %% wrong="two encoders" says="Dense"
first = keras.Input(shape=(8, 8, 1))
second = keras.Input(shape=(8, 8, 1))
one = layers.Dense(32, activation="relu")(layers.Flatten()(first))
two = layers.Dense(32, activation="relu")(layers.Flatten()(second))
x = layers.Concatenate()([one, two])
x = layers.Dense(16, activation="relu")(x)
same_digit = keras.Model([first, second], layers.Dense(1, activation="sigmoid")(x))
same_digit.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])

# %% wrong="second input first" loses=1 says="order"
first = keras.Input(shape=(8, 8, 1))
second = keras.Input(shape=(8, 8, 1))
encode = layers.Dense(32, activation="relu")
x = layers.Concatenate()([encode(layers.Flatten()(second)), encode(layers.Flatten()(first))])
x = layers.Dense(16, activation="relu")(x)
same_digit = keras.Model([first, second], layers.Dense(1, activation="sigmoid")(x))
same_digit.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])

# %% wrong="softmax over one unit, loss for classes" says="binary_crossentropy"
first = keras.Input(shape=(8, 8, 1))
second = keras.Input(shape=(8, 8, 1))
encode = layers.Dense(32, activation="relu")
x = layers.Concatenate()([encode(layers.Flatten()(first)), encode(layers.Flatten()(second))])
x = layers.Dense(16, activation="relu")(x)
same_digit = keras.Model([first, second], layers.Dense(1, activation="softmax")(x))
same_digit.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])

# %% wrong="not compiled" loses=0.75 says="compile"
first = keras.Input(shape=(8, 8, 1))
second = keras.Input(shape=(8, 8, 1))
encode = layers.Dense(32, activation="relu")
x = layers.Concatenate()([encode(layers.Flatten()(first)), encode(layers.Flatten()(second))])
x = layers.Dense(16, activation="relu")(x)
same_digit = keras.Model([first, second], layers.Dense(1, activation="sigmoid")(x))

# %% wrong="added instead of joined" loses=1.25 says="Concatenate"
first = keras.Input(shape=(8, 8, 1))
second = keras.Input(shape=(8, 8, 1))
encode = layers.Dense(32, activation="relu")
x = layers.Add()([encode(layers.Flatten()(first)), encode(layers.Flatten()(second))])
x = layers.Dense(16, activation="relu")(x)
same_digit = keras.Model([first, second], layers.Dense(1, activation="sigmoid")(x))
same_digit.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])

# %% wrong="the encoder without relu" loses=1.25 says="relu"
first = keras.Input(shape=(8, 8, 1))
second = keras.Input(shape=(8, 8, 1))
encode = layers.Dense(32)
x = layers.Concatenate()([encode(layers.Flatten()(first)), encode(layers.Flatten()(second))])
x = layers.Dense(16, activation="relu")(x)
same_digit = keras.Model([first, second], layers.Dense(1, activation="sigmoid")(x))
same_digit.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])

# %% wrong="steps so large that it can't learn" loses=0.25 says="learning rate"
first = keras.Input(shape=(8, 8, 1))
second = keras.Input(shape=(8, 8, 1))
encode = layers.Dense(32, activation="relu")
x = layers.Concatenate()([encode(layers.Flatten()(first)), encode(layers.Flatten()(second))])
x = layers.Dense(16, activation="relu")(x)
same_digit = keras.Model([first, second], layers.Dense(1, activation="sigmoid")(x))
same_digit.compile(optimizer=keras.optimizers.Adam(100.0), loss="binary_crossentropy", metrics=["accuracy"])

# %% right="another learning rate"
first, second = keras.Input(shape=(8, 8, 1)), keras.Input(shape=(8, 8, 1))
encode = keras.Sequential([layers.Flatten(), layers.Dense(32, activation="relu")])
x = layers.Dense(16, activation="relu")(layers.Concatenate()([encode(first), encode(second)]))
same_digit = keras.Model([first, second], layers.Dense(1, activation="sigmoid")(x))
same_digit.compile(keras.optimizers.Adam(learning_rate=0.003), "binary_crossentropy", metrics=["accuracy"])

# %% wrong="the loss for logits" of="another learning rate" loses=0.75 says="from_logits"
same_digit.compile("adam", keras.losses.BinaryCrossentropy(from_logits=True), metrics=["accuracy"])

# %% wrong="sigmoid missing" says="sigmoid"
first = keras.Input(shape=(8, 8, 1))
second = keras.Input(shape=(8, 8, 1))
flat, encode = layers.Flatten(), layers.Dense(32, activation="relu")
x = layers.Concatenate()([encode(flat(first)), encode(flat(second))])
x = layers.Dense(16, activation="relu")(x)
same_digit = keras.Model([first, second], layers.Dense(1)(x))
same_digit.compile("adam", "binary_crossentropy", metrics=["accuracy"])

# %% right="operations instead of layers"
a, b = keras.Input((8, 8, 1)), keras.Input((8, 8, 1))
shared = layers.Dense(32, "relu")
za = shared(ops.reshape(a, (-1, 64)))
zb = shared(ops.reshape(b, (-1, 64)))
h = ops.relu(layers.Dense(16)(ops.concatenate([za, zb], axis=-1)))
same_digit = keras.Model([a, b], ops.sigmoid(layers.Dense(1)(h)))
same_digit.compile(keras.optimizers.Adam(), "binary_crossentropy", metrics=["accuracy"])
