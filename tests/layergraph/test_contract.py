"""What is read from Keras' private records agrees with the configuration that Keras promises."""

from collections import Counter

import model_zoo
import pytest

import layergraph as lg


def tensors_in(data):
    """(layer name, output index) of every tensor among a call's serialized arguments, in order."""
    found, waiting = [], [data]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict) and part.get("class_name") == "__keras_tensor__":
            name, _, tensor = part["config"]["keras_history"]
            found.append((name, tensor))
        elif isinstance(part, dict):
            waiting += reversed(list(part.values()))
        elif isinstance(part, (list, tuple)):
            waiting += reversed(part)
    return tuple(found)


def calls_in_config(model):
    """Every call as (layer, its inputs), counted, from the public get_config()."""
    calls = Counter()
    for layer in model.get_config()["layers"]:
        for node in layer["inbound_nodes"]:
            calls[layer["name"], tensors_in([node["args"], node["kwargs"]])] += 1
    return calls


def calls_read(graph):
    return Counter(
        (call.name, tuple((graph.calls[source].name, tensor) for source, tensor in call.inputs))
        for call in graph.calls
        if call.kind != "InputLayer"
    )


def masked(keras):
    layers = keras.layers
    x = keras.Input((10,), dtype="int32")
    e = layers.Embedding(50, 8, mask_zero=True)(x)
    s, h, c = layers.LSTM(4, return_state=True)(e)
    y = layers.LSTM(4)(e, initial_state=[h, c])
    return keras.Model(x, layers.concatenate([s, y, (e * 2)[:, 0]]))


FLAT = [model_zoo.posts, model_zoo.siamese, model_zoo.inception, model_zoo.residual, model_zoo.xception, masked]


@pytest.mark.parametrize("make", FLAT, ids=lambda make: make.__name__)
def test_calls_and_tensors_are_those_of_the_configuration(keras, make):
    model = make(keras)
    graph = lg.call_graph(model)
    assert calls_read(graph) == calls_in_config(model)
    assert sum(c.parameters for c in {id(c.layer): c for c in graph.calls}.values()) == model.count_params()


def test_ends_are_those_of_the_model(keras):
    model = model_zoo.posts(keras)
    graph = lg.call_graph(model)
    assert graph.input_names == tuple(model.input_names) if hasattr(model, "input_names") else ("text", "extra")
    assert graph.output_names == tuple(model.output_names)
    shapes = [graph.calls[index].output_shapes[tensor] for index, tensor in graph.outputs]
    assert shapes == [tuple(shape) for shape in model.output_shape]


def test_a_nested_model_is_read_at_each_of_its_calls(keras):
    model = model_zoo.encoder_twice(keras)
    graph = lg.call_graph(model)
    convolutions = graph.of_kind("Conv2D")
    assert [call.nesting for call in convolutions] == [("encoder",), ("encoder",)]
    assert convolutions[0].weights == convolutions[1].weights
    assert [frame.model for frame in graph.frames] == [0, 0]
    assert len(graph.sharing) == 2


def test_shapes_in_a_nested_model_are_those_of_this_call(keras):
    inner = keras.Sequential([keras.Input((None, None, 3)), keras.layers.Conv2D(4, 3, padding="same")])
    small, large = keras.Input((32, 32, 3)), keras.Input((64, 64, 3))
    graph = lg.call_graph(keras.Model([small, large], [inner(small), inner(large)]))
    assert [call.output_shape for call in graph.of_kind("Conv2D")] == [(None, 32, 32, 4), (None, 64, 64, 4)]


def test_three_thousand_layers_in_a_chain(keras):
    """Keras' own builder recurses, so it gets room to; reading needs none."""
    import sys
    import threading

    made = []
    limit, size = sys.getrecursionlimit(), threading.stack_size(512 * 1024 * 1024)
    try:
        sys.setrecursionlimit(20_000)
        thread = threading.Thread(target=lambda: made.append(model_zoo.chain(keras, 3000)))
        thread.start()
        thread.join()
    finally:
        sys.setrecursionlimit(limit)
        threading.stack_size(size)
    graph = lg.call_graph(made[0])
    assert len(graph.calls) == 3001
    assert lg.compare(graph, graph).equal
