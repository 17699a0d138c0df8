"""Submissions judged by the workers of a Dask cluster that exists already (`grader grade --scheduler ADDRESS`).

Dask carries the tasks and places them; nothing here is a scheduler. What is ours: a worker is asked what it is before its
verdicts are taken, lessons go to each worker once, and a task that is lost is run again or judged here, and never scored.
"""

import asyncio
import contextlib
import importlib.util
import logging
import os
import queue
import threading
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from concurrent.futures import Future as Promise
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from traitlets import Unicode
from traitlets.config import Configurable, PyFileConfigLoader

from grader.batch import executor, remote
from grader.batch.executor import Item, Judge, Keep, Outcome, attempt
from grader.course.folder import Course
from grader.engine.cache import versions
from grader.engine.grade_submission import unprotected
from grader.engine.result import Result
from grader.engine.work import Work
from grader.errors import GraderError

ANSWER = 10.0  # seconds in which a scheduler must answer, and be found again when it was lost
GREETING = 180.0  # seconds that a worker may take to say what it is; the first import from a slow disk is long
LOOK = 1.0  # seconds between looks at who is there
GRACE = 5.0  # seconds in which another worker may come where all that are there are refused
TRIES = 3  # times that a task may fail on the cluster, in whatever way, before it is judged here
_AHEAD = 3  # tasks for each thread of a worker: none waits for the next to travel
_LAST = object(), None  # after the last item
_FEWEST = 4  # tasks on their way before the first worker is known


class Batch(Configurable):
    """Where many submissions are judged (`nbgrader_config.py`)."""

    scheduler = Unicode(
        "", help="Address of a Dask scheduler, such as tcp://10.0.0.1:8786; empty: this machine"
    ).tag(config=True)


class ClusterError(GraderError):
    """The cluster cannot be used; what was judged before is kept."""


class Cluster:
    """An executor on the workers of a Dask scheduler.

    Parameters
    ----------
    address : where the scheduler listens, such as "tcp://10.0.0.1:8786".
    jobs : how many submissions are judged at a time on this machine, where it comes to that.
    say : called with sentences on what happens to workers, in the thread that uses `map`.
    """

    def __init__(
        self, address: str, jobs: int | None = None, say: Callable[[str], None] = lambda text: None
    ) -> None:
        needed()
        self.address, self.jobs, self.say = address, jobs or os.cpu_count() or 1, say
        self.crew = f"no worker yet at {address}"

    def running(self) -> list[tuple[Any, float]]:
        """Nothing: which of the tasks on their way have been begun is known on the workers alone."""
        return []

    def map(
        self, function: Judge, items: Iterable[Item], keep: Keep
    ) -> Iterator[tuple[Any, Outcome]]:
        """See `grader.batch.executor.Executor`; `function` judges what the cluster cannot."""
        items, coming, heard = iter(items), True, time.monotonic()
        with _Session(self.address, self.jobs, function, keep) as session:
            while True:
                while coming and session.on_the_way < session.room():
                    name, work = next(items, _LAST)
                    coming = name is not _LAST[0]
                    if work is not None:
                        session.submit(name, work)
                    elif coming:
                        yield name, None
                if not coming and not session.on_the_way:
                    return
                outcome = session.next(LOOK)
                self.crew = session.crew()
                for text in session.news():
                    self.say(text)
                if outcome:
                    heard = time.monotonic()
                    yield outcome
                elif time.monotonic() - heard > executor.PATIENCE:
                    heard = time.monotonic()
                    yield None, None


class _Session:
    """One run's connection to a scheduler, in a thread with an event loop of its own."""

    def __init__(self, address: str, jobs: int, function: Judge, keep: Keep) -> None:
        self.address, self.jobs, self.function, self.keep = address, jobs, function, keep
        self.name = f"grader-{uuid.uuid4().hex[:12]}"
        self.here = ThreadPoolExecutor(jobs)  # for what the cluster cannot judge
        self.on_the_way = 0
        self._results: queue.SimpleQueue[tuple[Any, Outcome]] = queue.SimpleQueue()
        self._news: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._ready: Promise[asyncio.AbstractEventLoop] = Promise()
        self._thread = threading.Thread(target=self._run, name="cluster", daemon=True)
        self._tasks: set[asyncio.Task[None]] = set()

    # What the thread that uses the session calls.

    def __enter__(self) -> "_Session":
        self._thread.start()
        self._loop = self._ready.result()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()
        self.here.shutdown(wait=False, cancel_futures=True)

    def submit(self, name: Any, work: Work) -> None:
        self.on_the_way += 1
        asyncio.run_coroutine_threadsafe(self._one(name, work), self._loop)

    def next(self, seconds: float) -> tuple[Any, Outcome] | None:
        """The next result; None where none comes in so many seconds."""
        try:
            outcome = self._results.get(timeout=seconds)
        except queue.Empty:
            self.members.check()
            return None
        self.on_the_way -= 1
        return outcome

    def news(self) -> Iterator[str]:
        with contextlib.suppress(queue.Empty):
            while True:
                yield self._news.get_nowait()

    def room(self) -> int:
        places = self.jobs if self.members.lost else sum(self.members.admitted.values())
        return max(_FEWEST, _AHEAD * places)

    def crew(self) -> str:
        if self.members.lost:
            return "this machine"
        count = len(self.members.admitted)
        return f"{count} worker{'s' * (count != 1)}" if count else f"no worker at {self.address}"

    # What runs in the event loop.

    def _run(self) -> None:
        try:
            asyncio.run(self._main())
        except BaseException as error:
            if self._ready.done():
                raise
            self._ready.set_exception(error)

    async def _main(self) -> None:
        self._over = asyncio.Event()
        async with _client(self.address) as self.client:
            self.members = _Members(self.client, self._news.put)
            watching = asyncio.create_task(self.members.watch())
            self._ready.set_result(asyncio.get_running_loop())
            await self._over.wait()
            watching.cancel()
            await self._leave()

    async def _leave(self) -> None:
        """Take back what has not been judged, and let the workers forget this run."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if not self.members.lost:
            with contextlib.suppress(Exception):  # whoever cannot be told has gone
                async with asyncio.timeout(ANSWER):
                    await self.client.run(
                        remote.leave,
                        self.name,
                        list(self.members.lessons),
                        workers=list(self.members.admitted),
                        on_error="ignore",
                    )

    async def _one(self, name: Any, work: Work) -> None:
        own = asyncio.current_task()
        assert own is not None
        self._tasks.add(own)
        try:
            self._results.put((name, await self._outcome(work)))
        except Exception as error:  # a fault of ours must not leave a submission without an answer
            self._results.put((name, error))
        finally:
            self._tasks.discard(own)

    async def _outcome(self, work: Work) -> Outcome:
        said = await self._there(work)
        judge = self.function if said is None else lambda _: Result.from_json(said)
        pool = self.here if said is None else None
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(pool, attempt, judge, work, self.keep)

    async def _there(self, work: Work) -> str | None:
        """What the cluster says of some work; None where it cannot judge it."""
        from distributed import KilledWorker
        from distributed.client import FutureCancelledError

        tries = 0
        while tries < TRIES and await self.members.somebody(work):
            try:
                return await self.members.judged(work, self.name)
            except remote.NoLesson as error:
                await self.members.greet(error.args[0])
            except remote.Refused as error:
                self.members.weigh(*error.args)
            except FutureCancelledError:
                # lost with the scheduler, or with all workers that might take it: perhaps it ended them
                tries += not self.members.lost
                await asyncio.sleep(0.1)
            except KilledWorker:
                self._news.put(
                    "Workers ended under a submission, one after the other: it is judged here."
                )
                return None
            except Exception:
                # whatever a worker says that cannot even read the task, or a client that closes
                tries += 1
                await asyncio.sleep(LOOK)
        if self.members.lost:
            self.members.farewell()
        return None


class _Members:
    """Who is at work for a session: every worker is asked what it is before its verdicts are taken."""

    def __init__(self, client: Any, tell: Callable[[str], None]) -> None:
        self.client, self.tell = client, tell
        self.admitted: dict[str, int] = {}  # address -> threads
        self.refused: dict[str, str] = {}  # address -> why, in a sentence
        self.lessons: dict[str, dict[str, Any]] = {}
        # Dask's future -> where it may go; nothing: anywhere
        self._placed: dict[Any, frozenset[str]] = {}
        self._there: dict[str, int] = {}
        self._asked: dict[str, asyncio.Task[None]] = {}
        self._said = False
        self._idle_since = time.monotonic()

    @property
    def lost(self) -> bool:
        """Whether the scheduler is gone for good."""
        return self.client.status not in ("running", "connecting")

    def check(self) -> None:
        """Raise a `ClusterError` where nobody who is there may judge, and nobody else has come for a while."""
        unsure = (
            self.admitted or not self.refused or self._asked or set(self._there) - set(self.refused)
        )
        if unsure:
            self._idle_since = time.monotonic()
        elif time.monotonic() - self._idle_since > GRACE:
            raise ClusterError(
                "No worker of the cluster can judge. " + " ".join(self.refused.values()),
                "mend this and run the command again; it goes on from here",
            )

    async def watch(self) -> None:
        """Look again and again at who is there."""
        while not self.lost:
            try:
                await self._look()
            except Exception:  # the scheduler does not answer just now; the client looks for it
                self.admitted.clear()
            await asyncio.sleep(LOOK)
        self.farewell()

    def farewell(self) -> None:
        """Say, once, that there is no cluster any more."""
        self.admitted.clear()
        if not self._said:
            self._said = True
            self.tell("The scheduler is gone: what is left is judged on this machine.")

    async def _look(self) -> None:
        # One that came and went between two looks is known by a greeting alone.
        before = {*self._there, *self.admitted, *self.refused}
        self._there = await self.client.scheduler.ncores(workers=None)
        for address in before - {*self._there}:
            self.admitted.pop(address, None)
            if not self.refused.pop(address, None):
                self.tell(f"The worker {address} is gone; others do what it had begun.")
        homeless = [f for f, where in self._placed.items() if where and not where & {*self._there}]
        if homeless:
            await self.client.cancel(homeless)
        for address in {*self._there} - {*self.admitted, *self.refused} - {*self._asked}:
            self._asked[address] = asyncio.create_task(self._ask(address))

    async def _ask(self, address: str) -> None:
        try:
            await self.greet(address)
        finally:
            del self._asked[address]

    async def greet(self, address: str) -> None:
        """Give a worker the lessons, and admit or refuse it for what it says it is."""
        lessons, warm = list(self.lessons.values()), not unprotected()
        try:
            async with asyncio.timeout(GREETING):
                asked = await self.client.run(
                    remote.introduce, lessons, warm, workers=[address], on_error="return"
                )
            told = asked[address]
        except Exception as error:
            told = error
        if isinstance(
            told, OSError | TimeoutError | KeyError
        ):  # it went meanwhile; if not, it is asked again
            self.admitted.pop(address, None)
        else:
            self.weigh(address, told)

    def weigh(self, address: str, told: dict[str, Any] | Exception) -> None:
        """Admit a worker, or refuse it and say why."""
        why = _unfit(told)
        if not why:
            self.admitted[address] = self._there.get(address, 1)
        else:
            self.admitted.pop(address, None)
            if address not in self.refused:
                self.refused[address] = f"The worker {address} is left out: {why}."
                self.tell(self.refused[address])

    async def somebody(self, work: Work) -> bool:
        """Wait until a worker may be given this work; False when there is no scheduler any more."""
        if work.lesson.key not in self.lessons:
            self.lessons[work.lesson.key] = remote.lesson_data(work.lesson)
        while not self.admitted and not self.lost:
            await asyncio.sleep(0.05)
        return not self.lost

    async def judged(self, work: Work, session: str) -> str:
        """Hand a task to the scheduler and wait. Where all that are there were admitted, any worker may have it."""
        where = sorted(self.admitted) if {*self._there} - {*self.admitted} else None
        future = self.client.submit(
            remote.judge_task,
            remote.task_data(work),
            remote.sign(list(versions())),
            session,
            key=f"{session}-{uuid.uuid4().hex}",
            pure=False,
            workers=where,
            allow_other_workers=False,
        )
        self._placed[future] = frozenset(where or ())
        try:
            return await future
        finally:
            del self._placed[future]
            future.release()  # now, and not when Python looks for circles: the notebook is in it


def _unfit(told: dict[str, Any] | Exception) -> str:
    """Why a worker must not judge, naming both sides; "" where it may."""
    if isinstance(told, Exception):
        said = " ".join(str(told).split())[:200]
        return f"it has not this grader ({type(told).__name__}: {said}); this machine has {_short(versions()[-1])}"
    here, there = list(versions()), list(told.get("versions", ()))
    if there != here:
        ours = ", ".join(_short(line) for line in here if line not in there)
        theirs = ", ".join(_short(line) for line in there if line not in here)
        return f"it has {theirs or 'an older grader'}, and this machine has {ours}; a verdict may depend on it"
    if not told["walls"] and not unprotected():
        return f"this run asks for walls around a notebook, and there none can be put up ({told['lacking']})"
    return ""


def _short(line: str) -> str:
    name, _, version = line.partition(" ")
    return f"the grader's code {version[:10]}" if name == "code" else f"{name} {version}"


@contextlib.asynccontextmanager
async def _client(address: str) -> AsyncIterator[Any]:
    """Dask's client for this scheduler, quiet: what happens is told by us, in sentences.

    Raises
    ------
    ClusterError
        Nobody answers there, or it is a scheduler that does not know this package.
    """
    import dask
    from distributed import Client

    for name in ("distributed", *(f"distributed.{x}" for x in ("client", "core", "comm", "utils"))):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    # Dask would keep the last thousand messages, each with a notebook in it.
    quiet = {"large-graph-warning-threshold": "1 GiB", "low-level-log-length": 0}
    with dask.config.set({f"distributed.admin.{name}": value for name, value in quiet.items()}):
        client = Client(address, asynchronous=True, set_as_default=False, timeout=ANSWER)
        try:
            await client
        except (OSError, ValueError, TimeoutError) as error:
            raise ClusterError(
                f"No Dask scheduler answers at {address} ({type(error).__name__}: {error})",
                "start one with dask scheduler, or mend the address; docs/cluster.md says how",
            ) from None
        try:
            await _known_there(client, address)
            yield client
        finally:
            with contextlib.suppress(Exception):  # a scheduler that is gone cannot be told good-bye
                async with asyncio.timeout(ANSWER):
                    await client.close()


async def _known_there(client: Any, address: str) -> None:
    """Tasks pass through the scheduler, which looks at them with the package's own eyes."""
    try:
        await client.run_on_scheduler(remote.is_here)
    except (ImportError, AttributeError) as error:
        raise ClusterError(
            f"The scheduler at {address} runs without this grader ({error})",
            "install the same package where the scheduler runs, and start it again",
        ) from None


def scheduler_of(course: Course) -> str:
    """The scheduler's address in a course's nbgrader_config.py; "" where there is none."""
    try:
        config = PyFileConfigLoader("nbgrader_config.py", str(course.root)).load_config()
    except Exception:  # nbgrader reads the same file, and says what is wrong with it
        return ""
    return Batch(config=config).scheduler


def needed() -> None:
    """Raise a `ClusterError` where Dask is not installed."""
    if importlib.util.find_spec("distributed") is None:
        raise ClusterError(
            "Grading on a cluster needs the package distributed, which is not installed",
            "pip install 'functional-keras[cluster]', on every machine that takes part",
        )
