"""`grader export`: the teacher's own downloaded sheet, filled, and Moodle's zip of feedback files.

A sheet is never made up: headers, rows and every other cell stay as the system wrote them. A row is matched by the system's number, the
student's number or address, and only then by name. Whose row or score is missing is told, and no cell is filled on a guess.
"""

from __future__ import annotations

import contextlib
import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from grader.course.folder import Course
from grader.course.formulas import harmless
from grader.lms.archive import Refused, from_disk
from grader.lms.layouts import Person
from grader.lms.scores import Score
from grader.lms.sheet import Sheet, SheetError
from grader.lms.students import Students, Unclear, folded

_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")
_MOODLE_NUMBER = re.compile(r"\D*[^\d\s.,]\D*?(\d+)")
_KEPT = {"EX": "is excused", "N/A": "is not assigned to them"}  # of Canvas


@dataclass(frozen=True)
class Options:
    """How to fill. `column` names the sheet's column; `scale` converts to its maximum; `unfinished` also fills what waits for a person."""

    column: str = ""
    scale: bool = False
    unfinished: bool = False
    new_assignment: bool = False


@dataclass
class Exported:
    """What was filled in: (who, column, before, after), and in words what was not."""

    filled: list[tuple[str, str, str, str]] = field(default_factory=list)
    unchanged: int = 0
    without_score: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    lessons: list[str] = field(default_factory=list)
    folders: dict[int, str] = field(default_factory=dict)  # by row of the sheet
    told: set[str] = field(default_factory=set)  # folders of which a problem is told already


@dataclass(frozen=True)
class _Target:
    """Where a lesson's scores go: a column, its maximum (None: not said), and who stands in which row."""

    column: int
    most: float | None
    people: dict[int, Person]
    comma: bool = False


def export(
    system: str,
    sheet: Sheet,
    students: Students,
    scores: dict[str, dict[str, Score]],
    titles: dict[str, str] | None = None,
    options: Options = Options(),
) -> Exported:
    """Fill a sheet.

    Parameters
    ----------
    system : "canvas", "moodle" or "gradescope"
    sheet : Sheet
        As it was downloaded; it is changed in place.
    students : Students
    scores : dict
        The lessons to export, as `grader.lms.scores.scores` gives them.
    titles : dict, optional
        Lessons' titles, by which a column may be called too.

    Raises
    ------
    SheetError
        It is no sheet of this system, it has no column for the lesson, or another maximum.
    """
    result = Exported()
    _know_all(students, {folder for own in scores.values() for folder in own})
    if system != "canvas" and len(scores) > 1:
        scores = _only(sheet, students, scores) if system == "moodle" else _several(scores)
    if options.column and len(scores) > 1:
        _several(scores)  # one column can't be that of all
    for lesson, own in scores.items():
        title = (titles or {}).get(lesson, "")
        try:
            target = _TARGETS[system](sheet, students, lesson, title, options, own)
        except SheetError as error:
            if len(scores) == 1:
                raise
            result.problems.append((lesson, " ".join(str(error).split())))
            continue
        result.lessons.append(lesson)
        _fill(sheet, target, students, lesson, own, options, result)
    return result


def _know_all(students: Students, folders: Iterable[str]) -> None:
    """Give everybody a row, for this call alone: a folder that was made by hand is named like a person, or like their number."""
    known = {students[row, "folder"] for row in students.rows}
    for folder in sorted(set(folders) - known):
        row = students.enter(Person(name=folder, number=folder), "", None)
        students[row, "folder"] = folder


def _several(scores: dict[str, dict[str, Score]]) -> dict[str, dict[str, Score]]:
    raise SheetError(f"The gradebook has {', '.join(scores)}.", "name one with --lesson")


def _only(
    sheet: Sheet, students: Students, scores: dict[str, dict[str, Score]]
) -> dict[str, dict[str, Score]]:
    """The lesson whose participants' numbers, as collected, are those of a Moodle sheet."""
    numbers = {p.id for p in _moodle_people(sheet, students, len(sheet.header)).values()}
    known = Counter(
        token.split(":")[0]
        for row in students.rows
        for token in students[row, "moodle"].split()
        if token.split(":")[-1] in numbers
    )
    best = [lesson for lesson, _ in known.most_common(1) if lesson in scores]
    return {best[0]: scores[best[0]]} if best else _several(scores)


def _fill(
    sheet: Sheet,
    target: _Target,
    students: Students,
    lesson: str,
    own: dict[str, Score],
    options: Options,
    result: Exported,
) -> None:
    rows = _rows(target, students, lesson, own, result)
    title = sheet[0, target.column]
    for row, folder in rows.items():
        result.folders[row] = folder
        before, score = sheet[row, target.column], own[folder]
        points = score.points * (
            target.most / score.of if options.scale and target.most and score.of else 1
        )
        if before.strip().upper() in _KEPT:
            result.notes.append(f"{folder}: {title} {_KEPT[before.strip().upper()]}; left.")
        elif score.by_hand and not options.unfinished:
            reason = "An answer still waits to be graded by hand; left. --unfinished writes the points so far."
            result.problems.append((folder, reason))
        elif target.most is not None and points > target.most + 0.005:
            reason = f"{points:g} points are more than the sheet's {target.most:g}, which it would pass over; left."
            result.problems.append((folder, reason))
        elif _value(before) == round(points, 2):
            result.unchanged += 1
        else:
            text = f"{points:.2f}"
            sheet[row, target.column] = text.replace(".", ",") if target.comma else text
            result.filled.append((folder, title, before, sheet[row, target.column]))
    for folder in sorted(set(own) - set(rows.values())):
        if folder not in result.told:
            result.problems.append(
                (folder, f"{own[folder].points:g} points in {lesson}, but no row in {sheet.name}.")
            )


def _rows(
    target: _Target, students: Students, lesson: str, own: dict[str, Score], result: Exported
) -> dict[int, str]:
    """The folder of each row of the sheet that has a score; nobody whom two rows could be."""
    found: dict[int, str] = {}
    for row, person in target.people.items():
        try:
            others = [p.name for r, p in target.people.items() if r != row]
            fits = students.find(person, lesson, others)
        except Unclear as error:
            result.problems.append((person.name, " ".join(str(error).split())))
            continue
        folder = students[fits[0], "folder"] if fits else ""
        if folder in own:
            found[row] = folder
        else:
            result.without_score.append(f"{person.name}  {lesson}")
    for folder, count in Counter(found.values()).items():
        if count > 1:
            who = ", ".join(target.people[r].name for r, f in found.items() if f == folder)
            reason = f"{count} rows could be theirs ({who}); none was filled."
            result.problems.append((folder, reason))
            result.told.add(folder)
            found = {r: f for r, f in found.items() if f != folder}
    return found


def _value(text: str) -> float | None:
    text = text.strip()
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


def _checked(
    most: float | None, own: dict[str, Score], options: Options, where: str
) -> float | None:
    """The sheet's maximum, if it is the lesson's or is to be converted to."""
    of = max(score.of for score in own.values())
    if most and abs(most - of) > 0.005 and not options.scale:
        raise SheetError(
            f"{where} is out of {most:g} points, and the lesson out of {of:g}.",
            f"--scale converts; or make it {of:g} in the system and download the sheet again",
        )
    return most


# -- Canvas


def _canvas(
    sheet: Sheet,
    students: Students,
    lesson: str,
    title: str,
    options: Options,
    own: dict[str, Score],
) -> _Target:
    header = sheet.header
    if "ID" not in header[:3] or not any(h in ("Student", "LastName") for h in header[:1]):
        raise SheetError(
            f"{sheet.name} is not a gradebook exported from Canvas: it should begin with Student, ID.",
            "in Canvas: Grades, Export, Export Entire Gradebook",
        )
    points = next((r for r in range(1, len(sheet)) if "Points Possible" in sheet[r, 0]), None)
    column = _canvas_column(sheet, lesson, title, options, points, own)
    said = sheet[points, column] if points is not None else ""
    where = f"{sheet[0, column]} in {sheet.name}"
    if "read only" in said:
        raise SheetError(f"{where} is read-only.", "name the assignment's column with --column")
    most = _checked(_value(said), own, options, where)
    return _Target(column, most, _canvas_people(sheet), "," in said)


def _canvas_column(
    sheet: Sheet,
    lesson: str,
    title: str,
    options: Options,
    points: int | None,
    own: dict[str, Score],
) -> int:
    assignments = {
        n: (match[1], match[2])
        for n, h in enumerate(sheet.header)
        if (match := re.fullmatch(r"(.*\S)\s*\((\d+)\)", h, re.S))
    }
    wanted = options.column or lesson
    fits = [n for n, (t, i) in assignments.items() if wanted in (sheet.header[n], t, i)]
    keys = {folded(lesson), folded(title)} - {""}
    if not options.column:
        fits = fits or [n for n, (t, _) in assignments.items() if folded(t) in keys]
    if len(fits) == 1:
        return fits[0]
    if options.new_assignment and not fits:
        return _new_assignment(sheet, wanted, points, own)
    raise SheetError(
        f"{sheet.name} has {'several columns' if fits else 'no column'} for {wanted}.",
        f"name one with --column: {', '.join(sheet.header[n] for n in fits or assignments) or 'it has none'}",
    )


def _new_assignment(sheet: Sheet, title: str, points: int | None, own: dict[str, Score]) -> int:
    """A column at the end, without a number: Canvas makes a new assignment of it."""
    column = len(sheet.header)
    for row in range(len(sheet)):
        sheet[row, column] = ""
    sheet[0, column] = harmless(title, sheet.separator)
    if points is not None:
        sheet[points, column] = f"{max(score.of for score in own.values()):.2f}"
    return column


def _canvas_people(sheet: Sheet) -> dict[int, Person]:
    header = sheet.header
    at = {
        name: header.index(name) for name in ("ID", "SIS User ID", "SIS Login ID") if name in header
    }
    people = {}
    for row in range(1, len(sheet)):
        name = sheet[row, 0] if header[0] == "Student" else f"{sheet[row, 0]}, {sheet[row, 1]}"
        ids = {key: sheet[row, column].strip() for key, column in at.items()}
        if not name.strip(", ") or "Points Possible" in name:
            continue
        login = ids.get("SIS Login ID", "")
        number = ids.get("SIS User ID") or login
        email = login if "@" in login else ""
        people[row] = Person("canvas", ids["ID"], name.strip(), email, number)
    return people


# -- Moodle


def _moodle(
    sheet: Sheet,
    students: Students,
    lesson: str,
    title: str,
    options: Options,
    own: dict[str, Score],
) -> _Target:
    column = _moodle_column(sheet, options)
    said = sheet[1, column + 1]
    most = _checked(_value(said), own, options, f"{sheet[0, column]} in {sheet.name}")
    return _Target(column, most, _moodle_people(sheet, students, column), "," in said)


def _moodle_column(sheet: Sheet, options: Options) -> int:
    """The column of grades, whatever its header's language: numbers or nothing, and right of it one maximum for all."""
    if len(sheet) < 2:
        raise SheetError(f"{sheet.name} has no participants.")
    names = [h.strip().casefold() for h in sheet.header]
    if options.column or ("grade" in names and "maximum grade" in names):
        wanted = (options.column or "grade").strip().casefold()
        if wanted in names[:-1]:
            return names.index(wanted)
        raise SheetError(f"{sheet.name} has no column {options.column}.", ", ".join(sheet.header))
    for n in range(len(names) - 1, 0, -1):
        most = {_value(v) for v in sheet.column(n) if v.strip()}
        grades = [_value(v) for v in sheet.column(n - 1) if v.strip()]
        if len(most) == 1 and all(most) and None not in grades:
            return n - 1
    raise SheetError(
        f"{sheet.name} is not a grading worksheet of Moodle's: no column of one number for all, the maximum, stands right of a "
        "column of numbers.",
        "in Moodle: switch on Offline grading worksheet in the assignment's feedback types, and download it; or name the column with --column",
    )


def _moodle_people(sheet: Sheet, students: Students, before: int) -> dict[int, Person]:
    """Who stands in which row: the first column ends in a number for everybody, the next one is the name."""
    numbers = {students[row, "id"] for row in students.rows} - {""}
    people = {}
    for row in range(1, len(sheet)):
        cells = [c.strip() for c in sheet.row(row)[:before]]
        match = _MOODLE_NUMBER.fullmatch(cells[0]) if cells else None
        if not match:
            if any(cells):
                raise SheetError(
                    f"{sheet.name} is not a grading worksheet of Moodle's: its first column should say "
                    f'"Participant 4711" in some language; line {row + 1} says {cells[0]!r}.'
                )
            continue
        email = next((c for c in cells[1:] if "@" in c), "")
        number = next((c for c in cells[2:] if c in numbers), "")
        name = cells[1] if len(cells) > 1 else ""
        people[row] = Person("moodle", match[1], name or cells[0], email, number)
    return people


def feedback_zip(
    course: Course, sheet: Sheet, students: Students, lesson: str, folders: dict[int, str]
) -> tuple[bytes, list[str]]:
    """The zip that Moodle takes as feedback files, and who has no page.

    Parameters
    ----------
    folders : dict
        Who stands in which row of the sheet, as `export` found out.
    """
    people = _moodle_people(sheet, students, len(sheet.header))
    data, missing = io.BytesIO(), []
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for row, folder in folders.items():
            pages = _pages(course, folder, lesson)
            missing += [] if pages else [folder]
            # Moodle takes the number between the first two underscores
            name = (
                re.sub(r'[\x00-\x1f_/\\:*?"<>|]+', " ", people[row].name).strip(" .~") or "student"
            )
            for page, text in pages.items():
                place = f"{name}_{people[row].id}_assignfeedback_file/{page}"
                archive.writestr(zipfile.ZipInfo(place, (1980, 1, 1, 0, 0, 0)), text)
    return data.getvalue(), missing


def _pages(course: Course, folder: str, lesson: str) -> dict[str, bytes]:
    """The lesson's feedback pages and nothing else: what a student handed in beside the notebook lies in that folder too."""
    home, found = course.root / course.feedback / folder / lesson, {}
    for name in course.notebooks(lesson) or (lesson,):  # a lesson that was graded may be gone
        with contextlib.suppress(Refused):
            found[f"{name}.html"] = from_disk(home / f"{name}.html")
    return found


# -- Gradescope


def _gradescope(
    sheet: Sheet,
    students: Students,
    lesson: str,
    title: str,
    options: Options,
    own: dict[str, Score],
) -> _Target:
    names = [h.strip().casefold() for h in sheet.header]
    wanted = (options.column or "total score").casefold()
    if wanted not in names or not {"sid", "email"} & set(names):
        raise SheetError(
            f"{sheet.name} is not a sheet of Gradescope's: expected columns {options.column or 'Total Score'} and SID or Email.",
            "in Gradescope: Review Grades, Download Grades, Download CSV",
        )
    most = None
    if "max points" in names:
        said = {_value(v) for v in sheet.column(names.index("max points"))} - {None}
        most = _checked(max(said, default=None), own, options, sheet.name)  # type: ignore[type-var]
    people = {}
    for row in range(1, len(sheet)):
        cell = {name: sheet[row, n].strip() for n, name in enumerate(names)}
        name = cell.get("name") or f"{cell.get('first name', '')} {cell.get('last name', '')}"
        if any(cell.values()):
            people[row] = Person(
                "gradescope", "", name.strip(), cell.get("email", ""), cell.get("sid", "")
            )
    return _Target(names.index(wanted), most, people)


_TARGETS: dict[str, Callable[..., _Target]] = {
    "canvas": _canvas,
    "moodle": _moodle,
    "gradescope": _gradescope,
}
