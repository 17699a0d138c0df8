"""`grader new`, as a newcomer would: an empty folder, then every command of the week. The exercises are plain Python, without a model."""

import json
import re
import shutil

import pytest

from grader.batch.grade import grade
from grader.checks import expect
from grader.cli.new import new_course, new_lesson
from grader.course.folder import Course, CourseError
from grader.course.sources import find_lessons, valid_source
from grader.lms.scores import scores
from grader.nbgrader_bridge.build import build
from grader.verify.parallel import verify
from grader.verify.results import good
from tests.lms.test_collect import command

LESSON = "01_first_steps"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A new course of plain Python, built."""
    root = new_course(tmp_path_factory.mktemp("new") / "words", "plain")
    build(root)
    return Course.at(root)


def test_what_students_get_has_no_answers(made):
    text = (made.root / "course" / LESSON / f"{LESSON}.ipynb").read_text()
    assert "your code here" in text and "found.get" not in text and "Red fish" not in text
    assert len((made.root / "README.md").read_text().splitlines()) <= 12


def test_the_checks_of_a_new_course_stand(made):
    assert good(verify(made.root, (), 4, 0, 1))


def test_a_week_of_a_new_course(made, tmp_path):
    released = json.loads((made.root / "course" / LESSON / f"{LESSON}.ipynb").read_text())
    solved = made.root / "solutions" / LESSON / f"{LESSON}.ipynb"
    (tmp_path / "in" / "ann").mkdir(parents=True)
    (tmp_path / "in" / "bob").mkdir()
    (tmp_path / "in" / "bob" / "x.ipynb").write_text(json.dumps(released))
    shutil.copy(solved, tmp_path / "in" / "ann" / "x.ipynb")
    status, _, err = command("collect", tmp_path / "in", "--root", made.root)
    assert status == 0, err
    rows = {row.student: row.score for row in grade(made).rows}
    assert rows == {"ann": 5, "bob": 0}
    assert (made.root / "feedback" / "ann" / LESSON / f"{LESSON}.html").is_file()
    assert scores(made)[LESSON]["ann"].points == 5


def test_another_lesson_builds_as_it_is(made, tmp_path):
    root = tmp_path / "words"
    shutil.copytree(made.root, root)
    status, out, _ = command("new", "lesson", "02_more-words", "--root", root)
    assert status == 0 and "02_more-words.py" in out
    (built,) = build(root, ("02",))
    text = (root / "course/02_more-words/02_more-words.ipynb").read_text()
    assert "02 · More words" in text and built.changed


@pytest.mark.parametrize(
    "names, why",
    [
        (("lesson", LESSON), "There is a lesson"),
        (("lesson", "a b"), "cannot name a lesson"),
        (("lesson", "../evil"), "cannot name a lesson"),
        (("lesson", "a", "b"), "is not a name"),
        (("lesson",), "is not a name"),
        (("other",), "is a course already"),
    ],
)
def test_what_is_there_is_never_touched(made, names, why):
    before = {p: p.stat().st_mtime_ns for p in made.root.rglob("*")}
    status, _, err = command("new", *names, "--root", made.root)
    assert status == 2 and why in err
    assert before == {p: p.stat().st_mtime_ns for p in made.root.rglob("*")}


def test_a_folder_with_something_in_it_is_refused(tmp_path):
    (tmp_path / "essay.txt").write_text("mine")
    status, _, err = command("new", ".", "--root", tmp_path)
    assert status == 2 and "is not empty" in err and len(list(tmp_path.iterdir())) == 1


def test_a_lesson_with_a_model_is_written_too(tmp_path):
    """Its source is in shape, and its expressions are of the vocabulary."""
    root = new_course(tmp_path / "nets")
    with pytest.raises(CourseError, match="There is a lesson"):
        new_lesson(Course.at(root), LESSON)
    cells = valid_source(find_lessons(root)[0])
    words = set(re.findall(r"expect\.(\w+)", "".join(c.source for c in cells)))
    assert words and words <= set(expect.__all__)
