"""Rules that hold for every graph, on random graphs that are plain data."""

import random
import sys
from dataclasses import replace

import layergraph as lg
from tests.layergraph.random_graphs import (
    call,
    edited,
    graph,
    live,
    reordered,
    rewritten,
    same_by_search,
    with_calls,
)


def test_another_order_of_creation_is_equal(scale):
    for seed in range(1000 * scale):
        g, rng = graph(seed), random.Random(seed)
        other = reordered(g, rng)
        assert lg.compare(g, other).equal, seed
        assert lg.signature(g) == lg.signature(other), seed


def test_other_words_for_the_same_are_equal(scale):
    for seed in range(1000 * scale):
        g, rng = graph(seed), random.Random(seed)
        other = reordered(rewritten(reordered(g, rng), rng), rng)
        diff = lg.compare(g, other)
        assert diff.equal, f"{seed}: {diff}"
        assert lg.signature(g) == lg.signature(other), seed


def test_the_normal_form_of_a_normal_form_is_itself(scale):
    hold_calls_that_nothing_uses = (257, 268, 510, 980)
    for seed in (*range(200 * scale), *hold_calls_that_nothing_uses):
        once = lg.normal_form(graph(seed))
        again = lg.normal_form(replace(once, normal=False))
        assert lg.signature(once) == lg.signature(again), seed


def test_the_verdict_on_any_single_edit_is_that_of_an_exhaustive_search(scale):
    unequal = 0
    for seed in range(1000 * scale):
        g, rng = graph(seed, size=8), random.Random(seed)
        what, other = edited(g, rng)
        other = reordered(other, rng)
        same = same_by_search(g, other)
        diff = lg.compare(g, other)
        assert diff.equal == same, f"{seed} {what}: {diff}"
        assert (lg.signature(g) == lg.signature(other)) == same, f"{seed} {what}"
        assert lg.compare(other, g).equal == same
        unequal += not same
        if not same:
            assert all(change.text for change in diff.changes)
    assert unequal > 200


def test_a_changed_setting_is_one_line_that_says_both_values(scale):
    for seed in range(1000 * scale):
        g, rng = graph(seed), random.Random(seed)
        candidates = [i for i in live(g) if "units" in g.calls[i].settings]
        if not candidates:
            continue
        target = g.calls[rng.choice(candidates)]
        changed = {
            c.index: replace(c, settings={**c.settings, "units": 77})
            for c in g.calls
            if c.weights == target.weights
        }
        other = reordered(with_calls(g, changed), rng)
        diff = lg.compare(g, other)
        assert [c.kind for c in diff.changes] == ["changed"], f"{seed}: {diff}"
        assert f"units is 77, expected {target.settings['units']}" in diff.lines()[0]
        kept = set(diff.changes[0].actual_calls)
        assert kept <= {c.index for c in diff.actual.calls if c.settings.get("units") == 77}


def test_a_call_put_in_or_left_out_is_named(scale):
    for seed in range(1000 * scale):
        g, rng = graph(seed), random.Random(seed)
        target = rng.choice(live(g) or [0])
        taken = [t for index in live(g) for t in g.calls[index].inputs] + list(g.outputs)
        if (target, 0) not in taken:
            continue
        longer = with_dropout_after(g, target)
        assert "Dropout(0.5)" in " ".join(lg.compare(g, longer).lines()), seed
        assert "Dropout(0.5)" in " ".join(lg.compare(longer, g).lines()), seed


def with_dropout_after(g, target):
    """The graph with a Dropout between call `target` and everyone who takes its first output."""
    place = {old: old + (old > target) for old in range(len(g.calls))}

    def moved(tensor):
        return (target + 1, 0) if tensor == (target, 0) else (place[tensor[0]], tensor[1])

    calls = [
        replace(
            c, index=place[c.index], inputs=tuple(map(moved, c.inputs)), origins=(place[c.index],)
        )
        for c in g.calls
    ]
    calls.insert(target + 1, call(target + 1, "Dropout", [(target, 0)], {"rate": 0.5}))
    return replace(g, calls=tuple(calls), outputs=tuple(map(moved, g.outputs)))


def test_nothing_here_recurses():
    calls = [call(0, "InputLayer", settings={"shape": (8,)})]
    for index in range(1, 5_000):
        calls.append(
            call(index, "Dense", [(index - 1, 0)], {"units": 8, "activation": "linear"}, (index,))
        )
    long = lg.CallGraph(tuple(calls), ((0, 0),), ((4_999, 0),))
    changed = with_calls(
        long, {700: replace(long.calls[700], settings={"units": 9, "activation": "linear"})}
    )
    assert sys.getrecursionlimit() < 5_000
    assert lg.compare(long, changed).lines() == ["Dense(9) 'dense_700': units is 9, expected 8."]
    assert "× 4,999" in lg.plot(long).svg
