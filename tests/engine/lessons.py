"""Small lessons and submissions for the tests of the engine, built as plain data."""

import json

from grader.course.lesson import Lesson

SETUP = "import keras\nfrom keras import layers, ops\nimport numpy as np\nx_test = np.ones((4, 3), 'float32')"


def cell(role, source, exercise="", points=0, grade_id=None):
    grade_id = grade_id or {
        "setup": "setup",
        "solution": exercise,
        "check": f"check-{exercise}",
        "hidden": f"hidden-{exercise}",
    }.get(role)
    metadata = {"course": {"role": role, "exercise": exercise}}
    if grade_id and role != "example":
        metadata["nbgrader"] = {
            "grade_id": grade_id,
            "grade": role in ("check", "hidden"),
            "solution": role == "solution",
            "locked": role != "solution",
            "points": points,
            "schema_version": 3,
            "task": False,
        }
    return {
        "cell_type": "code",
        "id": grade_id or "x",
        "metadata": metadata,
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


def notebook(cells):
    return {
        "cells": cells,
        "metadata": {"kernelspec": {"name": "python3"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def lesson(*exercises, setup=SETUP, examples=()):
    """A lesson from (name, solution, check, hidden) texts; each check and each hidden check is worth 2 points."""
    cells = [cell("setup", setup)] + [cell("example", e) for e in examples]
    for name, solution, check, hidden in exercises:
        cells += [cell("solution", solution, name), cell("check", check, name, 2)]
        cells += [cell("hidden", hidden, name, 2)] if hidden else []
    return Lesson.from_notebook("tiny", notebook(cells))


def submission(lesson, answers, extra=(), edit=None):
    """A student's notebook with these answers by exercise; `extra` cells come first, `edit(cells)` may do anything."""
    cells = []
    for c in lesson.cells:
        source = (
            answers.get(c.exercise, c.source)
            if c.role == "solution"
            else f"# Hidden checks run here ({c.points:g} points)"
            if c.role == "hidden"
            else c.source
        )
        cells.append(cell(c.role, source, c.exercise, c.points, c.grade_id))
    cells = [cell("example", e) for e in extra] + cells
    if edit:
        cells = edit(cells) or cells
    return json.dumps(notebook(cells)).encode()
