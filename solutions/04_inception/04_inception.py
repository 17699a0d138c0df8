# %% [markdown]
# # 04 · Branches side by side
#
# After this lesson you can
#
# - **explain** what a 1×1 convolution does, and show it with numbers,
# - **predict** the shape behind strides and padding, so that branches line up,
# - **write** the four-branch module as a function that you can call anywhere,
# - **measure** what a branch is worth, by training without it,
# - **count** what a separable convolution saves.
#
# **Time:** about 55 minutes. **You need:** lesson 01, or this much of it: a layer is a function of tensors. And a rough idea of what a convolution is: a small window that slides over an image.
#
# The six exercises do not depend on each other. They are worth 20 points. The images are the handwritten digits of [the UCI repository](https://archive.ics.uci.edu/dataset/80), 8 × 8 pixels each.

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

keras.utils.set_random_seed(4)

(images, digits), (new_images, new_digits) = datasets.digits()


def train(model, epochs=6):
    """Train a model on the digits; return its accuracy on new ones."""
    model.compile(
        optimizer=keras.optimizers.Adam(0.01), loss="sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    model.fit(images, digits, epochs=epochs, batch_size=64, verbose=0)
    return model.evaluate(new_images, new_digits, verbose=0)[1]


# %% [markdown]
# ## Why choose?
#
# So far branches met near the end (several inputs) or parted near the end (several outputs). Now one path parts and meets again *in the middle*.
#
# You are building a network for images. Should the next layer look through a 1×1 window, or 3×3, or pool? A stack must choose. A graph does all of it side by side, and the layers behind it weigh what each branch found.
# That idea is called **Inception** ([Szegedy et al. 2014](https://arxiv.org/abs/1409.4842)). Its smallest ingredient comes first.

# %% [markdown]
# ## 1 · A 1×1 convolution
#
# A feature map of shape (5, 5, 16) has 25 places, and at each place 16 numbers: its *channels*. A 3×3 window mixes neighbouring places and all channels. A 1×1 window sees a single place.
# What is left to mix? The channels. ([Lin et al. 2013](https://arxiv.org/abs/1312.4400) called it a *network in network*.)
#
# ![A 1×1 convolution reads one place in all channels, a 3×3 convolution nine places](../../assets/figures/operations/one_by_one.svg)
#
# **Predict, then run.** How many parameters do the two have, from 16 channels to 8?

# %% example
feature_map = keras.Input(shape=(5, 5, 16))
small_window = layers.Conv2D(8, 1)
large_window = layers.Conv2D(8, 3, padding="same")
small_window(feature_map)
large_window(feature_map)

print("1×1 convolution, 16 → 8:", small_window.count_params(), "parameters")
print("3×3 convolution, 16 → 8:", f"{large_window.count_params():,}", "parameters")

# %% [markdown]
# > **`Conv2D` has window height × window width × channels in × filters + filters parameters.**
#
# 1 × 1 × 16 × 8 + 8 = 136. That is exactly what `Dense(8)` on 16 numbers has. No coincidence: give a `Dense` layer the weights of the 1×1 convolution and compare.

# %% example
dense = layers.Dense(8)
dense.build((None, 5, 5, 16))
kernel, bias = small_window.get_weights()
dense.set_weights([kernel[0, 0], bias])

some = np.random.default_rng(0).normal(size=(2, 5, 5, 16)).astype("float32")
apart = np.abs(ops.convert_to_numpy(small_window(some)) - ops.convert_to_numpy(dense(some))).max()
print("largest difference:", apart)

# %% [markdown]
# <!-- claim: one-by-one-is-dense -->
# **A 1×1 convolution is a `Dense` layer applied at every place.** It never looks at neighbours. It is a cheap way to change the number of channels.

# %% claim="one-by-one-is-dense"
assert apart < 1e-5
{"apart": float(apart)}

# %% [markdown]
# And that is its use: reduce the channels before a large window looks at them. **Predict, then run.** From 256 channels to 256 by a 3×3 window, directly, and by way of 64:

# %% example
wide = keras.Input(shape=(28, 28, 256))
direct = keras.Model(wide, layers.Conv2D(256, 3, padding="same")(wide))
thin = keras.Model(wide, layers.Conv2D(256, 3, padding="same")(layers.Conv2D(64, 1)(wide)))
print(f"directly:        {direct.count_params():>8,}")
print(f"by way of 1×1:   {thin.count_params():>8,}")

# %% [markdown]
# A quarter of the parameters, the same output shape. The reason is in the rule: what a window costs grows with channels in × filters, so let the 3×3 window read few channels.
#
# It isn't free: 256 channels now pass through 64. The first published network of this kind, GoogLeNet, reduced 192 channels to 96 before its 3×3 windows and to 16 before its 5×5 windows. **Predict, then run:** where does it save more?

# %% example
wide = keras.Input(shape=(28, 28, 192))
for window, few, filters in ((3, 96, 128), (5, 16, 32)):
    direct = keras.Model(wide, layers.Conv2D(filters, window, padding="same")(wide))
    thin = keras.Model(wide, layers.Conv2D(filters, window, padding="same")(layers.Conv2D(few, 1)(wide)))
    print(
        f"{window}×{window}, 192 → {filters}:  directly {direct.count_params():>8,}   by way of {few:>2}: "
        f"{thin.count_params():>8,}"
    )

# %% [markdown]
# ### Exercise 4.1 · Fill in the line, predict the count (3 points)
#
# A feature map of shape (14, 14, 64) goes through a 3×3 convolution with 32 filters. The code in your cell runs. Reduce its channels first.
#
# 1. Change the one line that makes `x`: a convolution with 16 filters, window 1×1, `relu`, on `maps`.
# 2. *Before* you run the cell, predict the number of parameters of `narrow` then. Assign it to `predicted_parameters`; only the number is checked, not how you found it.
#
# <details><summary>Hint 1</summary>
#
# The rule above, once for each convolution. The second one reads the 16 channels that the first one makes.
#
# </details>
# <details><summary>Hint 2</summary>
#
# On other numbers: from 50 channels by way of 10 to 20 filters, the two layers are `layers.Conv2D(10, 1, activation="relu")` and `layers.Conv2D(20, 3, …)`, with (50 × 10 + 10) + (9 × 10 × 20 + 20) parameters.
#
# </details>

# %% solution="narrow"
### BEGIN SOLUTION
maps = keras.Input(shape=(14, 14, 64))
x = layers.Conv2D(16, 1, activation="relu")(maps)
outputs = layers.Conv2D(32, 3, padding="same", activation="relu")(x)
narrow = keras.Model(maps, outputs)
predicted_parameters = 5_680
### END SOLUTION
### BEGIN STUB
# maps = keras.Input(shape=(14, 14, 64))
# x = maps  # change this line
# outputs = layers.Conv2D(32, 3, padding="same", activation="relu")(x)
# narrow = keras.Model(maps, outputs)
# predicted_parameters = ...  # your number here
### END STUB

# %% check="narrow" points=2
check(
    {"narrow": narrow, "predicted_parameters": predicted_parameters},
    expect.item(
        "narrow",
        expect.layer("Conv2D", filters=16, kernel_size=1, activation="relu").needed(),
        expect.inputs((14, 14, 64)),
        expect.outputs((14, 14, 32)),
    ),
    expect.item(
        "predicted_parameters",
        expect.leaves(
            97,
            54,
            look="Count both convolutions: window × channels in × filters, and a bias for each filter.",
        ),
    ),
    points=2,
)

# %% hidden="narrow" points=1
block = keras.Input(shape=(14, 14, 64))
thin = layers.Conv2D(32, 3, padding="same", activation="relu")(layers.Conv2D(16, 1, activation="relu")(block))

check(
    {"narrow": narrow, "predicted_parameters": predicted_parameters},
    expect.item("narrow", expect.same_graph(keras.Model(block, thin))),
    expect.item("predicted_parameters", expect.value(5_680)),
    points=1,
)

# %% [markdown]
# ## 2 · Branches must line up
#
# Branches are joined on the channel axis, by `layers.Concatenate()([a, b])` or, the same thing, `layers.concatenate([a, b])`. Everything else, height and width, must agree. Two settings decide about height and width:
#
# - **`strides=2`**: the window moves two places at a time. The map gets half as high and half as wide.
# - **`padding`**: `"valid"` (the default) keeps the window inside the image, so the border is lost. `"same"` adds zeros around it, so only the strides count.
#
# **Predict, then run.** A map of 28 × 28. Which of these six outputs can be joined?

# %% example
maps = keras.Input(shape=(28, 28, 3))
for padding in ("valid", "same"):
    for window, strides in ((1, 2), (3, 2), (3, 1)):
        shape = layers.Conv2D(4, window, strides=strides, padding=padding)(maps).shape[1:]
        print(f"padding {padding!r:<8} window {window}×{window}  strides {strides}  →  {shape}")

# %% [markdown]
# > **With `padding="same"`: size out = size in / strides, rounded up.** The window does not matter.
# > With `"valid"`: (size in − window) / strides + 1, rounded down.
#
# That is why all branches of a module say `padding="same"`. If one forgets it, you hear about it, at the place where they meet:

# %% example
forgetful = layers.Conv2D(4, 3, strides=2)(maps)
careful = layers.Conv2D(4, 1, strides=2, padding="same")(maps)
try:
    layers.Concatenate()([careful, forgetful])
except ValueError as error:
    print(type(error).__name__, "-", error)

# %% [markdown]
# Read the shapes in the message: 14 against 13. One off is nearly always a missing `padding="same"`. Twice as large is a missing `strides=2`.
#
# ### Exercise 4.2 · Predict three shapes (2 points)
#
# A map of shape (57, 57, 32) goes into three layers, each by itself:
#
# - `"one"`: `Conv2D(64, 1, strides=2, padding="same")`
# - `"three"`: `Conv2D(64, 3, strides=2)`
# - `"pool"`: `AveragePooling2D(3, strides=2, padding="same")`
#
# Predict the three output shapes. Make the dict `shapes` with these keys; each value is a tuple (height, width, channels), without the batch axis.
#
# <details><summary>Hint 1</summary>
#
# 57 is odd: mind the rounding. And pooling has no filters, so how many channels leave it?
#
# </details>
# <details><summary>Hint 2</summary>
#
# For a map of 35 × 35: same gives 35 / 2 = 17.5, rounded up to 18; valid with a 3×3 window gives (35 − 3) / 2 + 1 = 17.
#
# </details>

# %% solution="shapes"
### BEGIN SOLUTION
shapes = {"one": (29, 29, 64), "three": (28, 28, 64), "pool": (29, 29, 32)}
### END SOLUTION

# %% check="shapes" points=1
def three_shapes(value):
    """a dict with three shapes of three numbers each"""
    if not isinstance(value, dict) or set(value) != {"one", "three", "pool"}:
        return 'write a dict with the keys "one", "three" and "pool"'
    return (
        all(len(tuple(shape)) == 3 for shape in value.values())
        or "each shape is (height, width, channels), without the batch axis"
    )


def right(key, rest):
    def holds(value):
        height, width, channels = value[key]
        # The product of the right three numbers leaves this remainder:
        # so the cell can check them without telling them.
        return (
            (height * width * channels) % 97 == rest
            and height == width
            or f"{tuple(value[key])} is not its shape"
        )

    return expect.that(holds, title=f'the shape of "{key}"')


check(
    shapes,
    expect.that(three_shapes).needed(),
    right("one", 86),
    right("three", 27),
    right("pool", 43),
    points=1,
)

# %% hidden="shapes" points=1
check(
    shapes,
    expect.item("one", expect.value((29, 29, 64))),
    expect.item("three", expect.value((28, 28, 64))),
    expect.item("pool", expect.value((29, 29, 32))),
    points=1,
)

# %% [markdown]
# ## 3 · The module
#
# Now the whole module, as many textbooks print it. Four branches read the same image, 128 filters each:
#
# - **a** looks at single places,
# - **b** changes the channels, then looks at 3×3,
# - **c** averages over 3×3, then looks at 3×3,
# - **d** changes the channels and looks at 3×3 twice. Each number it gives depends on 5×5 places: that is its **receptive field**.
#
# Each branch halves the map exactly once: by `strides=2` in one of its layers.

# %% example
x = keras.Input(shape=(224, 224, 3))

branch_a = layers.Conv2D(128, 1, strides=2, padding="same", activation="relu")(x)

branch_b = layers.Conv2D(128, 1, activation="relu")(x)
branch_b = layers.Conv2D(128, 3, strides=2, padding="same", activation="relu")(branch_b)

branch_c = layers.AveragePooling2D(3, strides=2, padding="same")(x)
branch_c = layers.Conv2D(128, 3, padding="same", activation="relu")(branch_c)

branch_d = layers.Conv2D(128, 1, activation="relu")(x)
branch_d = layers.Conv2D(128, 3, padding="same", activation="relu")(branch_d)
branch_d = layers.Conv2D(128, 3, strides=2, padding="same", activation="relu")(branch_d)

module = keras.Model(x, layers.Concatenate()([branch_a, branch_b, branch_c, branch_d]))
lg.plot(module)

# %% [markdown]
# **Predict, then run.** What comes out? Which branch has the most parameters?

# %% example
print("out:", module.output_shape)
print(f"the module: {module.count_params():,} parameters")
for part in module.layers:
    if part.count_params():
        print(f"{part.name:<12}{part.count_params():>9,}")

# %% [markdown]
# Four times 128 channels at 112 × 112. Every 3×3 layer that reads 128 channels costs 9 × 128 × 128 + 128 = 147,584. There are three of them, and together they are nearly everything.
#
# Is that thrifty? **Predict, then run:** branch b against one 3×3 convolution that reads the image directly.

# %% example
print(f"branch b:    {3 * 128 + 128 + 9 * 128 * 128 + 128:>8,} parameters")
print(f"3×3 on RGB:  {9 * 3 * 128 + 128:>8,} parameters")

# %% [markdown]
# On an image of three channels the 1×1 layer *widens*, and the branch gets forty times as expensive. The module belongs deeper into a network, where hundreds of channels arrive. Textbooks draw it on an image because that is easy to draw.
#
# ### Which branch does it lean on?
#
# Put a small module on the handwritten digits and train it, from three starts. Then close one branch at a time: set the weights by which the last layer reads that branch to zero.

# %% example
import matplotlib.pyplot as plt


def conv(x, window):
    return layers.Conv2D(8, window, padding="same", activation="relu")(x)


def branched(seed):
    """A small network for digits with one module; its last layer reads 8 numbers from each branch."""
    keras.utils.set_random_seed(seed)
    image = keras.Input(shape=(8, 8, 1))
    x = conv(image, 3)
    a = conv(x, 1)
    b = conv(conv(x, 1), 3)
    c = conv(layers.AveragePooling2D(3, strides=1, padding="same")(x), 3)
    d = conv(conv(conv(x, 1), 3), 3)
    x = layers.GlobalMaxPooling2D()(layers.Concatenate()([a, b, c, d]))
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


def with_branches_closed(model):
    """The accuracy on new digits with branch a closed, then b, c, d."""
    kernel, bias = model.layers[-1].get_weights()
    found = []
    for number in range(4):
        closed = kernel.copy()
        closed[8 * number:8 * number + 8] = 0
        model.layers[-1].set_weights([closed, bias])
        found.append(model.evaluate(new_images, new_digits, verbose=0)[1])
    model.layers[-1].set_weights([kernel, bias])
    return found


results = {}
for start in (4, 5, 6):
    model = branched(seed=start)
    results[f"start {start}"] = [train(model), *with_branches_closed(model)]

figure, place = plt.subplots(figsize=(7, 2.6), layout="constrained")
for shift, (name, found) in zip((-0.27, 0, 0.27), results.items()):
    place.bar(np.arange(5) + shift, found, width=0.25, label=name)
place.set(
    xticks=range(5),
    xticklabels=[
        "all four",
        "without a\n(1×1)",
        "without b\n(3×3)",
        "without c\n(pooled)",
        "without d\n(5×5)",
    ],
    ylabel="accuracy on new digits",
    ylim=(0, 1),
)
place.legend(fontsize=8, loc="lower left")
plt.show()

# %% [markdown]
# <!-- claim: closing -->
# Every start ends with a good network, and in every one some branch can't be closed without losing at least three answers in ten. *Which* branch hurts most, and how much, differs from start to start.
#
# Be careful with the conclusion. The last layer was trained to read all four branches; you took one away without a chance to adapt. That says what *this* network leans on. It doesn't say that a network *needs* the branch. For that you have to train without it: Exercise 4.5.

# %% claim="closing"
found = np.array(list(results.values()))
assert found[:, 0].min() > 0.75
assert (found[:, 0] - found[:, 1:].min(1)).min() > 0.3
{"all four, worst start": float(found[:, 0].min()), "least loss of the worst branch": float((found[:, 0] - found[:, 1:].min(1)).min())}

# %% [markdown]
# ### Exercise 4.3 · Write the module as a function (5 points)
#
# GoogLeNet has nine modules. Nobody writes them out: write the function `inception_module(x, filters)`. It takes a *tensor* and returns a *tensor*, no model.
# It is the four-branch module from above, with `filters` filters in every convolution:
#
# - a: 1×1 with strides 2
# - b: 1×1, then 3×3 with strides 2
# - c: `AveragePooling2D` 3×3 with strides 2, then 3×3
# - d: 1×1, then 3×3, then 3×3 with strides 2
#
# `padding="same"` and `relu` everywhere (the pooling has no activation), joined in the order a, b, c, d.
#
# <details><summary>Hint 1</summary>
#
# Copy the worked example. Where is the number 128 written, and what stands there now? The last line returns the joined tensor.
#
# </details>
# <details><summary>Hint 2</summary>
#
# A function with two branches of `Dense` layers has the same form:
#
# ```python
# def two_ways(x, units):
#     a = layers.Dense(units)(x)
#     b = layers.Dense(units, activation="relu")(x)
#     return layers.Concatenate()([a, b])
# ```
#
# </details>

# %% solution="inception_module"
def inception_module(x, filters):
    """Four branches on the tensor x, each of which halves height and width: return them joined."""
    ### BEGIN SOLUTION
    settings = {"padding": "same", "activation": "relu"}
    a = layers.Conv2D(filters, 1, strides=2, **settings)(x)
    b = layers.Conv2D(filters, 1, **settings)(x)
    b = layers.Conv2D(filters, 3, strides=2, **settings)(b)
    c = layers.AveragePooling2D(3, strides=2, padding="same")(x)
    c = layers.Conv2D(filters, 3, **settings)(c)
    d = layers.Conv2D(filters, 1, **settings)(x)
    d = layers.Conv2D(filters, 3, **settings)(d)
    d = layers.Conv2D(filters, 3, strides=2, **settings)(d)
    return layers.Concatenate()([a, b, c, d])
    ### END SOLUTION

# %% check="inception_module" points=2
def in_this_order(*wanted):
    """The branches as the text has them: each layer's class, window and strides, from the start on."""

    def holds(model):
        graph = lg.normal_form(lg.call_graph(model))
        for place, (end, _) in enumerate(graph.calls[graph.outputs[0][0]].inputs):
            way = [graph.calls[i] for i in sorted(graph.ancestors(end)) if graph.calls[i].inputs]
            found = [
                (
                    call.kind,
                    *(
                        size[0]
                        for size in (
                            call.settings.get("kernel_size", call.settings.get("pool_size", (0,))),
                            call.settings.get("strides", (0,)),
                        )
                    ),
                )
                for call in way
            ]
            if found != wanted[place]:
                told = ", then ".join(
                    f"{kind} {window}×{window} with strides {strides}" for kind, window, strides in found
                )
                return f"branch {'abcd'[place]} is {told}"
        return True

    return expect.that(holds, title="the branches a, b, c and d in this order")


check(
    inception_module,
    expect.calling(keras.Input(shape=(224, 224, 3)), 128).gives(
        expect.shape(None, 112, 112, 512),
        expect.parameters(447_872),
        expect.branches(4, into="Concatenate", start="same"),
        in_this_order(
            [("Conv2D", 1, 2)],
            [("Conv2D", 1, 1), ("Conv2D", 3, 2)],
            [("AveragePooling2D", 3, 2), ("Conv2D", 3, 1)],
            [("Conv2D", 1, 1), ("Conv2D", 3, 1), ("Conv2D", 3, 2)],
        ),
        expect.layer("Conv2D", activation="relu", count=7),
    ),
    expect.calling(keras.Input(shape=(20, 20, 8)), 4).gives(expect.shape(None, 10, 10, 16)),
    points=2,
)

# %% hidden="inception_module" points=3
def four_branches(shape, filters):
    def convolution(tensor, window, strides=1):
        return layers.Conv2D(filters, window, strides=strides, padding="same", activation="relu")(tensor)

    start = keras.Input(shape=shape)
    ends = [
        convolution(start, 1, 2),
        convolution(convolution(start, 1), 3, 2),
        convolution(layers.AveragePooling2D(3, strides=2, padding="same")(start), 3),
        convolution(convolution(convolution(start, 1), 3), 3, 2),
    ]
    return keras.Model(start, layers.Concatenate()(ends))


check(
    inception_module,
    expect.calling(keras.Input(shape=(20, 30, 5)), 6).gives(expect.shape(None, 10, 15, 24).worth(0.5), expect.same_graph(four_branches((20, 30, 5), 6))),
    expect.calling(keras.Input(shape=(17, 17, 9)), 2).gives(expect.same_graph(four_branches((17, 17, 9), 2))).worth(0.5),
    expect.calling(keras.Input(shape=(224, 224, 3)), 128).gives(expect.same_graph(four_branches((224, 224, 3), 128))).worth(0.5),
    points=3,
)

# %% [markdown]
# ## 4 · Loud slips and silent ones
#
# Three slips that were found in published modules. **Predict, then run:** which of them raise an error?

# %% example
X = keras.Input(shape=(28, 28, 8), name="X")
x = layers.Conv2D(16, 3, padding="same", activation="relu")(X)


def a_letter():
    """`layer` for `layers`."""
    return layer.Conv2D(8, 1)(x)


def capital():
    """`X`, the image, for `x`, the first convolution of it."""
    return layers.Concatenate()([layers.Conv2D(8, 1)(x), layers.Conv2D(8, 3, padding="same")(X)])


def wrong_axis():
    """Joined on the height instead of the channels."""
    return layers.Concatenate(axis=1)([layers.Conv2D(8, 1)(x), layers.Conv2D(8, 3, padding="same")(x)])


for slip in (a_letter, capital, wrong_axis):
    try:
        print(f"{slip.__name__:<12}", "no complaint, shape", slip().shape[1:])
    except NameError as error:
        print(f"{slip.__name__:<12}", type(error).__name__, "-", error)

# %% [markdown]
# The misspelt name is loud. The capital letter is silent, if an `X` happens to exist: shapes and count look plausible, and one branch reads the raw image. The wrong axis is silent too, and shows only in the shape:
# 56 high instead of 16 channels. A drawing shows both at a glance.
#
# ### Exercise 4.4 · Repair it (3 points)
#
# Your cell holds a module under the name `repaired`. It should be this: an image X of shape (28, 28, 8) and a first convolution x of it; on x three branches,
# a (1×1, strides 2), b (1×1, then 3×3 with strides 2) and c (averaged 3×3 with strides 2, then 3×3), 8 filters each, joined on the channels in this order. It builds without an error. Three people complain:
#
# - "The result is 42 high and 14 wide. I expected a square."
# - "It makes no difference which numbers branch c gives."
# - "Branch b knows nothing about the first convolution."
#
# Find the three mistakes, and change nothing else. `lg.plot(repaired)` shows each of them.
#
# <details><summary>Hint 1</summary>
#
# One complaint is about one letter, and two are about the last line.
#
# </details>
# <details><summary>Hint 2</summary>
#
# Which axis does a join use if you say nothing, and which one holds the channels? And how often does each of the names a, b and c stand in the list that is joined?
#
# </details>

# %% solution="repaired"
### BEGIN SOLUTION
X = keras.Input(shape=(28, 28, 8))
x = layers.Conv2D(16, 3, padding="same", activation="relu")(X)
a = layers.Conv2D(8, 1, strides=2, padding="same", activation="relu")(x)
b = layers.Conv2D(8, 1, activation="relu")(x)
b = layers.Conv2D(8, 3, strides=2, padding="same", activation="relu")(b)
c = layers.AveragePooling2D(3, strides=2, padding="same")(x)
c = layers.Conv2D(8, 3, padding="same", activation="relu")(c)
repaired = keras.Model(X, layers.Concatenate()([a, b, c]))
### END SOLUTION
### BEGIN STUB
# X = keras.Input(shape=(28, 28, 8))
# x = layers.Conv2D(16, 3, padding="same", activation="relu")(X)
# a = layers.Conv2D(8, 1, strides=2, padding="same", activation="relu")(x)
# b = layers.Conv2D(8, 1, activation="relu")(X)
# b = layers.Conv2D(8, 3, strides=2, padding="same", activation="relu")(b)
# c = layers.AveragePooling2D(3, strides=2, padding="same")(x)
# c = layers.Conv2D(8, 3, padding="same", activation="relu")(c)
# repaired = keras.Model(X, layers.Concatenate(axis=1)([a, b, b]))
### END STUB

# %% check="repaired" points=2
check(
    repaired,
    expect.outputs((14, 14, 24)).needed(),
    expect.branches(3, into="Concatenate", start="same"),
    expect.layers(Conv2D=5, AveragePooling2D=1, Concatenate=1),
    points=2,
)

# %% hidden="repaired" points=1
X0 = keras.Input(shape=(28, 28, 8))
x0 = layers.Conv2D(16, 3, padding="same", activation="relu")(X0)
a0 = layers.Conv2D(8, 1, strides=2, padding="same", activation="relu")(x0)
b0 = layers.Conv2D(8, 3, strides=2, padding="same", activation="relu")(layers.Conv2D(8, 1, activation="relu")(x0))
c0 = layers.Conv2D(8, 3, padding="same", activation="relu")(layers.AveragePooling2D(3, strides=2, padding="same")(x0))

check(repaired, expect.same_graph(keras.Model(X0, layers.Concatenate()([a0, b0, c0]))), points=1)

# %% [markdown]
# ### Exercise 4.5 · Train, measure and conclude (4 points)
#
# Does the small network for digits *need* each of its four branches? Train it without, and measure.
#
# 1. Write `digit_net(branches)`. It gets a text such as `"abd"` and returns a model (you need not compile it, `train` does): an input of shape (8, 8, 1); `Conv2D` 8, 3×3; the branches named in the text, side by side, joined with `Concatenate` in the order in which the text names them; `GlobalMaxPooling2D`; `Dense` 10 `softmax`.
#    The branches, with 8 filters everywhere: a = 1×1; b = 1×1, 3×3; c = `AveragePooling2D` 3×3 with strides 1, then 3×3; d = 1×1, 3×3, 3×3. All convolutions and the pooling have `padding="same"`, all convolutions have `relu`. (The text names at least two branches.)
# 2. Make four networks with three branches each, and train each with `train(model)` from the set-up, which returns the accuracy on new digits. Keep the trained models in the dict `nets` and the accuracies in the dict `accuracies`; the key is the branch that is *left out*: `"a"`, `"b"`, `"c"`, `"d"`.
# 3. Conclude: `needed` is the list of the branches without which the accuracy is below 0.85.
#
# <details><summary>Hint 1</summary>
#
# Make all four branches, put them into a dict by their letters, and join only those that are asked for. A layer whose result nobody uses doesn't become part of the model.
#
# </details>
# <details><summary>Hint 2</summary>
#
# Left out of another word: `"xyz".replace("y", "")` is `"xz"`. And `[name for name, score in scores.items() if score < 0.5]` picks names by their numbers.
#
# </details>

# %% solution="digit_net"
### BEGIN SOLUTION
def digit_net(branches):
    def conv(x, window):
        return layers.Conv2D(8, window, padding="same", activation="relu")(x)

    image = keras.Input(shape=(8, 8, 1))
    x = conv(image, 3)
    ends = {
        "a": conv(x, 1),
        "b": conv(conv(x, 1), 3),
        "c": conv(layers.AveragePooling2D(3, strides=1, padding="same")(x), 3),
        "d": conv(conv(conv(x, 1), 3), 3),
    }
    x = layers.Concatenate()([ends[name] for name in branches])
    x = layers.GlobalMaxPooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


nets = {left_out: digit_net("abcd".replace(left_out, "")) for left_out in "abcd"}
accuracies = {left_out: train(net) for left_out, net in nets.items()}
needed = [left_out for left_out, accuracy in accuracies.items() if accuracy < 0.85]
### END SOLUTION
### BEGIN STUB
# digit_net = ...
# nets = ...
# accuracies = ...
# needed = ...
### END STUB

# %% check="digit_net" points=2
def measured_again(answer):
    """the four networks have learnt, and the accuracies are what they reach on new digits"""
    for left_out, net in answer["nets"].items():
        right = np.argmax(np.asarray(net(new_images)), axis=1) == new_digits
        found = np.mean(right)
        if found < 0.3:
            return (
                f"without {left_out}: right in {found:.0%}, hardly more than by guessing. Was it trained "
                "with `train`?"
            )
        if expect.measured(right).judge(answer["accuracies"][left_out]).status != "met":
            return (
                f"without {left_out}, measured again: {found:.3f}. Is it the accuracy on new digits, "
                "after training?"
            )
    return True


def follows(answer):
    """needed follows from the accuracies"""
    low = sorted(left_out for left_out, accuracy in answer["accuracies"].items() if float(accuracy) < 0.85)
    return sorted(answer["needed"]) == low or f"below 0.85: {', '.join(low) or 'none of the four'}"


check(
    {"digit_net": digit_net, "nets": nets, "accuracies": accuracies, "needed": needed},
    expect.item(
        "digit_net",
        expect.calling("ab").gives(
            expect.inputs((8, 8, 1)),
            expect.outputs(10),
            expect.branches(2, into="Concatenate"),
            expect.layers(Conv2D=4, Concatenate=1),
        ),
    ).worth(2),
    *(
        expect.item(
            "nets",
            expect.item(left_out, expect.branches(3, into="Concatenate"), expect.parameters(parameters)),
        )
        for left_out, parameters in {"a": 2_810, "b": 2_226, "c": 2_298, "d": 1_642}.items()
    ),
    *(
        expect.item(
            "nets",
            expect.item(
                left_out,
                expect.compiled(
                    loss="sparse_categorical_crossentropy",
                    optimizer=keras.optimizers.Adam(0.01),
                    metrics=["accuracy"],
                ),
            ),
        ).worth(0.25)
        for left_out in "abcd"
    ),
    *(
        expect.item("accuracies", expect.item(left_out, expect.number(0, 1))).worth(0.25)
        for left_out in "abcd"
    ),
    expect.that(measured_again).worth(6),
    expect.that(follows).worth(3),
    points=2,
)

# %% hidden="digit_net" points=2
def with_branches(names):
    def window(tensor, size):
        return layers.Conv2D(8, size, padding="same", activation="relu")(tensor)

    start = keras.Input(shape=(8, 8, 1))
    first = window(start, 3)
    ends = {
        "a": window(first, 1),
        "b": window(window(first, 1), 3),
        "c": window(layers.AveragePooling2D(3, strides=1, padding="same")(first), 3),
        "d": window(window(window(first, 1), 3), 3),
    }
    joined = layers.GlobalMaxPooling2D()(layers.Concatenate()([ends[name] for name in names]))
    return keras.Model(start, layers.Dense(10, activation="softmax")(joined))


check(
    {"digit_net": digit_net, "nets": nets},
    expect.item("digit_net", expect.calling("cb").gives(expect.same_graph(with_branches("cb")))),
    expect.item("digit_net", expect.calling("abcd").gives(expect.same_graph(with_branches("abcd")))),
    *(expect.item("nets", expect.item(left_out, expect.same_graph(with_branches("abcd".replace(left_out, ""))))).worth(0.5)
      for left_out in "abcd"),
    points=2,
)

# %% [markdown]
# ## 5 · The extreme: one branch for each channel
#
# A branch of a module splits the work a little: the 1×1 mixes channels, then a window mixes places. Take it to the end, and *every channel gets a 3×3 window of its own*, which sees no other channel. Then a 1×1 convolution mixes the channels.
#
# ![A depthwise separable convolution: a window for each channel, then a 1×1 convolution](../../assets/figures/operations/separable.svg)
#
# That is a **depthwise separable convolution**; a network of them is **Xception**, "extreme Inception" ([Chollet 2016](https://arxiv.org/abs/1610.02357)). Keras has it as one layer. Show that it is those two:

# %% example
separable = layers.SeparableConv2D(8, 3, padding="same")
space = layers.DepthwiseConv2D(3, padding="same", use_bias=False)
channels = layers.Conv2D(8, 1)
separable(some), channels(space(some))

depth_kernel, point_kernel, bias = separable.get_weights()
space.set_weights([depth_kernel])
channels.set_weights([point_kernel, bias])

apart = np.abs(ops.convert_to_numpy(separable(some)) - ops.convert_to_numpy(channels(space(some)))).max()
print("largest difference:", apart)
print(
    "parameters from 16 channels to 8:",
    separable.count_params(),
    "separable,",
    f"{large_window.count_params():,} ordinary",
)

# %% [markdown]
# <!-- claim: separable-is-two -->
# 9 × 16 for space, 16 × 8 for channels, 8 biases: 280 instead of 1,160. The more filters, the larger the gap.

# %% claim="separable-is-two"
assert apart < 1e-4 and separable.count_params() == 280
{"apart": float(apart)}

# %% [markdown]
# **Predict, then run.** A network of six convolutions, once with each kind:

# %% example
def small_net(convolution):
    """Six convolutions of the given kind on (64, 64, 3), then ten classes."""
    inputs = keras.Input(shape=(64, 64, 3))
    x = convolution(32, 3, activation="relu")(inputs)
    x = convolution(64, 3, activation="relu")(x)
    x = layers.MaxPooling2D(2)(x)
    x = convolution(64, 3, activation="relu")(x)
    x = convolution(128, 3, activation="relu")(x)
    x = layers.MaxPooling2D(2)(x)
    x = convolution(64, 3, activation="relu")(x)
    x = convolution(128, 3, activation="relu")(x)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dense(32, activation="relu")(x)
    return keras.Model(inputs, layers.Dense(10, activation="softmax")(x))


both_kinds = {"ordinary": small_net(layers.Conv2D), "separable": small_net(layers.SeparableConv2D)}
for name, net in both_kinds.items():
    print(f"{name}: {net.count_params():,} parameters")

counts = {
    name: [layer.count_params() for layer in net.layers if "conv2d" in layer.name]
    for name, net in both_kinds.items()
}
figure, place = plt.subplots(figsize=(6, 2.6), layout="constrained")
for shift, (name, numbers) in zip((-0.2, 0.2), counts.items()):
    place.bar(np.arange(1, 7) + shift, numbers, width=0.4, label=name)
place.set(xlabel="convolution", ylabel="parameters", yscale="log", xticks=range(1, 7))
place.legend(loc="upper left")
plt.show()

# %% [markdown]
# <!-- claim: nearly-nine -->
# (The scale is logarithmic.) From the second convolution on the ordinary one has about eight times as many parameters. With a 3×3 window the factor comes near to nine, and never beyond. In lesson 09 you measure what this costs in accuracy.

# %% claim="nearly-nine"
ratios = np.array(counts["ordinary"][1:]) / np.array(counts["separable"][1:])
assert ratios.min() > 7.5 and ratios.max() < 9
{"least": float(ratios.min()), "greatest": float(ratios.max())}

# %% [markdown]
# ### The real ones
#
# `keras.applications` has both ideas, full size. With `weights=None` nothing is downloaded. **Predict, then run:** which of the two has more parameters?

# %% example
from collections import Counter

inception, xception = (
    keras.applications.InceptionV3(weights=None),
    keras.applications.Xception(weights=None),
)
for name, net in {"InceptionV3": inception, "Xception": xception}.items():
    kinds = Counter(type(layer).__name__ for layer in net.layers)
    print(
        f"{name:<12}{net.count_params():>12,} parameters   ",
        {kind: kinds[kind] for kind in ("Conv2D", "SeparableConv2D", "Concatenate", "Add")},
    )

# %% [markdown]
# InceptionV3 joins branches with `Concatenate`. Xception is built of separable convolutions, and of `Add`: that is lesson 05. Here is the first module of InceptionV3, cut out of the whole by its two ends:

# %% example
before = [layer for layer in inception.layers if isinstance(layer, layers.MaxPooling2D)][1]
first_module = keras.Model(before.output, inception.get_layer("mixed0").output)
lg.plot(first_module)

# %% [markdown]
# (The module has changed since 2014: [Szegedy et al. 2015](https://arxiv.org/abs/1512.00567) replaced 5×5 windows by two of 3×3, here in one branch only.)
#
# Four branches: one 1×1, one 1×1 → 5×5, one 1×1 → 3×3 → 3×3, one that pools. (`BatchNormalization` comes in lesson 09.) You can read it now.
#
# ### Exercise 4.6 · Decide between two designs (3 points)
#
# A phone has room for **10,000 parameters**, and its battery allows **1,200,000 multiplications** for an image in the convolutions. It sorts images of shape (32, 32, 3) into ten classes by
#
# three convolutions, 3×3, `padding="same"`, `relu`; `MaxPooling2D(2)` after the first and after the second; then `GlobalAveragePooling2D`; then `Dense` 10 `softmax`.
#
# - **Design A:** `Conv2D` layers with 12, 24 and 24 filters: 8,410 parameters.
# - **Design B:** `SeparableConv2D` layers with 32, 64 and 64 filters: 7,941 parameters.
#
# Both have room. The multiplications decide. A convolution multiplies by each of its weights (not the biases) once at every place of its output: on 32 × 32 places the first layer of design A makes 32 × 32 × (9 × 3 × 12). A separable one has 9 × channels in + channels in × filters weights.
#
# 1. Decide which design the battery allows, and build it as `light`.
# 2. How many multiplications does the *other* design need, its three convolutions together? Assign the number to `heavy_multiplications`.
#
# <details><summary>Hint 1</summary>
#
# Pooling halves height and width, so the second convolution works on 16 × 16 places. Do the sum for both designs, layer by layer.
#
# </details>
# <details><summary>Hint 2</summary>
#
# On other numbers: a `Conv2D` of 10 filters on (20, 20, 5), 3×3, makes 20 × 20 × 9 × 5 × 10 = 180,000 multiplications; a `SeparableConv2D` of 10 filters 20 × 20 × (9 × 5 + 5 × 10) = 38,000.
#
# </details>

# %% solution="light"
### BEGIN SOLUTION
inputs = keras.Input(shape=(32, 32, 3))
x = layers.SeparableConv2D(32, 3, padding="same", activation="relu")(inputs)
x = layers.MaxPooling2D(2)(x)
x = layers.SeparableConv2D(64, 3, padding="same", activation="relu")(x)
x = layers.MaxPooling2D(2)(x)
x = layers.SeparableConv2D(64, 3, padding="same", activation="relu")(x)
x = layers.GlobalAveragePooling2D()(x)
light = keras.Model(inputs, layers.Dense(10, activation="softmax")(x))
heavy_multiplications = 32 * 32 * 9 * 3 * 12 + 16 * 16 * 9 * 12 * 24 + 8 * 8 * 9 * 24 * 24
### END SOLUTION

# %% check="light" points=2
def within_both_budgets(model):
    """at most 10,000 parameters and 1,200,000 multiplications"""
    multiplications = 0
    for layer in model.layers:
        if len(layer.output.shape) == 4 and layer.weights:
            height, width = layer.output.shape[1:3]
            multiplications += (
                height
                * width
                * sum(int(np.prod(weights.shape)) for weights in layer.weights if len(weights.shape) > 1)
            )
    told = f"{model.count_params():,} parameters and {multiplications:,} multiplications"
    return model.count_params() <= 10_000 and multiplications <= 1_200_000 or told


def three_of_one_kind(model):
    """three convolutions of one class, 3×3, padding "same", relu"""
    graph = lg.normal_form(lg.call_graph(model))
    found = [call for call in graph.calls if "Conv" in call.kind]
    said = {
        (call.kind, call.settings["kernel_size"], call.settings["padding"], call.settings["activation"])
        for call in found
    }
    if len(found) != 3 or len(said) != 1:
        return (
            f"{len(found)} convolutions with {len(said)} different classes, windows, paddings or "
            "activations"
        )
    return {told[1:] for told in said} == {
        ((3, 3), "same", "relu")
    } or f"window, padding and activation are {said.pop()[1:]}"


check(
    {"light": light, "heavy_multiplications": heavy_multiplications},
    expect.item(
        "light",
        expect.inputs((32, 32, 3)),
        expect.outputs(10),
        expect.that(within_both_budgets).worth(2),
        expect.layers(MaxPooling2D=2, GlobalAveragePooling2D=1, Dense=1).worth(0.5),
        three_of_one_kind,
    ),
    expect.item(
        "heavy_multiplications",
        expect.leaves(
            97,
            47,
            look=(
                "Count the other design: the weights of each convolution without biases, times the "
                "places of its output."
            ),
        ),
    ),
    points=2,
)

# %% hidden="light" points=1
picture = keras.Input(shape=(32, 32, 3))
tensor = picture
for number, filters in enumerate((32, 64, 64)):
    tensor = layers.SeparableConv2D(filters, 3, padding="same", activation="relu")(tensor)
    if number < 2:
        tensor = layers.MaxPooling2D(2)(tensor)
tensor = layers.GlobalAveragePooling2D()(tensor)

check(
    {"light": light, "heavy_multiplications": heavy_multiplications},
    expect.item("light", expect.same_graph(keras.Model(picture, layers.Dense(10, activation="softmax")(tensor)))),
    expect.item("heavy_multiplications", expect.value(1_327_104)),
    points=1,
)

# %% [markdown]
# ## 6 · A small GoogLeNet
#
# Put three modules on top of each other, and you have a **GoogLeNet** in small. Its control is a plain stack of about as many parameters.

# %% example
def convolution(x, filters, window):
    return layers.Conv2D(filters, window, padding="same", activation="relu")(x)


def small_module(x, filters):
    a = convolution(x, filters, 1)
    b = convolution(convolution(x, filters, 1), filters, 3)
    c = convolution(layers.MaxPooling2D(3, strides=1, padding="same")(x), filters, 1)
    d = convolution(convolution(convolution(x, filters // 2, 1), filters, 3), filters, 3)
    return layers.Concatenate()([a, b, c, d])


def small_googlenet(seed):
    keras.utils.set_random_seed(seed)
    image = keras.Input(shape=(8, 8, 1))
    x = convolution(image, 16, 3)
    x = layers.MaxPooling2D(2)(small_module(small_module(x, 8), 8))
    x = layers.GlobalAveragePooling2D()(small_module(x, 12))
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


def plain_stack(seed):
    keras.utils.set_random_seed(seed)
    image = keras.Input(shape=(8, 8, 1))
    x = convolution(convolution(convolution(image, 16, 3), 16, 3), 20, 3)
    x = convolution(layers.MaxPooling2D(2)(x), 24, 3)
    return keras.Model(image, layers.Dense(10, activation="softmax")(layers.GlobalAveragePooling2D()(x)))


contest = {"small GoogLeNet": small_googlenet(seed=4), "plain stack": plain_stack(seed=4)}
scores = {name: train(net, epochs=10) for name, net in contest.items()}
for name, net in contest.items():
    print(
        f"{name:<16} {len(net.layers):>2} layers  {net.count_params():>6,} parameters   accuracy on new "
        f"digits: {scores[name]:.3f}"
    )

# %% [markdown]
# <!-- claim: googlenet -->
# Both read the digits well.
# <!-- claim: start-decides -->
# Which of them is ahead, the start decides: the GoogLeNet led in six of ten pairs of starts, and nobody led by more than six hundredths. On digits of 8 × 8 pixels the modules buy nothing that you could tell from luck. On the 1.2 million photographs of ImageNet,
# GoogLeNet won the contest of 2014 with 22 layers and, its authors say, a twelfth of the parameters of the winner two years before. A design is worth what it is worth *on your data*. Measure it, and keep the plain one beside it.

# %% claim="googlenet"
assert min(scores.values()) > 0.85
assert abs(scores["small GoogLeNet"] - scores["plain stack"]) < 0.1
scores

# %% claim="start-decides" holds="6 of 10"
assert scores["small GoogLeNet"] > scores["plain stack"]
{"GoogLeNet ahead by": scores["small GoogLeNet"] - scores["plain stack"]}

# %% [markdown]
# ## What you know now
#
# | layer | mixes | parameters, from *c* channels to *f* |
# | --- | --- | --- |
# | `Conv2D(f, 1)` | channels | c × f + f |
# | `Conv2D(f, 3)` | channels and neighbours | 9 × c × f + f |
# | `DepthwiseConv2D(3)` | neighbours (f = c) | 9 × c + c |
# | `SeparableConv2D(f, 3)` | neighbours, then channels | 9 × c + c × f + f |
# | `AveragePooling2D(3)`, `MaxPooling2D(3)` | neighbours | 0 |
#
# | branches don't line up | look for |
# | --- | --- |
# | 14 against 13 | a missing `padding="same"` |
# | 28 against 14 | a missing `strides=2` |
# | no error, but a strange shape | `Concatenate(axis=…)`: the channels are the last axis, -1 |
# | no error, right shape, odd drawing | a branch called on the wrong tensor |

# %% [markdown]
# ## In the wild
#
# Lines from published tutorials, and what Keras 3 says to them.

# %% example
keras_says("layer.Conv2D(128, 1, activation='relu')(x)", globals())
keras_says("layers.Conv2D(128, 3, 3, border_mode='same')", globals())
keras_says("layers.Conv2D(128, 3, subsample=(2, 2))", globals())
keras_says("layers.merge([a, b], mode='concat', concat_axis=-1)", globals())
keras_says("layers.AveragePooling2D(3, strides=2, border_mode='same')", globals())
keras_says("layers.Conv2D(128, 3, 3)(images).shape", globals())

# %% [markdown]
# | old line | today |
# | --- | --- |
# | `layer.Conv2D` | `layers.Conv2D`: the module you imported |
# | `Conv2D(128, 3, 3, border_mode="same")` | `Conv2D(128, 3, padding="same")` |
# | `Conv2D(128, 3, 3)`, meant as a 3×3 window | it runs: the second 3 is now the *strides*. Write `Conv2D(128, 3)` or `Conv2D(128, (3, 3))` |
# | `subsample=(2, 2)` | `strides=2` |
# | `merge([a, b], mode="concat", concat_axis=-1)` | `layers.Concatenate()([a, b])` |
#
# **Next:** branches that go *past* layers instead of through them. In lesson 05 a network gets thirty layers deep.
