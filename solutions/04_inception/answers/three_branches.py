# %% right="branches in another order of creation, axis spelt out"
x = keras.Input((32, 32, 16), name="x")
pooled = layers.MaxPool2D(pool_size=(3, 3), strides=(1, 1), padding="same")(x)
pooled = layers.Conv2D(4, (1, 1), padding="same", activation="relu")(pooled)
wide = layers.Conv2D(8, (1, 1))(x)
wide = layers.ReLU()(wide)
wide = layers.Conv2D(12, (3, 3), padding="same")(wide)
wide = layers.Activation("relu")(wide)
point = layers.Conv2D(8, 1, activation=keras.activations.relu)(x)
three_branches = keras.Model(inputs=x, outputs=layers.concatenate([point, wide, pooled], axis=3))

# %% right="small stacks as branches"
inputs = keras.Input(shape=(32, 32, 16))
roads = [
    keras.Sequential([layers.Conv2D(8, 1, activation="relu")]),
    keras.Sequential([layers.Conv2D(8, 1, activation="relu"), layers.Conv2D(12, 3, padding="same", activation="relu")]),
    keras.Sequential([layers.MaxPooling2D(3, strides=1, padding="same"), layers.Conv2D(4, 1, activation="relu")]),
]
three_branches = keras.Model(inputs, ops.concatenate([road(inputs) for road in roads], axis=-1))

# %% wrong="the first layer shared by two branches" loses=3 says="Conv2D"
inputs = keras.Input(shape=(32, 32, 16))
one = layers.Conv2D(8, 1, activation="relu")(inputs)
two = layers.Conv2D(12, 3, padding="same", activation="relu")(one)
three = layers.MaxPooling2D(3, strides=1, padding="same")(inputs)
three = layers.Conv2D(4, 1, activation="relu")(three)
three_branches = keras.Model(inputs, layers.Concatenate()([one, two, three]))

# %% wrong="joined in another order" loses=2 says="order"
inputs = keras.Input(shape=(32, 32, 16))
one = layers.Conv2D(8, 1, activation="relu")(inputs)
two = layers.Conv2D(8, 1, activation="relu")(inputs)
two = layers.Conv2D(12, 3, padding="same", activation="relu")(two)
three = layers.MaxPooling2D(3, strides=1, padding="same")(inputs)
three = layers.Conv2D(4, 1, activation="relu")(three)
three_branches = keras.Model(inputs, layers.Concatenate()([three, two, one]))

# %% wrong="average for maximum" loses=2.5 says="MaxPooling2D"
inputs = keras.Input(shape=(32, 32, 16))
one = layers.Conv2D(8, 1, activation="relu")(inputs)
two = layers.Conv2D(8, 1, activation="relu")(inputs)
two = layers.Conv2D(12, 3, padding="same", activation="relu")(two)
three = layers.AveragePooling2D(3, strides=1, padding="same")(inputs)
three = layers.Conv2D(4, 1, activation="relu")(three)
three_branches = keras.Model(inputs, layers.Concatenate()([one, two, three]))

# %% wrong="one relu forgotten" loses=2 says="relu"
inputs = keras.Input(shape=(32, 32, 16))
one = layers.Conv2D(8, 1, activation="relu")(inputs)
two = layers.Conv2D(8, 1, activation="relu")(inputs)
two = layers.Conv2D(12, 3, padding="same")(two)
three = layers.MaxPooling2D(3, strides=1, padding="same")(inputs)
three = layers.Conv2D(4, 1, activation="relu")(three)
three_branches = keras.Model(inputs, layers.Concatenate()([one, two, three]))

# %% wrong="strides and padding forgotten, so it does not build" loses=4 says="three_branches"
inputs = keras.Input(shape=(32, 32, 16))
one = layers.Conv2D(8, 1, activation="relu")(inputs)
two = layers.Conv2D(8, 1, activation="relu")(inputs)
two = layers.Conv2D(12, 3, padding="same", activation="relu")(two)
three = layers.MaxPooling2D(3)(inputs)
three = layers.Conv2D(4, 1, activation="relu")(three)
three_branches = keras.Model(inputs, layers.Concatenate()([one, two, three]))

# %% wrong="branch 3 reads branch 2" loses=2.5 says="in common"
inputs = keras.Input(shape=(32, 32, 16))
one = layers.Conv2D(8, 1, activation="relu")(inputs)
two = layers.Conv2D(8, 1, activation="relu")(inputs)
two = layers.Conv2D(12, 3, padding="same", activation="relu")(two)
three = layers.MaxPooling2D(3, strides=1, padding="same")(two)
three = layers.Conv2D(4, 1, activation="relu")(three)
three_branches = keras.Model(inputs, layers.Concatenate()([one, two, three]))
