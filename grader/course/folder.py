"""Where things lie in a course: lessons, submissions, what grading makes of them. Finds and reads files; judges nothing.

The layout is nbgrader's own, with the names that `nbgrader_config.py` gives.
"""

import errno
import functools
import itertools
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from grader.course.beneath import open_beneath
from grader.course.lesson import Lesson
from grader.course.submission import mentions
from grader.errors import GraderError

READ_AT_MOST = 64 * 2**20 + 1  # bytes of a submitted notebook; one more than the engine accepts

MAX_LISTED = 10_000  # things in one folder of a student's
MAX_LOOKED_AT = 8  # notebooks of other names that are read in search of the one that is meant


class CourseError(GraderError):
    """The call or the folder is not as it must be; the message says what was expected and what to do."""


def chosen(names: Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
    """The lessons that are meant, each once. A name's beginning is enough, such as a number, where it fits no other.

    Raises
    ------
    CourseError
        A name fits no lesson, or several.
    """
    known, found = tuple(known), []
    for name in names:
        fits = [x for x in known if x == name] or [x for x in known if name and x.startswith(name)]
        if len(fits) > 1:
            raise CourseError(f"several lessons begin with {name!r}: {', '.join(fits)}")
        if not fits:
            raise CourseError(f"no lesson is named {name!r}. Known: {', '.join(known) or 'none'}")
        found += fits
    return tuple(dict.fromkeys(found))


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
            raise CourseError(
                f"{root} is not a course: it has no nbgrader_config.py",
                "go to the course's root, or name it with --root",
            )
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
        return tuple(
            sorted(
                d.name
                for d in _entries(folder)
                if d.is_dir() and (self.script(d.name).is_file() or self._notebooks(d))
            )
        )

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
            raise CourseError(
                f"{source.relative_to(self.root)} is missing", f"grader build {lesson}"
            )
        released = self.released(lesson, notebook) if self.is_released(lesson, notebook) else None
        return _read(
            source,
            released,
            source.stat().st_mtime_ns,
            released.stat().st_mtime_ns if released else 0,
        )

    def released(self, lesson, notebook):
        """Where the grader keeps its own copy of what students were given; the one in `course/` may have been worked on."""
        return self.state / "release" / lesson / f"{notebook}.ipynb"

    def is_released(self, lesson, notebook):
        """Whether that copy is there and as new as the instructor notebook."""
        source, released = (
            self.root / self.source / lesson / f"{notebook}.ipynb",
            self.released(lesson, notebook),
        )
        return released.is_file() and released.stat().st_mtime_ns >= source.stat().st_mtime_ns

    def students(self, lesson):
        """Who has a folder for this lesson in `submitted/`, sorted."""
        folder = self.root / self.submitted
        if not folder.is_dir():
            raise CourseError(
                f"there is no folder {self.submitted}/ in {self.root}",
                f"put each notebook at {self.submitted}/STUDENT/LESSON/LESSON.ipynb, for instance "
                f"{self.submitted}/ada/{lesson}/{lesson}.ipynb",
            )
        return tuple(
            sorted(
                d.name
                for d in _entries(folder)
                if d.is_dir()
                and not unusable(d.name)
                and os.path.lexists(d / lesson)
                and not _is_empty(d / lesson)
            )
        )

    def unclaimed(self, students: tuple[str, ...] = ()) -> list[tuple[str, str]]:
        """What lies in `submitted/` (of these students; of all when empty) and is graded for nobody: (path, why) each."""
        found = []
        for home in _entries(self.root / self.submitted):
            if students and home.name not in students:
                continue
            name, why = home.name, ""
            if not home.is_dir():
                why = "is a file where a student's folder should be"
            elif unusable(name):
                why = f"has a name that nbgrader cannot handle: {unusable(name)}; rename it"
            elif (inside := listed(home)) is None:
                why = "cannot be read"
            elif not inside:
                why = "is empty"
            if why:
                found.append((name, why))
                continue
            for thing in inside or ():
                if thing.name not in self.lessons:
                    why = f"is no lesson; expected {name}/LESSON/LESSON.ipynb"
                    found.append((f"{name}/{thing.name}", why))
                elif _is_empty(thing):
                    found.append((f"{name}/{thing.name}", "is empty: nothing was handed in"))
        return found

    def find(self, student, lesson, notebook=None):
        """What this student handed in for this notebook. Never raises on what a student can do to a folder."""
        notebook = notebook or lesson
        home = self.root / self.submitted / student
        folder = home / lesson
        if folder.is_symlink():
            return Found(
                refused="refused", reason=f"The folder {lesson} is a link; it was not followed."
            )
        if not folder.is_dir():
            return Found(
                refused="refused",
                reason=f"{lesson} is a file where a folder with the notebook should be.",
            )
        wanted = folder / f"{notebook}.ipynb"
        if os.path.lexists(wanted):
            return opened(wanted, home)
        return self._misnamed(folder, lesson, notebook)

    def _misnamed(self, folder, lesson, notebook):
        inside = listed(folder)
        if inside is None:
            return Found(refused="refused", reason=f"The folder {lesson} could not be read.")
        others = [p for p in inside if ".ipynb" in p.name]
        others = [p for p in others if p.name not in {f"{n}.ipynb" for n in self.notebooks(lesson)}]
        if not others:
            return Found(
                refused="unknown", reason=f"There is no notebook {notebook}.ipynb in the folder."
            )
        known = self.read(lesson, notebook)
        fitting = [
            p
            for p in others[:MAX_LOOKED_AT]
            if mentions(opened(p, folder.parent).data, known)
        ]  # paths, not contents: each may be as large as a submission may be
        if len(fitting) == 1:
            called = f"The notebook was called {fitting[0].name[:100]!r}; it was graded as {notebook}.ipynb."
            found = opened(fitting[0], folder.parent)
            return Found(found.data, (called,), found.refused, found.reason)
        if len(others) == 1 and not fitting:
            return Found(
                refused="unknown",
                reason=f"The only notebook, {others[0].name[:100]!r}, holds none of this lesson's cells.",
            )
        which = (
            f"{len(fitting)} notebooks could be meant"
            if fitting
            else f"none of the {len(others)} others holds this lesson's cells"
        )
        return Found(
            refused="unknown",
            reason=f"There is no notebook {notebook}.ipynb in the folder, and {which}.",
        )


def unusable(name: str) -> str:
    """Why a student's folder may not have this name, or "".

    nbgrader looks for files by patterns, takes blanks off names' ends and keeps them as UTF-8; a browser takes a backslash
    in formgrader's addresses for a slash. Marks that a page is made of are refused too, although pages write names as text:
    no person has them, and a folder on Windows cannot. An apostrophe and an ampersand stay: O'Brien, Tom & Ana.
    """
    for character in name:
        if character in "*?[<>\"`\\\n\r":
            return f"it holds {character!r}"
    if name != name.strip():
        return "it begins or ends with a blank"
    return "" if name.isascii() or _is_utf8(name) else "it holds what is not UTF-8"


def _is_utf8(name: str) -> bool:
    try:
        return bool(name.encode())
    except UnicodeEncodeError:
        return False


def _is_empty(folder):
    return folder.is_dir() and not folder.is_symlink() and listed(folder) == []


def listed(folder: Path, most: int | None = MAX_LISTED) -> list[Path] | None:
    """What lies in a folder and is not hidden, sorted, at most so many of it; None where it cannot be read."""
    try:
        some = itertools.islice(folder.iterdir(), most)
        return sorted(p for p in some if not p.name.startswith("."))
    except OSError:
        return None


def _entries(folder: Path) -> list[Path]:
    """Everything that `listed` finds; a CourseError where the folder cannot be read."""
    found = listed(folder, None)
    if found is None:
        raise CourseError(f"{folder} cannot be read", "change its permissions")
    return found


@functools.lru_cache(maxsize=64)
def _read(source, released, *_changed):
    return Lesson.read(source, released)


def opened(path, folder):
    """The bytes of one regular file below `folder`; no link below it is followed, whenever it was put there."""
    name = path.name[:100]
    try:
        with open_beneath(folder, path.relative_to(folder).parts) as handle:
            mode = os.fstat(handle).st_mode
            if stat.S_ISREG(mode):
                with open(handle, "rb", closefd=False) as file:
                    return Found(file.read(READ_AT_MOST))
    except OSError as error:
        why = (error.strerror or "unknown error").lower()
        if error.errno == errno.ELOOP:
            return Found(refused="refused", reason=f"{name} is a link; it was not followed.")
        return Found(refused="refused", reason=f"{name} could not be read: {why}.")
    kind = "a folder" if stat.S_ISDIR(mode) else "no ordinary file"
    return Found(refused="refused", reason=f"{name} is {kind}, not a notebook.")
