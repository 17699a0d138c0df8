"""Where things lie in a course: lessons, submissions, what grading makes of them. Finds and reads files; judges nothing.

The layout is nbgrader's own, with the names that `nbgrader_config.py` gives.
"""

import functools
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from grader.engine.lesson import Lesson
from grader.engine.submission import read_submission

READ_AT_MOST = 64 * 2**20 + 1  # bytes of a submitted notebook; one more than the engine accepts


class CourseError(Exception):
    """The call or the folder is not as it must be; the message says what was expected and what to do."""


@dataclass(frozen=True)
class Found:
    """A submitted notebook's bytes, or, with `refused`, the status and sentence that stand for it."""

    data: bytes = b""
    notes: tuple[str, ...] = ()
    refused: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Course:
    """A course's root and the names of its folders."""

    root: Path
    source: str = "solutions"
    release: str = "course"
    submitted: str = "submitted"
    autograded: str = "autograded"
    feedback: str = "feedback"

    @classmethod
    def at(cls, folder="."):
        """The course whose root is `folder`.

        Raises
        ------
        CourseError
            There is no nbgrader_config.py in it.
        """
        root = Path(folder).resolve()
        if not (root / "nbgrader_config.py").is_file():
            raise CourseError(f"{root} is not a course: it has no nbgrader_config.py. Go to the course's root, or name it with --root.")
        return cls(root)

    @property
    def state(self):
        """The folder for everything that can be made again."""
        return self.root / ".grader"

    @property
    def lessons(self):
        """Names of all lessons, in order: the folders in `solutions/` that hold a source or a notebook."""
        folder = self.root / self.source
        if not folder.is_dir():
            return ()
        return tuple(sorted(d.name for d in folder.iterdir() if d.is_dir() and (self.script(d.name).is_file() or self._notebooks(d))))

    def script(self, lesson):
        """The lesson's text source, whether or not it exists."""
        return self.root / self.source / lesson / f"{lesson}.py"

    def notebooks(self, lesson):
        """Names of the lesson's instructor notebooks, without ending; most have one, called as the lesson."""
        return self._notebooks(self.root / self.source / lesson)

    @staticmethod
    def _notebooks(folder):
        return tuple(sorted(p.stem for p in folder.glob("*.ipynb") if p.is_file()))

    def read(self, lesson, notebook=None):
        """The instructor notebook as a `Lesson`; LessonError where it is out of shape."""
        notebook = notebook or lesson
        source = self.root / self.source / lesson / f"{notebook}.ipynb"
        if not source.is_file():
            raise CourseError(f"{source.relative_to(self.root)} is missing; run grader build {lesson}")
        released = self.released(lesson, notebook) if self.is_released(lesson, notebook) else None
        return _read(source, released, source.stat().st_mtime_ns, released.stat().st_mtime_ns if released else 0)

    def released(self, lesson, notebook):
        """Where the grader keeps its own copy of what students were given; the one in `course/` may have been worked on."""
        return self.state / "release" / lesson / f"{notebook}.ipynb"

    def is_released(self, lesson, notebook):
        """Whether that copy is there and as new as the instructor notebook."""
        source, released = self.root / self.source / lesson / f"{notebook}.ipynb", self.released(lesson, notebook)
        return released.is_file() and released.stat().st_mtime_ns >= source.stat().st_mtime_ns

    def students(self, lesson):
        """Who has a folder for this lesson in `submitted/`, sorted."""
        folder = self.root / self.submitted
        if not folder.is_dir():
            raise CourseError(
                f"There is no folder {self.submitted}/ in {self.root}. Put each notebook at "
                f"{self.submitted}/STUDENT/LESSON/LESSON.ipynb, for instance {self.submitted}/ada/{lesson}/{lesson}.ipynb."
            )
        return tuple(sorted(d.name for d in folder.iterdir() if not d.name.startswith(".") and d.is_dir() and os.path.lexists(d / lesson)))

    def find(self, student, lesson, notebook=None):
        """What this student handed in for this notebook. Never raises on what a student can do to a folder."""
        notebook = notebook or lesson
        home = self.root / self.submitted / student
        folder = home / lesson
        if not _inside(folder, home):
            return Found(refused="refused", reason="The folder is a link that leads out of the student's folder; it was not followed.")
        if not folder.is_dir():
            return Found(refused="refused", reason=f"{lesson} is a file where a folder with the notebook should be.")
        wanted = folder / f"{notebook}.ipynb"
        if os.path.lexists(wanted):
            return _open(wanted, folder)
        return self._misnamed(folder, lesson, notebook)

    def _misnamed(self, folder, lesson, notebook):
        others = [p for p in sorted(folder.iterdir()) if ".ipynb" in p.name and p.name != ".ipynb_checkpoints"]
        others = [p for p in others if p.name not in {f"{n}.ipynb" for n in self.notebooks(lesson)}]
        if not others:
            return Found(refused="unknown", reason=f"There is no notebook {notebook}.ipynb in the folder.")
        known = self.read(lesson, notebook)
        fitting = [(p, f) for p, f in ((p, _open(p, folder)) for p in others[:20]) if not f.refused and read_submission(f.data, known).recognised]
        if len(fitting) == 1:
            path, found = fitting[0]
            return Found(found.data, (f"The notebook was called {path.name[:100]!r}; it was graded as {notebook}.ipynb.",))
        if len(others) == 1 and not fitting:
            return Found(refused="unknown", reason=f"The only notebook, {others[0].name[:100]!r}, holds none of this lesson's cells.")
        which = f"{len(fitting)} notebooks could be meant" if fitting else f"none of the {len(others)} others holds this lesson's cells"
        return Found(refused="unknown", reason=f"There is no notebook {notebook}.ipynb in the folder, and {which}.")


@functools.lru_cache(maxsize=64)
def _read(source, released, *_changed):
    return Lesson.read(source, released)


def _inside(path, folder):
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):
        return False


def _open(path, folder):
    """The bytes of one regular file that lies in `folder`."""
    name = path.name[:100]
    if not _inside(path, folder):
        return Found(refused="refused", reason=f"{name} is a link that leads out of the folder; it was not followed.")
    try:
        # not blocking: a named pipe would wait for a writer for ever
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with open(handle, "rb") as file:
            mode = os.fstat(handle).st_mode
            if stat.S_ISREG(mode):
                return Found(file.read(READ_AT_MOST))
    except IsADirectoryError:
        mode = stat.S_IFDIR
    except OSError as error:
        return Found(refused="refused", reason=f"{name} could not be read: {(error.strerror or 'unknown error').lower()}.")
    kind = "a folder" if stat.S_ISDIR(mode) else "no ordinary file"
    return Found(refused="refused", reason=f"{name} is {kind}, not a notebook.")
