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
    if home.is_symlink() or not home.is_dir():
        return
    room = MAX_EXTRAS
    for path in itertools.islice(_extras(home), MAX_FILES):
        with contextlib.suppress(OSError):
            room -= _copy(path, target / path.relative_to(home), min(room, MAX_EXTRA))


def _extras(home: Path) -> Iterator[Path]:
    """Files of a submission that may be taken along, those of outer folders first."""
    waiting = collections.deque([home])
    looked_at = 0
    while waiting and looked_at <= MAX_FOLDERS:
        folder, looked_at = waiting.popleft(), looked_at + 1
        try:
            with os.scandir(folder) as found:
                inside = sorted(itertools.islice(found, MAX_LISTED), key=lambda e: e.name)
        except OSError:
            continue
        for entry in filter(lambda e: _plain(e.name), inside):
            path = folder / entry.name
            if entry.is_dir(follow_symlinks=False):
                if len(path.relative_to(home).parts) <= MAX_DEPTH:
                    waiting.append(path)
            elif path.suffix.lower() in SUFFIXES and entry.name != "timestamp.txt":
                yield path


def _plain(name: str) -> bool:
    return name.isprintable() and not name.startswith(".")


def _copy(path: Path, copy: Path, room: int) -> int:
    """Copy one regular file of at most `room` bytes; its size. What is put in its place meanwhile is not followed, nor is more read."""
    handle = os.open(
        path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    )
    with open(handle, "rb") as file:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode) or status.st_size > room:
            return 0
        copy.parent.mkdir(parents=True, exist_ok=True)
        return copy.write_bytes(file.read(room))


def timestamp(folder: Path) -> tuple[str, datetime | None]:
    """The text and the time of nbgrader's timestamp.txt; "" and None where there is none or it says no time."""
    from nbgrader.utils import parse_utc

    try:
        # neither following a link nor waiting for a pipe, whatever is put in its place meanwhile
        handle = os.open(
            folder / "timestamp.txt",
            os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0),
        )
        with open(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                return "", None
            text = file.read(200).decode().strip()
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
