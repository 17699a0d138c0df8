"""Models of every shape a lesson may ask for, for the tests of the transport: name -> a function that builds it."""


def _functional_siamese(keras, layers, ops):
    lstm = layers.LSTM(32)
    left, right = keras.Input((None, 128), name="left"), keras.Input((None, 128), name="right")
    return keras.Model(
        [left, right],
        layers.Dense(1, activation="sigmoid")(layers.concatenate([lstm(left), lstm(right)])),
    )


def _nested(keras, layers, ops):
    image = keras.Input((8, 8, 3))
    encoder = keras.Model(
        image, layers.Flatten()(layers.Conv2D(4, 3, name="c")(image)), name="encoder"
    )
    a, b = keras.Input((8, 8, 3)), keras.Input((8, 8, 3))
    return keras.Model(
        {"a": a, "b": b}, {"far": layers.Subtract()([encoder(a), encoder(b)])}, name="pair"
    )


def _same_graph(keras, layers, ops):
    x = keras.Input((28, 28, 1))
    code = layers.Dense(16)(layers.Flatten()(layers.Conv2D(2, 3)(x)))
    encoder = keras.Model(x, code, name="enc")
    auto = keras.Model(x, layers.Dense(4)(code), name="auto")
    return [encoder, auto]


def _time_distributed(keras, layers, ops):
    x = keras.Input((12,))
    encoder = keras.Model(
        x, layers.Dense(3)(layers.Dense(5, activation="relu")(x)), name="per_frame"
    )
    frames = keras.Input((4, 12))
    return [encoder, keras.Model(frames, layers.LSTM(2)(layers.TimeDistributed(encoder)(frames)))]


def _initial_state(keras, layers, ops):
    x, y = keras.Input((5, 3)), keras.Input((7, 3))
    _, h, c = layers.LSTM(4, return_state=True)(x)
    return keras.Model([x, y], layers.LSTM(4)(y, initial_state=[h, c]))


def _operators(keras, layers, ops):
    x = keras.Input((6, 4))
    y = (x[:, 1:3] * 2.0 - 1) + ops.mean(x, axis=1, keepdims=True)
    z = -y / 3 + x[:, :2, ...] ** 2
    return keras.Model(
        x,
        [
            ops.concatenate([y, z], axis=-1),
            ops.max(x, axis=(1, 2)),
            ops.reshape(x, (-1, 24)),
            ops.einsum("abc,abd->acd", x, x),
        ],
    )


def _masks(keras, layers, ops):
    words = keras.Input((9,), dtype="int32")
    h = layers.Embedding(50, 6, mask_zero=True)(words)
    return keras.Model(
        words, layers.GRU(3)(layers.Bidirectional(layers.LSTM(4, return_sequences=True))(h))
    )


def _frozen(keras, layers, ops):
    x = keras.Input((8, 8, 3))
    base = keras.Model(x, layers.BatchNormalization()(layers.Conv2D(4, 3)(x)), name="base")
    base.trainable = False
    base.layers[-1].trainable = True
    i = keras.Input((8, 8, 3))
    return keras.Model(i, layers.Dense(2)(layers.GlobalAveragePooling2D()(base(i, training=False))))


def _twice(keras, layers, ops):
    conv = layers.Conv2D(16, 3, padding="same", name="shared")
    a, b = keras.Input((32, 32, 3)), keras.Input((64, 64, 3))
    return keras.Model([a, b], [conv(a), conv(b)])


def _sequential(keras, layers, ops):
    return keras.Sequential(
        [
            keras.Input((784,), name="pixels"),
            layers.Dense(32),
            layers.Activation("relu"),
            layers.Dense(10),
            layers.Softmax(),
        ],
        name="stack",
    )


def _sequential_added(keras, layers, ops):
    m = keras.Sequential()
    m.add(keras.Input((4,)))
    m.add(
        layers.Dense(
            3, activation=layers.LeakyReLU(), kernel_regularizer=keras.regularizers.L2(0.01)
        )
    )
    m.add(layers.Dropout(0.5, seed=3))
    m.add(layers.Dense(1, kernel_initializer=keras.initializers.HeNormal(seed=1)))
    return [m, keras.Model(m.inputs, m.layers[0].output)]


def _unbuilt(keras, layers, ops):
    return keras.Sequential([layers.Dense(3), layers.Dense(2)])


def _fixed_batch(keras, layers, ops):
    return keras.Sequential([keras.Input(batch_shape=(32, 6, 8)), layers.LSTM(3, stateful=True)])


def _nested_sequential(keras, layers, ops):
    inner = keras.Sequential([layers.Dense(4), layers.Dense(5)], name="inner")
    x = keras.Input((3,))
    return keras.Model(x, layers.Add()([inner(x), layers.Dense(5)(x)]))


def _from_the_middle(keras, layers, ops):
    x = keras.Input((5,))
    a = layers.Dense(4)(x)
    b = layers.Dense(3)(a)
    return [keras.Model(x, b), keras.Model(a, b), a, b]


def _attention(keras, layers, ops):
    x = keras.Input((6, 8))
    y = layers.MultiHeadAttention(2, 4)(x, x)
    return keras.Model(x, layers.LayerNormalization()(layers.Add()([x, y])))


def _normalization(keras, layers, ops):
    norm = layers.Normalization()
    norm.adapt(ops.convert_to_numpy([[1.0, 5.0], [2.0, 9.0], [4.0, 1.0]]))
    return keras.Sequential([keras.Input((2,)), norm, layers.Dense(1)])


def _separable(keras, layers, ops):
    x = keras.Input((16, 16, 3))
    y = layers.SeparableConv2D(4, 3, padding="same", activation="relu")(x)
    return keras.Model(x, layers.GlobalMaxPooling2D()(layers.MaxPooling2D(2)(y)))


def _deep(keras, layers, ops):
    x = y = keras.Input((4,))
    for _ in range(300):
        y = y + 1.0
    return keras.Model(x, y)


BUILDERS = {
    name[1:]: value
    for name, value in list(globals().items())
    if name.startswith("_") and callable(value)
}
