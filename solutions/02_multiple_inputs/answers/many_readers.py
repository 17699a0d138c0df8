# %% right="a loop with two lists, activations apart"
def many_readers(widths, units, n_classes):
    inputs, readings = [], []
    for number, width in enumerate(widths):
        start = keras.Input((width,), name=f"input_{number}")
        reading = layers.Activation("relu")(layers.Dense(units)(start))
        inputs.append(start)
        readings.append(reading)
    x = layers.Dense(n_classes)(layers.concatenate(readings))
    return keras.Model(inputs=inputs, outputs=layers.Softmax()(x))

# %% right="small stacks as readers"
def many_readers(widths, units, n_classes):
    starts = tuple(keras.Input(shape=[w]) for w in widths)
    readers = [keras.Sequential([keras.Input(shape=(w,)), layers.Dense(units, activation="relu")]) for w in widths]
    merged = ops.concatenate([reader(start) for reader, start in zip(readers, starts)], axis=-1)
    return keras.Model(list(starts), layers.Dense(n_classes, activation="softmax")(merged))

# %% wrong="added instead of joined" loses=2.89 says="parameters"
def many_readers(widths, units, n_classes):
    inputs = [keras.Input(shape=(width,)) for width in widths]
    readings = [layers.Dense(units, activation="relu")(tensor) for tensor in inputs]
    return keras.Model(inputs, layers.Dense(n_classes, activation="softmax")(layers.Add()(readings)))

# %% wrong="one reader for all" loses=3.56 says="incompatible"
def many_readers(widths, units, n_classes):
    inputs = [keras.Input(shape=(width,)) for width in widths]
    read = layers.Dense(units, activation="relu")
    readings = [read(tensor) for tensor in inputs]
    return keras.Model(inputs, layers.Dense(n_classes, activation="softmax")(layers.Concatenate()(readings)))

# %% wrong="joined in reverse" of="added instead of joined" replace="layers.Add()(readings" by="layers.Concatenate()(readings[::-1]" loses=2.44 says="order"

# %% wrong="no relu" loses=2.22 says="relu"
def many_readers(widths, units, n_classes):
    inputs = [keras.Input(shape=(width,)) for width in widths]
    readings = [layers.Dense(units)(tensor) for tensor in inputs]
    return keras.Model(inputs, layers.Dense(n_classes, activation="softmax")(layers.Concatenate()(readings)))

# %% wrong="always two inputs" loses=1.44 says="3 inputs"
def many_readers(widths, units, n_classes):
    one, two = keras.Input((widths[0],)), keras.Input((widths[1],))
    x = layers.Concatenate()([layers.Dense(units, activation="relu")(one), layers.Dense(units, activation="relu")(two)])
    return keras.Model([one, two], layers.Dense(n_classes, activation="softmax")(x))

# %% wrong="the model is not returned" loses=4 says="return"
def many_readers(widths, units, n_classes):
    inputs = [keras.Input(shape=(width,)) for width in widths]
    readings = [layers.Dense(units, activation="relu")(tensor) for tensor in inputs]
    model = keras.Model(inputs, layers.Dense(n_classes, activation="softmax")(layers.Concatenate()(readings)))

# %% wrong="shared where widths agree" loses=1.72 says="2 Dense missing"
def many_readers(widths, units, n_classes):
    readers = {w: layers.Dense(units, "relu") for w in widths}
    ins = [keras.Input((w,)) for w in widths]
    return keras.Model(ins, layers.Dense(n_classes, "softmax")(layers.Concatenate()([readers[w](i) for w, i in zip(widths, ins)])))
