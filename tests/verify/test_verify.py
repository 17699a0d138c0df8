"""`grader verify`: it makes wrong models and honest variants of any exercise, and names what a weak check lets through."""

import gc
import json
import os
import re
from pathlib import Path

import pytest

from grader.carry.lazy_variables import defer
from tests.share import EVERYTHING

ROOT = Path(__file__).resolve().parents[2]
FOUND = Path(__file__).with_name("found.json")
# With save_best_only=False the reference keeps every model beside the best: design B of the exercise, which its text accepts as well.
RIGHT_TOO = {("night", "callback setting")}


@pytest.fixture(scope="module", autouse=True)
def as_in_verifys_own_processes(keras):
    """A variable draws its values when they are read, and what was imported is not looked through for garbage."""
    undo = defer()
    gc.collect()
    gc.freeze()
    yield
    undo()
    gc.unfreeze()


HEAD = """\
# %% [markdown]
# # 01 · Tiny
# %% setup
import keras
from keras import layers
from grader.checks import check, expect

def right():
    one, two = keras.Input((4,), name="one"), keras.Input((4,), name="two")
    read = layers.Dense(3, activation="relu")
    both = layers.Concatenate()([read(one), read(two)])
    joined = layers.Add()([layers.Dense(5, activation="tanh")(both), layers.Dense(5)(both)])
    model = keras.Model([one, two], layers.Dense(2, activation="softmax", name="answer")(joined))
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
# %% [markdown]
# Build it. {text}
# %% solution="pair"{free}
### BEGIN SOLUTION
pair = right()
### END SOLUTION
# %% check="pair" points=2
check(pair, {visible}, points=2)
# %% hidden="pair" points=2
check(pair, {hidden}, points=2)
"""
STRONG = 'expect.same_graph(right()), expect.compiled(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"], learning_rate=0.001)'
FUNCTION = """\
# %% [markdown]
# # 01 · Tiny
# %% setup
import keras
from keras import layers
from grader.checks import check, expect

def right(units, start=6):
    x = keras.Input((start,))
    return keras.Model(x, layers.Dense(2, activation="softmax")(layers.Dense(units, activation="relu")(x)))
# %% solution="block"
### BEGIN SOLUTION
def block(x, units):
    return layers.Dense(2, activation="softmax")(layers.Dense(units, activation="relu")(x))
### END SOLUTION
# %% check="block" points=1
check(block, expect.calling(keras.Input((6,)), 5).gives(expect.same_graph(right(5))), points=1)
# %% hidden="block" points=1
check(block, expect.calling(keras.Input((6,)), {second}).gives({expected}), points=1)
"""


def lesson(tmp_path, text):
    place = tmp_path / "solutions" / "01_tiny"
    place.mkdir(parents=True, exist_ok=True)
    (place / "01_tiny.py").write_text(text)
    return place


def tried(place, **more):
    from grader.verify.campaign import exercised
    from grader.verify.exercises import cells, exercises, set_up

    for remembered in (cells, exercises, set_up):
        remembered.cache_clear()
    return exercised(exercises(place)[0], **more)


def pair(tmp_path, visible=STRONG, hidden=STRONG, free="", text="", **more):
    return tried(
        lesson(tmp_path, HEAD.format(visible=visible, hidden=hidden, free=free, text=text)), **more
    )


def accepted(found):
    return {t.kind.partition(":")[0] for t in found.tries if t.status == "accepted"}


def test_a_strong_check_catches_every_kind_and_refuses_no_variant(keras, tmp_path):
    found = pair(tmp_path)
    assert not [t for t in found.tries if t.bad]
    caught = {t.kind.partition(":")[0] for t in found.tries if t.status == "caught"}
    assert caught >= {
        "setting",
        "layer dropped",
        "layer doubled",
        "branch dropped",
        "branch doubled",
        "merge reordered",
        "another merge",
        "skip from elsewhere",
        "wired elsewhere",
        "sharing broken",
        "loss",
        "metric",
        "optimizer",
        "learning rate",
        "frozen",
        "not compiled",
        "two edits",
    }
    kept = {t.kind for t in found.tries if t.status == "kept"}
    assert kept >= {
        "names",
        "order of creation",
        "activation apart",
        "merge commuted",
        "operator",
        "initializers",
        "compile spelt otherwise",
        "axis",
        "linear activation",
        "two edits",
    }
    # relu → relu of the same layer, the same inputs swapped back: such edits make the same graph, and there are few of them
    assert sum(t.status == "equal" for t in found.tries) < 0.1 * len(found.tries)


@pytest.mark.parametrize(
    "weak, slips",
    [
        (
            "expect.inputs(4, 4), expect.outputs(2)",
            {"setting", "layer dropped", "another merge", "sharing broken", "loss", "frozen"},
        ),
        (
            "expect.same_graph(right())",
            {"loss", "metric", "optimizer", "learning rate", "not compiled"},
        ),
        (
            'expect.compiled(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"], learning_rate=0.001), expect.same_graph(right(), free=("units",))',
            {"setting"},
        ),
        (
            'expect.same_graph(right()), expect.compiled(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])',
            {"learning rate"},
        ),
    ],
)
def test_a_weak_check_is_told_what_it_lets_through(keras, tmp_path, weak, slips):
    found = pair(
        tmp_path, weak, weak, sample=None if slips == {"setting"} else 50
    )  # of all settings, one
    assert accepted(found) - {"two edits"} >= slips
    if slips == {"setting"}:
        assert {t.kind for t in found.tries if t.status == "accepted"} <= {
            "setting: units",
            "two edits",
        }
    wrong = (
        next(t for t in found.tries if t.status == "accepted" and t.kind.startswith("setting"))
        if "setting" in slips
        else None
    )
    assert wrong is None or wrong.lines and "<svg" in wrong.drawing


def test_a_check_that_is_too_strict_refuses_variants(keras, tmp_path):
    strict = (
        STRONG
        + ', expect.that(lambda model: [layer.name for layer in model.layers][-1] == "answer" and len(model.layers) == 8, title="eight layers")'
    )
    found = pair(tmp_path, strict, strict, sample=45)
    refused = {t.kind for t in found.tries if t.status == "refused"}
    assert "activation apart" in refused
    assert all("ight layers" in t.told for t in found.tries if t.status == "refused")


def test_what_is_free_is_said_and_counted_apart(keras, tmp_path):
    weak = 'expect.same_graph(right()), expect.compiled(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])'
    found = pair(
        tmp_path,
        weak,
        weak,
        free=' free="learning rate"',
        text="The learning rate is yours to choose.",
        sample=45,
    )
    assert not [t for t in found.tries if t.bad]
    assert {t.kind for t in found.tries if t.status == "free"} == {"learning rate"}


def test_free_must_stand_in_the_students_text(tmp_path):
    from grader.course.rules import problems
    from grader.course.source import SourceError, read_source

    def told(free, text):
        place = lesson(tmp_path, HEAD.format(visible=STRONG, hidden=STRONG, free=free, text=text))
        return [p.reason for p in problems("x.py", read_source(place / "01_tiny.py"))]

    assert not told(' free="learning rate, setting: units"', "Learning rate and units are free.")
    assert any(
        'says "units"' in reason
        for reason in told(' free="learning rate, setting: units"', "The learning rate is free.")
    )
    with pytest.raises(SourceError, match="solution cells only"):
        place = lesson(
            tmp_path,
            HEAD.format(visible=STRONG, hidden=STRONG, free="", text="").replace(
                'check="pair"', 'check="pair" free="units"'
            ),
        )
        read_source(place / "01_tiny.py")


def test_functions_are_varied_in_what_they_return(keras, tmp_path):
    good = tried(
        lesson(tmp_path, FUNCTION.format(second=9, expected="expect.same_graph(right(9))"))
    )
    assert not [t for t in good.tries if t.bad], [t for t in good.tries if t.bad]
    assert {t.kind for t in good.tries} >= {
        "argument ignored",
        "setting: units",
        "layer dropped",
        "activation apart",
    }


def test_a_function_deaf_to_its_argument_slips_through_a_check_that_asks_once(keras, tmp_path):
    weak = tried(lesson(tmp_path, FUNCTION.format(second=9, expected="expect.outputs(2)")))
    assert "argument ignored" in accepted(weak)


def test_a_reference_that_fails_is_told_and_nothing_else_stops(keras, tmp_path):
    found = tried(
        lesson(
            tmp_path,
            FUNCTION.format(second=9, expected="expect.outputs(2)").replace(
                "def block(x, units):", "1 / 0\ndef block(x, units):"
            ),
        )
    )
    assert "ZeroDivisionError" in found.error and not found.tries
    wrong = pair(tmp_path, "expect.outputs(3)", STRONG)
    assert [t.kind for t in wrong.tries] == ["reference"] and wrong.tries[0].status == "refused"


def test_the_same_seed_tries_the_same(keras, tmp_path):
    one, two, other = (pair(tmp_path, sample=12, seed=seed) for seed in (1, 1, 2))
    assert [(t.kind, t.what, t.status) for t in one.tries] == [
        (t.kind, t.what, t.status) for t in two.tries
    ]
    assert [t.what for t in one.tries] != [t.what for t in other.tries]


def test_training_is_left_out_where_structure_has_told(keras, tmp_path, monkeypatch):
    from grader.checks import training

    calls = []
    real = training._rehearse
    monkeypatch.setattr(training, "_rehearse", lambda *a, **k: calls.append(1) or real(*a, **k))
    data = "keras.utils.set_random_seed(1) or [keras.random.normal((64, 4)).numpy()] * 2, (keras.random.uniform((64,)).numpy() > 0.5).astype(int)"
    found = pair(tmp_path, STRONG, f"expect.learns({data}, by_heart=False).needed()", sample=20)
    structural = [t for t in found.tries if t.status == "caught"]
    honest = [t for t in found.tries if t.honest]
    assert len(structural) >= 20 and len(calls) <= len(honest) + 3


def test_the_command_tells_and_exits_by_what_it_found(tmp_path, capsys, monkeypatch):
    from grader.cli.main import main

    weak = HEAD.format(
        visible="expect.outputs(2)", hidden="expect.same_graph(right())", free="", text=""
    )
    lesson(tmp_path, weak)
    assert (
        main(
            [
                "verify",
                "--root",
                str(tmp_path),
                "--sample",
                "25",
                "--jobs",
                "1",
                "--json",
                str(tmp_path / "out.json"),
            ]
        )
        == 1
    )
    told = capsys.readouterr().out
    assert re.search(r"pair: \d+ wrong answers are accepted", told) and "× [not compiled]" in told
    assert (
        told.count("answers are accepted") == 1
    )  # one weak check is told once, however much slips
    data = json.loads((tmp_path / "out.json").read_text())
    assert (
        data["wrong"]["accepted"]
        == sum(len(e["slipped"]) for e in data["exercises"])
        > 0
        == data["honest"]["refused"]
    )
    page = (tmp_path / ".grader" / "verify.html").read_text()
    assert (
        "wrong answers are accepted" in page
        and "more of this kind" in page
        and "<script" not in page
    )
    assert main(["verify", "02", "--root", str(tmp_path)]) == 2
    assert "no lesson is named '02'" in capsys.readouterr().err


def test_what_slips_through_one_check_is_one_group_with_its_count():
    from grader.verify import page, results
    from grader.verify.campaign import ACCEPTED, CAUGHT, REFUSED, Exercised, Try

    def tried(kind, status, n):
        return [Try("pair", kind, f"{kind} {i}", status, 5, 5) for i in range(n)]

    tries = tried("loss", ACCEPTED, 2) + tried("setting: units", ACCEPTED, 30)
    tries += tried("frozen", CAUGHT, 4) + tried("names", REFUSED, 1)
    found = [Exercised("02_two", "pair", (), tries, 1.0)]
    told = results.slipped(found)
    assert told.splitlines()[0] == "02_two pair: 32 wrong answers are accepted"
    assert told.index("30 × [setting: units]") < told.index("2 × [loss]")
    assert "an honest answer is refused  [names]" in told and len(told.splitlines()) < 10
    html = page.page(found, 0, None)
    assert "29 more of this kind" in html and all(t.what in html for t in tries if t.bad)


def test_the_kinds_named_beside_deepcrimes_are_made():
    page = (ROOT / "grader" / "verify" / "README.md").read_text("utf-8")
    rows = [line.split("|") for line in page.splitlines() if re.match(r"\| [A-Z]{3} \|", line)]
    assert len({row[1].strip() for row in rows}) == len(rows) == 24
    named = {kind for row in rows for kind in re.findall(r"`([^`]+)`", row[3])} - {"Input"}
    made = {kind for kinds in json.loads(FOUND.read_text()).values() for kind in kinds}
    assert named and named <= made, f"no exercise has an edit of these kinds: {named - made}"
    assert all(row[3].strip() != "–" or row[4].strip() for row in rows)


def test_stopped_early_it_tells_what_it_knows(tmp_path):
    from grader.verify import results
    from grader.verify.parallel import verify

    class Impatient:
        def start(self, what, total):
            self.steps = []

        def step(self, text=""):
            self.steps.append(text)
            raise KeyboardInterrupt

        def end(self):
            pass

    block = FUNCTION.format(second=9, expected="expect.outputs(2)")
    one = HEAD.format(visible="expect.outputs(2)", hidden="expect.outputs(2)", free="", text="")
    lesson(tmp_path, one + "# %% [markdown]\n# One more.\n" + block[block.index("# %% solution") :])
    found = verify(tmp_path, sample=3, jobs=1, progress=Impatient())
    assert (
        [e.exercise for e in found] == ["pair", "block"] and found[1].tries and not found[1].error
    )
    assert "stopped before" in found[0].error and not found[0].tries
    assert (
        not results.good(found)
        and "stopped before" in results.slipped(found)
        and "could not be tried" in results.table(found)
    )


def test_the_courses_checks_stand_a_sample():
    """A seeded sample over every exercise of the course, as `grader verify --sample 3` takes it.

    What each operator finds in each reference answer is kept in found.json. Where a lesson has changed on purpose, write it anew:
    FOUND_ANEW=1 python -m pytest tests/verify -k stand_a_sample
    """
    from grader.verify import results
    from grader.verify.parallel import verify

    found = verify(ROOT, sample=6 if EVERYTHING else 3, seed=20)
    edits = {f"{e.lesson}/{e.exercise}": dict(sorted(e.found.items())) for e in found}
    if os.environ.get("FOUND_ANEW"):
        FOUND.write_text(json.dumps(edits, indent=1, sort_keys=True) + "\n")
    slipped = {(e.exercise, t.kind) for e in found for t in e.tries if t.bad}
    assert not any(e.error for e in found) and slipped <= RIGHT_TOO, results.slipped(found)
    kept = json.loads(FOUND.read_text())
    assert {name: kinds for name, kinds in edits.items() if kinds != kept.get(name)} == {}
    assert edits.keys() == kept.keys()
    total = results.counts(t for e in found for t in e.tries)
    assert total["caught"] > 200 and total["kept"] > 100
