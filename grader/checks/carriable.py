"""What of a model cannot be judged apart from the code that made it, and what to write instead.

Models are judged as the calls that made them; code of a student's own does not run beside a check. A `Lambda` layer and a function as
an activation are followed: called once on symbolic tensors, they become the `keras.ops` that they consist of. What that cannot follow
is named here, for the check in the notebook and for the grader alike.
"""

import contextlib
import functools
import inspect

from layergraph import keras_adapter

# Layers whose activation is the last thing they do: one that is a function of one's own becomes the operations behind the layer.
ENDING_IN_AN_ACTIVATION = (
    "Dense",
    "EinsumDense",
    "Conv1D",
    "Conv2D",
    "Conv3D",
    "Conv1DTranspose",
    "Conv2DTranspose",
    "Conv3DTranspose",
    "DepthwiseConv1D",
    "DepthwiseConv2D",
    "SeparableConv1D",
    "SeparableConv2D",
)
HOLDING = {  # operations that are made of functions
    "AssociativeScan",
    "Cond",
    "CustomGradient",
    "ForiLoop",
    "Map",
    "Scan",
    "Switch",
    "VectorizedMap",
    "WhileLoop",
}
OWN_MODEL = "Build the model with keras.Model(inputs, outputs) or keras.Sequential."
OWN_LAYER = "Use layers that Keras brings along, and keras.ops for what is between them."
OPS = "Write it with keras.ops alone, for example ops.relu(x) * 2."
FUNCTIONAL = (
    "Call the layer, or the same keras.ops, in a functional model: keras.Model(inputs, outputs)."
)


class Untraceable(Exception):
    """A function cannot be followed on symbolic tensors; the text says why, to a student."""


def uncarriable(model) -> list[tuple[str, str, str]]:
    """What of a model cannot be judged apart from its code.

    Parameters
    ----------
    model : keras.Model

    Returns
    -------
    list of (str, str, str)
        For each such layer its name, why, and what to write instead. Empty where all of the model can be judged.
    """
    import keras

    found = {}
    with _names_kept():
        for held in _models(model):
            if type(held) not in (keras_adapter.functional(), keras.Sequential):
                name = type(held).__name__
                found[id(held)] = (held.name, f"{name} is a model class of your own", OWN_MODEL)
                continue
            for operation in _operations(held):
                problem = _problem(operation, held) or _problem_inside(operation)
                if problem:
                    found[id(operation)] = (operation.name, *problem)
    return list(found.values())


def _models(model):
    """The model and all models in it, outermost first."""
    import keras

    waiting, seen = [model], []
    while waiting:
        current = waiting.pop(0)
        if not any(current is m for m in seen):
            seen.append(current)
            if type(current) in (keras_adapter.functional(), keras.Sequential):
                waiting += [
                    inner
                    for operation in _operations(current)
                    for inner in (operation, *_inside(operation))
                    if isinstance(inner, keras.Model)
                ]
    return seen


def _inside(operation) -> list:
    """The layers that a layer holds, at any depth, such as those of a wrapper; a model's are looked at as a model's."""
    import keras

    if isinstance(operation, keras.Model) or not isinstance(operation, keras.Layer):
        return []
    held = [layer for layer in vars(operation).values() if isinstance(layer, keras.Layer)]
    held += keras_adapter.held(operation)
    return [
        inner
        for layer in dict.fromkeys(held)
        for inner in (layer, *_inside(layer))
        if inner is not operation
    ]


def _problem_inside(operation):
    """(why, what to write instead) where a layer holds one that cannot be carried, else None."""
    import keras

    for inner in _inside(operation):
        if isinstance(inner, keras.Model):
            continue
        problem = why_not(inner)
        if problem:
            return f"it holds {inner.name!r}, and {problem[0]}", problem[1]
        if is_lambda(inner) or own_activation(inner):
            return f"it wraps a layer with a function of your own ({inner.name})", FUNCTIONAL
    return None


def _operations(model):
    import keras

    if type(model) is keras.Sequential:
        return keras_adapter.held(model)
    return list(model.operations)


def _problem(operation, model):
    """(why, what to write instead) where an operation in a model cannot be carried, else None."""
    import keras

    if isinstance(operation, keras.Model):
        return None  # looked at as a model
    problem = why_not(operation)
    if problem:
        return problem
    if not (is_lambda(operation) or own_activation(operation)):
        return None
    if type(model) is keras.Sequential:
        return in_sequential(operation), FUNCTIONAL
    try:
        for node in keras_adapter.calls_of(operation):
            trace_call(operation, node)
    except Untraceable as reason:
        return str(reason), OPS
    return None


def why_not(operation) -> tuple[str, str] | None:
    """(why, what to write instead) for what cannot be carried whatever it does; None for all else."""
    import keras

    if not isinstance(operation, keras.Layer):
        name = type(operation).__name__
        return (f"{name} holds a function of your own", OPS) if name in HOLDING else None
    kind = type(operation)
    if kind.__name__ not in vars(keras.layers) or getattr(keras.layers, kind.__name__) is not kind:
        return f"{kind.__name__} is a layer class of your own", OWN_LAYER
    inner = getattr(operation, "layer", None)
    if isinstance(inner, keras.Layer) and (is_lambda(inner) or own_activation(inner)):
        return f"it wraps a layer with a function of your own ({inner.name})", OPS
    for name, held in _own_functions(operation):
        follows = name == "function" or (
            name == "activation" and kind.__name__ in (*ENDING_IN_AN_ACTIVATION, "Activation")
        )
        if not follows:
            return f"its setting {name!r} is the function {held.__name__}, which is your own", OPS
    return None


def _own_functions(layer):
    for name in _settings_of(type(layer)):
        try:
            held = getattr(layer, name, None)
        except Exception:  # a property of a layer that is not built
            continue
        if inspect.isfunction(held) and is_own(held):
            yield name, held


@functools.cache
def _settings_of(kind):
    return tuple(inspect.signature(kind.__init__).parameters)


def is_own(function) -> bool:
    """Whether a function is not one of Keras' activations, under whatever address: those cross by their names."""
    import keras

    theirs = str(function.__module__).split(".")[0] in ("keras", "tensorflow")
    return not (theirs and hasattr(keras.activations, function.__name__))


def is_lambda(operation) -> bool:
    import keras

    return type(operation) is keras.layers.Lambda


def own_activation(operation):
    """The activation of a layer where it is a student's own function and can be taken out of the layer; else None."""
    import keras

    held = vars(operation).get("activation") if isinstance(operation, keras.Layer) else None
    ends = type(operation).__name__ in (*ENDING_IN_AN_ACTIVATION, "Activation")
    return held if ends and inspect.isfunction(held) and is_own(held) else None


def in_sequential(operation) -> str:
    """Why a layer with a function cannot stand where no functional model calls it."""
    what = "a Lambda layer" if is_lambda(operation) else "a function of your own as activation"
    return f"{what} can be judged only where a functional model calls the layer, not in keras.Sequential or inside another layer"


def trace_call(operation, node):
    """Follow the function of a `Lambda` layer, or of a layer's own activation, for one call of the layer.

    Parameters
    ----------
    operation : keras.Layer
    node : object
        One of its calls, from `layergraph.keras_adapter.calls_of`.

    Returns
    -------
    (list of (KerasTensor, KerasTensor), list of KerasTensor)
        Pairs of a fresh input and the tensor of the call that it stands for, and what the function gives, tensor by tensor. Of an
        activation the fresh input stands for what the layer gives without it, so the pair has the call's own output.

    Raises
    ------
    Untraceable
    """
    import keras

    activation = None if is_lambda(operation) else own_activation(operation)
    before = activation and type(operation) is keras.layers.Activation
    given = node.input_tensors if before or not activation else node.outputs
    stands_for = {id(t): _placeholder(t) for t in given}
    if activation:
        function, args, kwargs = activation, (next(iter(stands_for.values())),), {}
    else:
        function, args, kwargs = _lambda_call(operation, node, stands_for)
    try:
        result = keras.tree.flatten(function(*args, **kwargs))
    except Exception as error:  # the function is the student's
        raise Untraceable(
            f"the function cannot be followed symbolically ({type(error).__name__}: "
            f"{' '.join(str(error).split())[:160]})"
        ) from None
    if [_spec(t) for t in result] != [_spec(t) for t in node.outputs]:
        raise Untraceable("the function gives something else when it is called on its own")
    _refuse_layers(result, list(stands_for.values()))
    return [(stands_for[id(t)], t) for t in given], result


def _placeholder(tensor):
    import keras

    return keras.Input(batch_shape=tensor.shape, dtype=tensor.dtype, name="followed")


def _lambda_call(layer, node, stands_for):
    import keras

    arguments = set(inspect.getfullargspec(layer.function).args)
    if arguments & {"mask", "training"} or layer.mask is not None:
        raise Untraceable("the function depends on training or on a mask")
    inputs = node.arguments.args[:1] or (node.arguments.kwargs.get("inputs"),)

    def replace(value):
        return stands_for.get(id(value), value)

    return layer.function, keras.tree.map_structure(replace, tuple(inputs)), layer.arguments


def _spec(tensor):
    import keras

    if not isinstance(tensor, keras.KerasTensor):
        raise Untraceable("the function does not compute its result from its inputs with keras.ops")
    return tuple(tensor.shape), tensor.dtype


def _refuse_layers(results, placeholders):
    """A layer inside a function is not part of the model: it is not trained with it."""
    import keras

    known = {id(t) for t in placeholders}
    waiting = [t for t in results if id(t) not in known]
    while waiting:
        tensor = waiting.pop()
        node = keras_adapter.node_of(tensor)
        if isinstance(node.operation, keras.layers.InputLayer):
            raise Untraceable("the function uses a tensor that is not among its inputs")
        if isinstance(node.operation, keras.Layer):
            raise Untraceable(
                f"the function calls the layer {node.operation.name!r}, which is then no part of the model"
            )
        for parent in node.input_tensors:
            if id(parent) not in known:
                known.add(id(parent))
                waiting.append(parent)


@contextlib.contextmanager
def _names_kept():
    """What is made meanwhile takes no number away from the automatic names of later layers."""
    counts = keras_adapter.name_counts()
    before = dict(counts)
    try:
        yield
    finally:
        counts.clear()
        counts.update(before)
