# %% [markdown]
# # 05 · A road for the gradient
#
# After this lesson you can
#
# - **measure** how much of the gradient arrives at each layer of a deep network,
# - **build** a residual block with an identity shortcut, and one with a projection shortcut,
# - **write** one builder function that chooses the right shortcut by itself,
# - **choose** between adding and concatenating, and say what each costs,
# - **find** a shortcut that starts at the wrong tensor, though summary and count look right.
#
# **Time:** about 55 minutes. **You need:** calls of layers on tensors (lesson 01) and convolutions with `padding="same"` and strides (lesson 04).
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

keras.utils.set_random_seed(5)

(x_train, y_train), (x_test, y_test) = datasets.digits()
(rows_train, _), (rows_test, _) = datasets.digits(flat=True)

# %% [markdown]
# ## What branches cannot do
#
# In lesson 04 you made a network *wide*: branches side by side. Can you also make it *deep*? Just put more layers on top?
#
# Try it with the handwritten digits. The builder below makes a tower of `Dense` layers. They come in pairs: a layer with an activation, then one without.
# The two towers differ in depth alone.

# %% example
def plain_tower(pairs, activation="sigmoid"):
    """64 pixels → Dense 32 → `pairs` pairs of Dense 32 → ten classes."""
    keras.utils.set_random_seed(5)
    inputs = keras.Input(shape=(64,))
    x = layers.Dense(32)(inputs)
    for _ in range(pairs):
        x = layers.Dense(32, activation=activation)(x)
        x = layers.Dense(32)(x)
    return keras.Model(inputs, layers.Dense(10, activation="softmax")(x))


def train(model, epochs=6):
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model.fit(rows_train, y_train, epochs=epochs, batch_size=64, verbose=0).history["accuracy"]


shallow, deep = plain_tower(1), plain_tower(14)
curves = {"4 layers": train(shallow), "30 layers": train(deep)}
for name, curve in curves.items():
    print(f"{name:<10} accuracy by epoch:", [round(value, 2) for value in curve])

# %% [markdown]
# Four layers learn. Thirty layers guess: one in ten is right. They have more parameters, not fewer, so it is not a lack of room.
# In this lesson you find out what is missing, and give it to them.

# %% [markdown]
# ## 1 · Where the gradient gets lost
#
# Training moves each weight against its **gradient**: how much the loss changes when the weight does. No gradient, no learning.
# So measure it. For every `Dense` layer, take the gradient of its weights and print its length (the *norm*).

# %% example
import matplotlib.pyplot as plt
import tensorflow as tf


def gradient_norms(model):
    """The norm of the loss gradient for the weights of each Dense layer, first layer first."""
    kernels = [layer.kernel.value for layer in model.layers if isinstance(layer, layers.Dense)]
    with tf.GradientTape() as tape:
        loss = ops.mean(keras.losses.sparse_categorical_crossentropy(y_train[:256], model(rows_train[:256])))
    return [float(ops.norm(gradient)) for gradient in tape.gradient(loss, kernels)]


plain_norms = gradient_norms(plain_tower(14))
for number in (30, 29, 20, 10, 1):
    print(f"layer {number:>2}: {plain_norms[number - 1]:.0e}")

# %% [markdown]
# The last layer gets a gradient you can work with. Going down, each pair of layers takes a share of it, and the first layer gets next to nothing.
#
# Why? The gradient travels backwards, and every layer *multiplies* it. The slope of a sigmoid is at most 0.25. **Predict, then run:** what is left after 14 of them, at best?

# %% example
print(f"{0.25 ** 14:.0e}")

# %% [markdown]
# This is the **vanishing gradient**. The cure is one line long.

# %% [markdown]
# ## 2 · The identity shortcut
#
# Let a tensor take two roads. One goes through layers. The other goes round them and changes nothing. At the end you *add* the two.

# %% example
inputs = keras.Input(shape=(4,))
y = layers.Dense(4, activation="sigmoid")(inputs)      # the road through layers
y = layers.Dense(4)(y)
outputs = layers.Add()([inputs, y])                    # … plus the road around them
smallest = keras.Model(inputs, outputs)

lg.plot(smallest)

# %% [markdown]
# The arrow on the outside is the **shortcut**. The layers it goes round are a **residual block**: they need not produce the answer, only the *rest* that has to be added to the input.
#
# **Predict, then run.** All weights of this block become zero. What comes out for the input 1, 2, 3, 4?

# %% example
for layer in smallest.layers:
    layer.set_weights([np.zeros_like(weights) for weights in layer.get_weights()])
print(smallest.predict(np.array([[1.0, 2.0, 3.0, 4.0]]), verbose=0))

# %% [markdown]
# The input itself. A plain layer that has learnt nothing destroys what it reads; a residual block that has learnt nothing passes it on.
# Remember this test, it finds wrong shortcuts: **zero weights, and the input comes through.**
#
# The same holds for the gradient on its way back. The derivative of `x + f(x)` is `1 + f'(x)`. Even where `f'` is tiny, the 1 stays.
#
# With images the road goes through convolutions. `Add` wants equal shapes, so every convolution keeps the size (`padding="same"`) and the last one gives back as many channels as came in.
# **Predict, then run:** three 3×3 convolutions with 128 filters on 128 channels. How many parameters? And how many for the shortcut?

# %% example
inputs = keras.Input(shape=(28, 28, 128))
y = layers.Conv2D(128, 3, padding="same", activation="relu")(inputs)
y = layers.Conv2D(128, 3, padding="same", activation="relu")(y)
y = layers.Conv2D(128, 3, padding="same", activation="relu")(y)
outputs = layers.Add()([inputs, y])
identity_block = keras.Model(inputs, outputs)

print(f"identity block on (28, 28, 128): {identity_block.count_params():,} parameters, out {identity_block.output_shape[1:]}")

# %% [markdown]
# 3 × 3 × 128 × 128 + 128 = 147,584, three times. The shortcut has nothing to learn: 0.

# %% [markdown]
# ### Exercise 1 · Fill in the line (3 points)
#
# `quiet_block` shall be a residual block on feature maps of shape (16, 16, 32).
#
# 1. Fill in the missing line: `outputs` is the sum of `inputs` and `y`, and nothing else.
# 2. *Before* you run the cell, predict how many parameters the block has. Assign that whole number to `predicted_parameters`.
#
# <details><summary>Hint 1</summary>
#
# Two tensors go in as one list. For the number: a convolution has height × width × channels in × filters weights, and one bias for each filter. Does `Add` have any?
#
# </details>
# <details><summary>Hint 2</summary>
#
# `outputs = layers.Add()([…, …])`. Each convolution has 3 × 3 × 32 × 32 + 32 parameters, and there are two.
#
# </details>

# %% solution="quiet_block"
### BEGIN SOLUTION
inputs = keras.Input(shape=(16, 16, 32))
y = layers.Conv2D(32, 3, padding="same", activation="relu")(inputs)
y = layers.Conv2D(32, 3, padding="same")(y)
outputs = layers.Add()([inputs, y])
quiet_block = keras.Model(inputs, outputs)
predicted_parameters = 18_496
### END SOLUTION
### BEGIN STUB
# inputs = keras.Input(shape=(16, 16, 32))
# y = layers.Conv2D(32, 3, padding="same", activation="relu")(inputs)
# y = layers.Conv2D(32, 3, padding="same")(y)
# outputs = ...  # your line here
# quiet_block = ... if outputs is ... else keras.Model(inputs, outputs)
# predicted_parameters = ...  # your number here
### END STUB

# %% check="quiet_block" points=2
def zero_weights_let_the_input_through(model):
    """With all weights zero, the input comes through"""
    twin = keras.models.clone_model(model)
    twin.set_weights([np.zeros_like(weights) for weights in model.get_weights()])
    image = np.random.default_rng(1).normal(size=(1, 16, 16, 32)).astype("float32")
    out = np.asarray(twin(image))
    return out.shape == image.shape and np.allclose(out, image) or "something else comes out: is the input itself one of the two that you add?"


def a_whole_number(value):
    """predicted_parameters is a whole number"""
    is_number = isinstance(value, (int, float, np.number)) and not isinstance(value, bool)
    return is_number and value == int(value) or "type the number itself, such as 330"


check(
    {"quiet_block": quiet_block, "predicted_parameters": predicted_parameters},
    expect.item("quiet_block", zero_weights_let_the_input_through),
    expect.item("predicted_parameters", a_whole_number),
    points=2,
)

# %% hidden="quiet_block" points=1
maps = keras.Input(shape=(16, 16, 32))
road = layers.Conv2D(32, 3, padding="same", activation="relu")(maps)
road = layers.Conv2D(32, 3, padding="same")(road)

check(
    {"quiet_block": quiet_block, "predicted_parameters": predicted_parameters},
    expect.item("quiet_block", expect.same_graph(keras.Model(maps, layers.Add()([maps, road])))),
    expect.item("predicted_parameters", expect.value(18_496)),
    points=1,
)

# %% [markdown]
# ## 3 · Thirty layers that learn
#
# Back to the tower. The only change: `x = Add()([x, y])` where there was `x = y`. Same layers, same parameters, same start.

# %% example
def residual_tower(pairs, activation="sigmoid"):
    """The plain tower, with a shortcut round every pair of layers."""
    keras.utils.set_random_seed(5)
    inputs = keras.Input(shape=(64,))
    x = layers.Dense(32)(inputs)
    for _ in range(pairs):
        y = layers.Dense(32, activation=activation)(x)
        y = layers.Dense(32)(y)
        x = layers.Add()([x, y])
    return keras.Model(inputs, layers.Dense(10, activation="softmax")(x))


print(f"plain: {plain_tower(14).count_params():,} parameters   residual: {residual_tower(14).count_params():,} parameters")

# %% example
figure, places = plt.subplots(1, 2, figsize=(10, 3), sharey=True, layout="constrained")
for place, activation in zip(places, ("sigmoid", "relu")):
    place.semilogy(range(1, 31), gradient_norms(plain_tower(14, activation)), "o--", markersize=4, label="plain")
    place.semilogy(range(1, 31), gradient_norms(residual_tower(14, activation)), "s-", markersize=4, label="with shortcuts")
    place.set(title=f"{activation}, 30 layers, before training", xlabel="layer (1 reads the pixels)")
places[0].set_ylabel("gradient norm")
places[0].legend();

# %% [markdown]
# Look at the left picture, and mind the scale: each mark is a hundred times the one below. Without shortcuts the gradient falls by eight powers of ten from layer 30 to layer 1. With them it is nearly level:
# layer 1 hears as much as layer 25.
#
# On the right is `relu`. Here the plain line is level too, but it lies thousands of times lower. `relu` helps, but shortcuts help more.
#
# And does a level gradient mean learning?

# %% example
curves["30 layers with shortcuts"] = train(residual_tower(14))

figure, place = plt.subplots(figsize=(6, 3), layout="constrained")
for (name, curve), style in zip(curves.items(), ("o-", "x--", "s-")):
    place.plot(range(1, 7), curve, style, label=name)
place.axhline(0.1, color="gray", linewidth=1, linestyle=":")
place.set(xlabel="epoch", ylabel="training accuracy", ylim=(0, 1), title="digits, sigmoid towers")
place.legend(loc="center right");

# %% [markdown]
# The dotted line is guessing. Thirty plain layers stay on it. The same thirty layers with shortcuts leave it at once, and overtake the four.

# %% [markdown]
# ### Exercise 2 · Build a residual network (4 points)
#
# Build a functional model for digits and call it `digit_net`. You need not compile it.
#
# 1. Input of shape (8, 8, 1).
# 2. `Conv2D` with 16 filters, 3×3, `padding="same"`, `relu`. Call its result `x`.
# 3. A residual block on `x`: `Conv2D` 16, 3×3, `same`, `relu`, then `Conv2D` 16, 3×3, `same`, *without* activation. Add `x` to the result.
# 4. `relu` on the sum.
# 5. `GlobalAveragePooling2D`, then `Dense` 10 with `softmax`.
#
# <details><summary>Hint 1</summary>
#
# Keep `x` alive: give the road through the block another name, `y`. If you call it `x` too, the start of the shortcut is gone when you need it.
#
# </details>
# <details><summary>Hint 2</summary>
#
# ```python
# y = layers.Conv2D(16, 3, padding="same", activation="relu")(x)
# y = layers.Conv2D(…)(y)
# x = layers.Add()([…, …])
# x = layers.Activation("relu")(x)
# ```
#
# </details>

# %% solution="digit_net"
### BEGIN SOLUTION
inputs = keras.Input(shape=(8, 8, 1))
x = layers.Conv2D(16, 3, padding="same", activation="relu")(inputs)
y = layers.Conv2D(16, 3, padding="same", activation="relu")(x)
y = layers.Conv2D(16, 3, padding="same")(y)
x = layers.Add()([x, y])
x = layers.Activation("relu")(x)
x = layers.GlobalAveragePooling2D()(x)
outputs = layers.Dense(10, activation="softmax")(x)
digit_net = keras.Model(inputs, outputs)
### END SOLUTION

# %% check="digit_net" points=2
check(
    digit_net,
    expect.inputs((8, 8, 1)),
    expect.outputs(10),
    expect.layers(Conv2D=3, GlobalAveragePooling2D=1, Dense=1),
    expect.parameters(4_970),
    points=2,
)

# %% hidden="digit_net" points=2
image = keras.Input(shape=(8, 8, 1))
before = layers.Conv2D(16, 3, padding="same", activation="relu")(image)
after = layers.Conv2D(16, 3, padding="same", activation="relu")(before)
after = layers.Conv2D(16, 3, padding="same")(after)
pooled = layers.GlobalAveragePooling2D()(layers.ReLU()(layers.Add()([before, after])))

check(digit_net, expect.same_graph(keras.Model(image, layers.Dense(10, activation="softmax")(pooled))), points=2)

# %% [markdown]
# ## 4 · The projection shortcut
#
# A network for images gets smaller in height and width as it gets deeper, and has more channels. Then the two roads don't fit together any more:

# %% example
inputs = keras.Input(shape=(28, 28, 128))
y = layers.Conv2D(128, 3, padding="same", activation="relu")(inputs)
y = layers.Conv2D(128, 3, padding="same", activation="relu")(y)
y = layers.MaxPooling2D(2)(y)

try:
    layers.Add()([inputs, y])
except ValueError as error:
    print(type(error).__name__, "-", error)

# %% [markdown]
# Keras says it while you build: (28, 28, 128) and (14, 14, 128) are not one shape. The identity won't do. So give the shortcut one small layer that brings the input to the right shape:
# a **1×1 convolution**, with strides if the road shrinks. You know it from lesson 04: it looks at one position at a time and mixes channels.

# %% example
shortcut = layers.Conv2D(128, 1, strides=2)(inputs)
outputs = layers.Add()([shortcut, y])
projection_block = keras.Model(inputs, outputs)

print(f"projection block on (28, 28, 128): {projection_block.count_params():,} parameters, out {projection_block.output_shape[1:]}")
lg.plot(projection_block)

# %% [markdown]
# This shortcut is no longer free: 128 × 128 + 128 = 16,512. It is still short.
#
# **Predict, then run.** The same block reads 64 channels instead of 128. Which *two* layers get smaller?

# %% example
inputs = keras.Input(shape=(28, 28, 64))
y = layers.Conv2D(128, 3, padding="same", activation="relu")(inputs)
y = layers.Conv2D(128, 3, padding="same", activation="relu")(y)
y = layers.MaxPooling2D(2)(y)
outputs = layers.Add()([layers.Conv2D(128, 1, strides=2)(inputs), y])
from_64 = keras.Model(inputs, outputs)

for layer in from_64.layers:
    print(f"{type(layer).__name__:<14}{str(layer.output.shape[1:]):<18}{layer.count_params():>9,}")
print(f"the same on (28, 28, 64): {from_64.count_params():,} parameters, out {from_64.output_shape[1:]}")

# %% [markdown]
# The two layers that read the input: the first convolution of the road and the projection.
#
# So there is a rule. **Identity if the shape stays, projection if it changes.** A rule belongs in a function.
#
# ### Exercise 3 · Write a builder (6 points)
#
# Write `residual_block(x, filters, strides)`. It gets a tensor and returns a tensor.
#
# - **Road:** `Conv2D` with `filters` filters, 3×3, `strides=strides`, `padding="same"`, `relu`. Then `Conv2D` with `filters` filters, 3×3, `padding="same"`, no strides, no activation.
# - **Shortcut:** `x` itself if `strides` is 1 *and* `x` already has `filters` channels. Otherwise a 1×1 `Conv2D` on `x` with `filters` filters and `strides=strides`, no activation. (Its padding is free: a 1×1 never looks beyond the edge.)
# - **End:** add the two, then `relu`.
#
# A tensor knows its shape: `x.shape[-1]` is the number of channels.
#
# <details><summary>Hint 1</summary>
#
# Begin with `shortcut = x` and the road `y`. Then one `if`: *either* thing that changes the shape is reason enough for a projection.
#
# </details>
# <details><summary>Hint 2</summary>
#
# ```python
# shortcut = x
# if strides != 1 or x.shape[-1] != filters:
#     shortcut = layers.Conv2D(filters, 1, …)(x)
# …
# return layers.Activation("relu")(layers.Add()([shortcut, y]))
# ```
#
# </details>

# %% solution="residual_block"
def residual_block(x, filters, strides):
    """Return a tensor: two 3×3 convolutions on x, plus a shortcut, then relu."""
    ### BEGIN SOLUTION
    y = layers.Conv2D(filters, 3, strides=strides, padding="same", activation="relu")(x)
    y = layers.Conv2D(filters, 3, padding="same")(y)
    shortcut = x
    if strides != 1 or x.shape[-1] != filters:
        shortcut = layers.Conv2D(filters, 1, strides=strides)(x)
    return layers.Activation("relu")(layers.Add()([shortcut, y]))
    ### END SOLUTION

# %% check="residual_block" points=3
check(
    residual_block,
    expect.calling(keras.Input(shape=(8, 8, 16)), 16, 1).gives(expect.outputs((8, 8, 16)), expect.parameters(4_640)),
    expect.calling(keras.Input(shape=(8, 8, 16)), 32, 2).gives(expect.outputs((4, 4, 32)), expect.parameters(14_432)),
    points=3,
)

# %% hidden="residual_block" points=3
def block_model(shape, filters, strides, projection):
    start = keras.Input(shape=shape)
    road = layers.Conv2D(filters, 3, strides=strides, padding="same", activation="relu")(start)
    road = layers.Conv2D(filters, 3, padding="same")(road)
    aside = layers.Conv2D(filters, 1, strides=strides)(start) if projection else start
    return keras.Model(start, layers.ReLU()(layers.Add()([aside, road])))


check(
    residual_block,
    expect.calling(keras.Input(shape=(12, 12, 5)), 5, 1).gives(expect.same_graph(block_model((12, 12, 5), 5, 1, False))).worth(2),
    expect.calling(keras.Input(shape=(8, 8, 16)), 16, 1).gives(expect.same_graph(block_model((8, 8, 16), 16, 1, False))),
    expect.calling(keras.Input(shape=(12, 12, 5)), 9, 1).gives(expect.same_graph(block_model((12, 12, 5), 9, 1, True))).worth(1.5),
    expect.calling(keras.Input(shape=(12, 12, 5)), 2, 1).gives(expect.same_graph(block_model((12, 12, 5), 2, 1, True))).worth(1.5),
    expect.calling(keras.Input(shape=(12, 12, 5)), 5, 2).gives(expect.same_graph(block_model((12, 12, 5), 5, 2, True))),
    expect.calling(keras.Input(shape=(12, 12, 5)), 5, 3).gives(expect.same_graph(block_model((12, 12, 5), 5, 3, True))),
    expect.calling(keras.Input(shape=(8, 8, 16)), 32, 2).gives(expect.same_graph(block_model((8, 8, 16), 32, 2, True))),
    points=3,
)

# %% [markdown]
# ## 5 · Same summary, same count, wrong graph
#
# Two blocks. Somebody says they are the same. Keras' summary seems to agree:

# %% example
def block(right):
    inputs = keras.Input(shape=(12, 12, 24), name="maps")
    x = layers.Conv2D(24, 3, padding="same", activation="relu", name="first")(inputs)
    y = layers.Conv2D(24, 3, padding="same", name="second")(x)
    z = layers.Add(name="sum")([inputs if right else x, y])
    return keras.Model(inputs, layers.Activation("relu", name="relu")(z))


good, bad = block(True), block(False)
for one, other in zip(good.layers, bad.layers):
    print(f"{one.name:<8}{str(one.output.shape):<20}{one.count_params():>6,}   |   {other.name:<8}{str(other.output.shape):<20}{other.count_params():>6,}")

# %% [markdown]
# Same layers, same shapes, same counts. **Predict, then run:** what does the zero test say to each?

# %% example
image = np.full((1, 12, 12, 24), 0.5, dtype="float32")
for name, model in (("good", good), ("bad", bad)):
    twin = keras.models.clone_model(model)
    twin.set_weights([np.zeros_like(weights) for weights in model.get_weights()])
    print(name, "lets through:", float(np.asarray(twin(image)).mean()))

# %% [markdown]
# In `bad` the shortcut starts one layer too late. It goes round one convolution instead of two, and the input still has to pass through the first.
# A layer list can't show that, for it has no arrows. Comparing the two *graphs* can:

# %% example
lg.compare(good, bad)

# %% [markdown]
# ### Exercise 4 · Repair it (4 points)
#
# Your cell holds a block under the name `repaired`. It runs without error, and it has *two* mistakes. It should be
#
# - an input of shape (12, 12, 24),
# - `Conv2D` 24, 3×3, `same`, `relu`, then `Conv2D` 24, 3×3, `same`, *no activation*,
# - plus the block's input, and `relu` on the sum.
#
# Change what is wrong, and nothing else.
#
# <details><summary>Hint 1</summary>
#
# First question: where does the shortcut start, and where should it? Second: on which side of the sum does the last `relu` stand?
#
# </details>
# <details><summary>Hint 2</summary>
#
# Add `inputs`, not `x`. Take the activation out of the second convolution and call `layers.Activation("relu")` on the sum.
#
# </details>

# %% solution="repaired"
### BEGIN SOLUTION
inputs = keras.Input(shape=(12, 12, 24))
x = layers.Conv2D(24, 3, padding="same", activation="relu")(inputs)
y = layers.Conv2D(24, 3, padding="same")(x)
z = layers.Add()([inputs, y])
outputs = layers.Activation("relu")(z)
repaired = keras.Model(inputs, outputs)
### END SOLUTION
### BEGIN STUB
# inputs = keras.Input(shape=(12, 12, 24))
# x = layers.Conv2D(24, 3, padding="same", activation="relu")(inputs)
# y = layers.Conv2D(24, 3, padding="same", activation="relu")(x)
# outputs = layers.Add()([x, y])
# repaired = keras.Model(inputs, outputs)
### END STUB

# %% check="repaired" points=2
def with_zero_weights(model, number):
    twin = keras.models.clone_model(model)
    twin.set_weights([np.zeros_like(weights) for weights in model.get_weights()])
    return np.asarray(twin(np.full((1, 12, 12, 24), number, dtype="float32")))


def positive_numbers_come_through(model):
    """With all weights zero, positive numbers come through"""
    return np.allclose(with_zero_weights(model, 0.5), 0.5) or "they don't: the shortcut does not start at the input of the block"


def negative_numbers_become_zero(model):
    """With all weights zero, negative numbers become 0"""
    return np.allclose(with_zero_weights(model, -0.5), 0) or "they don't: the last relu must come after the sum"


check(
    repaired,
    expect.that(positive_numbers_come_through).needed(),
    expect.that(negative_numbers_become_zero),
    points=2,
)

# %% hidden="repaired" points=2
maps = keras.Input(shape=(12, 12, 24))
road = layers.Conv2D(24, 3, padding="same", activation="relu")(maps)
road = layers.Conv2D(24, 3, padding="same")(road)

check(repaired, expect.same_graph(keras.Model(maps, layers.ReLU()(layers.Add()([maps, road])))), points=2)

# %% [markdown]
# ## 6 · Add or concatenate?
#
# `Concatenate` keeps both tensors side by side instead of mixing them into one. That works as a shortcut too: nothing is lost, and the gradient has its road. What does it cost?
#
# **Predict, then run:** after each of four convolutions the input of the convolution joins its output. How many channels does each convolution read?

# %% example
def joined(merge):
    inputs = x = keras.Input(shape=(16, 16, 8))
    for _ in range(4):
        y = layers.Conv2D(8, 3, padding="same", activation="relu")(x)
        x = merge()([x, y])
    return keras.Model(inputs, x)


for merge in (layers.Add, layers.Concatenate):
    model = joined(merge)
    read = [layer.input.shape[-1] for layer in model.layers if isinstance(layer, layers.Conv2D)]
    print(f"{merge.__name__:<12} channels read {read}, out {model.output_shape[-1]}, {model.count_params():,} parameters")

# %% [markdown]
# The sum stays as wide as it was. The concatenation grows with every block, and every later layer pays for it. In return it needs no equal channels: only height and width must agree.
#
# ### A bottleneck, and a way round it
#
# A shortcut carries more than the gradient: it carries *information*. Squeeze the 64 pixels of a digit through a layer of two units. What these two numbers do not say is lost to all layers after them.
# Then lay a shortcut round the narrow place.

# %% example
def narrow(shortcut):
    keras.utils.set_random_seed(5)
    inputs = keras.Input(shape=(64,))
    y = layers.Dense(2)(inputs)                        # the bottleneck
    y = layers.Dense(64)(y)
    x = layers.Add()([inputs, y]) if shortcut else y
    x = layers.Dense(64, activation="relu")(x)
    model = keras.Model(inputs, layers.Dense(10, activation="softmax")(x))
    model.compile(optimizer=keras.optimizers.Adam(0.003), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(rows_train, y_train, epochs=12, verbose=0)
    return model.evaluate(rows_test, y_test, verbose=0)[1]


scores = {"through 2 units": narrow(False), "with a shortcut round them": narrow(True)}
figure, place = plt.subplots(figsize=(6, 1.8), layout="constrained")
bars = place.barh(list(scores), list(scores.values()), color=["lightgray", "steelblue"])
place.bar_label(bars, [f"{score:.0%}" for score in scores.values()])
place.set(xlim=(0, 1.1), xlabel="accuracy on new digits");

# %% [markdown]
# Same layers, same parameters, one arrow more. No layer after a bottleneck can bring back what the bottleneck dropped. An arrow around it can.

# %% [markdown]
# ### Exercise 5 · Decide between two designs (3 points)
#
# A weather station reads feature maps of shape (12, 12, 16). Its chip has room for **15,000 parameters**. The plan has four steps, and each step is the same:
#
# - `Conv2D` with 16 filters, 3×3, `same`, `relu`, on the result `x` of the step before,
# - then join `x` and the convolution's result, and go on with that.
#
# After the four steps come `GlobalAveragePooling2D` and `Dense` 5 with `softmax`. Two colleagues disagree about "join":
#
# - **Design A** joins with `Add`,
# - **Design B** joins with `Concatenate`.
#
# 1. Decide which design fits the chip, and build it as `tower` (you need not compile it).
# 2. Compute by hand how many parameters the *other* design has, all layers together, and assign that number to `other_parameters`.
#
# <details><summary>Hint 1</summary>
#
# A loop over four steps builds either design. In one of them, the number of channels stays 16. In the other it goes 16, 32, 48, 64, and 80 at the end.
#
# </details>
# <details><summary>Hint 2</summary>
#
# A 3×3 convolution that reads `c` channels has 9 × c × 16 + 16 parameters. `Dense` 5 reads as many numbers as there are channels at the end.
#
# </details>

# %% solution="tower"
### BEGIN SOLUTION
inputs = x = keras.Input(shape=(12, 12, 16))
for _ in range(4):
    y = layers.Conv2D(16, 3, padding="same", activation="relu")(x)
    x = layers.Add()([x, y])
x = layers.GlobalAveragePooling2D()(x)
outputs = layers.Dense(5, activation="softmax")(x)
tower = keras.Model(inputs, outputs)
other_parameters = 23_509
### END SOLUTION

# %% check="tower" points=1
def it_fits_the_chip(model):
    """It has at most 15,000 parameters"""
    return model.count_params() <= 15_000 or f"it has {model.count_params():,}: which layers make it grow?"


def a_whole_number(value):
    """other_parameters is a whole number"""
    is_number = isinstance(value, (int, float, np.number)) and not isinstance(value, bool)
    return is_number and value == int(value) or "type the number itself, such as 330"


check(
    {"tower": tower, "other_parameters": other_parameters},
    expect.item("tower", expect.inputs((12, 12, 16)), expect.outputs(5), it_fits_the_chip),
    expect.item("other_parameters", a_whole_number),
    points=1,
)

# %% hidden="tower" points=2
entry = joint = keras.Input(shape=(12, 12, 16))
for step in range(4):
    joint = layers.Add()([joint, layers.Conv2D(16, 3, padding="same", activation="relu")(joint)])

check(
    {"tower": tower, "other_parameters": other_parameters},
    expect.item("tower", expect.same_graph(
        keras.Model(entry, layers.Dense(5, activation="softmax")(layers.GlobalAveragePooling2D()(joint))))),
    expect.item("other_parameters", expect.value(23_509)),
    points=2,
)

# %% [markdown]
# ## What you know now
#
# | | identity shortcut | projection shortcut |
# | --- | --- | --- |
# | when | the shape stays | height, width or channels change |
# | write it | `layers.Add()([x, y])` | `layers.Add()([layers.Conv2D(filters, 1, strides=…)(x), y])` |
# | parameters | 0 | channels in × filters + filters |
# | test it | weights zero: the input comes through | shapes agree when you build |
#
# | | `Add` | `Concatenate` |
# | --- | --- | --- |
# | shapes | all axes equal | all axes equal but the last |
# | channels after it | as before | the sum of both: it grows |
# | gradient | has its road | has its road |
#
# - The gradient shrinks by a factor at each plain layer. Along a shortcut it does not.
# - Keep the tensor at which the shortcut starts in a variable of its own.
# - A summary lists layers. Wrong arrows show only in the graph.

# %% [markdown]
# ## In the wild
#
# Three mistakes that stand in published code. The first one raises an error:

# %% example
inputs = keras.Input(shape=(28, 28, 64))
y = layers.Conv2D(128, 3, strides=2, padding="same", activation="relu")(inputs)
try:
    layers.Add()([layers.Conv2D(128, 1)(inputs), y])
except ValueError as error:
    print(type(error).__name__, "-", error)

print(layers.Add()([layers.Conv2D(128, 1, strides=2)(inputs), y]).shape)

# %% [markdown]
# The projection gives the right channels, but forgets to shrink. The next one raises nothing. The `relu` stands on the wrong side of the sum:

# %% example
image = keras.Input(shape=(8, 8, 16))
inside = layers.Conv2D(16, 3, padding="same", activation="relu")(image)
late = layers.Conv2D(16, 3, padding="same", activation="relu")(inside)

old = keras.Model(image, layers.Add()([image, late]))                      # relu only inside the road
today = keras.Model(image, layers.ReLU()(layers.Add()([image, layers.Conv2D(16, 3, padding="same")(inside)])))

pixels = np.random.default_rng(5).normal(size=(1, 8, 8, 16))
for name, model in (("old", old), ("today", today)):
    out = np.asarray(model(pixels))
    changes = np.round(out - pixels, 3)
    print(f"{name:<6} lowest output {out.min():5.2f},  share of numbers made smaller {np.mean(changes < 0):4.0%}")

# %% [markdown]
# The old block can only add, never take away, and its output has no `relu`. The third mistake you repaired above: a shortcut from the wrong tensor.
#
# | old line | what happens | today |
# | --- | --- | --- |
# | `Conv2D(128, 1)(x)` as the shortcut of a road with strides | `ValueError` while building | `Conv2D(128, 1, strides=2)(x)`: the same strides as the road |
# | `activation="relu"` on the last convolution, nothing after the sum | the road can only add, never take away; sums grow | no activation there, `relu` after the sum |
# | `x = conv(x)`, `x = conv(x)`, `Add()([x, …])` | the start of the shortcut is overwritten: wrong graph, right count | two names: `x` for the shortcut, `y` for the road |
# | `merge([x, y], mode="sum")` from Keras 1 | `layers.merge` is gone | `layers.Add()([x, y])`, or just `x + y` |
#
# **Next:** so far every layer was called once. In lesson 06 one layer reads two things.
