"""What a drawing shows, before anything has a place: cards, arrows and frames.

A card is a box; it has one row for each call. Here each call has a card of its own; `layergraph.folding` makes the
sketch of a large graph shorter.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field

from layergraph import words
from layergraph.graph import Call, CallGraph
from layergraph.settings import shown

COMPACT_FROM = 40  # calls; from here on a drawing is made shorter
STATUS_WORDS = {
    "missing": "− missing",
    "extra": "+ extra",
    "changed": "~ changed",
    "marked": "▸ look here",
}


@dataclass
class Row:
    """One call in a card."""

    title: str
    about: str
    shape: str = ""
    parameters: str = ""
    name: str = ""
    badge: str = ""
    status: str = ""
    notes: list[str] = field(default_factory=list)
    category: str = "core"
    small: bool = False


@dataclass
class Card:
    """A box: one call, or a run of calls."""

    rows: list[Row]
    frame: int | None
    end: bool = False  # marks an output of the model


@dataclass
class Arrow:
    """A tensor from one card to another."""

    source: int
    target: int
    head: str = ""
    tail: str = ""
    status: str = ""


@dataclass
class Box:
    """A frame around the calls of a nested model."""

    title: str
    parent: int | None
    badge: str = ""


@dataclass
class Sketch:
    """Everything a drawing shows.

    Attributes
    ----------
    compact
        whether `layergraph.folding.short` is to make it shorter.
    inside
        for each frame at the top, its calls and parameters in words.
    """

    title: str
    cards: list[Card]
    arrows: list[Arrow]
    frames: list[Box]
    compact: bool
    legend: list[str] = field(default_factory=list)
    inside: dict[int, str] = field(default_factory=dict)


# Categories: a stripe of colour beside the class name, which says it in words.
CATEGORIES = [
    ("input", r"InputLayer"),
    ("recurrent", r"LSTM|GRU|RNN|Bidirectional|Cell"),
    ("attention", r"Attention|Transformer"),
    ("convolution", r"Conv"),
    (
        "merge",
        r"^(Add|Subtract|Multiply|Average|Maximum|Minimum|Concatenate|Dot|Divide|Stack|Matmul)$",
    ),
    ("activation", r"Activation|ReLU|Relu|ELU|Elu|Softmax|Sigmoid|Tanh|Gelu|Silu"),
    ("normal", r"Normalization|Dropout|Noise"),
    (
        "shape",
        r"Pool|Flatten|Reshape|Permute|UpSampling|Padding|Cropping|Repeat|GetItem|Transpose|Squeeze|Expand",
    ),
]


def category(kind: str) -> str:
    """Which colour a class has."""
    for name, pattern in CATEGORIES:
        if re.search(pattern, kind):
            return name
    return "core"


def sketch_graph(graph: CallGraph, *, detail="normal", marked=None) -> Sketch:
    """The sketch of one model.

    Parameters
    ----------
    graph
        its calls; a `TimeDistributed(model)` is opened up.
    detail
        "low", "normal" or "full".
    marked
        call index of `graph` -> a remark, for calls to point out.
    """
    opened, steps = _open_wrappers(graph)
    compact = detail == "low" or (detail == "normal" and len(opened.calls) > COMPACT_FROM)
    marked = dict(marked or {})
    badges, frame_badges = _badges(opened)
    again = _called_again(opened)
    rows = []
    for call in opened.calls:
        row = _row(call, detail, badges.get(call.index, ""), call.index in again)
        for origin in call.origins:
            if origin in marked:
                row.status = "marked"
                if marked[origin]:
                    row.notes.append(marked[origin])
        rows.append(row)
    frames = [
        Box(
            steps.get(frame.index) or f"{frame.name}",
            frame.parent,
            frame_badges.get(frame.index, ""),
        )
        for frame in opened.frames
    ]
    cards = [
        Card([row], call.frames[-1] if call.frames else None)
        for row, call in zip(rows, opened.calls)
    ]
    arrows = [
        Arrow(source, call.index, _head(call, position), _tail(opened, source, tensor))
        for call in opened.calls
        for position, (source, tensor) in enumerate(call.inputs)
    ]
    _add_ends(opened, cards, arrows)
    arrows = merged(arrows)
    sketch = Sketch(f"Graph of the model {graph.name}".rstrip(), cards, arrows, frames, compact)
    sketch.legend = _legend(sketch)
    sketch.inside = _inside(opened)
    return sketch


def sketch_diff(diff, *, detail="normal") -> Sketch:
    """The sketch of two models in one: the actual calls, and the expected ones that are missing among them."""
    graph, expected, told = diff.actual, diff.expected, diff.told
    every = len(told) == len(diff.changes)
    mine, theirs = (
        {index for change in told for index in getattr(change, f"{which}_calls")}
        for which in ("actual", "expected")
    )
    to_actual = dict(diff.matches)
    paired = set(to_actual.values())
    compact = detail == "low" or (detail == "normal" and len(graph.calls) > COMPACT_FROM)
    badges, frame_badges = _badges(graph)
    again = _called_again(graph)
    rows = [
        _row(call, detail, badges.get(call.index, ""), call.index in again) for call in graph.calls
    ]
    cards = [
        Card([row], call.frames[-1] if call.frames else None)
        for row, call in zip(rows, graph.calls)
    ]
    for call in graph.calls:
        if call.index not in paired and not diff.equal and (every or call.index in mine):
            rows[call.index].status = "extra"
    at = dict(to_actual)
    for call in expected.calls:
        if call.index not in at and (every or call.index in theirs):
            at[call.index] = len(cards)
            row = _row(call, detail, "")
            row.status, row.name = "missing", ""
            cards.append(Card([row], None))
    wanted, unwanted = set(), set()
    for change in told:
        wanted.update(change.wanted)
        unwanted.update(change.unwanted)
        if change.kind in ("missing", "extra") or not change.note:
            continue
        calls = change.actual_calls[:1] if change.kind == "wiring" else change.actual_calls
        for index in calls:
            rows[index].status = rows[index].status or "changed"
            rows[index].notes.append(change.note)
    arrows = []
    for call in graph.calls:
        for position, (source, tensor) in enumerate(call.inputs):
            odd = (
                (source, call.index) in unwanted
                or rows[source].status == "extra"
                or rows[call.index].status == "extra"
            )
            head, tail = _head(call, position), _tail(graph, source, tensor)
            arrows.append(Arrow(source, call.index, head, tail, "extra" if odd else ""))
    for call in expected.calls:
        for position, (source, _) in enumerate(call.inputs):
            odd = call.index not in to_actual or source not in to_actual
            if odd and call.index in at and source in at:
                arrows.append(
                    Arrow(at[source], at[call.index], _head(call, position), "", "missing")
                )
    arrows += [Arrow(source, target, "", "", "missing") for source, target in sorted(wanted)]
    frames = [
        Box(frame.name, frame.parent, frame_badges.get(frame.index, "")) for frame in graph.frames
    ]
    _add_ends(graph, cards, arrows)
    arrows = merged(arrows)
    name = graph.name or "the model"
    sketch = Sketch(
        f"What is different in {name} from what was expected", cards, arrows, frames, compact
    )
    sketch.legend = _legend(sketch)
    sketch.inside = _inside(graph)
    return sketch


def _inside(graph: CallGraph) -> dict[int, str]:
    """What stands inside each nested model at the top: its calls, and the parameters that were not counted before."""
    calls: dict[int, list[Call]] = defaultdict(list)
    for call in graph.calls:
        if call.frames:
            calls[call.frames[0]].append(call)
    again = _called_again(graph)
    found = {}
    for frame, held in calls.items():
        count = sum(call.parameters for call in held if call.index not in again)
        parts = [f"{len(held):,} call{'s' if len(held) > 1 else ''}", _parameters(count)]
        found[frame] = ", ".join(filter(None, parts))
    return found


# rows ----------------------------------------------------------------------------------------------------------


def _row(call: Call, detail, badge, again=False) -> Row:
    about = ", ".join(words.essentials(call))
    parameters = "shared weights" if again else _parameters(call.parameters)
    shapes = "; ".join(words.shape(shape) for shape in call.output_shapes)
    row = Row(
        title=words.kind_of(call),
        about=about,
        shape="" if call.kind == "InputLayer" else shapes,
        parameters=parameters,
        name=call.name if detail == "full" or _given(call) else "",
        badge=badge,
        category=category(call.kind),
        small=not call.parameters and call.kind != "InputLayer",
    )
    if detail == "low":
        row.shape = row.parameters = row.name = ""
    if detail == "full":
        row.notes += [
            f"{name} = {shown(value)}"
            for name, value in sorted(call.settings.items())
            if value not in (None, False)
        ]
        row.notes.append(f"dtype {', '.join(dict.fromkeys(call.dtypes))}")
    return row


def _parameters(count: int) -> str:
    return "1 parameter" if count == 1 else f"{count:,} parameters" if count else ""


def _called_again(graph: CallGraph) -> set[int]:
    """The calls whose weights all belong to earlier calls: their parameters have been told there."""
    seen: set[int] = set()
    again = set()
    for call in graph.calls:
        if call.weights and seen.issuperset(call.weights):
            again.add(call.index)
        seen.update(call.weights)
    return again


def _given(call: Call) -> bool:
    """Whether somebody chose the name: Keras makes names like "dense_3" from the class."""
    snake = re.sub(r"\W+", "", call.name).rstrip("0123456789").rstrip("_").replace("_", "")
    kind = re.sub(r"\W+", "", call.kind).lower()
    digits = kind.rstrip("0123456789")
    own = type(call.layer).__name__.lower() if call.layer is not None else kind
    return bool(call.name) and snake not in (
        kind,
        digits,
        own,
        own.rstrip("0123456789"),
        own.removesuffix("d"),
    )


def _head(call: Call, position) -> str:
    slot = call.slots[position]
    if slot in ("*", "") and len(call.inputs) < 2 or slot == "*":
        return ""
    if len(call.inputs) < 2:
        return ""
    if call.kind in ("Add", "Multiply", "Average", "Maximum", "Minimum"):
        times = call.inputs.count(call.inputs[position])  # one arrow stands for all of them
        return f"{times} times" if times > 1 else ""
    if slot == "":
        return {"MultiHeadAttention": "query", "GetItem": ""}.get(
            call.kind, "1" if "x2" in call.slots else ""
        )
    if slot.isdigit():
        return str(int(slot) + 1)
    return {"x2": "2"}.get(slot, slot.replace("_", " ").replace(".", " "))


def _tail(graph, source, tensor) -> str:
    return f"output {tensor + 1}" if len(graph.calls[source].output_shapes) > 1 else ""


def merged(arrows) -> list[Arrow]:
    """Arrows between the same two cards as one, with what each of them said."""
    found: dict[tuple, list[Arrow]] = {}
    for arrow in arrows:
        found.setdefault((arrow.source, arrow.target, arrow.status), []).append(arrow)
    return [
        Arrow(
            one, other, _together(a.head for a in group), _together(a.tail for a in group), status
        )
        for (one, other, status), group in found.items()
    ]


def _together(labels) -> str:
    """Labels in one: "output 1", "output 2" as "output 1, 2"."""
    parts = list(dict.fromkeys(filter(None, labels)))
    for position in range(len(parts) - 1, 0, -1):
        stem, _, number = parts[position].rpartition(" ")
        if stem and number.isdigit() and parts[position - 1].startswith(stem + " "):
            parts[position] = number
    return ", ".join(parts)


def _add_ends(graph, cards, arrows):
    for position, (index, tensor) in enumerate(graph.outputs):
        name = graph.output_names[position] if position < len(graph.output_names) else ""
        title = "output" if len(graph.outputs) == 1 else f"output {position + 1}"
        chosen = name if _given(graph.calls[index]) and len(graph.outputs) > 1 else ""
        cards.append(Card([Row(title, chosen, category="output", small=True)], None, end=True))
        arrows.append(Arrow(index, len(cards) - 1, "", _tail(graph, index, tensor)))


def _legend(sketch) -> list[str]:
    found = {row.status for card in sketch.cards for row in card.rows} | {
        arrow.status for arrow in sketch.arrows
    }
    return [status for status in STATUS_WORDS if status in found]


# sharing -------------------------------------------------------------------------------------------------------

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _badges(graph: CallGraph) -> tuple[dict[int, str], dict[int, str]]:
    """Letters for calls that share weights; where a whole nested model is called again, its frames get the letter."""
    frames_of = defaultdict(list)
    for frame in graph.frames:
        frames_of[frame.model].append(frame.index)
    repeated = {index for group in frames_of.values() if len(group) > 1 for index in group}
    calls: dict[int, str] = {}
    frames: dict[int, str] = {}
    number = 0
    told = set()
    for group in frames_of.values():
        outer = [graph.frames[index].parent for index in group]
        if len(group) > 1 and not all(parent in told for parent in outer):
            for index in group:
                frames[index] = _letter(number)
            number += 1
            told.update(group)
        elif len(group) > 1:
            told.update(group)
    for shared in graph.sharing:
        inside = {
            next((f for f in graph.calls[index].frames if f in repeated), None) for index in shared
        }
        if None not in inside and len(inside) == len(shared):
            continue  # the frames say it
        for index in shared:
            calls[index] = _letter(number)
        number += 1
    return calls, frames


def _letter(number: int) -> str:
    return LETTERS[number % 26] * (1 + number // 26)


# wrappers ------------------------------------------------------------------------------------------------------


def _open_wrappers(graph: CallGraph):
    """The graph with each wrapped model's calls in a frame of their own, and those frames' titles."""
    from dataclasses import replace

    from layergraph.graph import Frame

    if not any(call.inner is not None for call in graph.calls):
        return graph, {}
    calls: list = []
    place: dict = {}
    frames, titles = list(graph.frames), {}
    for call in graph.calls:
        inputs = tuple(place[tensor] for tensor in call.inputs)
        if call.inner is None or len(call.inner.inputs) != 1:
            place.update({(call.index, i): (len(calls), i) for i in range(len(call.output_shapes))})
            calls.append(replace(call, index=len(calls), inputs=inputs))
            continue
        frame = Frame(
            len(frames),
            call.inner.name,
            call.frames[-1] if call.frames else None,
            -1 - id(call.layer),
        )
        frames.append(frame)
        steps = call.output_shape[1] if len(call.output_shape) > 1 else None
        titles[frame.index] = f"{call.kind}({call.inner.name})" + (
            f", for each of {steps} steps" if steps else ""
        )
        offset = len(frames)
        frames += [
            replace(
                held,
                index=held.index + offset,
                parent=frame.index if held.parent is None else held.parent + offset,
            )
            for held in call.inner.frames
        ]
        inner = {call.inner.inputs[0]: inputs[0]}
        for held in call.inner.calls:
            if (held.index, 0) in inner:
                continue
            inner.update({(held.index, i): (len(calls), i) for i in range(len(held.output_shapes))})
            calls.append(
                replace(
                    held,
                    index=len(calls),
                    inputs=tuple(inner[tensor] for tensor in held.inputs),
                    frames=(
                        *call.frames,
                        frame.index,
                        *(number + offset for number in held.frames),
                    ),
                    nesting=(*call.nesting, call.inner.name, *held.nesting),
                    origins=call.origins,
                )
            )
        place.update(
            {(call.index, i): inner[tensor] for i, tensor in enumerate(call.inner.outputs)}
        )
    return (
        replace(
            graph,
            calls=tuple(calls),
            frames=tuple(frames),
            inputs=tuple(place[tensor] for tensor in graph.inputs),
            outputs=tuple(place[tensor] for tensor in graph.outputs),
        ),
        titles,
    )
