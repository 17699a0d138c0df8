# %% right="activations from a table"
def with_heads(n_inputs, units, heads):
    start = keras.Input((n_inputs,), name="start")
    body = layers.Activation("relu")(layers.Dense(units, name="body")(start))
    ends = {1: (1, None), 2: (1, "sigmoid")}
    made = [(name, *ends.get(n, (n, "softmax"))) for name, n in heads]
    return keras.Model(start, [layers.Dense(size, activation=activation, name=name)(body) for name, size, activation in made])

# %% right="the name on the activation, compiled as well"
def with_heads(n_inputs, units, heads):
    inputs = keras.Input(shape=(n_inputs,))
    body = keras.Sequential([layers.Dense(units, activation="relu")])(inputs)

    def head(name, n):
        if n == 1:
            return layers.Dense(1, name=name)(body)
        scores = layers.Dense(1 if n == 2 else n)(body)
        return layers.Activation("sigmoid" if n == 2 else "softmax", name=name)(scores)

    model = keras.Model(inputs=inputs, outputs=[head(name, n) for name, n in heads])
    model.compile(optimizer="adam", loss=["mse"] * len(heads))
    return model

# %% wrong="two units with softmax for yes or no" says="(2,)"
def with_heads(n_inputs, units, heads):
    inputs = keras.Input(shape=(n_inputs,))
    body = layers.Dense(units, activation="relu")(inputs)
    outputs = []
    for name, n in heads:
        if n == 1:
            outputs.append(layers.Dense(1, name=name)(body))
        elif n == 2:
            outputs.append(layers.Dense(2, activation="softmax", name=name)(body))
        else:
            outputs.append(layers.Dense(n, activation="softmax", name=name)(body))
    return keras.Model(inputs, outputs)

# %% wrong="heads stacked on each other" says="Dense"
def with_heads(n_inputs, units, heads):
    inputs = keras.Input(shape=(n_inputs,))
    body = layers.Dense(units, activation="relu")(inputs)
    outputs, x = [], body
    for name, n in heads:
        if n == 1:
            x = layers.Dense(1, name=name)(x)
        elif n == 2:
            x = layers.Dense(1, activation="sigmoid", name=name)(x)
        else:
            x = layers.Dense(n, activation="softmax", name=name)(x)
        outputs.append(x)
    return keras.Model(inputs, outputs)

# %% wrong="no names" says="name"
def with_heads(n_inputs, units, heads):
    inputs = keras.Input(shape=(n_inputs,))
    body = layers.Dense(units, activation="relu")(inputs)
    outputs = []
    for name, n in heads:
        if n == 1:
            outputs.append(layers.Dense(1)(body))
        elif n == 2:
            outputs.append(layers.Dense(1, activation="sigmoid")(body))
        else:
            outputs.append(layers.Dense(n, activation="softmax")(body))
    return keras.Model(inputs, outputs)

# %% wrong="a number through sigmoid" says="yes or no; one of 4 classes"
def with_heads(n_inputs, units, heads):
    inputs = keras.Input(shape=(n_inputs,))
    body = layers.Dense(units, activation="relu")(inputs)
    outputs = []
    for name, n in heads:
        if n == 1:
            outputs.append(layers.Dense(1, activation="sigmoid", name=name)(body))
        elif n == 2:
            outputs.append(layers.Dense(1, activation="sigmoid", name=name)(body))
        else:
            outputs.append(layers.Dense(n, activation="softmax", name=name)(body))
    return keras.Model(inputs, outputs)

# %% wrong="heads on the input" says="Dense"
def with_heads(n_inputs, units, heads):
    inputs = keras.Input(shape=(n_inputs,))
    body = layers.Dense(units, activation="relu")(inputs)
    outputs = []
    for name, n in heads:
        if n == 1:
            outputs.append(layers.Dense(1, name=name)(inputs))
        elif n == 2:
            outputs.append(layers.Dense(1, activation="sigmoid", name=name)(inputs))
        else:
            outputs.append(layers.Dense(n, activation="softmax", name=name)(inputs))
    return keras.Model(inputs, outputs)

# %% wrong="a body for each head" says="Dense"
def with_heads(n_inputs, units, heads):
    inputs = keras.Input(shape=(n_inputs,))
    body = layers.Dense(units, activation="relu")(inputs)
    outputs = []
    for name, n in heads:
        body = layers.Dense(units, activation="relu")(inputs)
        if n == 1:
            outputs.append(layers.Dense(1, name=name)(body))
        elif n == 2:
            outputs.append(layers.Dense(1, activation="sigmoid", name=name)(body))
        else:
            outputs.append(layers.Dense(n, activation="softmax", name=name)(body))
    return keras.Model(inputs, outputs)

# %% wrong="one name changed" says="named"
def with_heads(n_inputs, units, heads):
    inputs = keras.Input(shape=(n_inputs,))
    body = layers.Dense(units, activation="relu")(inputs)
    outputs = []
    for name, n in heads:
        outputs.append(layers.Dense(max(n, 1) if n != 2 else 1, activation=[None, "sigmoid"][n - 1] if n < 3 else "softmax", name=name if name != 'b' else 'b_1')(body))
    return keras.Model(inputs, outputs)
