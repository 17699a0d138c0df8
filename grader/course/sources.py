"""A course's lessons as their authors keep them below `solutions/`: found, read, and made into instructor's notebooks."""

from dataclasses import dataclass
from pathlib import Path

import nbformat

from grader.course.folder import CourseError, chosen
from grader.course.instructor_notebook import instructor_notebook
from grader.course.rules import problems
from grader.course.source import SourceError, read_source


@dataclass(frozen=True)
class Lesson:
    """A folder below `solutions/`: `source` is its py:percent file, or None where it holds only a notebook."""

    name: str
    folder: Path
    source: Path | None = None


def find_lessons(root, names=()):
    """The lessons of a course, in order, or those named.

    Parameters
    ----------
    root : path-like
        The folder that holds `solutions/`.
    names : sequence of str
        Lesson folders; a number such as "01" is enough where it is unambiguous.

    Raises
    ------
    CourseError
        If there is no `solutions/`, or a name fits no lesson or several.
    """
    folder = Path(root) / "solutions"
    if not folder.is_dir():
        raise CourseError(
            f"no folder solutions/ in {Path(root).resolve().name}/",
            "run this in the course's root, where README.md stands",
        )
    lessons = []
    for place in sorted(
        p for p in folder.iterdir() if p.is_dir() and not p.name.startswith((".", "_"))
    ):
        source = place / f"{place.name}.py"
        if source.exists():
            lessons.append(Lesson(place.name, place, source))
        elif any(place.glob("*.ipynb")):
            lessons.append(Lesson(place.name, place))
        elif any(place.glob("*.py")):  # under another name: whoever reads the source says so
            lessons.append(Lesson(place.name, place, source))
    if not names:
        return lessons
    by_name = {lesson.name: lesson for lesson in lessons}
    return [by_name[name] for name in chosen(names, by_name)]


def valid_source(lesson: Lesson) -> list:
    """The cells of a lesson's source.

    Raises
    ------
    SourceError
        If the source is out of shape; with every problem that it has.
    """
    assert lesson.source is not None
    cells = read_source(lesson.source)
    found = problems(f"solutions/{lesson.name}/{lesson.source.name}", cells)
    if found:
        raise SourceError(found)
    return cells


def write_instructor_notebook(root, name):
    """Make solutions/NAME/NAME.ipynb from its source and nothing else: `course/` stays as it is.

    Raises
    ------
    SourceError
        If the source is out of shape.
    """
    (lesson,) = find_lessons(root, (name,))
    write_if_new(
        lesson.folder / f"{name}.ipynb", as_bytes(instructor_notebook(valid_source(lesson), name))
    )


def refresh_instructor_notebook(course, name):
    """Make a lesson's instructor notebook where its source is newer, or there is none yet.

    Raises
    ------
    SourceError
        If the source is out of shape.
    """
    script = course.script(name)
    notebook = script.with_suffix(".ipynb")
    if script.is_file() and (
        not notebook.is_file() or notebook.stat().st_mtime_ns < script.stat().st_mtime_ns
    ):
        write_instructor_notebook(course.root, name)


def as_bytes(notebook):
    return (nbformat.writes(notebook, version=nbformat.NO_CONVERT) + "\n").encode()


def write_if_new(path, data):
    if not path.exists() or path.read_bytes() != data:
        write(path, data)


def write(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".part")
    partial.write_bytes(data)
    partial.replace(path)


