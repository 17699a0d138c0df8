"""One submission in two processes: what comes from the student, what is the judge's own, what is remembered."""

import dataclasses
import time
from types import SimpleNamespace

import pytest

from grader.engine import runner
from grader.engine.cache import Verdicts
from grader.engine.grade_submission import Limits, grade_one
from grader.engine.process import server
from grader.engine.runner import Ways
from grader.engine.sandbox import SandboxError, abilities
from tests.engine import lessons

pytestmark = pytest.mark.skipif(not abilities().enough, reason="this machine has no sandbox")
DENSE = "net = keras.Sequential([keras.Input((3,)), layers.Dense(2)])"


def score(lesson, answers, ways=Ways(verdicts=None), **more):
    result = grade_one(lessons.submission(lesson, answers, **more), lesson, Limits(), ways)
    return {c.grade_id: c.score for c in result.cells if c.points}


def test_only_names_that_the_solution_binds_come_from_the_student():
    lesson = lessons.lesson(("n", "n = 3", "n == 3 and x_test.sum() == 12 and 2 or 0", ""))
    assert score(lesson, {"n": "n = 3\nx_test = np.zeros(1)\nkeras = None"}) == {"check-n": 2}
    assert score(lesson, {"n": "m = 3"}) == {"check-n": 0}


def test_an_import_in_the_solution_is_the_judges_own():
    lesson = lessons.lesson(("n", "import math\nn = math.pi", "n == math.pi and 2 or 0", ""))
    assert score(lesson, {"n": "import math\nn = math.pi"}) == {"check-n": 2}
    assert score(lesson, {"n": "class math: pi = 1\nn = 1"}) == {"check-n": 0}


def test_a_check_sees_the_answer_as_it_was_when_its_turn_came():
    lesson = lessons.lesson(
        ("a", "model = 1", "model == 1 and 2 or 0", ""),
        ("b", "model = 2", "model == 2 and 2 or 0", ""),
    )
    assert score(lesson, {"a": "model = 1", "b": "model = 2\n# mine"}) == {
        "check-a": 2,
        "check-b": 2,
    }


def test_weights_are_carried_when_a_check_reads_them():
    check = "2 if float(abs(net.predict(x_test, verbose=0) - 6).max()) == 0 else 0"
    lesson = lessons.lesson(
        ("net", DENSE + "\nnet.set_weights([np.full((3, 2), 2.0), np.zeros(2)])", check, "")
    )
    right = DENSE + "\nnet.set_weights([np.full((3, 2), 2.0), np.zeros(2)]) # mine"
    assert score(lesson, {"net": right}) == {"check-net": 2}
    assert score(lesson, {"net": right.replace("2.0", "1.0")}) == {"check-net": 0}


def test_a_remembered_verdict_asks_for_the_weights_again():
    lesson = lessons.lesson(
        ("net", DENSE, "2 if float(abs(net.predict(x_test, verbose=0)).sum()) == 0 else 0", "")
    )
    ways = Ways(verdicts=Verdicts())
    zero, grade_submission = (
        DENSE + "\nnet.set_weights([np.zeros((3, 2)), np.zeros(2)])",
        DENSE + "\nnet.set_weights([np.ones((3, 2)), np.zeros(2)])",
    )
    assert [
        score(lesson, {"net": answer}, ways)
        for answer in (zero, grade_submission, zero + " ", grade_submission + " ")
    ] == [{"check-net": 2}, {"check-net": 0}, {"check-net": 2}, {"check-net": 0}]


def test_weights_that_change_when_asked_for_again_reach_nobody_elses_verdict():
    lesson = lessons.lesson(
        ("net", DENSE, "2 if float(abs(net.predict(x_test, verbose=0)).sum()) == 0 else 0", "")
    )
    ways = Ways(verdicts=Verdicts())
    zero, grade_submission = (
        f"{DENSE}\nnet.set_weights([np.{fill}((3, 2)), np.zeros(2)])" for fill in ("zeros", "ones")
    )
    fickle = f"""{grade_submission}
import grader.carry.weights as carried
real, asked = carried.send, []
def send(link):
    asked.append(1)
    net.set_weights([np.full((3, 2), 0.0 if len(asked) % 2 else 1.0), np.zeros(2)])
    return real(link)
carried.send = send"""
    assert score(lesson, {"net": grade_submission}, ways) == {
        "check-net": 0
    }  # by now it is known that the weights decide
    score(lesson, {"net": fickle}, ways)
    assert score(lesson, {"net": zero}, ways) == {"check-net": 2}


@pytest.mark.parametrize("weights", ["b''", "b'FKW1 and no more'", "real(link)[:-1]"])
def test_where_weights_do_not_come_no_check_looks_at_others_in_their_place(weights):
    check = (
        "check(net, expect.that(lambda m: bool(m.predict(x_test, verbose=0).sum() == 7)), "
        "expect.that(lambda m: m.predict(x_test, verbose=0).shape == (4, 2)), points=2)"
    )
    lesson = lessons.lesson(
        ("net", DENSE, check, ""), setup=lessons.SETUP + "\nfrom grader.checks import check, expect"
    )
    lost = f"{DENSE}\nimport grader.carry.weights as carried\nreal = carried.send\ncarried.send = lambda link: {weights}"
    result = grade_one(
        lessons.submission(lesson, {"net": lost}), lesson, Limits(), Ways(verdicts=None)
    ).of("check-net")
    assert result.score == 0 and "cannot be looked at" in result.reason and result.status == "unmet"


def test_a_function_among_the_settings_of_a_layer_is_refused():
    lesson = lessons.lesson(("net", DENSE, "2 if net.count_params() == 8 else 0", ""))
    own = "class Mine(keras.Layer):\n    pass\n" + DENSE.replace(
        "Dense(2)", "Dense(2, activation=lambda x: x)"
    )
    assert score(lesson, {"net": own}) == {"check-net": 0}


def test_equal_graphs_are_judged_once():
    lesson = lessons.lesson(("net", DENSE, "net.count_params() == 8 and 2 or 0", ""))
    verdicts = Verdicts()
    for n in range(3):
        assert score(lesson, {"net": f"{DENSE} # {n}"}, Ways(verdicts=verdicts)) == {"check-net": 2}
    assert len(verdicts.known) == 1


def test_a_worked_example_is_run_only_where_an_answer_needs_it():
    lesson = lessons.lesson(
        ("n", "n = 3", "n == 3 and 2 or 0", ""), examples=("helper = 3\nopen('/nowhere/x')",)
    )
    assert score(lesson, {"n": "n = 3 # mine"}) == {"check-n": 2}
    assert score(lesson, {"n": "n = helper"}) == {"check-n": 2}
    assert score(lesson, {"n": "n = globals()['hel' + 'per']"}) == {"check-n": 2}


def test_an_answer_in_a_cell_of_ones_own_counts():
    lesson = lessons.lesson(("n", "n = 3", "n == 3 and 2 or 0", ""))
    assert score(lesson, {"n": "n = mine"}, extra=["mine = 3"]) == {"check-n": 2}


def test_a_check_leaves_nothing_behind_for_the_next_one():
    lesson = lessons.lesson(
        ("a", "a = 1", "leak = 5\na == 1 and 2 or 0", "'leak' not in globals() and 2 or 0")
    )
    assert score(lesson, {"a": "a = 1 # mine"}) == {"check-a": 2, "hidden-a": 2}


def test_results_do_not_depend_on_what_was_judged_before():
    lesson = lessons.lesson(
        (
            "a",
            DENSE.replace("net", "a"),
            "round(float(a(x_test)[0, 0]) * 0 + keras.random.uniform(()).numpy().item(), 6)",
            "",
        ),
        ("b", "b = 1", "round(keras.random.uniform(()).numpy().item(), 6)", ""),
    )
    both = score(lesson, {"a": DENSE.replace("net", "a") + " # mine"})
    alone = score(lesson, {"a": "a = 7"})
    assert both["check-b"] == alone["check-b"] != 0


def test_a_machine_without_walls_refuses_and_says_why(monkeypatch):
    from grader.engine import grade_submission

    monkeypatch.setattr(
        grade_submission,
        "abilities",
        lambda: dataclasses.replace(abilities(), enough=False, lacking=("no Landlock",)),
    )
    monkeypatch.delenv("GRADER_NO_SANDBOX", raising=False)
    with pytest.raises(SandboxError, match="no Landlock.*--no-sandbox"):
        grade_submission.default_ways()
    monkeypatch.setenv("GRADER_NO_SANDBOX", "1")
    assert grade_submission.default_ways() == grade_submission.PLAIN


def test_a_set_up_cell_between_exercises_serves_every_check_after_it():
    first = (
        lessons.cell("solution", "a = 1", "a"),
        lessons.cell("check", "a == 1 and 2 or 0", "a", 2),
    )
    late = lessons.cell("setup", "late = 5", grade_id="setup-2")
    second = (
        lessons.cell("solution", "b = 5", "b"),
        lessons.cell("check", "b == late and 2 or 0", "b", 2),
        lessons.cell("hidden", "b == late and 2 or 0", "b", 2),
    )
    cells = [lessons.cell("setup", lessons.SETUP), *first, late, *second]
    lesson = lessons.Lesson.from_notebook("tiny", lessons.notebook(cells))
    assert score(lesson, {"a": "a = 1 # mine", "b": "b = 5 # mine"}) == {
        "check-a": 2,
        "check-b": 2,
        "hidden-b": 2,
    }


def test_a_function_that_does_not_end_is_not_waited_for_again_and_again(monkeypatch):
    from grader.engine import runner

    asked, ask = [], runner._Conductor.ask
    monkeypatch.setattr(
        runner._Conductor,
        "ask",
        lambda self, process, head, *rest, **more: (
            asked.append(head["do"]),
            ask(self, process, head, *rest, **more),
        )[1],
    )
    check = "good = 0\nfor n in range(5):\n    try: good += f(n) == n\n    except RuntimeError: pass\n2 if good == 5 else good / 5"
    lesson = lessons.lesson(("f", "def f(n):\n    return n", check, check))
    limits = Limits(cell_cpu=1, cell_wall=30, total_cpu=30)

    def scores(answer):
        asked.clear()
        result = grade_one(
            lessons.submission(lesson, {"f": answer}), lesson, limits, Ways(verdicts=None)
        )
        return {c.grade_id: c.score for c in result.cells if c.points}

    assert (
        scores("def f(n):\n    while True: pass") == {"check-f": 0, "hidden-f": 0}
        and asked.count("call") == 2
    )
    assert (
        scores("def f(n):\n    while n == 1: pass\n    return n")["check-f"] == 0.8
        and asked.count("call") == 7
    )
    assert scores("def f(n):\n    return n\nwhile True: pass") == {"check-f": 2, "hidden-f": 2}


def test_no_check_is_charged_with_the_lessons_own_set_up():
    burn = "import time\nend = time.process_time() + {}\nwhile time.process_time() < end: pass\n"
    check = burn.format(2) + "2 if n == 3 else 0"
    lesson = lessons.lesson(("n", "n = 3", check, ""), setup=lessons.SETUP + "\n" + burn.format(3))
    limits = Limits(cell_cpu=4, cell_wall=120, total_cpu=60, total_wall=240)
    assert (
        grade_one(
            lessons.submission(lesson, {"n": "n = 3  # mine"}), lesson, limits, Ways(verdicts=None)
        ).score
        == 2
    )


def test_a_function_that_builds_layers_is_called_by_every_check_anew():
    check = (
        "start = keras.Input((3,))\nmade = keras.Model(start, f(f(start, 4), {}))\n"
        "2 if made.count_params() == {} and not base.layers[0].trainable and made.predict(x_test, verbose=0).shape == (4, {}) else 0"
    )
    answer = (
        "base = keras.Sequential([keras.Input((3,)), layers.Dense(2)])\n"
        "def f(x, n):\n    base.trainable = False\n    return layers.Dense(n)(x)"
    )
    lesson = lessons.lesson(
        ("f", answer, check.format(5, 16 + 25, 5), check.format(6, 16 + 30, 6)),
        ("last", "last = 1", "2 if last == 1 else 0", ""),
    )
    assert score(lesson, {"f": answer + "  # mine"}) == {
        "check-f": 2,
        "hidden-f": 2,
        "check-last": 2,
    }


@pytest.mark.parametrize("share, seconds", [(0.0, 10), (0.5, 20), (1.0, None), (9.0, None)])
def test_the_clock_stands_while_others_have_the_processors(share, seconds, monkeypatch):
    """Who burns time in many processes is stopped by that time; whom it keeps waiting is not stopped by the clock."""
    clock, stopped = [0.0], []
    process = SimpleNamespace(
        cpu_seen=0.0,
        cpu=lambda: 0.0,
        waited=lambda: {"1": share * clock[0], "2": 0.0},
        interrupt=lambda: stopped.append(clock[0]),
    )
    monkeypatch.setattr(runner, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    budget = SimpleNamespace(cpu=100.0, end=60.0)
    conductor = SimpleNamespace(limits=Limits(cell_wall=10, cell_cpu=100), budget=budget)
    watch = runner._Watch(conductor, process)
    while clock[0] < 40 and not stopped:
        clock[0] += 0.25
        watch()
    assert [round(t) for t in stopped] == ([seconds] if seconds else [])
    assert budget.end == pytest.approx(60 + min(share, 1) * (clock[0] - 0.25))


@pytest.mark.parametrize(
    "missing",
    [
        ("private /proc",),  # a container that covers parts of its /proc
        ("root", "private /proc"),
        ("namespaces",),  # Docker's own profile
        ("namespaces", "control-group", "not-root"),
        ("root",),
        ("control-group",),
        ("landlock",),
        ("seccomp",),
    ],
    ids=" ".join,
)
def test_honest_answers_keep_their_points_on_a_machine_that_lacks_walls(missing):
    """TensorFlow looks at its process's own entry in /proc when it starts, in a fork of the judge too, and ends it where it cannot."""
    still = "2 if float(abs(net.predict(x_test, verbose=0)).sum()) > 0 else 0"
    trained = (
        "net.compile('sgd', 'mse')\n"
        "2 if net.fit(x_test, np.zeros((len(x_test), 2)), verbose=0).history['loss'][0] >= 0 else 0"
    )
    lesson = lessons.lesson(
        ("net", DENSE, still, ""),
        ("other", "other = 2", "other == 2 and 2 or 0", ""),
        ("more", DENSE.replace("net", "more"), trained.replace("net", "more"), ""),
    )
    answers = {"net": f"{DENSE} # mine", "other": "other = 1 + 1"}
    answers["more"] = answers["net"].replace("net", "more") + "\nmore.predict(x_test, verbose=0)"
    scores = score(lesson, answers, Ways(missing, verdicts=None))
    assert scores == {"check-net": 2, "check-other": 2, "check-more": 2}


def test_what_a_hidden_check_calls_with_is_not_told_by_the_process_that_comes_after():
    """The function ends its process when the hidden check calls it; the cells that run again know that, and what they say now is not shown."""
    lesson = lessons.lesson(
        ("f", "def f(n):\n    return n", "f(3) == 3 and 2 or 0", "f(37) == 37 and 2 or 0"),
        ("other", "other = 1", "other == 1 and 2 or 0", ""),
    )
    server()  # what is told is told by the clock: no time for a start in it
    late = time.time() + 12
    ending = f"""
import os, time
def f(n):
    if n != 3:
        time.sleep(max(0, {late} - time.time()))
        os._exit(1)
    return n"""
    telling = (
        f"import time\nif time.time() > {late} - 0.5:\n    raise ValueError('so late')\nother = 1"
    )
    data = lessons.submission(lesson, {"f": ending, "other": telling})
    result = grade_one(data, lesson, Limits(), Ways(verdicts=None))
    assert result.of("hidden-f").score == 0
    assert "so late" not in str(result.cells)
