# %% [markdown]
# # 10 · Your own graph
#
# After this lesson you can
#
# - **plan** a network of several inputs and outputs on paper, with its parameters,
# - **write** a block that branches, meets again and keeps a shortcut,
# - **repair** a graph that looks right and isn't,
# - **build** a network of your own to a brief, within a budget, and show that it learns.
#
# **Time:** about 60 minutes. **You need:** lessons 01 to 07; 08 and 09 help.
#
# In lesson 09 you still followed a plan that somebody else had made. Here you get a brief and an empty page. There is no model answer to find: **any graph that keeps the brief earns full marks.**
#
# The four exercises (20 points) do not depend on each other. The last one is the capstone.

# %% setup
import logging

import matplotlib.pyplot as plt
import numpy as np

import layergraph as lg
from grader.checks import check, expect
from layergraph import datasets

with lg.quiet():
    import keras
from keras import layers, ops

# This notebook trains several models in a row; TensorFlow would remark on it.
logging.getLogger("tensorflow").setLevel(logging.ERROR)
keras.utils.set_random_seed(1)

EPOCHS, BUDGET = 8, 60_000
x_pairs, y_pairs = datasets.digit_questions(4_000, seed=1)
x_new, y_new = datasets.digit_questions(1_000, seed=2, test=True)


def rehearse(model, x, y, seed=1):
    """Train a fresh copy of a compiled model for EPOCHS epochs on the 4,000 pairs; return its two accuracies on x, y.

    The copy starts from new weights, so it makes no difference whether the model has been trained before.
    """
    keras.utils.set_random_seed(seed)
    fresh = keras.models.clone_model(model)
    fresh.compile_from_config(model.get_compile_config())
    fresh.fit(x_pairs, y_pairs, epochs=EPOCHS, batch_size=64, verbose=0)
    same, result = fresh.predict(x, batch_size=500, verbose=0)
    return float(np.mean((same[:, 0] > 0.5) == y[0])), float(np.mean(result.argmax(axis=1) == y[1]))

# %% [markdown]
# ## 1 · The brief
#
# You build a small calculator that reads handwriting. It gets **three things**:
#
# - `left` and `right`, two images of digits, each of shape (8, 8, 1),
# - `question`, two numbers: (1, 0) asks *what is their sum?* and (0, 1) asks *how far are they apart?*
#
# It gives **two answers**:
#
# - `same`: the probability that both images show the same digit, shape (1,),
# - `result`: the answer to the question, as probabilities of the 19 numbers from 0 to 18, shape (19,).
#
# Look at some pairs. All images are real; you know them from lesson 01.

# %% example
figure, places = plt.subplots(1, 4, figsize=(9, 1.7), layout="constrained")
for number, place in enumerate(places):
    place.imshow(np.hstack([x_pairs[0][number, :, :, 0], np.zeros((8, 1)), x_pairs[1][number, :, :, 0]]), cmap="gray_r")
    asked = "sum" if x_pairs[2][number, 0] else "distance"
    place.set_title(f"{asked}: {y_pairs[1][number]}, same: {y_pairs[0][number]}", fontsize=9)
    place.axis("off")

# %% [markdown]
# **Predict, then run.** How many answers would be right if you always said the most frequent one?

# %% example
print(f"same:   {max(np.mean(y_new[0]), 1 - np.mean(y_new[0])):.2f}")
print(f"result: {np.bincount(y_new[1]).max() / len(y_new[1]):.2f} (always answering {np.bincount(y_new[1]).argmax()})")

# %% [markdown]
# Anything near these two numbers has learnt nothing. Keep them in mind; you need such a floor for every task.

# %% [markdown]
# ## 2 · Plan on paper
#
# A plan is a drawing with shapes and counts. A first sketch:
#
# - an **encoder** turns an image into 24 numbers: `Flatten`, then `Dense(24)`,
# - it reads both images,
# - its two answers and the question are concatenated: 24 + 24 + 2 = 50 numbers,
# - one `Dense(19)` with `softmax` gives the result.
#
# ### Exercise 1 · Predict the counts (2 points)
#
# Type two whole numbers, before you build anything:
#
# - `shared_parameters`: the parameters of this sketch if one encoder is called on both images,
# - `doubled_parameters`: the parameters if each image gets an encoder of its own.
#
# <details><summary>Hint 1</summary>
#
# Weights are counted once for each layer, however often it is called.
#
# </details>
# <details><summary>Hint 2</summary>
#
# The encoder has 64 × 24 + 24 parameters, the last layer 50 × 19 + 19. How often does each of them count?
#
# </details>

# %% solution="plan"
### BEGIN SOLUTION
shared_parameters = 2_529
doubled_parameters = 4_089
### END SOLUTION

# %% check="plan" points=1
def two_counts(answers):
    """two whole numbers, and sharing costs less than doubling"""
    shared, doubled = answers["shared_parameters"], answers["doubled_parameters"]
    if not all(isinstance(n, int) and not isinstance(n, bool) for n in (shared, doubled)):
        return "type two whole numbers"
    return shared < doubled or "two encoders have more weights than one"


check({"shared_parameters": shared_parameters, "doubled_parameters": doubled_parameters}, two_counts, points=1)

# %% hidden="plan" points=1
check(
    {"shared_parameters": shared_parameters, "doubled_parameters": doubled_parameters},
    expect.item("shared_parameters", expect.value(2_529)),
    expect.item("doubled_parameters", expect.value(4_089)),
    points=1,
)

# %% [markdown]
# Build the sketch, draw it, and see how far it gets. (`rehearse` stands in the set-up cell: it trains a fresh copy for 8 epochs and returns the two accuracies.)

# %% example
left, right, question = keras.Input(shape=(8, 8, 1), name="left"), keras.Input(shape=(8, 8, 1), name="right"), keras.Input(shape=(2,), name="question")
flat, code = layers.Flatten(), layers.Dense(24, activation="relu")
joined = layers.Concatenate()([code(flat(left)), code(flat(right)), question])
same = layers.Dense(1, activation="sigmoid", name="same")(joined)
result = layers.Dense(19, activation="softmax", name="result")(joined)
sketch = keras.Model([left, right, question], [same, result])
sketch.compile("adam", ["binary_crossentropy", "sparse_categorical_crossentropy"])

print(f"the sketch with its head for same: {sketch.count_params():,} parameters")
print("same and result: {:.2f}, {:.2f}".format(*rehearse(sketch, x_new, y_new)))
lg.plot(sketch)

# %% [markdown]
# The wiring is sound, and the network is too weak. For `same` it only guesses, and its `result` is not far above the floor. Two things are missing. The encoder sees too little, and after the two codes meet, one layer is not enough to compare or to add.

# %% [markdown]
# ## 3 · A block with branches and a shortcut
#
# Lesson 04 put branches side by side, lesson 05 gave the gradient a road of its own. One block can do both:
#
# - two branches read the same tensor, one with a 1×1 and one with a 3×3 convolution, and are concatenated,
# - a shortcut leads around them and is added.
#
# ### Exercise 2 · Write the block (3 points)
#
# Write the function `branch_block(x, filters)`. With new layers at every call, it takes a tensor of images and returns a tensor with `2 * filters` channels and the same height and width:
#
# 1. branch *a*: `Conv2D` 1×1 with `filters` filters and `relu`, called on `x`,
# 2. branch *b*: `Conv2D` 3×3 with `filters` filters and `relu`, called on `x`,
# 3. *a* and *b* are concatenated, in this order,
# 4. the shortcut: `Conv2D` 1×1 with `2 * filters` filters and no activation, called on `x`,
# 5. both are added. No activation follows.
#
# <details><summary>Hint 1</summary>
#
# Three convolutions read `x`. Give each result a name of its own and never overwrite `x`.
#
# </details>
# <details><summary>Hint 2</summary>
#
# ```python
# a = layers.Conv2D(filters, 1, activation="relu")(x)
# b = layers.Conv2D(filters, 3, padding=…, activation="relu")(x)
# shortcut = layers.Conv2D(…, 1)(x)
# return layers.Add()([layers.Concatenate()([…, …]), shortcut])
# ```
#
# </details>

# %% solution="block"
def branch_block(x, filters):
    """Two branches side by side, and a projected shortcut around them."""
    ### BEGIN SOLUTION
    a = layers.Conv2D(filters, 1, activation="relu")(x)
    b = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    shortcut = layers.Conv2D(2 * filters, 1)(x)
    return layers.Add()([layers.Concatenate()([a, b]), shortcut])
    ### END SOLUTION

# %% check="block" points=1
check(
    branch_block,
    expect.calling(keras.Input(shape=(8, 8, 4)), 6).gives(expect.outputs((8, 8, 12)), expect.parameters(312), expect.skip()),
    points=1,
)

# %% hidden="block" points=2
def reference_block(shape, filters):
    image = keras.Input(shape=shape)
    one = layers.Conv2D(filters, 1, activation="relu")(image)
    three = layers.Conv2D(filters, 3, padding="same", activation="relu")(image)
    return keras.Model(image, layers.Add()([layers.Concatenate()([one, three]), layers.Conv2D(2 * filters, 1)(image)]))


check(
    branch_block,
    expect.calling(keras.Input(shape=(10, 7, 3)), 5).gives(expect.same_graph(reference_block((10, 7, 3), 5), free=["padding"])),  # with 1×1 it makes no difference, and 3×3 needs it to fit
    expect.calling(keras.Input(shape=(4, 4, 16)), 8).gives(expect.same_graph(reference_block((4, 4, 16), 8), free=["padding"])),
    expect.calling(keras.Input(shape=(8, 8, 4)), 6).anew().worth(0.5),
    points=2,
)

# %% [markdown]
# ## 4 · Right shape, wrong graph
#
# A team mate has drawn this. The inputs and outputs are right, it compiles, and it trains.

# %% example
def encode_anew(image):
    x = layers.Flatten()(image)
    x = layers.Dense(64, activation="relu")(x)
    return layers.Dense(32, activation="relu")(x)


left, right, question = keras.Input(shape=(8, 8, 1), name="left"), keras.Input(shape=(8, 8, 1), name="right"), keras.Input(shape=(2,), name="question")
joined = layers.Concatenate()([encode_anew(left), encode_anew(right)])
x = layers.Dense(64, activation="relu")(joined)
drawn = keras.Model([left, right, question], [layers.Dense(1, activation="sigmoid")(x), layers.Dense(19, activation="softmax")(x)])

print(f"{drawn.count_params():,} parameters")
lg.plot(drawn)

# %% [markdown]
# **Predict, then run.** In the drawing, count the boxes with the same mark, and follow the arrow that leaves `question`.
#
# ### Exercise 3 · Repair the drawing (4 points)
#
# Your cell holds the same code under the name `repaired`. Two things are wrong, and neither raises an error:
#
# - each image is read by layers of its own; **one** encoder shall read both,
# - the question leads nowhere; it shall be concatenated as the **third** part, after the codes of `left` and `right`.
#
# Sizes, activations, and the order of inputs and outputs stay as they are. You need not compile it.
#
# <details><summary>Hint 1</summary>
#
# `encode` *makes* layers each time it is called. Make the layers once, outside the function, or make the encoder a model of its own and call that twice.
#
# </details>
# <details><summary>Hint 2</summary>
#
# ```python
# image = keras.Input(shape=(8, 8, 1))
# encoder = keras.Model(image, encode(image))
# joined = layers.Concatenate()([encoder(left), encoder(…), …])
# ```
#
# </details>

# %% solution="repair"
### BEGIN SOLUTION
flatten, wide, narrow = layers.Flatten(), layers.Dense(64, activation="relu"), layers.Dense(32, activation="relu")


def encode(image):
    return narrow(wide(flatten(image)))


left, right, question = keras.Input(shape=(8, 8, 1)), keras.Input(shape=(8, 8, 1)), keras.Input(shape=(2,))
joined = layers.Concatenate()([encode(left), encode(right), question])
x = layers.Dense(64, activation="relu")(joined)
repaired = keras.Model([left, right, question], [layers.Dense(1, activation="sigmoid")(x), layers.Dense(19, activation="softmax")(x)])
### END SOLUTION
### BEGIN STUB
# def encode(image):
#     x = layers.Flatten()(image)
#     x = layers.Dense(64, activation="relu")(x)
#     return layers.Dense(32, activation="relu")(x)
#
#
# left, right, question = keras.Input(shape=(8, 8, 1)), keras.Input(shape=(8, 8, 1)), keras.Input(shape=(2,))
# joined = layers.Concatenate()([encode(left), encode(right)])
# x = layers.Dense(64, activation="relu")(joined)
# repaired = keras.Model([left, right, question], [layers.Dense(1, activation="sigmoid")(x), layers.Dense(19, activation="softmax")(x)])
### END STUB

# %% check="repair" points=2
def everything_is_heard(model):
    """both answers depend on left, right and the question"""
    graph = lg.call_graph(model)
    if len(graph.inputs) != 3:
        return f"the model has {len(graph.inputs)} inputs, not three"
    for name, (start, _) in zip(("left", "right", "the question"), graph.inputs):
        if not all(start in graph.ancestors(call) for call, _ in graph.outputs):
            return f"no way leads from {name} to every answer"
    return True


def one_encoder(model):
    """the two images are read by the same weights"""
    graph = lg.normal_form(lg.call_graph(model))
    return len({weight for call in graph.of_kind("Dense") for weight in call.weights}) <= 10 or "every image has an encoder of its own"


check(repaired, everything_is_heard, one_encoder, points=2)

# %% hidden="repair" points=2
def repaired_reference():
    a, b, asked = keras.Input(shape=(8, 8, 1)), keras.Input(shape=(8, 8, 1)), keras.Input(shape=(2,))
    picture = keras.Input(shape=(8, 8, 1))
    hidden = layers.Dense(64, activation="relu")(layers.Flatten()(picture))
    encoder = keras.Model(picture, layers.Dense(32, activation="relu")(hidden))
    both = layers.Dense(64, activation="relu")(layers.Concatenate()([encoder(a), encoder(b), asked]))
    return keras.Model([a, b, asked], [layers.Dense(1, activation="sigmoid")(both), layers.Dense(19, activation="softmax")(both)])


check(repaired, expect.same_graph(repaired_reference()), points=2)

# %% [markdown]
# ## 5 · The capstone
#
# First, four sentences of the brief as code. Run the cell; read it later, when a check says something about your graph that you don't expect.

# %% setup
def within_budget(model):
    """at most 60,000 parameters"""
    found = sum(int(np.prod(weight.shape)) for weight in model.weights)
    return found <= BUDGET or f"{found:,} parameters"


def answers_hear_everything(model):
    """same depends on both images, result on both images and on the question"""
    graph = lg.normal_form(lg.call_graph(model))
    if (len(graph.inputs), len(graph.outputs)) != (3, 2):
        return f"{len(graph.inputs)} inputs and {len(graph.outputs)} outputs, not three and two"
    for answer, (call, _), wanted in zip(("same", "result"), graph.outputs, (2, 3)):
        heard = graph.ancestors(call)
        for name, (start, _) in list(zip(("left", "right", "question"), graph.inputs))[:wanted]:
            if start not in heard:
                return f"no way leads from {name} to {answer}"
    return True


def gives_probabilities(model):
    """same lies between 0 and 1, and so do the 19 numbers of result, which add up to 1"""
    for size in (1, 30, 1_000):  # far beyond real images: a head that is no probability can't hide there
        same, result = (np.asarray(answer) for answer in model([size * part[:100].astype("float32") for part in x_pairs]))
        for name, answer in (("same", same), ("result", result)):
            if not (answer.min() >= -1e-6 and answer.max() <= 1 + 1e-6):
                return f"{name} holds numbers from {answer.min():.3g} to {answer.max():.3g}: which activation makes a probability?"
        if np.abs(result.sum(axis=-1) - 1).max() > 1e-3:
            return "the 19 numbers of result don't add up to 1: which activation makes them do so?"
    return True


def one_shared_encoder(model):
    """whatever has weights and reads one image alone, reads the other image too"""
    graph = lg.normal_form(lg.call_graph(model))
    if len(graph.inputs) != 3:
        return f"{len(graph.inputs)} inputs, not three"
    starts = [start for start, _ in graph.inputs]
    reads = [
        {weight for call in graph.calls if graph.ancestors(call.index) & set(starts) == {side} for weight in call.weights}
        for side in starts[:2]
    ]
    if not reads[0] and not reads[1]:
        return "no layer with weights reads one image alone: the images meet before an encoder has read them"
    return reads[0] == reads[1] or "some weights read only one of the two images"


def branches_side_by_side(model):
    """two branches with weights of their own start at one tensor and are concatenated"""
    graph = lg.normal_form(lg.call_graph(model))
    for merge in graph.of_kind("Concatenate"):
        for place, (one, _) in enumerate(merge.inputs):
            for other, _ in merge.inputs[:place]:
                if _branches(graph, one, other):
                    return True
    return "no Concatenate joins branches that start at one tensor, each with weights of its own"


def _branches(graph, one, other):
    """Whether the ways to these two calls part at a common tensor, and each then meets weights that the other doesn't."""
    common = graph.ancestors(one) & graph.ancestors(other)
    own = [graph.ancestors(end) - common for end in (one, other)]
    forks = [{tensor for index in mine for tensor in graph.calls[index].inputs if tensor[0] in common} for mine in own]
    for fork in forks[0] & forks[1]:
        weights = []
        for mine in own:
            first = [index for index in mine if fork in graph.calls[index].inputs]
            weights.append({w for index in graph.descendants(*first) & mine for w in graph.calls[index].weights})
        if weights[0] - weights[1] and weights[1] - weights[0]:
            return True
    return False

# %% [markdown]
# ### Exercise 4 · Build your own graph (11 points)
#
# Build and compile the model `calculator`. It keeps this brief, and everything that is not in it is **free**: the architecture (which layers, how many, which sizes, nested or flat), names, optimizer, learning rate, loss weights, metrics. `left` and `right` play the same part, so a graph with the two image inputs swapped is no other answer.
#
# | | the brief |
# | --- | --- |
# | inputs | `keras.Model([left, right, question], …)`: shapes (8, 8, 1), (8, 8, 1) and (2,), in this order |
# | outputs | `[same, result]`: shapes (1,) and (19,), in this order; a probability, and 19 probabilities |
# | wiring | `same` depends on both images, `result` on both images and on the question |
# | one encoder | a shared encoder is called on each image. Whatever has weights and reads one image alone, reads the other one too |
# | shortcut | somewhere a residual connection: a tensor goes around one or more layers and is **added** to their result |
# | branches | somewhere two or more branches with weights of their own start at one tensor and are **concatenated** |
# | budget | at most 60,000 parameters |
# | compiled | with `"binary_crossentropy"` for `same` and `"sparse_categorical_crossentropy"` for `result` |
# | behaviour | trained afresh for 8 epochs on the 4,000 pairs (batches of 64), it answers hidden pairs of new images: at least **85 %** right for `same` and **70 %** for `result` |
#
# The visible check (6 points) looks at the graph. The hidden check (5 points) trains a fresh copy, with your own compile settings; it does so only if the graph keeps the brief.
#
# How to go about it: begin with the sketch from section 2. Change one thing at a time. Draw it. Rehearse it.
#
# <details><summary>Hint 1</summary>
#
# A convolution or two dense layers are enough for the encoder; let it end in 24 to 64 numbers with `relu`, not in `softmax`. After the codes meet, give the network at least one hidden layer of 64 or more units. The branches and the shortcut may be small, and may stand anywhere.
#
# </details>
# <details><summary>Hint 2</summary>
#
# If it learns too slowly, try `keras.optimizers.Adam(0.003)`. A frame for the whole:
#
# ```python
# image = keras.Input(shape=(8, 8, 1))
# x = …                                    # branches, Concatenate, Add, Flatten, Dense
# encoder = keras.Model(image, x)
#
# left, right, question = …
# z = layers.Concatenate()([encoder(left), encoder(right), question])
# z = …
# calculator = keras.Model([left, right, question], [layers.Dense(1, …)(z), layers.Dense(19, …)(z)])
# calculator.compile(…, loss=["binary_crossentropy", "sparse_categorical_crossentropy"])
# ```
#
# </details>

# %% solution="capstone" free="architecture, inputs swapped, optimizer, learning rate, loss weight, metric"
### BEGIN SOLUTION
image = keras.Input(shape=(8, 8, 1))
a = layers.Conv2D(8, 1, activation="relu")(image)
b = layers.Conv2D(8, 3, padding="same", activation="relu")(image)
x = layers.Add()([layers.Concatenate()([a, b]), layers.Conv2D(16, 1)(image)])
x = layers.MaxPooling2D(2)(x)
x = layers.Flatten()(x)
encoder = keras.Model(image, layers.Dense(48, activation="relu")(x), name="encoder")

left, right, question = keras.Input(shape=(8, 8, 1), name="left"), keras.Input(shape=(8, 8, 1), name="right"), keras.Input(shape=(2,), name="question")
z = layers.Concatenate()([encoder(left), encoder(right), question])
z = layers.Dense(128, activation="relu")(z)
z = layers.Dense(64, activation="relu")(z)
same = layers.Dense(1, activation="sigmoid", name="same")(z)
result = layers.Dense(19, activation="softmax", name="result")(z)

calculator = keras.Model([left, right, question], [same, result])
calculator.compile(keras.optimizers.Adam(0.003), loss=["binary_crossentropy", "sparse_categorical_crossentropy"])
### END SOLUTION

# %% check="capstone" points=6
check(
    calculator,
    expect.inputs((8, 8, 1), (8, 8, 1), 2),
    expect.outputs(1, 19).worth(0.5),
    expect.that(gives_probabilities).worth(0.5),
    answers_hear_everything,
    one_shared_encoder,
    expect.skip(),
    branches_side_by_side,
    within_budget,
    expect.compiled(loss=["binary_crossentropy", "sparse_categorical_crossentropy"]),
    points=6,
)

# %% hidden="capstone" points=5
hidden_pairs = datasets.digit_questions(1_500, seed=77, test=True)
rehearsed = {}


def reached(model):
    """The accuracies after training; two more starts are granted to the unlucky. A text where the graph doesn't keep the brief."""
    if id(model) not in rehearsed:
        words = [answers_hear_everything, one_shared_encoder, branches_side_by_side, within_budget]
        asked = [expect.inputs((8, 8, 1), (8, 8, 1), 2), expect.outputs(1, 19), expect.skip(), expect.compiled()]
        broken = any(requirement.judge(model).status != "met" for requirement in asked) or any(word(model) is not True for word in words)
        if broken:
            rehearsed[id(model)] = "not trained: the graph doesn't keep the brief, see the visible check"
        else:
            best = 0.0, 0.0
            for start in (1, 2, 3):
                best = max(best, rehearse(model, *hidden_pairs, seed=start), key=lambda pair: min(pair[0] - 0.85, pair[1] - 0.7))
                if best[0] >= 0.85 and best[1] >= 0.7:
                    break
            rehearsed[id(model)] = best
    return rehearsed[id(model)]


def knows_the_same_digit(model):
    """after 8 epochs, at least 85 % of same right on hidden pairs"""
    found = reached(model)
    return found if isinstance(found, str) else found[0] >= 0.85 or f"{found[0]:.1%} right"


def knows_the_result(model):
    """after 8 epochs, at least 70 % of result right on hidden pairs"""
    found = reached(model)
    return found if isinstance(found, str) else found[1] >= 0.7 or f"{found[1]:.1%} right"


check(calculator, knows_the_same_digit, expect.that(knows_the_result).worth(1.5), points=5)

# %% [markdown]
# Look at your graph, and rehearse it on other pairs than the hidden check does.

# %% example
if isinstance(calculator, keras.Model):
    print(f"{calculator.count_params():,} of {BUDGET:,} parameters")
    print("same and result: {:.2f}, {:.2f}".format(*rehearse(calculator, x_new, y_new)))
    display(lg.plot(calculator))

# %% [markdown]
# ## What you know now
#
# | lesson | what it gave you | in your calculator |
# | --- | --- | --- |
# | 01 | a layer is a function of tensors | every line |
# | 02, 03 | several inputs, several outputs | three and two |
# | 04 | branches side by side | `Concatenate` |
# | 05 | a road for the gradient | `Add` |
# | 06, 07 | one layer, many calls; models as layers | the encoder |
# | 08, 09 | see what happens, then make it better | your next hour |
#
# A network is a graph of layer calls. If you can draw it, you can build it.

# %% [markdown]
# ## In the wild
#
# The mistake that costs most in published code is the one from exercise 3: a function that *makes* the encoder is called twice, where the encoder should be. No error, no warning, the same shapes. Only the count tells.
# **Predict, then run:** one LSTM of 32 units reads two sequences of 128 numbers per step; or two LSTMs do.

# %% example
def similarity(make_reader):
    one, other = keras.Input(shape=(None, 128)), keras.Input(shape=(None, 128))
    both = layers.Concatenate()([make_reader()(one), make_reader()(other)])
    return keras.Model([one, other], layers.Dense(1, activation="sigmoid")(both))


reader = layers.LSTM(32)
print(f"one LSTM, called twice: {similarity(lambda: reader).count_params():,} parameters")
print(f"two LSTMs:              {similarity(lambda: layers.LSTM(32)).count_params():,} parameters")

# %% [markdown]
# And the old lines with which such graphs were once written:

# %% example
from textwrap import shorten


def old(line):
    """Run one line of an old tutorial and print what Keras 3 says to it."""
    try:
        eval(line)
        answer = "no complaint"
    except Exception as error:
        answer = f"{type(error).__name__}: {error}"
    print(f"{line}\n    {shorten(answer, 130)}\n")


old("layers.merge([left, right], mode='concat')")
old("keras.Model(input=[left, right], output=result)")
old("reader.get_output_at(1)")
old("keras.backend.abs(left - right)")

# %% [markdown]
# | old line | today |
# | --- | --- |
# | `merge([a, b], mode='concat')` | `layers.Concatenate()([a, b])` |
# | `Model(input=…, output=…)` | `keras.Model(inputs, outputs)` |
# | `reader.get_output_at(1)` | keep the tensor that the second call returned |
# | `keras.backend.abs(a - b)` | `ops.abs(a - b)`, or `layers.Subtract` and `ops.abs` |
#
# **This was the last lesson.** Take a graph from a paper you like, draw it, count it, build it.
