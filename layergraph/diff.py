"""The difference between two models, in words that let one mend the second from the first."""

import html
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cached_property

from layergraph import words
from layergraph.changes import Change, found
from layergraph.graph import CallGraph
from layergraph.isomorphism import isomorphism
from layergraph.matching import Matching
from layergraph.normal import normal_form, unfolded

MANY = 20  # differences; with more, a summary comes first and the list stands behind it
FIRST = 10  # of so many, those that the text still shows


@dataclass(frozen=True, eq=False)
class Diff:
    """What `compare` found.

    Attributes
    ----------
    changes
        the differences; empty when the models are the same graph.
    expected, actual
        the normal forms that were compared.
    matches
        pairs (expected call index, actual call index) of calls that correspond.
    shown
        the same difference with activations as calls of their own, where a drawing needs that; else None.
    """

    changes: tuple[Change, ...]
    expected: CallGraph
    actual: CallGraph
    matches: tuple[tuple[int, int], ...] = field(default=(), repr=False)
    shown: "Diff | None" = field(default=None, repr=False)

    @property
    def equal(self) -> bool:
        """Whether the two models are the same graph."""
        return not self.changes

    def lines(self) -> list[str]:
        """The differences as sentences, one each; empty when the models are equal."""
        return [change.text for change in self.changes]

    def summary(self) -> str:
        """The differences in numbers: how many of each kind, and of which classes there are more or fewer calls."""
        if self.equal:
            return "The same graph."
        kinds = Counter(change.kind for change in self.changes)
        text = f"{len(self.changes):,} difference{'s' if len(self.changes) > 1 else ''}: "
        text += f"{words.listing(f'{n:,} {kind}' for kind, n in kinds.items())}."
        mine, yours = (Counter(map(words.kind_of, g.calls)) for g in (self.expected, self.actual))
        text += f" {len(self.actual.calls):,} calls, expected {len(self.expected.calls):,}"
        for odd, what in ((yours - mine, "more"), (mine - yours, "fewer")):
            if odd:
                counts = words.listing(f"{n:,} {kind}" for kind, n in odd.most_common())
                text += f"; {what}: {counts}"
        return text + "."

    def of_kind(self, *kinds: str) -> tuple[Change, ...]:
        """The differences of these kinds."""
        return tuple(change for change in self.changes if change.kind in kinds)

    @property
    def told(self) -> tuple[Change, ...]:
        """The differences that a drawing points out: of very many the first ones, or it would be as long as both models."""
        return self.changes if len(self.changes) <= MANY else self.changes[:FIRST]

    @cached_property
    def drawing(self):
        """Both models in one drawing, the differences marked; of more than 20 the first ten."""
        from layergraph.drawing import plot

        return plot(self)

    def __bool__(self) -> bool:
        raise TypeError("Ask a Diff for .equal: it has no truth value of its own.")

    def __str__(self) -> str:
        if self.equal:
            return "The same graph."
        said = [f"{change.kind}: {change.text}" for change in self.changes]
        if len(said) <= MANY:
            return "\n".join(said)
        rest = f"… and {len(said) - FIRST} more; .lines() gives all of them."
        return "\n".join([self.summary(), *said[:FIRST], rest])

    def __repr__(self) -> str:
        return str(self)

    def _repr_mimebundle_(self, include=None, exclude=None):
        bundle = {"text/plain": str(self)}
        items = "".join(f"<li><b>{c.kind}</b> {html.escape(c.text)}</li>" for c in self.changes)
        listing = f"<ul>{items}</ul>" if items else "<p>The same graph.</p>"
        drawn = self.drawing._repr_mimebundle_()
        if len(self.changes) > MANY:
            listing = f"<p>{html.escape(self.summary())}</p>{_behind('All differences', listing)}"
            drawn["text/html"] = _behind("Drawing", drawn["text/html"])
        bundle["text/html"] = listing + drawn["text/html"]
        if "image/png" in drawn:
            bundle["image/png"] = drawn["image/png"]
        return bundle


def _behind(title: str, content: str) -> str:
    """Content of a page that opens with a click."""
    return f"<details><summary>{title}</summary>{content}</details>"


def compare(expected, actual, *, free=()) -> Diff:
    """Say what is different in `actual` from `expected`.

    Parameters
    ----------
    expected, actual
        Keras models or `CallGraph` objects.
    free
        names of settings that may differ, "units" or "trainable" for instance.

    Returns
    -------
    Diff
        A `Diff`: `.equal`, `.changes`, `.lines()`; shows itself as a list and a drawing in a notebook. What counts as
        equal stands in `layergraph.normal`.

    >>> import keras
    >>> one = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8), keras.layers.Dense(2)])
    >>> other = keras.Sequential([keras.Input((4,)), keras.layers.Dense(9, name="first"), keras.layers.Dense(2)])
    >>> compare(one, other).lines()
    ["Dense(9) 'first': units is 9, expected 8."]
    """
    expected, actual, free = normal_form(expected), normal_form(actual), frozenset(free)
    pairing = isomorphism(expected, actual, free)
    if pairing is not None:
        return Diff((), expected, actual, tuple(enumerate(pairing)))
    changes, matching = _cheapest(expected, actual, free)
    if len(changes) > 1 and "activation" not in free:
        (one, back_one), (other, back_other) = unfolded(expected), unfolded(actual)
        apart, told = _cheapest(one, other, free)
        if apart and len(apart) < len(changes):
            shown = Diff(tuple(apart), one, other, tuple(told.pairs()))
            return _folded(shown, expected, actual, back_one, back_other)
    if not changes:  # cannot be, but a difference must never be passed over in silence
        changes = [Change("sharing", "The weights are shared in another way than expected.")]
    return Diff(tuple(changes), expected, actual, tuple(matching.pairs()))


def _folded(shown, expected, actual, back_one, back_other) -> Diff:
    """A difference between unfolded graphs in terms of the normal forms that they come from."""

    def fold(indexes, back):
        return tuple(dict.fromkeys(back[index] for index in indexes))

    changes = tuple(
        replace(
            change,
            expected_calls=fold(change.expected_calls, back_one),
            actual_calls=fold(change.actual_calls, back_other),
            wanted=tuple((back_other[a], back_other[b]) for a, b in change.wanted),
            unwanted=tuple((back_other[a], back_other[b]) for a, b in change.unwanted),
        )
        for change in shown.changes
    )
    matches: dict[int, int] = {}
    taken: set[int] = set()
    for a, b in shown.matches:
        if back_one[a] not in matches and back_other[b] not in taken:
            matches[back_one[a]] = back_other[b]
            taken.add(back_other[b])
    return Diff(changes, expected, actual, tuple(matches.items()), shown)


def _cheapest(expected, actual, free):
    """The shortest of several explanations.

    With and without trusting the order of inputs and outputs, with and without pairing calls that are far apart.
    """
    best = None
    for positional in (True, False):
        for leftovers in (False, True):
            matching = Matching(expected, actual, free, positional=positional)
            if leftovers:
                if None not in matching.to_actual or None not in matching.to_expected:
                    continue  # nothing is left on one side
                matching.pair_leftovers()
            changes = found(matching)
            cost = sum(map(change_cost, changes))
            if changes and (best is None or cost < best[0]):
                best = (cost, changes, matching)
            if len(changes) == 1:
                return changes, matching
    return best[1:] if best else ([], matching)


def change_cost(change: Change) -> float:
    """How much there is to read in a change; of two explanations the cheaper one is given."""
    return 1 + 0.1 * max(len(change.expected_calls), len(change.actual_calls))
