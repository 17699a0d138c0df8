# %% right="the window as a tuple, padding said, the sum written out"
maps = keras.Input(shape=(14, 14, 64))
x = layers.Conv2D(filters=16, kernel_size=(1, 1), padding="same", activation="relu")(maps)
outputs = layers.Conv2D(32, 3, padding="same", activation="relu")(x)
narrow = keras.Model(maps, outputs)
predicted_parameters = 64 * 16 + 16 + 9 * 16 * 32 + 32

# %% right="activations apart, a stack"
narrow = keras.Sequential([
    keras.Input(shape=(14, 14, 64)),
    layers.Conv2D(16, 1),
    layers.ReLU(),
    layers.Conv2D(32, 3, padding="same"),
    layers.Activation("relu"),
])
predicted_parameters = 5680

# %% wrong="the stub with a prediction" loses=2.5 says="kernel_size=1"
maps = keras.Input(shape=(14, 14, 64))
x = maps
outputs = layers.Conv2D(32, 3, padding="same", activation="relu")(x)
narrow = keras.Model(maps, outputs)
predicted_parameters = 5_680

# %% wrong="a 3×3 window" loses=2.5 says="kernel_size=1"
maps = keras.Input(shape=(14, 14, 64))
x = layers.Conv2D(16, 3, padding="same", activation="relu")(maps)
outputs = layers.Conv2D(32, 3, padding="same", activation="relu")(x)
narrow = keras.Model(maps, outputs)
predicted_parameters = 5_680

# %% wrong="no relu" loses=2.5 says="relu"
maps = keras.Input(shape=(14, 14, 64))
x = layers.Conv2D(16, 1)(maps)
outputs = layers.Conv2D(32, 3, padding="same", activation="relu")(x)
narrow = keras.Model(maps, outputs)
predicted_parameters = 5_680

# %% wrong="32 filters" loses=2.5 says="16"
maps = keras.Input(shape=(14, 14, 64))
x = layers.Conv2D(32, 1, activation="relu")(maps)
outputs = layers.Conv2D(32, 3, padding="same", activation="relu")(x)
narrow = keras.Model(maps, outputs)
predicted_parameters = 5_680

# %% wrong="the count without the 1×1 layer" loses=1 says="Count both convolutions"
maps = keras.Input(shape=(14, 14, 64))
x = layers.Conv2D(16, 1, activation="relu")(maps)
outputs = layers.Conv2D(32, 3, padding="same", activation="relu")(x)
narrow = keras.Model(maps, outputs)
predicted_parameters = 4_640

# %% wrong="the count without biases" loses=1 says="a bias for each filter"
maps = keras.Input(shape=(14, 14, 64))
x = layers.Conv2D(16, 1, activation="relu")(maps)
outputs = layers.Conv2D(32, 3, padding="same", activation="relu")(x)
narrow = keras.Model(maps, outputs)
predicted_parameters = 5_632

# %% wrong="no relu at the end" loses=0.5 says="relu"
maps = keras.Input((14, 14, 64))
x = layers.Conv2D(16, 1, activation="relu")(maps)
outputs = layers.Conv2D(32, 3, padding="same")(x)
narrow = keras.Model(maps, outputs)
predicted_parameters = 5_680
