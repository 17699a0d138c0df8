"""One submission to be judged, as a plain value: it can wait in a queue, travel to another machine, and be judged there.

Nothing of a course's folders is in it, so whoever judges needs neither them nor the gradebook.
"""

import functools
from dataclasses import dataclass
from pathlib import Path

from grader.course.lesson import Lesson
from grader.engine.cache import Verdicts, result_key, versions
from grader.engine.grade_submission import PLAIN, Earlier, Limits, grade_one, walled_ways
from grader.engine.process import Died, server
from grader.engine.result import Result
from grader.engine.runner import SEED
from grader.engine.sandbox import SandboxError
from grader.errors import GraderError

TRIES = 3  # times that one submission is begun where the warm server ends under it


class ServerLost(GraderError):
    """The warm server ended, and with it every process that judged: nothing is known of the submission."""


@dataclass(frozen=True)
class Work:
    """What decides a verdict, apart from the versions of code and packages.

    Parameters
    ----------
    data : the submission's bytes.
    plain : it runs without walls, in one process.
    fresh : what is remembered of single checks is not looked up.
    memory : the folder in which verdicts of single checks are kept; "" where there is none, as on another machine.
    earlier : its result before some exercises were changed; it saves work and is no part of the key.
    """

    data: bytes
    lesson: Lesson
    limits: Limits = Limits()
    seed: int = SEED
    plain: bool = False
    fresh: bool = False
    memory: str = ""
    earlier: Earlier | None = None

    @functools.cached_property
    def key(self) -> str:
        """The key of its result, see `grader.engine.cache.result_key`."""
        return result_key(self.data, self.lesson, self.limits, self.way)

    @property
    def way(self) -> str:
        """What tells apart results that came about in different ways."""
        way = "without a sandbox" if self.plain else ""
        return way + ("" if self.seed == SEED else f" seed {self.seed}")


def judge(work: Work) -> Result:
    """Judge one submission here.

    Raises
    ------
    SandboxError
        This machine cannot wall in a notebook.
    ServerLost
        The warm server ended while the submission was judged, again and again.
    """
    if work.plain:
        return grade_one(work.data, work.lesson, work.limits, PLAIN)
    ways = walled_ways(seed=work.seed, verdicts=_verdicts(work.memory, work.fresh))
    for _ in range(TRIES):
        own = server()
        try:
            result = grade_one(work.data, work.lesson, work.limits, ways, work.earlier)
        except (Died, SandboxError):
            if own.alive:
                raise
        else:
            if (
                own.alive
            ):  # else what looks like a notebook that died is one whose processes were taken away
                return result
    raise ServerLost(f"the warm server ended {TRIES} times while this submission was judged")


@functools.lru_cache(maxsize=8)
def _verdicts(folder: str, fresh: bool) -> Verdicts:
    """What is remembered of checks; with `fresh` it is written anew and not looked up."""
    return Verdicts(Path(folder) if folder else None, "\n".join(versions()), fresh=fresh)
