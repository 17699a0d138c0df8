"""Honest students get from the engine what they get where everything runs in one process, as under stock nbgrader.

Every answer kept beside a lesson, right or wrong, is judged both ways; the scores and the lines of feedback must be the same.
"""

import json

import pytest

from grader.engine.conduct import Ways
from grader.engine.lesson import Lesson
from grader.engine.one import Limits, grade_one
from tests import ahead
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


def answers_of(folder, k):
    """What is handed in, in round k: an answer to each exercise, or nothing where there are not so many."""
    return {e.name: e.reference if k < 0 else e.answers[k].source if k < len(e.answers) else e.stub for e in harness.exercises(folder)}


def submission(lesson, answers):
    cells = [{"cell_type": c.cell_type, "source": answers.get(c.exercise, "") if c.role == "solution" else c.shown,
              "metadata": {"nbgrader": {"grade_id": c.grade_id}} if c.grade_id else {}} for c in lesson.cells]
    return json.dumps({"cells": cells, "metadata": {}}).encode()


@pytest.fixture(scope="module")
def graded(request):
    """A function from (lesson folder, round) to the engine's result; the rounds are begun at once, beside what is judged here."""
    tasks = {}
    for params in ahead.asked(request, "test_every_answer_is_judged_the_same_in_two_processes_as_in_one"):
        lesson = lesson_of(params["folder"])
        tasks[params["folder"], params["k"]] = submission(lesson, answers_of(params["folder"], params["k"])), lesson
    with ahead.begun(lambda task: grade_one(*task, Limits(), Ways()), tasks) as result:
        yield result


@pytest.mark.parametrize("folder, k", [pytest.param(f, k, id=f"{f.name}-{k}") for f, k in rounds()])
def test_every_answer_is_judged_the_same_in_two_processes_as_in_one(folder, k, keras, graded):
    answers = answers_of(folder, k)
    verdicts = {exercise.name: harness.judge(exercise, answers[exercise.name]) for exercise in harness.exercises(folder)}
    result = graded((folder, k))
    for exercise in harness.exercises(folder):
        reports = list(verdicts[exercise.name].reports)
        for role, report in zip(("check", "hidden"), reports):
            got = result.of(f"{role}-{exercise.name}")
            assert got.score == pytest.approx(report.score if report else 0, abs=1e-4), (exercise.name, got.reason, got.report, str(report))
            assert got.report is None or said(got.report) == said(report.to_data()), exercise.name


def said(report):
    """The status and words of every line; automatic names of layers count on in a process that has made more of them."""
    return [(line["status"], line["title"], line["earned"]) for line in report["lines"]]
