"""What grading one submission yields: scores and sentences, as plain data that can be stored and compared.

Holds no outputs, no notebooks and no times other than `seconds`, so that equal submissions give equal results.
"""

import json
import math
from dataclasses import dataclass, field

from grader.errors import GraderError

# How a submission as a whole went.
STATUSES = (
    "graded",  # it was run, each cell tells its own story
    "untouched",  # every answer is still what the student was given; nothing was run
    "unreadable",  # the bytes are not a notebook
    "unknown",  # a notebook, but none of this lesson's cells is in it
    "refused",  # a link out of the folder, a directory, a file that may not be read
    "timed out",  # the whole submission hit a limit; cells judged before that keep their points
    "died",  # the kernel died; cells judged before that keep their points
    "failed",  # the grader itself failed: not the student's fault, grade again
)

# How one cell went. "raised" and "timed out" also occur on solution cells, which carry no points.
CELL_STATUSES = (
    "met",
    "partly",
    "unmet",
    "not attempted",
    "raised",
    "timed out",
    "died",
    "manual",
    "ran",
    "not run",
)


class ResultError(GraderError, ValueError):
    """Stored data is not a result."""


@dataclass(frozen=True)
class CellResult:
    """The verdict on one cell: `score` of `points`, the check's report as data (None: none came), and one sentence.

    `made` is a fingerprint of the answer, names aside; "" where there is none.

    Every graded cell of the lesson has one; a solution cell has one when something is to be said about it.
    """

    grade_id: str
    score: float
    points: float
    status: str
    report: dict | None = None
    reason: str = ""
    made: str = ""

    def __post_init__(self):
        if self.status not in CELL_STATUSES:
            raise ResultError(f"unknown cell status {self.status!r}")
        if not (math.isfinite(self.score) and 0 <= self.score <= self.points):
            raise ResultError(
                f"cell {self.grade_id!r} has a score of {self.score}, outside 0 to {self.points}"
            )


@dataclass(frozen=True)
class Result:
    """One submission's verdicts. `reason` is one sentence for the table; `notes` say what was put right before grading."""

    lesson: str
    student: str
    status: str
    reason: str = ""
    cells: tuple[CellResult, ...] = ()
    seconds: float = field(default=0.0, compare=False)
    notes: tuple[str, ...] = ()

    def __post_init__(self):
        if self.status not in STATUSES:
            raise ResultError(f"unknown status {self.status!r}")

    @property
    def score(self):
        return sum(c.score for c in self.cells)

    @property
    def points(self):
        return sum(c.points for c in self.cells)

    def of(self, grade_id):
        """The cell with this id, or None."""
        return next((c for c in self.cells if c.grade_id == grade_id), None)

    def to_data(self):
        """The fields as plain data. Reports are not copied, which for a class would take longer than writing them."""
        return {**vars(self), "cells": [vars(c) for c in self.cells], "notes": list(self.notes)}

    def to_json(self):
        return json.dumps(self.to_data(), ensure_ascii=True, sort_keys=True, allow_nan=False)

    @classmethod
    def from_json(cls, text):
        """The result that `to_json` wrote.

        Raises
        ------
        ResultError
            The text is anything else.
        """
        try:
            data = json.loads(text)
            cells = tuple(CellResult(**c) for c in data.pop("cells"))
            return cls(cells=cells, notes=tuple(data.pop("notes")), **data)
        except ResultError:
            raise
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            raise ResultError(f"this is not a stored result: {error}") from None


def nothing_earned(lesson, status, reason, notes=(), cell_status="not run", cell_reason=""):
    """A result with no points for a submission that could not be judged at all."""
    cells = tuple(
        CellResult(
            c.grade_id,
            0.0,
            c.points,
            "manual" if c.manual else cell_status,
            None,
            cell_reason or reason,
        )
        for c in lesson.graded
    )
    return Result(lesson.name, "", status, reason, cells, 0.0, tuple(notes))
