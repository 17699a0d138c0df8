"""`grader demo`: grades the sample class in a course of its own below `.grader/demo/`, so that nothing of yours is touched.

A second run finds every result and takes seconds.
"""

import json
import shutil
import sys

from grader import sample_class
from grader.course import Course, CourseError

_CONFIG_END = "\n# The demo's class has somebody whose cell never ends: don't wait long for it.\nc.FillResults.cell_seconds = 10\n"


def demo(root, jobs=None):
    """Make the demo's course, grade it and print what came of it; the value is an exit status."""
    from grader.grade import grade, prepare
    from grader.reports.progress import Progress
    from grader.reports.summary import report

    if not sample_class.students():
        raise CourseError(f"The sample class is not in {sample_class.FOLDER}: run the demo in a clone of the course, set up with make.")
    course = set_up(Course.at(root))
    prepare(course, sample_class.LESSON)
    released = json.loads(course.released(sample_class.LESSON, sample_class.LESSON).read_text("utf-8"))
    sample_class.hand_in(course.root / course.submitted, released)
    summary = grade(course, (sample_class.LESSON,), jobs=jobs, progress=Progress())
    status = report(course, summary)
    wrong = unexpected(summary)
    for line in wrong:
        print(f"grader demo: {line}", file=sys.stderr)
    return 1 if wrong else status


def set_up(course):
    """The demo's own course: the lesson's source and the configuration, copied where they have changed."""
    home = Course(course.state / "demo")
    files = {home.root / "nbgrader_config.py": (course.root / "nbgrader_config.py").read_text("utf-8") + _CONFIG_END}
    for path in sorted((course.root / course.source / sample_class.LESSON).glob("*.py")):
        files[home.root / home.source / sample_class.LESSON / path.name] = path.read_text("utf-8")
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
    here = set(sample_class.students())
    for folder in (home.root / home.submitted).glob("student-*"):
        if folder.name not in here:
            shutil.rmtree(folder)
    return home


def unexpected(summary):
    """Sentences on every score of the sample class that is not the one kept beside it."""
    expected, lines = sample_class.expected(), []
    for row in summary.rows:
        wanted = expected.get(row.student, {}).get("scores", {})
        for exercise, points in wanted.items():
            if abs(row.scores.get(exercise, (0.0, 0.0))[0] - points) > 1e-6:
                lines.append(f"{row.student} earned {row.scores[exercise][0]:g} in {exercise}, expected {points:g}")
    return lines
