"""Layers and their settings, wherever they stand."""

import pytest

from grader.checks import expect
from tests.checks.helpers import met, told


@pytest.fixture(scope="module")
def honest(keras):
    """The same network as students write it."""
    L = keras.layers
    inside = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            L.Conv2D(32, 3, activation="relu"),
            L.Flatten(),
            L.Dense(10, "softmax"),
        ]
    )
    apart = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            L.Conv2D(32, (3, 3)),
            L.ReLU(),
            L.Flatten(),
            L.Dense(10),
            L.Softmax(),
        ]
    )
    x = keras.Input((28, 28, 1))
    y = keras.activations.relu(L.Conv2D(32, kernel_size=[3, 3], name="mine")(x))
    functional = keras.Model(x, L.Dense(10, activation=keras.activations.softmax)(L.Flatten()(y)))
    x = keras.Input((28, 28, 1))
    body = keras.Sequential(
        [keras.Input((28, 28, 1)), L.Conv2D(32, 3, activation="relu"), L.Flatten()]
    )
    nested = keras.Model(x, L.Dense(10, "softmax")(body(x)))
    return [inside, apart, functional, nested]


def test_layers_are_counted_flat_and_distinct(honest):
    for model in honest:
        assert met(model, expect.layers(3, Conv2D=1, Dense=1, Flatten=1, Dropout=0)), model.name
        assert "1 Dense missing" in told(model, expect.layers(Dense=2))
        assert "layer is missing" in told(model, expect.layers(4))


def test_a_shared_layer_counts_once_and_an_operator_is_a_layer(keras):
    L = keras.layers
    a, b = keras.Input((4,)), keras.Input((4,))
    dense = L.Dense(4)
    model = keras.Model([a, b], dense(a) + dense(b))
    assert met(model, expect.layers(2, Dense=1, Add=1))
    twins = keras.Model([a, b], L.Dense(4)(a) + L.Dense(4)(b))
    assert not met(twins, expect.layers(Dense=1))


def test_settings_in_all_their_spellings(keras, honest):
    for model in honest:
        assert met(model, expect.layer("Conv2D", filters=32, kernel_size=3, activation="relu"))
        assert met(
            model,
            expect.layer(
                "Conv2D",
                kernel_size=(3, 3),
                activation=keras.activations.relu,
                padding="valid",
                strides=1,
            ),
        )
        assert met(model, expect.layer("Dense", units=10, activation="softmax", at=-1))
        assert met(model, expect.layer("Dense", use_bias=True, trainable=True))
        assert not met(model, expect.layer("Conv2D", kernel_size=(3, 5)))
        assert not met(model, expect.layer("Conv2D", filters=32, activation="tanh"))
        assert not met(model, expect.layer("Dense", units=10, activation=None))
        assert not met(model, expect.layer("Dense", units=10, at=0))
        assert not met(model, expect.layer("Dense", units="10"))


def test_a_wrong_setting_names_the_layer_and_what_to_write(honest):
    assert "Set filters=64 in 'mine'." in told(honest[2], expect.layer("Conv2D", filters=64))
    assert "no LSTM" in told(honest[0], expect.layer("LSTM"))
    assert "has no setting 'filters'" in told(honest[0], expect.layer("Dense", filters=3))


def test_several_layers_of_one_kind(keras):
    L = keras.layers
    model = keras.Sequential(
        [keras.Input((8,)), L.Dense(4, "relu"), L.Dense(4, "relu"), L.Dense(4, "tanh")]
    )
    assert met(model, expect.layer("Dense", units=4, activation="relu", count=2))
    assert "Exactly 3" in told(model, expect.layer("Dense", activation="relu", count=3))
    assert met(model, expect.layer("Dense", activation="sigmoid", count=0)) and not met(
        model, expect.layer("Dense", activation="tanh", count=0)
    )
    assert met(model, expect.layer("Dense", activation="tanh", at=2)) and not met(
        model, expect.layer("Dense", at=7)
    )


def test_layers_inside_wrappers(keras):
    L = keras.layers
    model = keras.Sequential(
        [
            keras.Input((5, 8)),
            L.Bidirectional(L.LSTM(4, return_sequences=True)),
            L.TimeDistributed(L.Dense(3)),
        ]
    )
    assert met(model, expect.layers(LSTM=1, Dense=1, Bidirectional=1)) and met(
        model, expect.layer("LSTM", units=4, return_sequences=True)
    )
    assert met(model, expect.layer("Dense", units=3)) and not met(
        model, expect.layer("LSTM", units=5)
    )


def test_regularizers_initializers_and_rates(keras):
    L = keras.layers
    model = keras.Sequential(
        [
            keras.Input((8,)),
            L.Dense(
                4, kernel_regularizer=keras.regularizers.L2(0.01), kernel_initializer="he_normal"
            ),
            L.Dropout(0.5),
        ]
    )
    assert met(model, expect.layer("Dense", kernel_regularizer=keras.regularizers.L2(0.01)))
    assert not met(model, expect.layer("Dense", kernel_regularizer=keras.regularizers.L2(0.1)))
    assert met(model, expect.layer("Dense", kernel_initializer="he_normal")) and not met(
        model, expect.layer("Dense", kernel_initializer="zeros")
    )
    assert met(model, expect.layer("Dropout", rate=0.5)) and not met(
        model, expect.layer("Dropout", rate=0.4)
    )
    assert "frozen" not in told(model, expect.layer("Dense", trainable=False))
