"""`grader demo`: grades the sample class in a course of its own below `.grader/demo/`, so that nothing of yours is touched.

A second run finds every result and takes seconds.
"""

import json
import shutil
import sys
from pathlib import Path

from grader.batch.attempt import set_up
from grader.cli import sample_class
from grader.cli.carried import home
from grader.course.folder import Course

_CONFIG_END = "\n# The demo's class has somebody whose cell never ends: don't wait long for it.\nc.FillResults.cell_seconds = 10\n"


def demo(root, jobs=None):
    """Make the demo's course, grade it and print what came of it; the value is an exit status."""
    from grader.batch.grade import grade, prepare
    from grader.reports.progress import Progress
    from grader.reports.summary import report

    given = Course.at(home())
    course = set_up(given, "demo", (sample_class.LESSON,), _CONFIG_END, Path(root) / ".grader")
    here = set(sample_class.students())
    for folder in (course.root / course.submitted).glob("student-*"):
        if folder.name not in here:
            shutil.rmtree(folder)
    prepare(course, sample_class.LESSON)
    released = json.loads(
        course.released(sample_class.LESSON, sample_class.LESSON).read_text("utf-8")
    )
    sample_class.hand_in(course.root / course.submitted, released)
    summary = grade(course, (sample_class.LESSON,), jobs=jobs, progress=Progress(), scheduler="")
    status = report(course, summary)
    wrong = unexpected(summary)
    for line in wrong:
        print(f"grader demo: {line}", file=sys.stderr)
    return 1 if wrong else status


def unexpected(summary):
    """Sentences on every score of the sample class that is not the one kept beside it."""
    expected, lines = sample_class.expected(), []
    for row in summary.rows:
        wanted = expected.get(row.student, {}).get("scores", {})
        for exercise, points in wanted.items():
            if abs(row.scores.get(exercise, (0.0, 0.0))[0] - points) > 1e-6:
                lines.append(
                    f"{row.student} earned {row.scores[exercise][0]:g} in {exercise}, expected {points:g}"
                )
    return lines
