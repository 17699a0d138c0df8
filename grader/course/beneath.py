"""Opens what lies below a folder without following a link on the way, also one that is put there while it is looked at.

To resolve a path first and open it then leaves time to exchange a folder for a link. Here each part of the path is opened from the
descriptor of the part before it (as `openat2` does with RESOLVE_NO_SYMLINKS, which Python does not offer).
"""

import contextlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

_CAN = os.open in os.supports_dir_fd  # Windows cannot
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
# Not blocking: a named pipe would wait for a writer for ever.
_READ = os.O_RDONLY | _NO_LINK | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_ENTER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0)


@contextlib.contextmanager
def open_beneath(folder: Path, parts: Iterable[str]) -> Iterator[int]:
    """A descriptor of the file or folder `parts` below `folder`, to read from. `folder` itself may be a link.

    Raises
    ------
    OSError
        It is not there, may not be read, or one of the parts is a link.
    """
    handle = _walked(folder, *parts) if _CAN else _by_path(folder, *parts)
    try:
        yield handle
    finally:
        os.close(handle)


def _walked(folder: Path, *parts: str) -> int:
    inside = os.open(folder, _ENTER)
    try:
        for part in parts[:-1]:
            deeper = os.open(part, _ENTER | _NO_LINK, dir_fd=inside)
            os.close(inside)
            inside = deeper
        return os.open(parts[-1], _READ, dir_fd=inside)
    finally:
        os.close(inside)


def _by_path(folder: Path, *parts: str) -> int:
    for part in parts:
        folder = folder / part
        if folder.is_symlink():
            raise OSError(f"{part} is a link")
    return os.open(folder, _READ)
