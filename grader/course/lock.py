"""One run of grading at a time in a course's folder, whoever began it: `grader grade`, `nbgrader autograde` or formgrader's button."""

import contextlib
import errno
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from grader.course.folder import Course, CourseError


@contextlib.contextmanager
def one_run(course: Course, again: bool = False) -> Iterator[None]:
    """Hold the course's lock while the block runs; with `again` a thread that holds it already goes on.

    Raises
    ------
    CourseError
        Another run holds it, or the course's root cannot be written.
    """
    try:
        import fcntl
    except ImportError:  # a system without such locks
        yield
        return
    place = course.state.resolve()
    if again and place in _held():
        yield
        return
    with _lock_file(course) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            raise CourseError(
                f"Another run is at work here (process {file.read(20).strip() or 'unknown'}). Wait for it, or stop it; "
                "then run the command again."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        _held().add(place)
        try:
            yield
        finally:
            _held().discard(place)


_own = threading.local()


def _held() -> set[Path]:
    """The folders whose lock this thread holds."""
    return _own.__dict__.setdefault("held", set())


def _lock_file(course: Course) -> IO[str]:
    try:
        course.state.mkdir(exist_ok=True)
        if not os.access(course.root, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(course.root))
        return open(course.state / "lock", "a+", encoding="ascii", errors="replace")
    except OSError as error:
        raise CourseError(
            f"{course.root} cannot be written ({error.strerror}); grading keeps its results there."
        ) from None
