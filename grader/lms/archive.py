"""The files in a zip or a folder, whatever the zip is like: nothing is written, and what is read is bounded.

A file is known by its path, as folders and a name; an archive inside an archive counts as a folder. What is refused is told to
whoever asked, by path and reason, and stops nothing else.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import stat
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import IO

from grader.errors import GraderError

MAX_FILE = 64 * 2**20  # bytes of one file; the engine accepts no larger notebook
MAX_TOTAL = 16 * 2**30  # bytes of one archive's or folder's files that are unpacked
MAX_ENTRIES = 100_000  # of one archive or folder: a class of a thousand with a hundred files each
MAX_NESTED = 20_000  # of an archive in an archive: a student's own work, with an environment in it
MAX_INSIDE = 100_000  # of all archives in one archive or folder together
MAX_OTHERS = (
    5  # files of a folder that are kept of those that nobody reads; of the others, how many
)
MAX_DIRECTORY = 16 * 2**20  # bytes of a zip's list of files
_EACH = 512  # bytes of that list for an entry of an archive in an archive, at most
MAX_RATIO = 200  # times that a file of more than SMALL may grow when it is unpacked
SMALL = 16 * 2**20
MAX_DEPTH = 2  # archives inside each other: the one that was named, and what a student zipped
_CHUNK = 2**20
_OPENING = 10  # entries that opening an archive counts for
_UNPACK = ": unpack it, and collect what is the student's own work"
_TOGETHER = f"was not looked at: the archives beside it list more than {MAX_INSIDE:,} files. Collect it alone"
_Opener = Callable[[], contextlib.AbstractContextManager[IO[bytes]]]
# zipfile unpacks other methods in steps of any size: some hundred bytes could fill the memory before their size is known
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_IGNORED = {"__MACOSX", "Thumbs.db", "desktop.ini"} | {
    f".{name}"
    for name in "cache conda config git idea ipynb_checkpoints ipython jupyter local npm Trash venv vscode".split()
}


class Refused(GraderError):
    """This file is not read; the message is the reason."""


@dataclass(frozen=True)
class File:
    """One file. `when` is its time as the archive has it (seconds since 1970), or None where it has none.

    `more` is the number of files in the same folder that stand for nothing and were not kept.
    """

    path: tuple[str, ...]
    when: float | None
    _read: Callable[[], bytes]
    more: int = 0

    @property
    def name(self) -> str:
        return self.path[-1]

    def read(self) -> bytes:
        """Its bytes.

        Raises
        ------
        Refused
            They cannot be had, or are too many.
        """
        return self._read()

    def __str__(self) -> str:
        return "/".join(self.path)


@dataclass(frozen=True)
class _Archive:
    """An archive in an archive or folder, that is opened when everything beside it has been seen."""

    path: tuple[str, ...]
    opened: _Opener
    size: int
    depth: int
    most: int  # entries


def _in_turns(archives: list[_Archive]) -> list[_Archive]:
    """First the smallest one of each person, then everybody's next: many or large ones keep no other person's from its turn.

    Whose one is, the first folder tells in which they differ, or a file's name up to the first digit; a student chooses neither.
    """
    shared = len(os.path.commonprefix([a.path[:-1] for a in archives]))
    nth: Counter[str] = Counter()
    turns = []
    for archive in sorted(archives, key=lambda a: a.size):
        home = archive.path[shared]
        whose = home if len(archive.path) > shared + 1 else re.split(r"\d", home)[0]
        turns.append((nth[whose], archive))
        nth[whose] += 1
    return [archive for _, archive in sorted(turns, key=lambda t: t[0])]


class Opened:
    """Zips and folders that are open for reading; a context manager.

    `refused` has (path, reason) of what is not read.

    Parameters
    ----------
    wanted : callable
        Whether a file of this name will be read; of the others in a folder a few are kept.
    """

    def __init__(self, wanted: Callable[[str], bool] = lambda name: True) -> None:
        self._wanted = wanted
        self._inside = 0  # entries of archives in this archive or folder
        # those archives: nobody's keeps another's files from being seen
        self._later: list[_Archive] = []
        self.refused: list[tuple[str, str]] = []
        self._left = MAX_TOTAL
        # entries that were unpacked whole and may be again
        self._counted: dict[int, zipfile.ZipInfo] = {}
        self._nest: tuple[object, bytes] = (
            None,
            b"",
        )  # the archive in an archive that was read last
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Opened:
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def files(self, source: Path) -> list[File]:
        """All files in a zip or a folder, or the one file that `source` is; those that are refused are left out."""
        self._inside, self._later = 0, []
        files = self._few(self._in_source(source))
        while self._later:
            turns, self._later = _in_turns(self._later), []
            for archive in turns:
                files += self._few(self._in_archive(archive))
        return self._kept(files)

    def _few(self, files: Iterable[File]) -> list[File]:
        """All that is wanted, and of each folder a few others with the number of those that were not kept."""
        kept: list[File] = []
        others: Counter[tuple[str, ...]] = Counter()
        last: dict[tuple[str, ...], int] = {}
        for file in files:
            # what lies outermost may be a person's each, as in Canvas' zips
            if not self._wanted(file.name) and len(file.path) > 1:
                home = file.path[:-1]
                others[home] += 1
                if others[home] > MAX_OTHERS:
                    continue
                last[home] = len(kept)
                file = File(file.path, file.when, _unread)
            kept.append(file)
        for home, at in last.items():
            kept[at] = replace(kept[at], more=max(0, others[home] - MAX_OTHERS))
        return kept

    def _kept(self, files: list[File]) -> list[File]:
        """Without those whose path is another one's folder: on a disk there is no such thing, and no layout reckons with it."""
        folders = {f.path[:n] for f in files for n in range(1, len(f.path))}
        both = "has the name of a folder that lies beside it"
        self.refused += [(str(f), both) for f in files if f.path in folders]
        return [f for f in files if f.path not in folders]

    def _in_source(self, source: Path) -> Iterable[File]:
        if source.is_dir():
            return self._in_folder(source)
        file = File((_nfc(source.name),), source.stat().st_mtime, partial(from_disk, source))
        if not zipfile.is_zipfile(source):
            if not _is_zip(source.name):
                return [file]
            self.refused.append((source.name, "is not a whole zip: download it again"))
            return []
        kept = self._stack.enter_context(open(source, "rb"))
        return self._in_zip(lambda: contextlib.nullcontext(kept), (), 1, source.name)

    def _in_folder(self, folder: Path) -> Iterator[File]:
        count = 0
        for place, folders, names in os.walk(folder):
            folders[:] = sorted(f for f in folders if f not in _IGNORED)
            for name in [*sorted(names), *[f for f in folders if (Path(place) / f).is_symlink()]]:
                path = Path(place) / name
                parts = tuple(
                    _nfc(_from_bytes(os.fsencode(p))) for p in path.relative_to(folder).parts
                )
                count += 1
                if count > MAX_ENTRIES:
                    self.refused.append((folder.name, f"holds more than {MAX_ENTRIES:,} files"))
                    return
                if _is_junk(parts):
                    continue
                try:
                    about = path.lstat()
                    if not stat.S_ISREG(about.st_mode):
                        self.refused.append(("/".join(parts), _kind(about.st_mode)))
                    elif _is_zip(name) and zipfile.is_zipfile(path):
                        opened = partial(_open, path)
                        self._later.append(_Archive(parts, opened, about.st_size, 1, MAX_ENTRIES))
                    else:
                        yield File(parts, about.st_mtime, partial(from_disk, path))
                except Exception as error:  # one person's file ends nobody else's
                    self.refused.append(("/".join(parts), _why(error)))

    def _in_zip(
        self,
        opened: _Opener,
        inside: tuple[str, ...],
        depth: int,
        name: str = "",
        most: int | None = None,
    ) -> Iterator[File]:
        """What is in an archive. Only the one that was named stays open: a class may have handed in a thousand."""
        where = "/".join(inside) or name
        most, counted = MAX_ENTRIES if most is None else most, MAX_NESTED
        try:
            with opened() as file:
                archive = zipfile.ZipFile(_Bounded(file, min(MAX_DIRECTORY, most * _EACH)))
            entries = archive.infolist()
            counted = min(len(entries), MAX_NESTED)
            if len(entries) > most:
                raise Refused(f"lists more than {most:,} files{_UNPACK if inside else ''}")
            if inside and self._inside + len(entries) > MAX_INSIDE:
                raise Refused(_TOGETHER)
            counted = len(entries)
        except Refused as error:
            self.refused.append((where, str(error)))
            return
        except Exception as error:  # whatever zipfile makes of bytes that are no archive
            self.refused.append((where, f"cannot be opened as a zip: {error}"))
            return
        finally:
            self._inside += counted + _OPENING if inside else 0
        # of those that nobody reads nothing is to stay
        archive.filelist, archive.NameToInfo = [], {}
        for info in entries:
            name = info.filename
            try:
                name = _entry_name(info)
                parts, when = inside + _safe_parts(name), _time(info)
                _no_link(info)
            except Exception as error:  # one entry's harms no other's
                self.refused.append(("/".join((*inside, name)), _why(error)))
                continue
            folder = info.is_dir() or stat.S_ISDIR(info.external_attr >> 16)
            if folder or name.endswith("\\") or _is_junk(parts):
                continue
            read = partial(self._unpacked, archive, opened, info)
            if not _is_zip(name):
                yield File(parts, when, read)
                continue
            self._nested(parts, read, depth, info.file_size)

    def _nested(
        self, parts: tuple[str, ...], read: Callable[[], bytes], depth: int, size: int
    ) -> None:
        """Keep an archive inside an archive for later, as far as that is looked at."""
        if depth >= MAX_DEPTH:
            self.refused.append(
                ("/".join(parts), "is an archive inside an archive inside an archive")
            )
            return

        def held() -> io.BytesIO:
            """Unpacked once for all files that are read from it one after the other; of all archives one is held."""
            if self._nest[0] is not read:
                self._nest = read, read()
            return io.BytesIO(self._nest[1])

        self._later.append(_Archive(parts, held, size, depth + 1, MAX_NESTED))

    def _in_archive(self, one: _Archive) -> Iterator[File]:
        """What is in an archive that was kept for later."""
        try:
            if self._inside >= MAX_INSIDE:
                raise Refused(_TOGETHER)
            yield from self._in_zip(one.opened, one.path, one.depth, most=one.most)
        except Exception as error:  # one person's archive ends nobody else's
            self.refused.append(("/".join(one.path), _why(error)))

    def _unpacked(self, archive: zipfile.ZipFile, opened: _Opener, info: zipfile.ZipInfo) -> bytes:
        if info.flag_bits & 1:
            raise Refused("is encrypted: unpack it with its password, and collect the folder")
        if info.compress_type not in _METHODS:
            raise Refused(
                "cannot be unpacked: only Deflate is. Unpack it by other means, and collect the folder"
            )
        data, again = bytearray(), id(info) in self._counted
        try:
            with opened() as archive.fp, archive.open(info) as file:
                while chunk := file.read(_CHUNK):
                    data += chunk
                    self._left -= 0 if again else len(chunk)
                    if len(data) > MAX_FILE:
                        raise Refused(f"is larger than {MAX_FILE >> 20} MB")
                    if len(data) > max(SMALL, MAX_RATIO * info.compress_size):
                        raise Refused(
                            f"grows to more than {MAX_RATIO} times its size when it is unpacked"
                        )
                    if self._left < 0 and not again:
                        raise Refused(
                            f"was not read: more than {MAX_TOTAL >> 30} GB had been unpacked"
                        )
        except Refused:
            raise
        except Exception as error:  # of zipfile and the libraries below it
            raise Refused(f"cannot be unpacked: {str(error).rstrip('.')}") from None
        self._counted[id(info)] = info
        return bytes(data)


class _Bounded:
    """A file that zipfile may read from, but no list of a million entries in one go."""

    def __init__(self, file: IO[bytes], most: int) -> None:
        self._file, self._most = file, most
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        if size > self._most:
            small = f"lists more than {MAX_NESTED:,} files{_UNPACK}"
            large = f"has a list of files of more than {MAX_DIRECTORY >> 20} MB"
            raise Refused(large if self._most == MAX_DIRECTORY else small)
        return self._file.read(size)


def _unread() -> bytes:
    raise Refused("is of no kind that is read")


def _why(error: Exception) -> str:
    """An error as a reason."""
    return str(error) if isinstance(error, Refused) else f"cannot be read: {error!r}"


def _open(path: Path) -> IO[bytes]:
    return open(path, "rb")


def from_disk(path: Path) -> bytes:
    """The bytes of one regular file.

    Raises
    ------
    Refused
        It is none, a link, too large, or cannot be read.
    """
    try:
        handle = os.open(
            path,
            os.O_RDONLY
            | getattr(os, "O_NOFOLLOW", 0)
            | getattr(os, "O_NONBLOCK", 0)
            | getattr(os, "O_BINARY", 0),
        )
        with open(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise Refused("is no ordinary file")
            data = file.read(MAX_FILE + 1)
    except OSError as error:
        raise Refused(f"cannot be read: {(error.strerror or 'unknown error').lower()}") from None
    if len(data) > MAX_FILE:
        raise Refused(f"is larger than {MAX_FILE >> 20} MB")
    return data


def _is_zip(name: str) -> bool:
    return name.lower().endswith(".zip")


def _is_junk(parts: tuple[str, ...]) -> bool:
    """Whether a system or a tool put it there. A person's name may begin with a dot, and a notebook's."""
    name = parts[-1]
    hidden = name.startswith(".") and ".ipynb" not in name.lower()
    return hidden or name.startswith("._") or not _IGNORED.isdisjoint(parts)


def _kind(mode: int) -> str:
    if stat.S_ISLNK(mode):
        return "is a link; links are not followed"
    return "is no ordinary file"


def _no_link(info: zipfile.ZipInfo) -> None:
    mode = info.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise Refused(_kind(mode))


def _safe_parts(name: str) -> tuple[str, ...]:
    """The folders and the name; Refused where they lead out of the archive."""
    name = name.replace("\\", "/")
    if name.startswith("/") or re.match(r"[A-Za-z]:", name):
        raise Refused("has an absolute name")
    parts = [p for p in name.split("/") if p not in ("", ".")]
    if ".." in parts:
        raise Refused("has a name that leads out of the archive")
    if not parts or len(parts) > 40 or len(name) > 1000:
        raise Refused("has a name that is empty or too long")
    return tuple(map(_nfc, parts))


def _time(info: zipfile.ZipInfo) -> float | None:
    """The entry's time; None for 1 January 1980, which stands for none."""
    try:
        when = datetime(*info.date_time)
    except ValueError:
        return None
    return when.timestamp() if when > datetime(1980, 1, 2) else None


def _nfc(text: str) -> str:
    """One spelling for what looks the same: macOS takes an umlaut apart."""
    return unicodedata.normalize("NFC", text)


def _entry_name(info: zipfile.ZipInfo) -> str:
    """The name of an entry, whose encoding most archives don't tell."""
    if info.flag_bits & 0x800:
        return info.filename
    return _from_bytes(info.orig_filename.encode("cp437", "replace").split(b"\0")[0])


_SCRIPTS = (
    ("cp932", "[\u3005-\u3007\u3040-\u30ff\u4e00-\u9fff]"),
    ("cp949", "[\uac00-\ud7a3]"),
    ("gb18030", "[\u4e00-\u9fff]"),
)
_DOS_LETTERS = re.compile("[\x00-\x7fÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜáíóúñÑß]*")


def _from_bytes(raw: bytes) -> str:
    """Text of an unknown encoding: UTF-8, else the East Asian one in which all of it is one script, else a western one.

    Words of an East Asian script don't touch Latin letters; where they would, those bytes are an umlaut in a word.
    """
    with contextlib.suppress(UnicodeDecodeError):
        return raw.decode("utf-8")
    for encoding, letter in _SCRIPTS:
        with contextlib.suppress(UnicodeDecodeError):
            text = raw.decode(encoding)
            foreign = "".join(re.findall(r"[^\x00-\x7f]", text))
            touching = re.search(r"[A-Za-z][^\x00-\x7f]|[^\x00-\x7f][A-Za-z]", text)
            if re.fullmatch(f"{letter}+", foreign) and not touching:
                return text
    text = raw.decode("cp437")
    return text if _DOS_LETTERS.fullmatch(text) else raw.decode("cp1252", "replace")
