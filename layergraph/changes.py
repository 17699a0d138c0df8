"""From a matching of two graphs to the list of what is different, each difference in words.

A call without a counterpart is missing or extra, and explains by itself why its neighbours are wired otherwise; only
what no such call explains is told as wiring.
"""

from collections import defaultdict
from dataclasses import dataclass

from layergraph import words
from layergraph.graph import Call
from layergraph.masks import is_mask
from layergraph.matching import Matching
from layergraph.settings import show, shown


@dataclass(frozen=True)
class Change:
    """One difference.

    Attributes
    ----------
    kind
        "missing" (expected, not there), "extra" (there, not expected), "changed" (there with other settings or
        of another class), "wiring" (takes its input from elsewhere), "sharing" (one layer or several), "order"
        (of the model's inputs or outputs, or of a call's inputs).
    text
        one or two sentences.
    expected_calls, actual_calls
        indexes into `Diff.expected.calls` and `Diff.actual.calls`.
    note
        the same in a few words, for a drawing's box.
    wanted, unwanted
        for "wiring", connections between calls of the actual graph, (from, to), that are expected
        and not there, and that are there and not expected.
    """

    kind: str
    text: str
    expected_calls: tuple[int, ...] = ()
    actual_calls: tuple[int, ...] = ()
    note: str = ""
    wanted: tuple[tuple[int, int], ...] = ()
    unwanted: tuple[tuple[int, int], ...] = ()


def found(matching: Matching) -> list[Change]:
    """Every difference that the matching shows."""
    return _Changes(matching).found()


class _Changes:
    """Turns a matching into the list of changes."""

    def __init__(self, matching: Matching):
        self.m = matching
        self.expected, self.actual = matching.expected, matching.actual
        self.replaced: list[tuple[int, int]] = []

    def found(self) -> list[Change]:
        self._pair_replaced()
        self.through = (
            self._through(self.expected, self.m.to_actual, 0),
            self._through(self.actual, self.m.to_expected, 1),
        )
        return [
            *self._missing(),
            *self._extra(),
            *self._changed(),
            *self._wiring(),
            *self._ends(),
            *self._sharing(),
        ]

    # see-through: which paired tensors an unpaired call hands on

    def _through(self, graph, paired, side):
        """For each call: itself in terms of the actual graph, or what reaches it through unpaired calls."""
        result: list[frozenset] = []
        for call in graph.calls:
            twin = paired[call.index]
            if twin is not None:
                result.append(frozenset({twin if side == 0 else call.index}))
            else:
                result.append(frozenset().union(*(result[source] for source, _ in call.inputs)))
        return result

    def _pair_replaced(self):
        """Pair calls of different classes that stand in the same place: LSTM where GRU was expected."""
        m = self.m
        for a, mine in enumerate(self.expected.calls):
            if m.to_actual[a] is not None or mine.kind == "InputLayer":
                continue
            before = {m.to_actual[source] for source, _ in mine.inputs}
            after = {m.to_actual[user] for user, _, _ in self.expected.consumers[a]}
            candidates = []
            for b, yours in enumerate(self.actual.calls):
                if m.to_expected[b] is not None or yours.kind == "InputLayer":
                    continue
                back = {source for source, _ in yours.inputs}
                ahead = {user for user, _, _ in self.actual.consumers[b]}
                if before - {None} and not (before - {None}) & back:
                    continue
                if bool(after) != bool(ahead) or (after - {None} and not (after - {None}) & ahead):
                    continue
                score = (
                    (yours.parameters > 0) == (mine.parameters > 0),
                    len(before & back),
                    len(after & ahead),
                )
                candidates.append((score, -b))
            if candidates:
                b = -max(candidates)[1]
                m.pair(a, b)

    # kinds

    def _name(self, index: int) -> str:
        """An expected call as the reader of the actual model would find it."""
        twin = self.m.to_actual[index]
        return (
            words.which(self.actual.calls[twin])
            if twin is not None
            else words.what(self.expected.calls[index])
        )

    def _parts(self, graph, paired):
        """Unpaired calls in connected pieces."""
        piece: dict[int, list[int]] = {}
        for call in graph.calls:
            if paired[call.index] is None:
                mine = [call.index]
                for source in graph.predecessors(call.index):
                    if source in piece and piece[source] is not mine:
                        mine = _join(piece, piece[source], mine)
                for index in mine:
                    piece[index] = mine
        return [sorted(part) for part in {id(part): part for part in piece.values()}.values()]

    def _missing(self):
        for part in self._parts(self.expected, self.m.to_actual):
            calls = [self.expected.calls[index] for index in part]
            inside = set(part)
            before = [
                self._name(s)
                for i in part
                for s in self.expected.predecessors(i)
                if s not in inside
            ]
            after = [
                self._name(u) for i in part for u in self.expected.successors(i) if u not in inside
            ]
            where = self._where(
                before,
                after,
                part,
                self.expected,
                "it belongs" if len(part) == 1 else "they belong",
            )
            text = (
                f"{_chain(calls, words.what)} {'is' if len(part) == 1 else 'are'} missing{where}."
            )
            if _makes_mask(self.expected, part):
                text = f"A mask is missing{where}: mask_zero=True of an Embedding makes it."
            yield Change("missing", text, tuple(part), self._around(part))

    def _around(self, part):
        """The paired actual calls next to missing expected ones."""
        inside = set(part)
        near = [
            n
            for i in part
            for n in (*self.expected.predecessors(i), *self.expected.successors(i))
            if n not in inside
        ]
        return tuple(
            dict.fromkeys(self.m.to_actual[n] for n in near if self.m.to_actual[n] is not None)
        )

    def _extra(self):
        for part in self._parts(self.actual, self.m.to_expected):
            calls = [self.actual.calls[index] for index in part]
            inside = set(part)
            before = [
                words.which(self.actual.calls[s])
                for i in part
                for s in self.actual.predecessors(i)
                if s not in inside
            ]
            after = [
                words.which(self.actual.calls[u])
                for i in part
                for u in self.actual.successors(i)
                if u not in inside
            ]
            where = self._where(
                before, after, part, self.actual, "it stands" if len(part) == 1 else "they stand"
            )
            verb = "is" if len(part) == 1 else "are"
            text = f"{_chain(calls, words.which)} {verb} not expected{where}."
            if _makes_mask(self.actual, part):
                text = f"A mask is not expected{where}: mask_zero=True of an Embedding makes it."
            yield Change("extra", text, (), tuple(part))

    def _where(self, before, after, part, graph, verb):
        output = [p for p, (index, _) in enumerate(graph.outputs) if index in part]
        if all(graph.calls[index].kind == "InputLayer" for index in part):
            return f": {verb} before {words.listing(after)}" if after else ""
        phrases = []
        if before:
            phrases.append(f"after {words.listing(before)}")
        if after:
            phrases.append(f"before {words.listing(after)}")
        if output:
            phrases.append(
                "as an output of the model" if len(graph.outputs) > 1 else "as the model's output"
            )
        return f": {verb} {', '.join(phrases)}" if phrases else ""

    def _changed(self):
        grouped: dict = defaultdict(list)
        for a, b in self.m.pairs():
            if self.m.labels[0][a] == self.m.labels[1][b]:
                continue
            mine, yours = self.expected.calls[a], self.actual.calls[b]
            if mine.kind != yours.kind:
                grouped[words.what(mine), words.what(yours), b].append((a, b))
            else:
                grouped[mine.kind, tuple(self._settings(mine, yours)), None].append((a, b))
        for (kind, told, _), pairs in grouped.items():
            expected, actual = zip(*pairs)
            names = words.listing(words.which(self.actual.calls[b]) for b in actual)
            if isinstance(told, str):
                text = f"{names} should be {kind}: another class was expected here."
                note = f"expected {kind}"
            else:
                text = f"{names}: {words.listing(told, limit=20)}."
                note = words.listing(told, limit=3)
            yield Change("changed", text, tuple(expected), tuple(actual), note)

    def _settings(self, mine: Call, yours: Call):
        missing = "not there"
        for name in sorted({*mine.settings, *yours.settings}):
            if name in self.m.free:
                continue
            one, other = mine.settings.get(name, missing), yours.settings.get(name, missing)
            if show(one) != show(other):
                yield _setting(name, one, other, mine.kind)
        if mine.dtypes != yours.dtypes and "dtype" not in mine.settings:
            yield f"it gives {words.listing(yours.dtypes)}, expected {words.listing(mine.dtypes)}"
        if mine.is_layer != yours.is_layer:
            kinds = {True: "a layer", False: "an operation of keras.ops"}
            yield f"it is {kinds[yours.is_layer]}, expected {kinds[mine.is_layer]}"

    def _wiring(self):
        for a, b in self.m.pairs():
            mine, yours = self.expected.calls[a], self.actual.calls[b]
            if mine.kind == "InputLayer":
                continue
            slots = mine.slots, yours.slots
            if "*" in (
                *mine.slots,
                *yours.slots,
            ):  # of two classes, one of which does not mind the order
                slots = ("*",) * len(mine.slots), ("*",) * len(yours.slots)
            wanted = [(slot, self._image(t), t) for slot, t in zip(slots[0], mine.inputs)]
            got = list(zip(slots[1], yours.inputs))
            for slot, image, tensor in list(wanted):
                if image is not None and (slot, image) in got:
                    got.remove((slot, image))
                    wanted.remove((slot, image, tensor))
            if not wanted and not got:
                continue
            if wanted and sorted(image or (-1, -1) for _, image, _ in wanted) == sorted(
                t for _, t in got
            ):
                yield self._input_order(a, b)
                continue
            # what an unpaired call explains needs no line of its own
            for entry in list(wanted):
                slot, image, tensor = entry
                for other in list(got):
                    unpaired = image is None or self.m.to_expected[other[1][0]] is None
                    ways = self.through[0][tensor[0]] & self.through[1][other[1][0]]
                    both = image is None and self.m.to_expected[other[1][0]] is None
                    if (
                        (slot == other[0] or "*" in (slot, other[0]))
                        and unpaired
                        and (ways or both)
                    ):
                        wanted.remove(entry)
                        got.remove(other)
                        break
            wanted = [entry for entry in wanted if entry[1] is not None]
            got = [entry for entry in got if self.m.to_expected[entry[1][0]] is not None]
            if wanted or got:
                yield self._rewired(a, b, wanted, got)

    def _image(self, tensor):
        twin = self.m.to_actual[tensor[0]]
        return None if twin is None else (twin, tensor[1])

    def _tensor(self, tensor):
        """A tensor of the actual graph in words."""
        call = self.actual.calls[tensor[0]]
        several = len(call.output_shapes) > 1
        return f"{f'output {tensor[1] + 1} of ' if several else ''}{words.which(call)}{self._read(call)}"

    def _read(self, call):
        """Which of the model's inputs a call reads, where another call of the same layer has the same name."""
        graph = self.actual
        if sum(words.which(other) == words.which(call) for other in graph.calls) < 2:
            return ""
        before = graph.ancestors(call.index)
        inputs = [words.which(graph.calls[start]) for start, _ in graph.inputs if start in before]
        return f" (which reads {words.listing(inputs)})" if inputs else ""

    def _rewired(self, a, b, wanted, got):
        yours = self.actual.calls[b]
        told = []
        lost = tuple((image[0], b) for _, image, _ in wanted)
        found = tuple((tensor[0], b) for _, tensor in got)
        for slot, image, _ in wanted:
            same = next((entry for entry in got if entry[0] == slot), None) or (
                got[0] if slot == "*" and got else None
            )
            place = self._slot(slot, yours)
            if same:
                got.remove(same)
                told.append(f"takes {self._tensor(same[1])}{place}, expected {self._tensor(image)}")
            else:
                told.append(f"does not take {self._tensor(image)}{place}, which is expected")
        told += [
            f"takes {self._tensor(t)}{self._slot(slot, yours)}, which is not expected"
            for slot, t in got
        ]
        calls = [b, *(image[0] for _, image, _ in wanted)]
        text = f"{words.which(yours)} {words.listing(told)}."
        return Change(
            "wiring",
            text,
            (a,),
            tuple(dict.fromkeys(calls)),
            "takes its input from elsewhere",
            lost,
            found,
        )

    def _slot(self, slot, call):
        if slot == "*" or (slot == "" and len(call.inputs) < 2):
            return ""
        if slot == "":
            return " as its first input"
        return (
            f" as its {words.ordinal(int(slot))} input"
            if slot.isdigit()
            else f" as its {slot.replace('_', ' ')}"
        )

    def _input_order(self, a, b):
        mine, yours = self.expected.calls[a], self.actual.calls[b]
        order = [self._tensor(self._image(tensor)) for tensor in mine.inputs]
        found = [self._tensor(tensor) for tensor in yours.inputs]
        text = (
            f"{words.which(yours)} takes its inputs in another order: "
            f"first {', then '.join(found)}; expected first {', then '.join(order)}."
        )
        return Change("order", text, (a,), (b,), "takes its inputs in another order")

    def _ends(self):
        for end in ("input", "output"):
            mine, yours = getattr(self.expected, f"{end}s"), getattr(self.actual, f"{end}s")
            images = [self._image(tensor) for tensor in mine]
            if images == list(yours):
                continue
            if sorted(image or (-1, -1) for image in images) == sorted(yours):
                text = (
                    f"The model's {end}s stand in another order: {words.listing(map(self._tensor, yours), 'then')}; "
                    f"expected {words.listing(map(self._tensor, images), 'then')}."
                )
                odd = [i for i, (one, other) in enumerate(zip(images, yours)) if one != other]
                calls = tuple(mine[i][0] for i in odd), tuple(yours[i][0] for i in odd)
                yield Change("order", text, *calls, f"{end}s in another order")
            elif end == "output":
                yield from self._outputs(mine, yours, images)

    def _outputs(self, mine, yours, images):
        got = [tensor for tensor in yours if tensor not in images]
        for position, (tensor, image) in enumerate(zip(mine, images)):
            if image in yours:
                continue
            explained = next(
                (
                    other
                    for other in got
                    if (image is None or self.m.to_expected[other[0]] is None)
                    and (
                        self.through[0][tensor[0]] & self.through[1][other[0]]
                        or (image is None and self.m.to_expected[other[0]] is None)
                    )
                ),
                None,
            )
            if explained is not None:
                got.remove(explained)
                continue
            if image is None:
                continue  # told as missing
            place = (
                f"The {words.ordinal(position)} output of the model"
                if len(mine) > 1
                else "The output of the model"
            )
            found = f" is {self._tensor(got[0])}, expected" if got else " should be"
            calls = [image[0], *([got.pop(0)[0]] if got else [])]
            text = f"{place}{found} {self._tensor(image)}."
            yield Change("wiring", text, (tensor[0],), tuple(calls), "another output expected")
        for tensor in got:
            if self.m.to_expected[tensor[0]] is not None:
                text = f"{self._tensor(tensor)} is not expected to be an output of the model."
                yield Change("wiring", text, (), (tensor[0],), "not expected as an output")

    def _sharing(self):
        split: list[tuple] = []
        joined: list[tuple] = []
        for group, other, back, found in (
            (self.expected, self.actual, self.m.to_actual, split),
            (self.actual, self.expected, self.m.to_expected, joined),
        ):
            for calls in group.sharing:
                twins = [(index, back[index]) for index in calls if back[index] is not None]
                pieces = _pieces(other, [twin for _, twin in twins])
                if len(pieces) > 1:
                    found.append((tuple(index for index, _ in twins), pieces))
        if split:
            layers = [words.listing(self._layers(pieces), limit=6) for _, pieces in split]
            own = tuple(i for _, pieces in split for piece in pieces for i in piece)
            times = len(split[0][0])
            text = (
                f"{'; '.join(layers)}: separate layers with weights of their own, "
                f"expected one layer called {_times(times)} so that the weights are shared."
            )
            note = "has weights of its own, expected shared ones"
            yield Change("sharing", text, tuple(i for calls, _ in split for i in calls), own, note)
        if joined:
            layers = [words.which(self.actual.calls[calls[0]]) for calls, _ in joined]
            text = (
                f"{words.listing(layers)}: one layer called {_times(len(joined[0][0]))} with the same weights, "
                f"expected separate layers."
            )
            own = tuple(i for calls, _ in joined for i in calls)
            note = "shares its weights, expected weights of its own"
            yield Change(
                "sharing",
                text,
                tuple(i for _, pieces in joined for p in pieces for i in p),
                own,
                note,
            )

    def _layers(self, pieces):
        return [words.which(self.actual.calls[piece[0]]) for piece in pieces]


def _pieces(graph, calls):
    """These calls, grouped by whether they share weights."""
    shares = {index: number for number, group in enumerate(graph.sharing) for index in group}
    groups: dict = {}
    for index in calls:
        groups.setdefault(shares.get(index, ("alone", index)), []).append(index)
    return list(groups.values())


def _join(piece, one, other):
    one.extend(index for index in other if index not in one)
    for index in one:
        piece[index] = one
    return one


def _chain(calls, name):
    if len(calls) > 6:
        return f"{' → '.join(map(name, calls[:3]))} → … ({len(calls)} calls in all)"
    return " → ".join(map(name, calls))


def _makes_mask(graph, part) -> bool:
    """Whether these calls do nothing but work out a mask for others."""
    inside = set(part)
    taken = [
        graph.calls[user].slots[place]
        for index in part
        for user, place, _ in graph.consumers[index]
        if user not in inside
    ]
    outputs = {index for index, _ in graph.outputs}
    return bool(taken) and not inside & outputs and all(map(is_mask, taken))


def _times(count):
    return {2: "twice", 3: "three times", 4: "four times"}.get(count, f"{count} times")


def _setting(name, expected, found, kind):
    if name == "trainable":
        frozen = {False: "it is frozen", "partly": "it is partly frozen"}.get(
            found, "it is trainable"
        )
        wanted = {False: "frozen", "partly": "partly frozen"}.get(expected, "trainable")
        return f"{frozen}, expected {wanted}"
    if name == "key" and kind == "GetItem":
        return f"it takes the slice [{words.slices(found)}], expected [{words.slices(expected)}]"
    tell = show if shown(found) == shown(expected) else shown  # equal words for two lambdas
    if expected == "not there":
        return f"{name} is {tell(found)}, none is expected"
    if found == "not there":
        return f"{name} is not set, expected {tell(expected)}"
    quote = lambda value: (
        f"'{value}'" if type(value) is str and value != "not there" else tell(value)
    )
    return f"{name} is {quote(found)}, expected {quote(expected)}"
