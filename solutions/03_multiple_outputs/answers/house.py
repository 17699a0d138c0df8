# %% right="lists instead of dicts, objects instead of texts"
rooms = keras.Input(shape=(12,))
body = layers.Dense(32, activation="relu")(rooms)
body = layers.Dense(16, activation="relu")(body)
price = layers.Dense(1, name="price")(body)
style = layers.Dense(4, activation="softmax", name="style")(body)
sold = layers.Dense(1, activation="sigmoid", name="sold")(body)
house = keras.Model(rooms, [price, style, sold])
house.compile(
    optimizer=keras.optimizers.Adam(),
    loss=[keras.losses.MeanSquaredError(), keras.losses.SparseCategoricalCrossentropy(), keras.losses.BinaryCrossentropy()],
    metrics=[[], ["accuracy"], ["accuracy"]],
)

# %% right="heads made first, the metrics spelt out"
price, style, sold = layers.Dense(1, name="price"), layers.Dense(4, "softmax", name="style"), layers.Dense(1, "sigmoid", name="sold")
body = keras.Sequential([keras.Input((12,)), layers.Dense(32, "relu"), layers.Dense(16, "relu")])
rooms = keras.Input((12,), name="rooms")
known = body(rooms)
house = keras.Model(inputs=rooms, outputs=[head(known) for head in (price, style, sold)])
house.compile(
    "adam",
    loss={"sold": "binary_crossentropy", "style": "sparse_categorical_crossentropy", "price": "mse"},
    metrics={"style": ["accuracy"], "sold": [keras.metrics.BinaryAccuracy(name="accuracy")]},
)

# %% wrong="losses as a list in another order" says="loss"
rooms = keras.Input(shape=(12,))
body = layers.Dense(32, activation="relu")(rooms)
body = layers.Dense(16, activation="relu")(body)
price = layers.Dense(1, name="price")(body)
style = layers.Dense(4, activation="softmax", name="style")(body)
sold = layers.Dense(1, activation="sigmoid", name="sold")(body)
house = keras.Model(rooms, [price, style, sold])
house.compile(
    optimizer="adam",
    loss=["sparse_categorical_crossentropy", "mean_squared_error", "binary_crossentropy"],
    metrics={"style": "accuracy", "sold": "accuracy"},
)

# %% wrong="heads in another order" says="order"
rooms = keras.Input(shape=(12,))
body = layers.Dense(32, activation="relu")(rooms)
body = layers.Dense(16, activation="relu")(body)
price = layers.Dense(1, name="price")(body)
style = layers.Dense(4, activation="softmax", name="style")(body)
sold = layers.Dense(1, activation="sigmoid", name="sold")(body)
house = keras.Model(rooms, [style, price, sold])
house.compile(
    optimizer="adam",
    loss={"price": "mean_squared_error", "style": "sparse_categorical_crossentropy", "sold": "binary_crossentropy"},
    metrics={"style": "accuracy", "sold": "accuracy"},
)

# %% wrong="heads without names" says="name"
rooms = keras.Input(shape=(12,))
body = layers.Dense(32, activation="relu")(rooms)
body = layers.Dense(16, activation="relu")(body)
price = layers.Dense(1)(body)
style = layers.Dense(4, activation="softmax")(body)
sold = layers.Dense(1, activation="sigmoid")(body)
house = keras.Model(rooms, [price, style, sold])
house.compile(
    optimizer="adam",
    loss=["mean_squared_error", "sparse_categorical_crossentropy", "binary_crossentropy"],
    metrics=[[], ["accuracy"], ["accuracy"]],
)

# %% wrong="the style reads the price" says="style stands on price"
rooms = keras.Input(shape=(12,))
body = layers.Dense(32, activation="relu")(rooms)
body = layers.Dense(16, activation="relu")(body)
price = layers.Dense(1, name="price")(body)
style = layers.Dense(4, activation="softmax", name="style")(price)
sold = layers.Dense(1, activation="sigmoid", name="sold")(body)
house = keras.Model(rooms, [price, style, sold])
house.compile(
    optimizer="adam",
    loss={"price": "mean_squared_error", "style": "sparse_categorical_crossentropy", "sold": "binary_crossentropy"},
    metrics={"style": "accuracy", "sold": "accuracy"},
)

# %% wrong="the style squeezed by a sigmoid" of="the style reads the price" replace="\"softmax\", name=\"style\")(price" by="\"sigmoid\", name=\"style\")(body" says="style answers with no question of lesson 01: Dense(4, sigmoid)"

# %% wrong="the loss for rows of zeros and ones" says="sparse_categorical_crossentropy"
rooms = keras.Input(shape=(12,))
body = layers.Dense(32, activation="relu")(rooms)
body = layers.Dense(16, activation="relu")(body)
price = layers.Dense(1, name="price")(body)
style = layers.Dense(4, activation="softmax", name="style")(body)
sold = layers.Dense(1, activation="sigmoid", name="sold")(body)
house = keras.Model(rooms, [price, style, sold])
house.compile(
    optimizer="adam",
    loss={"price": "mean_squared_error", "style": "categorical_crossentropy", "sold": "binary_crossentropy"},
    metrics={"style": "accuracy", "sold": "accuracy"},
)

# %% wrong="not compiled" says="compile"
rooms = keras.Input(shape=(12,))
body = layers.Dense(32, activation="relu")(rooms)
body = layers.Dense(16, activation="relu")(body)
price = layers.Dense(1, name="price")(body)
style = layers.Dense(4, activation="softmax", name="style")(body)
sold = layers.Dense(1, activation="sigmoid", name="sold")(body)
house = keras.Model(rooms, [price, style, sold])

# %% wrong="every weight begins at 0" says="zero gradients"
rooms = keras.Input(shape=(12,))
body = layers.Dense(32, activation="relu", kernel_initializer="zeros")(rooms)
body = layers.Dense(16, activation="relu", kernel_initializer="zeros")(body)
price = layers.Dense(1, name="price")(body)
style = layers.Dense(4, activation="softmax", name="style")(body)
sold = layers.Dense(1, activation="sigmoid", name="sold")(body)
house = keras.Model(rooms, [price, style, sold])
house.compile(
    optimizer="adam",
    loss={"price": "mean_squared_error", "style": "sparse_categorical_crossentropy", "sold": "binary_crossentropy"},
    metrics={"style": "accuracy", "sold": "accuracy"},
)

# %% wrong="mae watched for the price" says="metrics"
rooms = keras.Input((12,))
body = layers.Dense(16, activation="relu")(layers.Dense(32, activation="relu")(rooms))
price = layers.Dense(1, name="price")(body)
style = layers.Dense(4, activation="softmax", name="style")(body)
sold = layers.Dense(1, activation="sigmoid", name="sold")(body)
house = keras.Model(rooms, [price, style, sold])
house.compile(optimizer="adam", loss={"price": "mean_squared_error", "style": "sparse_categorical_crossentropy", "sold": "binary_crossentropy"}, metrics={"price": "mae", "style": "accuracy", "sold": "accuracy"})

# %% wrong="the price counts nothing" of="mae watched for the price" says="loss weights"
house.compile(optimizer="adam", loss={"price": "mean_squared_error", "style": "sparse_categorical_crossentropy", "sold": "binary_crossentropy"}, metrics={"style": "accuracy", "sold": "accuracy"}, loss_weights={"price": 0.0, "style": 1.0, "sold": 1.0})
