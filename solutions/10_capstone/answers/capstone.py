# %% right="no convolution at all: flat layers in loops, operators, heads of their own"
flatten, first, second = layers.Flatten(), layers.Dense(64, activation="relu"), layers.Dense(64, activation="relu")
one, other = layers.Dense(32, activation="relu"), layers.Dense(32, activation="tanh")
left, right, question = keras.Input((8, 8, 1)), keras.Input((8, 8, 1)), keras.Input((2,))
codes = []
for picture in (left, right):
    x = first(flatten(picture))
    x = x + second(x)
    codes.append(layers.concatenate([one(x), other(x)]))
z = layers.concatenate([*codes, question])
z = layers.Dense(96, activation="relu")(z)
z_result = layers.Dense(64, activation="relu")(z)
calculator = keras.Model([left, right, question], [layers.Dense(1, activation="sigmoid")(layers.Dense(24, activation="relu")(z)), layers.Dense(19, activation="softmax")(z_result)])
calculator.compile(keras.optimizers.Adam(0.003), loss=["binary_crossentropy", "sparse_categorical_crossentropy"])

# %% right="a Sequential encoder of separable convolutions; shortcut and branches after the codes have met"
encoder = keras.Sequential([
    keras.Input((8, 8, 1)),
    layers.Conv2D(24, 3, padding="same", activation="relu"),
    layers.SeparableConv2D(48, 3, strides=2, padding="same", activation="relu"),
    layers.Flatten(),
    layers.Dense(40, activation="relu"),
], name="reader")
left, right, question = keras.Input((8, 8, 1), name="left"), keras.Input((8, 8, 1), name="right"), keras.Input((2,), name="question")
a, b = encoder(left), encoder(right)
z = layers.Concatenate()([a, b, layers.Multiply()([a, b]), question])
wide, narrow = layers.Dense(64, activation="relu")(z), layers.Dense(32, activation="relu")(z)
z = layers.Concatenate()([wide, narrow])
z = layers.Add()([z, layers.Dense(96, activation="relu")(z)])
same = layers.Dense(1, name="same_logit")(z)
calculator = keras.Model(
    inputs=[left, right, question],
    outputs=[layers.Activation("sigmoid", name="same")(same), layers.Dense(19, activation="softmax", name="result")(z)],
    name="calculator",
)
calculator.compile(
    optimizer=keras.optimizers.Adam(learning_rate=0.003),
    loss={"same": keras.losses.BinaryCrossentropy(), "result": keras.losses.SparseCategoricalCrossentropy()},
    metrics={"same": "accuracy", "result": "accuracy"},
)

# %% right="models inside models, batch normalisation, a projected shortcut; same from the distance of the codes alone"
def road(size):
    start = keras.Input((8, 8, 1))
    x = layers.Conv2D(8, size, padding="same", use_bias=False)(start)
    return keras.Model(start, layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x)))


photo = keras.Input((8, 8, 1))
x = layers.Concatenate()([road(3)(photo), road(5)(photo)])
x = layers.MaxPooling2D(2)(x)
y = layers.Conv2D(24, 3, padding="same", activation="relu")(x)
y = layers.Conv2D(24, 3, padding="same")(y)
x = layers.ReLU()(layers.Add()([y, layers.Conv2D(24, 1)(x)]))
encoder = keras.Model(photo, layers.Dense(48, activation="relu")(layers.Flatten()(x)))
left, right, question = keras.Input((8, 8, 1)), keras.Input((8, 8, 1)), keras.Input((2,))
a, b = encoder(left), encoder(right)
far = ops.square(a - b)
same = layers.Dense(1, activation="sigmoid")(layers.Dense(32, activation="relu")(far))
z = layers.Dense(128, activation="relu")(layers.Concatenate()([a, b, question]))
result = layers.Dense(19, activation="softmax")(layers.Dense(64, activation="relu")(z))
calculator = keras.Model([left, right, question], [same, result])
calculator.compile("nadam", ["binary_crossentropy", "sparse_categorical_crossentropy"])
calculator.optimizer.learning_rate = 0.003

# %% wrong="an encoder for each image" loses=5.75 says="only one of the two images"
def encode(image):
    x = layers.Dense(64, activation="relu")(layers.Flatten()(image))
    x = x + layers.Dense(64, activation="relu")(x)
    return layers.concatenate([layers.Dense(32, activation="relu")(x), layers.Dense(32, activation="tanh")(x)])


left, right, question = keras.Input((8, 8, 1)), keras.Input((8, 8, 1)), keras.Input((2,))
z = layers.Dense(96, activation="relu")(layers.concatenate([encode(left), encode(right), question]))
calculator = keras.Model([left, right, question], [layers.Dense(1, activation="sigmoid")(z), layers.Dense(19, activation="softmax")(z)])
calculator.compile(keras.optimizers.Adam(0.003), loss=["binary_crossentropy", "sparse_categorical_crossentropy"])

# %% wrong="no shortcut" loses=5.75 says="Add"
encoder = keras.Sequential([keras.Input((8, 8, 1)), layers.Flatten(), layers.Dense(64, activation="relu"), layers.Dense(48, activation="relu")])
left, right, question = keras.Input((8, 8, 1)), keras.Input((8, 8, 1)), keras.Input((2,))
z = layers.concatenate([encoder(left), encoder(right), question])
z = layers.concatenate([layers.Dense(64, activation="relu")(z), layers.Dense(64, activation="tanh")(z)])
calculator = keras.Model([left, right, question], [layers.Dense(1, activation="sigmoid")(z), layers.Dense(19, activation="softmax")(z)])
calculator.compile(keras.optimizers.Adam(0.003), loss=["binary_crossentropy", "sparse_categorical_crossentropy"])

# %% wrong="no branches: the two codes are not branches" loses=5.75 says="no Concatenate joins branches"
encoder = keras.Sequential([keras.Input((8, 8, 1)), layers.Flatten(), layers.Dense(64, activation="relu"), layers.Dense(48, activation="relu")])
left, right, question = keras.Input((8, 8, 1)), keras.Input((8, 8, 1)), keras.Input((2,))
z = layers.Dense(96, activation="relu")(layers.concatenate([encoder(left), encoder(right), question]))
z = z + layers.Dense(96, activation="relu")(z)
calculator = keras.Model([left, right, question], [layers.Dense(1, activation="sigmoid")(z), layers.Dense(19, activation="softmax")(z)])
calculator.compile(keras.optimizers.Adam(0.003), loss=["binary_crossentropy", "sparse_categorical_crossentropy"])

# %% wrong="beyond the budget" loses=5.75 says="parameters"
flatten, first, second = layers.Flatten(), layers.Dense(256, activation="relu"), layers.Dense(256, activation="relu")
one, other = layers.Dense(32, activation="relu"), layers.Dense(32, activation="tanh")
left, right, question = keras.Input((8, 8, 1)), keras.Input((8, 8, 1)), keras.Input((2,))
codes = []
for picture in (left, right):
    x = first(flatten(picture))
    x = x + second(x)
    codes.append(layers.concatenate([one(x), other(x)]))
z = layers.Dense(96, activation="relu")(layers.concatenate([*codes, question]))
calculator = keras.Model([left, right, question], [layers.Dense(1, activation="sigmoid")(z), layers.Dense(19, activation="softmax")(z)])
calculator.compile(keras.optimizers.Adam(0.003), loss=["binary_crossentropy", "sparse_categorical_crossentropy"])

# %% wrong="the question is not heard" loses=5.75 says="no way leads from question to result"
flatten, first, second = layers.Flatten(), layers.Dense(64, activation="relu"), layers.Dense(64, activation="relu")
one, other = layers.Dense(32, activation="relu"), layers.Dense(32, activation="tanh")
left, right, question = keras.Input((8, 8, 1)), keras.Input((8, 8, 1)), keras.Input((2,))
codes = []
for picture in (left, right):
    x = first(flatten(picture))
    x = x + second(x)
    codes.append(layers.concatenate([one(x), other(x)]))
z = layers.Dense(96, activation="relu")(layers.concatenate(codes))
calculator = keras.Model([left, right, question], [layers.Dense(1, activation="sigmoid")(z), layers.Dense(19, activation="softmax")(z)])
calculator.compile(keras.optimizers.Adam(0.003), loss=["binary_crossentropy", "sparse_categorical_crossentropy"])

# %% wrong="the answers swapped" loses=6.5 says="their order is not"
flatten, first, second = layers.Flatten(), layers.Dense(64, activation="relu"), layers.Dense(64, activation="relu")
one, other = layers.Dense(32, activation="relu"), layers.Dense(32, activation="tanh")
left, right, question = keras.Input((8, 8, 1)), keras.Input((8, 8, 1)), keras.Input((2,))
codes = []
for picture in (left, right):
    x = first(flatten(picture))
    x = x + second(x)
    codes.append(layers.concatenate([one(x), other(x)]))
z = layers.Dense(96, activation="relu")(layers.concatenate([*codes, question]))
calculator = keras.Model([left, right, question], [layers.Dense(19, activation="softmax")(z), layers.Dense(1, activation="sigmoid")(z)])
calculator.compile(keras.optimizers.Adam(0.003), loss=["sparse_categorical_crossentropy", "binary_crossentropy"])

# %% wrong="keeps the graph's words and learns nothing: nothing but straight lines" loses=5 says="right"
flatten, first, second = layers.Flatten(), layers.Dense(16), layers.Dense(16)
one, other = layers.Dense(8), layers.Dense(8)
left, right, question = keras.Input((8, 8, 1)), keras.Input((8, 8, 1)), keras.Input((2,))
codes = []
for picture in (left, right):
    x = first(flatten(picture))
    x = x + second(x)
    codes.append(layers.concatenate([one(x), other(x)]))
z = layers.concatenate([*codes, question])
calculator = keras.Model([left, right, question], [layers.Dense(1, activation="sigmoid")(z), layers.Dense(19, activation="softmax")(z)])
calculator.compile(keras.optimizers.Adam(0.003), loss=["binary_crossentropy", "sparse_categorical_crossentropy"])

# %% wrong="the images meet before anything has read them" loses=5.75 says="meet before an encoder"
left, right, question = keras.Input((8, 8, 1)), keras.Input((8, 8, 1)), keras.Input((2,))
x = layers.Flatten()(layers.Concatenate()([left, right]))
x = layers.concatenate([layers.Dense(64, activation="relu")(x), layers.Dense(64, activation="tanh")(x), question])
z = layers.Dense(96, activation="relu")(x)
z = z + layers.Dense(96, activation="relu")(z)
calculator = keras.Model([left, right, question], [layers.Dense(1, activation="sigmoid")(z), layers.Dense(19, activation="softmax")(z)])
calculator.compile(keras.optimizers.Adam(0.003), loss=["binary_crossentropy", "sparse_categorical_crossentropy"])

# %% wrong="not compiled" loses=5.75 says="not compiled"
flatten, first, second = layers.Flatten(), layers.Dense(64, activation="relu"), layers.Dense(64, activation="relu")
one, other = layers.Dense(32, activation="relu"), layers.Dense(32, activation="tanh")
left, right, question = keras.Input((8, 8, 1)), keras.Input((8, 8, 1)), keras.Input((2,))
codes = []
for picture in (left, right):
    x = first(flatten(picture))
    x = x + second(x)
    codes.append(layers.concatenate([one(x), other(x)]))
z = layers.Dense(96, activation="relu")(layers.concatenate([*codes, question]))
calculator = keras.Model([left, right, question], [layers.Dense(1, activation="sigmoid")(z), layers.Dense(19, activation="softmax")(z)])
