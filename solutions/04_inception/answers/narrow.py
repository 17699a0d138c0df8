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

# %% wrong="the stub with a prediction" of="reference" replace="layers.Conv2D(16, 1, activation=\"relu\")(maps)" by="maps" loses=2.5 says="kernel_size=1"

# %% wrong="a 3×3 window" of="reference" replace=" 1," by=" 3, padding=\"same\"," loses=2.5 says="kernel_size=1"

# %% wrong="no relu" of="reference" replace="1, activation=\"relu\"" by="1" loses=2.5 says="relu"

# %% wrong="32 filters" of="reference" replace="layers.Conv2D(16" by="layers.Conv2D(32" loses=2.5 says="16"

# %% wrong="the count without the 1×1 layer" of="reference" replace="5_680" by="4_640" loses=1 says="Count both convolutions"

# %% wrong="the count without biases" of="reference" replace="5_680" by="5_632" loses=1 says="a bias for each filter"

# %% wrong="no relu at the end" loses=0.5 says="relu"
maps = keras.Input((14, 14, 64))
x = layers.Conv2D(16, 1, activation="relu")(maps)
outputs = layers.Conv2D(32, 3, padding="same")(x)
narrow = keras.Model(maps, outputs)
predicted_parameters = 5_680
