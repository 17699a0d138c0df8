"""Which Keras classes may be named on the wire: built-in ones that are made from plain settings and run no code of a student's.

A name is looked up in tables made from Keras' own public modules; no name from the wire is ever imported.
"""

import functools
import inspect

from layergraph import keras_adapter

# Public module -> what it holds. A wire name is "<family>.<class>".
FAMILIES = {
    "layers": "keras.layers",
    "initializers": "keras.initializers",
    "regularizers": "keras.regularizers",
    "constraints": "keras.constraints",
    "losses": "keras.losses",
    "metrics": "keras.metrics",
    "optimizers": "keras.optimizers",
    "schedules": "keras.optimizers.schedules",
    "callbacks": "keras.callbacks",
}
# Run code, read files or reach out, or are bases that do nothing by themselves.
REFUSED = {
    "layers": {
        "Lambda",
        "TFSMLayer",
        "TorchModuleWrapper",
        "JaxLayer",
        "FlaxLayer",
        "Layer",
        "Wrapper",
        "InputSpec",
        "Pipeline",
        "AbstractRNNCell",
        "StackedRNNCells",
    },
    "losses": {"Loss"},
    "metrics": {"Metric", "MeanMetricWrapper"},
    "optimizers": {"Optimizer", "LossScaleOptimizer"},
    "schedules": {"LearningRateSchedule"},
    "callbacks": {
        "Callback",
        "CallbackList",
        "RemoteMonitor",
        "LambdaCallback",
        "SwapEMAWeights",
        "OrbaxCheckpoint",
    },
    "initializers": {"Initializer"},
    "regularizers": {"Regularizer"},
    "constraints": {"Constraint"},
}
# Layers whose settings may name a file to be read.
FILE_SETTINGS = {"vocabulary", "idf_weights"}
OPERATIONS = {
    "numpy": "ops.numpy",
    "math": "ops.math",
    "nn": "ops.nn",
    "core": "ops.core",
    "image": "ops.image",
    "linalg": "ops.linalg",
    "einops": "ops.einops",
    "activations": "activations.activations",
}
REFUSED_OPERATIONS = {
    "core.Cond",
    "core.Map",
    "core.Scan",
    "core.AssociativeScan",
    "core.WhileLoop",
    "core.ForiLoop",
    "core.VectorizedMap",
    "core.Switch",
    "core.CustomGradient",
    "core.StopGradientFn",
}


@functools.cache
def classes():
    """Wire name -> (class, its public module), for everything that may be made from settings."""
    import importlib

    import keras

    found = {}
    for family, module_name in FAMILIES.items():
        module = importlib.import_module(module_name)
        for name, value in vars(module).items():
            if (
                inspect.isclass(value)
                and not name.startswith("_")
                and name == value.__name__
                and name not in REFUSED[family]
            ):
                found[f"{family}.{name}"] = (value, module_name)
    found["policies.DTypePolicy"] = (keras.DTypePolicy, "keras")
    found["random.SeedGenerator"] = (keras.random.SeedGenerator, "keras.random")
    return found


@functools.cache
def wire_names():
    """Class -> wire name: the other way round."""
    return {cls: name for name, (cls, _) in reversed(classes().items())}


@functools.cache
def module_families():
    """Public module name, as Keras writes it into a config -> family."""
    return {module: family for family, module in FAMILIES.items()} | {
        "keras": "policies",
        "keras.random": "random",
    }


@functools.cache
def operations():
    """Wire name -> class of the operations behind `keras.ops` and behind operators on symbolic tensors."""
    from keras import Operation
    from keras.layers import Layer

    found = {}
    for part, place in OPERATIONS.items():
        module = keras_adapter.internal(place)
        for name, value in vars(module).items():
            if (
                inspect.isclass(value)
                and issubclass(value, Operation)
                and not issubclass(value, Layer)
                and value.__module__ == module.__name__
                and f"{part}.{name}" not in REFUSED_OPERATIONS
            ):
                found[f"{part}.{name}"] = value
    return found


@functools.cache
def operation_names():
    return {cls: name for name, cls in operations().items()}


@functools.cache
def functions():
    """Wire name -> built-in function that may stand for itself: losses, metrics and activations by name."""
    import keras

    found = {}
    for family in ("losses", "metrics", "activations"):
        for name, value in vars(getattr(keras, family)).items():
            if inspect.isfunction(value) and name not in ("get", "serialize", "deserialize"):
                found[f"{family}.{name}"] = value
    return found


@functools.cache
def function_names():
    return {id(fn): name for name, fn in reversed(functions().items())}


def nothing_else():
    """Meanwhile Keras' own `from_config` and `get` find nothing but what stands in these tables, whatever a config names."""

    def find_allowed(find, name, registered_name, module, *args, **kwargs):
        found = None
        if module is None or module.split(".")[0] in ("keras", "builtins"):
            found = find(name, registered_name, module, *args, **kwargs)
        if found in wire_names() or id(found) in function_names():
            return found
        raise ValueError(f"{name!r} is not among what may be named")

    return keras_adapter.looking_up(find_allowed)
