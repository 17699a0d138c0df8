"""The seam behind which submissions are judged: threads of this process here, a cluster in `grader.batch.cluster`.

An executor knows nothing of courses, students or gradebooks, and what comes after it does not know where a result was made.
"""

import os
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any, Protocol

from grader.engine.result import Result
from grader.engine.work import Work

PATIENCE = 10  # seconds without a result after which is said what is still running
_AHEAD = 2  # items for each place where one is judged: none of them waits for the next

Judge = Callable[[Work], Result]
Keep = Callable[[Work, Result], None]
Item = tuple[Any, Work | None]
Outcome = Result | Exception | None


class Executor(Protocol):
    """Where submissions are judged."""

    crew: str  # who is at work, in a few words; "" where that is this machine

    def map(
        self, function: Judge, items: Iterable[Item], keep: Keep
    ) -> Iterator[tuple[Any, Outcome]]:
        """Judge items, several at a time, and give results as they come, in no order.

        Parameters
        ----------
        function : what is done with an item's work.
        items : (name, work) pairs, asked for only as fast as they can be judged. One whose work is None is given back with None.
        keep : called with work and result as soon as there is one, in another thread.

        Yields
        ------
        (name, Result), or (name, what was raised) where the function or `keep` failed; (None, None) where nothing came for a while.
        """
        ...

    def running(self) -> list[tuple[Any, float]]:
        """(name, seconds since it was begun) of what is being judged, as far as that is known."""
        ...


class Threads:
    """An executor in this process. The threads do nothing but wait: what is judged runs in processes of its own.

    Parameters
    ----------
    jobs : how many items are judged at a time; one for each core when None.
    """

    crew = ""

    def __init__(self, jobs: int | None = None) -> None:
        self.jobs = jobs or os.cpu_count() or 1
        self._begun: dict[int, tuple[Any, float]] = {}

    def running(self) -> list[tuple[Any, float]]:
        now = time.monotonic()
        return [(name, now - since) for name, since in [*self._begun.values()]]

    def map(
        self, function: Judge, items: Iterable[Item], keep: Keep
    ) -> Iterator[tuple[Any, Outcome]]:
        waiting: dict[Future[Outcome], Any] = {}
        items = iter(items)
        with ThreadPoolExecutor(self.jobs) as pool:
            try:
                while True:
                    while len(waiting) < _AHEAD * self.jobs and (item := next(items, None)):
                        name, work = item
                        if work is None:
                            yield name, None
                        else:
                            waiting[pool.submit(self._one, function, name, work, keep)] = name
                    if not waiting:
                        return
                    done, _ = wait(waiting, PATIENCE, return_when=FIRST_COMPLETED)
                    yield from ((waiting.pop(future), future.result()) for future in done)
                    if not done:
                        yield None, None
            finally:
                for future in waiting:
                    future.cancel()

    def _one(self, function: Judge, name: Any, work: Work, keep: Keep) -> Outcome:
        self._begun[id(work)] = name, time.monotonic()
        try:
            return attempt(function, work, keep)
        finally:
            del self._begun[id(work)]


def attempt(function: Judge, work: Work, keep: Keep) -> Outcome:
    """The kept result of some work, or what was raised: one submission's trouble is not that of the others."""
    try:
        result = function(work)
        keep(work, result)
    except Exception as error:
        return error
    return result
