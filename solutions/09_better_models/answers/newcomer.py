# %% right="layer by layer, a Sequential on top"
body = make_base()
for layer in body.layers:
    layer.trainable = False
newcomer = keras.Sequential([keras.Input(shape=(8, 8, 1)), body, layers.Dense(5), layers.Softmax()])
newcomer.compile(keras.optimizers.Adam(), keras.losses.SparseCategoricalCrossentropy(), metrics=["accuracy"])

# %% right="cut open and continued"
body = make_base()
body.trainable = False
newcomer = keras.Model(body.inputs, layers.Dense(5, activation="softmax")(body.output))
newcomer.compile(optimizer="adam", loss="sparse_categorical_crossentropy")

# %% right="called in inference mode as well, trained a little"
body = make_base()
body.trainable = False
photo = keras.Input((8, 8, 1), name="photo")
newcomer = keras.Model(photo, layers.Dense(5, "softmax", name="five")(body(photo, training=False)))
newcomer.compile("Adam", "sparse_categorical_crossentropy")
newcomer.fit(x_train[:32], y_train[:32] % 5, verbose=0)

# %% wrong="design A" says="125"
body = make_base()
image = keras.Input(shape=(8, 8, 1))
newcomer = keras.Model(image, layers.Dense(5, activation="softmax")(body(image)))
newcomer.compile(optimizer=keras.optimizers.Adam(1e-6), loss="sparse_categorical_crossentropy")

# %% wrong="only the convolutions frozen" says="125"
body = make_base()
for layer in body.layers:
    if isinstance(layer, layers.Conv2D):
        layer.trainable = False
image = keras.Input(shape=(8, 8, 1))
newcomer = keras.Model(image, layers.Dense(5, activation="softmax")(body(image)))
newcomer.compile(optimizer="adam", loss="sparse_categorical_crossentropy")

# %% wrong="inference mode without freezing" says="125"
body = make_base()
image = keras.Input(shape=(8, 8, 1))
newcomer = keras.Model(image, layers.Dense(5, activation="softmax")(body(image, training=False)))
newcomer.compile(optimizer="adam", loss="sparse_categorical_crossentropy")

# %% wrong="the new layer frozen too" says="125"
body = make_base()
image = keras.Input(shape=(8, 8, 1))
newcomer = keras.Model(image, layers.Dense(5, activation="softmax")(body(image)))
newcomer.trainable = False
newcomer.compile(optimizer="adam", loss="sparse_categorical_crossentropy")

# %% wrong="ten classes" of="reference" replace="layers.Dense(5" by="layers.Dense(10" says="10"

# %% wrong="not compiled" says="not compiled"
body = make_base()
body.trainable = False
image = keras.Input(shape=(8, 8, 1))
newcomer = keras.Model(image, layers.Dense(5, activation="softmax")(body(image)))

# %% wrong="the loss for rows" of="reference" replace="\"sparse_categorical_crossentropy\"" by="\"categorical_crossentropy\"" says="sparse_categorical_crossentropy"

# %% wrong="no softmax" of="reference" replace="5, activation=\"softmax\"" by="5" says="softmax"

# %% right="another learning rate, and a call that says training"
body = make_base()
body.trainable = False
image = keras.Input(shape=(8, 8, 1))
newcomer = keras.Model(image, layers.Dense(5, activation="softmax")(body(image, training=True)))
newcomer.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
