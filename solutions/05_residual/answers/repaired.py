# %% right="plus, other names, relu as a layer of its own"
maps = keras.Input((12, 12, 24))
road = layers.Conv2D(24, 3, padding="same")(maps)
road = layers.ReLU()(road)
road = layers.Conv2D(24, 3, padding="same")(road)
repaired = keras.Model(maps, layers.ReLU()(road + maps))

# %% right="the order of the sum turned, ops.relu"
inputs = keras.Input(shape=(12, 12, 24))
x = layers.Conv2D(24, 3, padding="same", activation="relu")(inputs)
y = layers.Conv2D(24, 3, padding="same")(x)
repaired = keras.Model(inputs, ops.relu(layers.add([y, inputs])))

# %% wrong="only the shortcut repaired" loses=2.14 says="after the sum"
inputs = keras.Input(shape=(12, 12, 24))
x = layers.Conv2D(24, 3, padding="same", activation="relu")(inputs)
y = layers.Conv2D(24, 3, padding="same", activation="relu")(x)
outputs = layers.Add()([inputs, y])
repaired = keras.Model(inputs, outputs)

# %% wrong="only the activation repaired" loses=3 says="does not start at the input"
inputs = keras.Input(shape=(12, 12, 24))
x = layers.Conv2D(24, 3, padding="same", activation="relu")(inputs)
y = layers.Conv2D(24, 3, padding="same")(x)
outputs = layers.Activation("relu")(layers.Add()([x, y]))
repaired = keras.Model(inputs, outputs)

# %% wrong="relu on both sides of the sum" of="only the shortcut repaired" replace="layers.Add()([inputs, y]" by="layers.Activation(\"relu\")(layers.Add()([inputs, y])" loses=1.57 says="relu"

# %% wrong="a projection where none is needed" of="only the activation repaired" replace="[x," by="[layers.Conv2D(24, 1)(inputs)," loses=3 says="does not start at the input"

# %% wrong="no relu anywhere after the first" of="the order of the sum turned, ops.relu" replace="ops.relu(layers.add([y, inputs])" by="layers.Add()([inputs, y]" loses=1.57 says="after the sum"

# %% wrong="one convolution lost" loses=1.29 says="Conv2D"
inputs = keras.Input(shape=(12, 12, 24))
y = layers.Conv2D(24, 3, padding="same")(inputs)
repaired = keras.Model(inputs, layers.Activation("relu")(layers.Add()([inputs, y])))
