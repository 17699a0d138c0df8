"""What a check says: one `Line` per requirement, gathered in a `Report`.

Plain data and nothing else: no model, no Keras, no judgement. A report goes three ways: as a number to nbgrader
(`repr`), as HTML to the notebook, and as JSON (`to_data`) to the feedback page and the judge. `from_data` is the
way back; it trusts nothing and raises `ReportError` for whatever `to_data` would not have written.
"""

import math
from dataclasses import dataclass, fields, replace

from grader.checks.finding import NOTHING_YET, RETURNED_NONE
from grader.checks.status import MET, NOT_ATTEMPTED, NOT_LOOKED_AT, RAISED, STATUSES, UNMET
from grader.checks.svg_sanitizer import UnsafeDrawing, safe_svg
from grader.checks.wording import clip, without_arguments
from grader.errors import GraderError, is_pythons_own

MIME = "application/vnd.functional-keras.report+json"

MAX_LINES = 200
MAX_TEXT = 2_000
MAX_TITLE = 300
MAX_DRAWING = 1_000_000
MAX_POINTS = 1_000_000
VERSION = 2  # a line of version 1 has neither `about` nor `called`


class ReportError(GraderError, ValueError):
    """What came is not a report that `to_data` wrote; the message says which part is odd."""


@dataclass(frozen=True)
class Line:
    """One line of feedback.

    `status` is one of "met", "unmet", "not attempted", "raised". `title`, `expected`, `found` and `look` (what to
    look at or to do next) are plain text of bounded length. `points` is the line's share of the check, `earned` what
    it brought. `drawing` is the text of an SVG picture or None, `drawing_alt` says the same in words. `about` is the title
    without what a function was called with, "" where the title says nothing of that; `called` says that a function of the
    student's was called for this line, so what it expects and found can hold what with.
    """

    status: str
    title: str
    expected: str = ""
    found: str = ""
    look: str = ""
    points: float = 0.0
    earned: float = 0.0
    drawing: str | None = None
    drawing_alt: str = ""
    about: str = ""
    called: bool = False

    def __post_init__(self):
        if self.status not in STATUSES:
            raise ValueError(
                f"a line's status is one of {', '.join(STATUSES)}, not {self.status!r}"
            )
        for name, most in _TEXTS.items():
            object.__setattr__(self, name, clip(getattr(self, name), most))
        if self.drawing is not None:
            try:
                object.__setattr__(self, "drawing", safe_svg(self.drawing, MAX_DRAWING))
            except UnsafeDrawing as error:
                object.__setattr__(self, "drawing", None)
                object.__setattr__(
                    self, "drawing_alt", self.drawing_alt or f"(no drawing: {error})"
                )

    def without_arguments(self) -> "Line":
        """The line as a hidden check may tell it: nowhere is what a function was called with.

        Of a call's finding its kind is left. The student's function writes what it returns and what its errors say, and where it
        returns what it was given, the value that is expected holds that too.
        """
        title = self.about or self.title
        if not self.called:
            return replace(self, title=title, about="")
        found, look = self.found, self.look
        if self.status == RAISED:
            name, look = self.found.partition(":")[0], ""
            found = f"the function raised {name if is_pythons_own(name) else 'an error'}"
        elif _SAYS_NOTHING.get(found) is None:
            found = look = ""
        else:
            look = _SAYS_NOTHING[found]
        return Line(self.status, title, "", found, look, self.points, self.earned, called=True)


_TEXTS = {
    "title": MAX_TITLE,
    "about": MAX_TITLE,
    "expected": MAX_TEXT,
    "found": MAX_TEXT,
    "look": MAX_TEXT,
    "drawing_alt": MAX_TEXT,
}
# What is found of a call and is the same whatever the function was called with, and what to do then.
_SAYS_NOTHING = {f.found: f.look for f in (RETURNED_NONE, NOTHING_YET)} | {NOT_LOOKED_AT: ""}


@dataclass(frozen=True)
class Report:
    """The lines of one check and what they are worth together.

    >>> Report((Line("met", "the number of layers", points=2, earned=2),), points=2)
    2
    """

    lines: tuple[Line, ...]
    points: float

    @property
    def score(self) -> float:
        """The points earned, at most `points`; full marks only when every line that counts is met."""
        earned = math.fsum(line.earned for line in self.lines)
        if all(line.earned == line.points for line in self.lines):
            return self.points if self.lines else 0.0
        return max(0.0, min(round(earned, 4), self.points))

    @property
    def status(self) -> str:
        """ "met", "partly met", "unmet", "raised" or "not attempted", for the report as a whole."""
        found = {line.status for line in self.lines}
        if found == {MET}:
            return MET
        if found <= {NOT_ATTEMPTED}:
            return NOT_ATTEMPTED
        if self.score > 0:
            return "partly met"
        return RAISED if RAISED in found else UNMET

    def __repr__(self):
        return f"{round(self.score, 4):g}"

    def __str__(self):
        from grader.checks.render import as_text

        return as_text(self)

    def _repr_html_(self):
        from grader.checks.render import as_html

        return as_html(self)

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/plain": repr(self), "text/html": self._repr_html_(), MIME: self.to_data()}

    def to_data(self) -> dict:
        """The report as JSON-ready plain data (dict, list, str, float, None); see `from_data`."""
        lines = [
            {field.name: getattr(line, field.name) for field in fields(Line)} for line in self.lines
        ]
        return {
            "version": VERSION,
            "points": float(self.points),
            "score": float(self.score),
            "lines": lines,
        }

    @classmethod
    def from_data(cls, data) -> "Report":
        """The report that `to_data` wrote, also that of an earlier version.

        Raises
        ------
        ReportError
            for anything else: another type, a missing or an unknown key, a text or a drawing that is
            too long or could run code, points that are no finite number, a score that its lines don't add up to.
        """
        _need(type(data) is dict, "a report is a dict")
        _need(
            set(data) == {"version", "points", "score", "lines"},
            "a report has version, points, score and lines",
        )
        _need(
            type(data["version"]) is int and data["version"] in (1, VERSION),
            f"this reads versions 1 and {VERSION} only",
        )
        points = _number(data["points"], "points", MAX_POINTS)
        _need(
            type(data["lines"]) is list and len(data["lines"]) <= MAX_LINES,
            f"lines is a list of up to {MAX_LINES}",
        )
        entries = data["lines"]
        if data["version"] == 1:
            entries = [_from_version_1(entry) for entry in entries]
        report = cls(tuple(_line(entry, points) for entry in entries), points)
        total = math.fsum(line.points for line in report.lines)
        _need(
            abs(total - (points if report.lines else 0)) <= 1e-6 * max(1.0, points),
            "the lines' points don't add up",
        )
        _need(
            abs(_number(data["score"], "score", points) - report.score) <= 1e-9,
            "the score is not what the lines earned",
        )
        return report


def _from_version_1(entry):
    """A line with what its version does not say: by its title it was a call; of what raised nobody knows whether it was one."""
    if (
        type(entry) is not dict
        or type(entry.get("title")) is not str
        or {"about", "called"} & set(entry)
    ):
        raise ReportError("a line has other keys")
    title = entry["title"][: MAX_TITLE + 1]
    about = without_arguments(title)
    told = about != title
    return {
        **entry,
        "about": about[:MAX_TITLE] if told else "",
        "called": told or entry.get("status") == RAISED,
    }


def _line(entry, most) -> Line:
    _need(type(entry) is dict, "a line is a dict")
    _need(set(entry) == {field.name for field in fields(Line)}, "a line has other keys")
    _need(type(entry["status"]) is str, "a line's status is text")
    _need(type(entry["called"]) is bool, "whether a function was called is true or false")
    for name, longest in _TEXTS.items():
        _need(type(entry[name]) is str, f"a line's {name} is text")
        _need(len(entry[name]) <= longest, f"a line's {name} is too long")
    _need(entry["status"] in STATUSES, "a line's status is unknown")
    points = _number(entry["points"], "a line's points", most * (1 + 1e-9))
    earned = _number(entry["earned"], "what a line earned", points)
    _need(entry["status"] == MET or earned == 0, "only a line that is met earns points")
    drawing = entry["drawing"]
    if drawing is not None:
        _need(type(drawing) is str, "a drawing is text")
        try:
            drawing = safe_svg(drawing, MAX_DRAWING)
        except UnsafeDrawing as error:
            raise ReportError(f"a line's drawing: {error}") from None
    return Line(**{**entry, "points": points, "earned": earned, "drawing": drawing})


def _number(value, what, most) -> float:
    _need(
        type(value) in (int, float) and math.isfinite(value) and 0 <= value <= most,
        f"{what}: a number from 0 to {most:g}",
    )
    return float(value)


def _need(holds, message):
    if not holds:
        raise ReportError(message)
