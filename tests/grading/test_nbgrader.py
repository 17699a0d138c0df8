"""nbgrader's own commands work on the course's folder, through the same execution, and give the same scores."""

import csv
import os
import subprocess
import sys
from pathlib import Path

from nbgrader.api import Gradebook

from grader.batch.grade import grade
from grader.course.lock import one_run
from tests.grading import tiny


def nbgrader(course, *args):
    """Run one of nbgrader's commands in the course's root; returns its exit status and log."""
    env = {
        **os.environ,
        "PYTHONPATH": str(tiny.ROOT),
        "PATH": os.path.dirname(sys.executable) + os.pathsep + os.environ["PATH"],
    }
    run = subprocess.run(
        [sys.executable, "-m", "nbgrader", *args],
        cwd=course.root,
        env=env,
        capture_output=True,
        text=True,
    )
    return run.returncode, run.stdout + run.stderr


def score(course, student):
    with Gradebook(f"sqlite:///{course.root / 'gradebook.db'}") as book:
        return book.find_submission("tiny", student).score


def test_autograde_feedback_and_export(course):
    tiny.hand_in(course.root, "ada", tiny.submission(total="total = 44"))
    tiny.hand_in(course.root, "broken", b"{")
    duplicated = tiny.submission()
    duplicated["cells"].append(tiny.cell(duplicated, "check-total"))
    tiny.hand_in(course.root, "twice", duplicated)
    home = course.root / "submitted/ada/tiny"
    (home / "notes.txt").write_text("mine")
    (home / "leak.txt").symlink_to(course.root / "solutions/tiny/tiny.ipynb")
    (home / "page.html").write_text("<script>")
    (home / "folder").symlink_to("/etc")
    for name in ("endless.txt", "timestamp.txt"):  # copied, each fills the disk
        (home / name).symlink_to("/dev/zero")

    os.makedirs(os.path.join(os.fsencode(course.root / "submitted"), b"caf\xe9", b"tiny"))
    with open(os.path.join(os.fsencode(home.parents[1]), b"caf\xe9/tiny/tiny.ipynb"), "wb") as file:
        file.write(tiny.bytes_of(tiny.submission()))

    status, log = nbgrader(course, "autograde", "tiny")
    assert status == 0, log
    assert (score(course, "ada"), score(course, "broken"), score(course, "twice")) == (4, 0, 8)
    with Gradebook(f"sqlite:///{course.root / 'gradebook.db'}") as book:
        assert (book.find_student("ada").last_name, book.find_student("ada").first_name) == (
            "ada",
            "",
        )
    assert sorted(p.name for p in (course.root / "autograded/ada/tiny").iterdir()) == [
        "notes.txt",
        "tiny.ipynb",
    ]

    assert not list(course.state.glob("staged*/*/*"))

    status, log = nbgrader(course, "generate_feedback", "tiny")
    assert status == 0, log
    assert "expected 45, found 44" in (course.root / "feedback/ada/tiny/tiny.html").read_text()
    assert "not valid JSON" in (course.root / "feedback/broken/tiny/tiny.html").read_text()

    status, log = nbgrader(course, "export")
    assert status == 0, log
    with open(course.root / "grades.csv", newline="") as file:
        assert {line["student_id"]: line["score"] for line in csv.DictReader(file)} == {
            "ada": "4.0",
            "broken": "0.0",
            "twice": "8.0",
        }

    summary = grade(course)
    assert summary.judged == 0 and {row.student: row.score for row in summary.rows} == {
        "ada": 4,
        "broken": 0,
        "twice": 8,
    }


def test_autograde_in_a_fresh_course_finds_what_was_given_out_by_itself(course):
    import shutil

    shutil.rmtree(course.state / "release")
    tiny.hand_in(course.root, "ada", tiny.released_notebook())
    status, log = nbgrader(course, "autograde", "tiny")
    assert status == 0, log
    assert "Nothing was changed" in Path(course.root / "autograded/ada/tiny/tiny.ipynb").read_text()


def test_help_and_configuration_are_not_disturbed(course):
    status, log = nbgrader(course, "autograde", "--help-all")
    assert status == 0 and "Traceback" not in log
    status, log = nbgrader(course, "list")
    assert "Traceback" not in log


def test_autograde_does_not_begin_while_another_run_is_at_work(course):
    """Nor does generate_feedback: the gradebook and `autograded/` are being written."""
    tiny.hand_in(course.root, "ada", tiny.released_notebook())
    grade(course)
    page = course.root / "feedback" / "ada" / "tiny" / "tiny.html"
    page.write_text("as it was")
    with one_run(course):
        with one_run(course, again=True):  # what belongs to it goes on, and it is held still
            pass
        for what in ("autograde", "generate_feedback"):
            status, log = nbgrader(course, what, "tiny", "--force")
            assert status != 0 and f"Another run is at work here (process {os.getpid()})" in log
            assert "Traceback" not in log and page.read_text() == "as it was"
    status, log = nbgrader(course, "generate_feedback", "tiny", "--force")
    assert status == 0 and page.read_text() != "as it was"
