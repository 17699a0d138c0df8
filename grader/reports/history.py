"""What was graded when: a line for each submission whose result changed, so that two standings of a class can be compared.

One file below `.grader/`, which is only ever added to. It names results by their keys and holds no scores: those stand in the result
store. A course graded before there was such a file has none; what is recorded in `autograded/` stands for it (`Standing.read`).
"""

import datetime
import functools
import json
import threading
from dataclasses import dataclass
from pathlib import Path

from grader.errors import GraderError

Place = tuple[str, str, str]  # lesson, student, notebook


@dataclass(frozen=True)
class Run:
    """One run of grading: its number, counted from 1, when it began (UTC), and how many lines stand before it."""

    number: int
    when: str
    line: int


class History:
    """The lines of `.grader/history.jsonl`. Safe to use from several threads; others may add lines meanwhile."""

    def __init__(self, folder: Path):
        self.path = Path(folder) / "history.jsonl"
        self.runs: list[Run] = []
        self.lines: list[tuple[Place, str, str]] = []  # (place, key, when)
        self.exercises: dict[
            str, dict
        ] = {}  # lesson -> exercise -> (key, points) when it was graded last
        self._known: dict[Place, str] = {}
        self._begun: dict | None = None
        self._read, self._lock = 0, threading.Lock()

    def begin(self, exercises: dict[str, dict] | None = None) -> tuple[int, dict[str, dict]]:
        """Note that a run begins; it is written down with the first thing that has changed.

        Parameters
        ----------
        exercises : of each lesson that is graded, what each exercise is known by: lesson → exercise → [key, points].

        Returns
        -------
        Its number, and the same of these lessons as they were graded last.
        """
        with self._lock:
            self._refresh()
            number, exercises = len(self.runs) + 1, exercises or {}
            before = {lesson: self.exercises.get(lesson, {}) for lesson in exercises}
            self._begun = {"run": number, "when": now(), "exercises": exercises}
            if before != exercises:
                self._write_run()
        return number, before

    def _write_run(self) -> None:
        """Add the line of the run that has begun; one in which nothing changes has none."""
        if self._begun:
            self._append(self._begun)
            self._begun = None
            self._refresh()

    def note(self, lesson: str, student: str, notebook: str, key: str) -> None:
        """Note that this is now the result of a submission; nothing where it was before."""
        with self._lock:
            self._refresh()
            if self._known.get((lesson, student, notebook)) == key:
                return
            self._write_run()
            self._append({"place": [lesson, student, notebook], "key": key, "when": now()})
            self._refresh()

    def latest(self, lines: int | None = None) -> dict[Place, str]:
        """The result's key of each submission; with `lines`, as it was when only so many lines were there."""
        with self._lock:
            self._refresh()
            return {place: key for place, key, _ in self.lines[:lines]}

    def before(self, since: str) -> tuple[int, str]:
        """How many lines were there at a run's end or at a time, and that moment in words.

        Parameters
        ----------
        since : a run's number; a date or a time such as 2026-11-30 or 2026-11-30T14:00 (local); or "", before the last run.

        Raises
        ------
        GraderError
            It is none of these, or nothing is known of that time.
        """
        with self._lock:
            self._refresh()
        if not self.runs:
            raise GraderError(
                "no run of grading is noted here, so nothing can be compared",
                "grader grade notes each run from now on",
            )
        if not since:
            return self.runs[-1].line, f"the standing before run {self.runs[-1].number}"
        if since.isdigit():
            return self._after_run(int(since)), f"the standing after run {since}"
        try:
            moment = datetime.datetime.fromisoformat(since).astimezone(datetime.UTC)
        except ValueError:
            raise GraderError(
                f"--since {since!r} is neither a run's number nor a date",
                f"say 1 to {len(self.runs)}, or a date such as {now()[:10]}",
            ) from None
        text = moment.strftime(_FORM)
        return sum(when < text for _, _, when in self.lines), f"the standing of {since}"

    def _after_run(self, number: int) -> int:
        if not 1 <= number <= len(self.runs):
            raise GraderError(
                f"there is no run {number}",
                f"known are 1 to {len(self.runs)}; see .grader/history.jsonl",
            )
        return self.runs[number].line if number < len(self.runs) else len(self.lines)

    def _refresh(self) -> None:
        """Read what was added since."""
        try:
            with open(self.path, "rb") as file:
                file.seek(self._read)
                data = file.read()
        except FileNotFoundError:
            data = b""
        whole = data.rfind(b"\n") + 1
        self._read += whole
        for line in data[:whole].splitlines():
            self._take(line)

    def _take(self, line: bytes) -> None:
        """One line; what is damaged is passed over, since a run may be killed while it writes."""
        try:
            data = json.loads(line)
            if "run" in data:
                self.runs.append(Run(len(self.runs) + 1, str(data["when"]), len(self.lines)))
                self.exercises.update(data.get("exercises", {}))
                return
            lesson, student, notebook = map(str, data["place"])
            place, key = (lesson, student, notebook), str(data["key"])
            self.lines.append((place, key, str(data["when"])))
            self._known[place] = key
        except (ValueError, KeyError, TypeError):
            return

    def _append(self, data: dict) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(data).encode() + b"\n"
        with open(self.path, "ab+") as file:
            if file.tell() > self._read:  # somebody was killed in the middle of a line
                text = b"\n" + text
            file.write(text)


def changed(lesson: str, before: dict, now: dict) -> str:
    """One sentence on the exercises of a lesson that are not as they were graded last; "" where all are, or none was graded.

    Both are exercise → [key, points].
    """
    new = [e for e in now if e not in before or before[e][0] != now[e][0]]
    if not before or not new:
        return ""
    told = ", ".join(_points(e, before.get(e), now[e]) for e in new)
    if len(new) == len(now):
        return f"{lesson} was changed since it was graded, in all exercises ({told}): everything is judged again."
    return (
        f"{lesson} was changed since it was graded, in {told}. Only that is judged again; all other verdicts stay, and so does "
        "what was given by hand."
    )


def _points(exercise: str, before: list | None, now: list) -> str:
    if before is None:
        return f"{exercise} (new)"
    return exercise + (f" ({now[1]:g} points, were {before[1]:g})" if now[1] != before[1] else "")


_FORM = "%Y-%m-%dT%H:%M:%SZ"


def now() -> str:
    """This moment, UTC, in seconds."""
    return datetime.datetime.now(datetime.UTC).strftime(_FORM)


@functools.lru_cache(maxsize=8)
def history(folder: Path) -> History:
    """The history of a course's `.grader/`, read once in a process."""
    return History(folder)
