# %% [markdown]
# # 03 · One body, several heads
#
# After this lesson you can
#
# - **build** a model that gives several answers of different kinds,
# - **compile** it with a loss, a metric and a weight for each head, by list and by name,
# - **measure** how the loudest loss drowns the others, and choose weights against it,
# - **add** an auxiliary output where the road to the real one is long,
# - **repair** a model whose every head answers for each time step.
#
# **Time:** about 55 minutes. **You need:** lessons 01 and 02, or this much of them: a layer is a function of tensors, and a model may have several inputs.
#
# The six exercises do not depend on each other. They are worth 20 points.

# %% setup
import numpy as np

import layergraph as lg
from grader.checks import check, expect
from layergraph import datasets

with lg.quiet():
    import keras
from keras import layers, ops

keras.utils.set_random_seed(3)

posts, about, words = datasets.posts(1_500, seed=3)
titles, facts, widely_read = datasets.headlines(200, seed=3)


def a_number(value):
    """a number is predicted"""
    return isinstance(value, (int, float, np.number)) and not isinstance(value, bool) or "type the number itself, such as 330"


# %% [markdown]
# ## Three questions, one text
#
# Models so far gave one answer. Here are posts, and three things you may ask about each: how many *seconds* does it take to read, which of ten *topics* has it,
# and is it a *question*?

# %% example
for row in range(3):
    text = " ".join(words[number] for number in posts[row] if number)
    print(f"{text[:90]}…\n    ", {name: round(values[row].item(), 1) for name, values in about.items()}, "\n")

# %% [markdown]
# You could train three networks. Each would learn to read from scratch. But whoever has understood a post for one question has done most of the work for the others.
# So: **one body that reads, three heads that answer.**

# %% [markdown]
# ## 1 · Two heads
#
# The smallest example. `Dense` twice on the *same* tensor, and a list of outputs:

# %% example
inputs = keras.Input(shape=(4,))
body = layers.Dense(3, activation="relu")(inputs)
size = layers.Dense(1, name="size")(body)
kind = layers.Dense(5, activation="softmax", name="kind")(body)

two_heads = keras.Model(inputs, [size, kind])
print("parameters:", two_heads.count_params())
lg.plot(two_heads)

# %% [markdown]
# 15 in the body, 4 in one head, 20 in the other. `predict` now gives a list, one array for each head:

# %% example
answers = two_heads.predict(np.ones((6, 4)), verbose=0)
print([answer.shape for answer in answers])

# %% [markdown]
# The *name of the last layer* is the name of the output. Give every head a name: you will need it in a minute.
#
# To train, each head needs a loss of its own. But `fit` can make only one number smaller. So Keras adds them up:
#
# > **total = weight₁ × loss₁ + weight₂ × loss₂ + …** and every weight is 1 unless you say otherwise.
#
# ### Exercise 3.1 · Fill in the line, predict the total (3 points)
#
# `listener` hears 30 numbers. It shall tell how *loud* it was (a number) and which of three *moods* it had. The code in your cell runs, but the mood never leaves the model.
#
# 1. Change the last line, so that `listener` has both outputs, `loud` first.
# 2. Suppose that it is compiled with `loss_weights={"loud": 0.1, "mood": 2.0}`, and that after some time the loss of `loud` is 30.0 and the loss of `mood` is 0.8. What does `fit` show as `loss`?
#    Assign the number to `predicted_total`.
#
# <details><summary>Hint 1</summary>
#
# Several outputs are written like several inputs: as a list. The total is a weighted sum.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `keras.Model(sound, [loud, …])`, and 0.1 × 30.0 + 2.0 × …
#
# </details>

# %% solution="listener"
### BEGIN SOLUTION
sound = keras.Input(shape=(30,))
heard = layers.Dense(16, activation="relu")(sound)
loud = layers.Dense(1, name="loud")(heard)
mood = layers.Dense(3, activation="softmax", name="mood")(heard)
listener = keras.Model(sound, [loud, mood])
predicted_total = 4.6
### END SOLUTION
### BEGIN STUB
# sound = keras.Input(shape=(30,))
# heard = layers.Dense(16, activation="relu")(sound)
# loud = layers.Dense(1, name="loud")(heard)
# mood = layers.Dense(3, activation="softmax", name="mood")(heard)
# listener = keras.Model(sound, loud)  # change this line
# predicted_total = ...  # your number here
### END STUB

# %% check="listener" points=2
check(
    {"listener": listener, "predicted_total": predicted_total},
    expect.item("listener", expect.outputs(1, 3, names=["loud", "mood"]).needed(), expect.layers(Dense=3)),
    expect.item("predicted_total", a_number),
    points=2,
)

# %% hidden="listener" points=1
noise = keras.Input(shape=(30,))
ear = layers.Dense(16, activation="relu")(noise)

check(
    {"listener": listener, "predicted_total": predicted_total},
    expect.item("listener", expect.same_graph(keras.Model(noise, [layers.Dense(1)(ear), layers.Dense(3, activation="softmax")(ear)]))),
    expect.item("predicted_total", expect.value(4.6, tolerance=0.005)),
    points=1,
)

# %% [markdown]
# ## 2 · A loss for each head
#
# Three ways to say it. All three mean the same:

# %% example
import warnings

rows = np.random.default_rng(0).normal(size=(64, 4))
true = {"size": rows.sum(axis=1), "kind": np.arange(64) % 5}

two_heads.compile(                                                   # 1. lists, in the order of the outputs
    optimizer="adam",
    loss=["mean_squared_error", "sparse_categorical_crossentropy"],
    metrics=[["mean_absolute_error"], ["accuracy"]],
)
print(sorted(two_heads.fit(rows, [true["size"], true["kind"]], verbose=0).history))

two_heads.compile(                                                   # 2. dicts, by the names of the outputs
    optimizer="adam",
    loss={"size": "mean_squared_error", "kind": "sparse_categorical_crossentropy"},
    metrics={"size": "mean_absolute_error", "kind": "accuracy"},
)
print(sorted(two_heads.fit(rows, true, verbose=0).history))             # 3. targets by name as well

# %% [markdown]
# The history has an entry for each head's loss and metric, and `loss`, the total.
#
# Which way is safer? **Predict, then run.** Four slips. Which of them does Keras notice?

# %% example
def slip(what, y, **settings):
    """Compile and fit, and print what comes of it."""
    two_heads.compile(optimizer="adam", **settings)
    try:
        two_heads.fit(rows, y, verbose=0)
        print(f"{what}: no complaint\n")
    except Exception as error:
        print(f"{what}: {type(error).__name__}\n    {str(error).splitlines()[0][:110]}\n")


by_name = {"size": "mean_squared_error", "kind": "sparse_categorical_crossentropy"}
slip("a key of the losses misspelt", true, loss={"size": "mean_squared_error", "kimd": "sparse_categorical_crossentropy"})
slip("a key of the targets misspelt", {"size": true["size"], "kimd": true["kind"]}, loss=by_name)
slip("targets in another order", [true["kind"], true["size"].clip(0, 4)], loss=list(by_name.values()))
slip("one flat list of metrics", true, loss=by_name, metrics=["accuracy"])

# %% [markdown]
# Misspelt names stop at once, even where the message is a puzzle. **Lists in another order go through**: sizes are trained as kinds, kinds as sizes. So use names.
#
# The flat `metrics=["accuracy"]` of old tutorials is refused: one entry for each output, or a dict.
#
# ### Exercise 3.2 · Build and compile three heads (4 points)
#
# A house is described by 12 numbers. Build the functional model `house`:
#
# 1. the body: `Dense` 32 `relu`, then `Dense` 16 `relu`,
# 2. on the body three heads, in this order and with these names: `"price"`, a number; `"style"`, one of four classes; `"sold"`, yes or no.
#
# Each head is one `Dense` layer whose activation fits. Compile with `"adam"`. The loss of the price is `"mean_squared_error"`; styles come as whole numbers 0 to 3.
# Choose the other two losses. Watch the accuracy of `style` and of `sold`, and nothing for the price. All losses count alike.
# The learning rate and the other settings of the optimizer are up to you.
#
# <details><summary>Hint 1</summary>
#
# The table in lesson 01: a number has no activation; classes have `softmax`; yes or no has one unit and `sigmoid`. Each brings its loss along.
#
# </details>
# <details><summary>Hint 2</summary>
#
# ```python
# price = layers.Dense(1, name="price")(body)
# style = layers.Dense(4, activation=…, name="style")(body)
# …
# house.compile(
#     optimizer="adam",
#     loss={"price": "mean_squared_error", "style": "sparse_…", "sold": "binary_…"},
#     metrics={"style": "accuracy", "sold": …},
# )
# ```
#
# </details>

# %% solution="house" free="learning rate"
### BEGIN SOLUTION
rooms = keras.Input(shape=(12,))
body = layers.Dense(32, activation="relu")(rooms)
body = layers.Dense(16, activation="relu")(body)
price = layers.Dense(1, name="price")(body)
style = layers.Dense(4, activation="softmax", name="style")(body)
sold = layers.Dense(1, activation="sigmoid", name="sold")(body)
house = keras.Model(rooms, [price, style, sold])
house.compile(
    optimizer="adam",
    loss={"price": "mean_squared_error", "style": "sparse_categorical_crossentropy", "sold": "binary_crossentropy"},
    metrics={"style": "accuracy", "sold": "accuracy"},
)
### END SOLUTION

# %% check="house" points=2
check(
    house,
    expect.inputs(12),
    expect.outputs(1, 4, 1, names=["price", "style", "sold"]),
    expect.compiled(
        optimizer="adam",
        loss=["mean_squared_error", "sparse_categorical_crossentropy", "binary_crossentropy"],
        metrics={"price": [], "style": ["accuracy"], "sold": ["accuracy"]},
        loss_weights=[1, 1, 1],
    ),
    expect.layers(Dense=5),
    points=2,
)

# %% hidden="house" points=2
numbers = keras.Input(shape=(12,))
known = layers.Dense(16, activation="relu")(layers.Dense(32, activation="relu")(numbers))
ends = [layers.Dense(1)(known), layers.Dense(4, activation="softmax")(known), layers.Dense(1, activation="sigmoid")(known)]

houses = np.random.default_rng(4).normal(size=(160, 12)).astype("float32")
prices, styles, sales = houses[:, :3].sum(axis=1), houses[:, :4].argmax(axis=1), (houses[:, 0] > houses[:, 1]).astype("float32")

check(
    house,
    expect.same_graph(keras.Model(numbers, ends)).worth(3).needed(),
    expect.learns(houses, [prices, styles, sales]),
    points=2,
)

# %% [markdown]
# ## 3 · The published model, and a slip
#
# In books the three questions about posts are asked of a large network: 50,000 words, seven layers of convolution and pooling, three heads.
# (The originals guess the writer's age, income and sex. The sizes of the heads are 1, 10 and 1. We keep the sizes to count; in the next section you train a smaller model on the neutral questions above.)
#
# A `Conv1D` slides along the words: 128 filters of length 5 look at five words at a time. `MaxPooling1D(5)` keeps the strongest of five neighbours.
# `GlobalMaxPooling1D` keeps the strongest of *all* places: whatever the length, one row of numbers remains.

# %% example
def published_posts(with_last_block=True):
    """The model of the books, or without its last two convolutions and its global pooling."""
    post = keras.Input(shape=(None,), dtype="int32", name="post")
    x = layers.Embedding(50_000, 256)(post)
    x = layers.Conv1D(128, 5, activation="relu")(x)
    x = layers.MaxPooling1D(5)(x)
    x = layers.Conv1D(256, 5, activation="relu")(x)
    x = layers.Conv1D(256, 5, activation="relu")(x)
    x = layers.MaxPooling1D(5)(x)
    if with_last_block:
        x = layers.Conv1D(256, 5, activation="relu")(x)
        x = layers.Conv1D(256, 5, activation="relu")(x)
        x = layers.GlobalMaxPooling1D()(x)
    x = layers.Dense(128, activation="relu")(x)
    age = layers.Dense(1, name="age")(x)
    income = layers.Dense(10, activation="softmax", name="income")(x)
    gender = layers.Dense(1, activation="sigmoid", name="gender")(x)
    return keras.Model(post, [age, income, gender])


whole = published_posts()
print(f"the whole model: {whole.count_params():,} parameters")
lg.plot(whole)

# %% [markdown]
# **Predict, then run.** One published version forgot the last block: two convolutions and the global pooling. Does it still build? What shape do its heads have?

# %% example
cut = published_posts(with_last_block=False)
print(f"without the last block: {cut.count_params():,} parameters")
for name, output in zip(cut.output_names, cut.outputs):
    print(name, output.shape)

# %% [markdown]
# It builds. `Dense` works on the last axis and leaves the others alone, so **every head answers for each place in the text**: `(None, None, 1)`, an age for every 25 words.
# It even trains, because the one true age is broadcast to all places. Look at the output shapes before you look at the loss.

# %% [markdown]
# ## 4 · The loudest loss wins
#
# The smaller sibling: the same kind of body, on the neutral posts. It averages over all places instead of taking the strongest: the average knows how much of the text is empty, and so how long it takes to read.

# %% example
def small_posts(loss_weights=None):
    """Seconds, topic, question: compiled with these weights, the same start each time."""
    keras.utils.set_random_seed(3)
    post = keras.Input(shape=(60,), dtype="int32", name="post")
    x = layers.Embedding(len(words), 16)(post)
    x = layers.Conv1D(32, 5, activation="relu")(x)
    x = layers.MaxPooling1D(2)(x)
    x = layers.Conv1D(32, 3, activation="relu")(x)
    x = layers.GlobalAveragePooling1D()(x)
    x = layers.Dense(32, activation="relu")(x)
    seconds = layers.Dense(1, name="seconds")(x)
    topic = layers.Dense(10, activation="softmax", name="topic")(x)
    question = layers.Dense(1, activation="sigmoid", name="question")(x)
    model = keras.Model(post, [seconds, topic, question])
    model.compile(
        optimizer=keras.optimizers.Adam(0.005),
        loss={"seconds": "mean_squared_error", "topic": "sparse_categorical_crossentropy", "question": "binary_crossentropy"},
        loss_weights=loss_weights,
        metrics={"seconds": "mean_absolute_error", "topic": "accuracy", "question": "accuracy"},
    )
    return model


untrained = small_posts()
at_start = untrained.evaluate(posts, about, verbose=0, return_dict=True)
shares = {name: at_start[f"{name}_loss"] for name in ("seconds", "topic", "question")}
for name, value in shares.items():
    print(f"{name:<9} loss {value:7.2f}   share of the total {value / sum(shares.values()):5.1%}")

# %% [markdown]
# The losses have different *units*. Seconds squared are large numbers. A guess among ten classes costs ln 10 = 2.3, a coin toss ln 2 = 0.69, however hard you try to be bad.
# So nearly all of the total comes from one head, and the body learns for that head.
#
# Measure it. Once with all weights 1, once with weights that make the three shares equal at the start.

# %% example
import matplotlib.pyplot as plt

balanced = {name: shares["topic"] / value for name, value in shares.items()}
print("balanced weights:", {name: round(weight, 3) for name, weight in balanced.items()})

runs = {}
for title, weights in {"all weights 1": None, "balanced weights": balanced}.items():
    runs[title] = small_posts(weights).fit(posts, about, validation_split=0.2, epochs=8, verbose=0).history

figure, places = plt.subplots(1, 3, figsize=(9, 2.6), layout="constrained")
for place, metric in zip(places, ("seconds_mean_absolute_error", "topic_accuracy", "question_accuracy")):
    for title, history in runs.items():
        place.plot(range(1, 9), history["val_" + metric], label=title)
    place.set(title=metric.replace("_", " "), xlabel="epoch", ylim=(0, 5 if "error" in metric else 1.02))
places[0].legend()
plt.show()

# %% [markdown]
# See the middle and the right: with all weights 1 the topic stays at one in ten and the question at a coin toss. With balanced weights both are learnt.
# See the left: the price is a reading time that is less exact. A weight is a decision about what matters to you.
#
# ### Exercise 3.3 · Decide on the weights (2 points)
#
# Another model has the heads `"price"` (mean squared error), `"style"` and `"sold"`. Before training its losses are 92.0, 1.38 and 0.69. Two colleagues suggest:
#
# - **Design A:** "Leave all weights at 1. The optimizer sorts it out."
# - **Design B:** "Choose weights so that all three heads contribute equally to the total at the start, and leave the weight of `style` at 1."
#
# You have just seen what comes of A. Make the dict `weights` for design B: three names, three numbers (to three digits or better).
#
# <details><summary>Hint 1</summary>
#
# weight × loss must be the same number for all three. `style` says which: 1 × 1.38.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `weights = {"price": 1.38 / …, "style": 1.0, "sold": … / 0.69}`
#
# </details>

# %% solution="weights"
### BEGIN SOLUTION
weights = {"price": 1.38 / 92.0, "style": 1.0, "sold": 1.38 / 0.69}
### END SOLUTION

# %% check="weights" points=1
def three_names(value):
    """a dict with a number for each of the three heads"""
    if not isinstance(value, dict) or set(value) != {"price", "style", "sold"}:
        return "write a dict with the keys price, style and sold"
    return all(isinstance(number, (int, float, np.number)) for number in value.values()) or "each weight is a number"


check(weights, expect.that(three_names).needed(), expect.item("style", expect.value(1.0)), points=1)

# %% hidden="weights" points=1
check(
    weights,
    expect.item("price", expect.value(0.015, tolerance=0.0001)),
    expect.item("sold", expect.value(2.0, tolerance=0.005)),
    points=1,
)

# %% [markdown]
# ### Exercise 3.4 · Write a builder: heads from a list (4 points)
#
# Write the function `with_heads(n_inputs, units, heads)`. It returns a functional model (you need not compile it):
#
# - it reads `n_inputs` numbers with one `Dense` layer of `units` units and `relu`, the body,
# - `heads` is a list of pairs `(name, n)`. For each pair, in that order, a `Dense` head of that name stands on the body:
#   for `n = 1` a number (one unit, no activation), for `n = 2` yes or no (*one* unit, `sigmoid`), for more a class (`n` units, `softmax`).
#
# For example `with_heads(12, 32, [("price", 1), ("style", 4), ("sold", 2)])`.
#
# <details><summary>Hint 1</summary>
#
# Collect the heads in a list, in a loop over the pairs: `for name, n in heads:`. All of them are called on the *same* tensor.
#
# </details>
# <details><summary>Hint 2</summary>
#
# ```python
# for name, n in heads:
#     if n == 1:
#         outputs.append(layers.Dense(1, name=name)(body))
#     elif n == 2:
#         …
# ```
#
# </details>

# %% solution="with_heads"
def with_heads(n_inputs, units, heads):
    """Return a model: n_inputs numbers → one Dense body → a named head for each pair (name, n)."""
    ### BEGIN SOLUTION
    inputs = keras.Input(shape=(n_inputs,))
    body = layers.Dense(units, activation="relu")(inputs)
    outputs = []
    for name, n in heads:
        if n == 1:
            outputs.append(layers.Dense(1, name=name)(body))
        elif n == 2:
            outputs.append(layers.Dense(1, activation="sigmoid", name=name)(body))
        else:
            outputs.append(layers.Dense(n, activation="softmax", name=name)(body))
    return keras.Model(inputs, outputs)
    ### END SOLUTION

# %% check="with_heads" points=2
check(
    with_heads,
    expect.calling(12, 32, [("price", 1), ("style", 4), ("sold", 2)]).gives(
        expect.inputs(12),
        expect.outputs(1, 4, 1, names=["price", "style", "sold"]),
        expect.layers(Dense=4),
    ),
    points=2,
)

# %% hidden="with_heads" points=2
def headed(n_inputs, units, *heads):
    start = keras.Input(shape=(n_inputs,))
    read = layers.Dense(units, activation="relu")(start)
    return keras.Model(start, [layers.Dense(size, activation=activation)(read) for size, activation in heads])


check(
    with_heads,
    expect.calling(9, 7, [("old", 2), ("kind", 3)]).gives(
        expect.same_graph(headed(9, 7, (1, "sigmoid"), (3, "softmax"))), expect.outputs(1, 3, names=["old", "kind"])
    ).worth(2),
    expect.calling(5, 4, [("a", 6), ("b", 1), ("c", 1), ("d", 2)]).gives(
        expect.same_graph(headed(5, 4, (6, "softmax"), (1, None), (1, None), (1, "sigmoid"))),
        expect.outputs(6, 1, 1, 1, names=["a", "b", "c", "d"]),
    ),
    expect.calling(12, 32, [("price", 1), ("style", 4), ("sold", 2)]).gives(
        expect.same_graph(headed(12, 32, (1, None), (4, "softmax"), (1, "sigmoid")))
    ),
    points=2,
)

# %% [markdown]
# ## 5 · Repair the posts
#
# ### Exercise 3.5 · Pool, and put the heads in order (4 points)
#
# Here is a small reader of posts in the style of the published slip. It builds, and it even trains. Your cell holds the code under the name `reader`. Two things are wrong:
#
# - every head answers for each place in the text. Put a `GlobalMaxPooling1D` where it belongs: after the last convolution.
# - the losses are given as a list, and the heads of the model come in another order than the list. The order shall be seconds, topic, question, both in the model and in the losses.
#
# Change nothing else.
#
# <details><summary>Hint 1</summary>
#
# The output shapes shall be (1,), (10,) and (1,). For the order, only the line with `keras.Model` needs to change.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `x = layers.GlobalMaxPooling1D()(x)` before `Dense(32)`, and `keras.Model(post, [seconds, …, …])`.
#
# </details>

# %% solution="reader"
### BEGIN SOLUTION
post = keras.Input(shape=(60,), dtype="int32", name="post")
x = layers.Embedding(135, 16)(post)
x = layers.Conv1D(32, 5, activation="relu")(x)
x = layers.MaxPooling1D(2)(x)
x = layers.Conv1D(32, 3, activation="relu")(x)
x = layers.GlobalMaxPooling1D()(x)
x = layers.Dense(32, activation="relu")(x)
seconds = layers.Dense(1, name="seconds")(x)
topic = layers.Dense(10, activation="softmax", name="topic")(x)
question = layers.Dense(1, activation="sigmoid", name="question")(x)
reader = keras.Model(post, [seconds, topic, question])
reader.compile(optimizer="adam", loss=["mean_squared_error", "sparse_categorical_crossentropy", "binary_crossentropy"])
### END SOLUTION
### BEGIN STUB
# post = keras.Input(shape=(60,), dtype="int32", name="post")
# x = layers.Embedding(135, 16)(post)
# x = layers.Conv1D(32, 5, activation="relu")(x)
# x = layers.MaxPooling1D(2)(x)
# x = layers.Conv1D(32, 3, activation="relu")(x)
# x = layers.Dense(32, activation="relu")(x)
# seconds = layers.Dense(1, name="seconds")(x)
# topic = layers.Dense(10, activation="softmax", name="topic")(x)
# question = layers.Dense(1, activation="sigmoid", name="question")(x)
# reader = keras.Model(post, [topic, seconds, question])
# reader.compile(optimizer="adam", loss=["mean_squared_error", "sparse_categorical_crossentropy", "binary_crossentropy"])
### END STUB

# %% check="reader" points=2
def one_answer_each(model):
    """every head gives one answer for a whole post"""
    shapes = {name: tuple(output.shape[1:]) for name, output in zip(model.output_names, model.outputs)}
    return all(len(shape) == 1 for shape in shapes.values()) or f"the outputs have the shapes {shapes}: the places in the text are still there"


check(
    reader,
    expect.that(one_answer_each).needed(),
    expect.outputs(1, 10, 1, names=["seconds", "topic", "question"]),
    points=2,
)

# %% hidden="reader" points=2
word_numbers = keras.Input(shape=(60,), dtype="int32")
t = layers.Conv1D(32, 5, activation="relu")(layers.Embedding(135, 16)(word_numbers))
t = layers.Conv1D(32, 3, activation="relu")(layers.MaxPooling1D(2)(t))
t = layers.Dense(32, activation="relu")(layers.GlobalMaxPooling1D()(t))
three = [layers.Dense(1)(t), layers.Dense(10, activation="softmax")(t), layers.Dense(1, activation="sigmoid")(t)]

check(
    reader,
    expect.same_graph(keras.Model(word_numbers, three)).needed().worth(3),
    expect.compiled(
        optimizer=keras.optimizers.Adam(),
        loss=["mean_squared_error", "sparse_categorical_crossentropy", "binary_crossentropy"],
        loss_weights=[1, 1, 1],
    ),
    points=2,
)

# %% [markdown]
# ## 6 · A second answer on the way
#
# Will a headline be widely read? The model below reads the headline with an LSTM, joins five facts (a picture? which hour?), and thinks about it in three `Dense` layers.
# The way from the answer back to the LSTM is long. So it gets a second head, right behind the LSTM, that answers the same question from the headline alone: an **auxiliary output**.

# %% example
main_input = keras.Input(shape=(100,), dtype="int32", name="main_input")
x = layers.Embedding(10_000, 512)(main_input)
lstm_out = layers.LSTM(32)(x)
aux_output = layers.Dense(1, activation="sigmoid", name="aux_output")(lstm_out)

aux_input = keras.Input(shape=(5,), name="aux_input")
x = layers.Concatenate()([lstm_out, aux_input])
x = layers.Dense(64, activation="relu")(x)
x = layers.Dense(64, activation="relu")(x)
x = layers.Dense(64, activation="relu")(x)
main_output = layers.Dense(1, activation="sigmoid", name="main_output")(x)

headline = keras.Model([main_input, aux_input], [main_output, aux_output])
headline.compile(
    optimizer="rmsprop",
    loss={"main_output": "binary_crossentropy", "aux_output": "binary_crossentropy"},
    loss_weights={"main_output": 1.0, "aux_output": 0.2},
)
print(f"the headline model: {headline.count_params():,} parameters")
lg.plot(headline)

# %% [markdown]
# The weight 0.2 says: the second answer is there to help. When training is done, you cut the model without it: `keras.Model([main_input, aux_input], main_output)`.
#
# What does it do? Measure it where it acts: at the LSTM. Below is a smaller model of this form, untrained, on 200 headlines. How strongly does each of the two losses pull at the LSTM's weights,
# if the road to the main output has 1, 3, 6, 9 or 12 `Dense` layers?
#
# **Predict, then run.** Which of the two pulls depends on the length of the road?

# %% example
import tensorflow as tf


def pulls_at_the_lstm(depth):
    """The gradient norms of the main and of the auxiliary loss at the LSTM of an untrained model."""
    keras.utils.set_random_seed(1)
    title = keras.Input(shape=(12,), dtype="int32")
    about_it = keras.Input(shape=(5,))
    lstm = layers.LSTM(16)
    read = lstm(layers.Embedding(100, 16)(title))
    early = layers.Dense(1, activation="sigmoid")(read)
    x = layers.Concatenate()([read, about_it])
    for _ in range(depth):
        x = layers.Dense(64, activation="relu")(x)
    model = keras.Model([title, about_it], [layers.Dense(1, activation="sigmoid")(x), early])

    truth = widely_read[:, np.newaxis].astype("float32")
    with tf.GradientTape(persistent=True) as tape:
        losses = [ops.mean(keras.losses.binary_crossentropy(truth, answer)) for answer in model([titles, facts])]
    return [float(tf.linalg.global_norm(tape.gradient(loss, lstm.trainable_variables))) for loss in losses]


depths = (1, 3, 6, 9, 12)
norms = np.array([pulls_at_the_lstm(depth) for depth in depths])

figure, place = plt.subplots(figsize=(6, 2.8), layout="constrained")
place.semilogy(depths, norms[:, 0], marker="o", label="from main_output")
place.semilogy(depths, norms[:, 1], marker="o", label="from aux_output")
place.set(xlabel="Dense layers before the main output", ylabel="gradient norm at the LSTM", xticks=depths)
place.legend()
plt.show()

# %% [markdown]
# See the falling line: over a longer road, less and less of the main loss arrives at the LSTM. The scale is logarithmic: from 1 layer to 12 it loses a factor of more than fifty.
# The auxiliary pull doesn't change. It keeps the reader honest while the rest is still finding its way: what the LSTM notes down must be of use by itself, not only to the layers behind it.
# Whether that makes better answers depends on model and data. Compare with the weight 0 before you keep it. (Lesson 05 has another cure for long roads.)
#
# ### Exercise 3.6 · Build an auxiliary output (3 points)
#
# A help desk wants to know whether a request is *urgent*. Build `ticket`, with two inputs and two outputs, in these orders:
#
# 1. input `"message"`, shape (20,), dtype `"int32"`; then `Embedding` of 500 words with 16 numbers each; then `LSTM` with 12 units,
# 2. on the LSTM: the auxiliary output `"early"`, yes or no,
# 3. input `"sender"`, shape (3,), joined to the LSTM's result (the LSTM's first); then `Dense` 16 `relu`; then the output `"urgent"`, yes or no.
#
# The model's inputs are message, sender; its outputs are urgent, early. Compile with `"adam"` (its learning rate and other settings are up to you)
# and the loss for yes or no on both outputs; `urgent` has the weight 1, `early` 0.3.
#
# <details><summary>Hint 1</summary>
#
# It is the headline model with other sizes and one `Dense` layer instead of three. The LSTM's result is used twice.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `ticket = keras.Model([message, sender], [urgent, early])`, then `ticket.compile(…, loss_weights={"urgent": 1.0, "early": …})`. Where `loss_weights` is given, `loss` is a list or dict with both losses.
#
# </details>

# %% solution="ticket" free="learning rate"
### BEGIN SOLUTION
message = keras.Input(shape=(20,), dtype="int32", name="message")
read = layers.LSTM(12)(layers.Embedding(500, 16)(message))
early = layers.Dense(1, activation="sigmoid", name="early")(read)
sender = keras.Input(shape=(3,), name="sender")
x = layers.Concatenate()([read, sender])
x = layers.Dense(16, activation="relu")(x)
urgent = layers.Dense(1, activation="sigmoid", name="urgent")(x)
ticket = keras.Model([message, sender], [urgent, early])
ticket.compile(
    optimizer="adam",
    loss={"urgent": "binary_crossentropy", "early": "binary_crossentropy"},
    loss_weights={"urgent": 1.0, "early": 0.3},
)
### END SOLUTION

# %% check="ticket" points=1
check(
    ticket,
    expect.inputs(20, 3, names=["message", "sender"]),
    expect.outputs(1, 1, names=["urgent", "early"]),
    points=1,
)

# %% hidden="ticket" points=2
said = keras.Input(shape=(20,), dtype="int32")
by = keras.Input(shape=(3,))
notes = layers.LSTM(12)(layers.Embedding(500, 16)(said))
thought = layers.Dense(16, activation="relu")(layers.Concatenate()([notes, by]))
both = [layers.Dense(1, activation="sigmoid")(thought), layers.Dense(1, activation="sigmoid")(notes)]

check(
    ticket,
    expect.same_graph(keras.Model([said, by], both)),
    expect.compiled(optimizer="adam", loss=["binary_crossentropy", "binary_crossentropy"], loss_weights=[1.0, 0.3]),
    points=2,
)

# %% [markdown]
# ## What you know now
#
# | to do | write |
# | --- | --- |
# | several heads | `keras.Model(inputs, [price, style])`; each head's last layer has `name=…` |
# | a loss for each | `loss={"price": "mean_squared_error", "style": "sparse_categorical_crossentropy"}` |
# | a metric for each | `metrics={"style": "accuracy"}`, never a flat list |
# | targets | `fit(x, {"price": …, "style": …})` |
# | what is made smaller | the sum of weight × loss |
# | weights | `loss_weights={"price": 0.02, "style": 1.0}`; begin with equal shares |
# | a head on the way | an auxiliary output with a small weight; cut it off afterwards |
#
# | you see | look for |
# | --- | --- |
# | an output of shape (None, None, 1) | a missing pooling over the places |
# | one head learns, the others don't | the size of each loss |
# | a head is as good as guessing from the first epoch on | targets in another order than the heads |

# %% [markdown]
# ## In the wild
#
# Lines from published tutorials, and what Keras 3 says to them.

# %% example
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
    print(f"{line}\n    {shorten(answer, 140)}\n")


old("two_heads.compile('adam', loss=['mean_squared_error', 'binary_crossentroypy'])")
two_heads.compile("adam", loss=["mean_squared_error", "binary_crossentroypy"])
old("two_heads.fit(rows, true, verbose=0)")
old("keras.Model(input=inputs, output=[size, kind])")
old("keras.optimizers.RMSprop(lr=0.001)")

# %% [markdown]
# | old line | today |
# | --- | --- |
# | `'binary_crossentroypy'` | `"binary_crossentropy"`. `compile` takes any text; the error comes with `fit` |
# | `metrics=["accuracy"]` for several outputs | `metrics={"topic": "accuracy", "question": "accuracy"}` |
# | `loss="binary_crossentropy", loss_weights=[1.0, 0.2]` | a loss for each output: `loss=["binary_crossentropy", "binary_crossentropy"]` |
# | `Model(input=…, output=[…])` | `Model(inputs, [size, kind])` |
# | `RMSprop(lr=0.001)` | `RMSprop(learning_rate=0.001)` |
#
# **Next:** so far roads met at the end or parted at the end. In lesson 04 they part and meet again in the middle, many times.
