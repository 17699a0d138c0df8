"""One number for a graph: equal for equal normal forms.

Colour refinement (Weisfeiler and Leman, 1968) made for directed acyclic graphs: a pass down gives each call a colour
from its own label and the colours of what it takes, a pass up from those of who takes it, and each shared weight a
colour from the calls that share it; repeated until the number of colours stops growing. Linear in the size of the
graph for each pass, and few passes. Colours alone could in theory agree for different graphs: `layergraph.isomorphism`
settles that exactly.
"""

import functools
import hashlib

from layergraph.graph import Call, CallGraph
from layergraph.settings import show


def signature_of(graph: CallGraph, colours) -> str:
    """The signature of a graph in normal form whose colours may already be known."""
    colours = colours or refine(graph)
    ends = [
        tuple((colours[index], tensor) for index, tensor in end)
        for end in (graph.inputs, graph.outputs)
    ]
    return hashlib.blake2b(repr((sorted(colours), ends)).encode(), digest_size=16).hexdigest()


@functools.lru_cache(maxsize=65536)
def number_of(text: str) -> int:
    """A number for a text, the same in every process (Python's own hash of a text is not)."""
    return int.from_bytes(
        hashlib.blake2b(text.encode(), digest_size=8).digest(), "big", signed=True
    )


def label(call: Call, free=frozenset()) -> str:
    """What a call is by itself, wiring and sharing left out; settings named in `free` are not looked at."""
    settings = ";".join(
        f"{name}={show(value)}" for name, value in sorted(call.settings.items()) if name not in free
    )
    return f"{'' if call.is_layer else 'ops.'}{call.kind}[{settings}]->{','.join(call.dtypes)}"


def labels(graph: CallGraph, free=frozenset()) -> list[int]:
    """The label of each call as a number."""
    return [number_of(label(call, free)) for call in graph.calls]


def refine(graph: CallGraph, start=None, *, ends=True) -> list[int]:
    """The stable colours of a graph's calls.

    Parameters
    ----------
    graph
        in normal form.
    start
        a first colour for each call; its label where none is given.
    ends
        whether the positions of inputs and outputs count.
    """
    colours = list(start) if start is not None else labels(graph)
    if ends:
        for position, (index, tensor) in enumerate(graph.inputs):
            colours[index] = hash((colours[index], 1, position, tensor))
        for position, (index, tensor) in enumerate(graph.outputs):
            colours[index] = hash((colours[index], 2, position, tensor))
    slots = slot_numbers(graph)
    shared = shared_weights(graph)
    count = 0
    while True:
        colours = up(graph, down(graph, colours, slots), slots)
        if shared:
            colours = _with_sharing(colours, shared)
        now = len(set(colours))
        if now == count or now == len(colours):
            return colours
        count = now


def slot_numbers(graph: CallGraph) -> list[tuple[int, ...]]:
    """For each call the slots of its inputs as numbers; 0 where the order does not count."""
    return [
        tuple(0 if slot == "*" else number_of(slot) for slot in call.slots) for call in graph.calls
    ]


def down(graph, colours, slots) -> list[int]:
    """Colours that know everything a call depends on."""
    result: list[int] = []
    for call, colour, places in zip(graph.calls, colours, slots):
        taken = [
            (slot, result[source], tensor) for slot, (source, tensor) in zip(places, call.inputs)
        ]
        result.append(hash((colour, *sorted(taken))))
    return result


def up(graph, colours, slots) -> list[int]:
    """Colours that know everything that depends on a call."""
    result = [0] * len(colours)
    users: list[list] = [[] for _ in colours]
    for call in reversed(graph.calls):
        index = call.index
        mine = result[index] = hash((colours[index], *sorted(users[index])))
        for slot, (source, tensor) in zip(slots[index], call.inputs):
            users[source].append((mine, slot, tensor))
    return result


def shared_weights(graph) -> list[list[tuple[int, int]]]:
    """For each weight array that stands in more than one place: its places as (call index, position among weights)."""
    places: dict[int, list] = {}
    for call in graph.calls:
        for position, weight in enumerate(call.weights):
            places.setdefault(weight, []).append((call.index, position))
    return [found for found in places.values() if len(found) > 1]


def _with_sharing(colours, shared) -> list[int]:
    marks: dict[int, list] = {}
    for places in shared:
        colour = hash(tuple(sorted((colours[index], position) for index, position in places)))
        for index, position in places:
            marks.setdefault(index, []).append((position, colour))
    colours = list(colours)
    for index, found in marks.items():
        colours[index] = hash((colours[index], *sorted(found)))
    return colours
