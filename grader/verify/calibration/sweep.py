"""Measures: draws the tries of a case apart from each other, judges broken models, trains for accuracies.

Every part of a case begins from the same seed, so the first draws of a long sweep are those of a short one.
"""

import math

from grader.verify.calibration import models
from grader.verify.calibration.bounds import at_least, at_most, logit, tail_at_most

CONFIDENCE = 0.95
DRAWS = 5  # so many draws must all leave a layer without gradients: one of the tries, and four of their own
FIRST = 3  # so many first draws of each part are kept as they are, to be compared with


def learning(keras, cases, runs, seed=1):
    """The distributions of all tries of `learns`, over so many draws, shared by `cases` that differ in nothing that counts.

    The tries at learning by heart are drawn more often for kinds of models with which one of them often fails.
    """
    from grader.checks import training

    often = runs * models.HARDER.get(cases[0].name, 1)
    parts = [[] for _ in range(len(training.TRIES) + 2)]
    for place, case in enumerate(cases):
        shares = [len(range(place, n, len(cases))) for n in (*[often] * len(training.TRIES), runs, runs)]
        for part, found in zip(parts, _draws(keras, case, shares, seed + place)):
            part.extend(found)
    *tries, falls, still = parts
    confidence = 1 - (1 - CONFIDENCE) / len(parts)
    chances = [at_most(sum(not t.learnt for t in part), len(part), confidence) for part in tries]
    fall = at_most(sum(not f.fell for f in falls), len(falls), confidence)
    gradient = at_most(sum(map(bool, still)), len(still), confidence)
    drops = sorted((f.before - f.after[-1]) / abs(f.before) for f in falls)
    return {
        "draws": often,
        "tries": [_try(part, steps) for part, (_, steps) in zip(tries, training.TRIES)],
        "falls": {
            "draws": len(falls),
            "failed": sum(not f.fell for f in falls),
            "rounds": [sum(len(f.after) == r and f.fell for f in falls) for r in range(1, training.ROUNDS + 1)],
            "fall": digits({"least": drops[0], "median": drops[len(drops) // 2]}),
            "first": [digits((f.before - f.after[-1]) / abs(f.before)) for f in falls[:FIRST]],
        },
        "gradient": {"draws": len(still), "failed": sum(map(bool, still))},
        "refused_at_most": upwards(math.prod(chances) + fall**training.STARTS + gradient**DRAWS),
    }


def _draws(keras, case, shares, seed):
    """For each try of `learns`, for the falling loss and for the gradients: what so many independent draws gave."""
    import numpy

    from grader.checks import rehearsal as r
    from grader.checks import training

    options = dict(case.options)
    epochs = options.pop("epochs", 5)
    with r.untouched(case.model, seed):
        data = r.Data(case.model, case.x, case.y)
        copy = r.Rehearsal(case.model, r.settings_of(case.model, **options), data)
        adam = keras.optimizers.Adam()

    def part(number, draw_one):
        with r.untouched(case.model, 100 * seed + number):
            draw = numpy.random.default_rng([seed, number])
            return [draw_one(draw) for _ in range(shares[number])]

    def without_gradient(draw):
        copy.strongest = [0.0] * len(copy.variables)
        copy.draw_again()
        copy.loss(data.batches(1, draw)[0], copy.settings.weights)
        return training._still(copy)

    for number, (rate, steps) in enumerate(training.TRIES):
        yield part(number, lambda draw: training.try_by_heart(copy, data, draw, adam, rate, steps))
    yield part(len(training.TRIES), lambda draw: training.try_to_fall(copy, data.batches(16, draw), epochs))
    yield part(len(training.TRIES) + 1, without_gradient)


def _try(part, steps):
    taken = sorted(t.steps for t in part if t.learnt) or [steps]
    return {
        "failed": sum(not t.learnt for t in part),
        "steps": {"median": taken[len(taken) // 2], "most": taken[-1], "of": steps},
        "first": [t.steps if t.learnt else None for t in part[:FIRST]],
    }


def whole(keras, name, seeds):
    """How many of the whole checks on an honest kind were met, each seed with data of its own."""
    from grader.checks import check, expect

    met = 0
    for seed in seeds:
        case = next(c for c in models.honest(keras, _draw(seed)) if c.name == name)
        met += check(case.model, expect.learns(case.x, case.y, seed=seed)).score == 1
    return {"met": met, "of": len(seeds)}


def power(keras, name, seeds):
    """How often each word refused a broken kind."""
    refused, trained = {}, False
    for seed in seeds:
        case = next(c for c in models.broken(keras, _draw(seed)) if c.name == name)
        for word, status in verdicts(keras, case, seed):
            refused[word] = refused.get(word, 0) + (status != "met")
    meant = {True: "learns", False: None}[case.sees]
    return {"meant": meant, "refused": refused, "of": len(seeds), "power_at_least": {w: downwards(at_least(k, len(seeds))) for w, k in refused.items() if k}}


def verdicts(keras, case, seed):
    """(word, status) of `learns` and of the other words on a case."""
    from grader.checks import check, expect

    yield "learns", check(case.model, expect.learns(case.x, case.y, seed=seed, **case.options)).lines[0].status
    keras.utils.set_random_seed(seed)
    trained = False
    for word, requirement, needs_training in case.others:
        if needs_training and not trained:
            models.train(case.model, case)
            trained = True
        yield word, check(case.model, requirement).lines[0].status


def answers(keras, seeds):
    """The accuracies of honest trainings of `models.answers` on new data, and the floors that follow from them."""
    from grader.checks.training import _predict, _share_right

    import numpy

    found = {name: [] for name in models.ANSWERS_FLOORS}
    for seed in seeds:
        draw = _draw(seed)
        keras.utils.set_random_seed(seed)
        x, y = models.pairs(draw)
        new_x, new_y = models.pairs(draw)
        model = models.answers(keras)
        models.train(model, models.Case("", model, x, y))
        for (name, values), true in zip(found.items(), new_y):
            values.append(_share_right(numpy, _predict(model, new_x, name), true))
    return {
        name: {**fitted(values, 600, models.ANSWERS_FLOORS[name], CONFIDENCE), "floor": floor(values, 600)}
        for name, values in found.items()
    }


def floor(accuracies, n, chance=1e-4, step=0.05):
    """The largest multiple of `step` below which an honest training falls with at most this chance; 0 if there is none."""
    values = [logit(a, n) for a in accuracies]
    for k in range(round(1 / step) - 1, 0, -1):
        if tail_at_most(values, logit(k * step, n), CONFIDENCE) <= chance:
            return round(k * step, 3)
    return 0.0


def fitted(accuracies, n, threshold, confidence):
    """The distribution of an accuracy, and the limit of its chance to fall below the threshold."""
    values = [logit(a, n) for a in accuracies]
    mean = math.fsum(values) / len(values)
    spread = math.sqrt(math.fsum((v - mean) ** 2 for v in values) / (len(values) - 1))
    skew = math.fsum((v - mean) ** 3 for v in values) / len(values) / spread**3 if spread else 0.0
    return digits({
        "runs": len(accuracies), "least": min(accuracies), "median": sorted(accuracies)[len(accuracies) // 2],
        "logit": {"mean": mean, "spread": spread, "skew": skew, "least_in_spreads": (min(values) - mean) / spread if spread else 0.0},
        "threshold": threshold, "margin_in_spreads": (mean - logit(threshold, n)) / spread if spread else 0.0,
        "first": list(accuracies[:FIRST]),
    }) | {"below_at_most": upwards(tail_at_most(values, logit(threshold, n), confidence))}


def rehearsals(names, given, goals, seeds):
    """The accuracies that a lesson's `rehearse` gives from these seeds, and the bound on missing a goal with every start."""
    pairs = [names["rehearse"](given.model, given.x, given.y, seed=seed) for seed in seeds]
    n = len(given.y[0])
    parts = [fitted([pair[i] for pair in pairs], n, goal, 1 - (1 - CONFIDENCE) / len(goals.at_least)) for i, goal in enumerate(goals.at_least)]
    start = sum(part["below_at_most"] for part in parts)
    return {"outputs": parts, "starts": goals.starts, "refused_at_most": upwards(start**goals.starts)}


def missed(names, given, goals, seeds):
    """How often a broken model's accuracies miss a goal, start by start."""
    pairs = [names["rehearse"](given.model, given.x, given.y, seed=seed) for seed in seeds]
    missed = sum(any(a < goal for a, goal in zip(pair, goals.at_least)) for pair in pairs)
    return {"missed": missed, "of": len(seeds), "best": digits([max(pair[i] for pair in pairs) for i in range(2)])}


def digits(value, n=3):
    """The value with so many significant digits."""
    if isinstance(value, dict):
        return {key: digits(item, n) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [digits(item, n) for item in value]
    return float(f"{value:.{n}g}") if isinstance(value, float) else value


def upwards(chance):
    """Two significant digits, never less."""
    if chance <= 0:
        return 0.0
    scale = 10.0 ** (math.floor(math.log10(chance)) - 1)
    return float(f"{math.ceil(chance / scale - 1e-9) * scale:.2g}")


def downwards(chance):
    """Two decimals, never more."""
    return math.floor(chance * 100) / 100


def _draw(seed):
    import numpy

    return numpy.random.default_rng(seed)
