"""Requirements on training: that a model can learn, and how well a trained one does.

`learns` rehearses on a copy with weights of its own, so that neither what the student has trained before nor bad luck
in one draw decides; `accuracy` and `fits` judge the model as it is, weights and all.
"""

import math
from dataclasses import dataclass

from grader.checks import models as m
from grader.checks.finding import met, unmet
from grader.checks.requirement import Requirement, raised
from grader.checks.wording import clip_inline, count, listing, number
from layergraph import keras_adapter

# (learning rate, steps) of the tries at learning a tiny batch by heart, each from newly drawn weights.
TRIES = ((0.01, 120), (0.03, 120), (0.003, 200), (0.1, 120))
ROUNDS = 4  # how often `epochs` more are given to a loss that has not fallen yet
STARTS = 4  # from how many drawn weights the loss may fall


def learns(
    x,
    y,
    *,
    epochs: int = 5,
    seed: int = 0,
    loss=None,
    optimizer=None,
    loss_weights=None,
    by_heart: bool = True,
) -> Requirement:
    """The model can learn from this data, with the student's compile settings or, if given, the check's own.

    Three things must hold, in a rehearsal on a copy with newly drawn weights (frozen weights stay what they are):

    1. Every trainable weight gets a gradient. One that the loss does not depend on at all fails; a layer none of
       whose weights ever gets any other than 0 fails too, but only if that is so for several draws, so that unused
       rows of an embedding or a relu that happens to be dead do not.
    2. A tiny batch of 16 samples is learnt by heart, each output's loss less than half of what the best constant
       answer would have: up to four tries, each with weights and a batch of its own, with Adam at 0.01, 0.03, 0.003 and 0.1.
    3. The loss falls with the optimizer of the model, on up to 256 samples: within `epochs`, or up to four times that,
       from one of four draws of weights.

    Parameters
    ----------
    x, y
        inputs (array, list, or dict by name) and targets (array, list in the order of the outputs, or dict by
        their names), at least a few dozen samples with something to learn; only the first batches are used.
    loss, optimizer, loss_weights
        the check's own settings; without `loss` the model must be compiled.
    by_heart
        False leaves out the second part, for a model that is meant not to be able to.

    The student's weights, optimizer, compile settings and all random state are afterwards what they were. The result
    depends on model, data and seed alone, not on the clock.

    Which loss falls is the model's own affair: `compiled(loss=…)` beside it, or `loss` here, says which one it has to be.

    It sees a model that can't learn, not one that learns the wrong thing: shuffled labels, swapped targets of equal heads
    or towers that share nothing are learnt by heart too (`accuracy`, `shared`, `same_graph` see those).

    Chance of refusing an honest model: at most 1 in 10,000 for each kind that the lessons ask for (95 %), counted over the
    tries, which are independent; `python -m tests.calibration --show` says how, for which kinds, and the power.
    """

    def judge(model):
        from grader.checks.rehearsal import (
            Data,
            Rehearsal,
            Unfit,
            describe_fit,
            settings_of,
            untouched,
        )

        try:
            with untouched(model, seed):
                data = None
                try:
                    settings = settings_of(model, loss, optimizer, loss_weights)
                    data = Data(model, x, y)
                    rehearsal = Rehearsal(model, settings, data)
                    return _rehearse(rehearsal, data, epochs, seed, by_heart)
                except Unfit as unfit:
                    return unmet(*unfit.words)
                except Exception as error:
                    fit = describe_fit(model, data) if data is not None else ""
                    return raised(
                        error,
                        clip_inline(
                            f"{fit} Training can't start: compare these with the model's inputs, outputs and loss.",
                            400,
                        ),
                    )
        except Unfit as unfit:
            return unmet(*unfit.words)

    return Requirement(
        "learning",
        "the model can learn: every weight gets a gradient, and the loss falls",
        judge,
        of_model="any",
        trains=True,
    )


def _rehearse(rehearsal, data, epochs, seed, by_heart):
    import numpy

    draw = numpy.random.default_rng(seed)
    batches = data.batches(16, draw)
    tries = _by_heart(rehearsal, data, draw) if by_heart else []
    if not by_heart:
        rehearsal.loss(batches[0], rehearsal.settings.weights)
    cut_off = [v for v, c in zip(rehearsal.variables, rehearsal.connected) if not c]
    if cut_off:
        return unmet(
            f"no gradient reaches {_owners(cut_off)}",
            "The loss does not depend on these weights: is the layer on the way from the inputs to an output that has a loss?",
        )
    if tries and not any(attempt.finite for attempt in tries):
        return unmet(
            "a loss that is not a number (NaN or infinite)",
            "A log of 0 or a division by 0? Look at the last activation and the loss.",
        )
    still = _without_gradient(rehearsal, batches)
    if still:
        return unmet(
            f"only zero gradients at {_owners(still)}",
            "These weights never change: look at the activation after them, and at what the loss compares.",
        )
    if tries and not tries[-1].learnt:
        worst, where = tries[-1].worst, ""
        if m.has_graph(rehearsal.original) and len(m.outputs(rehearsal.original)) > 1:
            where = f" by the output {m.outputs(rehearsal.original)[worst].name!r}"
        return unmet(
            f"{count(data.batch, 'sample')} can't be learnt by heart{where}: the loss goes from {tries[-1].first[worst]:.4g} to "
            f"{tries[-1].last[worst]:.4g}, and one fixed answer for all has {tries[-1].constants[worst]:.4g}",
            "Do the last activation, the number of units and the loss fit the targets?",
        )
    return _falls(rehearsal, data, draw, epochs)


@dataclass(frozen=True)
class Attempt:
    """One try at learning a tiny batch by heart: how it ended, and for each output its losses and the loss to get below."""

    learnt: bool
    steps: int
    first: tuple
    last: tuple
    goals: tuple
    constants: tuple
    counts: tuple

    @property
    def finite(self):
        return all(map(math.isfinite, self.last))

    @property
    def worst(self):
        """The output that is furthest from its goal."""
        far = [
            self.last[i] / max(abs(self.goals[i]), 1e-9) if c else -math.inf
            for i, c in enumerate(self.counts)
        ]
        return max(range(len(far)), key=far.__getitem__)


def _by_heart(rehearsal, data, draw):
    """The tries that were made, up to the first that succeeds."""
    import keras

    adam, tries = keras.optimizers.Adam(), []
    for rate, steps in TRIES:
        tries.append(try_by_heart(rehearsal, data, draw, adam, rate, steps))
        if tries[-1].learnt:
            break
    rehearsal.rewind()
    return tries


def try_by_heart(rehearsal, data, draw, adam, rate, steps) -> Attempt:
    """Learn a batch by heart, drawn anew like the weights: nothing but model and data is common to two tries."""
    import numpy

    rehearsal.draw_again()
    batch = data.take(_varied(data, draw))
    bounds = [
        _bounds(loss, true, rehearsal) for loss, true in zip(rehearsal.settings.losses, batch[1])
    ]
    counts = [
        weight != 0 and bound is not None
        for weight, bound in zip(rehearsal.settings.weights, bounds)
    ]
    first = last = rehearsal.loss(batch, rehearsal.settings.weights)
    goals = [_goal(bound, start) for bound, start in zip(bounds, first)]
    step = rehearsal.stepper(
        adam, [1.0 / max(abs(goal), 1e-6) if c else 0.0 for goal, c in zip(goals, counts)]
    )
    adam.learning_rate = rate
    recent: list = []
    learnt, taken = False, 0
    while taken < steps and not learnt and numpy.isfinite(last).all():
        recent, taken = [*recent[-2:], step(batch)], taken + 1
        last = numpy.mean(recent, axis=0)
        learnt = len(recent) == 3 and all(
            value <= goal for value, goal, c in zip(last, goals, counts) if c
        )
    constants = [bound[1] if bound else float(start) for bound, start in zip(bounds, first)]
    return Attempt(
        learnt,
        taken,
        tuple(map(float, first)),
        tuple(map(float, last)),
        tuple(goals),
        tuple(constants),
        tuple(counts),
    )


def _varied(data, draw):
    """A batch of different samples whose targets differ too, as far as the data allow it."""
    import numpy

    order = draw.permutation(data.n)
    target = next(a for a in data.y if a is not None)
    kinds = {}
    for index in order[: 64 * data.batch]:
        kinds.setdefault(numpy.asarray(target[index]).tobytes(), []).append(int(index))
    chosen, rows = [], list(kinds.values())
    while rows and len(chosen) < data.batch:
        chosen += [row.pop() for row in rows][: data.batch - len(chosen)]
        rows = [row for row in rows if row]
    return numpy.resize(numpy.array(chosen), data.batch)


def _bounds(loss, true, rehearsal):
    """(lowest, best constant answer) of a loss on these targets; None without a loss, or where neither can be told."""
    import numpy

    if loss is None or true is None:
        return None
    y = numpy.asarray(true, dtype="float32")
    names = getattr(getattr(loss, "fn", loss), "__name__", "")
    logits = bool(
        keras_adapter.function_arguments(loss).get("from_logits")
        or getattr(loss, "from_logits", False)
    )
    if names.startswith("sparse"):
        kinds = (
            rehearsal.copy.outputs[0].shape[-1]
            if m.has_graph(rehearsal.copy) and len(m.outputs(rehearsal.copy)) == 1
            else None
        )
        kinds = kinds or int(y.max()) + 1
        labels = y.astype(int).reshape(len(y), -1)
        if labels.min() < 0:
            return None  # no classes: training will say so
        one_hot = numpy.eye(max(int(kinds), int(y.max()) + 1), dtype="float32")[labels]
        return 0.0, float(
            -(
                numpy.log(numpy.clip(one_hot.mean(axis=(0, 1)), 1e-7, 1))
                * one_hot.mean(axis=(0, 1))
            ).sum()
        )
    guesses = [
        numpy.broadcast_to(numpy.mean(y, axis=0), y.shape),
        numpy.broadcast_to(numpy.median(y, axis=0), y.shape),
    ]
    if logits:
        guesses = [
            numpy.log(numpy.clip(g, 1e-6, 1))
            - (numpy.log(numpy.clip(1 - g, 1e-6, 1)) if "binary" in names else 0)
            for g in guesses
        ]
    values = [_value(loss, true, guess, rehearsal) for guess in guesses]
    values = [v for v in values if v is not None]
    lowest = 0.0 if logits else _value(loss, true, y, rehearsal)
    if not values or lowest is None:
        return None if not values else (0.0, min(values))
    return min(lowest, min(values)), min(values)


def _value(loss, true, guess, rehearsal):
    tf = rehearsal.tf
    try:
        value = float(tf.reduce_mean(loss(tf.cast(true, "float32"), tf.constant(guess, "float32"))))
    except Exception:
        return None
    return value if math.isfinite(value) else None


def _goal(bound, start) -> float:
    """The loss below which a batch counts as learnt by heart."""
    if bound is None:
        return math.inf
    lowest, constant = bound
    if constant - lowest < 1e-6:  # all targets alike: any model that moves towards them will do
        constant = max(float(start), lowest + 1e-3)
    return lowest + 0.5 * (constant - lowest)


def _without_gradient(rehearsal, batches):
    """The weights of layers none of whose weights ever got a gradient other than 0, after more draws and batches."""
    weights = rehearsal.settings.weights
    if not any(v == 0.0 for v in rehearsal.strongest):
        return []
    for turn in range(4):
        still = _still(rehearsal)
        if not still:
            return []
        rehearsal.draw_again()
        for batch in batches[turn::4]:
            rehearsal.loss(batch, weights)
    rehearsal.rewind()
    return _still(rehearsal)


def _still(rehearsal):
    reached = {_owner(v) for v, g in zip(rehearsal.variables, rehearsal.strongest) if not g == 0.0}
    return [
        v
        for v, g in zip(rehearsal.variables, rehearsal.strongest)
        if g == 0.0 and _owner(v) not in reached
    ]


@dataclass(frozen=True)
class Fall:
    """One try at making the loss fall: the loss before it and after each round of epochs."""

    before: float
    after: tuple

    @property
    def fell(self):
        return math.isfinite(self.after[-1]) and self.after[-1] < self.before - 1e-3 * abs(
            self.before
        )

    @property
    def over(self):
        """Whether more epochs would change nothing: it fell, is no number, or no step moved a weight."""
        return self.fell or not math.isfinite(self.after[-1]) or self.stuck

    @property
    def stuck(self):
        return self.after[0] == self.before


def _falls(rehearsal, data, draw, epochs):
    for _ in range(STARTS):
        fall = try_to_fall(rehearsal, data.batches(16, draw), epochs)
        if fall.fell:
            return met(
                f"every weight gets a gradient; the loss falls from {fall.before:.4g} to {fall.after[-1]:.4g}"
            )
        if fall.stuck:
            break  # with other weights it would be so too
    if not math.isfinite(fall.after[-1]):
        return unmet(
            "a loss that is not a number (NaN or infinite)",
            "Is the learning rate too large? Does the loss fit the last activation?",
        )
    return unmet(
        f"a loss that does not fall: {fall.before:.4g} before, {fall.after[-1]:.4g} after {len(fall.after) * epochs} epochs",
        "Look at the optimizer and its learning rate in model.compile.",
    )


def try_to_fall(rehearsal, batches, epochs) -> Fall:
    """Train newly drawn weights for up to `ROUNDS` times `epochs`, until the loss has fallen or is no number."""
    import numpy

    after: list = []
    weights = rehearsal.settings.weights
    rehearsal.draw_again()

    def now():
        rehearsal.rewind_randomness()
        return float(
            numpy.mean([numpy.dot(rehearsal.loss(batch, weights), weights) for batch in batches])
        )

    before = now()
    step = rehearsal.stepper(rehearsal.settings.optimizer, weights)
    while not after or len(after) < ROUNDS and not Fall(before, tuple(after)).over:
        for _ in range(epochs):
            for batch in batches:
                step(batch)
        after.append(now())
    return Fall(before, tuple(after))


def _owner(variable) -> str:
    """The path of the layer that owns a variable: "encoder/dense_1"."""
    return variable.path.rpartition("/")[0]


def _owners(variables) -> str:
    names = list(dict.fromkeys(_owner(v).rpartition("/")[2] or v.name for v in variables))
    shown = [f"layer {name!r}" for name in names[:4]]
    return listing(shown + ([f"{len(names) - 4} more"] if len(names) > 4 else []))


def accuracy(x, y, *, at_least: float, output: str | None = None) -> Requirement:
    """The model as it is answers at least this share of the samples right (0 to 1).

    Labels are whole numbers or one-hot rows; a single number out counts as yes above 0.5 (above 0 if it is no
    probability). `output` names one of several outputs.

    Nothing is drawn here: the chance of refusing an honest answer is that of its training. Train a right answer with some 40
    seeds and ask for no more than `tests.calibration.sweep.floor(accuracies, n)`, where it is 1 in 10,000 (95 %).
    """
    if type(at_least) not in (int, float) or not 0 <= at_least <= 1:
        raise ValueError("at_least is a share between 0 and 1")

    def judge(model):
        import numpy

        answer = _predict(model, x, output)
        if not numpy.isfinite(answer).all():
            return unmet(
                "answers that are not numbers (NaN or infinite)",
                "Build the model anew and train it again, with a smaller learning rate.",
            )
        have = _share_right(numpy, answer, numpy.asarray(y))
        if have is None:
            return unmet(
                f"answers of shape (None, {', '.join(map(str, answer.shape[1:]))})",
                "One number answers a yes-or-no question; several classes need one number each.",
            )
        text = f"{have:.1%} right of {len(answer):,}"
        return (
            met(text)
            if have >= at_least
            else unmet(
                text,
                "Was it trained as asked for: on these inputs, with these settings, for so many epochs? Then look at how the loss develops on new data.",
            )
        )

    of = f" at {output!r}" if output else ""
    return Requirement(
        f"the accuracy{of}", f"at least {at_least:.1%} right", judge, of_model="built", trains=True
    )


def _share_right(numpy, answer, true):
    if answer.ndim == 1:
        answer = answer[:, None]
    if answer.shape[-1] == 1:
        true = true.reshape(len(true), -1)
        answer = answer.reshape(len(answer), -1)
        if true.shape != answer.shape or not numpy.isin(true, (0, 1)).all():
            return None
        border = 0.5 if answer.min() >= 0 and answer.max() <= 1 else 0.0
        return float(((answer > border) == (true > 0.5)).mean())
    chosen = answer.argmax(-1)
    if true.shape == answer.shape:
        true = true.argmax(-1)
    true = true.reshape(true.shape[: chosen.ndim]) if true.size == chosen.size else true
    return float((chosen == true).mean()) if true.shape == chosen.shape else None


def trained(*, steps: int | None = None, whole: bool = False) -> Requirement:
    """What the optimizer remembers of the training since the last `compile` is as asked for.

    Of a model that was compiled again afterwards, or trained by a loop of one's own, nothing is known, and then this is met:
    it finds mistakes, and proves nothing.

    Parameters
    ----------
    steps : at most so many batches, as a model has seen that was trained once, from the beginning.
    whole : every weight array was trained, also those that are frozen now.

    Raises
    ------
    ValueError
        Neither is asked for.
    """
    if steps is None and not whole:
        raise ValueError("trained() asks for nothing: say steps=, whole=True or both")

    def judge(model):
        known = getattr(model, "carried_training", None) or keras_adapter.last_training(model)
        if known is None:
            return met("nothing is known of the last training")
        done, moved = known
        every = sum(map(len, keras_adapter.trainable_arrays(model)))
        if whole and moved < every:
            return unmet(
                f"the last training moved {moved} of {count(every, 'weight array')}",
                "What is frozen and what is not is settled by compile: call it, or the function that does, after you set trainable.",
            )
        if steps is not None and done > steps:
            return unmet(
                f"{done:,} steps since it was compiled",
                "A model that was trained before and is trained on is not a new one: make one, and train that.",
            )
        return met(f"{count(done, 'step')}, {count(moved, 'weight array')}")

    most = [f"at most {steps:,} steps"] if steps is not None else []
    expected = [*most, *(["all weights"] if whole else [])]
    return Requirement("the last training", ", ".join(expected), judge, of_model="any")


def fits(
    x, y, *, at_most: float, measure: str = "mean_absolute_error", output: str | None = None
) -> Requirement:
    """The model as it is has at most this error on the data; `measure` is one of Keras' losses or metrics by name.

    As with `accuracy`, the chance of refusing an honest answer is that of its training. No lesson uses this word: an author who
    does trains a right answer with some 40 seeds, and leaves six times the spread of their log errors above their mean.
    """

    def judge(model):
        import keras
        import numpy

        answer = _predict(model, x, output)
        true = numpy.asarray(y, dtype="float32")
        if true.ndim == answer.ndim - 1 and answer.shape[-1] == 1:
            true = true[..., None]
        if true.shape != answer.shape:
            return unmet(
                f"answers of shape {answer.shape[1:]} for targets of shape {true.shape[1:]}",
                "Look at the last layer.",
            )
        have = float(
            numpy.mean(keras.ops.convert_to_numpy(keras.losses.get(measure)(true, answer)))
        )
        text = f"{measure.replace('_', ' ')} {number(have)}"
        return (
            met(text)
            if have <= at_most
            else unmet(text, "Train longer, or look at how the loss develops.")
        )

    return Requirement(
        "the error",
        f"{measure.replace('_', ' ')} of at most {number(at_most)}",
        judge,
        of_model="built",
        trains=True,
    )


def _predict(model, x, output=None):
    """The model's answers in inference mode, in batches, without touching its compiled functions."""
    import keras
    import numpy

    from grader.checks.rehearsal import Data

    ports = m.outputs(model)
    index = next((i for i, port in enumerate(ports) if port.name == output), None) if output else 0
    if index is None:
        raise ValueError(
            f"no output is named {output!r}: they are {listing(repr(p.name) for p in ports)}"
        )
    n = len(Data.leaves(x)[0])
    data = Data(model, x, [numpy.zeros(n)] * len(ports), 256)
    found = []
    for start in range(0, n, data.batch):
        batch, _ = data.take(numpy.arange(start, start + data.batch) % n)
        answers = model(batch, training=False)
        if isinstance(answers, dict):
            answers = [answers[port.name] for port in ports]
        answers = list(answers) if isinstance(answers, (list, tuple)) else [answers]
        found.append(keras.ops.convert_to_numpy(answers[index])[: n - start])
    return numpy.concatenate(found)
