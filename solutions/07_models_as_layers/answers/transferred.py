# %% right="stacks, labels as floats, measured with numpy"
encoder = keras.Sequential([keras.Input((64,)), layers.Dense(64, activation="relu"), layers.Dense(32, activation="relu")])
train(keras.Sequential([keras.Input((64,)), encoder, layers.Dense(10, activation="softmax")]), x_train[:-40], y_train[:-40], steps=1_200, rate=0.003)
odd_few, odd_test = (y_few % 2).astype("float32"), (y_test % 2).astype("float32")
for layer in encoder.layers:
    layer.trainable = False
transferred = keras.Sequential([keras.Input((64,)), encoder, layers.Dense(1, activation="sigmoid")])
train(transferred, x_few, odd_few, steps=300, rate=0.03)
for layer in encoder.layers:
    layer.trainable = True
train(transferred, x_few, odd_few, steps=200, rate=0.0003)
fresh = keras.Sequential([keras.Input((64,)), layers.Dense(64, activation="relu"), layers.Dense(32, activation="relu"), layers.Dense(1, activation="sigmoid")])
train(fresh, x_few, y_few % 2, steps=500, rate=0.003)
report = {name: round(float(np.mean((net.predict(x_test, verbose=0)[:, 0] > 0.5) == odd_test)), 3) for name, net in {"transferred": transferred, "fresh": fresh}.items()}
report["pays"] = bool(report["transferred"] > report["fresh"])

# %% right="a functional encoder, called with training=False"
pixels = keras.Input((64,))
encoder = keras.Model(pixels, layers.Dense(32, activation="relu")(layers.Dense(64, activation="relu")(pixels)), name="encoder")
start = keras.Input((64,))
train(keras.Model(start, layers.Dense(10, activation="softmax")(encoder(start, training=False))), x_train[:-40], y_train[:-40], steps=1_200, rate=0.003)
encoder.trainable = False
inputs = keras.Input((64,))
transferred = keras.Model(inputs, layers.Dense(1, activation="sigmoid")(encoder(inputs, training=False)))
train(transferred, x_few, y_few % 2, steps=300, rate=0.03)
encoder.trainable = True
train(transferred, x_few, y_few % 2, steps=200, rate=0.0003)
fresh = keras.Sequential([keras.Input((64,)), layers.Dense(64, activation="relu"), layers.Dense(32, activation="relu"), layers.Dense(1, activation="sigmoid")])
train(fresh, x_few, y_few % 2, steps=500, rate=0.003)
report = {"transferred": accuracy(transferred, x_test, y_test % 2), "fresh": accuracy(fresh, x_test, y_test % 2)}
report["pays"] = report["transferred"] > report["fresh"]

# %% wrong="a clone in the place of the encoder" says="weight arrays"
encoder = keras.Sequential([keras.Input((64,)), layers.Dense(64, activation="relu"), layers.Dense(32, activation="relu")])
start = keras.Input((64,))
train(keras.Model(start, layers.Dense(10, activation="softmax")(encoder(start))), x_train[:-40], y_train[:-40], steps=1_200, rate=0.003)
twin = keras.models.clone_model(encoder)
twin.set_weights(encoder.get_weights())
twin.trainable = False
inputs = keras.Input((64,))
transferred = keras.Model(inputs, layers.Dense(1, activation="sigmoid")(twin(inputs)))
train(transferred, x_few, y_few % 2, steps=300, rate=0.03)
twin.trainable = True
train(transferred, x_few, y_few % 2, steps=200, rate=0.0003)
fresh = keras.Sequential([keras.Input((64,)), layers.Dense(64, activation="relu"), layers.Dense(32, activation="relu"), layers.Dense(1, activation="sigmoid")])
train(fresh, x_few, y_few % 2, steps=500, rate=0.003)
report = {"transferred": accuracy(transferred, x_test, y_test % 2), "fresh": accuracy(fresh, x_test, y_test % 2)}
report["pays"] = report["transferred"] > report["fresh"]

# %% wrong="never unfrozen" says="frozen"
encoder = keras.Sequential([keras.Input((64,)), layers.Dense(64, activation="relu"), layers.Dense(32, activation="relu")])
start = keras.Input((64,))
train(keras.Model(start, layers.Dense(10, activation="softmax")(encoder(start))), x_train[:-40], y_train[:-40], steps=1_200, rate=0.003)
encoder.trainable = False
inputs = keras.Input((64,))
transferred = keras.Model(inputs, layers.Dense(1, activation="sigmoid")(encoder(inputs)))
train(transferred, x_few, y_few % 2, steps=300, rate=0.03)
train(transferred, x_few, y_few % 2, steps=200, rate=0.0003)
fresh = keras.Sequential([keras.Input((64,)), layers.Dense(64, activation="relu"), layers.Dense(32, activation="relu"), layers.Dense(1, activation="sigmoid")])
train(fresh, x_few, y_few % 2, steps=500, rate=0.003)
report = {"transferred": accuracy(transferred, x_test, y_test % 2), "fresh": accuracy(fresh, x_test, y_test % 2)}
report["pays"] = report["transferred"] > report["fresh"]

# %% wrong="made up" loses=0.6 says="report says"
encoder = keras.Sequential([keras.Input((64,)), layers.Dense(64, activation="relu"), layers.Dense(32, activation="relu")])
start = keras.Input((64,))
train(keras.Model(start, layers.Dense(10, activation="softmax")(encoder(start))), x_train[:-40], y_train[:-40], steps=1_200, rate=0.003)
encoder.trainable = False
inputs = keras.Input((64,))
transferred = keras.Model(inputs, layers.Dense(1, activation="sigmoid")(encoder(inputs)))
train(transferred, x_few, y_few % 2, steps=300, rate=0.03)
encoder.trainable = True
train(transferred, x_few, y_few % 2, steps=200, rate=0.0003)
fresh = keras.Sequential([keras.Input((64,)), layers.Dense(64, activation="relu"), layers.Dense(32, activation="relu"), layers.Dense(1, activation="sigmoid")])
train(fresh, x_few, y_few % 2, steps=500, rate=0.003)
report = {"transferred": 0.99, "fresh": 0.5, "pays": True}

# %% wrong="nothing trained" says="compile"
encoder = keras.Sequential([keras.Input((64,)), layers.Dense(64, activation="relu"), layers.Dense(32, activation="relu")])
inputs = keras.Input((64,))
transferred = keras.Model(inputs, layers.Dense(1, activation="sigmoid")(encoder(inputs)))
fresh = keras.Sequential([keras.Input((64,)), layers.Dense(64, activation="relu"), layers.Dense(32, activation="relu"), layers.Dense(1, activation="sigmoid")])
report = {"transferred": 0.9, "fresh": 0.8, "pays": True}

# %% wrong="the conclusion turned round" loses=0.4 says="by these numbers"
encoder = keras.Sequential([keras.Input((64,)), layers.Dense(64, activation="relu"), layers.Dense(32, activation="relu")])
start = keras.Input((64,))
train(keras.Model(start, layers.Dense(10, activation="softmax")(encoder(start))), x_train[:-40], y_train[:-40], steps=1_200, rate=0.003)
encoder.trainable = False
inputs = keras.Input((64,))
transferred = keras.Model(inputs, layers.Dense(1, activation="sigmoid")(encoder(inputs)))
train(transferred, x_few, y_few % 2, steps=300, rate=0.03)
encoder.trainable = True
train(transferred, x_few, y_few % 2, steps=200, rate=0.0003)
fresh = keras.Sequential([keras.Input((64,)), layers.Dense(64, activation="relu"), layers.Dense(32, activation="relu"), layers.Dense(1, activation="sigmoid")])
train(fresh, x_few, y_few % 2, steps=500, rate=0.003)
report = {"transferred": accuracy(transferred, x_test, y_test % 2), "fresh": accuracy(fresh, x_test, y_test % 2)}
report["pays"] = report["transferred"] <= report["fresh"]

# %% wrong="measured on the 40 images" says="Is it the accuracy on the test digits"
encoder = keras.Sequential([keras.Input((64,)), layers.Dense(64, activation="relu"), layers.Dense(32, activation="relu")])
start = keras.Input((64,))
train(keras.Model(start, layers.Dense(10, activation="softmax")(encoder(start))), x_train[:-40], y_train[:-40], steps=1_200, rate=0.003)
encoder.trainable = False
inputs = keras.Input((64,))
transferred = keras.Model(inputs, layers.Dense(1, activation="sigmoid")(encoder(inputs)))
train(transferred, x_few, y_few % 2, steps=300, rate=0.03)
encoder.trainable = True
train(transferred, x_few, y_few % 2, steps=200, rate=0.0003)
fresh = keras.Sequential([keras.Input((64,)), layers.Dense(64, activation="relu"), layers.Dense(32, activation="relu"), layers.Dense(1, activation="sigmoid")])
train(fresh, x_few, y_few % 2, steps=500, rate=0.003)
report = {"transferred": accuracy(transferred, x_few, y_few % 2), "fresh": accuracy(fresh, x_few, y_few % 2)}
report["pays"] = report["transferred"] > report["fresh"]

# %% wrong="fresh uses the trained encoder" says="give it new layers"
def make_encoder():
    return keras.Sequential([keras.Input(shape=(64,)), layers.Dense(64, activation="relu"), layers.Dense(32, activation="relu")])


def with_head(encoder, units, activation="softmax"):
    inputs = keras.Input(shape=(64,))
    return keras.Model(inputs, layers.Dense(units, activation=activation)(encoder(inputs)))


encoder = make_encoder()
train(with_head(encoder, 10), x_train[:-40], y_train[:-40], steps=1_200, rate=0.003)
encoder.trainable = False
transferred = with_head(encoder, 1, "sigmoid")
train(transferred, x_few, y_few % 2, steps=300, rate=0.03)
encoder.trainable = True
train(transferred, x_few, y_few % 2, steps=200, rate=0.0003)
fresh = with_head(encoder, 1, "sigmoid")
train(fresh, x_few, y_few % 2, steps=500, rate=0.003)
a, b = accuracy(transferred, x_test, y_test % 2), accuracy(fresh, x_test, y_test % 2)
report = {"transferred": a, "fresh": b, "pays": a > b}

# %% wrong="the accuracies are those on the 40 images" says="Is it the accuracy on the test digits"
def make_encoder():
    return keras.Sequential([keras.Input(shape=(64,)), layers.Dense(64, activation="relu"), layers.Dense(32, activation="relu")])


def with_head(encoder, units, activation="softmax"):
    inputs = keras.Input(shape=(64,))
    return keras.Model(inputs, layers.Dense(units, activation=activation)(encoder(inputs)))


encoder = make_encoder()
train(with_head(encoder, 10), x_train[:-40], y_train[:-40], steps=1_200, rate=0.003)
encoder.trainable = False
transferred = with_head(encoder, 1, "sigmoid")
train(transferred, x_few, y_few % 2, steps=300, rate=0.03)
encoder.trainable = True
train(transferred, x_few, y_few % 2, steps=200, rate=0.0003)
fresh = with_head(make_encoder(), 1, "sigmoid")
train(fresh, x_few, y_few % 2, steps=500, rate=0.003)
a, b = accuracy(transferred, x_few, y_few % 2), accuracy(fresh, x_few, y_few % 2)
report = {"transferred": a, "fresh": b, "pays": a > b}

# %% wrong="never frozen" says="frozen before the step"
def make_encoder():
    return keras.Sequential([keras.Input(shape=(64,)), layers.Dense(64, activation="relu"), layers.Dense(32, activation="relu")])


def with_head(encoder, units, activation="softmax"):
    inputs = keras.Input(shape=(64,))
    return keras.Model(inputs, layers.Dense(units, activation=activation)(encoder(inputs)))


encoder = make_encoder()
train(with_head(encoder, 10), x_train[:-40], y_train[:-40], steps=1_200, rate=0.003)
transferred = with_head(encoder, 1, "sigmoid")
train(transferred, x_few, y_few % 2, steps=300, rate=0.03)
train(transferred, x_few, y_few % 2, steps=200, rate=0.0003)
fresh = with_head(make_encoder(), 1, "sigmoid")
train(fresh, x_few, y_few % 2, steps=500, rate=0.003)
a, b = accuracy(transferred, x_test, y_test % 2), accuracy(fresh, x_test, y_test % 2)
report = {"transferred": a, "fresh": b, "pays": a > b}

# %% wrong="the encoder was never pre-trained" says="was it trained on them"
def make_encoder():
    return keras.Sequential([keras.Input(shape=(64,)), layers.Dense(64, activation="relu"), layers.Dense(32, activation="relu")])


def with_head(encoder, units, activation="softmax"):
    inputs = keras.Input(shape=(64,))
    return keras.Model(inputs, layers.Dense(units, activation=activation)(encoder(inputs)))


encoder = make_encoder()
encoder.trainable = False
transferred = with_head(encoder, 1, "sigmoid")
train(transferred, x_few, y_few % 2, steps=300, rate=0.03)
encoder.trainable = True
train(transferred, x_few, y_few % 2, steps=200, rate=0.0003)
fresh = with_head(make_encoder(), 1, "sigmoid")
train(fresh, x_few, y_few % 2, steps=500, rate=0.003)
a, b = accuracy(transferred, x_test, y_test % 2), accuracy(fresh, x_test, y_test % 2)
report = {"transferred": a, "fresh": b, "pays": a > b}

# %% wrong="unfrozen after the last training" says="2 of 6 weight arrays"
encoder = keras.Sequential(
    [keras.Input(shape=(64,)), layers.Dense(64, activation="relu"), layers.Dense(32, activation="relu")]
)
train(with_head(encoder, 10), x_train[:-40], y_train[:-40], steps=1_200, rate=0.003)

odd_few, odd_test = (y_few % 2).astype("float32"), (y_test % 2).astype("float32")
encoder.trainable = False
transferred = with_head(encoder, 1, "sigmoid")
train(transferred, x_few, odd_few, steps=300, rate=0.03)
train(transferred, x_few, odd_few, steps=200, rate=0.0003)
encoder.trainable = True

fresh = with_head(make_encoder(), 1, "sigmoid")
train(fresh, x_few, odd_few, steps=500, rate=0.003)

report = {"transferred": accuracy(transferred, x_test, odd_test), "fresh": accuracy(fresh, x_test, odd_test)}
report["pays"] = report["transferred"] > report["fresh"]
