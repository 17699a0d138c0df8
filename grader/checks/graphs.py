"""The student's graph as the requirements see it: read once, in normal form, with names for calls and drawings of them.

The reading, the normal form and the drawing are `layergraph`'s; here is what several requirements have in common.
"""

from collections.abc import Mapping

import layergraph as lg
from grader.checks.finding import Finding, unmet
from grader.checks.memo import once
from grader.checks.report import MAX_DRAWING
from grader.checks.wording import clip_inline
from layergraph import words

MERGES = ("Add", "Concatenate", "Average", "Multiply", "Maximum", "Minimum", "Subtract", "Dot")
# Layers that stand in a branch without being what it is about.
SMALL = (
    "BatchNormalization",
    "Activation",
    "Dropout",
    "SpatialDropout1D",
    "SpatialDropout2D",
    "LayerNormalization",
)


def read(model):
    """The graph of calls as it was written; raises `layergraph.GraphError` where there is none."""
    return once("graph", model, lg.call_graph)


def normal(model):
    """The graph in normal form: activations folded in, nested models opened, operators as layers."""
    return once("normal", model, lambda _: lg.normal_form(read(model)))


def names_of(call) -> set[str]:
    """The names a call goes by: its class, that of the layer inside a wrapper, the activation where it is one ("relu")."""
    kind = call.kind
    found = {kind, "Input"} if kind == "InputLayer" else {kind}
    if "(" in kind:
        found.update(part for part in kind.rstrip(")").split("("))
    inner = call.settings.get("activation" if kind == "Activation" else "layer")
    if isinstance(inner, str):
        found.add(inner)
    return found


def is_called(call, name: str) -> bool:
    """Whether `name` is the call's class or the layer's own name."""
    return name in names_of(call) or name == call.name


def distinct(graph) -> list:
    """The layers, each once however often it is called, in the order of their first calls; inputs left out."""
    found: dict = {}
    for call in graph.calls:
        if call.kind != "InputLayer" and call.is_layer:
            found.setdefault(id(call.layer) if call.layer is not None else -call.index - 1, call)
    return list(found.values())


def text(call) -> str:
    """A call so that the student finds it: "Dense(32, relu) 'hidden'"."""
    return words.which(call)


def with_drawing(model, finding: Finding, calls=(), remark="") -> Finding:
    """The finding with a drawing of the student's own graph, the calls (of the normal form) marked in it.

    Each has the remark, or, where `calls` is a mapping, its own.
    """
    graph = normal(model)
    calls = calls if isinstance(calls, Mapping) else dict.fromkeys(calls, remark)
    marked = {o: said for index, said in calls.items() for o in graph.calls[index].origins or ()}
    try:
        drawing = lg.plot(read(model), mark=marked)
        svg = drawing.svg
    except Exception as error:
        return drawn(
            finding, None, f"(your graph could not be drawn: {clip_inline(str(error), 80)})"
        )
    if len(svg) > MAX_DRAWING:
        return drawn(finding, None, "(your graph is too large to draw here)")
    named = words.listing([text(graph.calls[index]) for index in calls], limit=5)
    alt = f"Drawing of your model: {len(read(model).calls)} calls." + (
        f" Marked: {named}." if named else ""
    )
    return drawn(finding, svg, alt)


def drawn(finding, drawing, alt):
    import dataclasses

    return dataclasses.replace(finding, drawing=drawing, drawing_alt=alt)


def not_there(model, found: str, look: str, calls=(), remark="") -> Finding:
    """An unmet finding with the student's graph, the calls in question marked as `with_drawing` does."""
    return with_drawing(model, unmet(found, look), calls, remark)
