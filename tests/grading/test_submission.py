"""Whatever is handed in is read, and the lesson's own cells are put back."""

import json

import pytest

from grader.course.submission import mentions, read_submission
from tests.grading import tiny


def read(notebook, lesson):
    data = notebook if isinstance(notebook, bytes) else json.dumps(notebook).encode()
    return read_submission(data, lesson)


def recognised(read):
    return sum(bool(c.lesson and c.raw) for c in read.cells)


def sources(read):
    return [c.source for c in read.cells]


def ids(read):
    return [c.lesson.grade_id for c in read.cells if c.lesson]


def test_the_released_notebook_is_untouched_and_gets_the_true_checks(lesson):
    found = read(tiny.released_notebook(), lesson)
    assert found.untouched(lesson) and not found.notes
    assert tiny.HIDDEN in sources(found)


def test_one_changed_answer_is_not_untouched(lesson):
    assert not read(tiny.submission({"greet": tiny.RIGHT["greet"]}), lesson).untouched(lesson)


def test_code_in_a_cell_of_ones_own_is_not_untouched(lesson):
    notebook = tiny.released_notebook()
    notebook["cells"].insert(5, tiny.own_cell("total = 45"))
    assert not read(notebook, lesson).untouched(lesson)


@pytest.mark.parametrize("cell_id", ["check-total", "hidden-total", "setup"])
def test_a_deleted_locked_cell_is_put_back_in_its_place(lesson, cell_id):
    notebook = tiny.submission()
    notebook["cells"].remove(tiny.cell(notebook, cell_id))
    found = read(notebook, lesson)
    assert ids(found) == list(lesson.identified)
    assert found.notes == (f"The cell {cell_id} was missing; it was put back.",)


def test_a_check_put_back_stands_behind_code_that_completes_the_answer(lesson):
    notebook = tiny.submission(total="a = 40")
    place = notebook["cells"].index(tiny.cell(notebook, "check-total"))
    notebook["cells"][place] = tiny.own_cell("total = a + 5")
    order = sources(read(notebook, lesson))
    assert order.index("total = a + 5") < order.index(lesson.identified["check-total"].source)


def test_a_deleted_answer_cell_is_never_replaced_by_the_stub(lesson):
    notebook = tiny.submission()
    notebook["cells"][4] = tiny.own_cell("total = 45")
    found = read(notebook, lesson)
    assert tiny.STUBS["total"] not in sources(found)
    assert found.answer("total") is None


def test_a_changed_check_is_the_original_again(lesson):
    notebook = tiny.submission(**{"check-total": "3"})
    found = read(notebook, lesson)
    assert lesson.identified["check-total"].source in sources(found) and "3" not in sources(found)
    assert found.notes == (
        "The locked cell check-total differs from the lesson; the lesson's was used.",
    )


@pytest.mark.parametrize("kind", ["markdown", "raw", "nonsense"])
def test_a_retyped_cell_has_its_type_again(lesson, kind):
    notebook = tiny.submission()
    for cell_id in ("check-total", "greet"):
        tiny.cell(notebook, cell_id)["cell_type"] = kind
    found = read(notebook, lesson)
    assert {c.cell_type for c in found.cells if c.lesson} == {"code"}
    assert tiny.RIGHT["greet"] in sources(found)


def test_of_a_duplicated_cell_the_first_counts(lesson):
    notebook = tiny.submission(total="total = 45")
    again = json.loads(json.dumps(tiny.cell(notebook, "total")))
    again["source"] = "total = 44"
    notebook["cells"].append(again)
    notebook["cells"].append(tiny.cell(notebook, "check-total"))
    found = read(notebook, lesson)
    assert found.answer("total").source == "total = 45"
    assert sources(found).count(lesson.identified["check-total"].source) == 1
    assert "The cell total occurs more than once; the first one counts." in found.notes


def test_moved_cells_are_put_back_and_take_the_students_own_with_them(lesson):
    notebook = tiny.submission(total="total = half * 2")
    place = notebook["cells"].index(tiny.cell(notebook, "greet"))
    notebook["cells"].insert(place + 1, tiny.own_cell("after = greet('you')"))
    notebook["cells"].reverse()
    found = read(notebook, lesson)
    assert ids(found) == list(lesson.identified)
    assert any("had been moved" in note for note in found.notes)


def test_a_notebook_that_lost_all_metadata_keeps_its_answers(lesson):
    notebook = {"nbformat": 4, "cells": [tiny.own_cell(source) for source in tiny.RIGHT.values()]}
    order = sources(read(notebook, lesson))
    assert (
        order.index(tiny.SETUP)
        < order.index("total = 45")
        < order.index(lesson.identified["check-total"].source)
    )


def test_cells_are_known_by_their_id_when_only_that_is_left(lesson):
    notebook = tiny.submission()
    for cell in notebook["cells"]:
        cell["metadata"] = {}
    assert recognised(read(notebook, lesson)) == len(lesson.identified)


@pytest.mark.parametrize(
    "data, said",
    [
        (b"", "empty"),
        (b"\0\0\0\0", "empty"),
        (b'{"cells": [', "not valid JSON"),
        (b"PK\x03\x04\0\0\xff\xfe", "not valid JSON"),
        (b"<!DOCTYPE html><title>Sign in</title>", "not valid JSON"),
        (b"[" * 200_000, "not valid JSON"),
        (b"[1, 2]", "not a notebook"),
        (b'"text"', "not a notebook"),
        (b"{}", "no list of cells"),
        (b'{"cells": {}}', "no list of cells"),
        (b'{"nbformat": 3, "worksheets": 7}', "old format"),
        (b'{"a": 1' + b"0" * 10_000 + b"}", "not"),
    ],
)
def test_what_is_no_notebook_is_said_to_be_none(lesson, data, said):
    found = read(data, lesson)
    assert found.status == "unreadable" and said in found.reason


@pytest.mark.parametrize(
    "cells",
    [
        [None, 3, "x", []],
        [{"cell_type": "code"}],
        [{"cell_type": "code", "source": 5, "metadata": []}],
        [{"cell_type": "code", "source": ["a", 3], "metadata": {"nbgrader": "yes"}}],
        [
            {
                "cell_type": "code",
                "source": "x = 1",
                "metadata": {"nbgrader": {"grade_id": ["total"]}},
            }
        ],
        [{"cell_type": [], "source": {}, "id": {}}],
    ],
)
def test_odd_cells_are_no_reason_to_stop(lesson, cells):
    found = read({"cells": cells, "nbformat": 4}, lesson)
    assert ids(found) == list(lesson.identified)


def test_half_characters_and_nuls_are_replaced(lesson):
    notebook = tiny.submission(total='total = "\ud800\0"')
    source = read(notebook, lesson).answer("total").source
    assert source == 'total = "\ufffd\ufffd"'


def test_a_notebook_of_format_3_is_read(lesson):
    old = {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {},
        "worksheets": [
            {
                "metadata": {},
                "cells": [
                    {
                        "cell_type": "code",
                        "input": "total = 45",
                        "language": "python",
                        "metadata": {},
                        "outputs": [],
                        "collapsed": False,
                    },
                    {"cell_type": "heading", "level": 2, "source": "Greet", "metadata": {}},
                ],
            }
        ],
    }
    assert "total = 45" in sources(read(old, lesson))


def test_utf16_and_a_byte_order_mark_are_read(lesson):
    text = json.dumps(tiny.submission())
    assert (
        recognised(read(text.encode("utf-16"), lesson))
        == recognised(read(b"\xef\xbb\xbf" + text.encode(), lesson))
        == len(lesson.identified)
    )


def test_metadata_does_not_decide_what_a_cell_is(lesson):
    notebook = tiny.submission()
    check = tiny.cell(notebook, "check-total")
    check["metadata"]["nbgrader"].update(solution=True, grade=False, locked=False, points=1000)
    check["source"] = "1000"
    found = read(notebook, lesson)
    restored = next(c for c in found.cells if c.lesson and c.lesson.grade_id == "check-total")
    assert (
        restored.source == lesson.identified["check-total"].source and restored.lesson.points == 3
    )


def test_of_many_cells_only_so_many_are_kept_and_the_lessons_own_always(lesson):
    notebook = tiny.submission()
    notebook["cells"][1:1] = [tiny.own_cell(f"x = {n}") for n in range(9_000)]
    notebook["cells"][-1:-1] = [
        dict(tiny.cell(notebook, "greet"), source=f"{n}") for n in range(50)
    ]
    notebook["cells"] += [tiny.cell(notebook, "check-total")] * 30_000
    found = read(notebook, lesson)
    assert len(found.cells) <= 2_000 + len(lesson.identified)
    assert ids(found) == list(lesson.identified) and len(found.notes) < 10
    assert found.answer("total").source == "total = 45"


def test_a_file_of_millions_of_values_is_not_read_at_all(lesson):
    found = read(b'{"cells": [' + b"{}," * 2_500_000 + b"{}]}", lesson)
    assert found.status == "unreadable" and "4,000,000 values" in found.reason


def test_no_text_takes_visible_longer_than_its_length(lesson):
    import time

    from grader.course.lesson import visible

    texts = [
        (begin + end) * 20_000
        for begin in ("# BEGIN HIDDEN TESTS", "BEGIN MARK SCHEME\n", "END HIDDEN TESTS", "x")
        for end in ("# END HIDDEN TESTS", "END MARK SCHEME\n", "BEGIN HIDDEN TESTS", "\n")
    ]
    begun = time.process_time()
    for text in texts:
        visible(text)
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    "source, left",
    [
        ("a\n# BEGIN HIDDEN TESTS\nb\n# END HIDDEN TESTS\nc", "a\nc"),
        ("# BEGIN HIDDEN TESTS\nb\n# END HIDDEN TESTS", ""),
        (
            "a\n# BEGIN HIDDEN TESTS b END HIDDEN TESTS BEGIN HIDDEN TESTS\nc\nEND HIDDEN TESTS",
            "a",
        ),
        ("a\n# BEGIN HIDDEN TESTS to END HIDDEN TESTS\nb\n# END HIDDEN TESTS\nc", "a\nc"),
        ("a\n# BEGIN HIDDEN TESTS\nb", "a\n# BEGIN HIDDEN TESTS\nb"),
        ("BEGIN MARK SCHEME\n1\nEND MARK SCHEME\nBEGIN HIDDEN TESTS\n2\nEND HIDDEN TESTS\nz", "z"),
    ],
)
def test_hidden_regions_are_not_shown(source, left):
    from grader.course.lesson import visible

    assert visible(source) == left


def test_a_notebook_of_another_name_is_known_by_what_its_text_names(lesson):
    without_ids = tiny.submission()
    for cell in without_ids["cells"]:
        cell.pop("id", None)
        cell["metadata"] = {}
    for known in (tiny.submission(), without_ids):
        for text in (json.dumps(known), json.dumps(known, ensure_ascii=False, indent=1)):
            assert mentions(text.encode(), lesson) and mentions(text.encode("utf-16"), lesson)
    other = {"cells": [tiny.own_cell("x = 1")], "nbformat": 4}
    assert not mentions(json.dumps(other).encode(), lesson) and not mentions(b"", lesson)


def stripped(notebook, *lost):
    """As a tool leaves it that does not know a cell's "id", its "metadata" or, where nothing is said, either."""
    for cell in notebook["cells"]:
        for key in lost or ("id", "metadata"):
            cell.pop(key, None)
    return tiny.bytes_of(notebook)


@pytest.mark.parametrize("lost", [("id",), ("metadata",), ("id", "metadata")])
def test_a_notebook_is_read_alike_whatever_a_tool_dropped(lesson, lost):
    given = {"greet": "def greet(name):\n    return 1", "total": "total = 44"}
    notebook = tiny.submission(given)
    notebook["cells"].append(tiny.own_cell("mine = 1"))
    whole = read_submission(tiny.bytes_of(notebook), lesson)
    read = read_submission(stripped(notebook, *lost), lesson)
    assert sources(read) == sources(whole) and ids(read) == ids(whole)
    assert all(read.answer(name).source == source for name, source in given.items())


def test_a_notebook_that_lost_its_ids_is_read_by_what_its_cells_say(lesson):
    notebook = tiny.submission(greet="first = 1")
    at = notebook["cells"].index(tiny.cell(notebook, "greet"))
    notebook["cells"].insert(at + 1, tiny.own_cell("def greet(name): ..."))
    notebook["cells"].insert(at + 1, tiny.own_cell("a note", "markdown"))
    whole = read_submission(tiny.bytes_of(tiny.submission(greet="first = 1")), lesson)
    read = read_submission(stripped(notebook), lesson)
    known = {c.lesson.grade_id for c in read.cells if c.lesson and c.raw}
    assert known == set(lesson.identified)
    for exercise in ("total", "greet", "words"):
        assert read.answer(exercise).source == whole.answer(exercise).source
    mine = [c.source for c in read.cells if c.lesson is None]
    assert "def greet(name): ..." in mine and "a note" in mine
    assert any("lost the ids" in note for note in read.notes)


@pytest.mark.parametrize("named", [True, False])
def test_an_answer_without_ids_is_found_above_a_check_that_was_changed_since(lesson, named):
    """The notebook has the check as it was given out; what names its exercise stays."""
    given = {"greet": "def greet(name):\n    return 1", "total": "total = 44"}
    notebook = tiny.submission(given)
    for exercise in given:
        line = f"\n\n# Exercise: {exercise}" if named else ""
        tiny.cell(notebook, f"check-{exercise}")["source"] = f"check({exercise}, as_before){line}"
    read = read_submission(stripped(notebook), lesson)
    found = {exercise: read.answer(exercise) for exercise in given}
    if not named:  # the control: then nothing tells
        assert list(found.values()) == [None, None]
        return
    assert {exercise: cell.source for exercise, cell in found.items()} == given
    assert "as_before" not in "".join(sources(read))


def test_a_notebook_of_no_lesson_is_not_read_into_one(lesson):
    notebook = {"cells": [tiny.own_cell(tiny.SETUP), tiny.own_cell("total = 45")], "nbformat": 4}
    read = read_submission(stripped(notebook), lesson)
    assert not [c for c in read.cells if c.lesson and c.raw]


def toolbar_lesson(folder, test, released=None):
    """A lesson made with nbgrader's toolbar, with one answer and one test, read as grading does; `released` is the test as given out."""
    from grader.course.lesson import Lesson

    def notebook(answer, test):
        marks = {"grade_id": "t", "grade": True, "locked": True, "solution": False, "points": 2}
        answers = {"grade_id": "s", "grade": False, "locked": False, "solution": True}
        cells = [
            {"cell_type": "code", "source": source, "metadata": {"nbgrader": meta}, "outputs": []}
            for source, meta in ((answer, answers), (test, marks))
        ]
        return json.dumps({"cells": cells, "nbformat": 4, "metadata": {}})

    source, given = folder / "old.ipynb", folder / "released.ipynb"
    source.write_text(notebook("m = 4", test))
    if released is not None:
        given.write_text(notebook("", released))
    return Lesson.read(source, given)


@pytest.mark.parametrize(
    "test, released",
    [
        ("### AUTOTEST m", None),
        ("assert m\n### HIDDEN AUTOTEST m", None),
        ("assert m\n    # HASHED AUTOTEST m; m + 1", "assert m\nassert 'x' == hash(m)"),
        ("assert m\n### PRUEFE m", "assert m\nassert str(m) == '4'"),
        ("# one day there will be a test here\n\n", None),
        ("", None),
    ],
)
def test_a_test_that_tests_nothing_as_it_stands_is_refused(tmp_path, test, released):
    """nbgrader writes AUTOTEST's tests at the release alone; a cell of comments raises nothing, so everybody would have its points."""
    from grader.course.lesson import LessonError

    with pytest.raises(LessonError) as told:
        toolbar_lesson(tmp_path, test, released)
    assert "'t'" in told.value.message and told.value.remedy


def test_what_students_were_given_decides_what_of_a_test_is_hidden(tmp_path):
    """The words around hidden lines are an option of nbgrader's: a course may have its own."""
    source = (
        "assert m\n### VERSTECKT ANFANG\nassert m\nassert m == 4\n### VERSTECKT ENDE\nassert m < 9"
    )
    cell = toolbar_lesson(tmp_path, source, "assert m\nassert m < 9").identified["t"]
    assert cell.hides and cell.shown == "assert m\nassert m < 9"
    assert cell.hidden_lines == {2, 3, 4, 5}
    seen = "assert m\n\nassert m < 9  "
    cell = toolbar_lesson(tmp_path, seen + "\n", seen).identified["t"]
    assert not cell.hides and not cell.hidden_lines


def test_a_hidden_region_does_not_end_on_its_first_line():
    from grader.course.lesson import Cell

    source = "a\n# BEGIN HIDDEN TESTS down to END HIDDEN TESTS\nb\n# END HIDDEN TESTS\nc"
    cell = Cell("check", "code", source, "t", points=1.0)
    assert cell.hidden_lines == {2, 3, 4} and cell.shown == "a\nc"
