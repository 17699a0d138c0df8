"""Whatever is handed in is read, and the lesson's own cells are put back."""

import json

import pytest
import tiny

from grader.engine.submission import read_submission


def read(notebook, lesson):
    data = notebook if isinstance(notebook, bytes) else json.dumps(notebook).encode()
    return read_submission(data, lesson)


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
    assert found.notes == ("The locked cell check-total had been changed; the original was used.",)


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
    assert order.index(tiny.SETUP) < order.index("total = 45") < order.index(lesson.identified["check-total"].source)


def test_cells_are_known_by_their_id_when_only_that_is_left(lesson):
    notebook = tiny.submission()
    for cell in notebook["cells"]:
        cell["metadata"] = {}
    assert read(notebook, lesson).recognised == len(lesson.identified)


@pytest.mark.parametrize("data, said", [
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
])
def test_what_is_no_notebook_is_said_to_be_none(lesson, data, said):
    found = read(data, lesson)
    assert found.status == "unreadable" and said in found.reason


@pytest.mark.parametrize("cells", [
    [None, 3, "x", []],
    [{"cell_type": "code"}],
    [{"cell_type": "code", "source": 5, "metadata": []}],
    [{"cell_type": "code", "source": ["a", 3], "metadata": {"nbgrader": "yes"}}],
    [{"cell_type": "code", "source": "x = 1", "metadata": {"nbgrader": {"grade_id": ["total"]}}}],
    [{"cell_type": [], "source": {}, "id": {}}],
])
def test_odd_cells_are_no_reason_to_stop(lesson, cells):
    found = read({"cells": cells, "nbformat": 4}, lesson)
    assert ids(found) == list(lesson.identified)


def test_half_characters_and_nuls_are_replaced(lesson):
    notebook = tiny.submission(total='total = "\ud800\0"')
    source = read(notebook, lesson).answer("total").source
    assert source == 'total = "\ufffd\ufffd"'


def test_a_notebook_of_format_3_is_read(lesson):
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"metadata": {}, "cells": [
        {"cell_type": "code", "input": "total = 45", "language": "python", "metadata": {}, "outputs": [], "collapsed": False},
        {"cell_type": "heading", "level": 2, "source": "Greet", "metadata": {}},
    ]}]}
    assert "total = 45" in sources(read(old, lesson))


def test_utf16_and_a_byte_order_mark_are_read(lesson):
    text = json.dumps(tiny.submission())
    assert read(text.encode("utf-16"), lesson).recognised == read(b"\xef\xbb\xbf" + text.encode(), lesson).recognised == len(lesson.identified)


def test_metadata_does_not_decide_what_a_cell_is(lesson):
    notebook = tiny.submission()
    check = tiny.cell(notebook, "check-total")
    check["metadata"]["nbgrader"].update(solution=True, grade=False, locked=False, points=1000)
    check["source"] = "1000"
    found = read(notebook, lesson)
    restored = next(c for c in found.cells if c.lesson and c.lesson.grade_id == "check-total")
    assert restored.source == lesson.identified["check-total"].source and restored.lesson.points == 3
