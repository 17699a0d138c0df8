"""Results kept by content: what has been judged once is not judged again, and a killed run goes on where it stopped.

One file per result, written whole or not at all. Knows nothing of students: equal bytes have equal results.
"""

import contextlib
import functools
import hashlib
import os
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from grader.engine.result import Result, ResultError

_PACKAGES = ("keras", "tensorflow", "numpy", "scikit-learn", "ipykernel")
_LONG_AGO = 600  # seconds: no run writes one file for so long


class ResultStore:
    """Results in the files of one folder."""

    def __init__(self, folder):
        self.folder = Path(folder)

    def get(self, key):
        """The result under this key, or None. A file that is damaged counts as none."""
        try:
            return Result.from_json(self._path(key).read_text("utf-8"))
        except (FileNotFoundError, ResultError, UnicodeDecodeError):
            return None

    def put(self, key, result):
        """Keep a result; a kill at any moment leaves the old file or the new one."""
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, result.to_json())

    def sweep(self):
        """Remove the beginnings that killed runs have left."""
        for path in self.folder.glob("*/.new-*"):
            with contextlib.suppress(OSError):
                if time.time() - path.stat().st_mtime > _LONG_AGO:
                    path.unlink()

    def _path(self, key):
        return self.folder / key[:2] / f"{key}.json"


def write_whole(path, text):
    """Write a text file so that nobody ever sees half of it."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with open(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def result_key(data, lesson, limits, way=""):
    """The key of a result: it changes with the submission, the lesson, the limits, the packages and the grader itself.

    `way` tells apart results that came about in different ways, with a sandbox or without.
    """
    parts = [way, hashlib.sha256(data).hexdigest(), lesson.key, repr(sorted(asdict(limits).items())), *versions()]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@functools.cache
def versions():
    """What besides the submission and the lesson can change a verdict, as lines of text."""
    from importlib.metadata import PackageNotFoundError, version

    lines = [f"python {sys.version_info.major}.{sys.version_info.minor}"]
    for name in _PACKAGES:
        try:
            lines.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            lines.append(f"{name} none")
    return (*lines, f"code {_code()}")


def _code():
    """A hash over the sources that take part in a verdict."""
    root = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for house in ("grader/engine", "grader/checks", "layergraph"):
        for path in sorted((root / house).rglob("*.py")):
            digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
