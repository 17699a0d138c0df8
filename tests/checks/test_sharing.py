"""Sharing, nesting, common weights, symmetry, and the same answers as a reference."""

import numpy as np
import pytest

from grader.checks import expect
from tests.checks.helpers import met, told


def siamese(keras, shared=True, join="concatenate", wrap=False):
    L = keras.layers
    a, b = keras.Input((None, 6), name="left"), keras.Input((None, 6), name="right")
    reader = L.LSTM(4)
    if wrap:
        reader = keras.Sequential([keras.Input((None, 6)), reader], name="reader")
    other = reader if shared else L.LSTM(4)
    u, v = reader(a), other(b)
    joined = {
        "concatenate": lambda: L.concatenate([u, v]),
        "add": lambda: u + v,
        "distance": lambda: keras.ops.abs(u - v),
        "subtract": lambda: u - v,
    }[join]()
    return keras.Model([a, b], L.Dense(1, "sigmoid")(joined))


def test_one_layer_called_twice(keras):
    for wrap in (False, True):
        model = siamese(keras, wrap=wrap)
        assert met(model, expect.shared("LSTM")) and met(model, expect.shared("LSTM", times=2))
        assert not met(model, expect.shared("LSTM", times=3)) and not met(
            model, expect.shared("Dense")
        )
        assert "Make one layer for each place" in told(model, expect.shared("LSTM", times=1))


def test_two_layers_where_one_was_asked_for(keras):
    twins = siamese(keras, shared=False)
    assert "2 layers of their own" in told(twins, expect.shared("LSTM", times=2))
    assert met(twins, expect.shared("LSTM", times=1))
    assert "no GRU" in told(twins, expect.shared("GRU"))


def test_models_as_layers(keras):
    nested, flat = siamese(keras, wrap=True), siamese(keras)
    assert met(nested, expect.nested()) and met(nested, expect.nested(2, models=1, named="reader"))
    assert "as if it were a layer" in told(flat, expect.nested())
    assert met(flat, expect.nested(models=0))
    assert "Call each layer on a tensor" in told(nested, expect.nested(models=0))
    assert (
        not met(nested, expect.nested(models=2))
        and not met(nested, expect.nested(3))
        and not met(nested, expect.nested(named="encoder"))
    )
    assert met(nested, expect.shared("reader", times=2))


def test_a_model_inside_time_distributed_is_nested(keras):
    inner = keras.Sequential([keras.Input((6,)), keras.layers.Dense(2)], name="frame")
    x = keras.Input((5, 6))
    model = keras.Model(x, keras.layers.TimeDistributed(inner)(x))
    assert met(model, expect.nested(named="frame")) and not met(
        keras.Model(x, keras.layers.Dense(2)(x)), expect.nested()
    )


def test_an_ensemble_is_not_one_model_three_times(keras):
    L = keras.layers

    def member():
        return keras.Sequential([keras.Input((8,)), L.Dense(1, "sigmoid")])

    x = keras.Input((8,))
    ensemble = keras.Model(x, L.average([member()(x) for _ in range(3)]))
    one = member()
    slip = keras.Model(x, L.average([one(x), one(x), one(x)]))
    assert met(ensemble, expect.nested(models=3)) and met(ensemble, expect.shared("Dense", times=1))
    assert not met(slip, expect.nested(models=3)) and not met(slip, expect.shared("Dense", times=1))


def test_two_models_over_the_same_weights(keras):
    L = keras.layers
    x = keras.Input((6,))
    code = L.Dense(3)(x)
    encoder, auto = keras.Model(x, code), keras.Model(x, L.Dense(6)(code))
    wanted = expect.same_weights("encoder", "auto")
    assert met({"encoder": encoder, "auto": auto}, wanted)
    copied = keras.models.clone_model(encoder)
    assert "0 of 2" in told({"encoder": copied, "auto": auto}, wanted)
    assert not met({"encoder": encoder}, wanted) and not met(
        {"encoder": encoder, "auto": 3}, wanted
    )
    assert not met({"encoder": auto, "auto": encoder}, wanted)


def test_symmetry_is_measured(keras):
    assert met(siamese(keras, join="add"), expect.symmetric()) and met(
        siamese(keras, join="distance"), expect.symmetric()
    )
    assert "order counts in Concatenate" in told(siamese(keras), expect.symmetric())
    assert not met(siamese(keras, join="subtract"), expect.symmetric())
    assert not met(siamese(keras, shared=False, join="add"), expect.symmetric())


def test_a_constant_answer_is_not_symmetry(keras):
    L = keras.layers
    a, b = keras.Input((6,)), keras.Input((6,))
    model = keras.Model(
        [a, b], L.Dense(1, "softmax")(L.concatenate([L.Dense(3)(a), L.Dense(3)(b)]))
    )
    assert "whatever goes in" in told(model, expect.symmetric())
    assert "same shape" in told(
        keras.Model([a, keras.Input((7,))], L.Dense(1)(a)), expect.symmetric()
    )
    assert not met(keras.Model(a, L.Dense(1)(a)), expect.symmetric())


def test_symmetry_of_readers_of_words(keras):
    L = keras.layers
    a, b = keras.Input((5,), dtype="int32"), keras.Input((5,), dtype="int32")
    embedding, reader = L.Embedding(30, 4), L.GRU(3)
    model = keras.Model([a, b], L.multiply([reader(embedding(a)), reader(embedding(b))]))
    assert met(model, expect.symmetric())


def test_the_same_answers_with_the_same_weights(keras):
    L = keras.layers

    def model(*layers):
        return keras.Sequential([keras.Input((6,)), *layers])

    wanted = expect.same_outputs(model(L.Dense(4, "relu"), L.Dense(4, "tanh")))
    x = keras.Input((6,))
    assert met(keras.Model(x, keras.ops.tanh(L.Dense(4)(L.ReLU()(L.Dense(4)(x))))), wanted)
    assert not met(model(L.Dense(4, "tanh"), L.Dense(4, "relu")), wanted)
    assert "compare the layers" in told(model(L.Dense(5, "relu"), L.Dense(4, "tanh")), wanted)
    assert not met(keras.Sequential([keras.Input((7,)), L.Dense(4)]), wanted)


def test_weights_come_back_after_judging(keras):
    L = keras.layers
    a, b = (keras.Sequential([keras.Input((6,)), L.Dense(4)]) for _ in range(2))
    before = b.get_weights()
    assert met(b, expect.same_outputs(a)) and not met(b, expect.same_outputs(a, weights="own"))
    assert all((p == q).all() for p, q in zip(before, b.get_weights()))
    b.set_weights(a.get_weights())
    assert met(b, expect.same_outputs(a, weights="own")) and met([a, b], expect.same_outputs())


def test_another_order_of_creation_does_not_matter_for_the_answers(keras):
    L = keras.layers

    def model(swap):
        x = keras.Input((6,))
        makers = [lambda: L.Dense(4, "relu")(x), lambda: L.Dense(4, "tanh")(x)]
        made = [makers[i]() for i in ((1, 0) if swap else (0, 1))]
        return keras.Model(x, L.subtract(made[::-1] if swap else made))

    assert met(model(True), expect.same_outputs(model(False)))


def test_answers_can_be_compared_with_a_function(keras):
    a, b = keras.Input((3,)), keras.Input((3,))
    model = keras.Model([a, b], keras.layers.average([a, b]))
    assert met(model, expect.same_outputs(lambda p, q: (p + q) / 2)) and not met(
        model, expect.same_outputs(np.maximum)
    )


@pytest.mark.parametrize("slip", [lambda: expect.shared(3), lambda: expect.shared("LSTM", 0)])
def test_authors_slips_raise(slip):
    with pytest.raises(TypeError):
        slip()
