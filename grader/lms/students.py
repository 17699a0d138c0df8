"""`students.csv`: which folder of `submitted/` belongs to whom, by the numbers, names and addresses that an LMS knows.

A file of the teacher's own serves too: a class list with names, addresses or numbers. What it holds stays as it is; folders and the
LMS's numbers are written into it as they become known.
"""

from __future__ import annotations

import functools
import os
import re
import unicodedata
from collections.abc import Collection
from pathlib import Path

from grader.course.folder import unusable
from grader.course.formulas import harmless, original
from grader.errors import GraderError
from grader.lms.layouts import Person
from grader.lms.sheet import Sheet

COLUMNS = ("folder", "name", "email", "id", "canvas", "moodle")
_ALSO = {
    "name": ("student", "full name", "fullname"),
    "email": ("e-mail", "mail", "email address", "e-mail address"),
    "id": ("sid", "student id", "student number", "id number", "sis user id"),
}
_NEW = (
    b"\xef\xbb\xbf" + ",".join(COLUMNS).encode() + b"\n"
)  # a spreadsheet knows UTF-8 by that mark
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.I)


class Unclear(GraderError):
    """A person fits more than one row; the message says which."""


def folded(text: str) -> str:
    """Letters and digits alone, in one case: what two spellings of a name have in common."""
    text = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).casefold())
    return "".join(c for c in text if c.isalnum() or _is_mark(c))


def _is_mark(letter: str) -> bool:
    """Whether it is written on another letter: the vowels of Hindi and Thai, too, which `\\w` doesn't count as letters."""
    return unicodedata.category(letter).startswith("M")


@functools.lru_cache(maxsize=10_000)
def _words(name: str) -> tuple[str, ...]:
    return tuple(w for w in map(folded, re.split(r"[\s,_.-]+", name)) if w)


@functools.lru_cache(maxsize=10_000)
def _squeezed(name: str) -> frozenset[str]:
    """All that Canvas may squeeze a name to."""
    words = _words(name)
    return frozenset("".join(words[n:] + words[:n]) for n in range(len(words)))


def likeness(one: str, other: str) -> int:
    """How surely two names are one: 3 written alike, 2 but for case and marks between words, 1 it may be, 0 two people.

    It may be where the words change places, as in "Müller, Anna", or where one of the two has no words, as Canvas' "mülleranna".
    "Ann Abel" and "Anna Bel" have the same letters, and are two people.
    """
    if not _squeezed(one) & _squeezed(other):
        return 0
    if one == other:
        return 3
    words, others = _words(one), _words(other)
    if words == others:
        return 2
    turned = any(words[n:] + words[:n] == others for n in range(len(words)))
    return int(turned or len(words) == 1 or len(others) == 1)


def same(one: Person, other: Person) -> bool:
    """Whether two people of one archive are one: by what the system knows, and where it knows nothing, by the names."""
    known = ((one.id, other.id), (one.number, other.number), (one.email, other.email))
    if any(a and a == b for a, b in known):
        return True
    return not any(a or b for a, b in known) and likeness(one.name, other.name) > 1


class Students:
    """The rows of students.csv. `root` is the folder that has the students' folders."""

    def __init__(self, path: Path, root: Path) -> None:
        self.path, self.root = path, root
        there = path.is_file()
        self.sheet = Sheet.read(path) if there else Sheet(_NEW)
        if not len(self.sheet):
            self.sheet = Sheet(_NEW, path.name)
        if self.sheet.encoding == "latin-1":  # it has no room for the names of everybody
            self.sheet.mark, self.sheet.encoding = b"\xef\xbb\xbf", "utf-8"
        self._before = self.sheet.to_bytes() if there else b""
        self._columns = self._found_columns()

    def _found_columns(self) -> dict[str, int]:
        header = [h.strip().casefold() for h in self.sheet.header]
        found = {}
        for name in COLUMNS:
            fits = [h for h in (name, *_ALSO.get(name, ())) if h in header]
            if not fits:
                header.append(name)
                self.sheet[0, len(header) - 1] = name
            found[name] = header.index(fits[0] if fits else name)
        return found

    def __getitem__(self, where: tuple[int, str]) -> str:
        row, column = where
        return original(self.sheet[row, self._columns[column]].strip(), self.sheet.separator)

    def __setitem__(self, where: tuple[int, str], text: str) -> None:
        row, column = where
        self.sheet[row, self._columns[column]] = harmless(text, self.sheet.separator)

    @property
    def rows(self) -> range:
        return range(1, len(self.sheet))

    def of_folder(self, folder: str) -> int | None:
        """The row with this folder."""
        return next((r for r in self.rows if self[r, "folder"] == folder), None)

    def find(
        self,
        person: Person,
        lesson: str,
        others: Collection[str] = (),
        nameless: bool = False,
    ) -> list[int]:
        """The rows of a person: several only for a team whose number stands in the row of each of its members.

        Parameters
        ----------
        person : Person
        lesson : str
            Moodle numbers a person anew for each assignment.
        others : collection of str
            The names of everybody else in the same archive or sheet: who fits a row better has it, and of two equals nobody.
        nameless : bool
            Whether the name stands for nobody, as "Participant" does.

        Raises
        ------
        Unclear
            The name fits a row, and nothing says whether it is this person's.
        """
        for rows in (
            self._with_id(person, lesson),
            self._equal("id", person.number),
            self._equal("email", person.email),
        ):
            if rows:
                return rows
        if nameless:
            return []
        if not person.system and (row := self.of_folder(person.name)) is not None:
            return [row]
        free = self._with_name(person, lesson, others)
        mine = {r: likeness(person.name, self[r, "name"]) for r in free}
        rivals = any(likeness(o, self[r, "name"]) == n for r, n in mine.items() for o in others)
        if len(free) > 1 or rivals:
            rows_are = f"{len(free)} rows" if len(free) > 1 else "A row"
            raise Unclear(
                f"{rows_are} of {self.path.name} could be that of {person} {person.id}, and nothing tells which.",
                f"add {_id(person, lesson) or 'the address'} to the right row, under {person.system or 'email'}, "
                "after a space where something stands there; a new person needs a row, with a folder",
            )
        return free

    def _with_id(self, person: Person, lesson: str) -> list[int]:
        wanted = {_id(person, lesson), person.id} - {""}
        if not wanted or person.system not in COLUMNS:
            return []
        return [r for r in self.rows if wanted & set(self[r, person.system].split())]

    def _equal(self, column: str, value: str) -> list[int]:
        return [r for r in self.rows if value and self[r, column].casefold() == value.casefold()]

    def _with_name(self, person: Person, lesson: str, others: Collection[str]) -> list[int]:
        """The rows that are most like the name, and more like no other name; "Weiß" and "WEISS" may be two people."""
        alike = {
            row: n
            for row in self.rows
            if (n := likeness(person.name, self[row, "name"]))
            and not self._somebody_else(row, person, lesson)
            and not any(likeness(o, self[row, "name"]) > n for o in others)
        }
        return [row for row, n in alike.items() if n == max(alike.values())]

    def _somebody_else(self, row: int, person: Person, lesson: str) -> bool:
        """Whether a row of the same name belongs to another person: it has another number or address."""
        if person.system == "moodle" and person.id:
            return any(i.startswith(f"{lesson}:") for i in self[row, "moodle"].split())
        if person.system == "canvas" and person.id:
            return bool(self[row, "canvas"])
        return any(
            value and self[row, column] and self[row, column].casefold() != value.casefold()
            for column, value in (("id", person.number), ("email", person.email))
        )

    def enter(self, person: Person, lesson: str, row: int | None) -> int:
        """Write what is known of a person into a row, a new one where there is none; the value is the row."""
        if row is None:
            self.sheet.append([""] * len(self.sheet.header))
            row = len(self.sheet) - 1
        new = {"name": person.name, "email": person.email, "id": person.number}
        if person.system == "canvas":
            new["canvas"] = person.id
        for column, value in new.items():
            if value and not self[row, column]:
                self[row, column] = value
        if person.system == "moodle" and not self._with_id(person, lesson):
            self[row, "moodle"] = f"{self[row, 'moodle']} {_id(person, lesson)}".strip()
        if not self[row, "folder"]:
            self[row, "folder"] = self._new_folder(self[row, "name"] or str(person), person, row)
        return row

    def _new_folder(self, name: str, person: Person, row: int) -> str:
        taken = {self[r, "folder"].casefold() for r in self.rows if r != row}
        slug = folder_name(name)
        there = {slug, unicodedata.normalize("NFC", name).casefold()}
        for home in self.root.iterdir() if self.root.is_dir() else ():
            if unicodedata.normalize("NFC", home.name).casefold() in there and not unusable(
                home.name
            ):
                slug = home.name  # made by hand, or by a call whose students.csv is gone
        for folder in (slug, f"{slug}-{folder_name(person.number or person.id or 'other')}"):
            if folder.casefold() not in taken:
                return folder
        return next(f for n in range(2, 10**6) if (f := f"{slug}-{n}").casefold() not in taken)

    @property
    def changed(self) -> bool:
        return self.sheet.to_bytes() != self._before

    def save(self) -> None:
        """Write the file, if anything in it is new."""
        if self.changed:
            new = self.path.with_name(f".{self.path.name}.new")
            new.write_bytes(self.sheet.to_bytes())
            os.replace(new, self.path)


def _id(person: Person, lesson: str) -> str:
    return f"{lesson}:{person.id}" if person.system == "moodle" and person.id else person.id


def folder_name(name: str) -> str:
    """A folder for a name, that every system can have: small letters of any script, digits, `-` and `_`."""
    text = unicodedata.normalize("NFC", name).lower()
    text = "".join(c if c.isalnum() or c in "_@." or _is_mark(c) else "-" for c in text)
    text = re.sub("--+", "-", text).strip("-._")
    while len(text.encode()) > 80:
        text = text[:-1]
    text = text.strip("-._") or "student"
    return f"{text}_" if _RESERVED.fullmatch(text) else text
