"""What is remembered of checks: by content, on disk, for every student and every run, and never an accident."""

import pytest

from grader.engine.cache import Verdicts, worth_keeping
from grader.engine.cell_run import Run
from grader.engine.grade_submission import Limits, grade_one
from grader.engine.runner import Ways
from grader.engine.sandbox import abilities
from tests.engine import lessons

STACK = "net = keras.Sequential([keras.Input((3,)), layers.Dense(4), layers.Dense(2)])"
walled = pytest.mark.skipif(not abilities().enough, reason="this machine has no sandbox")


def judged(lesson, answers, verdicts):
    """Scores, and how many checks were run and not remembered."""
    kept, put = [], verdicts.put
    verdicts.put = lambda key, runs: kept.append(key) or put(key, runs)
    data = lessons.submission(lesson, answers)
    result = grade_one(data, lesson, Limits(), Ways(verdicts=verdicts))
    verdicts.put = put
    return [c.score for c in result.cells if c.points], len(kept)


def test_a_verdict_outlives_the_process_that_reached_it(tmp_path):
    run = Run("ok", "", {"lines": []}, "2")
    Verdicts(tmp_path, "v1").put("key", [run])
    Verdicts(tmp_path, "v1").put("other", "needs weights")
    assert (
        Verdicts(tmp_path, "v1").get("key") == [run]
        and Verdicts(tmp_path, "v1").get("other") == "needs weights"
    )
    assert Verdicts(tmp_path, "v2").get("key") is None
    assert Verdicts(tmp_path, "v1", fresh=True).get("key") is None


def test_a_damaged_file_counts_as_nothing_kept(tmp_path):
    Verdicts(tmp_path).put("key", [Run("ok")])
    (file,) = tmp_path.rglob("*.json")
    for text in (
        "",
        "{",
        '{"runs": 3}',
        '{"runs": [{"odd": 1}]}',
        '{"run": {}}',
        "[]",
        file.read_text()[:-3],
    ):
        file.write_text(text)
        assert Verdicts(tmp_path).get("key") is None
    assert not list(tmp_path.rglob(".new-*"))


def test_accidents_are_not_kept():
    line = {"status": "met"}
    assert worth_keeping(Run("ok", "", {"lines": [line]})) and worth_keeping(Run("ok", value="2"))
    for run in (
        Run("timed out"),
        Run("died"),
        Run("raised", "MemoryError"),
        Run("ok", "", {"lines": [line, {"status": "raised"}]}),
    ):
        assert not worth_keeping(run)


@walled
def test_equal_answers_with_other_numbers_in_their_names_are_judged_once(tmp_path):
    lesson = lessons.lesson(
        (
            "net",
            STACK,
            "2 if [type(l).__name__ for l in net.layers] == ['Dense', 'Dense'] else 0",
            "",
        )
    )
    verdicts = Verdicts(tmp_path)
    assert judged(lesson, {"net": STACK + " # a"}, verdicts) == ([2], 1)
    assert judged(
        lesson, {"net": "layers.Dense(7), layers.Dense(8)\n" + STACK}, Verdicts(tmp_path)
    ) == ([2], 0)
    assert judged(lesson, {"net": STACK.replace("Dense(4)", "Dense(5)")}, Verdicts(tmp_path)) == (
        [2],
        1,
    )


@walled
def test_a_check_that_says_a_numbered_name_sees_the_students_own(tmp_path):
    lesson = lessons.lesson(("net", STACK, "2 if net.layers[-1].name == 'dense_3' else 0", ""))
    assert judged(lesson, {"net": STACK + " # a"}, Verdicts()) == ([0], 1)
    assert judged(lesson, {"net": "layers.Dense(7), layers.Dense(8)\n" + STACK}, Verdicts()) == (
        [2],
        1,
    )


@walled
def test_a_verdict_that_hangs_on_a_call_is_not_kept(tmp_path):
    lesson = lessons.lesson(("f", "def f(n):\n    return n", "2 if f(3) == 3 else 0", ""))
    assert judged(lesson, {"f": "def f(n):\n    return n # a"}, Verdicts(tmp_path)) == ([2], 0)
    assert judged(lesson, {"f": "def f(n):\n    return n + 1"}, Verdicts(tmp_path)) == ([0], 0)


def document(*named, extra=None):
    steps = [
        {"do": "layer", "class": f"layers.{kind}", "config": {"t": "dict", "v": [["name", name]]}}
        for kind, name in named
    ]
    return {"values": {"extra": extra}, "steps": steps}


@pytest.mark.parametrize(
    "before, extra, after",
    [
        ([("Dense", "dense_4"), ("Dense", "dense_7")], None, ["dense", "dense_1"]),
        ([("Dense", "dense_7"), ("Dense", "dense_4")], None, ["dense_1", "dense"]),
        (
            [("Dense", "dense"), ("Dense", "dense_9"), ("Conv2D", "conv2d_3")],
            None,
            ["dense", "dense_1", "conv2d"],
        ),
        ([("Dense", "head_3"), ("Dense", "dense_4")], None, ["head_3", "dense"]),
        ([("Dense", "dense_4"), ("Flatten", "dense")], None, ["dense_4", "dense"]),
        ([("Dense", "dense_4")], {"dense_4_loss": 1}, ["dense_4"]),
        ([("Dense", "dense_4")], "of dense_4", ["dense_4"]),
    ],
)
def test_only_names_that_keras_gave_and_nobody_says_are_counted_anew(before, extra, after):
    from grader.carry.canonical_names import renumber

    made = document(*before, extra=extra)
    renumber(made)
    assert [step["config"]["v"][0][1] for step in made["steps"]] == after and made["values"][
        "extra"
    ] == extra
