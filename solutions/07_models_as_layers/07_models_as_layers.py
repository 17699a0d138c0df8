# %% [markdown]
# # 07 · Graphs inside graphs
#
# After this lesson you can
#
# - **call** a model like a layer, and say whose weights it uses,
# - **cut** two models out of one graph: an encoder and an autoencoder,
# - **turn** a reader of images into a reader of film clips,
# - **average** several models, and notice when it is one model several times,
# - **decide** whether to share, freeze, clone or save a model.
#
# **Time:** about 55 minutes. **You need:** shared layers (lesson 06).
#
# The five exercises do not depend on each other.

# %% setup
import numpy as np

import layergraph as lg
from grader.checks import check, expect
from layergraph import datasets

with lg.quiet():
    import keras
from keras import layers, ops

keras.utils.set_random_seed(7)

(x_train, y_train), (x_test, y_test) = datasets.digits(flat=True)

# %% [markdown]
# ## What single layers cannot do
#
# In lesson 06 you shared a layer. But what you want to use again is mostly larger: a whole reader that somebody has built, and perhaps trained for weeks.
# You don't want to write its layers down a second time. You want to *call* it.

# %% [markdown]
# ## 1 · A model is a layer
#
# A model maps tensors to tensors. So does a layer. That is why you may call a model on a tensor.

# %% example
inner = keras.Sequential([
    keras.Input(shape=(4,)),
    layers.Dense(3, activation="relu"),
    layers.Dense(2),
], name="inner")

inputs = keras.Input(shape=(4,))
outer = keras.Model(inputs, layers.Dense(1)(inner(inputs)))

print("layers of outer:", [layer.name for layer in outer.layers])
lg.plot(outer)

# %% [markdown]
# The frame is the model that was called. To `outer` it is one layer among others.
#
# **Predict, then run.** You set all weights of `inner` to zero. Does `outer` notice?

# %% example
row = np.array([[1.0, 2.0, 3.0, 4.0]])
before = outer.predict(row, verbose=0)
inner.set_weights([np.zeros_like(weights) for weights in inner.get_weights()])
print(before, "→", outer.predict(row, verbose=0))

# %% [markdown]
# It does. **Calling a model copies the graph, not the weights.** Whatever happens to `inner` happens inside `outer` too, and the other way round.
#
# ### From images to film
#
# Someone gives you a reader of images: 784 pixels in, ten classes out. You have film clips of 20 images each. `TimeDistributed` calls a model once for every time step.
# **Predict, then run:** how many parameters has the film reader, and what is its output shape?

# %% example
pixels = keras.Input(shape=(784,))
x = layers.Dense(64, activation="relu")(pixels)
x = layers.Dense(64, activation="relu")(x)
image_reader = keras.Model(pixels, layers.Dense(10, activation="softmax")(x), name="image_reader")

clip = keras.Input(shape=(20, 784))
film_reader = keras.Model(clip, layers.TimeDistributed(image_reader)(clip))

print(f"image reader: {image_reader.count_params():,} parameters, out {image_reader.output_shape[1:]}")
print(f"film reader:  {film_reader.count_params():,} parameters, out {film_reader.output_shape[1:]}")

# %% [markdown]
# The same 55,050 weights read every image. And the answers? Ask both readers about the same 20 images:

# %% example
film = np.random.default_rng(7).random((1, 20, 784), dtype="float32")
one_by_one = image_reader.predict(film[0], verbose=0)
at_once = film_reader.predict(film, verbose=0)[0]
print("the same answers:", np.allclose(one_by_one, at_once, atol=1e-6))

# %% [markdown]
# From here on it is an ordinary tensor of shape (20, 10). Put an LSTM on it, and you have a classifier of whole clips:

# %% example
steps = layers.TimeDistributed(image_reader)(clip)
story = layers.LSTM(16)(steps)
video_classifier = keras.Model(clip, layers.Dense(5, activation="softmax")(story))
lg.plot(video_classifier)

# %% [markdown]
# ### Exercise 1 · Fill in the line (3 points)
#
# `frame_reader` reads one digit of 64 pixels. `clip_reader` shall read clips of 6 digits and answer for each digit.
#
# 1. Fill in the missing line: `answers` comes from `frame_reader`, called at every time step of `clip`.
# 2. *Before* you run the cell, predict the output shape of `clip_reader`, without the batch axis. Assign it as a tuple to `predicted_shape`.
#
# <details><summary>Hint 1</summary>
#
# The film reader above has the same line, with another reader. For the shape: one answer for each of the 6 images, and how many numbers is one answer?
#
# </details>
# <details><summary>Hint 2</summary>
#
# `answers = layers.TimeDistributed(…)(clip)`. The shape is (steps, classes).
#
# </details>

# %% solution="clip_reader"
### BEGIN SOLUTION
frame_reader = keras.Sequential([
    keras.Input(shape=(64,)),
    layers.Dense(20, activation="relu"),
    layers.Dense(10, activation="softmax"),
])
clip = keras.Input(shape=(6, 64))
answers = layers.TimeDistributed(frame_reader)(clip)
clip_reader = keras.Model(clip, answers)
predicted_shape = (6, 10)
### END SOLUTION
### BEGIN STUB
# frame_reader = keras.Sequential([
#     keras.Input(shape=(64,)),
#     layers.Dense(20, activation="relu"),
#     layers.Dense(10, activation="softmax"),
# ])
# clip = keras.Input(shape=(6, 64))
# answers = ...  # your line here
# clip_reader = ... if answers is ... else keras.Model(clip, answers)
# predicted_shape = ...  # your tuple here
### END STUB

# %% check="clip_reader" points=2
def a_tuple(value):
    """predicted_shape is a tuple of whole numbers"""
    return isinstance(value, (tuple, list)) and all(type(size) is int for size in value) or "write it in round brackets, such as (28, 3), without None"


check(
    {"clip_reader": clip_reader, "predicted_shape": predicted_shape},
    expect.item("clip_reader", expect.inputs((6, 64)), expect.parameters(1_510), expect.layers(Dense=2)),
    expect.item("predicted_shape", a_tuple),
    points=2,
)

# %% hidden="clip_reader" points=1
reader = keras.Sequential([keras.Input(shape=(64,)), layers.Dense(20, activation="relu"), layers.Dense(10, activation="softmax")])
six = keras.Input(shape=(6, 64))

check(
    {"frame_reader": frame_reader, "clip_reader": clip_reader, "predicted_shape": predicted_shape},
    expect.item("clip_reader", expect.same_graph(keras.Model(six, layers.TimeDistributed(reader)(six)))).worth(0.5),
    expect.same_weights("frame_reader", "clip_reader").worth(0.5),
    expect.item("predicted_shape", expect.one_of((6, 10), [6, 10])),
    needs=expect.item("frame_reader", expect.same_graph(reader)),
    points=1,
)

# %% [markdown]
# ## 2 · Two models over one graph
#
# An **autoencoder** squeezes an image through a narrow layer and builds it up again. It is trained to give back what it got; nobody has to label anything.
# The first half, the **encoder**, is what you want in the end: a short code for each image.
#
# Write one road of layers, and cut out two models.

# %% example
image = keras.Input(shape=(28, 28, 1))
x = layers.Conv2D(16, 3, activation="relu")(image)
x = layers.Conv2D(32, 3, activation="relu")(x)
x = layers.MaxPooling2D(3)(x)
x = layers.Conv2D(32, 3, activation="relu")(x)
x = layers.Conv2D(16, 3, activation="relu")(x)
code = layers.GlobalMaxPooling2D()(x)
encoder_28 = keras.Model(image, code, name="encoder")

x = layers.Reshape((4, 4, 1))(code)
x = layers.Conv2DTranspose(16, 3, activation="relu")(x)
x = layers.Conv2DTranspose(32, 3, activation="relu")(x)
x = layers.UpSampling2D(3)(x)
x = layers.Conv2DTranspose(16, 3, activation="relu")(x)
rebuilt = layers.Conv2DTranspose(1, 3, activation="relu")(x)
autoencoder_28 = keras.Model(image, rebuilt, name="autoencoder")

print(f"encoder:     {encoder_28.count_params():,} parameters, {encoder_28.input_shape[1:]} → {encoder_28.output_shape[1:]}")
print(f"autoencoder: {autoencoder_28.count_params():,} parameters, {autoencoder_28.input_shape[1:]} → {autoencoder_28.output_shape[1:]}")

# %% [markdown]
# The encoder's 18,672 are among the autoencoder's 28,241. You can write the same thing as a chain: two finished models, one called on the result of the other.

# %% example
short_code = keras.Input(shape=(16,))
x = layers.Reshape((4, 4, 1))(short_code)
x = layers.Conv2DTranspose(16, 3, activation="relu")(x)
x = layers.Conv2DTranspose(32, 3, activation="relu")(x)
x = layers.UpSampling2D(3)(x)
x = layers.Conv2DTranspose(16, 3, activation="relu")(x)
decoder_28 = keras.Model(short_code, layers.Conv2DTranspose(1, 3, activation="relu")(x), name="decoder")

chained = keras.Model(image, decoder_28(encoder_28(image)))
print(f"{encoder_28.count_params():,} + {decoder_28.count_params():,} = {chained.count_params():,} parameters")
print("the same graph as above:", lg.compare(autoencoder_28, chained).equal)

# %% [markdown]
# Now train one, a small one for our 8 × 8 digits. Only `squeeze_and_rebuild` is trained. **Predict, then run:** do the codes of `squeeze` change as well?

# %% example
import matplotlib.pyplot as plt

keras.utils.set_random_seed(7)
inputs = keras.Input(shape=(64,))
codes = layers.Dense(10, name="code")(layers.Dense(64, activation="relu")(inputs))
rebuilt = layers.Dense(64, activation="sigmoid")(layers.Dense(64, activation="relu")(codes))
squeeze = keras.Model(inputs, codes)
squeeze_and_rebuild = keras.Model(inputs, rebuilt)

before = squeeze.predict(x_test[:1], verbose=0)
squeeze_and_rebuild.compile(optimizer=keras.optimizers.Adam(0.003), loss="mean_squared_error")
squeeze_and_rebuild.fit(x_train, x_train, epochs=20, verbose=0)
after = squeeze.predict(x_test[:1], verbose=0)
print("the codes changed:", not np.allclose(before, after))

figure, places = plt.subplots(2, 8, figsize=(8, 2.2), layout="constrained")
for column, (digit, copy) in enumerate(zip(x_test, squeeze_and_rebuild.predict(x_test[:8], verbose=0))):
    for place, pixels_64 in zip(places[:, column], (digit, copy)):
        place.imshow(pixels_64.reshape(8, 8), cmap="gray_r", vmin=0, vmax=1)
        place.axis("off")
figure.suptitle("new digits (above), rebuilt from 10 numbers each (below)", fontsize=10);

# %% [markdown]
# Compare each digit with the one below it. Ten numbers are enough to rebuild it, a little blurred. And the encoder learnt without ever being trained itself: its layers *are* the autoencoder's.
#
# ### Exercise 2 · Build two models (4 points)
#
# Build an encoder and an autoencoder for digits of 64 numbers. Call them `encoder` and `autoencoder`. Training one must train the other.
#
# - `encoder`: input of 64 numbers → `Dense` 32 `relu` → `Dense` 6 without activation (the code).
# - `autoencoder`: all of this, then `Dense` 32 `relu` → `Dense` 64 `sigmoid`.
#
# You need not compile them.
#
# <details><summary>Hint 1</summary>
#
# Write down *one* road from 64 numbers to 64 numbers and keep the tensor in the middle. Then cut twice. (Or call the encoder when you build the autoencoder.)
#
# </details>
# <details><summary>Hint 2</summary>
#
# ```python
# code = layers.Dense(6)(x)
# …
# encoder = keras.Model(inputs, …)
# autoencoder = keras.Model(inputs, …)
# ```
#
# </details>

# %% solution="autoencoder"
### BEGIN SOLUTION
inputs = keras.Input(shape=(64,))
x = layers.Dense(32, activation="relu")(inputs)
code = layers.Dense(6)(x)
x = layers.Dense(32, activation="relu")(code)
outputs = layers.Dense(64, activation="sigmoid")(x)
encoder = keras.Model(inputs, code)
autoencoder = keras.Model(inputs, outputs)
### END SOLUTION

# %% check="autoencoder" points=2
check(
    {"encoder": encoder, "autoencoder": autoencoder},
    expect.item("encoder", expect.inputs(64), expect.outputs(6), expect.parameters(2_278)),
    expect.item("autoencoder", expect.inputs(64), expect.outputs(64), expect.parameters(4_614)),
    points=2,
)

# %% hidden="autoencoder" points=2
sixty_four = keras.Input(shape=(64,))
six_numbers = layers.Dense(6)(layers.Dense(32, activation="relu")(sixty_four))
and_back = layers.Dense(64, activation="sigmoid")(layers.Dense(32, activation="relu")(six_numbers))

check(
    {"encoder": encoder, "autoencoder": autoencoder},
    expect.item("encoder", expect.same_graph(keras.Model(sixty_four, six_numbers))),
    expect.item("autoencoder", expect.same_graph(keras.Model(sixty_four, and_back))),
    expect.same_weights("encoder", "autoencoder").worth(2),
    points=2,
)

# %% [markdown]
# ## 3 · Ensembles
#
# Ask three models and take the mean of their answers: an **ensemble**. As a graph it is three calls and one `Average`.

# %% example
def make_member():
    return keras.Sequential([keras.Input(shape=(128,)), layers.Dense(1, activation="sigmoid")])


inputs = keras.Input(shape=(128,))
members = [make_member(), make_member(), make_member()]
three = keras.Model(inputs, layers.Average()([member(inputs) for member in members]))

print(f"average of three models: {three.count_params()} parameters")
lg.plot(three)

# %% [markdown]
# 128 + 1 = 129 parameters, three times. The next cell stands in a published tutorial, in almost these words. **Predict, then run:** how many parameters has it? And how far is its answer from the answer of `model` alone?

# %% example
model = make_member()
slip = keras.Model(inputs, layers.Average()([model(inputs), model(inputs), model(inputs)]))

rows = np.random.default_rng(7).normal(size=(500, 128))
print(f"one model averaged with itself: {slip.count_params()} parameters")
print(f"largest distance from its only member: {np.abs(slip.predict(rows, verbose=0) - model.predict(rows, verbose=0)).max():.1e}")

# %% [markdown]
# 129, and no distance worth the name. The mean of three equal answers is the answer. The picture gives it away, for all three frames wear the same marks:

# %% example
lg.plot(slip)

# %% [markdown]
# ### Exercise 3 · Write a builder (5 points)
#
# Write `ensemble(members)`. It gets a list of at least two models and returns a model:
#
# - one input, of the shape that the members read (all read the same shape),
# - every member is called on it, with its own weights,
# - the output is the `Average` of their answers.
#
# A model knows its shape: `members[0].input_shape[1:]` is the shape without the batch axis.
#
# <details><summary>Hint 1</summary>
#
# Make a new `keras.Input`. Then a list of results, one for each member. `Average` takes that list.
#
# </details>
# <details><summary>Hint 2</summary>
#
# ```python
# inputs = keras.Input(shape=members[0].input_shape[1:])
# results = [… for member in members]
# return keras.Model(inputs, layers.Average()(…))
# ```
#
# </details>

# %% solution="ensemble"
def ensemble(members):
    """Return a model: the average of what the members answer."""
    ### BEGIN SOLUTION
    inputs = keras.Input(shape=members[0].input_shape[1:])
    results = [member(inputs) for member in members]
    return keras.Model(inputs, layers.Average()(results))
    ### END SOLUTION

# %% check="ensemble" points=2
def yes_or_no(n_inputs):
    return keras.Sequential([keras.Input(shape=(n_inputs,)), layers.Dense(1, activation="sigmoid")])


check(
    ensemble,
    expect.calling([yes_or_no(128), yes_or_no(128), yes_or_no(128)]).gives(
        expect.inputs(128),
        expect.outputs(1),
        expect.parameters(387),
    ),
    points=2,
)

# %% hidden="ensemble" points=3
def one_unit():
    return keras.Sequential([keras.Input(shape=(128,)), layers.Dense(1, activation="sigmoid")])


def small_reader():
    return keras.Sequential([keras.Input(shape=(8, 8, 1)), layers.Flatten(), layers.Dense(7, activation="softmax")])


def deep_reader():
    image = keras.Input(shape=(8, 8, 1))
    x = layers.Dense(5, activation="relu")(layers.Flatten()(image))
    return keras.Model(image, layers.Dense(7, activation="softmax")(x))


def mean_of(*models):
    start = keras.Input(shape=models[0].input_shape[1:])
    return keras.Model(start, layers.Average()([one(start) for one in models]))


pair = [small_reader(), deep_reader()]


def not_copied(model):
    """the members are called as they are: their weights are the ensemble's"""
    own = {id(weights) for weights in model.weights}
    return all(id(weights) in own for member in pair for weights in member.weights) or "some weights of the members are not in it: were they copied?"


check(
    ensemble,
    expect.calling([one_unit(), one_unit(), one_unit()]).gives(expect.same_graph(mean_of(one_unit(), one_unit(), one_unit()))).worth(0.5),
    expect.calling(pair).gives(expect.same_graph(mean_of(small_reader(), deep_reader())), expect.that(not_copied).worth(0.5)),
    expect.calling([deep_reader(), small_reader(), deep_reader(), small_reader()]).gives(
        expect.same_graph(mean_of(deep_reader(), small_reader(), deep_reader(), small_reader()))),
    points=3,
)

# %% [markdown]
# ### Exercise 4 · Repair it (3 points)
#
# Your cell holds an "ensemble" under the name `repaired`. It averages one model with itself. Make it the average of **three** models, each with weights of its own:
# input of 40 numbers → `Dense` 8 `relu` → `Dense` 1 `sigmoid`.
#
# <details><summary>Hint 1</summary>
#
# The model is made once and called three times. It has to be made three times.
#
# </details>
# <details><summary>Hint 2</summary>
#
# Put the making into a function that returns a new model, and call `make()(inputs)` three times.
#
# </details>

# %% solution="repaired"
### BEGIN SOLUTION
def make():
    return keras.Sequential([
        keras.Input(shape=(40,)),
        layers.Dense(8, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ])


inputs = keras.Input(shape=(40,))
repaired = keras.Model(inputs, layers.Average()([make()(inputs), make()(inputs), make()(inputs)]))
### END SOLUTION
### BEGIN STUB
# member = keras.Sequential([
#     keras.Input(shape=(40,)),
#     layers.Dense(8, activation="relu"),
#     layers.Dense(1, activation="sigmoid"),
# ])
# inputs = keras.Input(shape=(40,))
# repaired = keras.Model(inputs, layers.Average()([member(inputs), member(inputs), member(inputs)]))
### END STUB

# %% check="repaired" points=1
check(
    repaired,
    expect.inputs(40),
    expect.outputs(1),
    expect.shared("Dense", times=1).needed(),
    points=1,
)

# %% hidden="repaired" points=2
def eight():
    return keras.Sequential([keras.Input(shape=(40,)), layers.Dense(8, activation="relu"), layers.Dense(1, activation="sigmoid")])


forty = keras.Input(shape=(40,))
check(repaired, expect.same_graph(keras.Model(forty, layers.Average()([eight()(forty), eight()(forty), eight()(forty)]))), points=2)

# %% [markdown]
# ## 4 · Two cameras, one Xception
#
# A large published model is a layer like any other. Here one Xception without its last layers (`include_top=False`) looks through two cameras. (`weights=None` means: don't download the trained weights, start from random ones.)
#
# **Predict, then run.** Xception without its top has 20,861,480 parameters. How many has the model with two cameras?

# %% example
def two_cameras():
    """Build and count; the model goes when the function returns."""
    eye = keras.applications.Xception(weights=None, include_top=False)
    left, right = keras.Input(shape=(250, 250, 3)), keras.Input(shape=(250, 250, 3))
    features = layers.Concatenate()([eye(left), eye(right)])
    both = keras.Model([left, right], features)
    print(f"two cameras, one Xception: {both.count_params():,} parameters, out {both.output_shape[1:]}")


two_cameras()

# %% [markdown]
# ## 5 · Share, freeze, clone, save
#
# Four things you may want when you take over a trained model. Try each on a reader of the digits 0 to 4.

# %% example
def make_encoder():
    return keras.Sequential([keras.Input(shape=(64,)), layers.Dense(64, activation="relu"), layers.Dense(32, activation="relu")])


def with_head(encoder):
    inputs = keras.Input(shape=(64,))
    return keras.Model(inputs, layers.Dense(5, activation="softmax")(encoder(inputs)))


def train(model, x, y, epochs, **more):
    model.compile(optimizer=keras.optimizers.Adam(0.003), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model.fit(x, y, epochs=epochs, batch_size=16, verbose=0, **more).history


keras.utils.set_random_seed(7)
low = y_train < 5
trained = make_encoder()
history = train(with_head(trained), x_train[low], y_train[low], epochs=4)
print("accuracy on 0 to 4:", round(history["accuracy"][-1], 2))

# %% [markdown]
# **Freeze:** `trainable = False` keeps `fit` from changing the weights. Set it *before* you compile.

# %% example
trained.trainable = False
frozen = with_head(trained)
print("trainable:", sum(int(np.prod(weights.shape)) for weights in frozen.trainable_weights), "of", frozen.count_params())

# %% [markdown]
# **Clone:** the same graph, with weights of its own. They are *new random* weights; copy the old ones if you want them.

# %% example
twin = keras.models.clone_model(trained)
row = x_test[:1]
print("clone answers the same:    ", np.allclose(twin(row), trained(row)))
twin.set_weights(trained.get_weights())
print("after copying the weights: ", np.allclose(twin(row), trained(row)))

# %% [markdown]
# A clone even keeps the *name*, and Keras refuses two layers of one name in one model. Give it another before you use both:

# %% example
inputs = keras.Input(shape=(64,))
try:
    keras.Model(inputs, layers.Average()([trained(inputs), twin(inputs)]))
except ValueError as error:
    print(type(error).__name__, "-", error)

twin.name = "twin"
both = keras.Model(inputs, layers.Average()([trained(inputs), twin(inputs)]))
print("with two names:", both.count_params(), "parameters")

# %% [markdown]
# **Save:** one `.keras` file holds the graph, the weights and how it is compiled. What you load answers the same, and shares nothing with the original.

# %% example
import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "frozen.keras"
    frozen.save(path)
    loaded = keras.models.load_model(path)
    print(f"{path.name}: {path.stat().st_size / 1024:.0f} kB")

print("the same graph:  ", lg.compare(frozen, loaded).equal)
print("the same answers:", np.allclose(frozen.predict(x_test, verbose=0), loaded.predict(x_test, verbose=0)))
print("shared weights:  ", any(one is other for one in frozen.weights for other in loaded.weights))

# %% [markdown]
# Does freezing make a model *better*? Measure it. Only 30 images of the digits 5 to 9 have labels. Three encoders compete: fresh, taken over and frozen, taken over and free to learn on.

# %% example
few = np.flatnonzero(y_train >= 5)[:30]
high = y_test >= 5
curves = {}
for name in ("fresh", "taken over, frozen", "taken over, free"):
    keras.utils.set_random_seed(7)
    encoder_here = make_encoder()
    if name != "fresh":
        encoder_here.set_weights(trained.get_weights())
        encoder_here.trainable = name.endswith("free")
    history = train(with_head(encoder_here), x_train[few], y_train[few] - 5, epochs=20, validation_data=(x_test[high], y_test[high] - 5))
    curves[name] = history["val_accuracy"]

figure, place = plt.subplots(figsize=(6, 3), layout="constrained")
for (name, curve), style in zip(curves.items(), ("o-", "x--", "s-")):
    place.plot(range(1, 21), curve, style, markersize=4, label=name)
place.axhline(0.2, color="gray", linewidth=1, linestyle=":")
place.set(xlabel="epoch", ylabel="accuracy on new digits 5 to 9", ylim=(0, 1), title="30 labelled images")
place.legend(loc="center right");

# %% [markdown]
# Look at the dashed line. The frozen encoder stays not far above guessing (dotted): what it learnt tells 0 to 4 apart, and throws away what 5 to 9 would need. The free one starts well, and in the end does no better than the fresh one.
# Freezing *protects* weights. Whether it helps depends on how much the old task has in common with the new one, so measure.
#
# ### Exercise 5 · Decide between two designs (5 points)
#
# A post office has an encoder for digits. Every night better weights are loaded into the object `encoder`. A second model, `reader`, shall use it:
#
# - `encoder`: 64 numbers → `Dense` 32 `relu` → `Dense` 16 `relu`,
# - `reader`: 64 numbers → the encoder → `Dense` 10 `softmax`.
#
# Two promises: *next morning `reader` works with the new weights, without being built anew*, and *training `reader` never changes the encoder*.
#
# - **Design A:** clone the encoder, copy its weights into the clone, freeze the clone, call the clone in `reader`.
# - **Design B:** freeze the encoder, call it in `reader`.
#
# All counts agree. Decide which design keeps both promises, and build `encoder` and `reader` that way. You need not compile them.
#
# <details><summary>Hint 1</summary>
#
# Which of *share*, *freeze*, *clone*, *save* carries new weights over by itself? Which protects weights from training?
#
# </details>
# <details><summary>Hint 2</summary>
#
# `encoder.trainable = False`, and then a functional `reader` that calls `encoder(inputs)`.
#
# </details>

# %% solution="reader"
### BEGIN SOLUTION
encoder = keras.Sequential([
    keras.Input(shape=(64,)),
    layers.Dense(32, activation="relu"),
    layers.Dense(16, activation="relu"),
])
encoder.trainable = False
inputs = keras.Input(shape=(64,))
reader = keras.Model(inputs, layers.Dense(10, activation="softmax")(encoder(inputs)))
### END SOLUTION

# %% check="reader" points=1
check(
    {"encoder": encoder, "reader": reader},
    expect.item("encoder", expect.inputs(64), expect.outputs(16)),
    expect.item("reader", expect.inputs(64), expect.outputs(10), expect.parameters(trainable=170, non_trainable=2_608).worth(2)),
    points=1,
)

# %% hidden="reader" points=4
sixteen = keras.Sequential([keras.Input(shape=(64,)), layers.Dense(32, activation="relu"), layers.Dense(16, activation="relu")])
sixteen.trainable = False
digit = keras.Input(shape=(64,))

check(
    {"encoder": encoder, "reader": reader},
    expect.item("encoder", expect.same_graph(sixteen)).worth(0.5),
    expect.item("reader", expect.same_graph(keras.Model(digit, layers.Dense(10, activation="softmax")(sixteen(digit))))).worth(1),
    expect.same_weights("encoder", "reader").worth(2.5),
    points=4,
)

# %% [markdown]
# ## What you know now
#
# | you want | write |
# | --- | --- |
# | use a model inside another, with the same weights | call it: `y = model(x)` |
# | use it at every time step | `layers.TimeDistributed(model)(clip)` |
# | two models over one graph | `keras.Model(inputs, code)` and `keras.Model(inputs, outputs)` |
# | an ensemble | `layers.Average()([one(x), two(x), three(x)])`, with three *different* models |
# | protect weights from training | `model.trainable = False`, then compile |
# | the same graph with weights of its own | `keras.models.clone_model(model)`, then perhaps `set_weights`, and another `name` |
# | keep it for later | `model.save("name.keras")`, `keras.models.load_model("name.keras")` |

# %% [markdown]
# ## In the wild
#
# What older tutorials do with models inside models, and what Keras 3 says:

# %% example
import warnings
from textwrap import shorten


def old(line):
    """Run one line of an old tutorial and print what Keras 3 says to it."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            eval(line)
            answer = f"{said[0].category.__name__}: {said[0].message}" if said else "no complaint"
        except Exception as error:
            answer = f"{type(error).__name__}: {error}"
    print(f"{line}\n    {shorten(answer, 130)}\n")


start = keras.Input(shape=(128,))
old("layers.average([model(start), model(start), model(start)])")
old("layers.merge([model(start), model(start)], mode='ave')")
old("keras.Model(input=start, output=model(start))")
old("slip.to_yaml()")
old("slip.save('ensemble')")

# %% [markdown]
# | old line | today |
# | --- | --- |
# | `merge([a, b], mode="ave")` | `layers.Average()([a, b])` |
# | `average([model(x), model(x), model(x)])` | no complaint, and no ensemble: three models, made three times |
# | `model.to_yaml()` | `model.to_json()`, or better `model.save("name.keras")` |
# | `Model(input=…, output=…)` | `Model(inputs=…, outputs=…)` |
# | `model.save("name")`, `model.save("name.h5")` | `model.save("name.keras")` |
# | `layer.trainable = False` after `compile` | before `compile`; otherwise compile again |
#
# **Next:** your models run. In lesson 08 you look inside while they do.
