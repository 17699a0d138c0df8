"""Everything that Keras does not promise to keep, in one place.

Keras 3 records each call of a layer on symbolic tensors as a node: `tensor._keras_history` says which operation
made the tensor at which of its calls, `operation._inbound_nodes` holds those calls. Neither name is public, and no
public interface says the same without building the whole configuration of the model. `tests/layergraph` checks what
is read here against the public `model.get_config()`.
"""

import contextlib
import functools
import importlib
import inspect
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from layergraph.graph import GraphError


@functools.cache
def keras():
    """The Keras package, imported the first time it is needed."""
    import layergraph

    with layergraph.quiet():
        import keras as package
    return package


def is_symbolic(value) -> bool:
    """Whether `value` is a symbolic tensor, what layers pass to one another while a model is built."""
    return isinstance(value, keras().KerasTensor)


def made_by(tensor):
    """The node (one call of one operation) that made `tensor`, and which of its outputs it is."""
    node = node_of(tensor)
    if node is None:
        raise GraphError(
            f"The tensor {tensor.name!r} does not come from any layer; build the model from keras.Input."
        )
    return node, tensor._keras_history.tensor_index


def node_of(tensor) -> Any:
    """The node that made `tensor`; None where no operation did."""
    history = getattr(tensor, "_keras_history", None)
    if history is None or history.operation is None:
        return None
    return calls_of(history.operation)[history.node_index]


def calls_of(operation) -> list:
    """The nodes of an operation: its calls on symbolic tensors, the first one first."""
    return operation._inbound_nodes


def node_parts(node):
    """A node's operation, positional arguments, keyword arguments, symbolic inputs and symbolic outputs."""
    arguments = node.arguments
    return node.operation, arguments.args, arguments.kwargs, arguments.keras_tensors, node.outputs


def is_layer(operation) -> bool:
    """Whether it is a layer (or a model), not one of `keras.ops` or an operator."""
    return isinstance(operation, keras().layers.Layer)


def is_input(operation) -> bool:
    """Whether it is the layer behind `keras.Input`."""
    return isinstance(operation, keras().layers.InputLayer)


def is_graph(operation) -> bool:
    """Whether it is a model (Sequential, functional, `keras.Function`) whose calls can be read one by one.

    A subclass of `keras.Model` with a `call` of its own may do there what it likes: False.
    """
    package = keras()
    if isinstance(operation, package.Sequential):
        return type(operation).call is package.Sequential.call and _built_sequential(operation)
    if isinstance(operation, package.Model):
        return type(operation).call is functional().call
    return isinstance(operation, package.Function)


@functools.cache
def functional() -> Any:
    """The class of what `keras.Model(inputs, outputs)` answers with; it has no public name."""
    package = keras()
    tensor = package.Input((1,))
    return type(package.Model(tensor, -tensor))


def _built_sequential(model) -> bool:
    try:
        return bool(model.outputs)
    except AttributeError:
        return False


def own_class(operation) -> bool:
    """Whether the class was written by someone else than Keras."""
    return not type(operation).__module__.startswith("keras.")


def graph_owner(model):
    """The functional model that holds a model's graph: itself, or the one inside a built Sequential; None where there is none."""
    if keras().Sequential in type(model).__mro__:
        held = model.__dict__
        return held.get("_functional") or held.get("_modules", {}).get("_functional")  # on PyTorch
    return model if {"_inputs_struct", "_outputs_struct"} <= model.__dict__.keys() else None


def ends(model) -> tuple:
    """The inputs and the outputs of a functional model, in the structures in which they were given."""
    return model._inputs_struct, model._outputs_struct


def end_tensors(model) -> tuple[list, list]:
    """The same as flat lists, whatever a subclass says of itself."""
    return model._inputs, model._outputs


def operations(model) -> list:
    """What a functional model calls, in its order."""
    return model._operations


def held(layer) -> list:
    """The layers that a layer holds directly, those of a Sequential with its InputLayer."""
    return list(layer.__dict__.get("_layers") or ())


def sublayers(layer) -> list:
    """The layers that a layer holds directly, in the order in which they were made."""
    return list(layer._flatten_layers(include_self=False, recursive=False))


def with_sublayers(layer) -> list:
    """A layer and all that it holds, at any depth."""
    return list(layer._flatten_layers())


def trainable_arrays(model) -> list[list]:
    """The trainable weights of each layer that has some of its own, nested models opened up."""
    found = [
        list(layer._trainable_variables) for layer in model._flatten_layers(include_self=False)
    ]
    return [arrays for arrays in found if arrays]


def frozen_arrays(layer) -> list:
    """The weights of a layer, or of what it holds, that were made to be trained and are not trained."""
    return [
        array
        for held in layer._flatten_layers()
        for array in held._trainable_variables
        if not array.trainable
    ]


def mask_of(tensor):
    """The symbolic mask that travels with a symbolic tensor, or None."""
    mask = getattr(tensor, "_keras_mask", None)
    return mask if mask is not None and is_symbolic(mask) else None


def takes_training(layer) -> bool:
    """Whether the layer does something else in training than in inference (its `call` has a `training` argument)."""
    return bool(getattr(layer, "_call_has_training_arg", False))


def input_shapes_of(model):
    """The input shape(s) that a subclassed model was built for, or None when it has not been built."""
    config = model.get_build_config() if model.built else None
    if not config:
        return None
    return config.get("input_shape", config.get("shapes_dict"))


@functools.lru_cache(maxsize=1024)
def _parameter_names(function) -> tuple[str, ...]:
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return ()
    return tuple(name for name in parameters if name != "self")


def parameter_names(operation) -> tuple[str, ...]:
    """Names of the arguments of the operation's `call`, without self."""
    return _parameter_names(type(operation).call)


# How a model was compiled.


def compile_config(model) -> dict[str, Any] | None:
    """What was given to `compile`, by argument; None where Keras did not keep it."""
    given = getattr(model, "_compile_config", None)
    return None if given is None else given.config


def loss_weights(model):
    """The loss weights as they were given to `compile`."""
    return getattr(getattr(model, "_compile_loss", None), "_user_loss_weights", None)


def metrics(model) -> tuple:
    """The metrics and the weighted metrics as they were given to `compile`."""
    kept = getattr(model, "_compile_metrics", None)
    return getattr(kept, "_user_metrics", None), getattr(kept, "_user_weighted_metrics", None)


def learning_rate(optimizer):
    """A number's variable, or the schedule; None without an optimizer."""
    return getattr(optimizer, "_learning_rate", None)


def last_training(model) -> tuple[int, int] | None:
    """How many steps a model's optimizer has made since `compile`, and how many weight arrays it moves; None where it has made none."""
    optimizer = getattr(model, "optimizer", None)
    moved = getattr(optimizer, "_trainable_variables", None)
    if optimizer is None or not moved:
        return None
    steps = int(keras().ops.convert_to_numpy(optimizer.iterations))
    return (steps, len(moved)) if steps else None


def function_of(metric):
    """The function that a metric wraps; None where it wraps none."""
    return getattr(metric, "_fn", None)


def function_arguments(thing) -> dict[str, Any]:
    """What a loss or metric hands to the function that it wraps; not all of it is in its configuration."""
    return getattr(thing, "_fn_kwargs", {})


def loss_wrapper() -> type:
    """The class of the losses that are a function: `fn`, `reduction`, `name`."""
    return keras().losses.MeanSquaredError.__mro__[1]


def run_through(function, tensors):
    """What a `keras.Function` computes from these tensors, whatever their batch axis."""
    return function._run_through_graph(tensors, operation_fn=lambda operation: operation)


# Names, seeds and classes that Keras keeps to itself.


def internal(place: str) -> ModuleType:
    """A module of Keras without a public name, such as "ops.numpy"."""
    return importlib.import_module(f"keras.src.{place}")


def name_counts() -> dict[str, int]:
    """How many automatic names of each stem were given; Keras' own, so changing it changes the next name."""
    return internal("backend.common.global_state").get_global_attribute(
        "object_name_uids", default=defaultdict(int), set_to_default=True
    )


def automatic_name(stem: str) -> str:
    """The next automatic name of this stem."""
    return internal("utils.naming").auto_name(stem)


def snake_case(class_name: str) -> str:
    """The stem of the automatic names of a class."""
    return internal("utils.naming").to_snake_case(class_name)


def seed_generator():
    """The generator from which Keras draws the seeds of what has none; None before there is one, or any Keras."""
    state = sys.modules.get("keras.src.backend.common.global_state")
    return None if state is None else state.get_global_attribute("global_seed_generator")


def set_seed_generator(generator) -> None:
    """Put another one, or None, in its place; nothing where Keras is not imported."""
    state = sys.modules.get("keras.src.backend.common.global_state")
    if state is not None:
        state.set_global_attribute("global_seed_generator", generator)


def untracked(value):
    """Keras keeps the lists, dicts and sets given to a layer as classes of its own; the same as plain ones."""
    if type(value).__module__ != "keras.src.utils.tracking":
        return value
    plain = {"TrackedList": list, "TrackedDict": dict, "TrackedSet": set}
    return plain.get(type(value).__name__, lambda same: same)(value)


@contextlib.contextmanager
def looking_up(find: Callable) -> Iterator[None]:
    """Meanwhile Keras' `from_config` and `get` look names up by `find(usual, name, registered_name, module, …)`."""
    library: Any = internal("saving.serialization_lib")
    usual = library._retrieve_class_or_fn
    library._retrieve_class_or_fn = functools.partial(find, usual)
    try:
        yield
    finally:
        library._retrieve_class_or_fn = usual
