"""`grader grade` as it is, with a note of where its CPU time went: python -m tests.bench.measured FILE [arguments of grader grade].

Writes seconds by what they were used for, as JSON, into FILE. A process of its own, so that start and imports count.
"""

import gc
import json
import os
import resource
import sys
import threading
import time
from collections import Counter

SPENT, LOCK = Counter(), threading.Lock()
_OF = {
    "set up": "judge: set-up",
    "check": "judge: checks",
    "give": "transport",
    "weights": "transport",
    "call": "calls of functions",
}


def note(what, seconds):
    with LOCK:
        SPENT[what] += seconds


def watch():
    """Put clocks around the engine's seams."""
    from grader.engine import process as fork
    from grader.engine import runner
    from grader.nbgrader_bridge import writer

    ask, clean, write = runner._Conductor.ask, fork.Process._clean, writer.Records.write

    def asking(self, process, head, *rest, **more):
        before = process.cpu()
        try:
            return ask(self, process, head, *rest, **more)
        finally:
            used = process.cpu() - before
            process.noted = getattr(process, "noted", 0.0) + used
            note(_OF.get(head["do"], "student: set-up and answers"), used)

    def cleaning(self):
        if self.pid:
            note("fork, walls, start and end", self.cpu() - getattr(self, "noted", 0.0))
            note("processes", 1)
        clean(self)

    def setting_up(self, n):
        if self.process is None:
            self.process, self.ready = self.conductor._process("judge").__enter__(), 0
        before = self.process.cpu()
        set_up(self, n)
        used = self.process.cpu() - before
        self.process.noted = getattr(self.process, "noted", 0.0) + used
        note("judge: set-up", used)

    def writing(self, *rest):
        before = time.thread_time()
        try:
            return write(self, *rest)
        finally:
            note("nbgrader's records", time.thread_time() - before)

    set_up = runner._Judge._set_up
    runner._Conductor.ask, fork.Process._clean, writer.Records.write, runner._Judge._set_up = (
        asking,
        cleaning,
        writing,
        setting_up,
    )


def main(file, arguments):
    from grader.cli import main as cli
    from grader.engine import process as fork

    watch()
    begun = time.monotonic()
    gc.set_threshold(100_000, 20, 20)  # as `grader.cli.main.run` does
    status = cli.main(["grade", *arguments])
    server = fork._server
    if server is not None:
        with open(f"/proc/{server.pid}/stat") as stat:
            fields = stat.read().rpartition(")")[2].split()
        note("warm server", sum(int(n) for n in fields[11:13]) / os.sysconf("SC_CLK_TCK"))
    own = resource.getrusage(resource.RUSAGE_SELF)
    note(
        "imports and the rest of the conductor",
        own.ru_utime + own.ru_stime - SPENT["nbgrader's records"],
    )
    with open(file, "w") as out:
        json.dump({"wall": time.monotonic() - begun, "spent": SPENT}, out)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
