# %% answer="entrance"
row = keras.Input(shape=(64,), name="row")
digit_stack = keras.Model(row, layers.Dense(10, "softmax")(layers.Dense(24, "relu")(row)))
predicted_parameters = (64 + 1) * 24 + (24 + 1) * 10

# %% answer="image_stack"
Dense = layers.Dense
image_stack = keras.Sequential([keras.Input((8, 8, 1)), layers.Flatten(), Dense(48, "relu"), Dense(24, "relu"), Dense(10, "softmax")])
image_stack.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])

# %% answer="height_graph"
x = wave = keras.Input((100,))
for units, activation in [(40, "relu"), (20, "relu"), (1, None)]:
    x = layers.Dense(units, activation=activation)(x)
height_graph = keras.Model(wave, x)

# %% answer="make_classifier"
def make_classifier(n_inputs, hidden_units, n_classes):
    x = start = keras.Input((n_inputs,))
    sizes = [*hidden_units, 1 if n_classes == 2 else n_classes]
    ends = ["relu"] * len(hidden_units) + ["sigmoid" if n_classes == 2 else "softmax"]
    for size, end in zip(sizes, ends):
        x = layers.Activation(end)(layers.Dense(size)(x))
    return keras.Model(start, x)

# %% answer="repaired"
inputs = keras.Input(shape=(100,))
x = layers.Dense(32, activation="relu")(inputs)
x = layers.Dense(16, activation="relu")(x)
outputs = layers.Dense(1, activation="sigmoid")(x)
repaired = keras.Model(inputs, outputs)
repaired.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])

# %% answer="museum"
image = keras.Input((64,))
fingerprint = keras.Sequential([keras.Input((64,)), layers.Dense(32, "relu"), layers.Dense(16, "relu")], name="fingerprint")
classifier = keras.Model(image, layers.Dense(10, "softmax")(fingerprint(image)))
