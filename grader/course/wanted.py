"""What a check takes from the student's process: names that the exercise's solution cell binds in the source, and that the check uses.

Every other name is the judge's own, so a student's `check`, `keras` or `x_test` is never looked at.
"""

import ast
import re
from collections.abc import Set
from dataclasses import dataclass
from functools import lru_cache

from grader.course.lesson import Lesson
from grader.course.names import bound_names, needed_names, parse, plain_python
from grader.course.submission import Submission

_NUMBERED = re.compile(r"""["'][a-z][a-z0-9_]*_\d+["']""")


@dataclass(frozen=True)
class Wanted:
    """`names` come from the student; `imports` are lines of the pristine solution cell that the judge runs itself.

    `numbered`: a check says a name like "dense_1", so such names must come as they are.
    """

    names: tuple[str, ...]
    imports: tuple[str, ...]
    numbered: bool = False


@lru_cache(maxsize=1024)
def answered_by(lesson, cell):
    """The exercise whose answer a check judges: its own, or that of the answer before it where nbgrader's toolbar knows of none."""
    solutions = [c for c in lesson.cells if c.role == "solution"]
    if any(c.exercise == cell.exercise for c in solutions):
        return cell.exercise
    before = [c for c in lesson.cells[: lesson.cells.index(cell)] if c in solutions]
    return before[-1].exercise if before else ""


def _answers(lesson, exercise):
    """The code cells that bind an exercise's answer.

    A test of the toolbar's may ask for everything that was answered so far; ours say to which cell they belong.
    """
    solutions = [c for c in lesson.cells if c.role == "solution" and c.cell_type == "code"]
    own = [c for c in solutions if c.exercise == exercise]
    if not own or any(
        c.exercise == exercise for c in lesson.cells if c.role in ("check", "hidden")
    ):
        return own
    last = lesson.cells.index(own[-1])
    return [c for c in solutions if lesson.cells.index(c) <= last]


@lru_cache(maxsize=1024)
def wanted(lesson, exercise):
    """What the checks of this exercise take from its solution cell."""
    checks = [
        c
        for c in lesson.cells
        if c.role in ("check", "hidden") and answered_by(lesson, c) == exercise
    ]
    needed = set().union(*(needed_names(c.source) for c in checks)) if checks else set()
    names, imports = {}, []
    for cell in _answers(lesson, exercise):
        imported = set()
        for statement in parse(plain_python(cell.source)).body:
            if isinstance(statement, (ast.Import, ast.ImportFrom)):
                bound = {(a.asname or a.name).split(".")[0] for a in statement.names}
                if bound & needed:
                    imports.append(ast.unparse(statement))
                imported |= bound
        names.update(
            dict.fromkeys(n for n in bound_names(cell.source) if n in needed and n not in imported)
        )
    return Wanted(tuple(names), tuple(imports), any(_NUMBERED.search(c.source) for c in checks))


MAX_READ = 50_000  # characters of a student's cell that are looked at
MAX_CODE = 500_000  # of a notebook
_BEYOND = (SyntaxError, ValueError, RecursionError, MemoryError)


def needs_of(source):
    """Names a student's cell reads; None where that cannot be told from its text."""
    if len(source) > MAX_READ or any(
        word in source
        for word in (
            "globals(",
            "locals(",
            "vars(",
            "eval(",
            "exec(",
            "get_ipython",
            "%",
            "import *",
        )
    ):
        return None
    if any(
        line.lstrip()[:1] in ("!", "?") or line.rstrip().endswith("?")
        for line in source.splitlines()
    ):
        return None  # IPython's own rewriting takes minutes where there are many
    try:
        return needed_names(source)
    except _BEYOND:
        return frozenset()  # it cannot run, so it reads nothing


def bound_by(source):
    """Names a cell binds; nothing where it cannot be read."""
    try:
        return set(bound_names(source))
    except _BEYOND:
        return set()


def names_used(
    read: Submission, lesson: Lesson
) -> dict[int, tuple[Set[str] | None, Set[str]]]:
    """What each code cell with text of the student's own reads and binds; nothing where there is too much of it."""
    given = {c.source.strip() for c in lesson.cells}
    code = {n: c.source for n, c in enumerate(read.cells) if c.cell_type == "code"}
    if sum(map(len, code.values())) > MAX_CODE:
        return {}
    own = {n: source for n, source in code.items() if source.strip() not in given}
    return {n: _used_by(source) for n, source in own.items()}


def _used_by(source: str) -> tuple[Set[str] | None, Set[str]]:
    """What a student's cell reads and binds; where the one cannot be told, the other is not looked for."""
    needs = needs_of(source)
    return needs, set() if needs is None else bound_by(source)


def unneeded_examples(read: Submission, lesson: Lesson) -> frozenset[int]:
    """Positions of unchanged worked examples, unless one of the student's cells uses a name that only they bind."""
    examples = {
        c.source.strip() for c in lesson.cells if c.role == "example" and c.cell_type == "code"
    }
    skipped = {
        n
        for n, c in enumerate(read.cells)
        if c.cell_type == "code"
        and c.source.strip() in examples
        and (c.lesson is None or c.lesson.role == "example")
    }
    given = {c.source.strip() for c in lesson.cells}
    there: set[str] = set()
    only_examples: set[str] = set()
    for n, cell in enumerate(read.cells):
        if cell.cell_type != "code":
            continue
        if n in skipped:
            only_examples |= bound_by(cell.source) - there
            continue
        if cell.lesson is not None and cell.lesson.role in ("check", "hidden", "setup"):
            there |= bound_by(cell.source) if cell.lesson.role == "setup" else set()
            continue
        if n in read.used:
            needs, bound = read.used[n]
        else:  # the lesson's own text, or too much of another's
            known = cell.source.strip() in given
            needs, bound = (needs_of(cell.source), bound_by(cell.source)) if known else (None, set())
        if needs is None or needs & (only_examples - there):
            return frozenset()
        there |= bound
    return frozenset(skipped)
