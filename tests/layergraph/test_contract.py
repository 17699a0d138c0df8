"""What is read from Keras' private records agrees with the configuration that Keras promises."""

import ast
from collections import Counter
from pathlib import Path

import pytest

import layergraph as lg
from layergraph import keras_adapter as adapter
from tests.layergraph import model_zoo


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


FLAT = [
    model_zoo.posts,
    model_zoo.siamese,
    model_zoo.inception,
    model_zoo.residual,
    model_zoo.xception,
    masked,
]


@pytest.mark.parametrize("make", FLAT, ids=lambda make: make.__name__)
def test_calls_and_tensors_are_those_of_the_configuration(keras, make):
    model = make(keras)
    graph = lg.call_graph(model)
    assert calls_read(graph) == calls_in_config(model)
    assert (
        sum(c.parameters for c in {id(c.layer): c for c in graph.calls}.values())
        == model.count_params()
    )


def test_ends_are_those_of_the_model(keras):
    model = model_zoo.posts(keras)
    graph = lg.call_graph(model)
    assert (
        graph.input_names == tuple(model.input_names)
        if hasattr(model, "input_names")
        else ("text", "extra")
    )
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
    inner = keras.Sequential(
        [keras.Input((None, None, 3)), keras.layers.Conv2D(4, 3, padding="same")]
    )
    small, large = keras.Input((32, 32, 3)), keras.Input((64, 64, 3))
    graph = lg.call_graph(keras.Model([small, large], [inner(small), inner(large)]))
    assert [call.output_shape for call in graph.of_kind("Conv2D")] == [
        (None, 32, 32, 4),
        (None, 64, 64, 4),
    ]


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


def test_what_a_model_holds_is_what_it_says(keras):
    model = model_zoo.posts(keras)
    stack = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    assert adapter.functional() is type(model)
    assert adapter.graph_owner(model) is model and adapter.graph_owner(keras.Sequential()) is None
    for owner in (model, adapter.graph_owner(stack)):
        assert tuple(map(keras.tree.flatten, adapter.ends(owner))) == adapter.end_tensors(owner)
        assert adapter.end_tensors(owner) == (owner.inputs, owner.outputs)
        assert adapter.operations(owner) == owner.operations
    assert [type(layer).__name__ for layer in adapter.held(stack)] == ["InputLayer", "Dense"]
    assert adapter.held(stack)[1:] == adapter.sublayers(stack)[1:] == stack.layers
    assert adapter.with_sublayers(stack)[0] is stack
    node = adapter.node_of(model.outputs[0])
    assert node.outputs[0] is model.outputs[0] and adapter.calls_of(node.operation) == [node]
    assert adapter.node_of(keras.KerasTensor((1,))) is None


def test_how_a_model_was_compiled_is_what_was_said(keras):
    model = model_zoo.posts(keras)
    assert adapter.compile_config(model) is None and adapter.loss_weights(model) is None
    assert adapter.metrics(model) == (None, None) and adapter.learning_rate(None) is None
    said = {"optimizer": keras.optimizers.SGD(0.5), "loss": "mse", "metrics": ["mae"]}
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    model.compile(**said, loss_weights=[2.0], weighted_metrics=["mse"])
    assert adapter.compile_config(model).items() >= said.items()
    assert adapter.loss_weights(model) == [2.0] and adapter.metrics(model) == (["mae"], ["mse"])
    assert float(adapter.learning_rate(model.optimizer)) == 0.5
    assert adapter.last_training(model) is adapter.last_training(model_zoo.posts(keras)) is None
    model.compile("adam", "mse")
    model.fit(keras.ops.zeros((6, 3)), keras.ops.zeros((6, 2)), batch_size=2, verbose=0)
    assert adapter.last_training(model) == (3, 2)
    crossed = keras.losses.BinaryCrossentropy(from_logits=True)
    assert adapter.function_arguments(crossed)["from_logits"] is True
    assert adapter.function_of(keras.metrics.MeanSquaredError()) is keras.losses.mean_squared_error
    assert isinstance(crossed, adapter.loss_wrapper())
    assert adapter.loss_wrapper()(lambda true, given: given, name="own").name == "own"


def test_names_seeds_and_lookups_are_those_that_keras_uses(keras):
    before = adapter.name_counts()["dense"]
    assert adapter.snake_case("Dense") == "dense"
    assert adapter.automatic_name("dense") == (f"dense_{before}" if before else "dense")
    assert keras.layers.Dense(1).name == f"dense_{before + 1}"
    keras.utils.set_random_seed(1)
    generator = adapter.seed_generator()
    adapter.set_seed_generator(None)
    assert adapter.seed_generator() is None
    adapter.set_seed_generator(generator)
    layer = keras.layers.Layer()
    layer.kept = [1, {2: 3}]
    assert type(layer.kept) is not list and type(adapter.untracked(layer.kept)) is list
    asked, config = [], keras.saving.serialize_keras_object(keras.layers.Dense(1))

    def find(usual, name, *rest, **more):
        asked.append(name)
        return usual(name, *rest, **more)

    with adapter.looking_up(find):
        assert keras.saving.deserialize_keras_object(config).units == 1
    assert asked[0] == "Dense"
    keras.saving.deserialize_keras_object(config)
    assert len(asked) == len(set(asked)) or asked.count("Dense") == 1
    x = keras.Input((2,))
    assert adapter.run_through(keras.Function(x, x + 1.0), keras.ops.zeros((3, 2))).shape == (3, 2)


PRIVATE = set(
    "_keras_history _inbound_nodes _inputs_struct _outputs_struct _layers _flatten_layers _operations "
    "_trainable_variables _learning_rate _compile_config _compile_loss _compile_metrics _fn_kwargs "
    "_user_loss_weights _user_metrics _user_weighted_metrics _retrieve_class_or_fn _run_through_graph "
    "_keras_mask _call_has_training_arg _functional _value _maybe_autocast".split()
)
# Variables that wait with their values: what is private about them is used nowhere else.
OTHER = {"grader/carry/lazy_variables.py"}


def test_only_one_module_knows_keras_private_names():
    root, found = Path(lg.__file__).parents[1], []
    for path in sorted(p for room in ("layergraph", "grader") for p in (root / room).rglob("*.py")):
        name = path.relative_to(root).as_posix()
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            own = isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "self"
            said = getattr(node, "attr", "") if not own else ""
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "getattr":
                said = getattr(node.args[1], "value", "")
            module = str(getattr(node, "module", ""))
            if said in PRIVATE or module.startswith("keras.src") or said == "src":
                found.append((name, node.lineno, said or module))
    modules = {name for name, _, _ in found}
    assert modules == {"layergraph/keras_adapter.py", *OTHER}, found
