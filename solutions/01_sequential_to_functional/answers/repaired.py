# %% right="other names, activations apart, loss as an object"
wave = keras.Input((100,), name="wave")
wide = layers.ReLU()(layers.Dense(32)(wave))
narrow = layers.ReLU()(layers.Dense(16)(wide))
sharp_or_not = layers.Activation("sigmoid")(layers.Dense(1)(narrow))
repaired = keras.Model(wave, sharp_or_not)
repaired.compile(keras.optimizers.Adam(), keras.losses.BinaryCrossentropy(), metrics=["accuracy"])

# %% right="a Sequential model"
repaired = keras.Sequential([
    keras.Input(shape=(100,)),
    layers.Dense(32, activation="relu"),
    layers.Dense(16, activation="relu"),
    layers.Dense(1, activation="sigmoid"),
])
repaired.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])

# %% wrong="only the loss changed" loses=4 says="Set activation='sigmoid'"
inputs = keras.Input(shape=(100,))
x = layers.Dense(32, activation="relu")(inputs)
x = layers.Dense(16, activation="relu")(inputs)
outputs = layers.Dense(1, activation="softmax")(x)
repaired = keras.Model(inputs, outputs)
repaired.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])

# %% wrong="only the wiring repaired" loses=5 says="Change loss= in model.compile"
inputs = keras.Input(shape=(100,))
x = layers.Dense(32, activation="relu")(inputs)
x = layers.Dense(16, activation="relu")(x)
outputs = layers.Dense(1, activation="softmax")(x)
repaired = keras.Model(inputs, outputs)
repaired.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])

# %% wrong="the wiring overlooked" of="reference" replace="\"relu\")(x)" by="\"relu\")(inputs)" loses=3 says="look at which tensor each layer is called on"

# %% wrong="the loss overlooked" of="reference" replace="\"binary_crossentropy\"" by="\"categorical_crossentropy\"" loses=2 says="loss categorical_crossentropy"

# %% wrong="two units instead of one" loses=5 says="Set units=1 and activation='sigmoid'"
inputs = keras.Input(shape=(100,))
x = layers.Dense(32, activation="relu")(inputs)
x = layers.Dense(16, activation="relu")(x)
outputs = layers.Dense(2, activation="softmax")(x)
repaired = keras.Model(inputs, outputs)
repaired.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])

# %% wrong="the first layer thrown out" loses=3 says="1 Dense missing"
inputs = keras.Input(shape=(100,))
x = layers.Dense(16, activation="relu")(inputs)
outputs = layers.Dense(1, activation="sigmoid")(x)
repaired = keras.Model(inputs, outputs)
repaired.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])

# %% wrong="a mean squared error" of="reference" replace="\"binary_crossentropy\"" by="\"mse\"" loses=2 says="loss mean_squared_error"

# %% wrong="another learning rate" loses=1 says="learning rate"
inputs = keras.Input(shape=(100,))
x = layers.Dense(16, activation="relu")(layers.Dense(32, activation="relu")(inputs))
repaired = keras.Model(inputs, layers.Dense(1, activation="sigmoid")(x))
repaired.compile(optimizer=keras.optimizers.Adam(0.002), loss="binary_crossentropy", metrics=["accuracy"])

# %% wrong="gradients clipped as well" of="another learning rate" replace="0.002" by="clipnorm=1.0" loses=1 says="clipnorm"
