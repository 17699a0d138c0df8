"""Rules that hold for every model, on random models built by Keras, and judged by what the models compute."""

import random

import numpy as np

import layergraph as lg
from tests.layergraph.random_graphs import same_by_search
from tests.layergraph.random_models import WIDTH, edited, model, plan, rewired


def answers(model, inputs):
    found = model(inputs)
    return [np.asarray(part) for part in (found if isinstance(found, (list, tuple)) else [found])]


def give_weights(diff):
    """Copy the expected model's weights over to the calls that the comparison says are the same."""
    for a, b in diff.matches:
        source, target = diff.expected.calls[a].layer, diff.actual.calls[b].layer
        if diff.expected.calls[a].weights:
            target.set_weights(source.get_weights())


def test_one_plan_written_in_two_ways_is_equal_and_computes_the_same(keras, scale):
    for seed in range(90 * scale):
        p = plan(seed)
        one, other = model(keras, p), model(keras, p, random.Random(seed))
        diff = lg.compare(one, other)
        assert diff.equal, f"{seed}: {diff}"
        assert lg.signature(one) == lg.signature(other), seed
        if seed % 3 == 0:
            give_weights(diff)
            inputs = [
                np.random.default_rng(i).normal(size=(2, WIDTH)).astype("float32")
                for i in range(p.inputs)
            ]
            inputs = inputs if p.inputs > 1 else inputs[0]
            for mine, yours in zip(answers(one, inputs), answers(other, inputs)):
                np.testing.assert_allclose(mine, yours, rtol=1e-3, atol=1e-4, err_msg=str(seed))


def test_one_changed_setting_is_named(keras, scale):
    for seed in range(40 * scale):
        rng = random.Random(seed)
        p = plan(seed)
        changed, value = edited(p, rng)
        diff = lg.compare(model(keras, p), model(keras, changed, rng))
        assert diff.equal == (changed == p), f"{seed}: {diff}"
        assert value in " ".join(diff.lines()), f"{seed}: {diff}"


def test_rewiring_is_judged_as_by_an_exhaustive_search(keras, scale):
    for seed in range(40 * scale):
        rng = random.Random(seed)
        p = plan(seed)
        one, other = model(keras, p), model(keras, rewired(p, rng), rng)
        diff = lg.compare(one, other)
        assert diff.equal == same_by_search(lg.call_graph(one), lg.call_graph(other)), (
            f"{seed}: {diff}"
        )
