"""Which call of one graph corresponds to which of another that is not the same.

Anchors first: calls with everything before them alike (pairing from the inputs) or everything after them alike (from
the outputs). Then outwards from what is paired, the likeliest neighbours first. What is left has no counterpart:
it is missing, extra or replaced, which `layergraph.diff` tells apart.
"""

import heapq
from collections import Counter, defaultdict

from layergraph import canonical
from layergraph.graph import Call, CallGraph


class Matching:
    """A one-to-one pairing of some calls of `expected` with calls of `actual`.

    Attributes
    ----------
    to_actual, to_expected
        the pairing both ways; None where a call has no counterpart.
    """

    def __init__(
        self, expected: CallGraph, actual: CallGraph, free=frozenset(), *, positional=True
    ):
        self.expected, self.actual = expected, actual
        self.labels = (canonical.labels(expected, free), canonical.labels(actual, free))
        self.free = free
        self.to_actual: list[int | None] = [None] * len(expected.calls)
        self.to_expected: list[int | None] = [None] * len(actual.calls)
        marked = [
            [hash((label, *times)) for label, times in zip(labels, _times_shared(graph))]
            for labels, graph in zip(self.labels, (expected, actual))
        ]
        self.exact = self._hashes(marked, positional)
        kinds = [
            [canonical.number_of(call.kind) for call in graph.calls] for graph in (expected, actual)
        ]
        self.rough = self._hashes(kinds, positional)
        self.slots = [canonical.slot_numbers(graph) for graph in (expected, actual)]
        if positional:
            self._pair_ends(expected.inputs, actual.inputs)
        self._anchor()
        self._grow()
        if not positional:
            self._pair_ends(expected.inputs, actual.inputs)
            self._grow()

    def pairs(self):
        """The pairs in order of the expected graph."""
        return [(a, b) for a, b in enumerate(self.to_actual) if b is not None]

    def pair(self, a, b):
        self.to_actual[a], self.to_expected[b] = b, a

    def free_pair(self, a, b) -> bool:
        return self.to_actual[a] is None and self.to_expected[b] is None

    def _hashes(self, labels, positional):
        """For each side what is known of each call: everything before it, and everything after it, as two numbers."""
        found = []
        for graph, mine in zip((self.expected, self.actual), labels):
            slots = canonical.slot_numbers(graph)
            first, last = list(mine), list(mine)
            if positional:
                for position, (index, tensor) in enumerate(graph.inputs):
                    first[index] = hash((first[index], position, tensor))
            for position, (index, tensor) in enumerate(graph.outputs):
                last[index] = hash((last[index], position if positional else 0, tensor))
            found.append(
                list(zip(canonical.down(graph, first, slots), canonical.up(graph, last, slots)))
            )
        return found

    def _pair_ends(self, mine, yours):
        for (a, _), (b, _) in zip(mine, yours):
            if self.free_pair(a, b):
                self.pair(a, b)

    def _anchor(self):
        both, before, after = (lambda key: key), (lambda key: key[0]), (lambda key: key[1])
        for hashes, part in (
            (self.exact, both),
            (self.exact, before),
            (self.exact, after),
            (self.rough, both),
        ):
            for mine, yours in self._alike(hashes, part):
                if len(mine) == len(yours) == 1:
                    self.pair(mine[0], yours[0])
        for hashes in (self.exact, self.rough):
            for mine, yours in self._alike(hashes, both):
                for a in mine:
                    b = next((b for b in yours if self.to_expected[b] is None), None)
                    if b is not None and self.to_actual[a] is None:
                        self._pair_with_neighbours(a, b, hashes)

    def _alike(self, hashes, part):
        """Groups of unpaired calls that hash alike: (expected ones, actual ones)."""
        groups = defaultdict(lambda: ([], []))
        for side, done in enumerate((self.to_actual, self.to_expected)):
            for index, key in enumerate(hashes[side]):
                if done[index] is None:
                    groups[part(key)][side].append(index)
        return [sides for sides in groups.values() if all(sides)]

    def _pair_with_neighbours(self, a, b, hashes):
        """Pair two of several that are alike, and what is next to them in the same way, so that branches stay whole."""
        waiting = [(a, b)]
        while waiting:
            a, b = waiting.pop()
            if not self.free_pair(a, b):
                continue
            self.pair(a, b)
            for mine, yours in (
                (self._before(0, a), self._before(1, b)),
                (self._after(0, a), self._after(1, b)),
            ):
                there = defaultdict(list)
                for place, index in yours:
                    if self.to_expected[index] is None:
                        there[place, hashes[1][index]].append(index)
                for place, index in mine:
                    twins = there.get((place, hashes[0][index]))
                    if self.to_actual[index] is None and twins:
                        waiting.append((index, twins.pop(0)))

    def _before(self, side, index):
        call = (self.expected, self.actual)[side].calls[index]
        return [
            ((slot, tensor), source)
            for slot, (source, tensor) in zip(self.slots[side][index], call.inputs)
        ]

    def _after(self, side, index):
        users = (self.expected, self.actual)[side].consumers[index]
        return [
            ((self.slots[side][user][position], tensor), user) for user, position, tensor in users
        ]

    # growing from what is paired

    def _grow(self):
        self._heap, self._tried = [], {}
        for a, b in self.pairs():
            self._offer_around(a, b)
        while self._heap:
            score, _, a, b = heapq.heappop(self._heap)
            if not self.free_pair(a, b):
                continue
            now = self._score(a, b)
            if now < -score:  # something next to it was paired meanwhile
                self._offer(a, b, now)
                continue
            self.pair(a, b)
            self._offer_around(a, b)

    def _offer_around(self, a, b):
        mine, yours = self.expected.calls[a], self.actual.calls[b]
        before = defaultdict(lambda: ([], []))
        for side, call in enumerate((mine, yours)):
            for slot, (source, _tensor) in zip(call.slots, call.inputs):
                before[slot][side].append(source)
        after = defaultdict(lambda: ([], []))
        for side, (graph, index) in enumerate(((self.expected, a), (self.actual, b))):
            for user, position, _tensor in graph.consumers[index]:
                after[graph.calls[user].slots[position]][side].append(user)
        for sides in (*before.values(), *after.values()):
            for one in dict.fromkeys(sides[0]):
                for other in dict.fromkeys(sides[1]):
                    if self.free_pair(one, other):
                        self._offer(one, other, self._score(one, other))

    def _offer(self, a, b, score):
        if score > 0 and self._tried.get((a, b)) != score:
            self._tried[a, b] = score
            heapq.heappush(self._heap, (-score, (a, b), a, b))

    def _score(self, a, b) -> float:
        mine, yours = self.expected.calls[a], self.actual.calls[b]
        if mine.kind != yours.kind or mine.is_layer != yours.is_layer:
            return -1
        if mine.kind == "InputLayer" and self.labels[0][a] != self.labels[1][b]:
            return -1
        score = 1 + 2 * alike(mine, yours)
        score += 2 * (self.labels[0][a] == self.labels[1][b])
        score += 3 * sum(one == other for one, other in zip(self.exact[0][a], self.exact[1][b]))
        for source, tensor in mine.inputs:
            image = self.to_actual[source]
            if image is not None:
                score += 2 if (image, tensor) in yours.inputs else -1
        takers = {user for user, _, _ in self.actual.consumers[b]}
        for user, _, _ in self.expected.consumers[a]:
            image = self.to_actual[user]
            if image is not None:
                score += 2 if image in takers else -1
        return score

    # what growing did not reach

    def pair_leftovers(self):
        """Pair what is left with what is left of the same class, nearest in the order of the graph."""
        for same in (True, False):
            groups = defaultdict(lambda: ([], []))
            for side, graph, done in (
                (0, self.expected, self.to_actual),
                (1, self.actual, self.to_expected),
            ):
                for call in graph.calls:
                    if done[call.index] is None:
                        key = self.labels[side][call.index] if same else (call.kind, call.is_layer)
                        groups[key][side].append(call.index)
            for mine, yours in groups.values():
                for a, b in zip(mine, yours):
                    self.pair(a, b)
            self._grow()


def _times_shared(graph) -> list[list[int]]:
    """For each call how many calls use each of its weights."""
    users = Counter(weight for call in graph.calls for weight in call.weights)
    return [[users[weight] for weight in call.weights] for call in graph.calls]


def alike(one: Call, other: Call) -> float:
    """Which share of their settings two calls have in common, 0 to 1."""
    names = {*one.settings, *other.settings}
    if not names:
        return 1.0
    missing = object()
    return sum(
        one.settings.get(name, missing) == other.settings.get(name, missing) for name in names
    ) / len(names)
