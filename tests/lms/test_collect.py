"""`grader collect`: everybody's notebook lies where grading looks for it, and what is unclear is said."""

import contextlib
import csv
import io
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest

from grader.cli import main
from grader.course.folder import Course
from grader.lms.collect import collect
from tests.lms import classes


@pytest.fixture
def course(tmp_path):
    root = tmp_path / "course"
    root.mkdir()
    return Course.at(classes.write_course(root))


def students(course):
    with open(course.root / "students.csv", newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def collected(course, lesson=classes.LESSON):
    """The bytes in submitted/, by folder."""
    return {
        path.parent.parent.name: path.read_bytes()
        for path in (course.root / "submitted").glob(f"*/{lesson}/{lesson}.ipynb")
    }


def command(*args):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main.main([str(a) for a in args])
    return status, out.getvalue(), err.getvalue()


@pytest.mark.parametrize("layout", classes.LAYOUTS)
def test_a_class_with_the_usual_mess(course, tmp_path, layout):
    people = classes.members()
    archive = tmp_path / "download.zip"
    numbers = classes.LAYOUTS[layout](archive, people) or {}
    status, out, err = command("collect", archive, "--root", course.root)
    there, folder = collected(course), {}
    key = {"moodle": "moodle", "canvas": "canvas", "gradescope": "id"}[layout]
    for row in students(course):
        folder[row[key]] = row["folder"]
    for one in people:
        number = f"tiny:{numbers[one.number]}" if numbers else str(one.number)
        assert there.get(folder.get(number)) == one.expected, (one.name, err)
        assert one.why in err, one
    assert len(there) == sum(one.expected is not None for one in people)
    assert status == 1 and len(err.splitlines()) == 1 + sum(bool(one.why) for one in people)
    assert "tiny.ipynb" in out and ("Marked as late" in out) == (layout == "canvas")


def test_the_same_zip_twice_changes_nothing(course, tmp_path):
    classes.moodle(tmp_path / "a.zip", classes.members())
    first = collect(course, [tmp_path / "a.zip"])
    before = {p: p.stat().st_mtime_ns for p in course.root.rglob("*.ipynb")}
    text = (course.root / "students.csv").read_bytes()
    again = collect(course, [tmp_path / "a.zip"])
    assert (again.new, again.replaced, again.unchanged) == (
        0,
        0,
        first.new - 1,
    )  # but for the stray
    assert before == {p: p.stat().st_mtime_ns for p in course.root.rglob("*.ipynb")}
    assert text == (course.root / "students.csv").read_bytes()


def test_a_dry_run_writes_nothing_and_says_the_same(course, tmp_path):
    classes.canvas(tmp_path / "a.zip", classes.members())
    before = sorted(course.root.rglob("*"))
    dry = collect(course, [tmp_path / "a.zip"], dry_run=True)
    assert sorted(course.root.rglob("*")) == before
    wet = collect(course, [tmp_path / "a.zip"])
    assert (dry.new, dry.problems, dry.notes) == (wet.new, wet.problems, wet.notes)


def one_person(*uploads):
    return replace(classes.members()[20], uploads=uploads)


def upload(mark, days):
    return classes.Upload("tiny.ipynb", classes.answer(mark), classes.DAY + timedelta(days=days))


@pytest.mark.parametrize("layout", classes.LAYOUTS)
def test_the_newest_stays_in_whatever_order_zips_come(course, tmp_path, layout):
    write = classes.LAYOUTS[layout]
    for name, days in (("old", 0), ("new", 5)):
        people = [one_person(upload(name, days))]
        write(
            tmp_path / f"{name}.zip",
            people,
            **({"first": 9000 + days} if layout == "canvas" else {}),
        )
    for order, told in ((("old", "new"), "took the place"), (("new", "old"), "older than")):
        for path in course.root.joinpath("submitted").glob("*/tiny/tiny.ipynb"):
            path.unlink()
        done = collect(course, [tmp_path / f"{name}.zip" for name in order])
        assert list(collected(course).values()) == [classes.answer("new")]
        assert told in " ".join(done.notes) and not done.problems


def test_what_was_changed_by_hand_stays(course, tmp_path):
    classes.moodle(tmp_path / "old.zip", [one_person(upload("old", 0))])
    classes.moodle(tmp_path / "new.zip", [one_person(upload("new", 5))])
    collect(course, [tmp_path / "old.zip"])
    (path,) = course.root.glob("submitted/*/tiny/tiny.ipynb")
    path.write_bytes(b"mended by the teacher")
    done = collect(course, [tmp_path / "new.zip"])
    assert path.read_bytes() == b"mended by the teacher"
    assert "by hand" in done.problems[0][1]


def test_where_nothing_tells_the_newest_one_looks(course, tmp_path):
    one = one_person(
        replace(upload("a", 0), name="a.ipynb"), replace(upload("b", 0), name="b.ipynb")
    )
    classes.moodle(tmp_path / "a.zip", [one])
    done = collect(course, [tmp_path / "a.zip"])
    assert len(collected(course)) == 1 and "Nothing says" in done.problems[0][1]
    other = one_person(upload("c", 0))
    classes.moodle(tmp_path / "b.zip", [other])
    before = collected(course)
    done = collect(course, [tmp_path / "b.zip"])
    assert collected(course) == before and "Nothing says" in done.problems[0][1]


def test_a_person_keeps_their_folder_over_assignments_and_systems(course, tmp_path):
    people = [p for p in classes.members() if p.first != "Kim"][20:40]
    spare = [
        replace(p, uploads=(classes.Upload("w.ipynb", classes.answer(p.number, classes.OTHER)),))
        for p in people
    ]
    classes.moodle(tmp_path / "first.zip", people)
    classes.moodle(tmp_path / "second.zip", spare[::-1], first=500_000)
    done = collect(course, [tmp_path / "first.zip", tmp_path / "second.zip"])
    assert not done.problems and len(students(course)) == 20
    assert collected(course).keys() == collected(course, classes.OTHER).keys()
    for row in students(course):
        assert [i.split(":")[0] for i in row["moodle"].split()] == ["tiny", "spare"]
    canvas = [replace(p, uploads=(upload(p.number, 90),)) for p in people]
    classes.canvas(tmp_path / "canvas.zip", canvas)
    done = collect(course, [tmp_path / "canvas.zip"])
    assert done.replaced == 20 and len(students(course)) == 20
    assert all(row["canvas"] for row in students(course))


def test_a_class_list_of_the_teachers_names_the_folders(course, tmp_path):
    people = classes.members()[20:24]
    lines = ["E-Mail;Full name;folder;group"]
    lines += [f"{p.email};{p.last}, {p.first};f{n};blue" for n, p in enumerate(people)]
    (course.root / "students.csv").write_text("\r\n".join(lines) + "\r\n", encoding="utf-8")
    classes.canvas(tmp_path / "a.zip", people)
    collect(course, [tmp_path / "a.zip"])
    assert collected(course).keys() == {"f0", "f1", "f2", "f3"}
    text = (course.root / "students.csv").read_bytes().decode()
    assert text.startswith("E-Mail;Full name;folder;group;id;canvas;moodle\r\n")
    assert (
        f"{people[0].email};{people[0].last}, {people[0].first};f0;blue;;{people[0].number}" in text
    )


def test_what_jupyter_kept_at_a_saving_takes_no_notebooks_place(course, tmp_path):
    """Canvas numbers the files of one attempt in the order in which they were chosen."""
    kept = replace(upload("kept", 0), name="tiny-checkpoint.ipynb")
    classes.canvas(tmp_path / "both.zip", [one_person(upload("own", -1), kept)])
    done = collect(course, [tmp_path / "both.zip"])
    assert list(collected(course).values()) == [classes.answer("own")] and not done.problems
    assert "tiny.ipynb was taken, not" in done.notes[0]
    classes.canvas(tmp_path / "alone.zip", [one_person(kept)], first=9_500)
    collect(course, [tmp_path / "alone.zip"])
    assert list(collected(course).values()) == [classes.answer("kept")]


def test_one_file_of_two_people_of_one_name_is_told_with_their_numbers(course, tmp_path):
    twins = [replace(t, uploads=(upload("same", 0),)) for t in classes.members()[-2:]]
    classes.canvas(tmp_path / "a.zip", twins)
    numbers = [f"leekim {t.number}" for t in twins]
    told = f"The same file was handed in by {', '.join(numbers)}."
    assert collect(course, [tmp_path / "a.zip"]).notes == [told]


def test_two_of_one_name_are_never_mixed_up(course, tmp_path):
    twins = classes.members()[-2:]
    classes.moodle(tmp_path / "first.zip", twins)
    collect(course, [tmp_path / "first.zip"])
    assert sorted(collected(course).values()) == sorted(t.expected for t in twins)
    spare = [
        replace(t, uploads=(classes.Upload("w.ipynb", classes.answer("w", classes.OTHER)),))
        for t in twins
    ]
    classes.moodle(tmp_path / "second.zip", spare, first=500_000)
    done = collect(course, [tmp_path / "second.zip"])
    assert not collected(course, classes.OTHER)
    assert len(done.problems) == 2 and "nothing tells which" in done.problems[0][1]


def test_anonymous_participants_have_a_folder_each(course, tmp_path):
    people = [replace(p, first="Participant", last="") for p in classes.members()[20:30]]
    classes.moodle(tmp_path / "a.zip", people)
    done = collect(course, [tmp_path / "a.zip"])
    assert len(collected(course)) == 10 and not done.problems


def test_a_team_is_handed_to_each_of_its_members(course, tmp_path):
    (course.root / "students.csv").write_text("folder,name,moodle\nann,Ann,77\nbob,Bob,77\n")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name in ("x.ipynb", "data.csv"):
            archive.writestr(f"Blue team_77_assignsubmission_file_/{name}", classes.answer("team"))
        archive.writestr("Default group_assignsubmission_file/y.ipynb", classes.answer("nobody"))
    done = collect(course, [tmp_path / "a.zip"])
    assert collected(course) == {"ann": classes.answer("team"), "bob": classes.answer("team")}
    assert "no participant" in done.problems[0][1]


@pytest.mark.parametrize("number", ["0123", "1_000", "12:30", "0x1f", "1e5", "Yes", "2026-03-02"])
def test_a_number_in_gradescopes_list_stays_as_it_is_written(course, tmp_path, number):
    text = f"submission_5:\n  :submitters:\n  - :name: Ann\n    :sid: {number}\n    :email: null\n"
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("submission_metadata.yml", text)
        archive.writestr("submission_5/x.ipynb", classes.answer("ann"))
    collect(course, [tmp_path / "a.zip"])
    assert f",Ann,,{number}," in (course.root / "students.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    "said, stamp",
    [
        ("2026-03-02 09:30:00 Z", "09:30"),
        ("2026-03-02 09:30:00.123456789 -08:00", "17:30"),
        ("2026-03-02 09:30:00 UTC", "09:30"),
        ("!ruby/object:ActiveSupport::TimeWithZone 2026-03-02T09:30:00+01:00", "08:30"),
    ],
)
def test_the_times_that_gradescope_may_write(course, tmp_path, said, stamp):
    text = f"submission_5:\n  :submitters:\n  - :name: Ann\n  :created_at: {said}\n"
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("submission_metadata.yml", text)
        archive.writestr("submission_5/x.ipynb", classes.answer("ann"))
    collect(course, [tmp_path / "a.zip"])
    written = (course.root / "submitted/ann/tiny/timestamp.txt").read_text()
    assert written == f"2026-03-02 {stamp}:00 UTC\n"


def test_a_gradescope_team_has_one_submission(course, tmp_path):
    text = (
        "submission_5:\n  :submitters:\n  - :name: Ann\n    :sid: '1'\n  - :name: Bob\n    :email: b@x.example\n"
        "  :created_at: 2026-03-02 09:30:00.5 Z\nsubmission_6:\n  :submitters: []\n"
    )
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("submission_metadata.yml", text)
        for name in ("submission_5/x.ipynb", "submission_6/x.ipynb", "submission_7/x.ipynb"):
            archive.writestr(name, classes.answer(name))
    done = collect(course, [tmp_path / "a.zip"])
    assert set(collected(course)) == {"ann", "bob"} and not done.notes
    assert (
        course.root / "submitted/ann/tiny/timestamp.txt"
    ).read_text() == "2026-03-02 09:30:00 UTC\n"
    assert sorted(p for p, _ in done.problems) == ["submission_6/x.ipynb", "submission_7/x.ipynb"]


@pytest.mark.parametrize(
    "path, folder",
    [
        ("{}/tiny/tiny.ipynb", "anna"),
        ("export/{}/notebook.ipynb", "anna"),
        ("week 1/tiny/{}/x.ipynb", "anna"),
        ("{}.ipynb", "anna"),
        ("tiny_{} (2).ipynb", "anna"),
        ("{}.zip", "anna"),
    ],
)
def test_any_other_folder(course, tmp_path, path, folder):
    home = tmp_path / "work"
    for name in ("anna", "Bob Ross"):
        target = home / path.format(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.suffix == ".zip":
            with zipfile.ZipFile(target, "w") as archive:
                archive.writestr("tiny.ipynb", classes.answer(name))
        else:
            target.write_bytes(classes.answer(name))
    done = collect(course, [home])
    assert not done.problems
    assert collected(course) == {
        "anna": classes.answer("anna"),
        "bob-ross": classes.answer("Bob Ross"),
    }


def test_a_file_of_nobodys_is_named(course, tmp_path):
    (tmp_path / "work").mkdir()
    for name in ("Untitled3 (1).ipynb", "tiny.ipynb"):
        (tmp_path / "work" / name).write_bytes(classes.answer(name))
    status, _, err = command("collect", tmp_path / "work", "--root", course.root)
    assert status == 1 and err.count("says whose it is") == 2 and not collected(course)


def test_only_the_lesson_that_was_asked_for(course, tmp_path):
    (tmp_path / "ann").mkdir()
    (tmp_path / "ann" / "a.ipynb").write_bytes(classes.answer("a"))
    (tmp_path / "ann" / "b.ipynb").write_bytes(classes.answer("b", classes.OTHER))
    done = collect(course, [tmp_path / "ann"], lesson="spa")
    assert collected(course, classes.OTHER) and not collected(course)
    assert "spare was asked for" in done.problems[0][1]


def test_a_call_that_cannot_be_meant_is_refused(course, tmp_path):
    status, _, err = command("collect", tmp_path / "gone.zip", "--root", course.root)
    assert status == 2 and "There is no" in err
    with zipfile.ZipFile(tmp_path / "empty.zip", "w"):
        pass
    status, _, err = command("collect", tmp_path / "empty.zip", "--root", course.root)
    assert status == 1 and "no file in it" in err
    (tmp_path / "a.zip").write_bytes(b"PK\x03\x04 and no more")
    status, _, err = command("collect", tmp_path / "a.zip", "--root", course.root)
    assert status == 1 and "not a whole zip" in err


def test_a_lesson_out_of_shape_stops_no_other(course, tmp_path):
    (course.root / "solutions" / "zero").mkdir()
    (course.root / "solutions" / "zero" / "zero.py").write_text("# %% nonsense\nx = 1\n")
    (tmp_path / "work" / "ann").mkdir(parents=True)
    (tmp_path / "work" / "ann" / "a.ipynb").write_bytes(classes.answer("a"))
    done = collect(course, [tmp_path / "work"])
    assert collected(course) == {"ann": classes.answer("a")}
    assert done.problems[0][0] == "zero" and "cannot be made ready" in done.problems[0][1]


def test_two_lessons_with_the_same_exercises_are_told_apart_by_the_rest(course, tmp_path):
    text = (course.root / "solutions/tiny/tiny.ipynb").read_text().replace("A tiny lesson", "Again")
    (course.root / "solutions/again").mkdir()
    (course.root / "solutions/again/again.ipynb").write_text(text)
    for name, title in (("ann", "A tiny lesson"), ("bob", "Again")):
        (tmp_path / "work" / name).mkdir(parents=True)
        data = classes.answer(name).replace(b"A tiny lesson", title.encode())
        (tmp_path / "work" / name / "x.ipynb").write_bytes(data)
    done = collect(course, [tmp_path / "work"])
    assert [(folder, lesson) for folder, lesson, _ in done.placed] == [
        ("ann", "tiny"),
        ("bob", "again"),
    ]


def test_a_folder_of_downloads_is_read_one_by_one(course, tmp_path):
    """Two of Moodle's, one of them unpacked, and one of Gradescope's: numbers belong to an assignment each."""
    people = [p for p in classes.members() if p.first != "Kim"][20:30]
    spare = [
        replace(p, uploads=(classes.Upload("w.ipynb", classes.answer(p.number, classes.OTHER)),))
        for p in people
    ]
    home = tmp_path / "downloads"
    home.mkdir()
    classes.moodle(home / "one.zip", people)
    classes.moodle(tmp_path / "two.zip", spare, first=500_000)
    with zipfile.ZipFile(tmp_path / "two.zip") as archive:
        archive.extractall(home / "two")
    classes.gradescope(home / "three.zip", people)
    done = collect(course, [home])
    assert sorted(x.split(", ")[0].split(": ")[1] for x in done.layouts) == [
        "Gradescope",
        "Moodle",
        "Moodle",
    ]
    assert not done.problems and len(students(course)) == 10
    assert len(collected(course)) == len(collected(course, classes.OTHER)) == 10
    assert {row["moodle"].count(":") for row in students(course)} == {2}


def by_name(path, names, lesson=classes.LESSON):
    """A folder for each of these people, all of one time."""
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(f"{name}/x.ipynb", classes.answer(f"of {name}", lesson))
    return path


def whose(course, lesson=classes.LESSON):
    return {
        folder: data.split(b"'of ")[1].split(b"'")[0]
        for folder, data in collected(course, lesson).items()
    }


@pytest.mark.parametrize(
    "names",
    [
        ("Ann Abel", "Anna Bel"),
        ("Anna Bel", "annabel"),
        ("Ann Lee", "Lee Ann"),
        ("Ann Lee Abel", "Ann Leeabel"),
        ("Annabel", "Ann-Abel"),
    ],
)
def test_two_names_with_the_same_letters_are_two_people(course, tmp_path, names):
    """In one archive, and in the next one too, in which one of them hands in alone."""
    done = collect(course, [by_name(tmp_path / "a.zip", (*names, "Bob"))])
    assert done.new == 3 and not done.problems and not done.notes
    first = whose(course)
    assert sorted(first.values()) == sorted(n.encode() for n in (*names, "Bob"))
    for n, name in enumerate(names):
        done = collect(course, [by_name(tmp_path / f"{n}.zip", (name, "Bob"), classes.OTHER)])
        assert not done.problems
    later = whose(course, classes.OTHER)
    assert later == first


def test_a_name_that_is_new_is_nobody_elses_who_has_the_same_letters(course, tmp_path):
    collect(course, [by_name(tmp_path / "a.zip", ("Ann Abel",))])
    collect(course, [by_name(tmp_path / "b.zip", ("Anna Bel",), classes.OTHER)])
    assert whose(course) == {"ann-abel": b"Ann Abel"}
    assert whose(course, classes.OTHER) == {"anna-bel": b"Anna Bel"}


def test_a_squeezed_name_is_taken_where_it_is_one_persons_alone(course, tmp_path):
    """Canvas' "annabel" may be Ann Abel or Anna Bel; "abelann" is one of them, unless somebody here could be it too."""
    collect(course, [by_name(tmp_path / "a.zip", ("Ann Abel", "Anna Bel", "Bob Ross"))])
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        for n, name in enumerate(("annabel", "rossbob"), 1):
            archive.writestr(f"{name}_{n}_{n}_x.ipynb", classes.answer(f"of {name}", classes.OTHER))
    done = collect(course, [tmp_path / "b.zip"])
    assert whose(course, classes.OTHER) == {"bob-ross": b"rossbob"}
    assert [p for p, _ in done.problems] == ["annabel_1_1_x.ipynb"]
    assert "nothing tells which" in done.problems[0][1]
    with zipfile.ZipFile(tmp_path / "c.zip", "w") as archive:
        for n, name in enumerate(("abelann", "belanna"), 3):
            archive.writestr(f"{name}_{n}_{n}_x.ipynb", classes.answer(f"of {name}", classes.OTHER))
    assert not collect(course, [tmp_path / "c.zip"]).problems
    assert whose(course, classes.OTHER) == {
        "bob-ross": b"rossbob",
        "ann-abel": b"abelann",
        "anna-bel": b"belanna",
    }


def test_of_two_squeezed_names_that_fit_one_row_none_is_taken(course, tmp_path):
    collect(course, [by_name(tmp_path / "a.zip", ("Anna Bel",))])
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        for n, name in enumerate(("annabel", "belanna"), 1):
            archive.writestr(f"{name}_{n}_{n}_x.ipynb", classes.answer(f"of {name}", classes.OTHER))
    done = collect(course, [tmp_path / "b.zip"])
    assert not collected(course, classes.OTHER) and len(done.problems) == 2


def test_two_spellings_of_one_name_are_one_person_and_a_look_is_asked_for(course, tmp_path):
    done = collect(course, [by_name(tmp_path / "a.zip", ("Ann  Lee", "ann_lee", "Bob"))])
    assert collected(course).keys() == {"ann-lee", "bob"}
    assert len(done.problems) == 1 and "two people" in done.problems[0][1]


def test_one_person_with_a_number_and_two_spellings_is_one(course, tmp_path):
    (course.root / "students.csv").write_text("folder,name\nal,Ann Lee\n")
    one = "submission_{}:\n  :submitters:\n  - :name: {}\n    :sid: '7'\n  :created_at: 2026-03-0{} 09:00:00 Z\n"
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(
            "submission_metadata.yml", one.format(1, "Ann Lee", 1) + one.format(2, "ANN LEE", 2)
        )
        for n in (1, 2):
            archive.writestr(f"submission_{n}/x.ipynb", classes.answer(f"of {n}"))
    assert not collect(course, [tmp_path / "a.zip"]).problems
    assert whose(course) == {"al": b"2"}
