"""What a class got wrong: answers whose unmet requirements agree, how each requirement fared, and rare mistakes that coincide.

Works on results alone; knows no page. What students wrote stands in it as they wrote it: whoever shows it makes it harmless.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby

from grader.checks.status import MET, NOT_ATTEMPTED, NOT_LOOKED_AT
from grader.engine.result import CellResult
from grader.reports.standing import STOPPED, UNREAD, Part, Submission

ENOUGH = 5  # answers, from which on "all" and "none" say something about a check
RARE = 0.05  # of the wrong answers of an exercise: a mistake of more is a common one
UNLIKELY = 0.5  # pairs expected by chance, up to which a coincidence is named

_NAMED = re.compile(
    r"(?<=\)) '[^']*'"
)  # Dense(10) 'dense_2': the name that somebody chose, or Keras counted
_NUMBERED = re.compile(r"\b([a-z][a-z0-9_]*?)_\d+\b")

State = str  # "all", "some", "none", "not attempted", "stopped", "by hand" or "unread"


@dataclass(frozen=True)
class Miss:
    """A requirement that an answer does not meet: where it stands, and what was said."""

    grade_id: str
    line: int  # its place in the check's report; -1: the answer's own cell ended with an error
    title: str
    expected: str = ""
    found: str = ""
    hidden: bool = False
    drawing_alt: str = ""
    drawn: bool = False

    @property
    def what(self) -> tuple[str, int, str]:
        """What has to agree for two answers to have the same mistake."""
        return self.grade_id, self.line, self.title

    @property
    def detail(self) -> str:
        """What was found, names and their numbers aside."""
        return _NUMBERED.sub(r"\1", _NAMED.sub("", self.found))

    @property
    def shows_difference(self) -> bool:
        return self.drawn and "difference" in self.drawing_alt.partition(":")[0]


@dataclass(frozen=True)
class Answer:
    """One student's answer to one exercise."""

    submission: Submission
    exercise: str
    score: float
    points: float
    state: State
    misses: tuple[Miss, ...] = ()
    made: str = ""  # a fingerprint of what the answer is, names aside; "" where there is none

    @property
    def student(self) -> str:
        return self.submission.student

    @property
    def wrong(self) -> bool:
        return bool(self.misses) and self.state in ("some", "none")

    @property
    def difference(self) -> tuple:
        return tuple(m.what for m in self.misses)

    @property
    def detail(self) -> tuple:
        """The same difference to the last word, in the same graph."""
        return self.made, *((*m.what, m.detail) for m in self.misses)


@dataclass(frozen=True)
class Cluster:
    """Answers whose unmet requirements agree. `told` is the miss that says most, `variants` how it was said: (text, how often)."""

    exercise: str
    answers: tuple[Answer, ...]
    told: Miss
    variants: tuple[tuple[str, int], ...]
    shown: Answer  # whose drawing stands for all

    @property
    def misses(self) -> tuple[Miss, ...]:
        return self.answers[0].misses

    @property
    def lost(self) -> float:
        """Points that this costs on average."""
        return sum(a.points - a.score for a in self.answers) / len(self.answers)


@dataclass(frozen=True)
class Fared:
    """How one requirement fared among the answers that were begun."""

    exercise: str
    title: str
    expected: str
    hidden: bool
    met: int
    missed: int
    unseen: int  # not looked at, for something before it failed

    @property
    def nobody(self) -> bool:
        """Whether nobody meets it, of enough who were asked: then it may be the check that is wrong."""
        return self.met == 0 and self.missed >= ENOUGH

    @property
    def everybody(self) -> bool:
        """Whether everybody meets it, of enough who were asked: it tells nobody apart."""
        return self.missed == 0 and self.met >= ENOUGH


@dataclass(frozen=True)
class Coincidence:
    """A rare mistake that several made in the same way, and how many such pairs chance alone would bring."""

    exercise: str
    answers: tuple[Answer, ...]
    pairs: int
    expected: float


@dataclass(frozen=True)
class Exercise:
    """One exercise of a lesson, over all who handed it in."""

    name: str
    points: float
    hidden: float
    answers: tuple[Answer, ...]
    clusters: tuple[Cluster, ...]
    requirements: tuple[Fared, ...]
    coincidences: tuple[Coincidence, ...]
    first: tuple[str, int, int] | None = (
        None  # the typical first mistake: title, how many, of how many
    )
    states: dict[State, int] = field(default_factory=dict)


def exercises(parts: list[Part], handed_in: Iterable[Submission]) -> list[Exercise]:
    """The exercises of a lesson, in its order."""
    handed_in = list(handed_in)
    return [
        _exercise(name, [p for p in parts if p.exercise == name], handed_in)
        for name in dict.fromkeys(p.exercise for p in parts)
    ]


def _exercise(name: str, parts: list[Part], handed_in: list[Submission]) -> Exercise:
    answers = tuple(answer(name, parts, s) for s in handed_in)
    wrong = [a for a in answers if a.wrong]
    first = Counter(a.misses[0].title for a in wrong).most_common(1)
    return Exercise(
        name,
        sum(p.points for p in parts),
        sum(p.points for p in parts if p.hidden),
        answers,
        clusters(wrong),
        tuple(_fared(name, parts, answers)),
        coincidences([a for a in wrong if a.misses[0].line >= 0]),
        (*first[0], len(wrong)) if first else None,
        Counter(a.state for a in answers),
    )


def answer(exercise: str, parts: list[Part], submission: Submission) -> Answer:
    """What one submission holds for one exercise."""
    cells = {c.grade_id: c for c in submission.result.cells}
    own = [(p, cells[p.grade_id]) for p in parts if p.grade_id in cells]
    score = sum(c.score for _, c in own)
    points = sum(p.points for p in parts)
    stopped = cells.get(exercise)
    misses = _misses(own, stopped) if submission.result.status not in UNREAD else ()
    made = next((c.made for _, c in own if c.made), "")
    state = _state(submission, [c for _, c in own], stopped, score, points)
    return Answer(submission, exercise, score, points, state, misses, made)


def _state(
    submission: Submission,
    cells: list[CellResult],
    own: CellResult | None,
    score: float,
    points: float,
) -> State:
    statuses = {c.status for c in cells}
    if submission.result.status in UNREAD:
        return "unread"
    if (own is not None and own.status in STOPPED) or statuses & set(STOPPED):
        return "stopped"
    if statuses and statuses <= {"not attempted"}:
        return "not attempted"
    if statuses <= {"manual"}:
        return "by hand"
    if score >= points:
        return "all"
    return "some" if score > 0 else "none"


def _misses(cells: list[tuple[Part, CellResult]], own: CellResult | None) -> tuple[Miss, ...]:
    """What is not met, in the checks' order; where the answer's cell raised, that alone: all else follows from it."""
    if own is not None and own.status == "raised":
        kind = re.search(r"raised (\w+)", own.reason)
        title = f"the answer's cell ends with {kind[1] if kind else 'an error'}"
        return (Miss(own.grade_id, -1, title, found=own.reason),)
    found: list[Miss] = []
    for part, cell in cells:
        lines = (cell.report or {}).get("lines", ())
        for n, line in enumerate(lines):
            if line["status"] not in (MET, NOT_ATTEMPTED) and line["found"] != NOT_LOOKED_AT:
                found.append(_miss(part, n, line))
        if not lines and cell.status in ("unmet", "raised"):
            found.append(Miss(cell.grade_id, 0, "the test", found=cell.reason, hidden=part.hidden))
    return tuple(found)


def _miss(part: Part, n: int, line: dict) -> Miss:
    return Miss(
        part.grade_id,
        n,
        line["title"],
        line["expected"],
        line["found"],
        part.hidden,
        line["drawing_alt"],
        bool(line["drawing"]),
    )


def clusters(wrong: list[Answer]) -> tuple[Cluster, ...]:
    """Wrong answers of one exercise by their difference, the most frequent first."""
    by_difference: dict[tuple, list[Answer]] = {}
    for a in wrong:
        by_difference.setdefault(a.difference, []).append(a)
    made = [_cluster(same) for same in by_difference.values()]
    return tuple(sorted(made, key=lambda c: (-len(c.answers), -c.lost, c.told.title)))


def _cluster(same: list[Answer]) -> Cluster:
    """The miss that tells most is one with a drawing of the difference, then one with any drawing, then the first."""

    def worth(n: int) -> tuple[bool, bool]:
        return any(a.misses[n].shows_difference for a in same), any(a.misses[n].drawn for a in same)

    best = max(range(len(same[0].misses)), key=lambda n: (worth(n), -n))
    variants = Counter(a.misses[best].detail for a in same)
    usual = variants.most_common(1)[0][0]
    alike = [a for a in same if a.misses[best].detail == usual]
    shown = next((a for a in alike if a.misses[best].drawn), alike[0])
    return Cluster(
        same[0].exercise,
        tuple(same),
        shown.misses[best],
        tuple(variants.most_common()),
        shown,
    )


def _fared(exercise: str, parts: list[Part], answers: tuple[Answer, ...]) -> Iterable[Fared]:
    """How each line of each check of an exercise came out, among answers that were begun and came to an end."""
    begun = [a.submission.result for a in answers if a.state in ("all", "some", "none")]
    for part in parts:
        counts: dict[tuple[int, str], list[int]] = {}  # met, missed, not looked at
        expected: dict[tuple[int, str], str] = {}
        for result in begun:
            cell = result.of(part.grade_id)
            for n, line in enumerate((cell.report or {}).get("lines", ()) if cell else ()):
                what = n, line["title"]
                if what not in counts:
                    counts[what], expected[what] = [0, 0, 0], line["expected"]
                counts[what][_outcome(line)] += 1
        for what, seen in sorted(counts.items()):
            yield Fared(exercise, what[1], expected[what], part.hidden, *seen)


def _outcome(line: dict) -> int:
    if line["status"] == MET:
        return 0
    return 2 if line["status"] == NOT_ATTEMPTED or line["found"] == NOT_LOOKED_AT else 1


def coincidences(wrong: list[Answer]) -> tuple[Coincidence, ...]:
    """Rare mistakes that several answers of one exercise share to the last detail, the least expected first.

    The model of chance: of `n` wrong answers, each has this difference (the same unmet requirements) with a probability `f`, and
    two answers with a common difference agree in every detail (what was found, and the graph, names aside) with a
    probability `q`, independently of each other. `f` is taken from the others: m answers have the difference, one of them
    is the one asked about, so f = (m - 1) / (n - 1). `q` is taken from all other pairs of wrong answers of this exercise with a common
    difference: (those that agree + 1) / (those pairs + 2), so that it is never 0 or 1. Expected are n (n - 1) / 2 · f² · q pairs.
    A mistake is named when at most one wrong answer in twenty has it (or only two have) and fewer than half a pair is expected.
    Answers are not independent where people learn from the same page: real chance is higher than this.
    """
    by_difference = {d: list(g) for d, g in groupby(sorted(wrong, key=_order), key=_order)}
    groups = [_same(answers) for answers in by_difference.values()]
    possible = sum(_pairs(sum(map(len, g))) for g in groups)
    agreeing = sum(_pairs(len(same)) for g in groups for same in g)
    found = []
    for group in groups:
        m = sum(map(len, group))
        for same in group:
            k, own = len(same), _pairs(len(same))
            if k < 2 or k > max(2, RARE * len(wrong)):
                continue
            q = (agreeing - own + 1) / (possible - own + 2)
            f = (m - 1) / (len(wrong) - 1)
            expected = _pairs(len(wrong)) * f * f * q
            if expected < UNLIKELY:
                found.append(Coincidence(same[0].exercise, tuple(same), own, expected))
    return tuple(sorted(found, key=lambda c: c.expected / c.pairs))


def _order(a: Answer) -> str:
    return repr(a.difference)


def _same(answers: list[Answer]) -> list[list[Answer]]:
    groups: dict[tuple, list[Answer]] = {}
    for a in answers:
        groups.setdefault(a.detail, []).append(a)
    return list(groups.values())


def _pairs(n: int) -> int:
    return n * (n - 1) // 2
