"""A judge that needs no TensorFlow, for tests of what happens around judging; preloaded by workers (`dask worker --preload`).

What a submission says decides what comes of it: "sleep 0.3" takes so long, "wait FILE" until there is such a file, and "poison" ends
the worker that judges it.
"""

import hashlib
import os
import re
import time

from grader.course.lesson import Cell, Lesson
from grader.engine.result import CellResult, Result
from grader.engine.work import Work

LESSON = Lesson("toy", (Cell("check", "code", "check(x)", "check-x", "x", 100.0, True),))


def work(text: str) -> Work:
    return Work(text.encode(), LESSON)


def judge(own, at_home=True) -> Result:
    text = own.data.decode()
    if "poison" in text and not at_home:
        os._exit(1)
    if found := re.search(r"sleep ([\d.]+)", text):
        time.sleep(float(found[1]))
    if found := re.search(r"wait (\S+)", text):
        while not os.path.exists(found[1]):
            time.sleep(0.05)
    cells = tuple(_verdict(cell, own.data) for cell in own.lesson.graded)
    return Result(own.lesson.name, "", "graded", "", cells)


def _verdict(cell, data):
    """Some points, which depend on the submission and on the check."""
    drawn = hashlib.sha256(data + cell.grade_id.encode()).digest()[0]
    return CellResult(cell.grade_id, cell.points * drawn / 255, cell.points, "partly", None, "So.")


def dask_setup(worker):
    """What a worker does that preloads this file."""
    import grader.engine.cache
    import grader.engine.sandbox
    import grader.engine.work
    from grader.engine.sandbox import Abilities

    grader.engine.work.judge = lambda own: judge(own, at_home=False)
    walls = os.environ.get("TOY_WALLS") != "none"
    able = Abilities((), walls, () if walls else ("no Landlock here",))
    grader.engine.sandbox.abilities = lambda: able
    if other := os.environ.get("TOY_KERAS"):
        own = grader.engine.cache.versions()
        told = tuple(f"keras {other}" if x.startswith("keras ") else x for x in own)
        grader.engine.cache.versions = lambda: told
    if os.environ.get("TOY_WARM") != "yes":
        import grader.batch.remote

        grader.batch.remote._warm = lambda: None
