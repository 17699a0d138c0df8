"""What must hold before a run of grading: a root that can be written, a gradebook that is one. That no other runs: `grader.course.lock`.

Every trouble is a `CourseError`: a sentence that says what was expected, what was found and what to do.
"""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from grader.course.folder import CourseError

PATIENCE = 10  # seconds to wait for somebody else's hold on the gradebook
_STAYS = "Submissions and results are as they were; run the command again afterwards."


def check_gradebook(path: Path) -> None:
    """Raise a CourseError where `path` is there and is not a whole gradebook that can be written now."""
    why = _why_not(path) if os.path.lexists(path) else ""
    if why:
        raise CourseError(f"{path.name} {why} {_STAYS}")


def _why_not(path: Path) -> str:
    if not path.is_file():
        return "is not a file; nbgrader keeps its database under this name. Move it away."
    if not os.access(path, os.R_OK | os.W_OK):
        return "cannot be read and written; change its permissions."
    try:
        address = f"file:{quote(str(path))}?mode=rw"
        with contextlib.closing(sqlite3.connect(address, timeout=PATIENCE, uri=True)) as database:
            database.execute("BEGIN IMMEDIATE")
            (whole,) = database.execute("PRAGMA quick_check(1)").fetchone()
            tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
            database.rollback()
    except sqlite3.OperationalError as error:
        return f"could not be opened: {error}. Is another program at work on it?"
    except sqlite3.DatabaseError as error:
        whole, tables = str(error), set()
    if whole != "ok" or not {"assignment", "alembic_version"} <= tables:
        return (
            f"is not a whole gradebook of nbgrader's ({whole if whole != 'ok' else 'its tables are missing'}). "
            "Put a copy of it back, or move it away: then it is made anew, without grades given by hand."
        )
    return ""


def check_csv(path: Path) -> None:
    """Raise a CourseError where no file can be written at `path`."""
    if path.is_dir() or not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
        raise CourseError(
            f"The scores cannot be written to {path}: expected the name of a file in a folder that is there and can be written."
        )


@contextlib.contextmanager
def sentences() -> Iterator[None]:
    """Turn what the disk or the database refuses while the block runs into a CourseError."""
    from sqlalchemy.exc import DBAPIError

    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        where = f" ({Path(error.filename).name})" if isinstance(error.filename, str) else ""
        raise CourseError(
            f"Grading stopped: {(error.strerror or str(error)).lower()}{where}. What was judged before is kept; {_AGAIN}"
        ) from None
    except DBAPIError as error:
        raise CourseError(
            f"Grading stopped: the gradebook could not be used ({error.orig}). What was judged before is kept; {_AGAIN}"
        ) from None


_AGAIN = "mend this and run the command again."
