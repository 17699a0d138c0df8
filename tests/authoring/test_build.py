"""`grader build`: what comes out of a source, and which sources are refused."""

import json
import pickle
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest

from grader.cli import main
from grader.course.folder import Course, CourseError
from grader.course.source import Problem, SourceError
from grader.course.sources import find_lessons, write_instructor_notebook
from grader.nbgrader_bridge.build import _is_ours, build
from grader.nbgrader_bridge.gradebook import _metadata

ROOT = Path(__file__).resolve().parents[2]

LESSON = '''\
# %% [markdown]
# # 01 · Tiny
# %% setup
from grader.checks import check, expect
# %% example
shown = 3
# %% solution="answer"
### BEGIN SOLUTION
half = 21
answer = half * 2
### END SOLUTION
# %% check="answer" points=3
check(answer, expect.value(42), points=3)
# %% hidden="answer" points=2
check(answer, expect.value(42), points=2)
# %% solution="double"
def double(x):
    """Twice x."""
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
# %% check="double" points=1
check(double, expect.calling(3).gives(expect.value(6)), points=1)
# %% solution="mend"
### BEGIN SOLUTION
mend = [n for n in range(3)]
### END SOLUTION
### BEGIN STUB
# mend = []
# for n in range(2):
#     mend.append(n)
### END STUB
# %% check="mend" points=1
check(mend, expect.value([0, 1, 2]), points=1)
'''


@pytest.fixture
def course(tmp_path):
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    write(tmp_path, LESSON)
    return tmp_path


def write(root, text):
    place = root / "solutions" / "01_tiny"
    place.mkdir(parents=True, exist_ok=True)
    (place / "01_tiny.py").write_text(text)


def released(root):
    return json.loads((root / "course/01_tiny/01_tiny.ipynb").read_text())


def sources(root):
    return {cell["id"]: "".join(cell["source"]) for cell in released(root)["cells"]}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    root = tmp_path_factory.mktemp("course")
    shutil.copy(ROOT / "nbgrader_config.py", root)
    write(root, LESSON)
    build(root)
    return root


def test_the_student_gets_one_line_for_each_name_a_check_looks_at(built):
    assert sources(built)["answer"] == "answer = ...  # your code here"


def test_a_function_keeps_its_head_and_docstring(built):
    assert (
        sources(built)["double"] == 'def double(x):\n    """Twice x."""\n    ...  # your code here'
    )


def test_a_stub_is_what_the_student_starts_from(built):
    assert sources(built)["mend"] == "mend = []\nfor n in range(2):\n    mend.append(n)"


def test_a_hidden_check_leaves_one_comment(built):
    assert sources(built)["hidden-answer"] == "# Hidden checks run here (2 points)"


def test_a_visible_check_says_how_many_points_are_checked_later(built):
    from grader.checks.ipython_errors import LATER

    check = sources(built)["check-answer"]
    assert check.splitlines()[-1] == "# 2 more points are checked after you hand in."
    assert LATER.search(check)[1] == "2"


def test_the_notebook_says_what_its_exercises_are_worth_and_ends_with_a_table(built):
    from grader.checks.progress import EXERCISE, Worth, planned

    cells = sources(built)
    worths = (Worth("answer", 3, 2), Worth("double", 1), Worth("mend", 1))
    assert planned(cells["setup"]) == ("01", worths)
    for exercise in ("answer", "double", "mend"):
        assert EXERCISE.search(cells[f"check-{exercise}"])[1] == exercise
    assert list(cells)[-1] == "points-so-far" and cells["points-so-far"].endswith("points_so_far()")


def test_no_answer_output_or_jupytext_note_is_released(built):
    text = (built / "course/01_tiny/01_tiny.ipynb").read_text()
    for leak in ("half = 21", "return 2", "BEGIN", "lines_to_next_cell", "jupytext", "output_type"):
        assert leak not in text


def test_only_the_notebook_is_released_not_its_source(built):
    (built / "solutions/01_tiny/answers").mkdir(exist_ok=True)
    (built / "solutions/01_tiny/answers/answer.py").write_text("answer = 42\n")
    build(built)
    assert [p.name for p in (built / "course/01_tiny").rglob("*")] == ["01_tiny.ipynb"]


def test_nbgrader_knows_the_lesson_and_its_points(built):
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{built}/gradebook.db") as gradebook:
        assert gradebook.find_assignment("01_tiny").max_score == 7


def test_a_rebuild_gives_the_same_bytes_in_another_folder(built, course):
    build(course)
    names = ("course/01_tiny/01_tiny.ipynb", "solutions/01_tiny/01_tiny.ipynb")
    assert [(course / n).read_bytes() for n in names] == [(built / n).read_bytes() for n in names]


def test_check_tells_what_would_change_and_touches_nothing(course):
    before = sorted(course.rglob("*"))
    assert build(course, check=True)[0].changed == ("01_tiny.ipynb",)
    assert [p for p in sorted(course.rglob("*")) if p.name != ".grader"] == before


def _own_cell(cells):
    cells.append({"cell_type": "code", "id": "own", "metadata": {}, "source": "x = 1"})


WORK = {
    "an answer typed and never run": lambda cells: cells[3].update(source=["answer = 42"]),
    "a changed example": lambda cells: cells[2].update(source="shown = 4"),
    "a changed check": lambda cells: cells[4].update(source="check(answer)"),
    "a changed text": lambda cells: cells[0].update(source=["# 01 · Tiny\n", "my notes"]),
    "a cell of one's own": _own_cell,
    "a cell taken out": lambda cells: cells.pop(2),
    "a cell that was run": lambda cells: cells[3].update(execution_count=1),
    "a picture pasted into a text": lambda cells: cells[0].update(
        attachments={"a.png": {"image/png": "AAAA"}}
    ),
}


def edit(course, change):
    """Change the student's notebook as JupyterLab would write it; the value is what then lies there."""
    place = course / "course/01_tiny/01_tiny.ipynb"
    notebook = json.loads(place.read_text())
    change(notebook["cells"])
    notebook["metadata"]["language_info"]["version"] = "3.11.9"
    place.write_text(json.dumps(notebook, indent=2))
    return place.read_bytes()


def copies(course):
    return {p.relative_to(course).as_posix(): p.read_bytes() for p in course.glob("kept/*/*")}


@pytest.mark.parametrize("what", WORK)
def test_work_of_any_kind_is_told_from_what_was_released(built, tmp_path, what):
    course = Path(shutil.copytree(built, tmp_path / "course"))
    inside = Path("01_tiny/01_tiny.ipynb")
    given = (course / "course" / inside).read_bytes()
    assert _is_ours(course, inside, edit(course, lambda cells: None), b"another")
    work = edit(course, WORK[what])
    assert not _is_ours(course, inside, work, given)
    shutil.rmtree(course / ".grader")
    assert not _is_ours(course, inside, work, given)


@pytest.mark.parametrize("remembered", [True, False], ids=["", "after make clean"])
def test_what_somebody_worked_on_is_kept_before_it_is_replaced(course, remembered):
    build(course)
    work = edit(course, WORK["an answer typed and never run"])
    if not remembered:
        shutil.rmtree(course / ".grader")
    write(course, LESSON.replace("shown = 3", "shown = 5"))
    said = []
    [lesson] = build(course, say=said.append)
    assert copies(course) == {lesson.kept[0]: work}
    assert lesson.kept[0] in said[0]
    assert "shown = 5" in sources(course).values()
    assert build(course)[0].changed == ()


def test_formgraders_own_generate_keeps_what_somebody_worked_on(course):
    """Its button, and `nbgrader generate_assignment --force`: nbgrader removes the folder before it calls any hook."""
    from nbgrader.apps import NbGraderAPI

    from grader.nbgrader_bridge.gradebook import nbgrader_app

    build(course)
    with nbgrader_app(Course(course)) as app:
        generate = lambda: NbGraderAPI(app.coursedir, parent=app).generate_assignment("01_tiny")
        assert generate()["success"] and not (course / "kept").exists()
        work = edit(course, WORK["an answer typed and never run"])
        made = generate()
    assert made["success"] and [*copies(course).values()] == [work]
    assert next(iter(copies(course))) in made["log"]
    assert sources(course)["answer"] == "answer = ...  # your code here"


@pytest.mark.parametrize(
    "change", [None, lambda cells: None], ids=["untouched", "opened and saved"]
)
def test_a_notebook_nobody_worked_on_leaves_no_copy(course, change):
    build(course)
    if change:
        edit(course, change)
    write(course, LESSON.replace("shown = 3", "shown = 5"))
    assert build(course)[0].kept == () and not (course / "kept").exists()


def test_two_copies_of_the_same_second_lie_side_by_side(course, monkeypatch):
    clock = SimpleNamespace(strftime=lambda _: "20260101-000000")
    monkeypatch.setattr("grader.nbgrader_bridge.build.time", clock)
    build(course)
    work = []
    for text in ("1", "2", "3"):
        work.append(edit(course, lambda cells: cells[3].update(source=f"answer = {text}")))
        build(course)
    assert sorted(copies(course).values()) == sorted(work)


def test_a_damaged_notebook_is_kept(course):
    build(course)
    (course / "course/01_tiny/01_tiny.ipynb").write_bytes(b'{"cells": [{"source": "answ')
    [lesson] = build(course)
    assert (course / lesson.kept[0]).read_bytes() == b'{"cells": [{"source": "answ'


def test_a_fresh_clone_is_known_by_its_commit(course):
    build(course)
    git = ["git", "-C", str(course), "-c", "user.name=a", "-c", "user.email=a@b"]
    for step in (["init", "-q"], ["add", "course"], ["commit", "-q", "-m", "x"]):
        subprocess.run([*git, *step], check=True)
    shutil.rmtree(course / ".grader")
    write(course, LESSON.replace("shown = 3", "shown = 5"))
    assert build(course)[0].kept == ()


def test_made_ready_for_grading_the_students_folder_is_not_touched(course):
    build(course)
    work = edit(course, WORK["an answer typed and never run"])
    write(course, LESSON.replace("shown = 3", "shown = 5"))
    write_instructor_notebook(course, "01_tiny")
    assert (course / "course/01_tiny/01_tiny.ipynb").read_bytes() == work
    assert not (course / "kept").exists()
    assert "shown = 5" in (course / "solutions/01_tiny/01_tiny.ipynb").read_text()


def test_a_lesson_out_of_shape_does_not_stop_the_others(course):
    for name, text in {
        "02_wrong": "# no title\n",
        "03_latin": b"# %% [markdown]\n# # \xe9\n",
        "04_named": None,
        "05_fine": LESSON,
    }.items():
        place = course / "solutions" / name
        place.mkdir()
        file = place / (f"{name}.py" if text else "other.py")
        file.write_bytes(text if isinstance(text, bytes) else (text or "").encode())
    said = []
    with pytest.raises(SourceError) as refused:
        build(course, say=said.append)
    assert {Path(p.path).parent.name for p in refused.value.problems} == {
        "02_wrong",
        "03_latin",
        "04_named",
    }
    assert "found other.py" in str(refused.value)
    assert sorted(p.name for p in (course / "course").iterdir()) == ["01_tiny", "05_fine"]
    assert [line.split(":")[0] for line in said] == sorted(
        p.name for p in (course / "solutions").iterdir()
    )


REFUSED = {
    "an unknown word on a marker": (
        "# %% example\n",
        "# %% exampel\n",
        5,
        "names one of setup, example",
    ),
    "a marker without an id": (
        '# %% solution="answer"',
        "# %% solution",
        7,
        "needs the id of its exercise",
    ),
    "an exercise that stands twice": (
        '# %% solution="double"',
        '# %% solution="answer"',
        16,
        "stands twice; the first is on line 7",
    ),
    "points that differ": (
        "expect.value(42), points=3)",
        "expect.value(42), points=4)",
        13,
        "marker says points=3 but check(…) says points=4",
    ),
    "a check that says no points": (
        "expect.value(42), points=3)",
        "expect.value(42))",
        13,
        "says no points",
    ),
    "a check without points on its marker": (
        'check="mend" points=1',
        'check="mend"',
        33,
        "needs points",
    ),
    "a region that is not closed": (
        "answer = half * 2\n### END SOLUTION",
        "answer = half * 2",
        8,
        "is not closed",
    ),
    "a region closed twice": (
        "### END STUB",
        "### END STUB\n### END STUB",
        33,
        "without ### BEGIN STUB",
    ),
    "a stub that is not commented": ("# mend = []", "mend = []", 28, "begins with '# '"),
    "a solution without a region": (
        "### BEGIN SOLUTION\nhalf = 21\nanswer = half * 2\n### END SOLUTION",
        "answer = 42",
        8,
        "needs ### BEGIN SOLUTION",
    ),
    "a solution that binds nothing its check uses": (
        "answer = half * 2",
        "result = half * 2",
        8,
        "binds no name that its check looks at",
    ),
    "an exercise without a check": (
        '# %% check="double" points=1\ncheck(double, expect.calling(3).gives(expect.value(6)), points=1)\n',
        "",
        16,
        "has no check",
    ),
    "a check that belongs to no exercise": (
        'hidden="answer"',
        'hidden="anwser"',
        14,
        "belongs to no exercise",
    ),
    "a check that needs an example's name": (
        "check(answer, expect.value(42), points=3)",
        "check(answer, expect.value(shown), points=3)",
        12,
        "only an example (line 5) binds",
    ),
    "a check that needs another exercise's name": (
        "expect.value([0, 1, 2])",
        "expect.value([0, 1, answer])",
        33,
        'only the solution cell of "answer" (line 7) binds',
    ),
    "a solution that needs an example's name": (
        "half = 21",
        "half = shown",
        7,
        "only an example (line 5) binds",
    ),
    "a name that nothing binds": (
        "half = 21",
        "half = whole / 2",
        7,
        "which nothing above it binds",
    ),
    "an absolute path in code": (
        "shown = 3",
        'shown = open("/home/me/data.csv")',
        6,
        "absolute path '/home/me/data.csv'",
    ),
    "an absolute path in text": (
        "# # 01 · Tiny",
        "# # 01 · Tiny\n# ![](/home/me/a.png)",
        3,
        "absolute path",
    ),
    "no title": ("# # 01 · Tiny", "# Tiny", 1, "opens with a markdown cell"),
    "points for words, without nbgrader's metadata": (
        "# %% example",
        '# %% [markdown] check="why" points=2\n# %% example',
        5,
        "check, points: such words stand on code cells",
    ),
    "a syntax error": ("shown = 3", "shown = = 3", 6, "not Python"),
    "two checks in one cell": (
        "check(mend, expect",
        "check(mend)\ncheck(mend, expect",
        33,
        "found 2",
    ),
    "a check that is not the last expression": (
        "expect.value(6)), points=1)",
        "expect.value(6)), points=1)\ndone = 1",
        22,
        "as its last expression",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_source_out_of_shape_is_refused_with_file_line_and_reason(course, what):
    old, new, line, reason = REFUSED[what]
    assert old in LESSON
    write(course, LESSON.replace(old, new, 1))
    with pytest.raises(SourceError) as refused:
        build(course)
    told = [p for p in refused.value.problems if p.line == line and reason in p.reason]
    assert told, f"expected line {line}: …{reason}…\n{refused.value}"
    assert str(told[0]).startswith(f"solutions/01_tiny/01_tiny.py:{line}: ")
    assert not (course / "course").exists()


def test_all_problems_are_told_at_once(course):
    write(course, LESSON.replace("half = 21", "half = shown").replace("points=3)", "points=4)"))
    with pytest.raises(SourceError) as refused:
        build(course)
    assert [p.line for p in refused.value.problems] == [7, 13]


def test_nbgraders_own_metadata_is_accepted(course):
    write(
        course,
        """\
# %% [markdown]
# # 01 · By hand
# %% nbgrader={"grade": false, "grade_id": "q1", "locked": false, "solution": true}
### BEGIN SOLUTION
x = 1
### END SOLUTION
# %% nbgrader={"grade": true, "grade_id": "t1", "locked": true, "solution": false, "points": 2}
assert x == 1
### BEGIN HIDDEN TESTS
assert x is not True
### END HIDDEN TESTS
""",
    )
    build(course)
    cells = {c["id"]: "".join(c["source"]) for c in released(course)["cells"]}
    assert cells["t1"] == "assert x == 1"
    assert "raise NotImplementedError" in cells["q1"]


def test_an_answer_in_words_stands_among_our_own_exercises(course):
    """A person grades it: with the role of a text, formgrader would have no field for its points."""
    marker = (
        '# %% [markdown] nbgrader={"grade": true, "solution": true, "grade_id": "why", "points": 2}'
    )
    write(course, f"{LESSON}{marker}\n# Why?\n")
    build(course)
    (cell,) = (c for c in released(course)["cells"] if c["id"] == "why")
    assert cell["cell_type"] == "markdown" and cell["metadata"]["nbgrader"]["points"] == 2
    lesson = Course(course).read("01_tiny", "01_tiny")
    assert lesson.marked
    (why,) = (c for c in lesson.cells if c.grade_id == "why")
    assert (why.role, why.exercise, why.manual, why.graded) == ("solution", "why", True, True)
    assert _metadata(why, nbformat.from_dict({"source": "Because."}))["nbgrader"]["grade"]


def test_a_folder_with_only_a_toolbar_made_notebook_is_taken_as_it_is(course):
    meta = {
        "grade": True,
        "grade_id": "t1",
        "locked": True,
        "solution": False,
        "points": 2,
        "schema_version": 3,
        "task": False,
        "cell_type": "code",
    }
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell("assert True", metadata={"nbgrader": meta}, id="abc")]
    )
    place = course / "solutions/02_toolbar"
    place.mkdir()
    nbformat.write(notebook, place / "exam.ipynb")
    before = (place / "exam.ipynb").read_bytes()
    build(course)
    assert (course / "course/02_toolbar/exam.ipynb").exists()
    assert (place / "exam.ipynb").read_bytes() == before


def test_an_unknown_lesson_is_told_with_the_known_ones(course):
    with pytest.raises(CourseError, match="no lesson is named '07'. Known: 01_tiny"):
        find_lessons(course, ["07"])
    assert [lesson.name for lesson in find_lessons(course, ["01"])] == ["01_tiny"]


def test_the_command_says_what_is_wrong_and_what_to_do_without_a_traceback(tmp_path, capsys):
    assert main.main(["build", "--root", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert said.startswith("grader build: no folder solutions/")
    assert "\n    → run this in the course's root" in said and "Traceback" not in said


def test_an_error_crosses_to_another_process_whole():
    error = pickle.loads(pickle.dumps(CourseError("what", "how")))
    assert (error.message, error.remedy, str(error)) == ("what", "how", "what\n    → how")
    source = pickle.loads(pickle.dumps(SourceError([Problem("a.py", 3, "why")])))
    assert str(source) == "a.py:3: why" and source.problems[0].line == 3


def test_outside_a_course_the_error_says_where_to_go(tmp_path):
    with pytest.raises(CourseError, match="run this in the course's root"):
        find_lessons(tmp_path)


def test_a_hidden_check_is_taken_out_whatever_words_a_course_has_for_hidden_tests(course):
    with (course / "nbgrader_config.py").open("a") as config:
        config.write('\nc.ClearHiddenTests.begin_test_delimeter = "VERSTECKT ANFANG"\n')
        config.write('c.ClearHiddenTests.end_test_delimeter = "VERSTECKT ENDE"\n')
    build(course)
    assert sources(course)["hidden-answer"] == "# Hidden checks run here (2 points)"
