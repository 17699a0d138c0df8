"""Says how far a run is: a bar with the time left on a terminal, plain lines anywhere else. Computes nothing else."""

import shutil
import sys
import time


def printable(text):
    """`text` on one line, without anything a terminal would obey."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in str(text))


class Progress:
    """Shows one stage after the other: `start`, a `step` for each item, `end`."""

    def __init__(self, stream=None, clock=time.monotonic):
        self.stream, self.clock = stream or sys.stdout, clock
        self.live = hasattr(self.stream, "isatty") and self.stream.isatty()
        self.what, self.total, self.done = "", 0, 0

    def start(self, what, total):
        self.what, self.total, self.done, self.begun = what, total, 0, self.clock()
        if self.live:
            self._draw("")

    def step(self, text=""):
        self.done += 1
        if self.live:
            self._draw(text)
        else:
            print(f"{self.what} {self.done}/{self.total}  {printable(text)}".rstrip(), file=self.stream, flush=True)

    def end(self):
        if self.live:
            self.stream.write("\r\x1b[K")
            self.stream.flush()

    def _draw(self, text):
        width = shutil.get_terminal_size().columns
        share = self.done / self.total if self.total else 1.0
        bar = "█" * round(24 * share) + "░" * (24 - round(24 * share))
        line = f"{self.what} {bar} {self.done}/{self.total}  {self._left()}  {printable(text)}"
        self.stream.write("\r\x1b[K" + line[: max(width - 1, 20)])
        self.stream.flush()

    def _left(self):
        if not self.done:
            return "…"
        left = (self.clock() - self.begun) / self.done * (self.total - self.done)
        return f"{left:.0f} s left" if left < 90 else f"{left / 60:.0f} min left"
