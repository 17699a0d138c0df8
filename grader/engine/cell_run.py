"""What a submission may use, and how one of its cells ran."""

import re
import time
from dataclasses import dataclass, replace

from grader.course.submission import clean
from grader.errors import is_pythons_own

_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
MISSING = re.compile(r"NameError: name '(\w+)' is not defined")
_LINE = re.compile(r"Cell In\[\d+\], line (\d+)")
_FILE = re.compile(
    r" \((?:[^()]*\.py|<ipython-input-[^()]*>), line \d+\)$"
)  # where a SyntaxError was, in a file that nobody knows

NOT_CARRIED = "the answer could not be carried to the check"


@dataclass(frozen=True)
class Limits:
    """What one submission may use. Times in seconds; CPU time counts, wall time is a generous backstop."""

    cell_cpu: float = 60.0  # the capstone, judged from three starts, takes up to 32
    cell_wall: float = 180.0
    total_cpu: float = 300.0
    total_wall: float = 900.0
    memory: int = 16 * 2**30  # bytes of address space (TensorFlow reserves far more than it uses)
    file_size: int = 256 * 2**20  # bytes of any one file it writes
    submission: int = 64 * 2**20  # bytes of the notebook file
    restarts: int = 4  # fresh kernels after one died or would not stop


@dataclass(frozen=True)
class Run:
    """How one cell ran. `report` is the check's report as data, `value` the text of the cell's last value.

    `made` is a fingerprint of the answer that a check judged, see `grader.carry.fingerprint`. `mute` says that the student's process
    had met a hidden test by then: no text that came from it is shown.
    """

    status: str  # "ok", "raised", "timed out", "died", "not run"
    error: str = ""
    report: object = None
    value: str | None = None
    made: str = ""
    mute: bool = False

    def muted(self, seen=""):
        """The run without what the student's process could have written into its error: of that the class is left.

        Also the name that no cell defines, where it stands in `seen`, the text of the test as students have it.
        """
        missing = MISSING.match(self.error)
        if self.status == "raised" and missing and missing[1] in re.findall(r"\w+", seen):
            return replace(self, error=missing[0], mute=True)
        name = re.match(r"\w*", self.error)[0]
        known = is_pythons_own(name)
        told = name if known else NOT_CARRIED if self.error.startswith(NOT_CARRIED) else "an error"
        error = told if self.status == "raised" else self.error
        return replace(self, error=error, mute=True)


class Budget:
    """What is left of a submission's time, over all its kernels."""

    def __init__(self, limits):
        self.limits, self.cpu, self.end = (
            limits,
            limits.total_cpu,
            time.monotonic() + limits.total_wall,
        )

    @property
    def spent(self):
        return self.cpu <= 0 or time.monotonic() > self.end


def error_line(content):
    """What a cell raised, as one line of text: from the content of a kernel's message."""
    text = "\n".join(str(t) for t in content.get("traceback", ())[-50:])
    line = _LINE.search(_ANSI.sub("", text))
    said = _one_line(
        f"{content.get('ename', 'error')}: {_FILE.sub('', str(content.get('evalue', '')))}"
    )
    return said + (f" (line {line[1]})" if line else "")


def _one_line(text, limit=240):
    text = clean(_ANSI.sub("", text)).strip().rstrip(":")
    text = " ".join("".join(c if c.isprintable() else " " for c in text[: 4 * limit]).split())
    return text if len(text) <= limit else text[: limit - 1] + "…"
