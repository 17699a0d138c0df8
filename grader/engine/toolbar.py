"""Tests made with nbgrader's toolbar: which of them can be judged apart from the student's code.

Such a test may use anything that the notebook holds: a data frame, a figure, what was printed. Whether what it needs can be carried
to the judge is tried once for each lesson, with the instructor's own answers: what a student hands in does not decide it. A test
that fails there runs in the student's process, as under nbgrader, and is named.
"""

import threading

from grader.course.submission import StudentCell, Submission

_known: dict = {}
_lock = threading.Lock()


def in_one_process(lesson, run):
    """The tests that share a process with the student's code, as grade_id to why.

    Parameters
    ----------
    lesson : grader.course.lesson.Lesson
    run : callable
        From a `Submission` to runs by position, with every test in the judge.
    """
    if lesson.marked:
        return {}
    with _lock:
        if lesson.key not in _known:
            own = Submission(tuple(StudentCell(c.cell_type, c.source, c, {}) for c in lesson.cells))
            runs = run(own)
            tests = [(n, c) for n, c in enumerate(lesson.cells) if is_test(c)]
            why = {c.grade_id: _missing(c, runs.get(n)) for n, c in tests}
            _known[lesson.key] = {name: reason for name, reason in why.items() if reason}
        return _known[lesson.key]


def is_test(cell):
    """Whether this cell is run as a test."""
    return cell.role in ("check", "hidden") and cell.cell_type == "code"


def _missing(cell, run):
    """Why the instructor's own answer does not pass a test in the judge; "" where it does."""
    if run is None or run.status != "ok":
        return (run and run.error) or "it was not run"
    score = run.report.get("score") if isinstance(run.report, dict) else run.value
    try:
        passed = score is None or float(score) >= cell.points
    except (TypeError, ValueError):
        passed = False
    return "" if passed else "the instructor's own answer does not pass it there"
