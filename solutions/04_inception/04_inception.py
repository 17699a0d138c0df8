# %% [markdown]
# # 04 · Branches side by side
#
# After this lesson you can
#
# - **explain** what a 1×1 convolution does, and show it with numbers,
# - **predict** the shape behind strides and padding, so that branches line up,
# - **write** the four-branch module as a function that you can call anywhere,
# - **count** what a separable convolution saves,
# - **repair** a module that is wrong and builds.
#
# **Time:** about 55 minutes. **You need:** lesson 01, or this much of it: a layer is a function of tensors. And a rough idea of what a convolution is: a small window that slides over an image.
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

keras.utils.set_random_seed(4)

(images, digits), (new_images, new_digits) = datasets.digits()


def a_number(value):
    """a number is predicted"""
    return isinstance(value, (int, float, np.number)) and not isinstance(value, bool) or "type the number itself, such as 330"


# %% [markdown]
# ## Why choose?
#
# So far roads met at the end (several inputs) or parted at the end (several outputs). Now one road parts and meets again *in the middle*.
#
# You are building a network for images. Should the next layer look through a 1×1 window, or 3×3, or pool? A stack must choose. A graph does all of it side by side and lets training decide.
# That idea is called **Inception**. Its smallest ingredient comes first.

# %% [markdown]
# ## 1 · A 1×1 convolution
#
# A feature map of shape (5, 5, 16) has 25 places, and at each place 16 numbers: its *channels*. A 3×3 window mixes neighbouring places and all channels. A 1×1 window sees a single place.
# What is left to mix? The channels.
#
# **Predict, then run.** How many parameters have the two, from 16 channels to 8?

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
# **A 1×1 convolution is a `Dense` layer applied at every place.** It never looks at neighbours. It is a cheap way to change the number of channels.
#
# And that is its use: make the map thin before a large window looks at it. **Predict, then run.** From 256 channels to 256 by a 3×3 window, directly, and by way of 64:

# %% example
wide = keras.Input(shape=(28, 28, 256))
direct = keras.Model(wide, layers.Conv2D(256, 3, padding="same")(wide))
thin = keras.Model(wide, layers.Conv2D(256, 3, padding="same")(layers.Conv2D(64, 1)(wide)))
print(f"directly:        {direct.count_params():>8,}")
print(f"by way of 1×1:   {thin.count_params():>8,}")

# %% [markdown]
# Channels first, space afterwards: a quarter of the parameters, the same output shape. Keep this in mind, the end of the lesson takes it to the extreme.
#
# ### Exercise 4.1 · Fill in the line, predict the count (3 points)
#
# A feature map of shape (14, 14, 64) goes through a 3×3 convolution with 32 filters. The code in your cell runs, but it is to be made thin first.
#
# 1. Change the one line that makes `x`: a convolution with 16 filters, window 1×1, `relu`, on `maps`.
# 2. *Before* you run the cell, predict the number of parameters of `narrow` then. Assign it to `predicted_parameters`.
#
# <details><summary>Hint 1</summary>
#
# The rule above, once for each convolution. The second one reads the 16 channels that the first one makes.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `x = layers.Conv2D(16, 1, activation="relu")(maps)`, and (64 × 16 + 16) + (9 × 16 × … + …).
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
    expect.item("predicted_parameters", a_number),
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
# Branches are joined on the channel axis. Everything else, height and width, must agree. Two settings decide about height and width:
#
# - **`strides=2`**: the window moves two places at a time. The map gets half as high and half as wide.
# - **`padding`**: `"valid"` (what you get if you say nothing) keeps the window inside the image, so the border is lost. `"same"` adds zeros around it, so only the strides count.
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
# Same: 57 / 2 = 28.5, rounded up. Valid: (57 − 3) / 2 + 1. `shapes = {"one": (29, 29, 64), "three": …, "pool": …}`
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
    return all(len(tuple(shape)) == 3 for shape in value.values()) or "each shape is (height, width, channels), without the batch axis"


check(shapes, expect.that(three_shapes).needed(), points=1)

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
# Now the whole thing, in the size in which it stands in textbooks. Four branches read the same image, 128 filters each:
#
# - **a** looks at single places,
# - **b** makes the map thin, then looks at 3×3,
# - **c** averages over 3×3, then looks at 3×3,
# - **d** makes it thin and looks twice, so it sees 5×5.
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
# ### Which branch does the work?
#
# Put a small module on the handwritten digits and train it. Then close one branch at a time: set the weights by which the last layer reads that branch to zero.

# %% example
import matplotlib.pyplot as plt

keras.utils.set_random_seed(4)
image = keras.Input(shape=(8, 8, 1))
x = layers.Conv2D(8, 3, padding="same", activation="relu")(image)
a = layers.Conv2D(8, 1, activation="relu")(x)
b = layers.Conv2D(8, 3, padding="same", activation="relu")(layers.Conv2D(8, 1, activation="relu")(x))
c = layers.Conv2D(8, 3, padding="same", activation="relu")(layers.AveragePooling2D(3, strides=1, padding="same")(x))
d = layers.Conv2D(8, 1, activation="relu")(x)
d = layers.Conv2D(8, 3, padding="same", activation="relu")(d)
d = layers.Conv2D(8, 3, padding="same", activation="relu")(d)
x = layers.Concatenate()([a, b, c, d])
x = layers.GlobalMaxPooling2D()(x)
reader = keras.Model(image, layers.Dense(10, activation="softmax")(x))
reader.compile(optimizer=keras.optimizers.Adam(0.01), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
reader.fit(images, digits, epochs=8, batch_size=64, verbose=0)


def accuracy_on_new_digits():
    return reader.evaluate(new_images, new_digits, verbose=0, return_dict=True)["accuracy"]


results = {"all four": accuracy_on_new_digits()}
kernel, bias = reader.layers[-1].get_weights()
for number, name in enumerate(("without a (1×1)", "without b (3×3)", "without c (pooled)", "without d (5×5)")):
    closed = kernel.copy()
    closed[8 * number:8 * number + 8] = 0
    reader.layers[-1].set_weights([closed, bias])
    results[name] = accuracy_on_new_digits()

figure, place = plt.subplots(figsize=(6, 2.2), layout="constrained")
bars = place.barh(list(results), list(results.values()))
place.bar_label(bars, fmt="%.2f", padding=3)
place.set(xlabel="accuracy on new digits", xlim=(0, 1.1))
place.invert_yaxis()
plt.show()

# %% [markdown]
# See how different the bars are. Nobody told the network which window to trust. Training did.
#
# ### Exercise 4.3 · Build a module with three branches (4 points)
#
# Build the functional model `three_branches` on an input of shape (32, 32, 16):
#
# - branch 1: a 1×1 convolution, 8 filters,
# - branch 2: a 1×1 convolution, 8 filters, then a 3×3 convolution, 12 filters,
# - branch 3: `MaxPooling2D` with a 3×3 window and strides 1, then a 1×1 convolution, 4 filters,
#
# joined on the channels in this order. Every convolution has `relu`. Height and width stay 32 all the way: strides are 1 everywhere, so think of the padding.
#
# <details><summary>Hint 1</summary>
#
# The pooling needs `padding="same"` too. If you leave its `strides` out, it takes the size of its window: 3.
#
# </details>
# <details><summary>Hint 2</summary>
#
# ```python
# three = layers.MaxPooling2D(3, strides=1, padding="same")(inputs)
# three = layers.Conv2D(4, 1, activation="relu")(three)
# ```
#
# </details>

# %% solution="three_branches"
### BEGIN SOLUTION
inputs = keras.Input(shape=(32, 32, 16))
one = layers.Conv2D(8, 1, activation="relu")(inputs)
two = layers.Conv2D(8, 1, activation="relu")(inputs)
two = layers.Conv2D(12, 3, padding="same", activation="relu")(two)
three = layers.MaxPooling2D(3, strides=1, padding="same")(inputs)
three = layers.Conv2D(4, 1, activation="relu")(three)
three_branches = keras.Model(inputs, layers.Concatenate()([one, two, three]))
### END SOLUTION

# %% check="three_branches" points=2
check(
    three_branches,
    expect.inputs((32, 32, 16)),
    expect.outputs((32, 32, 24)),
    expect.layers(Conv2D=4, MaxPooling2D=1, Concatenate=1),
    expect.branches(3, into="Concatenate", start="same"),
    points=2,
)

# %% hidden="three_branches" points=2
start = keras.Input(shape=(32, 32, 16))
first = layers.Conv2D(8, 1, activation="relu")(start)
second = layers.Conv2D(12, 3, padding="same", activation="relu")(layers.Conv2D(8, 1, activation="relu")(start))
third = layers.Conv2D(4, 1, activation="relu")(layers.MaxPooling2D(3, strides=1, padding="same")(start))

check(three_branches, expect.same_graph(keras.Model(start, layers.Concatenate()([first, second, third]))), points=2)

# %% [markdown]
# ### Exercise 4.4 · Write the module as a function (4 points)
#
# A real network has a dozen modules. Nobody writes them out: write the function `inception_module(x, filters)`. It takes a *tensor* and returns a *tensor*, no model.
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
# ```python
# a = layers.Conv2D(filters, 1, strides=2, padding="same", activation="relu")(x)
# …
# return layers.Concatenate()([a, b, c, d])
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
check(
    inception_module,
    expect.calling(keras.Input(shape=(224, 224, 3)), 128).gives(
        expect.shape(None, 112, 112, 512),
        expect.parameters(447_872),
        expect.branches(4, into="Concatenate", start="same"),
    ),
    points=2,
)

# %% hidden="inception_module" points=2
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
    points=2,
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
# ### Exercise 4.5 · Repair it (4 points)
#
# Your cell holds a module under the name `repaired`. It builds without an error, and three things are wrong:
#
# - one branch reads the image instead of `x`,
# - the join is on the wrong axis,
# - one branch is joined twice and another one not at all.
#
# Repair them and change nothing else. Draw it with `lg.plot(repaired)` if you like.
#
# <details><summary>Hint 1</summary>
#
# All branches begin at `x`, the small letter. The output shall have the shape (14, 14, 24).
#
# </details>
# <details><summary>Hint 2</summary>
#
# The first line of branch b ends in `(x)`. The join is `layers.Concatenate()([a, b, …])`.
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
    expect.layers(Conv2D=5, AveragePooling2D=1, Concatenate=1),
    points=2,
)

# %% hidden="repaired" points=2
X0 = keras.Input(shape=(28, 28, 8))
x0 = layers.Conv2D(16, 3, padding="same", activation="relu")(X0)
a0 = layers.Conv2D(8, 1, strides=2, padding="same", activation="relu")(x0)
b0 = layers.Conv2D(8, 3, strides=2, padding="same", activation="relu")(layers.Conv2D(8, 1, activation="relu")(x0))
c0 = layers.Conv2D(8, 3, padding="same", activation="relu")(layers.AveragePooling2D(3, strides=2, padding="same")(x0))

check(repaired, expect.same_graph(keras.Model(X0, layers.Concatenate()([a0, b0, c0]))), points=2)

# %% [markdown]
# ## 5 · The extreme: one branch for each channel
#
# Inception separates a little: channels by 1×1, space by 3×3. Take it to the end, and *every channel gets a 3×3 window of its own*, which sees no other channel. Then a 1×1 convolution mixes the channels.
# That is a **depthwise separable convolution**. Keras has it as one layer. Show that it is those two:

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
print("parameters from 16 channels to 8:", separable.count_params(), "separable,", f"{large_window.count_params():,} ordinary")

# %% [markdown]
# 9 × 16 for space, 16 × 8 for channels, 8 biases: 280 instead of 1,160. The more channels, the larger the gap. **Predict, then run.** A network of six convolutions, once with each kind:

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


nets = {"ordinary": small_net(layers.Conv2D), "separable": small_net(layers.SeparableConv2D)}
for name, net in nets.items():
    print(f"{name}: {net.count_params():,} parameters")

figure, place = plt.subplots(figsize=(6, 2.6), layout="constrained")
for shift, (name, net) in zip((-0.2, 0.2), nets.items()):
    counts = [layer.count_params() for layer in net.layers if "conv2d" in layer.name]
    place.bar(np.arange(1, 7) + shift, counts, width=0.4, label=name)
place.set(xlabel="convolution", ylabel="parameters", yscale="log", xticks=range(1, 7))
place.legend(loc="upper left")
plt.show()

# %% [markdown]
# See the gap grow from the second convolution on: with a 3×3 window it comes close to a factor of nine. (The scale is logarithmic.) In lesson 09 you measure what this costs in accuracy.
#
# ### The real ones
#
# `keras.applications` has both ideas, full size. With `weights=None` nothing is downloaded. **Predict, then run:** which of the two has more parameters?

# %% example
from collections import Counter

inception, xception = keras.applications.InceptionV3(weights=None), keras.applications.Xception(weights=None)
for name, net in {"InceptionV3": inception, "Xception": xception}.items():
    kinds = Counter(type(layer).__name__ for layer in net.layers)
    print(f"{name:<12}{net.count_params():>12,} parameters   ", {kind: kinds[kind] for kind in ("Conv2D", "SeparableConv2D", "Concatenate", "Add")})

# %% [markdown]
# InceptionV3 joins branches with `Concatenate`. Xception is built of separable convolutions, and of `Add`: that is lesson 05. Here is the first module of InceptionV3, cut out of the whole by its two ends:

# %% example
before = [layer for layer in inception.layers if isinstance(layer, layers.MaxPooling2D)][1]
first_module = keras.Model(before.output, inception.get_layer("mixed0").output)
lg.plot(first_module)

# %% [markdown]
# Four branches: one 1×1, one 1×1 → 5×5, one 1×1 → 3×3 → 3×3, one that pools. (`BatchNormalization` comes in lesson 09.) You can read it now.
#
# ### Exercise 4.6 · Decide within a budget (3 points)
#
# A phone has room for **10,000 parameters**. It shall sort images of shape (32, 32, 3) into ten classes:
#
# three convolutions, 3×3, with 32, 64 and 64 filters, `padding="same"`, `relu`; `MaxPooling2D(2)` after the first and after the second; then `GlobalAveragePooling2D`; then `Dense` 10 `softmax`.
#
# - **Design A:** the three are `Conv2D` layers.
# - **Design B:** the three are `SeparableConv2D` layers.
#
# Work out which design fits. Build it as `light`. Then assign the number of parameters of the design that does *not* fit to `heavy_parameters`.
#
# <details><summary>Hint 1</summary>
#
# For `Conv2D`: 9 × channels in × filters + filters. The second convolution alone has 9 × 32 × 64 + 64.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `light` begins `x = layers.SeparableConv2D(32, 3, padding="same", activation="relu")(inputs)`. The other one: 896 + 18,496 + … + 650.
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
heavy_parameters = 56_970
### END SOLUTION

# %% check="light" points=1
def within_the_budget(model):
    """at most 10,000 parameters"""
    return model.count_params() <= 10_000 or f"{model.count_params():,} parameters"


check(
    {"light": light, "heavy_parameters": heavy_parameters},
    expect.item("light", expect.inputs((32, 32, 3)), expect.outputs(10), within_the_budget),
    points=1,
)

# %% hidden="light" points=2
picture = keras.Input(shape=(32, 32, 3))
t = picture
for number, filters in enumerate((32, 64, 64)):
    t = layers.SeparableConv2D(filters, 3, padding="same", activation="relu")(t)
    if number < 2:
        t = layers.MaxPooling2D(2)(t)
t = layers.GlobalAveragePooling2D()(t)

check(
    {"light": light, "heavy_parameters": heavy_parameters},
    expect.item("light", expect.same_graph(keras.Model(picture, layers.Dense(10, activation="softmax")(t)))),
    expect.item("heavy_parameters", expect.value(56_970)),
    points=2,
)

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


old("layer.Conv2D(128, 1, activation='relu')(x)")
old("layers.Conv2D(128, 3, 3, border_mode='same')")
old("layers.Conv2D(128, 3, subsample=(2, 2))")
old("layers.merge([a, b], mode='concat', concat_axis=-1)")
old("layers.AveragePooling2D(3, strides=2, border_mode='same')")
old("layers.Conv2D(128, 3, 3)(images).shape")

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
