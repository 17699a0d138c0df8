# %% [markdown]
# # 09 · Better models
#
# After this lesson you can
#
# - **place** batch normalisation, count its parameters, and say what it does while training and afterwards,
# - **trade** an ordinary convolution for a separable one, and measure what that costs,
# - **combine** several models into one answer, and notice when a weak member spoils it,
# - **search** for good settings with KerasTuner instead of by hand,
# - **repair** an ensemble that asks one model four times.
#
# **Time:** about 55 minutes. **You need:** lesson 01, and a rough idea of a convolution (lesson 04). This lesson stands alone.
#
# In lesson 08 you learnt to watch a run and to stop it in time. That gets the best out of *one* model as it is. Now you change the model: four ways to gain the last few per cent, each of them measured.
#
# The six exercises (20 points) do not depend on each other.

# %% setup
import logging
import tempfile
import time

import matplotlib.pyplot as plt
import numpy as np

import layergraph as lg
from grader.checks import check, expect
from layergraph import datasets

with lg.quiet():
    import keras
from keras import layers

# This notebook trains several models in a row; TensorFlow would remark on it.
logging.getLogger("tensorflow").setLevel(logging.ERROR)
keras.utils.set_random_seed(1)

(x_train, y_train), (x_test, y_test) = datasets.digits()
rows_train, rows_test = x_train.reshape(-1, 64), x_test.reshape(-1, 64)


def make_member(units):
    """One member of a team: 64 numbers → one of ten digits. Every call makes a new model with weights of its own."""
    return keras.Sequential([
        keras.Input(shape=(64,)),
        layers.Dense(units, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ])


def make_base():
    """The body of a digit reader: an image (8, 8, 1) → 24 numbers. Every call makes it anew."""
    image = keras.Input(shape=(8, 8, 1))
    x = layers.Conv2D(24, 3, padding="same", use_bias=False)(image)
    x = layers.BatchNormalization()(x)
    x = layers.ReLU()(x)
    x = layers.Conv2D(24, 3, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    x = layers.ReLU()(x)
    return keras.Model(image, layers.GlobalAveragePooling2D()(x), name="base")

# %% [markdown]
# ## 1 · Batch normalisation
#
# Deep networks are hard to start: what one layer hands to the next may be far too large or far too small. `BatchNormalization` puts that right. For each channel it takes the mean and the spread *over the batch*,
# shifts and scales the numbers to mean 0 and spread 1, and then lets the network choose another mean (`beta`) and another spread (`gamma`).
#
# **Predict, then run.** How many numbers does it keep for each channel, and how many of them are trained?

# %% example
normalise = layers.BatchNormalization()
normalise.build((None, 8, 8, 48))

for weight in normalise.weights:
    print(f"{weight.name:<16}{str(weight.shape):<8}{'trained' if weight.trainable else 'not trained'}")
print(f"48 channels: {normalise.count_params()} parameters")

# %% [markdown]
# Four for each channel: `gamma` and `beta` are trained. The moving mean and the moving variance are not; they are only written down. Remember **2 + 2**.
#
# What does it do to numbers? Here is a batch whose two columns live in different worlds.

# %% example
batch = np.array([[1.0, 1_000.0], [2.0, 3_000.0], [3.0, 5_000.0]], dtype="float32")
normalise = layers.BatchNormalization()

print(np.round(normalise(batch, training=True), 2))

# %% [markdown]
# Now both look alike. **Predict, then run:** the same layer, the same batch, but `training=False`, as in `predict`.

# %% example
print(np.round(normalise(batch, training=False), 2))

# %% [markdown]
# A different answer! After training there may be no batch, only one image. So the layer uses its moving averages, and after one call they have hardly moved: at each step they go 1 % of the way (`momentum=0.99`).
#
# > **While training: this batch's mean and spread. Afterwards: the averages remembered from training.**
#
# ### Where it goes
#
# The usual place is between a layer and its activation: `Conv2D → BatchNormalization → relu`. The layer before then needs no bias. **Predict, then run:** what does it change to add 100 to every number before the normalisation?

# %% example
print("largest change:", np.abs(normalise(batch, training=True) - normalise(batch + 100, training=True)).max())

# %% [markdown]
# Nothing but a rounding error: the mean is taken away again at once, and a bias with it. Hence `use_bias=False`. (You may also normalise *after* the activation; people do both. Don't do it after the last layer.)
#
# ### What it is good for, measured
#
# Six `Dense` layers with the old `sigmoid`, once without and once with normalisation. Same seed, same data, eight epochs.

# %% example
def make_deep(normalised):
    keras.utils.set_random_seed(1)
    row = x = keras.Input(shape=(64,))
    for _ in range(6):
        x = layers.Dense(32, use_bias=not normalised)(x)
        if normalised:
            x = layers.BatchNormalization(momentum=0.9)(x)
        x = layers.Activation("sigmoid")(x)
    return keras.Model(row, layers.Dense(10, activation="softmax")(x))


def train(model, x, y, epochs, learning_rate=0.003, validation=None):
    """Compile, fit, and give back the history."""
    model.compile(keras.optimizers.Adam(learning_rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model.fit(x, y, epochs=epochs, batch_size=64, validation_data=validation, verbose=0).history


figure, place = plt.subplots(figsize=(6.5, 2.5), layout="constrained")
for normalised, style in ((False, "--"), (True, "-")):
    model = make_deep(normalised)
    history = train(model, rows_train, y_train, epochs=8, validation=(rows_test, y_test))
    name = "with" if normalised else "without"
    place.plot(range(1, 9), history["val_accuracy"], style, label=f"{name} batch normalisation")
    print(f"{name:<8}{model.count_params():>6,} parameters, {history['val_accuracy'][-1]:.2f} of the test digits right")
place.set_xlabel("epoch")
place.set_title("Six sigmoid layers: accuracy on test digits", fontsize=10)
place.legend();

# %% [markdown]
# What to see: without it, the deep network hardly starts. With it, the same network is nearly done after three epochs.
#
# Why `momentum=0.9`? Our data make only 23 batches per epoch. **Predict, then run:** the same network with Keras' own `momentum=0.99`, trained for two epochs. Which of the two accuracies will be low, and why?

# %% example
keras.utils.set_random_seed(1)
image = keras.Input(shape=(8, 8, 1))
x = layers.Conv2D(32, 3, padding="same", use_bias=False)(image)
x = layers.ReLU()(layers.BatchNormalization()(x))
x = layers.Conv2D(32, 3, padding="same", use_bias=False)(x)
x = layers.ReLU()(layers.BatchNormalization()(x))
slow_memory = keras.Model(image, layers.Dense(10, activation="softmax")(layers.GlobalAveragePooling2D()(x)))
history = train(slow_memory, x_train, y_train, epochs=2, learning_rate=0.01, validation=(x_test, y_test))

print("while training:", [round(value, 2) for value in history["accuracy"]])
print("on test digits:", [round(value, 2) for value in history["val_accuracy"]])

# %% [markdown]
# The network is good, its *memory* is not: 46 steps of 1 % are too few to forget the starting values. If training looks fine and testing looks like dice, think of this before you think of overfitting.
#
# ### Exercise 1 · Predict the counts (3 points)
#
# Into each of these two layers goes an image with 16 channels. Type three whole numbers before you build anything.
#
# - `block_parameters`: all parameters of `Conv2D(32, 3, use_bias=False)` followed by `BatchNormalization()`,
# - `block_trainable`: how many of those are trained,
# - `separable_parameters`: the parameters of `SeparableConv2D(32, 3, use_bias=False)`. It first runs one 3×3 filter over each of the 16 channels, then mixes channels with a 1×1 convolution.
#
# <details><summary>Hint 1</summary>
#
# An ordinary 3×3 convolution has 3 × 3 × (channels in) × (channels out) weights. Normalisation has 2 + 2 for each channel that comes *out* of it.
#
# </details>
# <details><summary>Hint 2</summary>
#
# 3 × 3 × 16 × 32 and 4 × 32; the second number lacks 2 × 32 of that. For the third: 3 × 3 × 16, plus 16 × 32.
#
# </details>

# %% solution="counts"
### BEGIN SOLUTION
block_parameters = 4_736
block_trainable = 4_672
separable_parameters = 656
### END SOLUTION

# %% check="counts" points=1
def three_counts(answers):
    """three whole numbers, and no more trained parameters than there are"""
    numbers = list(answers.values())
    if not all(isinstance(n, int) and not isinstance(n, bool) for n in numbers):
        return "type three whole numbers"
    return numbers[1] <= numbers[0] or "more trained parameters than parameters"


check(
    {"block_parameters": block_parameters, "block_trainable": block_trainable, "separable_parameters": separable_parameters},
    three_counts,
    points=1,
)

# %% hidden="counts" points=2
check(
    {"block_parameters": block_parameters, "block_trainable": block_trainable, "separable_parameters": separable_parameters},
    expect.item("block_parameters", expect.value(4_736)),
    expect.item("block_trainable", expect.value(4_672)),
    expect.item("separable_parameters", expect.value(656)),
    points=2,
)

# %% [markdown]
# ## 2 · Separable against ordinary
#
# Lesson 04 took a convolution apart: look at each channel for itself, then mix the channels. Keras calls it `SeparableConv2D`. It has far fewer parameters. What does that cost? Measure three things at once.

# %% example
def make_reader(convolution):
    keras.utils.set_random_seed(1)
    image = keras.Input(shape=(8, 8, 1))
    x = layers.Conv2D(16, 3, padding="same", activation="relu")(image)
    for filters in (32, 32, 64):
        x = convolution(filters, 3, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization(momentum=0.9)(x)
        x = layers.ReLU()(x)
        if filters == 32:
            x = layers.MaxPooling2D(2, padding="same")(x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


measured = {}
for name, convolution in (("ordinary", layers.Conv2D), ("separable", layers.SeparableConv2D)):
    model = make_reader(convolution)
    start = time.perf_counter()
    history = train(model, x_train, y_train, epochs=5, validation=(x_test, y_test))
    measured[name] = model.count_params(), time.perf_counter() - start, history["val_accuracy"][-1]

figure, places = plt.subplots(1, 3, figsize=(8, 2.3), layout="constrained")
for place, title, values in zip(places, ("parameters", "seconds for five epochs", "accuracy on test digits"), zip(*measured.values())):
    place.bar(list(measured), values, color=["C0", "C1"])
    place.set_title(title, fontsize=10)
for name, (parameters, seconds, accuracy) in measured.items():
    print(f"{name:<10}{parameters:>7,} parameters {seconds:5.1f} s   {accuracy:.3f}")

# %% [markdown]
# What to see: a sixth of the parameters, and on these digits hardly any loss of accuracy. But look at the *time*: nothing like a sixth. Two small steps are about as slow as one large step on such tiny images. (Your seconds will differ from run to run.)
# Fewer parameters mean a smaller file and less to learn by heart. Speed has to be measured where the model will run.
#
# ### Exercise 2 · Write the block (4 points)
#
# Write the function `conv_block(x, filters, separable=False)`. It takes a tensor of images and returns a tensor, after these three steps, with new layers at every call:
#
# 1. a 3×3 convolution with `filters` filters that keeps height and width, and has no bias: `Conv2D`, or `SeparableConv2D` if `separable` is true,
# 2. `BatchNormalization` with Keras' own settings,
# 3. `relu`.
#
# <details><summary>Hint 1</summary>
#
# A class is a value like any other: choose the class first, then make the layer. `padding=` keeps the size.
#
# </details>
# <details><summary>Hint 2</summary>
#
# ```python
# convolution = layers.SeparableConv2D if separable else …
# x = convolution(filters, 3, padding="same", use_bias=…)(x)
# x = layers.BatchNormalization()(x)
# return layers.ReLU()(…)
# ```
#
# </details>

# %% solution="block"
def conv_block(x, filters, separable=False):
    """Convolution without bias → batch normalisation → relu; height and width stay."""
    ### BEGIN SOLUTION
    convolution = layers.SeparableConv2D if separable else layers.Conv2D
    x = convolution(filters, 3, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    return layers.ReLU()(x)
    ### END SOLUTION

# %% check="block" points=2
check(
    conv_block,
    expect.calling(keras.Input(shape=(8, 8, 16)), 32).gives(expect.outputs((8, 8, 32)), expect.parameters(4_736, trainable=4_672)),
    expect.calling(keras.Input(shape=(8, 8, 16)), 32, separable=True).gives(expect.parameters(784)),
    points=2,
)

# %% hidden="block" points=2
def block_reference(shape, filters, convolution):
    image = keras.Input(shape=shape)
    x = convolution(filters, 3, padding="same", use_bias=False)(image)
    return keras.Model(image, layers.Activation("relu")(layers.BatchNormalization()(x)))


check(
    conv_block,
    expect.calling(keras.Input(shape=(10, 6, 3)), 12).gives(expect.same_graph(block_reference((10, 6, 3), 12, layers.Conv2D))),
    expect.calling(keras.Input(shape=(5, 5, 8)), 20, True).gives(expect.same_graph(block_reference((5, 5, 8), 20, layers.SeparableConv2D))),
    expect.calling(keras.Input(shape=(8, 8, 16)), 32).anew().worth(0.5),
    points=2,
)

# %% [markdown]
# ## 3 · Ask several models
#
# Three people who err in different ways are, together, wiser than each alone. It holds for networks too. Three members with the same layers, but each with its own first weights and its own 300 digits to learn from:

# %% example
def train_member(seed, images, labels, epochs=12):
    keras.utils.set_random_seed(seed)
    member = make_member(24)
    train(member, images, labels, epochs, learning_rate=0.02)
    return member


def accuracy(predictions):
    return float(np.mean(predictions.argmax(axis=1) == y_test))


votes = []
for seed in range(3):
    chosen = np.random.default_rng(seed).choice(len(rows_train), 300, replace=False)
    votes.append(train_member(seed, rows_train[chosen], y_train[chosen]).predict(rows_test, verbose=0))

print("alone:   ", [round(accuracy(vote), 3) for vote in votes])
print("together:", round(accuracy(np.mean(votes, axis=0)), 3))

# %% [markdown]
# The average of the three predictions beats each of them. **Predict, then run:** and if you average one member with itself, three times?

# %% example
print("one member, three times:", round(accuracy(np.mean([votes[0], votes[0], votes[0]], axis=0)), 3), "– alone:", round(accuracy(votes[0]), 3))

# %% [markdown]
# Nothing is gained: it always agrees with itself. An ensemble lives on *different* mistakes.
#
# Now a weak member joins. It was trained on digits that somebody had turned on their side, so it is wrong nearly always, and sure of it. Give it more and more weight and watch the team.

# %% example
turned = x_train.transpose(0, 2, 1, 3).reshape(-1, 64)
weak = train_member(3, turned, y_train, epochs=6).predict(rows_test, verbose=0)

weights = np.linspace(0, 3, 13)
team = [accuracy(np.average([*votes, weak], axis=0, weights=[1, 1, 1, weight])) for weight in weights]

figure, place = plt.subplots(figsize=(6.5, 2.5), layout="constrained")
place.plot(weights, team, "o-", label="team of four")
place.axhline(max(accuracy(vote) for vote in votes), linestyle="--", color="grey", label="best member alone")
place.set_xlabel("weight of the weak member (each of the others: 1)")
place.set_title("Accuracy of the team on test digits", fontsize=10)
place.legend()
print(f"weak member alone: {accuracy(weak):.3f}, team at weight 0: {team[0]:.3f}, at 1: {team[4]:.3f}, at 3: {team[-1]:.3f}")

# %% [markdown]
# What to see: with one vote in four the others still outvote the weak member, and little is lost. Give it more, and the team falls below its best member.
# At weight 3 it has as many votes as all others together, and the team follows the fool.
# So measure each member on validation data, and weigh it by what it is worth. (To choose weights by *test* digits, as the plot might tempt you to, would be cheating yourself.)
#
# ### Exercise 3 · The weighted average (3 points)
#
# Write the function `weighted_average(predictions, weights)`:
#
# - `predictions` is a list of arrays of the same shape (*n*, classes), one for each member; `weights` is a list of as many numbers, 0 or more, not all 0. They need not add up to 1.
# - It returns one array of shape (*n*, classes): each member counts by its share of the sum of the weights. Where the rows of every member add up to 1, so do the rows of the result.
#
# <details><summary>Hint 1</summary>
#
# Multiply each array by its weight, add them up, and divide by the sum of the weights.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `np.average(…, axis=0, weights=…)` does all three steps. Over which axis do the members lie?
#
# </details>

# %% solution="weighted"
def weighted_average(predictions, weights):
    """The members' predictions, each by its share of the weights."""
    ### BEGIN SOLUTION
    return np.average(predictions, axis=0, weights=weights)
    ### END SOLUTION

# %% check="weighted" points=1
check(
    weighted_average,
    expect.calling([np.array([[0.8, 0.2]]), np.array([[0.4, 0.6]])], [1, 1]).gives(expect.array([[0.6, 0.4]])),
    expect.calling([np.array([[0.8, 0.2]]), np.array([[0.4, 0.6]])], [3, 1]).gives(expect.array([[0.7, 0.3]])),
    points=1,
)

# %% hidden="weighted" points=2
three = [np.random.default_rng(seed).dirichlet([1, 1, 1, 1], size=6) for seed in range(3)]
logits = [np.random.default_rng(seed).normal(size=(5, 3)) for seed in range(3)]

check(
    weighted_average,
    expect.calling(three, [0.2, 0.5, 0.3]).gives(expect.array(0.2 * three[0] + 0.5 * three[1] + 0.3 * three[2])),
    expect.calling(logits, [2, 0, 6]).gives(expect.array(0.25 * logits[0] + 0.75 * logits[2])),
    expect.calling(three[:1], [5.0]).gives(expect.array(three[0])),
    points=2,
)

# %% [markdown]
# ## 4 · A team is a graph
#
# If all members read the same input, the whole team is *one* model: call each member like a layer, then `Average` the answers. One file to keep, one `predict`.
#
# ### Exercise 4 · Repair the team (4 points)
#
# This code is found in published notebooks. It builds, it predicts, its shape is right. Look at the drawing of your cell's `team` with `lg.plot(team)`, and find out why it is no better than one model.
#
# Repair it. `team` reads one row of 64 numbers and gives it to **four different members**, made by `make_member(16)`, `make_member(24)`, `make_member(32)` and `make_member(48)`. Its output is the plain average of their four answers, of shape (10,). You need not compile or train it.
#
# <details><summary>Hint 1</summary>
#
# How often does the code call `member_a`, and how often the others? A model that is made and never called is not part of the graph.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `votes = [member_a(row), member_b(row), …]`
#
# </details>

# %% solution="team"
### BEGIN SOLUTION
row = keras.Input(shape=(64,))
member_a, member_b, member_c, member_d = make_member(16), make_member(24), make_member(32), make_member(48)
votes = [member_a(row), member_b(row), member_c(row), member_d(row)]
team = keras.Model(row, layers.Average()(votes))
### END SOLUTION
### BEGIN STUB
# row = keras.Input(shape=(64,))
# member_a, member_b, member_c, member_d = make_member(16), make_member(24), make_member(32), make_member(48)
# votes = [member_a(row), member_a(row), member_a(row), member_a(row)]
# team = keras.Model(row, layers.Average()(votes))
### END STUB

# %% check="team" points=2
check(
    team,
    expect.inputs(64),
    expect.outputs(10),
    expect.parameters(9_040).needed(),
    points=2,
)

# %% hidden="team" points=2
one_row = keras.Input(shape=(64,))
answers = [layers.Dense(10, activation="softmax")(layers.Dense(units, activation="relu")(one_row)) for units in (16, 24, 32, 48)]

check(team, expect.same_graph(keras.Model(one_row, layers.Average()(answers))), points=2)

# %% [markdown]
# ## 5 · Search instead of guessing
#
# How many units? Which learning rate? Such settings are **hyperparameters**. KerasTuner tries them for you. You write a function `build(hp)` that asks `hp` for every setting and returns a compiled model; a tuner calls it again and again.
#
# (The package is `keras-tuner`, the import is `keras_tuner`.)

# %% example
with lg.quiet():
    import keras_tuner


def build(hp):
    """A reader of digits whose size and learning rate the tuner chooses."""
    keras.utils.set_random_seed(1)
    model = make_member(hp.Choice("units", [8, 16, 32, 64]))
    rate = hp.Float("learning_rate", 1e-4, 1e-1, sampling="log")
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


tuner = keras_tuner.RandomSearch(
    build,
    objective="val_accuracy",
    max_trials=5,
    seed=1,
    overwrite=True,
    directory=tempfile.mkdtemp(),
    project_name="digits",
)
tuner.search(rows_train[:1_000], y_train[:1_000], epochs=4, validation_data=(rows_train[1_000:], y_train[1_000:]), batch_size=64, verbose=0)

trials = tuner.oracle.get_best_trials(5)
for trial in trials:
    print(f"{trial.score:.3f} with", {name: round(value, 4) for name, value in trial.hyperparameters.values.items()})

# %% example
figure, place = plt.subplots(figsize=(6.5, 2.5), layout="constrained")
place.scatter([trial.hyperparameters["learning_rate"] for trial in trials], [trial.score for trial in trials], s=[8 * trial.hyperparameters["units"] for trial in trials])
place.set_xscale("log")
place.set_xlabel("learning rate")
place.set_title("Five trials: validation accuracy after four epochs; larger dots have more units", fontsize=10);

# %% [markdown]
# What to see: with four epochs, the learning rate decides nearly everything, and by factors rather than by steps: that's why it was drawn on a logarithmic scale (`sampling="log"`).
#
# - `seed=1` makes the choice of trials repeatable. `overwrite=True` forgets earlier searches in the same folder; without it the tuner goes on with those.
# - The validation data here are the last 437 *training* digits. The test digits stay untouched until the end.
# - `tuner.get_best_hyperparameters()[0]` gives the winner; build with it once more and train for as long as you like.
#
# ### Exercise 5 · A model with knobs (3 points)
#
# A tuner is only as good as the function it turns. Write `make_tunable(units, depth, learning_rate)`. At every call it returns a new **compiled** model:
#
# - 64 numbers in,
# - `depth` times (1 or more): `Dense(units, use_bias=False)`, then `BatchNormalization()` with Keras' own settings, then `relu`,
# - `Dense(10, activation="softmax")` at the end,
# - compiled with `Adam` and this learning rate, the loss for whole-number labels, and the metric `"accuracy"`.
#
# <details><summary>Hint 1</summary>
#
# Keep the tensor in one variable and let the loop pass it on, as `make_deep` does in section 1.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `model.compile(optimizer=keras.optimizers.Adam(learning_rate=…), loss="sparse_…", metrics=["accuracy"])`, and then `return model`.
#
# </details>

# %% solution="tunable"
def make_tunable(units, depth, learning_rate):
    """A compiled reader of digits with three knobs."""
    ### BEGIN SOLUTION
    row = x = keras.Input(shape=(64,))
    for _ in range(depth):
        x = layers.Dense(units, use_bias=False)(x)
        x = layers.BatchNormalization()(x)
        x = layers.Activation("relu")(x)
    model = keras.Model(row, layers.Dense(10, activation="softmax")(x))
    model.compile(optimizer=keras.optimizers.Adam(learning_rate), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
    ### END SOLUTION

# %% check="tunable" points=1
check(
    make_tunable,
    expect.calling(32, 2, 0.01).gives(
        expect.inputs(64),
        expect.outputs(10),
        expect.parameters(3_658, trainable=3_530),
        expect.compiled(loss="sparse_categorical_crossentropy", optimizer="adam"),
    ),
    points=1,
)

# %% hidden="tunable" points=2
def tunable_reference(units, depth):
    start = tensor = keras.Input(shape=(64,))
    for _ in range(depth):
        tensor = layers.ReLU()(layers.BatchNormalization()(layers.Dense(units, use_bias=False)(tensor)))
    return keras.Model(start, layers.Dense(10, activation="softmax")(tensor))


def as_asked(learning_rate):
    return expect.compiled(loss="sparse_categorical_crossentropy", optimizer="adam", metrics=["accuracy"], learning_rate=learning_rate)


check(
    make_tunable,
    expect.calling(20, 3, 0.002).gives(
        expect.same_graph(tunable_reference(20, 3)),
        as_asked(0.002),
    ),
    expect.calling(12, 1, 0.5).gives(expect.same_graph(tunable_reference(12, 1)), as_asked(0.5)),
    expect.calling(32, 2, 0.01).gives(expect.same_graph(tunable_reference(32, 2)), as_asked(0.01)).worth(0.5),
    expect.calling(32, 2, 0.01).anew().worth(0.5),
    points=2,
)

# %% [markdown]
# ## 6 · Frozen means: inference mode
#
# `layer.trainable = False` tells training to leave a layer's weights alone. For batch normalisation it means more. **Predict, then run:** does a frozen layer that is called with `training=True` use the batch or its memory? Does its memory change?

# %% example
frozen = layers.BatchNormalization()
frozen.build(batch.shape)
frozen.trainable = False

before = frozen.moving_mean.numpy()
answer = frozen(batch, training=True)
print("same as in inference:", np.allclose(answer, frozen(batch, training=False)))
print("memory unchanged:    ", np.allclose(before, frozen.moving_mean.numpy()))

# %% [markdown]
# Frozen is frozen: no batch, no new memory. What happens to a model if its normalisation is *not* frozen? Here is a base in service, and a second model that trains on top of it.
# Only convolutions are frozen, because "only they have kernels". Watch the base's answer for one image.

# %% example
keras.utils.set_random_seed(2)
base = make_base()
in_service = base(x_test[:1]).numpy()

for layer in base.layers:
    if isinstance(layer, layers.Conv2D):
        layer.trainable = False
image = keras.Input(shape=(8, 8, 1))
second = keras.Model(image, layers.Dense(5, activation="softmax")(base(image)))
few = np.flatnonzero(y_train >= 5)[:100]
train(second, x_train[few], y_train[few] - 5, epochs=2)

print(f"the base's answer moved by up to {np.abs(base(x_test[:1]).numpy() - in_service).max():.3f}")

# %% [markdown]
# The kernels are untouched, and the base answers differently: `gamma`, `beta` and both memories moved.
#
# ### Exercise 6 · Decide between two designs (3 points)
#
# The body from `make_base()` is in service in another product. That product's answers **must not change by a single bit**. You want a reader for the five digits 5 to 9 on top of the same body. Two colleagues suggest:
#
# - **Design A:** train everything, with a very small learning rate. "It will hardly move."
# - **Design B:** freeze the whole body, train only a new last layer.
#
# Decide which design keeps the promise. Then build the model `newcomer`: an image of shape (8, 8, 1) → the body made by `make_base()` → `Dense(5, activation="softmax")`.
# Compile it with the optimizer `"adam"` (the learning rate is free) and the loss for whole-number labels (0 to 4). You need not train it.
#
# <details><summary>Hint 1</summary>
#
# A model has `.trainable` too, and setting it reaches every layer inside. Set it before you compile. Which parameters may be left to train?
#
# </details>
# <details><summary>Hint 2</summary>
#
# ```python
# body = make_base()
# body.trainable = …
# image = keras.Input(shape=(8, 8, 1))
# newcomer = keras.Model(image, layers.Dense(5, activation="softmax")(body(image)))
# newcomer.compile(…)
# ```
#
# </details>

# %% solution="newcomer" free="learning rate"
### BEGIN SOLUTION
body = make_base()
body.trainable = False
image = keras.Input(shape=(8, 8, 1))
newcomer = keras.Model(image, layers.Dense(5, activation="softmax")(body(image)))
newcomer.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
### END SOLUTION

# %% check="newcomer" points=1
check(
    newcomer,
    expect.inputs((8, 8, 1)),
    expect.outputs(5),
    expect.parameters(5_717),
    expect.compiled(loss="sparse_categorical_crossentropy", optimizer="adam"),
    points=1,
)

# %% hidden="newcomer" points=2
image_in = keras.Input(shape=(8, 8, 1))
frozen_body = make_base()
frozen_body.trainable = False

check(
    newcomer,
    expect.parameters(trainable=125).needed(),
    expect.same_graph(keras.Model(image_in, layers.Dense(5, activation="softmax")(frozen_body(image_in)))),
    points=2,
)

# %% [markdown]
# ## What you know now
#
# | you want | do | mind |
# | --- | --- | --- |
# | a deep network that starts | `Dense`/`Conv2D` with `use_bias=False` → `BatchNormalization` → activation | 2 trained + 2 remembered numbers for each channel; with few batches, `momentum=0.9` |
# | fewer parameters | `SeparableConv2D` | measure accuracy *and* time |
# | fewer mistakes | average several different models | a weak, confident member needs a small weight, or none |
# | good settings | `keras_tuner.RandomSearch(build, …)` | `seed`, `overwrite=True`, validation data that are not the test data |
# | a part that stays as it is | `.trainable = False` before `compile` | for batch normalisation it also means inference mode |

# %% [markdown]
# ## In the wild
#
# A published notebook on ensembles holds these lines. (The four models were trained for an hour each.)
#
# ```python
# preds_a = model_a.predict(x_val)
# preds_b = model_a.predict(x_val)
# preds_c = model_a.predict(x_val)
# preds_d = model_a.predict(x_val)
# final_preds = 0.25 * (preds_a + preds_b + preds_c + preds_d)
# ```
#
# There is no error to show. **Predict, then run:** how far is `final_preds` from `preds_a`?

# %% example
model_a = make_member(16)
preds_a = model_a.predict(rows_test, verbose=0)
preds_b = model_a.predict(rows_test, verbose=0)
preds_c = model_a.predict(rows_test, verbose=0)
preds_d = model_a.predict(rows_test, verbose=0)
final_preds = 0.25 * (preds_a + preds_b + preds_c + preds_d)

print("largest difference:", np.abs(final_preds - preds_a).max())

# %% [markdown]
# Zero. Put the members into a list and use a loop: `predictions = [model.predict(x_val) for model in members]`. There is nothing to mistype then.
#
# More old lines, and what today's packages say to them:

# %% example
from textwrap import shorten


def old(line):
    """Run one line of an old tutorial and print what is said to it today."""
    try:
        eval(line)
        answer = "no complaint"
    except Exception as error:
        answer = f"{type(error).__name__}: {error}"
    print(f"{line}\n    {shorten(answer, 130)}\n")


old("keras.layers.normalization.BatchNormalization")
old("layers.BatchNormalization(mode=0)")
old("keras.optimizers.Adam(lr=0.001)")

# %% [markdown]
# | old line | today |
# | --- | --- |
# | `from keras.layers.normalization import BatchNormalization` | `layers.BatchNormalization` |
# | `BatchNormalization(mode=0)` | `BatchNormalization()`; the mode follows from training and `.trainable` |
# | `Adam(lr=…)` | `Adam(learning_rate=…)` |
#
# **Next:** lesson 10 hands you a brief and an empty page.
