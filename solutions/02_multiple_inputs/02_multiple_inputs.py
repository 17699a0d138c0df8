# %% [markdown]
# # 02 · Two readers, one answer
#
# After this lesson you can
#
# - **build** a model that reads several things, each with a reader of its own,
# - **feed** it, by list and by name, and say which mistakes raise no error,
# - **choose** among the eight ways in which roads meet,
# - **measure** what each input contributes,
# - **repair** a model that never looks at one of its inputs.
#
# **Time:** about 50 minutes. **You need:** lesson 01, or this much of it: a layer is a function of tensors, and `keras.Model(inputs, outputs)` finds everything between.
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

keras.utils.set_random_seed(2)

texts, asked, answers, words = datasets.questions(2_500, seed=2)
(images, digits), (new_images, new_digits) = datasets.digits()


def a_number(value):
    """a number is predicted"""
    return isinstance(value, (int, float, np.number)) and not isinstance(value, bool) or "type the number itself, such as 330"


# %% [markdown]
# ## What one road cannot do
#
# In lesson 01 every network had one way in. Now look at this small task: a text, a question, an answer.

# %% example
def say(numbers):
    """The words behind word numbers."""
    return " ".join(words[number] for number in numbers if number)


for row in range(3):
    print(say(texts[row]))
    print("   ", say(asked[row]), "→", words[answers[row]], "\n")

# %% [markdown]
# Hide the text, and you can only guess a colour, a room or a name. Hide the question, and you don't know which of the three facts is wanted.
# A text and a question are different things: other lengths, other words. Each deserves its own reader. And somewhere the two must meet.

# %% [markdown]
# ## 1 · Two roads that meet
#
# The smallest example: three numbers from one place, two from another.

# %% example
left = keras.Input(shape=(3,), name="left")
right = keras.Input(shape=(2,), name="right")
together = layers.Concatenate()([left, right])
outputs = layers.Dense(4)(together)

meeting = keras.Model([left, right], outputs)
lg.plot(meeting)

# %% [markdown]
# Two things are new.
#
# - `Concatenate()` is a layer that is called on a **list** of tensors. It writes them one after the other.
# - `keras.Model` gets a **list** of inputs. Its order is the order in which you will hand in data.
#
# **Predict, then run.** What shape has `together`? How many parameters has the model?

# %% example
print("together:", together.shape)
print("parameters:", meeting.count_params())

# %% [markdown]
# 3 + 2 = 5 numbers. `Concatenate` has nothing to learn, `Dense` has 5 × 4 + 4 = 24.
#
# ### Exercise 2.1 · Fill in the line (3 points)
#
# A shop describes each product by 20 numbers from its photo and 12 numbers from its label. `product` shall sort it into one of five groups.
# The code in your cell runs, but the label is never read.
#
# 1. Change the one line that makes `together`: join `photo` and `label`, the photo first.
# 2. *Before* you run the cell, predict how many parameters `product` has then. Assign that whole number to `predicted_parameters`.
#
# <details><summary>Hint 1</summary>
#
# `together` must have 20 + 12 numbers. `Dense` has inputs × units + units parameters.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `together = layers.Concatenate()([…, …])`, with two pairs of round brackets: the first makes the layer, the second calls it on a list. And 32 × 5 + 5 = …
#
# </details>

# %% solution="product"
### BEGIN SOLUTION
photo = keras.Input(shape=(20,), name="photo")
label = keras.Input(shape=(12,), name="label")
together = layers.Concatenate()([photo, label])
outputs = layers.Dense(5, activation="softmax")(together)
product = keras.Model([photo, label], outputs)
predicted_parameters = 165
### END SOLUTION
### BEGIN STUB
# photo = keras.Input(shape=(20,), name="photo")
# label = keras.Input(shape=(12,), name="label")
# together = photo  # change this line
# outputs = layers.Dense(5, activation="softmax")(together)
# product = keras.Model([photo, label], outputs)
# predicted_parameters = ...  # your number here
### END STUB

# %% check="product" points=2
def both_are_joined(model):
    """photo and label are joined, the photo first"""
    calls = lg.normal_form(lg.call_graph(model)).calls
    joins = [call for call in calls if call.kind == "Concatenate"]
    if len(joins) != 1:
        return f"{len(joins)} joins: call layers.Concatenate() on the list [photo, label]"
    widths = [calls[source].output_shapes[0][-1] for source, _ in joins[0].inputs]
    return widths == [20, 12] or f"joined are rows of {' and '.join(map(str, widths))} numbers, not of 20 and 12: the photo first, then the label"


check(
    {"product": product, "predicted_parameters": predicted_parameters},
    expect.item("product", expect.that(both_are_joined).needed(), expect.inputs(20, 12), expect.outputs(5)),
    expect.item("predicted_parameters", a_number),
    points=2,
)

# %% hidden="product" points=1
front = keras.Input(shape=(20,))
back = keras.Input(shape=(12,))
groups = layers.Dense(5, activation="softmax")(layers.Concatenate()([front, back]))

check(
    {"product": product, "predicted_parameters": predicted_parameters},
    expect.item("product", expect.same_graph(keras.Model([front, back], groups))),
    expect.item("predicted_parameters", expect.value(165)),
    points=1,
)

# %% [markdown]
# ## 2 · Reading words
#
# A network reads numbers, so every word has a number. But word 33 is not three times word 11. An **embedding** turns each number into a row of its own:
# it is a table with one row for each word, and it learns the rows.

# %% example
table = layers.Embedding(len(words), 4)
print("numbers:", texts[0, :3])
print("rows:\n", ops.convert_to_numpy(table(texts[:1, :3]))[0].round(2))
print("parameters:", len(words), "words ×", 4, "=", table.count_params())

# %% [markdown]
# An **LSTM** reads those rows, first to last, and keeps what it needs in mind. Only its last state leaves the layer. So a text of any length becomes a fixed number of numbers.
#
# Now the whole machine, in the size in which textbooks show it: 10,000 words in the texts, 10,000 in the questions, and 500 possible answers.
# The lengths are free: `shape=(None,)`.

# %% example
text = keras.Input(shape=(None,), dtype="int32", name="text")
text_rows = layers.Embedding(10_000, 64)(text)
text_notes = layers.LSTM(32)(text_rows)

question = keras.Input(shape=(None,), dtype="int32", name="question")
question_rows = layers.Embedding(10_000, 32)(question)
question_notes = layers.LSTM(16)(question_rows)

together = layers.Concatenate()([text_notes, question_notes])
answer = layers.Dense(500, activation="softmax")(together)

reader = keras.Model([text, question], answer)
lg.plot(reader)

# %% [markdown]
# **Predict, then run.** Which of the five layers with weights is the largest?

# %% example
for layer in reader.layers:
    if layer.count_params():
        print(f"{type(layer).__name__:<12}{layer.count_params():>10,}")
print("width where they meet:", together.shape[-1])
print(f"the reader: {reader.count_params():,} parameters")

# %% [markdown]
# The text's table: 10,000 × 64. Nearly all parameters of a reading network sit in its tables. The LSTM of the text has 4 × ((64 + 32) × 32 + 32) = 12,416: four small `Dense`
# layers, each of which reads the new row (64) and what it has in mind (32).
#
# **Predict, then run.** The question now gets the same reader as the text: 64 numbers for each word, 32 units. How wide is the join? Does the count double?

# %% example
def published_reader(question_size, question_units):
    """The model above, with another reader for the question."""
    text = keras.Input(shape=(None,), dtype="int32", name="text")
    question = keras.Input(shape=(None,), dtype="int32", name="question")
    text_notes = layers.LSTM(32)(layers.Embedding(10_000, 64)(text))
    question_notes = layers.LSTM(question_units)(layers.Embedding(10_000, question_size)(question))
    together = layers.Concatenate()([text_notes, question_notes])
    print("width where they meet:", together.shape[-1])
    return keras.Model([text, question], layers.Dense(500, activation="softmax")(together))


print(f"two equal readers: {published_reader(64, 32).count_params():,} parameters")

# %% [markdown]
# Two readers of one kind, but still *two*: each has its own weights. In lesson 06 one reader will do both.
#
# ### Exercise 2.2 · Build two readers (4 points)
#
# A shop wants to know whether a customer will come back. It has the customer's last review, as 40 word numbers out of a vocabulary of 2,000,
# and four numbers about the order. Build the functional model `customer`:
#
# 1. an input named `"review"`, shape (40,), dtype `"int32"`; then `Embedding` with 24 numbers for each word, then `LSTM` with 20 units,
# 2. an input named `"order"`, shape (4,); then `Dense` with 8 units and `relu`,
# 3. both joined, the review first; then `Dense` with one unit and `sigmoid`.
#
# The inputs of the model come in this order. Compile it with `"adam"` (its learning rate and other settings are up to you), the loss for a yes-or-no question, and the metric `"accuracy"`.
#
# <details><summary>Hint 1</summary>
#
# Write the two roads apart, each with tensors of its own name. Only `Concatenate` sees both.
#
# </details>
# <details><summary>Hint 2</summary>
#
# ```python
# review = keras.Input(shape=(40,), dtype="int32", name="review")
# notes = layers.LSTM(20)(layers.Embedding(2_000, …)(review))
# order = …
# facts = layers.Dense(8, activation="relu")(…)
# chance = layers.Dense(1, activation="sigmoid")(layers.Concatenate()([notes, …]))
# customer = keras.Model([review, …], chance)
# customer.compile(optimizer="adam", loss="binary_…", metrics=["accuracy"])
# ```
#
# </details>

# %% solution="customer" free="learning rate"
### BEGIN SOLUTION
review = keras.Input(shape=(40,), dtype="int32", name="review")
notes = layers.Embedding(2_000, 24)(review)
notes = layers.LSTM(20)(notes)
order = keras.Input(shape=(4,), name="order")
facts = layers.Dense(8, activation="relu")(order)
together = layers.Concatenate()([notes, facts])
chance = layers.Dense(1, activation="sigmoid")(together)
customer = keras.Model([review, order], chance)
customer.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
### END SOLUTION

# %% check="customer" points=2
check(
    customer,
    expect.inputs(40, 4, dtype=["int32", "float32"], names=["review", "order"]),
    expect.outputs(1),
    expect.layers(Embedding=1, LSTM=1, Concatenate=1, Dense=2),
    expect.compiled(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"]),
    points=2,
)

# %% hidden="customer" points=2
words_in = keras.Input(shape=(40,), dtype="int32")
facts_in = keras.Input(shape=(4,))
read = layers.LSTM(20)(layers.Embedding(2_000, 24)(words_in))
known = layers.Dense(8, activation="relu")(facts_in)
likely = layers.Dense(1, activation="sigmoid")(layers.Concatenate()([read, known]))

reviews, orders = np.random.default_rng(4).integers(1, 2_000, (160, 40)), np.random.default_rng(5).normal(size=(160, 4)).astype("float32")
came_back = (orders[:, 0] + (reviews[:, -1] > 1_000) > 0.5).astype("float32")

check(
    customer,
    expect.same_graph(keras.Model([words_in, facts_in], likely)).worth(3).needed(),
    expect.learns([reviews, orders], came_back),
    points=2,
)

# %% [markdown]
# ## 3 · Feeding two inputs
#
# For the texts of this lesson a smaller reader is enough. All of them together have 45 word numbers, and the answer is one of these.

# %% example
def small_reader(text_length=18, question_length=6):
    """Two readers for word numbers below 45."""
    text = keras.Input(shape=(text_length,), dtype="int32", name="text")
    question = keras.Input(shape=(question_length,), dtype="int32", name="question")
    text_notes = layers.LSTM(32)(layers.Embedding(45, 32)(text))
    question_notes = layers.LSTM(16)(layers.Embedding(45, 16)(question))
    answer = layers.Dense(45, activation="softmax")(layers.Concatenate()([text_notes, question_notes]))
    model = keras.Model([text, question], answer)
    model.compile(optimizer=keras.optimizers.Adam(0.03), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


keras.utils.set_random_seed(2)
trained = small_reader()
both = trained.fit({"text": texts, "question": asked}, answers, validation_split=0.2, epochs=10, batch_size=128, verbose=0)

print("accuracy on new texts:", round(both.history["val_accuracy"][-1], 2))

# %% [markdown]
# `fit` took a **dict**: the keys are the names of the inputs. A **list** in the order of `keras.Model([text, question], …)` does the same.

# %% example
by_name = trained.predict({"question": asked[-5:], "text": texts[-5:]}, verbose=0)
by_list = trained.predict([texts[-5:], asked[-5:]], verbose=0)
print("the same answers:", np.array_equal(by_name, by_list), "\n")

for row, best in zip(range(-5, 0), by_name.argmax(axis=1)):
    print(say(texts[row]), "|", say(asked[row]), "→", words[best])

# %% [markdown]
# In the dict the question stood first, and nothing changed: names have no order.
#
# ### Does it use both?
#
# A model with two inputs can be right by one of them alone. Measure it: hide one input at a time behind zeros, and train anew.
#
# **Predict, then run.** A text tells three facts, and a question asks for one of them, which can take six values.
# How often can you be right with the text alone? With the question alone?

# %% example
import matplotlib.pyplot as plt

curves = {"text and question": both.history["val_accuracy"]}
for name, inputs in {"text alone": [texts, 0 * asked], "question alone": [0 * texts, asked]}.items():
    keras.utils.set_random_seed(2)
    curves[name] = small_reader().fit(inputs, answers, validation_split=0.2, epochs=10, batch_size=128, verbose=0).history["val_accuracy"]

figure, place = plt.subplots(figsize=(6, 2.8), layout="constrained")
for name, values in curves.items():
    place.plot(range(1, 11), values, label=f"{name}: {values[-1]:.2f}")
place.set(xlabel="epoch", ylabel="accuracy on new texts", ylim=(0, 1.02))
place.legend(loc="center right")
plt.show()

# %% [markdown]
# See the two lower curves: the text alone gets stuck near 1/3, the question alone near 1/6 (on 500 new texts, chance adds or takes a little). Only together do they know. Make this little measurement whenever you have several inputs.
# An input that adds nothing costs parameters and hides a mistake.
#
# ### Swapped, and no error
#
# If two inputs have different shapes, a list in the wrong order should be refused. **Predict, then run:** a fresh model and the trained one.

# %% example
for name, model in {"a fresh model:  ": small_reader(), "the trained one:": trained}.items():
    try:
        model.predict([asked[:4], texts[:4]], verbose=0)
        print(name, "no complaint")
    except ValueError as error:
        print(name, type(error).__name__, "-", str(error).splitlines()[0])

# %% [markdown]
# The fresh model refuses. The trained one has already run with other numbers of rows and takes shapes less strictly: don't rely on that error.
#
# And with `shape=(None,)`, as in the published model, any length fits. **Predict, then run:** the same weights, free lengths, and the list the wrong way round.

# %% example
free = small_reader(text_length=None, question_length=None)
free.set_weights(trained.get_weights())

for name, inputs in {"text, question": [texts, asked], "question, text": [asked, texts]}.items():
    print(f"{name}: accuracy", round(free.evaluate(inputs, answers, verbose=0, return_dict=True)["accuracy"], 2))

# %% [markdown]
# No error, and nonsense. The same happens in `fit`: it trains the text's reader on questions. **Feed by name**, and the order can't go wrong. A misspelt name is refused at once:

# %% example
try:
    free.predict({"text": texts[:4], "qestion": asked[:4]}, verbose=0)
except ValueError as error:
    print(type(error).__name__, "-", str(error).splitlines()[0])

# %% [markdown]
# ### Exercise 2.3 · Feed by name (2 points)
#
# Someone else's model reads two inputs, named `"text"` and `"question"`, and has free lengths. It shall answer the last eight questions of this lesson.
# Make the dict `batch` that you would give to its `predict`: the last eight rows of `texts` and of `asked`, each under its name.
#
# <details><summary>Hint 1</summary>
#
# The last eight rows of an array `a` are `a[-8:]`.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `batch = {"text": …, "question": asked[-8:]}`
#
# </details>

# %% solution="batch"
### BEGIN SOLUTION
batch = {"text": texts[-8:], "question": asked[-8:]}
### END SOLUTION

# %% check="batch" points=1
def names(value):
    """a dict with the two names"""
    if not isinstance(value, dict):
        return f"this is a {type(value).__name__}: write a dict, with the names of the inputs as keys"
    return set(value) == {"text", "question"} or f"the keys are {sorted(map(str, value))}"


def eight_rows_each(value):
    """eight rows under each name"""
    rows = {str(name): len(array) for name, array in value.items()}
    return set(rows.values()) == {8} or f"rows: {rows}"


check(batch, expect.that(names).needed(), eight_rows_each, points=1)

# %% hidden="batch" points=1
check(
    batch,
    expect.item("text", expect.array(texts[-8:])),
    expect.item("question", expect.array(asked[-8:])),
    points=1,
)

# %% [markdown]
# ## 4 · Eight ways to meet
#
# `Concatenate` is one of eight layers that take several tensors. Keras layers also work on plain numbers, so you can watch them.

# %% example
a = np.array([[1.0, 2.0, 3.0]])
b = np.array([[10.0, 20.0, 2.0]])

meetings = {
    "Concatenate": layers.Concatenate(),
    "Add": layers.Add(),
    "Average": layers.Average(),
    "Maximum": layers.Maximum(),
    "Minimum": layers.Minimum(),
    "Multiply": layers.Multiply(),
    "Subtract": layers.Subtract(),
    "Dot": layers.Dot(axes=1),
}
for name, layer in meetings.items():
    print(f"{name:<12}", ops.convert_to_numpy(layer([a, b]))[0].tolist())

# %% [markdown]
# Which one is right depends on what the numbers mean. `Concatenate` keeps everything and knows who said what. `Add` and `Average` need both roads to speak of the *same* three things.
# `Subtract` asks for the difference, `Dot` for the agreement.
#
# **Predict, then run.** Now three numbers meet *four*, and then *one*. Who complains?

# %% example
three, same, four, one = (keras.Input(shape=(size,)) for size in (3, 3, 4, 1))


def attempt(layer, tensors):
    """The shape of the result without the batch axis, or the error's name."""
    fresh = type(layer).from_config(layer.get_config())
    try:
        return str(fresh(tensors).shape[1:])
    except ValueError as error:
        return type(error).__name__


print(f"{'':<12} {'(3,) (3,)':<12}{'(3,) (4,)':<12}{'(3,) (1,)':<12}")
for name, layer in meetings.items():
    print(f"{name:<12}", *(f"{attempt(layer, [three, other]):<11}" for other in (same, four, one)))

# %% [markdown]
# Three and four: only `Concatenate` takes them, all others refuse. Good: an error is a friend.
#
# Now the last column. `Concatenate` gives 4 numbers and `Dot` refuses. But the other six make **three out of three and one, without a word**: they *broadcast*.
# The single number is used three times.

# %% example
c = np.array([[100.0]])
print("Add      ", ops.convert_to_numpy(layers.Add()([a, c]))[0].tolist())
print("Multiply ", ops.convert_to_numpy(layers.Multiply()([a, c]))[0].tolist())

# %% [markdown]
# Sometimes you want that, for instance to make all numbers of a road louder or softer by one factor. More often a road was meant to end in three numbers and ends in one.
# The model builds, trains and is worse, and nobody tells you. Print the shapes on both sides before you add.
#
# ### Exercise 2.4 · Write a builder: any number of readers (4 points)
#
# Write the function `many_readers(widths, units, n_classes)`. It returns a functional model (you need not compile it) that
#
# - has one input of shape `(width,)` for each number in the list `widths`, in that order; there are at least two,
# - reads each input with a `Dense` layer of its own: `units` units, `relu`,
# - joins all readings, in the same order,
# - ends in `Dense(n_classes, activation="softmax")`.
#
# <details><summary>Hint 1</summary>
#
# Collect two lists in one loop: the inputs, which `keras.Model` needs, and the readings, which `Concatenate` needs.
#
# </details>
# <details><summary>Hint 2</summary>
#
# ```python
# inputs = [keras.Input(shape=(width,)) for width in widths]
# readings = [layers.Dense(units, …)(tensor) for tensor in inputs]
# ```
#
# </details>

# %% solution="many_readers"
def many_readers(widths, units, n_classes):
    """Return a model: several rows of numbers → one Dense reader each → joined → one of n_classes."""
    ### BEGIN SOLUTION
    inputs = [keras.Input(shape=(width,)) for width in widths]
    readings = [layers.Dense(units, activation="relu")(tensor) for tensor in inputs]
    together = layers.Concatenate()(readings)
    outputs = layers.Dense(n_classes, activation="softmax")(together)
    return keras.Model(inputs, outputs)
    ### END SOLUTION

# %% check="many_readers" points=2
check(
    many_readers,
    expect.calling([4, 6], 8, 3).gives(expect.inputs(4, 6), expect.outputs(3), expect.parameters(147)),
    expect.calling([5, 5, 5], 2, 4).gives(expect.inputs(5, 5, 5), expect.layers(Dense=4, Concatenate=1)),
    points=2,
)

# %% hidden="many_readers" points=2
def joined(widths, units, n_classes):
    starts = [keras.Input(shape=(width,)) for width in widths]
    read = layers.Concatenate()([layers.Dense(units, activation="relu")(start) for start in starts])
    return keras.Model(starts, layers.Dense(n_classes, activation="softmax")(read))


check(
    many_readers,
    expect.calling([3, 3], 7, 2).gives(expect.same_graph(joined([3, 3], 7, 2))),
    expect.calling([4, 6], 8, 3).gives(expect.same_graph(joined([4, 6], 8, 3))),
    expect.calling([5, 5, 5], 2, 4).gives(expect.same_graph(joined([5, 5, 5], 2, 4))),
    expect.calling([9, 2, 6, 2], 5, 10).gives(expect.same_graph(joined([9, 2, 6, 2], 5, 10))),
    points=2,
)

# %% [markdown]
# ## 5 · An image and a vector
#
# Two inputs need not be of one kind. Take a handwritten digit, and two numbers: a lower and an upper limit. The question: *does the digit lie between the limits?*
# The image alone can't tell, the limits alone can't tell either.

# %% example
def limits_for(digits, seed):
    """Two random limits for each digit, in tenths, and whether the digit lies between them."""
    pairs = np.sort(np.random.default_rng(seed).integers(0, 10, (len(digits), 2)), axis=1)
    between = (pairs[:, 0] <= digits) & (digits <= pairs[:, 1])
    return (pairs / 10).astype("float32"), between.astype("int64")


limits, between = limits_for(digits, seed=3)
new_limits, new_between = limits_for(new_digits, seed=4)

figure, places = plt.subplots(1, 5, figsize=(8, 1.9), layout="constrained")
for place, image, (low, high), yes in zip(places, images, limits, between):
    place.imshow(image[:, :, 0], cmap="gray_r")
    place.set_title(f"{low * 10:.0f} to {high * 10:.0f}: {'yes' if yes else 'no'}", fontsize=10)
    place.axis("off")
plt.show()

# %% [markdown]
# An image has shape (8, 8, 1), the limits (2,). `Concatenate` can't join those: every axis but the joined one must agree.

# %% example
image = keras.Input(shape=(8, 8, 1), name="image")
limit = keras.Input(shape=(2,), name="limits")
try:
    layers.Concatenate()([image, limit])
except ValueError as error:
    print(type(error).__name__, "-", error)

# %% [markdown]
# So each road first makes a row of numbers. That is what readers are for: **different things in, rows of numbers out, join.**

# %% example
def make_judge():
    """An image and two limits in, yes or no out. The same start each time."""
    keras.utils.set_random_seed(2)
    image = keras.Input(shape=(8, 8, 1), name="image")
    limit = keras.Input(shape=(2,), name="limits")
    pixels = layers.Dense(32, activation="relu")(layers.Flatten()(image))
    bounds = layers.Dense(16, activation="relu")(limit)
    x = layers.Dense(32, activation="relu")(layers.Concatenate()([pixels, bounds]))
    model = keras.Model([image, limit], layers.Dense(1, activation="sigmoid", name="between")(x))
    model.compile(optimizer=keras.optimizers.Adam(0.005), loss="binary_crossentropy", metrics=["accuracy"])
    return model


lg.plot(make_judge())

# %% example
results = {}
for name, inputs, new_inputs in (
    ("image and limits", [images, limits], [new_images, new_limits]),
    ("image alone", [images, 0 * limits], [new_images, 0 * new_limits]),
    ("limits alone", [0 * images, limits], [0 * new_images, new_limits]),
):
    judge = make_judge()
    judge.fit(inputs, between, epochs=12, batch_size=32, verbose=0)
    results[name] = judge.evaluate(new_inputs, new_between, verbose=0, return_dict=True)["accuracy"]

figure, place = plt.subplots(figsize=(6, 1.8), layout="constrained")
bars = place.barh(list(results), list(results.values()))
place.bar_label(bars, fmt="%.2f", padding=3)
place.axvline(1 - new_between.mean(), color="grey", linestyle=":")
place.set(xlabel="accuracy on new digits (dotted: always no)", xlim=(0, 1))
place.invert_yaxis()
plt.show()

# %% [markdown]
# See the longest bar: both together are clearly better than either alone. The limits alone beat the dotted line, because wide limits are likelier to hold a digit.
#
# ## 6 · A road that is never taken
#
# Here is the reader once more, as someone published it. **Look at the picture before you read on.** What is odd?

# %% example
text = keras.Input(shape=(18,), dtype="int32", name="text")
question = keras.Input(shape=(6,), dtype="int32", name="question")
text_notes = layers.LSTM(32)(layers.Embedding(45, 32)(text))
question_notes = layers.LSTM(16)(layers.Embedding(40, 16)(text))
together = layers.Concatenate()([text_notes, question_notes])
answer = layers.Dense(45, activation="softmax")(together)
published = keras.Model([question, text], answer)

lg.plot(published)

# %% [markdown]
# The question ends in nothing. Its reader was called on `text`. Keras doesn't mind: an input that leads nowhere is allowed. The count, the shapes and the summary are all as they should be.
#
# It isn't the only slip. The table of the question has 40 rows, but the vocabulary has 45 words:

# %% example
lookup = keras.Sequential([keras.Input(shape=(6,), dtype="int32"), layers.Embedding(40, 16)])
print("largest word number:", asked.max())
try:
    lookup.predict(asked, verbose=0)
except Exception as error:
    print(type(error).__name__, "-", next(line for line in str(error).splitlines() if "indices" in line)[-48:])

# %% [markdown]
# On a CPU you get this error, as soon as a word beyond the table comes along. On a GPU you get zeros and no error. So the rule: **the first number of `Embedding` is the largest word number + 1.**
#
# ### Exercise 2.5 · Repair it (4 points)
#
# Your cell holds the published code under the name `repaired`. Three things are wrong in it. Repair them, and change nothing else:
#
# - each reader reads its own input,
# - both tables fit a vocabulary of 45,
# - the model's inputs come in the order text, question.
#
# <details><summary>Hint 1</summary>
#
# Follow each input to the place where the roads meet. Then read the numbers in the two `Embedding` layers, and the last line.
#
# </details>
# <details><summary>Hint 2</summary>
#
# The question's reader is `layers.LSTM(16)(layers.Embedding(45, 16)(…))`. The last line begins `repaired = keras.Model([text, …`.
#
# </details>

# %% solution="repaired"
### BEGIN SOLUTION
text = keras.Input(shape=(18,), dtype="int32", name="text")
question = keras.Input(shape=(6,), dtype="int32", name="question")
text_notes = layers.LSTM(32)(layers.Embedding(45, 32)(text))
question_notes = layers.LSTM(16)(layers.Embedding(45, 16)(question))
together = layers.Concatenate()([text_notes, question_notes])
answer = layers.Dense(45, activation="softmax")(together)
repaired = keras.Model([text, question], answer)
### END SOLUTION
### BEGIN STUB
# text = keras.Input(shape=(18,), dtype="int32", name="text")
# question = keras.Input(shape=(6,), dtype="int32", name="question")
# text_notes = layers.LSTM(32)(layers.Embedding(45, 32)(text))
# question_notes = layers.LSTM(16)(layers.Embedding(40, 16)(text))
# together = layers.Concatenate()([text_notes, question_notes])
# answer = layers.Dense(45, activation="softmax")(together)
# repaired = keras.Model([question, text], answer)
### END STUB

# %% check="repaired" points=2
def no_input_leads_nowhere(model):
    """every input is read"""
    graph = lg.call_graph(model)
    used = {source for call in graph.calls for source, _ in call.inputs}
    idle = [name for (index, _), name in zip(graph.inputs, graph.input_names) if index not in used]
    return not idle or f"nothing reads {', '.join(idle)}: which tensor does its reader get?"


check(
    repaired,
    expect.that(no_input_leads_nowhere).needed(),
    expect.inputs(18, 6, names=["text", "question"]),
    expect.layer("Embedding", input_dim=45, count=2),
    points=2,
)

# %% hidden="repaired" points=2
text_in = keras.Input(shape=(18,), dtype="int32")
question_in = keras.Input(shape=(6,), dtype="int32")
text_read = layers.LSTM(32)(layers.Embedding(45, 32)(text_in))
question_read = layers.LSTM(16)(layers.Embedding(45, 16)(question_in))
both_read = layers.Concatenate()([text_read, question_read])

check(
    repaired,
    expect.same_graph(keras.Model([text_in, question_in], layers.Dense(45, activation="softmax")(both_read))),
    points=2,
)

# %% [markdown]
# ## 7 · Which meeting?
#
# A shop compares two offers, each described by 12 numbers. A network shall say *how much more the first one costs than the second*.
# Then one thing must hold whatever the weights are, trained or not: **swap the offers, and the answer changes its sign and nothing else.**
# Two colleagues suggest:
#
# - **Design A:** `Concatenate`, then `Dense(1)` without activation. "It keeps everything, so it can learn the rest."
# - **Design B:** `Subtract`, the first offer minus the second, then `Dense(1, use_bias=False)` without activation.
#
# ### Exercise 2.6 · Decide, and build (3 points)
#
# Decide which design keeps the promise. Build it as `price_gap`: two inputs of 12 numbers each, the first offer first, and one output. You need not compile it.
# Then predict how many parameters the *other* design has, the one you did not choose. Assign the number to `other_parameters`.
#
# <details><summary>Hint 1</summary>
#
# In design A each of the 24 numbers has a weight of its own. What makes the weight for the first offer's size the opposite of that for the second's? And what does a bias do when the sign must change?
#
# </details>
# <details><summary>Hint 2</summary>
#
# `difference = layers.Subtract()([first, second])`, then a `Dense` on it with `use_bias=False`. The other design: 24 × 1 weights and a bias.
#
# </details>

# %% solution="price_gap"
### BEGIN SOLUTION
first = keras.Input(shape=(12,), name="first")
second = keras.Input(shape=(12,), name="second")
difference = layers.Subtract()([first, second])
price_gap = keras.Model([first, second], layers.Dense(1, use_bias=False)(difference))
other_parameters = 25
### END SOLUTION

# %% check="price_gap" points=1
check(
    {"price_gap": price_gap, "other_parameters": other_parameters},
    expect.item("price_gap", expect.inputs(12, 12), expect.outputs(1)),
    expect.item("other_parameters", a_number),
    points=1,
)

# %% hidden="price_gap" points=2
def swapping_changes_the_sign(model):
    """swap the offers, and the answer changes its sign, whatever the weights are"""
    draw = np.random.default_rng(7)
    model.set_weights([draw.normal(size=weight.shape) for weight in model.get_weights()])
    one, two = draw.normal(size=(2, 16, 12)).astype("float32")
    there, back = (ops.convert_to_numpy(model([ops.convert_to_tensor(x) for x in pair])) for pair in ((one, two), (two, one)))
    if np.abs(there).max() < 1e-6:
        return "the answer is always 0"
    if not np.allclose(there, -back, atol=1e-4):
        return f"the answer was {there[0, 0]:.2f}, and {back[0, 0]:.2f} with the offers swapped"
    far = ops.convert_to_numpy(model([ops.convert_to_tensor(100 * one), ops.convert_to_tensor(100 * two)]))
    return bool(np.allclose(far, 100 * there, rtol=1e-3, atol=0.1)) or "the answer is squeezed: leave the activation out"


a_dozen = keras.Input(shape=(12,))
another = keras.Input(shape=(12,))
gap = keras.Model([a_dozen, another], layers.Dense(1, use_bias=False)(layers.Subtract()([a_dozen, another])))


def gap_of_prices(use_bias):
    """Design B with the layer called on each offer first, which is the same: (a − b)·w = a·w − b·w."""
    price = layers.Dense(1, use_bias=use_bias)
    return keras.Model([a_dozen, another], layers.Subtract()([price(a_dozen), price(another)]))


check(
    {"price_gap": price_gap, "other_parameters": other_parameters},
    expect.item(
        "price_gap",
        expect.that(swapping_changes_the_sign).worth(2),
        expect.same_graph(gap, gap_of_prices(False), gap_of_prices(True)),
    ).worth(3),
    expect.item("other_parameters", expect.value(25)).worth(1),
    points=2,
)

# %% [markdown]
# ## What you know now
#
# | the roads | meet in | result of (3,) and (3,) | (3,) and (4,) | (3,) and (1,) |
# | --- | --- | --- | --- | --- |
# | say different things | `Concatenate` | (6,) | (7,) | (4,) |
# | say the same things | `Add`, `Average`, `Maximum`, `Minimum`, `Multiply` | (3,) | error | (3,), **silently** |
# | are to be compared | `Subtract` (exactly two) | (3,) | error | (3,), **silently** |
# | should agree | `Dot` | (1,) | error | error |
#
# | to do | write |
# | --- | --- |
# | several inputs | `keras.Model([text, question], answer)` |
# | feed by list | `fit([texts, asked], answers)`, in the model's order |
# | feed by name (safer) | `fit({"text": texts, "question": asked}, answers)`, names from `keras.Input(name=…)` |
# | words | `Embedding(largest word number + 1, size)`, words × size parameters |
# | what does each input add? | hide it behind zeros, train anew, compare |

# %% [markdown]
# ## In the wild
#
# Lines from published tutorials, and what Keras 3 says to them.

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


old("layers.Embedding(10_000, 64, input_length=100)")
old("layers.merge([text_notes, question_notes], mode='concat')")
old("layers.Concatenate()(text_notes, question_notes)")
old("keras.Model(input=[text, question], output=answer)")
old("free.predict([asked, texts], verbose=0)")

# %% [markdown]
# | old line | today |
# | --- | --- |
# | `Embedding(10_000, 64, input_length=100)` | leave `input_length` out: the length comes from `keras.Input` |
# | `merge([a, b], mode="concat")` | `layers.Concatenate()([a, b])`; `mode="sum"` is `Add`, `mode="mul"` is `Multiply` |
# | `Concatenate()(a, b)` | one list: `Concatenate()([a, b])` |
# | `Model(input=…, output=…)` | `Model(inputs, outputs)` |
# | `[asked, texts]` for `[text, question]` | a dict by name: the last line above has no complaint, and the answers are nonsense |
#
# **Next:** one answer is not always enough. In lesson 03 a network gives three.
