# %% right="calls inside calls"
wave = keras.Input((100,), name="wave")
height_graph = keras.Model(wave, layers.Dense(1)(layers.Dense(20, "relu")(layers.Dense(40, "relu")(wave))), name="height")

# %% right="activations as layers, last activation spelt out"
inputs = keras.Input(shape=(100,))
x = layers.Dense(40)(inputs)
x = layers.Activation("relu")(x)
x = layers.Dense(20)(x)
x = layers.ReLU()(x)
outputs = layers.Dense(1, activation="linear")(x)
height_graph = keras.Model(inputs=inputs, outputs=outputs)

# %% right="operations instead of activation layers, lists of one"
inputs = keras.Input(shape=(100,))
x = keras.activations.relu(layers.Dense(40)(inputs))
x = ops.relu(layers.Dense(20)(x))
height_graph = keras.Model([inputs], [layers.Dense(1)(x)])

# %% right="layers made first, called later"
last, second, first = layers.Dense(1), layers.Dense(20, activation="relu"), layers.Dense(40, activation="relu")
inputs = keras.Input(shape=(100,))
height_graph = keras.Model(inputs, last(second(first(inputs))))

# %% wrong="a Sequential model" loses=0.29 says="Call the layers on tensors"
height_graph = keras.Sequential([
    keras.Input(shape=(100,)),
    layers.Dense(40, activation="relu"),
    layers.Dense(20, activation="relu"),
    layers.Dense(1),
])

# %% wrong="the second layer reads the input" of="reference" replace="\"relu\")(x)" by="\"relu\")(inputs)" loses=2.57 says="no Dense directly after it"

# %% wrong="the answer squeezed by a sigmoid" of="reference" replace="layers.Dense(1" by="layers.Dense(1, activation=\"sigmoid\"" loses=2.29 says="it answers yes or no"

# %% wrong="cut one layer too early" of="reference" replace=" outputs" by=" x" loses=2.86 says="1 output of shape (20,)"

# %% wrong="one relu forgotten" of="reference" replace="20, activation=\"relu\"" by="20" loses=2.29 says="relu"

# %% wrong="the tensor instead of the model" loses=4 says="Make the model from its two ends"
inputs = keras.Input(shape=(100,))
x = layers.Dense(40, activation="relu")(inputs)
x = layers.Dense(20, activation="relu")(x)
height_graph = layers.Dense(1)(x)

# %% wrong="the shape of the lesson's LSTM" of="reference" replace="100," by="100, 1" loses=2.57 says="1 input of shape (100, 1)"

# %% wrong="a Sequential inside, called as a layer" loses=0.5 says="Call each layer on a tensor"
inputs = keras.Input(shape=(100,))
inside = keras.Sequential([
    layers.Dense(40, activation="relu"),
    layers.Dense(20, activation="relu"),
    layers.Dense(1),
])
height_graph = keras.Model(inputs, inside(inputs))
