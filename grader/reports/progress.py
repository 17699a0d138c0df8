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
        self.crew = ""  # who is at work, where that is not this machine alone

    def start(self, what, total):
        self.what, self.total, self.done, self.begun = what, total, 0, self.clock()
        if self.live:
            self._draw("")

    def say(self, text):
        """One sentence before the work begins."""
        print(printable(text), file=self.stream, flush=True)

    def step(self, text=""):
        self.done += 1
        if self.live:
            self._draw(text)
        else:
            self._line(text)

    def waiting(self, names):
        """Say what has been running for long, so that nobody takes one endless cell for a run that hangs."""
        text = "still running: " + ", ".join(names) if names else "still waiting"
        if self.live:
            self._draw(text)
        else:
            self._line(text)

    def note(self, text):
        """Say something that has to do with no single item."""
        self.stream.write(("\r\x1b[K" if self.live else "") + printable(text) + "\n")
        self.stream.flush()

    def _line(self, text):
        told = [f"{self.what} {self.done}/{self.total}", *self._with_others(), printable(text)]
        print("  ".join(told).rstrip(), file=self.stream, flush=True)

    def _with_others(self):
        return [self._left(), printable(self.crew)] if self.crew else []

    def end(self):
        if self.live:
            self.stream.write("\r\x1b[K")
            self.stream.flush()

    def _draw(self, text):
        width = shutil.get_terminal_size().columns
        share = self.done / self.total if self.total else 1.0
        bar = "█" * round(24 * share) + "░" * (24 - round(24 * share))
        told = [self._left(), *([printable(self.crew)] if self.crew else []), printable(text)]
        line = f"{self.what} {bar} {self.done}/{self.total}  {'  '.join(told)}"
        self.stream.write("\r\x1b[K" + line[: max(width - 1, 20)])
        self.stream.flush()

    def _left(self):
        if not self.done:
            return "…"
        left = (self.clock() - self.begun) / self.done * (self.total - self.done)
        return f"{left:.0f} s left" if left < 90 else f"{left / 60:.0f} min left"
