"""How a class stands: each submission's result as the store has it, without its drawings, which are fetched where one is shown.

Reads `.grader/` and, for courses graded before there was a history, `autograded/`. Runs nothing, writes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from grader.course.folder import Course, CourseError
from grader.course.lesson import LessonError
from grader.engine.cache import ResultStore
from grader.engine.result import CellResult, Result, ResultError
from grader.reports.history import history

STOPPED = ("timed out", "died")
UNREAD = ("unreadable", "unknown", "refused", "failed")


Cell = tuple[str, str, str, str]  # lesson, student, notebook, grade_id


@dataclass(frozen=True)
class ByHand:
    """What people entered into the gradebook. `scores` are points that a person gave in the place of the check's, `extra` those given on top.

    `waiting` are cells that a person has still to look at. `penalties` are points taken off for handing in late, by
    (lesson, student, notebook). `names` are people's names by folder, where the gradebook knows them.
    """

    scores: dict[Cell, float] = field(default_factory=dict)
    extra: dict[Cell, float] = field(default_factory=dict)
    waiting: frozenset[Cell] = frozenset()
    penalties: dict[tuple[str, str, str], float] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def total(self, lesson: str, student: str, notebook: str, result: Result) -> float:
        """What a submission came to: a score by hand in the place of the check's, extra credit, less what being late costs."""
        points = 0.0
        for cell in result.cells:
            where = (lesson, student, notebook, cell.grade_id)
            points += self.scores.get(where, cell.score) + self.extra.get(where, 0.0)
        return max(0.0, points - self.penalties.get((lesson, student, notebook), 0.0))


@dataclass(frozen=True)
class Submission:
    """One submission and its result. Its reports' lines are plain dicts, their drawings True or None."""

    lesson: str
    student: str
    notebook: str
    result: Result
    source: Path  # where the result was read: a file of the store, or a notebook of `autograded/`


@dataclass(frozen=True)
class Part:
    """One graded cell of an exercise, as the lesson has it."""

    grade_id: str
    exercise: str
    points: float
    hidden: bool


def submissions(
    course: Course, lessons: Iterable[str] = (), lines: int | None = None
) -> list[Submission]:
    """Every submission of these lessons (of all when empty), by lesson and student.

    Parameters
    ----------
    lines : how much of the history counts, for a standing of before (`History.before`); None: the present one.
    """
    wanted, found, noted = set(lessons), [], history(course.state).latest(lines)
    store = ResultStore(course.state / "results")
    for (lesson, student, notebook), key in noted.items():
        path = store.path(key)
        result = _of_store(path) if not wanted or lesson in wanted else None
        if result is not None:
            found.append(Submission(lesson, student, notebook, result, path))
    if lines is None:
        found += _recorded(course, wanted, {(s.lesson, s.student, s.notebook) for s in found})
    return sorted(found, key=lambda s: (s.lesson, s.student, s.notebook))


def drawing(submission: Submission, grade_id: str, line: int) -> tuple[str, str]:
    """The drawing of one line of a report and the same in words; ("", "") where it is not there any more."""
    try:
        data = _loaded(submission.source)
        cell = next(c for c in data["cells"] if c["grade_id"] == grade_id)
        found = cell["report"]["lines"][line]
        return str(found["drawing"] or ""), str(found["drawing_alt"])
    except (OSError, ValueError, KeyError, TypeError, IndexError, StopIteration):
        return "", ""


def parts(course: Course, lesson: str, notebook: str, cells: Iterable[CellResult]) -> list[Part]:
    """The graded cells of a lesson in its order; from their names alone where the lesson is not there any more."""
    try:
        known = course.read(lesson, notebook).graded
    except (CourseError, LessonError):
        return [_named(c) for c in cells if c.points]
    return [Part(c.grade_id, c.exercise, c.points, c.role == "hidden") for c in known]


def _named(cell: CellResult) -> Part:
    kind, _, rest = cell.grade_id.partition("-")
    ours = kind in ("check", "hidden") and bool(rest)
    return Part(cell.grade_id, rest if ours else cell.grade_id, cell.points, kind == "hidden")


def _recorded(
    course: Course, wanted: set[str], known: set[tuple[str, str, str]]
) -> Iterator[Submission]:
    """What nbgrader's `autograded/` holds and the history does not."""
    for path in (course.root / course.autograded).glob("*/*/*.ipynb"):
        student, lesson, notebook = path.parts[-3], path.parts[-2], path.stem
        if (lesson, student, notebook) in known or (wanted and lesson not in wanted):
            continue
        try:
            result = _result(_loaded(path))
        except (OSError, ValueError, KeyError, TypeError):
            continue  # not graded by us, or damaged
        yield Submission(lesson, student, notebook, result, path)


def _of_store(path: Path) -> Result | None:
    try:
        return _result(_loaded(path))
    except (OSError, ValueError, KeyError, TypeError):
        return None  # a file that is damaged counts as none


def _loaded(path: Path) -> dict:
    data = json.loads(path.read_bytes())
    return data["metadata"]["grading"]["result"] if path.suffix == ".ipynb" else data


def _result(data: dict) -> Result:
    for cell in data["cells"]:
        for line in (cell.get("report") or {}).get("lines", ()):
            line["drawing"] = True if line["drawing"] else None
    try:
        cells = tuple(CellResult(**c) for c in data.pop("cells"))
        return Result(cells=cells, notes=tuple(data.pop("notes")), **data)
    except AttributeError as error:
        raise ResultError(f"this is not a stored result: {error}") from None
