"""Requirements on what a model answers, judged on seeded inputs: the same as a reference, and symmetric in its inputs."""

import itertools

from grader.checks import graphs as g
from grader.checks import models as m
from grader.checks.finding import met, unmet
from grader.checks.requirement import Requirement
from grader.checks.wording import count, listing

SAMPLES = 8
FREE = 7  # the length that stands for a free axis
MOST_ORDERS = 60


def symmetric(*swapped: int, seed: int = 0) -> Requirement:
    """The model answers the same when two of its inputs change places (the first two, unless their numbers are given).

    Judged on seeded inputs with the model's own weights; the answers must differ from sample to sample, or they would
    say nothing.
    """
    a, b = swapped or (0, 1)

    def judge(model):
        import numpy

        ports = m.inputs(model)
        if len(ports) <= max(a, b):
            return unmet(count(len(ports), "input"), "Two inputs are asked for.")
        if ports[a].shape != ports[b].shape:
            return unmet(
                f"inputs of shapes {ports[a].shape} and {ports[b].shape}",
                "Both inputs must have the same shape.",
            )
        x = seeded_inputs(model, seed)
        y = list(x)
        y[a], y[b] = x[b], x[a]
        there, back = answers(model, x), answers(model, y)
        spread = max(float(numpy.std(out, axis=0).max()) for out in there)
        if not spread > 1e-6:
            return unmet(
                "the same answer whatever goes in",
                "Look for a last activation or a weight that makes every answer the same.",
            )
        apart = max(float(numpy.abs(p - q).max()) for p, q in zip(there, back))
        if apart <= 1e-6 * max(1.0, max(float(numpy.abs(p).max()) for p in there)) + 1e-3 * spread:
            return met("the same answers with the inputs swapped")
        graph = g.normal(model)
        calls = graph.calls
        merges = [c.index for c in calls if _order_counts(graph, c)]
        look = "One and the same layer must read both inputs."
        if merges:
            ordered = listing(f"{calls[i].kind} {calls[i].name!r}" for i in merges[:3])
            look += (
                f" And order counts in {ordered}: join the two with something for which it doesn't."
            )
        return g.not_there(
            model,
            f"answers that differ by up to {apart:.3g} when the inputs are swapped",
            look,
            merges,
            "order counts here",
        )

    return Requirement(
        "symmetry", "the same answer when the two inputs change places", judge, of_model="graph"
    )


def same_outputs(
    reference=None, *, x=None, weights: str = "reference", seed: int = 0, tolerance: float = 1e-4
) -> Requirement:
    """The model answers what the reference answers to the same inputs.

    Parameters
    ----------
    reference
        a model, or a function of the input arrays that gives the output array (or a list of them). None:
        the value is a list, tuple or dict of models that must all answer the same with the weights they have.
    x
        the inputs, a list of arrays; otherwise seeded ones.
    weights
        "reference" puts the reference's weights into a copy of the student's model: there must be a way to
        assign them, array by array of the same shape, with which the answers agree. "own" compares both with the
        weights they have, for a model that was saved and loaded, say.
    tolerance
        how far answers may lie apart, relative to the largest.
    """
    if weights not in ("reference", "own"):
        raise ValueError('weights is "reference" or "own"')
    if reference is None:
        return Requirement(
            "the answers",
            "the same answers from all models",
            lambda value: _judge_all(value, x, seed, tolerance),
        )

    def judge(model):
        inputs = seeded_inputs(model, seed) if x is None else list(x)
        is_model = m.is_model(reference)
        if is_model and [p.shape[1:] for p in m.inputs(reference)] != [
            p.shape[1:] for p in m.inputs(model)
        ]:
            return unmet("other inputs than the reference", "Look at the shapes in keras.Input.")
        want = answers(reference, inputs) if is_model else _as_list(reference(*inputs))
        if not is_model or weights == "own":
            return _compare(want, answers(model, inputs), tolerance)
        return _judge_with_weights(model, reference, inputs, want, tolerance)

    return Requirement(
        "the answers",
        "the same answers as the reference"
        + (", with the same weights" if weights == "reference" else ""),
        judge,
        of_model="built",
    )


def _judge_all(value, x, seed, tolerance):
    models = (
        list(value.values())
        if type(value) is dict
        else list(value)
        if type(value) in (list, tuple)
        else []
    )
    if len(models) < 2:
        return unmet("one thing", "Hand in two models or more.")
    for model in models:
        problem = m.model_problem(model)
        if problem:
            return unmet(*problem)
    inputs = seeded_inputs(models[0], seed) if x is None else list(x)
    want = answers(models[0], inputs)
    for other in models[1:]:
        if [p.shape[1:] for p in m.inputs(other)] != [p.shape[1:] for p in m.inputs(models[0])]:
            return unmet("models with other inputs", "All of them must take the same inputs.")
        finding = _compare(want, answers(other, inputs), tolerance)
        if finding.status != "met":
            return finding
    return met("the same answers")


def _order_counts(graph, call) -> bool:
    """Whether a call joins its inputs so that their order counts; a difference of which only the size is taken does not."""
    users = [graph.calls[user].kind for user in graph.successors(call.index)]
    size = bool(users) and set(users) <= {"Absolute", "Abs", "Square"}
    return call.kind == "Concatenate" or call.kind == "Subtract" and not size


def _judge_with_weights(model, reference, inputs, want, tolerance):
    import keras

    from grader.checks.untouched import random_state_kept, variables_kept

    given = [v.numpy() for v in m.weights(reference)]
    mine = m.weights(model)
    if sorted(v.shape for v in given) != sorted(tuple(v.shape) for v in mine):
        found = f"weights of {count(m.size(mine), 'number')} in {count(len(mine), 'array')}"
        return unmet(
            found,
            f"The reference has {count(sum(v.size for v in given), 'number')} in {count(len(given), 'array')}: compare the layers.",
        )
    finding = None
    with random_state_kept(0), variables_kept(keras.Layer.variables.fget(model)):
        for order in _orders([v.shape for v in given], [tuple(v.shape) for v in mine]):
            for variable, index in zip(mine, order):
                variable.assign(given[index])
            now = _compare(want, answers(model, inputs), tolerance)
            if now.status == "met":
                return now
            finding = finding or now
    return finding


def _orders(given, mine):
    """Ways to give arrays of these shapes to variables of those, the order in which they stand first."""
    places: dict[tuple, list[int]] = {}
    for index, shape in enumerate(given):
        places.setdefault(tuple(shape), []).append(index)
    shapes = list(places)
    ways = itertools.product(*[itertools.permutations(places[shape]) for shape in shapes])
    for way in itertools.islice(ways, MOST_ORDERS):
        left = {shape: list(order) for shape, order in zip(shapes, way)}
        yield [left[tuple(shape)].pop(0) for shape in mine]


def _compare(want, have, tolerance):
    import numpy

    if [w.shape for w in want] != [h.shape for h in have]:
        return unmet(
            f"answers of shape {listing(str(h.shape[1:]) for h in have)}",
            f"Expected are {listing(str(w.shape[1:]) for w in want)}: look at the last layers.",
        )
    apart = 0.0
    for w, h in zip(want, have):
        if not numpy.isfinite(h).all():
            return unmet(
                "answers that are not numbers (NaN or infinite)", "A log of 0 or a division by 0?"
            )
        size = max(float(numpy.abs(w).max()), 1e-6) if w.size else 1.0
        apart = max(apart, float(numpy.abs(w - h).max()) / size if w.size else 0.0)
    if apart <= tolerance:
        return met("the same answers")
    return unmet(
        f"answers that differ by up to {apart:.3g} of the largest",
        "Look at the order of the layers, the activations, and what is added or joined with what.",
    )


def _as_list(result) -> list:
    import numpy

    return [
        numpy.asarray(r, "float64")
        for r in (result if isinstance(result, (list, tuple)) else [result])
    ]


def seeded_inputs(model, seed: int) -> list:
    """Inputs that fit the model, one array each: numbers around 0, and for whole-number inputs codes an Embedding knows."""
    import numpy

    draw = numpy.random.default_rng(seed)
    highest = _highest_codes(model)
    found = []
    for port, most in zip(m.inputs(model), highest):
        shape = (port.shape[0] or SAMPLES, *(FREE if d is None else d for d in port.shape[1:]))
        if most is not None or port.dtype.startswith(("int", "uint", "bool")):
            found.append(
                draw.integers(
                    1, max(2, most or 2 if port.dtype == "bool" else most or 10), shape
                ).astype(port.dtype)
            )
        else:
            found.append(draw.normal(size=shape).astype(port.dtype))
    return found


def _highest_codes(model) -> list:
    """For each input the size of the smallest vocabulary that reads it, or None."""
    graph = g.normal(model)
    found = []
    for tensor in graph.inputs:
        users = [graph.calls[user] for user, _, t in graph.consumers[tensor[0]] if t == tensor[1]]
        sizes = [
            c.settings.get("input_dim", c.settings.get("layer.input_dim"))
            for c in users
            if "Embedding" in g.names_of(c)
        ]
        found.append(min((s for s in sizes if s), default=None))
    return found


def answers(model, inputs) -> list:
    """The model's outputs for these arrays in inference mode, as float arrays in the order of the outputs."""
    import keras
    import numpy

    x = (
        {p.name: a for p, a in zip(m.inputs(model), inputs)}
        if m.by_name(model, "inputs")
        else list(inputs)
    )
    tensors = keras.tree.map_structure(keras.ops.convert_to_tensor, x)
    out = model(
        tensors[0] if isinstance(tensors, list) and len(tensors) == 1 else tensors, training=False
    )
    if isinstance(out, dict):
        out = [out[p.name] for p in m.outputs(model)]
    return [
        numpy.asarray(keras.ops.convert_to_numpy(o), "float64")
        for o in (out if isinstance(out, (list, tuple)) else [out])
    ]
