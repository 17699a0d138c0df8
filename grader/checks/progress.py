"""How far a student is in a lesson: the visible points so far, for the line below each report and the lesson's last cell.

Kept in the kernel and nowhere else, from what checks say as they are shown. Which exercises there are, and what each is worth, stands
in two comments that `grader build` writes: `PLAN` in the lesson's set-up cell, `EXERCISE` in each visible check. Where there are
none (a cell of one's own, a process that grades), nothing is said and nothing is kept.
"""

import re
import sys
from dataclasses import dataclass
from html import escape

from grader.checks.status import MET, NOT_ATTEMPTED, RAISED, UNMET
from grader.checks.wording import points_text

PLAN = re.compile(r"^# Lesson (\S+), points now \+ after you hand in:(.*(?:\n#   .*)*)$", re.M)
EXERCISE = re.compile(r"^# Exercise: (\w+)$", re.M)
_WORTH = re.compile(r"(\w+) ([\d.]+)(?: \+ ([\d.]+))?")
_WORDS = {
    MET: "✓ met",
    "partly met": "◐ partly met",
    UNMET: "✗ not met",
    RAISED: "! stopped with an error",
    NOT_ATTEMPTED: "○ not attempted",
}
_NOT_YET = "○ not checked in this session"


@dataclass(frozen=True)
class Worth:
    """What one exercise is worth: points that the notebook checks, and points that are checked after handing in."""

    exercise: str
    visible: float
    hidden: float = 0.0


def planned(source: str) -> tuple[str, tuple[Worth, ...]]:
    """The lesson's name and what its exercises are worth, from a cell's text; "" and nothing where it does not say."""
    found = PLAN.search(source)
    if not found:
        return "", ()
    worths = (
        Worth(name, float(now), float(later or 0)) for name, now, later in _WORTH.findall(found[2])
    )
    return found[1], tuple(worths)


@dataclass(frozen=True)
class Standing:
    """How a lesson stands in this session: `done` holds (points, status) of each exercise whose check has run."""

    lesson: str
    worths: tuple[Worth, ...]
    done: dict[str, tuple[float, str]]

    @property
    def earned(self) -> float:
        return sum(self.done[w.exercise][0] for w in self.worths if w.exercise in self.done)

    @property
    def visible(self) -> float:
        return sum(w.visible for w in self.worths)

    @property
    def hidden(self) -> float:
        return sum(w.hidden for w in self.worths)

    @property
    def whole(self) -> int:
        """How many exercises have all their visible points."""
        return sum(self.done.get(w.exercise, ("", ""))[1] == MET for w in self.worths)

    def sentence(self) -> str:
        """For instance "lesson 03: 12 of 30 visible points, 4 of 6 exercises"."""
        return (
            f"lesson {self.lesson}: {points_text(self.earned)} of {points_text(self.visible)} visible points, "
            f"{self.whole} of {len(self.worths)} exercises"
        )

    def later(self) -> str:
        """What is not counted here."""
        one = self.hidden == 1
        told = f"{points_text(self.hidden)} more {'point is' if one else 'points are'} checked after you hand in. "
        return f"{told if self.hidden else ''}This counts the checks that you ran since the kernel was started."

    def rows(self) -> list[tuple[str, str, str]]:
        """Exercise, points and state of each, and of all."""
        rows = []
        for w in self.worths:
            earned, status = self.done.get(w.exercise, (0.0, ""))
            points = f"{points_text(earned)} of {points_text(w.visible)}"
            rows.append((w.exercise, points, _WORDS.get(status, _NOT_YET)))
        total = f"{points_text(self.earned)} of {points_text(self.visible)}"
        return [*rows, ("all", total, f"{self.whole} of {len(self.worths)} exercises met")]

    def __repr__(self):
        lines = [
            f"Lesson {self.lesson}",
            *(f"{e:<24}{p:>12}   {state}" for e, p, state in self.rows()),
        ]
        return "\n".join([*lines, self.later()])

    def _repr_html_(self):
        body = "".join(
            f"<tr><td>{escape(e)}</td><td>{p}</td><td>{state}</td></tr>"
            for e, p, state in self.rows()
        )
        return (
            f'<div class="fk-standing"><style>{_STYLE}</style><table><thead><tr><th>Exercise</th><th>Visible points</th>'
            f"<th>State</th></tr></thead><tbody>{body}</tbody></table><p>{escape(self.later())}</p></div>"
        )


_STYLE = """
.fk-standing{font-family:var(--jp-content-font-family,system-ui,sans-serif);font-size:var(--jp-content-font-size1,14px);line-height:1.45;color:var(--jp-content-font-color1,inherit)}
.fk-standing table{border-collapse:collapse;margin:.2em 0}.fk-standing th,.fk-standing td{text-align:left;padding:.25em 1.4em .25em 0;border:0;background:none}
.fk-standing th{opacity:.7;font-weight:600}.fk-standing th:nth-child(2),.fk-standing td:nth-child(2){text-align:right}
.fk-standing tbody tr{border-top:1px solid var(--jp-border-color2,#8886);background:none}.fk-standing tbody tr:last-child{font-weight:600}
.fk-standing p{opacity:.8;margin:.4em 0}
"""

_done: dict[str, dict[str, tuple[float, str]]] = {}  # lesson -> exercise -> (points, status)


def shown(report) -> str:
    """Count a report that the notebook shows now; the sentence to put below it, or ""."""
    cells = _cells()
    exercise = EXERCISE.search(cells[-1]) if cells else None
    lesson, worths = _planned(cells) if exercise else ("", ())
    if exercise is None or exercise[1] not in {w.exercise for w in worths}:
        return ""
    _done.setdefault(lesson, {})[exercise[1]] = (float(report.score), report.status)
    return Standing(lesson, worths, _done[lesson]).sentence()


def ran(result) -> None:
    """A check that ended with an error has no report, and what it gave before counts no more; for IPython's `post_run_cell`."""
    source = str(getattr(result.info, "raw_cell", "") or "")
    exercise = EXERCISE.search(source)
    if exercise and (result.error_before_exec or result.error_in_exec):
        lesson, _ = _planned([*_cells(), source])
        _done.setdefault(lesson, {})[exercise[1]] = (0.0, RAISED)


def points_so_far() -> "Standing | str":
    """The table of the lesson's exercises, the visible points of each and how it stands; for the last cell of a lesson."""
    lesson, worths = _planned(_cells())
    if not worths:
        return "Run the set-up cell at the top of the notebook first: it says what this lesson's exercises are worth."
    return Standing(lesson, worths, dict(_done.get(lesson, {})))


def _planned(cells: list[str]) -> tuple[str, tuple[Worth, ...]]:
    """What the set-up cell that ran last says."""
    return next((planned(cell) for cell in reversed(cells) if PLAN.search(cell)), ("", ()))


def _cells() -> list[str]:
    """The texts of the cells that ran in this notebook, the present one last; none outside a notebook."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return [str(cell) for cell in shell.user_ns.get("In") or ()] if shell is not None else []
