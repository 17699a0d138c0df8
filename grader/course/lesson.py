"""A lesson as the grader sees it: the instructor notebook's cells, with their roles, exercises and points.

Reads notebooks; runs nothing and knows nothing of submissions (`grader.course.submission`) or of how a cell is judged.
"""

import hashlib
import json
import re
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from grader.errors import GraderError

ROLES = ("setup", "example", "solution", "check", "hidden", "text", "code", "task")
# "code" and "task" occur only in notebooks made with nbgrader's toolbar: an unmarked code cell, and nbgrader's manual task.

# What a set-up cell says of the exercises' worth, for the notebook alone (grader.checks.progress): it decides nothing.
WORTH = re.compile(r"^# Lesson \S+, points now \+ after you hand in:.*(?:\n#   .*)*$", re.M)


class LessonError(GraderError):
    """The instructor notebook cannot be used; the message says which cell and why."""


@dataclass(frozen=True)
class Cell:
    """One cell of the instructor notebook.

    `source` is the instructor's text; `released` is what students got in its place (None: not known).
    `points` is 0 for cells that are not graded. `manual` marks what a person grades by hand.
    """

    role: str
    cell_type: str
    source: str
    grade_id: str = ""
    exercise: str = ""
    points: float = 0.0
    locked: bool = False
    manual: bool = False
    released: str | None = None

    @property
    def graded(self):
        """Whether points hang on this cell, given by a program or by a person."""
        return self.role in ("check", "hidden", "task") or (self.role == "solution" and self.manual)

    @property
    def hides(self):
        """Whether it is a hidden test or has hidden lines: what it found is then not for students."""
        return self.role == "hidden" or (self.graded and bool(self.hidden_lines))

    @property
    def hidden_lines(self):
        """The numbers, from 1, of the lines that students never see.

        What was released decides, where it is known: the words that begin and end such lines are an option of nbgrader's.
        Of a line that is there twice, hidden and not, the first counts as seen; the first hidden line is always right, for
        it holds the word that nbgrader takes out.
        """
        if self.role not in ("check", "task") or self.released is None:
            return _hidden_lines(self.source)
        given = [line.rstrip() for line in self.released.split("\n") if line.strip()]
        hidden, at = set(), 0
        for number, line in enumerate(self.source.split("\n"), 1):
            if at < len(given) and line.rstrip() == given[at]:
                at += 1
            elif line.strip():
                hidden.add(number)
        return hidden

    @property
    def shown(self):
        """The text that may be shown to a student: never a hidden test, never a mark scheme."""
        if self.role == "hidden":
            told = visible(self.source).strip()
            return (
                told
                if told != self.source.strip()
                else f"# Hidden checks run here ({self.points:g} points)"
            )
        return visible(self.source) if self.released is None else self.released

    def is_stub(self, source):
        """Whether `source` is still what the student was given; False where that is not known."""
        return self.released is not None and squeezed(source) == squeezed(self.released)


@dataclass(frozen=True)
class Lesson:
    """The cells of one lesson in order. `marked` is False for notebooks made with nbgrader's toolbar alone."""

    name: str
    cells: tuple[Cell, ...]
    marked: bool = True
    kernel: str = "python3"
    key: str = field(default="", compare=False)  # changes when anything above changes; computed

    def __post_init__(self):
        content = json.dumps(
            [self.name, self.marked, self.kernel, [asdict(c) for c in self.cells]], sort_keys=True
        )
        object.__setattr__(
            self, "key", hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()
        )

    @property
    def graded(self):
        """The cells that carry points, in order."""
        return tuple(c for c in self.cells if c.graded)

    @property
    def identified(self):
        """The cells with a grade_id, by that id, in the lesson's order."""
        return {c.grade_id: c for c in self.cells if c.grade_id}

    @property
    def exercises(self):
        """Exercise names in the lesson's order, each once."""
        return tuple(dict.fromkeys(c.exercise for c in self.graded))

    @property
    def points(self):
        return sum(c.points for c in self.graded)

    def of(self, exercise):
        """All cells of one exercise, in order."""
        return tuple(c for c in self.cells if c.exercise == exercise)

    def exercise_key(self, exercise: str) -> str:
        """Changes when anything changes that can decide a verdict on this exercise.

        That is every cell but texts, what other exercises check and how they are answered in the source. Only a lesson of ours is
        told apart like that: where nbgrader's toolbar was used, a test may look at any answer.
        """
        cells = [c for c in self.cells if c.role != "text"] if self.marked else self.cells
        told = [_whole(c) if self._decides(c, exercise) else _outline(c) for c in cells]
        content = json.dumps([self.name, self.marked, self.kernel, told], sort_keys=True)
        return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()

    def _decides(self, cell: Cell, exercise: str) -> bool:
        others = cell.role in ("solution", "check", "hidden") and cell.exercise != exercise
        return not (self.marked and others)

    @classmethod
    def read(cls, source, released=None):
        """The lesson in the instructor notebook at `source`; `released` is the student notebook beside it, if there is one.

        Raises
        ------
        LessonError
            The notebook cannot be read, or its graded cells are out of shape.
        """
        source = Path(source)
        notebook = _load(source)
        lesson = cls.from_notebook(source.stem, notebook)
        if released is None or not Path(released).is_file():
            return lesson
        given = {}
        for cell in _load(Path(released)).get("cells", []):
            meta = _dict(_dict(cell.get("metadata")).get("nbgrader"))
            if meta.get("grade_id"):
                given.setdefault(meta["grade_id"], _text(cell.get("source")))
        cells = tuple(
            replace(c, released=given.get(c.grade_id)) if c.grade_id in given else c
            for c in lesson.cells
        )
        if not lesson.marked:
            for cell in cells:
                _need_no_lines_of_the_release(source.stem, cell)
        return replace(lesson, cells=cells)

    @classmethod
    def from_notebook(cls, name, notebook):
        """The lesson in a notebook given as its JSON data (nbformat 4)."""
        raw = notebook.get("cells", [])
        marked = _is_marked(raw)
        cells = tuple(_cell(name, n, c, marked) for n, c in enumerate(raw))
        for cell in cells:
            _need_a_test(name, cell)
        seen = set()
        for cell in cells:
            if cell.grade_id in seen:
                raise LessonError(
                    f"{name}: two cells have the id {cell.grade_id!r}; every graded or locked cell needs its own"
                )
            if cell.grade_id:
                seen.add(cell.grade_id)
        kernel = _dict(_dict(notebook.get("metadata")).get("kernelspec")).get("name") or "python3"
        return cls(name, cells, marked, kernel)


def _whole(cell: Cell) -> dict:
    """All of a cell, but for what it says of other exercises' points."""
    given = cell.released
    released = None if given is None else WORTH.sub("", given).strip()
    return {**asdict(cell), "source": WORTH.sub("", cell.source).strip(), "released": released}


def _outline(cell: Cell) -> list:
    """What of another exercise's cell matters: that it is there, and what was given out in its place."""
    given = cell.released if cell.role == "solution" else None
    return [cell.role, cell.cell_type, cell.grade_id, cell.locked, cell.manual, given]


def visible(source: str) -> str:
    """`source` without hidden tests and mark schemes written inside a cell (nbgrader's own regions, with its own words).

    Of a lesson's cell, `Cell.shown` says what was released.
    """
    hidden = _hidden_lines(source)
    if not hidden:
        return source
    return "\n".join(x for n, x in enumerate(source.split("\n"), 1) if n not in hidden)


def _hidden_lines(source: str) -> set[int]:
    """The numbers of the lines of such regions, by nbgrader's rule: line by line, and none ends on the line where it begins.

    nbgrader releases no notebook in which one does not end; it is none then.
    """
    found: set[int] = set()
    for region in ("HIDDEN TESTS", "MARK SCHEME"):
        begin, end = f"BEGIN {region}", f"END {region}"
        inside: list[int] = []
        for number, line in enumerate(source.split("\n"), 1):
            if not inside and begin not in line:
                continue
            inside.append(number)
            if end in line and begin not in line:
                found.update(inside)
                inside = []
    return found


def _is_test(cell: Cell) -> bool:
    return cell.role in ("check", "hidden") and cell.cell_type == "code" and cell.points > 0


def _code(source: str) -> list[str]:
    """The lines that are neither blank nor a comment alone."""
    lines = (line.strip() for line in source.split("\n"))
    return [line for line in lines if line and not line.startswith("#")]


_WITH_TESTS = (
    "nbgrader generate_assignment LESSON --source_with_tests writes them into source_with_tests/LESSON/: put that notebook in the "
    "place of the one in solutions/LESSON/, keep yours elsewhere, and grade again"
)


def _need_a_test(name: str, cell: Cell) -> None:
    """A LessonError where a cell carries points and holds nothing that could fail: everybody would earn them."""
    if not _is_test(cell):
        return
    told = [line.strip() for line in cell.source.split("\n")]
    if any(line.startswith("#") and "AUTOTEST" in line for line in told):
        raise LessonError(
            f"{name}: the test {cell.grade_id!r} has a line with AUTOTEST, for which nbgrader writes tests only when it releases "
            "the lesson; here it is a comment, and everybody would get its points",
            _WITH_TESTS,
        )
    if not _code(cell.source):
        raise LessonError(
            f"{name}: the test {cell.grade_id!r} is worth {cell.points:g} points and holds nothing but comments, so everybody "
            "would get them",
            "write a test into it, or give it 0 points",
        )


def _need_no_lines_of_the_release(name: str, cell: Cell) -> None:
    """A LessonError where students were given lines of a test that the instructor's notebook does not have.

    nbgrader's InstantiateTests writes such lines, whatever word it is told to look for.
    """
    if not _is_test(cell) or cell.released is None:
        return
    own = set(_code(cell.source))
    more = [line for line in _code(cell.released) if line not in own]
    if more:
        raise LessonError(
            f"{name}: the test {cell.grade_id!r} was released with a line that the instructor's notebook does not have, and that "
            f"grading would not run: {more[0][:80]}",
            f"where nbgrader wrote it (AUTOTEST), {_WITH_TESTS}; where the notebook was changed, grader build LESSON",
        )


def _is_marked(cells):
    """Whether the cells carry our roles, every graded one and every answer among them; else nbgrader's rules hold for all."""
    metas = [_dict(c.get("metadata")) for c in cells if isinstance(c, dict)]
    ours = [bool(_dict(m.get("course")).get("role")) for m in metas]
    theirs = [
        any(_dict(m.get("nbgrader")).get(k) for k in ("grade", "solution", "task")) for m in metas
    ]
    return any(ours) and all(o for o, t in zip(ours, theirs) if t)


def _cell(name, number, raw, marked):
    meta = _dict(raw.get("metadata"))
    nbgrader, course = _dict(meta.get("nbgrader")), _dict(meta.get("course"))
    cell_type, source = raw.get("cell_type", "code"), _text(raw.get("source"))
    grade, solution, task = (bool(nbgrader.get(k)) for k in ("grade", "solution", "task"))
    locked = bool(nbgrader.get("locked")) or (grade and not solution) or task
    grade_id = nbgrader.get("grade_id", "") if (grade or solution or locked) else ""
    if (grade or solution or locked) and not grade_id:
        raise LessonError(f"{name}: cell {number + 1} is graded or locked but has no id")
    if marked or course.get("role"):
        role = course.get("role") or ("text" if cell_type != "code" else "example")
        if role not in ROLES:
            raise LessonError(
                f"{name}: cell {number + 1} has the unknown role {role!r}; expected one of {', '.join(ROLES)}"
            )
    elif task:
        role = "task"
    elif solution:
        role = "solution"
    elif grade:
        role = "check"
    elif cell_type != "code":
        role = "text"
    else:
        role = "setup" if locked else "code"
    exercise = course.get("exercise", "") or (
        grade_id if role in ("solution", "check", "hidden", "task") else ""
    )
    points = float(nbgrader.get("points") or 0) if grade or task else 0.0
    if not 0 <= points < float("inf"):
        raise LessonError(
            f"{name}: cell {grade_id!r} has {points} points; expected a number of 0 or more"
        )
    return Cell(
        role,
        cell_type,
        source,
        grade_id,
        exercise,
        points,
        locked,
        manual=(grade and solution) or task,
    )


def _load(path):
    try:
        data = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise LessonError(f"cannot read the notebook {path.name}: {error}") from None
    if not isinstance(data, dict) or not isinstance(data.get("cells"), list):
        raise LessonError(f"{path.name} is not a notebook of format 4")
    return data


def _dict(value):
    return value if isinstance(value, dict) else {}


def _text(value):
    return value if isinstance(value, str) else "".join(value or ())


def squeezed(source):
    """A cell's text without what its comment says of points, and without blanks at the ends of lines."""
    return "\n".join(line.rstrip() for line in WORTH.sub("", source).strip().splitlines())
