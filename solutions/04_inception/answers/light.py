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
heavy_parameters = 896 + 18_496 + 36_928 + 650

# %% right="a loop, activations apart"
start = x = keras.Input((32, 32, 3), name="picture")
for filters, pooled in ((32, True), (64, True), (64, False)):
    x = layers.SeparableConvolution2D(filters, (3, 3), padding="same")(x)
    x = layers.Activation("relu")(x)
    x = layers.MaxPool2D((2, 2))(x) if pooled else x
x = layers.GlobalAvgPool2D()(x)
light = keras.Model(start, layers.Softmax()(layers.Dense(10)(x)))
heavy_parameters = 56970

# %% wrong="design A" loses=2.33 says="56,970"
inputs = keras.Input(shape=(32, 32, 3))
x = layers.Conv2D(32, 3, padding="same", activation="relu")(inputs)
x = layers.MaxPooling2D(2)(x)
x = layers.Conv2D(64, 3, padding="same", activation="relu")(x)
x = layers.MaxPooling2D(2)(x)
x = layers.Conv2D(64, 3, padding="same", activation="relu")(x)
x = layers.GlobalAveragePooling2D()(x)
light = keras.Model(inputs, layers.Dense(10, activation="softmax")(x))
heavy_parameters = 7_941

# %% wrong="the light one counted" loses=1 says="7,941"
inputs = keras.Input(shape=(32, 32, 3))
x = layers.SeparableConv2D(32, 3, padding="same", activation="relu")(inputs)
x = layers.MaxPooling2D(2)(x)
x = layers.SeparableConv2D(64, 3, padding="same", activation="relu")(x)
x = layers.MaxPooling2D(2)(x)
x = layers.SeparableConv2D(64, 3, padding="same", activation="relu")(x)
x = layers.GlobalAveragePooling2D()(x)
light = keras.Model(inputs, layers.Dense(10, activation="softmax")(x))
heavy_parameters = 7_941

# %% wrong="no padding" loses=1 says="padding"
inputs = keras.Input(shape=(32, 32, 3))
x = layers.SeparableConv2D(32, 3, activation="relu")(inputs)
x = layers.MaxPooling2D(2)(x)
x = layers.SeparableConv2D(64, 3, activation="relu")(x)
x = layers.MaxPooling2D(2)(x)
x = layers.SeparableConv2D(64, 3, activation="relu")(x)
x = layers.GlobalAveragePooling2D()(x)
light = keras.Model(inputs, layers.Dense(10, activation="softmax")(x))
heavy_parameters = 56_970

# %% wrong="a third pooling" loses=1 says="MaxPooling2D"
inputs = keras.Input(shape=(32, 32, 3))
x = layers.SeparableConv2D(32, 3, padding="same", activation="relu")(inputs)
x = layers.MaxPooling2D(2)(x)
x = layers.SeparableConv2D(64, 3, padding="same", activation="relu")(x)
x = layers.MaxPooling2D(2)(x)
x = layers.SeparableConv2D(64, 3, padding="same", activation="relu")(x)
x = layers.MaxPooling2D(2)(x)
x = layers.GlobalAveragePooling2D()(x)
light = keras.Model(inputs, layers.Dense(10, activation="softmax")(x))
heavy_parameters = 56_970

# %% wrong="only one separable" loses=1.33 says="parameters"
inputs = keras.Input(shape=(32, 32, 3))
x = layers.SeparableConv2D(32, 3, padding="same", activation="relu")(inputs)
x = layers.MaxPooling2D(2)(x)
x = layers.Conv2D(64, 3, padding="same", activation="relu")(x)
x = layers.MaxPooling2D(2)(x)
x = layers.Conv2D(64, 3, padding="same", activation="relu")(x)
x = layers.GlobalAveragePooling2D()(x)
light = keras.Model(inputs, layers.Dense(10, activation="softmax")(x))
heavy_parameters = 56_970

# %% wrong="flattened" loses=1.33 says="parameters"
inputs = keras.Input(shape=(32, 32, 3))
x = layers.SeparableConv2D(32, 3, padding="same", activation="relu")(inputs)
x = layers.MaxPooling2D(2)(x)
x = layers.SeparableConv2D(64, 3, padding="same", activation="relu")(x)
x = layers.MaxPooling2D(2)(x)
x = layers.SeparableConv2D(64, 3, padding="same", activation="relu")(x)
x = layers.Flatten()(x)
light = keras.Model(inputs, layers.Dense(10, activation="softmax")(x))
heavy_parameters = 56_970
