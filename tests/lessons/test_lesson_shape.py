"""Every lesson keeps the rules of the course: goals, time, exercises with their points and hints, a repair, a recap."""

import re
import runpy

import nbformat
import pytest

from grader.cli import start
from tests.lessons import harness

LESSONS = harness.lessons()
EXERCISES = [exercise for lesson in LESSONS for exercise in harness.exercises(lesson)]

of_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name[:2])
of_exercise = pytest.mark.parametrize(
    "exercise", EXERCISES, ids=lambda exercise: f"{exercise.lesson.name[:2]}-{exercise.name}"
)


def _text(lesson):
    return "\n\n".join(cell.source for cell in harness.cells(lesson) if cell.role == "text")


def _statement(exercise):
    """The text cell right above the exercise."""
    all_cells = harness.cells(exercise.lesson)
    place = next(
        n
        for n, cell in enumerate(all_cells)
        if cell.role == "solution" and cell.exercise == exercise.name
    )
    assert all_cells[place - 1].role == "text"
    return all_cells[place - 1].source


@of_lesson
def test_it_opens_with_goals_and_its_time(lesson):
    opening = harness.cells(lesson)[0].source
    assert 3 <= len(re.findall(r"^- \*\*\w+\*\*", opening, re.M)) <= 5
    assert re.search(r"\d\d minutes", opening)


@of_lesson
def test_no_line_of_code_runs_out_of_its_cell(lesson):
    notebook = nbformat.read(harness.ROOT / f"course/{lesson.name}/{lesson.name}.ipynb", 4)
    shown = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    assert [line for line in shown.splitlines() if len(line) > 108] == []


@of_lesson
def test_its_pictures_go_with_the_notebook_and_are_few(lesson):
    shown = re.findall(r"!\[.+?\]\(\.\./\.\./(.+?)\)", _text(lesson))
    assert set(shown) <= {str(name) for _, name in start._files()}
    assert sum("/operations/" in picture for picture in shown) <= 2


def test_the_pictures_of_operations_are_what_their_code_draws():
    found = runpy.run_path(str(harness.ROOT / "assets/figures/operations/make.py"))
    kept = {path.stem: path.read_text("utf-8") for path in found["HERE"].glob("*.svg")}
    assert kept == {name: found["svg"](name) for name in found["FIGURES"]}


@of_lesson
def test_it_has_four_to_six_exercises_numbered_in_order(lesson):
    assert 4 <= len(harness.exercises(lesson)) <= 6
    numbers = [int(n) for n in re.findall(r"^### Exercise (?:\d+\.)?(\d+)", _text(lesson), re.M)]
    assert numbers == list(range(1, len(harness.exercises(lesson)) + 1))


@of_lesson
def test_it_lets_one_predict_has_something_to_repair_and_ends_with_a_recap_and_the_wild(lesson):
    text = _text(lesson).lower()
    assert "predict, then run" in text and "repair" in text
    assert text.rindex("## in the wild") > text.rindex("## what you know now")


@of_exercise
def test_its_statement_names_the_points_and_the_variables(exercise):
    statement = _statement(exercise)
    points = re.search(r"^### Exercise [\d.]+ .*\((\d+) points\)", statement, re.M)
    assert points and int(points[1]) == exercise.points
    names = set(re.findall(r"^(\w+) = \.\.\.", exercise.stub, re.M)) | set(
        re.findall(r"^def (\w+)", exercise.stub, re.M)
    )
    assert all(name in statement for name in names)


@of_exercise
def test_it_has_two_hints_folded_away(exercise):
    assert re.findall(r"<summary>(.*?)</summary>", _statement(exercise)) == ["Hint 1", "Hint 2"]


@of_exercise
def test_it_has_a_hidden_check(exercise):
    assert exercise.hidden


@of_exercise
def test_its_visible_check_does_not_hold_the_answer(exercise):
    """No line of the reference stands in the check that every student can read."""
    import ast

    def statements(source):
        return {
            ast.unparse(node)
            for node in ast.walk(ast.parse(source))
            if isinstance(node, (ast.Assign, ast.Return))
        }

    assert not statements(exercise.reference) & statements(exercise.check)
