"""The marked regions of a solution cell, and what the student gets in their place.

    ### BEGIN SOLUTION              taken out of the student's notebook
    ### END SOLUTION
    ### BEGIN STUB                  optional: what the student starts from, each line behind one "# "
    ### END STUB

Without a STUB region the student gets one line `name = ...  # your code here` for each name that the solution binds and
a check looks at, or `...  # your code here` where the region stands indented inside a function whose head stays.
"""

import re
import textwrap

from grader.course.names import bound_names
from grader.errors import GraderError

HERE = "# your code here"
_MARK = re.compile(r"^\s*###\s*(BEGIN|END)\s+(SOLUTION|STUB)\s*$")


class RegionError(GraderError, ValueError):
    """A region is not closed, not opened, or stands in the wrong place; `offset` is its line inside the cell, from 1."""

    def __init__(self, offset, reason):
        self.offset = offset
        super().__init__(reason)


def student_source(source, wanted=None):
    """The text of a solution cell as the student gets it.

    Parameters
    ----------
    source : str
        The instructor's cell, markers included.
    wanted : collection of str, optional
        The names that the exercise's checks look at; names of steps in between get no line of their own.
        All names by default.

    Raises
    ------
    RegionError
        If regions are out of shape, or there is nothing to put in a region's place.
    """
    out, offset_of_last = [], 0
    pieces = _pieces(source)
    has_stub = any(kind == "STUB" for kind, _, _ in pieces)
    if not any(kind == "SOLUTION" for kind, _, _ in pieces):
        raise RegionError(
            1, "a solution cell needs ### BEGIN SOLUTION and ### END SOLUTION around the answer"
        )
    for kind, offset, lines in pieces:
        if kind == "":
            out += lines
        elif kind == "STUB":
            out += _uncommented(lines, offset)
        elif not has_stub:
            out += _automatic_stub(lines, offset, wanted)
        offset_of_last = offset
    text = "\n".join(out).strip("\n")
    try:
        bound_names(text)
    except SyntaxError as error:
        raise RegionError(
            offset_of_last, f"what the student would get is not Python: {error.msg}"
        ) from None
    return text


def reference_source(source):
    """The instructor's own answer: the cell without its STUB region and without markers."""
    return "\n".join(
        line for kind, _, lines in _pieces(source) if kind != "STUB" for line in lines
    ).strip("\n")


def _pieces(source):
    """The cell cut at its marks: (kind, line offset from 1, lines), kind "" outside every region."""
    pieces, kind, start, lines = [], "", 1, []
    for offset, line in enumerate(source.split("\n"), 1):
        mark = _MARK.match(line)
        if not mark:
            lines.append(line)
            continue
        verb, what = mark.groups()
        if verb == "BEGIN" and kind:
            raise RegionError(offset, f"### BEGIN {what} inside a {kind} region that is not closed")
        if verb == "END" and kind != what:
            raise RegionError(offset, f"### END {what} without ### BEGIN {what} above it")
        pieces.append((kind, start, lines))
        kind, start, lines = (what if verb == "BEGIN" else ""), offset, []
    if kind:
        raise RegionError(start, f"### BEGIN {kind} is not closed: ### END {kind} is missing")
    pieces.append((kind, start, lines))
    return [piece for piece in pieces if piece[0] or any(line.strip() for line in piece[2])]


def _uncommented(lines, offset):
    stub = []
    for line in lines:
        if line.strip() and not re.match(r"\s*#( |$)", line):
            raise RegionError(
                offset, f"every line of a STUB region begins with '# '; found {line.strip()!r}"
            )
        stub.append(re.sub(r"# ?", "", line, count=1))
    return stub


def _automatic_stub(lines, offset, wanted):
    filled = [line for line in lines if line.strip()]
    if not filled:
        raise RegionError(offset, "the solution region is empty")
    indent = re.match(r"\s*", filled[0]).group(0)
    if indent:
        return [f"{indent}...  {HERE}"]
    try:
        names = bound_names(textwrap.dedent("\n".join(lines)))
    except SyntaxError as error:
        raise RegionError(
            offset + (error.lineno or 1), f"the solution is not Python: {error.msg}"
        ) from None
    if wanted is not None:
        names = [name for name in names if name in wanted]
    if not names:
        raise RegionError(
            offset,
            "the solution binds no name that its check looks at: assign the answer to a variable and check that",
        )
    return [f"{name} = ...  {HERE}" for name in names]
