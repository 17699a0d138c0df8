"""`grader grade` on a whole class: nothing one student hands in touches another's grade."""

import contextlib
import csv
import io
import json
import os
import subprocess
import sys

import pytest
import tiny
from nbgrader.api import Gradebook

from grader import cli
from grader.course import Course, CourseError
from grader.grade import grade


def by_student(summary):
    return {row.student: row for row in summary.rows}


def table_of(root):
    """grades.csv as (student, score) pairs."""
    with open(root / "grades.csv", newline="") as file:
        return sorted((line["student_id"], float(line["score"])) for line in csv.DictReader(file))


def gradebook(course):
    return Gradebook(f"sqlite:///{course.root / 'gradebook.db'}")


def command(*args):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            status = cli.main(list(args))
        except SystemExit as stop:
            status = stop.code
    return status, out.getvalue(), err.getvalue()


def bad_class(root):
    """Hand in everything that can go wrong; returns what each one's reason must say."""
    hand_in = tiny.hand_in
    hand_in(root, "broken", b'{"cells": [')
    hand_in(root, "empty", b"")
    hand_in(root, "page", b"<html>")
    hand_in(root, "nul", b"\0" * 100)
    hand_in(root, "old", json.dumps({"nbformat": 3, "worksheets": [{"cells": "no"}]}).encode())
    hand_in(root, "renamed", tiny.submission(), name="tiny (1)")
    hand_in(root, "other", {"nbformat": 4, "cells": [tiny.own_cell("x = 1")]}, name="holiday")
    hand_in(root, "two", tiny.submission(), name="a")
    hand_in(root, "two", tiny.submission(), name="b")
    (root / "submitted" / "nothing" / "tiny").mkdir(parents=True)
    (root / "submitted" / "folder" / "tiny" / "tiny.ipynb").mkdir(parents=True)
    secret = root / "secret.ipynb"
    secret.write_bytes(tiny.bytes_of(tiny.submission()))
    hand_in(root, "linked", b"").unlink()
    (root / "submitted" / "linked" / "tiny" / "tiny.ipynb").symlink_to(secret)
    (root / "submitted" / "away").mkdir()
    (root / "submitted" / "away" / "tiny").symlink_to(root / "submitted" / "right" / "tiny")
    hand_in(root, "pipe", b"").unlink()
    os.mkfifo(root / "submitted" / "pipe" / "tiny" / "tiny.ipynb")
    (root / "submitted" / "file").mkdir()
    (root / "submitted" / "file" / "tiny").write_text("not a folder")
    return {
        "broken": "JSON", "empty": "empty", "page": "JSON", "nul": "empty", "old": "old format", "other": "none of this lesson's cells",
        "two": "2 notebooks could be meant", "nothing": "no notebook tiny.ipynb", "folder": "is a folder", "linked": "link", "away": "link",
        "pipe": "no ordinary file", "file": "is a file",
    }


def test_one_bad_submission_never_stops_the_class(course):
    tiny.hand_in(course.root, "right", tiny.submission())
    expected = bad_class(course.root)
    rows = by_student(grade(course))
    assert rows["right"].score == rows["renamed"].score == 8
    assert "tiny (1).ipynb" in rows["renamed"].reasons[0]
    for student, words in expected.items():
        assert rows[student].score == 0 and words in " ".join(rows[student].reasons), student
        page = course.root / "feedback" / student / "tiny" / "tiny.html"
        assert words.replace("'", "&#x27;") in page.read_text(), student
    assert table_of(course.root) == sorted((s, 8.0 if s in ("right", "renamed") else 0.0) for s in rows)


def test_names_of_students_may_be_odd(course):
    names = ["Zoë Müller", "a+b", "O'Hara, J.", "<script>", "x{y}", "=1+1", "line\nbreak", "[a]"]
    for name in names:
        tiny.hand_in(course.root, name, tiny.released_notebook())
    rows = by_student(grade(course))
    assert set(rows) == set(names)
    assert {s for s, r in rows.items() if r.status == "failed"} == {"[a]", "line\nbreak"}
    assert "nbgrader cannot handle" in rows["[a]"].reasons[0]
    assert [s for s, _ in table_of(course.root)] == sorted(set(names) - {"[a]", "line\nbreak"})


def test_grading_twice_changes_nothing_and_runs_nothing(fresh_course):
    tiny.hand_in(fresh_course.root, "right", tiny.submission())
    tiny.hand_in(fresh_course.root, "wrong", tiny.submission(total="total = 44"))
    first = grade(fresh_course)
    pages = {p: p.read_bytes() for p in fresh_course.root.glob("*graded/*/*/*")} | {p: p.read_bytes() for p in fresh_course.root.glob("feedback/*/*/*")}
    second = grade(fresh_course)
    assert (first.judged, second.judged, second.remembered) == (2, 0, 2)
    assert first.rows == second.rows
    assert pages == {p: p.read_bytes() for p in pages}
    third = grade(fresh_course, force=True)
    assert third.judged == 2 and third.rows == first.rows
    with gradebook(fresh_course) as book:
        assert len(book.assignment_submissions("tiny")) == 2


def test_a_new_submission_replaces_the_old_grade(course):
    tiny.hand_in(course.root, "ada", tiny.submission(total="total = 44"))
    assert grade(course).rows[0].score == 4
    tiny.hand_in(course.root, "ada", tiny.submission())
    summary = grade(course)
    assert summary.rows[0].score == 8 and table_of(course.root) == [("ada", 8.0)]


def test_equal_notebooks_are_run_once(fresh_course):
    for student in ("ada", "bob", "eve"):
        tiny.hand_in(fresh_course.root, student, tiny.submission())
    grade(fresh_course, jobs=1)
    assert len(list((fresh_course.state / "results").rglob("*.json"))) == 1
    assert {row.score for row in grade(fresh_course).rows} == {8}


def test_a_grade_given_by_hand_stays(course):
    tiny.hand_in(course.root, "ada", tiny.submission(total="total = 44"))
    grade(course)
    with gradebook(course) as book:
        book.find_grade("check-total", "tiny", "tiny", "ada").manual_score = 2.5
        book.find_comment("total", "tiny", "tiny", "ada").manual_comment = "Almost."
        book.db.commit()
    assert grade(course).rows[0].score == 5.5
    assert "Almost." in (course.root / "feedback/ada/tiny/tiny.html").read_text()
    assert grade(course, force=True).rows[0].score == 5.5


def test_a_late_submission_gets_nbgraders_penalty(course):
    with open(course.root / "nbgrader_config.py", "a") as config:
        config.write("\nc.LateSubmissionPlugin.penalty_method = 'zero'\n")
    tiny.hand_in(course.root, "ada", tiny.submission())
    (course.root / "submitted/ada/tiny/timestamp.txt").write_text("2026-01-02 00:00:00 UTC")
    assert grade(course).rows[0].score == 8
    with gradebook(course) as book:
        book.update_or_create_assignment("tiny", duedate="2026-01-01 00:00:00 UTC")
    row = grade(course).rows[0]
    assert (row.score, row.penalty) == (0, 8)
    assert "Handed in late" in (course.root / "feedback/ada/tiny/tiny.html").read_text()


@pytest.mark.parametrize("text", ["", "yesterday", "9999999-01-01", "\0", "2026-13-45 99:99:99 UTC"])
def test_a_timestamp_that_says_no_time_is_left_aside(course, text):
    tiny.hand_in(course.root, "ada", tiny.released_notebook())
    (course.root / "submitted/ada/tiny/timestamp.txt").write_text(text)
    assert grade(course).rows[0].status == "untouched"


def test_other_files_of_a_student_are_neither_changed_nor_followed(course):
    tiny.hand_in(course.root, "ada", tiny.submission())
    tiny.hand_in(course.root, "ada", {"cells": []}, name="diary")
    home = course.root / "submitted/ada/tiny"
    (home / "data.txt").write_text("mine")
    (home / "page.html").write_text("<script>")
    (home / "leak.txt").symlink_to(course.root / "solutions/tiny/tiny.ipynb")
    before = {p: p.read_bytes() for p in home.iterdir()}
    grade(course)
    assert before == {p: p.read_bytes() for p in home.iterdir()}
    assert sorted(p.name for p in (course.root / "autograded/ada/tiny").iterdir()) == ["data.txt", "tiny.ipynb"]
    assert sorted(p.name for p in (course.root / "feedback/ada/tiny").iterdir()) == ["data.txt", "tiny.html"]


def test_a_damaged_result_is_judged_again(fresh_course):
    tiny.hand_in(fresh_course.root, "ada", tiny.submission())
    grade(fresh_course)
    for path in (fresh_course.state / "results").rglob("*.json"):
        path.write_text(path.read_text()[:50])
    summary = grade(fresh_course)
    assert summary.judged == 1 and summary.rows[0].score == 8


def test_a_lesson_that_has_changed_is_judged_again(fresh_course):
    tiny.hand_in(fresh_course.root, "ada", tiny.submission())
    grade(fresh_course)
    source = fresh_course.root / "solutions/tiny/tiny.ipynb"
    source.write_text(source.read_text().replace("expect.value(45).worth(2)", "expect.value(46).worth(2)"))
    summary = grade(fresh_course)
    assert summary.judged == 1 and summary.rows[0].score == 6


def test_a_fault_of_the_graders_own_costs_one_student_and_is_not_kept(fresh_course, monkeypatch):
    import grader.gradebook

    tiny.hand_in(fresh_course.root, "ada", tiny.submission())
    tiny.hand_in(fresh_course.root, "bob", tiny.released_notebook())

    def failing(data, *rest, honest=grader.gradebook.grade_one):
        if b"total = 45" in data:
            raise OSError("no room")
        return honest(data, *rest)

    monkeypatch.setattr(grader.gradebook, "grade_one", failing)
    summary = grade(fresh_course)
    assert summary.failed == 1 and by_student(summary)["ada"].status == "failed" and by_student(summary)["bob"].status == "untouched"
    monkeypatch.undo()
    assert by_student(grade(fresh_course))["ada"].score == 8


def test_a_killed_run_goes_on_where_it_stopped(fresh_course):
    for n in range(4):
        tiny.hand_in(fresh_course.root, f"s{n}", tiny.submission(total=f"total = {45 + n}"))
    run = subprocess.Popen([sys.executable, "-m", "grader.cli", "grade", "--root", str(fresh_course.root), "--jobs", "1"], stdout=subprocess.PIPE, text=True)
    assert "Grading 1/4" in run.stdout.readline()
    run.kill()
    run.communicate()
    summary = grade(fresh_course)
    assert summary.remembered >= 1 and summary.judged + summary.remembered == 4
    assert table_of(fresh_course.root) == [("s0", 8.0), ("s1", 4.0), ("s2", 4.0), ("s3", 4.0)]


def test_a_run_killed_while_nbgrader_writes_loses_nothing(course):
    for n in range(3):
        tiny.hand_in(course.root, f"s{n}", tiny.submission(total=f"total = {45 + n}"))
    run = subprocess.Popen([sys.executable, "-m", "grader.cli", "grade", "--root", str(course.root)], stdout=subprocess.PIPE, text=True)
    while "Grading 1/3" not in run.stdout.readline():
        pass
    run.kill()
    run.communicate()
    assert grade(course).remembered >= 1
    assert table_of(course.root) == [("s0", 8.0), ("s1", 4.0), ("s2", 4.0)]


def test_an_unknown_lesson_is_answered_with_the_known_ones(course):
    status, out, err = command("grade", "nope", "--root", str(course.root))
    assert status == 2 and "nope" in err and "Known: tiny" in err and not out


def test_nothing_handed_in_is_answered_with_the_layout(course):
    (course.root / "submitted").rmdir()
    status, _, err = command("grade", "--root", str(course.root))
    assert status == 2 and "submitted/STUDENT/LESSON/LESSON.ipynb" in err
    (course.root / "submitted").mkdir()
    status, _, err = command("grade", "--root", str(course.root))
    assert status == 2 and "submitted/STUDENT/tiny/tiny.ipynb" in err


def test_an_unknown_student_is_said_so(course):
    tiny.hand_in(course.root, "ada", tiny.released_notebook())
    with pytest.raises(CourseError, match="bob"):
        grade(course, students=("bob",))


def test_a_folder_that_is_no_course_is_said_so(tmp_path):
    status, _, err = command("grade", "--root", str(tmp_path))
    assert status == 2 and "nbgrader_config.py" in err


@pytest.mark.parametrize("jobs", ["0", "-1", "many"])
def test_a_wrong_number_of_jobs_is_refused(course, jobs):
    status, _, err = command("grade", "--root", str(course.root), "--jobs", jobs)
    assert status == 2 and "1 or more" in err


def test_the_command_prints_table_reasons_and_paths(course):
    tiny.hand_in(course.root, "ada", tiny.submission(total="total = 44"))
    tiny.hand_in(course.root, "bob", b"{")
    status, out, err = command("grade", "ti", "--root", str(course.root))
    assert status == 0 and not err
    assert "total: the value: expected 45, found 44" in " ".join(out.split())
    assert "1 of them could not be graded" in out and "grades.csv" in out and "feedback" in out


def test_a_course_knows_its_lessons(course):
    assert course.lessons == ("tiny",) and Course.at(course.root).notebooks("tiny") == ("tiny",)


def test_a_machine_without_walls_refuses_until_told_otherwise(course, monkeypatch):
    from grader.engine import one
    from grader.engine.sandbox import Abilities

    monkeypatch.delenv("GRADER_NO_SANDBOX", raising=False)
    monkeypatch.setattr(one, "abilities", lambda: Abilities((), False, ("no walls",)))
    tiny.hand_in(course.root, "ada", tiny.submission(words="words = ['one', 'two', 'three'] + []"))
    status, _, err = command("grade", "--root", str(course.root))
    assert status == 2 and "no walls" in err and "--no-sandbox" in err and not (course.root / "grades.csv").exists()
    monkeypatch.setenv("GRADER_NO_SANDBOX", "1")
    status, out, _ = command("grade", "--root", str(course.root), "--no-sandbox")
    assert status == 0 and "8 of 8" in out
