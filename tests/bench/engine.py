"""How fast a class is graded, beside stock nbgrader: `python -m tests.bench.engine`.

Both grade the same notebooks on the same machine in the same environment, one after the other: `nbgrader autograde` with its own
preprocessors in a course that names nothing of ours, and `grader grade --no-feedback`, start and imports included. Wall time is what
one waits; CPU time does not mind what else the machine does. `--many` measures whether the two-hundredth costs what the twentieth did.
"""

import argparse
import compileall
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench import classes, measured

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 3
GOALS = {"still": ("no cell trains", 15), "training": ("one cell trains on each side", 8)}


def stock(root, lesson):
    """(wall, CPU) seconds of nbgrader's own command."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "nbgrader", "autograde", lesson],
        cwd=root,
        check=True,
        capture_output=True,
        env=environment(),
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (
        time.perf_counter() - begun,
        after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
    )


def ours(root, jobs, *options):
    """(wall, CPU) seconds of `grader grade`. The CPU time is what the whole machine spent meanwhile: a sandbox's processes report to nobody here."""
    before, begun = busy(), time.perf_counter()
    subprocess.run(
        [
            sys.executable,
            "-m",
            "grader.cli.main",
            "grade",
            "--root",
            root,
            "--no-feedback",
            "--jobs",
            str(jobs),
            *options,
        ],
        cwd=ROOT,
        check=True,
        capture_output=True,
        env=environment(),
    )
    return time.perf_counter() - begun, busy() - before


def busy():
    """CPU seconds that this machine has spent since it started."""
    user, nice, system = Path("/proc/stat").read_text().split()[1:4]
    return (int(user) + int(nice) + int(system)) / os.sysconf("SC_CLK_TCK")


def where(root, jobs, *options):
    """Seconds of CPU time of `grader grade` by what they were used for. Looking costs time itself: a run of its own."""
    file = root / "spent.json"
    subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.bench.measured",
            file,
            "--root",
            root,
            "--no-feedback",
            "--jobs",
            str(jobs),
            *options,
        ],
        cwd=ROOT,
        check=True,
        capture_output=True,
        env=environment(),
    )
    spent = json.loads(file.read_text())["spent"]
    spent.pop("processes", 0)
    return spent


def environment():
    path = os.path.dirname(sys.executable) + os.pathsep + os.environ["PATH"]
    return {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"}


def scores(root):
    """All scores of a course's gradebook, by student and cell."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as book:
        return {
            (s.student.id, g.name): g.score
            for a in book.assignments
            for s in a.submissions
            for n in s.notebooks
            for g in n.grades
        }


def forget(root):
    """Make a course's class ungraded again."""
    for folder in ("results", "verdicts"):
        shutil.rmtree(root / ".grader" / folder, ignore_errors=True)
    shutil.rmtree(root / "autograded", ignore_errors=True)


def compare(place, lesson, count, jobs, with_stock):
    what, goal = GOALS[lesson]
    root = place / lesson
    root.mkdir()
    classes.write(root, lesson, count)
    print(
        f"\n{what}: {count} submissions, {jobs} at a time; goal {goal}×; medians of {ROUNDS}",
        flush=True,
    )
    once, afresh, beside = [], [], None
    for n in range(
        ROUNDS
    ):  # stock takes minutes, in which a machine may change its pace: ours stands before and after
        forget(root)
        once.append(ours(root, jobs))
        assert set(scores(root).values()) == {2.0}
        afresh.append(ours(root, jobs, "--force"))
        if n == 0 and with_stock:
            other = place / f"{lesson}-stock"
            other.mkdir()
            classes.write(other, lesson, count, stock=True)
            beside = stock(other, lesson)
            assert scores(other) == scores(root), "stock nbgrader gives other scores"
            print(
                f"  {'nbgrader autograde':26s} {beside[0]:6.1f} s ({beside[0] / count:.2f} s each), CPU {beside[1]:6.1f} s"
            )
    for name, runs in {"equal graphs judged once": once, "each judged afresh": afresh}.items():
        wall, cpu = (statistics.median(run[i] for run in runs) for i in (0, 1))
        ratio = (
            f": {beside[0] / wall:.1f}× by the clock, {beside[1] / cpu:.1f}× in CPU time"
            if beside
            else ""
        )
        print(
            f"  {name:26s} {wall:6.1f} s ({wall / count:.2f} s each), CPU {cpu:6.1f} s{ratio}",
            flush=True,
        )
    forget(root)
    tables = [where(root, jobs), where(root, jobs, "--force")]
    print(f"  {'where the CPU time goes':40s} {'once':>9s} {'afresh':>9s}   (ms a submission)")
    for part in sorted(set().union(*tables), key=lambda p: -tables[0].get(p, 0)):
        print(f"  {part:40s} " + " ".join(f"{1000 * t.get(part, 0) / count:9.0f}" for t in tables))


class Samples:
    """A `progress` for `grade` that notes, after every 20 submissions, what conductor and server hold and what each one cost."""

    def __init__(self):
        self.done, self.seen = 0, []

    def start(self, what, total):
        self.spent = self._spent()

    def step(self, text=""):
        self.done += 1
        if self.done % 20:
            return
        from grader.engine import process

        before, self.spent = self.spent, self._spent()
        children = [
            status(pid)
            for pid in Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
        ]
        children += [
            status(pid)
            for pid in Path(f"/proc/{process.server().pid}/task/{process.server().pid}/children")
            .read_text()
            .split()
        ]
        self.seen.append(
            {
                "after": self.done,
                "ms CPU each": 1000 * (self.spent - before) / 20,
                "conductor MB": resident(os.getpid()),
                "server MB": resident(process.server().pid),
                "descriptors": len(os.listdir("/proc/self/fd")),
                "server's": len(os.listdir(f"/proc/{process.server().pid}/fd")),
                "zombies": children.count("Z"),
                "folders": len(list(Path(tempfile.gettempdir()).glob("grading-*"))),
            }
        )

    def end(self):
        pass

    @staticmethod
    def _spent():
        own = resource.getrusage(resource.RUSAGE_SELF)
        return (
            own.ru_utime
            + own.ru_stime
            + sum(
                v for k, v in measured.SPENT.items() if k not in ("processes", "nbgrader's records")
            )
        )


def status(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""


def resident(pid):
    return (
        int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    )


def many(place, count, jobs):
    """Grade a large class in this process and print what is held and spent as it goes."""
    import gc

    from grader.batch.grade import grade
    from grader.course.folder import Course

    root = place / "many"
    root.mkdir()
    classes.write(root, "still", count)
    measured.watch()
    samples = Samples()
    grade(Course.at(root), jobs=jobs, force=True, progress=samples, feedback=False)
    gc.collect()
    print(f"\n{count} submissions in one run, each judged afresh, {jobs} at a time")
    print("  " + "  ".join(samples.seen[0]))
    for line in samples.seen:
        print("  " + "  ".join(f"{value:{len(name)}.0f}" for name, value in line.items()))
    # what a class of 1,000 holds beside one of 100: the first hundred bring what is made once
    first, last = (
        ([s for s in samples.seen if s["after"] <= 100] or samples.seen)[-1],
        samples.seen[-1],
    )
    for name in ("ms CPU each", "conductor MB", "server MB"):
        print(
            f"  {name}: {100 * (last[name] / first[name] - 1):+.1f} % from {first['after']} to {last['after']} submissions"
        )


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.bench.engine")
    parser.add_argument("--submissions", type=int, default=20)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument(
        "--no-stock",
        action="store_true",
        help="leave nbgrader's own command out (it takes minutes)",
    )
    parser.add_argument("--lesson", choices=list(GOALS), action="append")
    parser.add_argument(
        "--many",
        type=int,
        metavar="N",
        help="instead: grade N submissions and watch memory and cost",
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as place:
        if options.many:
            return many(Path(place), options.many, options.jobs)
        for package in ("grader", "layergraph"):
            compileall.compile_dir(ROOT / package, quiet=1)  # as pip compiles what it installs
        for lesson in options.lesson or GOALS:
            compare(Path(place), lesson, options.submissions, options.jobs, not options.no_stock)


if __name__ == "__main__":
    main()
