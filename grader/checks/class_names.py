"""Names of classes: which class of Keras, Python or NumPy a name stands for, and whether a value is of it."""

import sys

PLACES = (
    "",
    "layers",
    "models",
    "callbacks",
    "optimizers",
    "losses",
    "metrics",
    "regularizers",
    "initializers",
    "constraints",
    "random",
    "utils",
)


def resolve(name: str):
    """The class that a name stands for in Keras or among Python's own, else the name itself (a class of the student's)."""
    keras = sys.modules.get("keras")
    if keras is not None:
        for place in PLACES:
            found = getattr(getattr(keras, place, None) if place else keras, name, None)
            if isinstance(found, type):
                return found
        if name == "Functional":
            return name
    import builtins

    found = getattr(builtins, name, None)
    return found if isinstance(found, type) else name


def is_a(value, kind) -> bool:
    """Whether the value's own class is, or comes from, this class or a class of this name."""
    if type(kind) is str:
        found = resolve(kind)
        if isinstance(found, type):
            return found in type(value).__mro__
        return any(c.__name__ == kind for c in type(value).__mro__)
    return kind in type(value).__mro__
