"""Which cells run and which verdicts stand when a part of a lesson is judged again; without a process of either kind."""

from grader.course.lesson import Lesson
from grader.course.submission import read_submission
from grader.engine import grade_submission, runner
from grader.engine.cell_run import Budget, Limits, Run
from grader.engine.grade_submission import Earlier, grade_one
from grader.engine.result import CellResult, Result
from tests.grading import tiny

LESSON = Lesson.from_notebook("tiny", tiny.instructor_notebook())
DATA = tiny.bytes_of(tiny.submission())
REPORT = {"version": 1, "points": 3.0, "score": 3.0, "lines": []}


def before(status="graded"):
    """A result in which every cell has a score that no run here would give."""
    cells = [CellResult(c.grade_id, 0.5, c.points, "partly", None, "before") for c in LESSON.graded]
    return Result("tiny", "", status, "", tuple(cells))


def judged(monkeypatch, earlier, ended=""):
    """The result, and what the runner was asked for; each check that it runs is met."""
    asked = []

    def run_all(read, lesson, limits, ways, only=None):
        asked.append(only)
        cells = [(n, c.lesson) for n, c in enumerate(read.cells) if c.lesson is not None]
        ran = {n: Run("ok", value=str(c.points)) for n, c in cells if c.graded}
        return ran, ended if only else ""

    monkeypatch.setattr(runner, "run_all", run_all)
    monkeypatch.setattr(grade_submission, "_told", lambda *a: ())
    monkeypatch.setattr(
        grade_submission,
        "_verdict",
        lambda cell, *a: (
            CellResult(cell.grade_id, cell.points, cell.points, "met") if cell.graded else None
        ),
    )
    return grade_one(DATA, LESSON, Limits(), runner.Ways(), earlier), asked


def scores(result):
    return {c.grade_id: c.score for c in result.cells}


def test_verdicts_of_changed_exercises_are_new_and_all_others_stand(monkeypatch):
    result, asked = judged(monkeypatch, Earlier(before(), frozenset({"total"})))
    assert asked == [frozenset({"total"})]
    assert scores(result) == {
        "check-total": 3,
        "hidden-total": 2,
        "check-greet": 0.5,
        "check-words": 0.5,
    }


def test_where_nothing_changed_nothing_runs(monkeypatch):
    result, asked = judged(monkeypatch, Earlier(before(), frozenset()))
    assert asked == [] and set(scores(result).values()) == {0.5}


def test_the_whole_is_judged_where_a_part_would_not_do(monkeypatch):
    whole = {"check-total": 3, "hidden-total": 2, "check-greet": 2, "check-words": 1}
    for earlier in (None, Earlier(before("timed out"), frozenset({"total"}))):
        result, asked = judged(monkeypatch, earlier)
        assert asked[-1] is None and scores(result) == whole
    result, asked = judged(monkeypatch, Earlier(before(), frozenset({"total"})), ended="timed out")
    assert asked == [frozenset({"total"}), None] and scores(result) == whole, (
        "the part ran into a limit"
    )


def conductor(only):
    read = read_submission(DATA, LESSON)
    return read, runner._Conductor(
        read, LESSON, Limits(), runner.Ways(), Budget(Limits()), frozenset(), {}, only
    )


def test_every_cell_of_the_student_runs_and_only_checks_that_changed():
    read, one = conductor(frozenset({"total"}))
    ids = {c.lesson.grade_id if c.lesson else "" for n, c in enumerate(read.cells) if n in one.code}
    assert {"setup", "total", "greet", "words", "check-total", "hidden-total"} <= ids
    assert not ids & {"check-greet", "check-words"}, "nor are they run as the student's own"
    assert set(one.judged.values()) == {"total"}
    read, every = conductor(None)
    assert set(every.judged.values()) == {"total", "greet", "words"}


def test_a_result_is_found_again_when_its_lesson_has_changed(tmp_path):
    from grader.engine.cache import ResultStore
    from grader.engine.work import Work

    store, work = ResultStore(tmp_path), Work(DATA, LESSON, Limits(cell_cpu=2.0))
    store.put(work.key, before())
    store.remember(work.key, work.data, work.lesson, work.limits, work.way)
    notebook = tiny.instructor_notebook()
    tiny.cell(notebook, "check-total")["metadata"]["nbgrader"]["points"] = 4
    changed = Lesson.from_notebook("tiny", notebook)
    assert store.earlier(DATA, changed, work.limits) == (before(), frozenset({"total"}))
    assert store.earlier(DATA, LESSON, work.limits) == (before(), frozenset())
    assert store.earlier(DATA + b" ", changed, work.limits) is None, "another submission"
    assert store.earlier(DATA, changed, Limits(cell_cpu=3.0)) is None, "other limits"
    assert store.earlier(DATA, changed, work.limits, "another way") is None
