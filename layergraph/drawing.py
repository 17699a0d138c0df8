"""Draw a model, or the difference of two, as one picture: SVG in a page, PNG and text beside it."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from layergraph import words
from layergraph.folding import short
from layergraph.graph import CallGraph, GraphError
from layergraph.layout import dot_text
from layergraph.reading import call_graph
from layergraph.shapes import Picture, picture
from layergraph.sketch import Sketch, sketch_diff, sketch_graph
from layergraph.svg import html_text, svg_text

PNG_UP_TO = (
    60  # calls; a notebook is not burdened with a megabyte of PNG beside a large model's SVG
)
TOLD = 60  # calls told one by one in the description


@dataclass(frozen=True, eq=False)
class Drawing:
    """A finished drawing; shows itself in a notebook.

    Attributes
    ----------
    svg
        a whole SVG document: light and dark, with a title and a description, its ids its own.
    png
        PNG bytes, made when first asked for.
    dot
        the same graph as DOT text with labels, for other programs.
    text
        the calls as plain text, one a line.
    alt
        one sentence for readers who cannot see it.
    """

    sketch: Sketch
    direction: str
    alt: str
    text: str
    calls: int

    @cached_property
    def picture(self) -> Picture:
        """The shapes with their places."""
        return picture(self.sketch, self.direction)

    @cached_property
    def svg(self) -> str:
        return svg_text(self.picture, self.alt, self.text if self.calls <= TOLD else self.alt)

    @cached_property
    def png(self) -> bytes:
        from layergraph.raster import render

        return render(self.picture, "png")

    @cached_property
    def dot(self) -> str:
        return dot_text(self.sketch, self.direction)

    def save(self, to_file) -> None:
        """Write an .svg, .png, .pdf or .dot file."""
        from layergraph.raster import render

        path = Path(to_file)
        kinds = {
            ".svg": lambda: self.svg.encode(),
            ".png": lambda: self.png,
            ".pdf": lambda: render(self.picture, "pdf"),
            ".dot": lambda: self.dot.encode(),
        }
        if path.suffix not in kinds:
            raise GraphError(
                f"A drawing is saved as .svg, .png, .pdf or .dot, not as {path.name!r}."
            )
        path.write_bytes(kinds[path.suffix]())

    def __str__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, include=None, exclude=None):
        bundle = {"text/plain": self.text, "text/html": html_text(self.svg)}
        if self.calls <= PNG_UP_TO:
            bundle["image/png"] = self.png
        return bundle


def plot(model_or_diff, *, detail="normal", direction="TB", to_file=None, mark=()) -> Drawing:
    """Draw a model, or the difference that `compare` found.

    A box is one call of a layer, so a layer called twice is two boxes that wear the same letter; a nested model is a
    frame. In a difference `− missing` is dashed red, `+ extra` bold amber, `~ changed` blue.

    Parameters
    ----------
    model_or_diff
        a Keras model, a `CallGraph` or a `Diff`.
    detail
        "low" (classes and essentials, nested models as one box), "normal" or "full" (every setting).
        "low", and "normal" above 40 calls, draw a block that is repeated once.
    direction
        "TB" from top to bottom or "LR" from left to right.
    to_file
        also write this .svg, .png, .pdf or .dot file.
    mark
        calls to point out: indexes of the graph's calls, names of layers, or a mapping from either to a remark.

    Returns
    -------
    Drawing
        The drawing; as the last value of a notebook cell it shows itself.

    Raises
    ------
    GraphError
        for a model without a graph, an unknown name in `mark`, or an unknown kind of file.
    """
    if detail not in ("low", "normal", "full"):
        raise GraphError(f'detail is "low", "normal" or "full", not {detail!r}.')
    if direction not in ("TB", "LR", "BT", "RL"):
        raise GraphError(
            f'direction is "TB" (from the top) or "LR" (from the left), not {direction!r}.'
        )
    if hasattr(model_or_diff, "changes"):
        diff = model_or_diff
        sketch = sketch_diff(diff if diff.shown is None else diff.shown, detail=detail)
        drawing = Drawing(
            short(sketch, detail), direction, _alt_diff(diff), str(diff), len(diff.actual.calls)
        )
    else:
        graph = call_graph(model_or_diff)
        sketch = sketch_graph(graph, detail=detail, marked=_marked(graph, mark))
        drawing = Drawing(
            short(sketch, detail), direction, _alt(graph), listing(graph), len(graph.calls)
        )
    if to_file is not None:
        drawing.save(to_file)
    return drawing


def _marked(graph: CallGraph, mark) -> dict[int, str]:
    remarks = (
        dict(mark)
        if hasattr(mark, "keys")
        else dict.fromkeys([mark] if isinstance(mark, (str, int)) else mark, "")
    )
    found = {}
    for key, remark in remarks.items():
        calls = [call.index for call in graph.named(key)] if isinstance(key, str) else [key]
        if not calls or not all(0 <= index < len(graph.calls) for index in calls):
            raise GraphError(f"There is no call {key!r} to mark in this model.")
        for index in calls:
            found.update(dict.fromkeys(graph.calls[index].origins or (index,), remark))
    return found


def listing(graph: CallGraph) -> str:
    """The calls as text, one a line: number, class and essentials, output shape, parameters, where its inputs come from."""
    lines = [f"{graph.name or 'model'}: {len(graph.calls)} calls"]
    ends: dict = {}
    for position, (index, _) in enumerate(graph.outputs):
        ends.setdefault(index, []).append(str(position + 1))
    owner: dict[int, int] = {}  # weight -> the call whose parameters it was told with
    for call in graph.calls:
        line = f"{call.index:>3} {words.what(call)}"
        if call.kind != "InputLayer":
            line += f" -> {'; '.join(words.shape(shape) for shape in call.output_shapes)}"
        if call.weights and all(weight in owner for weight in call.weights):
            line += f", the weights of {owner[call.weights[0]]}"
        elif call.parameters:
            line += f", {call.parameters:,} parameters"
        for weight in call.weights:
            owner.setdefault(weight, call.index)
        if call.inputs:
            line += f", takes {words.listing((str(source) for source, _ in call.inputs), limit=20)}"
        if call.index in ends:
            line += (
                f", output {words.listing(ends[call.index])}"
                if len(graph.outputs) > 1
                else ", output"
            )
        lines.append(line)
    for group in graph.sharing:
        lines.append(f"Calls {words.listing(map(str, group))} share weights.")
    return "\n".join(lines)


def _alt(graph: CallGraph) -> str:
    kinds = words.listing((words.kind_of(call) for call in graph.calls), limit=10)
    return f"Graph of the model {graph.name}: {len(graph.calls)} calls ({kinds})."


def _alt_diff(diff) -> str:
    if diff.equal:
        return "The two models are the same graph."
    count, told = len(diff.changes), len(diff.told)
    if told < count:
        return f"Drawing of the first {told} of {diff.summary()}"
    return f"Drawing of {count} difference{'s' if count > 1 else ''}: {' '.join(diff.lines()[:5])}"
