"""Variables that wait with their values have, when they are read, the values that they would have had at once."""

import pytest

from grader.engine.process import Process
from grader.engine.sandbox import abilities

pytestmark = pytest.mark.skipif(not abilities().enough, reason="this machine has no sandbox")

# Undone, Keras is as it comes; the plain functions are what the new ones close over.
AT_ONCE = """
import keras
cls, base = keras.src.backend.Variable, keras.src.backend.common.variables.Variable
def held(function, name):
    return function.__closure__[function.__code__.co_freevars.index(name)].cell_contents
get, wait = base.value.fget, cls._initialize_with_initializer
base.value, cls._initialize_with_initializer = held(get, 'value'), held(wait, 'make')
del cls.__getattr__
"""
HEAD = """
import keras, numpy as np, tensorflow as tf
from keras import layers
keras.utils.set_random_seed(3)
x, y = np.random.default_rng(1).normal(size=(64, 6)).astype('float32'), np.arange(64) % 3
def waiting(variables):
    return ['_unread' in v.__dict__ for v in variables]
def model():
    start = keras.Input((6,))
    z = layers.Dropout(0.4)(layers.BatchNormalization()(layers.Dense(8, activation='relu')(start)))
    return keras.Model(start, layers.Dense(3, activation='softmax', kernel_initializer=keras.initializers.HeNormal(seed=4))(z))
"""
TRAINED = (
    HEAD
    + """
net = model()
net.layers[1].trainable = False
net.compile(optimizer='adam', loss='sparse_categorical_crossentropy')
first = net.fit(x, y, epochs=2, verbose=0).history['loss']
net.layers[1].trainable = True
net.compile(optimizer='adam', loss='sparse_categorical_crossentropy')
second = net.fit(x, y, epochs=2, verbose=0).history['loss']
"""
)


def said(source, value, head=""):
    with Process("notebook", seed=1) as process:
        for text in (head, source, value):
            process.send({"do": "run", "value": True}, text.encode())
            answer = process.receive(lambda: None)[0]
            assert answer["error"] is None, answer
    return answer["value"]


def test_a_graph_is_built_without_drawing_a_value():
    assert (
        said(
            HEAD,
            "net = model(); all(waiting(net.weights)), net.count_params(), net(keras.Input((6,))).shape, all(waiting(net.weights))",
        )
        == "(True, 115, (None, 3), True)"
    )


def test_training_with_frozen_and_thawed_layers_gives_the_same_losses():
    values = "(first, second, [float(np.abs(w).sum()) for w in net.get_weights()])"
    late, at_once = said(TRAINED, values), said(TRAINED, values, AT_ONCE)
    assert late == at_once and "nan" not in late
    assert (
        said(TRAINED, "waiting(model().weights)[0]", AT_ONCE) == "False"
    )  # it was undone over there


def test_what_an_own_initializer_does_happens_at_once():
    source = (
        HEAD
        + "calls = []\ndef mine(shape, dtype=None):\n    calls.append(shape)\n    return np.random.normal(size=shape)\n"
    )
    value = "keras.Sequential([keras.Input((2,)), layers.Dense(3, kernel_initializer=mine), layers.Dense(4, kernel_initializer=lambda s, dtype=None: np.ones(s))]); calls"
    assert said(source, value) == "[(2, 3)]"
    shared = "same = keras.random.SeedGenerator(1); i = keras.initializers.GlorotUniform(seed=same); d = layers.Dense(3, kernel_initializer=i); d.build((None, 2)); waiting(d.weights)"
    assert said(HEAD, shared) == "[False, True]"


def test_values_can_be_read_everywhere():
    source = (
        HEAD
        + """
net, other, third = model(), model(), model()
@tf.function
def inside(data):
    return net(data)
"""
    )
    assert (
        said(
            source,
            "inside(x).shape, float(tf.reduce_sum(inside(x) - net(x))), 'value' in repr(other.weights[0]), hasattr(other.weights[0], 'nothing')",
        )
        == "(TensorShape([64, 3]), 0.0, True, False)"
    )
    assert (
        said(
            source,
            "third.save('m.keras'); again = keras.models.load_model('m.keras'); float(np.abs(again.predict(x, verbose=0) - third.predict(x, verbose=0)).max())",
        )
        == "0.0"
    )
    assert (
        said(
            source,
            "other.set_weights(third.get_weights()); float(keras.ops.max(keras.ops.abs(other(x) - third(x))))",
        )
        == "0.0"
    )
