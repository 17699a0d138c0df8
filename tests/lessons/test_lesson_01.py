"""Lesson 01: what its sample class earns, the counts of the syllabus, and the welcome beside the lessons."""

import json
import re

import pytest

from tests.lessons import harness

LESSON = harness.ROOT / "solutions" / "01_sequential_to_functional"
CLASS = harness.ROOT / "assets" / "sample_class"
EXPECTED = json.loads((CLASS / "expected.json").read_text(encoding="utf-8"))
STUDENTS = sorted(path.stem for path in CLASS.glob("student-*.py"))


def _answers(student):
    """The answers a student gave, by exercise."""
    import jupytext

    cells = jupytext.reads(
        (CLASS / f"{student}.py").read_text(encoding="utf-8"), fmt="py:percent"
    ).cells
    return {cell.metadata["answer"]: cell.source for cell in cells if "answer" in cell.metadata}


def test_the_sample_class_is_large_enough_and_every_student_has_an_expected_score():
    assert len(STUDENTS) >= 12
    assert set(STUDENTS) <= set(EXPECTED["students"])


def test_the_expected_points_are_those_of_the_lesson():
    assert EXPECTED["lesson"] == LESSON.name
    assert EXPECTED["points"] == {
        exercise.name: exercise.points for exercise in harness.exercises(LESSON)
    }


@pytest.mark.parametrize(
    "student", [s for s in STUDENTS if not EXPECTED["students"][s].get("endless")]
)
def test_a_student_of_the_sample_class_earns_the_expected_scores(keras, student):
    given = _answers(student)
    earned = {
        exercise.name: harness.judge(exercise, given.get(exercise.name, exercise.stub)).score
        for exercise in harness.exercises(LESSON)
    }
    assert earned == pytest.approx(EXPECTED["students"][student]["scores"], abs=1e-3)


def test_every_model_of_the_syllabus_is_promised_with_its_count():
    promised = sorted(parameters for _, parameters, _ in harness.counts(LESSON))
    assert promised == sorted(
        [
            25_450,
            3_265,
            3_562,
            3_466,
            3_466,
            160_305,
            55_050,
            6,
            6,
            601,
            601,
            89_720_705,
            89_720_705,
        ]
    )


def test_the_welcome_names_every_released_lesson_and_links_none_that_is_missing():
    course = harness.ROOT / "course"
    welcome = (course / "README.md").read_text(encoding="utf-8")
    assert all(f"| {path.parent.name[:2]} | " in welcome for path in course.glob("*/*.ipynb"))
    linked = re.findall(r"\]\(([^)]+\.ipynb)\)", welcome)
    assert linked and all((course / link).is_file() for link in linked)
