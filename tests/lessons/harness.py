"""Put answers to a lesson's checks in one process, without notebooks and without a kernel.

A lesson's set-up runs once. For each answer its names are copied, the answer is executed, then the check and the hidden
check of its exercise. The exercises and the answers beside them are read by `grader.verify.lesson`.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from grader.verify.lesson import cells, exercises, run_cell, set_up  # noqa: F401 (cells and exercises are used from here)

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
        return {line.status for report in self.reports if report is not None for line in report.lines}

    def told(self):
        """What the student reads first: the visible check where it loses points, else the hidden one."""
        for report in self.reports:
            if report is not None and report.score < report.points:
                return str(report)
        return "\n".join(self.errors)


def lessons():
    """The folders of all lessons that have a source, in order."""
    return sorted(path.parent for path in ROOT.glob("solutions/*/*.py") if path.stem == path.parent.name)


def judge(exercise, source):
    """The verdict on an answer's source.

    What the answer raises is kept, as a notebook would go on to the next cell; so is what a check cell raises when a name is missing.
    """
    names, errors = dict(set_up(exercise.lesson)), []
    run_cell(source, names, errors)
    reports = tuple(run_cell(cell, names, errors) for cell in (exercise.check, exercise.hidden) if cell)
    return Verdict(reports, tuple(errors))


def counts(lesson):
    """The counts that the executed lesson must show: (model, parameters, text)."""
    import tomllib

    path = lesson / "counts.toml"
    if not path.exists():
        return ()
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple((c["model"], c["parameters"], c.get("shown", f"{c['parameters']:,}")) for c in data["count"])


def shows(text, count):
    """Whether `count` stands in `text`, and not as part of a longer number."""
    return re.search(rf"(?<![\d,.]){re.escape(count)}(?![\d]|[,.]\d)", text) is not None
