"""What a run of grading came to, and how it is told on the terminal."""

import sys
from dataclasses import dataclass, field
from pathlib import Path

from grader.reports.progress import printable
from grader.reports.table import table


@dataclass
class Summary:
    """What a run did; `rows` are `grader.reports.rows.Row`."""

    rows: list = field(default_factory=list)
    judged: int = 0
    remembered: int = 0
    unread: int = 0  # nothing was there to be judged
    failed: int = 0
    run: int = 0  # its number in the course's history
    changed: list = field(default_factory=list)  # sentences on exercises that were changed since
    skipped: list = field(
        default_factory=list
    )  # (path below submitted/, why) of what was graded for nobody

    @property
    def bad(self):
        """How many submissions could not be graded as they should."""
        return sum(
            r.status in ("unreadable", "unknown", "refused", "died", "timed out", "failed")
            for r in self.rows
        )


def report(course, summary, csv=None, feedback=True):
    """Print what grading came to; 1 when the grader itself failed on something or left something out, else 0."""
    print(table(summary.rows))
    unread = f", {summary.unread} without a notebook to judge" if summary.unread else ""
    print(
        f"\n{len(summary.rows)} submissions: {summary.judged} judged now, {summary.remembered} known from before{unread}."
    )
    if summary.bad:
        print(
            f"{summary.bad} of them could not be graded as they should; the reasons stand above and in their feedback."
        )
    print(f"Scores:   {Path(csv) if csv else course.root / 'grades.csv'}")
    if feedback:
        print(f"Feedback: {course.root / course.feedback}{'/STUDENT/LESSON/LESSON.html'}")
    print(f"Gradebook: {course.root / 'gradebook.db'}")
    if summary.changed:
        print(
            f"This was run {summary.run}: grader report --since {summary.run - 1} tells who gained and who lost."
        )
    if summary.failed:
        print(
            f"grader grade: {summary.failed} submissions met a fault of the grader's own; run the command again.",
            file=sys.stderr,
        )
    if summary.skipped:
        print(f"grader grade: in {course.submitted}/ this was graded for nobody:", file=sys.stderr)
    for path, why in summary.skipped:
        print(f"  {printable(path)} {why}.", file=sys.stderr)
    return 1 if summary.failed or summary.skipped else 0
