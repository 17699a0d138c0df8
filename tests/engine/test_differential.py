"""Honest students get from the engine what they get where everything runs in one process, as under stock nbgrader.

Every answer kept beside a lesson, right or wrong, is judged both ways; the scores and the lines of feedback must be the same.
"""

import json

import pytest

from grader.engine.conduct import Ways
from grader.engine.lesson import Lesson
from grader.engine.one import Limits, grade_one
from tests.lessons import harness


def lesson_of(folder):
    """The lesson as the engine sees it, straight from its source."""
    cells = []
    for n, cell in enumerate(harness.cells(folder)):
        grade_id = {"solution": cell.exercise, "check": f"check-{cell.exercise}", "hidden": f"hidden-{cell.exercise}", "setup": f"setup-{n}"}.get(cell.role, "")
        course = {"role": cell.role, "exercise": cell.exercise or ""}
        graded = cell.role in ("check", "hidden")
        nbgrader = {"grade_id": grade_id, "grade": graded, "solution": cell.role == "solution", "locked": cell.role != "solution", "points": cell.points or 0}
        source = next(e.reference for e in harness.exercises(folder) if e.name == cell.exercise) if cell.role == "solution" else cell.source
        cells.append({"cell_type": "markdown" if cell.role == "text" else "code", "source": source,
                      "metadata": {"course": course, **({"nbgrader": nbgrader} if grade_id else {})}})
    return Lesson.from_notebook(folder.name, {"cells": cells, "metadata": {}})


def rounds():
    """(lesson folder, round number): round k hands in the k-th answer to every exercise."""
    for folder in harness.lessons():
        most = max([len(e.answers) for e in harness.exercises(folder)] + [0])
        yield from ((folder, k) for k in range(-1, most))


@pytest.mark.parametrize("folder, k", [pytest.param(f, k, id=f"{f.name}-{k}") for f, k in rounds()])
def test_every_answer_is_judged_the_same_in_two_processes_as_in_one(folder, k, keras):
    lesson = lesson_of(folder)
    answers = {}
    for exercise in harness.exercises(folder):
        answers[exercise.name] = exercise.reference if k < 0 else exercise.answers[k].source if k < len(exercise.answers) else exercise.stub
    cells = [{"cell_type": c.cell_type, "source": answers.get(c.exercise, "") if c.role == "solution" else c.shown,
              "metadata": {"nbgrader": {"grade_id": c.grade_id}} if c.grade_id else {}} for c in lesson.cells]
    result = grade_one(json.dumps({"cells": cells, "metadata": {}}).encode(), lesson, Limits(), Ways())
    for exercise in harness.exercises(folder):
        verdict = harness.judge(exercise, answers[exercise.name])
        reports = list(verdict.reports)
        for role, report in zip(("check", "hidden"), reports):
            got = result.of(f"{role}-{exercise.name}")
            assert got.score == pytest.approx(report.score if report else 0, abs=1e-4), (exercise.name, got.reason, got.report, str(report))
            assert got.report is None or said(got.report) == said(report.to_data()), exercise.name


def said(report):
    """The status and words of every line; automatic names of layers count on in a process that has made more of them."""
    return [(line["status"], line["title"], line["earned"]) for line in report["lines"]]
