"""`grader watch`: what is handed in is graded when it is whole, and not before."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time

import pytest

from grader.batch import grade as batch
from grader.batch import watch as watching
from grader.batch.watch import Arrivals, watch
from grader.course.folder import CourseError
from grader.engine.result import nothing_earned
from grader.reports.summary import Summary
from tests.grading import tiny


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def arrivals(course):
    made = Arrivals(course, (tiny.NAME,), Clock())
    return made


def after(arrivals, seconds):
    arrivals.clock.now += seconds
    return arrivals.ready()


def test_a_file_is_taken_when_it_is_whole_and_again_when_it_changes(course, arrivals):
    whole = tiny.bytes_of(tiny.submission())
    path = tiny.hand_in(course.root, "ada", whole[:100])
    assert not arrivals.ready() and not after(arrivals, watching.SETTLED * 2)
    path.write_bytes(whole)
    assert not after(arrivals, 0.01)
    assert after(arrivals, watching.SETTLED) == [("ada", tiny.NAME)]
    assert not after(arrivals, 60)
    path.write_bytes(tiny.bytes_of(tiny.submission(total="total = 44")))
    assert not after(arrivals, 0.01)
    assert after(arrivals, watching.SETTLED) == [("ada", tiny.NAME)]


def test_what_never_becomes_whole_is_graded_as_what_it_is(course, arrivals):
    tiny.hand_in(course.root, "ada", b'{"cells": [')
    assert not arrivals.ready()
    assert after(arrivals, watching.HALF) == [("ada", tiny.NAME)]


def test_a_folder_that_is_moved_in_is_looked_through(course, arrivals):
    for name in ("eve", ".hidden"):
        tiny.hand_in(course.root, name, tiny.submission())
    assert not arrivals.ready()
    assert after(arrivals, watching.SETTLED) == [("eve", tiny.NAME)]


def test_what_could_not_be_graded_is_told_again(course, arrivals):
    tiny.hand_in(course.root, "ada", tiny.submission())
    arrivals.ready()
    assert after(arrivals, watching.SETTLED)
    arrivals.forget("ada", tiny.NAME)
    assert arrivals.ready() == [("ada", tiny.NAME)]


def test_nothing_in_a_folder_stops_what_others_hand_in(course, arrivals, monkeypatch):
    """A pipe without a writer, links to everything, a folder that nbgrader cannot take, a file that is a gigabyte once it is read."""
    home = {
        n: tiny.hand_in(course.root, n, b"").parent for n in ("pipe", "link", "far", "a*b", "ada")
    }
    read, apart = [], watching.apart
    monkeypatch.setattr(watching, "apart", lambda *a: read.append(len(a[1])) or apart(*a))
    for name, make in (("pipe", os.mkfifo), ("link", lambda p: p.symlink_to("/dev/zero"))):
        (home[name] / "tiny.ipynb").unlink()
        make(home[name] / "tiny.ipynb")
    shutil.rmtree(home["far"])
    home["far"].symlink_to("/")
    (home["far"].parent / "all").symlink_to("/")
    bomb = b'{"cells": [' + b"[]," * 5_000_000 + b"1]}"
    (home["ada"] / "tiny.ipynb").write_bytes(bomb)
    assert not arrivals.ready() and not after(arrivals, watching.SETTLED)
    assert len(bomb) in read  # elsewhere, with limits
    every = {"pipe", "link", "far", "ada"}
    assert set(after(arrivals, watching.HALF)) == {(n, tiny.NAME) for n in every}
    assert not after(arrivals, 60)


def test_a_lesson_that_cannot_be_graded_just_now_keeps_no_other_from_it(arrivals, monkeypatch):
    graded = []

    def grade(course, lessons, students, **_):
        if lessons == ("one",):
            raise CourseError("Not now.")
        graded.append((students, lessons))
        return Summary()

    monkeypatch.setattr(watching, "grade", grade)
    ready = [("ada", "one"), ("ada", "two")]
    assert not watching._grade(arrivals.course, arrivals, ready, lambda _: None, {})
    assert graded == [(("ada",), ("two",))]


def test_hand_ins_are_graded_as_they_come_and_the_end_is_clean(course, monkeypatch):
    def judge(work):  # what is judged is not at stake
        return nothing_earned(work.lesson, "untouched", "Judged.")

    monkeypatch.setattr(batch, "judge", judge)
    monkeypatch.setattr(batch, "_warm_up", lambda *_: None)
    said, stop = [], threading.Event()
    tiny.hand_in(course.root, "first", tiny.submission(total="total = 1"))
    running = threading.Thread(
        target=watch, args=(course,), kwargs={"say": said.append, "stop": stop}, daemon=True
    )
    running.start()

    def told(word):
        end = time.monotonic() + 60
        while not any(word in line for line in said):
            assert running.is_alive() and time.monotonic() < end, said
            time.sleep(0.05)

    told("first  tiny")
    tiny.hand_in(course.root, "second", tiny.submission(total="total = 2"))
    told("second  tiny")
    outside = course.root / "moved" / "third" / "tiny"
    outside.mkdir(parents=True)
    (outside / "tiny.ipynb").write_bytes(tiny.bytes_of(tiny.submission(total="total = 3")))
    os.rename(outside.parent, course.root / "submitted" / "third")
    told("third  tiny")
    stop.set()
    running.join(30)
    assert not running.is_alive()
    assert sum("  tiny  " in line for line in said) == 3
    assert (course.root / "feedback/third/tiny/tiny.html").is_file()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_the_command_ends_cleanly(course, how):
    run = subprocess.Popen(
        [sys.executable, "-m", "grader.cli.main", "watch", "--no-sandbox"]
        + ["--root", str(course.root)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert run.stdout.readline().startswith("Watching ")
    time.sleep(0.5)
    run.send_signal(how)
    out, err = run.communicate(timeout=60)
    assert run.returncode == 0 and out.startswith("Stopped.") and "Traceback" not in err


def test_no_folder_to_watch_is_told_in_a_sentence(course):
    (course.root / "submitted").rmdir()
    with pytest.raises(CourseError, match="no folder .* to watch"):
        watch(course)
