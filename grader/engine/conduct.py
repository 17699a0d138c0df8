"""Runs one submission in two processes: the student's cells in one, the checks in another that sees only what was carried over.

The conductor itself runs no cell. It holds both processes to their limits, passes messages between them without reading them,
and remembers verdicts.
"""

import time
from collections import Counter
from dataclasses import dataclass

from grader.engine import names
from grader.engine.fork import Died, Process
from grader.engine.memory import Verdicts, key_of, worth_keeping
from grader.engine.plain import Budget, Run, _error_line

_GRACE = 5.0        # seconds between asking a cell to stop and ending its process
_AFTER_A_STOP = 0.1  # of a cell's time is what each further call gets, once the exercise's answer was stopped at the limit
_STOPS = 2          # after so many, the answer is not called any more
_RESIDENT = 8 * 2**30  # bytes of memory of all processes of one submission, apart from what they share with the server
_READ = 500_000     # characters of code of a notebook that is read for the names it uses
SEED = 20_240_607
_NEEDS_WEIGHTS = "needs weights"  # remembered in the place of a run: what was carried does not decide without its weights

_verdicts = Verdicts()


class _Over(Exception):
    """A limit was reached and the process does not answer to being interrupted."""


class _NeedsExamples(Exception):
    """A cell failed while the worked examples were left out: run everything."""


@dataclass(frozen=True)
class Ways:
    """How to run. `without` names walls and defences left out on purpose (tests only)."""

    sandboxed: bool = True
    without: tuple[str, ...] = ()
    verdicts: Verdicts | None = _verdicts  # None: nothing is remembered


def run_all(read, lesson, limits, ways=Ways()):
    """Run a submission's cells.

    Parameters
    ----------
    read : grader.engine.submission.Submission
    lesson : grader.engine.lesson.Lesson
    limits : grader.engine.plain.Limits

    Returns
    -------
    (dict, str)
        Runs by position in `read.cells`, and "" or why the rest was not run ("timed out", "died").
    """
    budget = Budget(limits)
    skipped = _examples_to_skip(read, lesson) if lesson.marked else frozenset()
    try:
        return _Conductor(read, lesson, limits, ways, budget, skipped).run()
    except _NeedsExamples:
        return _Conductor(read, lesson, limits, ways, budget, frozenset()).run()


def _examples_to_skip(read, lesson):
    """Positions of unchanged worked examples, unless one of the student's cells uses a name that only they bind."""
    examples = {c.source.strip() for c in lesson.cells if c.role == "example" and c.cell_type == "code"}
    skipped = {n for n, c in enumerate(read.cells) if c.cell_type == "code" and c.lesson is None and c.source.strip() in examples}
    skipped |= {n for n, c in enumerate(read.cells) if c.lesson is not None and c.lesson.role == "example" and c.source.strip() in examples}
    if sum(len(c.source) for c in read.cells if c.cell_type == "code") > _READ:
        return frozenset()
    there, only_examples = set(), set()
    for n, cell in enumerate(read.cells):
        if cell.cell_type != "code":
            continue
        if n in skipped:
            only_examples |= names.bound_by(cell.source) - there
            continue
        if cell.lesson is not None and cell.lesson.role in ("check", "hidden", "setup"):
            there |= names.bound_by(cell.source) if cell.lesson.role == "setup" else set()
            continue
        needs = names.needs_of(cell.source)
        if needs is None or needs & (only_examples - there):
            return frozenset()
        there |= names.bound_by(cell.source)
    return frozenset(skipped)


class _Conductor:
    def __init__(self, read, lesson, limits, ways, budget, skipped):
        self.read, self.lesson, self.limits, self.ways, self.budget, self.skipped = read, lesson, limits, ways, budget, skipped
        self.runs, self.banned = {}, set()
        self.stops = Counter()  # exercise -> how often its answer, or a call of it, was stopped at the time limit
        self.code = [n for n, c in enumerate(read.cells) if c.cell_type == "code" and c.source.strip() and n not in skipped]
        self.judge = _Judge(self)
        self.student = None

    def run(self):
        try:
            for _ in range(self.limits.restarts + 1):
                with self._process("notebook") as self.student:
                    ended = self._run_through()
                if ended is not None:
                    return self.runs, ended
            return self.runs, "died"
        finally:
            self.judge.close()

    def walls(self):
        return {"memory": self.limits.memory, "file_size": self.limits.file_size, "cpu": int(self.limits.total_cpu * 2) + 60,
                "sandboxed": self.ways.sandboxed, "without": self.ways.without}

    def _process(self, work):
        return Process(work, self.walls(), seed=SEED)

    def _run_through(self):
        """All cells in order in the present student's process; None where it died and another one must go on."""
        for n in self.code:
            if n in self.banned or (self._judged(n) and n in self.runs):
                continue
            if self.budget.spent:
                return "timed out"
            try:
                run = self.judge.run(n) if self._judged(n) else self._student_runs(n)
                lost = False
            except (Died, _Over) as reason:
                run, lost = _lost(reason), True
                self.banned.add(n)
            if n not in self.runs or self.runs[n].status not in ("died", "timed out"):
                self.runs[n] = run
            if run.error.startswith("NameError") and self.skipped and not self._judged(n):
                raise _NeedsExamples
            if lost:
                return None
        return ""

    def _judged(self, n):
        """Whether the judge runs this cell. A notebook without our marks runs whole, in one process."""
        cell = self.read.cells[n].lesson
        return self.lesson.marked and "judge" not in self.ways.without and cell is not None and cell.role in ("check", "hidden")

    def _student_runs(self, n):
        cell = self.read.cells[n]
        value = not self._judged(n) and cell.lesson is not None and cell.lesson.role in ("check", "hidden")
        exercise = cell.lesson.exercise if cell.lesson is not None else ""
        try:
            head, _, late = self.ask(self.student, {"do": "run", "value": value}, cell.source.encode("utf-8", "replace"))
        except _Over:
            self.stops[exercise] += 1
            raise
        self.stops[exercise] += late
        return _run_of(head, late)

    def ask(self, process, head, body=b"", serve=None, share=1.0):
        """Send a request and wait for its answer within the limits: (head, body, whether it had to be interrupted).

        `serve(head, body)` answers questions that the process asks meanwhile; `share` is how much of a cell's time it has.
        """
        watch = _Watch(self, process, share)
        process.send(head, body, watch)
        while True:
            answer, data = process.receive(watch)
            if serve is None or answer.get("done"):
                watch.settle()
                return answer, data, watch.interrupted is not None
            asked = time.monotonic()
            serve(answer, data)
            watch.begun += time.monotonic() - asked


class _Watch:
    """Holds one request to the limits: interrupts what is over, then ends what does not listen."""

    def __init__(self, conductor, process, share=1.0):
        self.conductor, self.process, self.share = conductor, process, share
        self.begun, self.cpu = time.monotonic(), process.cpu_seen  # what went on since the last answer counts
        self.interrupted = None

    def __call__(self):
        limits, budget = self.conductor.limits, self.conductor.budget
        now, used = time.monotonic(), self.process.cpu() - self.cpu
        if self.process.memory() > _RESIDENT:
            budget.cpu -= used
            raise Died("it used too much memory")
        over = (used > self.share * limits.cell_cpu or now - self.begun > self.share * limits.cell_wall
                or used > budget.cpu or now > budget.end)
        if over and self.interrupted is None:
            self.interrupted = now
            self.process.interrupt()
        elif self.interrupted is not None and now - self.interrupted > _GRACE:
            budget.cpu -= used
            raise _Over

    def settle(self):
        self.conductor.budget.cpu -= self.process.cpu() - self.cpu


class _Judge:
    """The judge's process, started when a check has to be run and no remembered verdict fits."""

    def __init__(self, conductor):
        self.conductor, self.process, self.ready = conductor, None, 0

    def close(self):
        if self.process is not None:
            self.process.__exit__()
            self.process = None

    def run(self, n):
        """The run of the check cell at position `n`."""
        conductor, cell = self.conductor, self.conductor.read.cells[n].lesson
        wanted = names.wanted(conductor.lesson, cell.exercise)
        head, message, late = conductor.ask(conductor.student, {
            "do": "give", "exercise": cell.exercise, "names": list(wanted.names), "renumbered": not wanted.numbered})
        if late:
            return Run("timed out", "the answer could not be looked at in time")
        if not head.get("given"):
            return Run("raised", f"the answer could not be carried to the check: {str(head.get('why', ''))[:200]}")
        known, key, weights = self._remembered(n, cell, wanted, message)
        return known or self._judge(n, cell, wanted, message, key, weights)

    def _remembered(self, n, cell, wanted, message):
        """(a remembered run or None, the key to remember one by, the weights that are part of that key or None)."""
        verdicts = self.conductor.ways.verdicts
        setups = [c.source for c in self._setups(n)]
        walls = sorted(self.conductor.walls().items())
        key = key_of(SEED, walls, *setups, "|", *wanted.imports, "|", *wanted.names, "|", cell.source, message)
        known = verdicts.get(key) if verdicts else None
        if known != _NEEDS_WEIGHTS:
            return known, key, None
        weights = self._weights(cell.exercise)
        key = key_of(key, weights)
        return verdicts.get(key), key, weights

    def _weights(self, exercise):
        conductor = self.conductor
        _, weights, _ = conductor.ask(conductor.student, {"do": "weights", "exercise": exercise})
        return weights

    def _setups(self, n):
        """Set-up cells that stand before position `n`, from the pristine source."""
        here = self.conductor.read.cells[n].lesson
        cells = self.conductor.lesson.cells
        return [c for c in cells[: cells.index(here)] if c.role == "setup" and c.cell_type == "code"]

    def _judge(self, n, cell, wanted, message, key, weights):
        conductor, weighed = self.conductor, weights is not None

        def serve(head, body):
            nonlocal weights
            if head.get("ask") == "weights":
                if weights is None:  # asked for once: what is judged is what the verdict is remembered by
                    weights = self._weights(cell.exercise)
                self.process.send({}, weights)
            elif head.get("ask") == "call":
                self.process.send(*self._call(cell.exercise, body, trouble))

        trouble = []
        try:
            self._set_up(n)
            request = {"do": "check", "source": cell.source, "names": list(wanted.names), "imports": list(wanted.imports)}
            head, _, late = conductor.ask(self.process, request, message, serve)
        except (Died, _Over) as reason:
            self.close()
            if trouble:
                raise trouble[0] from None
            return _lost(reason)
        if trouble:  # the student's process was lost in a call: this check is over, another process must go on
            conductor.runs[n] = Run("timed out" if isinstance(trouble[0], _Over) else "died", "the function did not come back")
            raise trouble[0]
        run = _run_of(head, late)
        verdicts = conductor.ways.verdicts
        if verdicts and head.get("pure") and not late and worth_keeping(run):
            if weights is not None and not weighed:
                verdicts.put(key, _NEEDS_WEIGHTS)
                key = key_of(key, weights)
            verdicts.put(key, run)
        return run

    def _call(self, exercise, body, trouble):
        """Pass a call of a function on to the student's process; the judge's check hears why there is no answer.

        Each call may take a cell's time, but a function that does not end is not waited for again and again.
        """
        conductor, stops = self.conductor, self.conductor.stops
        if trouble:
            return {"gone": "the process it lives in has ended"}, b""
        if stops[exercise] >= _STOPS:
            return {"gone": "it was stopped at the time limit before"}, b""
        share = _AFTER_A_STOP if stops[exercise] else 1.0
        try:
            head, answer, late = conductor.ask(conductor.student, {"do": "call", "exercise": exercise}, body, share=share)
        except (Died, _Over) as reason:
            trouble.append(reason)
            stops[exercise] += isinstance(reason, _Over)
            return {"gone": "the process it lives in has ended"}, b""
        stops[exercise] += late
        return ({"gone": "it was stopped at the time limit"}, b"") if late or head.get("interrupted") else ({}, answer)

    def _set_up(self, n):
        """A judge that has run every set-up cell before position `n`."""
        cells = self._setups(n)
        if self.process is None:
            self.process, self.ready = self.conductor._process("judge").__enter__(), 0
        for cell in cells[self.ready:]:
            self.process.send({"do": "set up"}, cell.source.encode())
            self.process.receive(_Watch(self.conductor, self.process))
            self.ready += 1


def _lost(reason):
    if isinstance(reason, _Over):
        return Run("timed out", "stopped at the time limit")
    return Run("died", f"the process died: {reason}")


def _run_of(head, late):
    """A run from what a process said about it; the process may be a student's, so every part is checked."""
    if late or head.get("interrupted"):
        return Run("timed out", "stopped at the time limit")
    error = head.get("error")
    if error is not None:
        error = error if isinstance(error, dict) else {}
        traceback = error.get("traceback") if isinstance(error.get("traceback"), list) else []
        return Run("raised", _error_line({"ename": str(error.get("ename")), "evalue": str(error.get("evalue")), "traceback": traceback}))
    value = head.get("value")
    return Run("ok", "", head.get("report"), str(value)[:1000] if value is not None else None)
