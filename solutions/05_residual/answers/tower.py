# %% right="written out, plus"
maps = keras.Input((12, 12, 16))
one = maps + layers.Conv2D(16, 3, padding="same", activation="relu")(maps)
two = one + layers.Conv2D(16, 3, padding="same", activation="relu")(one)
three = two + layers.Conv2D(16, 3, padding="same", activation="relu")(two)
four = three + layers.Conv2D(16, 3, padding="same", activation="relu")(three)
tower = keras.Model(maps, layers.Dense(5, activation="softmax")(layers.GlobalAveragePooling2D()(four)))
other_parameters = 83797

# %% right="activations apart, order turned, count as a sum"
inputs = keras.Input(shape=(12, 12, 16))
x = inputs
for step in range(4):
    y = layers.ReLU()(layers.Conv2D(16, (3, 3), padding="same")(x))
    x = layers.add([y, x])
x = layers.Dense(5)(layers.GlobalAveragePooling2D()(x))
tower = keras.Model(inputs, layers.Softmax()(x))
other_parameters = sum(9 * channels * 16 + 16 for channels in range(16, 129, 16)) + 144 * 5 + 5

# %% right="Python's own sum of a list"
inputs = x = keras.Input((12, 12, 16))
for _ in range(4):
    x = sum([x, layers.Conv2D(16, (3, 3), padding="same", activation="relu")(x)])
x = layers.GlobalAveragePooling2D()(x)
tower = keras.Model(inputs, layers.Dense(5, "softmax")(x))
other_parameters = 83797

# %% wrong="the other design" says="there are 80 channels"
inputs = x = keras.Input(shape=(12, 12, 16))
for _ in range(4):
    y = layers.Conv2D(16, 3, padding="same", activation="relu")(x)
    x = layers.Concatenate()([x, y])
x = layers.GlobalAveragePooling2D()(x)
tower = keras.Model(inputs, layers.Dense(5, activation="softmax")(x))
other_parameters = 18_645

# %% wrong="three steps instead of four" says="step 4"
inputs = x = keras.Input(shape=(12, 12, 16))
for _ in range(3):
    y = layers.Conv2D(16, 3, padding="same", activation="relu")(x)
    x = layers.Add()([x, y])
x = layers.GlobalAveragePooling2D()(x)
tower = keras.Model(inputs, layers.Dense(5, activation="softmax")(x))
other_parameters = 83_797

# %% wrong="every shortcut starts at the input" of="three steps instead of four" says="step 2"
for _ in range(4):
    y = layers.Conv2D(16, 3, padding="same", activation="relu")(x)
    x = layers.Add()([inputs, y])

# %% wrong="one convolution for all four steps" says="step 2"
inputs = x = keras.Input(shape=(12, 12, 16))
convolution = layers.Conv2D(16, 3, padding="same", activation="relu")
for _ in range(4):
    x = layers.Add()([x, convolution(x)])
x = layers.GlobalAveragePooling2D()(x)
tower = keras.Model(inputs, layers.Dense(5, activation="softmax")(x))
other_parameters = 83_797

# %% wrong="the last layer reads 128 channels in the count" loses=0.7 says="83"
inputs = x = keras.Input(shape=(12, 12, 16))
for _ in range(4):
    y = layers.Conv2D(16, 3, padding="same", activation="relu")(x)
    x = layers.Add()([x, y])
x = layers.GlobalAveragePooling2D()(x)
tower = keras.Model(inputs, layers.Dense(5, activation="softmax")(x))
other_parameters = 83_717

# %% wrong="the count left open" of="the last layer reads 128 channels in the count" replace="83_717" by="..." says="other_parameters"

# %% right="keras.ops, counted with numpy"
inputs = x = keras.Input((12, 12, 16))
for _ in range(4):
    y = ops.relu(layers.Conv2D(16, 3, padding="same")(x))
    x = ops.add(x, y)
x = layers.GlobalAveragePooling2D()(x)
tower = keras.Model(inputs, layers.Dense(5, activation="softmax")(x))
other_parameters = np.int64(83797)
