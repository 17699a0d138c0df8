# %% right="a Sequential model, sizes as steps"
def build(hp):
    model = keras.Sequential([keras.Input((64,))])
    for number in range(hp.Int("depth", min_value=1, max_value=3)):
        model.add(layers.Dense(hp.Int("units_" + str(number), 16, 64, step=2, sampling="log"), use_bias=False))
        model.add(layers.BatchNormalization())
        model.add(layers.ReLU())
    model.add(layers.Dense(10))
    model.add(layers.Softmax())
    model.compile(keras.optimizers.Adam(learning_rate=hp.Float("learning_rate", 0.0001, 0.1, sampling="log")), keras.losses.SparseCategoricalCrossentropy(), metrics=["accuracy"])
    return model


def built(values):
    hp = keras_tuner.HyperParameters()
    hp.values.update(values)
    return build(hp)


def asked(values):
    hp = keras_tuner.HyperParameters()
    hp.values.update(values)
    build(hp)
    return {p.name: [p.min_value, p.max_value, p.sampling] if isinstance(p, keras_tuner.engine.hyperparameters.Float) else sorted(p.values) for p in hp.space}

# %% right="the rate first, a depth chosen from a list, compiled with names" of="a Sequential model, sizes as steps"
def build(hp):
    rate = hp.Float("learning_rate", 1e-4, 1e-1, sampling="log")
    x = row = keras.Input((64,))
    depth = hp.Choice("depth", [1, 2, 3])
    sizes = [hp.Choice(f"units_{i}", [64, 32, 16]) for i in range(depth)]
    for size in sizes:
        x = keras.activations.relu(layers.BatchNormalization()(layers.Dense(size, use_bias=False)(x)))
    model = keras.Model(inputs=[row], outputs=[layers.Dense(10, "softmax")(x)])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=[keras.metrics.SparseCategoricalAccuracy(name="accuracy")])
    model.optimizer.learning_rate = rate
    return model

# %% wrong="all three sizes asked for, whatever the depth" of="a Sequential model, sizes as steps" says="units_2"
def build(hp):
    row = x = keras.Input(shape=(64,))
    sizes = [hp.Choice(f"units_{i}", [16, 32, 64]) for i in range(3)]
    for i in range(hp.Int("depth", 1, 3)):
        x = layers.Dense(sizes[i], use_bias=False)(x)
        x = layers.BatchNormalization()(x)
        x = layers.ReLU()(x)
    model = keras.Model(row, layers.Dense(10, activation="softmax")(x))
    rate = hp.Float("learning_rate", 1e-4, 1e-1, sampling="log")
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model

# %% wrong="one size for all layers" of="a Sequential model, sizes as steps" says="parameters"
def build(hp):
    row = x = keras.Input(shape=(64,))
    for i in range(hp.Int("depth", 1, 3)):
        x = layers.Dense(hp.Choice("units_0", [16, 32, 64]), use_bias=False)(x)
        x = layers.BatchNormalization()(x)
        x = layers.ReLU()(x)
    model = keras.Model(row, layers.Dense(10, activation="softmax")(x))
    rate = hp.Float("learning_rate", 1e-4, 1e-1, sampling="log")
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model

# %% wrong="never asks" of="a Sequential model, sizes as steps" says="units_0"
def build(hp):
    row = x = keras.Input(shape=(64,))
    for i in range(2):
        x = layers.Dense(32, use_bias=False)(x)
        x = layers.BatchNormalization()(x)
        x = layers.ReLU()(x)
    model = keras.Model(row, layers.Dense(10, activation="softmax")(x))
    rate = 0.01
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model

# %% wrong="the learning rate asked for and not used" of="a Sequential model, sizes as steps" says="0.001"
def build(hp):
    row = x = keras.Input(shape=(64,))
    for i in range(hp.Int("depth", 1, 3)):
        x = layers.Dense(hp.Choice(f"units_{i}", [16, 32, 64]), use_bias=False)(x)
        x = layers.BatchNormalization()(x)
        x = layers.ReLU()(x)
    model = keras.Model(row, layers.Dense(10, activation="softmax")(x))
    rate = hp.Float("learning_rate", 1e-4, 1e-1, sampling="log")
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model

# %% wrong="the learning rate on a linear scale" of="a Sequential model, sizes as steps" says="linear"
def build(hp):
    row = x = keras.Input(shape=(64,))
    for i in range(hp.Int("depth", 1, 3)):
        x = layers.Dense(hp.Choice(f"units_{i}", [16, 32, 64]), use_bias=False)(x)
        x = layers.BatchNormalization()(x)
        x = layers.ReLU()(x)
    model = keras.Model(row, layers.Dense(10, activation="softmax")(x))
    rate = hp.Float("learning_rate", 1e-4, 1e-1)
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model

# %% wrong="not compiled" of="a Sequential model, sizes as steps" says="not compiled"
def build(hp):
    row = x = keras.Input(shape=(64,))
    for i in range(hp.Int("depth", 1, 3)):
        x = layers.Dense(hp.Choice(f"units_{i}", [16, 32, 64]), use_bias=False)(x)
        x = layers.BatchNormalization()(x)
        x = layers.ReLU()(x)
    model = keras.Model(row, layers.Dense(10, activation="softmax")(x))
    rate = hp.Float("learning_rate", 1e-4, 1e-1, sampling="log")
    pass
    return model

# %% wrong="every layer reads the input" of="a Sequential model, sizes as steps" says="parameters"
def build(hp):
    row = x = keras.Input(shape=(64,))
    for i in range(hp.Int("depth", 1, 3)):
        x = layers.Dense(hp.Choice(f"units_{i}", [16, 32, 64]), use_bias=False)(row)
        x = layers.ReLU()(layers.BatchNormalization()(x))
    model = keras.Model(row, layers.Dense(10, activation="softmax")(x))
    rate = hp.Float("learning_rate", 1e-4, 1e-1, sampling="log")
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model

# %% wrong="biases left in" of="a Sequential model, sizes as steps" says="parameters"
def build(hp):
    row = x = keras.Input(shape=(64,))
    for i in range(hp.Int("depth", 1, 3)):
        x = layers.Dense(hp.Choice(f"units_{i}", [16, 32, 64]))(x)
        x = layers.BatchNormalization()(x)
        x = layers.ReLU()(x)
    model = keras.Model(row, layers.Dense(10, activation="softmax")(x))
    rate = hp.Float("learning_rate", 1e-4, 1e-1, sampling="log")
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model

# %% wrong="the loss for rows" of="a Sequential model, sizes as steps" says="sparse_categorical_crossentropy"
def build(hp):
    row = x = keras.Input(shape=(64,))
    for i in range(hp.Int("depth", 1, 3)):
        x = layers.Dense(hp.Choice(f"units_{i}", [16, 32, 64]), use_bias=False)(x)
        x = layers.BatchNormalization()(x)
        x = layers.ReLU()(x)
    model = keras.Model(row, layers.Dense(10, activation="softmax")(x))
    rate = hp.Float("learning_rate", 1e-4, 1e-1, sampling="log")
    model.compile(keras.optimizers.Adam(rate), "categorical_crossentropy", metrics=["accuracy"])
    return model

# %% wrong="relu before the normalisation" of="a Sequential model, sizes as steps" says="relu"
def build(hp):
    row = x = keras.Input(shape=(64,))
    for i in range(hp.Int("depth", 1, 3)):
        x = layers.Dense(hp.Choice(f"units_{i}", [16, 32, 64]), use_bias=False, activation="relu")(x)
        x = layers.BatchNormalization()(x)
    model = keras.Model(row, layers.Dense(10, activation="softmax")(x))
    rate = hp.Float("learning_rate", 1e-4, 1e-1, sampling="log")
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model

# %% wrong="no metric" of="a Sequential model, sizes as steps" says="metric"
def build(hp):
    row = x = keras.Input(shape=(64,))
    for i in range(hp.Int("depth", 1, 3)):
        x = layers.Dense(hp.Choice(f"units_{i}", [16, 32, 64]), use_bias=False)(x)
        x = layers.BatchNormalization()(x)
        x = layers.ReLU()(x)
    model = keras.Model(row, layers.Dense(10, activation="softmax")(x))
    rate = hp.Float("learning_rate", 1e-4, 1e-1, sampling="log")
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy")
    return model

# %% wrong="other sizes" of="a Sequential model, sizes as steps" says="64"
def build(hp):
    row = x = keras.Input(shape=(64,))
    for i in range(hp.Int("depth", 1, 3)):
        x = layers.Dense(hp.Choice(f"units_{i}", [8, 16, 32]), use_bias=False)(x)
        x = layers.BatchNormalization()(x)
        x = layers.ReLU()(x)
    model = keras.Model(row, layers.Dense(10, activation="softmax")(x))
    rate = hp.Float("learning_rate", 1e-4, 1e-1, sampling="log")
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model

# %% wrong="returns what compile returns" of="a Sequential model, sizes as steps" says="return"
def build(hp):
    row = x = keras.Input(shape=(64,))
    for i in range(hp.Int("depth", 1, 3)):
        x = layers.Dense(hp.Choice(f"units_{i}", [16, 32, 64]), use_bias=False)(x)
        x = layers.BatchNormalization()(x)
        x = layers.ReLU()(x)
    model = keras.Model(row, layers.Dense(10, activation="softmax")(x))
    rate = hp.Float("learning_rate", 1e-4, 1e-1, sampling="log")
    return model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])

# %% wrong="all sizes are asked for, whatever the depth" says="Not asked for: units_1 and units_2"
def build(hp):
    row = x = keras.Input(shape=(64,))
    sizes = [hp.Choice(f"units_{i}", [16, 32, 64]) for i in range(3)]
    for i in range(hp.Int("depth", 1, 3)):
        x = layers.Dense(sizes[i], use_bias=False)(x)
        x = layers.BatchNormalization()(x)
        x = layers.ReLU()(x)
    model = keras.Model(row, layers.Dense(10, activation="softmax")(x))
    rate = hp.Float("learning_rate", 1e-4, 1e-1, sampling="log")
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def built(values):
    """The model for these answers, as in one trial of a tuner."""
    hp = keras_tuner.HyperParameters()
    hp.values.update(values)
    return build(hp)


def asked(values):
    """What `build` asks for, given these answers: for each name, the possible values (a range for learning rates)."""
    hp = keras_tuner.HyperParameters()
    hp.values.update(values)
    if build(hp) is None:
        return None
    return {p.name: [p.min_value, p.max_value, p.sampling] if isinstance(p, keras_tuner.engine.hyperparameters.Float) else sorted(p.values) for p in hp.space}
