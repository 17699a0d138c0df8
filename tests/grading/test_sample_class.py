"""Answers kept as text become submissions. What the class earns is asserted where the demo is run."""

import json

import pytest

from grader.cli import sample_class
from tests.grading import tiny

RELEASED = json.loads(
    (tiny.ROOT / "course" / sample_class.LESSON / f"{sample_class.LESSON}.ipynb").read_text("utf-8")
)


def test_every_student_has_expected_scores():
    assert set(sample_class.expected()) == set(sample_class.students())
    assert len(sample_class.students()) >= 12


@pytest.mark.parametrize("student", sample_class.students())
def test_every_sample_can_be_made_into_a_submission(student):
    name, data = sample_class.submission(student, RELEASED)
    assert name.endswith(".ipynb") and isinstance(data, bytes)


def sample(monkeypatch, tmp_path, text):
    (tmp_path / "student-99.py").write_text(text)
    monkeypatch.setattr(sample_class, "folder", lambda: tmp_path)
    return sample_class.submission("student-99", tiny.released_notebook(), "tiny")


def test_answers_own_cells_and_mishaps_are_put_in(monkeypatch, tmp_path):
    name, data = sample(
        monkeypatch,
        tmp_path,
        "\n".join(
            [
                "# A student.",
                '# %% answer="total"',
                "total = 45",
                '# %% answer="total"',
                "more = 1",
                '# %% own after="greet"',
                "mine = 2",
                '# %% delete="check-words"',
                '# %% duplicate="check-greet"',
                '# %% file_name="x.ipynb"',
            ]
        ),
    )
    sources = [c["source"] for c in json.loads(data)["cells"]]
    assert name == "x.ipynb"
    assert sources[sources.index("total = 45") + 1] == "more = 1"
    assert sources[sources.index(tiny.STUBS["greet"]) + 1] == "mine = 2"
    assert (
        not any("check(words" in s for s in sources)
        and sum("check(greet" in s for s in sources) == 2
    )


@pytest.mark.parametrize("kind, size", [("empty", 0), ("not json", None), ("cut short", None)])
def test_a_file_can_be_spoilt(monkeypatch, tmp_path, kind, size):
    _, data = sample(monkeypatch, tmp_path, f'# %% raw_file="{kind}"')
    assert size is None or len(data) == size
    with pytest.raises(ValueError):
        json.loads(data)


@pytest.mark.parametrize(
    "text", ['# %% answer="nothing"', "# %% answer=total", '# %% dance="total"']
)
def test_a_sample_out_of_shape_is_refused(monkeypatch, tmp_path, text):
    with pytest.raises(ValueError):
        sample(monkeypatch, tmp_path, text)
