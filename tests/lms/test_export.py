"""`grader export`: the same people get their points back, and nothing else in a sheet changes."""

import csv
import io
import os
import sys
import zipfile

import pytest

from grader.course.folder import Course
from grader.lms.collect import collect
from grader.lms.export import Options, export, feedback_zip
from grader.lms.scores import Score
from grader.lms.sheet import Sheet, SheetError
from grader.lms.students import Students
from tests.lms import classes
from tests.lms.test_collect import command, students

GERMAN = (
    "ID,Vollständiger Name,Matrikelnummer,E-Mail-Adresse,Status,Bewertung,Bestwertung,Bewertung kann geändert werden,"
    "Zuletzt geändert (Abgabe),Zuletzt geändert (Bewertung),Feedback als Kommentar"
)
JAPANESE = "参加者,フルネーム,番号,メール,ステータス,評点,最大評点,変更,提出,評定,コメント"


@pytest.fixture
def course(tmp_path):
    root = tmp_path / "course"
    root.mkdir()
    return Course.at(classes.write_course(root))


def roster(course):
    return Students(course.root / "students.csv", course.root / "submitted")


def graded(course, system, people, tmp_path):
    """Collect this class and give everybody points by their number: (scores by lesson, points by number, Moodle's numbers)."""
    archive = tmp_path / "download.zip"
    numbers = classes.LAYOUTS[system](archive, people) or {}
    collect(course, [archive])
    key = {"moodle": "moodle", "canvas": "canvas", "gradescope": "id"}[system]
    folders = {row[key]: row["folder"] for row in students(course)}
    points = {p.number: p.number % 33 / 4 for p in people if p.expected is not None}
    own = {}
    for number, value in points.items():
        own[folders[f"tiny:{numbers[number]}" if numbers else str(number)]] = Score(value, 8.0)
    return {"tiny": own}, points, numbers


def cells(data, separator=","):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=separator))


def compared(before, after, column, expected, key):
    """Compare two sheets cell by cell: `column` has what is expected by `key`(row), all else is as it was."""
    for old, new in zip(cells(before), cells(after), strict=True):
        value = expected.get(key(old))
        assert new == (old if value is None else [*old[:column], value, *old[column + 1 :]])
    strip = lambda data: b"".join(data.split(b",", 3)[:3])
    assert strip(before) == strip(after)


def test_canvas_round_trip_of_a_class(course, tmp_path):
    people = classes.members()
    scores, points, _ = graded(course, "canvas", people, tmp_path)
    before = classes.canvas_sheet(people)
    sheet = Sheet(before)
    done = export("canvas", sheet, roster(course), scores)
    compared(
        before,
        sheet.to_bytes(),
        6,
        {str(n): f"{p:.2f}" for n, p in points.items()},
        lambda row: row[1],
    )
    assert not done.problems and len(done.filled) == len(points)
    missing = {f"{p.last}, {p.first}  tiny" for p in people if p.expected is None}
    assert set(done.without_score) == missing | {"Student, Test  tiny"}


@pytest.mark.parametrize("header", [None, GERMAN, JAPANESE])
def test_moodle_round_trip_of_a_class(course, tmp_path, header):
    people = classes.members()
    scores, points, numbers = graded(course, "moodle", people, tmp_path)
    comma = header == GERMAN
    before = classes.moodle_sheet(people, numbers, header, '"8,00"'.strip('"') if comma else "8.00")
    sheet = Sheet(before)
    done = export("moodle", sheet, roster(course), scores)
    text = {n: f"{p:.2f}".replace(".", "," if comma else ".") for n, p in points.items()}
    compared(before, sheet.to_bytes(), 5, {f"M{n}": t for n, t in text.items()}, lambda row: row[2])
    assert not done.problems and len(done.filled) == len(points)
    assert len(done.without_score) == 1 + sum(p.expected is None for p in people)


def test_gradescope_round_trip_of_a_class(course, tmp_path):
    people = classes.members()
    scores, points, _ = graded(course, "gradescope", people, tmp_path)
    before = classes.gradescope_sheet(people)
    sheet = Sheet(before)
    done = export("gradescope", sheet, roster(course), scores)
    compared(
        before,
        sheet.to_bytes(),
        4,
        {str(n): f"{p:.2f}" for n, p in points.items()},
        lambda row: row[2],
    )
    assert not done.problems


def small(tmp_path, **scores):
    """A list of students and their scores."""
    lines = [
        "folder,name,canvas",
        *(f"{name},{name.title()} Lee,{n}" for n, name in enumerate(scores, 1)),
    ]
    (tmp_path / "students.csv").write_text("\n".join(lines) + "\n")
    return Students(tmp_path / "students.csv", tmp_path), {"tiny": scores}


HEAD = "Student,ID,SIS Login ID,Section,Warm-up (3),tiny (4)\r\n    Points Possible,,,,5,8\r\n"


def filled(tmp_path, text, options=Options(), **scores):
    people, scores = small(tmp_path, **scores)
    sheet = Sheet(text.encode())
    return sheet, export("canvas", sheet, people, scores, options=options)


def test_what_the_system_says_of_somebody_stays(tmp_path):
    text = (
        HEAD
        + '"Lee, Ann",1,ann,A,,EX\r\n"Lee, Bob",2,bob,A,,N/A\r\n"Lee, Cid",3,cid,A,,7\r\n"Lee, Dee",4,dee,A,,\r\n'
    )
    sheet, done = filled(
        tmp_path, text, ann=Score(5, 8), bob=Score(5, 8), cid=Score(7, 8), dee=Score(0, 8)
    )
    assert sheet.to_bytes().decode() == text.replace("4,dee,A,,", "4,dee,A,,0.00")
    assert done.unchanged == 1 and "excused" in done.notes[0] and "not assigned" in done.notes[1]


def test_a_score_that_waits_for_a_person_is_left_unless_told(tmp_path):
    text = HEAD + '"Lee, Ann",1,ann,A,,\r\n'
    sheet, done = filled(tmp_path, text, ann=Score(5, 8, by_hand=True))
    assert sheet.to_bytes().decode() == text and "by hand" in done.problems[0][1]
    sheet, done = filled(tmp_path, text, Options(unfinished=True), ann=Score(5, 8, by_hand=True))
    assert sheet[2, 5] == "5.00" and not done.problems


def test_who_stands_in_no_row_and_whose_row_could_be_two_is_named(tmp_path):
    text = HEAD + '"Lee, Ann",,,A,,\r\n"Lee, Ann",,,A,,\r\n'
    sheet, done = filled(tmp_path, text, ann=Score(5, 8), bob=Score(6, 8))
    assert sheet.to_bytes().decode() == text
    assert [who for who, _ in done.problems] == ["Lee, Ann", "Lee, Ann", "ann", "bob"]


@pytest.mark.parametrize(
    "text, options, why",
    [
        (HEAD.replace("tiny", "Homework 1"), Options(), "no column for tiny"),
        (HEAD.replace("Warm-up", "tiny"), Options(), "several columns for tiny"),
        (HEAD.replace(",5,8", ",5,100"), Options(), "out of 100 points"),
        (HEAD.replace(",5,8", ",5,(read only)"), Options(), "read-only"),
        ("Name,Grade\r\n", Options(), "not a gradebook exported from Canvas"),
        ("", Options(), "not a gradebook"),
    ],
)
def test_a_sheet_that_cannot_be_meant_is_refused(tmp_path, text, options, why):
    with pytest.raises(SheetError, match=why):
        filled(tmp_path, text, options, ann=Score(5, 8))


def test_a_column_by_name_and_another_maximum(tmp_path):
    text = (
        HEAD.replace("tiny", "Homework 1").replace(",5,8", ',5,"100,00"')
        + '"Lee, Ann",1,ann,A,,\r\n'
    )
    for column in ("Homework 1", "Homework 1 (4)", "4"):
        sheet, _ = filled(tmp_path, text, Options(column, scale=True), ann=Score(2, 8))
        assert sheet.to_bytes().decode() == text.replace("ann,A,,", 'ann,A,,"25,00"')


def test_a_new_assignment_only_when_asked(tmp_path):
    text = HEAD.replace("tiny", "Homework 1") + '"Lee, Ann",1,ann,A,,\r\n"Lee, Bob",2,bob,A,,\r\n'
    sheet, _ = filled(tmp_path, text, Options(new_assignment=True), ann=Score(2, 8))
    assert sheet.to_bytes().decode() == (
        "Student,ID,SIS Login ID,Section,Warm-up (3),Homework 1 (4),tiny\r\n    Points Possible,,,,5,8,8.00\r\n"
        '"Lee, Ann",1,ann,A,,,2.00\r\n"Lee, Bob",2,bob,A,,,\r\n'
    )


def test_more_points_than_moodle_would_take_are_named(tmp_path):
    people, scores = small(tmp_path, ann=Score(9, 8))
    sheet = Sheet(b"Identifier,Full name,Grade,Maximum Grade\nParticipant 4,Ann Lee,,8.00\n")
    done = export("moodle", sheet, people, scores)
    assert sheet[1, 2] == "" and "pass over" in done.problems[0][1]


@pytest.mark.parametrize(
    "text",
    [
        "Identifier,Full name\nParticipant 4,Ann\n",
        "a,b,c\nx,Ann,1\n",
        "ID,Name,Grade\n",
        "Id,N,G,M\nAnn,Ann,,8\n",
    ],
)
def test_what_is_no_worksheet_of_moodles_is_refused(tmp_path, text):
    people, scores = small(tmp_path, ann=Score(5, 8))
    with pytest.raises(SheetError):
        export("moodle", Sheet(text.encode()), people, scores)


def test_moodles_zip_of_feedback_files(course, tmp_path):
    people = classes.members()
    scores, points, numbers = graded(course, "moodle", people, tmp_path)
    for folder in scores["tiny"]:
        home = course.root / "feedback" / folder / "tiny"
        home.mkdir(parents=True)
        (home / "tiny.html").write_text(folder)
    sheet = Sheet(classes.moodle_sheet(people, numbers))
    done = export("moodle", sheet, roster(course), scores)
    data, missing = feedback_zip(course, sheet, roster(course), "tiny", done.folders)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        told = {name.split("_")[1]: archive.read(name).decode() for name in archive.namelist()}
        assert all(
            n.split("_")[2:] == ["assignfeedback", "file/tiny.html"] for n in archive.namelist()
        )
    folders = {row["moodle"].split(":")[1]: row["folder"] for row in students(course)}
    assert not missing and told == {str(numbers[n]): folders[str(numbers[n])] for n in points}


def test_what_a_student_put_beside_the_notebook_is_no_feedback(course, tmp_path):
    """nbgrader copies it beside the page: folders and links that are called like pages, and pages of their own."""
    people = classes.members()[20:24]
    scores, _, numbers = graded(course, "moodle", people, tmp_path)
    (tmp_path / "secret").write_text("secret")
    for n, folder in enumerate(scores["tiny"]):
        home = course.root / "feedback" / folder / "tiny"
        (home / "zz.html").mkdir(parents=True)
        (home / "zz.html" / "b.txt").write_text("x")
        (home / "mine.html").write_text("5 of 5")
        (home / "all.html").symlink_to(tmp_path / "secret")
        if n == 0:
            (home / "tiny.html").write_text("page")
        elif n == 1:
            (home / "tiny.html").mkdir()
        elif n == 2:
            (home / "tiny.html").symlink_to(tmp_path / "secret")
        else:
            os.mkfifo(home / "tiny.html")
    sheet = Sheet(classes.moodle_sheet(people, numbers))
    done = export("moodle", sheet, roster(course), scores)
    data, missing = feedback_zip(course, sheet, roster(course), "tiny", done.folders)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert [archive.read(name) for name in archive.namelist()] == [b"page"]
        assert archive.namelist()[0].endswith("_assignfeedback_file/tiny.html")
    assert set(missing) == set(list(scores["tiny"])[1:])


def test_folders_made_by_hand_are_matched_by_name_or_number(tmp_path):
    people = Students(tmp_path / "none.csv", tmp_path)
    sheet = Sheet((HEAD + '"Lee, Ann",1,s17,A,,\r\n"Ray, Bob",2,s18,A,,\r\n').encode())
    done = export("canvas", sheet, people, {"tiny": {"ann-lee": Score(5, 8), "s18": Score(6, 8)}})
    assert (sheet[2, 5], sheet[3, 5]) == ("5.00", "6.00") and not done.problems


def test_a_folder_whose_letters_are_two_peoples_is_given_to_neither(tmp_path):
    people = Students(tmp_path / "none.csv", tmp_path)
    text = HEAD + '"Abel, Ann",1,s17,A,,\r\n"Bel, Anna",2,s18,A,,\r\n'
    sheet = Sheet(text.encode())
    done = export("canvas", sheet, people, {"tiny": {"annabel": Score(5, 8)}})
    assert sheet.to_bytes().decode() == text and len(done.problems) == 3
    people = Students(tmp_path / "none.csv", tmp_path)
    done = export("canvas", sheet, people, {"tiny": {"anna-bel": Score(6, 8)}})
    assert sheet[2, 5] == "" and sheet[3, 5] == "6.00"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"a,b",
        b"a,b\r\n1,2\r\n",
        b'\xef\xbb\xbf"a","b"\n"1","2"\n',
        b'a;b\r1;"x\r\ny ""z"""\r',
        "ä;b\n1;ö\n".encode("cp1252"),
        b"\xff\xfe" + "a\tb\r\n1\t김\r\n".encode("utf-16-le"),
        b"a,b\n\n,,\n 1 , 2 \n",
    ],
)
def test_a_sheet_that_nothing_is_written_into_keeps_every_byte(data):
    sheet = Sheet(data)
    for row in range(len(sheet)):
        for column, text in enumerate(sheet.row(row)):
            sheet[row, column] = text
    assert sheet.to_bytes() == data


@pytest.mark.parametrize("data", [b'a,"b\n1,2\n', b'a,b"c\n', b"PK\x03\x04\0\0", b"\xff\xfe\x00"])
def test_what_is_no_csv_is_refused(data):
    with pytest.raises(SheetError):
        Sheet(data, "x.csv")


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
def test_the_whole_way_through_nbgraders_gradebook(course, tmp_path, monkeypatch):
    """collect → gradebook → export by the command line, with points off for lateness and an answer to be read by a person."""
    from nbgrader.api import Gradebook

    here = os.path.dirname(sys.executable)  # nbgrader starts alembic by name
    monkeypatch.setenv("PATH", here + os.pathsep + os.environ["PATH"])
    people = classes.members()[20:24]
    numbers = classes.moodle(tmp_path / "a.zip", people)
    command("collect", tmp_path / "a.zip", "--root", course.root)
    folders = {row["name"]: row["folder"] for row in students(course)}
    with Gradebook(f"sqlite:///{course.root / 'gradebook.db'}") as gradebook:
        gradebook.add_assignment("tiny")
        gradebook.add_notebook("tiny", "tiny")
        gradebook.add_grade_cell("check", "tiny", "tiny", max_score=8, cell_type="code")
        for n, one in enumerate(people[:3]):
            gradebook.add_student(folders[one.name])
            gradebook.add_submission("tiny", folders[one.name])
            grade = gradebook.find_grade("check", "tiny", "tiny", folders[one.name])
            grade.auto_score, grade.needs_manual_grade = n + 1.5, n == 2
            notebook = gradebook.find_submission_notebook("tiny", "tiny", folders[one.name])
            notebook.late_submission_penalty = 1.0 if n == 1 else 0.0
        gradebook.db.commit()
    (tmp_path / "sheet.csv").write_bytes(classes.moodle_sheet(people, numbers))
    call = ("export", "moodle", tmp_path / "sheet.csv", "--root", course.root)
    status, out, err = command(*call, "--check")
    assert "2 cells would be filled" in out and not (tmp_path / "sheet-filled.csv").exists()
    status, out, err = command(*call)
    sheet = cells((tmp_path / "sheet-filled.csv").read_bytes())
    assert status == 1 and folders[people[2].name] in err and "by hand" in err
    assert [row[5] for row in sheet[1:]] == ["1.50", "1.50", "", "", ""]
    assert people[3].name in out and "Not Here" in out
    status, _, err = command(*call, "--to", tmp_path / "sheet.csv")
    assert status == 2 and "the sheet itself" in err


def test_a_lesson_without_a_column_keeps_no_other_from_its_own(tmp_path):
    people, scores = small(tmp_path, ann=Score(5, 8))
    both = {**scores, "spare": {"ann": Score(1, 2)}}
    sheet = Sheet((HEAD + '"Lee, Ann",1,ann,A,,\r\n').encode())
    done = export("canvas", sheet, people, both)
    assert sheet[2, 5] == "5.00" and done.lessons == ["tiny"]
    assert [who for who, _ in done.problems] == ["spare"]
    with pytest.raises(SheetError, match="tiny, spare"):
        export("canvas", sheet, people, both, options=Options(column="tiny (4)"))


def test_a_sheet_of_a_country_with_decimal_commas(course, tmp_path):
    people = classes.members()
    scores, points, _ = graded(course, "canvas", people, tmp_path)
    before = classes.canvas_sheet(people, newline="\n", separator=";", most="8,00")
    sheet = Sheet(before)
    export("canvas", sheet, roster(course), scores)
    told = {row[1]: row[6] for row in cells(sheet.to_bytes(), ";")[3:]}
    assert {n: told[str(n)] for n in points} == {
        n: f"{p:.2f}".replace(".", ",") for n, p in points.items()
    }
    assert sheet.to_bytes().count(b";") == before.count(b";")
