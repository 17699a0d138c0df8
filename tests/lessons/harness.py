"""Put answers to a lesson's checks in one process, without notebooks and without a kernel.

A lesson's set-up runs once. For each answer its names are copied, the answer is executed, then the check and the hidden
check of its exercise. The exercises and the answers beside them are read by `grader.verify.exercises`.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from grader.course.lesson import Lesson
from grader.verify.exercises import cells, exercises, run_cell, set_up

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Verdict:
    """What an answer earned: the reports of the visible and the hidden check (None where the cell itself failed), and errors."""

    reports: tuple
    errors: tuple

    @property
    def score(self):
        return sum(report.score for report in self.reports if report is not None)

    @property
    def statuses(self):
        return {
            line.status for report in self.reports if report is not None for line in report.lines
        }

    def told(self):
        """What the student reads first: the visible check where it loses points, else the hidden one."""
        for report in self.reports:
            if report is not None and report.score < report.points:
                return str(report)
        return "\n".join(self.errors)


def lessons():
    """The folders of all lessons that have a source, in order."""
    return sorted(
        path.parent for path in ROOT.glob("solutions/*/*.py") if path.stem == path.parent.name
    )


_judged = {}


def judge(exercise, source):
    """The verdict on an answer's source, reached once in a process.

    What the answer raises is kept, as a notebook would go on to the next cell; so is what a check cell raises when a name is missing.
    """
    key = exercise.lesson, exercise.name, source
    if key not in _judged:
        names, errors = dict(set_up(exercise.lesson)), []
        run_cell(source, names, errors)
        reports = tuple(
            run_cell(cell, names, errors) for cell in (exercise.check, exercise.hidden) if cell
        )
        _judged[key] = Verdict(reports, tuple(errors))
    return _judged[key]


def trains(exercise):
    """Whether an answer to it trains a model: it takes half a minute where others take a tenth of a second."""
    return any(word in exercise.reference for word in ("fit(", "train(", "learn(", "rehearse("))


def lesson_of(folder):
    """The lesson as the engine sees it, straight from its source."""
    made = []
    for n, cell in enumerate(cells(folder)):
        if cell.role == "claim":  # never released, never graded
            continue
        grade_id = {
            "solution": cell.exercise,
            "check": f"check-{cell.exercise}",
            "hidden": f"hidden-{cell.exercise}",
            "setup": f"setup-{n}",
        }.get(cell.role, "")
        course = {"role": cell.role, "exercise": cell.exercise or ""}
        graded = cell.role in ("check", "hidden")
        nbgrader = {
            "grade_id": grade_id,
            "grade": graded,
            "solution": cell.role == "solution",
            "locked": cell.role != "solution",
            "points": cell.points or 0,
        }
        source = (
            next(e.reference for e in exercises(folder) if e.name == cell.exercise)
            if cell.role == "solution"
            else cell.source
        )
        made.append(
            {
                "cell_type": "markdown" if cell.role == "text" else "code",
                "source": source,
                "metadata": {"course": course, **({"nbgrader": nbgrader} if grade_id else {})},
            }
        )
    return Lesson.from_notebook(folder.name, {"cells": made, "metadata": {}})


def submission(lesson, answers):
    """The bytes of a notebook that a student hands in: the lesson's, with these answers (exercise to source)."""
    made = [
        {
            "cell_type": c.cell_type,
            "source": answers.get(c.exercise, "") if c.role == "solution" else c.shown,
            "metadata": {"nbgrader": {"grade_id": c.grade_id}} if c.grade_id else {},
        }
        for c in lesson.cells
    ]
    return json.dumps({"cells": made, "metadata": {}}).encode()


def counts(lesson):
    """The counts that the executed lesson must show: (model, parameters, text)."""
    import tomllib

    path = lesson / "counts.toml"
    if not path.exists():
        return ()
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple(
        (c["model"], c["parameters"], c.get("shown", f"{c['parameters']:,}")) for c in data["count"]
    )


def shows(text, count):
    """Whether `count` stands in `text`, and not as part of a longer number."""
    return re.search(rf"(?<![\d,.]){re.escape(count)}(?![\d]|[,.]\d)", text) is not None
