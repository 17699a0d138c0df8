"""`grader grade` on a whole class: nothing one student hands in touches another's grade."""

import contextlib
import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from grader.batch.grade import _tasks, grade, prepare
from grader.cli import main
from grader.course.folder import Course, CourseError
from grader.errors import GraderError
from grader.nbgrader_bridge import staging
from grader.reports.progress import Progress
from tests.grading import tiny


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
            status = main.main(list(args))
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
    (root / "submitted" / "nothing" / "tiny" / "essay.txt").touch()
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
        "broken": "JSON",
        "empty": "empty",
        "page": "JSON",
        "nul": "empty",
        "old": "old format",
        "other": "none of this lesson's cells",
        "two": "2 notebooks could be meant",
        "nothing": "no notebook tiny.ipynb",
        "folder": "is a folder",
        "linked": "link",
        "away": "link",
        "pipe": "no ordinary file",
        "file": "is a file",
    }


def test_an_empty_folder_is_no_submission_and_is_named(course):
    tiny.hand_in(course.root, "right", tiny.submission())
    (course.root / "submitted" / "hollow" / "tiny").mkdir(parents=True)
    summary = grade(course)
    assert [*by_student(summary)] == ["right"]
    assert summary.skipped == [("hollow/tiny", "is empty: nothing was handed in")]


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
    assert table_of(course.root) == sorted(
        (s, 8.0 if s in ("right", "renamed") else 0.0) for s in rows
    )


def test_names_of_students_may_be_odd(course):
    names = ["Zoë Müller", "a+b", "O'Hara, J.", "<script>", "x{y}", "=1+1", "line\nbreak", "[a]"]
    for name in names:
        tiny.hand_in(course.root, name, tiny.released_notebook())
    summary = grade(course)
    left = {"[a]", "line\nbreak", "<script>"}
    graded = set(names) - left
    assert set(by_student(summary)) == graded and not summary.failed
    assert {path for path, why in summary.skipped} == left
    assert [s for s, _ in table_of(course.root)] == sorted(graded - {"=1+1"} | {"'=1+1"})


def test_a_lesson_that_cannot_be_made_ready_stops_no_other(fresh_course):
    broken = fresh_course.root / "solutions" / "02_broken"
    broken.mkdir()
    (broken / "02_broken.py").write_text("# %% example\nx = = 1\n")
    skipped = []
    tasks = _tasks(fresh_course, {"02_broken": ["ada"], tiny.NAME: ["bob"]}, skipped)
    assert [(t.student, t.lesson) for t in tasks] == [("bob", tiny.NAME)]
    [(lesson, why)] = skipped
    assert lesson == "02_broken" and "02_broken.py:2: not Python" in why and "\n" not in why
    with pytest.raises(GraderError, match="not Python"):
        _tasks(fresh_course, {"02_broken": ["ada"]}, [])


def test_grading_twice_changes_nothing_and_runs_nothing(fresh_course):
    tiny.hand_in(fresh_course.root, "right", tiny.submission())
    tiny.hand_in(fresh_course.root, "wrong", tiny.submission(total="total = 44"))
    first = grade(fresh_course)
    pages = {p: p.read_bytes() for p in fresh_course.root.glob("*graded/*/*/*")} | {
        p: p.read_bytes() for p in fresh_course.root.glob("feedback/*/*/*")
    }
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
    told = io.StringIO()
    assert grade(course, progress=Progress(told)).rows[0].score == 5.5
    assert "ada  tiny  5.5 of 8" in told.getvalue(), "as a run goes it says what its table will"
    assert "Almost." in (course.root / "feedback/ada/tiny/tiny.html").read_text()
    assert grade(course, force=True).rows[0].score == 5.5


def test_a_late_submission_gets_nbgraders_penalty(course):
    with open(course.root / "nbgrader_config.py", "a") as config:
        config.write("\nc.LateSubmissionPlugin.penalty_method = 'zero'\n")
        config.write("c.SubmissionExporter.timestamps = True\n")
    tiny.hand_in(course.root, "ada", tiny.submission())
    (course.root / "submitted/ada/tiny/timestamp.txt").write_text("2026-01-02 00:00:00 UTC")
    assert grade(course).rows[0].score == 8
    with gradebook(course) as book:
        book.update_or_create_assignment("tiny", duedate="2026-01-01 00:00:00 UTC")
    row = grade(course).rows[0]
    assert (row.score, row.penalty) == (0, 8)
    assert "Handed in late" in (course.root / "feedback/ada/tiny/tiny.html").read_text()


def test_a_time_that_a_student_wrote_counts_for_nothing(course):
    tiny.hand_in(course.root, "ada", tiny.submission())
    (course.root / "submitted/ada/tiny/timestamp.txt").write_text("1999-01-02 00:00:00 UTC")
    with gradebook(course) as book:
        book.update_or_create_assignment("tiny", duedate="2026-01-01 00:00:00 UTC")
    grade(course)
    with gradebook(course) as book:
        assert book.find_submission("tiny", "ada").timestamp is None
    assert not (course.root / "autograded/ada/tiny/timestamp.txt").exists()


@pytest.mark.parametrize(
    "text", ["", "yesterday", "9999999-01-01", "\0", "2026-13-45 99:99:99 UTC"]
)
def test_a_timestamp_that_says_no_time_is_left_aside(course, text):
    with open(course.root / "nbgrader_config.py", "a") as config:
        config.write("\nc.SubmissionExporter.timestamps = True\n")
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
    for name in ("data.xml", "data.txt.html", "data.svgz", "data", "data.mht", ".txt", "a\n.txt"):
        (home / name).write_text("<script>")
    before = {p: p.read_bytes() for p in home.iterdir()}
    grade(course)
    assert before == {p: p.read_bytes() for p in home.iterdir()}
    assert sorted(p.name for p in (course.root / "autograded/ada/tiny").iterdir()) == [
        "data.txt",
        "tiny.ipynb",
    ]
    assert sorted(p.name for p in (course.root / "feedback/ada/tiny").iterdir()) == [
        "data.txt",
        "tiny.html",
    ]


def test_a_folder_that_becomes_a_link_while_it_is_looked_at_leads_nowhere(course, monkeypatch):
    """Whoever may write into their folder during grading exchanges what was looked at for a link to what is another's."""
    tiny.hand_in(course.root, "right", tiny.submission())
    own = tiny.hand_in(course.root, "eve", tiny.released_notebook())
    (own.parent / "aa").mkdir()
    (course.root / "grades.csv").write_text("secret")
    plain, opening = staging._plain, os.open

    def exchange(path, target):
        if not path.is_symlink():
            path.rename(path.with_name(f".was-{path.name}"))
            path.symlink_to(target)

    def listing(name):
        if name == "aa":
            exchange(own.parent / "aa", course.root)
        return plain(name)

    monkeypatch.setattr(staging, "_plain", listing)
    staging.stage(course, "eve", "tiny", ["tiny"], "seen")
    assert [p.name for p in (course.root / "seen").rglob("*") if p.is_file()] == ["tiny.ipynb"]

    def opening_late(*arguments, **more):
        exchange(own, course.root / "submitted/right/tiny/tiny.ipynb")
        return opening(*arguments, **more)

    monkeypatch.setattr(os, "open", opening_late)
    found = course.find("eve", "tiny")
    assert (found.refused, found.data) == ("refused", b"") and "link" in found.reason


@pytest.mark.parametrize(
    "name", ["timestamp.txt", "Timestamp.TXT", "tiny.html", "other.html", "notes"]
)
def test_a_students_folder_takes_no_name_that_nbgrader_writes_at(course, name):
    (course.root / "solutions/tiny/notes").write_text("given with the lesson")
    home = tiny.hand_in(course.root, "ada", tiny.submission()).parent
    (home / name).mkdir()
    (home / name / "a.txt").write_text("mine")
    (row,) = grade(course).rows
    assert row.score == 8 and not (course.root / "feedback/ada/tiny" / name).is_dir()


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
    source.write_text(
        source.read_text().replace("expect.value(45).worth(2)", "expect.value(46).worth(2)")
    )
    summary = grade(fresh_course)
    assert summary.judged == 1 and summary.rows[0].score == 6


def test_a_fault_of_the_graders_own_costs_one_student_and_is_not_kept(fresh_course, monkeypatch):
    import grader.engine.work

    tiny.hand_in(fresh_course.root, "ada", tiny.submission())
    tiny.hand_in(fresh_course.root, "bob", tiny.released_notebook())

    def failing(data, *rest, honest=grader.engine.work.grade_one):
        if b"total = 45" in data:
            raise OSError("no room")
        return honest(data, *rest)

    monkeypatch.setattr(grader.engine.work, "grade_one", failing)
    summary = grade(fresh_course)
    assert (
        summary.failed == 1
        and by_student(summary)["ada"].status == "failed"
        and by_student(summary)["bob"].status == "untouched"
    )
    monkeypatch.undo()
    assert by_student(grade(fresh_course))["ada"].score == 8


def test_a_killed_run_goes_on_where_it_stopped(fresh_course):
    for n in range(4):
        tiny.hand_in(fresh_course.root, f"s{n}", tiny.submission(total=f"total = {45 + n}"))
    run = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "grader.cli.main",
            "grade",
            "--root",
            str(fresh_course.root),
            "--jobs",
            "1",
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    while (
        "Grading 1/4" not in run.stdout.readline()
    ):  # a busy machine may say first what still runs
        pass
    run.kill()
    run.communicate()
    summary = grade(fresh_course)
    assert summary.remembered >= 1 and summary.judged + summary.remembered == 4
    assert table_of(fresh_course.root) == [("s0", 8.0), ("s1", 4.0), ("s2", 4.0), ("s3", 4.0)]


def test_a_run_killed_while_nbgrader_writes_loses_nothing(course):
    for n in range(3):
        tiny.hand_in(course.root, f"s{n}", tiny.submission(total=f"total = {45 + n}"))
    run = subprocess.Popen(
        [sys.executable, "-m", "grader.cli.main", "grade", "--root", str(course.root)],
        stdout=subprocess.PIPE,
        text=True,
    )
    while "Grading 1/3" not in run.stdout.readline():
        pass
    run.kill()
    run.communicate()
    assert grade(course).remembered >= 1
    assert table_of(course.root) == [("s0", 8.0), ("s1", 4.0), ("s2", 4.0)]


def test_an_unknown_lesson_is_answered_with_the_known_ones(course):
    status, out, err = command("grade", "nope", "--root", str(course.root))
    assert (
        status == 2
        and "nope" in err
        and "no lesson is named 'nope'. Known: tiny" in err
        and not out
    )


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
    from grader.engine import grade_submission
    from grader.engine.sandbox import Abilities

    monkeypatch.delenv("GRADER_NO_SANDBOX", raising=False)
    monkeypatch.setattr(grade_submission, "abilities", lambda: Abilities((), False, ("no walls",)))
    tiny.hand_in(course.root, "ada", tiny.submission(words="words = ['one', 'two', 'three'] + []"))
    status, _, err = command("grade", "--root", str(course.root))
    assert (
        status == 2
        and "no walls" in err
        and "--no-sandbox" in err
        and not (course.root / "grades.csv").exists()
    )
    monkeypatch.setenv("GRADER_NO_SANDBOX", "1")
    status, out, _ = command("grade", "--root", str(course.root), "--no-sandbox")
    assert status == 0 and "8 of 8" in out


def test_grading_never_writes_into_the_folder_where_people_work(fresh_course):
    """Also where nothing is built, or what is built is older than its source."""
    source = Path(tiny.ROOT / "solutions/01_sequential_to_functional")
    name = source.name
    home = fresh_course.root / "solutions" / name
    home.mkdir()
    (home / f"{name}.py").write_bytes((source / f"{name}.py").read_bytes())
    work = fresh_course.root / "course" / name / f"{name}.ipynb"
    work.parent.mkdir()
    work.write_text("an answer that nobody else has")
    prepare(fresh_course, name)
    assert work.read_text() == "an answer that nobody else has"
    assert len(list(work.parent.iterdir())) == 1
    assert fresh_course.is_released(name, name) and (home / f"{name}.ipynb").is_file()


def test_what_is_graded_for_nobody_is_named_and_the_exit_status_says_so(course):
    tiny.hand_in(course.root, "ada", tiny.released_notebook())
    submitted = course.root / "submitted"
    (submitted / "eve").mkdir()
    (submitted / "eve" / "tiny.ipynb").write_bytes(tiny.bytes_of(tiny.submission()))
    (submitted / "mal" / "lesson01").mkdir(parents=True)
    (submitted / "all.zip").write_text("x")
    (submitted / "nobody").mkdir()
    odd = [b"[a]", b"line\nbreak", b"what?", b"caf\xe9", b" a", b"a ", b"\xe2\x80\xa8"]
    odd += [b"zed<img src=x onerror=1>", b'a"b', b"a\\b", b"a`b"]
    (submitted / "Tom & O'Brien").mkdir()
    for name in odd:
        home = os.path.join(os.fsencode(submitted), name, b"tiny")
        os.makedirs(home)
    (submitted / "ada" / ".ipynb_checkpoints").mkdir()
    status, out, err = command("grade", "--root", str(course.root))
    assert status == 1 and "1 submissions" in out
    for words in ("eve/tiny.ipynb is no lesson", "mal/lesson01 is no lesson", "all.zip is a file"):
        assert words in err
    assert "it holds '<'; rename it" in err and "O'Brien is empty" in err
    assert "nobody is empty" in err and err.count("nbgrader cannot handle") == len(odd)
    assert "checkpoints" not in err
    assert [s for s, _ in table_of(course.root)] == ["ada"]


def lines_of(root):
    with open(root / "grades.csv", newline="") as file:
        return list(csv.DictReader(file))


def test_the_scores_are_in_order_with_exercises_and_tell_0_from_nothing(course):
    for student in ("zoe", "=cmd|x", "ada", "@b", "0", "b; =c"):
        tiny.hand_in(course.root, student, tiny.submission(total="total = 44"))
    grade(course)
    first = (course.root / "grades.csv").read_bytes()
    with gradebook(course) as book:
        book.update_or_create_student("late")
        book.update_or_create_assignment("never handed in")
    grade(course, force=True)
    lines = lines_of(course.root)
    assert [line["student_id"] for line in lines] == [
        "0",
        "'=cmd|x",
        "'@b",
        "ada",
        "b; '=c",
        "late",
        "zoe",
    ]
    assert {line["assignment"] for line in lines} == {"tiny"}
    by_name = {line["student_id"]: line for line in lines}
    assert by_name["late"]["score"] == by_name["late"]["exercise total"] == ""
    assert by_name["ada"]["score"] == "4.0" and by_name["ada"]["exercise total"] == "1.0"
    assert list(lines[0])[-3:] == ["exercise total", "exercise greet", "exercise words"]
    grade(course)
    with gradebook(course) as book:
        book.remove_student("late")
    grade(course)
    assert (course.root / "grades.csv").read_bytes() == first


def test_a_first_run_knows_nothing_from_before(fresh_course):
    for student in ("ada", "bob", "eve"):
        tiny.hand_in(fresh_course.root, student, tiny.submission())
    tiny.hand_in(fresh_course.root, "no", tiny.submission(), name="x").rename(
        fresh_course.root / "submitted/no/tiny/x.txt"
    )
    first, second = grade(fresh_course, jobs=1), grade(fresh_course)
    assert (first.judged, first.remembered, first.unread) == (3, 0, 1)
    assert (second.judged, second.remembered, second.unread) == (0, 3, 1)


def test_the_instructors_table_says_what_a_hidden_check_found_and_the_students_page_does_not(
    course,
):
    tiny.hand_in(course.root, "ada", tiny.submission(total="total = 44"))
    (row,) = grade(course).rows
    assert " ".join(row.reasons).count("the value: expected 45, found 44") == 1
    page = course.root / "feedback/ada/tiny/tiny.html"
    hidden = page.read_text().split("Hidden checks of total")[1].split("</section>")[0]
    assert "44" not in hidden
    with open(course.root / "nbgrader_config.py", "a") as config:
        config.write("\nc.FeedbackExporter.hidden = 'findings'\n")
    for due, shown in ((None, True), ("2999-01-01", False), ("2001-01-01", True)):
        with gradebook(course) as book:
            book.update_or_create_assignment("tiny", duedate=due and f"{due} 00:00:00 UTC")
        grade(course)
        hidden = page.read_text().split("Hidden checks of total")[1].split("</section>")[0]
        assert ("44" in hidden) is shown and "check(" not in hidden, due


def garbage(path):
    path.write_bytes(b"no database at all" * 100)


def truncated(path):
    path.write_bytes(path.read_bytes()[:-30_000])


def empty(path):
    path.write_bytes(b"")


def folder(path):
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("damage", [garbage, truncated, empty, folder])
def test_a_gradebook_that_is_none_is_told_in_a_sentence_and_left_as_it_is(course, damage):
    tiny.hand_in(course.root, "ada", tiny.submission())
    path = course.root / "gradebook.db"
    damage(path)
    before = path.read_bytes() if path.is_file() else None
    status, _, err = command("grade", "--root", str(course.root))
    assert status == 2 and err.startswith("grader grade: gradebook.db") and "Traceback" not in err
    assert (path.read_bytes() if path.is_file() else None) == before


def test_a_gradebook_that_another_program_holds_is_told_in_a_sentence(course, monkeypatch):
    import sqlite3

    from grader.batch import preflight

    monkeypatch.setattr(preflight, "PATIENCE", 0.1)
    tiny.hand_in(course.root, "ada", tiny.submission())
    other = sqlite3.connect(course.root / "gradebook.db")
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(CourseError, match="gradebook.db could not be opened: database is locked"):
        grade(course)
    other.close()
    assert grade(course).rows[0].score == 8


def test_two_runs_at_once_are_one_too_many(course):
    from grader.course.lock import one_run

    tiny.hand_in(course.root, "ada", tiny.submission())
    with one_run(course), pytest.raises(CourseError, match=f"process {os.getpid()}"):
        grade(course)
    assert grade(course).rows[0].score == 8


@pytest.mark.parametrize("where", ["nowhere/grades.csv", "feedback"])
def test_scores_that_can_be_written_nowhere_are_refused_before_anything_is_judged(course, where):
    tiny.hand_in(course.root, "ada", tiny.submission())
    (course.root / "feedback").mkdir()
    status, out, err = command(
        "grade", "--root", str(course.root), "--csv", str(course.root / where)
    )
    assert status == 2 and "cannot be written" in err and not out


def test_a_full_disk_is_told_in_a_sentence(course, monkeypatch):
    import errno

    from grader.nbgrader_bridge.writer import Records

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(course.root / "x"))

    monkeypatch.setattr(Records, "write", full)
    tiny.hand_in(course.root, "ada", tiny.submission())
    with pytest.raises(CourseError, match="no space left on device .x.* kept"):
        grade(course)


@pytest.mark.parametrize("kind", ["pipe", "ascii"])
def test_a_terminal_that_goes_or_knows_no_unicode_brings_no_traceback(course, kind):
    tiny.hand_in(course.root, "Zoë", tiny.submission())
    run = subprocess.Popen(
        [sys.executable, "-m", "grader.cli.main", "grade", "--root", str(course.root)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONIOENCODING": "ascii"} if kind == "ascii" else None,
    )
    if kind == "pipe":
        run.stdout.close()
        err = run.stderr.read()
        assert run.wait() == 141 and not err
    else:
        out, err = run.communicate()
        assert run.returncode == 0 and not err and b"Zo?" in out


def test_what_runs_for_long_is_named(fresh_course, monkeypatch):
    from grader.batch import executor

    class Waits:
        said = []

        def waiting(self, names):
            self.said += names

        def __getattr__(self, name):
            return lambda *_: None

    monkeypatch.setattr(executor, "PATIENCE", 0.5)
    tiny.hand_in(fresh_course.root, "ada", tiny.submission(total="while True: pass"))
    grade(fresh_course, progress=Waits())
    assert any("ada" in said and " s)" in said for said in Waits.said)


def test_ones_own_notebook_is_tried_and_nothing_is_recorded(course):
    work = course.root / "course/tiny/tiny.ipynb"
    work.write_bytes(tiny.bytes_of(tiny.submission(total="total = 44")))
    before = {p: p.stat().st_mtime_ns for p in course.root.iterdir() if p.is_file()}
    status, out, err = command("try", "--root", str(course.root), "--no-browser")
    assert status == 0 and not err, err
    assert "the value: expected 45, found 44" in " ".join(out.split())
    (page,) = [line.removeprefix("Feedback: ") for line in out.splitlines() if "Feedback:" in line]
    assert "<strong>4</strong> of 8" in Path(page).read_text()
    assert before == {p: p.stat().st_mtime_ns for p in course.root.iterdir() if p.is_file()}
    assert not (course.root / "feedback").exists() and not list(
        (course.root / "submitted").iterdir()
    )
    assert work.read_bytes() == tiny.bytes_of(tiny.submission(total="total = 44"))
    status, _, err = command("try", "nope", "--root", str(course.root))
    assert status == 2 and "Known: tiny" in err
    (course.root / "nbgrader_config.py").unlink()
    status, _, err = command("try", "tiny", "--root", str(course.root))
    assert status == 2 and "hidden checks lie in the repository" in err and "of a clone" in err


def test_a_root_that_cannot_be_written_is_told_in_a_sentence(course, monkeypatch):
    from grader.batch import preflight

    tiny.hand_in(course.root, "ada", tiny.submission())
    monkeypatch.setattr(preflight.os, "access", lambda *_: False)
    with pytest.raises(CourseError, match="cannot be written .Permission denied."):
        grade(course)


def test_a_folder_of_submissions_that_cannot_be_read_is_told_in_a_sentence(course, monkeypatch):
    from grader.course import folder

    tiny.hand_in(course.root, "ada", tiny.submission())
    listed = folder.listed
    closed = course.root / "submitted"
    monkeypatch.setattr(
        folder, "listed", lambda f, *most: None if f == closed else listed(f, *most)
    )
    with pytest.raises(CourseError, match="submitted cannot be read"):
        grade(course)


def test_a_full_disk_is_called_so(tmp_path, monkeypatch):
    from grader.nbgrader_bridge import gradebook

    gradebook._no_room(tmp_path)
    monkeypatch.setattr(gradebook, "ROOM", 1 << 60)
    with pytest.raises(CourseError, match="no room on the disk"):
        gradebook._no_room(tmp_path)


def test_of_a_hidden_check_the_table_tells_what_no_visible_one_found():
    from grader.checks.report import Line
    from grader.reports.rows import _known

    told = [("net", Line("unmet", "shape", "(3,)", "(4,)"))]
    assert _known("net", Line("unmet", "shape", "(3,); no bias", "(4,)"), told)
    assert not _known("net", Line("unmet", "shape", "(3,)", "(5,)"), told)
    assert not _known("net", Line("unmet", "shape", "(2,)", "(4,)"), told)
    assert not _known("other", Line("unmet", "shape", "(3,)", "(4,)"), told)
