"""Zips and folders that mean harm, and names that mean well: each is bounded, named, and stops nobody else."""

import csv
import io
import os
import random
import stat
import struct
import unicodedata
import zipfile

import pytest

from grader.course.folder import Course
from grader.lms import archive, layouts
from grader.lms.archive import Opened, Refused, _from_bytes
from grader.lms.collect import _Run, _wanted, collect
from grader.lms.layouts import Person
from grader.lms.students import Students, folder_name, likeness
from grader.reports import sheet
from tests.lms import classes

GOOD = "Ann_1_assignsubmission_file/tiny.ipynb"


@pytest.fixture
def course(tmp_path):
    root = tmp_path / "course"
    root.mkdir()
    return Course.at(classes.write_course(root))


def outcome(course, path):
    """Collect one zip in which Ann's is good: what was said, after looking that hers and nothing else was written."""
    before = {p for p in course.root.parent.rglob("*") if not p.is_relative_to(course.root)}
    done = collect(course, [path])
    after = {p for p in course.root.parent.rglob("*") if not p.is_relative_to(course.root)}
    assert before == after
    assert (course.root / "submitted/ann/tiny/tiny.ipynb").read_bytes() == classes.answer("good")
    return done


def packed(path, *entries):
    """A zip with Ann's notebook and these (name or ZipInfo, bytes)."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(GOOD, classes.answer("good"))
        for name, data in entries:
            file.writestr(name, data)
    return path


def bob(name="tiny.ipynb"):
    return f"Bob_2_assignsubmission_file/{name}"


@pytest.mark.parametrize(
    "name, why",
    [
        ("../../evil.ipynb", "leads out"),
        ("Bob_2_assignsubmission_file/../../../evil.ipynb", "leads out"),
        ("..\\..\\evil.ipynb", "leads out"),
        ("/etc/evil.ipynb", "absolute"),
        ("C:\\evil.ipynb", "absolute"),
        ("a/" * 50 + "evil.ipynb", "too long"),
    ],
)
def test_names_that_lead_elsewhere(course, tmp_path, name, why):
    done = outcome(course, packed(tmp_path / "a.zip", (name, classes.answer("evil"))))
    assert why in done.problems[0][1] and done.new == 1


@pytest.mark.parametrize("mode", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO, stat.S_IFSOCK])
def test_links_and_devices(course, tmp_path, mode):
    info = zipfile.ZipInfo(bob())
    info.create_system, info.external_attr = 3, (mode | 0o777) << 16
    done = outcome(course, packed(tmp_path / "a.zip", (info, b"/etc/passwd")))
    assert "link" in done.problems[0][1] or "no ordinary file" in done.problems[0][1]


def test_a_bomb_is_stopped_while_it_grows(course, tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "SMALL", 2**20)
    done = outcome(course, packed(tmp_path / "a.zip", (bob(), b" " * 30 * 2**20)))
    assert "200 times" in done.problems[0][1]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_whose_steps_have_no_bound(course, tmp_path, method):
    """zipfile would give all of it in one step, which is larger than what may be unpacked."""
    path = packed(tmp_path / "a.zip")
    with zipfile.ZipFile(path, "a", method) as file:
        file.writestr(bob(), classes.answer("bad"))
    assert "only Deflate is" in outcome(course, path).problems[0][1]


def test_a_refused_archive_is_called_by_its_name(course, tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MAX_ENTRIES", 0)
    done = collect(course, [packed(tmp_path / "many.zip")])
    assert done.problems[0][0] == "many.zip"


def test_a_dot_before_a_name_hides_nobody(course, tmp_path):
    entries = [
        (".Net Fan_2_assignsubmission_file/x.ipynb", "net-fan"),
        ("Bob_3_assignsubmission_file/.x.ipynb", "bob"),
        ("Cy_4_assignsubmission_file/.old/x.ipynb", "cy"),
    ]
    junk = ["__MACOSX/Di_5/._x.ipynb", bob("._x.ipynb"), bob(".git/x.ipynb"), ".DS_Store"]
    path = packed(
        tmp_path / "a.zip",
        *[(name, classes.answer(who)) for name, who in entries],
        *[(name, b"junk") for name in junk],
    )
    assert not outcome(course, path).problems
    with zipfile.ZipFile(path) as file:
        file.extractall(tmp_path / "unpacked")
    again = collect(course, [tmp_path / "unpacked"])
    assert again.unchanged == 4 and not again.problems
    for _, who in entries:
        there = course.root / "submitted" / who / "tiny/tiny.ipynb"
        assert there.read_bytes() == classes.answer(who)


BEGIN = "submission_5:\n  :submitters:\n  - :name: Bob\n    :sid: "


@pytest.mark.parametrize(
    "text, said",
    [
        (BEGIN + "[" * 100_000, "50 deep"),
        (BEGIN + "[" * 100_000 + "]" * 100_000, "50 deep"),
        (BEGIN + "&a [*a]", "recursive"),
        (
            "a0: &a0 {x: 1}\n"
            + "".join(
                f"a{n}: &a{n}\n  <<: [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9)
            )
            + BEGIN
            + "1",
            "",
        ),
    ],
    ids=["deep", "deep and closed", "itself", "merges"],
)
def test_a_list_of_people_that_grows_or_nests_without_end(course, tmp_path, text, said):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        file.writestr("submission_metadata.yml", text)
        file.writestr("submission_5/x.ipynb", classes.answer("bob"))
    told = [why for _, why in collect(course, [tmp_path / "a.zip"]).problems]
    assert all(said in why for why in told) and len(told) == bool(said)


def test_a_file_larger_than_a_notebook_may_be(course, tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MAX_FILE", 2**20)
    data = random.Random(1).randbytes(2**21)
    done = outcome(course, packed(tmp_path / "a.zip", (bob(), data)))
    assert "larger than 1 MB" in done.problems[0][1]


def test_all_together_are_bounded(course, tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MAX_TOTAL", 2**20)
    many = [(bob(f"{n}.ipynb"), random.Random(n).randbytes(2**18)) for n in range(8)]
    done = outcome(course, packed(tmp_path / "a.zip", *many))
    assert "had been unpacked" in done.problems[-1][1]


def test_what_is_no_notebook_is_never_unpacked(course, tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MAX_TOTAL", 2**20)
    done = outcome(course, packed(tmp_path / "a.zip", (bob("film.mp4"), bytes(2**24))))
    assert "no notebook" in done.problems[0][1]


def test_an_archive_in_an_archive_in_an_archive(course, tmp_path):
    def wrapped(name, data):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as inner:
            inner.writestr(name, data)
        return file.getvalue()

    deep = wrapped("b.zip", wrapped("tiny.ipynb", classes.answer("deep")))
    done = outcome(course, packed(tmp_path / "a.zip", (bob("a.zip"), deep)))
    assert "inside an archive inside an archive" in done.problems[0][1]


def zipped(*entries):
    """A zip, as bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as inner:
        for name, data in entries:
            inner.writestr(name, data)
    return file.getvalue()


@pytest.mark.parametrize("layout", ["folders", "moodle", "downloads"])
@pytest.mark.parametrize(
    "below", ["submission_metadata.yml", "X_1_assignsubmission_file_/b", "x_1_2_y", "b/c/d"]
)
def test_a_file_that_is_a_folder_too_ends_nobody_elses_collecting(course, tmp_path, layout, below):
    """On a disk there is no such thing; in a zip a student may name entries as they like."""
    mine = classes.answer("eve")
    work = zipped(("a", b"x"), (f"a/{below}", b"{}"), ("mine.ipynb", mine))
    home = {"folders": "{}/", "moodle": "{}_{}_assignsubmission_file/", "downloads": "{}/"}[layout]
    names = ["Ann", "Bob"] if layout != "downloads" else ["Ann"]
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        for n, name in enumerate(names):
            file.writestr(home.format(name, n) + "x.ipynb", classes.answer(name))
        file.writestr(home.format("Eve", 9) + "work.zip", work)
    done = collect(course, [tmp_path / "a.zip"])
    assert done.new == len(names) + 1
    assert (course.root / "submitted/eve/tiny/tiny.ipynb").read_bytes() == mine
    assert any("name of a folder" in why for _, why in done.problems)


def test_a_layout_reckons_with_a_file_where_it_begins():
    """The layouts are right alone too: no base is a file's whole path."""
    files = [
        archive.File(tuple(name.split("/")), None, bytes)
        for name in ("bob/x.ipynb", "eve/a", "eve/a/submission_metadata.yml", "eve/b_1_2_c", "eve")
    ]
    ((layout, handed),) = layouts.handed_in(files)
    assert layout == "folders" and [h.file for h in handed] == files


@pytest.mark.parametrize(
    "where, what, told",
    [
        (layouts, "_layout", "cannot be told"),
        (_Run, "_place", "not collected"),
        (Students, "enter", "not collected"),
        (Opened, "_unpacked", "cannot be read"),
        (archive, "_safe_parts", "cannot be read"),
        (archive, "_time", "cannot be read"),
    ],
)
def test_what_nobody_reckoned_with_in_one_persons_files_loses_nobody_elses(
    course, tmp_path, monkeypatch, where, what, told
):
    """Whatever step it is: it fails for Bob, and Ann's is there."""
    real = getattr(where, what)

    def fails(*args):
        if any("Bob" in str(a) or "bob" in str(a) for a in args) and GOOD not in str(args):
            raise KeyError("surprise")
        return real(*args)

    monkeypatch.setattr(where, what, fails)
    if what == "_layout":
        files = tmp_path / "downloads"
        files.mkdir()
        packed(files / "a.zip")
        with zipfile.ZipFile(files / "bobs.zip", "w") as file:
            file.writestr(bob(), classes.answer("bob"))
    else:
        files = packed(tmp_path / "a.zip", (bob(), classes.answer("bob")))
    done = outcome(course, files)
    assert any(told in why and "surprise" in why for _, why in done.problems), done.problems


def test_a_million_entries(course, tmp_path):
    """The list itself is refused before it is read; a true one of that size takes 50 MB and says nothing more."""
    path = packed(tmp_path / "a.zip")
    data = path.read_bytes()
    end = data.rindex(b"PK\x05\x06")
    start = struct.unpack("<I", data[end + 16 : end + 20])[0]
    one = data[start:end]
    many = one * (archive.MAX_DIRECTORY // len(one) + 1)
    tail = bytearray(data[end:])
    tail[12:16] = struct.pack("<I", len(many))
    path.write_bytes(data[:start] + many + bytes(tail))
    done = collect(course, [path])
    assert "list of files of more than 16 MB" in done.problems[0][1] and done.new == 0


def test_more_entries_than_a_class_has(course, tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MAX_ENTRIES", 10)
    done = collect(course, [packed(tmp_path / "a.zip", *[(bob(str(n)), b"") for n in range(10)])])
    assert "more than 10 files" in done.problems[0][1]


def test_a_hundred_notebooks_of_one_person(course, tmp_path):
    many = [(bob(f"{n}.ipynb"), classes.answer(f"{n}")) for n in range(25)]
    done = outcome(course, packed(tmp_path / "a.zip", *many))
    told = [reason for _, reason in done.problems]
    assert sum("Only 20 notebooks" in reason for reason in told) == 5


def test_an_encrypted_entry(course, tmp_path):
    path = packed(tmp_path / "a.zip", (bob(), classes.answer("secret")))
    data = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        where = data.rindex(mark)
        data[where + at] |= 1
    path.write_bytes(data)
    assert "encrypted" in outcome(course, path).problems[0][1]


@pytest.mark.parametrize("spoil", ["checksum", "method", "cut", "data"])
def test_a_damaged_entry_harms_no_other(course, tmp_path, spoil):
    path = packed(tmp_path / "a.zip", (bob(), classes.answer("bad")))
    data = bytearray(path.read_bytes())
    entry, local = data.rindex(b"PK\x01\x02"), data.rindex(b"PK\x03\x04")
    if spoil == "checksum":
        data[entry + 16] ^= 255
    elif spoil == "method":
        data[entry + 10] = data[local + 8] = 97
    elif spoil == "cut":
        data[entry + 42 : entry + 46] = struct.pack("<I", len(data) - 10)
    else:
        data[local + 60 : local + 160] = bytes(100)
    path.write_bytes(data)
    assert "cannot be unpacked" in outcome(course, path).problems[0][1]


def test_any_bytes_are_read_or_refused(tmp_path):
    """Each of many spoilt zips is opened without another error than those that are told."""
    path = packed(tmp_path / "a.zip", (bob(), classes.answer("x")))
    data, draw = path.read_bytes(), random.Random(3)
    for _ in range(300):
        spoilt = bytearray(data)
        for _ in range(draw.randrange(1, 6)):
            spoilt[draw.randrange(len(spoilt) - 200, len(spoilt))] = draw.randrange(256)
        path.write_bytes(spoilt)
        with Opened() as opened:
            for file in opened.files(path):
                try:
                    file.read()
                except Refused:
                    pass


def test_two_entries_of_one_name(course, tmp_path):
    path = tmp_path / "a.zip"
    with pytest.warns(UserWarning, match="Duplicate name"):
        packed(path, (bob(), classes.answer("one")), (bob(), classes.answer("two")))
    done = outcome(course, path)
    assert (course.root / "submitted/bob/tiny/tiny.ipynb").read_bytes() in (
        classes.answer("one"),
        classes.answer("two"),
    )
    assert "Nothing says" in done.problems[0][1]


@pytest.mark.parametrize(
    "name, encoding",
    [
        ("Jörg Müller", "utf-8"),
        ("Jörg Müller", "cp437"),
        ("Jörg Müller", "cp1252"),
        ("Ångström Zoë", "cp1252"),
        ("山田 太郎", "cp932"),
        ("김민준", "cp949"),
        ("김민준", "utf-8"),
        ("박 서연", "cp949"),
        ("表 能子", "cp932"),  # their second bytes are backslashes
        ("Plain Name", "ascii"),
    ],
)
def test_names_in_encodings_that_no_zip_tells(name, encoding):
    told = f"{name}_4711_assignsubmission_file/tiny.ipynb"
    assert _from_bytes(told.encode(encoding)) == told


def test_a_decomposed_name_is_the_same_person(course, tmp_path):
    for n, form in enumerate(("NFC", "NFD")):
        name = unicodedata.normalize(form, "Jürgen 김_7_assignsubmission_file/tiny.ipynb")
        with zipfile.ZipFile(tmp_path / f"{n}.zip", "w") as file:
            file.writestr(zipfile.ZipInfo(name, (2026, 3, 1 + n, 0, 0, 0)), classes.answer(f"{n}"))
    done = collect(course, [tmp_path / "0.zip", tmp_path / "1.zip"])
    assert (done.new, done.replaced, done.problems) == (1, 1, [])
    assert os.listdir(course.root / "submitted" / "jürgen-김") == ["tiny"]


@pytest.mark.parametrize(
    "name, folder",
    [
        ("CON", "con_"),
        ("aux.txt", "aux.txt_"),
        ("Lpt1", "lpt1_"),
        ("..", "student"),
        ("a/b\\c:d*e?[f]", "a-b-c-d-e-f"),
        ("=1+2", "1-2"),
        ("Ann. ", "ann"),
        ("\x1b[31mRed\n", "31mred"),
        ("Großmann 민준", "großmann-민준"),
        ("प्रिया  शर्मा", "प्रिया-शर्मा"),
        ("สมชาย (ใจดี)", "สมชาย-ใจดี"),
        ("x" * 300, "x" * 80),
    ],
)
def test_a_folder_that_every_system_can_have(name, folder):
    assert folder_name(name) == folder


def test_names_that_differ_in_a_vowel_sign_alone_are_two_people(course, tmp_path):
    """Kumar and Kumari: such vowels are marks on a letter, and no letters to `isalnum`."""
    for number, (name, lesson) in enumerate(
        (("राज कुमार", classes.LESSON), ("राज कुमारी", classes.OTHER), ("राज कुमार", classes.OTHER))
    ):
        told = f"{name}_{number + 1}_assignsubmission_file/x.ipynb"
        with zipfile.ZipFile(tmp_path / f"{number}.zip", "w") as file:
            file.writestr(told, classes.answer(name, lesson))
        assert not collect(course, [tmp_path / f"{number}.zip"]).problems
    there = {p.parts[-3]: p for p in course.root.glob("submitted/*/*/*.ipynb")}
    assert there.keys() == {"राज-कुमार", "राज-कुमारी"}
    assert there["राज-कुमारी"].parent.name == classes.OTHER
    assert len(list(course.root.glob("submitted/राज-कुमार/*"))) == 2


def test_folders_that_differ_in_case_alone(course, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        for n, name in enumerate(("Ann Lee", "ANN LEE", "ann lee")):
            file.writestr(f"{name}_{n}_assignsubmission_file/x.ipynb", classes.answer(name))
    collect(course, [tmp_path / "a.zip"])
    folders = [p.name for p in (course.root / "submitted").iterdir() if not p.name.startswith(".")]
    assert len({f.casefold() for f in folders}) == len(folders) == 3


def test_names_that_differ_in_spelling_alone_stay_apart_in_the_next_assignment(course, tmp_path):
    """Moodle's numbers are new then; what is written alike is the same person."""
    names = ["Ann Weiß", "ANN WEISS"]
    for lesson, first in ((classes.LESSON, 10), (classes.OTHER, 20)):
        path = tmp_path / f"{lesson}.zip"
        with zipfile.ZipFile(path, "w") as file:
            for number, name in enumerate(names, first):
                data = classes.answer(name, lesson)
                file.writestr(f"{name}_{number}_assignsubmission_file/x.ipynb", data)
        assert not collect(course, [path]).problems
    for folder in (course.root / "submitted").glob("*/"):
        told = {next(n for n in names if n in p.read_text()) for p in folder.rglob("*.ipynb")}
        assert len(told) == 1 and len(list(folder.rglob("*.ipynb"))) == 2


def test_a_formula_for_a_name_is_never_computed(course, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        file.writestr('=HYPERLINK("x")_1_assignsubmission_file/x.ipynb', classes.answer("x"))
    collect(course, [tmp_path / "a.zip"])
    text = (course.root / "students.csv").read_text("utf-8-sig")
    assert "'=HYPERLINK" in text and ",=HYPER" not in text and ',"=HYPER' not in text
    assert collect(course, [tmp_path / "a.zip"]).unchanged == 1


FORMULAS = [
    "x;=cmd|' /C calc'!A0;y",
    "x,=cmd,y",
    "x\t@cmd",
    "x\n+cmd",
    "x\r\n  -cmd",
    "'=cmd;''=cmd",
    " =cmd",
    ";\t=cmd",
    "plain; text, 1 - 2 = 3",
]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("name", FORMULAS)
def test_no_cell_is_a_formula_whatever_separator_a_spreadsheet_takes(tmp_path, name, separator):
    """A list of people of any country's, read as that of any other; and the name is read back as it was."""
    path = tmp_path / "students.csv"
    path.write_bytes(separator.join(("folder", "name", "email", "id", "group")).encode() + b"\n")
    people = Students(path, tmp_path)
    people.enter(Person("gradescope", name=name, number="2"), "", None)
    people.save()
    (tmp_path / "report").mkdir()
    sheet.write(tmp_path / "report" / "r.csv", [["gus", name, 2]])
    for file in (path, tmp_path / "report" / "r.csv"):
        text = file.read_bytes().decode("utf-8-sig")
        for other in ",;\t":
            cells = [
                c.strip(" ") for row in csv.reader(text.splitlines(), delimiter=other) for c in row
            ]
            assert not [c for c in cells if c.startswith(("=", "+", "-", "@", "\t", "\r"))], (
                other,
                text,
            )
    again = Students(path, tmp_path)
    assert again[1, "name"] == name.strip()
    assert again.find(Person("gradescope", name=name), "") == [1]


def test_a_folder_with_links_and_pipes(course, tmp_path):
    home = tmp_path / "work"
    (home / "ann").mkdir(parents=True)
    (home / "ann" / "tiny.ipynb").write_bytes(classes.answer("good"))
    (home / "bob").symlink_to(home / "ann")
    (home / "eve").mkdir()
    (home / "eve" / "tiny.ipynb").symlink_to("/etc/passwd")
    os.mkfifo(home / "eve" / "pipe.ipynb")
    done = outcome(course, home)
    assert sorted(p for p, _ in done.problems) == ["bob", "eve/pipe.ipynb", "eve/tiny.ipynb"]


def test_a_link_in_submitted_is_not_followed(course, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (course.root / "submitted" / "ann").symlink_to(tmp_path / "elsewhere")
    done = collect(course, [packed(tmp_path / "a.zip")])
    assert done.new == 0 and "is a link" in done.problems[0][1]
    assert not list((tmp_path / "elsewhere").iterdir())


GRADESCOPE = """submission_1:
  :submitters:
  - :name: Ann
    :email: ann@x.org
  :created_at: 2024-01-01 10:00:00 Z
"""


def test_nothing_is_written_by_way_of_what_lies_in_a_persons_folder(course, tmp_path):
    """Links under the names that collecting writes to, a pipe where the notebook goes, another's folder for one's own."""
    book, submitted = course.root / "gradebook.db", course.root / "submitted"
    book.write_text("all the grades")
    for person in ("ann", "bob", "eve"):
        (submitted / person / "tiny").mkdir(parents=True)
    for name in (".tiny.ipynb.new", "timestamp.txt"):
        (submitted / "ann" / "tiny" / name).symlink_to(book)
    os.mkfifo(submitted / "bob" / "tiny" / "tiny.ipynb")
    (submitted / "eve" / "tiny").rmdir()
    (submitted / "eve" / "tiny").symlink_to("../ann/tiny")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        file.writestr("a/submission_metadata.yml", GRADESCOPE)
        file.writestr("a/submission_1/tiny.ipynb", classes.answer("good"))
    assert collect(course, [tmp_path / "a.zip"]).new == 1
    assert (submitted / "ann" / "tiny" / "timestamp.txt").read_text() == "2024-01-01 10:00:00 UTC\n"
    others = [
        (f"{n}_{i}_assignsubmission_file/tiny.ipynb", classes.answer(n))
        for i, n in ((2, "Bob"), (3, "Eve"))
    ]
    done = outcome(course, packed(tmp_path / "b.zip", *others))
    assert len(done.problems) == 2 and all("put there" in why for _, why in done.problems)
    assert book.read_text() == "all the grades"


def test_a_thousand_archives_need_no_thousand_open_files(course, tmp_path):
    import resource

    with zipfile.ZipFile(tmp_path / "in.zip", "w") as file:
        file.writestr("tiny.ipynb", classes.answer("good"))
    nested = (tmp_path / "in.zip").read_bytes()
    home = tmp_path / "folder"
    for n in range(60):
        (home / f"person {n}").mkdir(parents=True)
        (home / f"person {n}" / "mine.zip").write_bytes(nested)
    one = packed(tmp_path / "a.zip", *((bob(f"{n}.zip"), nested) for n in range(60)))
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (len(os.listdir("/proc/self/fd")) + 30, hard))
    try:
        with Opened() as opened:
            for source in (home, one):
                assert sum(f.read() == classes.answer("good") for f in opened.files(source)) >= 60
            assert not opened.refused
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def empty(count, *more):
    return zipped(*((f"d/{n}", b"") for n in range(count)), *more)


def test_a_students_zip_of_very_many_files_is_named_and_left(course, tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MAX_NESTED", 2_000)
    many = empty(archive.MAX_NESTED + 1, ("x.ipynb", classes.answer("bob")))
    wide = zipped(*(("n" * 900 + str(n), b"") for n in range(archive.MAX_NESTED)))
    done = outcome(course, packed(tmp_path / "a.zip", (bob("0.zip"), many), (bob("1.zip"), wide)))
    assert [who for who, _ in done.problems[-2:]] == [bob("0.zip"), bob("1.zip")]
    assert all("more than 2,000 files" in why for _, why in done.problems[-2:])
    assert done.new == 1


def test_many_archives_of_one_person_keep_nobody_elses_from_being_read(
    course, tmp_path, monkeypatch
):
    """All together have a bound, and everybody's first archive comes before anybody's second."""
    monkeypatch.setattr(archive, "MAX_INSIDE", 3_000)
    asked, real = [], zipfile.ZipFile.infolist
    monkeypatch.setattr(zipfile.ZipFile, "infolist", lambda z: asked.append(z) or real(z))
    entries = [(bob(f"{n}.zip"), empty(900)) for n in range(30)]
    more = (
        "photo.bin",
        os.urandom(300_000),
    )  # theirs are larger: it is not the size alone that decides
    late = {f"Zoe {n}": zipped(("x.ipynb", classes.answer(f"zoe {n}")), more) for n in range(5)}
    entries += [
        (f"{n}_{i}_assignsubmission_file/my.zip", z) for i, (n, z) in enumerate(late.items(), 10)
    ]
    done = outcome(course, packed(tmp_path / "a.zip", *entries))
    assert done.new == 6 and len(asked) < 15
    left = [who for who, why in done.problems if "list more than" in why]
    assert len(left) >= 26 and all(who.startswith("Bob") for who in left)


@pytest.mark.parametrize("where", ["zip", "folder"])
def test_of_what_nobody_reads_a_few_names_and_a_number_are_kept(course, tmp_path, where):
    """In a zip in a zip, and beside a notebook that is there."""
    path = packed(
        tmp_path / "a.zip", *[(f"Cy_3_assignsubmission_file/{n}.txt", b"") for n in range(50)]
    )
    with zipfile.ZipFile(path, "a") as file:
        file.writestr(bob("work.zip"), empty(1_000))
        file.writestr(
            "Di_4_assignsubmission_file/work.zip", empty(500, ("d/x.ipynb", classes.answer("di")))
        )
    if where == "folder":
        with zipfile.ZipFile(path) as file:
            file.extractall(tmp_path / "unpacked")
        path = tmp_path / "unpacked"
    with Opened(_wanted) as opened:
        assert len(opened.files(path)) == 2 + 3 * archive.MAX_OTHERS
    told = dict(outcome(course, path).problems)
    assert (
        told
        == {
            "Bob": "There is no notebook among what was handed in: 0, 1, 2, 3, 4 and 995 more.",
            "Cy": "There is no notebook among what was handed in: 0.txt, 1.txt, 2.txt, 3.txt, 4.txt and 45 more.",
        }
        or where == "folder"
        and told["Cy"].endswith(" and 45 more.")
    )
    assert (course.root / "submitted/di/tiny/tiny.ipynb").read_bytes() == classes.answer("di")


def test_whoever_has_no_notebook_is_named_in_a_flat_download_in_a_folder(course, tmp_path):
    """Canvas puts everybody's files into one folder: each is somebody's."""
    home = tmp_path / "downloads" / "canvas"
    home.mkdir(parents=True)
    (home / "ann_1_1_x.ipynb").write_bytes(classes.answer("good"))
    for n in range(2, 22):
        (home / f"person{n}_{n}_{n}_essay.pdf").write_bytes(b"%PDF")
    assert len(outcome(course, tmp_path / "downloads").problems) == 20


def test_an_archive_in_an_archive_is_unpacked_once_for_all_its_files(tmp_path, monkeypatch):
    nested = packed(tmp_path / "in.zip", *((f"{n}.ipynb", b"{}") for n in range(30))).read_bytes()
    one = packed(tmp_path / "a.zip", ("mine.zip", nested), ("yours.zip", nested))
    unpacked, real = [], Opened._unpacked
    monkeypatch.setattr(Opened, "_unpacked", lambda *a: unpacked.append(a[3].filename) or real(*a))
    with Opened() as opened:
        files = opened.files(one)
        assert sum(f.read() == b"{}" for f in files) == 60
    assert unpacked.count("mine.zip") == unpacked.count("yours.zip") == 2  # listed, then read


def test_spellings_of_one_name_may_be_one_person():
    for one, other in (
        ("Müller, Anna", "Anna Müller"),
        ("Anna Müller", "mülleranna"),
        ("van der Berg, Mary-Jane", "Mary-Jane van der Berg"),
        ("O'Neill Pat", "o’neill  pat"),
    ):
        assert likeness(one, other) and likeness(other, one), (one, other)
    assert not likeness("Anna Müller", "Anna Möller") and not likeness("Ann Abel", "Anna Bel")


FORGED = b"victim:\n  :submitters:\n  - :name: Ann\n    :sid: '1'\n  :created_at: 2030-01-01 00:00:00 Z\n"


@pytest.mark.parametrize("layout", ["moodle", "canvas", "gradescope", "folders"])
def test_nobody_hands_in_for_somebody_else(course, tmp_path, layout):
    """A student's own names imitate each layout, and Gradescope's list: what is in them stays that student's."""
    (course.root / "students.csv").write_text(
        "folder,name,id,canvas,moodle\nann,Ann,1,1,1\neve,Eve,2,2,2\n"
    )
    good, evil = classes.answer("good"), classes.answer("evil")
    forged = {
        "Ann_1_assignsubmission_file/x.ipynb": evil,
        "ann_1_99999_x.ipynb": evil,
        "submission_metadata.yml": FORGED,
        "victim/x.ipynb": evil,
    }
    homes = {
        "moodle": "{}_{}_assignsubmission_file/",
        "gradescope": "export/submission_{1}/",
        "folders": "{}/",
    }
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name, number in (
            ("Ann", 1),
            ("Bob", 3),
            ("Cid", 4),
            ("Dee", 5),
            ("Fay", 6),
            ("Gus", 7),
        ):
            home = homes.get(layout, "{}_{}_500_").format(name, number)
            archive.writestr(home + "x.ipynb", good if name == "Ann" else classes.answer(name))
        for n, (name, data) in enumerate(forged.items()):
            if layout == "canvas":
                archive.writestr(f"Eve_2_{600 + n}_{name.replace('/', '_')}", data)
            else:
                archive.writestr(homes[layout].format("Eve", 2) + name, data)
        for n in range(40):  # more than all others together
            home = homes.get(layout, f"Eve_2_{700 + n}_")
            archive.writestr(home.format("Eve", 2) + f"Ann_1_assignsubmission_file_{n}.txt", b"")
        if layout == "gradescope":
            one = "submission_{}:\n  :submitters:\n  - :name: X{}\n    :sid: '{}'\n"
            text = "".join(one.format(n, n, n) for n in range(1, 8))
            archive.writestr("export/submission_metadata.yml", text)
    collect(course, [tmp_path / "a.zip"])
    assert (course.root / "submitted/ann/tiny/tiny.ipynb").read_bytes() == good
    assert (course.root / "submitted/eve/tiny/tiny.ipynb").read_bytes() == evil
