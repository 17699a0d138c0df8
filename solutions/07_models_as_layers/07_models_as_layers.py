# %% [markdown]
# # 07 · Graphs inside graphs
#
# After this lesson you can
#
# - **call** a model like a layer, and say whose weights it uses,
# - **cut** two models out of one graph: an encoder and an autoencoder,
# - **turn** a reader of images into a reader of film clips,
# - **average** several models, and notice when it is one model several times,
# - **transfer** a trained encoder to a new task, and measure whether it pays.
#
# **Time:** about 60 minutes. **You need:** shared layers (lesson 06).
#
# The six exercises do not depend on each other. They are worth 20 points. The images are the handwritten digits of [the UCI repository](https://archive.ics.uci.edu/dataset/80).

# %% setup
# Is the course not installed here? In a copy of its repository, run this first: %pip install ../..
# Anywhere else: %pip install git+ADDRESS, with the address of the repository.
import numpy as np

import layergraph as lg
from grader.checks import check, expect
from grader.classroom import datasets, keras_says

with lg.quiet():
    import keras
from keras import layers, ops

keras.utils.set_random_seed(7)

(x_train, y_train), (x_test, y_test) = datasets.digits(flat=True)
x_few, y_few = x_train[-40:], y_train[-40:]


def train(model, x, y, steps, rate):
    """Compile and train for so many steps of 16 images each, drawn at random, at this learning rate."""
    loss = "binary_crossentropy" if model.output_shape[-1] == 1 else "sparse_categorical_crossentropy"
    model.compile(optimizer=keras.optimizers.Adam(rate), loss=loss, metrics=["accuracy"])
    drawn = np.random.randint(0, len(x), 16 * steps)
    model.fit(x[drawn], y[drawn], batch_size=16, verbose=0)


def accuracy(model, x, y):
    """The share of answers that are right."""
    return model.evaluate(x, y, verbose=0)[1]


# %% [markdown]
# ## What single layers cannot do
#
# In lesson 06 you shared a layer. But what you want to use again is often larger: a whole network that somebody has built, and perhaps trained for weeks.
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
# It does. **Calling a model calls its layers once more; nothing is copied.** Whatever happens to `inner` happens inside `outer` too, and the other way round.
#
# A model with several inputs and outputs is called the same way: a list goes in, a list comes out.

# %% example
first, second = keras.Input(shape=(4,)), keras.Input(shape=(4,))
both = keras.Model(
    [first, second], [layers.Add()([first, second]), layers.Subtract()([first, second])], name="both"
)

x1, x2 = keras.Input(shape=(4,)), keras.Input(shape=(4,))
y1, y2 = both([x1, x2])                       # the sum, then the difference
total, difference = keras.Model([x1, x2], [y1, y2]).predict([row, row], verbose=0)
print(total, difference)

# %% [markdown]
# Mind the order, on both sides: swap `x1` and `x2`, or `y1` and `y2`, and nothing complains as long as the shapes agree.
#
# ### From images to film
#
# Someone gives you a reader of images: 784 pixels in, ten classes out. You have film clips of 20 images each. `TimeDistributed` calls a model once for every time step.
# **Predict, then run:** how many parameters does the film reader have, and what is its output shape?

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
# ### Exercise 7.1 · Fill in two lines (2 points)
#
# `frame_reader` reads one digit of 64 pixels. `clip_reader` is to read clips of 6 digits and answer for each digit.
#
# 1. Fill in the two missing lines: `answers` comes from `frame_reader`, called with `TimeDistributed` at every time step of `clip`; `clip_reader` is the model from `clip` to `answers`.
# 2. *Before* you run the cell, predict the output shape of `clip_reader`, without the batch axis. Assign it as a tuple to `predicted_shape`.
#
# <details><summary>Hint 1</summary>
#
# The film reader above has the same line, with another reader. For the shape: one answer for each of the 6 images, and how many numbers is one answer?
#
# </details>
# <details><summary>Hint 2</summary>
#
# For the 784 pixels above, the line was `layers.TimeDistributed(image_reader)(clip)`, and 20 images of 10 classes gave (20, 10).
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
# clip_reader = ...  # your line here
# predicted_shape = ...  # your tuple here
### END STUB

# %% check="clip_reader" points=1
check(
    {"frame_reader": frame_reader, "clip_reader": clip_reader, "predicted_shape": predicted_shape},
    expect.item("clip_reader", expect.inputs((6, 64)), expect.layers(2, Dense=2)),
    expect.same_weights("frame_reader", "clip_reader").worth(2),
    expect.item("predicted_shape", expect.whole(at_least=1, each=True)),
    points=1,
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
# Write one path of layers, and cut out two models. The second half, the **decoder**, mirrors the first. Where a convolution without padding makes the map smaller by 2, `Conv2DTranspose` makes it larger by 2:
# it spreads each number over a 3×3 window instead of collecting one. Where pooling keeps one number of 3×3, `UpSampling2D(3)` repeats each number 3×3 times.

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

print(
    f"encoder:     {encoder_28.count_params():,} parameters, {encoder_28.input_shape[1:]} → "
    f"{encoder_28.output_shape[1:]}"
)
print(
    f"autoencoder: {autoencoder_28.count_params():,} parameters, {autoencoder_28.input_shape[1:]} → "
    f"{autoencoder_28.output_shape[1:]}"
)

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
print(
    f"{encoder_28.count_params():,} + {decoder_28.count_params():,} = {chained.count_params():,} parameters"
)
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
# <!-- claim: ten-numbers -->
# Compare each digit with the one below it. Ten numbers are enough to rebuild it, a little blurred: the mean squared error is less than a quarter of what you get if you answer every digit with the mean of all digits.
# And the encoder learnt without ever being trained itself: its layers *are* the autoencoder's.

# %% claim="ten-numbers"
error = float(np.mean((squeeze_and_rebuild.predict(x_test, verbose=0) - x_test) ** 2))
constant = float(np.mean((x_train.mean(0) - x_test) ** 2))
assert error < constant / 4 and not np.allclose(before, after)
{"error": error, "of the mean digit": constant}

# %% [markdown]
# ### Exercise 7.2 · Build two models (3 points)
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
# Write down *one* path from 64 numbers to 64 numbers and keep the tensor in the middle. Then cut twice. (Or call the encoder when you build the autoencoder.)
#
# </details>
# <details><summary>Hint 2</summary>
#
# Two models over one graph, with other layers:
#
# ```python
# middle = layers.Dense(3)(start)
# end = layers.Dense(8)(middle)
# half, whole = keras.Model(start, middle), keras.Model(start, end)
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
    expect.item(
        "encoder",
        expect.inputs(64),
        expect.outputs(6),
        expect.layers(Dense=2),
        expect.layer("Dense", at=-1, units=6, activation="linear"),
    ),
    expect.item(
        "autoencoder",
        expect.inputs(64),
        expect.outputs(64),
        expect.layers(Dense=4),
        expect.layer("Dense", at=-1, units=64, activation="sigmoid"),
    ),
    expect.item("autoencoder", expect.parameters(non_trainable=0)),
    expect.same_weights("encoder", "autoencoder").worth(3),
    points=2,
)

# %% hidden="autoencoder" points=1
sixty_four = keras.Input(shape=(64,))
six_numbers = layers.Dense(6)(layers.Dense(32, activation="relu")(sixty_four))
and_back = layers.Dense(64, activation="sigmoid")(layers.Dense(32, activation="relu")(six_numbers))

check(
    {"encoder": encoder, "autoencoder": autoencoder},
    expect.item("encoder", expect.same_graph(keras.Model(sixty_four, six_numbers))),
    expect.item("autoencoder", expect.same_graph(keras.Model(sixty_four, and_back))),
    expect.same_weights("encoder", "autoencoder"),
    points=1,
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
# 128 + 1 = 129 parameters, three times. The next cell is, in almost these words, from a published tutorial. **Predict, then run:** how many parameters does it have? And how far is its answer from the answer of `model` alone?

# %% example
model = make_member()
slip = keras.Model(inputs, layers.Average()([model(inputs), model(inputs), model(inputs)]))

rows = np.random.default_rng(7).normal(size=(500, 128))
print(f"one model averaged with itself: {slip.count_params()} parameters")
print(
    "largest distance from its only member: "
    f"{np.abs(slip.predict(rows, verbose=0) - model.predict(rows, verbose=0)).max():.1e}"
)

# %% [markdown]
# 129, and no distance beyond rounding. The mean of three equal answers is the answer. The picture gives it away: all three frames carry the same marks.

# %% example
lg.plot(slip)

# %% [markdown]
# ### Exercise 7.3 · Write a builder (4 points)
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
# The example above had the line `layers.Average()([member(inputs) for member in members])`. What it took as given is the `keras.Input`, whose shape was written out as a number; here it comes from a member.
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


readers = [yes_or_no(64), yes_or_no(64), yes_or_no(64)]


def the_mean_of(members):
    def holds(model):
        rows = np.random.default_rng(3).normal(size=(5, 64)).astype("float32")
        wanted = np.mean([np.asarray(member(rows)) for member in members], axis=0)
        found = np.asarray(model(rows))
        return (
            found.shape == wanted.shape
            and bool(np.allclose(found, wanted, atol=1e-5))
            or "it isn't: was each member called once, and were all counted alike?"
        )

    holds.__doc__ = f"the answer is the mean of the answers of all {len(members)} members"
    return expect.that(holds)


def the_members_themselves(model):
    """the members are called as they are, with their own weights"""
    own = {id(weights) for weights in model.weights}
    return (
        all(id(weights) in own for member in readers for weights in member.weights)
        or "some weights of the members are not in it: were they copied?"
    )


check(
    ensemble,
    expect.calling(readers).gives(
        expect.inputs(64).worth(0.5),
        expect.outputs(1).worth(0.5),
        expect.parameters(195),
        expect.that(the_members_themselves).worth(2),
        the_mean_of(readers),
    ),
    expect.calling(readers[1:]).gives(the_mean_of(readers[1:])),
    points=2,
)

# %% hidden="ensemble" points=2
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
    expect.calling(pair).gives(expect.same_graph(mean_of(small_reader(), deep_reader())), expect.that(not_copied)),
    expect.calling([deep_reader(), small_reader(), deep_reader(), small_reader()]).gives(
        expect.same_graph(mean_of(deep_reader(), small_reader(), deep_reader(), small_reader()))),
    points=2,
)

# %% [markdown]
# ### Exercise 7.4 · Repair it (3 points)
#
# Two models are given, and both are right: `encoder` turns a digit into 16 numbers, and `referee` reads the numbers of a first and a second digit and gives two answers: *is the first one larger?*, then *are they the same?*
# Under the name `repaired`, a third model puts them together for two digits, left and right: its first answer is *is the left one larger than the right one?*, its second *are they the same?* It runs. Two people complain:
#
# - "When left and right change places, the first answer never changes, and the second does. It should be the other way round."
# - "I have put that right, and trained it. Now it says of a 7 on the left and a 3 on the right that the left one is not larger, and the weights of `referee` are fine."
#
# Find the two mistakes. They are not in `encoder` and not in `referee`.
#
# <details><summary>Hint 1</summary>
#
# One line calls `referee`. Two things go in, two come out, and both have an order.
#
# </details>
# <details><summary>Hint 2</summary>
#
# In the first example with two outputs it was `y1, y2 = both([x1, x2])`: in goes what `both` calls first and second, out comes what its list of outputs says. Compare with the lists of `referee`.
#
# </details>

# %% solution="repaired"
### BEGIN SOLUTION
encoder = keras.Sequential([keras.Input(shape=(64,)), layers.Dense(16, activation="relu")])

first, second = keras.Input(shape=(16,)), keras.Input(shape=(16,))
is_larger = layers.Dense(1, activation="sigmoid")(layers.Subtract()([first, second]))
is_same = layers.Dense(1, activation="sigmoid")(ops.abs(first - second))
referee = keras.Model([first, second], [is_larger, is_same])

left, right = keras.Input(shape=(64,)), keras.Input(shape=(64,))
larger, same = referee([encoder(left), encoder(right)])
repaired = keras.Model([left, right], [larger, same])
### END SOLUTION
### BEGIN STUB
# encoder = keras.Sequential([keras.Input(shape=(64,)), layers.Dense(16, activation="relu")])
#
# first, second = keras.Input(shape=(16,)), keras.Input(shape=(16,))
# is_larger = layers.Dense(1, activation="sigmoid")(layers.Subtract()([first, second]))
# is_same = layers.Dense(1, activation="sigmoid")(ops.abs(first - second))
# referee = keras.Model([first, second], [is_larger, is_same])
#
# left, right = keras.Input(shape=(64,)), keras.Input(shape=(64,))
# same, larger = referee([encoder(right), encoder(left)])
# repaired = keras.Model([left, right], [larger, same])
### END STUB

# %% check="repaired" points=2
def both_orders(model):
    a, b = np.random.default_rng(2).normal(size=(2, 6, 64)).astype("float32")
    there, back = model([a, b]), model([b, a])
    return [np.allclose(np.asarray(one), np.asarray(other), atol=1e-6) for one, other in zip(there, back)]


def the_first_answer_hears_the_order(model):
    """The first answer changes when left and right change places"""
    return not both_orders(model)[0] or "it never changes: which answer of referee is it?"


def the_second_answer_does_not(model):
    """The second answer stays the same when they change places"""
    return both_orders(model)[1] or "it changes: which answer of referee is it?"


def left_goes_in_first(model):
    """The first answer is about left, compared with right"""
    graph = lg.normal_form(model)
    heard = graph.ancestors(graph.outputs[0][0]) if graph.outputs else set()
    for call in graph.of_kind("Subtract"):
        if call.index in heard:
            firsts = graph.ancestors(call.inputs[0][0])
            return (
                graph.inputs[0][0] in firsts
                or "it is about right, compared with left: what does referee get first?"
            )
    return "it doesn't hear the difference that referee takes"


check(
    repaired,
    expect.shared("Dense").needed(),
    expect.that(the_first_answer_hears_the_order).needed(),
    expect.that(the_second_answer_does_not).needed(),
    expect.that(left_goes_in_first),
    points=2,
)

# %% hidden="repaired" points=1
sixteen = keras.Sequential([keras.Input(shape=(64,)), layers.Dense(16, activation="relu")])
digit_one, digit_two = keras.Input(shape=(64,)), keras.Input(shape=(64,))
code_one, code_two = sixteen(digit_one), sixteen(digit_two)
answers = [
    layers.Dense(1, activation="sigmoid")(layers.Subtract()([code_one, code_two])),
    layers.Dense(1, activation="sigmoid")(ops.abs(code_one - code_two)),
]

check(repaired, expect.same_graph(keras.Model([digit_one, digit_two], answers)), points=1)

# %% [markdown]
# ## 4 · Two cameras, one Xception
#
# A large published model is a layer like any other. Here one Xception without its last layers (`include_top=False`) looks through two cameras. (`weights=None` means: don't download the trained weights, start from random ones.)
#
# **Predict, then run.** Xception without its top has 20,861,480 parameters. How many does the model with two cameras have?

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
# Four things you may want when you take over a trained model. Try each on an encoder that has learnt the digits 0 to 4.

# %% example
def make_encoder():
    return keras.Sequential(
        [keras.Input(shape=(64,)), layers.Dense(64, activation="relu"), layers.Dense(32, activation="relu")]
    )


def with_head(encoder, units, activation="softmax"):
    inputs = keras.Input(shape=(64,))
    return keras.Model(inputs, layers.Dense(units, activation=activation)(encoder(inputs, training=False)))


keras.utils.set_random_seed(7)
low, low_test = y_train < 5, y_test < 5
trained = make_encoder()
reader_of_low = with_head(trained, 5)
train(reader_of_low, x_train[low], y_train[low], steps=400, rate=0.003)
print(
    "accuracy on new digits 0 to 4:", round(accuracy(reader_of_low, x_test[low_test], y_test[low_test]), 2)
)

# %% [markdown]
# **Freeze:** `trainable = False` keeps `fit` from changing the weights. Set it *before* you compile.

# %% example
trained.trainable = False
frozen = with_head(trained, 5)
print(
    "trainable:",
    sum(int(np.prod(weights.shape)) for weights in frozen.trainable_weights),
    "of",
    frozen.count_params(),
)

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
# **Save:** one `.keras` file holds the graph, the weights, how the model is compiled and the state of its optimizer, so that training can go on. What you load answers the same, and shares nothing with the original.

# %% example
import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "frozen.keras"
    frozen.save(path)
    loaded = keras.models.load_model(path)
    print(f"{path.name}: {path.stat().st_size / 1024:.0f} kB")

print("the same graph:  ", lg.compare(frozen, loaded).equal)
print(
    "the same answers:", np.allclose(frozen.predict(x_test, verbose=0), loaded.predict(x_test, verbose=0))
)
print("shared weights:  ", any(one is other for one in frozen.weights for other in loaded.weights))

# %% [markdown]
# ## 6 · Transfer: when does it pay?
#
# People take over trained encoders because labels are expensive. That is **transfer learning**, and there is a recipe for it:
#
# 1. freeze the encoder, put a new head on it, and train the head *to its end*;
# 2. then unfreeze, **compile again**, and train everything a little at a *very low* learning rate.
#
# (This encoder holds no batch normalization. Where one does, leave those layers frozen in step 2 too, so that they keep their old averages. Tutorials call the encoder with `training=False` for that purpose; in a functional model, `fit` of today's Keras overrides it.)
#
# Try it where the tasks are related. The encoder knows all ten digits. The new question: *has the digit a closed loop?* (0, 6, 8 and 9 have.) Only 40 images are labelled. The control is a fresh network of the same size, trained as long on the same 40. Three starts each:

# %% example
def loop(y):
    return np.isin(y, (0, 6, 8, 9)).astype("float32")


keras.utils.set_random_seed(7)
ten_digits = make_encoder()
train(with_head(ten_digits, 10), x_train[:-40], y_train[:-40], steps=1_200, rate=0.003)

paths = {"fresh": [], "head on the frozen encoder": [], "then unfrozen": []}
for start in (1, 2, 3):
    keras.utils.set_random_seed(start)
    network = with_head(make_encoder(), 1, "sigmoid")
    train(network, x_few, loop(y_few), steps=500, rate=0.003)
    paths["fresh"].append(accuracy(network, x_test, loop(y_test)))

    encoder_copy = make_encoder()
    encoder_copy.set_weights(ten_digits.get_weights())
    encoder_copy.trainable = False
    network = with_head(encoder_copy, 1, "sigmoid")
    train(network, x_few, loop(y_few), steps=300, rate=0.03)
    paths["head on the frozen encoder"].append(accuracy(network, x_test, loop(y_test)))

    encoder_copy.trainable = True
    train(network, x_few, loop(y_few), steps=200, rate=0.0003)
    paths["then unfrozen"].append(accuracy(network, x_test, loop(y_test)))

for name, found in paths.items():
    print(
        f"{name:<27} accuracy on new digits: {np.mean(found):.2f}   (from {min(found):.2f} to "
        f"{max(found):.2f})"
    )

# %% [markdown]
# <!-- claim: transfer-pays -->
# Here it pays: on average, the transferred network makes fewer mistakes than the fresh one. What tells ten digits apart also tells loops from none. Unfreezing changes little here: with 40 images there isn't much to adapt to.
#
# Now the opposite case. `trained` knows only 0 to 4, and the new task is to tell 5 to 9 apart, again with 40 images. **Predict, then run:** who wins? And how well does an encoder do that has learnt *nothing*, random weights, frozen?

# %% claim="transfer-pays"
fresh, head, whole = (float(np.mean(found)) for found in paths.values())
assert head > fresh and whole > fresh
assert abs(whole - head) < 0.04
{"fresh": fresh, "frozen": head, "unfrozen": whole}

# %% example
high, high_test = np.flatnonzero(y_train >= 5)[:40], y_test >= 5

other = {"fresh": [], "frozen, knows 0 to 4": [], "frozen, random": []}
for start in (1, 2, 3):
    for name, found in other.items():
        keras.utils.set_random_seed(start)
        encoder_here = make_encoder()
        if name == "frozen, knows 0 to 4":
            encoder_here.set_weights(trained.get_weights())
        encoder_here.trainable = name == "fresh"
        network = with_head(encoder_here, 5)
        train(network, x_train[high], y_train[high] - 5, steps=300, rate=0.003 if name == "fresh" else 0.03)
        found.append(accuracy(network, x_test[high_test], y_test[high_test] - 5))

for name, found in other.items():
    print(
        f"{name:<21} accuracy on new digits 5 to 9: {np.mean(found):.2f}   (from {min(found):.2f} to "
        f"{max(found):.2f})"
    )

# %% [markdown]
# <!-- claim: transfer-hurts -->
# Here it hurts. The encoder has learnt to throw away what doesn't matter for 0 to 4, and 5 to 9 would need it: the fresh network is clearly ahead. Even an encoder with *random* weights does about as well as this one, or better: it throws away nothing on purpose.
# Freezing *protects* weights. Whether old weights help depends on what the old task has in common with the new one. So measure, and keep a fresh network and a random encoder beside it as controls.
#
# What you can't measure here is the case that made transfer famous: encoders trained on millions of photographs (`keras.applications` with `weights="imagenet"`, which would have to be downloaded), then used on a few hundred of one's own.

# %% claim="transfer-hurts"
fresh, knows, chance = (float(np.mean(found)) for found in other.values())
assert fresh > knows + 0.05 and chance > knows - 0.06
{"fresh": fresh, "knows 0 to 4": knows, "random": chance}

# %% [markdown]
# ### Exercise 7.5 · Train, measure and conclude (4 points)
#
# Is it worth it for the question *is the digit odd?* Follow the recipe, with the 40 labelled images `x_few`, `y_few` of the set-up (the label is `y % 2`), and with `train` and `accuracy`.
#
# 1. `encoder`: a model, 64 numbers → `Dense` 64 `relu` → `Dense` 32 `relu`. Train it on all digits but these 40 (`x_train[:-40]`, `y_train[:-40]`), inside a model that ends in `Dense` 10 `softmax`: 1,200 steps, rate 0.003.
# 2. `transferred`: 64 numbers → `encoder` → `Dense` 1 `sigmoid`. Freeze the encoder and train on the 40 images for 300 steps at rate 0.03. Then unfreeze it and train 200 steps more at rate 0.0003.
# 3. `fresh`: the same layers with new weights, trained for 500 steps on the 40 images at rate 0.003.
# 4. `report`: a dict with the accuracies on the test digits under `"transferred"` and `"fresh"`, and under `"pays"` your conclusion: `True` if the transferred network is ahead, else `False`.
#
# <details><summary>Hint 1</summary>
#
# The example above does the same for another question. `train` compiles, so freezing and unfreezing are heeded when you call it afterwards.
#
# </details>
# <details><summary>Hint 2</summary>
#
# For another question, "is it larger than 4?", the labels are `(y_few > 4)` and `(y_test > 4)`, as numbers: `.astype("float32")`.
#
# </details>

# %% solution="transferred"
### BEGIN SOLUTION
def new_encoder():
    return keras.Sequential(
        [keras.Input(shape=(64,)), layers.Dense(64, activation="relu"), layers.Dense(32, activation="relu")]
    )


def headed(body, units, activation):
    inputs = keras.Input(shape=(64,))
    return keras.Model(inputs, layers.Dense(units, activation=activation)(body(inputs)))


encoder = new_encoder()
train(headed(encoder, 10, "softmax"), x_train[:-40], y_train[:-40], steps=1_200, rate=0.003)

encoder.trainable = False
transferred = headed(encoder, 1, "sigmoid")
train(transferred, x_few, y_few % 2, steps=300, rate=0.03)
encoder.trainable = True
train(transferred, x_few, y_few % 2, steps=200, rate=0.0003)

fresh = headed(new_encoder(), 1, "sigmoid")
train(fresh, x_few, y_few % 2, steps=500, rate=0.003)

report = {
    "transferred": accuracy(transferred, x_test, y_test % 2),
    "fresh": accuracy(fresh, x_test, y_test % 2),
}
report["pays"] = report["transferred"] > report["fresh"]
### END SOLUTION
### BEGIN STUB
# encoder = ...
# transferred = ...
# fresh = ...
# report = ...
### END STUB

# %% check="transferred" points=2
def measured_again(answer):
    """both networks have learnt, and the accuracies are what they reach on the test digits"""
    for name in ("transferred", "fresh"):
        right = (np.asarray(answer[name](x_test))[:, 0] > 0.5) == y_test % 2
        found = np.mean(right)
        if found < 0.6:
            return (
                f"{name} is right in {found:.0%}, hardly more than by guessing: was it trained with "
                "`train`?"
            )
        if expect.measured(right).judge(answer["report"][name]).status != "met":
            return (
                f"{name} reaches {found:.3f}, report says {float(answer['report'][name]):.3f}. Is it the "
                "accuracy on the test digits, after all training?"
            )
    return True


def fresh_is_fresh(answer):
    """fresh has no weights in common with encoder and transferred"""
    taken = {id(weights) for name in ("encoder", "transferred") for weights in answer[name].weights}
    return (
        not any(id(weights) in taken for weights in answer["fresh"].weights)
        or "it uses the trained encoder: give it new layers"
    )


def follows(answer):
    """the conclusion follows from the numbers"""
    report = answer["report"]
    ahead = float(report["transferred"]) > float(report["fresh"])
    right = isinstance(report["pays"], (bool, np.bool_)) and bool(report["pays"]) == ahead
    return right or f"by these numbers, transfer {'pays' if ahead else 'does not pay'}"


check(
    {"encoder": encoder, "transferred": transferred, "fresh": fresh, "report": report},
    expect.item("transferred", expect.inputs(64), expect.outputs(1)),
    expect.item("fresh", expect.inputs(64), expect.outputs(1)),
    expect.same_weights("encoder", "transferred").worth(2),
    expect.item(
        "transferred",
        expect.compiled(
            loss="binary_crossentropy", optimizer=keras.optimizers.Adam(0.0003), metrics=["accuracy"]
        ),
    ).worth(0.5),
    expect.item(
        "fresh",
        expect.compiled(
            loss="binary_crossentropy", optimizer=keras.optimizers.Adam(0.003), metrics=["accuracy"]
        ),
    ).worth(0.5),
    expect.item(
        "report", expect.item("transferred", expect.number(0, 1)), expect.item("fresh", expect.number(0, 1))
    ),
    fresh_is_fresh,
    expect.that(measured_again).worth(6),
    expect.that(follows).worth(4),
    points=2,
)

# %% hidden="transferred" points=2
sixty_four = keras.Input(shape=(64,))
thirty_two = layers.Dense(32, activation="relu")(layers.Dense(64, activation="relu")(sixty_four))
odd = keras.Model(sixty_four, layers.Dense(1, activation="sigmoid")(thirty_two))


def still_reads_digits(answer):
    """the encoder in transferred learnt the ten digits first, was protected while the new head learnt, and unfrozen for the last training"""
    late = expect.trained(whole=True).judge(answer["transferred"])
    if late.status != "met":
        return f"{late.found}: was the encoder unfrozen before `train`, which compiles, was called for the last time?"
    # Over 30 starts: 0.96 to 0.99; never frozen 0.55 to 0.73; never trained on the digits 0.71 to 0.85.
    codes, codes_test = (np.asarray(answer["encoder"](x)) for x in (x_train, x_test))
    middles = np.stack([codes[y_train == digit].mean(axis=0) for digit in range(10)])
    nearest = ((codes_test[:, None] - middles) ** 2).sum(axis=-1).argmin(axis=1)
    found = float(np.mean(nearest == y_test))
    return found >= 0.9 or f"its codes tell ten digits apart in {found:.0%}: was it trained on them, and frozen before the step with the high rate?"


check(
    {"encoder": encoder, "transferred": transferred, "fresh": fresh, "report": report},
    expect.item("encoder", expect.same_graph(keras.Model(sixty_four, thirty_two))).worth(0.5),
    expect.item("transferred", expect.same_graph(odd)),
    expect.item("fresh", expect.same_graph(odd)).worth(0.5),
    expect.that(still_reads_digits).worth(3),
    points=2,
)

# %% [markdown]
# ### Exercise 7.6 · Decide between two designs (4 points)
#
# A post office has an encoder for digits. Every night better weights are loaded into the object `encoder`. A second model, `reader`, uses it:
#
# - `encoder`: 64 numbers → `Dense` 32 `relu` → `Dense` 16 `relu`,
# - `reader`: 64 numbers → the encoder → `Dense` 10 `softmax`.
#
# Two promises: *next morning `reader` works with the new weights, without being built anew*, and *training `reader` never changes the encoder*.
#
# - **Design A:** clone the encoder, copy its weights into the clone, freeze the clone, call the clone in `reader`. "Then nothing that happens to `reader` can ever touch the encoder."
# - **Design B:** freeze the encoder, call it in `reader`.
#
# 1. Decide which design keeps both promises, and build `encoder` and `reader` that way. You need not compile them.
# 2. The two differ in memory, too: how many weights (single numbers) do the two models hold together in design A? Assign it to `stored_in_a`.
#
# <details><summary>Hint 1</summary>
#
# Which of *share*, *freeze*, *clone*, *save* carries new weights over by itself? Which protects weights from training?
#
# </details>
# <details><summary>Hint 2</summary>
#
# For other sizes: an encoder of 1,000 weights and a head of 50 are 1,050 where they are shared. A clone brings its own 1,000.
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
stored_in_a = 2 * 2_608 + 170
### END SOLUTION

# %% check="reader" points=2
check(
    {"encoder": encoder, "reader": reader, "stored_in_a": stored_in_a},
    expect.item("encoder", expect.inputs(64), expect.outputs(16)).worth(0.5),
    expect.item("reader", expect.inputs(64), expect.outputs(10)).worth(0.5),
    expect.item("reader", expect.parameters(trainable=170, non_trainable=2_608)).worth(1.5),
    expect.item("reader", expect.layer("Dense", at=-1, units=10, activation="softmax")).worth(0.5),
    expect.same_weights("encoder", "reader").worth(1.5),
    expect.item(
        "stored_in_a", expect.leaves(97, 51, look="What does each model store, and which of it twice?")
    ).worth(0.5),
    points=2,
)

# %% hidden="reader" points=2
sixteen = keras.Sequential([keras.Input(shape=(64,)), layers.Dense(32, activation="relu"), layers.Dense(16, activation="relu")])
sixteen.trainable = False
digit = keras.Input(shape=(64,))


def new_weights_arrive(answer):
    """new weights in the encoder change what reader answers"""
    encoder, reader, rows = answer["encoder"], answer["reader"], x_test[:8]
    before, kept = np.asarray(reader(rows)), encoder.get_weights()
    encoder.set_weights([weights + 0.1 for weights in kept])
    after = np.asarray(reader(rows))
    encoder.set_weights(kept)
    return not np.allclose(before, after) or "reader answers as before: it has weights of its own"


check(
    {"encoder": encoder, "reader": reader, "stored_in_a": stored_in_a},
    expect.item("encoder", expect.same_graph(sixteen)).worth(0.5),
    expect.item("reader", expect.same_graph(keras.Model(digit, layers.Dense(10, activation="softmax")(sixteen(digit))))).worth(0.5),
    expect.that(new_weights_arrive),
    expect.item("stored_in_a", expect.value(5_386)).worth(0.5),
    points=2,
)

# %% [markdown]
# ## What you know now
#
# | you want | write |
# | --- | --- |
# | use a model inside another, with the same weights | call it: `y = model(x)` |
# | use it at every time step | `layers.TimeDistributed(model)(clip)` |
# | several inputs and outputs | `y1, y2 = model([x1, x2])`: the order counts on both sides |
# | two models over one graph | `keras.Model(inputs, code)` and `keras.Model(inputs, outputs)` |
# | an ensemble | `layers.Average()([one(x), two(x), three(x)])`, with three *different* models |
# | protect weights from training | `model.trainable = False`, then compile |
# | take over a trained encoder | freeze, train a new head to its end, unfreeze, compile again, train at a very low rate; and a fresh network beside it |
# | the same graph with weights of its own | `keras.models.clone_model(model)`, then perhaps `set_weights`, and another `name` |
# | keep it for later | `model.save("name.keras")`, `keras.models.load_model("name.keras")` |

# %% [markdown]
# ## In the wild
#
# What older tutorials do with models inside models, and what Keras 3 says:

# %% example
start = keras.Input(shape=(128,))
keras_says("layers.average([model(start), model(start), model(start)])", globals())
keras_says("layers.merge([model(start), model(start)], mode='ave')", globals())
keras_says("keras.Model(input=start, output=model(start))", globals())
keras_says("slip.to_yaml()", globals())
keras_says("slip.save('ensemble')", globals())

# %% [markdown]
# | old line | today |
# | --- | --- |
# | `merge([a, b], mode="ave")` | `layers.Average()([a, b])` |
# | `average([model(x), model(x), model(x)])` | no complaint, and no ensemble. Make three models and call each once |
# | `model.to_yaml()` | `model.to_json()`, or better `model.save("name.keras")` |
# | `Model(input=…, output=…)` | `Model(inputs=…, outputs=…)` |
# | `model.save("name")`, `model.save("name.h5")` | `model.save("name.keras")` |
# | `layer.trainable = False` after `compile` | before `compile`; otherwise compile again |
#
# **Next:** your models run. In lesson 08 you look inside while they do.
