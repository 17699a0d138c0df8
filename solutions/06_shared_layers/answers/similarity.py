# %% right="Multiply, activation apart"
def similarity(first, second, units):
    reader = keras.Sequential([layers.Dense(units), layers.ReLU()])
    merged = layers.Multiply()([reader(first), reader(second)])
    return layers.Activation("sigmoid")(layers.Dense(1)(merged))

# %% right="the cosine"
def similarity(a, b, units):
    read = layers.Dense(units, "relu")
    return layers.Dense(1, "sigmoid")(layers.Dot(axes=1, normalize=True)([read(a), read(b)]))

# %% right="sum and product side by side"
def similarity(first, second, units):
    reader = layers.Dense(units, activation="relu")
    one, two = reader(first), reader(second)
    merged = layers.Concatenate()([one + two, one * two])
    return layers.Dense(1, activation="sigmoid")(merged)

# %% right="squared difference"
def similarity(first, second, units):
    reader = layers.Dense(units, activation="relu")
    return layers.Dense(1, activation="sigmoid")(ops.square(reader(second) - reader(first)))

# %% right="the larger of the two numbers"
def similarity(first, second, units):
    reader = layers.Dense(units, activation="relu")
    merged = layers.Maximum()([reader(first), reader(second)])
    return layers.Dense(1, activation="sigmoid")(merged)

# %% wrong="concatenated" of="the larger of the two numbers" replace="layers.Maximum" by="layers.Concatenate" says="swap"

# %% wrong="two readers" loses=4 says="Dense"
def similarity(first, second, units):
    one = layers.Dense(units, activation="relu")(first)
    two = layers.Dense(units, activation="relu")(second)
    return layers.Dense(1, activation="sigmoid")(layers.Multiply()([one, two]))

# %% wrong="the plain difference" says="swap"
def similarity(first, second, units):
    reader = layers.Dense(units, activation="relu")
    return layers.Dense(1, activation="sigmoid")(layers.Subtract()([reader(first), reader(second)]))

# %% wrong="no last layer" says="(1,)"
def similarity(first, second, units):
    reader = layers.Dense(units, activation="relu")
    return layers.Multiply()([reader(first), reader(second)])

# %% wrong="units fixed at 6" says="9"
def similarity(first, second, units):
    reader = layers.Dense(6, activation="relu")
    return layers.Dense(1, activation="sigmoid")(layers.Multiply()([reader(first), reader(second)]))

# %% wrong="the reader without relu" of="units fixed at 6" replace="6, activation=\"relu\"" by="units" says="relu"

# %% wrong="an activation that never says no" of="the plain difference" replace="1, activation=\"sigmoid\")(layers.Subtract" by="1)(layers.Multiply" says="sigmoid"

# %% right="the reader called once more for each side"
def similarity(first, second, units):
    reader = layers.Dense(units, activation="relu")
    mean = layers.Average()([reader(first), reader(second)])
    return layers.Dense(1, activation="sigmoid")(ops.concatenate([mean, reader(first) * reader(second)], axis=-1))

# %% wrong="a model instead of a tensor" loses=4 says="return the tensor itself"
def similarity(first, second, units):
    reader = layers.Dense(units, activation="relu")
    merged = layers.Multiply()([reader(first), reader(second)])
    return keras.Model([first, second], layers.Dense(1, activation="sigmoid")(merged))

# %% wrong="mixed with the other pairs of the batch" says="its own two tensors alone"
def similarity(first, second, units):
    reader = layers.Dense(units, activation="relu")
    merged = layers.Multiply()([reader(first), reader(second)])
    return layers.Dense(1, activation="sigmoid")(merged + ops.sum(merged, axis=0, keepdims=True))

# %% wrong="a reader that doesn't learn" of="units fixed at 6" replace="6, activation=\"relu\"" by="units, activation=\"relu\", trainable=False" says="compare its settings"

# %% wrong="layers kept from the call before" says="in common with the call before"
kept = {}


def similarity(first, second, units):
    reader = kept.setdefault((first.shape[-1], units), layers.Dense(units, activation="relu"))
    return layers.Dense(1, activation="sigmoid")(layers.Multiply()([reader(first), reader(second)]))

# %% wrong="one more Dense with weights" says="1 Dense too many"
def similarity(first, second, units):
    reader = layers.Dense(units, activation="relu")
    merged = ops.abs(reader(first) - reader(second))
    merged = layers.Dense(units, activation="relu")(merged)
    return layers.Dense(1, activation="sigmoid")(merged)
