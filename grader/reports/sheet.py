"""CSV that a spreadsheet opens and does not compute."""

import csv
import os
from collections.abc import Iterable
from pathlib import Path

from grader.course.formulas import harmless


def cell(value: object) -> object:
    """A value as it is written: nothing for None, and no text that a spreadsheet would compute."""
    if isinstance(value, str):
        return harmless(value)
    return "" if value is None else value


def write(path: Path, rows: Iterable[Iterable[object]]) -> None:
    """Write these rows; who reads meanwhile sees the old file or the new one."""
    new = path.with_name(f".{path.name}.new")
    with open(new, "w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([cell(v) for v in row] for row in rows)
    os.replace(new, path)
