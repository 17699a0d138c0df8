"""From a layer's configuration to the settings that are compared: plain values, in one spelling each.

What is left out, everywhere: names; initializers and seeds (two networks that differ in them are the same network
before different draws); and switches that change how something is computed but not what (`unroll`, `implementation`,
`use_cudnn`, quantization). Everything else in the configuration counts: regularizers, constraints, `epsilon`, …
"""

import hashlib
import numbers
import types

import numpy as np

from layergraph import keras_adapter, source

NEVER_COMPARED = frozenset(
    "name trainable dtype seed unroll implementation use_cudnn quantization_config build_config registered_name"
    " input_length lora_rank lora_alpha synchronized_devices".split()
)
# Settings that hold another layer: flattened to dotted names, "layer.units".
HOLD_LAYERS = frozenset({"layer", "backward_layer", "cell", "cells"})


def layer_settings(layer) -> dict:
    """The settings of a layer by name; see the module for what is left out.

    Raises nothing for a layer without a usable `get_config`: then its public attributes stand in.
    """
    package = keras_adapter.keras()
    if isinstance(layer, package.layers.InputLayer):
        shape = tuple(layer.batch_shape)
        ends: dict = {
            "shape": shape[1:],
            "batch_size": shape[0] if shape else None,
            "dtype": layer.dtype,
        }
        ends.update(
            {name: True for name in ("sparse", "ragged", "optional") if getattr(layer, name, False)}
        )
        return ends
    settings: dict = {}
    wrapped = getattr(layer, "layer", None) if isinstance(layer, package.layers.Wrapper) else None
    try:
        config = layer.get_config()
    except NotImplementedError:
        config = _public_attributes(layer)
    for name, value in config.items():
        if name == "layer" and wrapped is not None and keras_adapter.is_graph(wrapped):
            continue  # read as a graph of its own
        _add(settings, name, value, layer)
    if isinstance(layer, package.layers.Lambda):
        settings["function"] = code_of(layer.function)
    if keras_adapter.own_class(layer):
        settings["code"] = code_of(type(layer).call)
        for number, held in enumerate(keras_adapter.sublayers(layer)):
            settings[f"layer {number}"] = type(held).__name__
            for name, value in layer_settings(held).items():
                settings[f"layer {number}.{name}"] = value
    _add_trainable(settings, layer)
    return settings


def operation_settings(operation) -> dict:
    """The settings of an operation (one of `keras.ops`, or an operator) that is not a layer."""
    return {name: plain(value) for name, value in _public_attributes(operation).items()}


def _public_attributes(operation) -> dict:
    return {
        name: value
        for name, value in vars(operation).items()
        if not name.startswith("_")
        and name not in ("name", "built", "autocast", "supports_masking", "input_spec")
    }


def _add_trainable(settings, layer):
    if not layer.weights:
        return
    if not layer.trainable or keras_adapter.frozen_arrays(layer):
        settings["trainable"] = False if not layer.trainable else "partly"
    policy = layer.dtype_policy.name
    if policy != "float32":
        settings["dtype"] = policy


def _add(settings, name, value, layer):
    """Put one entry of a configuration into `settings`, entries of held layers under dotted names."""
    waiting = [(name, value)]
    while waiting:
        name, value = waiting.pop()
        last = name.rpartition(".")[2]
        if last in NEVER_COMPARED or last.endswith("_initializer"):
            continue
        if last in HOLD_LAYERS and isinstance(value, dict) and "config" in value:
            settings[name] = value["class_name"]
            waiting += [
                (f"{name}.{key}", held) for key, held in reversed(list(value["config"].items()))
            ]
        elif last in HOLD_LAYERS and isinstance(value, (list, tuple)):
            waiting += [(f"{name}.{i}.cell", held) for i, held in enumerate(value)]
        elif last.endswith("activation") and value is not None:
            settings[name] = activation_of(value, getattr(layer, name, None))
        else:
            settings[name] = plain(value)


# Activations ---------------------------------------------------------------------------------------------------

ALIASES = {"swish": "silu", "hard_swish": "hard_silu", "re_lu": "relu", "exp": "exponential"}
# What the functions of keras.activations do unless told otherwise; a value equal to it is not mentioned.
DEFAULTS: dict[str, dict] = {
    "relu": {"negative_slope": 0.0, "max_value": None, "threshold": 0.0},
    "leaky_relu": {"negative_slope": 0.2},
    "elu": {"alpha": 1.0},
    "celu": {"alpha": 1.0},
    "gelu": {"approximate": False},
    "softmax": {"axis": -1},
    "log_softmax": {"axis": -1},
    "glu": {"axis": -1},
    "sparsemax": {"axis": -1},
    "soft_shrink": {"threshold": 0.5},
    "hard_shrink": {"threshold": 0.5},
    "squareplus": {"b": 4},
}
ACTIVATION_LAYERS = {
    "ReLU": "relu",
    "LeakyReLU": "leaky_relu",
    "ELU": "elu",
    "Softmax": "softmax",
}
ACTIVATION_OPERATIONS = {
    "Relu": "relu", "ReLU": "relu", "Relu6": "relu6", "LeakyRelu": "leaky_relu", "Elu": "elu", "Celu": "celu",
    "Selu": "selu", "Gelu": "gelu", "Glu": "glu", "Silu": "silu", "HardSilu": "hard_silu", "Mish": "mish",
    "Sigmoid": "sigmoid", "HardSigmoid": "hard_sigmoid", "LogSigmoid": "log_sigmoid",
    "SparseSigmoid": "sparse_sigmoid", "Tanh": "tanh", "HardTanh": "hard_tanh", "TanhShrink": "tanh_shrink",
    "SoftShrink": "soft_shrink", "HardShrink": "hard_shrink", "Softplus": "softplus", "Softsign": "softsign",
    "SparsePlus": "sparse_plus", "Squareplus": "squareplus", "Exp": "exponential", "Softmax": "softmax",
    "LogSoftmax": "log_softmax", "Sparsemax": "sparsemax",
}  # fmt: skip


def activation(name: str, parameters: dict | None = None) -> str:
    """One spelling for an activation: "relu", "leaky_relu(negative_slope=0.3)".

    >>> activation("swish"), activation("leaky_relu", {"negative_slope": 0.2}), activation("elu", {"alpha": 0.5})
    ('silu', 'leaky_relu', 'elu(alpha=0.5)')
    """
    name = ALIASES.get(name, name)
    parameters = dict(parameters or {})
    if name == "relu" and parameters.get("max_value") == 6 and not parameters.get("negative_slope"):
        if not parameters.get("threshold"):
            return "relu6"
    if name == "relu" and parameters.get("max_value") is None and not parameters.get("threshold"):
        slope = parameters.get("negative_slope")
        if slope:  # relu with a slope is what leaky_relu is
            name, parameters = "leaky_relu", {"negative_slope": slope}
    defaults = DEFAULTS.get(name, {})
    told = {
        key: plain(value)
        for key, value in sorted(parameters.items())
        if value != defaults.get(key, value is None)
    }
    if name == "elu" and told.get("alpha") == 1:
        told.pop("alpha")
    return (
        f"{name}({', '.join(f'{key}={show(value)}' for key, value in told.items())})"
        if told
        else name
    )


def activation_of(value, function=None) -> str:
    """The spelling of what stands under `activation` in a configuration (a name, or a serialized object)."""
    if isinstance(value, str):
        return activation(value)
    if isinstance(value, dict) and value.get("class_name") in ACTIVATION_LAYERS:
        config = {
            k: v for k, v in value["config"].items() if k not in ("name", "trainable", "dtype")
        }
        return activation(ACTIVATION_LAYERS[value["class_name"]], config)
    if isinstance(function, types.FunctionType):
        return code_of(function)
    return show(plain(value))


# Values --------------------------------------------------------------------------------------------------------


def plain(value):
    """An immutable value for anything that stands in a configuration or among the arguments of a call.

    Lists become tuples, NumPy scalars numbers, arrays "array(2×3 float32 #…)" by content, slices "1:3",
    serialized objects "L2(l2=0.01)", functions their code.
    """
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, (np.generic,)):
        return value.item()
    if isinstance(value, numbers.Number):
        return value
    if isinstance(value, (list, tuple)):
        return tuple(plain(entry) for entry in value)
    if isinstance(value, slice):
        ends = [
            "" if end is None else str(plain(end)) for end in (value.start, value.stop, value.step)
        ]
        return ":".join(ends if ends[2] else ends[:2])
    if value is Ellipsis:
        return "..."
    if isinstance(value, dict):
        if "class_name" in value and isinstance(value.get("config"), dict):
            if value["class_name"] == "DTypePolicy":
                return value["config"].get("name")
            kept = {k: v for k, v in value["config"].items() if k not in NEVER_COMPARED}
            return f"{value['class_name']}({', '.join(f'{k}={show(plain(v))}' for k, v in sorted(kept.items()))})"
        return (
            "{"
            + ", ".join(f"{k}: {show(plain(v))}" for k, v in sorted(value.items(), key=str))
            + "}"
        )
    if isinstance(value, types.FunctionType):
        return code_of(value)
    if isinstance(value, type):
        return value.__name__
    if keras_adapter.is_symbolic(value):
        return "tensor"
    try:
        array = np.asarray(value)
    except Exception:  # a thing we know nothing of: its class is what we can say
        return type(value).__name__
    if array.dtype == object:
        return type(value).__name__
    if array.ndim == 0:
        return array.item()
    digest = hashlib.blake2b(array.tobytes(), digest_size=4).hexdigest()
    return f"array({'×'.join(map(str, array.shape))} {array.dtype} #{digest})"


def show(value) -> str:
    """A value in few characters: 3×3 stays (3, 3), 2.0 becomes 2."""
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, float):
        return f"{value:.12g}"
    if isinstance(value, tuple):
        return (
            "(" + ", ".join(show(entry) for entry in value) + ("," if len(value) == 1 else "") + ")"
        )
    return str(value)


def shown(value) -> str:
    """A value as a reader is told it: as `show` does, and a function as its code or its name."""
    return value.code if isinstance(value, Code) else show(value)


class Code(str):
    """What `code_of` gives: compared as the text that it is, told as `code`.

    Attributes
    ----------
    code
        the function's name, or what stands behind the colon of a lambda.
    """

    code = "function"


def code_of(function) -> Code:
    """A name for what a Python function does: equal for equal code, wherever it was written down.

    File, line and the function's own name do not count; constants, names used, defaults and closures do.
    """
    digest = hashlib.blake2b(digest_size=4)
    waiting = [getattr(function, "__func__", function)]
    name = getattr(function, "__name__", type(function).__name__)
    while waiting:
        part = waiting.pop()
        if isinstance(part, types.FunctionType):
            cells = part.__closure__ or ()
            held = [cell.cell_contents for cell in cells if _filled(cell)]
            waiting += [part.__code__, part.__defaults__, part.__kwdefaults__, *held]
        elif isinstance(part, types.CodeType):
            digest.update(part.co_code)
            digest.update(repr((part.co_names, part.co_argcount)).encode())
            waiting += list(part.co_consts)
        else:
            digest.update(repr(plain(part)).encode())
    lambda_ = name == "<lambda>"
    found = Code(f"{'function' if lambda_ else name} #{digest.hexdigest()}")
    found.code = source.lambda_body(function) if lambda_ else name
    return found


def _filled(cell) -> bool:
    try:
        cell.cell_contents  # noqa: B018  (reading it is the question)
    except ValueError:
        return False
    return True
