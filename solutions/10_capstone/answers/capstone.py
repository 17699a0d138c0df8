# %% right="a Sequential encoder behind branches of one and two convolutions, operators, a deep tower of 48 units"
def make_calculator(shortcuts):
    start = keras.Input((8, 8, 1))
    near = layers.Conv2D(6, 3, padding="same", activation="relu")(start)
    far = layers.Conv2D(6, 3, padding="same", activation="relu")(layers.Conv2D(6, 3, padding="same", activation="relu")(start))
    end = keras.Sequential([layers.MaxPooling2D(2), layers.Flatten(), layers.Dense(64), layers.ReLU()])
    encoder = keras.Model(start, end(layers.concatenate([near, far])))

    left, right, question = keras.Input((8, 8, 1)), keras.Input((8, 8, 1)), keras.Input((2,))
    z = layers.Concatenate()([encoder(left), encoder(right), question])
    z = layers.ReLU()(layers.Dense(64)(z))
    for _ in range(5):
        inner = layers.Dense(56, activation="relu")(z)
        inner = layers.Dense(64)(inner)
        z = z + inner if shortcuts else inner
    same = layers.Dense(1, activation="sigmoid")(z)
    result = layers.Dense(19, activation="softmax")(z)
    model = keras.Model([left, right, question], [same, result])
    model.compile(optimizer="adam", loss=[keras.losses.BinaryCrossentropy(), keras.losses.SparseCategoricalCrossentropy()], metrics=[["accuracy"], ["accuracy"]])
    model.optimizer.learning_rate = 0.003
    return model


calculator, plain = make_calculator(True), make_calculator(False)
ablation = {"calculator": rehearse(calculator, x_new, y_new), "plain": rehearse(plain, x_new, y_new)}

# %% right="layers in lists, no nested model, heads of their own, the product of the codes as well"
def make_calculator(shortcuts=True):
    stem = [layers.Conv2D(8, size, padding="same", activation="relu") for size in (3, 5)]
    pool, flat, last = layers.MaxPooling2D(2), layers.Flatten(), layers.Dense(40, activation="relu")

    def code(picture):
        return last(flat(pool(layers.concatenate([window(picture) for window in stem]))))

    left, right, question = keras.Input((8, 8, 1), name="left"), keras.Input((8, 8, 1), name="right"), keras.Input((2,), name="question")
    one, other = code(left), code(right)
    z = layers.Dense(64, activation="relu")(layers.concatenate([one, other, layers.multiply([one, other]), question]))
    for _ in range(4):
        y = layers.Dense(64)(layers.Dense(64, activation="relu")(z))
        z = layers.add([y, z]) if shortcuts else y
    same = layers.Activation("sigmoid", name="same")(layers.Dense(1)(layers.Dense(16, activation="relu")(z)))
    model = keras.Model([left, right, question], [same, layers.Dense(19, activation="softmax", name="result")(z)])
    model.compile(keras.optimizers.Adam(learning_rate=0.003), {"same": "binary_crossentropy", "result": "sparse_categorical_crossentropy"})
    return model


calculator, plain = make_calculator(), make_calculator(shortcuts=False)
ablation = {name: list(rehearse(model, x_new, y_new)) for name, model in {"plain": plain, "calculator": calculator}.items()}

# %% wrong="an encoder for each image" says="(left), "
def make_calculator(shortcuts):
    def encoder(image):
        a = layers.Conv2D(8, 3, padding="same", activation="relu")(image)
        b = layers.Conv2D(8, 5, padding="same", activation="relu")(image)
        x = layers.MaxPooling2D(2)(layers.Concatenate()([a, b]))
        return layers.Dense(24, activation="relu")(layers.Flatten()(x))

    left, right, question = keras.Input((8, 8, 1)), keras.Input((8, 8, 1)), keras.Input((2,))
    z = layers.Concatenate()([encoder(left), encoder(right), question])
    z = layers.Dense(64, activation="relu")(z)
    for _ in range(4):
        y = layers.Dense(64)(layers.Dense(64, activation="relu")(z))
        z = layers.Add()([z, y]) if shortcuts else y
    same = layers.Dense(1, activation="sigmoid")(z)
    result = layers.Dense(19, activation="softmax")(z)
    model = keras.Model([left, right, question], [same, result])
    model.compile(keras.optimizers.Adam(0.003), loss=["binary_crossentropy", "sparse_categorical_crossentropy"])
    return model


calculator, plain = make_calculator(True), make_calculator(False)
ablation = {"calculator": (0.96, 0.87), "plain": (0.92, 0.55)}

# %% wrong="no shortcut: the plain network twice" says="Add"
def make_calculator(shortcuts):
    image = keras.Input(shape=(8, 8, 1))
    a = layers.Conv2D(8, 3, padding="same", activation="relu")(image)
    b = layers.Conv2D(8, 5, padding="same", activation="relu")(image)
    x = layers.MaxPooling2D(2)(layers.Concatenate()([a, b]))
    encoder = keras.Model(image, layers.Dense(48, activation="relu")(layers.Flatten()(x)))

    left, right, question = keras.Input((8, 8, 1)), keras.Input((8, 8, 1)), keras.Input((2,))
    z = layers.Concatenate()([encoder(left), encoder(right), question])
    z = layers.Dense(64, activation="relu")(z)
    for _ in range(4):
        y = layers.Dense(64)(layers.Dense(64, activation="relu")(z))
        z = layers.Add()([z, y]) if shortcuts else y
    same = layers.Dense(1, activation="sigmoid")(z)
    result = layers.Dense(19, activation="softmax")(z)
    model = keras.Model([left, right, question], [same, result])
    model.compile(keras.optimizers.Adam(0.003), loss=["binary_crossentropy", "sparse_categorical_crossentropy"])
    return model


calculator, plain = make_calculator(False), make_calculator(False)
ablation = {"calculator": (0.92, 0.55), "plain": (0.92, 0.55)}

# %% wrong="branches that are decoration: two single units side by side" of="an encoder for each image" says="the branches see the same"
def make_calculator(shortcuts):
    image = keras.Input(shape=(8, 8, 1))
    x = layers.Dense(48, activation="relu")(layers.Flatten()(image))
    x = layers.Concatenate()([x, layers.Dense(1)(x), layers.Dense(1)(x)])
    encoder = keras.Model(image, layers.Dense(48, activation="relu")(x))

    left, right, question = keras.Input((8, 8, 1)), keras.Input((8, 8, 1)), keras.Input((2,))
    z = layers.Concatenate()([encoder(left), encoder(right), question])
    z = layers.Dense(64, activation="relu")(z)
    for _ in range(4):
        y = layers.Dense(64)(layers.Dense(64, activation="relu")(z))
        z = layers.Add()([z, y]) if shortcuts else y
    same = layers.Dense(1, activation="sigmoid")(z)
    result = layers.Dense(19, activation="softmax")(z)
    model = keras.Model([left, right, question], [same, result])
    model.compile(keras.optimizers.Adam(0.003), loss=["binary_crossentropy", "sparse_categorical_crossentropy"])
    return model

# %% wrong="an encoder of Dense layers only" of="an encoder for each image" says="the branches see the same"
def make_calculator(shortcuts):
    image = keras.Input(shape=(8, 8, 1))
    x = layers.Flatten()(image)
    x = layers.Concatenate()([layers.Dense(32, activation="relu")(x), layers.Dense(32, activation="tanh")(x)])
    encoder = keras.Model(image, layers.Dense(48, activation="relu")(x))

    left, right, question = keras.Input((8, 8, 1)), keras.Input((8, 8, 1)), keras.Input((2,))
    z = layers.Concatenate()([encoder(left), encoder(right), question])
    z = layers.Dense(64, activation="relu")(z)
    for _ in range(4):
        y = layers.Dense(64)(layers.Dense(64, activation="relu")(z))
        z = layers.Add()([z, y]) if shortcuts else y
    same = layers.Dense(1, activation="sigmoid")(z)
    result = layers.Dense(19, activation="softmax")(z)
    model = keras.Model([left, right, question], [same, result])
    model.compile(keras.optimizers.Adam(0.003), loss=["binary_crossentropy", "sparse_categorical_crossentropy"])
    return model

# %% wrong="two branches with the same window" of="an encoder for each image" says="the branches see the same, those that concatenate"
def make_calculator(shortcuts):
    image = keras.Input(shape=(8, 8, 1))
    a = layers.Conv2D(8, 3, padding="same", activation="relu")(image)
    b = layers.Conv2D(8, 3, padding="same", activation="relu")(image)
    x = layers.MaxPooling2D(2)(layers.Concatenate()([a, b]))
    encoder = keras.Model(image, layers.Dense(48, activation="relu")(layers.Flatten()(x)))

    left, right, question = keras.Input((8, 8, 1)), keras.Input((8, 8, 1)), keras.Input((2,))
    z = layers.Concatenate()([encoder(left), encoder(right), question])
    z = layers.Dense(64, activation="relu")(z)
    for _ in range(4):
        y = layers.Dense(64)(layers.Dense(64, activation="relu")(z))
        z = layers.Add()([z, y]) if shortcuts else y
    same = layers.Dense(1, activation="sigmoid")(z)
    result = layers.Dense(19, activation="softmax")(z)
    model = keras.Model([left, right, question], [same, result])
    model.compile(keras.optimizers.Adam(0.003), loss=["binary_crossentropy", "sparse_categorical_crossentropy"])
    return model

# %% wrong="a shortcut that is decoration: one addition in the encoder, and a tower of sigmoids without any" says="right"
def make_calculator(shortcuts):
    image = keras.Input(shape=(8, 8, 1))
    a = layers.Conv2D(8, 3, padding="same", activation="relu")(image)
    b = layers.Conv2D(8, 5, padding="same", activation="relu")(image)
    x = layers.MaxPooling2D(2)(layers.Concatenate()([a, b]))
    x = layers.Dense(24, activation="relu")(layers.Flatten()(x))
    y = layers.Dense(24, activation="relu")(x)
    encoder = keras.Model(image, layers.Add()([x, y]) if shortcuts else y)

    left, right, question = keras.Input((8, 8, 1)), keras.Input((8, 8, 1)), keras.Input((2,))
    z = layers.Concatenate()([encoder(left), encoder(right), question])
    for _ in range(14):
        z = layers.Dense(24, activation="sigmoid")(z)
    same = layers.Dense(1, activation="sigmoid")(z)
    result = layers.Dense(19, activation="softmax")(z)
    model = keras.Model([left, right, question], [same, result])
    model.compile(keras.optimizers.Adam(0.003), loss=["binary_crossentropy", "sparse_categorical_crossentropy"])
    return model


calculator, plain = make_calculator(True), make_calculator(False)
ablation = {"calculator": (0.52, 0.11), "plain": (0.52, 0.11)}

# %% wrong="too flat" of="an encoder for each image" says="the longest way has 5: conv2d"
def make_calculator(shortcuts):
    image = keras.Input(shape=(8, 8, 1))
    a = layers.Conv2D(8, 3, padding="same", activation="relu")(image)
    b = layers.Conv2D(8, 5, padding="same", activation="relu")(image)
    x = layers.MaxPooling2D(2)(layers.Concatenate()([a, b]))
    encoder = keras.Model(image, layers.Dense(48, activation="relu")(layers.Flatten()(x)))

    left, right, question = keras.Input((8, 8, 1)), keras.Input((8, 8, 1)), keras.Input((2,))
    z = layers.Concatenate()([encoder(left), encoder(right), question])
    z = layers.Dense(128, activation="relu")(z)
    y = layers.Dense(128, activation="relu")(z)
    z = layers.Add()([z, y]) if shortcuts else y
    same = layers.Dense(1, activation="sigmoid")(z)
    result = layers.Dense(19, activation="softmax")(z)
    model = keras.Model([left, right, question], [same, result])
    model.compile(keras.optimizers.Adam(0.003), loss=["binary_crossentropy", "sparse_categorical_crossentropy"])
    return model

# %% wrong="beyond the budget" of="an encoder for each image" says="parameters"
def make_calculator(shortcuts):
    image = keras.Input(shape=(8, 8, 1))
    a = layers.Conv2D(8, 3, padding="same", activation="relu")(image)
    b = layers.Conv2D(8, 5, padding="same", activation="relu")(image)
    x = layers.MaxPooling2D(2)(layers.Concatenate()([a, b]))
    encoder = keras.Model(image, layers.Dense(48, activation="relu")(layers.Flatten()(x)))

    left, right, question = keras.Input((8, 8, 1)), keras.Input((8, 8, 1)), keras.Input((2,))
    z = layers.Concatenate()([encoder(left), encoder(right), question])
    z = layers.Dense(96, activation="relu")(z)
    for _ in range(4):
        y = layers.Dense(96)(layers.Dense(96, activation="relu")(z))
        z = layers.Add()([z, y]) if shortcuts else y
    same = layers.Dense(1, activation="sigmoid")(z)
    result = layers.Dense(19, activation="softmax")(z)
    model = keras.Model([left, right, question], [same, result])
    model.compile(keras.optimizers.Adam(0.003), loss=["binary_crossentropy", "sparse_categorical_crossentropy"])
    return model

# %% wrong="the question is not heard" of="an encoder for each image" says="no way leads from question to result"
def make_calculator(shortcuts):
    image = keras.Input(shape=(8, 8, 1))
    a = layers.Conv2D(8, 3, padding="same", activation="relu")(image)
    b = layers.Conv2D(8, 5, padding="same", activation="relu")(image)
    x = layers.MaxPooling2D(2)(layers.Concatenate()([a, b]))
    encoder = keras.Model(image, layers.Dense(48, activation="relu")(layers.Flatten()(x)))

    left, right, question = keras.Input((8, 8, 1)), keras.Input((8, 8, 1)), keras.Input((2,))
    z = layers.Concatenate()([encoder(left), encoder(right)])
    z = layers.Dense(64, activation="relu")(z)
    for _ in range(4):
        y = layers.Dense(64)(layers.Dense(64, activation="relu")(z))
        z = layers.Add()([z, y]) if shortcuts else y
    same = layers.Dense(1, activation="sigmoid")(z)
    result = layers.Dense(19, activation="softmax")(z)
    model = keras.Model([left, right, question], [same, result])
    model.compile(keras.optimizers.Adam(0.003), loss=["binary_crossentropy", "sparse_categorical_crossentropy"])
    return model

# %% wrong="the answers swapped" of="an encoder for each image" says="their order is not"
def make_calculator(shortcuts):
    image = keras.Input(shape=(8, 8, 1))
    a = layers.Conv2D(8, 3, padding="same", activation="relu")(image)
    b = layers.Conv2D(8, 5, padding="same", activation="relu")(image)
    x = layers.MaxPooling2D(2)(layers.Concatenate()([a, b]))
    encoder = keras.Model(image, layers.Dense(48, activation="relu")(layers.Flatten()(x)))

    left, right, question = keras.Input((8, 8, 1)), keras.Input((8, 8, 1)), keras.Input((2,))
    z = layers.Concatenate()([encoder(left), encoder(right), question])
    z = layers.Dense(64, activation="relu")(z)
    for _ in range(4):
        y = layers.Dense(64)(layers.Dense(64, activation="relu")(z))
        z = layers.Add()([z, y]) if shortcuts else y
    same = layers.Dense(1, activation="sigmoid")(z)
    result = layers.Dense(19, activation="softmax")(z)
    model = keras.Model([left, right, question], [result, same])
    model.compile(keras.optimizers.Adam(0.003), loss=["sparse_categorical_crossentropy", "binary_crossentropy"])
    return model

# %% wrong="nothing but straight lines" of="an encoder for each image" says="right"
def make_calculator(shortcuts):
    image = keras.Input(shape=(8, 8, 1))
    a = layers.Conv2D(8, 3, padding="same")(image)
    b = layers.Conv2D(8, 5, padding="same")(image)
    x = layers.AveragePooling2D(2)(layers.Concatenate()([a, b]))
    encoder = keras.Model(image, layers.Dense(48)(layers.Flatten()(x)))

    left, right, question = keras.Input((8, 8, 1)), keras.Input((8, 8, 1)), keras.Input((2,))
    z = layers.Concatenate()([encoder(left), encoder(right), question])
    z = layers.Dense(64)(z)
    for _ in range(4):
        y = layers.Dense(64)(layers.Dense(64)(z))
        z = layers.Add()([z, y]) if shortcuts else y
    same = layers.Dense(1, activation="sigmoid")(z)
    result = layers.Dense(19, activation="softmax")(z)
    model = keras.Model([left, right, question], [same, result])
    model.compile(keras.optimizers.Adam(0.003), loss=["binary_crossentropy", "sparse_categorical_crossentropy"])
    return model

# %% wrong="not compiled" of="an encoder for each image" says="not compiled"
def make_calculator(shortcuts):
    image = keras.Input(shape=(8, 8, 1))
    a = layers.Conv2D(8, 3, padding="same", activation="relu")(image)
    b = layers.Conv2D(8, 5, padding="same", activation="relu")(image)
    x = layers.MaxPooling2D(2)(layers.Concatenate()([a, b]))
    encoder = keras.Model(image, layers.Dense(48, activation="relu")(layers.Flatten()(x)))

    left, right, question = keras.Input((8, 8, 1)), keras.Input((8, 8, 1)), keras.Input((2,))
    z = layers.Concatenate()([encoder(left), encoder(right), question])
    z = layers.Dense(64, activation="relu")(z)
    for _ in range(4):
        y = layers.Dense(64)(layers.Dense(64, activation="relu")(z))
        z = layers.Add()([z, y]) if shortcuts else y
    same = layers.Dense(1, activation="sigmoid")(z)
    result = layers.Dense(19, activation="softmax")(z)
    model = keras.Model([left, right, question], [same, result])
    pass
    return model

# %% wrong="numbers made up" of="no shortcut: the plain network twice" says="when trained again"
calculator, plain = make_calculator(True), make_calculator(False)
ablation = {"calculator": (0.96, 0.87), "plain": (0.96, 0.9)}

# %% wrong="plain is the calculator again" of="no shortcut: the plain network twice" says="still adds tensors, in add"
calculator = plain = make_calculator(True)
ablation = {"calculator": (0.96, 0.87), "plain": (0.96, 0.87)}

# %% wrong="plain is flat, too" says="the longest way has"
def make_calculator(shortcuts):
    image = keras.Input(shape=(8, 8, 1))
    a = layers.Conv2D(8, 3, padding="same", activation="relu")(image)
    b = layers.Conv2D(8, 5, padding="same", activation="relu")(image)
    x = layers.MaxPooling2D(2)(layers.Concatenate()([a, b]))
    encoder = keras.Model(image, layers.Dense(48, activation="relu")(layers.Flatten()(x)))

    left, right, question = keras.Input((8, 8, 1)), keras.Input((8, 8, 1)), keras.Input((2,))
    z = layers.Concatenate()([encoder(left), encoder(right), question])
    z = layers.Dense(64, activation="relu")(z)
    for _ in range(4):
        y = layers.Dense(64)(layers.Dense(64, activation="relu")(z))
        z = layers.Add()([z, y]) if shortcuts else y
    same = layers.Dense(1, activation="sigmoid")(z)
    result = layers.Dense(19, activation="softmax")(z)
    model = keras.Model([left, right, question], [same, result])
    model.compile(keras.optimizers.Adam(0.003), loss=["binary_crossentropy", "sparse_categorical_crossentropy"])
    return model


calculator, plain = make_calculator(True), make_calculator(False)
left, right, question = keras.Input((8, 8, 1)), keras.Input((8, 8, 1)), keras.Input((2,))
z = layers.Dense(64, activation="relu")(layers.concatenate([layers.Flatten()(left), layers.Flatten()(right), question]))
plain = keras.Model([left, right, question], [layers.Dense(1, activation="sigmoid")(z), layers.Dense(19, activation="softmax")(z)])
plain.compile("adam", ["binary_crossentropy", "sparse_categorical_crossentropy"])
ablation = {"calculator": (0.96, 0.87), "plain": (0.5, 0.4)}
