"""`grader bundle`: what is in the zip grades a lesson in a folder tree like Gradescope's."""

import io
import json
import os
import stat
import subprocess
import sys
import zipfile

import pytest

from grader.batch.grade import prepare
from grader.course.folder import Course, CourseError
from grader.course.lesson import Lesson
from grader.engine import sandbox
from grader.engine.result import CellResult, Result
from grader.lms import autograder
from grader.lms.bundle import bundle
from tests.grading import tiny
from tests.lms import classes


@pytest.fixture(scope="module")
def zipped(tmp_path_factory):
    root = tmp_path_factory.mktemp("course")
    course = Course.at(tiny.write_course(root))
    with pytest.raises(CourseError, match="released"):
        bundle(course, "tiny")
    prepare(course, "tiny")
    return bundle(course, "tiny")


@pytest.fixture
def tree(zipped, tmp_path):
    """The folders as Gradescope has them."""
    with zipfile.ZipFile(io.BytesIO(zipped)) as archive:
        archive.extractall(tmp_path / "source")
    (tmp_path / "submission").mkdir()
    (tmp_path / "results").mkdir()
    return tmp_path


def run(tree):
    """What the bundle's own script does and writes."""
    places = {"AUTOGRADER_ROOT": str(tree), "AUTOGRADER_PYTHON": sys.executable}
    done = subprocess.run(
        ["bash", tree / "source" / "run_autograder"],
        env={**os.environ, **places},
        cwd=tree,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return json.loads((tree / "results" / "results.json").read_text())


def test_a_submission_is_graded_in_the_bundle(tree):
    packages = tree / "source" / "packages"
    assert (packages / "grader/reports/style.css").is_file()
    answers = {
        **tiny.RIGHT,
        "greet": "def greet(name):\n    return 'Hello ' + name",
        "total": "total = 44",
    }
    notebook = tiny.bytes_of(tiny.submission(answers))
    (tree / "submission" / "Untitled3 (1).ipynb").write_bytes(notebook)
    (tree / "submission" / "scratch.ipynb").write_bytes(b'{"cells": []}')
    written = run(tree)
    told = {t["name"]: t for t in written["tests"]}
    assert [
        (t["name"], t["number"], t["score"], t["max_score"], t["visibility"])
        for t in written["tests"]
    ] == [
        ("total", "1.1", 1.0, 3, "visible"),
        ("total (hidden checks)", "1.2", 0.0, 2, "hidden"),
        ("greet", "2.1", 0.0, 2, "visible"),
        ("words", "3.1", 1.0, 1, "visible"),
    ]
    assert (told["words"]["status"], told["greet"]["status"]) == ("passed", "failed")
    assert "45" in told["total"]["output"] and "Hello, Ada!" in told["greet"]["output"]
    assert written["score"] == 2.0 and written["stdout_visibility"] == "hidden"
    seen = json.dumps([t for t in written["tests"] if t["visibility"] == "visible"])
    assert "HIDDEN TESTS" not in json.dumps(written) and "hidden" not in seen


def test_what_is_not_there_is_told_the_student(tree):
    (tree / "submission" / "essay.ipynb").write_bytes(b"")
    written = run(tree)
    assert written["score"] == 0 and written["tests"] == []
    assert (
        "no notebook of tiny" in written["output"]
        and "essay.ipynb: The file is empty" in written["output"]
    )


def test_nothing_runs_where_there_are_no_walls(tree, monkeypatch, capsys):
    lacking = sandbox.abilities().__class__(frozenset(), False, ("no Landlock",))
    monkeypatch.setattr(sandbox, "abilities", lambda: lacking)
    (tree / "submission" / "tiny.ipynb").write_bytes(classes.answer("x"))
    assert autograder.main(["gradescope", str(tree)]) == 0
    written = json.loads((tree / "results" / "results.json").read_text())
    assert "cannot wall in" in written["output"] and written["tests"] == []
    assert "no Landlock" in capsys.readouterr().out


def test_the_scripts_can_be_run_and_name_their_folders(zipped):
    with zipfile.ZipFile(io.BytesIO(zipped)) as archive:
        modes = {i.filename: i.external_attr >> 16 for i in archive.infolist()}
        names = archive.namelist()
        scripts = [archive.read(name).decode() for name in ("setup.sh", "run_autograder")]
        needed = archive.read("requirements.txt").decode().split()
    assert stat.S_IMODE(modes["setup.sh"]) == stat.S_IMODE(modes["run_autograder"]) == 0o755
    assert all("/autograder" in s and "@" not in s.replace("$@", "") for s in scripts)
    assert all("==" in line for line in needed) and {n.split("==")[0] for n in needed} >= {
        "keras",
        "ipykernel",
    }
    assert not [n for n in names if "__pycache__" in n] and len(names) == len(set(names))


def test_prairielearn_sees_of_hidden_checks_only_their_points():
    lesson = Lesson.from_notebook("tiny", tiny.instructor_notebook())
    cells = [
        CellResult(c.grade_id, c.points / 2, c.points, "partly", None, "why") for c in lesson.graded
    ]
    written = autograder.for_prairielearn(
        Result("tiny", "", "graded", cells=tuple(cells)), lesson, []
    )
    assert written["gradable"] and written["score"] == 0.5
    assert [(t["points"], t["max_points"], t["output"]) for t in written["tests"]] == [
        (1.5, 3, "why"),
        (1.0, 2, ""),
        (1.0, 2, "why"),
        (0.5, 1, "why"),
    ]
