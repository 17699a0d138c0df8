"""Kills `grader grade` with SIGKILL at random moments and looks at what comes of it: `python -m tests.bench.kills [--kills 20] [--seed 1]`.

A class is graded undisturbed; then copies of the same course are killed again and again, every second time while SQLite has a
transaction open, and graded to the end. Gradebook, scores and pages must be those of the undisturbed run, and nothing may be left over.
"""

import argparse
import contextlib
import csv
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
IN_A_ROW = 4  # kills of one course at most before it is graded to the end


def make(root, students=6):
    """A course with the tiny lesson of the tests and a class of different answers, not graded yet; returns its root."""
    from tests.grading import tiny

    root.mkdir(parents=True)
    tiny.write_course(root)
    for n in range(students):
        words = ["words = ['one', 'two', 'three']", "words = None", "words = 1 / 0"][n % 3]
        tiny.hand_in(
            root, f"s{n}", tiny.submission(total=f"total = {45 + n % 4}", words=words + f"  # {n}")
        )
    return root


def start(root):
    environment = {
        **os.environ,
        "TMPDIR": tempfile.gettempdir(),
        "PYTHONPATH": str(ROOT),
        "PATH": os.path.dirname(sys.executable) + os.pathsep + os.environ["PATH"],
    }
    return subprocess.Popen(
        [sys.executable, "-m", "grader.cli.main", "grade", "--root", str(root), "--jobs", "2"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=environment,
    )


def finish(root):
    """Grade to the end; seconds."""
    begun = time.monotonic()
    run = start(root)
    said = run.communicate()[1]
    assert run.returncode == 0, said.decode()[-2000:]
    return time.monotonic() - begun


def state(root):
    """Everything that grading tells: scores and comments by cell, the table, the pages."""
    from nbgrader.api import Gradebook

    told = {}
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as book:
        for assignment in book.assignments:
            for submission in assignment.submissions:
                for notebook in submission.notebooks:
                    where = submission.student.id, notebook.name
                    told |= {
                        (*where, g.name): (
                            g.auto_score,
                            g.manual_score,
                            g.max_score,
                            g.needs_manual_grade,
                        )
                        for g in notebook.grades
                    }
                    told |= {
                        (*where, "comment", c.name): (c.auto_comment, c.manual_comment)
                        for c in notebook.comments
                    }
        assert len({s.id for s in book.students}) == len(book.students)
    with open(root / "grades.csv", newline="") as file:
        told["grades.csv"] = sorted((r["student_id"], r["score"]) for r in csv.DictReader(file))
    for path in sorted(root.glob("feedback/*/*/*.html")):
        told[str(path.relative_to(root))] = re.sub(
            r"\d{4}-\d\d-\d\d[ T][\d:.]+", "", path.read_text()
        )
    for path in sorted(root.glob("autograded/*/*/*")):
        told[str(path.relative_to(root))] = path.read_text()
    return told


def kill(root, seconds=None):
    """Start grading and kill it after so long, or, without a time, while the database has a journal; whether it was still running."""
    run, known, begun = start(root), set(), time.monotonic()
    journal = root / "gradebook.db-journal"
    while run.poll() is None and time.monotonic() - begun < (seconds or 60):
        if seconds is None and journal.exists() and random.random() < 0.02:
            break
        if seconds is not None or len(known) < 3:
            known |= descendants(run.pid)
            time.sleep(0.005)
    known |= descendants(run.pid)
    running = run.poll() is None
    run.send_signal(signal.SIGKILL)
    run.communicate()
    left = [pid for pid in known if not ended(pid)]
    assert not left, f"still alive: {left}"
    return running


def descendants(pid):
    """(pid, start time) of all processes below this one."""
    from grader.engine.process import _family

    return {(p, _begun(p)) for p in _family(pid) if p != pid}


def _begun(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        return None if fields[0] == "Z" else fields[19]
    except OSError:
        return None


def ended(process, patience=60):
    """Whether this very process is gone, or goes soon."""
    pid, begun = process
    end = time.monotonic() + patience
    while begun is not None and _begun(pid) == begun:
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def folders():
    return list(Path(tempfile.gettempdir()).glob("*grading-*"))


@contextlib.contextmanager
def own_temporary_folder():
    """A place for temporary files that nobody else uses, so that what is left there is ours."""
    before, place = tempfile.gettempdir(), tempfile.mkdtemp(prefix="kills-")
    os.chmod(place, 0o711)
    tempfile.tempdir = place
    try:
        yield
    finally:
        tempfile.tempdir = before
        shutil.rmtree(place)


def halves(root):
    """Files that are not whole."""
    import json

    found = []
    for path in (
        *root.glob(".grader/results/*/*.json"),
        *root.glob(".grader/verdicts/*/*.json"),
        *root.glob("**/*.ipynb"),
    ):
        try:
            json.loads(path.read_bytes())
        except ValueError:
            found.append(path)
    return found


def rounds(place, kills, seed, say=print):
    """Do it all; the number of kills, each of which met a running process."""
    with own_temporary_folder():
        return _rounds(place, kills, seed, say)


def _rounds(place, kills, seed, say):
    draw = random.Random(seed)
    random.seed(seed)
    pristine = make(place / "pristine")
    quiet = Path(shutil.copytree(pristine, place / "quiet"))
    seconds = finish(quiet)
    wanted, met = state(quiet), 0
    say(f"undisturbed: {seconds:.1f} s, {len(wanted)} things to compare")
    for n in range(20 * kills):  # courses; those that are done too soon don't count
        root = Path(shutil.copytree(pristine, place / f"round-{n}"))
        for k in range(IN_A_ROW):
            moment = (
                None if met % 2 else draw.uniform(0.1, 0.9 / (k + 1)) * seconds
            )  # less is left each time
            running = kill(root, moment)
            met += running
            how = f"after {moment:.1f} s" if moment else "in a transaction"
            say(f"kill {met:2d}  {how}" if running else f"         {how}: it had ended")
            if not running or met == kills:
                break
        finish(root)
        told = state(root)
        differ = [key for key in {*wanted, *told} if wanted.get(key) != told.get(key)]
        assert not differ, f"after the kills these differ: {differ[:5]}"
        assert not halves(root), halves(root)
        assert not folders(), folders()
        say("         graded to the end: the same, and nothing left over")
        if met == kills:
            break
    return met


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.bench.kills")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as place:
        met = rounds(Path(place), options.kills, options.seed)
    print(
        f"{met} kills of a running process; no difference, no process, no half file, no folder left"
    )


if __name__ == "__main__":
    main()
