# %% right="layers apart, other names"
a, b = keras.Input((8, 8, 1), name="a"), keras.Input((8, 8, 1), name="b")
dense, relu = layers.Dense(32), layers.ReLU()
codes = [relu(dense(layers.Flatten()(image))) for image in (a, b)]
x = layers.ReLU()(layers.Dense(16)(layers.concatenate(codes)))
larger = keras.Model([a, b], layers.Dense(1, activation="sigmoid")(x))
best_with_add = np.float64(3 / 4)

# %% right="a functional encoder"
image = keras.Input(shape=(8, 8, 1))
encoder = keras.Model(image, layers.Dense(32, activation="relu")(layers.Flatten()(image)))
first, second = keras.Input(shape=(8, 8, 1)), keras.Input(shape=(8, 8, 1))
end = keras.Sequential([layers.Dense(16, activation="relu"), layers.Dense(1, activation="sigmoid")])
larger = keras.Model([first, second], end(layers.Concatenate()([encoder(first), encoder(second)])))
best_with_add = 0.75

# %% wrong="the design that cannot answer" says="the two orders always get the same answer"
first, second = keras.Input(shape=(8, 8, 1)), keras.Input(shape=(8, 8, 1))
encode = keras.Sequential([layers.Flatten(), layers.Dense(32, activation="relu")])
x = layers.Add()([encode(first), encode(second)])
x = layers.Dense(16, activation="relu")(x)
larger = keras.Model([first, second], layers.Dense(1, activation="sigmoid")(x))
best_with_add = 0.75

# %% wrong="two encoders" says="Dense"
first, second = keras.Input(shape=(8, 8, 1)), keras.Input(shape=(8, 8, 1))
one = layers.Dense(32, activation="relu")(layers.Flatten()(first))
two = layers.Dense(32, activation="relu")(layers.Flatten()(second))
x = layers.Concatenate()([one, two])
x = layers.Dense(16, activation="relu")(x)
larger = keras.Model([first, second], layers.Dense(1, activation="sigmoid")(x))
best_with_add = 0.75

# %% wrong="second image first" loses=0.5 says="order"
first, second = keras.Input(shape=(8, 8, 1)), keras.Input(shape=(8, 8, 1))
encode = keras.Sequential([layers.Flatten(), layers.Dense(32, activation="relu")])
x = layers.Concatenate()([encode(second), encode(first)])
x = layers.Dense(16, activation="relu")(x)
larger = keras.Model([first, second], layers.Dense(1, activation="sigmoid")(x))
best_with_add = 0.75

# %% wrong="the layer of 16 forgotten" loses=0.5 says="Dense"
first, second = keras.Input(shape=(8, 8, 1)), keras.Input(shape=(8, 8, 1))
encode = keras.Sequential([layers.Flatten(), layers.Dense(32, activation="relu")])
x = layers.Concatenate()([encode(first), encode(second)])
larger = keras.Model([first, second], layers.Dense(1, activation="sigmoid")(x))
best_with_add = 0.75

# %% wrong="a distance that forgets the order" of="the design that cannot answer" replace="layers.Add()([encode(first), encode(second)]" by="ops.abs(encode(first) - encode(second)" says="the two orders always get the same answer"

# %% wrong="the ceiling of two equal halves" loses=0.78 says="well above 0.5"
first, second = keras.Input(shape=(8, 8, 1)), keras.Input(shape=(8, 8, 1))
encode = keras.Sequential([layers.Flatten(), layers.Dense(32, activation="relu")])
x = layers.Concatenate()([encode(first), encode(second)])
x = layers.Dense(16, activation="relu")(x)
larger = keras.Model([first, second], layers.Dense(1, activation="sigmoid")(x))
best_with_add = 0.5

# %% wrong="the ceiling in per cent" of="the ceiling of two equal halves" replace="0.5" by="75" says="from 0 to 1"
