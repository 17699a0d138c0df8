# %% right="plus, apart, keyword arguments, projection first"
def residual_block(x, filters, strides):
    channels = x.shape[-1]
    if strides == 1 and channels == filters:
        aside = x
    else:
        aside = layers.Conv2D(filters=filters, kernel_size=(1, 1), strides=(strides, strides))(x)
    road = layers.Conv2D(filters=filters, kernel_size=(3, 3), strides=strides, padding="same")(x)
    road = layers.ReLU()(road)
    road = layers.Conv2D(filters=filters, kernel_size=(3, 3), padding="same")(road)
    return layers.ReLU()(aside + road)

# %% right="same padding on the 1×1, ops.relu"
def residual_block(x, filters, strides):
    y = layers.Conv2D(filters, 3, strides=strides, padding="same", activation="relu")(x)
    y = layers.Conv2D(filters, 3, padding="same", activation="linear")(y)
    if x.shape[-1] != filters or strides > 1:
        x = layers.Conv2D(filters, 1, strides=strides, padding="same")(x)
    return ops.relu(layers.add([y, x]))

# %% right="compares the shapes of the two roads"
def residual_block(tensor, filters, strides):
    y = layers.Conv2D(filters, 3, strides, "same", activation="relu")(tensor)
    y = layers.Conv2D(filters, 3, padding="same")(y)
    if y.shape != tensor.shape:
        tensor = layers.Conv2D(filters, 1, strides)(tensor)
    return layers.Activation("relu")(layers.Add()([tensor, y]))

# %% right="Python's own sum over a list"
def residual_block(x, filters, strides):
    y = layers.Conv2D(filters, 3, strides=strides, padding="same", activation="relu")(x)
    ways = [layers.Conv2D(filters, 3, padding="same")(y)]
    ways.append(x if strides == 1 and x.shape[-1] == filters else layers.Conv2D(filters, 1, strides=strides, padding="same")(x))
    return ops.relu(sum(ways))

# %% wrong="always a projection" says="must have no layer"
def residual_block(x, filters, strides):
    y = layers.Conv2D(filters, 3, strides=strides, padding="same", activation="relu")(x)
    y = layers.Conv2D(filters, 3, padding="same")(y)
    shortcut = layers.Conv2D(filters, 1, strides=strides)(x)
    return layers.Activation("relu")(layers.Add()([shortcut, y]))

# %% wrong="strides forgotten on the shortcut" says="shape"
def residual_block(x, filters, strides):
    y = layers.Conv2D(filters, 3, strides=strides, padding="same", activation="relu")(x)
    y = layers.Conv2D(filters, 3, padding="same")(y)
    shortcut = x
    if strides != 1 or x.shape[-1] != filters:
        shortcut = layers.Conv2D(filters, 1)(x)
    return layers.Activation("relu")(layers.Add()([shortcut, y]))

# %% wrong="a projection only where strides shrink" loses=1.44 says="shape"
def residual_block(x, filters, strides):
    y = layers.Conv2D(filters, 3, strides=strides, padding="same", activation="relu")(x)
    y = layers.Conv2D(filters, 3, padding="same")(y)
    shortcut = x
    if strides != 1:
        shortcut = layers.Conv2D(filters, 1, strides=strides)(x)
    return layers.Activation("relu")(layers.Add()([shortcut, y]))

# %% wrong="a projection only where channels change" of="a projection only where strides shrink" replace="strides != 1" by="x.shape[-1] != filters" loses=1.11 says="shape"

# %% wrong="strides on both convolutions" says="(4, 4, 32)"
def residual_block(x, filters, strides):
    y = layers.Conv2D(filters, 3, strides=strides, padding="same", activation="relu")(x)
    y = layers.Conv2D(filters, 3, strides=strides, padding="same")(y)
    shortcut = x
    if strides != 1 or x.shape[-1] != filters:
        shortcut = layers.Conv2D(filters, 1, strides=strides * strides)(x)
    return layers.Activation("relu")(layers.Add()([shortcut, y]))

# %% wrong="no relu after the sum" loses=3.11 says="relu"
def residual_block(x, filters, strides):
    y = layers.Conv2D(filters, 3, strides=strides, padding="same", activation="relu")(x)
    y = layers.Conv2D(filters, 3, padding="same")(y)
    shortcut = x
    if strides != 1 or x.shape[-1] != filters:
        shortcut = layers.Conv2D(filters, 1, strides=strides)(x)
    return layers.Add()([shortcut, y])

# %% wrong="the shortcut starts after the first convolution" says="starts from another tensor"
def residual_block(x, filters, strides):
    x = layers.Conv2D(filters, 3, strides=strides, padding="same", activation="relu")(x)
    y = layers.Conv2D(filters, 3, padding="same")(x)
    return layers.Activation("relu")(layers.Add()([x, y]))

# %% wrong="nothing returned" loses=5 says="return"
def residual_block(x, filters, strides):
    y = layers.Conv2D(filters, 3, strides=strides, padding="same", activation="relu")(x)
    y = layers.Conv2D(filters, 3, padding="same")(y)
    outputs = layers.Activation("relu")(layers.Add()([x, y]))

# %% wrong="a projection only where channels grow" loses=0.5 says="shape"
def residual_block(x, filters, strides):
    y = layers.Conv2D(filters, 3, strides=strides, padding="same", activation="relu")(x)
    y = layers.Conv2D(filters, 3, padding="same")(y)
    s = x
    if strides != 1 or x.shape[-1] < filters:
        s = layers.Conv2D(filters, 1, strides=strides)(x)
    return layers.Activation("relu")(layers.Add()([s, y]))

# %% wrong="a projection only for strides of 2" of="a projection only where channels grow" replace="!= 1 or x.shape[-1] <" by="== 2 or x.shape[-1] !=" loses=0.33 says="shape"

# %% wrong="a model is returned" loses=5 says="tensor"
def residual_block(x, filters, strides):
    y = layers.Conv2D(filters, 3, strides=strides, padding="same", activation="relu")(x)
    y = layers.Conv2D(filters, 3, padding="same")(y)
    s = x
    if strides != 1 or x.shape[-1] != filters:
        s = layers.Conv2D(filters, 1, strides=strides)(x)
    return keras.Model(x, layers.Activation("relu")(s + y))
