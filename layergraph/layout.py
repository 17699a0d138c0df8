"""DOT text for a sketch, and the places that Graphviz gives its cards.

DOT is written with pydot. Graphviz runs in process (pygraphviz carries it), or as the `dot` program where
pygraphviz is not there. Lines are splines, never "ortho": that abort whole processes on larger graphs.
"""

import json
import subprocess
from collections import Counter
from dataclasses import dataclass

from layergraph.graph import GraphError
from layergraph.quiet import quiet
from layergraph.sketch import STATUS_WORDS, Card, Sketch

POINTS = 72  # per inch; one point is one pixel of the drawing


@dataclass(frozen=True)
class Placed:
    """Where everything goes: pixels, y downwards.

    Attributes
    ----------
    size
        width and height.
    cards
        centre of each card.
    arrows
        control points of a cubic spline for each arrow, its end last.
    frames
        (left, top, right, bottom) of each frame, None for an empty one.
    """

    size: tuple[float, float]
    cards: list[tuple[float, float]]
    arrows: list[list[tuple[float, float]]]
    frames: list[tuple[float, float, float, float] | None]


COLOURS = {"missing": "#c0392b", "extra": "#b26a00", "changed": "#1f5fbf", "marked": "#8e24aa"}
STYLES = {"missing": "dashed", "extra": "bold", "changed": "bold", "marked": "bold"}


def dot_text(sketch: Sketch, direction="TB") -> str:
    """The sketch as DOT with labels, for Graphviz itself or any program that reads DOT."""
    return _graph(sketch, direction, None).to_string()


def place(sketch: Sketch, sizes, direction="TB") -> Placed:
    """Let Graphviz place cards of these sizes (width and height in pixels, one pair for each card)."""
    data = json.loads(_render(_graph(sketch, direction, sizes).to_string()))
    left, bottom, right, top = map(float, data["bb"].split(","))

    def flip(text):
        x, y = text.split(",")[-2:]
        return float(x) - left, top - float(y)

    cards: list = [None] * len(sketch.cards)
    frames: list = [None] * len(sketch.frames)
    for item in data.get("objects", ()):
        name = item["name"]
        if name.startswith("cluster_"):
            if "bb" not in item:  # empty: a nested model that is drawn as one card
                continue
            x0, y0, x1, y1 = map(float, item["bb"].split(","))
            frames[int(name[8:])] = (x0 - left, top - y1, x1 - left, top - y0)
        elif "pos" in item:
            cards[int(name[1:])] = flip(item["pos"])
    arrows: list = [[] for _ in sketch.arrows]
    for item in data.get("edges", ()):
        parts = item["pos"].split()
        end = [flip(part) for part in parts if part.startswith("e")]
        arrows[int(item["comment"])] = [flip(part) for part in parts if part[0] not in "es"] + end
    return Placed((right - left, top - bottom), cards, arrows, frames)


def _graph(sketch, direction, sizes):
    """A pydot graph: with labels, or (for placing only) with boxes of fixed sizes."""
    import pydot

    graph = pydot.Dot(
        "model",
        graph_type="digraph",
        rankdir=direction,
        splines="true",
        nodesep="0.35",
        ranksep="0.32",
    )
    graph.set_node_defaults(shape="box", style="rounded", fontname="Helvetica", fontsize="11")
    graph.set_edge_defaults(arrowsize="0.7", fontname="Helvetica", fontsize="9")
    clusters = {}
    for number, frame in enumerate(sketch.frames):
        label = f'"{_escape(frame.title)}{f" ({frame.badge})" if frame.badge else ""}"'
        if sizes is not None:  # room for the title, without Graphviz measuring fonts
            label = f'<<TABLE BORDER="0" FIXEDSIZE="TRUE" WIDTH="{_title_width(frame):.0f}" HEIGHT="16"><TR><TD></TD></TR></TABLE>>'
        cluster = pydot.Subgraph(
            f"cluster_{number}",
            label=label,
            labeljust="l",
            style="rounded",
            margin="10",
            fontsize="13",
        )
        clusters[number] = cluster
    for number, card in enumerate(sketch.cards):
        home = graph if card.frame is None else clusters[card.frame]
        home.add_node(pydot.Node(f"n{number}", **_node(card, sizes[number] if sizes else None)))
    for number, frame in reversed(list(enumerate(sketch.frames))):
        (graph if frame.parent is None else clusters[frame.parent]).add_subgraph(clusters[number])
    outs = Counter(arrow.source for arrow in sketch.arrows)
    ins = Counter(arrow.target for arrow in sketch.arrows)
    for number, arrow in enumerate(sketch.arrows):
        told = {"comment": str(number)}
        if sizes is None:
            told = {
                key: f'"{_escape(value)}"'
                for key, value in (("headlabel", arrow.head), ("taillabel", arrow.tail))
                if value
            }
            if arrow.status:
                told.update(color=f'"{COLOURS[arrow.status]}"', style=STYLES[arrow.status])
        if sizes is not None and not arrow.status and outs[arrow.source] == ins[arrow.target] == 1:
            told["weight"] = "8"  # a run of calls is drawn straight
        if arrow.tail and (arrow.head or arrow.status):
            told["minlen"] = "2"  # room for both labels
        if arrow.status == "missing" and not _touches_missing(sketch, arrow):
            told["constraint"] = "false"
        graph.add_edge(pydot.Edge(f"n{arrow.source}", f"n{arrow.target}", **told))
    return graph


def _title_width(frame):
    return 6.9 * len(frame.title) + (34 if frame.badge else 14)


def _touches_missing(sketch, arrow) -> bool:
    return any(
        sketch.cards[end].rows[0].status == "missing" for end in (arrow.source, arrow.target)
    )


def _node(card: Card, size) -> dict:
    if size is not None:
        width, height = size
        told = {
            "label": '""',
            "fixedsize": "true",
            "width": f"{width / POINTS:.3f}",
            "height": f"{height / POINTS:.3f}",
        }
    else:
        told = {
            "label": '"'
            + "\\n".join(_escape(line) for row in card.rows for line in row_lines(row))
            + '"'
        }
        status = next((row.status for row in card.rows if row.status), "")
        if status:
            told.update(color=f'"{COLOURS[status]}"', style=f'"rounded,{STYLES[status]}"')
        if card.end:
            told["shape"] = "plaintext"
    return told


def row_lines(row) -> list[str]:
    """A row as lines of plain text."""
    lines = [f"{row.title}({row.about})" if row.about else row.title]
    if row.badge:
        lines[0] += f" [{row.badge}]"
    if row.name:
        lines.append(row.name)
    below = " · ".join(part for part in (row.shape, row.parameters) if part)
    if below:
        lines.append(below)
    if row.status:
        lines.append(STATUS_WORDS[row.status])
    return lines + row.notes


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")


def _render(dot: str) -> bytes:
    """Run Graphviz's dot layout over DOT text; its answer as JSON."""
    try:
        from pygraphviz import AGraph
    except ImportError:
        return _run_program(dot)
    with quiet():  # it warns of graphs above 1,000 nodes, and fontconfig of whatever it finds
        try:
            return AGraph(string=dot).draw(format="json0", prog="dot")
        except ValueError as error:
            raise GraphError(f"Graphviz could not place this graph: {error}") from None


def _run_program(dot: str) -> bytes:
    try:
        done = subprocess.run(
            ["dot", "-Tjson0"], input=dot.encode(), capture_output=True, check=True, timeout=120
        )
    except FileNotFoundError:
        raise GraphError(
            "Drawing needs Graphviz: install pygraphviz, or the dot program of the graphviz package."
        ) from None
    except subprocess.CalledProcessError as error:
        raise GraphError(
            f"Graphviz could not place this graph: {error.stderr.decode(errors='replace')[:200]}"
        ) from None
    return done.stdout
