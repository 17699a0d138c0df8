"""How a model is compiled: one loss, metric or optimizer in all its spellings, and those that only look like it."""

import pytest

from grader.checks import expect
from tests.checks.helpers import met, told


@pytest.fixture
def build(keras):
    def made(units=1, **settings):
        x = keras.Input((4,))
        model = keras.Model(x, keras.layers.Dense(units)(x))
        if settings:
            model.compile(**settings)
        return model

    return made


@pytest.fixture
def heads(keras):
    def made(**settings):
        x = keras.Input((4,))
        D = keras.layers.Dense
        model = keras.Model(x, [D(1, name="age")(x), D(10, name="income")(x), D(1, name="asks")(x)])
        model.compile(**settings)
        return model

    return made


def spellings(keras, name):
    pascal = "".join(part.capitalize() for part in name.split("_"))
    return [
        name,
        pascal,
        getattr(keras.losses, name),
        getattr(keras.losses, pascal),
        getattr(keras.losses, pascal)(),
    ]


@pytest.mark.parametrize(
    "name", ["mean_squared_error", "binary_crossentropy", "categorical_crossentropy", "huber"]
)
def test_a_loss_is_the_same_in_every_spelling(keras, build, name):
    for wanted in spellings(keras, name):
        for given in spellings(keras, name):
            assert met(build(loss=given), expect.compiled(loss=wanted)), (wanted, given)


def test_short_names_of_losses(keras, build):
    assert met(build(loss="mse"), expect.compiled(loss=keras.losses.MeanSquaredError()))
    assert met(build(loss="MAE"), expect.compiled(loss="mean_absolute_error"))
    assert met(build(loss="bce"), expect.compiled(loss="binary_crossentropy"))


def test_other_losses_are_told_apart(keras, build):
    assert "mean_absolute_error" in told(build(loss="mae"), expect.compiled(loss="mse"))
    logits = keras.losses.BinaryCrossentropy(from_logits=True)
    assert "from_logits=True" in told(
        build(loss=logits), expect.compiled(loss="binary_crossentropy")
    )
    assert not met(build(loss="binary_crossentropy"), expect.compiled(loss=logits))
    assert met(
        build(loss=keras.losses.BinaryCrossentropy(from_logits=True, name="mine")),
        expect.compiled(loss=logits),
    )
    assert not met(build(loss=keras.losses.Huber(delta=2.0)), expect.compiled(loss="huber"))
    assert not met(
        build(10, loss="sparse_categorical_crossentropy"),
        expect.compiled(loss="categorical_crossentropy"),
    )
    assert not met(
        build(loss=keras.losses.MeanSquaredError(reduction="sum")), expect.compiled(loss="mse")
    )


def test_a_loss_that_is_another_one_elsewhere_is_another_loss(keras, build):
    """On numbers that are negative or large, on a larger batch, where targets are 0 and 1."""
    from keras import ops

    def squared(t, p):
        return ops.mean(ops.square(t - p), axis=-1)

    looks = (
        lambda t, p: ops.logical_and(ops.min(t) > 0.04, ops.max(t) < 0.96),
        lambda t, p: ops.convert_to_tensor(t.shape[0] == 8),
        lambda t, p: ops.max(ops.abs(p)) < 1,
        lambda t, p: ops.max(ops.abs(t)) <= 1,
    )
    for looked_at in looks:

        def disguised(t, p, looked_at=looked_at):
            return ops.where(looked_at(t, p), squared(t, p), ops.mean(ops.square(p), axis=-1))

        assert not met(build(loss=disguised), expect.compiled(loss="mse"))


def test_a_known_loss_written_anew_is_that_loss(keras, build):
    from keras import ops

    def huber(t, p):
        e = ops.abs(t - p)
        return ops.mean(ops.where(e <= 1, e * e / 2, e - 0.5), axis=-1)

    def crossentropy(t, p):
        return -ops.mean(t * ops.log(p) + (1 - t) * ops.log(1 - p), axis=-1)

    def poisson(t, p):
        return ops.mean(p - t * ops.log(p + 1e-7), axis=-1)

    def absolute(t, p):
        return ops.mean(ops.abs(p - t), axis=-1)

    def logarithmic(t, p):
        return ops.mean((ops.log(p + 1) - ops.log(t + 1)) ** 2, axis=-1)

    for own, known in {
        huber: "huber",
        crossentropy: "binary_crossentropy",
        poisson: "poisson",
        absolute: "mae",
        logarithmic: "mean_squared_logarithmic_error",
    }.items():
        assert met(build(loss=own), expect.compiled(loss=known)), known


def test_a_loss_of_ones_own_is_compared_by_its_numbers(keras, build):
    def squared(true, predicted):
        return keras.ops.mean(keras.ops.square(true - predicted), axis=-1)

    def doubled(true, predicted):
        return 2 * squared(true, predicted)

    assert met(build(loss=squared), expect.compiled(loss="mse"))
    assert met(build(loss="mse"), expect.compiled(loss=squared))
    assert not met(build(loss=doubled), expect.compiled(loss="mse"))
    assert not met(build(loss=lambda t, p: 1 / 0), expect.compiled(loss="mse"))


def test_a_model_that_is_not_compiled_gets_one_clear_line(build):
    assert "not compiled" in told(build(), expect.compiled(loss="mse", optimizer="adam"))
    assert "not compiled" in told(build(), expect.compiled())
    assert met(build(loss="mse"), expect.compiled())
    assert "no loss" in told(build(optimizer="adam"), expect.compiled(loss="mse"))


def test_a_misspelt_loss_is_named(build):
    assert "did you mean 'binary_crossentropy'" in told(
        build(loss="binary_crossentroypy"), expect.compiled(loss="binary_crossentropy")
    )


def test_optimizers(keras, build):
    for given in ("adam", "Adam", keras.optimizers.Adam(), keras.optimizers.Adam(0.1)):
        assert met(build(loss="mse", optimizer=given), expect.compiled(optimizer="adam"))
        assert met(
            build(loss="mse", optimizer=given), expect.compiled(optimizer=keras.optimizers.Adam)
        )
    assert "optimizer AdamW" in told(
        build(loss="mse", optimizer="adamw"), expect.compiled(optimizer="adam")
    )
    assert "optimizer RMSprop" in told(build(loss="mse"), expect.compiled(optimizer="adam"))
    sgd = keras.optimizers.SGD(0.1, momentum=0.9)
    assert met(
        build(loss="mse", optimizer=keras.optimizers.SGD(0.1, momentum=0.9, name="x")),
        expect.compiled(optimizer=sgd),
    )
    assert "momentum" in told(
        build(loss="mse", optimizer=keras.optimizers.SGD(0.1)), expect.compiled(optimizer=sgd)
    )
    assert "learning rate 0.2" in told(
        build(loss="mse", optimizer=keras.optimizers.SGD(0.2, momentum=0.9)),
        expect.compiled(optimizer=sgd),
    )


def test_the_learning_rate_is_compared_as_float32(keras, build):
    model = build(loss="mse", optimizer=keras.optimizers.Adam(1e-4))
    assert met(model, expect.compiled(learning_rate=0.0001)) and not met(
        model, expect.compiled(learning_rate=0.001)
    )
    schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.9)
    assert "changes" in told(
        build(loss="mse", optimizer=keras.optimizers.Adam(schedule)),
        expect.compiled(learning_rate=0.1),
    )


def test_accuracy_is_what_keras_makes_of_it(keras, build):
    M = keras.metrics
    wanted = expect.compiled(metrics=["accuracy"])
    for given in (
        "accuracy",
        "acc",
        M.BinaryAccuracy(),
        "binary_accuracy",
        M.binary_accuracy,
        M.BinaryAccuracy,
    ):
        assert met(build(loss="binary_crossentropy", metrics=[given]), wanted), given
    for given in ("acc", M.SparseCategoricalAccuracy(), "sparse_categorical_accuracy"):
        assert met(build(10, loss="sparse_categorical_crossentropy", metrics=[given]), wanted), (
            given
        )
    assert not met(
        build(10, loss="sparse_categorical_crossentropy", metrics=["categorical_accuracy"]), wanted
    )
    assert not met(build(10, loss="categorical_crossentropy", metrics=["binary_accuracy"]), wanted)
    assert "exactly equal" in told(
        build(loss="binary_crossentropy", metrics=[M.Accuracy()]), wanted
    )
    assert met(
        build(10, loss="categorical_crossentropy", metrics=["accuracy"]),
        expect.compiled(metrics=[M.CategoricalAccuracy()]),
    )


def test_more_metrics_may_be_there_but_none_may_miss(keras, build):
    model = build(loss="mse", metrics=["mae", keras.metrics.RootMeanSquaredError()])
    assert met(model, expect.compiled(metrics=["mean_absolute_error"]))
    assert met(model, expect.compiled(metrics=[keras.metrics.RootMeanSquaredError(name="other")]))
    assert not met(model, expect.compiled(metrics=["mae", "accuracy"]))
    assert not met(model, expect.compiled(metrics=[]))
    assert met(build(loss="mse"), expect.compiled(metrics=[])) and "no metrics" in told(
        build(loss="mse"), expect.compiled(metrics=["mae"])
    )
    assert met(build(loss="mse", weighted_metrics=["mae"]), expect.compiled(metrics=["mae"]))


def test_a_metric_of_ones_own_is_compared_by_its_numbers(keras, build):
    def mine(true, predicted):
        return keras.ops.mean(keras.ops.abs(true - predicted), axis=-1)

    model = build(loss="mse", metrics=[mine])
    assert met(model, expect.compiled(metrics=[mine])) and met(
        model, expect.compiled(metrics=["mae"])
    )
    assert not met(model, expect.compiled(metrics=["mse"]))


LOSSES = ["mse", "sparse_categorical_crossentropy", "binary_crossentropy"]
NAMES = ["age", "income", "asks"]


def test_losses_of_several_outputs_as_list_or_dict(heads):
    as_dict = dict(zip(NAMES, LOSSES))
    for given in (LOSSES, as_dict, tuple(LOSSES), dict(reversed(as_dict.items()))):
        assert met(heads(loss=given), expect.compiled(loss=LOSSES)) and met(
            heads(loss=given), expect.compiled(loss=as_dict)
        )
    swapped = told(heads(loss=[LOSSES[1], LOSSES[0], LOSSES[2]]), expect.compiled(loss=LOSSES))
    assert "sparse_categorical_crossentropy for 'age'" in swapped
    assert met(heads(loss="mse"), expect.compiled(loss=["mse"] * 3)) and met(
        heads(loss=["mse"] * 3), expect.compiled(loss="mse")
    )
    assert "'agee'" in told(
        heads(loss={"agee": "mse", "income": "mse", "asks": "mse"}), expect.compiled(loss=LOSSES)
    )
    assert not met(heads(loss=["mse", None, "mse"]), expect.compiled(loss=["mse"] * 3))


def test_loss_weights_as_list_or_dict(heads):
    weights = [0.25, 1.0, 10.0]
    as_dict = dict(zip(NAMES, weights))
    for given in (weights, as_dict, [0.25, 1, 10]):
        loss = LOSSES if isinstance(given, list) else dict(zip(NAMES, LOSSES))
        model = heads(loss=loss, loss_weights=given)
        assert met(model, expect.compiled(loss_weights=weights)) and met(
            model, expect.compiled(loss_weights=as_dict)
        )
        assert not met(model, expect.compiled(loss_weights=[10, 1, 0.25]))
    assert "none were given" in told(heads(loss=LOSSES), expect.compiled(loss_weights=weights))
    assert met(heads(loss=LOSSES), expect.compiled(loss_weights=[1, 1, 1]))


def test_loss_weights_that_nobody_asked_for_are_another_model(build, heads):
    asked = expect.compiled(loss="mse")
    assert met(build(loss="mse"), asked) and met(build(loss="mse", loss_weights=[1.0]), asked)
    assert "loss weights 2" in told(build(loss="mse", loss_weights=[2]), asked)
    assert "loss_weights=" in told(
        heads(loss=LOSSES, loss_weights=[1, 1, 2]), expect.compiled(loss=LOSSES)
    )
    assert met(build(loss="mse", loss_weights=[2]), expect.compiled(loss="mse", loss_weights=...))
    assert met(build(loss="mse", loss_weights=[2]), expect.compiled(optimizer="rmsprop"))


def test_metrics_of_several_outputs(heads):
    per_output = [["mae"], ["accuracy"], ["accuracy"]]
    wanted = expect.compiled(metrics={"age": ["mae"], "asks": "accuracy"})
    assert met(heads(loss=LOSSES, metrics=per_output), wanted)
    assert met(heads(loss=LOSSES, metrics={"age": "mae", "asks": "acc"}), wanted)
    assert "one entry per output" in told(heads(loss=LOSSES, metrics=["mae"]), wanted)
    assert not met(heads(loss=LOSSES, metrics=[["accuracy"], ["accuracy"], ["mae"]]), wanted)


def test_judging_leaves_the_compile_state_alone(build):
    model = build(loss="mse", optimizer="adam", metrics=["mae"])
    met(
        model,
        expect.compiled(
            loss="mse", optimizer="adam", metrics=["mae"], learning_rate=0.001, loss_weights=[1]
        ),
    )
    assert (
        not model.optimizer.built
        and not model._compile_metrics.built
        and not model._compile_loss.built
    )


def test_an_optimizer_given_as_an_object_is_asked_for_with_all_its_settings(keras, build):
    wanted = expect.compiled(optimizer=keras.optimizers.Adam())
    for given in ("adam", keras.optimizers.Adam(), keras.optimizers.Adam(0.001, name="mine")):
        assert met(build(loss="mse", optimizer=given), wanted)
    assert "learning rate 0.01" in told(
        build(loss="mse", optimizer=keras.optimizers.Adam(0.01)), wanted
    )
    assert "clipnorm=1" in told(
        build(loss="mse", optimizer=keras.optimizers.Adam(clipnorm=1.0)), wanted
    )
    falling = lambda rate: keras.optimizers.Adam(
        keras.optimizers.schedules.ExponentialDecay(0.1, 10, rate)
    )
    assert met(build(loss="mse", optimizer=falling(0.9)), expect.compiled(optimizer=falling(0.9)))
    assert not met(
        build(loss="mse", optimizer=falling(0.9)), expect.compiled(optimizer=falling(0.8))
    )
    assert "changes" in told(build(loss="mse", optimizer=falling(0.9)), wanted)


def test_an_empty_list_asks_for_no_metric_of_one_output(heads):
    wanted = expect.compiled(metrics={"age": [], "asks": ["accuracy"]})
    assert met(heads(loss=LOSSES, metrics={"asks": "acc"}), wanted)
    assert met(heads(loss=LOSSES, metrics=[None, "accuracy", "accuracy"]), wanted)
    assert "mean_absolute_error for 'age'" in told(
        heads(loss=LOSSES, metrics={"age": "mae", "asks": "acc"}), wanted
    )
    assert not met(heads(loss=LOSSES, metrics={"income": "accuracy"}), wanted)
