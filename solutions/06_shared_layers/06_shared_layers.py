# %% [markdown]
# # 06 · One layer, many calls
#
# After this lesson you can
#
# - **share** one layer between two inputs, and say how often its weights count,
# - **measure** what sharing is worth when data are few,
# - **test** whether a network's answer depends on the order of its inputs, and make it independent,
# - **repair** a network that has two readers where one is meant,
# - **decide** when the order must count.
#
# **Time:** about 50 minutes. **You need:** two inputs and the merging layers (lesson 02).
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

keras.utils.set_random_seed(6)

(left, right), answers = datasets.digit_pairs(3_000, seed=6)
(left_test, right_test), answers_test = datasets.digit_pairs(1_000, seed=6, part="test")

# %% [markdown]
# ## What separate layers cannot do
#
# In lessons 02 to 05 every layer was called once. Now you compare two things of the *same kind*: two sentences, two photos, two digits. Do these pairs show the same digit?

# %% example
import matplotlib.pyplot as plt

figure, places = plt.subplots(1, 12, figsize=(11, 1.4), layout="constrained")
for pair in range(6):
    for place, image in zip(places[2 * pair:], (left[pair], right[pair])):
        place.imshow(image[..., 0], cmap="gray_r")
        place.axis("off")
    places[2 * pair].set_title("same" if answers["same"][pair] else "different", fontsize=9, loc="left")

# %% [markdown]
# With what you know so far, you would give each side a reader of its own. Then each reader must learn all ten digits by itself, and what the left one learns from an image the right one never hears of.
# It would be better to have *one* reader and ask it twice.

# %% [markdown]
# ## 1 · Call it twice
#
# You make a layer once and call it on two tensors. That is all.

# %% example
reader = layers.Dense(3, name="reader")          # made once

first = keras.Input(shape=(4,))
second = keras.Input(shape=(4,))
pair = keras.Model([first, second], layers.Concatenate()([reader(first), reader(second)]))   # called twice

lg.plot(pair)

# %% [markdown]
# Two boxes wear the same mark: two **calls**, one **layer**. In a graph a box is a call, so a layer that is called twice has two boxes.
#
# **Predict, then run.** `Dense(3)` on 4 inputs has 4 × 3 + 3 = 15 parameters. How many has the model? And what do two equal inputs give?

# %% example
print(pair.count_params(), "parameters in", len(pair.weights), "arrays")

row = np.array([[1.0, 2.0, 3.0, 4.0]])
print(pair.predict([row, row], verbose=0).round(2))

# %% [markdown]
# Weights belong to the layer, not to the call: they count once. And equal inputs give equal results, whatever the weights are. Such a network is called **siamese**.
#
# The classic of this kind reads two sequences with one LSTM: 128 numbers at each step, any number of steps (`None`). **Predict, then run:** an LSTM with 32 units has 4 × ((128 + 32) × 32 + 32) parameters. What is the sum?

# %% example
def two_sequences(units, steps, features, shared):
    one = keras.Input(shape=(steps, features))
    other = keras.Input(shape=(steps, features))
    lstm = layers.LSTM(units)
    another = lstm if shared else layers.LSTM(units)
    merged = layers.Concatenate()([lstm(one), another(other)])
    return keras.Model([one, other], layers.Dense(1, activation="sigmoid")(merged))


siamese = two_sequences(32, None, 128, shared=True)
print(f"one LSTM, called twice: {siamese.count_params():,} parameters")
lg.plot(siamese)

# %% [markdown]
# The same for two tweets of 280 characters, each character a row of 256 numbers. And the usual mistake: a new LSTM for each side.

# %% example
tweets = two_sequences(64, 280, 256, shared=True)
mistake = two_sequences(32, None, 128, shared=False)

print(f"tweets, one LSTM 64:  {tweets.count_params():,} parameters")
print(f"two LSTMs 32:         {mistake.count_params():,} parameters")

# %% [markdown]
# 41,281 is not 20,673. When a count looks too large by one reader, look for a layer that is made twice.
#
# ### Exercise 1 · Fill in the line (3 points)
#
# `pair_reader` reads two digits, row by row: each is a sequence of 8 steps with 8 numbers. *One* LSTM shall read both.
#
# 1. Fill in the missing line.
# 2. *Before* you run the cell, predict how many parameters the model has. Assign that whole number to `predicted_parameters`.
#
# <details><summary>Hint 1</summary>
#
# Look at the line above the gap. The layer exists already; there is nothing to make.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `read_two = reader(…)`. The LSTM has 4 × ((8 + 16) × 16 + 16) parameters, once. `Dense` reads 16 + 16 numbers.
#
# </details>

# %% solution="pair_reader"
### BEGIN SOLUTION
one = keras.Input(shape=(8, 8))
two = keras.Input(shape=(8, 8))
reader = layers.LSTM(16)
read_one = reader(one)
read_two = reader(two)
merged = layers.Concatenate()([read_one, read_two])
outputs = layers.Dense(1, activation="sigmoid")(merged)
pair_reader = keras.Model([one, two], outputs)
predicted_parameters = 1_633
### END SOLUTION
### BEGIN STUB
# one = keras.Input(shape=(8, 8))
# two = keras.Input(shape=(8, 8))
# reader = layers.LSTM(16)
# read_one = reader(one)
# read_two = ...  # your line here
# if read_two is not ...:
#     merged = layers.Concatenate()([read_one, read_two])
#     outputs = layers.Dense(1, activation="sigmoid")(merged)
# pair_reader = ... if read_two is ... else keras.Model([one, two], outputs)
# predicted_parameters = ...  # your number here
### END STUB

# %% check="pair_reader" points=2
def a_whole_number(value):
    """predicted_parameters is a whole number"""
    return isinstance(value, int) and not isinstance(value, bool) or "type the number itself, such as 330"


def both_digits_count(model):
    """The answer changes when either digit changes"""
    random = np.random.default_rng(1)
    a, b, c = random.normal(size=(3, 4, 8, 8)).astype("float32")
    start = np.asarray(model([a, b]))
    blind = [name for name, pair in (("first", [c, b]), ("second", [a, c])) if np.allclose(start, np.asarray(model(pair)))]
    return not blind or f"the {' and the '.join(blind)} input can be anything: is it read at all?"


check(
    {"pair_reader": pair_reader, "predicted_parameters": predicted_parameters},
    expect.item("pair_reader", expect.inputs((8, 8), (8, 8)), expect.shared("LSTM", times=2), both_digits_count),
    expect.item("predicted_parameters", a_whole_number),
    points=2,
)

# %% hidden="pair_reader" points=1
rows_one, rows_two = keras.Input(shape=(8, 8)), keras.Input(shape=(8, 8))
by_rows = layers.LSTM(16)
both = layers.Concatenate()([by_rows(rows_one), by_rows(rows_two)])

check(
    {"pair_reader": pair_reader, "predicted_parameters": predicted_parameters},
    expect.item("pair_reader", expect.same_graph(keras.Model([rows_one, rows_two], layers.Dense(1, activation="sigmoid")(both)))),
    expect.item("predicted_parameters", expect.value(1_633)),
    points=1,
)

# %% [markdown]
# ## 2 · What sharing is worth
#
# Fewer parameters are nice. More important: a shared reader learns from *both* sides of every pair. That should help most when pairs are few. Measure it.
#
# The reader here is a small stack. A stack can be called like a layer, so you can share a whole reader at once. `Dot` with `normalize=True` says how alike the two results are (the cosine).

# %% example
def make_reader():
    return keras.Sequential([keras.Input(shape=(8, 8, 1)), layers.Flatten(), layers.Dense(64, activation="relu"), layers.Dense(16)])


def comparer(shared):
    keras.utils.set_random_seed(6)
    one, other = keras.Input(shape=(8, 8, 1)), keras.Input(shape=(8, 8, 1))
    reader = make_reader()
    another = reader if shared else make_reader()
    alike = layers.Dot(axes=1, normalize=True)([reader(one), another(other)])
    return keras.Model([one, other], layers.Dense(1, activation="sigmoid")(alike))


def learn(model, pairs, epochs):
    model.compile(optimizer=keras.optimizers.Adam(0.003), loss="binary_crossentropy", metrics=["accuracy"])
    model.fit([left[:pairs], right[:pairs]], answers["same"][:pairs], epochs=epochs, verbose=0)
    return model.evaluate([left_test, right_test], answers_test["same"], verbose=0)[1]


amounts = {100: 25, 500: 10, 2_000: 5}     # pairs: epochs
scores = {"one reader": [learn(comparer(shared=True), *amount) for amount in amounts.items()]}

# %% example
scores["two readers"] = [learn(comparer(shared=False), *amount) for amount in amounts.items()]

figure, place = plt.subplots(figsize=(6, 3), layout="constrained")
for (name, curve), style in zip(scores.items(), ("s-", "o--")):
    place.semilogx(list(amounts), curve, style, label=name)
place.axhline(0.5, color="gray", linewidth=1, linestyle=":")
place.set(xlabel="pairs to learn from", ylabel="accuracy on new pairs", title="same digit?", ylim=(0.45, 1))
place.legend();

# %% [markdown]
# Both get better with more pairs, and the shared reader is ahead all the way. The two separate readers have twice as many weights, and half as much to learn each from.
# The dotted line is guessing.
#
# ### Exercise 2 · Build a siamese network (4 points)
#
# Build a functional model and call it `same_digit`.
#
# 1. Two inputs of shape (8, 8, 1).
# 2. One encoder that reads both: `Flatten`, then `Dense` with 32 units and `relu`.
# 3. `Concatenate` the two results, first input first.
# 4. `Dense` 16 `relu`, then one unit that answers yes or no.
#
# Compile it with `"adam"` (the learning rate is free), the loss for yes or no, and the metric `"accuracy"`. You need not train it.
#
# <details><summary>Hint 1</summary>
#
# Make the `Dense` layer of the encoder before you call it, and give it a name. (`Flatten` has no weights: share it or not, as you like.)
#
# </details>
# <details><summary>Hint 2</summary>
#
# ```python
# encode = layers.Dense(32, activation="relu")
# one = encode(layers.Flatten()(first))
# two = encode(…)
# ```
#
# The end is `Dense(1, activation="sigmoid")` with `"binary_crossentropy"`.
#
# </details>

# %% solution="same_digit" free="learning rate"
### BEGIN SOLUTION
first = keras.Input(shape=(8, 8, 1))
second = keras.Input(shape=(8, 8, 1))
encode = layers.Dense(32, activation="relu")
one = encode(layers.Flatten()(first))
two = encode(layers.Flatten()(second))
x = layers.Concatenate()([one, two])
x = layers.Dense(16, activation="relu")(x)
outputs = layers.Dense(1, activation="sigmoid")(x)
same_digit = keras.Model([first, second], outputs)
same_digit.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
### END SOLUTION

# %% check="same_digit" points=2
check(
    same_digit,
    expect.inputs((8, 8, 1), (8, 8, 1)),
    expect.outputs(1),
    expect.shared("Dense", times=2),
    expect.compiled(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"]),
    points=2,
)

# %% hidden="same_digit" points=2
image_one, image_two = keras.Input(shape=(8, 8, 1)), keras.Input(shape=(8, 8, 1))
encoder = keras.Sequential([layers.Flatten(), layers.Dense(32, activation="relu")])
joined = layers.Dense(16, activation="relu")(layers.Concatenate()([encoder(image_one), encoder(image_two)]))

check(
    same_digit,
    expect.same_graph(keras.Model([image_one, image_two], layers.Dense(1, activation="sigmoid")(joined))).worth(3).needed(),
    expect.learns([left.reshape(-1, 8, 8, 1), right.reshape(-1, 8, 8, 1)], answers["same"]),
    points=2,
)

# %% [markdown]
# ## 3 · Does the order count?
#
# "Are these two the same digit?" has one answer, whichever comes first. Surely a shared reader makes sure of that? Train a siamese network that concatenates, then ask it every pair twice: once as it is, once swapped.

# %% example
def trained(merge):
    keras.utils.set_random_seed(6)
    one, other = keras.Input(shape=(8, 8, 1)), keras.Input(shape=(8, 8, 1))
    reader = make_reader()
    x = layers.Dense(16, activation="relu")(merge(reader(one), reader(other)))
    model = keras.Model([one, other], layers.Dense(1, activation="sigmoid")(x))
    print(f"accuracy on new pairs: {learn(model, 3_000, 6):.2f}")
    return model


def both_orders(model):
    there = model.predict([left_test, right_test], verbose=0)[:, 0]
    back = model.predict([right_test, left_test], verbose=0)[:, 0]
    return there, back


by_concatenation = both_orders(trained(lambda one, two: layers.Concatenate()([one, two])))
by_distance = both_orders(trained(lambda one, two: ops.abs(one - two)))

# %% example
figure, places = plt.subplots(1, 2, figsize=(8, 3.6), sharey=True, layout="constrained")
for place, title, (there, back) in zip(places, ("Concatenate", "ops.abs(one - two)"), (by_concatenation, by_distance)):
    place.plot(there, back, ".", markersize=3)
    place.set(title=f"{title}: {np.mean((there > 0.5) != (back > 0.5)):.1%} change their mind", xlabel="answer for (left, right)")
    place.title.set_fontsize(10)
places[0].set_ylabel("answer for (right, left)");

# %% [markdown]
# Each point is a pair. On the left many points lie off the diagonal: swap the images, and you get another answer. The reader is shared, but the layer *after* `Concatenate` has other weights for the first 16 numbers than for the last 16.
# Sharing is not enough.
#
# On the right every point lies on the diagonal. The distance `|one − two|` is the same in both orders, so everything after it is too. It isn't learnt; it is built in.
#
# **Predict, then run.** Which merges don't care about the order?

# %% example
a, b = np.array([[1.0, 5.0, 2.0]]), np.array([[4.0, 3.0, 2.0]])
merges = {
    "Add": layers.Add(), "Multiply": layers.Multiply(), "Maximum": layers.Maximum(), "Average": layers.Average(),
    "Dot": layers.Dot(axes=1), "Concatenate": layers.Concatenate(), "Subtract": layers.Subtract(),
    "abs of Subtract": lambda pair: ops.abs(layers.subtract(pair)),
}
for name, merge in merges.items():
    print(f"{name:<16}{'the same' if np.allclose(merge([a, b]), merge([b, a])) else 'not the same'}")

# %% [markdown]
# ### Exercise 3 · Write a builder (5 points)
#
# Write `similarity(first, second, units)`. It gets two tensors of one shape, and returns a tensor: one number between 0 and 1 for each pair.
#
# - One `Dense` layer with `units` units and `relu` reads both.
# - A merge joins the two results: the distance above, another merge, or a merge reordered, as you like. But the answer must *not depend on the order*.
# - `Dense` with 1 unit and `sigmoid` follows. No other layer has weights. Settings that are not mentioned stay as Keras has them, and every call of `similarity` makes new layers.
#
# <details><summary>Hint 1</summary>
#
# Two calls of one layer, one merge, one end. Any line of the last output that says "the same" will do for the merge.
#
# </details>
# <details><summary>Hint 2</summary>
#
# ```python
# reader = layers.Dense(units, activation="relu")
# merged = layers.Multiply()([reader(first), …])
# return layers.Dense(1, activation="sigmoid")(…)
# ```
#
# </details>

# %% solution="similarity" free="another merge, merge reordered"
def similarity(first, second, units):
    """Return a tensor of shape (None, 1): how alike first and second are, in whichever order."""
    ### BEGIN SOLUTION
    reader = layers.Dense(units, activation="relu")
    distance = ops.abs(reader(first) - reader(second))
    return layers.Dense(1, activation="sigmoid")(distance)
    ### END SOLUTION

# %% check="similarity" points=3
check(
    similarity,
    expect.calling(keras.Input(shape=(10,)), keras.Input(shape=(10,)), 6).gives(
        expect.outputs(1),
        expect.shared("Dense").needed(),
        expect.symmetric(),
    ),
    points=3,
)

# %% hidden="similarity" points=2
def only_the_merge_is_free(units):
    start = keras.Input(shape=(1,))
    reader, end = lg.normal_form(keras.Model(start, layers.Dense(1, activation="sigmoid")(layers.Dense(units, activation="relu")(start)))).of_kind("Dense")

    def holds(model):
        """one reader, one end, with no other settings; what joins them has no weights and leaves nothing to chance"""
        graph = lg.normal_form(model)
        last = graph.outputs[0][0]
        read = {user for start, _ in graph.inputs for user, _, _ in graph.consumers[start]}
        for call in graph.calls:
            wanted = reader if call.index in read else end if call.index == last else None
            if wanted is None and (call.weights or "Dropout" in call.kind or "Noise" in call.kind):
                return f"{call.kind} {call.name!r} is neither the reader nor a merge nor the end"
            if wanted and (call.kind, call.settings) != (wanted.kind, wanted.settings):
                return f"{call.kind} {call.name!r} is not the {'reader' if wanted is reader else 'end'} that was asked for: compare its settings"
        first, second = np.random.default_rng(units).normal(size=(2, 4, *model.inputs[0].shape[1:])).astype("float32")
        alone = np.allclose(model([first, second])[:1], model([first[:1], second[:1]]), atol=1e-5)
        return alone or "the answer for a pair depends on the other pairs: it must come from its own two tensors alone"

    return expect.that(holds)


check(
    similarity,
    expect.calling(keras.Input(shape=(23,)), keras.Input(shape=(23,)), 9).gives(
        expect.shared("Dense").needed(),
        expect.layers(Dense=2),
        expect.layer("Dense", units=9, activation="relu").worth(2),
        expect.layer("Dense", at=-1, units=1, activation="sigmoid").worth(2),
        expect.symmetric(seed=1),
        only_the_merge_is_free(9),
    ),
    expect.calling(keras.Input(shape=(10,)), keras.Input(shape=(10,)), 6).gives(only_the_merge_is_free(6)),
    expect.calling(keras.Input(shape=(10,)), keras.Input(shape=(10,)), 6).anew(),
    points=2,
)

# %% [markdown]
# ## 4 · One layer, two shapes
#
# A convolution looks at 3 × 3 positions. It doesn't care how many of them there are. So you may call one layer on images of two sizes.
#
# **Predict, then run:** which output shapes, and how many parameters in all?

# %% example
small = keras.Input(shape=(32, 32, 3))
large = keras.Input(shape=(64, 64, 3))
convolution = layers.Conv2D(16, 3, padding="same")

from_small, from_large = convolution(small), convolution(large)
sizes = keras.Model([small, large], [from_small, from_large])

print(from_small.shape, from_large.shape)
print(f"one convolution, two shapes: {sizes.count_params()} parameters")

# %% [markdown]
# 3 × 3 × 3 × 16 + 16 = 448, once. (A `Dense` layer can't do that: its weights fix the length of what it reads.)
#
# You may meet `layer.output` in other people's code. Which of the two outputs is it?

# %% example
print("convolution.output is from_small:", convolution.output is from_small)
print("convolution.output is from_large:", convolution.output is from_large)

# %% [markdown]
# It silently answers for the *first* call. No error, no warning. **So keep the tensors**: `from_small` and `from_large` say which is which.
#
# ### Exercise 4 · Repair it (4 points)
#
# Someone compares two digits, row by row, and asks whether they are the same. The network runs. It has two mistakes:
#
# - each side has a reader of its own, where *one* LSTM shall read both,
# - the answer depends on the order. `Multiply` is the merge that was agreed on.
#
# Your cell holds the code under the name `repaired`. Change what is wrong, and nothing else.
#
# <details><summary>Hint 1</summary>
#
# How many times does the code *make* an LSTM? Make it once, above the two calls.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `reader = layers.LSTM(24)`, then `reader(one)` and `reader(two)`. Replace `Subtract` by `Multiply`.
#
# </details>

# %% solution="repaired"
### BEGIN SOLUTION
one = keras.Input(shape=(8, 8))
two = keras.Input(shape=(8, 8))
reader = layers.LSTM(24)
read_one = reader(one)
read_two = reader(two)
merged = layers.Multiply()([read_one, read_two])
outputs = layers.Dense(1, activation="sigmoid")(merged)
repaired = keras.Model([one, two], outputs)
### END SOLUTION
### BEGIN STUB
# one = keras.Input(shape=(8, 8))
# two = keras.Input(shape=(8, 8))
# read_one = layers.LSTM(24)(one)
# read_two = layers.LSTM(24)(two)
# merged = layers.Subtract()([read_one, read_two])
# outputs = layers.Dense(1, activation="sigmoid")(merged)
# repaired = keras.Model([one, two], outputs)
### END STUB

# %% check="repaired" points=2
check(
    repaired,
    expect.shared("LSTM", times=2),
    expect.symmetric(),
    points=2,
)

# %% hidden="repaired" points=2
steps_one, steps_two = keras.Input(shape=(8, 8)), keras.Input(shape=(8, 8))
twenty_four = layers.LSTM(24)
product = layers.Multiply()([twenty_four(steps_one), twenty_four(steps_two)])

check(repaired, expect.same_graph(keras.Model([steps_one, steps_two], layers.Dense(1, activation="sigmoid")(product))), points=2)

# %% [markdown]
# ## 5 · When the order must count
#
# Ask three questions before you share and merge:
#
# 1. Are the two inputs of the same kind? Two digits, two tweets: share. A text and a question about it (lesson 02): their words play different parts, so don't.
# 2. Is the question the same when the inputs are swapped? "Same digit?" is: merge without order.
# 3. Does the question turn round, as in "is the *left* one larger?" Then a merge without order can never answer it.
#
# ### Exercise 5 · Decide between two designs (4 points)
#
# A network shall see two digits and say whether the **first is larger than the second** (1) or not (0). Two colleagues agree on everything but the merge:
#
# - inputs: two images of shape (8, 8, 1),
# - one shared encoder: `Flatten`, `Dense` 32 `relu`,
# - the merge,
# - `Dense` 16 `relu`, then `Dense` 1 `sigmoid`.
#
# **Design A** merges with `Add`: fewer weights, the same answer in both orders. **Design B** merges with `Concatenate`, the first image first.
#
# Decide which design can answer the question. Build it as `larger`, uncompiled.
#
# <details><summary>Hint 1</summary>
#
# Show the network a 7 and a 3, then a 3 and a 7. Which answers should it give? Which answers can each design give?
#
# </details>
# <details><summary>Hint 2</summary>
#
# The right design must be able to give two *different* answers for the two orders. The encoder is shared in both designs: one `Dense(32, activation="relu")`, called twice.
#
# </details>

# %% solution="larger"
### BEGIN SOLUTION
first = keras.Input(shape=(8, 8, 1))
second = keras.Input(shape=(8, 8, 1))
encode = keras.Sequential([layers.Flatten(), layers.Dense(32, activation="relu")])
x = layers.Concatenate()([encode(first), encode(second)])
x = layers.Dense(16, activation="relu")(x)
outputs = layers.Dense(1, activation="sigmoid")(x)
larger = keras.Model([first, second], outputs)
### END SOLUTION

# %% check="larger" points=2
check(
    larger,
    expect.inputs((8, 8, 1), (8, 8, 1)),
    expect.outputs(1),
    expect.shared("Dense", times=2),
    points=2,
)

# %% hidden="larger" points=2
digit_one, digit_two = keras.Input(shape=(8, 8, 1)), keras.Input(shape=(8, 8, 1))
flatten, thirty_two = layers.Flatten(), layers.Dense(32, activation="relu")
side_by_side = layers.Concatenate()([thirty_two(flatten(digit_one)), thirty_two(flatten(digit_two))])
sixteen = layers.Dense(16, activation="relu")(side_by_side)

check(larger, expect.same_graph(keras.Model([digit_one, digit_two], layers.Dense(1, activation="sigmoid")(sixteen))), points=2)

# %% [markdown]
# ## What you know now
#
# | | |
# | --- | --- |
# | share a layer | make it once, call it twice: `reader(one)`, `reader(two)` |
# | its parameters | count once, however many calls |
# | in the drawing | one box for each call, the same mark on all of them |
# | one layer, two shapes | works where weights don't depend on size: `Conv2D`, `LSTM`, pooling; not `Dense` on another length |
# | `layer.output` | answers for the first call only: keep the tensors |
#
# | the question | merge |
# | --- | --- |
# | the same in both orders ("same digit?") | `Multiply`, `Add`, `Maximum`, `Average`, `Dot`, `ops.abs(a - b)` |
# | another in the other order ("larger?") | `Concatenate`, `Subtract` |

# %% [markdown]
# ## In the wild
#
# Old lines about shared layers, and what Keras 3 says to them:

# %% example
from textwrap import shorten


def old(line):
    """Run one line of an old tutorial and print what Keras 3 says to it."""
    try:
        answer = f"no complaint: {eval(line)}"
    except Exception as error:
        answer = f"{type(error).__name__}: {error}"
    print(f"{line}\n    {shorten(answer, 120)}\n")


old("convolution.get_output_at(1)")
old("convolution.get_input_shape_at(0)")
old("convolution.output_shape")
old("layers.merge([from_small, from_small], mode='concat')")
old("np.abs(from_small - from_small)")
old("convolution.output.shape")

# %% [markdown]
# | old line | today |
# | --- | --- |
# | `layer.get_output_at(1)`, `layer.get_input_shape_at(0)` | keep the tensor of each call in a variable |
# | `layer.output_shape` | `tensor.shape` |
# | `merge([a, b], mode="concat")` | `layers.Concatenate()([a, b])` |
# | `Lambda(lambda pair: K.abs(pair[0] - pair[1]))([a, b])` | `ops.abs(a - b)`; it can also be saved and loaded, a `Lambda` can't without more ado |
# | `LSTM(32)(a)` and `LSTM(32)(b)`, called "shared" | `reader = LSTM(32)`, then `reader(a)` and `reader(b)` |
#
# **Next:** you called a small stack like a layer. In lesson 07 whole models become layers of other models.
