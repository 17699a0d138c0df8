"""Measures: draws the tries of a case apart from each other, judges broken models, trains for accuracies.

Every part of a case begins from the same seed, so the first draws of a long sweep are those of a short one.
"""

import math

from tests.calibration import models
from tests.calibration.bounds import at_least, at_most, logit, tail_at_most

CONFIDENCE = 0.95
TRUSTED = 0.01  # no single draw is taken to fail more rarely than this, whatever a fit says
FALL, GRADIENT = 1e-3, 1e-30  # where a loss has not fallen, and what counts as no gradient
DRAWS = 5  # so many draws must all leave a layer without gradients: one of the tries, and four of their own
FIRST = 3  # so many first draws of each part are kept as they are, to be compared with


def learning(keras, cases, runs, seed=1):
    """The distributions of all tries of `learns`, over so many draws, shared by `cases` that differ in nothing that counts."""
    from grader.checks import training

    parts = [[] for _ in range(len(training.TRIES) + 2)]
    for place, case in enumerate(cases):
        share = len(range(place, runs, len(cases)))
        for part, found in zip(parts, _draws(keras, case, share, seed + place)):
            part.extend(found)
    *tries, falls, gradients = parts
    found = {
        "draws": runs,
        "tries": [part_of(part, float(steps)) for part, (_, steps) in zip(tries, training.TRIES)],
        "falls": part_of(falls, FALL, least=True),
        "gradient": part_of(gradients, GRADIENT, least=True),
    }
    return found | {"refused_at_most": refused_at_most(found, training.STARTS)}


def refused_at_most(case, starts):
    """The bound that follows from what was found in a case's parts; all their limits hold together with 95 %."""
    tries = math.prod(part["fails_at_most"] for part in case["tries"])
    return upwards(
        tries
        + case["falls"]["fails_at_most"] ** starts
        + case["gradient"]["fails_at_most"] ** DRAWS
    )


def part_of(values, border, least=False):
    """How often a draw failed (None), and the limit of that chance.

    The logarithm of what a draw that did not fail needed (`least`: reached) is taken as normal; `border` is where it fails.
    The limit is trusted down to `TRUSTED` only. Where a draw did fail, counting decides.
    """
    confidence = 1 - (1 - CONFIDENCE) / 6
    good = sorted(value for value in values if value is not None)
    failed = len(values) - len(good)
    if failed or len(good) < 3:
        limit, margin = at_most(failed, len(values), confidence), None
    else:
        sign = 1 if least else -1
        logs = [sign * math.log(value) for value in good]
        limit = max(TRUSTED, tail_at_most(logs, sign * math.log(border), confidence))
        mean = math.fsum(logs) / len(logs)
        spread = math.sqrt(math.fsum((v - mean) ** 2 for v in logs) / (len(logs) - 1))
        margin = min(99.0, (mean - sign * math.log(border)) / spread) if spread else 99.0
    shown = good or [border]
    return digits(
        {
            "failed": failed,
            "median": shown[len(shown) // 2],
            "worst": shown[0] if least else shown[-1],
            "border": border,
            "margin_in_spreads": margin,
            "first": list(values[:FIRST]),
        }
    ) | {"fails_at_most": upwards(limit)}


def _draws(keras, case, runs, seed):
    """So many independent draws of each part: steps needed by each try, relative fall of the loss, weakest gradient; None: failed."""
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
            return [draw_one(draw) for _ in range(runs)]

    def steps_needed(draw, rate, steps):
        attempt = training.try_by_heart(copy, data, draw, adam, rate, steps)
        return float(attempt.steps) if attempt.learnt else None

    def fall(draw):
        """Of the first round alone: later ones only give a loss more time."""
        tried = training.try_to_fall(copy, data.batches(16, draw), epochs)
        share = (tried.before - tried.after[0]) / abs(tried.before)
        return share if share > FALL else None

    def weakest_gradient(draw):
        copy.strongest = [0.0] * len(copy.variables)
        copy.draw_again()
        copy.loss(data.batches(1, draw)[0], copy.settings.weights)
        layers = {}
        for variable, strongest in zip(copy.variables, copy.strongest):
            owner = training._owner(variable)
            layers[owner] = max(layers.get(owner, 0.0), strongest)
        return min(layers.values()) or None

    for number, (rate, steps) in enumerate(training.TRIES):
        yield part(number, lambda draw: steps_needed(draw, rate, steps))
    yield part(len(training.TRIES), fall)
    yield part(len(training.TRIES) + 1, weakest_gradient)


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
    return {
        "meant": meant,
        "refused": refused,
        "of": len(seeds),
        "power_at_least": {w: downwards(at_least(k, len(seeds))) for w, k in refused.items() if k},
    }


def verdicts(keras, case, seed):
    """(word, status) of `learns` and of the other words on a case."""
    from grader.checks import check, expect

    yield (
        "learns",
        check(case.model, expect.learns(case.x, case.y, seed=seed, **case.options)).lines[0].status,
    )
    keras.utils.set_random_seed(seed)
    trained = False
    for word, requirement, needs_training in case.others:
        if needs_training and not trained:
            models.train(case.model, case)
            trained = True
        yield word, check(case.model, requirement).lines[0].status


def answers(keras, seeds):
    """The accuracies of honest trainings of `models.answers` on new data, and the floors that follow from them."""
    import numpy

    from grader.checks.training import _predict, _share_right

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
        name: {
            **fitted(values, 600, models.ANSWERS_FLOORS[name], CONFIDENCE),
            "floor": floor(values, 600),
        }
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
    return digits(
        {
            "runs": len(accuracies),
            "least": min(accuracies),
            "median": sorted(accuracies)[len(accuracies) // 2],
            "logit": {
                "mean": mean,
                "spread": spread,
                "skew": skew,
                "least_in_spreads": (min(values) - mean) / spread if spread else 0.0,
            },
            "threshold": threshold,
            "margin_in_spreads": (mean - logit(threshold, n)) / spread if spread else 0.0,
            "first": list(accuracies[:FIRST]),
        }
    ) | {"below_at_most": upwards(tail_at_most(values, logit(threshold, n), confidence))}


def rehearsals(names, given, goals, seeds):
    """The accuracies that a lesson's `rehearse` gives from these seeds, and the bound on missing a goal with every start."""
    pairs = [names["rehearse"](given.model, given.x, given.y, seed=seed) for seed in seeds]
    n = len(given.y[0])
    parts = [
        fitted([pair[i] for pair in pairs], n, goal, 1 - (1 - CONFIDENCE) / len(goals.at_least))
        for i, goal in enumerate(goals.at_least)
    ]
    return {
        "outputs": parts,
        "starts": goals.starts,
        "refused_at_most": missed_at_most(parts, goals.starts),
    }


def missed_at_most(outputs, starts):
    """The bound that follows from the limits of the outputs: some goal is missed in every one of the starts."""
    return upwards(max(TRUSTED, sum(part["below_at_most"] for part in outputs)) ** starts)


def missed(names, given, goals, seeds):
    """How often a broken model's accuracies miss a goal, start by start."""
    pairs = [names["rehearse"](given.model, given.x, given.y, seed=seed) for seed in seeds]
    missed = sum(any(a < goal for a, goal in zip(pair, goals.at_least)) for pair in pairs)
    return {
        "missed": missed,
        "of": len(seeds),
        "best": digits([max(pair[i] for pair in pairs) for i in range(2)]),
    }


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
