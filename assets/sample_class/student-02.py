# %% answer="entrance"
# 64 * 24 + 24 = 1560, 24 * 10 + 10 = 250
digit_stack = keras.Sequential([
    layers.InputLayer(shape=(64,)),
    layers.Dense(24, activation="relu"),
    layers.Dense(10, activation="softmax"),
])
predicted_parameters = 1560 + 250

# %% answer="image_stack"
image_stack = keras.Sequential(name="images")
image_stack.add(keras.Input((8, 8, 1)))
image_stack.add(layers.Flatten())
for units in (48, 24):
    image_stack.add(layers.Dense(units))
    image_stack.add(layers.ReLU())
image_stack.add(layers.Dense(10))
image_stack.add(layers.Softmax())
image_stack.compile(
    optimizer=keras.optimizers.Adam(),
    loss=keras.losses.SparseCategoricalCrossentropy(),
    metrics=["accuracy"],
)
image_stack.summary()

# %% answer="height_graph"
wave_in = keras.Input((100,), name="wave_in")
dense_a = layers.Dense(40, activation="relu", name="a")
dense_b = layers.Dense(20, activation="relu", name="b")
dense_c = layers.Dense(1, name="c")
height_graph = keras.Model(inputs=wave_in, outputs=dense_c(dense_b(dense_a(wave_in))))

# %% answer="make_classifier"
def make_classifier(n_inputs, hidden_units, n_classes):
    model = keras.Sequential([keras.Input((n_inputs,))])
    for u in hidden_units:
        model.add(layers.Dense(u, activation="relu"))
    if n_classes == 2:
        model.add(layers.Dense(1, activation="sigmoid"))
    else:
        model.add(layers.Dense(n_classes, activation="softmax"))
    return model

make_classifier(64, [32, 32], 10).count_params()

# %% answer="repaired"
repaired = keras.Sequential([
    keras.Input(shape=(100,)),
    layers.Dense(32, activation="relu"),
    layers.Dense(16, activation="relu"),
    layers.Dense(1, activation="sigmoid"),
])
repaired.compile(optimizer="adam", loss=keras.losses.BinaryCrossentropy(), metrics=["accuracy"])
repaired.fit(waves, answers["sharp"], epochs=3, verbose=0)

# %% answer="museum"
classifier = keras.Sequential([
    keras.Input(shape=(64,)),
    layers.Dense(32, activation="relu"),
    layers.Dense(16, activation="relu"),
    layers.Dense(10, activation="softmax"),
])
fingerprint = keras.Sequential([keras.Input(shape=(64,))] + classifier.layers[:-1])
