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
    layers.Dense(10),
])
image_stack.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
