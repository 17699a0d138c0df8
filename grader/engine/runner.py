"""Runs one submission in two processes: the student's cells in one, the checks in another that sees only what was carried over.

The conductor itself runs no cell. It holds both processes to their limits, passes messages between them without reading them,
and remembers verdicts.

What a hidden check calls a function with stays unknown to everything that a student is shown: such checks run when every cell has run
and every visible check has been judged.
"""

import json
import time
from collections import Counter, deque
from dataclasses import dataclass

from grader.carry import wire
from grader.course import wanted as names
from grader.course.submission import clean
from grader.engine import toolbar
from grader.engine.cache import Verdicts, key_of, worth_keeping
from grader.engine.cell_run import NOT_CARRIED, Budget, Run, error_line
from grader.engine.process import ROOM, Died, Process

_GRACE = 5.0  # seconds between asking a cell to stop and ending its process
_AFTER_A_STOP = 0.1  # of a cell's time is what each further call gets, once the exercise's answer was stopped at the limit
_STOPS = 2  # after so many, the answer is not called any more
_RESIDENT = (
    8 * 2**30
)  # bytes of memory of all processes of one submission, apart from what they share with the server
# Bytes of head and body of what a student's process may say, by what it was asked.
_ROOM = {
    "run": (2**20, 0),
    "give": (2**16, wire.MAX_BYTES),
    "again": (2**16, 0),
    "weights": (2**16, wire.MAX_BYTES),
    "call": (2**16, wire.MAX_BYTES),
}
_HELD = 320 * 2**20  # bytes of answers that are kept for checks still to come, over all exercises
_STALL = 1.0  # seconds without a look at what we wait for that are ours and not its
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

    without: tuple[str, ...] = ()
    verdicts: Verdicts | None = _verdicts  # None: nothing is remembered
    seed: int = SEED


def run_all(read, lesson, limits, ways=Ways(), only=None):
    """Run a submission's cells; with `only`, the checks of these exercises alone.

    Parameters
    ----------
    read : grader.course.submission.Submission
    lesson : grader.course.lesson.Lesson
    limits : grader.engine.cell_run.Limits

    Returns
    -------
    (dict, str)
        Runs by position in `read.cells`, and "" or why the rest was not run ("timed out", "died").
    """
    together = tests_in_one_process(lesson, limits, ways)
    budget = Budget(limits)
    skipped = names.unneeded_examples(read, lesson) if lesson.marked else frozenset()
    try:
        return _Conductor(read, lesson, limits, ways, budget, skipped, together, only).run()
    except _NeedsExamples:
        return _Conductor(read, lesson, limits, ways, budget, frozenset(), together, only).run()


def tests_in_one_process(lesson, limits, ways=Ways()):
    """The tests that share a process with the student's code, as grade_id to why; none of a lesson of ours."""

    def run(own):
        return _Conductor(own, lesson, limits, ways, Budget(limits), frozenset(), {}).run()[0]

    return toolbar.in_one_process(lesson, run)


@dataclass
class _Answer:
    """What all checks of one exercise are judged on: asked for once. `refused` is the run of each of them where there is none."""

    message: bytes = b""
    calls: bool = False  # whether it holds functions
    weights: bytes | None = None  # None: not asked for yet
    home: object = None  # the process that its functions and weights are asked of
    refused: Run | None = None


class _Conductor:
    def __init__(self, read, lesson, limits, ways, budget, skipped, together, only=None):
        self.read, self.lesson, self.limits, self.ways, self.budget, self.skipped = (
            read,
            lesson,
            limits,
            ways,
            budget,
            skipped,
        )
        self.together = together  # tests that run in the student's process
        self.runs, self.banned = {}, set()
        self.stops = (
            Counter()
        )  # exercise -> how often its answer, or a call of it, was stopped at the time limit
        self.code = [
            n
            for n, c in enumerate(read.cells)
            if c.cell_type == "code" and c.source.strip() and n not in skipped
        ]
        if only is not None:
            self.code = [
                n for n in self.code if not self._judged(n) or self._cell(n).exercise in only
            ]
        # Check cells that the judge runs -> the exercise whose answer they judge.
        self.judged = {
            n: names.answered_by(lesson, self._cell(n)) for n in self.code if self._judged(n)
        }
        self.heard = False  # whether a hidden check has called a function of the student's
        self.met = False  # whether a student's process has run a test with hidden lines itself
        self.answers = {}  # exercise -> _Answer, as long as a check of it is to come
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
        return {
            "memory": self.limits.memory,
            "resident": _RESIDENT,
            "file_size": self.limits.file_size,
            "cpu": int(self.limits.total_cpu * 2) + 60,
            "without": self.ways.without,
        }

    def _process(self, work):
        # TensorFlow ends a process that cannot read its own entry in /proc, and the judge, which runs none of the student's code, forks.
        return Process(work, {**self.walls(), "forks": work == "judge"}, seed=self.ways.seed)

    def _run_through(self):
        """All cells in order in the present student's process; None where it died and another one must go on."""
        waiting, late = deque(self.code), set()
        while waiting:
            n = waiting.popleft()
            judged = n in self.judged
            if n in self.banned or (judged and not self.to_come(n)):
                continue
            if self.budget.spent:
                return "timed out"
            known = set(self.runs)
            # From the first of its lines on, and in each process to come, for which it may leave word.
            self.met = self.met or (not judged and self._meets(n))
            self.heard = self.heard or self.met
            try:
                answer = self._answer(n) if judged else None
                if judged and n in self.runs:
                    continue
                if answer and answer.calls and n not in late and self._after_all(n):
                    late.add(n)
                    waiting.append(n)
                    continue
                self.heard = self.heard or n in late
                run = self.judge.run(n, answer) if judged else self._student_runs(n)
                lost = False
            except (Died, _Over) as reason:
                run, lost = _lost(reason), True
                self.banned.add(n)
            # What was shown stands once a function may have told those who come after it what it was called with.
            stands = judged or self.heard or self.runs.get(n, run).status in ("died", "timed out")
            if n not in self.runs or not stands:
                self.runs[n] = run
            if self.met:
                self.runs |= {
                    m: r.muted(self._seen(m)) for m, r in self.runs.items() if m not in known
                }
            if judged and not self.to_come(n):
                self.answers.pop(self.judged[n], None)
            if run.error.startswith("NameError") and self.skipped and not judged:
                raise _NeedsExamples
            if lost:
                return None
        return ""

    def _cell(self, n):
        return self.read.cells[n].lesson

    def _meets(self, n):
        """Whether a cell is a test with hidden lines that runs in the student's process."""
        cell = self._cell(n)
        shared = cell is not None and toolbar.is_test(cell) and cell.grade_id in self.together
        return shared and cell.hides and "mute" not in self.ways.without

    def _seen(self, n):
        """A test's text as students have it."""
        cell = self._cell(n)
        return cell.shown if cell is not None and toolbar.is_test(cell) else ""

    def _after_all(self, n):
        cell = self._cell(n)
        return cell.hides and "hidden-last" not in self.ways.without

    def to_come(self, n):
        """The check cells of this one's exercise that have not been judged."""
        exercise = self.judged[n]
        return [m for m, e in self.judged.items() if e == exercise and m not in self.runs]

    def _answer(self, n):
        """The answer that the check at `n` judges: what was given at the exercise's first check, and nothing that came later."""
        exercise = self.judged[n]
        before = self.answers.get(exercise) if "one-answer" not in self.ways.without else None
        if before is not None and before.home is self.student:
            return before
        now = self._ask_for_answer(exercise)
        if before is not None:  # its process has ended; one that gives the same stands for it
            same = (before.message, before.calls) == (now.message, now.calls)
            now.weights = before.weights
            if not same and not before.refused:
                now = _Answer(refused=Run("died", "the process that held the answer ended"))
        now.home = self.student
        self.answers[exercise] = now
        return now

    def _ask_for_answer(self, exercise):
        wanted = names.wanted(self.lesson, exercise)
        request = {
            "do": "give",
            "exercise": exercise,
            "names": list(wanted.names),
            "renumbered": not wanted.numbered,
        }
        head, message, late = self.ask(self.student, request)
        if late:
            return _Answer(refused=Run("timed out", "the answer could not be looked at in time"))
        if not head.get("given"):
            return _not_carried(head.get("why", ""))
        held = sum(len(a.message) + len(a.weights or b"") for a in self.answers.values())
        if held + len(message) > _HELD:
            return _not_carried("with those before it, it is too large")
        return _Answer(message, head.get("calls") is True)

    def _judged(self, n):
        """Whether the judge runs this cell."""
        cell = self._cell(n)
        return (
            "judge" not in self.ways.without
            and cell is not None
            and toolbar.is_test(cell)
            and cell.grade_id not in self.together
        )

    def _student_runs(self, n):
        cell = self.read.cells[n]
        value = cell.lesson is not None and toolbar.is_test(cell.lesson)  # it is not the judge's
        exercise = cell.lesson.exercise if cell.lesson is not None else ""
        try:
            head, _, late = self.ask(
                self.student, {"do": "run", "value": value}, cell.source.encode("utf-8", "replace")
            )
        except _Over:
            self.stops[exercise] += 1
            raise
        self.stops[exercise] += late
        return _run_of(head, late, reports=value)

    def ask(self, process, head, body=b"", serve=None, share=1.0):
        """Send a request and wait for its answer within the limits: (head, body, whether it had to be interrupted).

        `serve(head, body)` answers questions that the process asks meanwhile; `share` is how much of a cell's time it has.
        """
        watch = _Watch(self, process, share)
        room = _ROOM[head["do"]] if process is self.student else ROOM
        process.send(head, body, watch)
        while True:
            answer, data = process.receive(watch, room=room)
            if serve is None or answer.get("done"):
                watch.settle()
                return answer, data, watch.interrupted is not None
            asked = time.monotonic()
            serve(answer, data)
            watch.pause(time.monotonic() - asked)


class _Watch:
    """Holds one request to the limits: interrupts what is over, then ends what does not listen."""

    def __init__(self, conductor, process, share=1.0):
        self.conductor, self.process, self.share = conductor, process, share
        self.begun, self.cpu = (
            time.monotonic(),
            process.cpu_seen,
        )  # what went on since the last answer counts
        self.interrupted, self.seen, self.waited = None, self.begun, {}

    def pause(self, seconds):
        """Time that the process waited for us is not its own."""
        self.begun += seconds
        self.seen += seconds

    def __call__(self):
        limits, budget = self.conductor.limits, self.conductor.budget
        now, used = time.monotonic(), self.process.cpu() - self.cpu
        waited = self.process.waited()
        longest = max((s - self.waited.get(n, s) for n, s in waited.items()), default=0.0)
        lost = min(longest, now - self.seen)
        if now - self.seen > _STALL:
            lost = now - self.seen
        # We were held up, or it was, by others: its CPU time counts, the clock on the wall does not.
        budget.end += lost
        self.begun += lost
        if self.interrupted is not None:
            self.interrupted += lost
        self.seen, self.waited = now, waited
        over = (
            used > self.share * limits.cell_cpu
            or now - self.begun > self.share * limits.cell_wall
            or used > budget.cpu
            or now > budget.end
        )
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

    def run(self, n, answer):
        """The run of the check cell at position `n` on this answer; those of checks that are judged with it are noted."""
        if answer.refused:
            return answer.refused
        exercise, unit = self.conductor.judged[n], self._unit(n, answer)
        if (
            answer.calls
        ):  # what crosses in calls belongs to one check, and so do the weights with it
            request = {"do": "again", "exercise": exercise}
            self.conductor.ask(self.conductor.student, request)
            answer.weights = None
        wanted = names.wanted(self.conductor.lesson, exercise)
        known, key = self._remembered(unit, exercise, wanted, answer)
        runs = known or self._judge(unit, exercise, wanted, answer, key)
        self.conductor.runs.update(zip(unit[1:], runs[1:]))
        return runs[0]

    def _unit(self, n, answer):
        """The positions of the checks that are run one after the other in one process, `n` first.

        All of an exercise that need the same set-up. Hidden checks of functions come when the notebook has run.
        """
        if answer.calls or "one-answer" in self.conductor.ways.without:
            return [n]
        setups = self._setups(n)
        return [n, *(m for m in self.conductor.to_come(n) if m > n and self._setups(m) == setups)]

    def _remembered(self, unit, exercise, wanted, answer):
        """(remembered runs or None, the key to remember them by without weights, and with them where they are known to decide)."""
        verdicts = self.conductor.ways.verdicts
        key = key_of(
            self.conductor.ways.seed,
            sorted(self.conductor.walls().items()),
            *(c.source for c in self._setups(unit[0])),
            "|",
            *wanted.imports,
            "|",
            *wanted.names,
            "|",
            *(self._source(n) for n in unit),
            "|",
            answer.message,
        )
        known = verdicts.get(key) if verdicts else None
        if known == _NEEDS_WEIGHTS:
            known = verdicts.get(key_of(key, self._weights(exercise, answer)))
        return known, key

    def _source(self, n):
        return self.conductor.read.cells[n].lesson.source

    def _weights(self, exercise, answer):
        if (
            answer.weights is None
        ):  # asked for once: what is judged is what a verdict is remembered by
            conductor, request = self.conductor, {"do": "weights", "exercise": exercise}
            _, answer.weights, _ = conductor.ask(conductor.student, request)
        return answer.weights

    def _setups(self, n):
        """Set-up cells that stand before position `n`, from the pristine source."""
        here = self.conductor.read.cells[n].lesson
        cells = self.conductor.lesson.cells
        return [
            c
            for c in cells[: cells.index(here)]
            if c.role in ("setup", "code") and c.cell_type == "code"
        ]

    def _judge(self, unit, exercise, wanted, answer, key):
        """The runs of these checks. Where one is stopped or lost, those after it are missing: they are judged apart."""
        conductor, trouble, weighed = self.conductor, [], False

        def serve(head, body):
            nonlocal weighed
            if head.get("ask") == "weights":
                weighed = True
                self.process.send({}, self._weights(exercise, answer))
            elif head.get("ask") == "call":
                self.process.send(*self._call(exercise, answer, body, trouble))

        runs, pure, late, message = [], True, False, answer.message
        try:
            self._set_up(unit[0])
            last = all(m in conductor.runs or m in unit for m in conductor.judged)
            # Threads do not live on in a fork; the last checks may have the process itself.
            alone = "fork" not in conductor.ways.without and (last or self.process.threads() != 1)
            for n in unit:
                request = {
                    "do": "check",
                    "source": self._source(n),
                    "names": list(wanted.names),
                    "imports": list(wanted.imports),
                    "alone": alone,
                    "more": n != unit[-1],
                }
                head, _, late = conductor.ask(self.process, request, message, serve)
                runs.append(_run_of(head, late))
                pure, message = pure and bool(head.get("pure")), b""
                if late or trouble or head.get("ended"):
                    break
        except (Died, _Over) as reason:
            self.close()
            if trouble:
                raise trouble[0] from None
            return [*runs, _lost(reason)]
        if alone or len(runs) < len(unit):
            self.close()
        if trouble:  # the student's process was lost in a call: this check is over, another process must go on
            conductor.runs[unit[0]] = Run(
                "timed out" if isinstance(trouble[0], _Over) else "died",
                "the function did not come back",
            )
            raise trouble[0]
        verdicts = conductor.ways.verdicts
        if verdicts and pure and not late and all(map(worth_keeping, runs)):
            if weighed:
                verdicts.put(key, _NEEDS_WEIGHTS)
                key = key_of(key, answer.weights)
            verdicts.put(key, runs)
        return runs

    def _call(self, exercise, answer, body, trouble):
        """Pass a call of a function on to the student's process; the judge's check hears why there is no answer.

        Each call may take a cell's time, but a function that does not end is not waited for again and again.
        """
        conductor, stops = self.conductor, self.conductor.stops
        if not answer.calls:  # it would learn a hidden check's arguments before its time
            return {"gone": "it was not said to be one"}, b""
        if trouble:
            return {"gone": "the process it lives in has ended"}, b""
        if stops[exercise] >= _STOPS:
            return {"gone": "it was stopped at the time limit before"}, b""
        share = _AFTER_A_STOP if stops[exercise] else 1.0
        try:
            head, answer, late = conductor.ask(
                conductor.student, {"do": "call", "exercise": exercise}, body, share=share
            )
        except (Died, _Over) as reason:
            trouble.append(reason)
            stops[exercise] += isinstance(reason, _Over)
            return {"gone": "the process it lives in has ended"}, b""
        stops[exercise] += late
        return (
            ({"gone": "it was stopped at the time limit"}, b"")
            if late or head.get("interrupted")
            else ({}, answer)
        )

    def _set_up(self, n):
        """A judge that has run every set-up cell before position `n`."""
        cells = self._setups(n)
        if self.process is None:
            self.process, self.ready = self.conductor._process("judge").__enter__(), 0
        for cell in cells[self.ready :]:
            self.process.send({"do": "set up"}, cell.source.encode())
            self.process.receive(_Watch(self.conductor, self.process))
            self.ready += 1


def _lost(reason):
    if isinstance(reason, _Over):
        return Run("timed out", "stopped at the time limit")
    return Run("died", f"the process died: {reason}")


def _not_carried(why):
    why = clean(str(why))[:200]
    return _Answer(refused=Run("raised", f"{NOT_CARRIED}: {why}"))


def _run_of(head, late, reports=True):
    """A run from what a process said about it; the process may be a student's, so every part is checked.

    `reports`: whether it was asked for a report and a value. What else a student's process says of itself is dropped.
    """
    if late or head.get("interrupted"):
        return Run("timed out", "stopped at the time limit")
    error = head.get("error")
    if error is not None:
        error = error if isinstance(error, dict) else {}
        traceback = error.get("traceback") if isinstance(error.get("traceback"), list) else []
        return Run(
            "raised",
            error_line(
                {
                    "ename": str(error.get("ename")),
                    "evalue": str(error.get("evalue")),
                    "traceback": traceback,
                }
            ),
        )
    if not reports:
        return Run("ok")
    value, report = head.get("value"), head.get("report")
    if report is not None:  # a text in it may come from a student
        report = json.loads(clean(json.dumps(report, ensure_ascii=False)))
    made = str(head.get("made") or "")[:32]
    return Run("ok", "", report, clean(str(value))[:1000] if value is not None else None, made)
