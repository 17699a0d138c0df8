# %% right="a functional encoder, its layers frozen one by one"
numbers = keras.Input((64,))
x = layers.ReLU()(layers.Dense(32)(numbers))
x = layers.ReLU()(layers.Dense(16)(x))
encoder = keras.Model(numbers, x)
for layer in encoder.layers:
    layer.trainable = False
digit = keras.Input((64,))
reader = keras.Model(digit, layers.Softmax()(layers.Dense(10)(encoder(digit))))
stored_in_a = 2 * encoder.count_params() + 170

# %% right="one path, cut twice, frozen afterwards"
inputs = keras.Input(shape=(64,))
x = layers.Dense(32, activation="relu")(inputs)
code = layers.Dense(16, activation="relu")(x)
encoder = keras.Model(inputs, code)
reader = keras.Model(inputs, layers.Dense(10, activation="softmax")(code))
encoder.trainable = False
stored_in_a = 5_386

# %% right="a stack on the encoder, compiled"
encoder = keras.Sequential([keras.Input((64,)), layers.Dense(32, activation="relu"), layers.Dense(16, activation="relu")])
encoder.trainable = False
reader = keras.Sequential([keras.Input((64,)), encoder, layers.Dense(10, activation="softmax")])
reader.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
stored_in_a = 5_386

# %% wrong="the other design" loses=1.4 says="weights"
encoder = keras.Sequential([keras.Input((64,)), layers.Dense(32, activation="relu"), layers.Dense(16, activation="relu")])
encoder.trainable = False
clone = keras.models.clone_model(encoder)
clone.set_weights(encoder.get_weights())
clone.trainable = False
inputs = keras.Input(shape=(64,))
reader = keras.Model(inputs, layers.Dense(10, activation="softmax")(clone(inputs)))
stored_in_a = 5_386

# %% wrong="not frozen" says="trainable"
encoder = keras.Sequential([keras.Input((64,)), layers.Dense(32, activation="relu"), layers.Dense(16, activation="relu")])
inputs = keras.Input(shape=(64,))
reader = keras.Model(inputs, layers.Dense(10, activation="softmax")(encoder(inputs)))
stored_in_a = 5_386

# %% wrong="the whole reader frozen" says="trainable"
encoder = keras.Sequential([keras.Input((64,)), layers.Dense(32, activation="relu"), layers.Dense(16, activation="relu")])
inputs = keras.Input(shape=(64,))
reader = keras.Model(inputs, layers.Dense(10, activation="softmax")(encoder(inputs)))
reader.trainable = False
stored_in_a = 5_386

# %% wrong="only the second layer frozen" says="trainable"
encoder = keras.Sequential([keras.Input((64,)), layers.Dense(32, activation="relu"), layers.Dense(16, activation="relu")])
encoder.layers[-1].trainable = False
inputs = keras.Input(shape=(64,))
reader = keras.Model(inputs, layers.Dense(10, activation="softmax")(encoder(inputs)))
stored_in_a = 5_386

# %% wrong="reader reads the code, not the digit" says="64"
encoder = keras.Sequential([keras.Input((64,)), layers.Dense(32, activation="relu"), layers.Dense(16, activation="relu")])
encoder.trainable = False
code = keras.Input(shape=(16,))
reader = keras.Model(code, layers.Dense(10, activation="softmax")(code))
stored_in_a = 5_386

# %% wrong="sigmoid instead of softmax" loses=0.6 says="softmax"
encoder = keras.Sequential([keras.Input((64,)), layers.Dense(32, activation="relu"), layers.Dense(16, activation="relu")])
encoder.trainable = False
inputs = keras.Input(shape=(64,))
reader = keras.Model(inputs, layers.Dense(10, activation="sigmoid")(encoder(inputs)))
stored_in_a = 5_386

# %% wrong="the shared weights counted once" loses=0.6 says="which of it twice"
encoder = keras.Sequential([keras.Input((64,)), layers.Dense(32, activation="relu"), layers.Dense(16, activation="relu")])
encoder.trainable = False
inputs = keras.Input(shape=(64,))
reader = keras.Model(inputs, layers.Dense(10, activation="softmax")(encoder(inputs)))
stored_in_a = 2_778
