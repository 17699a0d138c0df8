"""What a check takes from the student's process: names that the exercise's solution cell binds in the source, and that the check uses.

Every other name is the judge's own, so a student's `check`, `keras` or `x_test` is never looked at.
"""

import ast
import re
from dataclasses import dataclass
from functools import lru_cache

from grader.authoring.names import bound_names, needed_names, parse, plain_python

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
def wanted(lesson, exercise):
    """What the checks of this exercise take from its solution cell."""
    solutions = [c for c in lesson.cells if c.role == "solution" and c.exercise == exercise and c.cell_type == "code"]
    checks = [c for c in lesson.cells if c.role in ("check", "hidden") and c.exercise == exercise]
    needed = set().union(*(needed_names(c.source) for c in checks)) if checks else set()
    names, imports = {}, []
    for cell in solutions:
        imported = set()
        for statement in parse(plain_python(cell.source)).body:
            if isinstance(statement, (ast.Import, ast.ImportFrom)):
                bound = {(a.asname or a.name).split(".")[0] for a in statement.names}
                if bound & needed:
                    imports.append(ast.unparse(statement))
                imported |= bound
        names.update(dict.fromkeys(n for n in bound_names(cell.source) if n in needed and n not in imported))
    return Wanted(tuple(names), tuple(imports), any(_NUMBERED.search(c.source) for c in checks))


MAX_READ = 50_000  # characters of a student's cell that are looked at: reading goes on outside the walls and has no limit of time
_BEYOND = (SyntaxError, ValueError, RecursionError, MemoryError)


def needs_of(source):
    """Names a student's cell reads; None where that cannot be told from its text."""
    if len(source) > MAX_READ or any(word in source for word in ("globals(", "locals(", "vars(", "eval(", "exec(", "get_ipython", "%", "import *")):
        return None
    if any(line.lstrip()[:1] in ("!", "?") or line.rstrip().endswith("?") for line in source.splitlines()):
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
