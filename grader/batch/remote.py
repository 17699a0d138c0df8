"""The worker's side of a cluster: what it is, which lessons it has, and one submission judged. Called by `grader.batch.cluster`.

A worker needs this package and nothing of a course. Dask's scheduler imports this module too, to pass calls on, so what is heavy
is imported where it is used.
"""

import hashlib
import threading
import time
from collections import OrderedDict
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.course.lesson import Lesson
    from grader.engine.work import Work

ROOM = 64  # lessons that a worker holds; the ones used longest ago are forgotten
_lessons: OrderedDict[str, "Lesson"] = OrderedDict()
_sessions: dict[int, str] = {}  # thread that judges -> session of whoever asked for it
_lock = threading.Lock()


class Refused(Exception):
    """This worker must not judge: (its address, what it is)."""


class NoLesson(Exception):
    """This worker has not been given the lesson yet: (its address,)."""


def is_here() -> bool:
    """What the scheduler is asked: it can only answer where it has this package."""
    return True


def what_it_is() -> dict[str, Any]:
    """What of this machine can change a verdict, and how well it walls in a notebook."""
    from grader.engine.cache import versions
    from grader.engine.sandbox import abilities

    able = abilities()
    return {
        "versions": list(versions()),
        "walls": able.enough,
        "level": able.level,
        "lacking": "; ".join(able.lacking),
    }


def sign(versions: list[str]) -> str:
    """A short text that differs where the versions do."""
    return hashlib.sha256("\n".join(versions).encode()).hexdigest()[:16]


def introduce(lessons: list[dict[str, Any]], warm: bool) -> dict[str, Any]:
    """Take these lessons, say what this worker is, and begin to warm its server where it will be needed."""
    for data in lessons:
        lesson = lesson_from(data)
        with _lock:
            _lessons[lesson.key] = lesson
            _lessons.move_to_end(lesson.key)
            while len(_lessons) > ROOM:
                _lessons.popitem(last=False)
    told = what_it_is()
    if warm and told["walls"]:
        threading.Thread(target=_warm, daemon=True).start()
    return told


def _warm() -> None:
    from grader.engine.process import Died, server

    try:
        server()
    except (Died, OSError):  # whoever needs it will find out
        pass


def lesson_data(lesson: "Lesson") -> dict[str, Any]:
    """A lesson as plain values."""
    cells = [asdict(cell) for cell in lesson.cells]
    return {
        "name": lesson.name,
        "marked": lesson.marked,
        "kernel": lesson.kernel,
        "cells": cells,
    }


def lesson_from(data: dict[str, Any]) -> "Lesson":
    """The lesson that `lesson_data` was given."""
    from grader.course.lesson import Cell, Lesson

    return Lesson(**{**data, "cells": tuple(Cell(**cell) for cell in data["cells"])})


def task_data(work: "Work") -> dict[str, Any]:
    """What one task carries: everything of the work but the lesson, which travels once."""
    return {
        "data": work.data,
        "lesson": work.lesson.key,
        "limits": asdict(work.limits),
        "seed": work.seed,
        "plain": work.plain,
        "fresh": work.fresh,
        "earlier": work.earlier and [work.earlier.result.to_json(), sorted(work.earlier.changed)],
    }


def judge_task(task: dict[str, Any], signed: str, session: str) -> str:
    """Judge one submission on this worker.

    Parameters
    ----------
    task : what `task_data` gives.
    signed : the `sign` of the versions that the verdict is wanted from.
    session : whose task it is; see `leave`.

    Returns
    -------
    str
        The result, as `Result.to_json` writes it.

    Raises
    ------
    Refused
        The versions differ here, or a wall is missing.
    NoLesson
        The lesson has not come here yet.
    """
    from grader.engine.cache import versions
    from grader.engine.grade_submission import Earlier, Limits
    from grader.engine.result import Result
    from grader.engine.sandbox import SandboxError
    from grader.engine.work import Work, judge

    if sign(list(versions())) != signed:
        raise Refused(_address(), what_it_is())
    with _lock:
        lesson = _lessons.get(task["lesson"])
    if lesson is None:
        raise NoLesson(_address())
    kept = task["earlier"]
    earlier = Earlier(Result.from_json(kept[0]), frozenset(kept[1])) if kept else None
    own = {"lesson": lesson, "limits": Limits(**task["limits"]), "earlier": earlier}
    work = Work(**{**task, **own})
    _sessions[threading.get_ident()] = session
    try:
        return judge(work).to_json()
    except SandboxError as error:
        told = {**what_it_is(), "walls": False, "lacking": str(error)}
        raise Refused(_address(), told) from None
    finally:
        del _sessions[threading.get_ident()]


def leave(session: str, lessons: list[str]) -> None:
    """Forget these lessons, and end what is still being judged for a session that nobody waits for any more."""
    with _lock:
        for key in lessons:
            _lessons.pop(key, None)
    if session in _sessions.values():
        threading.Thread(target=_end, args=(session,), daemon=True).start()


def _end(session: str) -> None:
    """End the processes of a session until its tasks have given up; they begin new ones for cells to come."""
    from grader.engine.process import stop_those_of

    while threads := {t for t, own in [*_sessions.items()] if own == session}:
        stop_those_of(threads, "nobody waits for it any more")
        time.sleep(0.1)


def _address() -> str:
    from distributed import get_worker

    return get_worker().address
