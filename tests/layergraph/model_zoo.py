"""Models that the tests, the benchmark and the figures draw and compare: each a function of the Keras package."""


def stack(keras, units=32):
    """A Sequential model with its activations apart."""
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((784,)),
            layers.Dense(units),
            layers.Activation("relu"),
            layers.Dense(10),
            layers.Activation("softmax"),
        ],
        name="stack",
    )


def posts(keras, *, swapped=False, pooled=True):
    """Two inputs, one body, three heads."""
    layers = keras.layers
    text = keras.Input((None,), dtype="int32", name="text")
    extra = keras.Input((5,), name="extra")
    x = layers.Embedding(5000, 64)(text)
    x = layers.Conv1D(128, 5, activation="relu")(x)
    x = layers.GlobalMaxPooling1D()(x) if pooled else layers.GlobalAveragePooling1D()(x)
    x = layers.Concatenate()([x, extra])
    x = layers.Dense(128, activation="relu", name="body")(x)
    heads = [
        layers.Dense(1, name="age")(x),
        layers.Dense(10, activation="softmax", name="topic")(x),
        layers.Dense(1, activation="sigmoid", name="question")(x),
    ]
    if swapped:
        heads[0], heads[2] = heads[2], heads[0]
    return keras.Model([text, extra], heads, name="posts")


def siamese(keras, *, shared=True):
    """One LSTM reads both sides."""
    layers = keras.layers
    left, right = keras.Input((None, 128), name="left"), keras.Input((None, 128), name="right")
    reader = layers.LSTM(32)
    other = reader if shared else layers.LSTM(32)
    merged = layers.Concatenate()([reader(left), other(right)])
    return keras.Model([left, right], layers.Dense(1, activation="sigmoid")(merged), name="siamese")


def encoder(keras, name="encoder"):
    """A small image encoder."""
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(16, 3, activation="relu"),
            layers.MaxPooling2D(3),
            layers.Flatten(),
            layers.Dense(16),
        ],
        name=name,
    )


def encoder_twice(keras, *, shared=True):
    """A nested model called twice, its answers subtracted."""
    layers = keras.layers
    one, two = keras.Input((28, 28, 1), name="one"), keras.Input((28, 28, 1), name="two")
    read = encoder(keras)
    again = read if shared else encoder(keras, "encoder_2")
    return keras.Model(
        [one, two], layers.Dense(1, activation="sigmoid")(read(one) - again(two)), name="same_digit"
    )


def inception(keras, *, kernel=3, branches="abcd"):
    """Four branches side by side on (224, 224, 3)."""
    layers = keras.layers
    x = keras.Input((224, 224, 3), name="image")

    def conv(size, strides=1):
        return layers.Conv2D(128, size, strides=strides, padding="same", activation="relu")

    found = {
        "a": lambda: conv(1, 2)(x),
        "b": lambda: conv(kernel, 2)(conv(1)(x)),
        "c": lambda: conv(3)(layers.AveragePooling2D(3, strides=2, padding="same")(x)),
        "d": lambda: conv(3, 2)(conv(3)(conv(1)(x))),
    }
    return keras.Model(
        x, layers.Concatenate()([found[name]() for name in branches]), name="inception"
    )


def residual(keras, *, skip="x"):
    """A block with a projection shortcut on (28, 28, 128)."""
    layers = keras.layers
    x = keras.Input((28, 28, 128), name="x")
    y = layers.Conv2D(128, 3, padding="same", activation="relu")(x)
    z = layers.Conv2D(128, 3, padding="same", activation="relu")(y)
    pooled = layers.MaxPooling2D(2, padding="same")(z)
    shortcut = layers.Conv2D(128, 1, strides=2, name="shortcut")({"x": x, "y": y}[skip])
    return keras.Model(x, layers.add([pooled, shortcut]), name="residual")


def every_frame(keras, units=64):
    """A classifier applied to each of twenty frames."""
    layers = keras.layers
    classifier = keras.Sequential(
        [
            keras.Input((784,)),
            layers.Dense(units, activation="relu"),
            layers.Dense(64, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ],
        name="classifier",
    )
    frames = keras.Input((20, 784), name="frames")
    return keras.Model(frames, layers.TimeDistributed(classifier)(frames), name="video")


def xception(keras, classes=1000):
    """A published network of 134 calls."""
    return keras.applications.Xception(weights=None, classes=classes)


def inception_v3(keras):
    """A published network with many branches."""
    return keras.applications.InceptionV3(weights=None)


def equal_branches(keras, count=64, odd=None):
    """Branches that no name tells apart, added up; one of them may be odd."""
    layers = keras.layers
    x = keras.Input((16,))
    ends = [
        layers.Dense(8, activation=None if number == odd else "relu")(layers.Dense(8)(x))
        for number in range(count)
    ]
    return keras.Model(x, layers.Add()(ends), name="branches")


def chain(keras, length):
    """A functional chain of cheap layers; above about 900, Keras itself needs a higher recursion limit."""
    x = start = keras.Input((4,))
    for _ in range(length):
        x = keras.layers.ReLU()(x)
    return keras.Model(start, x, name="chain")


# picture name -> (model, the same model with a slip)
PAIRS = {
    "stack": (stack, lambda keras: stack(keras, 64)),
    "posts": (posts, lambda keras: posts(keras, swapped=True)),
    "siamese": (siamese, lambda keras: siamese(keras, shared=False)),
    "encoder_twice": (encoder_twice, lambda keras: encoder_twice(keras, shared=False)),
    "inception": (inception, lambda keras: inception(keras, kernel=5, branches="abc")),
    "residual": (residual, lambda keras: residual(keras, skip="y")),
    "every_frame": (every_frame, lambda keras: every_frame(keras, 32)),
    "xception": (xception, lambda keras: xception(keras, 10)),
}
