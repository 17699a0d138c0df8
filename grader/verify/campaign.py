"""Which answers are tried for an exercise, and what became of each."""

import itertools
import random
import time
from collections import Counter
from dataclasses import asdict, dataclass, field

from grader.verify.exercises import run_cell, set_up
from grader.verify.trial import HONEST, WRONG, Trial, Unbuildable, models, signatures

# Edits that the signature of a graph does not see; they never count as equal.
BEYOND_THE_GRAPH = frozenset(
    {
        "loss",
        "loss weight",
        "metric",
        "optimizer",
        "learning rate",
        "not compiled",
        "another value",
        "callback setting",
        "input renamed",
        "head renamed",
        "sharing broken",
    }
)
CAUGHT, ACCEPTED, FREE, EQUAL, KEPT, REFUSED = (
    "caught",
    "accepted",
    "free",
    "equal",
    "kept",
    "refused",
)


@dataclass
class Try:
    """One answer and its verdict.

    `status` is caught, accepted (a wrong answer that lost nothing), free (so, and the exercise says that it is free) or equal
    (the same graph after all) for wrong answers; kept or refused for honest ones. `lines` say in words what differs from the
    reference, `told` what its author would read, `drawing` shows it.
    """

    exercise: str
    kind: str
    what: str
    status: str
    score: float
    points: float
    lines: list = field(default_factory=list)
    told: str = ""
    drawing: str = ""

    @property
    def honest(self):
        return self.status in (KEPT, REFUSED)

    @property
    def bad(self):
        return self.status in (ACCEPTED, REFUSED)


@dataclass
class Exercised:
    """What came of one exercise. `error` tells why nothing could be tried.

    `found` counts the edits that fit the reference, by kind: an operator that breaks would otherwise vanish unseen.
    """

    lesson: str
    exercise: str
    free: tuple
    tries: list
    seconds: float
    error: str = ""
    found: dict = field(default_factory=dict)

    def data(self):
        return asdict(self)


def exercised(exercise, sample=None, seed=0, progress=lambda done, of: None):
    """Try wrong answers and honest variants on one exercise.

    Parameters
    ----------
    exercise : grader.verify.exercises.Exercise
    sample : int, optional
        So many wrong answers at most, and a third as many honest ones and answers kept beside the lesson; by default every
        single edit, pairs of them up to `PAIRS` (`HONEST_PAIRS`), and all kept answers.
    seed : int
        For the choice.
    progress : callable
        Called with (done, of) now and then.

    Returns
    -------
    Exercised
    """
    start = time.monotonic()
    lesson = exercise.lesson.name
    try:
        trial = Trial(exercise)
    except Exception as error:  # the author's own code; the others go on
        return Exercised(
            lesson, exercise.name, exercise.free, [], 0.0, f"{type(error).__name__}: {error}"
        )
    if not trial.reference.full:
        told = "\n".join(trial.reference.texts + trial.reference.errors)
        return Exercised(
            lesson,
            exercise.name,
            exercise.free,
            [
                Try(
                    exercise.name,
                    "reference",
                    "the reference itself",
                    REFUSED,
                    trial.reference.score,
                    exercise.points,
                    told=told,
                )
            ],
            time.monotonic() - start,
        )
    draw, third = random.Random(f"{seed} {lesson} {exercise.name}"), sample and max(sample // 3, 1)
    plans = [(False, plan) for plan in _plans(trial, WRONG, draw, sample, PAIRS, exercise.free)]
    plans += [(True, plan) for plan in _plans(trial, HONEST, draw, third, HONEST_PAIRS)]
    tries = []
    for n, (is_honest, plan) in enumerate(plans):
        done = _tried(trial, is_honest, plan)
        tries += [done] if done else []
        if n % 10 == 0:
            progress(n, len(plans) + len(exercise.answers))
            _forget()
    for answer in _chosen(exercise.answers, third, draw):
        tries.append(_by_source(exercise, answer))
    found = Counter(edit.kind for _, edit in trial.edits({**WRONG, **HONEST}))
    return Exercised(
        lesson, exercise.name, exercise.free, tries, time.monotonic() - start, found=dict(found)
    )


PAIRS, HONEST_PAIRS = 45, 10  # two edits at once, beside the single ones, when nothing is sampled
MOST = 120  # single edits of one exercise; a large model has more, and a choice of them says enough


def _plans(trial, finders, draw, sample, pairs, free=()):
    """Lists of edits to make together: single ones first, then two at once."""
    edits = trial.edits(finders)
    single = _spread(edits, draw, sample or MOST)
    plans = [[edit] for edit in single]
    fixed = [edit for edit in edits if not is_free(edit[1].kind, free)]
    if len(fixed) > 1:
        plans += [
            draw.sample(fixed, 2) for _ in range(pairs if sample is None else max(sample // 5, 1))
        ]
    return plans


def _spread(edits, draw, most):
    """At most so many edits: the kinds as evenly as can be, and within a kind its settings."""
    if len(edits) <= most:
        return edits
    kinds = {}
    for edit in edits:
        kind, _, detail = edit[1].kind.partition(": ")
        kinds.setdefault(kind, {}).setdefault(detail, []).append(edit)
    for details in kinds.values():
        for group in details.values():
            draw.shuffle(group)
    queues = [_turns(list(details.values()), draw) for details in kinds.values()]
    return list(itertools.islice(_turns(queues, draw), most))


def _turns(groups, draw):
    """One of each group in turn, until all are used up."""
    groups = list(groups)
    draw.shuffle(groups)
    return [
        item
        for turn in itertools.zip_longest(*groups, fillvalue=None)
        for item in turn
        if item is not None
    ]


def _chosen(answers, sample, draw):
    return answers if sample is None or len(answers) <= sample else draw.sample(answers, sample)


def is_free(kind, free):
    """Whether a kind of edit is among those which the exercise leaves free: "optimizer", or "setting" for all settings."""
    return any(
        kind == word
        or kind.startswith(f"{word}:")
        or word == "architecture"
        and kind in ARCHITECTURE
        or word == "architecture"
        and kind.startswith(("setting", "argument"))
        for word in free
    )


ARCHITECTURE = frozenset(
    {
        "layer dropped",
        "layer doubled",
        "layers swapped",
        "branch dropped",
        "branch doubled",
        "merge reordered",
        "another merge",
        "skip from elsewhere",
        "wired elsewhere",
        "shared",
        "sharing broken",
        "frozen",
        "not frozen",
    }
)


def _tried(trial, is_honest, plan):
    """The `Try` of these edits; None where they make no model or, for an honest variant, not the same one."""
    exercise = trial.exercise
    changes = [(finder, edit.key) for finder, edit in plan]
    kinds = [edit.kind for _, edit in plan]
    kind = kinds[0] if len(kinds) == 1 else "two edits"
    what = " · ".join(edit.what for _, edit in plan)
    try:
        outcome = trial.judge(changes, train=is_honest, whole=is_honest)
        if not is_honest and outcome.full and outcome.trains:
            outcome = trial.judge(changes)
    except Unbuildable:
        return None
    done = Try(exercise.name, kind, what, "", outcome.score, exercise.points)
    if is_honest:
        same = signatures(outcome) == signatures(trial.reference)
        if not same and len(plan) > 1:
            return None  # one edit undid what the other relied on
        done.status = KEPT if outcome.full and same else REFUSED
        if done.status == REFUSED:
            done.told = (
                "\n".join(outcome.texts + outcome.errors)
                if same
                else "This variant is another graph: a fault of grader.verify."
            )
    elif not outcome.full:
        done.status = CAUGHT
    elif (
        BEYOND_THE_GRAPH.isdisjoint(kind.partition(": ")[0] for kind in kinds)
        and signatures(outcome)
        and signatures(outcome) == signatures(trial.reference)
    ):
        done.status = EQUAL
    else:
        done.status = FREE if all(is_free(k, exercise.free) for k in kinds) else ACCEPTED
    if done.bad:
        done.lines, done.drawing = _difference(trial.reference, outcome)
    return done


def _difference(reference, outcome):
    """In words and as HTML, how the models of two outcomes differ."""
    import layergraph as lg

    lines, drawings, other = [], [], models(outcome.made)
    for path, model in models(reference.made).items():
        if path in other:
            diff = lg.compare(model, other[path])
            if not diff.equal:
                lines += [f"{path}: {line}" for line in diff.lines()]
                drawings.append(diff.drawing._repr_mimebundle_()["text/html"])
    return lines, "".join(drawings[:1])


def _by_source(exercise, answer):
    """An answer kept beside the lesson, run as it is."""
    names, errors = dict(set_up(exercise.lesson)), []
    run_cell(answer.source, names, errors)
    reports = [run_cell(cell, names, errors) for cell in (exercise.check, exercise.hidden) if cell]
    score = sum(report.score for report in reports if report is not None)
    full = score > exercise.points - 1e-9
    told = "\n".join([str(r) for r in reports if r is not None] + errors)
    if answer.loses == 0:
        return Try(
            exercise.name,
            "kept beside the lesson",
            answer.name,
            KEPT if full else REFUSED,
            score,
            exercise.points,
            told="" if full else told,
        )
    return Try(
        exercise.name,
        "kept beside the lesson",
        answer.name,
        ACCEPTED if full else CAUGHT,
        score,
        exercise.points,
    )


def _forget():
    """Let go of the models made so far; thousands would not fit into memory."""
    import gc

    gc.collect()
