# %% right="layers apart, other names"
a, b = keras.Input((8, 8, 1), name="a"), keras.Input((8, 8, 1), name="b")
dense, relu = layers.Dense(32), layers.ReLU()
codes = [relu(dense(layers.Flatten()(image))) for image in (a, b)]
x = layers.ReLU()(layers.Dense(16)(layers.concatenate(codes)))
larger = keras.Model([a, b], layers.Dense(1, activation="sigmoid")(x))

# %% right="a functional encoder"
image = keras.Input(shape=(8, 8, 1))
encoder = keras.Model(image, layers.Dense(32, activation="relu")(layers.Flatten()(image)))
first, second = keras.Input(shape=(8, 8, 1)), keras.Input(shape=(8, 8, 1))
end = keras.Sequential([layers.Dense(16, activation="relu"), layers.Dense(1, activation="sigmoid")])
larger = keras.Model([first, second], end(layers.Concatenate()([encoder(first), encoder(second)])))

# %% wrong="the design that cannot answer" loses=2 says="Concatenate"
first, second = keras.Input(shape=(8, 8, 1)), keras.Input(shape=(8, 8, 1))
encode = keras.Sequential([layers.Flatten(), layers.Dense(32, activation="relu")])
x = layers.Add()([encode(first), encode(second)])
x = layers.Dense(16, activation="relu")(x)
larger = keras.Model([first, second], layers.Dense(1, activation="sigmoid")(x))

# %% wrong="two encoders" says="Dense"
first, second = keras.Input(shape=(8, 8, 1)), keras.Input(shape=(8, 8, 1))
one = layers.Dense(32, activation="relu")(layers.Flatten()(first))
two = layers.Dense(32, activation="relu")(layers.Flatten()(second))
x = layers.Concatenate()([one, two])
x = layers.Dense(16, activation="relu")(x)
larger = keras.Model([first, second], layers.Dense(1, activation="sigmoid")(x))

# %% wrong="second image first" loses=2 says="order"
first, second = keras.Input(shape=(8, 8, 1)), keras.Input(shape=(8, 8, 1))
encode = keras.Sequential([layers.Flatten(), layers.Dense(32, activation="relu")])
x = layers.Concatenate()([encode(second), encode(first)])
x = layers.Dense(16, activation="relu")(x)
larger = keras.Model([first, second], layers.Dense(1, activation="sigmoid")(x))

# %% wrong="the layer of 16 forgotten" loses=2 says="Dense"
first, second = keras.Input(shape=(8, 8, 1)), keras.Input(shape=(8, 8, 1))
encode = keras.Sequential([layers.Flatten(), layers.Dense(32, activation="relu")])
x = layers.Concatenate()([encode(first), encode(second)])
larger = keras.Model([first, second], layers.Dense(1, activation="sigmoid")(x))

# %% wrong="a distance that forgets the order" loses=2 says="Concatenate"
first, second = keras.Input(shape=(8, 8, 1)), keras.Input(shape=(8, 8, 1))
encode = keras.Sequential([layers.Flatten(), layers.Dense(32, activation="relu")])
x = ops.abs(encode(first) - encode(second))
x = layers.Dense(16, activation="relu")(x)
larger = keras.Model([first, second], layers.Dense(1, activation="sigmoid")(x))
