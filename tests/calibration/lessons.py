"""The checks of the course that train: which they are, and the cases they give with their reference and right answers.

An exercise's checks are run as they stand, with two stand-ins: `expect.learns` notes the model and the data it is handed
instead of judging them, and a lesson's own `rehearse` is handed on, so that its accuracies can be drawn with any seed.
"""

import ast
from dataclasses import dataclass
from pathlib import Path

from grader.course.regions import reference_source
from grader.course.source import read_source
from tests.calibration.models import Case

ROOT = Path(__file__).resolve().parents[2]
TRAINING = {"learns", "accuracy", "fits", "fit", "rehearse", "train_on_batch"}


@dataclass(frozen=True)
class Exercise:
    """An exercise whose checks train or look at trained models: its cells, and the answers kept beside the lesson."""

    lesson: str
    name: str
    words: frozenset
    setup: tuple
    checks: tuple
    right: tuple
    wrong: tuple

    @property
    def title(self):
        return f"{self.lesson[:2]} {self.name}"


def training_exercises(root=ROOT):
    """The exercises of all lessons whose check cells name a word that trains, in order."""
    found = []
    for path in sorted(root.glob("solutions/*/*.py")):
        if path.stem == path.parent.name:
            cells = read_source(path)
            setup = tuple(cell.source for cell in cells if cell.role == "setup")
            for solution in (cell for cell in cells if cell.role == "solution"):
                checks = tuple(
                    c.source
                    for c in cells
                    if c.exercise == solution.exercise and c.role in ("check", "hidden")
                )
                words = frozenset(word for source in checks for word in _called(source) & TRAINING)
                if words:
                    kept = path.parent / "answers" / f"{solution.exercise}.py"
                    right = (
                        ("reference", reference_source(solution.source)),
                        *_kept_answers(kept, "right"),
                    )
                    found.append(
                        Exercise(
                            path.stem,
                            solution.exercise,
                            words,
                            setup,
                            checks,
                            right,
                            _kept_answers(kept, "wrong"),
                        )
                    )
    return tuple(found)


def _called(source):
    """The names that a cell calls: `f` of f(…), `word` of expect.word(…)."""
    calls = (node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return {
        call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", "") for call in calls
    }


def _kept_answers(path, kind):
    """(name, source) of the answers kept beside the lesson that are `kind`, "right" or "wrong"."""
    import jupytext

    cells = (
        jupytext.reads(path.read_text(encoding="utf-8"), fmt="py:percent").cells
        if path.exists()
        else ()
    )
    return tuple((cell.metadata[kind], cell.source) for cell in cells if kind in cell.metadata)


def namespace(exercise):
    """What the lesson's set-up cells bind."""
    names = {"__name__": "__main__"}
    for source in exercise.setup:
        exec(compile(source, f"{exercise.lesson}: set-up", "exec"), names)
    return names


def learning_cases(exercise, names):
    """A case for each right answer and each model that the exercise's checks hand to `expect.learns`."""
    cases = []
    for name, source in exercise.right:
        mine = dict(names)
        exec(compile(source, "answer", "exec"), mine)
        mine["expect"] = noting = _Noting(mine["expect"], name)
        for check in exercise.checks:
            exec(compile(check, "check", "exec"), mine)
        cases += noting.cases
    return cases


class _Noting:
    """`expect`, except that `learns` notes what it is asked."""

    def __init__(self, expect, name):
        self._expect, self._name, self.cases = expect, name, []

    def __getattr__(self, word):
        return getattr(self._expect, word)

    def learns(self, x, y, **options):
        from grader.checks.finding import met
        from grader.checks.requirement import Requirement

        def note(model):
            self.cases.append(Case(self._name, model, x, y, options=options))
            return met()

        return Requirement("learning", "", note)


@dataclass(frozen=True)
class Rehearsed:
    """A model that an exercise's check hands to the lesson's `rehearse`, with the data its accuracies are taken on."""

    name: str
    model: object
    x: object
    y: object


def rehearsed(exercise, names, answers=None):
    """What the checks hand to `rehearse` for each answer, (name, source); the right ones, if none are given."""
    found = []
    for name, source in answers or exercise.right:
        given = []

        def note(model, x, y, *more, seed=1, name=name, given=given):
            given.append(Rehearsed(name, model, x, y))
            return [(1.0, 1.0)] * (1 + len(more)) if more else (1.0, 1.0)

        mine = {**names, "rehearse": note}
        exec(compile(source, "answer", "exec"), mine)
        given.clear()  # what the answer rehearsed by itself
        for check in exercise.checks:
            exec(compile(check, "check", "exec"), mine)
        found += given[:1]  # that has to reach the goals; what it is compared with comes after it
    return found


@dataclass(frozen=True)
class Goals:
    """What an exercise that rehearses asks for: the least of each accuracy, and how many starts it grants."""

    at_least: tuple
    starts: int


def goals(exercise, names):
    """The goals of the exercise's last check, found by handing it accuracies instead of training."""

    drawn, asked = [1.0, 1.0], []

    def rehearse(model, x, y, *more, seed=1):
        asked.append(
            seed
        )  # the answer keeps this list, too: what it says it measured stays what the check measures
        return [drawn] * (1 + len(more)) if more else drawn

    mine = {**names, "rehearse": rehearse}
    exec(compile(exercise.right[0][1], "answer", "exec"), mine)

    def keeps_all(*accuracies):
        drawn[:] = accuracies
        asked.clear()
        here = dict(mine)
        tree = ast.parse(exercise.checks[-1])
        last = ast.Expression(tree.body.pop().value)
        exec(compile(tree, "check", "exec"), here)
        report = eval(compile(last, "check", "eval"), here)
        return report.score == report.points, len(set(asked))

    found = []
    for place in range(2):
        low, high = 0, 1000
        while low < high:
            middle = (low + high) // 2
            pair = [1.0, 1.0]
            pair[place] = middle / 1000
            low, high = (low, middle) if keeps_all(*pair)[0] else (middle + 1, high)
        found.append(low / 1000)
    return Goals(tuple(found), keeps_all(0.0, 0.0)[1])


def broken_rehearsals(exercise):
    """{name: (names, what is rehearsed)} of answers that build and train, with a fault.

    They are the exercise's kept wrong answers whose checks still hand them to `rehearse` when the words on the graph let
    them pass, and its second right answer with a learning rate of 0 and with shuffled labels.
    """
    found = {}
    for name, source in exercise.wrong:
        names = namespace(exercise)
        for word in ("answers_hear_everything", "one_shared_encoder"):
            names[word] = lambda model: True
        given = rehearsed(exercise, names, [(name, source)])
        if given:
            found[f"wrong answer: {name}"] = names, given[0]
    for name in ("learning rate 0", "labels shuffled"):
        names = namespace(exercise)
        given = rehearsed(exercise, names, exercise.right[1:2])[0]
        if name == "learning rate 0":
            given.model.optimizer.learning_rate = 0.0
        else:
            import numpy

            order = numpy.random.default_rng(0).permutation(len(names["y_pairs"][0]))
            names["y_pairs"] = [part[order] for part in names["y_pairs"]]
        found[name] = names, given
    return found
