"""Functions of a student's own inside a model become the operations they consist of; what cannot is named, the same everywhere."""

import numpy as np
import pytest

from grader.carry import NotCarried
from grader.checks.carriable import uncarriable
from tests.engine.test_transport import cross, inputs_for

BUILD = """
import keras
from keras import layers, ops
start = keras.Input((4, 6))
flat = keras.Input((6,))
def model(output, inputs=start): return keras.Model(inputs, output)
def twice(x): return x * 2
def leaky(x): return ops.maximum(x, 0.1 * x)
dense = layers.Dense(3)
class Own(layers.Layer):
    def call(self, x): return x
    def compute_output_shape(self, shape): return shape
class Cell(layers.SimpleRNNCell):
    pass
class Net(keras.Model):
    def call(self, x): return x
import tensorflow as tf
inner = model(layers.Dense(2, activation=leaky)(flat), flat)
"""
CARRIED = (
    "model(layers.Lambda(lambda x: ops.mean(x, axis=1))(start))",
    "model(layers.Lambda(lambda x: x[:, 1])(start))",
    "model(layers.Lambda(lambda x: x)(start))",
    "model(layers.Lambda(lambda pair: pair[0] - pair[1])([layers.Dense(2)(start), layers.Dense(2)(start)]))",
    "model(layers.Lambda(lambda x, by: x * by, arguments={'by': 3})(start))",
    "model(layers.Dense(2)(layers.Lambda(ops.square)(layers.Lambda(twice)(start))))",
    "model(layers.Dense(5, activation=leaky)(start))",
    "model(layers.Dense(5, activation=lambda x: ops.relu(x) * 2)(layers.Dense(4, activation=ops.sin)(start)))",
    "model(layers.Conv1D(3, 2, activation=twice)(start))",
    "model(layers.Activation(leaky)(layers.Activation('relu')(start)))",
    "(lambda shared: model([shared(start), shared(shared(start))]))(layers.Dense(6, activation=leaky))",
    "(lambda half: model([half(start), half(layers.Dense(2)(start))]))(layers.Lambda(lambda x: x / 2))",
    "model(layers.Dense(1)(inner(flat)), flat)",
    "model(layers.Dense(4, activation=ops.relu)(start))",
    "model(layers.LSTM(3)(start))",
    "model([(h := layers.Lambda(twice)(start)), layers.Dense(2)(h)])",
)
NAMED = (  # and a word of the reason
    ("keras.Sequential([start, layers.Lambda(twice)])", "Sequential"),
    ("keras.Sequential([start, layers.Dense(2, activation=leaky)])", "Sequential"),
    (
        "model(keras.Sequential([keras.Input((6,)), layers.Lambda(twice)])(flat), flat)",
        "Sequential",
    ),
    ("model(layers.TimeDistributed(layers.Dense(2, activation=leaky))(start))", "wraps"),
    ("model(layers.Lambda(lambda x: tf.reduce_sum(x, axis=1))(start))", "followed"),
    ("model(layers.Lambda(lambda x: dense(x))(start))", "calls the layer"),
    ("model(layers.LSTM(3, recurrent_activation=leaky)(start))", "recurrent_activation"),
    ("model(Own()(start))", "own"),
    ("Net()", "own"),
    ("model(layers.TimeDistributed(Own())(start))", "own"),
    ("model(layers.TimeDistributed(model(Own()(flat), flat))(start))", "own"),
    ("keras.Sequential([start, layers.TimeDistributed(Own())])", "own"),
    ("model(layers.RNN(Cell(3))(start))", "Cell"),
    (
        "model(layers.TimeDistributed(keras.Sequential([layers.Lambda(twice)]))(start))",
        "Sequential",
    ),
    ("model(model(layers.Lambda(lambda x: tf.abs(x))(flat), flat)(flat), flat)", "followed"),
    ("model(layers.Lambda(lambda x, training=None: x * 2)(start))", "training"),
    (
        "model(layers.Dense(3, kernel_initializer=lambda shape, dtype=None: ops.ones(shape))(start))",
        "initializer",
    ),
)


def built(source):
    space = {}
    exec(BUILD, space)
    return eval(source, space)


@pytest.mark.parametrize("source", CARRIED)
def test_a_function_that_can_be_followed_arrives_as_what_it_does(source, keras):
    mine = built(source)
    assert uncarriable(mine) == []
    theirs = cross({"net": mine})["net"]
    assert isinstance(theirs, keras.Model), theirs
    x = inputs_for(mine, keras)
    for a, b in zip(keras.tree.flatten(mine(x)), keras.tree.flatten(theirs(x))):
        assert np.allclose(a, b, atol=1e-6)
    assert not any(type(layer) is keras.layers.Lambda for layer in theirs.layers)


@pytest.mark.parametrize("source, word", NAMED)
def test_what_cannot_be_carried_is_named_with_what_to_write_instead(source, word, keras):
    mine = built(source)
    (found,) = uncarriable(mine)
    assert word in found[1] and found[2].endswith(".")
    theirs = cross({"net": mine}, with_weights=False)["net"]
    assert isinstance(theirs, NotCarried) and word in theirs.why_not_carried


def test_looking_changes_no_automatic_name(keras):
    keras.utils.clear_session()
    mine = built(CARRIED[7])
    before = keras.layers.Dense(1).name
    uncarriable(mine)
    after = keras.layers.Dense(1).name, keras.Input((1,)).name
    assert int(after[0].rpartition("_")[2]) == int(before.rpartition("_")[2]) + 1


def test_what_the_models_of_the_other_tests_are_made_of_is_not_named(keras):
    from tests.engine.models import BUILDERS

    for name, build in BUILDERS.items():
        made = build(keras, keras.layers, keras.ops)
        for model in made if isinstance(made, list) else [made]:
            if isinstance(model, keras.Model):
                assert uncarriable(model) == [], name
