"""A notebook tells how far its student is: kept in the kernel, right after partial runs and re-runs, and of no weight for scores."""

import json

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from grader.checks import progress

SETUP = (
    "from grader.checks import check, expect, points_so_far\n\n"
    "# Lesson 07, points now + after you hand in:\n#   total 3 + 2, word 1,\n#   third 0.5 + 1\n"
    "# Not one of them: other 1"
)
TOTAL = "check(total, expect.value(45), expect.instance('int'), points=3)\n\n# Exercise: total"
WORD = "check(word, expect.value('a'), points=1)\n\n# Exercise: word"


@pytest.fixture
def notebook(monkeypatch):
    """Runs cells as a notebook does; the value is the bundle of what the last expression shows."""
    monkeypatch.setattr(progress, "_done", {})
    shell = InteractiveShell.instance()
    shell.user_ns["In"][:] = [""]

    def run(source):
        with capture_output():
            result = shell.run_cell(source, store_history=True)
            if result.result is None:
                return {}
            return shell.display_formatter.format(result.result)[0]

    yield run
    InteractiveShell.clear_instance()


def test_each_report_ends_with_the_points_so_far(notebook):
    notebook(SETUP)
    notebook("total = 45.0; word = 'b'")
    assert "lesson 07: 1.5 of 4.5 visible points, 0 of 3 exercises" in notebook(TOTAL)["text/html"]
    notebook("total = 45")
    shown = notebook(TOTAL)
    assert "lesson 07: 3 of 4.5 visible points, 1 of 3 exercises" in shown["text/html"]
    assert shown["text/plain"] == "3", "the number that nbgrader reads"
    assert "lesson 07: 3 of 4.5 visible points, 1 of 3" in notebook(WORD)["text/html"]


def test_a_check_that_ends_with_an_error_counts_no_more(notebook):
    notebook(SETUP)
    notebook("from grader.checks.ipython_errors import install; install()")
    notebook("total = 45")
    notebook(TOTAL)
    notebook("del total")
    assert notebook(TOTAL) == {}
    table = notebook("points_so_far()")["text/html"]
    assert "0 of 3</td><td>! stopped with an error" in table


def test_the_last_cell_shows_every_exercise_and_says_what_comes_later(notebook):
    notebook(SETUP)
    notebook("total = 45")
    notebook(TOTAL)
    table = notebook("points_so_far()")["text/html"]
    assert "<td>total</td><td>3 of 3</td><td>✓ met</td>" in table
    assert "<td>word</td><td>0 of 1</td><td>○ not checked in this session</td>" in table
    assert "<td>all</td><td>3 of 4.5</td><td>1 of 3 exercises met</td>" in table
    assert "3 more points are checked after you hand in" in table


def test_without_the_set_up_cell_it_says_what_to_run(notebook):
    notebook("from grader.checks import points_so_far")
    assert "set-up cell" in notebook("points_so_far()")["text/plain"]


def test_a_check_of_ones_own_is_not_counted(notebook):
    notebook(SETUP)
    notebook("total = 45")
    own = notebook("check(total, expect.value(45), points=100)")
    assert "visible points" not in own["text/html"]
    stranger = notebook("check(total, expect.value(45), points=100)\n# Exercise: nothing_of_ours")
    assert "visible points" not in stranger["text/html"]


def test_nothing_is_said_outside_a_notebook():
    from grader.checks import check, expect

    report = check(45, expect.value(45))
    assert "visible points" not in report._repr_html_() and progress._done.get("07") is None
    assert json.dumps(report.to_data())


def test_the_points_may_stand_in_one_line_as_they_once_did():
    line = "# Lesson 07, points now + after you hand in: total 3 + 2, word 1, third 0.5 + 1"
    assert progress.planned(line) == progress.planned(SETUP)
    assert len(progress.planned(SETUP)[1]) == 3
