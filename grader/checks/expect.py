"""The vocabulary: everything a check can ask, under one name. `expect.inputs(64)` is one requirement.

Nothing is defined here; the modules named below say what each word means.
"""

from grader.checks.calls import calling, item
from grader.checks.compiling import compiled
from grader.checks.ports import batch_size, functional, inputs, outputs, parameters, sequential
from grader.checks.requirement import from_function as that
from grader.checks.training import accuracy, fits, learns
from grader.checks.values import array, dtype, instance, one_of, raises, shape, value

__all__ = [
    "accuracy", "array", "batch_size", "calling", "compiled", "dtype", "fits", "functional", "inputs", "instance", "item",
    "learns", "one_of", "outputs", "parameters", "raises", "sequential", "shape", "that", "value",
]  # fmt: skip
