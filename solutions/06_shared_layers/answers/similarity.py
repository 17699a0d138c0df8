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

# %% wrong="concatenated" says="swap"
def similarity(first, second, units):
    reader = layers.Dense(units, activation="relu")
    merged = layers.Concatenate()([reader(first), reader(second)])
    return layers.Dense(1, activation="sigmoid")(merged)

# %% wrong="two readers" loses=5 says="Dense"
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

# %% wrong="the reader without relu" says="relu"
def similarity(first, second, units):
    reader = layers.Dense(units)
    return layers.Dense(1, activation="sigmoid")(layers.Multiply()([reader(first), reader(second)]))

# %% wrong="an activation that never says no" says="sigmoid"
def similarity(first, second, units):
    reader = layers.Dense(units, activation="relu")
    return layers.Dense(1)(layers.Multiply()([reader(first), reader(second)]))
