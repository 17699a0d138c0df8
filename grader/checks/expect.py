"""The vocabulary: everything a check can ask, under one name. `expect.inputs(64)` is one requirement.

Nothing is defined here; the modules named below say what each word means.
"""

from grader.checks.behaviour import same_outputs, symmetric
from grader.checks.calls import calling, item
from grader.checks.compiling import compiled
from grader.checks.ports import batch_size, functional, inputs, outputs, parameters, sequential
from grader.checks.raising import raises
from grader.checks.requirement import from_function as that
from grader.checks.sharing import nested, same_weights, shared
from grader.checks.structure import layer, layers
from grader.checks.training import accuracy, fits, learns, trained
from grader.checks.values import (
    array,
    dtype,
    instance,
    leaves,
    measured,
    number,
    one_of,
    shape,
    value,
    whole,
)
from grader.checks.wiring import branches, path, same_graph, skip

__all__ = [
    "accuracy", "array", "batch_size", "branches", "calling", "compiled", "dtype", "fits", "functional", "inputs",
    "instance", "item", "layer", "layers", "learns", "leaves", "measured", "nested", "number", "one_of", "outputs", "parameters", "path",
    "raises", "same_graph", "same_outputs", "same_weights", "sequential", "shape", "shared", "skip", "symmetric", "that",
    "trained", "value", "whole",
]  # fmt: skip
