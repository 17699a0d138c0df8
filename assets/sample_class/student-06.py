# %% answer="entrance"
digit_stack = keras.Sequential([
    keras.Input(shape=(8, 8)),
    layers.Dense(24, activation="relu"),
    layers.Dense(10, activation="softmax"),
])
predicted_parameters = 34

# %% answer="image_stack"
image_stack = keras.Sequential([
    keras.Input(shape=(8, 8, 1)),
    layers.Dense(48, activation="relu"),
    layers.Dense(24, activation="relu"),
    layers.Dense(10, activation="softmax"),
])
image_stack.compile(optimizer="adam", loss="mse")

# %% answer="height_graph"
inputs = keras.Input(shape=(100,))
x = layers.Dense(40, activation="relu")(inputs)
x = layers.Dense(20, activation="relu")(x)
height_graph = layers.Dense(1, activation="sigmoid")(x)

# %% answer="make_classifier"
def make_classifier(n_inputs, hidden_units, n_classes):
    inputs = keras.Input(shape=(n_inputs,))
    x = inputs
    for units in hidden_units:
        x = layers.Dense(units, activation="relu")(x)
    outputs = layers.Dense(n_classes, activation="softmax")(x)
    print(keras.Model(inputs, outputs))

# %% answer="repaired"
inputs = keras.Input(shape=(100,))
x = layers.Dense(32, activation="relu")(inputs)
x = layers.Dense(16, activation="relu")(inputs)
outputs = layers.Dense(1, activation="softmax")(x)
repaired = keras.Model(inputs, outputs)
repaired.compile(optimizer="sgd", loss="categorical_crossentropy", metrics=["accuracy"])

# %% answer="museum"
classifier = keras.Sequential([
    keras.Input(shape=(64,)),
    layers.Dense(32, activation="relu"),
    layers.Dense(16, activation="relu"),
    layers.Dense(10, activation="softmax"),
])
fingerprint = keras.Sequential([
    keras.Input(shape=(64,)),
    layers.Dense(32, activation="relu"),
    layers.Dense(16, activation="relu"),
])
