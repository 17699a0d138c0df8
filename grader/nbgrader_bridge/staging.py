"""What of a student's folder nbgrader gets to see: a notebook of the right name, the time of handing in, harmless other files.

nbgrader copies whatever lies in a submission's folder and follows links while it does; formgrader then serves it from
Jupyter's own address. So every way of grading (`grader grade`, `nbgrader autograde`, formgrader's button) reads from a
staged folder, which holds what is on a list and nothing else.
"""

from __future__ import annotations

import collections
import contextlib
import copy
import itertools
import os
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from grader.course.beneath import open_beneath
from grader.course.folder import MAX_LISTED, Course, CourseError, unusable
from grader.course.lock import one_run

if TYPE_CHECKING:
    from nbgrader.converters.base import BaseConverter

MAX_EXTRA = 20 * 2**20  # bytes of one of the other files in a submission's folder
MAX_EXTRAS = 200 * 2**20  # of all of them
MAX_FOLDERS, MAX_FILES, MAX_DEPTH = 50, 200, 10  # of a submission; what lies beyond stays behind
# What a browser shows as text or pictures, or saves: nothing that it would run where it came from.
SUFFIXES = frozenset(".csv .gif .h5 .jpeg .jpg .json .keras .npy .npz .png .tsv .txt".split())


def stage(
    course: Course,
    student: str,
    lesson: str,
    notebooks: Iterable[str],
    where: str,
    timestamps: bool = False,
) -> None:
    """Make `where`/student/lesson, for nbgrader to read.

    The notebook's content comes from the submission itself (`SubmissionExporter`); links and odd files stay behind. A
    `timestamp.txt` is taken over only where `timestamps` says that whoever collected the notebooks wrote it.
    """
    home = course.root / course.submitted / student / lesson
    target = course.root / where / student / lesson
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for name in notebooks:
        (target / f"{name}.ipynb").write_text("{}")
    text, time = timestamp(home) if timestamps else ("", None)
    if time:
        (target / "timestamp.txt").write_text(text)
    room, left = MAX_EXTRAS, _written_here(course, lesson, notebooks)
    for parts in itertools.islice(_extras(home, left), MAX_FILES):
        with contextlib.suppress(OSError):
            room -= _copy(home, parts, target.joinpath(*parts), min(room, MAX_EXTRA))


def _written_here(course: Course, lesson: str, notebooks: Iterable[str]) -> frozenset[str]:
    """Names at which nbgrader writes files of its own or the lesson's, in lower case: nobody may have put a folder there."""
    own = ["timestamp.txt", *(f"{n}.{kind}" for n in notebooks for kind in ("ipynb", "html"))]
    own += os.listdir(course.root / course.source / lesson)
    return frozenset(name.casefold() for name in own)


def _extras(home: Path, left: frozenset[str]) -> Iterator[tuple[str, ...]]:
    """Files of a submission that may be taken along, as parts of their paths below `home`, those of outer folders first."""
    waiting: collections.deque[tuple[str, ...]] = collections.deque([()])
    looked_at = 0
    while waiting and looked_at <= MAX_FOLDERS:
        folder, looked_at = waiting.popleft(), looked_at + 1
        try:
            inside = _listed(home, folder)
        except OSError:
            continue
        for name, is_folder in inside:
            if name.casefold() in left and not folder:
                continue
            if is_folder and "." not in name:  # one called a.html would be taken for a page
                if len(folder) < MAX_DEPTH:
                    waiting.append((*folder, name))
            elif not is_folder and Path(name).suffix.lower() in SUFFIXES:
                yield (*folder, name)


def _listed(home: Path, folder: tuple[str, ...]) -> list[tuple[str, bool]]:
    """Names in a folder that may be copied, in order, and whether each is a folder. No link is followed to it."""
    with open_beneath(home.parent, (home.name, *folder)) as handle, os.scandir(handle) as found:
        some = itertools.islice(found, MAX_LISTED)
        return sorted((e.name, e.is_dir(follow_symlinks=False)) for e in some if _plain(e.name))


def _plain(name: str) -> bool:
    return name.isprintable() and not name.startswith(".")


def _copy(home: Path, parts: tuple[str, ...], copy: Path, room: int) -> int:
    """Copy one regular file of at most `room` bytes; its size. What is put in its place meanwhile is not followed, nor is more read."""
    with open_beneath(home.parent, (home.name, *parts)) as handle:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode) or status.st_size > room:
            return 0
        copy.parent.mkdir(parents=True, exist_ok=True)
        with open(handle, "rb", closefd=False) as file:
            return copy.write_bytes(file.read(room))


def timestamp(folder: Path) -> tuple[str, datetime | None]:
    """The text and the time of nbgrader's timestamp.txt; "" and None where there is none or it says no time."""
    from nbgrader.utils import parse_utc

    try:
        with open_beneath(folder.parent, (folder.name, "timestamp.txt")) as handle:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                return "", None
            text = os.read(handle, 200).decode().strip()
        time = parse_utc(text) if text else None
        # at the calendar's ends a time has no other zones, and whoever shows it fails
        return (text, time) if time and 1900 < time.year < 9000 else ("", None)
    except Exception:  # of a text that is no time, dateutil says so in more ways than it tells
        return "", None


def alone(
    converter: BaseConverter, course: Course, before: Callable[[], None] = lambda: None
) -> None:
    """Let one of nbgrader's own converters work, after `before`, while no other run of grading is at work here."""
    from nbgrader.converters import NbGraderException

    convert = converter.convert_notebooks

    def convert_alone() -> None:
        try:
            with one_run(course, again=True):
                before()
                convert()
        except CourseError as error:  # nbgrader shows its log, in formgrader too, and ends
            converter.log.error("%s", error)
            raise NbGraderException(str(error)) from None

    converter.convert_notebooks = convert_alone


def redirect(converter: BaseConverter, course: Course, timestamps: bool = False) -> None:
    """Let one of nbgrader's own Autograde converters read staged folders in the place of what was handed in."""
    where = os.path.join(".grader", "staged-for-nbgrader")
    for folder in converter.assignments:
        student, lesson = Path(folder).parts[-2:]
        if why := unusable(student):
            converter.log.error("The folder %r cannot be graded: %s; rename it.", student, why)
            continue
        stage(course, student, lesson, course.notebooks(lesson), where, timestamps)
    # a view of its own: formgrader's converters share theirs with everything that formgrader shows
    converter.coursedir = copy.copy(converter.coursedir)
    converter.coursedir.submitted_directory = where
    converter.init_notebooks()


def unstage(assignment: str, student: str, notebooks: list[str]) -> None:
    """Remove what was staged for nbgrader (`Autograde.post_convert_hook`)."""
    for folder in {Path(name).parent for name in notebooks}:
        shutil.rmtree(folder, ignore_errors=True)
