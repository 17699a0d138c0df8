"""`grader report`: one page on what a class did, to be read before the next lecture, and the same as CSV.

Self-contained: no script, nothing remote. Everything that students wrote is escaped by the template, drawings go through the SVG
sanitiser and are shown as pictures.
"""

from __future__ import annotations

import base64
import datetime
import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from grader.checks.svg_sanitizer import UnsafeDrawing, safe_svg
from grader.course.folder import Course, CourseError
from grader.course.lesson import LessonError
from grader.reports import html, standing
from grader.reports.mistakes import Answer, Cluster, Exercise, exercises
from grader.reports.since import Change
from grader.reports.standing import STOPPED, UNREAD, ByHand, Submission

CARDS = 6  # clusters of a lesson that are shown with their drawing
ROWS = 24  # more clusters, a line each
NAMES = 12  # people named beside one thing; all stand in the CSV
_BINS = 10
_MAX_DRAWING = 1_000_000
STATES = {
    "all": "all points",
    "some": "some",
    "none": "none",
    "not attempted": "not attempted",
    "stopped": "stopped",
    "by hand": "waits for a person",
    "unread": "could not be read",
}


@dataclass(frozen=True)
class Section:
    """What the page says of one lesson."""

    lesson: str
    title: str
    submissions: tuple[Submission, ...]
    exercises: tuple[Exercise, ...]
    totals: dict[str, float]  # by student: the gradebook's, by hand ones and penalties included
    points: float
    absent: tuple[str, ...] = ()  # handed nothing in
    waiting: tuple[str, ...] = ()  # students with something that a person has still to grade
    drawings: dict[int, tuple[str, str]] = field(default_factory=dict)

    @property
    def clusters(self) -> list[Cluster]:
        """Of all exercises, the most frequent first."""
        found = [c for e in self.exercises for c in e.clusters]
        return sorted(found, key=lambda c: (-len(c.answers), -c.lost))

    @property
    def untouched(self) -> list[str]:
        return [s.student for s in self.submissions if s.result.status == "untouched"]

    @property
    def graded(self) -> list[Submission]:
        """Those that were begun and could be read."""
        return [s for s in self.submissions if s.result.status not in ("untouched", *UNREAD)]

    @property
    def stopped(self) -> list[tuple[str, str]]:
        """Who was stopped by a limit or could not be read, and why."""
        found = []
        for s in self.submissions:
            cells = [c.reason for c in s.result.cells if c.status in STOPPED and not c.points]
            if s.result.status in (*STOPPED, *UNREAD) or cells:
                found.append((s.student, s.result.reason or " ".join(dict.fromkeys(cells))))
        return found

    @property
    def own(self) -> list[float]:
        """The points of those whose answers were graded."""
        return [self.totals[s.student] for s in self.graded] or [0.0]

    @property
    def median(self) -> float:
        return statistics.median(self.own)

    @property
    def mean(self) -> float:
        return statistics.fmean(self.own)


def sections(
    course: Course, found: Iterable[Submission], entered: ByHand = ByHand()
) -> list[Section]:
    """A section for each lesson of these submissions; one that nobody handed in has none."""
    found = list(found)
    everybody = sorted({s.student for s in found} | set(entered.names))
    by_lesson: dict[tuple[str, str], list[Submission]] = {}
    for s in found:
        by_lesson.setdefault((s.lesson, s.notebook), []).append(s)
    return [
        _section(course, lesson, notebook, own, entered, everybody)
        for (lesson, notebook), own in sorted(by_lesson.items())
    ]


def _section(
    course: Course,
    lesson: str,
    notebook: str,
    own: list[Submission],
    entered: ByHand,
    everybody: list[str],
) -> Section:
    parts = standing.parts(course, lesson, notebook, own[0].result.cells)
    graded = [s for s in own if s.result.status != "untouched"]
    here = {s.student for s in own}
    mine = [c for c in entered.waiting if c[0] == lesson and c[2] == notebook]
    made = Section(
        lesson if notebook == lesson else f"{lesson} / {notebook}",
        _title(course, lesson, notebook),
        tuple(own),
        tuple(exercises(parts, graded)),
        {s.student: entered.total(lesson, s.student, notebook, s.result) for s in own},
        sum(p.points for p in parts),
        tuple(s for s in everybody if s not in here),
        tuple(sorted({c[1] for c in mine})),
    )
    for n, cluster in enumerate(made.clusters[:CARDS]):
        made.drawings[n] = _drawing(cluster)
    return made


def _title(course: Course, lesson: str, notebook: str) -> str:
    """The lesson's own heading, or its folder's name."""
    try:
        cells = course.read(lesson, notebook).cells
    except (CourseError, LessonError):
        return lesson
    heads = (c.source.lstrip() for c in cells if c.role == "text")
    return next((h[2:].splitlines()[0].strip() for h in heads if h.startswith("# ")), lesson)


def _drawing(cluster: Cluster) -> tuple[str, str]:
    """The address of a picture that holds the cluster's drawing, and what it shows; "" where there is none."""
    told = cluster.told
    if not told.drawn:
        return "", ""
    svg, alt = standing.drawing(cluster.shown.submission, told.grade_id, told.line)
    try:
        safe = safe_svg(svg, _MAX_DRAWING) if svg else ""
    except UnsafeDrawing:
        safe = ""
    content = base64.b64encode(safe.encode("utf-8", "replace")).decode("ascii")
    return (f"data:image/svg+xml;base64,{content}", alt) if safe else ("", "")


def page(
    made: list[Section],
    entered: ByHand = ByHand(),
    title: str = "",
    changes: Sequence[Change] | None = None,
    since: str = "",
) -> str:
    """The whole page as text.

    Parameters
    ----------
    title : the course's name.
    changes, since : who gained and lost, and since when, where that was asked.
    """
    return html.page(
        "grader.reports",
        "class",
        {"points": _points, "clipped": _clipped, "person": _person(entered)},
        title=title,
        today=f"{datetime.date.today():%d %B %Y}".lstrip("0"),
        sections=made,
        students=len({s.student for m in made for s in m.submissions} | set(entered.names)),
        states=STATES,
        bars=_bars,
        histogram=_histogram,
        CARDS=CARDS,
        ROWS=ROWS,
        NAMES=NAMES,
        UNREAD=UNREAD,
        changes=changes,
        since=since,
    )


def _person(entered: ByHand):
    def named(student: str) -> str:
        name = entered.names.get(student, "")
        return _clipped(f"{name} ({student})" if name else student, 60)

    return named


def _points(value: float, places: int = 1) -> str:
    return f"{round(value, places):g}"


def _clipped(text: str, most: int = 400) -> str:
    """A text on one line, without what a page cannot hold."""
    line = "".join(c if c.isprintable() else " " for c in str(text))
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def _bars(exercise: Exercise) -> list[dict]:
    """The segments of an exercise's bar, by state: x and width as shares of 1, and how many."""
    whole, x, made = max(1, len(exercise.answers)), 0.0, []
    for state in STATES:
        count = exercise.states.get(state, 0)
        if count:
            made.append({"state": state, "count": count, "x": x, "width": count / whole})
        x += count / whole
    return made


def _histogram(section: Section) -> list[dict]:
    """How many have how many points: ten bins up to all points, with what each is from and to."""
    most = section.points or 1.0
    counts = Counter(
        min(_BINS - 1, max(0, int(_BINS * section.totals[s.student] / most)))
        for s in section.graded
    )
    highest = max(counts.values(), default=1)
    return [
        {
            "count": counts[n],
            "height": counts[n] / highest,
            "low": most * n / _BINS,
            "high": most * (n + 1) / _BINS,
        }
        for n in range(_BINS)
    ]


COLUMNS = (
    "lesson",
    "student",
    "submission",
    "exercise",
    "score",
    "points",
    "state",
    "difference",
    "answers_with_it",
    "first_mistake",
    "found",
    "not_met",
)


def rows(made: list[Section]) -> Iterator[tuple]:
    """The CSV: a line for each student and exercise. `difference` numbers the clusters of an exercise, the most frequent is 1."""
    yield COLUMNS
    for section in made:
        for student in section.absent:
            yield section.lesson, student, "nothing handed in", *[None] * 9
        for s in section.submissions:
            if s.result.status == "untouched":
                yield section.lesson, s.student, "untouched", *[None] * 9
        for exercise in section.exercises:
            numbers = {
                a: (n, c) for n, c in enumerate(exercise.clusters, 1) for a in _ids(c.answers)
            }
            for a in exercise.answers:
                yield _row(section, exercise, a, *numbers.get(id(a), (None, None)))


def _ids(answers: Iterable[Answer]) -> list[int]:
    return [id(a) for a in answers]


def _row(
    section: Section, exercise: Exercise, a: Answer, number: int | None, cluster: Cluster | None
) -> tuple:
    about = section.lesson, a.student, a.submission.result.status, exercise.name
    scored = round(a.score, 4), a.points, STATES[a.state]
    if cluster is None:
        return *about, *scored, *[None] * 5
    first = a.misses[0]
    missed = "; ".join(m.title for m in a.misses)
    return (
        *about,
        *scored,
        number,
        len(cluster.answers),
        first.title,
        _clipped(first.found),
        _clipped(missed),
    )
