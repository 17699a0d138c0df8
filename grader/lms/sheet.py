"""A CSV file whose every byte stays as it was, but for the cells that are set.

Quotes, line ends, byte order mark, separator and encoding are those of the system that wrote the file, and of whoever saved it since.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from grader.errors import GraderError

MAX_SHEET = 64 * 2**20  # bytes; a class of thousands with a hundred columns has a few
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


class SheetError(GraderError):
    """The file is not the sheet that was expected; the message says what it lacks."""


class Sheet:
    """Rows of cells; `sheet[row, column]` is a cell's text, "" where a row is shorter than that.

    Parameters
    ----------
    data : bytes
        The whole file.
    name : str
        What it is called in messages.
    """

    def __init__(self, data: bytes, name: str = "the sheet") -> None:
        self.name = name
        self.mark, self.encoding, text = _decoded(data, name)
        self.separator = _separator(text)
        self._rows, self._ends = _split(text, self.separator, name)

    @classmethod
    def read(cls, path: Path) -> "Sheet":
        """The sheet in a file.

        Raises
        ------
        SheetError
            It cannot be read, or is no CSV.
        """
        try:
            with open(path, "rb") as file:
                data = file.read(MAX_SHEET + 1)
        except OSError as error:
            raise SheetError(f"{path} cannot be read: {(error.strerror or '').lower()}") from None
        if len(data) > MAX_SHEET:
            raise SheetError(f"{path.name} is larger than {MAX_SHEET >> 20} MB: is it a CSV?")
        return cls(data, path.name)

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, where: tuple[int, int]) -> str:
        row, column = where
        cells = self._rows[row]
        return _plain(cells[column]) if column < len(cells) else ""

    def __setitem__(self, where: tuple[int, int], text: str) -> None:
        row, column = where
        cells = self._rows[row]
        if column < len(cells) and _plain(cells[column]) == text:
            return
        cells += [""] * (column + 1 - len(cells))
        quoted = cells[column].startswith('"')
        cells[column] = self._written(text, quoted)

    @property
    def header(self) -> list[str]:
        """The first row's texts."""
        return self.row(0) if self._rows else []

    def row(self, row: int) -> list[str]:
        """One row's texts."""
        return [_plain(cell) for cell in self._rows[row]]

    def column(self, column: int) -> list[str]:
        """One column's texts, without the header."""
        return [self[row, column] for row in range(1, len(self))]

    def append(self, texts: Sequence[str]) -> None:
        """Add a row at the end."""
        end = self._ends[0] if self._ends and self._ends[0] else "\n"
        if self._ends and not self._ends[-1]:
            self._ends[-1] = end
        self._rows.append([self._written(text, False) for text in texts])
        self._ends.append(end)

    def to_bytes(self) -> bytes:
        """The file as it is to be written."""
        lines = (self.separator.join(cells) + end for cells, end in zip(self._rows, self._ends))
        return self.mark + "".join(lines).encode(self.encoding)

    def _written(self, text: str, quoted: bool) -> str:
        if quoted or re.search(rf'[{re.escape(self.separator)}"\r\n]|^\s|\s$', text):
            return '"' + text.replace('"', '""') + '"'
        return text


def _decoded(data: bytes, name: str) -> tuple[bytes, str, str]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return mark, encoding, data[len(mark) :].decode(encoding)
            except UnicodeDecodeError:
                raise SheetError(f"{name} is neither UTF-8 nor UTF-16: is it a CSV?") from None
    if b"\0" in data:
        raise SheetError(
            f"{name} is not a CSV file", "save it as CSV, or take the file as it was downloaded"
        )
    try:
        return b"", "utf-8", data.decode("utf-8")
    except UnicodeDecodeError:  # saved by a spreadsheet; latin-1 keeps each byte as it is
        return b"", "latin-1", data.decode("latin-1")


def _separator(text: str) -> str:
    """Of comma, semicolon and tab the one that the first line has most of, outside quotes."""
    first = re.sub(r'"[^"]*"', "", text.split("\n", 1)[0])
    return max(",;\t", key=first.count)


def _split(text: str, separator: str, name: str) -> tuple[list[list[str]], list[str]]:
    """The cells of each row as they are written, and what ends each row."""
    cell = re.compile(
        rf'("(?:[^"]|"")*"|[^{re.escape(separator)}"\r\n]*)({re.escape(separator)}|\r\n|\n|\r|\Z)'
    )
    rows: list[list[str]] = []
    ends: list[str] = []
    row: list[str] = []
    at = 0
    while at < len(text) or row:
        match = cell.match(text, at)
        if not match:
            line = text.count("\n", 0, at) + 1
            raise SheetError(f"{name} is no CSV that can be filled: line {line} has a stray quote")
        row.append(match[1])
        at = match.end()
        if match[2] != separator:
            rows.append(row)
            ends.append(match[2])
            row = []
    return rows, ends


def _plain(cell: str) -> str:
    return cell[1:-1].replace('""', '"') if cell.startswith('"') else cell
