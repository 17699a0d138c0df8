"""Nothing on stderr, nothing imported before it is needed, and a short word for a name that was never bound."""

import json
import os
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

from grader.checks import check, expect

ROOT = Path(__file__).resolve().parents[2]


def run(code, **env):
    """A fresh Python; (stdout, stderr)."""
    done = subprocess.run(
        [sys.executable, "-W", "default", "-c", code],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **env},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr


def test_importing_the_checks_is_light():
    out, err = run(
        "import sys, grader.checks; print([m for m in ('tensorflow', 'keras', 'matplotlib') if m in sys.modules])"
    )
    assert out.strip() == "[]" and err == ""


def test_tensorflow_imported_inside_a_check_stays_silent():
    code = """
from grader.checks import check, expect
def build():
    import keras, warnings, sys, os, logging
    warnings.warn("old"); print("noise", file=sys.stderr); os.write(2, b"from C"); logging.getLogger("x").error("log")
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, input_shape=(4,))])
    model.compile("adam", "mse")
    return model
import random
x = [[random.random() for _ in range(4)] for _ in range(32)]
def learn(model):
    import numpy
    return check(model, expect.learns(numpy.array(x, "float32"), numpy.array(x, "float32")[:, :1])).score == 1
print(repr(check(build, expect.calling().gives(expect.parameters(5), learn, expect.layers(Dense=1), expect.compiled(loss="mse")), points=4)))
"""
    out, err = run(code, TF_CPP_MIN_LOG_LEVEL="0")
    assert out.strip() == "4"
    assert err == ""


def test_warnings_filters_and_streams_are_as_before(keras, capfd):
    def noisy(value):
        warnings.warn("old")
        print("noise", file=sys.stderr)
        os.write(2, b"noise")
        return True

    filters, stream = list(warnings.filters), sys.stderr
    assert check(1, noisy).score == 1
    assert warnings.filters == filters and sys.stderr is stream
    print("after", file=sys.stderr)
    assert capfd.readouterr().err == "after\n"


def test_a_model_whose_call_raises_is_a_line(keras):
    class Broken(keras.layers.Layer):
        def call(self, x):
            if not keras.ops.is_tensor(x) or hasattr(x, "numpy"):
                raise RuntimeError("only symbolic, please\nand more")
            return x

        def compute_output_spec(self, x):
            return keras.KerasTensor(x.shape, x.dtype)

    a, b = keras.Input((3,)), keras.Input((3,))
    model = keras.Model([a, b], Broken()(a) + b)
    report = check(model, expect.symmetric(), expect.inputs(3, 3), points=2)
    assert report.lines[0].status == "raised" and "only symbolic, please" in report.lines[0].found
    assert "and more" not in report.lines[0].found and "Traceback" not in str(report)
    assert report.score == 1


NOTEBOOK = """
import json, sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shown = []
shell._showtraceback = lambda kind, error, lines: shown.append([kind.__name__, str(error), len("".join(lines).splitlines())])
def cell(source):
    shown.clear()
    result = shell.run_cell(source, store_history=True)
    return [result.success, *shown]
print(json.dumps([
    cell("from grader.checks import check, expect"),
    cell("check(model, expect.inputs(64), points=3)"),
    cell("print(undefined)"),
    cell("def f():\\n    return missing"),
    cell("check(f(), expect.value(3))"),
    cell("check(3, expect.value(3))"),
]))
"""


def test_an_unbound_name_in_a_check_cell_is_one_sentence_and_still_an_error():
    out, err = run(NOTEBOOK)
    imported, unbound, other, define, inner, fine = json.loads(out.splitlines()[-1])
    assert unbound[0] is False and unbound[1][0] == "NameError" and unbound[1][2] == 1
    assert "there is no 'model' to check yet" in unbound[1][1]
    assert other[0] is False and "undefined" in other[1][1] and other[1][2] > 1
    assert inner[0] is False and "name 'missing'" in inner[1][1] and inner[1][2] > 1
    assert imported == [True] and define == [True] and fine == [True]


STALE = """
import json
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell._showtraceback = lambda *error: None
shell.showsyntaxerror = lambda *error, **more: None
from grader.checks.render import as_html, summary
from grader.checks.ipython_errors import note
def cell(source, id=None):
    result = shell.run_cell(source, store_history=True, cell_id=id)
    if result.result is None:
        return result.success
    html = as_html(result.result)
    return [repr(result.result), "All visible requirements" in html, note().warnings]
CHECK = "check(size, expect.value(3), expect.whole(), points=3)\\n\\n# 2 more points are checked after you hand in."
def both(answer, id="a"):
    return [cell(answer, id), cell(CHECK, "c")]
print(json.dumps([
    cell("from grader.checks import check, expect"),
    both("size = 3"),
    both("size = 3 +"),
    both("size = 3"),
    both("size = 4 / 0"),
    both("size = 3", None),
    both("size = ", None),
    both("size = 3"),
    both("sise = 3"),
    both("%time size = 3"),
    both("size(3", "scratch"),
    both("def f():\\n    size = 1 / 0\\nf()", "own"),
]))
"""


def test_a_check_says_that_the_cell_of_the_answer_failed_after_it_was_right():
    out, err = run(STALE)
    _, *turns = json.loads(out.splitlines()[-1])
    said = [result[2] for _, result in turns]
    assert [result[0] for _, result in turns] == ["3"] * len(turns)  # for nbgrader nothing changes
    assert [bool(warnings) for warnings in said] == [
        False, True, False, True, False, True, False, True, False, False, False,
    ]  # fmt: skip
    assert "ended with an error (SyntaxError)" in said[1][0]
    assert "ended with an error (ZeroDivisionError)" in said[3][0]
    assert "does not bind 'size' any more" in said[7][0]
    assert [result[1] for _, result in turns] == [not warnings for warnings in said]
    assert err == ""


def test_a_check_says_that_the_cell_was_changed_and_saved_and_not_run(tmp_path, monkeypatch):
    from grader.checks import ipython_errors

    path = tmp_path / "lesson.ipynb"
    monkeypatch.setenv("JPY_SESSION_NAME", str(path))
    watch = ipython_errors.Watch()

    def save(source, later):
        path.write_text(json.dumps({"cells": [{"id": "a", "source": source}]}))
        when = watch.names["size"].when + later
        os.utime(path, (when, when))

    watch.note("size = 3", "a", "")
    assert watch.stale(["size"]) == ""
    save(["size = ", "4"], 5)
    assert "was changed after you ran it" in watch.stale(["size"])
    assert watch.stale(["other"]) == ""
    save("size = 4", -5)  # an older state of the file says nothing
    assert watch.stale(["size"]) == ""
    save("size = 3\n", 5)
    assert watch.stale(["size"]) == ""


def test_what_is_met_is_called_visible_where_more_is_checked_later(monkeypatch):
    from grader.checks import render
    from grader.checks.ipython_errors import Note

    whole, part = check(3, expect.value(3), expect.whole()), check(4, expect.value(3))
    assert render.summary(whole) == "All requirements are met."
    for later, words in (
        (2.0, "2 more points are"),
        (1.0, "1 more point is"),
        (2 / 3, "⅔ more points are"),
    ):
        assert (
            render.summary(whole, later)
            == f"All visible requirements are met; {words} checked after you hand in."
        )
    assert render.summary(part, 2.0) == "Not met yet."
    monkeypatch.setattr(render, "note", lambda: Note(("It is old.",)))
    assert "It is old." in whole._repr_html_() and "fk-raised" in whole._repr_html_()
    assert "! It is old." in str(whole)


def test_outside_ipython_nothing_is_registered():
    out, _ = run("import grader.checks.ipython_errors as n; print(n.install())")
    assert out.strip() == "False"


@pytest.mark.parametrize("answer", [np.int64(4), "text", [1, ...]])
def test_html_is_made_for_any_answer(answer):
    assert "fk-report" in check(answer, expect.value([1, 2]))._repr_html_()
