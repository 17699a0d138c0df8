"""Verdicts remembered by content: what was carried, the check, the set-up and the seed decide, so equal graphs are trained once.

Lives as long as the process. Whole results are kept elsewhere, by the result store.
"""

import hashlib
import threading
from collections import OrderedDict


class Verdicts:
    """Runs of check cells by what decided them. Safe to use from several threads; the oldest are forgotten."""

    def __init__(self, room=20_000):
        self.room, self.known, self.lock = room, OrderedDict(), threading.Lock()

    def get(self, key):
        with self.lock:
            if key in self.known:
                self.known.move_to_end(key)
            return self.known.get(key)

    def put(self, key, run):
        with self.lock:
            self.known[key] = run
            while len(self.known) > self.room:
                self.known.popitem(last=False)


def key_of(*parts):
    """A key from texts and bytes; each with its length, so that no two lists of parts can meet."""
    digest = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else str(part).encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "little"))
        digest.update(data)
    return digest.hexdigest()
