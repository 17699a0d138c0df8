"""Read a lesson's source: a jupytext py:percent file whose cell markers are short words.

    # %% setup                        locked; binds what solutions and checks may use
    # %% example                      a worked example; may be slow, nothing graded may need it
    # %% solution="stack"             the student's cell of the exercise "stack"
    # %% solution="stack" free="units" …and what its text leaves to the student (see grader.verify)
    # %% check="stack" points=3       graded, visible
    # %% hidden="stack" points=2      graded, never released
    # %% claim="shared-wins"          what a sentence says it measured; never released, never graded
    # %% claim="shared-wins" holds="8 of 10"   …and how often, where the sentence says so

A cell may carry nbgrader's own metadata instead; a markdown cell that does is an answer in words, graded by hand.
This module finds cells, roles and line numbers; `grader.course.rules` says whether they make a lesson.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

from grader.errors import GraderError

ROLES = ("setup", "example", "solution", "check", "hidden", "claim")
_NEEDS_ID = ("solution", "check", "hidden")
# Where a sentence of the lesson leans on a claim: <!-- claim: shared-wins -->, in its markdown cell.
CLAIM_MARK = re.compile(r"<!-- claim: ([a-z0-9-]+) -->")


@dataclass(frozen=True)
class Problem:
    """One reason why a source is refused, with the place to look at."""

    path: str
    line: int
    reason: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.reason}"


class SourceError(GraderError):
    """A lesson's source is out of shape; `problems` says where and why, all of them at once."""

    def __init__(self, problems):
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self):
        return type(self), (self.problems,)


@dataclass(frozen=True)
class Cell:
    """One cell of a source.

    `role` is one of `ROLES`, "text" for markdown, or "nbgrader" for a cell that brings nbgrader's own metadata.
    `line` is the line of the cell's marker, counted from 1. `free` names the kinds of differences that a solution cell's exercise
    leaves to the student. `claim` is the name of a claim cell, `holds` how often it does: 8 times of 10 as (8, 10).
    """

    role: str
    source: str
    line: int
    exercise: str = ""
    points: float | None = None
    free: tuple = ()
    metadata: dict = field(default_factory=dict)
    claim: str = ""
    holds: tuple = (1, 1)

    @property
    def grade_id(self):
        """The cell's id for nbgrader; empty where position alone names it (set-up, examples, text)."""
        if self.role == "nbgrader":
            return self.metadata["nbgrader"].get("grade_id", "")
        return (
            {"solution": "", "check": "check-", "hidden": "hidden-"}[self.role] + self.exercise
            if self.exercise
            else ""
        )


def read_source(path):
    """The cells of a py:percent lesson.

    Parameters
    ----------
    path : path-like
        `solutions/NN_slug/NN_slug.py`.

    Returns
    -------
    list of Cell

    Raises
    ------
    SourceError
        If there is no such text, or its markers cannot be understood; rules between cells are not looked at here.
    """
    import jupytext

    path = Path(path)
    shown = f"{path.parent.parent.name}/{path.parent.name}/{path.name}"
    text = _text(path, shown)
    try:
        notebook = jupytext.reads(text.lstrip(), fmt="py:percent")
    except Exception as error:  # jupytext raises what its YAML reader and nbformat raise; the author needs the place and the words
        raise SourceError(
            [Problem(shown, 1, f"not a py:percent notebook: {str(error).splitlines()[0]}")]
        ) from error
    lines = _marker_lines(text)
    if len(lines) != len(notebook.cells):
        first = next(
            (n for n, line in enumerate(text.splitlines(), 1) if line.startswith("# %%")), 1
        )
        raise SourceError(
            [
                Problem(
                    shown,
                    first,
                    f"{len(notebook.cells)} cells but {len(lines)} markers: text stands before the "
                    "first `# %%`, or a line inside a string begins with `# %%`",
                )
            ]
        )
    problems, cells = [], []
    for raw, line in zip(notebook.cells, lines):
        try:
            cells.append(_cell(raw, line))
        except ValueError as reason:
            problems.append(Problem(shown, line, str(reason)))
    if problems:
        raise SourceError(problems)
    return cells


def _text(path: Path, shown: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        beside = ", ".join(sorted(p.name for p in path.parent.glob("*.py"))) or "no .py file"
        reason = f"not there, and a lesson's source is named like its folder; found {beside}"
    except UnicodeDecodeError as error:
        reason = f"not UTF-8 text: {error.reason} at byte {error.start}"
    raise SourceError([Problem(shown, 1, reason)])


def _marker_lines(text):
    return [number for number, line in enumerate(text.splitlines(), 1) if re.match(r"# ?%%", line)]


def _cell(raw, line):
    metadata = dict(raw.metadata)
    metadata.pop(
        "lines_to_next_cell", None
    )  # jupytext's note to itself; it would leak into the student's file
    if raw.cell_type != "code":
        if ours := sorted({*ROLES, "points", "free", "holds"} & set(metadata)):
            raise ValueError(
                f"{', '.join(ours)}: such words stand on code cells; an answer in words, graded by hand, has nbgrader's own "
                'metadata: `# %% [markdown] nbgrader={"grade": true, "solution": true, "grade_id": "why", "points": 2}`'
            )
        return Cell(
            "text",
            raw.source,
            line,
            metadata={k: v for k, v in metadata.items() if k == "nbgrader"},
        )
    if "nbgrader" in metadata:
        return Cell("nbgrader", raw.source, line, metadata={"nbgrader": dict(metadata["nbgrader"])})
    title = metadata.pop("title", "")
    words = [role for role in ROLES if role in metadata or title == role]
    if len(words) != 1:
        raise ValueError(
            f"a code cell's marker names one of {', '.join(ROLES)}, for instance `# %% example`; "
            f"this one says {title or sorted(metadata) or 'nothing'!r}"
        )
    role = words[0]
    exercise = metadata.pop(role, "")
    points = metadata.pop("points", None)
    free = metadata.pop("free", "")
    holds = metadata.pop("holds", None)
    if role == "claim" and not re.fullmatch(r"[a-z0-9][a-z0-9-]*", str(exercise)):
        raise ValueError(
            f'claim needs a name: `# %% claim="shared-wins"` (small letters, digits and -); found {exercise!r}'
        )
    if role in _NEEDS_ID and not (
        isinstance(exercise, str) and re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", exercise or "")
    ):
        raise ValueError(
            f'{role} needs the id of its exercise: `# %% {role}="stack"` (letters, digits and _); found {exercise!r}'
        )
    if role in ("check", "hidden"):
        if isinstance(points, bool) or not isinstance(points, (int, float)) or not points > 0:
            raise ValueError(
                f'{role}="{exercise}" needs points, a number above 0: `# %% {role}="{exercise}" points=2`; found {points!r}'
            )
    elif points is not None:
        raise ValueError(f"points stand on check and hidden cells only, not on {role}")
    if free and (role != "solution" or not isinstance(free, str)):
        raise ValueError(
            f'free="optimizer, …" stands on solution cells only, as a text; found {free!r} on {role}'
        )
    if holds is not None and role != "claim":
        raise ValueError(f'holds="8 of 10" stands on claim cells only, not on {role}')
    if metadata:
        raise ValueError(f"unknown word on the marker: {', '.join(sorted(metadata))}")
    return Cell(
        role,
        raw.source,
        line,
        exercise if role in _NEEDS_ID else "",
        points,
        tuple(word.strip() for word in free.split(",") if word.strip()) if free else (),
        claim=exercise if role == "claim" else "",
        holds=(1, 1) if holds is None else _how_often(holds),
    )


def _how_often(text):
    said = re.fullmatch(r"(\d+) of (\d+)", str(text))
    held, tried = map(int, said.groups()) if said else (0, 0)
    if not 0 < held <= tried:
        raise ValueError(f'holds says how often: holds="8 of 10"; found {text!r}')
    return held, tried
