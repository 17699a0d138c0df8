"""A verdict is a function of what was handed in: nothing that one answer does changes another's, or gets a second try.

Each attack stands in `corpus/verdicts.py`, and succeeds where the defence that is named there is left out.
"""

import json

import pytest

from grader.engine import process, runner
from grader.engine.cache import Verdicts
from grader.engine.grade_submission import Limits, grade_one
from grader.engine.runner import Ways
from grader.engine.sandbox import abilities
from tests.attacks.vault import corpus
from tests.engine import lessons

pytestmark = pytest.mark.skipif(not abilities().enough, reason="this machine has no sandbox")
SETUP = lessons.SETUP + "\nfrom grader.checks import check, expect"
NET = "keras.Sequential([keras.Input((3,)), layers.Dense(2)])"


def text(name):
    """An attack of the corpus."""
    return next(a.source for a in corpus() if a.name == name) + "\n"


def graded(lesson, answers, without=(), verdicts=None, **more):
    data = lessons.submission(lesson, answers, **more)
    result = grade_one(data, lesson, Limits(), Ways(without=without, verdicts=verdicts))
    return {c.grade_id: c for c in result.cells}


def scores(lesson, answers, without=(), **more):
    return {n: c.score for n, c in graded(lesson, answers, without, **more).items() if c.points}


@pytest.fixture(scope="module")
def weak_server():
    """A warm server whose judges can leave out the defences that are named."""
    process.server()
    ordinary, process._server = process._server, process.Server("tests.attacks.weakened")
    yield
    process._server.close()
    process._server = ordinary


# What the student's end says of the net instead of what it is: a loss that names another class of Keras.
POISON = text("a compile setting that names another class of Keras")
LAMBDA = (
    '{"class_name": "LambdaCallback", "module": "keras.callbacks", "registered_name": None, '
    '"config": {"on_epoch_end": {"class_name": "function", "module": "keras.losses", '
    '"config": "mse", "registered_name": "mse"}}}'
)
NAMED = (  # a form that Keras' own `get` or `from_config` would follow, and where it stands
    LAMBDA,
    '{"class_name": "Layer", "module": "keras.layers", "registered_name": None, "config": {}}',
    '{"deep": [[' + LAMBDA + "]]}",
)


@pytest.mark.parametrize("form", NAMED)
def test_no_compile_setting_names_a_class_of_its_own_choice(form, weak_server):
    check = "2 if getattr(net, 'why_not_compiled', None) else 0"
    told = "str(getattr(net, 'why_not_compiled', None))"
    lesson = lessons.lesson(("net", f"net = {NET}", check, ""))
    answer = POISON.replace("SETTING", "loss").replace("FORM", form)
    assert scores(lesson, {"net": answer}) == {"check-net": 2}
    lesson = lessons.lesson(("net", f"net = {NET}", told, ""))
    said = graded(lesson, {"net": answer})["check-net"].reason
    assert "proper form" in said
    assert "proper form" not in graded(lesson, {"net": answer}, ("forms",))["check-net"].reason


BASE = SETUP + f"\nbase = {NET}"
FREEZING = (
    (
        "prepare",
        "def prepare(model):\n    model.trainable = False\n    return model",
        "prepare(base).trainable and 1 or 2",
        "",
    ),
    ("n", "n = 1", "2 if base.trainable and len(base.trainable_weights) == 2 else 0", ""),
)


def test_freezing_a_model_of_the_set_up_changes_no_other_exercises_verdict(weak_server):
    lesson = lessons.lesson(*FREEZING, setup=BASE)
    freezes = text("a model of the set-up is frozen for those who come after")
    whole = {"prepare": freezes, "n": "n = 1  # mine"}
    assert scores(lesson, whole) == {"check-prepare": 2, "check-n": 2}
    poisoned = Verdicts()
    assert scores(lesson, whole, ("fork",), verdicts=poisoned)["check-n"] == 0
    kind = {"prepare": "def prepare(model):\n    return model", "n": "n = 1  # another's"}
    assert scores(lesson, kind, ("fork",), verdicts=poisoned)["check-n"] == 0  # and was remembered


def test_every_check_meets_what_set_up_left_whatever_was_judged_before():
    """In every order of four exercises, each alone too, each check says the same of what it meets."""
    import itertools

    meets = (
        "str((base.trainable, len(base.trainable_weights), x_test.tolist() == np.ones((4, 3)).tolist(), found, "
        "keras.config.floatx(), layers.Dense(1).name, np.random.rand(), round(float(np.sum(base.get_weights()[0])), 5)))"
    )
    spoils = {
        "a": "base.trainable = False; found.append(1)",
        "b": "x_test += 1; base.set_weights([np.zeros((3, 2)), np.zeros(2)])",
        "c": "keras.config.set_floatx('float64'); layers.Dense(1)",
        "d": "base.compile('sgd', 'mse'); base.fit(x_test, x_test[:, :2], verbose=0)",
    }
    setup = BASE + "\nfound = []"
    said = {}
    orders = [*itertools.permutations("abcd")][::5] + list("abcd")
    for order in orders:
        exercises = [(e, f"{e} = 1", f"told = {meets}\n{spoils[e]}\ntold", "") for e in order]
        lesson = lessons.lesson(*exercises, setup=setup)
        cells = graded(lesson, {e: f"{e} = 1  # mine" for e in order})
        for e in order:
            said.setdefault(e, set()).add(cells[f"check-{e}"].reason)
    assert all(len(texts) == 1 for texts in said.values()), said


TWO = ("n", "n = 1", "2 if n == 1 else 0", "2 if n == 2 else 0")
CHANGING = text("another answer for each check")


def test_an_exercise_has_one_answer_for_all_its_checks():
    lesson = lessons.lesson(TWO)
    assert scores(lesson, {"n": CHANGING}) == {"check-n": 2, "hidden-n": 0}
    assert scores(lesson, {"n": CHANGING}, ("one-answer",)) == {"check-n": 2, "hidden-n": 2}


def test_a_cell_between_two_checks_of_an_exercise_changes_nothing():
    lesson = lessons.lesson(TWO)

    def between(cells):
        at = next(n for n, c in enumerate(cells) if c["id"] == "check-n")
        return [*cells[: at + 1], lessons.cell("example", "n = 2"), *cells[at + 1 :]]

    assert scores(lesson, {"n": "n = 1  # mine"}, edit=between) == {"check-n": 2, "hidden-n": 0}


RECORDED = (
    (
        "f",
        "def f(n):\n    return n",
        "check(f, expect.calling(3).gives(expect.value(3)), points=2)",
        "check(f, expect.calling(48151623).gives(expect.value(48151623)), points=2)",
    ),
    ("seen", "seen = 1", "check(seen, expect.value(1), points=2)", ""),
)
RECORDS = text("a hidden check's arguments are kept for a later answer")


@pytest.mark.parametrize("tells", ["seen = calls[-1]", "raise ValueError(str(calls))"])
def test_what_a_hidden_check_calls_with_comes_back_in_nothing_that_is_shown(tells):
    lesson = lessons.lesson(*RECORDED, setup=SETUP)
    answers = {"f": RECORDS, "seen": tells}

    def told(without):
        cells = graded(lesson, answers, without)
        assert cells["hidden-f"].score == 2
        shown = [[c.reason, c.report] for n, c in cells.items() if "hidden" not in n]
        return json.dumps(shown).replace(",", "")

    assert "48151623" not in told(())
    assert "48151623" in told(("hidden-last",))


def test_a_function_keeps_the_names_it_was_given_with_until_its_hidden_check():
    """A helper of the same name in a later answer is another one."""
    call = "2 if f(1) == 2 else 0"
    lesson = lessons.lesson(
        ("f", "def f(n):\n    return n + 1", call, call),
        ("g", "def g(n):\n    return n * 9", "2 if g(1) == 9 else 0", "2 if g(2) == 18 else 0"),
    )
    answers = {
        "f": "def helper(n):\n    return n + 1\ndef f(n):\n    return helper(n)",
        "g": "def helper(n):\n    return n * 9\ndef g(n):\n    return helper(n)",
    }
    assert set(scores(lesson, answers).values()) == {2}


def test_a_function_that_claims_to_be_data_is_not_called_by_a_hidden_check():
    lesson = lessons.lesson(RECORDED[0], setup=SETUP)
    lies = RECORDS + text("a function that claims to be data")
    assert scores(lesson, {"f": lies})["hidden-f"] == 0


BOMB = text("a report that nobody asked for, of any size")


def test_what_nobody_asked_for_is_not_kept(monkeypatch):
    lesson = lessons.lesson(("n", "n = 1", "2 if n == 1 else 0", ""))
    runs, lost = [], []
    real, died = runner._run_of, runner._lost
    monkeypatch.setattr(
        runner, "_run_of", lambda *a, **k: (runs.append(real(*a, **k)), runs[-1])[1]
    )
    monkeypatch.setattr(runner, "_lost", lambda why: (lost.append(str(why)), died(why))[1])

    def more(cells):  # what is said of these is said by the changed worker
        return [*cells, *[lessons.cell("example", "pass  # mine")] * 3]

    small = {"n": BOMB.replace("SIZE", "200000") + "n = 1"}  # 0.8 MB: one message may be so long
    assert scores(lesson, small, edit=more) == {"check-n": 2}
    assert len(runs) > 4 and not any(r.report for r in runs) and not lost
    large = {"n": BOMB.replace("SIZE", "4000000") + "n = 1"}
    assert scores(lesson, large, edit=more) == {"check-n": 2} and "beyond all bounds" in str(lost)


SURROGATE = text("half a character in the reason why nothing was given")


@pytest.mark.parametrize("answer", [SURROGATE, "n = '\\ud800'", "raise ValueError('\\ud800')"])
def test_half_a_character_is_in_no_result(answer):
    lesson = lessons.lesson(("n", "n = 1", "check(n, expect.value(1), points=2)", ""), setup=SETUP)
    for cell in graded(lesson, {"n": answer}).values():
        json.dumps([cell.reason, cell.report], ensure_ascii=False).encode("utf-8")


def test_bytes_that_drip_in_are_held_to_the_limits():
    drip = text("a message that drips in")
    lesson = lessons.lesson(("n", "n = 1", "2 if n == 1 else 0", ""))
    limits = Limits(cell_cpu=4, cell_wall=3, total_cpu=20, total_wall=60, restarts=1)
    result = grade_one(lessons.submission(lesson, {"n": drip}), lesson, limits, Ways(verdicts=None))
    assert result.score == 0 and result.seconds < 40


COUNTS = "calls = []\ndef f(n):\n    calls.append(n)\n    return {answers}[min(len(calls), 2) - 1]"


def test_what_one_check_asks_of_one_call_cannot_be_given_by_two():
    asked = "expect.item(0, expect.value(3)), expect.item(1, expect.value(4))"
    check = f"check(f, expect.calling(3).gives({asked}), points=2)"
    lesson = lessons.lesson(("f", "def f(n):\n    return [3, 4]", check, ""), setup=SETUP)
    assert scores(lesson, {"f": COUNTS.format(answers="[[3, 0], [0, 4]]")}) == {"check-f": 1}


def test_a_function_may_be_another_one_in_the_hidden_check():
    """No wall holds this; THREATS.md says what it is worth, and how a lesson is written so that it is worth nothing."""
    visible, hidden = (
        f"check(f, expect.calling(3).gives(expect.value({n})), points=2)" for n in (3, 4)
    )
    lesson = lessons.lesson(("f", "def f(n):\n    return n", visible, hidden), setup=SETUP)
    answers = {"f": COUNTS.format(answers="[3, 4]")}
    assert scores(lesson, answers) == {"check-f": 2, "hidden-f": 2}
    again = hidden[: -len(", points=2)")] + f", {visible[len('check(f, ') :]}"
    lesson = lessons.lesson(("f", "def f(n):\n    return n", visible, again), setup=SETUP)
    assert scores(lesson, answers) == {"check-f": 2, "hidden-f": 1}


@pytest.mark.parametrize("loop", ["all(map(right, [1, 2]))", "[*map(f, [1, 2])] in ([], [2, 4])"])
def test_no_error_of_a_function_ends_the_loop_of_a_check(loop, weak_server):
    check = f"right = lambda n: f(n) == 2 * n\n2 if {loop} else 0"
    lesson = lessons.lesson(("f", "def f(n):\n    return 2 * n", check, ""))
    attack = {"f": text("an error that ends the loop of the check")}
    assert scores(lesson, attack) == {"check-f": 0}
    assert scores(lesson, attack, ("loops",)) == {"check-f": 2}
