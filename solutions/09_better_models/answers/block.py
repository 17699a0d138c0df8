# %% right="two branches of code, activation apart"
def conv_block(x, filters, separable=False):
    if separable:
        x = layers.SeparableConv2D(filters, (3, 3), padding="same", use_bias=False)(x)
    else:
        x = layers.Conv2D(filters, (3, 3), padding="same", use_bias=False)(x)
    return layers.Activation("relu")(layers.BatchNormalization()(x))

# %% right="a small Sequential inside, spelt-out defaults"
def conv_block(x, filters, separable=False):
    kind = {True: layers.SeparableConv2D, False: layers.Conv2D}[bool(separable)]
    block = keras.Sequential([
        kind(filters=filters, kernel_size=3, strides=1, padding="same", activation=None, use_bias=False),
        layers.BatchNormalization(momentum=0.99, epsilon=0.001),
        layers.ReLU(),
    ])
    return block(x)

# %% right="an operation instead of an activation layer"
def conv_block(x, filters, separable=False):
    kind = layers.SeparableConv2D if separable else layers.Conv2D
    return keras.ops.relu(layers.BatchNormalization()(kind(filters, 3, padding="same", use_bias=False)(x)))

# %% wrong="with a bias" says="parameters"
def conv_block(x, filters, separable=False):
    kind = layers.SeparableConv2D if separable else layers.Conv2D
    x = kind(filters, 3, padding="same")(x)
    return layers.ReLU()(layers.BatchNormalization()(x))

# %% wrong="no padding" of="with a bias" replace="padding=\"same\"" by="use_bias=False" says="(6, 6, 32)"

# %% wrong="relu before the normalisation" says="relu"
def conv_block(x, filters, separable=False):
    kind = layers.SeparableConv2D if separable else layers.Conv2D
    x = kind(filters, 3, padding="same", use_bias=False, activation="relu")(x)
    return layers.BatchNormalization()(x)

# %% wrong="no activation" of="relu before the normalisation" replace="False, activation=\"relu\"" by="False" says="relu"

# %% wrong="no normalisation" says="4,608"
def conv_block(x, filters, separable=False):
    kind = layers.SeparableConv2D if separable else layers.Conv2D
    return layers.ReLU()(kind(filters, 3, padding="same", use_bias=False)(x))

# %% wrong="separable ignored" says="784"
def conv_block(x, filters, separable=False):
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
    return layers.ReLU()(layers.BatchNormalization()(x))

# %% wrong="always 32 filters" of="with a bias" replace="filters, 3, padding=\"same\"" by="32, 3, padding=\"same\", use_bias=False" says="32"

# %% wrong="a depthwise convolution alone" says="16"
def conv_block(x, filters, separable=False):
    if separable:
        x = layers.DepthwiseConv2D(3, padding="same", use_bias=False)(x)
    else:
        x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
    return layers.ReLU()(layers.BatchNormalization()(x))

# %% wrong="returns nothing" says="return"
def conv_block(x, filters, separable=False):
    kind = layers.SeparableConv2D if separable else layers.Conv2D
    x = kind(filters, 3, padding="same", use_bias=False)(x)
    x = layers.ReLU()(layers.BatchNormalization()(x))

# %% wrong="normalisations kept by their number of filters" says="in common with the call before"
kept = {}


def conv_block(x, filters, separable=False):
    convolution = layers.SeparableConv2D if separable else layers.Conv2D
    x = convolution(filters, 3, padding="same", use_bias=False)(x)
    return layers.ReLU()(kept.setdefault(filters, layers.BatchNormalization())(x))
