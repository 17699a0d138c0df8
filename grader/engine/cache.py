"""What was judged once is not judged again: results of whole submissions, and verdicts on single answers, kept by what decided them.

In the files of a folder, each written whole or not at all, so a killed run goes on where it stopped. Knows nothing of students:
equal bytes have equal results, and equal graphs are trained once.
"""

import contextlib
import functools
import hashlib
import json
import os
import sys
import tempfile
import threading
import time
from collections import OrderedDict
from dataclasses import asdict
from pathlib import Path

from grader.engine.cell_run import Run
from grader.engine.result import Result, ResultError

_PACKAGES = ("keras", "tensorflow", "numpy", "ipython", "ipykernel")
DECIDING = (
    "grader/engine",
    "grader/carry",
    "grader/checks",
    "grader/classroom",
    "grader/course",
    "grader/errors.py",
    "layergraph",
)
_LONG_AGO = 600  # seconds: no run writes one file for so long


class Files:
    """Texts by key, in the files of one folder.

    Parameters
    ----------
    folder : Path
    lasting : bool
        Whether a text must be on the disk when it was kept: a power cut then loses none, but each takes the disk's time.
    """

    def __init__(self, folder, lasting=True):
        self.folder, self.lasting = Path(folder), lasting

    def path(self, key, kind="json"):
        """Where the text with this key lies, or would lie."""
        return self.folder / key[:2] / f"{key}.{kind}"

    def read(self, key, kind="json"):
        """The text with this key, or None."""
        try:
            return self.path(key, kind).read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            return None

    def write(self, key, text, kind="json"):
        """Keep a text; a kill at any moment leaves the old file or the new one."""
        path = self.path(key, kind)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            with open(handle, "w", encoding="utf-8") as file:
                file.write(text)
                if self.lasting:
                    file.flush()
                    os.fsync(file.fileno())
            os.replace(name, path)
        except BaseException:
            os.unlink(name)
            raise

    def sweep(self):
        """Remove the beginnings that killed runs have left."""
        for path in self.folder.glob("*/.new-*"):
            with contextlib.suppress(OSError):
                if time.time() - path.stat().st_mtime > _LONG_AGO:
                    path.unlink()


class ResultStore(Files):
    """Results of whole submissions."""

    def get(self, key):
        """The result under this key, or None. A file that is damaged counts as none."""
        try:
            return Result.from_json(self.read(key))
        except ResultError:
            return None

    def put(self, key, result):
        """Keep a result."""
        self.write(key, result.to_json())

    def earlier(self, data, lesson, limits, way=""):
        """The last result of these bytes in this lesson, and which exercises have changed since; None where there is none.

        Only what was judged by the same code and packages under the same limits counts.
        """
        try:
            kept = json.loads(self.read(_last(data, lesson, limits, way), "last"))
            result, keys = self.get(kept["key"]), dict(kept["exercises"])
        except (ValueError, KeyError, TypeError):
            return None
        now = exercise_keys(lesson)
        changed = frozenset(e for e in now if keys.get(e) != now[e])
        return None if result is None else (result, changed)

    def remember(self, key, data, lesson, limits, way=""):
        """Note that this is the last result of these bytes, and what its exercises were like."""
        noted = json.dumps({"key": key, "exercises": exercise_keys(lesson)})
        self.write(_last(data, lesson, limits, way), noted, "last")


def _last(data, lesson, limits, way):
    return _key(data, lesson.name, limits, f"last {way}")


class Verdicts:
    """Runs of an answer's check cells by what decided them: what was carried, the checks, the set-up and the seed. Safe to use from several threads and processes.

    Parameters
    ----------
    folder : where they are kept; None: as long as this object lives.
    salt : what besides the parts of a key can change a verdict: versions of code and packages.
    fresh : nothing is looked up, only kept.
    room : how many are held in memory; the oldest are forgotten. Few where they are in files as well.
    """

    def __init__(self, folder=None, salt="", fresh=False, room=None):
        self.files = Files(folder, lasting=False) if folder else None
        self.salt, self.fresh = salt, fresh
        self.room = room if room is not None else 200 if folder else 20_000
        self.known, self.lock = OrderedDict(), threading.Lock()

    def get(self, key):
        """The runs, or the text, kept under this key; None where there is none. A damaged file counts as none."""
        if self.fresh:
            return None
        key = key_of(self.salt, key)
        with self.lock:
            if key in self.known:
                self.known.move_to_end(key)
                return self.known[key]
        kept = self._read(key) if self.files else None
        if kept is not None:
            self._hold(key, kept)
        return kept

    def put(self, key, kept):
        """Keep runs or a text. A kill at any moment leaves a whole file or none."""
        key = key_of(self.salt, key)
        self._hold(key, kept)
        if self.files:
            said = {"text": kept} if isinstance(kept, str) else {"runs": [*map(asdict, kept)]}
            with contextlib.suppress(OSError):  # a full disk costs time, not a grade
                self.files.write(key, json.dumps(said))

    def _hold(self, key, kept):
        with self.lock:
            self.known[key] = kept
            while len(self.known) > self.room:
                self.known.popitem(last=False)

    def _read(self, key):
        try:
            data = json.loads(self.files.read(key))
            return data["text"] if "text" in data else [Run(**run) for run in data["runs"]]
        except (ValueError, KeyError, TypeError):
            return None


def worth_keeping(run):
    """Whether a run is a verdict and not an accident: one that ended, and in which no requirement raised."""
    if run.status != "ok":
        return False
    lines = run.report.get("lines", ()) if isinstance(run.report, dict) else ()
    return all(isinstance(line, dict) and line.get("status") != "raised" for line in lines)


def key_of(*parts):
    """A key from texts and bytes; each with its length, so that no two lists of parts can meet."""
    digest = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else str(part).encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "little"))
        digest.update(data)
    return digest.hexdigest()


def result_key(data, lesson, limits, way=""):
    """The key of a result: it changes with the submission, the lesson, the limits, the packages and the grader itself.

    `way` tells apart results that came about in different ways, with a sandbox or without.
    """
    return _key(data, lesson.key, limits, way)


def _key(data, lesson, limits, way):
    parts = [
        way,
        hashlib.sha256(data).hexdigest(),
        lesson,
        repr(sorted(asdict(limits).items())),
        *versions(),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@functools.lru_cache(maxsize=64)
def exercise_keys(lesson):
    """What each exercise of a lesson is known by, see `Lesson.exercise_key`."""
    return {e: lesson.exercise_key(e) for e in lesson.exercises}


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


def deciding_files() -> list[Path]:
    """All code and data of ours between a submission's bytes and its verdict."""
    root = Path(__file__).resolve().parents[2]
    found = {p for house in DECIDING for p in ((root / house), *(root / house).rglob("*"))}
    return sorted(p for p in found if p.is_file() and "__pycache__" not in p.parts)


def _code():
    """A hash over what takes part in a verdict."""
    root = Path(__file__).resolve().parents[2]
    digest = hashlib.sha256()
    for path in deciding_files():
        digest.update(str(path.relative_to(root)).encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
