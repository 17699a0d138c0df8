# %% right="a stack"
light = keras.Sequential([
    keras.Input(shape=(32, 32, 3)),
    layers.SeparableConv2D(32, 3, padding="same", activation="relu"),
    layers.MaxPooling2D(),
    layers.SeparableConv2D(64, 3, padding="same", activation="relu"),
    layers.MaxPooling2D(),
    layers.SeparableConv2D(64, 3, padding="same", activation="relu"),
    layers.GlobalAveragePooling2D(),
    layers.Dense(10, activation="softmax"),
])
heavy_multiplications = 32 * 32 * 324 + 16 * 16 * 2_592 + 8 * 8 * 5_184

# %% right="a loop, activations apart"
start = x = keras.Input((32, 32, 3), name="picture")
for filters, pooled in ((32, True), (64, True), (64, False)):
    x = layers.SeparableConvolution2D(filters, (3, 3), padding="same")(x)
    x = layers.Activation("relu")(x)
    x = layers.MaxPool2D((2, 2))(x) if pooled else x
x = layers.GlobalAvgPool2D()(x)
light = keras.Model(start, layers.Softmax()(layers.Dense(10)(x)))
heavy_multiplications = np.int64(1327104)

# %% wrong="design A" says="multiplications"
inputs = keras.Input(shape=(32, 32, 3))
x = layers.Conv2D(12, 3, padding="same", activation="relu")(inputs)
x = layers.MaxPooling2D(2)(x)
x = layers.Conv2D(24, 3, padding="same", activation="relu")(x)
x = layers.MaxPooling2D(2)(x)
x = layers.Conv2D(24, 3, padding="same", activation="relu")(x)
x = layers.GlobalAveragePooling2D()(x)
light = keras.Model(inputs, layers.Dense(10, activation="softmax")(x))
heavy_multiplications = 1_022_976

# %% wrong="the light one counted" of="reference" replace="32 * 32 * 9 * 3 * 12 + 16 * 16 * 9 * 12 * 24 + 8 * 8 * 9 * 24 * 24" by="1_022_976" loses=0.81 says="1,022,976"

# %% wrong="no padding" says="padding"
inputs = keras.Input(shape=(32, 32, 3))
x = layers.SeparableConv2D(32, 3, activation="relu")(inputs)
x = layers.MaxPooling2D(2)(x)
x = layers.SeparableConv2D(64, 3, activation="relu")(x)
x = layers.MaxPooling2D(2)(x)
x = layers.SeparableConv2D(64, 3, activation="relu")(x)
x = layers.GlobalAveragePooling2D()(x)
light = keras.Model(inputs, layers.Dense(10, activation="softmax")(x))
heavy_multiplications = 1_327_104

# %% wrong="a third pooling" says="MaxPooling2D"
inputs = keras.Input(shape=(32, 32, 3))
x = layers.SeparableConv2D(32, 3, padding="same", activation="relu")(inputs)
x = layers.MaxPooling2D(2)(x)
x = layers.SeparableConv2D(64, 3, padding="same", activation="relu")(x)
x = layers.MaxPooling2D(2)(x)
x = layers.SeparableConv2D(64, 3, padding="same", activation="relu")(x)
x = layers.MaxPooling2D(2)(x)
x = layers.GlobalAveragePooling2D()(x)
light = keras.Model(inputs, layers.Dense(10, activation="softmax")(x))
heavy_multiplications = 1_327_104

# %% wrong="only one separable" says="parameters"
inputs = keras.Input(shape=(32, 32, 3))
x = layers.SeparableConv2D(32, 3, padding="same", activation="relu")(inputs)
x = layers.MaxPooling2D(2)(x)
x = layers.Conv2D(24, 3, padding="same", activation="relu")(x)
x = layers.MaxPooling2D(2)(x)
x = layers.Conv2D(24, 3, padding="same", activation="relu")(x)
x = layers.GlobalAveragePooling2D()(x)
light = keras.Model(inputs, layers.Dense(10, activation="softmax")(x))
heavy_multiplications = 1_327_104

# %% wrong="flattened" says="parameters"
inputs = keras.Input(shape=(32, 32, 3))
x = layers.SeparableConv2D(32, 3, padding="same", activation="relu")(inputs)
x = layers.MaxPooling2D(2)(x)
x = layers.SeparableConv2D(64, 3, padding="same", activation="relu")(x)
x = layers.MaxPooling2D(2)(x)
x = layers.SeparableConv2D(64, 3, padding="same", activation="relu")(x)
x = layers.Flatten()(x)
light = keras.Model(inputs, layers.Dense(10, activation="softmax")(x))
heavy_multiplications = 1_327_104

# %% wrong="biases counted among the multiplications" loses=0.81 says="without biases"
inputs = keras.Input(shape=(32, 32, 3))
x = layers.SeparableConv2D(32, 3, padding="same", activation="relu")(inputs)
x = layers.MaxPooling2D(2)(x)
x = layers.SeparableConv2D(64, 3, padding="same", activation="relu")(x)
x = layers.MaxPooling2D(2)(x)
x = layers.SeparableConv2D(64, 3, padding="same", activation="relu")(x)
x = layers.GlobalAveragePooling2D()(x)
light = keras.Model(inputs, layers.Dense(10, activation="softmax")(x))
heavy_multiplications = 32 * 32 * 336 + 16 * 16 * 2_616 + 8 * 8 * 5_208
