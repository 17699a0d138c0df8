"""What a requirement is: a question to the student's value, its answer, and the weight it has.

The questions themselves stand in the other modules; here is only their common form. `Requirement` asks one question
and yields one line, `Group` puts several questions to a part of the value or to what a call of it returns.
"""

import contextlib
import contextvars
import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from grader.checks import memo
from grader.checks.finding import NOTHING_YET, OUT_OF_REACH, Finding, met, unmet
from grader.checks.report import Line
from grader.checks.status import NOT_LOOKED_AT, RAISED, UNMET
from grader.checks.wording import (
    clip_inline,
    describe,
    error_text,
    holds_functions,
    stands_for,
    type_name,
)


@dataclass(frozen=True)
class Asked:
    """A finding with the requirement's own words and its weight: all that a line needs except the points.

    `about` and `called` are those of a `Line`.
    """

    title: str
    expected: str
    finding: Finding
    weight: float
    essential: bool
    about: str = ""
    called: bool = False

    def line(self, points: float, earned: float, hint: str = "") -> Line:
        f = self.finding
        return Line(
            f.status,
            self.title if f.title is None else f.title,
            self.expected if f.expected is None else f.expected,
            f.found,
            f"{f.look} {hint}".strip(),
            points,
            earned,
            f.drawing,
            f.drawing_alt,
            self.about if f.title is None else f.about,
            self.called,
        )


class Visit:
    """What is remembered while one value is judged: which problem has been told already, so that it is told once."""

    def __init__(self):
        self.told: set[int] = set()


@dataclass(frozen=True)
class Requirement:
    """One question to a value.

    `judge(value)` gives a `Finding`; whatever it raises becomes a line "raised". `of_model` says that the value must
    be a model ("any", or "built" and "graph": one whose graph can be read), `raw` that a symbolic tensor is to be handed over as it is,
    `trains` that it trains, or asks how well a trained model does. `about` is the title without what a function is called with, where
    it says that.
    """

    title: str
    expected: str
    judge: Callable[[object], Finding]
    of_model: str = ""
    raw: bool = False
    trains: bool = False
    weight: float = 1.0
    essential: bool = False
    about: str = ""

    def worth(self, weight: float) -> "Requirement":
        """The same requirement with another share of the points; every requirement weighs 1 unless this is said."""
        return dataclasses.replace(self, weight=checked_weight(weight))

    def needed(self) -> "Requirement":
        """The same requirement, without which the whole check scores 0."""
        return dataclasses.replace(self, essential=True)

    def ask(self, value, visit: Visit) -> list[Asked]:
        asked = self.instead(self._find(value, visit))
        return [dataclasses.replace(a, called=a.called or holds_functions(value)) for a in asked]

    def instead(self, finding: Finding) -> list[Asked]:
        """The line this requirement gets when its question can't even be put."""
        return [
            Asked(
                self.title,
                self.expected,
                finding,
                self.weight,
                self.essential,
                self.about,
                bool(self.about),
            )
        ]

    def _find(self, value, visit) -> Finding:
        if not attempted(value):
            return NOTHING_YET
        left_out = _left_out.get()
        if self.trains and left_out is not None:
            left_out.append(self.title)
            return met("left out")
        if stands_for(type(value)) == "nothing":
            return _once(value, (describe(value), OUT_OF_REACH), visit)
        memo.looked_at.append(value)
        try:
            if self.of_model:
                problem = _told_once(value, self.of_model, visit)
                if problem is not None:
                    return problem
            return self.judge(value)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            return raised(
                error,
                "This came up while your answer was looked at. Run your own cell alone and read the first error.",
            )


_left_out: contextvars.ContextVar[list[str] | None] = contextvars.ContextVar(
    "left_out", default=None
)


@contextlib.contextmanager
def leaving_out_training(out: bool = True):
    """Requirements that train count as met meanwhile; yields the list of those that were left out.

    For whoever judges thousands of answers and needs training only where nothing else has told.
    """
    token = _left_out.set([] if out else None)
    try:
        yield _left_out.get() if out else []
    finally:
        _left_out.reset(token)


@dataclass(frozen=True)
class Group:
    """Several requirements put to something that is got from the value: an entry of it, or what a call returns.

    `reach(value)` gives the part to be judged or a `Finding` that stands for all of them. `about` is the prefix without what a
    function is called with, where `reach` calls one.
    """

    reach: Callable[[object], object]
    prefix: str
    requirements: Sequence
    total: float | None = None
    essential: bool = False
    about: str = ""

    def worth(self, weight: float) -> "Group":
        """The same with another share of the points for all its lines together."""
        return dataclasses.replace(self, total=checked_weight(weight))

    def needed(self) -> "Group":
        return dataclasses.replace(self, essential=True)

    def ask(self, value, visit: Visit) -> list[Asked]:
        try:
            part = NOTHING_YET if not attempted(value) else self.reach(value)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            part = raised(error, "This came up while your answer was looked at.")
        if isinstance(part, Finding):
            return self.instead(part)
        inner = Visit()
        asked = []
        for requirement in self.requirements:
            mine = (
                part.symbolic
                if isinstance(part, Symbolic) and getattr(requirement, "raw", False)
                else part
            )
            asked += requirement.ask(mine.model if isinstance(mine, Symbolic) else mine, inner)
        return self._mine(asked)

    def instead(self, finding: Finding) -> list[Asked]:
        asked = [a for requirement in self.requirements for a in requirement.instead(finding)]
        if finding.status in (UNMET, RAISED):
            later = Finding(UNMET, NOT_LOOKED_AT)
            asked = asked[:1] + [dataclasses.replace(a, finding=later) for a in asked[1:]]
        return self._mine(asked)

    def _mine(self, asked) -> list[Asked]:
        total = sum(a.weight for a in asked)
        factor = 1.0 if self.total is None or not total else self.total / total
        return [
            dataclasses.replace(
                a,
                title=f"{self.prefix}: {a.title}",
                about=self._about(a.title, a.about),
                finding=self._named(a.finding),
                weight=a.weight * factor,
                essential=a.essential or self.essential,
                called=a.called or bool(self.about),
            )
            for a in asked
        ]

    def _about(self, title, about):
        return f"{self.about or self.prefix}: {about or title}" if self.about or about else ""

    def _named(self, finding):
        """The finding, with the prefix before a title of its own."""
        if finding.title is None:
            return finding
        about = self._about(finding.title, finding.about)
        return dataclasses.replace(finding, title=f"{self.prefix}: {finding.title}", about=about)


@dataclass(frozen=True)
class Symbolic:
    """What a call on symbolic tensors returned: the tensors, and the model from the arguments to them."""

    symbolic: object
    model: object


def attempted(value) -> bool:
    """Whether there is an answer: `...` and None are what the notebook is handed out with."""
    if value is None or value is ...:
        return False
    if type(value) in (list, tuple) and value:
        return not all(item is ... for item in value)
    if type(value) is dict and value:
        return not all(item is ... or item is None for item in value.values())
    return True


def raised(error: BaseException, look: str) -> Finding:
    if stands_for(type(error)) == "nothing":
        return unmet(
            f"something that cannot be looked at from here: {clip_inline(str(error), 300)}",
            OUT_OF_REACH,
        )
    return Finding(RAISED, error_text(error), look)


def _told_once(value, how, visit) -> Finding | None:
    from grader.checks.models import model_problem

    problem = model_problem(value, how)
    return None if problem is None else _once(value, problem, visit)


def _once(value, problem, visit) -> Finding:
    if id(value) in visit.told:
        return unmet(NOT_LOOKED_AT)
    visit.told.add(id(value))
    return unmet(*problem)


def as_requirement(something):
    """A requirement from what an author wrote: one of `expect`, or a plain function of the value.

    Raises
    ------
    TypeError
        it is neither; the author's slip, not the student's.
    """
    if isinstance(something, (Requirement, Group)):
        return something
    if callable(something) and not isinstance(something, type):
        return from_function(something)
    raise TypeError(
        f"a requirement is made with expect.… or is a function of the value; got {type_name(something)}"
    )


def from_function(function, title: str | None = None) -> Requirement:
    """A requirement from a plain function `f(value) -> bool | str | Line`; its docstring's first line is the title.

    True is met; False is not; a text is not, and says why; a `Line` stands as it is, its points aside.
    """
    words = (
        next(iter((function.__doc__ or "").strip().splitlines()), "")
        or function.__name__.replace("_", " ").strip()
    )

    def judge(value):
        verdict = function(value)
        if isinstance(verdict, Line):
            return Finding(
                verdict.status,
                verdict.found,
                verdict.look,
                verdict.drawing,
                verdict.drawing_alt,
                verdict.title or None,
                verdict.expected,
                verdict.about,
            )
        if isinstance(verdict, Finding):
            return verdict
        if type(verdict) is str:
            return unmet(verdict)
        if (
            type(verdict) is bool
            or type(verdict).__module__ == "numpy"
            and type(verdict).__name__ in ("bool", "bool_")
        ):
            return met() if bool(verdict) else unmet("this does not hold")
        return unmet(
            f"no verdict, but {clip_inline(type_name(verdict), 60)}",
            "Ask your instructor: this check gave no verdict.",
        )

    return Requirement(title or words, "", judge)


def checked_weight(weight) -> float:
    if type(weight) not in (int, float) or not 0 <= weight < float("inf"):
        raise ValueError("a weight is a number, 0 or more")
    return float(weight)
