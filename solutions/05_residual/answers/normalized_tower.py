# %% right="a stack, the activation as ReLU's sibling"
def normalized_tower(pairs):
    stack = keras.Sequential([keras.Input((64,)), layers.Dense(32)])
    for _ in range(pairs):
        stack.add(layers.Dense(32))
        stack.add(layers.BatchNormalization(momentum=0.9))
        stack.add(layers.Activation("sigmoid"))
        stack.add(layers.Dense(32))
    stack.add(layers.Dense(10, activation="softmax"))
    return stack


keras.utils.set_random_seed(3)
rival = normalized_tower(pairs=14)
train(rival)
report = {"accuracy": float(np.mean(rival.predict(rows_test, verbose=0).argmax(1) == y_test)), "needs shortcuts": False}

# %% right="keras.ops, other names, twice as many epochs, rounded"
def normalized_tower(pairs):
    pixels = keras.Input(shape=(64,), name="pixels")
    t = layers.Dense(32)(pixels)
    for number in range(pairs):
        t = ops.sigmoid(layers.BatchNormalization(momentum=0.9)(layers.Dense(32)(t)))
        t = layers.Dense(32)(t)
    return keras.Model(pixels, layers.Softmax()(layers.Dense(10)(t)))


rival = normalized_tower(14)
train(rival, epochs=12)
report = {"accuracy": round(rival.evaluate(rows_test, y_test, verbose=0, return_dict=True)["accuracy"], 2), "needs shortcuts": bool(0)}

# %% wrong="not trained" says="compile"
def normalized_tower(pairs):
    inputs = keras.Input(shape=(64,))
    x = layers.Dense(32)(inputs)
    for _ in range(pairs):
        x = layers.BatchNormalization(momentum=0.9)(layers.Dense(32)(x))
        x = layers.Dense(32)(layers.Activation("sigmoid")(x))
    return keras.Model(inputs, layers.Dense(10, activation="softmax")(x))


rival = normalized_tower(14)
report = {"accuracy": 0.9, "needs shortcuts": False}

# %% wrong="the training accuracy reported" of="not trained" replace=" 0.9" by=" train(rival)[0]" says="on the test digits"

# %% wrong="with shortcuts after all" says="Add"
def normalized_tower(pairs):
    inputs = keras.Input(shape=(64,))
    x = layers.Dense(32)(inputs)
    for _ in range(pairs):
        y = layers.BatchNormalization(momentum=0.9)(layers.Dense(32)(x))
        x = x + layers.Dense(32)(layers.Activation("sigmoid")(y))
    return keras.Model(inputs, layers.Dense(10, activation="softmax")(x))


rival = normalized_tower(14)
train(rival)
report = {"accuracy": rival.evaluate(rows_test, y_test, verbose=0)[1], "needs shortcuts": False}

# %% wrong="normalized behind the sigmoid" of="with shortcuts after all" says="BatchNormalization"
def normalized_tower(pairs):
    inputs = keras.Input(shape=(64,))
    x = layers.Dense(32)(inputs)
    for _ in range(pairs):
        x = layers.BatchNormalization(momentum=0.9)(layers.Dense(32, activation="sigmoid")(x))
        x = layers.Dense(32)(x)
    return keras.Model(inputs, layers.Dense(10, activation="softmax")(x))

# %% wrong="the conclusion turned round" loses=0.48 says="needs shortcuts"
def normalized_tower(pairs):
    inputs = keras.Input(shape=(64,))
    x = layers.Dense(32)(inputs)
    for _ in range(pairs):
        x = layers.BatchNormalization(momentum=0.9)(layers.Dense(32)(x))
        x = layers.Dense(32)(layers.Activation("sigmoid")(x))
    return keras.Model(inputs, layers.Dense(10, activation="softmax")(x))


rival = normalized_tower(14)
train(rival)
report = {"accuracy": rival.evaluate(rows_test, y_test, verbose=0)[1], "needs shortcuts": True}
