# %% right="a Sequential model"
def make_tunable(units, depth, learning_rate):
    model = keras.Sequential([keras.Input((64,))])
    for _ in range(depth):
        model.add(layers.Dense(units, use_bias=False))
        model.add(layers.BatchNormalization())
        model.add(layers.ReLU())
    model.add(layers.Dense(10))
    model.add(layers.Softmax())
    model.compile(keras.optimizers.Adam(learning_rate=learning_rate), keras.losses.SparseCategoricalCrossentropy(), metrics=["accuracy"])
    return model

# %% right="compiled with names, the rate set afterwards"
def make_tunable(units, depth, learning_rate):
    row = keras.Input(shape=(64,))
    x = row
    for number in range(depth):
        x = layers.Dense(units, use_bias=False, name=f"dense_{number}")(x)
        x = keras.activations.relu(layers.BatchNormalization(name=f"norm_{number}")(x))
    model = keras.Model(inputs=[row], outputs=[layers.Dense(10, "softmax")(x)])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=[keras.metrics.SparseCategoricalAccuracy(name="accuracy")])
    model.optimizer.learning_rate = learning_rate
    return model

# %% wrong="not compiled" loses=1.15 says="not compiled"
def make_tunable(units, depth, learning_rate):
    row = x = keras.Input(shape=(64,))
    for _ in range(depth):
        x = layers.ReLU()(layers.BatchNormalization()(layers.Dense(units, use_bias=False)(x)))
    return keras.Model(row, layers.Dense(10, activation="softmax")(x))

# %% wrong="the learning rate ignored" loses=0.9 says="0.001"
def make_tunable(units, depth, learning_rate):
    row = x = keras.Input(shape=(64,))
    for _ in range(depth):
        x = layers.ReLU()(layers.BatchNormalization()(layers.Dense(units, use_bias=False)(x)))
    model = keras.Model(row, layers.Dense(10, activation="softmax")(x))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model

# %% wrong="every layer reads the input" loses=0.75 says="parameters"
def make_tunable(units, depth, learning_rate):
    row = keras.Input(shape=(64,))
    for _ in range(depth):
        x = layers.ReLU()(layers.BatchNormalization()(layers.Dense(units, use_bias=False)(row)))
    model = keras.Model(row, layers.Dense(10, activation="softmax")(x))
    model.compile(keras.optimizers.Adam(learning_rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model

# %% wrong="biases left in" loses=1.15 says="parameters"
def make_tunable(units, depth, learning_rate):
    row = x = keras.Input(shape=(64,))
    for _ in range(depth):
        x = layers.ReLU()(layers.BatchNormalization()(layers.Dense(units)(x)))
    model = keras.Model(row, layers.Dense(10, activation="softmax")(x))
    model.compile(keras.optimizers.Adam(learning_rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model

# %% wrong="the loss for rows" loses=1.15 says="sparse_categorical_crossentropy"
def make_tunable(units, depth, learning_rate):
    row = x = keras.Input(shape=(64,))
    for _ in range(depth):
        x = layers.ReLU()(layers.BatchNormalization()(layers.Dense(units, use_bias=False)(x)))
    model = keras.Model(row, layers.Dense(10, activation="softmax")(x))
    model.compile(keras.optimizers.Adam(learning_rate), "categorical_crossentropy", metrics=["accuracy"])
    return model

# %% wrong="relu before the normalisation" loses=0.9 says="relu"
def make_tunable(units, depth, learning_rate):
    row = x = keras.Input(shape=(64,))
    for _ in range(depth):
        x = layers.BatchNormalization()(layers.Dense(units, use_bias=False, activation="relu")(x))
    model = keras.Model(row, layers.Dense(10, activation="softmax")(x))
    model.compile(keras.optimizers.Adam(learning_rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model

# %% wrong="no metric" loses=0.9 says="metric"
def make_tunable(units, depth, learning_rate):
    row = x = keras.Input(shape=(64,))
    for _ in range(depth):
        x = layers.ReLU()(layers.BatchNormalization()(layers.Dense(units, use_bias=False)(x)))
    model = keras.Model(row, layers.Dense(10, activation="softmax")(x))
    model.compile(keras.optimizers.Adam(learning_rate), "sparse_categorical_crossentropy")
    return model

# %% wrong="returns what compile returns" loses=3 says="return"
def make_tunable(units, depth, learning_rate):
    row = x = keras.Input(shape=(64,))
    for _ in range(depth):
        x = layers.ReLU()(layers.BatchNormalization()(layers.Dense(units, use_bias=False)(x)))
    model = keras.Model(row, layers.Dense(10, activation="softmax")(x))
    return model.compile(keras.optimizers.Adam(learning_rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
