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
    "signature": "normal",
    "Change": "changes",
    "Diff": "diff",
    "compare": "diff",
    "plot": "drawing",
    "Drawing": "drawing",
    "explorer_graphs": "explorer",
    "explorer_mapping": "explorer",
    "history": "curves",
    "gradient_norms": "curves",
    "loss_shares": "curves",
}

__all__ = ["quiet", *_HOMES]


def __getattr__(name):
    if name in _HOMES:
        value = getattr(importlib.import_module(f"layergraph.{_HOMES[name]}"), name)
        globals()[name] = value
        return value
    if name == "curves":
        return importlib.import_module("layergraph.curves")
    raise AttributeError(f"module 'layergraph' has no attribute {name!r}")


def __dir__():
    return sorted([*globals(), *_HOMES])
