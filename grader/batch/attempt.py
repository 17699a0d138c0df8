"""`grader try`: judges one's own notebook in `course/` as grading would, hidden checks too, and records nothing.

It is graded in a course of its own below `.grader/try/`, so that the gradebook, `submitted/` and `feedback/` stay as they are.
"""

import os
import shutil
import sys
import webbrowser
from collections.abc import Iterable
from pathlib import Path

from grader.course.folder import Course, CourseError

_STUDENT = "you"
_CONFIG_END = '\n# One\'s own notebook: what hidden checks found is shown.\nc.FeedbackExporter.hidden = "findings"\n'


def attempt(course: Course, names: tuple[str, ...], show: bool = True) -> int:
    """Judge the notebooks of these lessons and print what came of them; the value is an exit status.

    Parameters
    ----------
    course : Course
    names : lessons, by their full names; all that have a notebook in `course/` when empty.
    show : whether the pages are opened in a browser, where there is one.
    """
    from grader.batch.grade import grade, known
    from grader.reports.progress import Progress
    from grader.reports.table import table

    lessons = [x for x in known(course, names) if names or _notebook(course, x).is_file()]
    missing = [x for x in lessons if not _notebook(course, x).is_file()]
    if missing or not lessons:
        raise CourseError(
            f"There is no {course.release}/{(missing or ['LESSON'])[0]}/{(missing or ['LESSON'])[0]}.ipynb to try; "
            "grader build makes it."
        )
    home = set_up(course, "try", lessons, _CONFIG_END)
    shutil.rmtree(home.root / home.submitted, ignore_errors=True)
    for lesson in lessons:
        folder = home.root / home.submitted / _STUDENT / lesson
        folder.mkdir(parents=True)
        shutil.copyfile(_notebook(course, lesson), folder / f"{lesson}.ipynb")
    summary = grade(home, lessons, progress=Progress(), scheduler="")
    print(table(summary.rows))
    pages = [home.root / home.feedback / _STUDENT / x / f"{x}.html" for x in lessons]
    for page in pages:
        print(f"\nFeedback: {page}")
    print("Nothing was recorded.")
    if show and len(pages) == 1 and _has_browser():
        webbrowser.open(pages[0].as_uri())
    return 1 if summary.failed else 0


def _notebook(course: Course, lesson: str) -> Path:
    return course.root / course.release / lesson / f"{lesson}.ipynb"


def _has_browser() -> bool:
    """Whether a browser with a window can be opened; one for the terminal would take the terminal over."""
    if sys.platform.startswith("linux") and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    ):
        return False
    try:
        return bool(webbrowser.get())
    except webbrowser.Error:
        return False


def set_up(
    course: Course, name: str, lessons: Iterable[str], config_end: str, state: Path | None = None
) -> Course:
    """A course of its own below `.grader/NAME/`, or NAME in the folder `state`: these lessons' sources and the configuration, copied where they have changed."""
    home = Course((state or course.state) / name)
    config = (course.root / "nbgrader_config.py").read_text("utf-8") + config_end
    files = {home.root / "nbgrader_config.py": config.encode()}
    for lesson in lessons:
        script = course.script(lesson)
        for path in sorted((course.root / course.source / lesson).iterdir()):
            # where there is a script, the notebook beside it is made from it
            if path.is_file() and not (script.is_file() and path.suffix == ".ipynb"):
                files[home.root / home.source / lesson / path.name] = path.read_bytes()
    for path, data in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or path.read_bytes() != data:
            path.write_bytes(data)
    return home
