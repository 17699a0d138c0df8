# %% right="other names, axis spelt out"
image = keras.Input(shape=(28, 28, 8))
x = layers.Conv2D(16, 3, padding="same", activation="relu")(image)
a = layers.Conv2D(8, 1, strides=2, padding="same", activation="relu")(x)
b = layers.Conv2D(8, 1, activation="relu")(x)
b = layers.Conv2D(8, 3, strides=2, padding="same", activation="relu")(b)
c = layers.AveragePooling2D(3, strides=2, padding="same")(x)
c = layers.Conv2D(8, 3, padding="same", activation="relu")(c)
repaired = keras.Model(image, layers.Concatenate(axis=-1)([a, b, c]))

# %% right="activations apart, compiled as well"
image = keras.Input(shape=(28, 28, 8), name="image")
x = layers.ReLU()(layers.Conv2D(16, 3, padding="same")(image))
a = layers.Conv2D(8, 1, strides=2, activation="relu")(x)
c = layers.AveragePooling2D(3, strides=2, padding="same")(x)
c = layers.Activation("relu")(layers.Conv2D(8, 3, padding="same")(c))
b = layers.Conv2D(8, 1, activation="relu")(x)
b = layers.Conv2D(8, 3, strides=2, padding="same", activation="relu")(b)
repaired = keras.Model(inputs=image, outputs=layers.concatenate([a, b, c]))
repaired.compile(optimizer="adam", loss="mse")

# %% wrong="only the axis repaired" loses=2.33 says="Each branch needs layers of its own"
X = keras.Input(shape=(28, 28, 8))
x = layers.Conv2D(16, 3, padding="same", activation="relu")(X)
a = layers.Conv2D(8, 1, strides=2, padding="same", activation="relu")(x)
b = layers.Conv2D(8, 1, activation="relu")(X)
b = layers.Conv2D(8, 3, strides=2, padding="same", activation="relu")(b)
c = layers.AveragePooling2D(3, strides=2, padding="same")(x)
c = layers.Conv2D(8, 3, padding="same", activation="relu")(c)
repaired = keras.Model(X, layers.Concatenate()([a, b, b]))

# %% wrong="the axis left wrong" of="reference" replace="layers.Concatenate(" by="layers.Concatenate(axis=1" loses=3 says="(42, 14, 8)"

# %% wrong="one branch still reads the image" of="reference" replace="1, activation=\"relu\")(x)" by="1, activation=\"relu\")(X)" loses=1.67 says="Each branch needs layers of its own"

# %% wrong="branch c left out" of="reference" replace="b, c" by="b" loses=3 says="(14, 14, 16)"

# %% wrong="branch a doubled instead of b" of="reference" replace="b, c" by="a, b" loses=2.33 says="Each branch needs layers of its own"

# %% wrong="the last two branches swapped" of="reference" replace="b, c" by="c, b" loses=1 says="order"
