"""`grader grade --scheduler` with walled-in workers on loopback: what is recorded is what a run on this machine records."""

import shutil
import signal
import subprocess
import sys
import threading

import psutil
import pytest

from grader.batch import grade as batch
from grader.batch.grade import grade, prepare
from grader.course.folder import Course
from grader.engine.sandbox import abilities
from tests.bench import kills
from tests.cluster import toy
from tests.cluster.machines import Dask, environment, until
from tests.grading import tiny

needs_walls = pytest.mark.skipif(not abilities().enough, reason="this machine has no sandbox")


@pytest.fixture(scope="module")
def dask(tmp_path_factory):
    """A scheduler with one worker whose judge needs no TensorFlow."""
    started = Dask(tmp_path_factory.mktemp("dask"))
    started.worker()
    started.workers(1)
    yield started
    started.close()


@pytest.fixture(scope="module")
def walled(tmp_path_factory):
    """A scheduler with one worker that judges in earnest."""
    started = Dask(tmp_path_factory.mktemp("walled"))
    started.first = started.worker(toy=False)
    started.workers(1)
    yield started
    started.close()


@pytest.fixture(scope="module")
def ungraded(tmp_path_factory):
    root = tiny.write_course(tmp_path_factory.mktemp("course"))
    prepare(Course.at(root), tiny.NAME)
    for n, total in enumerate(("45", "44", "None", "1 / 0", "[]")):
        tiny.hand_in(root, f"s{n}", tiny.submission(total=f"total = {total}"))
    tiny.hand_in(root, "odd", b"no notebook")
    tiny.hand_in(root, "given", tiny.released_notebook())
    return root


@pytest.fixture
def copy(ungraded, tmp_path):
    return lambda name: Course.at(shutil.copytree(ungraded, tmp_path / name))


class Crew:
    """A progress that notes who was at work."""

    def __init__(self):
        self.crew, self.seen, self.notes = "", set(), []

    def step(self, text):
        self.seen.add(self.crew)

    def note(self, text):
        self.notes.append(text)

    def __getattr__(self, name):
        return lambda *_: None


def test_one_worker_and_two_record_what_this_machine_records(dask, copy, monkeypatch):
    here, one, two = copy("here"), copy("one"), copy("two")
    monkeypatch.setattr(batch, "judge", toy.judge)
    monkeypatch.setattr(batch, "_warm_up", lambda *_: None)
    own = grade(here)
    alone, both = Crew(), Crew()
    assert grade(one, progress=alone, scheduler=dask.address).rows == own.rows
    dask.worker()
    dask.workers(2)
    with open(two.root / "nbgrader_config.py", "a") as config:
        config.write(f"\nc.Batch.scheduler = '{dask.address}'\n")
    summary = grade(two, progress=both)
    assert summary.rows == own.rows and (summary.judged, summary.remembered) == (7, 0)
    assert alone.seen >= {"1 worker"} and "2 workers" in both.seen
    assert kills.state(one.root) == kills.state(here.root) == kills.state(two.root)
    csvs = {(course.root / "grades.csv").read_bytes() for course in (here, one, two)}
    assert len(csvs) == 1


@needs_walls
def test_a_walled_worker_records_what_this_machine_records(walled, copy):
    here, there = copy("here"), copy("there")
    rows = grade(here).rows
    assert {row.status for row in rows} == {"graded", "unreadable", "untouched"}
    assert grade(there, scheduler=walled.address).rows == rows
    assert kills.state(there.root) == kills.state(here.root)


@needs_walls
def test_a_workers_fork_server_that_is_killed_costs_nobody_points(walled, copy):
    """What it forked ends with it, and looks like a notebook that died."""
    course, nap = copy("course"), "import time\ntime.sleep(4)\n"
    shutil.rmtree(course.root / "submitted")
    for n in range(2):
        tiny.hand_in(course.root, f"z{n}", tiny.submission(total=f"{nap}total = 45  # {n}"))

    killed = []

    def kill():
        worker = psutil.Process(walled.first.pid)
        until(lambda: len(_zygote(worker).children()) > 0, "something is judged")
        _zygote(worker).kill()
        killed.append(True)

    killer = threading.Thread(target=kill)
    killer.start()
    summary = grade(course, scheduler=walled.address)
    killer.join()
    assert killed and [(r.status, r.score) for r in summary.rows] == [("graded", 8)] * 2


def _zygote(worker):
    """A worker's fork server, once it has one."""
    found = lambda: [p for p in worker.children() if "grader.engine.zygote" in p.cmdline()]
    return until(found, "the fork server")[0]


def _begun(course, dask):
    """The command in a process of its own."""
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "grader.cli.main", "grade", "--root", str(course.root)),
            *("--scheduler", dask.address),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )


def _run(course, dask):
    """The same, after its first result."""
    run = _begun(course, dask)
    while "Grading 1/" not in run.stdout.readline():
        assert run.poll() is None, run.stderr.read()
    return run


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_is_ended_leaves_the_cluster_clean_and_goes_on_where_it_was(dask, copy, how):
    course = copy("course")
    run = _run(course, dask)
    run.send_signal(how)
    said = run.communicate()[1]
    if how == signal.SIGINT:
        assert run.returncode == 130 and "it goes on from here" in said
    until(
        lambda: dask.ask(lambda dask_scheduler: len(dask_scheduler.tasks)) == 0,
        "the scheduler forgets the tasks",
    )
    summary = grade(course, scheduler=dask.address)
    assert summary.remembered >= 1 and summary.judged + summary.remembered == 7
    whole = copy("whole")
    grade(whole, scheduler=dask.address)
    assert kills.state(course.root) == kills.state(whole.root)


def _seconds(process):
    try:
        return process.cpu_times().user
    except psutil.Error:
        return 0


@needs_walls
def test_what_is_being_judged_ends_with_the_run_that_asked_for_it(walled, copy):
    """Ten minutes are allowed here: nothing but Ctrl+C ends it in time."""
    course = copy("course")
    with open(course.root / "nbgrader_config.py", "a") as config:
        config.write("\nc.FillResults.cell_seconds = 600\n")
    tiny.hand_in(course.root, "h", tiny.submission(total="while True:\n    pass"))
    run = _begun(course, walled)  # not after a first result: the worker may take this one first
    judging = lambda: _zygote(psutil.Process(walled.first.pid)).children(recursive=True)
    until(lambda: any(_seconds(process) > 2 for process in judging()), "it is being judged")
    run.send_signal(signal.SIGINT)
    run.communicate()
    until(lambda: not judging(), "nothing is judged any more")
