"""A model's outside: inputs, outputs, batch size, counts. Honest variants pass, look-alikes don't."""

import numpy as np
import pytest

from grader.checks import check, expect
from grader.checks.status import NOT_LOOKED_AT
from tests.checks.helpers import line, met, told


@pytest.fixture(scope="module")
def L(keras):
    return keras.layers


def stack(keras, *layers, shape=(64,), **kwargs):
    return keras.Sequential([keras.Input(shape, **kwargs), *layers])


def two_in(keras, **kwargs):
    a, b = keras.Input((3,), name="a"), keras.Input((5, 5), name="b", dtype="int32")
    L = keras.layers
    joined = L.concatenate([L.Dense(2)(a), L.Flatten()(keras.ops.cast(b, "float32"))])
    return a, b, [L.Dense(1, name="age")(joined), L.Dense(10, name="income")(joined)]


def test_sequential_and_functional_have_the_same_ports(keras, L):
    x = keras.Input((64,))
    for model in (stack(keras, L.Dense(10)), keras.Model(x, L.Dense(10)(x))):
        assert (
            met(model, expect.inputs(64))
            and met(model, expect.inputs((64,)))
            and met(model, expect.outputs(10))
        )


def test_a_wrong_shape_is_told_with_what_to_write(keras, L):
    assert "shape=(64,)" in told(stack(keras, L.Dense(10), shape=(None, 64)), expect.inputs(64))
    assert "1 input of shape (32,)" in told(
        stack(keras, L.Dense(10), shape=(32,)), expect.inputs(64)
    )
    assert "Flatten" in told(stack(keras, L.Dense(10), shape=(8, 8)), expect.outputs(10))


def test_inputs_and_outputs_have_an_order(keras):
    a, b, (age, income) = two_in(keras)
    model, swapped = keras.Model([a, b], [age, income]), keras.Model([b, a], [income, age])
    wanted = expect.inputs(3, (5, 5)), expect.outputs(1, 10)
    assert all(met(model, w) for w in wanted)
    assert all("order" in told(swapped, w) for w in wanted)
    assert "2 inputs asked for, 1 found" in told(
        keras.Model(a, keras.layers.Dense(1)(a)), wanted[0]
    )
    assert not met(keras.Model([a, b], [age, income, age]), wanted[1])


def test_names_and_dtypes_count_only_when_asked_for(keras):
    a, b, (age, income) = two_in(keras)
    model = keras.Model([a, b], [age, income])
    assert met(model, expect.inputs(3, (5, 5), names=["a", "b"], dtype=[None, "int32"]))
    assert met(model, expect.outputs(1, 10, names=["age", "income"], dtype="float32"))
    assert "named 'b'" in told(model, expect.inputs(3, (5, 5), names=["a", "text"]))
    assert "dtype='float32'" in told(model, expect.inputs(3, (5, 5), dtype="float32"))


def test_a_dict_of_outputs_goes_by_its_keys(keras):
    a, b, (age, income) = two_in(keras)
    model = keras.Model({"a": a, "b": b}, {"x": income, "y": age})
    assert met(model, expect.outputs(1, 10, names=["y", "x"]))
    assert met(model, expect.outputs(1, 10)) and met(model, expect.inputs((5, 5), 3))
    assert not met(model, expect.outputs(1, 10, names=["x", "y"]))
    assert not met(model, expect.outputs(1, 11))


def test_batch_sizes(keras, L):
    fixed, free = stack(keras, L.Dense(8), shape=(6, 8), batch_size=32), stack(keras, L.Dense(8))
    assert met(fixed, expect.batch_size(32)) and met(free, expect.batch_size(None))
    assert "batch_size=32" in told(free, expect.batch_size(32))
    assert met(fixed, expect.inputs((6, 8)))


def test_parameters_are_counted_from_the_weights(keras, L):
    model = stack(keras, L.Dense(32), L.BatchNormalization(), L.Dense(10))
    assert met(model, expect.parameters(2080 + 128 + 330)) and met(
        model, expect.parameters(non_trainable=64)
    )
    said = told(model, expect.parameters(2410))
    assert "2,538 parameters" in said and "2,080" in said
    frozen = stack(keras, L.Dense(32, trainable=False), L.Dense(10))
    assert met(frozen, expect.parameters(2410, trainable=330)) and "trainable = False" in told(
        frozen, expect.parameters(trainable=2410)
    )


def test_shared_weights_count_once_and_random_state_does_not(keras, L):
    x = keras.Input((4,))
    dense = L.Dense(4)
    assert met(keras.Model(x, dense(L.Dropout(0.5)(dense(x)))), expect.parameters(20))


def test_a_model_that_lies_about_itself_does_not_pass(keras, L):
    class Liar(keras.Model):
        pass

    x = keras.Input((3,))
    liar = Liar(x, L.Dense(2)(x))
    Liar.count_params = lambda self: 3466
    Liar.output_shape = property(lambda self: (None, 10))
    Liar.weights = property(lambda self: [])
    Liar.inputs = property(lambda self: [keras.KerasTensor((None, 64))])
    Liar.outputs = property(lambda self: [keras.KerasTensor((None, 10))])
    assert not met(liar, expect.parameters(3466)) and met(liar, expect.parameters(8))
    assert not met(liar, expect.inputs(64)) and not met(liar, expect.outputs(10))


@pytest.mark.parametrize(
    "make, word",
    [
        (lambda k, x: 7, "Assign a Keras model"),
        (lambda k, x: k.Sequential, "class"),
        (lambda k, x: k.layers.Dense(3)(x), "keras.Model(inputs, outputs)"),
        (lambda k, x: k.layers.Dense(3), "one layer"),
        (lambda k, x: [k.layers.Dense(3)], "keras.Sequential([...])"),
        (lambda k, x: lambda: k.Sequential(), "Call it"),
        (lambda k, x: k.Sequential(), "without any layer"),
        (lambda k, x: k.Sequential([k.layers.Dense(3)]), "keras.Input"),
        (lambda k, x: k.Sequential([k.Input((3,))]), "no layer after it"),
        (lambda k, x: "Sequential", "Assign a Keras model"),
    ],
)
def test_what_is_no_readable_model_is_said_once(keras, make, word):
    report = check(
        make(keras, keras.Input((3,))),
        expect.inputs(3),
        expect.outputs(3),
        expect.layers(1),
        points=3,
    )
    assert report.score == 0 and report.status == "unmet"
    assert word in report.lines[0].look + report.lines[0].found
    assert [entry.found for entry in report.lines[1:]] == [NOT_LOOKED_AT] * 2


def test_a_sequential_that_was_called_on_data_is_readable(keras, L):
    model = keras.Sequential([L.Dense(10)])
    model.build((None, 64))
    assert met(model, expect.inputs(64)) and met(model, expect.parameters(650))


def test_a_class_of_ones_own_is_read_by_following_it(keras, L):
    class Own(keras.Model):
        def __init__(self):
            super().__init__()
            self.dense = L.Dense(10, activation="relu")

        def call(self, x):
            return self.dense(x)

    own = Own()
    assert "call it on one tensor of data" in told(own, expect.inputs(64))
    own(np.zeros((2, 64), "float32"))
    assert (
        met(own, expect.inputs(64))
        and met(own, expect.outputs(10))
        and met(own, expect.layers(Dense=1))
    )
    assert not met(own, expect.functional()) and not met(own, expect.sequential())


def test_how_a_model_is_made(keras, L):
    x = keras.Input((3,))
    functional, sequential = keras.Model(x, L.Dense(1)(x)), stack(keras, L.Dense(1))
    assert met(functional, expect.functional()) and not met(functional, expect.sequential())
    assert met(sequential, expect.sequential()) and not met(sequential, expect.functional())
    assert met(sequential, expect.instance("Sequential")) and not met(
        functional, expect.instance("Sequential")
    )
    assert met(functional, expect.instance("Model")) and met(
        functional, expect.instance("Functional")
    )
    assert "keras.Sequential" in line(functional, expect.sequential()).expected


def test_authors_slips_raise(keras):
    for slip in (
        lambda: expect.inputs(3.5),
        lambda: expect.parameters(),
        lambda: expect.inputs(3, names=["a", "b"]),
        lambda: expect.inputs("64"),
    ):
        with pytest.raises(TypeError):
            slip()
