"""The exercises of a lesson as they are needed here: their cells, what they ask, and the answers kept beside them.

Answers stand in `solutions/LESSON/answers/EXERCISE.py` as py:percent cells:

    # %% right="functional style"
    # %% wrong="no softmax" loses=1.5 says="softmax"

`loses` is exactly what the answer costs, `says` a part of what its author reads.
"""

import ast
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from grader.course.names import bound_names, needed_names, parse
from grader.course.regions import reference_source, student_source
from grader.course.source import read_source
from grader.verify.operators.honest import Asked


@dataclass(frozen=True)
class Answer:
    """One answer to an exercise. `loses` is None for "something"; 0 for a right one."""

    name: str
    source: str
    loses: float | None = None
    says: str = ""


@dataclass(frozen=True)
class Exercise:
    """An exercise of a lesson: its cells, and the answers kept beside it. `lesson` is the lesson's folder."""

    lesson: Path
    name: str
    check: str
    hidden: str
    points: float
    reference: str
    stub: str
    has_stub_region: bool
    free: tuple
    answers: tuple

    @property
    def right(self):
        return tuple(answer for answer in self.answers if answer.loses == 0)

    @property
    def wrong(self):
        return tuple(answer for answer in self.answers if answer.loses != 0)

    @cached_property
    def wanted(self):
        """The names that cross to the judge: those which the reference binds and a check looks at."""
        needed = set().union(*(needed_names(cell) for cell in (self.check, self.hidden) if cell))
        return tuple(name for name in bound_names(self.reference) if name in needed)

    @cached_property
    def asked(self):
        return Asked((self.check, self.hidden))


@lru_cache
def cells(lesson):
    """The cells of a lesson's source."""
    return tuple(read_source(lesson / f"{lesson.name}.py"))


@lru_cache
def exercises(lesson):
    """The exercises of a lesson, in order.

    Parameters
    ----------
    lesson : pathlib.Path
        The lesson's folder below `solutions/`.
    """
    found = []
    for cell in cells(lesson):
        if cell.role != "solution":
            continue
        graded = {
            c.role: c
            for c in cells(lesson)
            if c.exercise == cell.exercise and c.role in ("check", "hidden")
        }
        wanted = set().union(*(needed_names(c.source) for c in graded.values()))
        found.append(
            Exercise(
                lesson,
                cell.exercise,
                graded["check"].source,
                graded["hidden"].source if "hidden" in graded else "",
                sum(c.points for c in graded.values()),
                reference_source(cell.source),
                student_source(cell.source, wanted),
                "BEGIN STUB" in cell.source,
                cell.free,
                answers(lesson / "answers" / f"{cell.exercise}.py"),
            )
        )
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
            found.append(
                Answer(words["wrong"], cell.source, words.get("loses"), str(words.get("says", "")))
            )
    return tuple(found)


@lru_cache(maxsize=1)
def set_up(lesson):
    """The names that a lesson's set-up cells bind; run once, copied for each answer."""
    names = {"__name__": "__main__"}
    for cell in cells(lesson):
        if cell.role == "setup":
            exec(compile(cell.source, f"{lesson.name}: set-up", "exec"), names)
    return names


def run_cell(source, names, errors):
    """Execute a cell as a notebook does, and give the value of its last expression; what it raises is kept in `errors`."""
    try:
        tree = parse(source)
        last = tree.body.pop().value if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, "cell", "exec"), names)
        return None if last is None else eval(compile(ast.Expression(last), "cell", "eval"), names)
    except Exception as error:  # a student's cell may raise anything
        errors.append(f"{type(error).__name__}: {error}")
        return None
