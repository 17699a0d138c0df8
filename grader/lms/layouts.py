"""Who handed in which file, told by the layout of Moodle, Canvas, Gradescope, nbgrader, or of a folder for each person.

Reads paths, and Gradescope's list of people; opens no notebook and knows no lesson but its name.
"""

from __future__ import annotations

import datetime
import os.path
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import yaml

from grader.lms.archive import File, Refused

METADATA = "submission_metadata.yml"
MAX_NESTING = 50  # of lists in Gradescope's list; it has about six
MAX_DOWNLOADS = 100  # of an LMS, that are looked for in one archive or folder
# Moodle: a folder (with a trailing _ before version 4.1), or the beginning of a file's name where the teacher wants no folders.
_MOODLE = re.compile(r"(?P<name>.+?)(?:_(?P<id>\d+))?_assignsubmission_(?P<kind>[a-z]+)(?:_.*)?")
_CANVAS = re.compile(
    r"(?P<name>.+?)(?P<late>_LATE)?_(?P<id>\d+)_(?:(?P<file>\d+)_.+|(?:text|link)\.html)"
)
_ANONYMOUS = re.compile(r"(?P<late>LATE_)?(?P<id>anon_[A-Za-z0-9]+)_(?P<file>\d+)_.+")
# What a name says besides a person: a copy's number, and words that stand for no one.
COPY = re.compile(r"[ _-]*(?:\((\d+)\)|-?copy ?(\d*)|-(\d{1,2}))$", re.I)
_NOBODY = re.compile(
    r"(?:untitled|notebook|lesson|homework|hw|assignment|exercise|solution|submission|final|copy|of|[\W\d_])*",
    re.I,
)


@dataclass(frozen=True)
class Person:
    """Who an LMS says it was. `id` is the system's own number, `number` the student's in the institution."""

    system: str = ""
    id: str = ""
    name: str = ""
    email: str = ""
    number: str = ""

    def __str__(self) -> str:
        return self.name or self.email or self.id


@dataclass(frozen=True)
class Handed:
    """A file and who handed it in; nobody where that cannot be told, and then `reason` says why.

    `order` grows from one upload to the next where the system counts them; `when` is the time of handing in, or the file's.
    `dated` says that `when` is the system's own word.
    """

    file: File
    people: tuple[Person, ...] = ()
    order: int | None = None
    when: float | None = None
    late: bool = False
    dated: bool = False
    reason: str = ""


def handed_in(files: list[File], lessons: Iterable[str] = ()) -> list[tuple[str, list[Handed]]]:
    """Who handed in each file of an archive or folder: a layout's name and its files, for each download in it.

    What students chose themselves, the names of their files and what is below their folders, decides nothing: a layout is that of most
    of what lies in one place.

    Parameters
    ----------
    files : list of File
    lessons : iterable of str
        Names of lessons: folders and files that are called so stand for nobody.
    """
    groups: list[tuple[str, list[Handed]]] = []
    left = files
    for base in _bases(files):
        inside = [f for f in left if f.path[: len(base)] == base and len(f.path) > len(base)]
        try:
            found = _layout(inside, len(base))
        except Exception as error:  # a layout that one person's names upset loses nobody else's
            reason = f"Whose it is cannot be told: {error!r}."
            found = "unknown", [Handed(f, reason=reason) for f in inside]
        if found:
            groups.append(found)
            taken = set(map(id, inside))
            left = [f for f in left if id(f) not in taken]
    # counted by what lies outermost: one student may hand in more files than all others
    if len({f.path[0] for f in left}) * 2 >= len({f.path[0] for f in files}):
        return [("folders", _folders(files, set(lessons)))]
    return groups + ([("folders", _folders(left, set(lessons)))] if left else [])


def says_whose(name: str) -> bool:
    """Whether a file of this name is Gradescope's list, or is called as an LMS calls a person's."""
    return name == METADATA or any(p.fullmatch(name) for p in (_MOODLE, _CANVAS, _ANONYMOUS))


def _bases(files: list[File]) -> list[tuple[str, ...]]:
    """Where a download may begin, the outermost first: above what looks like a person's, and where Gradescope's list is."""
    found = set()
    for file in files:
        for n, part in enumerate(file.path):
            if says_whose(part):
                found.add(file.path[:n])
                break
    return sorted(found, key=lambda base: (len(base), base))[:MAX_DOWNLOADS]


def _layout(files: list[File], depth: int) -> tuple[str, list[Handed]] | None:
    """The layout of a download that begins so deep in the paths; None where most files are in none."""
    listed = [f for f in files if f.path[depth:] == (METADATA,)]
    if listed:
        return "Gradescope", _gradescope(files, listed[0])
    outermost = {f.path[depth] for f in files}
    fits = {
        "Moodle": sum(bool(_MOODLE.fullmatch(p)) for p in outermost),
        "Canvas": sum(bool(_CANVAS.fullmatch(p) or _ANONYMOUS.fullmatch(p)) for p in outermost),
    }
    name = max(fits, key=lambda n: fits[n])  # one student's names may be both
    if fits[name] * 2 <= len(outermost):
        return None
    return name, [_READ[name](f, f.path[depth]) for f in files]


def _moodle(file: File, part: str) -> Handed:
    found = _MOODLE.fullmatch(part)
    if not found:
        return Handed(file, reason="It lies in no participant's folder.")
    if not found["id"]:
        return Handed(
            file, reason=f"It was handed in by {found['name']!r}, which is no participant."
        )
    return Handed(file, (Person("moodle", found["id"], found["name"].strip()),), when=file.when)


def _canvas(file: File, part: str) -> Handed:
    if found := _ANONYMOUS.fullmatch(part):
        person = Person("canvas", found["id"], found["id"].replace("_", "-"))
    elif found := _CANVAS.fullmatch(part):
        person = Person("canvas", found["id"], found["name"])
    else:
        return Handed(file, reason="It is not named as Canvas names a submission.")
    order = int(found["file"]) if found["file"] else None
    return Handed(file, (person,), order, file.when, bool(found["late"]))


_READ = {"Moodle": _moodle, "Canvas": _canvas}


def _gradescope(files: list[File], metadata: File) -> list[Handed]:
    base = metadata.path[:-1]
    try:
        listed, why = _metadata(metadata.read()), f"It is in no folder that {METADATA} lists."
    except (Refused, ValueError) as error:
        listed, why = {}, f"{METADATA} {error}."
    result = []
    for file in files:
        folder = file.path[len(base)]
        about = listed.get(folder)
        if file is metadata:
            continue
        if about is None or len(file.path) == len(base) + 1:
            result.append(Handed(file, reason=why))
            continue
        people, created = _submitters(about), _created(about)
        number = re.search(r"(\d+)$", folder)
        result.append(
            Handed(
                file,
                people,
                order=int(number[1]) if number else None,
                when=file.when if created is None else created,
                dated=created is not None,
                reason="" if people else f"{METADATA} names nobody for it.",
            )
        )
    return result


def _metadata(data: bytes) -> dict[str, dict]:
    """Gradescope's list: what it says of each submission's folder.

    Raises
    ------
    ValueError
        It is no such list; the message goes on after its name.
    """
    # plain text alone: an id stays as it is written (0123 would be octal), and `<<` is not followed, which can grow without end
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        _no_deep_nesting(data, loader)
        listed = yaml.load(data, Loader=loader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ValueError(f"cannot be read: {str(error).splitlines()[0]}") from None
    if not isinstance(listed, dict):
        raise ValueError("lists no submissions")
    return {str(k): v for k, v in listed.items() if isinstance(v, dict)}


def _no_deep_nesting(data: bytes, loader: type) -> None:
    """Raise ValueError where lists stand in each other so deep that the loader, which is C, would end this process."""
    depth = 0
    for event in yaml.parse(data, Loader=loader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_NESTING:
            raise ValueError(f"lists stand in each other more than {MAX_NESTING} deep")


def _submitters(about: dict) -> tuple[Person, ...]:
    listed = about.get(":submitters")
    return tuple(
        Person(
            "gradescope",
            name=_text(one, ":name"),
            email=_text(one, ":email"),
            number=_text(one, ":sid"),
        )
        for one in (listed if isinstance(listed, list) else ())
        if isinstance(one, dict) and any(_text(one, k) for k in (":name", ":email", ":sid"))
    )


def _text(one: dict, key: str) -> str:
    said = one.get(key)
    return "" if not isinstance(said, str) or said in ("null", "~") else said.strip()


def _created(about: dict) -> float | None:
    said = _text(about, ":created_at").replace(" UTC", "Z")
    try:
        when = datetime.datetime.fromisoformat(re.sub(r" (?=[Z+-])", "", said))
    except ValueError:
        return None
    return (when if when.tzinfo else when.replace(tzinfo=datetime.UTC)).timestamp()


def _folders(files: list[File], lessons: set[str]) -> list[Handed]:
    """A folder for each person, also below a common one and with a folder for each lesson; or a file called like a person."""
    homes = [[p for p in f.path[:-1] if p not in lessons] for f in files]
    shared = len(os.path.commonprefix(homes)) if homes else 0
    result, all_below = [], all(homes)
    for file, home in zip(files, homes):
        own = home[shared : shared + 1] or home[-1:] if all_below else home[:1]
        name = own[0].removesuffix(".zip") if own else _named(file.name, lessons)
        reason = "" if name else "Neither its folder nor its name says whose it is."
        person = (Person("", "", name.strip()),) if name else ()
        result.append(Handed(file, person, when=file.when, reason=reason))
    return result


def _named(name: str, lessons: set[str]) -> str:
    """The person that a file's name tells; "" where it tells none."""
    stem = COPY.sub("", re.split(r"\.ipynb|\.zip|\.", name, maxsplit=1)[0])
    for lesson in sorted(lessons, key=len, reverse=True):
        stem = re.sub(re.escape(lesson), "", stem, flags=re.I)
    stem = stem.strip(" _-.")
    return "" if _NOBODY.fullmatch(stem) else stem


def blind(names: Iterable[str]) -> bool:
    """Whether an archive calls most people by one name, as Moodle does in blind marking ("Participant")."""
    counts = Counter(names)
    most = max(counts.values(), default=0)
    return most > 2 and most * 2 > sum(counts.values())
