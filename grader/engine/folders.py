"""Folders for what runs: one for each process, gone when it ends, and swept up by the next run where the grader itself was killed.

A folder in use is locked by the process that made it; the kernel gives a dead process's locks back, whatever it died of.
"""

import contextlib
import os
import shutil
import tempfile
import time
from pathlib import Path

PREFIX, _MAKING = "grading-", "making-grading-"
_HOUR = 3600


class Folder:
    """A new folder in the system's place for temporary ones. `remove` it, or leave it to `sweep`."""

    def __init__(self):
        making = tempfile.mkdtemp(prefix=_MAKING)
        self._lock = _locked(making)  # before it has the name that `sweep` looks for
        self.path = os.path.join(os.path.dirname(making), PREFIX + os.path.basename(making)[len(_MAKING):])
        os.rename(making, self.path)

    def remove(self):
        shutil.rmtree(self.path, ignore_errors=True)
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
    for path in (*place.glob(f"{PREFIX}*"), *place.glob(f"{_MAKING}*")):
        with contextlib.suppress(OSError):
            status = path.lstat()
            young = path.name.startswith(_MAKING) and time.time() - status.st_mtime < _HOUR
            if status.st_uid != os.getuid() or path.is_symlink() or not path.is_dir() or young:
                continue
            lock = _locked(path)
            if lock is not None:
                shutil.rmtree(path, ignore_errors=True)
                os.close(lock)
                swept += 1
    return swept


def _locked(path):
    """A descriptor that holds the lock on a folder; None where another process has it, or where there are no such locks."""
    try:
        import fcntl
    except ImportError:  # Windows
        return None
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return descriptor
    except OSError:
        os.close(descriptor)
        return None
