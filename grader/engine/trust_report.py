"""Which exercises rest on what the student's process says, and could be told a lie: named for the instructor, from the lesson's text alone.

Models, numbers and text are judged as they are, and a lie about them is a wrong answer; so is the graph that a function draws. What
remains: functions that give plain values, which run where the student's code runs and see the arguments of hidden checks; histories
and callbacks, which say of themselves what they are and what they saw.
"""

import ast
import re
from dataclasses import dataclass

from grader.course import wanted as names
from grader.course.names import parse, plain_python

CALLED, TOLD = "a function's results", "what callbacks or a history say"
_GRAPH = re.compile(
    r"keras\.Input\(|expect\.(inputs|outputs|parameters|sequential|functional|layers?|same_graph|path|branches|skip|shared|nested|compiled|learns)\("
)
_TELLERS = ("History", "history", "fit", "evaluate", "predict", "callbacks")


@dataclass(frozen=True)
class Resting:
    """One exercise, its points, and what about it is believed."""

    exercise: str
    points: float
    why: str


def resting_on_the_student(lesson):
    """The exercises of a lesson whose checks believe something that the student's process says, in order."""
    found = []
    for exercise in lesson.exercises:
        wanted = set(names.wanted(lesson, exercise).names)
        cells = [c for c in lesson.of(exercise) if c.role == "solution" and c.cell_type == "code"]
        why = {w for cell in cells for w in _reasons(cell.source, wanted)}
        if any(
            _GRAPH.search(c.source) for c in lesson.of(exercise) if c.role in ("check", "hidden")
        ):
            why.discard(CALLED)  # it is called on symbolic tensors, and what it draws is judged
        points = sum(c.points for c in lesson.of(exercise) if c.role in ("check", "hidden"))
        if why and points:
            found.append(Resting(exercise, points, " and ".join(sorted(why))))
    return tuple(found)


def _reasons(source, wanted):
    for statement in parse(plain_python(source)).body:
        bound = {
            n.id
            for n in ast.walk(statement)
            if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
        }
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            if statement.name in wanted:
                yield CALLED
        elif bound & wanted:
            value = getattr(statement, "value", None)
            if isinstance(value, ast.Lambda):
                yield CALLED
            if value is not None and any(_name(n) in _TELLERS for n in ast.walk(value)):
                yield TOLD


def _name(node):
    return (
        node.attr
        if isinstance(node, ast.Attribute)
        else node.id
        if isinstance(node, ast.Name)
        else ""
    )
