"""The models that training checks are calibrated with: honest ones as the lessons ask for them, and broken ones.

Everything is drawn from the generator that is handed in: one seed, one set of cases.
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Case:
    """A model with the data it is rehearsed on.

    `sees` is whether `learns` is meant to refuse it; `others` are the words that see it too, or instead: (spelling,
    requirement, whether the model is trained on the case's data before).
    """

    name: str
    model: Any
    x: Any
    y: Any
    sees: bool = False
    others: tuple = ()
    options: dict = field(default_factory=dict)


def honest(keras, draw):
    """Models of the kinds that the lessons ask for, with data that can be learnt."""
    import numpy as np

    L = keras.layers
    x = draw.normal(size=(128, 16)).astype("float32")
    weights = draw.normal(size=16)
    classes, yes, number = (
        (x @ draw.normal(size=(16, 10))).argmax(1),
        (x @ weights > 0).astype("float32"),
        x @ weights,
    )
    words = draw.integers(1, 50, (128, 12))
    images = draw.normal(size=(128, 8, 8, 1)).astype("float32")
    bright = (images[:, :4].mean((1, 2, 3)) > images[:, 4:].mean((1, 2, 3))).astype(int)
    series = np.cumsum(draw.normal(size=(128, 20, 1)), axis=1).astype("float32")

    def stack(shape, *layers, **settings):
        model = keras.Sequential([keras.Input(shape), *layers])
        model.compile(**{"optimizer": "adam", **settings})
        return model

    sparse = {"loss": "sparse_categorical_crossentropy"}
    yield Case(
        "classifier",
        stack((16,), L.Dense(32, "relu"), L.Dense(32, "relu"), L.Dense(10, "softmax"), **sparse),
        x,
        classes,
    )
    yield Case(
        "sgd",
        stack((16,), L.Dense(32, "relu"), L.Dense(10, "softmax"), optimizer="sgd", **sparse),
        x,
        classes,
    )
    yield Case(
        "binary",
        stack((16,), L.Dense(32, "relu"), L.Dense(1, "sigmoid"), loss="binary_crossentropy"),
        x,
        yes,
    )
    yield Case("linear", stack((16,), L.Dense(1), loss="mse"), x, number)
    far = stack((16,), L.Dense(16, "relu"), L.Dense(1), loss="mse", optimizer="rmsprop")
    yield Case("far regression", far, x, 40 + 5 * number)
    noisy = (
        L.Dense(32, "relu"),
        L.Dropout(0.5),
        L.BatchNormalization(),
        L.Dense(16, "relu"),
        L.Dropout(0.3),
        L.Dense(10, "softmax"),
    )
    yield Case("dropout", stack((16,), *noisy, **sparse), x, classes)
    reader = stack(
        (20, 1), L.LSTM(10), L.Dense(10, "relu"), L.Dense(1, "sigmoid"), loss="binary_crossentropy"
    )
    yield Case("lstm", reader, series, (series[:, -1, 0] > 0).astype("float32"))
    embedded = stack(
        (12,), L.Embedding(400, 8), L.Flatten(), L.Dense(1, "sigmoid"), loss="binary_crossentropy"
    )
    yield Case("words", embedded, words, (words[:, 0] > 25).astype("float32"))
    convolved = stack(
        (8, 8, 1),
        L.Conv2D(8, 3, activation="relu"),
        L.MaxPooling2D(),
        L.Flatten(),
        L.Dense(2, "softmax"),
        **sparse,
    )
    yield Case("images", convolved, images, bright)
    yield Case(
        "small",
        stack((16,), L.Dense(4, "relu"), L.Dense(1, "sigmoid"), loss="binary_crossentropy"),
        x,
        yes,
    )
    a = keras.Input((16,))
    body = L.Dense(32, "relu")(a)
    heads = keras.Model(
        a, [L.Dense(1)(body), L.Dense(10, "softmax")(body), L.Dense(1, "sigmoid")(body)]
    )
    heads.compile(
        "adam",
        ["mse", "sparse_categorical_crossentropy", "binary_crossentropy"],
        loss_weights=[0.05, 1, 10],
    )
    yield Case("three heads", heads, x, [10 * number, classes, yes])


def broken(keras, draw):
    """Models with one fault each, most of which build and train without an error."""
    import numpy as np

    from grader.checks import expect

    L, ops = keras.layers, keras.ops
    x = draw.normal(size=(128, 16)).astype("float32")
    weights = draw.normal(size=(16, 4))
    kinds, yes, number = (
        (x @ weights).argmax(1),
        (x @ weights[:, 0] > 0).astype("float32"),
        (x @ weights[:, 0]).astype("float32"),
    )

    def functional(
        end,
        through=lambda a: L.Dense(16, "relu")(L.Dense(16, "relu")(a)),
        loss="sparse_categorical_crossentropy",
        optimizer="adam",
    ):
        a = keras.Input((16,))
        model = keras.Model(a, end(through(a)))
        model.compile(optimizer, loss)
        return model

    def four(**how):
        return functional(L.Dense(4, "softmax"), **how)

    def one(activation, loss, **how):
        return functional(L.Dense(1, activation), loss=loss, **how)

    def with_branch(change):
        return lambda a: L.Concatenate()([L.Dense(8, "relu")(a), change(L.Dense(8, "relu")(a))])

    def two_heads(losses):
        a = keras.Input((16,))
        body = L.Dense(16, "relu")(a)
        model = keras.Model(
            a, [L.Dense(1, name="size")(body), L.Dense(4, "softmax", name="kind")(body)]
        )
        model.compile("adam", losses)
        return model

    usual = ["mse", "sparse_categorical_crossentropy"]
    yield Case(
        "a branch cut off from the gradient",
        four(through=with_branch(ops.stop_gradient)),
        x,
        kinds,
        True,
    )
    yield Case("a branch times 0", four(through=with_branch(lambda b: b * 0.0)), x, kinds, True)
    yield Case("a head without a loss", two_heads(["mse", None]), x, [number, kinds], True)
    yield Case(
        "every weight begins at 0",
        four(through=L.Dense(16, "relu", kernel_initializer="zeros")),
        x,
        kinds,
        True,
    )
    dead = L.Dense(
        16, "relu", kernel_initializer="zeros", bias_initializer=keras.initializers.Constant(-1.0)
    )
    yield Case("a relu that never opens", four(through=dead), x, kinds, True)
    yield Case("learning rate 0", four(optimizer=keras.optimizers.Adam(0.0)), x, kinds, True)
    yield Case("learning rate 100", four(optimizer=keras.optimizers.SGD(100.0)), x, kinds, True)
    frozen = four()
    frozen.trainable = False
    yield Case("everything frozen", frozen, x, kinds, True)
    yield Case("softmax on one unit", one("softmax", "binary_crossentropy"), x, yes, True)
    yield Case(
        "categorical loss on one unit", one("sigmoid", "categorical_crossentropy"), x, yes, True
    )
    logits = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    yield Case("probabilities taken for logits", four(loss=logits), x, kinds, True)
    yield Case("class numbers under mse", four(loss="mse"), x, kinds, True)
    yield Case("relu before negative numbers", one("relu", "mse"), x, -np.abs(number) - 3, True)
    yield Case("sigmoid before large numbers", one("sigmoid", "mse"), x, 30 + 5 * number, True)
    blind = functional(
        L.Dense(4, "softmax"),
        through=lambda a: L.Dense(16, "relu")(L.Lambda(lambda t: ops.ones_like(t[:, :2]))(a)),
    )
    yield Case("the input is not heard", blind, x, kinds, True)
    yield Case("heads of two kinds swapped", two_heads(usual), x, [kinds, number], True)
    softmax = expect.layer("Dense", at=-1, activation="softmax")
    yield Case(
        "any numbers taken for probabilities",
        functional(L.Dense(4)),
        x,
        kinds,
        False,
        (("layer(activation=…)", softmax, False),),
    )
    compiled = expect.compiled(loss="binary_crossentropy")
    yield Case(
        "mse for yes or no",
        one("sigmoid", "mse"),
        x,
        yes,
        False,
        (("compiled(loss=…)", compiled, False),),
    )
    yield from _unseen(keras, draw)


def _unseen(keras, draw):
    """Faults that leave a model which learns whatever it is given; other words see them."""
    from grader.checks import expect

    floors = ANSWERS_FLOORS
    x, y = pairs(draw)
    new_x, new_y = pairs(draw)
    accuracies = tuple(
        (
            f"accuracy(output={name!r})",
            expect.accuracy(new_x, true, at_least=floor, output=name),
            True,
        )
        for (name, floor), true in zip(floors.items(), new_y)
    )
    order = draw.permutation(len(y[0]))
    yield Case("labels shuffled", answers(keras), x, [part[order] for part in y], False, accuracies)
    yield Case("targets of equal heads swapped", answers(keras), x, y[::-1], False, accuracies)
    sharing = (
        ("shared(times=2)", expect.shared("Dense", times=2), False),
        ("same_graph(…)", expect.same_graph(answers(keras)), False),
    )
    yield Case(
        "towers that share nothing",
        answers(keras, shared=False),
        x,
        y,
        False,
        (*sharing, *accuracies),
    )


# What `expect.accuracy` asks of `answers` below on new data; chosen from the distribution of the honest trainings.
ANSWERS_FLOORS = {"near": 0.75, "larger": 0.8}
ANSWERS_EPOCHS = 12


def answers(keras, shared=True, rate=0.01):
    """Two towers and two yes-or-no heads of one shape: are both near each other, is the left one larger?"""
    L = keras.layers
    left, right = keras.Input((8,), name="left"), keras.Input((8,), name="right")
    towers = [L.Dense(16, "relu")] * 2 if shared else [L.Dense(16, "relu"), L.Dense(16, "relu")]
    body = L.Dense(32, "relu")(
        L.Concatenate()([tower(side) for tower, side in zip(towers, (left, right))])
    )
    model = keras.Model(
        [left, right],
        [L.Dense(1, "sigmoid", name="near")(body), L.Dense(1, "sigmoid", name="larger")(body)],
    )
    model.compile(keras.optimizers.Adam(rate), ["binary_crossentropy"] * 2)
    return model


def pairs(draw, n=600):
    """(x, y) for `answers`: pairs of rows that depend on one number each; one answer in twelve is wrong, as labels are."""
    import numpy as np

    one, other = draw.uniform(-1, 1, (2, n))
    ways = np.linspace(-1, 1, 8)
    x = [np.tanh(2 * (side[:, None] - ways)).astype("float32") for side in (one, other)]
    right = np.abs(one - other) < 0.5, one > other
    return x, [(part ^ (draw.random(n) < 1 / 12)).astype("float32") for part in right]


def train(model, case, epochs=ANSWERS_EPOCHS):
    model.fit(case.x, case.y, epochs=epochs, batch_size=32, verbose=0)
