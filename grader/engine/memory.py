"""Verdicts remembered by content: what was carried, the check, the set-up and the seed decide, so equal graphs are trained once.

In memory, and in the files of one folder if there is one: then also for other processes and later runs. Whole results are kept
elsewhere, by the result store.
"""

import contextlib
import hashlib
import json
import os
import tempfile
import threading
from collections import OrderedDict
from dataclasses import asdict
from pathlib import Path

from grader.engine.plain import Run


class Verdicts:
    """Runs of check cells by what decided them. Safe to use from several threads and processes.

    Parameters
    ----------
    folder : where they are kept; None: as long as this object lives.
    salt : what besides the parts of a key can change a verdict: versions of code and packages.
    fresh : nothing is looked up, only kept.
    room : how many are held in memory; the oldest are forgotten. Few where they are in files as well.
    """

    def __init__(self, folder=None, salt="", fresh=False, room=None):
        self.folder, self.salt, self.fresh = folder and Path(folder), salt, fresh
        self.room = room if room is not None else 200 if folder else 20_000
        self.known, self.lock = OrderedDict(), threading.Lock()

    def get(self, key):
        """The run, or the text, kept under this key; None where there is none. A damaged file counts as none."""
        if self.fresh:
            return None
        key = key_of(self.salt, key)
        with self.lock:
            if key in self.known:
                self.known.move_to_end(key)
                return self.known[key]
        kept = self._read(key) if self.folder else None
        if kept is not None:
            self._hold(key, kept)
        return kept

    def put(self, key, kept):
        """Keep a run or a text. A kill at any moment leaves a whole file or none."""
        key = key_of(self.salt, key)
        self._hold(key, kept)
        if self.folder:
            with contextlib.suppress(OSError):  # a full disk costs time, not a grade
                self._write(key, kept)

    def _hold(self, key, kept):
        with self.lock:
            self.known[key] = kept
            while len(self.known) > self.room:
                self.known.popitem(last=False)

    def _path(self, key):
        return self.folder / key[:2] / f"{key}.json"

    def _read(self, key):
        try:
            data = json.loads(self._path(key).read_bytes())
            return data["text"] if "text" in data else Run(**data["run"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _write(self, key, kept):
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            with open(handle, "w", encoding="utf-8") as file:
                file.write(json.dumps({"text": kept} if isinstance(kept, str) else {"run": asdict(kept)}))
            os.replace(name, path)
        except BaseException:
            os.unlink(name)
            raise


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
