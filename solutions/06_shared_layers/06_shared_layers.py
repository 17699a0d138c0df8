# %% [markdown]
# # 06 · One layer, many calls
#
# After this lesson you can
#
# - **share** one layer between two inputs, and say how often its weights count,
# - **measure** what sharing is worth, against the right controls,
# - **test** whether a network's answer depends on the order of its inputs, and make it independent,
# - **rank** pairs by how alike they are, and look at the mistakes,
# - **decide** when the order must count.
#
# **Time:** about 55 minutes. **You need:** two inputs and the merging layers (lesson 02).
#
# The six exercises do not depend on each other. They are worth 20 points. All images are the handwritten digits of [the UCI repository](https://archive.ics.uci.edu/dataset/80), put together in pairs.

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

keras.utils.set_random_seed(6)

(left, right), answers = datasets.digit_pairs(3_000, seed=6)
(left_test, right_test), answers_test = datasets.digit_pairs(1_000, seed=6, part="test")


def learn(model, pairs, steps=250, question="same"):
    """Train for so many steps of 25 pairs, drawn from the first `pairs`; the accuracy on new pairs."""
    model.compile(optimizer=keras.optimizers.Adam(0.003), loss="binary_crossentropy", metrics=["accuracy"])
    drawn = np.random.randint(0, pairs, 25 * steps)
    model.fit([left[drawn], right[drawn]], answers[question][drawn], batch_size=25, verbose=0)
    yes = ops.convert_to_numpy(model([left_test, right_test]))[:, 0] > 0.5
    return float(np.mean(yes == answers_test[question]))


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
# With what you know so far, you would give each side an encoder of its own: layers that turn an image into a few numbers. Then each of the two must learn all ten digits by itself, from its own side of the pairs.
# And nothing makes them speak one language: what the left one calls a 3 need not look like what the right one calls a 3. It would be better to have *one* reader and ask it twice.

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
# Two boxes carry the same mark: two **calls**, one **layer**. In a graph a box is a call, so a layer that is called twice has two boxes.
#
# **Predict, then run.** `Dense(3)` on 4 inputs has 4 × 3 + 3 = 15 parameters. How many does the model have? And what do two equal inputs give?

# %% example
print(pair.count_params(), "parameters in", len(pair.weights), "arrays")

row = np.array([[1.0, 2.0, 3.0, 4.0]])
print(pair.predict([row, row], verbose=0).round(2))

# %% [markdown]
# Weights belong to the layer, not to the call: they count once. And equal inputs give equal results, whatever the weights are.
# Such a network is called **siamese** ([Bromley et al. 1993](https://papers.nips.cc/paper_files/paper/1993/hash/288cc0ff022877bd3df94bc9360b9c5d-Abstract.html) compared signatures with one).
#
# Each call of a layer adds a **node** to it, and nodes are counted from 0.
#
# ![One layer holds the weights; each of its two calls is a node](../../assets/figures/operations/two_calls.svg)
#
# In Keras' summary you read them in the last column:

# %% example
pair.summary()

# %% [markdown]
# `reader` has one row, because it is one layer. `concatenate` is connected to `reader[0][0]` and `reader[1][0]`: the first number is the node (which call), the second says which output of that call.
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
# ### Exercise 6.1 · Fill in two lines (3 points)
#
# `pair_reader` reads two digits, row by row: each is a sequence of 8 steps with 8 numbers. *One* LSTM is to read both.
#
# 1. Fill in the two missing lines: `read_two` is what the LSTM makes of `two`; `pair_reader` is the model from both inputs to `yes_or_no(read_one, read_two)`, which the cell defines.
# 2. *Before* you run the cell, predict how many parameters the model has. Assign that whole number to `predicted_parameters`; only the number is checked, not how you found it.
#
# <details><summary>Hint 1</summary>
#
# Look at the line above the gap. The layer exists already; there is nothing to make.
#
# </details>
# <details><summary>Hint 2</summary>
#
# For the number: the LSTM of 32 units on 128 numbers had 4 × ((128 + 32) × 32 + 32) parameters, and `Dense` 1 behind two results of 32 numbers has 64 + 1.
#
# </details>

# %% solution="pair_reader"
def yes_or_no(read_one, read_two):
    """What was read on both sides, joined, and one unit that answers."""
    merged = layers.Concatenate()([read_one, read_two])
    return layers.Dense(1, activation="sigmoid")(merged)


### BEGIN SOLUTION
one = keras.Input(shape=(8, 8))
two = keras.Input(shape=(8, 8))
reader = layers.LSTM(16)
read_one = reader(one)
read_two = reader(two)
pair_reader = keras.Model([one, two], yes_or_no(read_one, read_two))
predicted_parameters = 1_633
### END SOLUTION
### BEGIN STUB
# one = keras.Input(shape=(8, 8))
# two = keras.Input(shape=(8, 8))
# reader = layers.LSTM(16)
# read_one = reader(one)
# read_two = ...  # your line here
# pair_reader = ...  # your line here
# predicted_parameters = ...  # your number here
### END STUB

# %% check="pair_reader" points=2
def both_digits_count(model):
    """The answer changes when either digit changes"""
    random = np.random.default_rng(1)
    a, b, c = random.normal(size=(3, 4, 8, 8)).astype("float32")
    start = np.asarray(model([a, b]))
    blind = [
        name
        for name, pair in (("first", [c, b]), ("second", [a, c]))
        if np.allclose(start, np.asarray(model(pair)))
    ]
    return not blind or f"the {' and the '.join(blind)} input can be anything: is it read at all?"


check(
    {"pair_reader": pair_reader, "predicted_parameters": predicted_parameters},
    expect.item(
        "pair_reader", expect.inputs((8, 8), (8, 8)), expect.shared("LSTM", times=2), both_digits_count
    ),
    expect.item(
        "predicted_parameters",
        expect.leaves(97, 81, look="One LSTM, counted once, and Dense behind two results of 16 numbers."),
    ),
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
# Is it only the number of parameters? Measure it, on the question "same digit?".
#
# The encoder here is a small stack. A stack can be called like a layer, so you can share a whole encoder at once. `Dot` with `normalize=True` says how alike two results are (the **cosine**: 1 means the same direction, 0 nothing in common).
# The last layer turns this one number into a probability; it starts with weight 1, so that "alike" begins by meaning "same".

# %% example
def make_encoder():
    return keras.Sequential(
        [
            keras.Input(shape=(8, 8, 1)),
            layers.Flatten(),
            layers.Dense(64, activation="relu"),
            layers.Dense(16),
        ]
    )


def comparer(shared, seed):
    keras.utils.set_random_seed(seed)
    one, other = keras.Input(shape=(8, 8, 1)), keras.Input(shape=(8, 8, 1))
    encoder = make_encoder()
    another = encoder if shared else make_encoder()
    alike = layers.Dot(axes=1, normalize=True, name="alike")([encoder(one), another(other)])
    return keras.Model(
        [one, other], layers.Dense(1, activation="sigmoid", kernel_initializer="ones")(alike)
    )


amounts = (125, 1_250)
starts = (6, 7, 8)
one_encoder = np.array(
    [[learn(comparer(True, seed=start), pairs) for pairs in amounts] for start in starts]
)

# %% [markdown]
# Every run takes 250 steps of 25 pairs, whether there are few pairs or many: otherwise more pairs would also mean more training. And there are three starts each, because a start can be lucky.
#
# **Predict, then run.** Two encoders get the same. And one question more: how well does an *untrained* network do, with random weights, if you choose only the best threshold for the cosine?

# %% example
def untrained(shared, seed):
    """The accuracy on new pairs of random weights, with the threshold that is best on 1,250 others."""
    model = comparer(shared, seed)
    cosine = keras.Model(model.inputs, model.get_layer("alike").output)
    known = cosine.predict([left[:1_250], right[:1_250]], verbose=0)[:, 0]
    best = max(
        np.quantile(known, np.linspace(0, 1, 101)),
        key=lambda limit: np.mean((known > limit) == answers["same"][:1_250]),
    )
    return np.mean(
        (cosine.predict([left_test, right_test], verbose=0)[:, 0] > best) == answers_test["same"]
    )


two_encoders = np.array(
    [[learn(comparer(False, seed=start), pairs) for pairs in amounts] for start in starts]
)
random_one = [untrained(True, seed=start) for start in starts]
random_two = [untrained(False, seed=start) for start in starts]

figure, place = plt.subplots(figsize=(6, 3), layout="constrained")
both = {"one encoder": one_encoder, "two encoders": two_encoders}
for shift, (name, found) in zip((-0.06, 0.06), both.items()):
    middle = found.mean(0)
    reach = [middle - found.min(0), found.max(0) - middle]
    place.errorbar(
        np.arange(2) + shift,
        middle,
        reach,
        fmt="s" if name == "one encoder" else "o",
        capsize=4,
        label=name,
    )
place.axhline(
    np.mean(random_one), color="gray", linestyle="--", linewidth=1, label="one encoder, untrained"
)
place.axhline(
    np.mean(random_two), color="gray", linestyle=":", linewidth=1, label="two encoders, untrained"
)
place.set(
    xticks=range(2),
    xticklabels=[f"{pairs:,}" for pairs in amounts],
    xlabel="pairs to learn from",
    ylabel="accuracy on new pairs",
    ylim=(0.45, 1),
    xlim=(-0.5, 1.5),
)
place.legend(fontsize=8, loc="upper left");

# %% [markdown]
# <!-- claim: sharing-wins -->
# <!-- claim: sharing-wins-with-few -->
# Marks are means, bars go from the worst to the best of three starts. With 1,250 pairs one encoder is ahead of two, on average. With 125 it is ahead too, in nine of ten such experiments; how far changes with the three starts.
#
# <!-- claim: common-space -->
# Now look at the grey lines. One *random* encoder is already right about 70 times in a hundred. Images that are alike give results that are alike, even under random weights, as long as both sides go through the *same* ones.
# Two random encoders guess. With only 125 pairs, training takes the shared encoder hardly further than its random weights did. So the first gift of sharing isn't that each weight sees more data. It is the **common space**: both results are measured with one ruler, from the start.

# %% claim="sharing-wins"
assert one_encoder.mean(0)[1] > two_encoders.mean(0)[1]
{f"{name}, {pairs}": float(value) for name, found in (("one", one_encoder), ("two", two_encoders)) for pairs, value in zip(amounts, found.mean(0))}

# %% claim="sharing-wins-with-few" holds="9 of 10"
assert one_encoder.mean(0)[0] > two_encoders.mean(0)[0]
{"ahead by": float(one_encoder.mean(0)[0] - two_encoders.mean(0)[0])}

# %% claim="common-space"
assert 0.62 < np.mean(random_one) < 0.78 and 0.45 < np.mean(random_two) < 0.56
assert one_encoder.mean(0)[0] - np.mean(random_one) < 0.06
{"random, one": float(np.mean(random_one)), "random, two": float(np.mean(random_two)), "trained on few": float(one_encoder.mean(0)[0])}

# %% [markdown]
# ### Exercise 6.2 · Build a siamese network (3 points)
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
# For two sentences, read by one LSTM, the first lines would be
#
# ```python
# encode = layers.LSTM(20)
# one, two = encode(first), encode(second)
# ```
#
# Yes or no means one unit, a probability, and the loss that lesson 01 used for two classes.
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
    expect.layer("Dense", units=32, activation="relu"),
    expect.layers(Dense=3, Concatenate=1),
    expect.layer("Dense", units=1, activation="sigmoid", at=-1),
    expect.compiled(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"]).worth(2),
    points=2,
)

# %% hidden="same_digit" points=1
image_one, image_two = keras.Input(shape=(8, 8, 1)), keras.Input(shape=(8, 8, 1))
encoder = keras.Sequential([layers.Flatten(), layers.Dense(32, activation="relu")])
joined = layers.Dense(16, activation="relu")(layers.Concatenate()([encoder(image_one), encoder(image_two)]))

check(
    same_digit,
    expect.same_graph(keras.Model([image_one, image_two], layers.Dense(1, activation="sigmoid")(joined))).worth(3).needed(),
    expect.learns([left.reshape(-1, 8, 8, 1), right.reshape(-1, 8, 8, 1)], answers["same"]),
    points=1,
)

# %% [markdown]
# ## 3 · Does the order count?
#
# "Are these two the same digit?" has one answer, whichever comes first. Surely a shared reader makes sure of that? Train a siamese network that concatenates, then ask it every pair twice: once as it is, once swapped.

# %% example
def trained(merge):
    keras.utils.set_random_seed(6)
    one, other = keras.Input(shape=(8, 8, 1)), keras.Input(shape=(8, 8, 1))
    encoder = make_encoder()
    x = layers.Dense(16, activation="relu")(merge(encoder(one), encoder(other)))
    model = keras.Model([one, other], layers.Dense(1, activation="sigmoid")(x))
    print(f"accuracy on new pairs: {learn(model, 3_000, steps=720):.2f}")
    return model


def both_orders(model):
    there = model.predict([left_test, right_test], verbose=0)[:, 0]
    back = model.predict([right_test, left_test], verbose=0)[:, 0]
    return there, back


by_concatenation = both_orders(trained(lambda one, two: layers.Concatenate()([one, two])))
by_distance = both_orders(trained(lambda one, two: ops.abs(one - two)))

# %% example
turned = {}
figure, places = plt.subplots(1, 2, figsize=(8, 3.6), sharey=True, layout="constrained")
titles = "Concatenate", "ops.abs(one - two)"
for place, title, (there, back) in zip(places, titles, (by_concatenation, by_distance)):
    turned[title] = float(np.mean((there > 0.5) != (back > 0.5)))
    place.plot(there, back, ".", markersize=3)
    place.set(title=f"{title}: {turned[title]:.1%} get another answer", xlabel="answer for (left, right)")
    place.title.set_fontsize(10)
places[0].set_ylabel("answer for (right, left)");

# %% [markdown]
# <!-- claim: order -->
# Each point is a pair. On the left many points lie off the diagonal: swap the images, and you get another answer. The reader is shared, but the layer *after* `Concatenate` has other weights for the first 16 numbers than for the last 16.
# Sharing is not enough.
#
# On the right every point lies on the diagonal. The distance `|one − two|` is the same in both orders, so everything after it is too. Nothing has to be learnt for that: it is built in.

# %% claim="order"
assert turned["Concatenate"] > 0.01 and turned["ops.abs(one - two)"] == 0
turned

# %% [markdown]
# **Predict, then run.** Which merges don't care about the order?

# %% example
a, b = np.array([[1.0, 5.0, 2.0]]), np.array([[4.0, 3.0, 2.0]])
merges = {
    "Add": layers.Add(),
    "Multiply": layers.Multiply(),
    "Maximum": layers.Maximum(),
    "Average": layers.Average(),
    "Dot": layers.Dot(axes=1),
    "Concatenate": layers.Concatenate(),
    "Subtract": layers.Subtract(),
    "abs of Subtract": lambda pair: ops.abs(layers.subtract(pair)),
}
for name, merge in merges.items():
    print(f"{name:<16}{'the same' if np.allclose(merge([a, b]), merge([b, a])) else 'not the same'}")

# %% [markdown]
# ### Exercise 6.3 · Write a builder (4 points)
#
# Write `similarity(first, second, units)`. It gets two tensors of one shape, and returns a tensor: one number between 0 and 1 for each pair.
#
# - One `Dense` layer with `units` units and `relu` is called on both, one after the other.
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
# For two sentences, read by one LSTM, the middle could be
#
# ```python
# reader = layers.LSTM(20)
# merged = layers.Maximum()([reader(one), reader(two)])
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

# %% check="similarity" points=2
check(
    similarity,
    expect.calling(keras.Input(shape=(10,)), keras.Input(shape=(10,)), 6).gives(
        expect.outputs(1),
        expect.shared("Dense").needed(),
        expect.symmetric().worth(2),
        expect.layers(Dense=2),
        expect.layer("Dense", units=6, activation="relu"),
        expect.layer("Dense", at=-1, units=1, activation="sigmoid"),
    ),
    points=2,
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
# 3 × 3 × 3 × 16 + 16 = 448, once. What must not change is the number of *channels*: they are in the formula, height and width are not.
# The same is true of `Dense`, which works on the last axis: it takes both images too, but would take none of four channels.

# %% example
dense = layers.Dense(16)
print(dense(small).shape, dense(large).shape, dense.count_params(), "parameters")

# %% [markdown]
# You may meet `layer.output` in other people's code. Which of the two outputs is it?

# %% example
print("convolution.output is from_small:", convolution.output is from_small)
print("convolution.output is from_large:", convolution.output is from_large)

# %% [markdown]
# It silently answers for the *first* call. No error, no warning. **So keep the tensors**: `from_small` and `from_large` say which is which.
#
# ### Exercise 6.4 · Repair it (3 points)
#
# Someone compares two digits, row by row: a siamese network with an LSTM of 24 units, whose results are joined by `Multiply`; then one unit answers. So it was planned. The code under the name `repaired` runs, and looks right at first sight. Two people complain:
#
# - "I counted 2 × 3,168 parameters for reading. That is one reader too many."
# - "For (3, 5) it says 0.6, for (5, 3) it says 0.4."
#
# Find the two mistakes, and change nothing else. The model need not be compiled.
#
# <details><summary>Hint 1</summary>
#
# How many times does the code *make* an LSTM? Make it once, above the two calls.
#
# </details>
# <details><summary>Hint 2</summary>
#
# The second complaint is about the merge. Which merge in the code is not the one that was planned, and what does it do when its two inputs change places?
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
    expect.layers(LSTM=1, Multiply=1, Dense=1),
    points=2,
)

# %% hidden="repaired" points=1
steps_one, steps_two = keras.Input(shape=(8, 8)), keras.Input(shape=(8, 8))
twenty_four = layers.LSTM(24)
product = layers.Multiply()([twenty_four(steps_one), twenty_four(steps_two)])

check(repaired, expect.same_graph(keras.Model([steps_one, steps_two], layers.Dense(1, activation="sigmoid")(product))), points=1)

# %% [markdown]
# ## 5 · Rank pairs, and look at the mistakes
#
# A siamese network gives more than yes or no. The number before the last layer, the cosine, *ranks* pairs: which two are most alike? Train one encoder on all 3,000 pairs, then let it rank 1,000 new ones.

# %% example
ranker = comparer(True, seed=6)
print(f"accuracy on new pairs: {learn(ranker, 3_000, steps=960):.2f}")

same = answers_test["same"] == 1


def cosine_of(model):
    return keras.Model(model.inputs, model.get_layer("alike").output).predict(
        [left_test, right_test], verbose=0
    )[:, 0]


def ranks_right(values):
    """How often a pair of the same digit gets a larger value than a pair of different ones."""
    return float(np.mean(values[same][:, None] > values[~same][None, :]))


pixels = [
    side.reshape(len(side), 64) / np.linalg.norm(side, axis=(1, 2)) for side in (left_test, right_test)
]
alike = cosine_of(ranker)
ranked = {
    "trained": ranks_right(alike),
    "untrained": ranks_right(cosine_of(comparer(True, seed=6))),
    "the pixels alone": ranks_right(np.sum(pixels[0] * pixels[1], axis=1)),
}
for name, value in ranked.items():
    print(
        f"{name:<17} a pair of the same digit ranks above a pair of different ones in {value:.0%} of all "
        "comparisons"
    )

# %% [markdown]
# <!-- claim: ranks -->
# This number is the *area under the ROC curve* (AUC), and it needs no threshold. Guessing gives 50 %. The second and third lines are the controls: they say how much of it is there without any training, and without any network.
#
# A number says how often it is wrong, not *why*. Look at the worst cases: the pairs of different digits that it finds most alike, and those of the same digit that it finds least alike.

# %% claim="ranks"
assert ranked["trained"] > 0.95 > 0.92 > max(ranked["untrained"], ranked["the pixels alone"])
ranked

# %% example
lookalikes = [n for n in np.argsort(-alike) if not same[n]][:6]
strangers = [n for n in np.argsort(alike) if same[n]][:6]

figure, places = plt.subplots(2, 12, figsize=(11, 3), layout="constrained")
for row, (name, chosen) in zip(places, {"different": lookalikes, "same": strangers}.items()):
    for number, n in enumerate(chosen):
        for place, picture in zip(row[2 * number:], (left_test[n], right_test[n])):
            place.imshow(picture[..., 0], cmap="gray_r")
            place.axis("off")
        row[2 * number].set_title(
            f"{answers_test['left'][n]}, {answers_test['right'][n]}: {alike[n]:.2f}", fontsize=9, loc="left"
        )
figure.suptitle(
    "different digits that look most alike (above), same digits that look least alike (below)", fontsize=10
)

# %% [markdown]
# Would you have known each of them? For each row, ask what the two images have in common, and what the encoder would have to see to tell them apart, or together.
#
# ### Exercise 6.5 · Train, measure and conclude (4 points)
#
# In section 2 one encoder was ahead of two. Is it so with another merge? Take the *distance*, and use three starts, as a careful person does.
#
# Both kinds of network have two inputs of shape (8, 8, 1). An encoder is `Flatten`, then `Dense` 32 `relu`. The merge is `ops.abs(one - two)`, and `Dense` 1 `sigmoid` answers. In the first kind one encoder reads both sides; in the second each side has its own.
#
# 1. Make three networks of each kind: the lists `shared_nets` and `separate_nets`. Train each with `learn(model, 500)` from the set-up, which returns the accuracy on new pairs.
# 2. Put the accuracies into the dict `accuracies`: a list of three numbers for `"shared"`, and one for `"separate"`, in the order of the networks.
# 3. Conclude: `clear` is `True` if even the worst start with one encoder is ahead of the best start with two, else `False`.
#
# <details><summary>Hint 1</summary>
#
# One function `network(shared)` makes either: inside it, the second encoder is the first one, or a new one. Each call draws new weights.
#
# </details>
# <details><summary>Hint 2</summary>
#
# In section 2 the choice was the line `another = encoder if shared else make_encoder()`. And for two lists of numbers, `min(wins) > max(losses)` compares the worst of one with the best of the other.
#
# </details>

# %% solution="three_starts"
### BEGIN SOLUTION
def make_small_encoder():
    return keras.Sequential(
        [keras.Input(shape=(8, 8, 1)), layers.Flatten(), layers.Dense(32, activation="relu")]
    )


def network(shared):
    first, second = keras.Input(shape=(8, 8, 1)), keras.Input(shape=(8, 8, 1))
    encode = make_small_encoder()
    encode_second = encode if shared else make_small_encoder()
    distance = ops.abs(encode(first) - encode_second(second))
    return keras.Model([first, second], layers.Dense(1, activation="sigmoid")(distance))


shared_nets = [network(True) for start in range(3)]
separate_nets = [network(False) for start in range(3)]
accuracies = {
    "shared": [learn(net, 500) for net in shared_nets],
    "separate": [learn(net, 500) for net in separate_nets],
}
clear = min(accuracies["shared"]) > max(accuracies["separate"])
### END SOLUTION
### BEGIN STUB
# shared_nets = ...
# separate_nets = ...
# accuracies = ...
# clear = ...
### END STUB

# %% check="three_starts" points=2
def three_numbers_each(value):
    """three accuracies for each kind"""
    if not isinstance(value, dict) or set(value) != {"shared", "separate"}:
        return 'write a dict with the keys "shared" and "separate"'
    right = (
        np.shape(numbers) == (3,) and all(0 <= float(number) <= 1 for number in numbers)
        for numbers in value.values()
    )
    return all(right) or "each value is a list of three numbers between 0 and 1"


def three_different_starts(nets):
    """three networks from three starts"""
    said = [np.asarray(net([left_test[:100], right_test[:100]])) for net in nets]
    for one, other in ((0, 1), (0, 2), (1, 2)):
        if np.array_equal(said[one], said[other]):
            return (
                f"numbers {one + 1} and {other + 1} give the same answers to every pair: make each "
                "network anew, from a start (a seed) of its own"
            )
    return True


def measured_again(answer):
    """the six networks have learnt, and the accuracies are what they reach on new pairs"""
    if three_numbers_each(answer["accuracies"]) is not True:
        return "accuracies doesn't hold three numbers for each kind"
    for kind in ("shared", "separate"):
        for number, (net, said) in enumerate(zip(answer[f"{kind}_nets"], answer["accuracies"][kind]), 1):
            hits = (np.asarray(net([left_test, right_test]))[:, 0] > 0.5) == answers_test["same"]
            found = np.mean(hits)
            if found < 0.55:
                return (
                    f"network {number} of {kind}_nets is right in {found:.0%}, hardly more than by "
                    "guessing: was it trained with `learn`?"
                )
            if expect.measured(hits).judge(said).status != "met":
                return (
                    f"network {number} of {kind}_nets reaches {found:.3f}, accuracies says "
                    f"{float(said):.3f}. Is it the accuracy on new pairs, after training, in the order of "
                    "the networks?"
                )
    return True


def follows(answer):
    """clear follows from the accuracies"""
    if three_numbers_each(answer["accuracies"]) is not True:
        return "accuracies doesn't hold three numbers for each kind"
    worst = float(np.min(answer["accuracies"]["shared"]))
    best = float(np.max(answer["accuracies"]["separate"]))
    right = isinstance(answer["clear"], (bool, np.bool_)) and bool(answer["clear"]) == (worst > best)
    return right or f"the worst with one encoder is {worst:.3f}, the best with two is {best:.3f}"


check(
    {
        "shared_nets": shared_nets,
        "separate_nets": separate_nets,
        "accuracies": accuracies,
        "clear": clear,
    },
    *(
        expect.item(
            "shared_nets", expect.item(n, expect.shared("Dense", times=2), expect.symmetric()).worth(2)
        )
        for n in range(3)
    ),
    *(
        expect.item(
            "separate_nets",
            expect.item(n, expect.inputs((8, 8, 1), (8, 8, 1)), expect.shared("Dense", times=1)),
        )
        for n in range(3)
    ),
    *(
        expect.item(
            nets,
            expect.item(
                n,
                expect.compiled(
                    loss="binary_crossentropy", optimizer=keras.optimizers.Adam(0.003), metrics=["accuracy"]
                ),
            ),
        ).worth(0.2)
        for nets in ("shared_nets", "separate_nets")
        for n in range(3)
    ),
    *(
        expect.item(nets, expect.that(three_different_starts).worth(2))
        for nets in ("shared_nets", "separate_nets")
    ),
    expect.item("accuracies", three_numbers_each),
    expect.that(measured_again).worth(5),
    expect.that(follows).worth(5),
    points=2,
)

# %% hidden="three_starts" points=2
def distance_net(n_encoders, turned=False):
    image_one, image_two = keras.Input(shape=(8, 8, 1)), keras.Input(shape=(8, 8, 1))
    encoders = [keras.Sequential([layers.Flatten(), layers.Dense(32, activation="relu")]) for _ in range(n_encoders)]
    one, two = encoders[0](image_one), encoders[-1](image_two)
    return keras.Model([image_one, image_two], layers.Dense(1, activation="sigmoid")(ops.abs(two - one if turned else one - two)))


check(
    {"shared_nets": shared_nets, "separate_nets": separate_nets},
    *(expect.item("shared_nets", expect.item(n, expect.same_graph(distance_net(1), distance_net(1, True)))) for n in range(3)),
    *(expect.item("separate_nets", expect.item(n, expect.same_graph(distance_net(2), distance_net(2, True)))) for n in range(3)),
    points=2,
)

# %% [markdown]
# ## 6 · When the order must count
#
# Ask three questions before you share and merge:
#
# 1. Are the two inputs of the same kind? Two digits, two tweets: share. A text and a question about it (lesson 02): their words play different parts, so don't.
# 2. Does the question stay the same when the inputs are swapped? "Same digit?" does: merge without order.
# 3. Does the answer change with the order, as in "is the *left* one larger?" Then a merge without order can never give it.
#
# ### Exercise 6.6 · Decide between two designs (3 points)
#
# A network sees two digits and says whether the **first is larger than the second** (1) or not (0). Half of the pairs show the same digit; in a quarter the first is larger, in a quarter the second. Two colleagues agree on everything but the merge:
#
# - inputs: two images of shape (8, 8, 1),
# - one shared encoder: `Flatten`, `Dense` 32 `relu`,
# - the merge,
# - `Dense` 16 `relu`, then `Dense` 1 `sigmoid`.
#
# **Design A** merges with `Add`: half as many weights behind the merge, and after one epoch it already scores well above 0.5 on new pairs. **Design B** merges with `Concatenate`, the first image first.
#
# 1. The number that decides: what is the highest accuracy that a network with design A can reach on such pairs, however long it is trained? Assign it to `best_with_add`, a number between 0 and 1.
# 2. Build the better design as `larger`. You need not compile it.
#
# <details><summary>Hint 1</summary>
#
# Show a network with design A a 7 and a 3, then a 3 and a 7. Can its two answers differ? So how many of the two can be right?
#
# </details>
# <details><summary>Hint 2</summary>
#
# For another mix: if only a fifth of the pairs were equal, and two fifths each way round, design A could be right on the fifth, and on one of the two orders of all others: 0.2 + 0.4 = 0.6.
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
best_with_add = 0.75
### END SOLUTION

# %% check="larger" points=2
def the_order_counts(model):
    """(a, b) and (b, a) can get different answers"""
    a, b = np.random.default_rng(1).normal(size=(2, 8, 8, 8, 1)).astype("float32")
    there, back = np.asarray(model([a, b])), np.asarray(model([b, a]))
    return (
        not np.allclose(there, back, atol=1e-6)
        or "the two orders always get the same answer, so one of them is wrong"
    )


def a_ceiling(number):
    """It lies above what one epoch reaches, and below 1"""
    return 0.5 < float(number) < 1 or (
        "design A scores well above 0.5 after one epoch, and cannot be right about both orders"
    )


check(
    {"larger": larger, "best_with_add": best_with_add},
    expect.item(
        "larger",
        expect.inputs((8, 8, 1), (8, 8, 1)),
        expect.outputs(1),
        expect.shared("Dense", times=2),
        expect.that(the_order_counts).worth(2),
    ),
    expect.item("best_with_add", expect.number(0, 1).needed(), expect.that(a_ceiling)),
    points=2,
)

# %% hidden="larger" points=1
digit_one, digit_two = keras.Input(shape=(8, 8, 1)), keras.Input(shape=(8, 8, 1))
flatten, thirty_two = layers.Flatten(), layers.Dense(32, activation="relu")
side_by_side = layers.Concatenate()([thirty_two(flatten(digit_one)), thirty_two(flatten(digit_two))])
sixteen = layers.Dense(16, activation="relu")(side_by_side)

check(
    {"larger": larger, "best_with_add": best_with_add},
    expect.item("larger", expect.same_graph(keras.Model([digit_one, digit_two], layers.Dense(1, activation="sigmoid")(sixteen)))),
    expect.item("best_with_add", expect.value(0.75, tolerance=0.01)),
    points=1,
)

# %% [markdown]
# ## What you know now
#
# | | |
# | --- | --- |
# | share a layer | make it once, call it twice: `reader(one)`, `reader(two)` |
# | its parameters | count once, however many calls |
# | in the drawing | one box for each call, the same mark on all of them |
# | a node | one call of a layer; `reader[1][0]` in the summary is the first output of its second call |
# | one layer, two shapes | works where the sizes that differ are not in the weights: height and width for `Conv2D` and `Dense`, steps for `LSTM`. The last axis must agree |
# | first gift of sharing | both sides are measured in one space, even before training |
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
keras_says("convolution.get_output_at(1)", globals())
keras_says("convolution.get_input_shape_at(0)", globals())
keras_says("convolution.output_shape", globals())
keras_says("layers.merge([from_small, from_small], mode='concat')", globals())
keras_says("np.abs(from_small - from_small)", globals())
keras_says("convolution.output.shape", globals())

# %% [markdown]
# | old line | today |
# | --- | --- |
# | `layer.get_output_at(1)`, `layer.get_input_shape_at(0)` | keep the tensor of each call in a variable |
# | `layer.output_shape` | `tensor.shape` |
# | `merge([a, b], mode="concat")` | `layers.Concatenate()([a, b])` |
# | `Lambda(lambda pair: K.abs(pair[0] - pair[1]))([a, b])` | `ops.abs(a - b)`; it can also be saved and loaded; a `Lambda` is refused when you load it, unless you say `safe_mode=False` |
# | `LSTM(32)(a)` and `LSTM(32)(b)`, called "shared" | `reader = LSTM(32)`, then `reader(a)` and `reader(b)` |
#
# **Next:** you called a small stack like a layer. In lesson 07 whole models become layers of other models.
