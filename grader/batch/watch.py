"""`grader watch`: grades what arrives in `submitted/` as it arrives, while everything is warm. Grading itself is `grader grade`'s.

A file is taken when it has stopped changing and is whole: whoever copies slowly, or over a network, is not graded on a half.
It is looked at as grading will: no link is followed, and whether it is whole is found out in a process with limits.
"""

import itertools
import os
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

from grader.batch.grade import grade, known
from grader.course.folder import MAX_LISTED, Course, CourseError, listed, opened
from grader.course.submission import is_notebook
from grader.engine.apart import TooMuch, apart
from grader.errors import GraderError
from grader.reports.progress import printable

LOOK = 0.2  # seconds between looks at what has changed, at least
SHARE = 20  # of the time is spent otherwise: a look over a large class, or a network, takes longer
SETTLED = 0.5  # seconds for which a file must not have changed
HALF = 10.0  # seconds after which a file that is no whole notebook is graded as what it is
AGAIN = 10.0  # seconds after which grading is tried again where it could not be done

_Stamp = tuple[int, int, int]


class Arrivals:
    """What lies in `submitted/` and has not been graded as it is now.

    Parameters
    ----------
    course : Course
    lessons : full names; what lies there for others is left alone.
    clock : seconds that only grow.
    """

    def __init__(
        self, course: Course, lessons: tuple[str, ...], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.course, self.lessons, self.clock = course, lessons, clock
        self.home = course.root / course.submitted
        self._seen: dict[str, tuple[_Stamp, float]] = {}  # as it was first seen so, and when
        self._done: dict[str, _Stamp] = {}

    def ready(self) -> list[tuple[str, str]]:
        """(student, lesson) of what can be graded now; each is told once for each change."""
        found: dict[tuple[str, str], None] = {}
        for student, lesson, path, stamp in self._handed_in():
            if self._done.get(path) != stamp and self._is_whole(path, stamp):
                self._done[path] = stamp
                found[student, lesson] = None
        graded = {x: self.course.students(x) for x in {lesson for _, lesson in found}}
        return [(student, lesson) for student, lesson in found if student in graded[lesson]]

    def forget(self, student: str, lesson: str) -> None:
        """It could not be graded: tell it again."""
        folder = os.path.join(self.home, student, lesson)
        for path in [p for p in self._done if folder in (p, os.path.dirname(p))]:
            del self._done[path]

    def _handed_in(self) -> Iterator[tuple[str, str, str, _Stamp]]:
        """The notebooks, or what lies in the place of their folder: grading says what is wrong with that."""
        for home in sorted(listed(self.home, None) or ()):
            for lesson in self.lessons:
                folder = os.path.join(home, lesson)
                for path, status in _looked_at(folder):
                    stamp = status.st_mtime_ns, status.st_size, status.st_ino
                    yield home.name, lesson, path, stamp

    def _is_whole(self, path: str, stamp: _Stamp) -> bool:
        seen, since = self._seen.get(path, (None, 0.0))
        if seen != stamp:
            self._seen[path] = stamp, self.clock()
            return False
        age = self.clock() - since
        return age >= HALF or age >= SETTLED and _is_notebook(path)


def _looked_at(folder: str) -> list[tuple[str, os.stat_result]]:
    """The notebooks in a folder and what is told of each; the folder itself where it is none. A class has thousands: no more is asked."""
    try:
        status = os.lstat(folder)
        if not stat.S_ISDIR(status.st_mode):
            return [(folder, status)]
        with os.scandir(folder) as inside:
            some = itertools.islice(inside, MAX_LISTED)
            return [(e.path, e.stat(follow_symlinks=False)) for e in some if _may_be(e.name)]
    except OSError:  # it is not there, has just gone, or may not be read
        return []


def _may_be(name: str) -> bool:
    return name.endswith(".ipynb") and not name.startswith(".")


def _is_notebook(path: str) -> bool:
    """Whether a file is whole: JSON that is cut off is none."""
    try:
        return apart(is_notebook, opened(Path(path), Path(path).parent).data)
    except TooMuch:
        return False


def watch(
    course: Course,
    lessons: tuple[str, ...] = (),
    say: Callable[[str], None] = print,
    stop: Event | None = None,
    **settings: object,
) -> None:
    """Grade what is in `submitted/`, then whatever arrives there, until `stop` is set or Ctrl+C is pressed.

    Parameters
    ----------
    course : Course
    lessons : names of lessons; all when empty.
    say : is given a line for each submission that was graded.
    settings : of `grader.batch.grade.grade`: jobs, feedback, scheduler.

    Raises
    ------
    CourseError
        A lesson's name is unknown, or there is no folder to watch.
    """
    lessons = known(course, lessons)
    arrivals, stop, wait = Arrivals(course, lessons), stop or Event(), 0.0
    if not arrivals.home.is_dir():
        raise CourseError(f"There is no folder {arrivals.home} to watch", "make it")
    say(f"Watching {arrivals.home}; Ctrl+C ends it.")
    while not stop.wait(wait):
        begun = time.monotonic()
        ready = arrivals.ready()
        wait = max(LOOK, SHARE * (time.monotonic() - begun))
        if not _grade(course, arrivals, ready, say, settings):
            wait = AGAIN


def _grade(
    course: Course,
    arrivals: Arrivals,
    ready: list[tuple[str, str]],
    say: Callable[[str], None],
    settings: dict[str, object],
) -> bool:
    """Grade what is ready, one lesson after the other; False where that could not be done just now."""
    by_lesson: dict[str, list[str]] = {}
    done = True
    for student, lesson in ready:
        by_lesson.setdefault(lesson, []).append(student)
    for lesson, students in by_lesson.items():
        begun = time.monotonic()
        try:
            summary = grade(course, (lesson,), tuple(students), **settings)
        except GraderError as error:
            say(f"{lesson}: {' '.join(str(error).split())} It is tried again.")
            for student in students:
                arrivals.forget(student, lesson)
            done = False
            continue
        took = time.monotonic() - begun
        for row in summary.rows:
            told = f"{row.student}  {row.lesson}  {round(row.score, 2):g} of {row.points:g}"
            say(printable(f"{told}  {row.status}  ({took:.1f} s)"))
    return done
