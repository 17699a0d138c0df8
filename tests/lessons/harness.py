"""Put answers to a lesson's checks in one process, without notebooks and without a kernel.

A lesson's set-up runs once. For each answer its names are copied, the answer is executed, then the check and the hidden
check of its exercise. Answers stand beside the lesson, in `answers/EXERCISE.py`, as py:percent cells:

    # %% right="functional style"
    # %% wrong="no softmax" loses=1.5 says="softmax"

`loses` is exactly what the answer costs, `says` a part of what its author reads: in the visible check if that loses
points, else in the hidden one.
"""

import ast
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from grader.authoring.names import needed_names
from grader.authoring.regions import reference_source, student_source
from grader.authoring.source import read_source

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Answer:
    """One answer to an exercise. `loses` is None for "something"; 0 for a right one."""

    name: str
    source: str
    loses: float = None
    says: str = ""


@dataclass(frozen=True)
class Exercise:
    """An exercise of a lesson: its cells, and the answers kept beside it."""

    lesson: Path
    name: str
    check: str
    hidden: str
    points: float
    reference: str
    stub: str
    has_stub_region: bool
    answers: tuple

    @property
    def right(self):
        return tuple(answer for answer in self.answers if answer.loses == 0)

    @property
    def wrong(self):
        return tuple(answer for answer in self.answers if answer.loses != 0)


@dataclass(frozen=True)
class Verdict:
    """What an answer earned: the reports of the visible and the hidden check (None where the cell itself failed), and errors."""

    reports: tuple
    errors: tuple

    @property
    def score(self):
        return sum(report.score for report in self.reports if report is not None)

    @property
    def statuses(self):
        return {line.status for report in self.reports if report is not None for line in report.lines}

    def told(self):
        """What the student reads first: the visible check where it loses points, else the hidden one."""
        for report in self.reports:
            if report is not None and report.score < report.points:
                return str(report)
        return "\n".join(self.errors)


def lessons():
    """The folders of all lessons that have a source, in order."""
    return sorted(path.parent for path in ROOT.glob("solutions/*/*.py") if path.stem == path.parent.name)


@lru_cache
def cells(lesson):
    """The cells of a lesson's source."""
    return tuple(read_source(lesson / f"{lesson.name}.py"))


@lru_cache
def exercises(lesson):
    """The exercises of a lesson, in order."""
    found = []
    for cell in cells(lesson):
        if cell.role != "solution":
            continue
        graded = {c.role: c for c in cells(lesson) if c.exercise == cell.exercise and c.role in ("check", "hidden")}
        wanted = set().union(*(needed_names(c.source) for c in graded.values()))
        found.append(Exercise(
            lesson, cell.exercise, graded["check"].source, graded["hidden"].source if "hidden" in graded else "",
            sum(c.points for c in graded.values()), reference_source(cell.source), student_source(cell.source, wanted),
            "BEGIN STUB" in cell.source, answers(lesson / "answers" / f"{cell.exercise}.py"),
        ))
    return tuple(found)


def answers(path):
    """The answers in a file; none where there is no file."""
    if not path.exists():
        return ()
    import jupytext

    found = []
    for cell in jupytext.reads(path.read_text(encoding="utf-8"), fmt="py:percent").cells:
        words = cell.metadata
        if "right" in words:
            found.append(Answer(words["right"], cell.source, 0))
        else:
            found.append(Answer(words["wrong"], cell.source, words.get("loses"), str(words.get("says", ""))))
    return tuple(found)


@lru_cache(maxsize=1)
def _set_up(lesson):
    names = {"__name__": "__main__"}
    for cell in cells(lesson):
        if cell.role == "setup":
            exec(compile(cell.source, f"{lesson.name}: set-up", "exec"), names)
    return names


def judge(exercise, source):
    """The verdict on an answer's source.

    What the answer raises is kept, as a notebook would go on to the next cell; so is what a check cell raises when a name is missing.
    """
    names, errors = dict(_set_up(exercise.lesson)), []
    _run(source, names, errors)
    reports = tuple(_run(cell, names, errors) for cell in (exercise.check, exercise.hidden) if cell)
    return Verdict(reports, tuple(errors))


def _run(source, names, errors):
    """Execute a cell as a notebook does, and give the value of its last expression."""
    try:
        tree = ast.parse(source)
        last = tree.body.pop().value if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, "cell", "exec"), names)
        return None if last is None else eval(compile(ast.Expression(last), "cell", "eval"), names)
    except Exception as error:  # a student's cell may raise anything
        errors.append(f"{type(error).__name__}: {error}")
        return None


def counts(lesson):
    """The counts that the executed lesson must show: (model, parameters, text)."""
    import tomllib

    path = lesson / "counts.toml"
    if not path.exists():
        return ()
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple((c["model"], c["parameters"], c.get("shown", f"{c['parameters']:,}")) for c in data["count"])


def shows(text, count):
    """Whether `count` stands in `text`, and not as part of a longer number."""
    return re.search(rf"(?<![\d,.]){re.escape(count)}(?![\d]|[,.]\d)", text) is not None
