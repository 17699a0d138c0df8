"""One submission in, one result out: the seam behind which a notebook is executed.

`grade_one` is a pure function of the submission's bytes, the lesson and the limits. What comes before it (finding files)
and after it (gradebook, tables, pages) lives elsewhere and knows nothing of kernels.
"""

import functools
import os
import re
import time
from dataclasses import dataclass, replace

from grader.course.submission import from_plain, read_submission, to_plain
from grader.course.wanted import names_used
from grader.engine import runner
from grader.engine.apart import TooMuch, apart
from grader.engine.cell_run import MISSING, Limits, Run
from grader.engine.result import CellResult, Result, nothing_earned
from grader.engine.sandbox import SandboxError, abilities

__all__ = ["Earlier", "Limits", "PLAIN", "default_ways", "grade_one", "unprotected", "walled_ways"]

MAX_FINDING = 300  # characters of a sentence in a table
PLAIN = "plain"  # an ordinary kernel: students' code and checks in one process, no walls

TOO_MUCH = (
    "The notebook could not be read: that takes more memory or time than a notebook may. "
    "Clear its outputs and hand it in again."
)
_LOST_ANSWER = {
    "timed out": "The answer was stopped at the time limit.",
    "died": "The kernel died in the answer.",
}


def grade_one(submission: bytes, lesson, limits=Limits(), ways=None, earlier=None):
    """Grade one notebook.

    Parameters
    ----------
    submission : bytes
        The file as handed in; anything at all.
    lesson : grader.course.lesson.Lesson
    limits : Limits
    ways : grader.engine.runner.Ways
        How to run. None: what this machine can do, see `default_ways`.
    earlier : Earlier
        This notebook's result before some exercises were changed: only these are judged again, all other verdicts stay.

    Returns
    -------
    Result
        With `student` left empty: who handed it in does not change the verdict.
    """
    begun = time.monotonic()
    if len(submission) > limits.submission:
        return nothing_earned(
            lesson,
            "unreadable",
            f"The file is too large: more than {limits.submission / 2**20:,.0f} MB. Clear its outputs and hand it in again.",
        )
    try:
        read = from_plain(apart(_read, submission, lesson), lesson)
    except TooMuch:
        return nothing_earned(lesson, "unreadable", TOO_MUCH)
    if read.status:
        return nothing_earned(lesson, read.status, read.reason, read.notes)
    if lesson.marked and read.untouched(lesson):
        return nothing_earned(
            lesson,
            "untouched",
            "Nothing was changed in this notebook.",
            read.notes,
            "not attempted",
            "Not attempted.",
        )
    ways = ways or default_ways()
    runs, ended, kept = _runs(read, lesson, limits, ways, earlier)
    cells = [
        c
        for c in (kept(cell, _verdict(cell, read, runs, lesson.marked)) for cell in lesson.cells)
        if c is not None
    ]
    status, reason = _overall(cells, ended)
    seconds = round(time.monotonic() - begun, 2)
    notes = read.notes + _told(lesson, limits, ways)
    return Result(lesson.name, "", status, reason, tuple(cells), seconds, notes)


@dataclass(frozen=True)
class Earlier:
    """A result that still holds for all exercises but those in `changed`."""

    result: Result
    changed: frozenset[str]


def _runs(read, lesson, limits, ways, earlier):
    """How the cells ran, why the rest was not run, and which verdict stands for a cell: the one of before or the new one."""
    if earlier is not None and earlier.result.status == "graded" and ways != PLAIN:
        runs, ended = {}, ""
        if earlier.changed:
            runs, ended = runner.run_all(read, lesson, limits, ways, earlier.changed)
        if not ended:
            return runs, "", functools.partial(_stands, earlier)
    if ways == PLAIN:
        from grader.engine import unsandboxed

        runs, ended = unsandboxed.run_all(read, lesson, limits)
    else:
        runs, ended = runner.run_all(read, lesson, limits, ways)
    return runs, ended, lambda cell, verdict: verdict


def _stands(earlier, cell, verdict):
    return verdict if cell.exercise in earlier.changed else earlier.result.of(cell.grade_id)


def _read(submission: bytes, lesson) -> dict:
    """What is graded of a submission: its cells, what their text uses, what was put right."""
    read = read_submission(submission, lesson)
    return to_plain(replace(read, used=names_used(read, lesson) if lesson.marked else {}))


def _told(lesson, limits, ways):
    """What an instructor should know of how this was graded."""
    together = {} if ways == PLAIN else runner.tests_in_one_process(lesson, limits, ways)
    if not together:
        return ()
    tests = ", ".join(together)
    return (
        f"These tests share a process with the notebook's own code: {tests}; grader doctor says why.",
    )


def default_ways():
    """Two processes inside walls where the machine has them; without, only on demand and in an ordinary kernel.

    Raises
    ------
    SandboxError
        There is no sandbox and `GRADER_NO_SANDBOX` does not say that this is all right.
    """
    return PLAIN if unprotected() else walled_ways()


def unprotected():
    """Whether somebody has said that notebooks may run without walls (`GRADER_NO_SANDBOX`, or --no-sandbox)."""
    return os.environ.get("GRADER_NO_SANDBOX") == "1"


def walled_ways(**settings):
    """The way to run in two processes inside walls; `settings` are those of `runner.Ways`.

    Raises
    ------
    SandboxError
        This machine cannot put the walls up.
    """
    able = abilities()
    if able.enough:
        return runner.Ways(**settings)
    raise SandboxError(
        f"This machine cannot wall in a student's notebook: {'; '.join(able.lacking)}. See grader doctor. With --no-sandbox "
        "notebooks run unprotected: they can read and change your files, and the checks share a process with the student's code."
    )


def _verdict(cell, read, runs, marked):
    """The result of one of the lesson's cells, or None where nothing is to be said about it.

    `marked`: the lesson is one of ours, in which nothing but a report of ours earns points.
    """
    where = next((n for n, c in enumerate(read.cells) if c.lesson is cell), None)
    run = runs.get(where, Run("not run"))
    if cell.manual:
        return (
            CellResult(cell.grade_id, 0.0, cell.points, "manual", None, "Graded by hand.")
            if cell.graded
            else None
        )
    if cell.role == "solution":
        return _answer(cell, run)
    if cell.role not in ("check", "hidden") or not cell.graded:
        return None
    answer = read.answer(cell.exercise)
    answer_run = runs.get(
        next((n for n, c in enumerate(read.cells) if c is answer), None), Run("not run")
    )
    if run.status in ("timed out", "died", "not run"):
        reason = (
            _LOST_ANSWER.get(answer_run.status)
            or {
                "timed out": "The check was stopped at the time limit.",
                "died": "The kernel died while the check ran.",
                "not run": "The check was not run: the notebook had used up its time or its kernels.",
            }[run.status]
        )
        return CellResult(cell.grade_id, 0.0, cell.points, run.status, None, reason)
    begun = answer is None or not answer.lesson.is_stub(answer.source)
    if run.report is not None and run.mute:
        return _mute(judge_report(cell, run.report, answer_run, begun))
    if run.report is not None:
        return replace(judge_report(cell, run.report, answer_run, begun), made=run.made)
    if run.status == "raised":
        return _no_report(cell, run, answer_run, begun)
    if not (marked and "check(" in cell.source):  # a test of nbgrader's own kind, also beside ours
        return judge_value(cell, run)
    return CellResult(
        cell.grade_id,
        0.0,
        cell.points,
        "unmet",
        None,
        "The check gave no report: a name it uses, such as check, was replaced.",
    )


def _mute(verdict):
    """A report's verdict without its words: they came from a process that had met a hidden test."""
    said = {
        "met": "",
        "not attempted": "Not attempted.",
        "raised": "The check was stopped by an error.",
    }.get(verdict.status, f"The check gave {verdict.score:g} of {verdict.points:g} points.")
    return replace(verdict, report=None, reason=said)


def judge_report(cell, data, answer_run=Run("ok"), begun=True):
    """The verdict that a check's report gives; the score is kept within the cell's points.

    `answer_run` is how the student's cell ran, `begun` whether it differs from what was given out.
    """
    from grader.checks.report import Report

    try:
        report = Report.from_data(data)
    except ValueError:
        return CellResult(
            cell.grade_id,
            0.0,
            cell.points,
            "unmet",
            None,
            "The check gave a report that cannot be right.",
        )
    score = round(min(max(float(report.score), 0.0), cell.points), 4)
    if score > 0:
        status = "met" if score >= cell.points else "partly"
    else:
        status = (
            "not attempted"
            if not begun
            else report.status
            if report.status in ("not attempted", "raised")
            else "unmet"
        )
    return CellResult(
        cell.grade_id,
        score,
        cell.points,
        status,
        report.to_data(),
        reason_of(cell, report, status, answer_run, begun),
    )


def reason_of(cell, report, status, answer_run, begun=True):
    """One sentence on what a report found wrong; of a hidden check, or one with hidden lines, only its titles."""
    if status == "met":
        return ""
    if status == "not attempted" and not begun:
        return "Not attempted."
    if answer_run.status == "raised":
        return f"The answer raised {answer_run.error}."
    if answer_run.status in _LOST_ANSWER:
        return _LOST_ANSWER[answer_run.status]
    if status == "not attempted":
        called = any(line.about.startswith("called with") for line in report.lines)
        return (
            "Nothing to check: the function gives back None or `...`; is a return missing?"
            if called
            else "Nothing to check: the value is still `...` or None."
        )
    missed = [line for line in report.lines if line.status != "met"]
    if not missed:
        return ""
    if cell.hides:
        more = f" (and {len(missed) - 1} more)" if len(missed) > 1 else ""
        return f"Hidden checks: {missed[0].about or missed[0].title}{more}."
    return finding(missed)


def finding(lines):
    """One sentence on what the first of these lines of a report found, and how many more there are."""
    line, more = lines[0], f" (and {len(lines) - 1} more)" if len(lines) > 1 else ""
    said = line.title + (
        f": expected {line.expected}, found {line.found}"
        if line.expected
        else f": {line.found}"
        if line.found
        else ""
    )
    said = " ".join(said.split())
    if len(said) > MAX_FINDING:
        cut = said[:MAX_FINDING]
        return f"{cut[: cut.rfind(' ', MAX_FINDING // 2)].rstrip('.,:')} …{more}"
    return f"{said.rstrip('.')}{more}."


def judge_value(cell, run):
    """nbgrader's rules for a test without a report of ours, except that what is not a number from 0 to the points earns 0."""
    if run.value is None:
        return CellResult(cell.grade_id, cell.points, cell.points, "met")
    try:
        score = float(run.value)
    except ValueError:
        score = float("nan")
    if 0 <= score <= cell.points:
        status = "met" if score == cell.points else "partly" if score else "unmet"
        return CellResult(
            cell.grade_id,
            score,
            cell.points,
            status,
            None,
            "" if status == "met" else f"The test gave {score:g} of {cell.points:g} points.",
        )
    said = "" if cell.hides or run.mute else f", {' '.join(run.value.split())[:60]},"
    return CellResult(
        cell.grade_id,
        0.0,
        cell.points,
        "unmet",
        None,
        f"The test's last value{said} is not a number from 0 to {cell.points:g}.",
    )


def _no_report(cell, run, answer_run, begun):
    """A test that raised instead of reporting: most often because the answer did not get so far."""

    def lost(status, reason):
        return CellResult(cell.grade_id, 0.0, cell.points, status, None, reason)

    if not begun:
        return lost("not attempted", "Not attempted.")
    if answer_run.status == "raised":
        return lost("raised", f"The answer raised {answer_run.error}.")
    if answer_run.status in _LOST_ANSWER:
        return lost(answer_run.status, _LOST_ANSWER[answer_run.status])
    if cell.role == "hidden":
        return lost("raised", "The hidden checks could not be run on this answer.")
    missing = MISSING.match(run.error)
    if run.mute and not missing:
        return lost("raised", f"The check raised {run.error}.")
    line, hidden = re.search(r"\(line (\d+)\)$", run.error), cell.hidden_lines
    if not run.mute and hidden and (not line or int(line[1]) in hidden):
        return lost("raised", "A hidden test of this cell failed.")
    if (
        not run.mute and hidden and int(line[1]) > min(hidden)
    ):  # an answer could raise there what hidden lines asked it
        return lost("raised", "A test of this cell failed that stands behind hidden ones.")
    if missing:
        return lost("raised", f"No cell defines `{missing[1]}`, which the check looks at.")
    return lost("raised", f"The check raised {run.error}.")


def _answer(cell, run):
    if run.status == "raised":
        return CellResult(cell.grade_id, 0.0, 0.0, "raised", None, f"This cell raised {run.error}.")
    if run.status == "timed out":
        return CellResult(
            cell.grade_id, 0.0, 0.0, "timed out", None, "This cell was stopped at the time limit."
        )
    if run.status == "died":
        return CellResult(
            cell.grade_id, 0.0, 0.0, "died", None, "The kernel died while this cell ran."
        )
    return None


def _overall(cells, ended):
    if ended == "timed out":
        return "timed out", "The notebook used up its time; what was judged before that counts."
    if ended == "died":
        return "died", "The kernel died again and again; what was judged before that counts."
    stopped = [c.grade_id for c in cells if c.status == "timed out" and not c.points]
    dead = [c.grade_id for c in cells if c.status == "died" and not c.points]
    if dead:
        return "graded", f"The kernel died in {', '.join(dead)}; the rest was graded without it."
    if stopped:
        return (
            "graded",
            f"{', '.join(stopped)} was stopped at the time limit; the rest was graded without it.",
        )
    return "graded", ""
