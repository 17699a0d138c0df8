"""Claims of lessons: what is run for one, how seeds are moved, what is refused and what is told."""

import shutil
from pathlib import Path

import pytest

from grader.course.source import SourceError
from grader.nbgrader_bridge.build import build
from grader.verify import claims

ROOT = Path(__file__).resolve().parents[2]

LESSON = """\
# %% [markdown]
# # 01 · Tiny
# %% setup
import numpy as np
from grader.checks import check, expect
# %% example
never = 1 / 0 if True else None
# %% example
def drawn(seed):
    return np.random.default_rng(seed).normal(size=50)
# %% example
values = []
# %% example
values.append(drawn(seed=3).mean())
# %% example
later = drawn(seed=4)
# %% [markdown]
# The mean is small.
# <!-- claim: small -->
# It is below zero in 3 of 10 runs. <!-- claim: below -->
# %% claim="small"
assert abs(values[0]) < 0.8
assert len(values) == 1
{"mean": values[0]}
# %% claim="below" holds="3 of 10"
assert values[0] < 0
# %% claim="turned-round"
assert abs(values[0]) > 0.8, "it is small"
{"mean": values[0]}
# %% [markdown]
# <!-- claim: turned-round -->
# %% solution="answer"
### BEGIN SOLUTION
answer = 42
### END SOLUTION
# %% check="answer" points=3
check(answer, expect.value(42), points=3)
"""


def write(root, text):
    place = root / "solutions" / "01_tiny"
    place.mkdir(parents=True, exist_ok=True)
    (place / "01_tiny.py").write_text(text)
    return place


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    root = tmp_path_factory.mktemp("course")
    write(root, LESSON)
    return {claim.name: claim for claim in claims.claims(root, seeds=range(10), jobs=2)}


def test_only_what_a_claim_needs_is_run(found):
    """The first example divides by zero."""
    assert found["small"].good and found["small"].held == 10 and not found["small"].failed


def test_the_seed_is_moved_and_the_first_one_is_the_lessons_own(found):
    import numpy as np

    means = found["small"].numbers["mean"]
    assert means[0] == pytest.approx(np.random.default_rng(3).normal(size=50).mean())
    assert len(set(means)) == 10


def test_a_claim_turned_round_is_named_with_its_seeds_and_its_numbers(found):
    turned = found["turned-round"]
    assert not turned.good and turned.held == 0 and len(turned.numbers["mean"]) == 10
    told = claims.failures(found.values())
    assert "01_tiny turned-round, seed 7: assert abs(values[0]) > 0.8" in told
    assert "small, seed" not in told
    assert "turned-round  0/10 !" in claims.table(found.values())


def test_a_claim_that_holds_at_times_is_good_where_it_does_so_often_enough(found):
    below = found["below"]
    assert below.failed and below.good
    below.holds = (10, 10)
    assert not below.good


def test_what_was_measured_is_kept_and_read_back(found, tmp_path):
    folder = write(tmp_path, LESSON)
    claims.record(tmp_path, found.values())
    kept = claims.recorded(folder)
    assert kept["small"]["held"] == [10, 10] and kept["below"]["held"][1] == 10
    assert kept["small"]["mean"] == pytest.approx(found["small"].numbers["mean"], rel=1e-3)


def test_a_number_may_have_any_name(tmp_path):
    folder = write(tmp_path, LESSON)
    claim = claims.Claim(folder.name, "small", (1, 1), [0], {}, {'one encoder, "few" pairs': [0.5]})
    claims.record(tmp_path, [claim])
    assert claims.recorded(folder)["small"]['one encoder, "few" pairs'] == [0.5]


def test_a_process_that_is_lost_is_told_and_not_waited_for(tmp_path):
    write(tmp_path, LESSON.replace("values = []", "import os; values = []; os._exit(3)"))
    lost = claims.claims(tmp_path, seeds=[0], jobs=1)
    assert [claim.held for claim in lost] == [0, 0, 0]
    assert "exit code 3" in claims.failures(lost)


def test_a_claim_reaches_neither_notebook_nor_the_mark_of_its_sentence(tmp_path):
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    folder = write(tmp_path, LESSON)
    build(tmp_path)
    for path in (folder / "01_tiny.ipynb", tmp_path / "course/01_tiny/01_tiny.ipynb"):
        text = path.read_text()
        assert "claim" not in text and "turned" not in text and "The mean is small." in text


@pytest.mark.parametrize(
    "old, new, reason",
    [
        ("# <!-- claim: small -->\n", "", "no sentence says it"),
        (
            '# %% claim="small"\nassert',
            '# %% claim="other"\nassert',
            'no cell `# %% claim="small"`',
        ),
        ("assert values[0] < 0", "values[0] < 0", "asserts nothing"),
        ("in 3 of 10 runs", "now and then", "the text must say so"),
        ("assert values[0] < 0", "assert answer < 0", "needs `answer`"),
        ('claim="turned-round"', 'claim="small"', "stands twice"),
        ('claim="small"', 'claim="Too Large"', "claim needs a name"),
        ('holds="3 of 10"', 'holds="often"', "holds says how often"),
        ("# %% example\nvalues", '# %% example holds="1 of 2"\nvalues', "claim cells only"),
    ],
)
def test_a_claim_out_of_shape_is_refused(tmp_path, old, new, reason):
    assert old in LESSON
    write(tmp_path, LESSON.replace(old, new))
    with pytest.raises(SourceError) as refused:
        build(tmp_path)
    assert reason in str(refused.value)


def test_how_often_may_be_spelt(tmp_path):
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    write(tmp_path, LESSON.replace("3 of 10 runs", "three of ten runs"))
    assert build(tmp_path)
