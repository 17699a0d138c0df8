"""Tests made with nbgrader's toolbar are judged apart from the student's code, too, wherever what they need can be carried."""

import json

import pytest

from grader.course.lesson import Lesson
from grader.engine import runner
from grader.engine.grade_submission import Limits, grade_one
from grader.engine.runner import Ways
from grader.engine.sandbox import abilities

pytestmark = pytest.mark.skipif(not abilities().enough, reason="this machine has no sandbox")
HIDDEN = "\n### BEGIN HIDDEN TESTS\nassert square(9182) == 84309124, 'nine thousand'\n### END HIDDEN TESTS"
CELLS = (  # source, grade_id, kind, points
    ("import math\nimport numpy as np\nhelper = 4", "", "", 0),
    ("limit = 10", "given", "locked", 0),
    (
        "def square(x):\n    ### BEGIN SOLUTION\n    return x * x\n    ### END SOLUTION",
        "square",
        "solution",
        0,
    ),
    (
        "assert square(2) == helper\nassert square(np.ones(3)).tolist() == [1, 1, 1]",
        "test-square",
        "test",
        2,
    ),
    ("assert square(-3) == 9" + HIDDEN, "test-hidden", "test", 3),
    ("total = 45  # BEGIN SOLUTION", "total", "solution", 0),
    (
        "assert total == 45\nassert math.isclose(square(1.5), 2.25) and limit == 10",
        "test-total",
        "test",
        4,
    ),
    ("2.5 if total == 45 else 0", "test-partial", "test", 2.5),
    ("class Point:\n    x = 3\np = Point()", "point", "solution", 0),
    ("assert p.x == 3", "test-point", "test", 1),
)
RIGHT = {
    "square": "square = lambda x: x ** 2",
    "total": "total = sum(range(10))",
    "point": CELLS[8][0] + " ",
}
FULL = {"test-square": 2, "test-hidden": 3, "test-total": 4, "test-partial": 2.5, "test-point": 1}


def notebook(answers=None):
    cells = []
    for source, grade_id, kind, points in CELLS:
        if answers is not None and kind == "solution":
            source = answers.get(grade_id, "")
        marks = {
            "grade_id": grade_id,
            "grade": kind == "test",
            "solution": kind == "solution",
            "locked": kind in ("test", "locked"),
            "points": points,
        }
        metadata = {"nbgrader": marks} if kind else {}
        cells.append({"cell_type": "code", "source": source, "outputs": [], "metadata": metadata})
    return {"nbformat": 4, "cells": cells, "metadata": {}}


@pytest.fixture(scope="module")
def lesson():
    return Lesson.from_notebook("exam", notebook())


def graded(lesson, answers):
    data = json.dumps(notebook(answers)).encode()
    return grade_one(data, lesson, Limits(), Ways(verdicts=None))


def scores(result):
    return {c.grade_id: c.score for c in result.cells if c.points}


def test_a_right_answer_has_all_points_and_the_test_that_cannot_be_judged_apart_is_named(lesson):
    result = graded(lesson, RIGHT)
    assert scores(result) == FULL
    assert list(runner.tests_in_one_process(lesson, Limits())) == ["test-point"]
    assert "test-point" in " ".join(result.notes) and "test-total" not in " ".join(result.notes)


def test_without_its_asserts_no_test_is_passed(lesson):
    stripping = (
        "import ast\n"
        "class Strip(ast.NodeTransformer):\n    def visit_Assert(self, node): return ast.Pass()\n"
        "get_ipython().ast_transformers.append(Strip())\nsquare = lambda x: 0"
    )
    got = scores(graded(lesson, {"square": stripping, "total": "total = 0"}))
    assert {**got, "test-point": 0} == dict.fromkeys(FULL, 0)


def test_a_hidden_test_is_not_in_the_students_process_and_not_on_the_page(lesson):
    reading = (
        "def square(x):\n    return x * x if abs(x).max() < 9 else 1\n"
        "def square(x, real=square):\n    import numpy as np\n    return real(np.asarray(x))"
    )
    result = graded(lesson, {**RIGHT, "square": reading})
    assert scores(result) == {**FULL, "test-hidden": 0}
    assert result.of("test-hidden").reason == "A hidden test of this cell failed."
    spying = "import sys\ntotal = ' '.join(get_ipython().history_manager.input_hist_raw)\nassert 0, '91' + '82' in total"
    assert "True" not in str(graded(lesson, {**RIGHT, "total": spying}).cells)


def test_what_a_hidden_test_calls_with_comes_back_nowhere(lesson):
    records = "seen = []\ndef square(x):\n    seen.append(x)\n    return x * x"
    result = graded(
        lesson, {**RIGHT, "square": records, "total": "total = 45\nassert 0, str(seen)"}
    )
    assert result.of("test-hidden").score == 3
    assert "9182" not in str([c.reason for c in result.cells])


def one_test(test):
    """A lesson of one function and one test of the toolbar, with this text."""
    import copy

    cells = copy.deepcopy(notebook()["cells"][2:4])
    cells[0]["source"] = "def square(x):\n    return x * x"
    cells[1]["source"] = test
    setup = {"cell_type": "code", "outputs": [], "metadata": {}}
    setup["source"] = "from grader.checks import check, expect"
    return Lesson.from_notebook("one", {"nbformat": 4, "cells": [setup, *cells], "metadata": {}})


def answered(lesson, answer):
    cells = [
        {"cell_type": "code", "outputs": [], "source": c.source, "metadata": {}}
        for c in lesson.cells
    ]
    for cell, own in zip(cells, lesson.cells):
        if own.grade_id:
            marks = {"grade_id": own.grade_id, "points": own.points, "locked": own.locked}
            marks |= {"grade": own.role == "check", "solution": own.role == "solution"}
            cell["metadata"] = {"nbgrader": marks}
    cells[1]["source"] = answer
    data = json.dumps({"nbformat": 4, "cells": cells, "metadata": {}}).encode()
    return grade_one(data, lesson, Limits(), Ways(verdicts=None))


HIDE = "### BEGIN HIDDEN TESTS\n{}\n### END HIDDEN TESTS"


@pytest.mark.parametrize(
    ("test", "answer"),
    [
        (  # a visible line behind hidden ones: the answer raises there what it was asked before
            HIDE.format("assert square(9182) == 84309124") + "\nassert square(3) == 9",
            "kept = []\ndef square(n):\n    kept.append(n)\n    if n == 3:\n        raise ValueError(f'called with {kept}')\n    return n * n",
        ),
        (  # a report of ours in hidden lines
            "assert square(3) == 9\n"
            + HIDE.format(
                "check(square, expect.calling(9182).gives(expect.value(84309124)), points=2)"
            ),
            "def square(n):\n    return 9",
        ),
        (  # the last value
            "2 if square(3) == 9 else 0\n" + HIDE.format("f'{square(9182)} is wrong'"),
            "def square(n):\n    return 9 if n == 3 else n",
        ),
    ],
    ids=["raised", "reported", "the value"],
)
def test_what_hidden_lines_of_a_test_ask_is_in_no_reason(test, answer):
    lesson = one_test(test)
    result = answered(lesson, answer)
    assert result.of("test-square").score < 2
    assert "9182" not in result.of("test-square").reason
    assert "84309124" not in result.of("test-square").reason.replace(",", "")
    assert lesson.identified["test-square"].hides


SHARED = (  # a lock cannot be carried, so the first test runs in the student's process
    ("import threading", "", "", 0),
    ("lock, n = threading.Lock(), 3", "lock", "solution", 0),
    (
        "assert lock.acquire(False)\n"
        + HIDE.format("assert n == 3 and 9182 != 'x'")
        + "\nlock.release()",
        "test-lock",
        "test",
        2,
    ),
    ("m = 4", "m", "solution", 0),
    ("assert m == 4, m", "test-m", "test", 1),
    ("def f(x):\n    return x", "f", "solution", 0),
    ("assert f(2) == 2", "test-f", "test", 1),
    ("check(m, expect.value(4), points=1)", "test-report", "test", 1),
    ("1 if m == 4 else m", "test-value", "test", 1),
    ("assert not lock.locked(), (n, m)", "test-again", "test", 1),
)
HEARS = (
    "import threading\nlock, n, seen = threading.Lock(), {n}, []\n"
    "get_ipython().events.register('pre_run_cell', lambda info: seen.append(info.raw_cell))"
)
TELLS = "def text():\n    return ' '.join(seen).replace('\\n', ' | ')\n"


@pytest.fixture(scope="module")
def shared():
    setup = ("from grader.checks import check, expect", "", "", 0)
    return [setup, *SHARED]


@pytest.mark.parametrize(
    "told",
    [
        {"m": TELLS + "m = 5\nraise Exception(text())"},
        {"m": TELLS + "m = 5\nraise type(text(), (Exception,), {})"},
        {"m": TELLS + "m = text()"},
        {"m": TELLS + "m = 4", "f": "def f(x):\n    raise ValueError(text())"},
        {
            "lock": "class Lock:\n    def acquire(self, _):\n        raise ValueError(' '.join(seen))\nlock = Lock()"
        },
    ],
    ids=["raised", "a class", "a value", "a function", "in the test itself"],
)
def test_what_a_shared_process_met_of_hidden_lines_is_in_no_reason(shared, monkeypatch, told):
    monkeypatch.setattr("tests.engine.test_toolbar.CELLS", tuple(shared))
    lesson = Lesson.from_notebook("shared", notebook())
    ways = Ways(verdicts=None)
    assert "test-lock" in runner.tests_in_one_process(lesson, Limits())
    answers = {"m": "m = 4", "f": "def f(x):\n    return x"} | told
    answers["lock"] = HEARS.format(n=4) + "\n" + told.get("lock", "")

    def words(ways):
        data = json.dumps(notebook(answers)).encode()
        result = grade_one(data, lesson, Limits(), ways)
        assert result.of("test-lock").score == 0
        return str([(c.reason, c.report) for c in result.cells])

    assert "9182" not in words(ways)
    assert "9182" in words(Ways(verdicts=None, without=("mute",)))


def test_after_a_shared_test_with_hidden_lines_points_and_kinds_of_errors_stay(shared, monkeypatch):
    monkeypatch.setattr("tests.engine.test_toolbar.CELLS", tuple(shared))
    lesson = Lesson.from_notebook("shared", notebook())
    right = {"lock": shared[2][0], "m": "m = 4", "f": "def f(x):\n    return x"}
    points = {c.grade_id: c.points for c in lesson.graded}
    assert scores(graded(lesson, right)) == points
    result = graded(lesson, right | {"f": "def f(x):\n    return 1 / 0"})
    assert scores(result) == points | {"test-f": 0}
    assert result.of("test-f").reason == "The check raised ZeroDivisionError."
    result = graded(lesson, right | {"lock": "raise OSError('no lock')", "m": "m = 5"})
    assert result.of("lock").reason.startswith("This cell raised OSError: no lock")
    assert result.of("test-report").reason == "The check gave 0 of 1 points."
    result = graded(lesson, {"f": "def f(x):\n    return x"})
    told = {c.grade_id: c.reason for c in result.cells}
    assert told["test-lock"] == "No cell defines `lock`, which the check looks at."
    assert told["test-m"] == "No cell defines `m`, which the check looks at."
