"""Everything that Keras does not promise to keep, in one place.

Keras 3 records each call of a layer on symbolic tensors as a node: `tensor._keras_history` says which operation
made the tensor at which of its calls, `operation._inbound_nodes` holds those calls. Neither name is public, and no
public interface says the same without building the whole configuration of the model. `tests/layergraph` checks what
is read here against the public `model.get_config()`.
"""

import functools
import inspect

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
    history = getattr(tensor, "_keras_history", None)
    if history is None or history.operation is None:
        raise GraphError(f"The tensor {tensor.name!r} does not come from any layer; build the model from keras.Input.")
    return history.operation._inbound_nodes[history.node_index], history.tensor_index


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
        return type(operation).call is _functional().call
    return isinstance(operation, package.Function)


@functools.cache
def _functional():
    # keras.Model(inputs, outputs) answers with an object of this class, which has no public name.
    package = keras()
    tensor = package.Input((1,))
    return type(package.Model(tensor, tensor))


def _built_sequential(model) -> bool:
    try:
        return bool(model.outputs)
    except AttributeError:
        return False


def own_class(operation) -> bool:
    """Whether the class was written by someone else than Keras."""
    return not type(operation).__module__.startswith("keras.")


def sublayers(layer) -> list:
    """The layers that a layer holds directly, in the order in which they were made."""
    return list(layer._flatten_layers(include_self=False, recursive=False))


def trainable_arrays(model) -> list[list]:
    """The trainable weights of each layer that has some of its own, nested models opened up."""
    found = [[array for array in layer._trainable_variables] for layer in model._flatten_layers(include_self=False)]
    return [arrays for arrays in found if arrays]


def frozen_arrays(layer) -> list:
    """The weights of a layer, or of what it holds, that were made to be trained and are not trained."""
    return [array for held in layer._flatten_layers() for array in held._trainable_variables if not array.trainable]


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
