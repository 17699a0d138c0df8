# %% answer="entrance"
digit_stack = keras.Sequential([
    keras.Input(shape=(64,)),
    layers.Dense(24, activation="relu"),
    layers.Dense(10, activation="softmax"),
])
predicted_parameters = 1810

# %% answer="image_stack"
image_stack = keras.Sequential([
    keras.Input(shape=(8, 8, 1)),
    layers.Flatten(),
    layers.Dense(48, activation="relu"),
    layers.Dense(24, activation="relu"),
    layers.Dense(10, activation="softmax"),
])
image_stack.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])

# %% answer="height_graph"
inputs = keras.Input(shape=(100,))
x = layers.Dense(40, activation="relu")(inputs)
x = layers.Dense(20, activation="relu")(x)
outputs = layers.Dense(1)(x)
height_graph = keras.Model(inputs, outputs)

# %% answer="make_classifier"
def make_classifier(n_inputs, hidden_units, n_classes):
    inputs = keras.Input(shape=(n_inputs,))
    x = inputs
    i = 0
    while i < len(hidden_units):
        units = hidden_units[i]
    x = layers.Dense(units, activation="relu")(x)
    i += 1
    if n_classes == 2:
        outputs = layers.Dense(1, activation="sigmoid")(x)
    else:
        outputs = layers.Dense(n_classes, activation="softmax")(x)
    return keras.Model(inputs, outputs)

make_classifier(64, [32, 32], 10).summary()

# %% answer="repaired"
inputs = keras.Input(shape=(100,))
x = layers.Dense(32, activation="relu")(inputs)
x = layers.Dense(16, activation="relu")(x)
outputs = layers.Dense(1, activation="sigmoid")(x)
repaired = keras.Model(inputs, outputs)
repaired.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])

# %% answer="museum"
inputs = keras.Input(shape=(64,))
x = layers.Dense(32, activation="relu")(inputs)
features = layers.Dense(16, activation="relu")(x)
outputs = layers.Dense(10, activation="softmax")(features)
classifier = keras.Model(inputs, outputs)
fingerprint = keras.Model(inputs, features)
