"""Are two graphs in normal form exactly the same? Yes with a proof: the pairing of their calls.

Colours of equal graphs agree; where several calls have one colour (equal branches), one is picked and everything that
follows from the pick is paired at once, so that equal branches cost their length and not a search. The pairing is then
checked in full. If a pick was unlucky, the two colourings are refined again with one pair made special
(individualisation and refinement, as in McKay's nauty), with a bounded number of tries.
"""

from layergraph import canonical
from layergraph.graph import CallGraph

TRIES = 200


def isomorphism(
    one: CallGraph, other: CallGraph, free=frozenset(), *, ends=True
) -> list[int] | None:
    """For each call of `one` the call of `other` that is the same, or None if the graphs differ.

    Parameters
    ----------
    one, other
        graphs in normal form.
    free
        settings that are not looked at.
    ends
        whether the order of inputs and outputs counts.
    """
    if len(one.calls) != len(other.calls) or len(one.outputs) != len(other.outputs):
        return None
    if len(one.inputs) != len(other.inputs):
        return None
    first = [canonical.labels(graph, free) for graph in (one, other)]
    colours = [
        canonical.refine(graph, start, ends=ends) for graph, start in zip((one, other), first)
    ]
    if sorted(colours[0]) != sorted(colours[1]):
        return None
    pairing = _Pairing(one, other, *colours).complete()
    if pairing and _checked(one, other, pairing, first, ends):
        return pairing
    return _search(one, other, colours, first, ends)


class _Pairing:
    """A pairing that grows by what follows from each pair; it may run into a contradiction."""

    def __init__(self, one, other, colours_one, colours_other):
        self.graphs = (one, other)
        self.colours = (colours_one, colours_other)
        self.slots = tuple(canonical.slot_numbers(graph) for graph in self.graphs)
        self.map: list[int | None] = [None] * len(one.calls)
        self.back: list[int | None] = [None] * len(one.calls)
        self.users = (one.consumers, other.consumers)
        self.places = tuple(_weight_places(graph) for graph in self.graphs)
        self.weights: dict[int, int] = {}

    def complete(self):
        groups: dict[int, list[int]] = {}
        for index, colour in enumerate(self.colours[1]):
            groups.setdefault(colour, []).append(index)
        for group in groups.values():
            group.reverse()
        for index, colour in enumerate(self.colours[0]):
            if self.map[index] is None:
                group = groups[colour]
                while group and self.back[group[-1]] is not None:
                    group.pop()
                if not group or not self._pair(index, group.pop()):
                    return None
        return self.map

    def _pair(self, a, b) -> bool:
        waiting = [(a, b)]
        while waiting:
            a, b = waiting.pop()
            if self.map[a] is not None or self.back[b] is not None:
                if self.map[a] != b:
                    return False
                continue
            if self.colours[0][a] != self.colours[1][b]:
                return False
            self.map[a], self.back[b] = b, a
            for sides in (self._inputs(a, b), self._users(a, b), *self._sharing(a, b)):
                found = self._follow(*sides)
                if found is None:
                    return False
                waiting += found
        return True

    def _inputs(self, a, b):
        return [
            [
                ((slot, tensor), source)
                for slot, (source, tensor) in zip(slots[index], graph.calls[index].inputs)
            ]
            for graph, slots, index in zip(self.graphs, self.slots, (a, b))
        ]

    def _users(self, a, b):
        return [
            [((slots[user][position], tensor), user) for user, position, tensor in users[index]]
            for users, slots, index in zip(self.users, self.slots, (a, b))
        ]

    def _sharing(self, a, b):
        for mine, yours in zip(self.graphs[0].calls[a].weights, self.graphs[1].calls[b].weights):
            known = mine in self.weights
            if self.weights.setdefault(mine, yours) == yours:
                if known and len(self.places[0].get(mine, ())) > 64:
                    continue  # looked at once; a layer called thousands of times would cost its square
                places = [table.get(w, ()) for table, w in zip(self.places, (mine, yours))]
                if len(places[0]) > 1 or len(places[1]) > 1:
                    yield [
                        [((position, 0), index) for index, position in found] for found in places
                    ]

    def _follow(self, mine, yours):
        """Pairs that must be: neighbours that only one other neighbour looks like."""
        tables = []
        for side, neighbours in enumerate((mine, yours)):
            table: dict = {}
            done = self.map if side == 0 else self.back
            for place, index in neighbours:
                if done[index] is None:
                    table.setdefault((place, self.colours[side][index]), set()).add(index)
            tables.append(table)
        if tables[0].keys() != tables[1].keys():
            return None
        return [
            (next(iter(group)), next(iter(tables[1][key])))
            for key, group in tables[0].items()
            if len(group) == 1 == len(tables[1][key])
        ]


def _weight_places(graph):
    places: dict[int, list] = {}
    for call in graph.calls:
        for position, weight in enumerate(call.weights):
            places.setdefault(weight, []).append((call.index, position))
    return places


def _checked(one, other, pairing, labels, ends) -> bool:
    """Whether the pairing is an isomorphism: every label, tensor, end and shared weight agrees."""
    weights: dict[int, int] = {}
    back: dict[int, int] = {}
    for call in one.calls:
        twin = other.calls[pairing[call.index]]
        if labels[0][call.index] != labels[1][twin.index]:
            return False
        mine = sorted(
            (slot, (pairing[source], tensor))
            for slot, (source, tensor) in zip(call.slots, call.inputs)
        )
        if mine != sorted(zip(twin.slots, twin.inputs)):
            return False
        if len(call.weights) != len(twin.weights):
            return False
        for a, b in zip(call.weights, twin.weights):
            if weights.setdefault(a, b) != b or back.setdefault(b, a) != a:
                return False
    for mine, yours in ((one.inputs, other.inputs), (one.outputs, other.outputs)):
        moved = [(pairing[index], tensor) for index, tensor in mine]
        if (moved != list(yours)) if ends else (sorted(moved) != sorted(yours)):
            return False
    return True


def _search(one, other, colours, labels, ends):
    """Individualise one call of the smallest tie in `one` with each candidate in `other`, refine, go on."""
    waiting, tries = [colours], 0
    while waiting and tries < TRIES:
        tries += 1
        mine, yours = waiting.pop()
        groups: dict[int, list[int]] = {}
        for index, colour in enumerate(mine):
            groups.setdefault(colour, []).append(index)
        ties = [group for group in groups.values() if len(group) > 1]
        if not ties:
            where = {colour: index for index, colour in enumerate(yours)}
            pairing = [where[colour] for colour in mine]
            if _checked(one, other, pairing, labels, ends):
                return pairing
            continue
        pick = min(ties, key=len)[0]
        special = [list(mine), None]
        special[0][pick] = hash((mine[pick], tries))
        refined = canonical.refine(one, special[0], ends=False)
        for candidate in [index for index, colour in enumerate(yours) if colour == mine[pick]]:
            attempt = list(yours)
            attempt[candidate] = special[0][pick]
            attempt = canonical.refine(other, attempt, ends=False)
            if sorted(attempt) == sorted(refined):
                waiting.append([refined, attempt])
    return None
