"""The sample class earns exactly what is written beside it, and `grader demo` shows it."""

import contextlib
import io
import json

import pytest
import tiny

from grader import sample_class
from grader.demo import demo

RELEASED = json.loads((tiny.ROOT / "course" / sample_class.LESSON / f"{sample_class.LESSON}.ipynb").read_text("utf-8"))


@pytest.fixture(scope="module")
def shown():
    """What `grader demo` prints, and its status; results of an earlier run of the same demo are used where they are still true."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = demo(tiny.ROOT)
    return status, out.getvalue(), err.getvalue()


def test_everybody_earns_what_is_expected(shown):
    status, _, err = shown
    assert not err and status == 0


def test_table_and_paths_are_shown(shown):
    _, out, _ = shown
    assert all(student in out for student in sample_class.students())
    assert "grades.csv" in out and "feedback" in out


def test_everybody_has_a_feedback_page(shown):
    pages = tiny.ROOT / ".grader/demo/feedback"
    assert {p.parts[-3] for p in pages.glob("*/*/*.html")} == set(sample_class.students())


def test_every_student_has_expected_scores():
    assert set(sample_class.expected()) == set(sample_class.students())
    assert len(sample_class.students()) >= 12


@pytest.mark.parametrize("student", sample_class.students())
def test_every_sample_can_be_made_into_a_submission(student):
    name, data = sample_class.submission(student, RELEASED)
    assert name.endswith(".ipynb") and isinstance(data, bytes)


def sample(monkeypatch, tmp_path, text):
    (tmp_path / "student-99.py").write_text(text)
    monkeypatch.setattr(sample_class, "FOLDER", tmp_path)
    return sample_class.submission("student-99", tiny.released_notebook(), "tiny")


def test_answers_own_cells_and_mishaps_are_put_in(monkeypatch, tmp_path):
    name, data = sample(monkeypatch, tmp_path, "\n".join([
        "# A student.", '# %% answer="total"', "total = 45", '# %% answer="total"', "more = 1", '# %% own after="greet"', "mine = 2",
        '# %% delete="check-words"', '# %% duplicate="check-greet"', '# %% file_name="x.ipynb"']))
    sources = [c["source"] for c in json.loads(data)["cells"]]
    assert name == "x.ipynb"
    assert sources[sources.index("total = 45") + 1] == "more = 1"
    assert sources[sources.index(tiny.STUBS["greet"]) + 1] == "mine = 2"
    assert not any("check(words" in s for s in sources) and sum("check(greet" in s for s in sources) == 2


@pytest.mark.parametrize("kind, size", [("empty", 0), ("not json", None), ("cut short", None)])
def test_a_file_can_be_spoilt(monkeypatch, tmp_path, kind, size):
    _, data = sample(monkeypatch, tmp_path, f'# %% raw_file="{kind}"')
    assert size is None or len(data) == size
    with pytest.raises(ValueError):
        json.loads(data)


@pytest.mark.parametrize("text", ['# %% answer="nothing"', "# %% answer=total", '# %% dance="total"'])
def test_a_sample_out_of_shape_is_refused(monkeypatch, tmp_path, text):
    with pytest.raises(ValueError):
        sample(monkeypatch, tmp_path, text)
