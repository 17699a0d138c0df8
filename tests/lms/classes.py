"""Classes as they come out of an LMS: sixty people, the usual mess, in the layouts of three systems."""

import io
import json
import random
import zipfile
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import yaml

from tests.grading import tiny

LESSON, OTHER = "tiny", "spare"
DAY = datetime(2026, 3, 2, 9, 30)

_FIRST = (
    "Jörg Zoë Léa Søren Ömer Łukasz Nuño Ayşe Müge François Renée Ångela Bjørn Chloé Dörte Émile "
    "Håkon Inês Jürgen Käthe 민준 서연 지우 하은 도윤 太郎 花子 伟 Mary-Jane O'Neill"
).split()
_LAST = (
    "Großmann Müller Ñandú D'Arcy Öztürk Żak Šimek Brøgger Peña Lindström 김 이 박 최 정 山田 佐藤 "
    "王 Smith van_der_Berg"
).split()


@dataclass(frozen=True)
class Upload:
    """One file of a person's: the name it was given, its bytes, when it came, and whether it was late."""

    name: str
    data: bytes
    when: datetime = DAY
    late: bool = False


@dataclass(frozen=True)
class Member:
    """One person of a class. `expected` is what must lie in submitted/ (None: nothing), `why` what must be said."""

    first: str
    last: str
    number: int
    uploads: tuple[Upload, ...]
    expected: bytes | None
    why: str = ""

    @property
    def name(self):
        return f"{self.first} {self.last}"

    @property
    def email(self):
        return f"s{self.number}@school.example"


def write_course(root):
    """A course with the tiny lesson and a second one, nothing handed in."""
    tiny.write_course(root)
    folder = root / "solutions" / OTHER
    folder.mkdir()
    (folder / f"{OTHER}.ipynb").write_text(json.dumps(_other_lesson(True)))
    return root


def _other_lesson(whole):
    """A lesson of one exercise, which shares its set-up with the tiny one."""
    notebook = tiny.instructor_notebook() if whole else tiny.submission()
    cells = [c for c in notebook["cells"] if c["id"] in ("setup", "greet", "check-greet")]
    text = json.dumps({**notebook, "cells": cells}).replace("greet", "wave")
    return json.loads(text)


def answer(mark, lesson=LESSON):
    """A whole notebook of a lesson, told from every other by `mark`."""
    notebook = tiny.submission() if lesson == LESSON else _other_lesson(False)
    notebook["cells"].append({**tiny.own_cell(f"mine = {mark!r}"), "id": "own"})
    return json.dumps(notebook, ensure_ascii=False).encode()


def without_ids(data):
    """The notebook as a tool leaves it that knows neither ids nor metadata."""
    notebook = json.loads(data)
    for cell in notebook["cells"]:
        cell.pop("id", None)
        cell["metadata"] = {}
    return json.dumps({**notebook, "nbformat_minor": 2}).encode()


def members(count=60, seed=1):
    """A class with one of each kind of mess, and the rest as they should be."""
    draw = random.Random(seed)
    pairs = draw.sample([(f, n) for f in _FIRST for n in _LAST], count - 2)
    pairs += [("Kim", "Lee"), ("Kim", "Lee")]  # two people of one name
    made = [_plain(first, last, 70_000 + 13 * n, draw) for n, (first, last) in enumerate(pairs)]
    for n, mess in enumerate(_MESS):
        made[n] = mess(made[n], made)
    return made


def _plain(first, last, number, draw):
    data = answer(f"{number}")
    when = DAY + timedelta(minutes=draw.randrange(10_000))
    return Member(first, last, number, (Upload("tiny.ipynb", data, when),), data)


def _renamed(one, _):
    return replace(one, uploads=(replace(one.uploads[0], name="Untitled3 (1).ipynb"),))


def _twice(one, _):
    old = Upload("tiny.ipynb", answer("old"), DAY - timedelta(days=3))
    new = Upload("final final.ipynb", answer("new"), DAY)
    return replace(one, uploads=(new, old), expected=new.data)


def _late(one, _):
    return replace(one, uploads=(replace(one.uploads[0], late=True),))


def _empty(one, _):
    return replace(one, uploads=(Upload("tiny.ipynb", b""),), expected=None, why="empty")


def _wrong_lesson(one, _):
    other = Upload("tiny.ipynb", answer("wrong", OTHER))
    return replace(one, uploads=(other,), expected=None, why=f"is of {OTHER}")


def _foreign(one, _):
    page = json.dumps({"cells": [tiny.own_cell("x = 1")], "nbformat": 4}).encode()
    return replace(one, uploads=(Upload("thesis.ipynb", page),), expected=None, why="no exercise")


def _only_a_pdf(one, _):
    return replace(
        one, uploads=(Upload("report.pdf", b"%PDF-1.7"),), expected=None, why="no notebook"
    )


def _broken(one, _):
    upload = Upload("tiny.ipynb", one.uploads[0].data[:200])
    return replace(one, uploads=(upload,), expected=None, why="not valid JSON")


def _mates_file(one, everybody):
    """Their own, and that of somebody else beside it, a day before."""
    theirs = Upload("from a friend.ipynb", everybody[-5].expected, DAY - timedelta(days=2))
    return replace(one, uploads=(theirs, Upload("mine.ipynb", one.expected)))


def _same_as_another(one, everybody):
    data = everybody[-6].expected
    return replace(one, uploads=(Upload("tiny.ipynb", data),), expected=data)


def _ids_lost(one, _):
    data = without_ids(one.expected)
    return replace(one, uploads=(Upload("colab.ipynb", data),), expected=data)


def _zipped(one, _):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("my work/tiny.ipynb", one.expected)
    return replace(one, uploads=(Upload("work.zip", packed.getvalue()),))


_MESS = (
    _renamed,
    _twice,
    _late,
    _empty,
    _wrong_lesson,
    _foreign,
    _only_a_pdf,
    _broken,
    _mates_file,
    _same_as_another,
    _ids_lost,
    _zipped,
)


def moodle(path, people, first=400_100):
    """The zip of "Download all submissions"; the value is each person's number in this assignment."""
    numbers = {one.number: first + 7 * n for n, one in enumerate(people)}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in people:
            name = one.name.replace("_", " ")
            home = f"{name}_{numbers[one.number]}_assignsubmission_file"
            for upload in one.uploads:
                _add(archive, f"{home}/{upload.name}", upload)
        text = Upload("", b"<p>I hope this is all right.</p>")
        one = people[0]
        folder = f"{one.name.replace('_', ' ')}_{numbers[one.number]}_assignsubmission_onlinetext"
        _add(archive, f"{folder}/onlinetext.html", text)
    return numbers


def canvas(path, people, first=9_000):
    """The zip of "Download submissions": flat, numbered files, the time of the download on each."""
    uploads = sorted(
        ((upload, one) for one in people for upload in one.uploads), key=lambda u: u[0].when
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for n, (upload, one) in enumerate(uploads):
            name = "".join(c for c in f"{one.last}{one.first}".lower() if c.isalnum())
            late = "_LATE" if upload.late else ""
            full = f"{name}{late}_{one.number}_{first + n}_{upload.name}"
            _add(archive, full, replace(upload, when=DAY + timedelta(days=30)))


def gradescope(path, people):
    """The zip of "Download submissions", with its list of people."""
    listed = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for n, one in enumerate(people):
            folder = f"submission_{8_000 + n}"
            newest = max(upload.when for upload in one.uploads)
            who = {":name": one.name, ":sid": str(one.number), ":email": one.email}
            listed[folder] = {":submitters": [who], ":created_at": newest.isoformat(" ") + " Z"}
            for upload in sorted(one.uploads, key=lambda u: u.when):
                _add(archive, f"assignment_1_export/{folder}/{upload.name}", upload)
        text = yaml.safe_dump(listed, allow_unicode=True)
        archive.writestr("assignment_1_export/submission_metadata.yml", text)


def _add(archive, name, upload):
    archive.writestr(zipfile.ZipInfo(name, upload.when.timetuple()[:6]), upload.data)


LAYOUTS = {"moodle": moodle, "canvas": canvas, "gradescope": gradescope}


def canvas_sheet(people, title="tiny", newline="\r\n", separator=",", most="8.00"):
    """An exported gradebook, as bytes: two assignments, one of them excused for somebody, read-only totals, a test student."""
    header = "Student,ID,SIS User ID,SIS Login ID,Section,Warm-up (301),{} (302),Current Score"
    rows = [header.format(title).split(",")]
    rows.append(["", "", "", "", "", "", "Manual Posting", ""])
    rows.append(["    Points Possible", "", "", "", "", "5.00", most, "(read only)"])
    for n, one in enumerate(people):
        who = [f"{one.last}, {one.first}", one.number, f"M{one.number}", one.email]
        rows.append([*who, "Group 1 and Group 2", n % 6, "", f"{n}.50"])
    rows.append(["Student, Test", 999, "", "abc", "Group 1", "", "", ""])
    return _csv(rows, newline, separator).encode()


def moodle_sheet(people, numbers, header=None, most="8.00"):
    """A grading worksheet, as bytes, in English or with other headers."""
    english = (
        "Identifier,Full name,ID number,Email address,Status,Grade,Maximum Grade,Grade can be changed,"
        "Last modified (submission),Last modified (grade),Feedback comments"
    )
    rows = [(header or english).split(",")]
    word = "Participant" if header is None else header.split(",")[0]
    for one in people:
        when = "Monday, 2 March 2026, 9:30 AM"
        who = [f"{word} {numbers[one.number]}", one.name, f"M{one.number}", one.email]
        rows.append([*who, "Submitted for grading", "", most, "Yes", when, "-", ""])
    rows.append(
        [
            f"{word} 31",
            "Not Here",
            "M1",
            "x@school.example",
            "No submission",
            "",
            most,
            "Yes",
            "-",
            "-",
            "",
        ]
    )
    return b"\xef\xbb\xbf" + _csv(rows, "\n", ",").encode()


def gradescope_sheet(people):
    """A downloaded list of grades, as bytes."""
    rows = ["First Name,Last Name,SID,Email,Total Score,Max Points,Status".split(",")]
    rows += [[p.first, p.last, p.number, p.email, "", "8.0", "Ungraded"] for p in people]
    return _csv(rows, "\n", ",").encode()


def _csv(rows, newline, separator):
    def cell(value):
        text = str(value)
        quoted = any(c in text for c in f'{separator}"\n ')
        return '"' + text.replace('"', '""') + '"' if quoted else text

    return "".join(separator.join(map(cell, row)) + newline for row in rows)
