# %% right="every activation apart, operator plus"
image = keras.Input(shape=(8, 8, 1), name="digit")
start = layers.ReLU()(layers.Conv2D(16, (3, 3), padding="same")(image))
road = layers.Activation("relu")(layers.Conv2D(16, 3, padding="same")(start))
road = layers.Conv2D(16, 3, padding="same")(road)
summed = layers.ReLU()(road + start)
answer = layers.Softmax()(layers.Dense(10)(layers.GlobalAveragePooling2D()(summed)))
digit_net = keras.Model(inputs=image, outputs=answer)

# %% right="the block as a model of its own, ops.relu"
def make_block():
    start = keras.Input(shape=(8, 8, 16))
    y = layers.Conv2D(16, 3, padding="same", activation="relu")(start)
    y = layers.Conv2D(16, 3, padding="same")(y)
    return keras.Model(start, ops.relu(layers.add([start, y])))


inputs = keras.Input(shape=(8, 8, 1))
x = layers.Conv2D(16, 3, padding="same", activation="relu")(inputs)
x = make_block()(x)
x = layers.GlobalAveragePooling2D()(x)
digit_net = keras.Model(inputs, layers.Dense(10, activation="softmax")(x))

# %% right="compiled as well"
inputs = keras.Input(shape=(8, 8, 1))
x = layers.Conv2D(16, 3, padding="same", activation="relu")(inputs)
y = layers.Conv2D(16, 3, padding="same", activation="relu")(x)
y = layers.Conv2D(16, 3, padding="same")(y)
x = layers.Activation("relu")(layers.Add()([y, x]))
x = layers.GlobalAveragePooling2D()(x)
digit_net = keras.Model(inputs, layers.Dense(10, activation="softmax")(x))
digit_net.compile(loss="sparse_categorical_crossentropy")

# %% wrong="relu on the wrong side of the sum" loses=1.86 says="relu"
inputs = keras.Input(shape=(8, 8, 1))
x = layers.Conv2D(16, 3, padding="same", activation="relu")(inputs)
y = layers.Conv2D(16, 3, padding="same", activation="relu")(x)
y = layers.Conv2D(16, 3, padding="same", activation="relu")(y)
x = layers.Add()([x, y])
x = layers.GlobalAveragePooling2D()(x)
digit_net = keras.Model(inputs, layers.Dense(10, activation="softmax")(x))

# %% wrong="x overwritten, so the shortcut starts too late" says="starts from another tensor"
inputs = keras.Input(shape=(8, 8, 1))
x = layers.Conv2D(16, 3, padding="same", activation="relu")(inputs)
x = layers.Conv2D(16, 3, padding="same", activation="relu")(x)
y = layers.Conv2D(16, 3, padding="same")(x)
x = layers.Activation("relu")(layers.Add()([x, y]))
x = layers.GlobalAveragePooling2D()(x)
digit_net = keras.Model(inputs, layers.Dense(10, activation="softmax")(x))

# %% wrong="concatenated" says="no Add"
inputs = keras.Input(shape=(8, 8, 1))
x = layers.Conv2D(16, 3, padding="same", activation="relu")(inputs)
y = layers.Conv2D(16, 3, padding="same", activation="relu")(x)
y = layers.Conv2D(16, 3, padding="same")(y)
x = layers.Activation("relu")(layers.Concatenate()([x, y]))
x = layers.GlobalAveragePooling2D()(x)
digit_net = keras.Model(inputs, layers.Dense(10, activation="softmax")(x))

# %% wrong="no shortcut" says="no Add"
inputs = keras.Input(shape=(8, 8, 1))
x = layers.Conv2D(16, 3, padding="same", activation="relu")(inputs)
x = layers.Conv2D(16, 3, padding="same", activation="relu")(x)
x = layers.Conv2D(16, 3, padding="same", activation="relu")(x)
x = layers.GlobalAveragePooling2D()(x)
digit_net = keras.Model(inputs, layers.Dense(10, activation="softmax")(x))

# %% wrong="flattened instead of pooled" says="GlobalAveragePooling2D"
inputs = keras.Input(shape=(8, 8, 1))
x = layers.Conv2D(16, 3, padding="same", activation="relu")(inputs)
y = layers.Conv2D(16, 3, padding="same", activation="relu")(x)
y = layers.Conv2D(16, 3, padding="same")(y)
x = layers.Activation("relu")(layers.Add()([x, y]))
x = layers.Flatten()(x)
digit_net = keras.Model(inputs, layers.Dense(10, activation="softmax")(x))
