"""Folders for what runs: one for each process, gone when it ends, and swept up by the next run where the grader itself was killed.

A folder in use is locked by the process that made it; the kernel gives a dead process's locks back, whatever it died of.
"""

import contextlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

PREFIX = "grading-"
_TRIES = 100


class Folder:
    """A new folder in the system's place for temporary ones. `remove` it, or leave it to `sweep`.

    Raises
    ------
    OSError
        There is no place for temporary files, or it is full.
    """

    def __init__(self):
        for _ in range(_TRIES):
            self.path = tempfile.mkdtemp(prefix=PREFIX)
            try:
                self._lock = _locked(self.path)
            except (
                FileNotFoundError,
                BlockingIOError,
            ):  # another run's `sweep` came in before the lock
                continue
            if os.path.isdir(self.path):
                return
            os.close(self._lock)
        raise OSError(f"No folder for temporary files could be kept in {tempfile.gettempdir()}.")

    def remove(self):
        remove_all(self.path)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.remove()


def sweep():
    """Remove what killed runs of this user have left; the number of folders."""
    place, swept = Path(tempfile.gettempdir()), 0
    for path in place.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            if path.lstat().st_uid != os.getuid() or path.is_symlink() or not path.is_dir():
                continue
            lock = _locked(path)
            if lock is not None:
                remove_all(path)
                os.close(lock)
                swept += 1
    return swept


def remove_all(path: str | Path) -> None:
    """Remove a folder with what a submission may have made in it: thousands of folders in one another, or closed to everybody."""
    with contextlib.suppress(RecursionError):
        shutil.rmtree(path, ignore_errors=True)
    if os.path.isdir(path):
        with contextlib.suppress(OSError):  # a system without these programs
            for command in (["chmod", "-R", "u+rwX"], ["rm", "-rf"]):
                subprocess.run([*command, path], stderr=subprocess.DEVNULL, check=False)


def _locked(path):
    """A descriptor that holds the lock on a folder; None where there are no such locks. `OSError` where another process has it."""
    try:
        import fcntl
    except ImportError:  # Windows
        return None
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor
