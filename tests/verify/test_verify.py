"""`grader verify`: it makes wrong models and honest variants of any exercise, and names what a weak check lets through."""

import gc
import json
from pathlib import Path

import pytest

from grader.engine.unread import defer

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module", autouse=True)
def as_in_verifys_own_processes(keras):
    """A variable draws its values when they are read, and what was imported is not looked through for garbage."""
    undo = defer()
    gc.collect()
    gc.freeze()
    yield
    undo()
    gc.unfreeze()


HEAD = '''\
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
'''
STRONG = 'expect.same_graph(right()), expect.compiled(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"], learning_rate=0.001)'
FUNCTION = '''\
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
'''


def lesson(tmp_path, text):
    place = tmp_path / "solutions" / "01_tiny"
    place.mkdir(parents=True, exist_ok=True)
    (place / "01_tiny.py").write_text(text)
    return place


def tried(place, **more):
    from grader.verify.lesson import cells, exercises, set_up
    from grader.verify.trying import exercised

    for remembered in (cells, exercises, set_up):
        remembered.cache_clear()
    return exercised(exercises(place)[0], **more)


def pair(tmp_path, visible=STRONG, hidden=STRONG, free="", text="", **more):
    return tried(lesson(tmp_path, HEAD.format(visible=visible, hidden=hidden, free=free, text=text)), **more)


def accepted(found):
    return {t.kind.partition(":")[0] for t in found.tries if t.status == "accepted"}


def test_a_strong_check_catches_every_kind_and_refuses_no_variant(keras, tmp_path):
    found = pair(tmp_path)
    assert not [t for t in found.tries if t.bad]
    caught = {t.kind.partition(":")[0] for t in found.tries if t.status == "caught"}
    assert caught >= {"setting", "layer dropped", "layer doubled", "branch dropped", "branch doubled", "merge reordered", "another merge",
                      "skip from elsewhere", "wired elsewhere", "sharing broken", "loss", "metric", "optimizer", "learning rate", "frozen",
                      "not compiled", "two edits"}
    kept = {t.kind for t in found.tries if t.status == "kept"}
    assert kept >= {"names", "order of creation", "activation apart", "merge commuted", "operator", "initializers", "compile spelt otherwise",
                    "axis", "linear activation", "two edits"}
    # relu → relu of the same layer, the same inputs swapped back: such edits make the same graph, and there are few of them
    assert sum(t.status == "equal" for t in found.tries) < 0.1 * len(found.tries)


@pytest.mark.parametrize("weak, slips", [
    ("expect.inputs(4, 4), expect.outputs(2)", {"setting", "layer dropped", "another merge", "sharing broken", "loss", "frozen"}),
    ("expect.same_graph(right())", {"loss", "metric", "optimizer", "learning rate", "not compiled"}),
    ('expect.compiled(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"], learning_rate=0.001), expect.same_graph(right(), free=("units",))',
     {"setting"}),
    ('expect.same_graph(right()), expect.compiled(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])', {"learning rate"}),
])
def test_a_weak_check_is_told_what_it_lets_through(keras, tmp_path, weak, slips):
    found = pair(tmp_path, weak, weak, sample=None if slips == {"setting"} else 50)  # of all settings, one
    assert accepted(found) - {"two edits"} >= slips
    if slips == {"setting"}:
        assert {t.kind for t in found.tries if t.status == "accepted"} <= {"setting: units", "two edits"}
    wrong = next(t for t in found.tries if t.status == "accepted" and t.kind.startswith("setting")) if "setting" in slips else None
    assert wrong is None or wrong.lines and "<svg" in wrong.drawing


def test_a_check_that_is_too_strict_refuses_variants(keras, tmp_path):
    strict = STRONG + ', expect.that(lambda model: [layer.name for layer in model.layers][-1] == "answer" and len(model.layers) == 8, title="eight layers")'
    found = pair(tmp_path, strict, strict, sample=45)
    refused = {t.kind for t in found.tries if t.status == "refused"}
    assert "activation apart" in refused
    assert all("ight layers" in t.told for t in found.tries if t.status == "refused")


def test_what_is_free_is_said_and_counted_apart(keras, tmp_path):
    weak = 'expect.same_graph(right()), expect.compiled(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])'
    found = pair(tmp_path, weak, weak, free=' free="learning rate"', text="The learning rate is yours to choose.", sample=45)
    assert not [t for t in found.tries if t.bad]
    assert {t.kind for t in found.tries if t.status == "free"} == {"learning rate"}


def test_free_must_stand_in_the_students_text(tmp_path):
    from grader.authoring.rules import problems
    from grader.authoring.source import SourceError, read_source

    def told(free, text):
        place = lesson(tmp_path, HEAD.format(visible=STRONG, hidden=STRONG, free=free, text=text))
        return [p.reason for p in problems("x.py", read_source(place / "01_tiny.py"))]

    assert not told(' free="learning rate, setting: units"', "Learning rate and units are free.")
    assert any('says "units"' in reason for reason in told(' free="learning rate, setting: units"', "The learning rate is free."))
    with pytest.raises(SourceError, match="solution cells only"):
        place = lesson(tmp_path, HEAD.format(visible=STRONG, hidden=STRONG, free="", text="").replace('check="pair"', 'check="pair" free="units"'))
        read_source(place / "01_tiny.py")


def test_functions_are_varied_in_what_they_return(keras, tmp_path):
    good = tried(lesson(tmp_path, FUNCTION.format(second=9, expected="expect.same_graph(right(9))")))
    assert not [t for t in good.tries if t.bad], [t for t in good.tries if t.bad]
    assert {t.kind for t in good.tries} >= {"argument ignored", "setting: units", "layer dropped", "activation apart"}


def test_a_function_deaf_to_its_argument_slips_through_a_check_that_asks_once(keras, tmp_path):
    weak = tried(lesson(tmp_path, FUNCTION.format(second=9, expected="expect.outputs(2)")))
    assert "argument ignored" in accepted(weak)


def test_a_reference_that_fails_is_told_and_nothing_else_stops(keras, tmp_path):
    found = tried(lesson(tmp_path, FUNCTION.format(second=9, expected="expect.outputs(2)").replace("def block(x, units):", "1 / 0\ndef block(x, units):")))
    assert "ZeroDivisionError" in found.error and not found.tries
    wrong = pair(tmp_path, "expect.outputs(3)", STRONG)
    assert [t.kind for t in wrong.tries] == ["reference"] and wrong.tries[0].status == "refused"


def test_the_same_seed_tries_the_same(keras, tmp_path):
    one, two, other = (pair(tmp_path, sample=12, seed=seed) for seed in (1, 1, 2))
    assert [(t.kind, t.what, t.status) for t in one.tries] == [(t.kind, t.what, t.status) for t in two.tries]
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
    from grader.cli import main

    weak = HEAD.format(visible="expect.outputs(2)", hidden="expect.same_graph(right())", free="", text="")
    lesson(tmp_path, weak)
    assert main(["verify", "--root", str(tmp_path), "--sample", "25", "--jobs", "1", "--json", str(tmp_path / "out.json")]) == 1
    told = capsys.readouterr().out
    assert "pair: a wrong answer is accepted  [not compiled]" in told and "1/1" in told
    data = json.loads((tmp_path / "out.json").read_text())
    assert data["wrong"]["accepted"] == sum(len(e["slipped"]) for e in data["exercises"]) > 0 == data["honest"]["refused"]
    page = (tmp_path / ".grader" / "verify.html").read_text()
    assert "A wrong answer is accepted" in page and "<script" not in page
    assert main(["verify", "02", "--root", str(tmp_path)]) == 2
    assert "no lesson is named '02'" in capsys.readouterr().err


def test_stopped_early_it_tells_what_it_knows(tmp_path):
    from grader.verify import results
    from grader.verify.many import verify

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
    lesson(tmp_path, one + "# %% [markdown]\n# One more.\n" + block[block.index("# %% solution"):])
    found = verify(tmp_path, sample=3, jobs=1, progress=Impatient())
    assert [e.exercise for e in found] == ["pair", "block"] and found[1].tries and not found[1].error
    assert "stopped before" in found[0].error and not found[0].tries
    assert not results.good(found) and "stopped before" in results.slipped(found) and "could not be tried" in results.table(found)


def test_the_courses_checks_stand_a_sample():
    """A seeded sample over every exercise of the course, as `grader verify --sample 6` takes it."""
    from grader.verify import results
    from grader.verify.many import verify

    found = verify(ROOT, sample=6, seed=20)
    assert results.good(found), results.slipped(found)
    total = results.counts(t for e in found for t in e.tries)
    assert total["caught"] > 400 and total["kept"] > 200
