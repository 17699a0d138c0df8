"""What a Keras model is, read so that the model has no say in it.

Shapes come from the symbolic tensors, counts from the shapes of the variables, and both through the properties of
Keras' own classes: a subclass that overrides `count_params`, `output_shape` or `weights` changes nothing here.
The wiring between inputs and outputs is not this module's business; that is `layergraph`.
"""

import math
import sys
from dataclasses import dataclass

from grader.checks.tensors import is_symbolic
from grader.checks.wording import an, clip_inline, describe, type_name
from layergraph import keras_adapter


@dataclass(frozen=True)
class Port:
    """One input or output of a model: its shape with the batch axis, its dtype and its name."""

    shape: tuple
    dtype: str
    name: str


def loaded_keras():
    """The `keras` module if somebody has imported it: without it no value is a model."""
    return sys.modules.get("keras")


def is_model(value) -> bool:
    keras = loaded_keras()
    return keras is not None and keras.Model in type(value).__mro__


def is_layer(value) -> bool:
    keras = loaded_keras()
    return keras is not None and keras.Layer in type(value).__mro__


def is_sequential(value) -> bool:
    keras = loaded_keras()
    return keras is not None and keras.Sequential in type(value).__mro__


def is_functional(value) -> bool:
    """Whether the model was made as `keras.Model(inputs, outputs)`."""
    return is_model(value) and keras_adapter.graph_owner(value) is value


def has_graph(model) -> bool:
    return keras_adapter.graph_owner(model) is not None


def inputs(model) -> tuple[Port, ...]:
    """The model's inputs in their order."""
    owner = keras_adapter.graph_owner(model)
    if owner is None:
        return _traced(model, "inputs")
    return _ports(owner, 0)


def outputs(model) -> tuple[Port, ...]:
    """The model's outputs in their order, named by the layer that makes them, or by the key where they are a dict."""
    owner = keras_adapter.graph_owner(model)
    if owner is None:
        return _traced(model, "outputs")
    return _ports(owner, 1)


def by_name(model, which: str) -> bool:
    """Whether the model's "inputs" or "outputs" are a dict, so that they have names but no order."""
    owner = keras_adapter.graph_owner(model)
    if owner is None:
        return False
    return isinstance(keras_adapter.ends(owner)[which == "outputs"], dict)


def _traced(model, which) -> tuple[Port, ...]:
    """The ports of a model of the student's own class, whose `call` was followed once."""
    from grader.checks.graphs import read

    graph = read(model)
    names = graph.input_names if which == "inputs" else graph.output_names
    calls = [(graph.calls[index], i) for index, i in getattr(graph, which)]
    return tuple(
        Port(tuple(c.output_shapes[i]), c.dtypes[i], name) for (c, i), name in zip(calls, names)
    )


def _ports(owner, end: int) -> tuple[Port, ...]:
    struct, tensors = keras_adapter.ends(owner)[end], keras_adapter.end_tensors(owner)[end]
    names = [keras_adapter.node_of(t).operation.name for t in tensors]
    if isinstance(struct, dict):
        keys = {id(tensor): str(key) for key, tensor in struct.items()}
        names = [keys.get(id(tensor), name) for tensor, name in zip(tensors, names)]
    return tuple(Port(tuple(t.shape), str(t.dtype), name) for t, name in zip(tensors, names))


def weights(model) -> list:
    """The weight variables, each once, without the state of random generators and metrics."""
    return loaded_keras().Layer.weights.fget(model)


def trainable_weights(model) -> list:
    keras = loaded_keras()
    return keras.Layer.trainable_weights.fget(model)


def size(variables) -> int:
    """How many numbers the variables hold."""
    return sum(math.prod(tuple(v.shape)) for v in variables)


def weights_by_layer(model) -> list[tuple[str, int]]:
    """(layer name, parameters) of the layers that own weights, in the model's order, each layer once."""
    counted = []
    seen: set[int] = set()
    for layer in layers_inside(model):
        own = [v for v in loaded_keras().Layer.weights.fget(layer) if id(v) not in seen]
        seen.update(id(v) for v in own)
        if own:
            counted.append((layer.name, size(own)))
    return counted


def layers_inside(model) -> list:
    """The model's layers from outside in: one level of layers, a nested model being one of them."""
    owner = keras_adapter.graph_owner(model)
    if owner is not None:
        return [
            op
            for op in keras_adapter.operations(owner)
            if is_layer(op) and type(op).__name__ != "InputLayer"
        ]
    return keras_adapter.held(model)


def model_problem(value, needs: str = "built") -> tuple[str, str] | None:
    """Why `value` can't be looked at as a model, as (found, look at), or None if it can.

    `needs` is "any" for a model as such, "built" or "graph" for one whose graph can be read.
    """
    if not is_model(value):
        return _no_model(value)
    if needs == "any" or has_graph(value):
        return None
    if is_sequential(value):
        if not keras_adapter.held(value):
            return (
                "a Sequential model without any layer",
                "Put keras.Input(shape=…) and your layers into its list.",
            )
        if all(type(layer).__name__ == "InputLayer" for layer in keras_adapter.held(value)):
            return (
                "a Sequential model with an input and no layer after it",
                "Add the layers that come after the input.",
            )
        return (
            "a Sequential model that does not know the shape of its input yet",
            "Put keras.Input(shape=…) first in its list of layers.",
        )
    from grader.checks.graphs import read

    try:
        read(value)
    except Exception as error:
        return (
            f"{an(type_name(value))} whose graph can't be read: {clip_inline(str(error), 300)}",
            "Build the model from keras.Input(…) with keras.Model(inputs, outputs), or as a keras.Sequential.",
        )
    return None


def _no_model(value) -> tuple[str, str]:
    keras = loaded_keras()
    found = describe(value)
    if isinstance(value, type):
        return found, "This is the class, not a model made with it: add brackets and arguments."
    if keras is not None and keras.KerasTensor in type(value).__mro__:
        return (
            found,
            "This is a tensor inside a graph. Make the model from its two ends: keras.Model(inputs, outputs).",
        )
    if is_layer(value):
        return (
            found,
            "This is one layer. A model is keras.Sequential([...]) or keras.Model(inputs, outputs).",
        )
    if type_name(value) == "History":
        return (
            "a History, which is what fit(…) returns",
            "Assign the model first, then call fit on a line of its own.",
        )
    if type(value) in (list, tuple) and any(map(is_symbolic, value)):
        return (
            found,
            "These are tensors inside a graph. Make the model from its two ends: keras.Model(inputs, outputs).",
        )
    if type(value) in (list, tuple):
        return found, "Put the layers into keras.Sequential([...]), or hand in one model only."
    if callable(value):
        return found, "This is the function itself. Call it, and assign the model that it returns."
    return found, "Assign a Keras model: keras.Sequential([...]) or keras.Model(inputs, outputs)."
