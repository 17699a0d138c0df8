"""Read, compare and draw any Keras model as the graph of layer calls that it is.

Nothing here imports TensorFlow until it is needed.
"""

import importlib

from layergraph.quiet import quiet

# name -> the module it lives in, imported when the name is first used
_HOMES = {
    "Call": "graph",
    "CallGraph": "graph",
    "Frame": "graph",
    "GraphError": "graph",
    "call_graph": "reading",
    "normal_form": "normal",
    "signature": "canonical",
    "Change": "changes",
    "Diff": "diff",
    "compare": "diff",
    "plot": "drawing",
    "Drawing": "drawing",
    "history": "curves",
    "gradient_norms": "curves",
    "loss_shares": "curves",
}

_MODULES = ("curves", "datasets")

__all__ = ["quiet", *_HOMES]


def __getattr__(name):
    if name in _HOMES:
        value = getattr(importlib.import_module(f"layergraph.{_HOMES[name]}"), name)
        globals()[name] = value
        return value
    if name in _MODULES:
        return importlib.import_module(f"layergraph.{name}")
    raise AttributeError(f"module 'layergraph' has no attribute {name!r}")


def __dir__():
    return sorted([*globals(), *_HOMES])
