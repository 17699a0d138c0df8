"""How often `expect.learns` fails an honest model, and how that is measured.

`python -m tests.checks.test_learns_calibration SEEDS` trains each honest model below once for each seed, on data and
weights drawn anew, and counts the runs that were refused and the tries that learning by heart took. A run is refused
only if four tries with independent draws fail, so the share of runs that need a second try tells how far away that is.
The suite runs two seeds of each.
"""

import sys
from collections import Counter

import numpy as np
import pytest

from grader.checks import check, expect, training


def honest_models(keras, draw):
    """(name, model, x, y) of models as the lessons ask for them, with data that can be learnt."""
    L = keras.layers
    x = draw.normal(size=(128, 16)).astype("float32")
    weights = draw.normal(size=16)
    classes, yes, number = (x @ draw.normal(size=(16, 10))).argmax(1), (x @ weights > 0).astype("float32"), x @ weights
    words = draw.integers(1, 50, (128, 12))
    images = draw.normal(size=(128, 8, 8, 1)).astype("float32")
    bright = (images[:, :4].mean((1, 2, 3)) > images[:, 4:].mean((1, 2, 3))).astype(int)
    series = np.cumsum(draw.normal(size=(128, 20, 1)), axis=1).astype("float32")

    def stack(shape, *layers, **settings):
        model = keras.Sequential([keras.Input(shape), *layers])
        model.compile(**{"optimizer": "adam", **settings})
        return model

    sparse = {"loss": "sparse_categorical_crossentropy"}
    yield "classifier", stack((16,), L.Dense(32, "relu"), L.Dense(32, "relu"), L.Dense(10, "softmax"), **sparse), x, classes
    yield "sgd", stack((16,), L.Dense(32, "relu"), L.Dense(10, "softmax"), optimizer="sgd", **sparse), x, classes
    yield "binary", stack((16,), L.Dense(32, "relu"), L.Dense(1, "sigmoid"), loss="binary_crossentropy"), x, yes
    yield "linear", stack((16,), L.Dense(1), loss="mse"), x, number
    yield "far regression", stack((16,), L.Dense(16, "relu"), L.Dense(1), loss="mse", optimizer="rmsprop"), x, 40 + 5 * number
    noisy = L.Dense(32, "relu"), L.Dropout(0.5), L.BatchNormalization(), L.Dense(16, "relu"), L.Dropout(0.3), L.Dense(10, "softmax")
    yield "dropout", stack((16,), *noisy, **sparse), x, classes
    yield "lstm", stack((20, 1), L.LSTM(10), L.Dense(10, "relu"), L.Dense(1, "sigmoid"), loss="binary_crossentropy"), series, (series[:, -1, 0] > 0).astype("float32")
    yield "words", stack((12,), L.Embedding(400, 8), L.Flatten(), L.Dense(1, "sigmoid"), loss="binary_crossentropy"), words, (words[:, 0] > 25).astype("float32")
    yield "images", stack((8, 8, 1), L.Conv2D(8, 3, activation="relu"), L.MaxPooling2D(), L.Flatten(), L.Dense(2, "softmax"), **sparse), images, bright
    yield "small", stack((16,), L.Dense(4, "relu"), L.Dense(1, "sigmoid"), loss="binary_crossentropy"), x, yes
    a = keras.Input((16,))
    body = L.Dense(32, "relu")(a)
    heads = keras.Model(a, [L.Dense(1)(body), L.Dense(10, "softmax")(body), L.Dense(1, "sigmoid")(body)])
    heads.compile("adam", ["mse", "sparse_categorical_crossentropy", "binary_crossentropy"], loss_weights=[0.05, 1, 10])
    yield "three heads", heads, x, [10 * number, classes, yes]


def sweep(keras, seeds):
    """Counts by (model, verdict) and by (model, tries)."""
    verdicts, tries, learn = Counter(), Counter(), training._learn_by_heart
    for seed in seeds:
        for name, model, x, y in honest_models(keras, np.random.default_rng(seed)):
            taken = []

            def noted(*arguments):
                taken.append(learn(*arguments))
                return taken[-1]

            training._learn_by_heart = noted
            try:
                report = check(model, expect.learns(x, y, seed=seed))
            finally:
                training._learn_by_heart = learn
            verdicts[name, report.lines[0].status] += 1
            tries[name, taken[0].tries if taken else 0] += 1
            if report.score != 1:
                print(seed, name, report.lines[0].found, flush=True)
        keras.utils.clear_session()
    return verdicts, tries


@pytest.mark.parametrize("seed", [1, 2])
def test_no_honest_model_is_refused(keras, seed):
    verdicts, _ = sweep(keras, [seed])
    assert {status for _, status in verdicts} == {"met"}, verdicts


if __name__ == "__main__":
    import layergraph as lg

    with lg.quiet():
        import keras as installed
    for counts in sweep(installed, range(int(sys.argv[1]))):
        for key, n in sorted(counts.items()):
            print(*key, n)
