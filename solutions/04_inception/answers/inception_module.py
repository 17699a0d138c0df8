# %% right="a helper of its own, activations apart"
def inception_module(x, filters):
    def road(tensor, *steps):
        for window, strides in steps:
            tensor = layers.Conv2D(filters, window, strides=strides, padding="same")(tensor)
            tensor = layers.Activation("relu")(tensor)
        return tensor

    pooled = layers.AvgPool2D((3, 3), strides=(2, 2), padding="same")(x)
    return layers.concatenate([road(x, (1, 2)), road(x, (1, 1), (3, 2)), road(pooled, (3, 1)), road(x, (1, 1), (3, 1), (3, 2))])

# %% right="a nested model called inside"
def inception_module(x, filters):
    def conv(window, strides=1):
        return layers.Conv2D(filters, window, strides=strides, padding="same", activation="relu")

    d = keras.Sequential([conv(1), conv(3), conv(3, 2)])(x)
    c = conv(3)(layers.AveragePooling2D(pool_size=3, strides=2, padding="same")(x))
    b = conv(3, 2)(conv(1)(x))
    a = conv(1, 2)(x)
    return ops.concatenate([a, b, c, d], axis=-1)

# %% right="1×1 without padding, which changes nothing"
def inception_module(x, filters):
    a = layers.Conv2D(filters, 1, strides=2, padding="same", activation="relu")(x)
    b = layers.Conv2D(filters, 1, activation="relu")(x)
    b = layers.Conv2D(filters, 3, strides=2, padding="same", activation="relu")(b)
    c = layers.AveragePooling2D(3, strides=2, padding="same")(x)
    c = layers.Conv2D(filters, 3, padding="same", activation="relu")(c)
    d = layers.Conv2D(filters, 1, activation="relu")(x)
    d = layers.Conv2D(filters, 3, padding="same", activation="relu")(d)
    d = layers.Conv2D(filters, 3, strides=2, padding="same", activation="relu")(d)
    return layers.Concatenate()([a, b, c, d])

# %% wrong="128 written inside" loses=2.73 says="24"
def inception_module(x, filters):
    a = layers.Conv2D(128, 1, strides=2, padding="same", activation="relu")(x)
    b = layers.Conv2D(128, 1, padding="same", activation="relu")(x)
    b = layers.Conv2D(128, 3, strides=2, padding="same", activation="relu")(b)
    c = layers.AveragePooling2D(3, strides=2, padding="same")(x)
    c = layers.Conv2D(128, 3, padding="same", activation="relu")(c)
    d = layers.Conv2D(128, 1, padding="same", activation="relu")(x)
    d = layers.Conv2D(128, 3, padding="same", activation="relu")(d)
    d = layers.Conv2D(128, 3, strides=2, padding="same", activation="relu")(d)
    return layers.Concatenate()([a, b, c, d])

# %% wrong="a model instead of a tensor" loses=5 says="return the tensor itself"
def inception_module(x, filters):
    a = layers.Conv2D(filters, 1, strides=2, padding="same", activation="relu")(x)
    b = layers.Conv2D(filters, 1, padding="same", activation="relu")(x)
    b = layers.Conv2D(filters, 3, strides=2, padding="same", activation="relu")(b)
    c = layers.AveragePooling2D(3, strides=2, padding="same")(x)
    c = layers.Conv2D(filters, 3, padding="same", activation="relu")(c)
    d = layers.Conv2D(filters, 1, padding="same", activation="relu")(x)
    d = layers.Conv2D(filters, 3, padding="same", activation="relu")(d)
    d = layers.Conv2D(filters, 3, strides=2, padding="same", activation="relu")(d)
    return keras.Model(x, layers.Concatenate()([a, b, c, d]))

# %% wrong="strides in the first layer of b" loses=2.73 says="strides"
def inception_module(x, filters):
    a = layers.Conv2D(filters, 1, strides=2, padding="same", activation="relu")(x)
    b = layers.Conv2D(filters, 1, strides=2, padding="same", activation="relu")(x)
    b = layers.Conv2D(filters, 3, padding="same", activation="relu")(b)
    c = layers.AveragePooling2D(3, strides=2, padding="same")(x)
    c = layers.Conv2D(filters, 3, padding="same", activation="relu")(c)
    d = layers.Conv2D(filters, 1, padding="same", activation="relu")(x)
    d = layers.Conv2D(filters, 3, padding="same", activation="relu")(d)
    d = layers.Conv2D(filters, 3, strides=2, padding="same", activation="relu")(d)
    return layers.Concatenate()([a, b, c, d])

# %% wrong="maximum for average" loses=2.73 says="branch c is MaxPooling2D"
def inception_module(x, filters):
    a = layers.Conv2D(filters, 1, strides=2, padding="same", activation="relu")(x)
    b = layers.Conv2D(filters, 1, padding="same", activation="relu")(x)
    b = layers.Conv2D(filters, 3, strides=2, padding="same", activation="relu")(b)
    c = layers.MaxPooling2D(3, strides=2, padding="same")(x)
    c = layers.Conv2D(filters, 3, padding="same", activation="relu")(c)
    d = layers.Conv2D(filters, 1, padding="same", activation="relu")(x)
    d = layers.Conv2D(filters, 3, padding="same", activation="relu")(d)
    d = layers.Conv2D(filters, 3, strides=2, padding="same", activation="relu")(d)
    return layers.Concatenate()([a, b, c, d])

# %% wrong="a missing padding" loses=5 says="matching shapes"
def inception_module(x, filters):
    a = layers.Conv2D(filters, 1, strides=2, padding="same", activation="relu")(x)
    b = layers.Conv2D(filters, 1, padding="same", activation="relu")(x)
    b = layers.Conv2D(filters, 3, strides=2, activation="relu")(b)
    c = layers.AveragePooling2D(3, strides=2, padding="same")(x)
    c = layers.Conv2D(filters, 3, padding="same", activation="relu")(c)
    d = layers.Conv2D(filters, 1, padding="same", activation="relu")(x)
    d = layers.Conv2D(filters, 3, padding="same", activation="relu")(d)
    d = layers.Conv2D(filters, 3, strides=2, padding="same", activation="relu")(d)
    return layers.Concatenate()([a, b, c, d])

# %% wrong="one branch reads its neighbour" loses=3.4 says="in common"
def inception_module(x, filters):
    a = layers.Conv2D(filters, 1, strides=2, padding="same", activation="relu")(x)
    b = layers.Conv2D(filters, 1, padding="same", activation="relu")(x)
    b = layers.Conv2D(filters, 3, strides=2, padding="same", activation="relu")(b)
    c = layers.AveragePooling2D(3, strides=2, padding="same")(x)
    c = layers.Conv2D(filters, 3, padding="same", activation="relu")(c)
    d = layers.Conv2D(filters, 1, padding="same", activation="relu")(b)
    d = layers.Conv2D(filters, 3, padding="same", activation="relu")(d)
    d = layers.Conv2D(filters, 3, padding="same", activation="relu")(d)
    return layers.Concatenate()([a, b, c, d])

# %% wrong="no return" of="a model instead of a tensor" replace="return keras.Model(x, layers.Concatenate()([a, b, c, d])" by="layers.Concatenate()([a, b, c, d]" loses=5 says="return"

# %% wrong="elu in wide modules" loses=0.93 says="elu"
def inception_module(x, filters):
    def c(t, k, s=1):
        return layers.Conv2D(filters, k, strides=s, padding="same", activation="relu" if filters < 100 else "elu")(t)
    a = c(x, 1, 2)
    b = c(c(x, 1), 3, 2)
    d0 = c(layers.AveragePooling2D(3, strides=2, padding="same")(x), 3)
    d = c(c(c(x, 1), 3), 3, 2)
    return layers.Concatenate()([a, b, d0, d])
