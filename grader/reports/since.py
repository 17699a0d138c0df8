"""Who gained and who lost since an earlier standing, and by how much: what a regrade did, told student by student."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from grader.engine.result import Result
from grader.reports.standing import ByHand, Submission

_LEAST = 1e-6  # points: less is rounding


@dataclass(frozen=True)
class Change:
    """One student's points in one lesson, then and now. `cells` are (graded cell, then, now) of those that differ.

    A score that a person gave stays as it is, so such a cell is in `kept`, not in `cells`. `new`: nothing was graded then.
    """

    lesson: str
    student: str
    before: float
    after: float
    cells: tuple[tuple[str, float, float], ...] = ()
    kept: tuple[str, ...] = ()
    new: bool = False

    @property
    def gained(self) -> float:
        return self.after - self.before


def changes(
    before: Iterable[Submission], now: Iterable[Submission], entered: ByHand
) -> list[Change]:
    """What differs, those who lost most first. By-hand scores are today's in both: a regrade leaves them alone."""
    old = {(s.lesson, s.student, s.notebook): s.result for s in before}
    made = [_change(s, old.get((s.lesson, s.student, s.notebook)), entered) for s in now]
    told = [c for c in made if c.cells or c.kept or c.new]
    return sorted(told, key=lambda c: (c.new, c.gained, c.lesson, c.student))


def _change(s: Submission, then: Result | None, entered: ByHand) -> Change:
    place = s.lesson, s.student, s.notebook
    cells, kept, before, after = [], [], 0.0, 0.0
    for cell in s.result.cells:
        where = (*place, cell.grade_id)
        old = then.of(cell.grade_id) if then else None
        was = old.score if old else 0.0
        extra, hand = entered.extra.get(where, 0.0), entered.scores.get(where)
        before += (was if hand is None else hand) + extra
        after += (cell.score if hand is None else hand) + extra
        if abs(was - cell.score) > _LEAST and then:
            if hand is None:
                cells.append((cell.grade_id, was, cell.score))
            else:
                kept.append(cell.grade_id)
    return Change(s.lesson, s.student, before, after, tuple(cells), tuple(kept), then is None)


def told(changes: list[Change], since: str) -> str:
    """The changes as text for a terminal."""
    moved = [c for c in changes if c.cells]
    lost, gained = [c for c in moved if c.gained < 0], [c for c in moved if c.gained > 0]
    new = sum(c.new for c in changes)
    head = f"Compared with {since}: {len(gained)} gained, {len(lost)} lost"
    lines = [f"{head}, {new} are new." if new else f"{head}."]
    for c in moved:
        where = ", ".join(f"{cell} {was:.4g} → {now:.4g}" for cell, was, now in c.cells)
        lines.append(
            f"  {c.gained:+.4g}  {c.student}  {c.lesson}: {c.before:.4g} → {c.after:.4g}  ({where})"
        )
    for c in changes:
        if c.kept:
            lines.append(f"  kept by hand  {c.student}  {c.lesson}: {', '.join(c.kept)}")
    return "\n".join(lines)
