"""All checks of one answer run one after the other in one process; what stops one of them does not decide another."""

import pytest

from grader.engine.cache import Verdicts
from grader.engine.cell_run import Limits, error_line
from grader.engine.grade_submission import grade_one
from grader.engine.runner import Ways, _Judge
from grader.engine.sandbox import abilities
from tests.engine import lessons

pytestmark = pytest.mark.skipif(not abilities().enough, reason="this machine has no sandbox")


@pytest.fixture
def units(monkeypatch):
    """How many checks each judging took together."""
    found, real = [], _Judge._judge
    monkeypatch.setattr(
        _Judge,
        "_judge",
        lambda self, unit, *rest: found.append(len(unit)) or real(self, unit, *rest),
    )
    return found


def scores(lesson, answers, verdicts, limits=Limits()):
    result = grade_one(lessons.submission(lesson, answers), lesson, limits, Ways(verdicts=verdicts))
    return {c.grade_id: (c.score, c.status) for c in result.cells if c.points}


def test_an_exercises_checks_are_judged_together_and_remembered_together(units, tmp_path):
    lesson = lessons.lesson(("a", "a = 1", "2 if a == 1 else 0", "2 if a == 1 else 1"))
    for given in (1, 2):
        expected = {1: 2, 2: 0}[given], {1: 2, 2: 1}[given]
        for mark in ("mine", "another's"):
            found = scores(lesson, {"a": f"a = {given}  # {mark}"}, Verdicts(tmp_path))
            assert (found["check-a"][0], found["hidden-a"][0]) == expected
    assert units == [2, 2]


def test_a_function_is_judged_check_by_check(units):
    lesson = lessons.lesson(
        ("f", "def f(n):\n    return n", "2 if f(1) == 1 else 0", "2 if f(2) == 2 else 0")
    )
    assert set(scores(lesson, {"f": "def f(n):\n    return n + 0"}, Verdicts()).values()) == {
        (2, "met")
    }
    assert units == [1, 1]


@pytest.mark.parametrize(
    "stops", ["while True: pass", "import os; os._exit(1)", "raise ValueError(1)"]
)
@pytest.mark.parametrize("first", [True, False])
def test_a_check_that_is_stopped_or_lost_leaves_the_other_its_verdict(stops, first):
    fine = "2 if a == 1 else 0"
    lesson = lessons.lesson(("a", "a = 1", *((stops, fine) if first else (fine, stops))))
    found = scores(lesson, {"a": "a = 1  # mine"}, Verdicts(), Limits(cell_cpu=3, cell_wall=8))
    stopped, other = ("check-a", "hidden-a") if first else ("hidden-a", "check-a")
    assert found[other] == (2, "met") and found[stopped][0] == 0


def test_what_cannot_be_taken_is_said_of_every_check(monkeypatch):
    from grader.engine import runner

    real = runner._Conductor._ask_for_answer

    def spoiled(self, exercise):
        answer = real(self, exercise)
        answer.message = answer.message[:-4]
        return answer

    monkeypatch.setattr(runner._Conductor, "_ask_for_answer", spoiled)
    lesson = lessons.lesson(("a", "a = 1", "2 if a == 1 else 0", "2 if a == 1 else 0"))
    found = scores(lesson, {"a": "a = 1  # mine"}, Verdicts())
    assert {status for _, status in found.values()} == {"raised"}


@pytest.mark.parametrize("file", ["1234.py", "<ipython-input-3-3650411>"])
def test_a_syntax_error_names_no_file_that_nobody_knows(file):
    """Two students' same slip would read differently, for the name holds a hash of the cell."""
    said = {"ename": "SyntaxError", "evalue": f"invalid syntax ({file}, line 1)"}
    assert error_line(said) == "SyntaxError: invalid syntax"
    named = {**said, "traceback": ["  Cell In[3], line 1"]}
    assert error_line(named) == "SyntaxError: invalid syntax (line 1)"
