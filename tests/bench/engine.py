"""How fast submissions are judged: the engine against an ordinary kernel per notebook, as stock nbgrader uses it.

    python -m tests.bench.engine [--submissions 20] [--stock 3] [--jobs 2]

Both ways run in the same environment, in one run, on submissions that differ in a comment. Verdicts are not remembered unless said so.
"""

import argparse
import os
import time
from concurrent.futures import ThreadPoolExecutor

from grader.engine.conduct import Ways
from grader.engine.fork import Process, server
from grader.engine.memory import Verdicts
from grader.engine.one import PLAIN, Limits, grade_one
from tests.engine import lessons

NET = "net = keras.Sequential([keras.Input((3,)), layers.Dense(16, 'relu'), layers.Dense(2)])\nnet.compile('adam', 'mse')"
COUNT = "2 if net.count_params() == 98 else 0"
FIT = "h = net.fit(x_test, x_test[:, :2], epochs=3, verbose=0)\n2 if len(h.history['loss']) == 3 else 0"
STILL = lessons.lesson(*((f"net{n}", NET.replace("net", f"net{n}"), COUNT.replace("net", f"net{n}"), "") for n in range(5)))
TRAINING = lessons.lesson(("net", NET + "\nnet.fit(x_test, x_test[:, :2], epochs=3, verbose=0)", FIT, ""))


def notebooks(lesson, count):
    solutions = {c.exercise: c.source for c in lesson.cells if c.role == "solution"}
    return [lessons.submission(lesson, {name: f"{source}\n# student {n}" for name, source in solutions.items()}) for n in range(count)]


def timed(work):
    begun = time.perf_counter()
    results = work()
    assert all(r.score == r.points for r in results), next(r for r in results if r.score != r.points)
    return (time.perf_counter() - begun) / len(results)


def many(lesson, count, ways, jobs):
    with ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(lambda data: grade_one(data, lesson, Limits(), ways), notebooks(lesson, count)))


def overhead(count=10):
    """CPU seconds of forking, walls and start, and of stopping, for one process that does nothing."""
    used = []
    for _ in range(count):
        with Process("notebook", seed=1) as process:
            process.send({"do": "run"}, b"1")
            process.receive(lambda: None)
            used.append(process.usage()[0])
    return sum(used) / count


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--submissions", type=int, default=20)
    parser.add_argument("--stock", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    begun = time.perf_counter()
    server()
    print(f"warm server ready after {time.perf_counter() - begun:.1f} s, once")
    print(f"one process: {overhead():.2f} s of CPU for fork, walls and start")
    for name, lesson in (("no cell trains", STILL), ("one fit on each side", TRAINING)):
        engine = timed(lambda: many(lesson, options.submissions, Ways(verdicts=None), options.jobs))
        again = timed(lambda: many(lesson, options.submissions, Ways(verdicts=Verdicts()), options.jobs))
        stock = timed(lambda: many(lesson, options.stock, PLAIN, 1)) if options.stock else float("nan")
        print(f"{name}: {engine:.2f} s a submission ({again:.2f} s with verdicts remembered), ordinary kernel {stock:.1f} s: "
              f"{stock / engine:.0f} times faster ({stock / again:.0f} times)")


if __name__ == "__main__":
    main()
