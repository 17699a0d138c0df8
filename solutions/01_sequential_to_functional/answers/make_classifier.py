# %% right="a Sequential model"
def make_classifier(n_inputs, hidden_units, n_classes):
    model = keras.Sequential()
    model.add(keras.Input(shape=(n_inputs,)))
    for units in hidden_units:
        model.add(layers.Dense(units, activation="relu"))
    if n_classes == 2:
        model.add(layers.Dense(1, activation="sigmoid"))
    else:
        model.add(layers.Dense(n_classes, activation="softmax"))
    return model

# %% right="a list of layers, the end chosen beforehand"
def make_classifier(n_inputs, hidden_units, n_classes):
    units, activation = (1, "sigmoid") if n_classes == 2 else (n_classes, "softmax")
    hidden = [layers.Dense(n, activation="relu") for n in hidden_units]
    return keras.Sequential([keras.Input((n_inputs,)), *hidden, layers.Dense(units, activation=activation)])

# %% right="activations apart, a while loop, compiled as well"
def make_classifier(n_inputs, hidden_units, n_classes):
    tensor = start = keras.Input((n_inputs,), name="start")
    position = 0
    while position < len(hidden_units):
        tensor = layers.Dense(hidden_units[position], name=f"hidden_{position}")(tensor)
        tensor = layers.Activation("relu")(tensor)
        position += 1
    if n_classes > 2:
        tensor = layers.Softmax()(layers.Dense(n_classes)(tensor))
    else:
        tensor = layers.Activation("sigmoid")(layers.Dense(1)(tensor))
    model = keras.Model(inputs=start, outputs=tensor)
    model.compile(optimizer="adam", loss="mse")
    return model

# %% wrong="softmax over two units for yes or no" loses=2 says="Set activation='sigmoid'"
def make_classifier(n_inputs, hidden_units, n_classes):
    inputs = x = keras.Input(shape=(n_inputs,))
    for units in hidden_units:
        x = layers.Dense(units, activation="relu")(x)
    return keras.Model(inputs, layers.Dense(n_classes, activation="softmax")(x))

# %% wrong="every hidden layer reads the input" loses=3.67 says="2,410 parameters"
def make_classifier(n_inputs, hidden_units, n_classes):
    inputs = x = keras.Input(shape=(n_inputs,))
    for units in hidden_units:
        x = layers.Dense(units, activation="relu")(inputs)
    if n_classes == 2:
        return keras.Model(inputs, layers.Dense(1, activation="sigmoid")(x))
    return keras.Model(inputs, layers.Dense(n_classes, activation="softmax")(x))

# %% wrong="the list backwards" loses=2.25 says="969 parameters"
def make_classifier(n_inputs, hidden_units, n_classes):
    inputs = x = keras.Input(shape=(n_inputs,))
    for units in reversed(hidden_units):
        x = layers.Dense(units, activation="relu")(x)
    if n_classes == 2:
        return keras.Model(inputs, layers.Dense(1, activation="sigmoid")(x))
    return keras.Model(inputs, layers.Dense(n_classes, activation="softmax")(x))

# %% wrong="made for the example only" loses=4.62 says="1 output of shape (10,)"
def make_classifier(n_inputs, hidden_units, n_classes):
    inputs = keras.Input(shape=(64,))
    x = layers.Dense(32, activation="relu")(inputs)
    x = layers.Dense(32, activation="relu")(x)
    return keras.Model(inputs, layers.Dense(10, activation="softmax")(x))

# %% wrong="fails for an empty list" loses=1 says="UnboundLocalError"
def make_classifier(n_inputs, hidden_units, n_classes):
    inputs = keras.Input(shape=(n_inputs,))
    for position, units in enumerate(hidden_units):
        x = layers.Dense(units, activation="relu")(inputs if position == 0 else x)
    if n_classes == 2:
        return keras.Model(inputs, layers.Dense(1, activation="sigmoid")(x))
    return keras.Model(inputs, layers.Dense(n_classes, activation="softmax")(x))

# %% wrong="returns the tensor" loses=6 says="Make the model from its two ends"
def make_classifier(n_inputs, hidden_units, n_classes):
    x = keras.Input(shape=(n_inputs,))
    for units in hidden_units:
        x = layers.Dense(units, activation="relu")(x)
    if n_classes == 2:
        return layers.Dense(1, activation="sigmoid")(x)
    return layers.Dense(n_classes, activation="softmax")(x)

# %% wrong="forgets to return" loses=6 says="End its body with return"
def make_classifier(n_inputs, hidden_units, n_classes):
    inputs = x = keras.Input(shape=(n_inputs,))
    for units in hidden_units:
        x = layers.Dense(units, activation="relu")(x)
    if n_classes == 2:
        model = keras.Model(inputs, layers.Dense(1, activation="sigmoid")(x))
    else:
        model = keras.Model(inputs, layers.Dense(n_classes, activation="softmax")(x))

# %% wrong="two units and a sigmoid" loses=1.67 says="1 output of shape (2,)"
def make_classifier(n_inputs, hidden_units, n_classes):
    inputs = x = keras.Input(shape=(n_inputs,))
    for units in hidden_units:
        x = layers.Dense(units, activation="relu")(x)
    end = "sigmoid" if n_classes == 2 else "softmax"
    return keras.Model(inputs, layers.Dense(n_classes, activation=end)(x))

# %% wrong="one layer for equal sizes, shared" loses=0.38 says="called"
def make_classifier(n_inputs, hidden_units, n_classes):
    made = {}
    x = t = keras.Input((n_inputs,))
    for u in hidden_units:
        key = (t.shape[-1], u)
        made.setdefault(key, layers.Dense(u, "relu"))
        t = made[key](t)
    return keras.Model(x, layers.Dense(1, "sigmoid")(t) if n_classes == 2 else layers.Dense(n_classes, "softmax")(t))

# %% wrong="softmax for yes or no where there is no hidden layer" loses=0.25 says="sigmoid"
def make_classifier(n_inputs, hidden_units, n_classes):
    x = t = keras.Input((n_inputs,))
    for u in hidden_units:
        t = layers.Dense(u, "relu")(t)
    if n_classes == 2 and not hidden_units:
        return keras.Model(x, layers.Dense(2, "softmax")(t))
    return keras.Model(x, layers.Dense(1, "sigmoid")(t) if n_classes == 2 else layers.Dense(n_classes, "softmax")(t))

# %% wrong="hidden layers sorted, the largest first" of="the list backwards" replace="reversed(hidden_units" by="sorted(hidden_units, reverse=True" loses=0.83 says="units"

# %% wrong="never more than three hidden layers" of="the list backwards" replace="reversed(hidden_units)" by="hidden_units[:3]" loses=1.17 says="Dense"
