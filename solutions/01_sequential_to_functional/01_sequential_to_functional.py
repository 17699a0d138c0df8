# %% [markdown]
# # 01 · From a stack to a graph
#
# After this lesson you can
#
# - **write** a `Sequential` model and tell it, in three ways, what its input looks like,
# - **count** the parameters of a network by hand, before Keras does it,
# - **compile** a network for classes, for yes or no and for numbers, and write a metric of your own,
# - **rewrite** a stack as a functional model, in which a layer is a function of tensors,
# - **repair** a network that is wrong and raises no error.
#
# **Time:** two parts of about 30 minutes each. Part A (sections 1 and 2) is about stacks, part B (sections 3 to 6) about graphs. Stop between them if you like: part B needs nothing that part A leaves in memory but the set-up cell.
# **You need:** a little Python, and a rough idea of what training a network means.
#
# **Exercises:** six, for 30 points together. They do not depend on each other.
#
# **Data:** the handwritten digits are real (E. Alpaydin and C. Kaynak, 1998). The waves are generated, so that you know the right answer to every question about them.
#
# **How it works.** Run a cell with <kbd>Shift</kbd> + <kbd>Enter</kbd>. Where you see `...  # your code here`, it is your turn.
# Below each of your cells stands a check. Run it as often as you like: it tells you what it expected, what it found and where to look.
# When you hand in, hidden checks look at your answer once more, with inputs you have not seen.

# %% setup
# Is the course not installed here? In a copy of its repository, run this first: %pip install ../..
# Anywhere else: %pip install git+ADDRESS, with the address of the repository.
import numpy as np

import layergraph as lg
from grader.checks import check, expect
from grader.classroom import datasets, keras_says, questions_answered

with lg.quiet():
    import keras
from keras import layers, ops

keras.utils.set_random_seed(1)

(x_train, y_train), (x_test, y_test) = datasets.digits(flat=True)
waves, answers = datasets.waves(1_500, seed=1)

# %% [markdown]
# ## What a stack cannot do
#
# You probably know `Sequential`: a list of layers, each on top of the one before. It has one input and one output, and every layer reads what the layer before it gives.
#
# Here is a network that reads two things, an image and three numbers from the pen that wrote it, and gives two answers. Don't study the code yet. Look at the picture.

# %% example
photo = keras.Input(shape=(8, 8, 1), name="photo")
pen = keras.Input(shape=(3,), name="pen")
together = layers.Concatenate()([layers.Flatten()(photo), pen])
hidden = layers.Dense(32, activation="relu")(together)
digit = layers.Dense(10, activation="softmax", name="digit")(hidden)
readable = layers.Dense(1, activation="sigmoid", name="readable")(hidden)

two_and_two = keras.Model([photo, pen], [digit, readable])
lg.plot(two_and_two)

# %% [markdown]
# Two arrows meet, two arrows leave. No list can say that: **a network is a graph of layer calls.** Mathematicians call such a picture a **directed acyclic graph**, DAG for short:
# *directed*, because every arrow has a direction; *acyclic*, because no path along the arrows comes back to where it began.
#
# Keras prints the same graph as a table. The last column, *Connected to*, holds the arrows: it names the layers whose results each layer reads.

# %% example
two_and_two.summary()

# %% [markdown]
# In this lesson you learn what the lines `x = layer(x)` and `keras.Model(inputs, outputs)` mean. Lists of inputs and `Concatenate`, which joins two tensors, follow in lesson 02; lists of outputs in lesson 03.
# First you look closely at the simplest graph there is: the stack.

# %% [markdown]
# # Part A
#
# ## 1 · A stack
#
# The smallest stack worth building: two numbers go in, two come out.

# %% example
smallest = keras.Sequential([
    keras.Input(shape=(2,)),
    layers.Dense(2),
])
print("Dense(2) on 2 inputs:", smallest.count_params(), "parameters")

# %% [markdown]
# Why six? Look inside the layer.

# %% example
weights, biases = smallest.layers[0].get_weights()
print("weights", weights.shape)
print("biases ", biases.shape)

# %% [markdown]
# Each of the 2 units has one weight for each of the 2 inputs, and one bias: 2 × 2 + 2 = 6. The rule:
#
# > **`Dense` has inputs × units + units parameters.**
#
# **Predict, then run.** Five lines describe the next network, and one of them is not a layer. The activations stand apart this time.
# Write down how many parameters each of the four layers has. Then run the cell.

# %% example
pixels = keras.Sequential([
    keras.Input(shape=(784,)),
    layers.Dense(32),
    layers.Activation("relu"),
    layers.Dense(10),
    layers.Activation("softmax"),
])
for layer in pixels.layers:
    print(f"{type(layer).__name__:<12}{layer.count_params():>8,}")
print(f"{'together':<12}{pixels.count_params():>8,}")

# %% [markdown]
# 784 × 32 + 32 = 25,120, and 32 × 10 + 10 = 330. An activation has nothing to learn: 0.
# `layers.Dense(32, activation="relu")` says the first two of these layers in one line.

# %% [markdown]
# ### Three ways to give a stack its input
#
# `keras.Input` tells the stack what one sample looks like. The number of samples stays out of `shape`; Keras shows it as `None`, which means *any*.
# Here a sample is a table of 6 rows with 8 numbers each.

# %% example
listed = keras.Sequential([                 # 1. first in the list
    keras.Input(shape=(6, 8)),
    layers.Dense(4),
])

added = keras.Sequential()                  # 2. added first
added.add(keras.Input(shape=(6, 8)))
added.add(layers.Dense(4))

fixed = keras.Sequential([                  # 3. with a fixed number of samples, rarely needed
    keras.Input(shape=(6, 8), batch_size=32),
    layers.Dense(4),
])

for model in (listed, added, fixed):
    print(model.input_shape, "→", model.output_shape, "with", model.count_params(), "parameters")

# %% [markdown]
# `Dense` works on the last axis: 8 × 4 + 4 = 36, however long the other axes are.
#
# And without an input? Keras doesn't know how many weights to make, so it makes none.

# %% example
headless = keras.Sequential([layers.Dense(4)])
print("built:", headless.built, " weights:", len(headless.weights))

# %% [markdown]
# ### Exercise 1.1 · Fill in the line (3 points)
#
# `digit_stack` reads handwritten digits. One sample is a row of 64 numbers.
#
# 1. Fill in the missing line of `digit_stack`. Leave the number of samples free.
# 2. *Before* you run the cell, predict how many parameters the stack has. Assign that whole number to `predicted_parameters`; only the number is checked, not how you found it.
#
# <details><summary>Hint 1</summary>
#
# The missing line says what one sample looks like. All three ways above begin with it. For the number, treat the two `Dense` layers one after the other.
#
# </details>
# <details><summary>Hint 2</summary>
#
# The same with other numbers: a stack that reads 12 numbers, has 5 units and then 3, begins with the line `keras.Input(shape=(12,)),` and has 12 × 5 + 5 + 5 × 3 + 3 = 83 parameters.
#
# </details>

# %% solution="entrance"
### BEGIN SOLUTION
digit_stack = keras.Sequential([
    keras.Input(shape=(64,)),
    layers.Dense(24, activation="relu"),
    layers.Dense(10, activation="softmax"),
])
predicted_parameters = 1_810
### END SOLUTION
### BEGIN STUB
# digit_stack = keras.Sequential([
#     # your line here
#     layers.Dense(24, activation="relu"),
#     layers.Dense(10, activation="softmax"),
# ])
# predicted_parameters = ...  # your number here
### END STUB

# %% check="entrance" points=2
check(
    {"digit_stack": digit_stack, "predicted_parameters": predicted_parameters},
    expect.item("digit_stack", expect.inputs(64).worth(3), expect.batch_size(None)).worth(1),
    expect.item(
        "predicted_parameters",
        expect.leaves(97, 64, look="Go layer by layer, and don't forget the biases."),
    ),
    points=2,
)

# %% hidden="entrance" points=1
small = keras.Input(shape=(64,))
middle = layers.Dense(24, activation="relu")(small)

check(
    {"digit_stack": digit_stack, "predicted_parameters": predicted_parameters},
    expect.item("digit_stack", expect.same_graph(keras.Model(small, layers.Dense(10, activation="softmax")(middle)))),
    expect.item("predicted_parameters", expect.value(1_810)),
    points=1,
)

# %% [markdown]
# ## 2 · Compile: say what *good* means
#
# A stack with weights can answer, but not learn. `compile` adds what learning needs: a **loss** to make smaller, an **optimizer** that does it, and
# **metrics** for you to read. Loss and last layer belong together:
#
# | you ask for | the answers `y` | last layer | loss |
# | --- | --- | --- | --- |
# | one of *n* classes | whole numbers 0 … n−1 | `Dense(n, activation="softmax")` | `"sparse_categorical_crossentropy"` |
# | one of *n* classes | rows of *n* zeros and a one | `Dense(n, activation="softmax")` | `"categorical_crossentropy"` |
# | yes or no | 0 or 1 | `Dense(1, activation="sigmoid")` | `"binary_crossentropy"` |
# | a number | numbers | `Dense(1)` | `"mean_squared_error"` |
#
# You try three of the four rows on one data set: 1,500 generated waves of 100 readings each, as a sensor might record them. You may ask three things about a wave:
# how many *cycles* it has (1 to 10, as classes 0 to 9), whether it is *sharp*, and its *height*.

# %% example
import matplotlib.pyplot as plt

figure, places = plt.subplots(1, 4, figsize=(11, 1.8), sharey=True, layout="constrained")
for place, number in zip(places, (0, 1, 2, 5)):
    place.plot(waves[number])
    title = ", ".join(f"{question} {answers[question][number]:.3g}" for question in answers)
    place.set_title(title, fontsize=9)

# %% [markdown]
# **One of ten classes.** The answers are whole numbers, so the loss is the *sparse* one. Whoever guesses is right one time in ten.

# %% example
cycles = keras.Sequential([
    keras.Input(shape=(100,)),
    layers.Dense(32, activation="relu"),
    layers.Dense(10, activation="softmax"),
])
cycles.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = cycles.fit(waves, answers["cycles"], epochs=5, verbose=0)

print(f"{cycles.count_params():,} parameters")
print("accuracy by epoch:", [round(value, 2) for value in history.history["accuracy"]])

# %% [markdown]
# After the first pass over the data it is right for more than half of the waves, after the fifth for nearly all. These are the waves that it learns from; below you measure on data that a network has never seen.
# <!-- claim: cycles-rise -->
#
# If your answers are rows with a single one, *one-hot*, take `categorical_crossentropy`. `to_categorical` makes such rows. **Predict, then run:** will the two losses agree?

# %% example
whole_numbers = answers["cycles"][:4]
rows = keras.utils.to_categorical(whole_numbers, 10)
print(whole_numbers, "→", rows.astype(int).tolist()[0], "…")

predicted = cycles.predict(waves[:4], verbose=0)
sparse = keras.losses.sparse_categorical_crossentropy(whole_numbers, predicted)
one_hot = keras.losses.categorical_crossentropy(rows, predicted)
print("sparse: ", ops.convert_to_numpy(sparse).round(4))
print("one-hot:", ops.convert_to_numpy(one_hot).round(4))

# %% claim="cycles-rise"
cycles_first, cycles_last = (cycles.history.history["accuracy"][n] for n in (0, -1))
assert cycles_first > 0.5
assert cycles_last > 0.97
{"first": cycles_first, "last": cycles_last}

# %% claim="two-spellings-one-loss"
assert np.allclose(sparse, one_hot, atol=1e-5)

# %% [markdown]
# They do. It is one loss with two spellings of the answer.
# <!-- claim: two-spellings-one-loss -->
#
# **Yes or no.** **Predict, then run:** the last layer shrinks from ten units to one. By how much does the count fall?

# %% example
sharp = keras.Sequential([
    keras.Input(shape=(100,)),
    layers.Dense(32, activation="relu"),
    layers.Dense(1, activation="sigmoid"),
])
sharp.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
history = sharp.fit(waves, answers["sharp"], epochs=10, verbose=0)

print(f"{sharp.count_params():,} parameters")
print("accuracy by epoch:", [round(value, 2) for value in history.history["accuracy"]])

# %% [markdown]
# Nine units fewer, each with 32 weights and a bias: 9 × 33 = 297.
#
# **A number.** No activation at the end: a height may be anything. And "how often am I nearly right?" is not among Keras' metrics, so you write it.
# **A metric is a function of two tensors.** Inside, use `keras.ops`: it looks like NumPy, and it also works while Keras only plans the computation.

# %% example
def within_a_tenth(y_true, y_pred):
    """The share of answers that are less than 0.1 off."""
    y_true = ops.reshape(y_true, ops.shape(y_pred))
    error = ops.abs(y_true - y_pred)
    return ops.mean(ops.cast(error < 0.1, "float32"))


height = keras.Sequential([
    keras.Input(shape=(100,)),
    layers.Dense(32, activation="relu"),
    layers.Dense(1),
])
height.compile(optimizer="adam", loss="mean_squared_error", metrics=[within_a_tenth])
history = height.fit(waves, answers["height"], epochs=10, verbose=0)

print("within a tenth, by epoch:", [round(value, 2) for value in history.history["within_a_tenth"]])

# %% [markdown]
# Test a function of your own with numbers you can check in your head. Two of these three are close:

# %% example
truth, prediction = np.array([0.3, 0.5, 0.9]), np.array([[0.35], [0.45], [0.6]])
print(round(float(within_a_tenth(truth, prediction)), 3))

# %% [markdown]
# Why the `reshape`? Heights come as a row of shape (3,), predictions as a column of shape (3, 1). **Predict, then run:** what is a row minus a column?

# %% example
print((truth - prediction).shape)

# %% [markdown]
# Every height minus *every* prediction, nine differences where you wanted three, and no error. Without the `reshape` the metric is wrong and looks fine. Make shapes equal before you subtract.
# <!-- claim: row-minus-column -->

# %% claim="row-minus-column"
assert (truth - prediction).shape == (3, 3)
assert abs(float(within_a_tenth(truth, prediction)) - 2 / 3) < 1e-6

# %% [markdown]
# ### Fit, evaluate, predict
#
# Now something real: 1,797 digits, written by hand, 8 × 8 pixels each. `fit` learns from one part. `evaluate` measures on another part that the network has never seen. `predict` answers.

# %% example
stack = keras.Sequential([
    keras.Input(shape=(64,)),
    layers.Dense(32, activation="relu"),
    layers.Dense(32, activation="relu"),
    layers.Dense(10, activation="softmax"),
])
stack.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
stack.fit(x_train, y_train, epochs=15, verbose=0)

print(f"{stack.count_params():,} parameters")
loss, accuracy = stack.evaluate(x_test, y_test, verbose=0)
print(f"accuracy on new digits: {accuracy:.1%}")

# %% example
probabilities = stack.predict(x_test[:6], verbose=0)
guesses = probabilities.argmax(axis=1)

figure, places = plt.subplots(1, 6, figsize=(8, 1.7), layout="constrained")
for place, row, guess, chances in zip(places, x_test, guesses, probabilities):
    place.imshow(row.reshape(8, 8), cmap="gray_r")
    place.set_title(f"{guess} ({chances[guess]:.0%})", fontsize=9)
    place.axis("off")

# %% [markdown]
# The stack reads more than nine of ten new digits correctly, after 15 passes over 1,437 images.
# <!-- claim: digits-read -->
# `predict` gives ten probabilities for each image. The class is the place of the largest: `argmax(axis=1)`.
#
# **Predict, then run.** The next stack reads film reviews. Each of 10,000 words has its own input: 1 if the review contains it.
# Which layer holds nearly all parameters?

# %% example
reviews = keras.Sequential([
    keras.Input(shape=(10_000,)),
    layers.Dense(16, activation="relu"),
    layers.Dense(16, activation="relu"),
    layers.Dense(1, activation="sigmoid"),
])
for layer in reviews.layers:
    print(f"{layer.count_params():>8,}")
print(f"{reviews.count_params():>8,} parameters")

# %% claim="digits-read"
assert accuracy > 0.9
{"accuracy": accuracy}

# %% [markdown]
# The first, with 16 weights for each of 10,000 words. The layer next to a wide input is nearly always the largest.
#
# ### Exercise 1.2 · Build and compile a stack (5 points)
#
# This time one sample is an image of shape (8, 8, 1), not a row. Build a `Sequential` model and call it `image_stack`:
#
# 1. its input has shape (8, 8, 1),
# 2. `Flatten` makes a row of 64 numbers of it,
# 3. `Dense` with 48 units and `relu`,
# 4. `Dense` with 24 units and `relu`,
# 5. `Dense` with 10 units and `softmax`.
#
# Compile it with the optimizer `"adam"` and the metric `"accuracy"`. The answers will be whole numbers from 0 to 9: choose the loss that fits.
# The learning rate and the other settings of the optimizer are up to you. You need not train it.
#
# <details><summary>Hint 1</summary>
#
# `layers.Flatten()` takes its place in the list like any other layer. The table at the beginning of this section names the loss.
#
# </details>
# <details><summary>Hint 2</summary>
#
# The same idea for other data, yes or no from a table of shape (5, 4):
#
# ```python
# table_stack = keras.Sequential([
#     keras.Input(shape=(5, 4)),
#     layers.Flatten(),
#     layers.Dense(7, activation="relu"),
#     layers.Dense(1, activation="sigmoid"),
# ])
# table_stack.compile(optimizer="sgd", loss="binary_crossentropy", metrics=["accuracy"])
# ```
#
# </details>

# %% solution="image_stack" free="learning rate"
### BEGIN SOLUTION
image_stack = keras.Sequential([
    keras.Input(shape=(8, 8, 1)),
    layers.Flatten(),
    layers.Dense(48, activation="relu"),
    layers.Dense(24, activation="relu"),
    layers.Dense(10, activation="softmax"),
])
image_stack.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
### END SOLUTION

# %% check="image_stack" points=3
check(
    image_stack,
    expect.sequential(),
    expect.inputs((8, 8, 1)),
    expect.layers(Flatten=1, Dense=3),
    expect.layer("Dense", at=1, units=48, activation="relu"),
    expect.layer("Dense", at=2, units=24, activation="relu"),
    expect.layer("Dense", at=-1, units=10, activation="softmax"),
    expect.compiled(
        optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"]
    ).worth(3),
    points=3,
)

# %% hidden="image_stack" points=2
pixels_in = keras.Input(shape=(8, 8, 1))
row = layers.Flatten()(pixels_in)
row = layers.Dense(48, activation="relu")(row)
row = layers.Dense(24, activation="relu")(row)

check(
    image_stack,
    expect.same_graph(keras.Model(pixels_in, layers.Dense(10, activation="softmax")(row))),
    expect.learns(x_train.reshape(-1, 8, 8, 1), y_train),
    points=2,
)

# %% [markdown]
# This is the end of part A, and a good place to stop. When you come back, run the set-up cell at the top and the next cell, and go on.
#
# # Part B
#
# ## 3 · A layer is a function of tensors
#
# Here is the digit reader of part A as a stack, for comparison.

# %% example
stack = keras.Sequential([
    keras.Input(shape=(64,)),
    layers.Dense(32, activation="relu"),
    layers.Dense(32, activation="relu"),
    layers.Dense(10, activation="softmax"),
])

# %% [markdown]
# A stack calls its layers for you, one after the other. In the **functional** style you call them yourself. It takes three steps:

# %% example
inputs = keras.Input(shape=(2,))        # 1. a tensor that is still empty
outputs = layers.Dense(2)(inputs)       # 2. make a layer, then call it on a tensor: you get a tensor
line = keras.Model(inputs, outputs)     # 3. cut out the model between two tensors

print("Dense(2) on 2 inputs, functional:", line.count_params(), "parameters")

# %% [markdown]
# Mind the two pairs of brackets in `layers.Dense(2)(inputs)`. The first pair *makes* the layer. The second *calls* it.
#
# And what is `inputs`?

# %% example
print(type(inputs).__name__, inputs.shape, inputs.dtype)

# %% [markdown]
# A **symbolic tensor**: a shape and a dtype, and no numbers yet. You pass it through layers to say *how* to compute. Numbers come later, with `fit` or `predict`.
#
# Now the digit reader as a chain of calls. Follow the tensor `x`.

# %% example
inputs = keras.Input(shape=(64,))
x = layers.Dense(32, activation="relu")(inputs)
x = layers.Dense(32, activation="relu")(x)
outputs = layers.Dense(10, activation="softmax")(x)
graph = keras.Model(inputs, outputs)

print(f"as a stack: {stack.count_params():,} parameters")
print(f"as a graph: {graph.count_params():,} parameters")
lg.plot(graph)

# %% [markdown]
# Compare it with the drawing of the stack: the same boxes, the same arrows, the same shapes. Two ways to write down one network.

# %% example
lg.plot(stack)

# %% [markdown]
# Mind one small difference: the functional model counts its input as a layer, `Sequential` hides it.

# %% example
print("layers of the stack:", [type(layer).__name__ for layer in stack.layers])
print("layers of the graph:", [type(layer).__name__ for layer in graph.layers])

# %% [markdown]
# **Predict, then run.** How many parameters has this one? Three products and three sums.

# %% example
inputs = keras.Input(shape=(784,))
x = layers.Dense(64, activation="relu")(inputs)
x = layers.Dense(64, activation="relu")(x)
outputs = layers.Dense(10, activation="softmax")(x)

print(f"{keras.Model(inputs, outputs).count_params():,} parameters")

# %% [markdown]
# 784 × 64 + 64 = 50,240, then 64 × 64 + 64 = 4,160, then 64 × 10 + 10 = 650.
#
# ### It works with any layer
#
# The next two examples use layers that later lessons explain. You need not know what they compute: watch how they are called.
#
# An `LSTM` reads a sequence step by step and carries a row of numbers from each step to the next, its *state*. Here it reads 100 steps of 1 number, and its state has 10 numbers. Both ways, one count:

# %% example
as_stack = keras.Sequential([
    keras.Input(shape=(100, 1)),
    layers.LSTM(10),
    layers.Dense(10, activation="relu"),
    layers.Dense(1, activation="sigmoid"),
])

steps = keras.Input(shape=(100, 1))
x = layers.LSTM(10)(steps)
x = layers.Dense(10, activation="relu")(x)
as_graph = keras.Model(steps, layers.Dense(1, activation="sigmoid")(x))

for name, model in {"as a stack": as_stack, "as a graph": as_graph}.items():
    parts = " + ".join(str(layer.count_params()) for layer in model.layers)
    print(f"{name}: {parts} = {model.count_params()} parameters")

# %% [markdown]
# The 100 steps don't appear in the count: the same weights read every step. (480 is 4 × (11 × 10 + 10): an LSTM has four small `Dense` layers inside,
# each reading 1 new number and the 10 of the state.)
#
# Images next, and a warning. A convolution slides a small window over the image and sums what it sees, times its weights:
#
# ![A convolution: a window of 3 by 3 numbers, times nine weights, summed](../../assets/figures/operations/convolution.svg)
#
# `Conv2D(32, 3)` has 32 such windows of 3 × 3 pixels, each over all three colours; `MaxPooling2D(2)` keeps the largest of each 2 × 2 neighbours. **Predict, then run:** which of the five layers is the largest, and roughly how large?

# %% example
def count_a_large_model():
    """Build, count, forget: what a function makes inside goes when it returns."""
    image = keras.Input(shape=(150, 150, 3))
    x = layers.Conv2D(32, 3, activation="relu")(image)
    x = layers.MaxPooling2D(2)(x)
    x = layers.Flatten()(x)
    # Only counted, never trained: zeros take less memory to make than random weights.
    x = layers.Dense(512, activation="relu", kernel_initializer="zeros")(x)
    graph = keras.Model(image, layers.Dense(1, activation="sigmoid")(x))
    stack = keras.Sequential(graph.layers)  # the same layers, so no second set of weights

    for layer in graph.layers:
        kind, shape = type(layer).__name__, str(layer.output.shape)
        print(f"{kind:<14}{shape:<24}{layer.count_params():>10,}")
    size = graph.count_params() * 4 / 2**20
    print(f"as a graph: {graph.count_params():,} parameters, {size:.0f} MiB")
    print(f"as a stack: {stack.count_params():,} parameters")


count_a_large_model()

# %% [markdown]
# `Flatten` makes a row of 74 × 74 × 32 = 175,232 numbers, and every one of the 512 units wants a weight for each of them.
# The convolution has 896 parameters. Remember this `Flatten` when your laptop sighs.
#
# ### Exercise 1.3 · Build a functional model (4 points)
#
# Build a functional model with the name `height_graph` that reads one wave and tells its height:
#
# 1. an input of 100 numbers,
# 2. `Dense` with 40 units and `relu`,
# 3. `Dense` with 20 units and `relu`,
# 4. `Dense` with 1 unit for a number: look up in section 2 which activation that takes.
#
# Each layer reads what the one before it gives. Don't use `Sequential`. You need not compile it.
#
# <details><summary>Hint 1</summary>
#
# Begin with `inputs = keras.Input(…)`. Then one line for each layer, and each line calls its layer on the tensor from the line before. The last line cuts out the model.
#
# </details>
# <details><summary>Hint 2</summary>
#
# The same for another network, 6 numbers in and one of three classes out:
#
# ```python
# inputs = keras.Input(shape=(6,))
# x = layers.Dense(5, activation="relu")(inputs)
# outputs = layers.Dense(3, activation="softmax")(x)
# small = keras.Model(inputs, outputs)
# ```
#
# </details>

# %% solution="height_graph"
### BEGIN SOLUTION
inputs = keras.Input(shape=(100,))
x = layers.Dense(40, activation="relu")(inputs)
x = layers.Dense(20, activation="relu")(x)
outputs = layers.Dense(1)(x)
height_graph = keras.Model(inputs, outputs)
### END SOLUTION

# %% check="height_graph" points=2
def it_answers_with_a_number(model):
    """the answer can be any number"""
    found = questions_answered(model)
    return found == ["a number"] or f"it answers {found[0]}: look up in section 2 what a number takes"


check(
    height_graph,
    expect.functional(),
    expect.inputs(100),
    expect.outputs(1),
    expect.layer("Dense", units=40, activation="relu"),
    expect.layer("Dense", units=20, activation="relu"),
    expect.path("Dense", "Dense", "Dense", direct=True),
    it_answers_with_a_number,
    points=2,
)

# %% hidden="height_graph" points=2
readings = keras.Input(shape=(100,))
forty = layers.Dense(40, activation="relu")(readings)
twenty = layers.Dense(20, activation="relu")(forty)

check(
    height_graph,
    expect.same_graph(keras.Model(readings, layers.Dense(1)(twenty))).worth(3).needed(),
    expect.nested(models=0),
    points=2,
)

# %% [markdown]
# ## 4 · `Model(inputs, outputs)` finds everything between
#
# You never tell `keras.Model` which layers to use. It starts at the outputs and walks back along the calls until it meets the inputs.
# So you may cut *several* models out of one graph. Here is the digit reader again, and a second model that stops halfway.

# %% example
inputs = keras.Input(shape=(64,))
x = layers.Dense(32, activation="relu")(inputs)
halfway = layers.Dense(32, activation="relu")(x)
outputs = layers.Dense(10, activation="softmax")(halfway)

reader = keras.Model(inputs, outputs)
features = keras.Model(inputs, halfway)

# %% [markdown]
# **Predict, then run.** Do the two models have layers of their own? If you train `reader`, does `features` change?

# %% example
print("the same first layer object:", reader.layers[1] is features.layers[1])

before = features.predict(x_test[:1], verbose=0)
reader.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
reader.fit(x_train, y_train, epochs=1, verbose=0)
after = features.predict(x_test[:1], verbose=0)
print("features changed:", not np.allclose(before, after))

# %% claim="features-follow"
assert reader.layers[1] is features.layers[1]
assert not np.allclose(before, after)

# %% [markdown]
# One set of weights, two models. You trained one, and the other changed. Cutting a second model costs no parameters.
# <!-- claim: features-follow -->
#
# What if there is no way from the inputs to the outputs? `other` below is an input, but not the one that `outputs` was computed from.

# %% example
other = keras.Input(shape=(64,))
try:
    keras.Model(other, outputs)
except ValueError as error:
    print(type(error).__name__, "-", error)

# %% [markdown]
# A `ValueError`: the graph is *disconnected*. The words change from one version of Keras to the next, but they always mean: *follow the tensors back, one of them comes from somewhere else.*
#
# ### Exercise 1.4 · Write a builder (6 points)
#
# You can call layers in a loop. Write the function `make_classifier(n_inputs, hidden_units, n_classes)`. It returns a model (functional or `Sequential`; you need not compile it) that
#
# - reads `n_inputs` numbers,
# - has one `Dense` layer with `relu` for each number in the list `hidden_units`, in that order (the list may be empty),
# - ends in `Dense(n_classes, activation="softmax")`. But if `n_classes` is 2 it is a yes-or-no question, and the last layer is `Dense(1, activation="sigmoid")`.
#
# For example, `make_classifier(64, [32, 32], 10)` is the digit reader from above.
#
# <details><summary>Hint 1</summary>
#
# Keep the tensor in one variable. Each turn of the loop calls a new layer on it and stores the result in the same variable.
#
# </details>
# <details><summary>Hint 2</summary>
#
# The pattern, for a model that halves the number of units `depth` times:
#
# ```python
# inputs = keras.Input(shape=(n,))
# x = inputs
# for step in range(depth):
#     x = layers.Dense(n // 2 ** (step + 1))(x)
# return keras.Model(inputs, x)
# ```
#
# </details>

# %% solution="make_classifier"
def make_classifier(n_inputs, hidden_units, n_classes):
    """Return a model: n_inputs numbers → Dense layers with relu → one of n_classes."""
    ### BEGIN SOLUTION
    inputs = keras.Input(shape=(n_inputs,))
    x = inputs
    for units in hidden_units:
        x = layers.Dense(units, activation="relu")(x)
    if n_classes == 2:
        outputs = layers.Dense(1, activation="sigmoid")(x)
    else:
        outputs = layers.Dense(n_classes, activation="softmax")(x)
    return keras.Model(inputs, outputs)
    ### END SOLUTION

# %% check="make_classifier" points=3
check(
    make_classifier,
    expect.calling(64, [32, 32], 10)
    .gives(expect.inputs(64), expect.outputs(10), expect.parameters(3_466)),
    expect.calling(100, [16, 8], 2)
    .gives(expect.outputs(1), expect.layer("Dense", at=-1, activation="sigmoid"), expect.parameters(1_761)),
    expect.calling(20, [6, 12, 9, 5], 4).gives(
        expect.layers(Dense=5),
        expect.layer("Dense", at=1, units=12, activation="relu"),
        expect.layer("Dense", at=3, units=5),
    ),
    points=3,
)

# %% hidden="make_classifier" points=3
def chain(n_inputs, *dense):
    start = tensor = keras.Input(shape=(n_inputs,))
    for units, activation in dense:
        tensor = layers.Dense(units, activation=activation)(tensor)
    return keras.Model(start, tensor)


check(
    make_classifier,
    expect.calling(20, [5, 12, 6, 9], 4)
    .gives(expect.same_graph(chain(20, (5, "relu"), (12, "relu"), (6, "relu"), (9, "relu"), (4, "softmax")))).worth(2),
    expect.calling(64, [32, 32], 10)
    .gives(expect.same_graph(chain(64, (32, "relu"), (32, "relu"), (10, "softmax")))).worth(1.5),
    expect.calling(8, [8, 8, 8], 5)
    .gives(expect.same_graph(chain(8, (8, "relu"), (8, "relu"), (8, "relu"), (5, "softmax")))).worth(1.5),
    expect.calling(7, [5, 3], 2)
    .gives(expect.same_graph(chain(7, (5, "relu"), (3, "relu"), (1, "sigmoid")))).worth(1.5),
    expect.calling(100, [16, 8], 2)
    .gives(expect.same_graph(chain(100, (16, "relu"), (8, "relu"), (1, "sigmoid")))).worth(1.5),
    expect.calling(9, [], 3).gives(expect.same_graph(chain(9, (3, "softmax")))).worth(3),
    expect.calling(6, [], 2).gives(expect.same_graph(chain(6, (1, "sigmoid")))),
    points=3,
)

# %% [markdown]
# ## 5 · Wrong, and no error
#
# Somebody wrote this network to tell sharp waves from smooth ones. It builds. It compiles. It trains, and the loss is *zero*.

# %% example
import warnings

inputs = keras.Input(shape=(100,))
x = layers.Dense(32, activation="relu")(inputs)
x = layers.Dense(16, activation="relu")(inputs)
outputs = layers.Dense(1, activation="softmax")(x)
found = keras.Model(inputs, outputs)
found.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    history = found.fit(waves, answers["sharp"], epochs=4, verbose=0)
    predictions = found.predict(waves, verbose=0)

print("loss:    ", history.history["loss"])
print("accuracy:", [round(value, 2) for value in history.history["accuracy"]])
print("predictions between", predictions.min(), "and", predictions.max())

# %% [markdown]
# Every prediction is 1, whatever the wave.
# <!-- claim: always-one -->
# A loss of zero with an accuracy near one half can't both be good news. Here is what else there is to see, as a table and as a drawing:

# %% example
found.summary()

# %% claim="always-one"
assert max(history.history["loss"]) == 0
assert np.allclose(predictions, 1)
assert 0.4 < history.history["accuracy"][-1] < 0.6
{"accuracy": history.history["accuracy"][-1]}

# %% example
lg.plot(found)

# %% [markdown]
# You wrote three `Dense` layers, and only two are there: `Model` walks back from the outputs, and never comes past the third. (Keras warns about one of the mistakes; the author switched warnings off, as the cell above does.)
#
# ### Exercise 1.5 · Repair it (6 points)
#
# Your cell holds the same code under the name `repaired`. You know its symptoms: the loss is 0 from the first epoch, every prediction is 1, and a layer that was written does not appear in the summary.
# It is meant to pass 100 numbers through two hidden layers, one after the other, and to answer yes or no with one unit. Find the causes, there are three, and change nothing else.
#
# <details><summary>Hint 1</summary>
#
# For the missing layer, follow the tensors back from `outputs`: which layer do you never meet? For the other two symptoms, compare the last layer and the loss with the table in section 2.
#
# </details>
# <details><summary>Hint 2</summary>
#
# In `a = layer_1(inputs); b = layer_2(inputs); outputs = layer_3(b)` nothing reads `a`. And `softmax` of a single number is 1, whatever the number: try `ops.softmax(np.array([[-3.0]]))`.
#
# </details>

# %% solution="repaired"
### BEGIN SOLUTION
inputs = keras.Input(shape=(100,))
x = layers.Dense(32, activation="relu")(inputs)
x = layers.Dense(16, activation="relu")(x)
outputs = layers.Dense(1, activation="sigmoid")(x)
repaired = keras.Model(inputs, outputs)
repaired.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
### END SOLUTION
### BEGIN STUB
# inputs = keras.Input(shape=(100,))
# x = layers.Dense(32, activation="relu")(inputs)
# x = layers.Dense(16, activation="relu")(inputs)
# outputs = layers.Dense(1, activation="softmax")(x)
# repaired = keras.Model(inputs, outputs)
# repaired.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
### END STUB

# %% check="repaired" points=3
check(
    repaired,
    expect.layers(Dense=3),
    expect.layer("Dense", at=-1, units=1, activation="sigmoid"),
    expect.compiled(loss="binary_crossentropy"),
    points=3,
)

# %% hidden="repaired" points=3
wave = keras.Input(shape=(100,))
wide = layers.Dense(32, activation="relu")(wave)
narrow = layers.Dense(16, activation="relu")(wide)

check(
    repaired,
    expect.same_graph(keras.Model(wave, layers.Dense(1, activation="sigmoid")(narrow))).worth(2),
    expect.compiled(loss="binary_crossentropy", optimizer=keras.optimizers.Adam(), metrics=["accuracy"], loss_weights=[1]),
    points=3,
)

# %% [markdown]
# ## 6 · Stack or graph?
#
# A stack is enough when the data take one path from one input to one output, and you want nothing from the middle. It is shorter to write, so use it then.
# As soon as something branches, joins or is used twice, you need the graph.
#
# ### Exercise 1.6 · Decide between two designs (6 points)
#
# A museum digitises handwritten numbers. For every image, a row of 64 numbers, it wants
#
# - the **digit**: `Dense` 32 `relu` → `Dense` 16 `relu` → `Dense` 10 `softmax`,
# - a **fingerprint**: the 16 numbers that come out of the second layer. The museum searches for similar handwriting with them.
#
# Only digits are labelled, so only the digit model can be trained. *The fingerprint has to profit from that training.* Two colleagues suggest:
#
# - **Design A:** two separate stacks of equal sizes. One ends in 10 units, the other stops at 16. The two teams that use them can change theirs without asking.
# - **Design B:** one chain of layers, and two models cut out of it. Nobody can change one without the other.
#
# Both can be defended in other projects. Decide which one meets the requirement here. Then build it: the digit model is `classifier`, the fingerprint model is `fingerprint`. You need not compile them.
#
# <details><summary>Hint 1</summary>
#
# Whose weights does training change? Go back to section 4 and see what happened to `features`.
#
# </details>
# <details><summary>Hint 2</summary>
#
# In section 4 the tensor in the middle had a name of its own, `halfway`, and a second model ended there.
#
# </details>

# %% solution="museum"
### BEGIN SOLUTION
inputs = keras.Input(shape=(64,))
x = layers.Dense(32, activation="relu")(inputs)
sixteen = layers.Dense(16, activation="relu")(x)
outputs = layers.Dense(10, activation="softmax")(sixteen)
classifier = keras.Model(inputs, outputs)
fingerprint = keras.Model(inputs, sixteen)
### END SOLUTION

# %% check="museum" points=3
def each_under_its_name(answer):
    """classifier tells the digit, and fingerprint gives 16 numbers"""
    ends = [getattr(answer[name], "output_shape", None) for name in ("classifier", "fingerprint")]
    return ends != [(None, 16), (None, 10)] or "the two models stand under each other's names"


check(
    {"classifier": classifier, "fingerprint": fingerprint},
    expect.item(
        "classifier",
        expect.inputs(64),
        expect.outputs(10),
        expect.layer("Dense", at=0, units=32, activation="relu"),
        expect.layer("Dense", at=1, units=16, activation="relu"),
        expect.layer("Dense", at=2, units=10, activation="softmax"),
    ).worth(1),
    expect.item("fingerprint", expect.outputs(16), expect.layers(2)).worth(2),
    expect.same_weights("fingerprint", "classifier").worth(3),
    needs=each_under_its_name,
    points=3,
)

# %% hidden="museum" points=3
writing = keras.Input(shape=(64,))
strokes = layers.Dense(32, activation="relu")(writing)
sixteen_numbers = layers.Dense(16, activation="relu")(strokes)
ten_digits = layers.Dense(10, activation="softmax")(sixteen_numbers)

check(
    {"classifier": classifier, "fingerprint": fingerprint},
    expect.item("classifier", expect.same_graph(keras.Model(writing, ten_digits))).worth(1),
    expect.item("fingerprint", expect.same_graph(keras.Model(writing, sixteen_numbers))).worth(3),
    expect.same_weights("fingerprint", "classifier").worth(2),
    points=3,
)

# %% [markdown]
# ## What you know now
#
# | | stack | graph |
# | --- | --- | --- |
# | write it | `keras.Sequential([keras.Input(shape=…), layer, layer])` | `x = layer(x)` for every layer, then `keras.Model(inputs, outputs)` |
# | paths | one | any number, as long as none runs in a circle |
# | inputs and outputs | one and one | any number |
# | `.layers` | without the input | with the input |
# | count of `Dense` | inputs × units + units | the same |
# | a second model that stops after the first layer | `keras.Model(stack.inputs, stack.layers[0].output)` | `keras.Model(inputs, x)`, at any tensor that has a name |
# | see it | `model.summary()`, `lg.plot(model)` | the same; *Connected to* shows the arrows where the graph is not a chain |
#
# | the question | last layer | loss |
# | --- | --- | --- |
# | one of *n* classes | `Dense(n)`, `softmax` | `sparse_categorical_crossentropy` for whole numbers, `categorical_crossentropy` for rows |
# | yes or no | `Dense(1)`, `sigmoid` | `binary_crossentropy` |
# | a number | `Dense(1)`, no activation | `mean_squared_error` |

# %% [markdown]
# ## In the wild
#
# Many tutorials were written for older versions of Keras. These lines stand in published ones. Run the cell and see what Keras 3 says to them.

# %% example
keras_says("keras.Sequential([layers.Dense(32, input_shape=(64,))])", globals())
keras_says("keras.Sequential([layers.Dense(32, input_dim=64)])", globals())
keras_says("keras.Input(shape=3)", globals())
keras_says("keras.Model(input=inputs, output=outputs)", globals())
keras_says("keras.optimizers.Adam(lr=0.01)", globals())
keras_says("stack.predict_classes(x_test)", globals())
keras_says("keras.backend.mean(inputs)", globals())
keras_says("np.log(inputs)", globals())

# %% [markdown]
# | old line | today |
# | --- | --- |
# | `Dense(32, input_shape=(64,))`, `Dense(32, input_dim=64)` | `keras.Input(shape=(64,))` as the first line |
# | `Input(shape=3)` | `Input(shape=(3,))`: a tuple, with its comma |
# | `Model(input=…, output=…)` | `Model(inputs=…, outputs=…)`, or just `Model(inputs, outputs)` |
# | `Adam(lr=0.01)` | `Adam(learning_rate=0.01)` |
# | `model.predict_classes(x)` | `model.predict(x).argmax(axis=1)` |
# | `keras.backend.mean(…)`, `np.log(…)`, `tf.…` on a symbolic tensor | `ops.mean(…)`, `ops.log(…)` from `keras.ops` |
#
# **Next:** a stack reads one thing. In lesson 02 two readers work on one answer.
