"""A check or its points changed after grading: that exercise is judged again and no other, and nothing given by hand is lost."""

import json

import pytest
from nbgrader.api import Gradebook

from grader.batch.grade import grade
from grader.course.folder import Course
from grader.course.lesson import Lesson
from grader.nbgrader_bridge.by_hand import by_hand
from grader.nbgrader_bridge.gradebook import FillResults, look_up, nbgrader_app
from grader.reports import since, standing
from grader.reports.history import history
from tests.grading import tiny


def lesson_with(**sources):
    """The tiny lesson with other sources or points of some cells: grade_id=text, or grade_id=(text, points)."""
    notebook = tiny.instructor_notebook()
    for grade_id, new in sources.items():
        cell = tiny.cell(notebook, grade_id.replace("__", "-"))
        cell["source"], points = new if isinstance(new, tuple) else (new, None)
        if points:
            cell["metadata"]["nbgrader"]["points"] = points
    return notebook


def keys(notebook):
    lesson = Lesson.from_notebook("tiny", notebook)
    return {e: lesson.exercise_key(e) for e in lesson.exercises}


def differing(**sources):
    before, after = keys(tiny.instructor_notebook()), keys(lesson_with(**sources))
    return {e for e in before if before[e] != after[e]}


def test_what_a_change_reaches():
    assert differing(check__total="check(total, expect.value(44), points=3)") == {"total"}
    assert differing(
        check__total=(tiny.cell(tiny.instructor_notebook(), "check-total")["source"], 5)
    ) == {"total"}
    assert differing(setup="from grader.checks import check, expect\nimport math") == {
        "total",
        "greet",
        "words",
    }
    assert differing(**{"cell-2": "## Add\n\nOther words."}) == set()
    assert differing(greet=tiny.ANSWERS["greet"].replace("Hello", "Good day")) == {"greet"}


@pytest.mark.parametrize("points", [" total 3 + 2, greet 2", "\n#   total 3 + 2,\n#   greet 2"])
def test_what_the_set_up_says_of_points_decides_nothing(points):
    """Else a change of one exercise's points would change them all, and be told to each student as a changed cell."""
    from grader.course.submission import read_submission

    line = "\n\n# Lesson 07, points now + after you hand in:" + points
    assert differing(setup=tiny.SETUP + line) == set()
    lesson = Lesson.from_notebook("tiny", lesson_with(setup=tiny.SETUP + line))
    assert read_submission(tiny.bytes_of(tiny.submission()), lesson).notes == ()


HARDER = "check(total, expect.instance('int').worth(1), expect.value(45).worth(3), points=4)"


def change_the_lesson(course):
    path = course.root / "solutions/tiny/tiny.ipynb"
    path.write_text(json.dumps(lesson_with(check__total=(HARDER, 4))))


def test_only_the_changed_exercise_is_judged_again_and_what_was_given_by_hand_stays(course: Course):
    tiny.hand_in(
        course.root,
        "ada",
        tiny.submission(total="total = 44", greet="def greet(name):\n    return name"),
    )
    tiny.hand_in(course.root, "bob", tiny.submission())
    grade(course, feedback=False)
    url = f"sqlite:///{course.root / 'gradebook.db'}"
    with Gradebook(url) as book:
        given = book.find_grade("check-greet", "tiny", "tiny", "ada")
        given.manual_score, given.extra_credit = 1.5, 0.25
        book.find_comment("greet", "tiny", "tiny", "ada").manual_comment = "nearly"
        book.db.commit()
    before = {s.student: s.result for s in standing.submissions(course)}

    change_the_lesson(course)
    work = look_up(
        course,
        Lesson.read(course.root / "solutions/tiny/tiny.ipynb"),
        course.find("ada", "tiny", "tiny"),
        _limits(course),
    )[2]
    assert work.earlier is not None, "the earlier result is found again"
    summary = grade(course, feedback=False)
    (told,) = summary.changed
    assert "in total (6 points, were 5)" in told and "greet" not in told and summary.judged == 2
    assert grade(course, feedback=False).changed == [], "said once"

    now = {s.student: s.result for s in standing.submissions(course)}
    for student in ("ada", "bob"):
        for cell in ("check-greet", "check-words"):
            assert now[student].of(cell) == before[student].of(cell)
    assert now["ada"].of("check-total").score == 1 and now["bob"].of("check-total").score == 4
    with Gradebook(url) as book:
        given = book.find_grade("check-greet", "tiny", "tiny", "ada")
        assert (given.manual_score, given.extra_credit) == (1.5, 0.25)
        assert book.find_comment("greet", "tiny", "tiny", "ada").manual_comment == "nearly"
        assert book.find_grade("check-total", "tiny", "tiny", "bob").max_score == 4

    lines, moment = history(course.state).before("1")
    entered = by_hand(course.root / "gradebook.db")
    changes = since.changes(
        standing.submissions(course, lines=lines), standing.submissions(course), entered
    )
    assert [(c.student, c.before, c.after) for c in changes] == [
        ("bob", 8, 9)
    ] and moment == "the standing after run 1"
    assert "+1  bob  tiny: 8 → 9  (check-total 3 → 4)" in since.told(changes, moment)

    whole = grade(course, force=True, feedback=False)
    again = {s.student: s.result for s in standing.submissions(course)}
    assert again == now and whole.judged == 2, "a part judged again gives what the whole gives"


def _limits(course):
    with nbgrader_app(course) as app:
        return FillResults(config=app.config).limits


def test_a_change_of_text_alone_runs_nothing(fresh_course, monkeypatch):
    course = fresh_course  # one whose last result is that of this very lesson
    tiny.hand_in(course.root, "ada", tiny.submission())
    grade(course, feedback=False)
    (course.root / "solutions/tiny/tiny.ipynb").write_text(
        json.dumps(lesson_with(**{"cell-2": "Other words."}))
    )
    from grader.engine import runner

    monkeypatch.setattr(runner, "run_all", lambda *a: 1 / 0)
    summary = grade(course, feedback=False)
    assert summary.rows[0].score == 8 and not summary.failed


def test_the_history_outlives_a_torn_line_and_refuses_what_it_does_not_know(tmp_path):
    import pytest

    from grader.errors import GraderError
    from grader.reports.history import History

    first = History(tmp_path)
    with pytest.raises(GraderError, match="no run"):
        first.before("")
    first.begin()
    first.note("l", "ada", "l", "one")
    with open(tmp_path / "history.jsonl", "ab") as file:
        file.write(b'{"place": ["l", "bob"')
    second = History(tmp_path)
    second.begin()
    second.note("l", "ada", "l", "two")
    second.note("l", "ada", "l", "two")
    third = History(tmp_path)
    assert third.latest() == {("l", "ada", "l"): "two"} and len(third.lines) == 2
    assert first.latest(first.before("1")[0]) == {("l", "ada", "l"): "one"}
    assert first.before("") == first.before("1")[0:1] + ("the standing before run 2",)
    assert first.before("2000-01-01")[0] == 0
    for wrong in ("7", "yesterday"):
        with pytest.raises(GraderError):
            first.before(wrong)
