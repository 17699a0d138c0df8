"""Honest students get from the engine what they get where everything runs in one process, as under stock nbgrader.

Every answer kept beside a lesson, right or wrong, is judged both ways; the scores and the lines of feedback must be the same.
"""

import pytest

from grader.engine.grade_submission import Limits, grade_one
from grader.engine.runner import Ways
from tests.lessons import harness
from tests.share import EVERYTHING, some


def rounds():
    """(lesson folder, round number): round k hands in the k-th answer to every exercise."""
    for folder in harness.lessons():
        most = max([_many(e) for e in harness.exercises(folder)] + [0])
        every_other = some(range(1, most), 0.4, lambda k, of=folder: f"{of.name} {k}")
        yield from ((folder, k) for k in (-1, *range(min(most, 1)), *every_other))


def answers_of(folder, k):
    """What is handed in, in round k: an answer to each exercise, or nothing where there are not so many."""
    return {
        e.name: e.reference if k < 0 else e.answers[k].source if k < _many(e) else e.stub
        for e in harness.exercises(folder)
    }


def _many(exercise):
    """How many of an exercise's answers are handed in: of those that train a model, the reference alone."""
    return 0 if harness.trains(exercise) and not EVERYTHING else len(exercise.answers)


@pytest.mark.parametrize("folder, k", [pytest.param(f, k, id=f"{f.name}-{k}") for f, k in rounds()])
def test_every_answer_is_judged_the_same_in_two_processes_as_in_one(folder, k, keras):
    answers = answers_of(folder, k)
    verdicts = {
        exercise.name: harness.judge(exercise, answers[exercise.name])
        for exercise in harness.exercises(folder)
    }
    lesson = harness.lesson_of(folder)
    result = grade_one(harness.submission(lesson, answers), lesson, Limits(), Ways())
    for exercise in harness.exercises(folder):
        reports = list(verdicts[exercise.name].reports)
        for role, report in zip(("check", "hidden"), reports):
            got = result.of(f"{role}-{exercise.name}")
            assert got.score == pytest.approx(report.score if report else 0, abs=1e-4), (
                exercise.name,
                got.reason,
                got.report,
                str(report),
            )
            assert got.report is None or said(got.report) == said(report.to_data()), exercise.name


def said(report):
    """The status and words of every line; automatic names of layers count on in a process that has made more of them."""
    return [(line["status"], line["title"], line["earned"]) for line in report["lines"]]
