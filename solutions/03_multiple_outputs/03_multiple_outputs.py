# %% [markdown]
# # 03 · One body, several heads
#
# After this lesson you can
#
# - **build** a model that gives several answers of different kinds,
# - **compile** it with a loss, a metric and a weight for each head, by list and by name,
# - **measure** how one large loss holds the others back, and choose weights against it,
# - **add** an auxiliary output, train it, and judge whether it helped,
# - **repair** a model whose every head answers for each time step.
#
# **Time:** about 55 minutes. **You need:** lessons 01 and 02, or this much of them: a layer is a function of tensors, and a model may have several inputs.
#
# **Exercises:** six, for 23 points together. They do not depend on each other.
#
# **Data:** the posts and the headlines are generated word by word; they have something to learn, and they don't read like sentences. The cities are real (GeoNames, CC BY 4.0).

# %% setup
# Is the course not installed here? In a copy of its repository, run this first: %pip install ../..
# Anywhere else: %pip install git+ADDRESS, with the address of the repository.
import numpy as np

import layergraph as lg
from grader.checks import check, expect
from grader.classroom import datasets, heads_stand_on, keras_says, questions_answered

with lg.quiet():
    import keras
from keras import layers, ops

keras.utils.set_random_seed(3)

posts, about, words = datasets.posts(1_500, seed=3)
titles, facts, widely_read = datasets.headlines(200, seed=3)

# %% [markdown]
# ## Three questions, one text
#
# Models so far gave one answer. A library may want two of a novel: its genre *and* the decade in which it was written. A shop may want the price, the style and the fate of a house.
# Here are posts, and three things you may ask about each: how many *seconds* does it take to read, which of ten *topics* is it about, and is it a *question*?

# %% example
for row in range(3):
    text = " ".join(words[number] for number in posts[row] if number)
    print(
        f"{text[:90]}…\n    ", {name: round(values[row].item(), 1) for name, values in about.items()}, "\n"
    )

# %% [markdown]
# You could train three networks. Each would learn to read from scratch, although what one of them has learnt about words may serve the others.
# So: **one body that reads, three heads that answer.** The field calls this **multi-task learning** (Caruana, 1997).

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
# To train, each head needs a loss of its own. But `fit` can make only one number smaller. So Keras adds the losses up:
#
# > **total = weight₁ × loss₁ + weight₂ × loss₂ + …** and every weight is 1 unless you say otherwise.
#
# ### Exercise 3.1 · Fill in the line, predict the total (3 points)
#
# `listener` reads 30 numbers of a recording. It should say how *loud* the recording is (a number) and which of three *moods* it has. The code in your cell runs, but the mood never leaves the model.
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
# A model with three outputs: `keras.Model(inputs, [a, b, c])`. And with the weights 0.5 and 3 and the losses 8 and 0.4, `fit` shows 0.5 × 8 + 3 × 0.4 = 5.2.
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
def the_total(value):
    """the total is the sum of weight × loss"""
    if expect.number().judge(value).status != "met":
        return "type the number itself, such as 12.5"
    if abs(value - 30.8) < 0.05:
        return "this is the sum of the losses as they are: multiply each by its weight first"
    # The right total leaves this remainder: so the cell can check it without telling it.
    return round(100 * float(value)) % 97 == 72 or "multiply each loss by the weight of its head, then add"


def both_read_what_was_heard(model):
    """both heads read the 16 numbers"""
    loud_reads, mood_reads = heads_stand_on(model)
    return (
        loud_reads == mood_reads not in lg.call_graph(model).input_names
        or f"loud reads {loud_reads}, mood reads {mood_reads}: change the last line only"
    )


check(
    {"listener": listener, "predicted_total": predicted_total},
    expect.item(
        "listener", expect.outputs(1, 3, names=["loud", "mood"]).needed(), both_read_what_was_heard
    ),
    expect.item("predicted_total", expect.that(the_total)),
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
# Which way is safer? **Predict, then run.** Five slips. Which of them does Keras notice?

# %% example
def slip(what, y, **settings):
    """Compile and fit, and print what comes of it."""
    two_heads.compile(optimizer="adam", **settings)
    try:
        two_heads.fit(rows, y, verbose=0)
        noticed[what] = "no complaint"
    except Exception as error:
        noticed[what] = f"{type(error).__name__}\n    {str(error).splitlines()[0][:110]}"
    print(f"{what}: {noticed[what]}\n")


noticed = {}
by_name = {"size": "mean_squared_error", "kind": "sparse_categorical_crossentropy"}
slip(
    "a key of the losses misspelt",
    true,
    loss={"size": "mean_squared_error", "kimd": "sparse_categorical_crossentropy"},
)
slip("a key of the targets misspelt", {"size": true["size"], "kimd": true["kind"]}, loss=by_name)
slip("targets in another order", [true["kind"], true["size"]], loss=list(by_name.values()))
slip(
    "the same, with sizes that lie between 0 and 4",
    [true["kind"], true["size"].clip(0, 4)],
    loss=list(by_name.values()),
)
slip("one flat list of metrics", true, loss=by_name, metrics=["accuracy"])

# %% claim="order-goes-through"
quiet = [what for what, said in noticed.items() if said == "no complaint"]
assert quiet == ["the same, with sizes that lie between 0 and 4"]

# %% [markdown]
# Misspelt names stop at once, even where the message is a puzzle. **Lists in another order are noticed only where the numbers don't fit**: a size of −2 is no class, so the loss raises an error.
# Where they do fit, nothing is said: sizes are trained as kinds, kinds as sizes. So use names.
# <!-- claim: order-goes-through -->
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
# Each head is one `Dense` layer whose activation fits. Give the outputs to `keras.Model` as a list in this order (not as a dict). Compile with `"adam"`. The loss of the price is `"mean_squared_error"`; styles come as whole numbers 0 to 3.
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
# The same form for a song, with a tempo and one of six genres:
#
# ```python
# tempo = layers.Dense(1, name="tempo")(body)
# genre = layers.Dense(6, activation="softmax", name="genre")(body)
# song = keras.Model(sound, [tempo, genre])
# song.compile(
#     optimizer="adam",
#     loss={"tempo": "mean_absolute_error", "genre": "sparse_categorical_crossentropy"},
#     metrics={"genre": "accuracy"},
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
    loss={
        "price": "mean_squared_error",
        "style": "sparse_categorical_crossentropy",
        "sold": "binary_crossentropy",
    },
    metrics={"style": "accuracy", "sold": "accuracy"},
)
### END SOLUTION

# %% check="house" points=2
def heads_on_one_body(model):
    """all heads stand on the end of the body"""
    found = heads_stand_on(model)
    told = [f"{name} stands on {below}" for name, below in zip(model.output_names, found)]
    return len(set(found)) == 1 or ", ".join(told)


def activations_that_fit(model):
    """the heads answer with a number, with one of four classes, and with yes or no"""
    found = questions_answered(model)
    told = [f"{name} answers with {question}" for name, question in zip(model.output_names, found)]
    return found == ["a number", "one of 4 classes", "yes or no"] or "; ".join(told)


check(
    house,
    expect.inputs(12),
    expect.outputs(1, 4, 1, names=["price", "style", "sold"]),
    expect.compiled(
        optimizer="adam",
        loss=["mean_squared_error", "sparse_categorical_crossentropy", "binary_crossentropy"],
        metrics=[[], ["accuracy"], ["accuracy"]],
        loss_weights=[1, 1, 1],
    ),
    expect.layers(Dense=5),
    expect.layer("Dense", at=0, units=32, activation="relu"),
    expect.layer("Dense", at=1, units=16, activation="relu"),
    heads_on_one_body,
    activations_that_fit,
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
# In books the three questions about posts are asked of a large network: 50,000 words, eight layers of convolution and pooling, three heads.
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
#
# Does it train? The heads for classes and for yes or no raise an error about shapes. A head that gives a number trains without a word.
# **Predict, then run.** Four posts, and a head that gives the *right* age at each of three places. What should its loss be?

# %% example
ages = np.array([10.0, 20.0, 30.0, 40.0], "float32")
right_everywhere = np.repeat(ages[:, np.newaxis, np.newaxis], 3, axis=1)

head = keras.Sequential([keras.Input(shape=(3, 1)), layers.Identity()])
head.compile(loss="mean_squared_error")
loss_of_the_truth = head.evaluate(right_everywhere, ages, verbose=0)
print("shapes:", ages.shape, "and", right_everywhere.shape)
print("loss:  ", loss_of_the_truth)

# %% claim="truth-has-a-loss"
all_pairs = np.mean((ages[:, np.newaxis] - ages) ** 2)
assert loss_of_the_truth == all_pairs > 0
{"loss": loss_of_the_truth}

# %% [markdown]
# Not 0. The shapes don't match, so they are broadcast: each place of each post is compared with the ages of *all four* posts. Such a model trains without an error, and the best it can learn is to give the average age everywhere.
# <!-- claim: truth-has-a-loss -->
# Look at the output shapes before you look at the loss.

# %% [markdown]
# ## 4 · One large loss holds the others back
#
# Now a smaller relative of that model, on the generated posts. It averages over all places instead of taking the strongest: the average knows how much of the text is empty, and so how long it takes to read.

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
        loss={
            "seconds": "mean_squared_error",
            "topic": "sparse_categorical_crossentropy",
            "question": "binary_crossentropy",
        },
        loss_weights=loss_weights,
        metrics={"seconds": "mean_absolute_error", "topic": "accuracy", "question": "accuracy"},
    )
    return model


untrained = small_posts()
at_start = untrained.evaluate(posts, about, verbose=0, return_dict=True)
start = {name: at_start[f"{name}_loss"] for name in ("seconds", "topic", "question")}
for name, value in start.items():
    print(f"{name:<9} loss {value:7.2f}   share of the total {value / sum(start.values()):5.1%}")

# %% [markdown]
# The losses have different *units*. Seconds squared are large numbers; a cross-entropy begins near the value of uniform guessing, ln 10 = 2.3 for ten classes and ln 2 = 0.69 for two. (It has no upper limit: who is sure of the wrong answer pays more.)
# So nearly all of the total comes from one head.
# <!-- claim: seconds-are-the-total -->
#
# There are two cures, and they are cousins.
#
# - **Standardise the target.** Subtract its mean and divide by its standard deviation, and the squared error begins near 1, whatever the unit. Most of the loss above is just the mean, about ten seconds, which the untrained head doesn't know.
# - **Weigh the losses.** Choose `loss_weights` so that all parts have the same size at the start: weight = 1 / loss, up to a common factor. You need this where you can't touch the targets, or where some answers matter more to you.
#
# Measure both, beside the run without either.

# %% example
import matplotlib.pyplot as plt

EPOCHS = 24
balanced = {name: start["topic"] / value for name, value in start.items()}
print("balanced weights:", {name: round(weight, 3) for name, weight in balanced.items()})

mean, deviation = about["seconds"].mean(), about["seconds"].std()
standardised = {**about, "seconds": (about["seconds"] - mean) / deviation}

runs = {}
for title, targets, weights in (
    ("as it is", about, None),
    ("balanced weights", about, balanced),
    ("standardised target", standardised, None),
):
    runs[title] = (
        small_posts(weights).fit(posts, targets, validation_split=0.2, epochs=EPOCHS, verbose=0).history
    )
error = {title: np.array(run["val_seconds_mean_absolute_error"]) for title, run in runs.items()}
error["standardised target"] *= deviation             # back to seconds

figure, places = plt.subplots(1, 3, figsize=(9, 2.6), layout="constrained")
for title, run in runs.items():
    places[0].plot(range(1, EPOCHS + 1), error[title], label=title)
    places[1].plot(range(1, EPOCHS + 1), run["val_topic_accuracy"])
    places[2].plot(range(1, EPOCHS + 1), run["val_question_accuracy"])
places[0].set(title="seconds: mean error", xlabel="epoch", ylim=(0, 5))
places[1].set(title="topic: accuracy", xlabel="epoch", ylim=(0, 1.02))
places[2].set(title="question: accuracy", xlabel="epoch", ylim=(0, 1.02))
places[0].legend()
plt.show()

# %% claim="seconds-are-the-total"
assert start["seconds"] > 0.9 * sum(start.values())
assert abs(start["topic"] - np.log(10)) < 0.3 and abs(start["question"] - np.log(2)) < 0.3
{"share": start["seconds"] / sum(start.values())}

# %% claim="balance-comes-sooner"
topic_at_8 = {title: run["val_topic_accuracy"][7] for title, run in runs.items()}
assert topic_at_8["as it is"] < 0.3
assert min(topic_at_8["balanced weights"], topic_at_8["standardised target"]) > 0.6
{title.replace(" ", "-"): value for title, value in topic_at_8.items()}

# %% claim="seconds-pay"
assert min(error["balanced weights"][7], error["standardised target"][7]) > error["as it is"][7]
{title.replace(" ", "-"): values[7] for title, values in error.items()}

# %% [markdown]
# Look at the middle. At epoch 8 the topics are still close to guessing where the losses are as they are, and mostly right with either cure.
# <!-- claim: balance-comes-sooner -->
# It is a matter of *when*, not of *whether*: once the seconds are learnt and their loss is small, the other heads get their turn. Who stops early sees only half of it.
#
# Look at the left: the price of either cure is a reading time that is less exact at first. A weight is a decision about what matters to you.
# <!-- claim: seconds-pay -->

# %% [markdown]
# ### Weights in published code
#
# For the posts with age, income and sex, a textbook writes `loss_weights=[0.25, 1., 10.]`. You can now read its reasoning: the squared error of the ages takes values of 3 to 5 when training is under way, the cross-entropy of the sex may be as low as 0.1; 0.25 × 4 and 10 × 0.1 bring both to about 1.
# A metric for a single head goes by its name, too, and may be an object: `metrics={"gender": keras.metrics.AUC()}`.
#
# ### Now with real data
#
# The cities of lesson 02, from GeoNames. This time only the *name* is given, and there are two questions: how far north is the city, in degrees, and in which of ten countries?

# %% setup
cities, new_cities = datasets.cities()


def targets(part):
    """The two answers for each city: degrees north, and the number of its country."""
    return {"latitude": part["latitude"], "country": part["country"]}


def atlas(seed, loss_weights=None):
    """An untrained model with two heads: a name's letters in, the latitude and one of ten countries out."""
    keras.utils.set_random_seed(seed)
    name = keras.Input(shape=(16,), dtype="int32", name="name")
    x = layers.Conv1D(64, 4, activation="relu")(layers.Embedding(27, 16)(name))
    x = layers.Dense(32, activation="relu")(layers.GlobalMaxPooling1D()(x))
    latitude = layers.Dense(1, name="latitude")(x)
    country = layers.Dense(10, activation="softmax", name="country")(x)
    model = keras.Model(name, [latitude, country])
    model.compile(
        optimizer=keras.optimizers.Adam(0.005),
        loss={"latitude": "mean_squared_error", "country": "sparse_categorical_crossentropy"},
        loss_weights=loss_weights,
        metrics={"latitude": "mean_absolute_error", "country": "accuracy"},
    )
    return model


# %% example
for row in range(5):
    country = datasets.COUNTRIES[cities["country"][row]]
    print(f"{datasets.spelt(cities['name'][row]):<18}{cities['latitude'][row]:6.1f}°  {country}")

# %% [markdown]
# ### Exercise 3.3 · Choose the weights, train, conclude (5 points)
#
# The first cell of this section holds `atlas(seed, loss_weights)`, which makes an untrained model, and `targets(part)`, which makes its answers. The input is `cities["name"]`, or `new_cities["name"]`.
#
# 1. Evaluate an untrained `atlas(seed=3)` on the training cities. From its two losses compute the dict `weights` with which both heads contribute equally at the start, the weight of `"country"` being 1.
# 2. Train two models from `seed=3` for 10 epochs with `batch_size=64`: one without weights, one with yours. Put the trained models into the dict `trained` under `"plain"` and `"weighted"`.
# 3. Measure on the new cities how often each names the right country. Put the two numbers, between 0 and 1, into the dict `accuracy` under the same keys.
# 4. A map-maker wants the countries right, and has ten epochs. Assign `"plain"` or `"weighted"` to `choice`.
#
# The check measures both models again. Training takes about twenty seconds. The numbers lie so far apart that another start leads to the same choice.
# <!-- claim: weights-for-countries -->
#
# <details><summary>Hint 1</summary>
#
# `model.evaluate(x, y, verbose=0, return_dict=True)` gives a dict with `"latitude_loss"` and `"country_loss"` before training, and `"country_accuracy"` after. Weight × loss is to be the same number for both heads.
#
# </details>
# <details><summary>Hint 2</summary>
#
# With losses of 50 (price) and 2 (style) and a weight of 1 for the style, the weight of the price is 2 / 50 = 0.04. Section 4 does this for three heads, in the line that makes `balanced`.
#
# </details>

# %% solution="trained"
### BEGIN SOLUTION
before = atlas(seed=3).evaluate(cities["name"], targets(cities), verbose=0, return_dict=True)
weights = {"latitude": before["country_loss"] / before["latitude_loss"], "country": 1.0}
trained, accuracy = {}, {}
for key, chosen in {"plain": None, "weighted": weights}.items():
    trained[key] = atlas(seed=3, loss_weights=chosen)
    trained[key].fit(cities["name"], targets(cities), epochs=10, batch_size=64, verbose=0)
    new = trained[key].evaluate(new_cities["name"], targets(new_cities), verbose=0, return_dict=True)
    accuracy[key] = new["country_accuracy"]
choice = max(accuracy, key=accuracy.get)
### END SOLUTION

# %% check="trained" points=3
def equal_shares(value):
    """with these weights both heads contribute equally at the start"""
    if not isinstance(value, dict) or set(value) != {"latitude", "country"}:
        return "write a dict with the keys latitude and country"
    if not all(expect.number(0).judge(number).status == "met" for number in value.values()):
        return "each weight is a number above 0"
    fresh = atlas(seed=3).evaluate(cities["name"], targets(cities), verbose=0, return_dict=True)
    first, second = (float(value[name]) * fresh[f"{name}_loss"] for name in ("latitude", "country"))
    return (
        abs(first - second) < 0.05 * abs(second)
        or f"weight × loss is {first:.3g} for the latitude and {second:.3g} for the country"
    )


def measured_again(value):
    """each number is how often its model names the right country"""
    if not isinstance(value, dict) or set(value) != {"plain", "weighted"}:
        return "write a dict with the keys plain and weighted"
    for key, number in value.items():
        if expect.number(0, 1).judge(number).status != "met":
            return f"the accuracy of {key!r} is a number between 0 and 1"
        _, country = trained[key].predict(new_cities["name"], verbose=0)
        right = country.argmax(axis=1) == new_cities["country"]
        if expect.measured(right).judge(number).status != "met":
            return (
                f"{key}: you have {number:.3f}, the model in `trained` reaches {np.mean(right):.3f} on "
                "the new cities"
            )
    return True


def follows(answer):
    """the choice follows from your two numbers"""
    if measured_again(answer["accuracy"]) is not True:
        return "get the two accuracies right first"
    better = max(answer["accuracy"], key=answer["accuracy"].get)
    return (
        answer["choice"] == better
        or f"you choose {answer['choice']!r}, and the accuracies are {answer['accuracy']}"
    )


check(
    {"weights": weights, "trained": trained, "accuracy": accuracy, "choice": choice},
    expect.item("weights", expect.that(equal_shares), expect.item("country", expect.value(1.0))),
    expect.item(
        "trained",
        expect.item(
            "weighted",
            expect.accuracy(new_cities["name"], new_cities["country"], at_least=0.42, output="country"),
        ),
    ).worth(2),
    expect.item("accuracy", expect.that(measured_again)).worth(2),
    follows,
    points=3,
)

# %% hidden="trained" points=2
def weighted_as_chosen(model):
    """compiled with the weights that you computed"""
    chosen = [float(weights[name]) for name in ("latitude", "country")]
    return expect.compiled(loss_weights=chosen).judge(model).status == "met"


check(
    {"weights": weights, "trained": trained, "accuracy": accuracy, "choice": choice},
    expect.item(
        "trained",
        expect.item("plain", expect.same_graph(atlas(seed=3)), expect.inputs(16, names=["name"]).worth(0.5), expect.compiled(loss_weights=[1, 1])),
        expect.item("weighted", expect.same_graph(atlas(seed=3)), expect.inputs(16, names=["name"]).worth(0.5), expect.that(weighted_as_chosen)),
    ),
    expect.item("choice", expect.value("weighted")),
    points=2,
)

# %% claim="weights-for-countries"
assert accuracy["weighted"] > accuracy["plain"] + 0.15
accuracy

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
# A loop over pairs that makes named layers, here for inputs instead of heads:
#
# ```python
# starts = []
# for name, width in [("photo", 20), ("label", 12)]:
#     starts.append(keras.Input(shape=(width,), name=name))
# ```
#
# What changes with `n` is the number of units and the activation: two of the three cases have one unit.
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
def on_the_body(model):
    """every head stands on the body"""
    found = heads_stand_on(model)
    told = [f"{name} stands on {below}" for name, below in zip(model.output_names, found)]
    return len(set(found)) == 1 or ", ".join(told)


def answers_with(*wanted):
    def holds(model):
        found = questions_answered(model)
        return found == list(wanted) or f"they answer with: {'; '.join(found)}"

    return expect.that(holds, title=f"the heads answer with {', '.join(wanted)}")


check(
    with_heads,
    expect.calling(12, 32, [("price", 1), ("style", 4), ("sold", 2)]).gives(
        expect.inputs(12),
        expect.outputs(1, 4, 1, names=["price", "style", "sold"]),
        expect.layers(Dense=4),
        expect.layer("Dense", units=32, activation="relu", at=0),
        on_the_body,
        answers_with("a number", "one of 4 classes", "yes or no"),
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
# Here is a small reader of posts in the style of the published slip. It builds. Your cell holds the code under the name `reader`. Its author reports:
#
# - "`reader.output_shape` has three numbers for each head, where I expected two."
# - "`fit(posts, [seconds, topics, questions])`, targets in that order, stops with an error about shapes or ranks. When I took the maximum over all places with a `GlobalMaxPooling1D`, the error changed: now it speaks of labels that are not valid."
#
# The losses are in the right order: seconds, topic, question. Find the two causes, and change nothing else. Where you pool, do it as its author tried: once, with `GlobalMaxPooling1D`, after the last convolution.
#
# <details><summary>Hint 1</summary>
#
# Print `reader.output_shape` after each change: (None, 1), (None, 10) and (None, 1) are wanted, in the order of the losses.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `layers.GlobalMaxPooling1D()` turns (None, 26, 32) into (None, 32). And if a model is `keras.Model(x, [a, b])`, then the first loss of the list belongs to `a`.
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
reader.compile(
    optimizer="adam", loss=["mean_squared_error", "sparse_categorical_crossentropy", "binary_crossentropy"]
)
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
# losses = ["mean_squared_error", "sparse_categorical_crossentropy", "binary_crossentropy"]
# reader.compile(optimizer="adam", loss=losses)
### END STUB

# %% check="reader" points=2
def one_answer_each(model):
    """every head gives one answer for a whole post"""
    shapes = {name: tuple(output.shape[1:]) for name, output in zip(model.output_names, model.outputs)}
    return (
        all(len(shape) == 1 for shape in shapes.values())
        or f"the outputs have the shapes {shapes}: the places in the text are still there"
    )


check(
    reader,
    expect.that(one_answer_each).needed(),
    expect.path("MaxPooling1D", "Conv1D", "GlobalMaxPooling1D", "Dense", "Dense", direct=True).worth(2),
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
# Will a headline be widely read? The model below reads the headline with an LSTM, joins five facts (a picture? which hour?), and adds three `Dense` layers.
# The way from the answer back to the LSTM is long. So it gets a second head, right behind the LSTM, that answers the same question from the headline alone: an **auxiliary output**. GoogLeNet (Szegedy et al., 2015) had two of them.

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
# What does it do? Measure it where it acts: at the LSTM. Below is a smaller model of this form, untrained, on 200 generated headlines. How large is the gradient of each of the two losses at the LSTM's weights,
# if 1, 3, 6, 9 or 12 `Dense` layers lie between it and the main output?
#
# **Predict, then run.** Which of the two gradients depends on the number of layers?

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
        losses = [
            ops.mean(keras.losses.binary_crossentropy(truth, answer)) for answer in model([titles, facts])
        ]
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
# Look at the falling line, and mind the logarithmic scale: through more layers, less and less of the main loss arrives at the LSTM. From 1 layer to 12 it loses a factor of ten or more.
# <!-- claim: main-gradient-fades -->
# The gradient of the auxiliary loss is nearly the same for all. In lesson 05 you meet the effect again, and another cure.
# <!-- claim: auxiliary-gradient-stays -->
#
# Does a larger gradient make better answers? Train it, with the auxiliary weight 0, which switches it off, and with 0.3. Eight `Dense` layers, 400 headlines to learn from, 2,000 new ones to judge by, three starts each.

# %% claim="main-gradient-fades"
assert norms[0, 0] > 10 * norms[-1, 0]
{"factor": norms[0, 0] / norms[-1, 0]}

# %% claim="auxiliary-gradient-stays"
assert norms[:, 1].max() < 2.5 * norms[:, 1].min()
{"factor": norms[:, 1].max() / norms[:, 1].min()}

# %% example
new_titles, new_facts, new_read = datasets.headlines(2_000, seed=4)
many_titles, many_facts, many_read = datasets.headlines(400, seed=5)


def reader_of_headlines(auxiliary_weight, seed):
    """Eight Dense layers between the LSTM and the main output; this weight for the auxiliary one."""
    keras.utils.set_random_seed(seed)
    title = keras.Input(shape=(12,), dtype="int32")
    about_it = keras.Input(shape=(5,))
    read = layers.LSTM(16)(layers.Embedding(100, 16)(title))
    early = layers.Dense(1, activation="sigmoid", name="early")(read)
    x = layers.Concatenate()([read, about_it])
    for _ in range(8):
        x = layers.Dense(64, activation="relu")(x)
    main = layers.Dense(1, activation="sigmoid", name="main")(x)
    model = keras.Model([title, about_it], [main, early])
    model.compile(
        optimizer=keras.optimizers.Adam(0.003),
        loss=["binary_crossentropy", "binary_crossentropy"],
        loss_weights=[1.0, auxiliary_weight],
        metrics=[["accuracy"], ["accuracy"]],
    )
    return model


judged = {}
for weight in (0.0, 0.3):
    for seed in (1, 2, 3):
        model = reader_of_headlines(weight, seed)
        model.fit([many_titles, many_facts], [many_read, many_read], epochs=12, verbose=0)
        new = model.evaluate([new_titles, new_facts], [new_read, new_read], verbose=0, return_dict=True)
        judged.setdefault(weight, []).append((new["main_accuracy"], new["early_accuracy"]))
    main, early = np.transpose(judged[weight])
    print(f"weight {weight}: main {main.round(2)}, auxiliary {early.round(2)}")

# %% claim="auxiliary-weight"
by_weight = {weight: np.mean(pairs, axis=0) for weight, pairs in judged.items()}
assert abs(by_weight[0.0][0] - by_weight[0.3][0]) < 0.06
assert 0.6 < by_weight[0.3][1] < by_weight[0.3][0] - 0.04
apart = abs(by_weight[0.0][0] - by_weight[0.3][0])
between_starts = max(np.ptp([main for main, _ in pairs]) for pairs in judged.values())
assert apart < between_starts + 0.01
{"main-0": by_weight[0.0][0], "main-0.3": by_weight[0.3][0], "early-0.3": by_weight[0.3][1], "apart": apart, "between-starts": between_starts}

# %% [markdown]
# Compare the two rows of main answers: on average they differ by a few hundredths at most, no more than two starts of one and the same model do. Here the stronger gradient at the LSTM buys no accuracy. (With weight 0 nobody trains the auxiliary head, so its numbers mean nothing.)
# What you do get is a second answer, from the headline alone: right about seven times in ten, and clearly less often than the main one, which knows the facts as well.
# <!-- claim: auxiliary-weight -->
# So measure before you keep an auxiliary output, and with more than one start.
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
# A model with inputs `a`, `b` and outputs `c`, `d`: `keras.Model([a, b], [c, d])`, compiled with `loss={"c": "mean_squared_error", "d": "mean_squared_error"}, loss_weights={"c": 1.0, "d": 0.05}`. Where `loss_weights` is given, `loss` is a list or dict with both losses.
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
def yes_or_no_twice(model):
    """both outputs answer yes or no"""
    found = questions_answered(model)
    return found == ["yes or no", "yes or no"] or f"they answer with: {'; '.join(found)}"


check(
    ticket,
    expect.inputs(20, 3, names=["message", "sender"]),
    expect.outputs(1, 1, names=["urgent", "early"]),
    expect.path("Embedding", "LSTM", "Dense", direct=True, output=1),
    expect.path("LSTM", "Concatenate", "Dense", "Dense", direct=True, output=0),
    expect.layers(LSTM=1),
    expect.layer("Dense", units=16, activation="relu"),
    yes_or_no_twice,
    expect.compiled(loss=["binary_crossentropy", "binary_crossentropy"], loss_weights=[1.0, 0.3]),
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
# | one loss is far larger | standardise that target, or `loss_weights={"price": 0.02, "style": 1.0}`; begin with equal shares |
# | a head on the way | an auxiliary output with a small weight; cut it off afterwards |
#
# | you see | look for |
# | --- | --- |
# | an output of shape (None, None, 1) | a missing pooling over the places |
# | one head learns, the others don't yet | the size of each loss |
# | a head is as good as guessing from the first epoch on | targets in another order than the heads |

# %% [markdown]
# ## In the wild
#
# Lines from published tutorials, and what Keras 3 says to them.

# %% example
keras_says("two_heads.compile('adam', loss=['mean_squared_error', 'binary_crossentroypy'])", globals())
two_heads.compile("adam", loss=["mean_squared_error", "binary_crossentroypy"])
keras_says("two_heads.fit(rows, true, verbose=0)", globals())
keras_says("keras.Model(input=inputs, output=[size, kind])", globals())
keras_says("keras.optimizers.RMSprop(lr=0.001)", globals())

# %% [markdown]
# | old line | today |
# | --- | --- |
# | `'binary_crossentroypy'` | `"binary_crossentropy"`. `compile` takes any text; the error comes with `fit` |
# | `metrics=["accuracy"]` for several outputs | `metrics={"topic": "accuracy", "question": "accuracy"}` |
# | `loss="binary_crossentropy", loss_weights=[1.0, 0.2]` | a loss for each output: `loss=["binary_crossentropy", "binary_crossentropy"]` |
# | `Model(input=…, output=[…])` | `Model(inputs, [size, kind])` |
# | `RMSprop(lr=0.001)` | `RMSprop(learning_rate=0.001)` |
#
# **Next:** so far branches joined before the end or split at the end. In lesson 04 they split and join again in the middle, many times.
