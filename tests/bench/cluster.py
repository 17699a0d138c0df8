"""What a cluster costs: `python -m tests.bench.cluster [--tasks 2000] [--submissions 40]`.

First with a judge that does nothing (`tests.cluster.toy`): milliseconds and bytes for each task, and what client and scheduler hold as
they go on. With `--records`, what the one writer of the gradebook spends on a submission. With `--submissions`, a class on one worker of
one core and on two, each with a warm server, with and without the gradebook's writer, which competes with them for the same cores where there are but two.
"""

import argparse
import contextlib
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

import psutil

from grader.batch.cluster import Cluster
from tests.bench import classes
from tests.cluster import toy
from tests.cluster.machines import Dask

SAMPLES = 10


@contextlib.contextmanager
def dask(place, count, **settings):
    started = Dask(place)
    try:
        for core in range(count):
            worker = started.worker(**settings)
            os.sched_setaffinity(worker.pid, {core % os.cpu_count()})  # and all that it starts
        started.workers(count)
        yield started
    finally:
        started.close()


def toys(place, tasks, size):
    """Judge so many submissions of this many bytes that cost nothing, and print what that takes."""
    client, items = psutil.Process(), ((n, toy.work(f"{n:0{size}}")) for n in range(tasks))
    with dask(place / "toys", 2) as started:
        scheduler = psutil.Process(started.scheduler.pid)
        done, seen, begun = 0, [], None
        for _ in Cluster(started.address, 1).map(toy.judge, items, lambda *_: None):
            if begun is None:  # the first one waits for the workers to be asked
                begun, before = time.monotonic(), _loopback()
            done += 1
            if done % max(1, tasks // SAMPLES) == 0:
                held = [p.memory_info().rss / 2**20 for p in (client, scheduler)]
                seen.append((done, *held))
        seconds, sent = time.monotonic() - begun, _loopback() - before
    print(f"{tasks} tasks with notebooks of {size} bytes and nothing to judge, two workers")
    print(f"  {1000 * seconds / tasks:.1f} ms each; {sent / tasks:.0f} bytes each on all ways")
    print("  done   client MB   scheduler MB")
    for line in seen:
        print("  {:5d} {:10.1f} {:14.1f}".format(*line))


def _loopback():
    """Bytes that have gone over loopback. A task goes to the scheduler and to a worker, its result the same way back."""
    return psutil.net_io_counters(pernic=True)["lo"].bytes_sent


def workers(place, count, lesson):
    """Seconds in which one worker and two grade the same class, each from nothing: all of it, and without the gradebook."""
    from grader.batch import grade as batch
    from grader.course.folder import Course

    origin = place / "class"
    origin.mkdir()
    classes.write(origin, lesson, count)
    print(f"{count} submissions of the class {lesson!r}, one worker and two (goal 1.8)")
    for what in ("judged and recorded", "judged alone"):
        if what == "judged alone":
            batch._write, batch._rows = (lambda *_: None), (lambda *_: [])
        taken = []
        for number in (1, 2):
            root = shutil.copytree(origin, place / f"{what}-{number}")
            with dask(place / f"workers-{what}-{number}", number, toy=False) as started:
                warm = shutil.copytree(origin, place / f"warm-{what}-{number}")
                for home in sorted((warm / "submitted").iterdir())[4:]:
                    shutil.rmtree(home)
                batch.grade(Course.at(warm), feedback=False, scheduler=started.address)
                begun = time.monotonic()
                batch.grade(Course.at(root), feedback=False, scheduler=started.address)
                taken.append(time.monotonic() - begun)
        one, two = taken
        print(f"  {what}: {one:.1f} s, {two:.1f} s: {one / two:.2f} times as fast", flush=True)


def records(place, count):
    """What the one writer spends on a submission: a class with the tiny lesson of the tests, judged by nobody."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "grading"))
    from grader.batch import grade as batch
    from grader.course.folder import Course
    from grader.engine.result import nothing_earned
    from tests.grading import tiny

    batch.judge = lambda work: nothing_earned(work.lesson, "graded", f"{work.key}")
    batch._warm_up = lambda *_: None
    root = place / "records"
    root.mkdir()
    tiny.write_course(root)
    batch.prepare(Course.at(root), tiny.NAME)
    for n in range(count):
        tiny.hand_in(root, f"s{n:05}", tiny.submission(total=f"total = 45  # {n}"))
    print(f"{count} submissions recorded that cost nothing to judge")
    for feedback in (False, True):
        begun = time.process_time()
        batch.grade(Course.at(root), force=True, feedback=feedback, scheduler="")
        spent = time.process_time() - begun
        what = "gradebook and pages" if feedback else "gradebook alone"
        print(f"  {what}: {1000 * spent / count:.0f} ms CPU each, {count / spent:.0f} a second")


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.bench.cluster")
    parser.add_argument("--tasks", type=int, default=2000)
    parser.add_argument("--bytes", type=int, default=40_000)
    parser.add_argument("--submissions", type=int, default=0)
    parser.add_argument("--lesson", choices=list(classes.LESSONS), default="still")
    parser.add_argument("--records", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as place:
        if options.tasks:
            toys(Path(place), options.tasks, options.bytes)
        if options.records:
            records(Path(place), options.records)
        if options.submissions:
            workers(Path(place), options.submissions, options.lesson)


if __name__ == "__main__":
    main()
