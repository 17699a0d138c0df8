# %% [markdown]
# # 02 · Two readers, one answer
#
# After this lesson you can
#
# - **build** a model that reads several things, each with an encoder of its own,
# - **feed** it, by list and by name, and say which mistakes raise no error,
# - **choose** among the eight layers that join tensors,
# - **measure** what each input contributes, on real data,
# - **repair** a model that never looks at one of its inputs.
#
# **Time:** about 55 minutes. **You need:** lesson 01, or this much of it: a layer is a function of tensors, and `keras.Model(inputs, outputs)` finds everything between.
#
# **Exercises:** six, for 23 points together. They do not depend on each other.
#
# **Data:** the texts with their questions are generated, from a few patterns of sentences. The digits are real (E. Alpaydin and C. Kaynak), and so are the cities (GeoNames, CC BY 4.0).

# %% setup
# Is the course not installed here? In a copy of its repository, run this first: %pip install ../..
# Anywhere else: %pip install git+ADDRESS, with the address of the repository.
import numpy as np

import layergraph as lg
from grader.checks import check, expect
from grader.classroom import datasets, joined_inputs, joined_widths, keras_says, unread_inputs

with lg.quiet():
    import keras
from keras import layers, ops

keras.utils.set_random_seed(2)

texts, asked, answers, words = datasets.questions(2_500, seed=2)
(images, digits), (new_images, new_digits) = datasets.digits()

# %% [markdown]
# ## What one input cannot do
#
# In lesson 01 every network you built had one input. Now look at this small task: a text, a question, an answer.

# %% example
def say(numbers):
    """The words behind word numbers."""
    return " ".join(words[number] for number in numbers if number)


for row in range(3):
    print(say(texts[row]))
    print("   ", say(asked[row]), "→", words[answers[row]], "\n")

# %% [markdown]
# Hide the text, and you can only guess a colour, a room or a name. Hide the question, and you don't know which of the three facts is wanted.
# A text and a question are different things: other lengths, other words. Each deserves its own **encoder**, a part of the network that turns it into a row of numbers; this lesson also says *reader*. And somewhere the two must be joined.

# %% [markdown]
# ## 1 · Two inputs, joined
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
# `layers.concatenate([left, right])`, with a small letter, makes the layer and calls it in one go; `layers.add`, `layers.multiply` and so on exist too. You meet them in many tutorials. This course writes the classes, because a layer that has a name can be looked up again.
#
# **Predict, then run.** What is the shape of `together`? How many parameters does the model have?

# %% example
print("together:", together.shape)
print("parameters:", meeting.count_params())

# %% [markdown]
# 3 + 2 = 5 numbers. `Concatenate` has nothing to learn, `Dense` has 5 × 4 + 4 = 24.
#
# The summary shows the same. Where a graph is not a chain, its last column, *Connected to*, lists the tensors that each layer is called on:

# %% example
meeting.summary()

# %% [markdown]
# `left[0][0]` means: the result of the layer `left`, of its first call (its first *node*, number 0), the first output of that call. The two zeros matter once a layer is called twice, in lesson 06.
#
# ### Exercise 2.1 · Fill in the line (3 points)
#
# A shop describes each product by 20 numbers from its photo and 12 numbers from its label. `product` sorts it into one of five groups.
# The code in your cell runs, but the label is never read.
#
# 1. Change the one line that makes `together`: join `photo` and `label`, the photo first.
# 2. *Before* you run the cell, predict how many parameters `product` then has. Assign that whole number to `predicted_parameters`; only the number is checked, not how you found it.
#
# <details><summary>Hint 1</summary>
#
# `together` must have 20 + 12 numbers. `Dense` has inputs × units + units parameters.
#
# </details>
# <details><summary>Hint 2</summary>
#
# With three tensors of 4, 5 and 6 numbers: `layers.Concatenate()([a, b, c])`. The first pair of round brackets makes the layer, the second calls it on a list. A `Dense(2)` on the result has 15 × 2 + 2 = 32 parameters.
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
    joined = joined_widths(model)
    if len(joined) != 1:
        return f"{len(joined)} joins: call layers.Concatenate() on the list [photo, label]"
    return (
        joined[0] == [20, 12]
        or (
            f"rows of {' and '.join(map(str, joined[0]))} numbers are joined, not of 20 and 12: the photo "
            "first, then the label"
        )
    )


check(
    {"product": product, "predicted_parameters": predicted_parameters},
    expect.item("product", expect.that(both_are_joined).needed(), expect.inputs(20, 12), expect.outputs(5)),
    expect.item(
        "predicted_parameters",
        expect.leaves(
            97, 68, look="Count the inputs of Dense after the join, and don't forget the biases."
        ),
    ),
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
# An **LSTM** (Hochreiter and Schmidhuber, 1997) reads those rows, first to last, and carries a *state* from each to the next: a row of numbers that holds what it has read so far. Only the last state leaves the layer. So a text of any length becomes a fixed number of numbers.
#
# Inside a step there is a second row of numbers, the *cell state*. Four small `Dense` layers decide how much of it stays, what is added, and how much of it shows in the state:
#
# ![One step of an LSTM: the cell state is kept in part and added to; the state is made from it](../../assets/figures/operations/lstm_step.svg)
#
# Now the whole network, in the size that textbooks use: 10,000 words in the texts, 10,000 in the questions, and 500 possible answers.
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
# The text's table: 10,000 × 64. Nearly all parameters of a reading network sit in its tables. The LSTM of the text has 4 × ((64 + 32) × 32 + 32) = 12,416: the four small `Dense`
# layers of the picture, each of which reads the new row (64) and the state (32).
#
# **Predict, then run.** The question now gets the same reader as the text: 64 numbers for each word, 32 units. How many numbers does the join have? Does the count double?

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
# The count grows by a third, and most of that is the larger table. Two readers of one kind are still *two*: each has its own weights. In lesson 06 one reader reads both.
#
# ### Exercise 2.2 · Build two readers (4 points)
#
# A shop wants to know whether a customer will come back. It has the customer's last review, as 40 word numbers from 0 to 1,999 (a vocabulary of 2,000, in which 0 for *no word* is counted),
# and four numbers about the order. Build the functional model `customer`:
#
# 1. an input named `"review"`, shape (40,), dtype `"int32"`; then `Embedding` with 24 numbers for each word, then `LSTM` with 20 units,
# 2. an input named `"order"`, shape (4,); then `Dense` with 8 units and `relu`,
# 3. both joined, the review first; then `Dense` with one unit and `sigmoid`.
#
# Give the inputs to `keras.Model` as a list in this order (not as a dict). Compile it with `"adam"` (its learning rate and other settings are up to you), the loss for a yes-or-no question, and the metric `"accuracy"`.
#
# <details><summary>Hint 1</summary>
#
# Write the two readers separately, each with tensors of its own name. Only `Concatenate` sees both.
#
# </details>
# <details><summary>Hint 2</summary>
#
# The same form with other data, a melody of notes and the year it was written:
#
# ```python
# notes = keras.Input(shape=(90,), dtype="int32", name="notes")
# heard = layers.LSTM(12)(layers.Embedding(128, 8)(notes))
# year = keras.Input(shape=(1,), name="year")
# era = layers.Dense(5, activation="relu")(year)
# style = layers.Dense(7, activation="softmax")(layers.Concatenate()([heard, era]))
# melody = keras.Model([notes, year], style)
# melody.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
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
def the_review_comes_first(model):
    """both readings are joined, the review first"""
    found = joined_inputs(model)
    told = "; ".join(", ".join(" and ".join(read) for read in join) for join in found)
    return (
        found == [[["review"], ["order"]]]
        or f"what is joined comes from {told or 'no inputs'}: the review's reading first, then the order's"
    )


check(
    customer,
    expect.inputs(40, 4, dtype=["int32", "float32"], names=["review", "order"]),
    expect.outputs(1),
    expect.layers(Embedding=1, LSTM=1, Concatenate=1, Dense=2),
    expect.layer("Embedding", input_dim=2_000, output_dim=24),
    expect.layer("LSTM", units=20),
    expect.layer("Dense", units=8, activation="relu"),
    expect.layer("Dense", at=-1, units=1, activation="sigmoid"),
    the_review_comes_first,
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
# For the generated texts of this lesson a smaller model is enough. All of them together use 45 word numbers, and the answer is one of these.

# %% example
def small_reader(text_length=18, question_length=6):
    """Two readers for word numbers below 45."""
    text = keras.Input(shape=(text_length,), dtype="int32", name="text")
    question = keras.Input(shape=(question_length,), dtype="int32", name="question")
    text_notes = layers.LSTM(32)(layers.Embedding(45, 32)(text))
    question_notes = layers.LSTM(16)(layers.Embedding(45, 16)(question))
    answer = layers.Dense(45, activation="softmax")(layers.Concatenate()([text_notes, question_notes]))
    model = keras.Model([text, question], answer)
    model.compile(
        optimizer=keras.optimizers.Adam(0.03), loss="sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    return model


keras.utils.set_random_seed(2)
trained = small_reader()
both = trained.fit(
    {"text": texts, "question": asked}, answers, validation_split=0.2, epochs=10, batch_size=128, verbose=0
)

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
# <!-- claim: by-name-or-by-list -->
#
# ### Does it use both?
#
# A model with two inputs can be right by one of them alone. Measure it: replace one input at a time by zeros, and train anew. This is called an **ablation**.
#
# **Predict, then run.** A text tells three facts, and a question asks for one of them, which can take six values.
# How often can you be right with the text alone? With the question alone?

# %% example
import matplotlib.pyplot as plt

curves = {"text and question": both.history["val_accuracy"]}
for name, inputs in {"text alone": [texts, 0 * asked], "question alone": [0 * texts, asked]}.items():
    keras.utils.set_random_seed(2)
    curves[name] = (
        small_reader()
        .fit(inputs, answers, validation_split=0.2, epochs=10, batch_size=128, verbose=0)
        .history["val_accuracy"]
    )

figure, place = plt.subplots(figsize=(6, 2.8), layout="constrained")
for name, values in curves.items():
    place.plot(range(1, 11), values, label=f"{name}: {values[-1]:.2f}")
place.set(xlabel="epoch", ylabel="accuracy on new texts", ylim=(0, 1.02))
place.legend(loc="center right")
plt.show()

# %% claim="by-name-or-by-list"
assert np.array_equal(by_name, by_list)

# %% claim="both-are-needed"
finals = {name: values[-1] for name, values in curves.items()}
assert finals["text and question"] > finals["text alone"] + 0.25
assert abs(finals["text alone"] - 1 / 3) < 0.08
assert abs(finals["question alone"] - 1 / 6) < 0.08
{name.replace(" ", "-"): value for name, value in finals.items()}

# %% claim="nearly-every" holds="9 of 10"
assert curves["text and question"][-1] > 0.9
{"text and question": curves["text and question"][-1]}

# %% [markdown]
# Look at the two lower curves: with the text alone the model stays near 1/3, with the question alone near 1/6 (on 500 new texts, chance adds or takes a few hundredths). With both it answers far more, and in nine of ten starts nearly every question (in the tenth, 72 in a hundred).
# <!-- claim: both-are-needed -->
# <!-- claim: nearly-every -->
# Make this measurement whenever you have several inputs. An input that adds nothing costs parameters, and may hide a mistake.
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
# The fresh model refuses. The trained one does not. `predict` makes a TensorFlow function of the model; when a later call brings other shapes, TensorFlow loosens that function's shapes to *any*, and Keras has nothing left to compare. One right call before is enough. Calling the model itself still refuses:

# %% example
try:
    trained([asked[:4], texts[:4]])
except ValueError as error:
    refused = str(error).splitlines()[0]
    print("ValueError -", refused)

# %% claim="calling-still-refuses"
assert "shape" in refused

# %% [markdown]
# So try a new pipeline on one small batch with `model([…])` before you call `fit`.
# <!-- claim: calling-still-refuses -->
#
# And with `shape=(None,)`, as in the published model, any length fits. **Predict, then run:** the same weights, free lengths, and the list the wrong way round.

# %% example
free = small_reader(text_length=None, question_length=None)
free.set_weights(trained.get_weights())

orders = {}
for name, inputs in {"text, question": [texts, asked], "question, text": [asked, texts]}.items():
    orders[name] = free.evaluate(inputs, answers, verbose=0, return_dict=True)["accuracy"]
    print(f"{name}: accuracy", round(orders[name], 2))

# %% claim="swapped-is-nonsense"
assert orders["text, question"] > 0.65
assert orders["question, text"] < 0.1
{"right": orders["text, question"], "swapped": orders["question, text"]}

# %% [markdown]
# No error, and nonsense: hardly better than guessing.
# <!-- claim: swapped-is-nonsense -->
# The same happens in `fit`: it trains the text's reader on questions. **Feed by name**, and no order can be wrong. A misspelt name is refused at once:

# %% example
try:
    free.predict({"text": texts[:4], "qestion": asked[:4]}, verbose=0)
except ValueError as error:
    print(type(error).__name__, "-", str(error).splitlines()[0])

# %% [markdown]
# ### Now with real data
#
# Here are cities of ten countries, from GeoNames. Of each you know the name and the latitude, how far north it lies; the column with the longitude is lost. *In which country is it?*

# %% setup
cities, new_cities = datasets.cities()


def columns(part, name=True, latitude=True):
    """The two inputs of the city finder; what is switched off is replaced by zeros."""
    return {
        "name": part["name"] * name,
        "latitude": (part["latitude"][:, np.newaxis] / 90 * latitude).astype("float32"),
    }


def city_finder(seed):
    """An untrained model: the letters of a name and a latitude in, one of ten countries out."""
    keras.utils.set_random_seed(seed)
    name = keras.Input(shape=(16,), dtype="int32", name="name")
    latitude = keras.Input(shape=(1,), name="latitude")
    letters = layers.LSTM(32)(layers.Embedding(27, 16)(name))
    north = layers.Dense(16, activation="relu")(latitude)
    x = layers.Dense(32, activation="relu")(layers.Concatenate()([letters, north]))
    model = keras.Model([name, latitude], layers.Dense(10, activation="softmax", name="country")(x))
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


# %% example
for row in range(6):
    country = datasets.COUNTRIES[cities["country"][row]]
    print(f"{datasets.spelt(cities['name'][row]):<18}{cities['latitude'][row]:6.1f}°  {country}")

# %% [markdown]
# **Predict.** You know a little geography. Which of the two tells you more about the country, the name or the latitude? Does the other one still help?
#
# ### Exercise 2.3 · Train, measure, conclude (5 points)
#
# The first cell of this section holds `city_finder(seed)`, which makes an untrained model, and `columns(part, name=…, latitude=…)`, which makes its inputs and replaces by zeros what you switch off. For example,
# `columns(cities, latitude=False)` are the names of the 2,400 training cities, without latitudes. Labels are `cities["country"]` and `new_cities["country"]`.
#
# 1. Train three models, each from `city_finder(seed=2)`, for 12 epochs with `batch_size=128`: with both inputs, with the name alone, with the latitude alone. Put the trained models into the dict `finders` under the keys `"both"`, `"name"` and `"latitude"`.
# 2. Measure each one's accuracy on the new cities, with the same input switched off as in its training. Put the three numbers, each between 0 and 1, into the dict `accuracy` under the same keys.
# 3. Which single input is worth more? Assign `"name"` or `"latitude"` to `worth_more`.
#
# The check measures your three models again. Training takes about half a minute. For these twelve epochs the numbers lie so far apart that another start gives the same order.
# <!-- claim: latitude-tells-more -->
#
# <details><summary>Hint 1</summary>
#
# Section 3 does the same with the text and the question: a loop over what is switched off, a fresh model each time, `fit`, `evaluate`.
#
# </details>
# <details><summary>Hint 2</summary>
#
# The shape of such a loop, for a model `judge()` that reads an image and limits:
#
# ```python
# scores = {}
# for key, hidden in {"both": {}, "image": {"limits": False}}.items():
#     model = judge()
#     model.fit(inputs(train, **hidden), labels, epochs=12, verbose=0)
#     scores[key] = model.evaluate(inputs(test, **hidden), new_labels, verbose=0, return_dict=True)["accuracy"]
# ```
#
# </details>

# %% solution="finders"
### BEGIN SOLUTION
finders, accuracy = {}, {}
for key, switched in {"both": {}, "name": {"latitude": False}, "latitude": {"name": False}}.items():
    finders[key] = city_finder(seed=2)
    finders[key].fit(columns(cities, **switched), cities["country"], epochs=12, batch_size=128, verbose=0)
    measured = finders[key].evaluate(
        columns(new_cities, **switched), new_cities["country"], verbose=0, return_dict=True
    )
    accuracy[key] = measured["accuracy"]
worth_more = max(("name", "latitude"), key=accuracy.get)
### END SOLUTION

# %% check="finders" points=3
shown = {"both": {}, "name": {"latitude": False}, "latitude": {"name": False}}


def measured_again(value):
    """each number is the accuracy of its model on the new cities"""
    if not isinstance(value, dict) or set(value) != set(shown):
        return "write a dict with the keys both, name and latitude"
    for key, hidden in shown.items():
        if expect.number(0, 1).judge(value[key]).status != "met":
            return f"the accuracy of {key!r} is a number between 0 and 1"
        guesses = finders[key].predict(columns(new_cities, **hidden), verbose=0).argmax(axis=1)
        right = guesses == new_cities["country"]
        if expect.measured(right).judge(value[key]).status != "met":
            return (
                f"{key}: you have {value[key]:.3f}, the model in `finders` reaches {np.mean(right):.3f} "
                "on the new cities, with the other input switched off as in its training"
            )
    return True


def follows(answer):
    """worth_more follows from your two numbers"""
    if measured_again(answer["accuracy"]) is not True:
        return "get the three accuracies right first"
    name, latitude = (answer["accuracy"][key] for key in ("name", "latitude"))
    more = "name" if name > latitude else "latitude"
    return (
        answer["worth_more"] == more
        or f"alone, the name reaches {name:.3f} and the latitude {latitude:.3f}"
    )


check(
    {"finders": finders, "accuracy": accuracy, "worth_more": worth_more},
    expect.item(
        "finders",
        *(
            expect.item(
                key, expect.accuracy(columns(new_cities, **hidden), new_cities["country"], at_least=least)
            )
            for (key, hidden), least in zip(shown.items(), (0.62, 0.35, 0.4))
        ),
    ).worth(2),
    expect.item("accuracy", expect.that(measured_again)).worth(2),
    follows,
    points=3,
)

# %% hidden="finders" points=2
by_us = city_finder(seed=2)
as_made = expect.compiled(optimizer=keras.optimizers.Adam(0.01), loss="sparse_categorical_crossentropy", metrics=["accuracy"])

check(
    {"finders": finders, "accuracy": accuracy, "worth_more": worth_more},
    expect.item("finders", *(expect.item(key, expect.same_graph(by_us), as_made) for key in ("both", "name", "latitude"))).worth(3),
    expect.item("worth_more", expect.value("latitude")),
    points=2,
)

# %% claim="latitude-tells-more"
assert accuracy["both"] > accuracy["latitude"] + 0.05
assert accuracy["latitude"] > accuracy["name"] + 0.02
accuracy

# %% [markdown]
# ## 4 · Eight ways to join
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
# Which one is right depends on what the numbers mean. `Concatenate` keeps every number in a place of its own. `Add` and `Average` make sense where both tensors describe the *same* three things.
# `Subtract` gives the difference, `Dot` the agreement.
#
# **Predict, then run.** Now three numbers are joined with *four*, and then with *one*. Which layers refuse?

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
# Three and four: only `Concatenate` takes them, all others refuse. Good: you learn of the mistake at once.
#
# Now the last column. `Concatenate` gives 4 numbers and `Dot` refuses. But the other six make **three out of three and one, without a word**: they *broadcast*.
# The single number is used three times.

# %% example
c = np.array([[100.0]])
print("Add      ", ops.convert_to_numpy(layers.Add()([a, c]))[0].tolist())
print("Multiply ", ops.convert_to_numpy(layers.Multiply()([a, c]))[0].tolist())

# %% [markdown]
# Sometimes you want that, for instance to scale a whole row by one factor. More often one side was meant to have three numbers and has one.
# The model builds and trains, and nothing tells you. Print the shapes on both sides before you add.
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
# Two lists grow in one loop, here for models that are called on inputs of one size:
#
# ```python
# starts, ends = [], []
# for model in models:
#     start = keras.Input(shape=(5,))
#     starts.append(start)
#     ends.append(model(start))
# average = keras.Model(starts, layers.Average()(ends))
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
def in_the_order_of_the_inputs(model):
    """the readings are joined in the order of the inputs"""
    names, found = lg.call_graph(model).input_names, joined_inputs(model)
    if len(found) != 1:
        return f"{len(found)} layers join tensors; one is to take all readings"
    read = ", ".join(" and ".join(one) or "no input" for one in found[0])
    return (
        found[0] == [[name] for name in names]
        or f"the inputs are {', '.join(names)}; joined are readings of {read}"
    )


check(
    many_readers,
    expect.calling([6, 4], 8, 3).gives(
        expect.inputs(6, 4),
        expect.outputs(3),
        expect.parameters(147),
        expect.layer("Dense", units=8, activation="relu", count=2),
        expect.layer("Dense", at=-1, units=3, activation="softmax"),
        in_the_order_of_the_inputs,
    ),
    expect.calling([5, 5, 5], 2, 4).gives(
        expect.inputs(5, 5, 5), expect.layers(Dense=4, Concatenate=1), in_the_order_of_the_inputs
    ),
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
# An image has shape (8, 8, 1), the limits (2,). `Concatenate` can't join those: all axes but the joined one must have equal sizes.

# %% example
image = keras.Input(shape=(8, 8, 1), name="image")
limit = keras.Input(shape=(2,), name="limits")
try:
    layers.Concatenate()([image, limit])
except ValueError as error:
    print(type(error).__name__, "-", error)

# %% [markdown]
# So each encoder first makes a row of numbers. That is what encoders are for: **different things in, rows of numbers out, join.**

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
# Look at the longest bar: both together are clearly better than either alone.
# <!-- claim: image-and-limits -->
# The limits alone beat the dotted line, because wide limits are likelier to hold a digit.
# <!-- claim: wide-limits-help -->

# %% claim="image-and-limits"
assert results["image and limits"] > max(results["image alone"], results["limits alone"]) + 0.04
{name.replace(" ", "-"): value for name, value in results.items()}

# %% claim="wide-limits-help"
assert results["limits alone"] > 1 - new_between.mean() + 0.02
{"gain": results["limits alone"] - (1 - new_between.mean())}

# %% [markdown]
# ## 6 · An input that nobody reads
#
# Here is the question-answering model once more, with mistakes that are copied from published code. **Look at the picture before you read on.** What is odd?

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
# Keras does not mind an input that leads nowhere. The summary shows it too, if you know what to look for: which layer is connected to `question`? What shape does the second embedding have?

# %% example
published.summary()

# %% [markdown]
# Both embeddings are connected to `text[0][0]`, and both have 18 rows, as long as a text, where one should have 6, as long as a question. In a model of seven layers you find that in the table. In a model of seventy you will want the drawing.
#
# It isn't the only slip. Try the table of the question on the words of this lesson:

# %% example
lookup = keras.Sequential([keras.Input(shape=(6,), dtype="int32"), layers.Embedding(40, 16)])
print("largest word number:", asked.max())
try:
    lookup.predict(asked, verbose=0)
except Exception as error:
    print(
        type(error).__name__, "-", next(line for line in str(error).splitlines() if "indices" in line)[-48:]
    )

# %% [markdown]
# You get this error as soon as a word beyond the table comes along, and only on a CPU. Compiled for other devices a lookup beyond the table may return some row without a word: don't rely on the error. The rule: **the first number of `Embedding` is the largest word number + 1.**
#
# ### Exercise 2.5 · Repair it (4 points)
#
# Your cell holds this code under the name `repaired`. Its author reports three symptoms:
#
# - "I can change the question as I like. The answer stays the same."
# - "With my own questions, `predict` sometimes stops with an error about *indices*. The vocabulary has 45 words."
# - "I feed `[texts, asked]`, the text first, and the summary lists the inputs the other way round."
#
# Find the causes, and change nothing else.
#
# <details><summary>Hint 1</summary>
#
# Follow each input to the place where the tensors are joined. Then read the numbers in the two `Embedding` layers, and the last line.
#
# </details>
# <details><summary>Hint 2</summary>
#
# In `b = layers.LSTM(4)(layers.Embedding(9, 3)(notes))` the tensor in the last brackets is what is read, and 9 is the number of different words. The order of the inputs is that of the list in `keras.Model([…], …)`.
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
    idle = unread_inputs(model)
    return not idle or f"nothing reads {', '.join(idle)}: which tensor does its reader get?"


def everyone_reads_their_own(model):
    """32 numbers come from the text, 16 from the question"""
    found = list(zip(joined_inputs(model)[0], joined_widths(model)[0]))
    right = [(["text"], 32), (["question"], 16)]
    told = ", then ".join(f"{size} numbers from {' and '.join(names)}" for names, size in found)
    return found == right or f"joined are {told}" + ": the order was another one" * (found == right[::-1])


check(
    repaired,
    expect.that(no_input_leads_nowhere).needed(),
    everyone_reads_their_own,
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
# ## 7 · Which join?
#
# A shop compares two offers, each described by 12 numbers. A network estimates *how much more the first one costs than the second*.
# Then one thing has to hold whatever the weights are, trained or not: **swap the offers, and the answer changes its sign and nothing else.**
# Two colleagues suggest:
#
# - **Design A:** `Concatenate`, then `Dense(1)` without activation. "It can represent everything that B can: with opposite weights it *is* B. And it can learn more where the first offer is special, because it stands first in the shop."
# - **Design B:** `Subtract`, the first offer minus the second, then `Dense(1, use_bias=False)` without activation. "It can represent less, so it needs less data."
#
# Both speak the truth, and on a shelf where the first place sells better, A would be right. Here the condition above decides.
#
# ### Exercise 2.6 · Decide, and build (3 points)
#
# Decide which design meets the condition. Build it as `price_gap`: two inputs of 12 numbers each, the first offer first, and one output. You need not compile it.
# Then predict how many parameters the *other* design has, the one you did not choose. Assign the number to `other_parameters`; only the number is checked, not how you found it.
#
# <details><summary>Hint 1</summary>
#
# In design A each of the 24 numbers has a weight of its own. What makes the weight for the first offer's size the opposite of that for the second's? And what does a bias do when the sign has to change?
#
# </details>
# <details><summary>Hint 2</summary>
#
# `layers.Subtract()` is called on a list of two tensors, like `layers.Multiply()([a, b])`. For the count: `Dense(1)` on two joined tensors of 7 numbers each has 14 weights and a bias.
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
def with_weights(model, make):
    """A copy of the model whose weights `make` has made from their shapes."""
    twin = keras.models.clone_model(model)
    twin.set_weights([make(weight.shape) for weight in model.get_weights()])
    return lambda *offers: np.asarray(twin([offer.astype("float32") for offer in offers]))


def only_the_sign_changes(model):
    """swapping the offers changes the sign and nothing else, whatever the weights are"""
    draw = np.random.default_rng(1)
    gap, (one, two) = (
        with_weights(model, lambda shape: draw.normal(size=shape)),
        draw.normal(size=(2, 4, 12)),
    )
    there, back, far = gap(one, two), gap(two, one), gap(100 * one, 100 * two)
    if np.abs(there).max() < 1e-6:
        return "the answer is always 0"
    if not np.allclose(there, -back, atol=1e-4):
        return (
            f"with other weights the answer was {there[0, 0]:.2f}, and {back[0, 0]:.2f} with the offers "
            "swapped"
        )
    return (
        bool(np.allclose(far, 100 * there, rtol=1e-3, atol=0.1))
        or "offers 100 times as large give no answer 100 times as large"
    )


def the_first_offer_comes_first(model):
    """with positive weights, more in the first offer gives a larger answer"""
    gap, more, less = with_weights(model, np.ones), np.ones((1, 12)), np.zeros((1, 12))
    return (
        float(gap(more, less)[0, 0]) > float(gap(less, more)[0, 0])
        or "it gives a smaller one: which offer comes first?"
    )


check(
    {"price_gap": price_gap, "other_parameters": other_parameters},
    expect.item("price_gap", expect.inputs(12, 12), expect.outputs(1)),
    expect.item(
        "price_gap", expect.that(only_the_sign_changes), expect.that(the_first_offer_comes_first).worth(0.5)
    ),
    expect.item(
        "other_parameters",
        expect.leaves(11, 3, look="Count the design that you did not build, as it is described above."),
    ),
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
# | the tensors | are joined by | result of (3,) and (3,) | (3,) and (4,) | (3,) and (1,) |
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
# | what does each input add? | an ablation: replace it by zeros, train anew, compare |
# | where does a tensor go? | *Connected to* in `model.summary()`, or `lg.plot(model)` |

# %% [markdown]
# ## In the wild
#
# Lines from published tutorials, and what Keras 3 says to them.

# %% example
keras_says("layers.Embedding(10_000, 64, input_length=100)", globals())
keras_says("layers.merge([text_notes, question_notes], mode='concat')", globals())
keras_says("layers.Concatenate()(text_notes, question_notes)", globals())
keras_says("keras.Model(input=[text, question], output=answer)", globals())
keras_says("free.predict([asked, texts], verbose=0)", globals())

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
