"""What a student made arrives at the judge exactly, or not at all."""

import numpy as np
import pytest

from grader.carry import JudgesEnd, NotCarried, StudentsEnd, wire
from grader.carry import weights as carried_weights
from tests.engine.models import BUILDERS


def cross(values, with_weights=True):
    """Carry a dict of values within this process."""
    student = StudentsEnd()
    judge = JudgesEnd(student.answer)
    got = judge.take(student.give(values))
    if with_weights:
        assert judge.receiver.weights(carried_weights.send(student.link))
    return got


def models_in(value, keras):
    return [
        v for v in (value if isinstance(value, list) else [value]) if isinstance(v, keras.Model)
    ]


def inputs_for(model, keras):
    random = np.random.default_rng(7)

    def one(tensor):
        shape = [n or 2 for n in tensor.shape]
        return (
            random.integers(0, 9, shape)
            if "int" in str(tensor.dtype)
            else random.normal(size=shape).astype("float32")
        )

    return keras.tree.map_structure(
        one, model._inputs_struct if hasattr(model, "_inputs_struct") else model.inputs[0]
    )


def recorded(model, keras):
    """Every call that a model consists of, with its arguments, as text that does not name tensors."""
    graph = getattr(model, "_functional", None) or model
    return sorted(
        (
            node.operation.name,
            str(
                keras.tree.map_structure(
                    lambda x: (
                        f"{x.shape}{x.dtype}" if isinstance(x, keras.KerasTensor) else repr(x)
                    ),
                    (node.arguments.args, node.arguments.kwargs),
                )
            ),
        )
        for nodes in graph._nodes_by_depth.values()
        for node in nodes
    )


@pytest.mark.parametrize("name", BUILDERS)
def test_a_model_arrives_exactly(name, keras):
    made = BUILDERS[name](keras, keras.layers, keras.ops)
    got = cross({"answer": made})["answer"]
    for mine, theirs in zip(models_in(made, keras), models_in(got, keras), strict=True):
        assert theirs is not mine and type(theirs) is type(mine)
        assert theirs.name == mine.name
        if not mine.built:
            assert not theirs.built
            continue
        assert theirs.get_config() == mine.get_config()
        assert recorded(theirs, keras) == recorded(mine, keras)
        assert theirs.count_params() == mine.count_params()
        assert [v.trainable for v in theirs.weights] == [v.trainable for v in mine.weights]
        assert [w.path for w in theirs.trainable_weights] == [
            w.path for w in mine.trainable_weights
        ]
        x = inputs_for(mine, keras)
        for a, b in zip(
            keras.tree.flatten(mine(x, training=False)),
            keras.tree.flatten(theirs(x, training=False)),
            strict=True,
        ):
            np.testing.assert_array_equal(a, b)


def test_single_frozen_weights_stay_frozen(keras):
    inside = keras.Sequential(
        [
            keras.Input((5, 3)),
            keras.layers.Bidirectional(keras.layers.LSTM(4)),
            keras.layers.Dense(2),
        ]
    )
    x = keras.Input((5, 3))
    mine = keras.Model(x, keras.layers.BatchNormalization()(inside(x)))
    for weight in (inside.layers[0].weights[1], inside.layers[1].bias, mine.layers[-1].beta):
        weight.trainable = False
    theirs = cross({"answer": mine})["answer"]
    assert [w.trainable for w in theirs.weights] == [w.trainable for w in mine.weights]
    assert theirs.layers[-1].trainable and [w.path for w in theirs.trainable_weights] == [
        w.path for w in mine.trainable_weights
    ]


def test_layers_shared_across_models_stay_shared(keras):
    encoder, auto = cross({"m": BUILDERS["same_graph"](keras, keras.layers, keras.ops)})["m"]
    assert encoder.layers[1] is auto.layers[1]
    per_frame, video = cross({"m": BUILDERS["time_distributed"](keras, keras.layers, keras.ops)})[
        "m"
    ]
    assert video.layers[1].layer is per_frame


def test_two_names_for_one_model_stay_one_model(keras):
    model = BUILDERS["sequential"](keras, keras.layers, keras.ops)
    got = cross({"a": model, "b": {"again": model, "its first layer": model.layers[0]}})
    assert got["a"] is got["b"]["again"]
    assert got["b"]["its first layer"] is got["a"].layers[0]


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        3,
        -2.5,
        "text",
        ...,
        [1, (2, {"three": {4}})],
        slice(1, None, 2),
        range(3),
        2 + 3j,
        b"bytes",
        10**30,
        float("inf"),
        frozenset({1, 2}),
        {(1, 2): "pair"},
        "\ud800",
    ],
)
def test_plain_values_arrive_equal(value):
    got = cross({"v": value}, with_weights=False)["v"]
    assert got == value and type(got) is type(value)


@pytest.mark.parametrize(
    "dtype", ["bool", "uint8", "int64", "float16", "float32", ">f8", "complex64", "<U5", "|S3"]
)
def test_arrays_arrive_bit_for_bit(dtype):
    array = np.array([[0, 1, 2], [3, 4, 5]]).astype(dtype)
    got = cross({"v": array, "one": array[0, 1], "none": array[:0]}, with_weights=False)
    np.testing.assert_array_equal(got["v"], array)
    assert got["one"] == array[0, 1] and got["none"].shape == (0, 3)


def test_tensors_arrive_as_tensors(keras):
    tensor = keras.ops.convert_to_tensor([1.5, 2.5])
    got = cross({"v": tensor})["v"]
    assert type(got) is type(tensor) and got.numpy().tolist() == [1.5, 2.5]


def test_compile_settings_arrive(keras):
    model = BUILDERS["sequential"](keras, keras.layers, keras.ops)
    rate = keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.9)
    model.compile(
        keras.optimizers.SGD(rate, momentum=0.5),
        keras.losses.CategoricalCrossentropy(label_smoothing=0.1),
        metrics=[
            "accuracy",
            keras.metrics.TopKCategoricalAccuracy(3),
            keras.metrics.categorical_accuracy,
        ],
    )
    got = cross({"m": model})["m"]
    assert got.get_compile_config() == model.get_compile_config()


def test_a_loss_and_a_metric_of_ones_own_are_traced_and_train(keras):
    def penalised(y_true, y_pred):
        return keras.ops.mean(keras.ops.abs(y_true - y_pred) ** 3, axis=-1)

    class Odd(keras.losses.Loss):
        def call(self, y_true, y_pred):
            return keras.ops.sum((y_true - y_pred) ** 2, axis=-1) + 1.0

    x, y = np.ones((8, 4), "float32"), np.ones((8, 1), "float32")
    for loss in (penalised, Odd(name="odd"), {"out": penalised}):
        i = keras.Input((4,))
        model = keras.Model(i, keras.layers.Dense(1, name="out")(i))
        model.compile("sgd", loss, metrics=[penalised])
        got = cross({"m": model})["m"]
        mine, theirs = (m.evaluate(x, y, verbose=0) for m in (model, got))
        assert mine == theirs
        assert got.fit(x, y, verbose=0, epochs=2).history["penalised"][1] < theirs[1]


@pytest.fixture
def own_metric(keras):
    class Own(keras.metrics.Metric):
        def update_state(self, y_true, y_pred, sample_weight=None):
            pass

        def result(self):
            return keras.ops.convert_to_tensor(0.0)

    return Own


def test_a_metric_that_cannot_be_carried_leaves_the_other_settings(keras, own_metric):
    from grader.checks import check, expect

    def report(model, **wanted):
        return check(cross({"m": model})["m"], expect.compiled(**wanted), points=1)

    one = BUILDERS["sequential"](keras, keras.layers, keras.ops)
    one.compile("sgd", "categorical_crossentropy", metrics=["accuracy", own_metric()])
    assert (
        report(one, loss="categorical_crossentropy", optimizer="sgd", metrics=["accuracy"]).score
        == 1
    )
    for metrics in ([], ["mae"]):
        line = report(one, metrics=metrics).lines[0]
        assert (
            line.status == "unmet"
            and "class of your own" in line.found
            and "keras.ops" in line.look
        )

    i = keras.Input((4,))
    two = keras.Model(i, [keras.layers.Dense(1, name="a")(i), keras.layers.Dense(1, name="b")(i)])
    for metrics in (
        [[own_metric()], ["mae"]],
        {"a": own_metric(), "b": "mae"},
        [own_metric(), "mae"],
    ):
        two.compile("adam", "mse", metrics=metrics)
        assert report(two, loss="mse", metrics={"b": ["mae"]}).score == 1, metrics


def test_a_loss_that_cannot_be_carried_is_told_where_the_settings_are_needed(keras):
    from grader.checks import check, expect

    model = BUILDERS["sequential"](keras, keras.layers, keras.ops)
    model.compile("sgd", lambda y_true, y_pred: np.mean(np.asarray(y_true)))
    got = cross({"m": model})["m"]
    x = np.ones((8, *[n or 4 for n in got.input_shape[1:]]), "float32")
    y = np.ones((8, *[n or 4 for n in got.output_shape[1:]]), "float32")
    for line in check(got, expect.compiled(loss="mse"), expect.learns(x, y)).lines:
        assert (
            line.status == "unmet" and "symbolically" in line.found and "keras.ops" in line.look
        ), line


def test_an_integer_label_loss_is_traced(keras):
    def sparse(y_true, y_pred):
        return keras.losses.sparse_categorical_crossentropy(y_true, y_pred)

    i = keras.Input((4,))
    model = keras.Model(i, keras.layers.Dense(3, activation="softmax")(i))
    model.compile("sgd", sparse)
    got = cross({"m": model})["m"]
    x, y = np.ones((6, 4), "float32"), np.array([0, 1, 2, 0, 1, 2])
    assert model.evaluate(x, y, verbose=0) == got.evaluate(x, y, verbose=0)


def test_histories_and_callbacks_arrive(keras):
    history = keras.callbacks.History()
    history.epoch, history.history, history.params = [0, 1], {"loss": [2.0, 1.0]}, {"epochs": 2}
    stop = keras.callbacks.EarlyStopping("val_loss", patience=3, restore_best_weights=True)
    got = cross(
        {
            "h": history,
            "c": [
                stop,
                keras.callbacks.ReduceLROnPlateau(factor=0.2),
                keras.callbacks.CSVLogger("a.csv"),
            ],
        }
    )
    assert got["h"].history == history.history and got["h"].epoch == [0, 1]
    assert (
        type(got["c"][0]) is type(stop)
        and got["c"][0].patience == 3
        and got["c"][0].restore_best_weights
    )
    assert got["c"][1].factor == 0.2 and got["c"][2].filename == "a.csv"


def test_numpy_numbers_in_a_callback_arrive(keras):
    patience, factor = np.array([4])[0], np.float32(0.25)
    stop = keras.callbacks.EarlyStopping(patience=patience, restore_best_weights=np.True_)
    slow = keras.callbacks.ReduceLROnPlateau(factor=factor, patience=patience)
    got = list(cross({"stop": stop, "slow": slow}).values())
    assert (got[0].patience, got[0].restore_best_weights) == (4, True)
    assert (got[1].patience, got[1].factor) == (4, 0.25)


def test_what_cannot_be_carried_says_why(keras):
    class Mine(keras.layers.Layer):
        def call(self, x):
            return x

    def relu(x):
        return x * 0

    i = keras.Input((3,))
    cases = {
        "own layer": (keras.Model(i, Mine()(i)), "Mine"),
        "lambda": (keras.Sequential([i, keras.layers.Lambda(lambda x: x)]), "Lambda"),
        "own activation": (
            keras.Sequential([i, keras.layers.Dense(2, activation=lambda x: x)]),
            "your own",
        ),
        "own activation called relu": (
            keras.Sequential([i, keras.layers.Dense(2, activation=relu)]),
            "your own",
        ),
        "an object": (object(), "object"),
        "a module": (np, "module"),
        "a generator": ((n for n in range(3)), "generator"),
    }
    got = cross({name: value for name, (value, _) in cases.items()}, with_weights=False)
    for name, (_, word) in cases.items():
        assert isinstance(got[name], NotCarried) and word in got[name].why_not_carried, (
            name,
            got[name],
        )


def test_a_bad_part_does_not_spoil_the_rest(keras):
    got = cross(
        {"v": [1, object(), {"m": BUILDERS["sequential"](keras, keras.layers, keras.ops)}]}
    )["v"]
    assert (
        got[0] == 1 and isinstance(got[1], NotCarried) and isinstance(got[2]["m"], keras.Sequential)
    )


def test_a_function_is_called_where_it_lives_and_its_layers_are_seen_here(keras):
    def block(x, filters):
        y = keras.layers.Conv2D(filters, 3, padding="same")(x)
        return keras.layers.Add()([x, y]) * 2

    remote = cross({"block": block}, with_weights=False)["block"]
    x = keras.Input((8, 8, 4))
    y = remote(remote(keras.layers.Conv2D(4, 1)(x), 4), filters=4)
    model = keras.Model(x, y)
    assert [type(layer).__name__ for layer in model.layers].count("Conv2D") == 3
    assert len({layer.name for layer in model.layers}) == len(model.layers)


def test_a_function_takes_models_and_arrays_and_raises_over_here(keras):
    def count(model):
        return model.count_params()

    def twice(model, x):
        if x.shape[0] == 0:
            raise ValueError("empty")
        return keras.Model(model.inputs, model(model.outputs[0])), keras.ops.convert_to_tensor(
            x
        ) * 2

    i = keras.Input((3,))
    square = keras.Model(i, keras.layers.Dense(3)(i))
    got = cross({"count": count, "twice": twice, "square": square}, with_weights=False)
    assert got["count"](got["square"]) == 12
    assert got["count"](keras.Sequential([keras.Input((2,)), keras.layers.Dense(5)])) == 15
    model, doubled = got["twice"](got["square"], np.ones((2, 3)))
    assert model.layers[1] is got["square"].layers[1] and model.layers[2] is got["square"]
    assert doubled.numpy().tolist() == [[2, 2, 2], [2, 2, 2]]
    with pytest.raises(ValueError, match="empty"):
        got["twice"](got["square"], np.ones((0, 3)))


def test_a_name_made_here_never_meets_a_carried_one(keras):
    i = keras.Input((3,))
    high = keras.Model(i, keras.layers.Dense(2, name="dense_9000")(i))
    got = cross({"m": high})["m"]
    used = [keras.layers.Dense(1).name for _ in range(2)]
    assert "dense_9001" in used and got.layers[1].name == "dense_9000"


def test_names_that_a_student_chose_are_kept_in_every_call(keras):
    def head(x, name):
        return keras.Model(x, keras.layers.Dense(2, name=name)(x), name="whole")

    remote = cross({"head": head}, with_weights=False)["head"]
    for _ in range(2):
        model = remote(keras.Input((3,)), "price")
        assert model.name == "whole" and model.output_names == ["price"]


def test_a_function_without_a_body_is_one_for_the_judge_too(keras):
    from grader.checks import check, expect

    def empty(x): ...

    def forgot_to_return(x):
        keras.layers.Dense(2)(x)

    asked = expect.calling(keras.Input((3,))).gives(expect.outputs(2))
    statuses = {
        name: check(function, asked).status
        for name, function in cross({"empty": empty, "forgot": forgot_to_return}).items()
    }
    assert statuses == {"empty": "not attempted", "forgot": "unmet"}


def test_weights_beyond_all_bounds_are_a_line_and_no_error(keras, monkeypatch):
    from grader.checks import check, expect

    monkeypatch.setattr(carried_weights, "MAX_WEIGHTS", 16)
    student = StudentsEnd()
    judge = JudgesEnd(student.answer)
    got = judge.take(
        student.give({"m": keras.Sequential([keras.Input((4,)), keras.layers.Dense(8)])})
    )["m"]
    pending = carried_weights.on_first_read(
        judge.receiver, lambda: carried_weights.send(student.link)
    )
    try:
        lines = check(
            got,
            expect.parameters(40),
            expect.symmetric(),
            expect.same_outputs(lambda x: x),
            expect.that(lambda m: m.get_weights() == []),
        ).lines
    finally:
        pending.close()
    assert [line.status for line in lines] == ["met", "unmet", "unmet", "unmet"]
    assert all("too many to be looked at" in line.found for line in lines[2:]), lines


def test_layers_that_a_function_freezes_or_thaws_are_so_for_the_judge_too(keras):
    layers = keras.layers
    own = keras.Sequential([keras.Input((3,)), layers.Dense(4), layers.Dense(2)])

    def freezing(theirs):
        own.trainable = False
        own.layers[1].trainable = True
        theirs.trainable = False
        return theirs

    got = cross({"own": own, "freezing": freezing})
    given = keras.Sequential([keras.Input((3,)), layers.Dense(5)])
    assert got["freezing"](given) is given
    assert not given.trainable and not given.trainable_weights
    assert [layer.trainable for layer in got["own"].layers] == [False, True] and len(
        got["own"].trainable_weights
    ) == len(own.trainable_weights)


@pytest.mark.parametrize(
    "step",
    [
        {"do": "make", "class": "optimizers.SGD", "config": {"t": "dict", "v": []}},
        {
            "do": "layer",
            "class": "layers.Dense",
            "config": {"t": "dict", "v": [["units", 2]]},
            "frozen": 5,
        },
    ],
)
def test_a_step_that_no_sender_writes_makes_no_message(keras, step):
    """The judge's process goes on."""
    message = wire.pack({"values": {}, "steps": [{**step, "id": 0, "trainable": True}]})
    with pytest.raises(wire.WireError, match="no proper form"):
        JudgesEnd().take(message)


def test_what_the_optimizer_remembers_goes_along(keras):
    from grader.checks import expect

    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    model.compile("adam", "mse")
    x = np.zeros((6, 3), "float32")
    assert expect.trained(steps=1).judge(cross({"m": model})["m"]).status == "met"
    model.fit(x, x[:, :2], batch_size=2, epochs=2, verbose=0)
    got = cross({"m": model, "copy": keras.models.clone_model(model)})
    assert expect.trained(steps=6, whole=True).judge(got["m"]).found == "6 steps, 2 weight arrays"
    assert "6 steps" in expect.trained(steps=5).judge(got["m"]).found
    assert expect.trained(steps=5).judge(got["copy"]).status == "met"


@pytest.mark.parametrize(
    "told", [[1], [1, 2, 3], [True, 2], [-1, 2], ["9", 2], {"0": 1}, 7, [0, 0]]
)
def test_a_training_told_in_another_form_is_none(keras, told, monkeypatch):
    from grader.carry import encode_compile
    from grader.checks import expect

    monkeypatch.setattr(encode_compile, "_last_training", lambda model: told)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    model.compile("adam", "mse")
    assert expect.trained(steps=1).judge(cross({"m": model})["m"]).found.startswith("nothing")


def test_a_callbacks_path_may_be_one(keras, tmp_path):
    made = (
        keras.callbacks.BackupAndRestore(tmp_path / "state"),
        keras.callbacks.TensorBoard(tmp_path / "logs"),
    )
    backup, board = cross({"made": made})["made"]
    assert backup.backup_dir == str(tmp_path / "state") and board.log_dir == str(tmp_path / "logs")
