"""`grader collect`: from an LMS's zips to `submitted/STUDENT/LESSON/LESSON.ipynb`, whatever the files are called.

The layout tells whose a file is, the cells tell of which lesson. Of several the newest is taken; nothing is overwritten by what is
older, or by what may be; what was not understood is listed with its reason.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from grader.course.folder import Course, CourseError, opened
from grader.course.lesson import Lesson
from grader.course.sources import find_lessons, refresh_instructor_notebook
from grader.course.submission import exercises_told
from grader.engine.apart import TooMuch, apart
from grader.errors import GraderError
from grader.lms.archive import File, Opened, Refused
from grader.lms.layouts import COPY, Handed, Person, blind, handed_in, says_whose
from grader.lms.students import Students, Unclear, same

RECORD = ".collected.json"  # in submitted/: what was put there, and when it was handed in
SAME_TIME = 60  # seconds; an archive's files are this close to each other when they carry the time of its download
MAX_EACH = 20  # notebooks of one person in one archive
_FEW = 0.2  # of an archive's people: fewer have another lesson by mistake, more because it was asked for


@dataclass
class Collected:
    """What a run did, or would do: sentences for people, and (what, reason) of everything not understood."""

    new: int = 0
    replaced: int = 0
    unchanged: int = 0
    people: set[str] = field(default_factory=set)
    layouts: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    placed: list[tuple[str, str, str]] = field(default_factory=list)  # folder, lesson, file
    notes: list[str] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class _Known:
    """A lesson's notebook that submissions are compared with."""

    lesson: str
    notebook: str
    cells: Lesson


@dataclass(frozen=True)
class _Found:
    """A notebook of a known lesson, and who handed it in."""

    handed: Handed
    person: Person
    known: _Known
    digest: str

    @property
    def file(self) -> File:
        return self.handed.file


@dataclass(frozen=True)
class _Placed:
    """What the record says of a file in submitted/."""

    digest: str
    source: str
    system: str = ""
    order: int | None = None
    when: float | None = None
    dated: bool = False
    dry: bool = False


def collect(
    course: Course,
    sources: Iterable[Path],
    lesson: str = "",
    students: Path | None = None,
    dry_run: bool = False,
) -> Collected:
    """Put what was handed in where `grader grade` looks for it.

    Parameters
    ----------
    course : Course
    sources : iterable of Path
        Zips and folders as an LMS gives them, in any order.
    lesson : str
        Take this lesson alone; the beginning of its name is enough. All by default.
    students : Path, optional
        Who has which folder (default: students.csv in the course's root).
    dry_run : bool
        Write nothing.

    Raises
    ------
    GraderError
        There is no such zip, lesson or readable list of students.
    """
    paths = [Path(s) for s in sources]
    for path in paths:
        if not path.exists():
            raise CourseError(f"There is no {path}.", "name zips or folders that are there")
    if lesson:
        lesson = find_lessons(course.root, (lesson,))[0].name
    run = _Run(course, lesson, students or course.root / "students.csv", dry_run)
    for path in paths:
        run.take(path)
    run.finish()
    return run.result


def _known(course: Course, problems: list[tuple[str, str]]) -> list[_Known]:
    """What submissions are compared with; a lesson that cannot be made ready stops no other."""
    if not course.lessons:
        raise CourseError(f"There are no lessons in {course.root / course.source}.")
    known = []
    for name in course.lessons:
        try:
            refresh_instructor_notebook(course, name)
            known += [_Known(name, n, course.read(name, n)) for n in course.notebooks(name)]
        except GraderError as error:
            problems.append((name, f"This lesson cannot be made ready: {error}"))
    return known


class _Run:
    """One call: what is known of people and of what lies in submitted/, and what has come of it so far."""

    def __init__(self, course: Course, lesson: str, students: Path, dry: bool) -> None:
        self.course, self.lesson, self.dry = course, lesson, dry
        self.home = course.root / course.submitted
        self.students = Students(students, self.home)
        self.result = Collected()
        self.known = _known(course, self.result.problems)
        self.record = _read_record(self.home / RECORD)

    def take(self, source: Path) -> None:
        """Everything in one zip or folder."""
        with Opened(_wanted) as opened:
            with self._alone(source.name):
                files = opened.files(source)
                if not files and not opened.refused:
                    self.result.problems.append((source.name, "There is no file in it."))
                for layout, handed in handed_in(files, {k.lesson for k in self.known}):
                    self.result.layouts.append(f"{source.name}: {layout}, {len(handed)} files")
                    with self._alone(f"{source.name}, {layout}"):
                        self._take(handed)
            self.result.problems += [(path, f"It {reason}.") for path, reason in opened.refused]

    @contextlib.contextmanager
    def _alone(self, what: str) -> Iterator[None]:
        """Whatever goes wrong in here is told of `what`, and the run goes on: one person's files lose nobody else's."""
        try:
            yield
        except Exception as error:
            self.result.problems.append((what, f"It was not collected: {error!r}."))

    def _take(self, handed: list[Handed]) -> None:
        """One download: of an LMS, those of one assignment."""
        found, unread = self._read(handed)
        mine = self._by_folder(found)
        for (folder, lesson, _), several in mine.items():
            with self._alone(str(several[0].file)):
                if not self._is_stray(folder, lesson, mine):
                    self._place(folder, _newest_first(several, found))
        self._tell(found, handed, unread)

    def _read(self, handed: list[Handed]) -> tuple[list[_Found], dict[int, str]]:
        """The notebooks of known lessons, and by position why each other file is none."""
        found, unread = [], {}
        looked_at: Counter[tuple[Person, ...]] = Counter()
        for n, item in enumerate(handed):
            known, digest, why = None, "", item.reason
            if not why and _may_be_notebook(item.file.name):
                looked_at[item.people] += 1
                if looked_at[item.people] > MAX_EACH:
                    why = f"Only {MAX_EACH} notebooks of one person are looked at."
                else:
                    known, digest, why = self._recognised(item.file)
            if known:
                found += [_Found(item, person, known, digest) for person in item.people]
            else:
                unread[n] = why
        return found, unread

    def _recognised(self, file: File) -> tuple[_Known | None, str, str]:
        """The lesson of a notebook and its digest, or why it is of none."""
        try:
            data = file.read()
        except Refused as error:
            return None, "", f"It {error}."
        except Exception as error:  # one file's that nobody reckoned with
            return None, "", f"It cannot be read: {error!r}."
        try:
            told = apart(exercises_told, data, [k.cells for k in self.known])
        except TooMuch:
            return None, "", "Reading it takes more memory or time than a notebook may."
        if told["why"]:
            return None, "", told["why"]
        fits = [(tuple(fit), k) for fit, k in zip(told["fits"], self.known, strict=True)]
        most = max((fit for fit, _ in fits), default=(0, 0, 0))
        best = [k for fit, k in fits if fit == most]
        if not any(most[:2]):
            return None, "", "It holds no exercise of any lesson here."
        if len(best) > 1:
            return None, "", f"It could be of {' or '.join(k.lesson for k in best)}."
        if self.lesson and best[0].lesson != self.lesson:
            return None, "", f"It is of {best[0].lesson}, and {self.lesson} was asked for."
        return best[0], hashlib.sha256(data).hexdigest(), ""

    def _by_folder(self, found: list[_Found]) -> dict[tuple[str, str, str], list[_Found]]:
        """The notebooks of each folder and lesson; people are looked up, and entered where they are new."""
        lessons = Counter(f.known.lesson for f in found)
        assignment = lessons.most_common(1)[0][0] if found else ""
        everybody = {f.person for f in found}
        is_blind = blind(p.name for p in everybody)
        folders: dict[Person, list[str]] = {}
        groups: dict[tuple[str, str, str], list[_Found]] = defaultdict(list)
        for person in sorted(everybody, key=lambda p: (p.name, p.number, p.email, p.id)):
            others = [p.name for p in everybody if not same(p, person)]
            folders[person] = []
            try:
                rows = self.students.find(person, assignment, others, is_blind)
                or_new: list[int | None] = [*rows] or [None]
                entered = [self.students.enter(person, assignment, row) for row in or_new]
                folders[person] = [self.students[row, "folder"] for row in entered]
            except Exception as error:
                why = (
                    str(error)
                    if isinstance(error, Unclear)
                    else f"It was not collected: {error!r}."
                )
                self.result.problems += [(str(f.file), why) for f in found if f.person == person]
        for one in found:
            for folder in folders[one.person]:
                groups[folder, one.known.lesson, one.known.notebook].append(one)
        return groups

    def _is_stray(
        self, folder: str, lesson: str, mine: dict[tuple[str, str, str], list[_Found]]
    ) -> bool:
        """Whether a notebook is left because it is of another lesson than nearly all here, and would take another one's place."""
        people = Counter(name for _, name, _ in mine)
        main, most = people.most_common(1)[0]
        if lesson == main or people[lesson] > _FEW * most:
            return False
        there = (self.home / folder / lesson).exists()
        what = "there is one already, so it was left" if there else "it was collected as such"
        name = next(str(f[0].file) for key, f in mine.items() if key[:2] == (folder, lesson))
        reason = f"It is of {lesson}, where nearly all handed in {main}; {what}."
        if (folder, main) in {key[:2] for key in mine}:
            self.result.notes.append(f"{name}: {reason}")
        else:
            self.result.problems.append((name, reason))
        return there

    def _place(self, folder: str, several: list[_Found]) -> None:
        """Put the newest of one person's notebooks of a lesson into submitted/, unless what is there is newer."""
        best, *others = several
        lesson = best.known.lesson
        self.result.people.add(folder)
        if best.handed.late:
            self.result.late.append(f"{folder}  {lesson}")
        rest = [o for o in others if o.digest != best.digest]
        if rest:
            names = ", ".join(str(o.file) for o in rest)
            self.result.notes.append(f"{folder}: {best.file} was taken, not {names}.")
            who = best.person
            numbered = who.id or who.number or who.email
            spelt = sorted({str(o.person) for o in rest} - {str(who)})
            if spelt and not numbered:
                reason = (
                    f"It was taken for that of {', '.join(spelt)} too, whose own was left: "
                    "name one of them otherwise if they are two people."
                )
                self.result.problems.append((str(best.file), reason))
            elif any(not _later(best, o) and _copy(best) == _copy(o) for o in rest):
                reason = "Nothing says which of several is the newest; look whether it is this one."
                self.result.problems.append((str(best.file), reason))
        target = self.home / folder / lesson / f"{best.known.notebook}.ipynb"
        key = target.relative_to(self.home).as_posix()
        verdict = self._compared(target, key, best)
        if verdict in ("new", "replaced"):
            try:
                self._write(target, best)
            except (OSError, GraderError) as error:
                self.result.problems.append((str(best.file), f"It was not written: {error}"))
                return
            self.result.placed.append((folder, lesson, str(best.file)))
        if verdict:
            setattr(self.result, verdict, getattr(self.result, verdict) + 1)
            self.record[key] = replace(_placed(best), dry=self.dry)

    def _compared(self, target: Path, key: str, best: _Found) -> str:
        """What becomes of it: "new", "replaced" or "unchanged"; "" where what is there stays, which is told."""
        before = self.record.get(key)
        there = self._there(target, before)
        if there is None:
            return "new"
        if there == best.digest:
            return "unchanged"
        if before is None or there != before.digest:
            reason = f"submitted/{key} was put there or changed by hand, and stays; remove it to have this one."
            self.result.problems.append((str(best.file), reason))
            return ""
        newer = _newer(_placed(best), before)
        if newer > 0:
            self.result.notes.append(f"{key}: {best.file} took the place of {before.source}.")
            return "replaced"
        if newer < 0:
            self.result.notes.append(
                f"{key}: {best.file} is older than what is there, and was left."
            )
        else:
            reason = f"Nothing says whether it is newer than submitted/{key}, which stays; remove that to have this one."
            self.result.problems.append((str(best.file), reason))
        return ""

    def _there(self, target: Path, before: _Placed | None) -> str | None:
        """The digest of what lies there, in a dry run of what would; None where nothing does."""
        if self.dry and before and before.dry:
            return before.digest
        if not os.path.lexists(target):
            return None
        found = opened(target, target.parent)
        # a folder, a pipe, a link elsewhere, or one that may not be read: nothing that was collected
        return "" if found.refused else hashlib.sha256(found.data).hexdigest()

    def _write(self, target: Path, best: _Found) -> None:
        if self.dry:
            return
        if target.parent.resolve() != self.home.resolve() / target.relative_to(self.home).parent:
            raise CourseError(f"{self._key(target.parent)} is a link; remove it")
        target.parent.mkdir(parents=True, exist_ok=True)
        _put(target, best.file.read())
        stamp, before = target.with_name("timestamp.txt"), self.record.get(self._key(target))
        if best.handed.dated and best.handed.when is not None:
            when = datetime.fromtimestamp(best.handed.when, UTC)
            _put(stamp, f"{when:%Y-%m-%d %H:%M:%S} UTC\n".encode())
        elif before and before.dated:  # it is that of the one before
            stamp.unlink(missing_ok=True)

    def _key(self, target: Path) -> str:
        return target.relative_to(self.home).as_posix()

    def _tell(self, found: list[_Found], handed: list[Handed], unread: dict[int, str]) -> None:
        """Name what was not understood, who has nothing else, and who handed in the same file."""
        served = {f.person for f in found}
        alone: dict[tuple[Person, ...], list[File]] = defaultdict(list)
        for n, why in unread.items():
            item = handed[n]
            if why:
                self.result.problems.append((str(item.file), why))
            elif not served & set(item.people):
                alone[item.people].append(item.file)
        for people, files in alone.items():
            who = ", ".join(map(str, people))
            more = len(files[5:]) + sum(f.more for f in files)
            told = ", ".join(f.name for f in files[:5]) + (f" and {more} more" if more else "")
            self.result.problems.append(
                (who, f"There is no notebook among what was handed in: {told}.")
            )
        alike_files: dict[str, dict[File, Person]] = defaultdict(dict)
        for one in found:
            alike_files[one.digest][one.file] = one.person
        alike = Counter(p.name for p in served)
        for owned in alike_files.values():
            if len(owners := dict.fromkeys(owned.values())) > 1:
                persons = [
                    f"{p} {p.id or p.number}" if alike[p.name] > 1 else str(p) for p in owners
                ]
                self.result.notes.append(f"The same file was handed in by {', '.join(persons)}.")

    def finish(self) -> None:
        """Keep what was learnt about people and files."""
        if not self.dry:
            self.home.mkdir(exist_ok=True)
            self.students.save()
            data = {key: asdict(placed) for key, placed in sorted(self.record.items())}
            _put(self.home / RECORD, json.dumps(data, indent=1).encode())


def _put(path: Path, data: bytes) -> None:
    """Write a file in the place of whatever has its name; nothing that somebody has put there is followed."""
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    with open(new, "xb") as file:
        file.write(data)
    os.replace(new, path)


def _placed(one: _Found) -> _Placed:
    handed = one.handed
    return _Placed(
        one.digest, str(one.file), one.person.system, handed.order, handed.when, handed.dated
    )


def _newer(one: _Found | _Placed, other: _Found | _Placed) -> int:
    """1 or -1 where the system's count or the times say which was handed in later; else 0."""
    a, b = (x if isinstance(x, _Placed) else _placed(x) for x in (one, other))
    if a.system == b.system and a.order is not None and b.order is not None and a.order != b.order:
        return 1 if a.order > b.order else -1
    return _after(a.when, b.when)


def _later(one: _Found, other: _Found) -> int:
    """As `_newer`, for two files of one archive: of those that came together, their own times tell."""
    return _newer(one, other) or _after(one.file.when, other.file.when)


def _after(when: float | None, other: float | None) -> int:
    if when is None or other is None or abs(when - other) <= SAME_TIME:
        return 0
    return 1 if when > other else -1


def _newest_first(several: list[_Found], found: list[_Found]) -> list[_Found]:
    """Sorted by what says when each was handed in, then by a copy's number; one that others have too comes last of equals.

    What Jupyter kept at the last saving, `…-checkpoint.ipynb`, is never newer than a notebook that came with it.
    """
    owners: dict[str, set[Person]] = defaultdict(set)
    for one in found:
        owners[one.digest].add(one.person)

    def compare(a: _Found, b: _Found) -> int:
        keys = [(_copy(x), -len(owners[x.digest]), str(x.file)) for x in (a, b)]
        kept = ["-checkpoint.ipynb" in x.file.name.lower() for x in (a, b)]
        return kept[1] - kept[0] or _later(a, b) or (1 if keys[0] > keys[1] else -1)

    return sorted(several, key=functools.cmp_to_key(compare), reverse=True)


def _copy(one: _Found) -> int:
    """A copy's number: 1 in "Untitled (1).ipynb" and "Untitled copy.ipynb"."""
    match = COPY.search(one.file.name.split(".ipynb")[0])
    return int(match[1] or match[2] or match[3] or 1) if match else 0


def _wanted(name: str) -> bool:
    """Whether a file is read, or its name says whose it is."""
    return _may_be_notebook(name) or says_whose(name)


def _may_be_notebook(name: str) -> bool:
    return ".ipynb" in name.lower()


def _read_record(path: Path) -> dict[str, _Placed]:
    try:
        data = json.loads(path.read_bytes())
        return {key: _Placed(**value) for key, value in data.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, AttributeError):
        raise CourseError(
            f"{path} cannot be read; it says what was collected when",
            "put a copy of it back, or remove it: then nothing that is there is replaced",
        ) from None
