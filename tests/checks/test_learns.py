"""Whether a model can learn: what breaks it is named, what only looks odd passes, and nothing is left behind."""

import random

import numpy as np
import pytest

from grader.checks import expect
from tests.checks.helpers import line, met, told

DRAW = np.random.default_rng(3)
X = DRAW.normal(size=(96, 12)).astype("float32")
CLASSES = (X[:, 0] > 0).astype(int) + 2 * (X[:, 1] > 0)
YES = (X[:, 0] * X[:, 1] > 0).astype("float32")
NUMBER = (X[:, :3].sum(1) + X[:, 3] ** 2).astype("float32")


@pytest.fixture(scope="module")
def L(keras):
    return keras.layers


def compiled(model, **settings):
    model.compile(**{"optimizer": "adam", **settings})
    return model


def classifier(keras, *between, units=4, activation="softmax", **settings):
    L = keras.layers
    between = between or (L.Dense(16, "relu"),)
    model = keras.Sequential([keras.Input((12,)), *between, L.Dense(units, activation)])
    return compiled(model, **{"loss": "sparse_categorical_crossentropy", **settings})


def test_honest_classifiers_learn(keras, L):
    assert met(classifier(keras), expect.learns(X, CLASSES))
    assert met(classifier(keras, optimizer="sgd"), expect.learns(X, CLASSES))
    assert met(
        classifier(keras, units=1, activation="sigmoid", loss="binary_crossentropy"),
        expect.learns(X, YES),
    )
    logits = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    assert met(classifier(keras, activation=None, loss=logits), expect.learns(X, CLASSES))
    assert met(
        classifier(keras, loss="categorical_crossentropy"), expect.learns(X, np.eye(4)[CLASSES])
    )


def test_honest_regressions_learn_whatever_the_scale(keras, L):
    for scale, offset in ((1, 0), (20, 40)):
        model = classifier(keras, units=1, activation=None, loss="mse")
        assert met(model, expect.learns(X, scale * NUMBER + offset))
        assert met(model, expect.learns(X, (scale * NUMBER + offset)[:, None], loss="mae"))


def test_dropout_normalisation_and_regularisation_do_no_harm(keras, L):
    noisy = (
        L.Dense(32, "relu"),
        L.Dropout(0.5),
        L.BatchNormalization(),
        L.Dense(16, "relu", kernel_regularizer="l2"),
        L.GaussianNoise(0.2),
    )
    assert met(classifier(keras, *noisy), expect.learns(X, CLASSES))


def test_an_embedding_with_unused_rows_learns(keras, L):
    words = DRAW.integers(1, 40, (96, 6))
    topic = (words[:, 0] > 20).astype(int)
    model = keras.Sequential(
        [keras.Input((6,)), L.Embedding(500, 8), L.LSTM(8), L.Dense(2, "softmax")]
    )
    assert met(compiled(model, loss="sparse_categorical_crossentropy"), expect.learns(words, topic))


def test_a_relu_that_happens_to_be_dead_learns_in_another_draw(keras, L):
    model = classifier(keras)
    model.layers[0].set_weights([np.zeros((12, 16)), -np.ones(16)])
    assert met(model, expect.learns(X, CLASSES))


def test_a_model_that_is_trained_already_still_learns(keras):
    model = classifier(keras, optimizer=keras.optimizers.Adam(0.03))
    model.fit(X, CLASSES, epochs=20, verbose=0)
    assert met(model, expect.learns(X, CLASSES))


def test_frozen_layers_are_no_fault_but_a_frozen_model_is(keras, L):
    part = classifier(keras, L.Dense(64, "relu", trainable=False), L.Dense(16, "relu"))
    assert met(part, expect.learns(X, CLASSES))
    whole = classifier(keras)
    whole.trainable = False
    assert "no trainable weights" in told(whole, expect.learns(X, CLASSES))


def test_softmax_on_one_unit_can_not_learn(keras, L):
    said = told(classifier(keras, units=1, loss="binary_crossentropy"), expect.learns(X, YES))
    assert "learnt by heart" in said and "last activation" in said


def test_a_relu_at_the_end_can_not_reach_negative_targets(keras):
    assert not met(
        classifier(keras, units=1, activation="relu", loss="mse"),
        expect.learns(X, -np.abs(NUMBER) - 3),
    )


def test_a_sigmoid_can_not_reach_large_targets(keras):
    said = told(
        classifier(keras, units=1, activation="sigmoid", loss="mse"),
        expect.learns(X, 30 + 5 * NUMBER),
    )
    assert "learnt by heart" in said and "last activation" in said


def test_a_model_that_can_not_tell_samples_apart_does_not_learn(keras, L):
    blind = L.Dense(4, "relu"), L.Lambda(lambda x: keras.ops.ones_like(x)), L.Dense(4, "relu")
    assert not met(classifier(keras, *blind), expect.learns(X, CLASSES))


def test_a_layer_without_gradient_is_named(keras, L):
    cut = (
        L.Dense(8, name="cut_off"),
        L.Lambda(lambda x: keras.ops.stop_gradient(x)),
        L.Dense(16, "relu"),
    )
    assert "layer 'cut_off'" in told(classifier(keras, *cut), expect.learns(X, CLASSES))
    assert "no gradient reaches" in told(
        classifier(keras, *cut), expect.learns(X, CLASSES, by_heart=False)
    )


def two_heads(keras, **settings):
    L = keras.layers
    x = keras.Input((12,))
    h = L.Dense(24, "relu")(x)
    model = keras.Model(x, [L.Dense(1, name="size")(h), L.Dense(4, "softmax", name="kind")(h)])
    return compiled(model, **{"loss": ["mse", "sparse_categorical_crossentropy"], **settings})


def test_two_heads_learn_from_lists_and_dicts_even_on_different_scales(keras):
    model = two_heads(keras, loss_weights=[0.001, 1])
    assert met(model, expect.learns(X, [30 * NUMBER, CLASSES]))
    assert met(model, expect.learns(X, {"kind": CLASSES, "size": 30 * NUMBER}))
    by_name = two_heads(keras, loss={"kind": "sparse_categorical_crossentropy", "size": "mse"})
    assert met(by_name, expect.learns(X, {"kind": CLASSES, "size": NUMBER}))


def test_a_head_without_loss_gets_no_gradient(keras):
    assert "layer 'kind'" in told(
        two_heads(keras, loss=["mse", None]), expect.learns(X, [NUMBER, CLASSES])
    )
    assert "must be named 'size' and 'topic'" in told(
        two_heads(keras), expect.learns(X, {"size": NUMBER, "topic": CLASSES})
    )


def test_a_learning_rate_of_nothing_and_one_too_large(keras):
    assert "does not fall" in told(
        classifier(keras, optimizer=keras.optimizers.Adam(0.0)), expect.learns(X, CLASSES)
    )
    wild = classifier(
        keras, units=1, activation=None, loss="mse", optimizer=keras.optimizers.SGD(1e6)
    )
    assert "learning rate" in told(wild, expect.learns(X, NUMBER))


def test_no_compile_is_said_unless_the_check_brings_its_own(keras, L):
    model = keras.Sequential([keras.Input((12,)), L.Dense(16, "relu"), L.Dense(1)])
    assert "not compiled" in told(model, expect.learns(X, NUMBER))
    assert met(model, expect.learns(X, NUMBER, loss="mse", optimizer="adam"))
    assert not model.compiled


def test_data_that_do_not_fit_are_a_line_with_the_shapes(keras):
    wrong = line(classifier(keras), expect.learns(X[:, :5], CLASSES))
    assert wrong.status == "raised" and "(None, 5)" in wrong.look
    wrong = line(classifier(keras, loss="categorical_crossentropy"), expect.learns(X, CLASSES))
    assert wrong.status in ("raised", "unmet")


def test_a_fixed_batch_size_is_kept(keras, L):
    model = keras.Sequential(
        [keras.Input((12,), batch_size=10), L.Dense(16, "relu"), L.Dense(4, "softmax")]
    )
    assert met(compiled(model, loss="sparse_categorical_crossentropy"), expect.learns(X, CLASSES))


def test_a_model_that_can_not_be_cloned_is_trained_and_restored(keras, L):
    model = classifier(keras, L.Dense(16, "relu"), L.Lambda(lambda x: x * 2))
    before = [w.copy() for w in model.get_weights()]
    assert met(model, expect.learns(X, CLASSES))
    assert all((a == b).all() for a, b in zip(before, model.get_weights()))


def test_shared_and_nested_models_learn(keras, L):
    body = keras.Sequential([keras.Input((12,)), L.Dense(8, "tanh")])
    a, b = keras.Input((12,)), keras.Input((12,))
    model = keras.Model([a, b], L.Dense(1)(L.concatenate([body(a), body(b)])))
    assert met(compiled(model, loss="mse"), expect.learns([X, X[::-1].copy()], NUMBER))


@pytest.mark.parametrize("how", ["untrained", "trained", "not clonable"])
def test_nothing_is_left_behind(keras, L, how):
    extra = (L.Lambda(lambda x: x),) if how == "not clonable" else ()
    model = classifier(
        keras,
        L.Dense(8, "relu"),
        L.Dropout(0.3),
        L.BatchNormalization(),
        *extra,
        metrics=["accuracy"],
    )
    if how == "trained":
        model.fit(X, CLASSES, epochs=2, verbose=0)
    random.seed(5)
    np.random.seed(5)
    keras.random.normal((1,))

    def state():
        generator = keras.src.backend.common.global_state.get_global_attribute(
            "global_seed_generator"
        )
        return (
            [np.asarray(v).tolist() for v in model.variables],
            [v.trainable for v in model.variables],
            model.optimizer.built,
            [np.asarray(v).tolist() for v in model.optimizer.variables]
            if model.optimizer.built
            else None,
            model._compile_loss.built,
            model._compile_metrics.built,
            model.train_function is None,
            model.loss,
            random.getstate(),
            np.random.get_state()[1].tolist(),
            np.asarray(generator.state).tolist(),
        )

    before = state()
    assert met(model, expect.learns(X, CLASSES))
    assert state() == before


def test_the_verdict_does_not_depend_on_the_random_state_it_finds(keras):
    model = classifier(keras, optimizer=keras.optimizers.SGD(0.05))
    found = set()
    for seed in (1, 2):
        random.seed(seed)
        np.random.seed(seed)
        found.add(line(model, expect.learns(X, CLASSES, seed=7)).found)
    assert len(found) == 1


def trained(model, y):
    model.fit(X, y, epochs=25, verbose=0)
    return model


def test_accuracy_of_a_model_as_it_is(keras):
    fast = keras.optimizers.Adam(0.03)
    model = classifier(keras, optimizer=fast)
    assert "right of 96" in told(model, expect.accuracy(X, (CLASSES + 1) % 4, at_least=0.99))
    trained(model, CLASSES)
    assert met(model, expect.accuracy(X, CLASSES, at_least=0.9)) and met(
        model, expect.accuracy(X, np.eye(4)[CLASSES], at_least=0.9)
    )
    assert not met(model, expect.accuracy(X, (CLASSES + 1) % 4, at_least=0.5))


def test_accuracy_at_one_of_several_outputs(keras):
    heads = trained(two_heads(keras, optimizer=keras.optimizers.Adam(0.03)), [NUMBER, CLASSES])
    assert met(heads, expect.accuracy(X, CLASSES, at_least=0.7, output="kind"))
    assert "need one number each" in told(
        heads, expect.accuracy(X, CLASSES, at_least=0.1, output="size")
    )
    assert line(heads, expect.accuracy(X, CLASSES, at_least=0.7, output="other")).status == "raised"


def test_fit_of_a_regression_as_it_is(keras):
    model = classifier(
        keras, units=1, activation=None, loss="mse", optimizer=keras.optimizers.Adam(0.03)
    )
    assert not met(model, expect.fits(X, NUMBER + 100, at_most=1.0))
    trained(model, NUMBER)
    assert met(model, expect.fits(X, NUMBER, at_most=1.0)) and met(
        model, expect.fits(X, NUMBER[:, None], at_most=1.5, measure="mean_squared_error")
    )


def test_what_the_optimizer_remembers_of_the_last_training(keras, L):
    """A model trained on where a new one was asked for, and one that was unfrozen too late; what nothing is known of is met."""
    asked = expect.trained(steps=6, whole=True)
    model = classifier(keras)
    assert met(model, asked), "never trained: other requirements say so"
    model.fit(X, CLASSES, batch_size=32, epochs=2, verbose=0)
    assert met(model, asked)
    model.fit(X, CLASSES, batch_size=32, epochs=1, verbose=0)
    assert "9 steps" in told(model, asked) and met(model, expect.trained(whole=True))
    model.layers[0].trainable = False
    compiled(model, loss="sparse_categorical_crossentropy")
    assert met(model, asked), "compiled again: nothing is known"
    model.fit(X, CLASSES, batch_size=32, epochs=1, verbose=0)
    model.layers[0].trainable = True
    assert "moved 2 of 4 weight arrays" in told(model, asked)
    assert met(model, expect.trained(steps=6))
