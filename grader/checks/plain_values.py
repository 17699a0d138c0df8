"""Plain values: what a student typed or computed, as exact Python data, and when two of them are the same.

A value counts as plain when it *is* a bool, int, float, str, None, or a tuple, list, dict or set of such; NumPy
scalars and arrays, Keras and TensorFlow tensors and variables become plain. Nothing of a student's own class is ever
called: containers are read through the methods of `tuple`, `list` and `dict` themselves, and a subclass of `int`,
`float` or `str` (NumPy's own aside) is refused, for its `__eq__` could say anything.
"""

import math
import sys

from grader.checks.tensors import MAX_ITEMS, as_array, is_symbolic
from grader.checks.wording import describe

MAX_DEPTH = 12


class NotPlain(Exception):
    """The value is no plain data; the message says what it is, for a student."""


def plain(value, depth: int = 0):
    """The value as exact Python data.

    Raises
    ------
    NotPlain
        it is an object of some class, a function, a symbolic tensor, or too large to read.
    """
    kind = type(value)
    if value is None or value is ... or kind in (bool, int, float, str, complex):
        return value
    if depth > MAX_DEPTH:
        raise NotPlain("containers nested too deep to read")
    bare = _numpy_to_plain(value)
    if bare is not None:
        return bare[0]
    if issubclass(kind, (tuple, list, dict, set, frozenset)):
        return _container_to_plain(value, kind, depth)
    if is_symbolic(value):
        raise NotPlain("a symbolic tensor, which has a shape but no numbers")
    array = as_array(value)
    if array is not None:
        return array.tolist()
    if _is_tensor_shape(kind):
        return tuple(value.as_list()) if value.rank is not None else None
    raise NotPlain(describe(value))


def _numpy_to_plain(value):
    numpy = sys.modules.get("numpy")
    if numpy is None:
        return None
    kind = type(value)
    if issubclass(kind, numpy.generic) and (kind.__module__ or "").split(".")[0] in (
        "numpy",
        "ml_dtypes",
    ):
        item = numpy.generic.item(value)
        return (item,) if type(item) in (bool, int, float, str, complex) else None
    if issubclass(kind, numpy.ndarray):
        array = numpy.ndarray.view(value, numpy.ndarray)
        if array.dtype.kind not in "biufcU" or array.size > MAX_ITEMS:
            raise NotPlain("a large array" if array.size > MAX_ITEMS else "an array of objects")
        return (array.tolist(),)
    return None


def _container_to_plain(value, kind, depth):
    base = next(b for b in (tuple, list, dict, set, frozenset) if issubclass(kind, b))
    if base.__len__(value) > MAX_ITEMS:
        raise NotPlain("a container too large to read")
    if base is dict:
        return {plain_key(key): plain(item, depth + 1) for key, item in dict.items(value)}
    items = [plain(item, depth + 1) for item in base.__iter__(value)]
    if base in (set, frozenset):
        return frozenset(plain_key(item) for item in items)
    return tuple(items) if base is tuple else items


def plain_key(key):
    """A key of a dict or a member of a set: plain and hashable."""
    key = plain(key)
    if type(key) not in (bool, int, float, str, tuple, type(None)):
        raise NotPlain("a dict with unusual keys")
    return key


def _is_tensor_shape(kind) -> bool:
    tensorflow = sys.modules.get("tensorflow")
    return tensorflow is not None and tensorflow.TensorShape in kind.__mro__


def slack(expected: float, actual: float, tolerance: float) -> float:
    """How far two numbers may lie apart: the tolerance, and what rounding alone explains.

    Two ints: the tolerance and nothing else. An int was expected and a float came: 1e-9 of it, for a count that was
    computed. A float was expected: 1e-6 of it, for float32 keeps about seven digits.
    """
    if type(expected) is int and type(actual) is int:
        return tolerance
    part = 1e-9 if type(expected) is int else 1e-6
    return max(tolerance, part * abs(float(expected)), 1e-12)


def same_number(expected, actual, tolerance=0.0) -> bool:
    """Whether `actual` is the number `expected`, give or take `tolerance`. NaN is never the same; a bool is no number."""
    if type(actual) not in (int, float) or type(expected) not in (int, float):
        return False
    if type(expected) is int and type(actual) is int:
        return abs(expected - actual) <= tolerance
    try:
        expected_float, actual_float = float(expected), float(actual)
    except OverflowError:
        return False
    if math.isnan(expected_float) or math.isnan(actual_float):
        return False
    if math.isinf(expected_float) or math.isinf(actual_float):
        return expected_float == actual_float
    return abs(expected_float - actual_float) <= slack(expected, actual, tolerance)


def same(expected, actual, tolerance=0.0, ignore_case=False) -> bool:
    """Whether two plain values are the same: lists and tuples alike, numbers within `tolerance`, blanks around text aside."""
    if expected is None or expected is ... or type(expected) is bool:
        return type(actual) is type(expected) and actual is expected
    if type(expected) in (int, float):
        return same_number(expected, actual, tolerance)
    if type(expected) is complex:
        return type(actual) in (int, float, complex) and abs(expected - actual) <= max(
            tolerance, 1e-6 * abs(expected)
        )
    if type(expected) is str:
        return type(actual) is str and _same_text(expected, actual, ignore_case)
    if type(expected) in (tuple, list):
        return (
            type(actual) in (tuple, list)
            and len(actual) == len(expected)
            and all(same(e, a, tolerance, ignore_case) for e, a in zip(expected, actual))
        )
    if type(expected) is dict:
        return (
            type(actual) is dict
            and len(actual) == len(expected)
            and all(
                key in actual and same(item, actual[key], tolerance, ignore_case)
                for key, item in expected.items()
            )
        )
    if type(expected) is frozenset:
        return type(actual) is frozenset and actual == expected
    return False


def _same_text(expected, actual, ignore_case) -> bool:
    expected, actual = expected.strip(), actual.strip()
    return expected == actual or ignore_case and expected.casefold() == actual.casefold()
