# %% right="the encoder called inside, a decoder of its own"
encoder = keras.Sequential([keras.Input((64,)), layers.Dense(32, activation="relu"), layers.Dense(6)])
decoder = keras.Sequential([keras.Input((6,)), layers.Dense(32, activation="relu"), layers.Dense(64, activation="sigmoid")])
autoencoder = keras.Sequential([keras.Input((64,)), encoder, decoder])

# %% right="activations apart, functional chain, compiled"
digit = keras.Input(shape=(64,), name="digit")
narrow = layers.Dense(6, name="code")(layers.ReLU()(layers.Dense(32)(digit)))
encoder = keras.Model(digit, narrow)
wide = layers.Activation("relu")(layers.Dense(32)(encoder(digit)))
autoencoder = keras.Model(digit, layers.Activation("sigmoid")(layers.Dense(64)(wide)))
autoencoder.compile(optimizer="adam", loss="mse")

# %% wrong="two paths, all sizes right" says="weights"
encoder = keras.Sequential([keras.Input((64,)), layers.Dense(32, activation="relu"), layers.Dense(6)])
autoencoder = keras.Sequential([
    keras.Input((64,)),
    layers.Dense(32, activation="relu"),
    layers.Dense(6),
    layers.Dense(32, activation="relu"),
    layers.Dense(64, activation="sigmoid"),
])

# %% wrong="the code with relu" loses=0.83 says="relu"
inputs = keras.Input(shape=(64,))
code = layers.Dense(6, activation="relu")(layers.Dense(32, activation="relu")(inputs))
outputs = layers.Dense(64, activation="sigmoid")(layers.Dense(32, activation="relu")(code))
encoder = keras.Model(inputs, code)
autoencoder = keras.Model(inputs, outputs)

# %% wrong="the encoder cut one layer too early" says="(6,)"
inputs = keras.Input(shape=(64,))
x = layers.Dense(32, activation="relu")(inputs)
code = layers.Dense(6)(x)
outputs = layers.Dense(64, activation="sigmoid")(layers.Dense(32, activation="relu")(code))
encoder = keras.Model(inputs, x)
autoencoder = keras.Model(inputs, outputs)

# %% wrong="the last layer without sigmoid" loses=0.5 says="sigmoid"
inputs = keras.Input(shape=(64,))
code = layers.Dense(6)(layers.Dense(32, activation="relu")(inputs))
outputs = layers.Dense(64)(layers.Dense(32, activation="relu")(code))
encoder = keras.Model(inputs, code)
autoencoder = keras.Model(inputs, outputs)

# %% wrong="a decoder instead of an autoencoder" says="64"
encoder = keras.Sequential([keras.Input((64,)), layers.Dense(32, activation="relu"), layers.Dense(6)])
autoencoder = keras.Sequential([keras.Input((6,)), layers.Dense(32, activation="relu"), layers.Dense(64, activation="sigmoid")])

# %% wrong="only the encoder" says="autoencoder"
encoder = keras.Sequential([keras.Input((64,)), layers.Dense(32, activation="relu"), layers.Dense(6)])
autoencoder = ...

# %% wrong="the encoder is frozen, so training one does not train the other" says="trainable"
inputs = keras.Input(shape=(64,))
encoder = keras.Model(inputs, layers.Dense(6)(layers.Dense(32, activation="relu")(inputs)))
encoder.trainable = False
x = layers.Dense(32, activation="relu")(encoder(inputs))
autoencoder = keras.Model(inputs, layers.Dense(64, activation="sigmoid")(x))
