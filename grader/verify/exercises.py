"""The exercises of a lesson as they are needed here: their cells, what they ask, and the answers kept beside them.

Answers stand in `solutions/LESSON/answers/EXERCISE.py` as py:percent cells:

    # %% right="functional style"
    # %% wrong="no softmax" loses=1.5 says="softmax"

`loses` is exactly what the answer costs, `says` a part of what its author reads. One that differs little from another of its file,
or from the lesson's own (`of="reference"`), says only how:

    # %% wrong="tanh" of="functional style" replace="relu" by="tanh" says="tanh"

where the text that is replaced stands there exactly once; or its cell holds the statements that take the place of those which bind
the same names.
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
                answers(lesson / "answers" / f"{cell.exercise}.py", reference_source(cell.source)),
            )
        )
    return tuple(found)


def answers(path, reference=""):
    """The answers in a file, each written out; none where there is no file.

    Raises
    ------
    ValueError
        One is said to differ from another that is not above it, or by a change that does not fit.
    """
    if not path.exists():
        return ()
    import jupytext

    found, sources = [], {"reference": reference}
    for cell in jupytext.reads(path.read_text(encoding="utf-8"), fmt="py:percent").cells:
        words = cell.metadata
        name = words["right"] if "right" in words else words["wrong"]
        try:
            sources[name] = source = _written_out(cell.source, words, sources)
        except ValueError as error:
            raise ValueError(f"{path}: {name!r}: {error}") from None
        loses = 0 if "right" in words else words.get("loses")
        found.append(Answer(name, source, loses, str(words.get("says", ""))))
    return tuple(found)


def _written_out(source, words, sources):
    if "of" not in words:
        return source
    if words["of"] not in sources:
        raise ValueError(f"of={words['of']!r}: no answer above has this name")
    other = sources[words["of"]]
    if "replace" not in words:
        return _with_statements(other, source)
    old = str(words["replace"])
    if source.strip() or other.count(old) != 1:
        raise ValueError(
            f"replace={old!r} stands {other.count(old)} times in {words['of']!r}, or the cell is not empty; "
            "expected once, and an empty cell"
        )
    return other.replace(old, str(words["by"]))


def _with_statements(source, changed):
    """A source in which the statements of `changed` stand for those that bind the same names."""
    lines = source.splitlines()
    places = {}  # what a statement binds -> where such statements stand
    for place, text in _statements(source):
        places.setdefault(frozenset(bound_names(text)), []).append(place)
    new = [(places.get(frozenset(bound_names(text)), ()), text) for _, text in _statements(changed)]
    if not new or any(len(found) != 1 for found, _ in new):
        raise ValueError(
            "its cell holds no statement, or one for which not exactly one is there that binds the same names"
        )
    for ((first, last),), text in sorted(new, reverse=True):
        lines[first:last] = text.splitlines()
    return "\n".join(lines)


def _statements(source):
    """((first line, line behind the last), text) of each statement at the top of a cell, decorators included."""
    lines = source.splitlines()
    for node in parse(source).body:
        first = min(n.lineno for n in (node, *getattr(node, "decorator_list", ()))) - 1
        yield (first, node.end_lineno), "\n".join(lines[first : node.end_lineno])


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
