"""Text in a table that a spreadsheet shows and does not compute, whichever separator it takes the file to have."""

import functools
import re

_BEGINNING = "=+\\-@\t\r"  # of what a spreadsheet takes for a formula


def harmless(text: str, separator: str = ",") -> str:
    """`text` with a `'` wherever a spreadsheet would begin a formula; `original` takes it away again.

    Parameters
    ----------
    text : str
    separator : str
        The file's own. Behind it a cell is quoted; behind those of other countries, and behind a new line, a cell begins as well.
    """
    return _beginnings(separator, "").sub(r"\1'", text)


def original(text: str, separator: str = ",") -> str:
    """What `harmless` was given."""
    return _beginnings(separator, "'").sub(r"\1", text)


@functools.lru_cache
def _beginnings(separator: str, mark: str) -> re.Pattern[str]:
    others = "".join({",", ";", "\t"} - {separator})
    return re.compile(rf"((?:^|[\r\n{others}]) *){mark}(?='*[{_BEGINNING}])")
