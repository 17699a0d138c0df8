"""What students open is exactly what the sources give, and holds no answer."""

import json
from pathlib import Path

import pytest

from grader.course.sources import find_lessons
from grader.nbgrader_bridge.build import build

ROOT = Path(__file__).resolve().parents[1]
LESSONS = [lesson.name for lesson in find_lessons(ROOT)]


def test_course_is_what_the_sources_give():
    stale = [
        f"course/{lesson.name}/{name}"
        for lesson in build(ROOT, check=True)
        for name in lesson.changed
    ]
    assert not stale, f"run `grader build`: {', '.join(stale)} differ from the sources"


def test_course_holds_no_lesson_without_a_source():
    assert [
        p.name
        for p in sorted((ROOT / "course").iterdir())
        if p.is_dir() and not p.name.startswith(".")
    ] == LESSONS


@pytest.mark.parametrize("name", LESSONS)
def test_student_notebook_holds_no_answer_and_no_output(name):
    notebook = json.loads((ROOT / f"course/{name}/{name}.ipynb").read_text())
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        assert not cell.get("outputs"), f"cell {cell['id']} carries an output"
        assert (
            "BEGIN SOLUTION" not in source
            and "BEGIN HIDDEN" not in source
            and "BEGIN STUB" not in source
        )
        if cell["metadata"].get("course", {}).get("role") == "hidden":
            assert source.startswith("# Hidden checks run here (") and "\n" not in source
