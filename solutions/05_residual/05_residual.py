# %% [markdown]
# # 05 · A road for the gradient
#
# After this lesson you can
#
# - **measure** how much of the gradient arrives at each layer of a deep network,
# - **build** a residual block with an identity shortcut, and one with a projection shortcut,
# - **write** one builder function that chooses the right shortcut by itself,
# - **compare** shortcuts with their rivals by training both,
# - **find** a shortcut that starts at the wrong tensor, in a network where nobody sees it in a list.
#
# **Time:** about 55 minutes. **You need:** calls of layers on tensors (lesson 01) and convolutions with `padding="same"` and strides (lesson 04).
#
# The six exercises do not depend on each other. They are worth 20 points. All data are the handwritten digits of [the UCI repository](https://archive.ics.uci.edu/dataset/80).

# %% setup
# Is the course not installed here? In a copy of its repository, run this first: %pip install ../..
# Anywhere else: %pip install git+ADDRESS, with the address of the repository.
import numpy as np

import layergraph as lg
from grader.checks import check, expect
from grader.classroom import datasets

with lg.quiet():
    import keras
from keras import layers, ops

keras.utils.set_random_seed(5)

(x_train, y_train), (x_test, y_test) = datasets.digits()
(rows_train, _), (rows_test, _) = datasets.digits(flat=True)


def train(model, epochs=6):
    """Train a model on the digits as rows of 64 numbers; return its training accuracy after each epoch."""
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model.fit(rows_train, y_train, epochs=epochs, batch_size=64, verbose=0).history["accuracy"]


def zeroed(model):
    """A copy of the model, all of whose weights are zero."""
    twin = keras.models.clone_model(model)
    twin.set_weights([np.zeros_like(weights) for weights in model.get_weights()])
    return twin


# %% [markdown]
# ## What branches cannot do
#
# In lesson 04 you made a network *wide*: branches side by side. Can you also make it *deep* by putting more layers on top?
#
# Try it with the handwritten digits. The builder below makes a tower of `Dense` layers in pairs: one with an activation, then one without.
# The two towers differ in depth alone.

# %% example
def plain_tower(pairs, activation="sigmoid", initializer="glorot_uniform"):
    """64 pixels → Dense 32 → `pairs` pairs of Dense 32 → ten classes."""
    keras.utils.set_random_seed(5)
    inputs = keras.Input(shape=(64,))
    x = layers.Dense(32, kernel_initializer=initializer)(inputs)
    for _ in range(pairs):
        x = layers.Dense(32, activation=activation, kernel_initializer=initializer)(x)
        x = layers.Dense(32, kernel_initializer=initializer)(x)
    return keras.Model(inputs, layers.Dense(10, activation="softmax")(x))


curves = {"4 layers": train(plain_tower(1)), "30 layers": train(plain_tower(14))}
for name, curve in curves.items():
    print(f"{name:<10} accuracy by epoch:", [round(value, 2) for value in curve])

# %% [markdown]
# <!-- claim: depth-fails -->
# Four layers learn. Thirty layers guess: one in ten is right, on the very digits they are trained on. So it is not overfitting, and with more parameters it is not a lack of room.
# A deeper network that does worse *on its training data* is called **degradation**. In this lesson you find one cause of it, and a cure.

# %% claim="depth-fails"
assert curves["4 layers"][-1] > 0.5
assert max(curves["30 layers"]) < 0.2
{"shallow": curves["4 layers"][-1], "deep": curves["30 layers"][-1]}

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
        loss = ops.mean(
            keras.losses.sparse_categorical_crossentropy(y_train[:256], model(rows_train[:256]))
        )
    return [float(ops.norm(gradient)) for gradient in tape.gradient(loss, kernels)]


plain_norms = gradient_norms(plain_tower(14))
for number in (30, 29, 20, 10, 1):
    print(f"layer {number:>2}: {plain_norms[number - 1]:.0e}")

# %% [markdown]
# The last layer gets a gradient you can work with. Going down, each pair of layers takes a share of it, and the first layer gets next to nothing.
#
# Why? **Backpropagation** carries the gradient from the loss to the first layer, and every layer on the way *multiplies* it: by its weight matrix, and by the slope of its activation.
# The weight matrices are drawn so that they change its length little on average (Keras' default, [Glorot and Bengio 2010](https://proceedings.mlr.press/v9/glorot10a.html)). The slope of a sigmoid is at most 0.25.
#
# **Predict, then run:** what do 14 such slopes leave, at best? How near is that to what you measured?

# %% example
print(f"14 slopes:          {0.25 ** 14:.0e}")
print(f"layer 1 / layer 30: {plain_norms[0] / plain_norms[-1]:.0e}")

# %% [markdown]
# <!-- claim: vanishing -->
# The slopes explain the loss to within a factor of ten. This is the **vanishing gradient**. The cure in this lesson is one line long.

# %% claim="vanishing"
ratio = plain_norms[0] / plain_norms[-1]
assert ratio < 1e-6
assert 0.1 < ratio / 0.25**14 < 10
{"ratio": ratio, "to the slopes": ratio / 0.25**14}

# %% [markdown]
# ## 2 · The identity shortcut
#
# Let a tensor take two paths. One goes through layers. The other goes past them and changes nothing. At the end you *add* the two ([He et al. 2015](https://arxiv.org/abs/1512.03385)).

# %% example
inputs = keras.Input(shape=(4,))
y = layers.Dense(4, activation="sigmoid")(inputs)      # the path through layers
y = layers.Dense(4)(y)
outputs = layers.Add()([inputs, y])                    # … plus the path past them
smallest = keras.Model(inputs, outputs)

lg.plot(smallest)

# %% [markdown]
# The arrow on the outside is the **shortcut**, or *skip connection*. Together with the layers that it passes it makes a **residual block**. These layers need not produce the answer, only the *rest* (the residual) that has to be added to the input.
# (`layers.Add()([inputs, y])`, `layers.add([inputs, y])` and `inputs + y` make the same graph.)
#
# **Predict, then run.** All weights of this block become zero. What comes out for the input 1, 2, 3, 4?

# %% example
print(zeroed(smallest).predict(np.array([[1.0, 2.0, 3.0, 4.0]]), verbose=0))

# %% [markdown]
# The input itself. A plain stack with zero weights gives nothing; a residual block with zero weights gives its input. So the easiest thing a residual block can learn is to do no harm, and more layers need not make a network worse.
# Remember this test, it finds wrong shortcuts: **zero weights, and the input comes through.**
#
# The same holds for the gradient on its way back. The derivative of `x + f(x)` is `1 + f'(x)`. Even where `f'` is tiny, the 1 stays.
#
# With images the block holds convolutions. `Add` wants equal shapes, so every convolution keeps the size (`padding="same"`) and the last one gives back as many channels as came in.
# **Predict, then run:** three 3×3 convolutions with 128 filters on 128 channels. How many parameters? And how many for the shortcut?

# %% example
inputs = keras.Input(shape=(28, 28, 128))
y = layers.Conv2D(128, 3, padding="same", activation="relu")(inputs)
y = layers.Conv2D(128, 3, padding="same", activation="relu")(y)
y = layers.Conv2D(128, 3, padding="same", activation="relu")(y)
outputs = layers.Add()([inputs, y])
identity_block = keras.Model(inputs, outputs)

print(
    f"identity block on (28, 28, 128): {identity_block.count_params():,} parameters, out "
    f"{identity_block.output_shape[1:]}"
)

# %% [markdown]
# 3 × 3 × 128 × 128 + 128 = 147,584, three times. The shortcut has nothing to learn: 0.

# %% [markdown]
# ### Exercise 5.1 · Fill in two lines (3 points)
#
# `quiet_block` is to be a residual block on feature maps of shape (16, 16, 32).
#
# 1. Fill in the two missing lines: `outputs` is the sum of `inputs` and `y`, and nothing else; `quiet_block` is the model from `inputs` to `outputs`.
# 2. *Before* you run the cell, predict how many parameters the block has. Assign that whole number to `predicted_parameters`; only the number is checked, not how you found it.
#
# <details><summary>Hint 1</summary>
#
# Two tensors go in as one list. For the number: a convolution has height × width × channels in × filters weights, and one bias for each filter. Does `Add` have any?
#
# </details>
# <details><summary>Hint 2</summary>
#
# In the block of 128 channels above the line was `outputs = layers.Add()([inputs, y])`, and each convolution had 3 × 3 × 128 × 128 + 128 parameters. Here there are two convolutions, and fewer channels.
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
# quiet_block = ...  # your line here
# predicted_parameters = ...  # your number here
### END STUB

# %% check="quiet_block" points=2
def zero_weights_let_the_input_through(model):
    """With all weights zero, the input comes through"""
    image = np.random.default_rng(1).normal(size=(1, 16, 16, 32)).astype("float32")
    out = np.asarray(zeroed(model)(image))
    return (
        out.shape == image.shape
        and np.allclose(out, image)
        or "something else comes out: is the input itself one of the two that you add?"
    )


check(
    {"quiet_block": quiet_block, "predicted_parameters": predicted_parameters},
    expect.item("quiet_block", zero_weights_let_the_input_through, expect.layers(Conv2D=2).worth(0.5)),
    expect.item(
        "predicted_parameters",
        expect.leaves(97, 66, look="Count both convolutions with their biases; adding costs nothing."),
    ),
    points=2,
)

# %% hidden="quiet_block" points=1
maps = keras.Input(shape=(16, 16, 32))
path = layers.Conv2D(32, 3, padding="same", activation="relu")(maps)
path = layers.Conv2D(32, 3, padding="same")(path)

check(
    {"quiet_block": quiet_block, "predicted_parameters": predicted_parameters},
    expect.item("quiet_block", expect.same_graph(keras.Model(maps, layers.Add()([maps, path])))),
    expect.item("predicted_parameters", expect.value(18_496)),
    points=1,
)

# %% [markdown]
# ## 3 · Thirty layers that learn
#
# Back to the tower. The only change: `x = Add()([x, y])` where there was `x = y`. Same layers, same parameters, same start.

# %% example
def residual_tower(pairs, activation="sigmoid"):
    """The plain tower, with a shortcut past every pair of layers."""
    keras.utils.set_random_seed(5)
    inputs = keras.Input(shape=(64,))
    x = layers.Dense(32)(inputs)
    for _ in range(pairs):
        y = layers.Dense(32, activation=activation)(x)
        y = layers.Dense(32)(y)
        x = layers.Add()([x, y])
    return keras.Model(inputs, layers.Dense(10, activation="softmax")(x))


print(
    f"plain: {plain_tower(14).count_params():,} parameters   residual: "
    f"{residual_tower(14).count_params():,} parameters"
)

# %% example
norms = {activation: {
    "plain": gradient_norms(plain_tower(14, activation)),
    "with shortcuts": gradient_norms(residual_tower(14, activation)),
} for activation in ("sigmoid", "relu")}

figure, places = plt.subplots(1, 2, figsize=(10, 3), sharey=True, layout="constrained")
for place, (activation, lines) in zip(places, norms.items()):
    for (name, line), style in zip(lines.items(), ("o--", "s-")):
        place.semilogy(range(1, 31), line, style, markersize=4, label=name)
    place.set(title=f"{activation}, 30 layers, before training", xlabel="layer (1 reads the pixels)")
places[0].set_ylabel("gradient norm")
places[0].legend();

# %% [markdown]
# <!-- claim: level-with-shortcuts -->
# Look at the left picture, and mind the scale: it counts powers of ten. Without shortcuts the gradient falls by more than six powers of ten from layer 30 to layer 1.
# With them it is nearly level: the first layer's is no more than ten times smaller than the last one's.
#
# On the right is `relu`, whose slope is 1 or 0. Here the plain line is level too, but it lies thousands of times lower.
#
# And does a level gradient mean learning?

# %% claim="level-with-shortcuts"
plain, residual = norms["sigmoid"].values()
assert plain[-1] / plain[0] > 1e6 and residual[-1] / residual[0] < 10
flat, lifted = norms["relu"].values()
assert max(flat) / min(flat) < 100 and np.median(lifted) / np.median(flat) > 1_000
{"plain": plain[-1] / plain[0], "residual": residual[-1] / residual[0], "relu apart": float(np.median(lifted) / np.median(flat))}

# %% example
curves["30 layers with shortcuts"] = train(residual_tower(14))

figure, place = plt.subplots(figsize=(6, 3), layout="constrained")
for (name, curve), style in zip(curves.items(), ("o-", "x--", "s-")):
    place.plot(range(1, 7), curve, style, label=name)
place.axhline(0.1, color="gray", linewidth=1, linestyle=":")
place.set(xlabel="epoch", ylabel="training accuracy", ylim=(0, 1), title="digits, sigmoid towers")
place.legend(loc="center right");

# %% [markdown]
# <!-- claim: shortcuts-learn -->
# The dotted line is guessing. Thirty plain layers stay on it. The same thirty layers with shortcuts leave it, and after six epochs they are ahead of the four.

# %% claim="shortcuts-learn"
assert curves["30 layers with shortcuts"][-1] > max(0.75, curves["4 layers"][-1])
{name: curve[-1] for name, curve in curves.items()}

# %% [markdown]
# ### Is it only the gradient?
#
# The story so far is neat: no gradient, no learning; a gradient, and it learns. Test it on a rival. `he_normal` draws larger weights, made for `relu`, so that the gradient doesn't shrink. No shortcuts.
# **Predict, then run:** does this tower learn as well as the one with shortcuts?

# %% example
rivals = {
    "relu, he_normal, plain": plain_tower(14, "relu", "he_normal"),
    "relu, with shortcuts": residual_tower(14, "relu"),
}
started = {name: gradient_norms(model)[0] for name, model in rivals.items()}
learnt = {name: train(model, epochs=4)[-1] for name, model in rivals.items()}
for name in rivals:
    print(
        f"{name:<24} gradient at layer 1: {started[name]:>4.0f}   accuracy after 4 epochs: "
        f"{learnt[name]:.2f}"
    )

# %% [markdown]
# <!-- claim: not-only-size -->
# The plain tower has a large gradient at every layer and still learns far more slowly. So the *size* of the gradient isn't the whole story. He et al. say so themselves: their plain networks had healthy gradients, thanks to batch normalization, and degraded all the same.
# A shortcut also makes the *problem* easier: each block starts near the identity, and the gradients of neighbouring inputs resemble each other, which plain depth destroys ([Balduzzi et al. 2017](https://arxiv.org/abs/1702.08591)).
#
# The field has three remedies, and large networks use all of them: a start that fits the activation, normalization between the layers (lesson 09), and shortcuts. You try the second one yourself in Exercise 5.5.
# Networks that read sequences have a shortcut of their own: an LSTM carries its state from step to step by a *sum*.

# %% claim="not-only-size"
plain, residual = rivals
assert started[plain] > 1 and learnt[residual] - learnt[plain] > 0.15
{"gradient, plain": started[plain], "gradient, residual": started[residual], "plain": learnt[plain], "residual": learnt[residual]}

# %% [markdown]
# ### Exercise 5.2 · Build a residual network (3 points)
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
# Keep `x` alive: give the path through the block another name, `y`. If you call it `x` too, the start of the shortcut is gone when you need it.
#
# </details>
# <details><summary>Hint 2</summary>
#
# A block of two `Dense` layers, with `relu` on the sum, looks like this:
#
# ```python
# y = layers.Dense(7, activation="relu")(x)
# y = layers.Dense(7)(y)
# x = layers.Activation("relu")(layers.Add()([x, y]))
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
    expect.inputs((8, 8, 1)).worth(0.5),
    expect.outputs(10).worth(0.5),
    expect.skip("Conv2D", "Conv2D", projection=False, times=1).worth(2),
    expect.layers(Conv2D=3, GlobalAveragePooling2D=1, Dense=1),
    expect.path("Conv2D", "Conv2D", "Conv2D", "Add", "Activation", "GlobalAveragePooling2D", direct=True),
    expect.layer("Conv2D", filters=16, kernel_size=3, activation="relu", count=2),
    expect.layer("Conv2D", filters=16, kernel_size=3, activation=None),
    points=2,
)

# %% hidden="digit_net" points=1
image = keras.Input(shape=(8, 8, 1))
before = layers.Conv2D(16, 3, padding="same", activation="relu")(image)
after = layers.Conv2D(16, 3, padding="same", activation="relu")(before)
after = layers.Conv2D(16, 3, padding="same")(after)
pooled = layers.GlobalAveragePooling2D()(layers.ReLU()(layers.Add()([before, after])))

check(digit_net, expect.same_graph(keras.Model(image, layers.Dense(10, activation="softmax")(pooled))), points=1)

# %% [markdown]
# ## 4 · The projection shortcut
#
# A network for images gets smaller in height and width as it gets deeper, and has more channels. Then the two paths no longer fit together:

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
# Keras says it while you build: (28, 28, 128) and (14, 14, 128) are not one shape. So give the shortcut one small layer that brings the input to the right shape:
# a **1×1 convolution**, with strides if the main path shrinks. You know it from lesson 04: it looks at one position at a time and mixes channels.

# %% example
shortcut = layers.Conv2D(128, 1, strides=2)(inputs)
outputs = layers.Add()([shortcut, y])
projection_block = keras.Model(inputs, outputs)

print(
    f"projection block on (28, 28, 128): {projection_block.count_params():,} parameters, out "
    f"{projection_block.output_shape[1:]}"
)
lg.plot(projection_block)

# %% [markdown]
# This shortcut is no longer free: 128 × 128 + 128 = 16,512 parameters. And the 1 in `1 + f'(x)` becomes a matrix. That is why a network uses projections only where it must.
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
# The two layers that read the input: the first convolution of the main path and the projection.
#
# So there is a rule. **Identity if the shape stays, projection if it changes.** A rule belongs in a function.
#
# ### Exercise 5.3 · Write a builder (5 points)
#
# Write `residual_block(x, filters, strides)`. It gets a tensor and returns a tensor.
#
# - **Main path:** `Conv2D` with `filters` filters, 3×3, `strides=strides`, `padding="same"`, `relu`. Then `Conv2D` with `filters` filters, 3×3, `padding="same"`, no strides, no activation.
# - **Shortcut:** `x` itself if `strides` is 1 *and* `x` already has `filters` channels. Otherwise a 1×1 `Conv2D` on `x` with `filters` filters and `strides=strides`, no activation. (Its padding is free: a 1×1 never looks beyond the edge.)
# - **End:** add the two, then `relu`.
#
# A tensor knows its shape: `x.shape[-1]` is the number of channels.
#
# <details><summary>Hint 1</summary>
#
# Begin with `shortcut = x` and the main path `y`. Then one `if`: *either* thing that changes the shape is reason enough for a projection.
#
# </details>
# <details><summary>Hint 2</summary>
#
# The same rule for `Dense` layers, where only the number of units can differ:
#
# ```python
# shortcut = x
# if x.shape[-1] != units:
#     shortcut = layers.Dense(units)(x)
# ```
#
# Your condition has a second part, joined by `or`.
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

# %% check="residual_block" points=2
main_path = [
    expect.path("Conv2D", "Conv2D", "Add", "Activation", direct=True),
    expect.layer("Conv2D", kernel_size=3, activation="relu", count=1),
    expect.layer("Conv2D", kernel_size=3, strides=1, activation=None, count=1),
]
with_projection = [
    expect.skip("Conv2D", "Conv2D", projection="Conv2D", times=1),
    expect.layer("Conv2D", kernel_size=1, activation=None),
    expect.layers(Conv2D=3),
]

check(
    residual_block,
    expect.calling(keras.Input(shape=(8, 8, 16)), 16, 1).gives(
        expect.outputs((8, 8, 16)),
        expect.skip("Conv2D", "Conv2D", projection=False, times=1),
        expect.layers(Conv2D=2),
        *main_path,
    ),
    expect.calling(keras.Input(shape=(8, 8, 16)), 32, 2).gives(
        expect.outputs((4, 4, 32)), *with_projection
    ),
    expect.calling(keras.Input(shape=(8, 8, 16)), 24, 1).gives(
        expect.outputs((8, 8, 24)), *with_projection
    ),
    expect.calling(keras.Input(shape=(8, 8, 16)), 16, 2).gives(
        expect.outputs((4, 4, 16)), *with_projection
    ),
    points=2,
)

# %% hidden="residual_block" points=3
def block_model(shape, filters, strides, projection):
    start = keras.Input(shape=shape)
    path = layers.Conv2D(filters, 3, strides=strides, padding="same", activation="relu")(start)
    path = layers.Conv2D(filters, 3, padding="same")(path)
    aside = layers.Conv2D(filters, 1, strides=strides)(start) if projection else start
    return keras.Model(start, layers.ReLU()(layers.Add()([aside, path])))


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
# ## 5 · Same layers, same count, wrong graph
#
# Two blocks. Somebody says they are the same. Their layers, shapes and counts are. Can you see the difference in Keras' summary?

# %% example
def block(right):
    inputs = keras.Input(shape=(12, 12, 24), name="maps")
    x = layers.Conv2D(24, 3, padding="same", activation="relu", name="first")(inputs)
    y = layers.Conv2D(24, 3, padding="same", name="second")(x)
    z = layers.Add(name="sum")([inputs if right else x, y])
    return keras.Model(inputs, layers.Activation("relu", name="relu")(z))


good, bad = block(True), block(False)
good.summary()
bad.summary()

# %% [markdown]
# Read the last column, **Connected to**, in the row of `sum`. One says `maps[0][0], second[0][0]`, the other `first[0][0], second[0][0]`. (The numbers say which call of a layer is meant, and which of its outputs. Here every layer is called once and has one output.)
#
# **Predict, then run:** what does the zero test say to each?

# %% example
image = np.full((1, 12, 12, 24), 0.5, dtype="float32")
for name, model in (("good", good), ("bad", bad)):
    print(name, "lets through:", float(np.asarray(zeroed(model)(image)).mean()))

# %% [markdown]
# In `bad` the shortcut starts one layer too late. It passes one convolution instead of two, and the input still has to go through the first.
#
# In a summary of four rows you can find that. In one of thirty layers nobody reads the last column of every row. So let the computer compare the two *graphs*. Below, one of 14 shortcuts is wrong:

# %% example
def tower_with_a_slip(late):
    """A residual tower; the shortcut of block `late` starts one layer too late."""
    inputs = keras.Input(shape=(64,), name="digit")
    x = layers.Dense(32, name="start")(inputs)
    for number in range(1, 15):
        y = layers.Dense(32, activation="sigmoid", name=f"in_{number}")(x)
        z = layers.Dense(32, name=f"out_{number}")(y)
        x = layers.Add(name=f"sum_{number}")([y if number == late else x, z])
    return keras.Model(inputs, layers.Dense(10, activation="softmax", name="answer")(x))


lg.compare(tower_with_a_slip(None), tower_with_a_slip(9))

# %% [markdown]
# ### Exercise 5.4 · Repair it (3 points)
#
# Your cell holds a block under the name `repaired`. It reads maps of shape (12, 12, 24), and should be two 3×3 convolutions with 24 filters, with a shortcut past both of them and with `relu` at the end, as in `residual_block`. It builds. Two people complain:
#
# - "With all weights zero and 0.5 everywhere in the input, 0 comes out."
# - "Whatever I feed it, the sum is never smaller than what the shortcut brings. The convolutions can't take anything away."
#
# Find the two mistakes, and change nothing else.
#
# <details><summary>Hint 1</summary>
#
# The first complaint is about where the shortcut starts. The second: which numbers can a `relu` give, and on which side of the sum does the last one stand?
#
# </details>
# <details><summary>Hint 2</summary>
#
# Compare with `good` in the example above, line by line. Each of its lines has a partner in your cell.
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
def positive_numbers_come_through(model):
    """With all weights zero, positive numbers come through"""
    out = np.asarray(zeroed(model)(np.full((1, 12, 12, 24), 0.5, dtype="float32")))
    return np.allclose(out, 0.5) or "they don't: the shortcut does not start at the input of the block"


def negative_numbers_become_zero(model):
    """With all weights zero, negative numbers become 0"""
    out = np.asarray(zeroed(model)(np.full((1, 12, 12, 24), -0.5, dtype="float32")))
    return np.allclose(out, 0) or "they don't: the last relu must come after the sum"


def the_last_convolution_may_take_away(model):
    """What is added to the shortcut may be negative"""
    graph = lg.normal_form(lg.call_graph(model))
    added = [graph.calls[source] for call in graph.of_kind("Add") for source, _ in call.inputs]
    return (
        all(call.settings.get("activation") != "relu" for call in added) or "a relu stands before the sum"
    )


check(
    repaired,
    expect.that(positive_numbers_come_through).needed(),
    expect.that(negative_numbers_become_zero),
    expect.skip("Conv2D", "Conv2D", projection=False, times=1).worth(0.5),
    the_last_convolution_may_take_away,
    points=2,
)

# %% hidden="repaired" points=1
maps = keras.Input(shape=(12, 12, 24))
path = layers.Conv2D(24, 3, padding="same", activation="relu")(maps)
path = layers.Conv2D(24, 3, padding="same")(path)

check(repaired, expect.same_graph(keras.Model(maps, layers.ReLU()(layers.Add()([maps, path])))), points=1)

# %% [markdown]
# ## 6 · Add or concatenate?
#
# `Concatenate` keeps both tensors side by side instead of mixing them into one. That works as a shortcut too: nothing is lost, and the gradient has its way back. (A network in which every block does so is a *DenseNet*, [Huang et al. 2016](https://arxiv.org/abs/1608.06993).) What does it cost?
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
    print(
        f"{merge.__name__:<12} channels read {read}, out {model.output_shape[-1]}, "
        f"{model.count_params():,} parameters"
    )

# %% [markdown]
# The sum stays as wide as it was. The concatenation grows with every block, and every later layer pays for it. In return it needs no equal channels: only height and width must agree.
#
# ### A bottleneck, and a way past it
#
# A shortcut carries more than the gradient: it carries *information*. Squeeze the 64 pixels of a digit through a layer of two units. What these two numbers do not say is lost to all layers after them: a **representational bottleneck**.
# Then lay a shortcut past the narrow place. Three starts each:

# %% example
def narrow(shortcut, seed):
    keras.utils.set_random_seed(seed)
    inputs = keras.Input(shape=(64,))
    y = layers.Dense(2)(inputs)                        # the bottleneck
    y = layers.Dense(64)(y)
    x = layers.Add()([inputs, y]) if shortcut else y
    x = layers.Dense(64, activation="relu")(x)
    model = keras.Model(inputs, layers.Dense(10, activation="softmax")(x))
    train(model, epochs=8)
    return model.evaluate(rows_test, y_test, verbose=0)[1]


scores = {
    "through 2 units": [narrow(False, seed=start) for start in (5, 6, 7)],
    "with a shortcut past them": [narrow(True, seed=start) for start in (5, 6, 7)],
}
for name, found in scores.items():
    print(
        f"{name:<26} accuracy on new digits: {np.mean(found):.2f}   (from {min(found):.2f} to "
        f"{max(found):.2f})"
    )

# %% [markdown]
# <!-- claim: bottleneck -->
# Same layers, same parameters, one arrow more, and the worst of three starts with it beats the best without. No layer after a bottleneck can bring back what the bottleneck dropped. An arrow past it can.

# %% claim="bottleneck"
without, past = scores.values()
assert min(past) > max(without) + 0.1
{"without": float(np.mean(without)), "past": float(np.mean(past))}

# %% [markdown]
# ### Exercise 5.5 · Train, measure and conclude (4 points)
#
# The best known rival of shortcuts is batch normalization. Does a tower of thirty sigmoid layers learn with it, and *without* any shortcut?
#
# 1. Write `normalized_tower(pairs)`. It returns a model: an input of 64 numbers, `Dense` 32, then `pairs` times
#    `Dense` 32 → `BatchNormalization(momentum=0.9)` → `sigmoid` → `Dense` 32, and at the end `Dense` 10 with `softmax`. No shortcuts, nothing compiled.
# 2. Make `rival`, a tower of 14 pairs, and train it with `train(rival)`.
# 3. Measure: `report` is a dict. `"accuracy"` is the share of the 360 *test* digits (`rows_test`, `y_test`) that `rival` gets right. `"needs shortcuts"` is your conclusion: `True` if thirty sigmoid layers can't learn without shortcuts, `False` if they can.
#
# <details><summary>Hint 1</summary>
#
# The plain tower at the top of the lesson has the loop. The activation becomes a layer of its own, because something stands before it.
#
# </details>
# <details><summary>Hint 2</summary>
#
# For another model, and other data, the measurement would be
#
# ```python
# loss, accuracy = model.evaluate(rows, labels, verbose=0)
# ```
#
# </details>

# %% solution="normalized_tower"
### BEGIN SOLUTION
def normalized_tower(pairs):
    inputs = keras.Input(shape=(64,))
    x = layers.Dense(32)(inputs)
    for _ in range(pairs):
        x = layers.Dense(32)(x)
        x = layers.BatchNormalization(momentum=0.9)(x)
        x = layers.Activation("sigmoid")(x)
        x = layers.Dense(32)(x)
    return keras.Model(inputs, layers.Dense(10, activation="softmax")(x))


rival = normalized_tower(14)
train(rival)
loss, accuracy = rival.evaluate(rows_test, y_test, verbose=0)
report = {"accuracy": accuracy, "needs shortcuts": False}
### END SOLUTION
### BEGIN STUB
# normalized_tower = ...
# rival = ...
# report = ...
### END STUB

# %% check="normalized_tower" points=2
def measured_again(answer):
    """rival has learnt, and report's accuracy is what it reaches on the test digits"""
    right = np.argmax(np.asarray(answer["rival"](rows_test, training=False)), axis=1) == y_test
    if np.mean(right) < 0.3:
        return (
            f"rival is right in {np.mean(right):.0%}, hardly more than by guessing: was it trained with "
            "`train`?"
        )
    agrees = expect.measured(right).judge(answer["report"]["accuracy"]).status == "met"
    return (
        agrees
        or f"measured again: {np.mean(right):.3f}. Was it measured on the test digits, after training?"
    )


def follows(report):
    """the conclusion follows from the accuracy"""
    learnt = float(report["accuracy"]) > 0.3
    return (
        report["needs shortcuts"] in (True, False)
        and report["needs shortcuts"] != learnt
        or (
            f"needs shortcuts is {report['needs shortcuts']}, and the accuracy without them is "
            f"{report['accuracy']:.2f}"
        )
    )


check(
    {"normalized_tower": normalized_tower, "rival": rival, "report": report},
    expect.item(
        "normalized_tower",
        expect.calling(2).gives(
            expect.inputs(64),
            expect.outputs(10),
            expect.layers(Dense=6, BatchNormalization=2, Add=0),
            expect.path(
                "Dense",
                "Dense",
                "BatchNormalization",
                "Activation",
                "Dense",
                "Dense",
                "BatchNormalization",
                "Activation",
                "Dense",
                "Dense",
                direct=True,
            ),
            expect.layer("BatchNormalization", momentum=0.9, count=2),
            expect.layer("Activation", activation="sigmoid", count=2),
        ),
    ),
    expect.item("rival", expect.layers(Dense=30, BatchNormalization=14, Add=0)),
    expect.item(
        "rival",
        expect.compiled(
            loss="sparse_categorical_crossentropy", optimizer=keras.optimizers.Adam(), metrics=["accuracy"]
        ),
    ).worth(0.5),
    expect.that(measured_again).worth(6),
    expect.item("report", follows).worth(2),
    points=2,
)

# %% hidden="normalized_tower" points=2
def tower_of(pairs):
    start = keras.Input(shape=(64,))
    t = layers.Dense(32)(start)
    for _ in range(pairs):
        t = layers.BatchNormalization(momentum=0.9)(layers.Dense(32)(t))
        t = layers.Dense(32)(layers.Activation("sigmoid")(t))
    return keras.Model(start, layers.Dense(10, activation="softmax")(t))


answer = {"normalized_tower": normalized_tower, "rival": rival, "report": report}
check(
    answer,
    expect.item("normalized_tower", expect.calling(3).gives(expect.same_graph(tower_of(3)))),
    expect.item("rival", expect.same_graph(tower_of(14))),
    expect.item("report", expect.item("needs shortcuts", expect.value(False))).worth(0.25),
    points=2,
)

# %% [markdown]
# ### Exercise 5.6 · Decide between two designs (2 points)
#
# A weather station reads feature maps of shape (12, 12, 16). Its chip has room for **25,000 parameters**. The plan has four steps, and each step is the same:
#
# - `Conv2D` with 16 filters, 3×3, `same`, `relu`, on the result `x` of the step before,
# - then join `x` and the convolution's result, and go on with that.
#
# After the four steps come `GlobalAveragePooling2D` and `Dense` 5 with `softmax`. Two colleagues disagree about "join":
#
# - **Design A** joins with `Concatenate`: every step keeps all that was seen before.
# - **Design B** joins with `Add`.
#
# With four steps, both fit. But next year the station gets **eight** steps on the same chip.
#
# 1. Decide which design still fits with eight steps, and build its version with *four* steps as `tower` (you need not compile it).
# 2. The number that decides: how many parameters does the *other* design have with eight steps, all layers together? Compute it by hand and assign it to `other_parameters`.
#
# <details><summary>Hint 1</summary>
#
# A loop over the steps builds either design. In one of them the number of channels stays what it is; in the other each step adds 16.
#
# </details>
# <details><summary>Hint 2</summary>
#
# On other numbers: with 10 filters, a convolution that reads `c` channels has 9 × c × 10 + 10 parameters. Three growing steps from 10 channels read 10, 20 and 30, and a `Dense` 5 behind them reads 40 numbers.
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
other_parameters = sum(9 * channels * 16 + 16 for channels in range(16, 144, 16)) + 144 * 5 + 5
### END SOLUTION

# %% check="tower" points=1
def it_does_not_grow(model):
    """Eight such steps would fit the chip"""
    wide = max(layer.output.shape[-1] for layer in model.layers if len(layer.output.shape) == 4)
    return (
        wide == 16
        or f"after the last step there are {wide} channels: count what eight steps of that would cost"
    )


def each_step_goes_on(model):
    """in each of four steps a convolution of its own reads the step before, and both are joined"""
    graph = lg.normal_form(lg.call_graph(model))
    step, weights = graph.inputs[0][0], set()
    for number in range(1, 5):
        readers = [c for c in graph.of_kind("Conv2D") if c.inputs[0][0] == step]
        joins = [
            c
            for c in graph.calls
            if readers and {source for source, _ in c.inputs} == {step, readers[0].index}
        ]
        if len(readers) != 1 or len(joins) != 1 or weights & set(readers[0].weights):
            return f"step {number} is not such a step"
        step, weights = joins[0].index, weights | set(readers[0].weights)
    return True


check(
    {"tower": tower, "other_parameters": other_parameters},
    expect.item(
        "tower", expect.inputs((12, 12, 16)), expect.outputs(5), it_does_not_grow, each_step_goes_on
    ),
    expect.item(
        "other_parameters",
        expect.leaves(
            97,
            86,
            look=(
                "The other design with eight steps: how many channels does each convolution read, and "
                "how many the last layer?"
            ),
        ),
    ),
    points=1,
)

# %% hidden="tower" points=1
entry = joint = keras.Input(shape=(12, 12, 16))
for step in range(4):
    joint = layers.Add()([joint, layers.Conv2D(16, 3, padding="same", activation="relu")(joint)])

check(
    {"tower": tower, "other_parameters": other_parameters},
    expect.item("tower", expect.same_graph(
        keras.Model(entry, layers.Dense(5, activation="softmax")(layers.GlobalAveragePooling2D()(joint))))),
    expect.item("other_parameters", expect.value(83_797)),
    points=1,
)

# %% [markdown]
# ## 7 · A small ResNet
#
# Now put everything together: a network for the digits with 21 convolutions in ten residual blocks, shrinking in the middle, and the same layers without shortcuts.
# With `filters` channels before and twice as many behind the middle, this is a **ResNet** in small; the first ones had up to 152 layers.

# %% example
def deep_net(blocks, filters, shortcuts, seed):
    """`blocks` blocks of two convolutions on (8, 8, 1).

    In the middle one the map shrinks to 4 × 4 and the channels double.
    """
    keras.utils.set_random_seed(seed)
    inputs = keras.Input(shape=(8, 8, 1))
    x = layers.Conv2D(filters, 3, padding="same", activation="relu")(inputs)
    for number in range(blocks):
        middle = number == blocks // 2
        filters, strides = (2 * filters, 2) if middle else (filters, 1)
        y = layers.Conv2D(filters, 3, strides=strides, padding="same", activation="relu")(x)
        y = layers.Conv2D(filters, 3, padding="same")(y)
        if shortcuts:
            y = layers.Add()([layers.Conv2D(filters, 1, strides=2)(x) if middle else x, y])
        x = layers.Activation("relu")(y)
    x = layers.GlobalAveragePooling2D()(x)
    model = keras.Model(inputs, layers.Dense(10, activation="softmax")(x))
    model.compile(
        optimizer=keras.optimizers.Adam(0.002), loss="sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    return model


nets = {"plain": deep_net(10, 8, False, seed=5), "ResNet": deep_net(10, 8, True, seed=5)}
for name, net in nets.items():
    net.fit(x_train, y_train, epochs=7, batch_size=64, verbose=0)
    print(
        f"{name:<8}{net.count_params():>7,} parameters   accuracy on new digits: "
        f"{net.evaluate(x_test, y_test, verbose=0)[1]:.2f}"
    )

# %% [markdown]
# <!-- claim: resnet -->
# 144 parameters more, for the one projection, and the network learns. The plain one does hardly better than guessing.
#
# Is depth worth it here? An honest control is a *shallow* plain network with as many parameters: two blocks with wider layers.

# %% claim="resnet"
found = {name: net.evaluate(x_test, y_test, verbose=0)[1] for name, net in nets.items()}
assert found["ResNet"] > 0.8 and found["plain"] < 0.4
found

# %% example
wide = deep_net(2, 22, False, seed=5)
wide.fit(x_train, y_train, epochs=7, batch_size=64, verbose=0)
print(
    f"5 wide layers: {wide.count_params():,} parameters   accuracy on new digits: "
    f"{wide.evaluate(x_test, y_test, verbose=0)[1]:.2f}"
)

# %% [markdown]
# <!-- claim: shallow-control -->
# It reads the digits too. Images of 8 × 8 pixels don't need 21 layers; photographs do. Shortcuts don't make depth *useful*. They make it *possible*.

# %% claim="shallow-control"
shallow_found = wide.evaluate(x_test, y_test, verbose=0)[1]
assert shallow_found > 0.8
{"wide": shallow_found}

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
# | gradient | has a way past the layers | has a way past the layers |
#
# - In a plain sigmoid tower the gradient shrinks by a factor at each pair of layers. Along a shortcut it does not.
# - The size of the gradient is not the whole story, and shortcuts are not the only remedy: the start and normalization are others.
# - Keep the tensor at which the shortcut starts in a variable of its own.
# - `summary()` shows a wrong arrow in "Connected to". In a deep network you won't see it there: compare graphs, or feed zero weights.

# %% [markdown]
# ## In the wild
#
# Three mistakes in published code. The first one raises an error:

# %% example
inputs = keras.Input(shape=(28, 28, 64))
y = layers.Conv2D(128, 3, strides=2, padding="same", activation="relu")(inputs)
try:
    layers.Add()([layers.Conv2D(128, 1)(inputs), y])
except ValueError as error:
    print(type(error).__name__, "-", error)

print(layers.Add()([layers.Conv2D(128, 1, strides=2)(inputs), y]).shape)

# %% [markdown]
# The projection gives the right channels, but forgets to shrink. The next one raises nothing. The last convolution of the block has a `relu`, and nothing follows the sum.
# The blocks in sections 2, 4 and 6 of this lesson are of that kind, as in many textbooks. What it does:

# %% example
image = keras.Input(shape=(8, 8, 16))
inside = layers.Conv2D(16, 3, padding="same", activation="relu")(image)
late = layers.Conv2D(16, 3, padding="same", activation="relu")(inside)

before_sum = keras.Model(image, layers.Add()([image, late]))
after_sum = keras.Model(
    image, layers.ReLU()(layers.Add()([image, layers.Conv2D(16, 3, padding="same")(inside)]))
)

pixels = np.abs(
    np.random.default_rng(5).normal(size=(1, 8, 8, 16))
)  # what a block finds behind another relu
smaller = {}
for name, model in (("relu before the sum", before_sum), ("relu after the sum", after_sum)):
    smaller[name] = float(np.mean(np.asarray(model(pixels)) - pixels < -1e-3))
    print(f"{name:<20} made smaller: {smaller[name]:.0%} of the numbers")

# %% [markdown]
# <!-- claim: only-adds -->
# With `relu` before the sum a block can only add, never take away, and sums grow from block to block. It works in shallow networks. He et al. put the last `relu` *after* the sum, and that is what `residual_block` does.
# (A year later they moved it before the convolutions, so that nothing at all stands on the shortcut's way: [He et al. 2016](https://arxiv.org/abs/1603.05027).)
#
# The third mistake you met above: a shortcut from the wrong tensor.
#
# | the line | what happens | better |
# | --- | --- | --- |
# | `Conv2D(128, 1)(x)` as the shortcut past a path with strides | `ValueError` while building | `Conv2D(128, 1, strides=2)(x)`: the same strides as the main path |
# | `activation="relu"` on the last convolution, nothing after the sum | the block can only add | no activation there, `relu` after the sum |
# | `x = conv(x)`, `x = conv(x)`, `Add()([x, …])` | the start of the shortcut is overwritten: wrong graph, right count | two names: `x` for the shortcut, `y` for the main path |
# | `merge([x, y], mode="sum")` from Keras 1 | `layers.merge` is gone | `layers.Add()([x, y])`, or just `x + y` |
#
# **Next:** so far every layer was called once. In lesson 06 one layer reads two things.

# %% claim="only-adds"
assert smaller["relu before the sum"] == 0 and smaller["relu after the sum"] > 0.2
smaller
