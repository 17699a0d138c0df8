"""One submission in, one result out: honest mistakes cost what they must and no more."""

import dataclasses

import pytest

from grader.course.lesson import Lesson
from grader.engine.cell_run import Run
from grader.engine.grade_submission import PLAIN, grade_one, judge_value
from grader.engine.result import CellResult, Result, ResultError
from tests.grading import tiny


def graded(notebook, lesson, limits, ways=None):
    return grade_one(
        notebook if isinstance(notebook, bytes) else tiny.bytes_of(notebook), lesson, limits, ways
    )


def scores(result):
    return {c.grade_id: c.score for c in result.cells if c.points}


FULL = dict(tiny.POINTS)


def test_right_answers_earn_everything_and_no_words(lesson, limits):
    result = graded(tiny.submission(), lesson, limits)
    assert scores(result) == FULL and result.status == "graded"
    assert not result.reason and not result.notes and all(c.reason == "" for c in result.cells)


def test_wrong_answers_earn_their_part_and_a_sentence(lesson, limits):
    result = graded(tiny.submission(total="total = 44", words="words = []"), lesson, limits)
    assert scores(result) == {**FULL, "check-total": 1, "hidden-total": 0, "check-words": 0}
    assert "45" in result.of("check-total").reason and "44" in result.of("check-total").reason


def test_of_a_hidden_check_the_reason_names_no_value(lesson, limits):
    reason = graded(tiny.submission(total="total = 44"), lesson, limits).of("hidden-total").reason
    assert reason.startswith("Hidden checks") and "45" not in reason and "44" not in reason


def test_a_name_that_the_check_misses_is_named(lesson, limits):
    result = graded(tiny.submission(total="sum_of_all = 45"), lesson, limits)
    cell = result.of("check-total")
    assert (cell.score, cell.reason) == (0, "No cell defines `total`, which the check looks at.")


def test_an_untouched_notebook_is_not_run(lesson, limits):
    result = graded(tiny.released_notebook(), lesson, limits)
    assert result.status == "untouched" and result.score == 0
    assert {c.status for c in result.cells} == {"not attempted"}


def test_an_untouched_exercise_among_others_is_not_attempted_even_where_its_stub_raises(
    lesson, limits
):
    result = graded(tiny.submission({"total": "total = 45"}), lesson, limits)
    assert {c.grade_id: c.status for c in result.cells if c.points} == {
        "check-total": "met",
        "hidden-total": "met",
        "check-greet": "not attempted",
        "check-words": "not attempted",
    }


def test_an_answer_that_raises_costs_its_own_exercise(lesson, limits):
    result = graded(tiny.submission(total="x = 1\ntotal = 1 / 0"), lesson, limits)
    assert scores(result) == {**FULL, "check-total": 0, "hidden-total": 0}
    assert (
        result.of("check-total").reason
        == "The answer raised ZeroDivisionError: division by zero (line 2)."
    )
    assert result.of("total").status == "raised"


@pytest.mark.parametrize(
    "deadly", ["import os\nos._exit(1)", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"]
)
def test_a_dead_kernel_costs_its_own_exercise(lesson, limits, deadly):
    result = graded(tiny.submission(greet=deadly), lesson, limits)
    assert scores(result) == {**FULL, "check-greet": 0}
    assert result.reason == "The kernel died in greet; the rest was graded without it."


@pytest.mark.parametrize(
    "endless",
    [
        "while True: pass",
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
    ],
)
def test_an_endless_loop_costs_its_own_exercise(lesson, limits, endless):
    result = graded(tiny.submission(total=endless), lesson, limits)
    assert scores(result) == {**FULL, "check-total": 0, "hidden-total": 0}
    assert result.of("total").status == "timed out"


def test_a_function_that_never_returns_costs_its_own_exercise(lesson, limits):
    result = graded(tiny.submission(greet="def greet(name):\n    while True: pass"), lesson, limits)
    assert scores(result) == {**FULL, "check-greet": 0}


def test_a_flood_of_output_costs_nothing(lesson, limits):
    result = graded(
        tiny.submission(total="for n in range(100):\n    print('x' * 100_000)\ntotal = 45"),
        lesson,
        limits,
    )
    assert scores(result) == FULL


def test_stderr_and_warnings_cost_nothing(lesson, limits):
    noisy = "import sys, os, warnings\nwarnings.warn('old')\nprint('oh', file=sys.stderr)\nos.write(2, b'oh')\ntotal = 45"
    assert scores(graded(tiny.submission(total=noisy), lesson, limits)) == FULL


def test_asking_for_input_does_not_wait_for_it(lesson, limits):
    result = graded(tiny.submission(total="total = int(input())"), lesson, limits)
    assert result.of("total").status == "raised" and result.of("check-greet").score == 2


_FORGED = ["float('nan')", "float('inf')", "-1", "10**400", "'3'", "object()"]


@pytest.mark.parametrize("value", _FORGED)
def test_a_replaced_check_is_never_asked(lesson, limits, value):
    result = graded(
        tiny.submission(total=f"total = 44\ncheck = lambda *a, **k: {value}"), lesson, limits
    )
    assert scores(result) == {**FULL, "check-total": 1, "hidden-total": 0}


@pytest.mark.parametrize("value", _FORGED[:2])
def test_without_walls_only_a_report_of_ours_scores(lesson, limits, value):
    result = graded(
        tiny.submission(total=f"total = 45\ncheck = lambda *a, **k: {value}"), lesson, limits, PLAIN
    )
    assert result.of("check-total").score == 0
    assert (
        result.of("check-total").reason
        == "The check gave no report: a name it uses, such as check, was replaced."
    )


def test_without_walls_a_loop_a_flood_and_a_dead_kernel_cost_their_own_exercises(lesson, limits):
    flood = "for n in range(100):\n    print('x' * 100_000)\nwords = ['one', 'two', 'three']"
    answers = {"total": "while True: pass", "greet": "import os; os._exit(1)", "words": flood}
    result = graded(
        tiny.submission(answers), lesson, dataclasses.replace(limits, cell_wall=5), PLAIN
    )
    assert scores(result) == {**dict.fromkeys(FULL, 0), "check-words": FULL["check-words"]}
    assert result.of("total").status == "timed out" and result.of("greet").status == "died"


def test_a_report_that_promises_more_than_the_cell_is_worth_is_not_believed(lesson, limits):
    forged = (
        "class Forged:\n    def _repr_mimebundle_(self, **k):\n"
        "        return {'text/plain': '1', 'application/vnd.functional-keras.report+json': {'version': 1, 'points': 1e9, 'score': 1e9,"
        " 'lines': []}}\ncheck = lambda *a, **k: Forged()"
    )
    assert (
        graded(tiny.submission(total="total = 1", greet=forged), lesson, limits)
        .of("check-greet")
        .score
        == 0
    )


def test_a_huge_file_is_refused_unread(lesson, limits):
    result = graded(b" " * 2048, lesson, dataclasses.replace(limits, submission=1024))
    assert result.status == "unreadable" and "too large" in result.reason and len(result.cells) == 4


@pytest.mark.parametrize(
    "value, score",
    [
        ("2", 2),
        ("0.5", 0.5),
        ("0", 0),
        (None, 3),
        ("nan", 0),
        ("inf", 0),
        ("-1", 0),
        ("4", 0),
        ("'text'", 0),
        ("True", 0),
    ],
)
def test_a_test_of_somebody_elses_scores_by_nbgraders_rules_without_its_gifts(value, score):
    cell = Lesson.from_notebook("tiny", tiny.instructor_notebook()).identified["check-total"]
    verdict = judge_value(cell, Run("ok", value=value))
    assert verdict.score == score and (verdict.reason != "") == (score < 3)


def test_a_notebook_made_with_nbgraders_toolbar_runs_whole(limits):
    def cell(source, **nbgrader):
        marks = {
            "grade": False,
            "solution": False,
            "locked": False,
            "schema_version": 3,
            "task": False,
            **nbgrader,
        }
        return {
            "cell_type": "code",
            "source": source,
            "outputs": [],
            "metadata": {"nbgrader": marks} if nbgrader else {},
        }

    hidden = "assert total == 45\n### BEGIN HIDDEN TESTS\nassert total < 46\n### END HIDDEN TESTS"
    notebook = {
        "nbformat": 4,
        "cells": [
            cell("limit = 10"),
            cell("### BEGIN SOLUTION\ntotal = 45\n### END SOLUTION", solution=True, grade_id="a"),
            cell(hidden, grade=True, locked=True, points=2, grade_id="b"),
            cell(
                "import sys\nprint('noise', file=sys.stderr)\nround(2.5)",
                grade=True,
                locked=True,
                points=3,
                grade_id="c",
            ),
            cell("essay = 1", grade=True, solution=True, points=5, grade_id="d"),
        ],
    }
    lesson = Lesson.from_notebook("old", notebook)
    result = graded(notebook, lesson, limits)
    assert scores(result) == {"b": 2, "c": 2, "d": 0}
    assert result.of("d").status == "manual"
    assert "45" in lesson.identified["b"].shown and "46" not in lesson.identified["b"].shown


def test_a_result_survives_being_stored(lesson, limits):
    result = graded(tiny.submission(total="total = 44"), lesson, limits)
    assert Result.from_json(result.to_json()) == result


@pytest.mark.parametrize("score", [float("nan"), float("inf"), -1, 4])
def test_a_result_holds_no_score_outside_the_points(score):
    with pytest.raises(ResultError):
        CellResult("check-total", score, 3, "met")


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"cells": [{}]}', "\x00"])
def test_what_is_no_stored_result_is_refused(text):
    with pytest.raises(ResultError):
        Result.from_json(text)


def test_a_function_that_only_prints_is_told_what_it_lacks(lesson, limits):
    result = graded(
        tiny.submission(greet="def greet(name):\n    print('Hello, ' + name + '!')"), lesson, limits
    )
    assert "found the function returned None" in result.of("check-greet").reason


def test_in_somebody_elses_notebook_a_function_called_check_is_theirs(limits):
    def cell(source, **nbgrader):
        marks = {
            "grade": False,
            "solution": False,
            "locked": False,
            "schema_version": 3,
            "task": False,
            **nbgrader,
        }
        return {
            "cell_type": "code",
            "source": source,
            "outputs": [],
            "metadata": {"nbgrader": marks} if nbgrader else {},
        }

    notebook = {
        "nbformat": 4,
        "cells": [
            cell("def check(value):\n    assert value == 45"),
            cell("### BEGIN SOLUTION\ntotal = 45\n### END SOLUTION", solution=True, grade_id="a"),
            cell("check(total)", grade=True, locked=True, points=2, grade_id="b"),
        ],
    }
    assert scores(graded(notebook, Lesson.from_notebook("old", notebook), limits)) == {"b": 2}


def test_a_lesson_of_ours_with_a_test_made_by_the_toolbar_counts_both(limits):
    notebook = tiny.instructor_notebook()
    marks = {
        "grade": True,
        "solution": False,
        "locked": True,
        "schema_version": 3,
        "task": False,
        "points": 4,
        "grade_id": "theirs",
    }
    notebook["cells"].append(
        {
            "cell_type": "code",
            "source": "assert total == 45",
            "id": "theirs",
            "outputs": [],
            "metadata": {"nbgrader": marks},
        }
    )
    lesson = Lesson.from_notebook("tiny", notebook)
    assert lesson.points == 12
    handed = tiny.submission()
    handed["cells"].append(notebook["cells"][-1])
    assert scores(graded(handed, lesson, limits)) == {**FULL, "theirs": 4}
