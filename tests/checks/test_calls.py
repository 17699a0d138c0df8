"""Functions and parts: what a student's function returns, and entries of dicts and lists."""

import numpy as np
import pytest

from grader.checks import check, expect
from tests.checks.helpers import line, met, told


def test_a_function_is_judged_by_what_it_returns():
    want = expect.calling(64, 32).gives(expect.value(2080))
    assert met(lambda n, units: n * units + units, want)
    assert "2,048" in told(lambda n, units: n * units, want)
    assert "(64, 32)" in told(lambda n: n, want) and line(lambda n: n, want).status == "raised"
    assert "function is asked for" in told(2080, want)
    assert "ZeroDivisionError" in told(lambda a, b: a / 0, want)


def test_a_function_that_returns_nothing():
    def stub(a, b): ...

    def forgetful(a, b):
        c = a + b

    want = expect.calling(1, 2).gives(expect.value(3))
    assert line(stub, want).status == "not attempted"
    assert "return" in line(forgetful, want).look
    assert line(lambda a, b: ..., want).status == "not attempted"


def test_a_function_can_not_spoil_the_arguments_of_the_next_call():
    data = np.ones(3)

    def spoil(x):
        x *= 0
        return x.sum()

    check(spoil, expect.calling(data).gives(expect.value(0)))
    assert data.sum() == 3


def test_one_broken_call_is_one_raised_line():
    report = check(
        lambda: 1 / 0,
        expect.calling().gives(expect.value(1), expect.value(2), expect.shape(3)),
        points=3,
    )
    assert [entry.status for entry in report.lines] == [
        "raised",
        "unmet",
        "unmet",
    ] and report.score == 0


def test_a_group_can_be_weighed_as_a_whole():
    report = check(
        lambda: 1,
        expect.calling().gives(expect.value(1), expect.value(2)).worth(1),
        expect.instance("function").worth(1),
        points=4,
    )
    assert [entry.points for entry in report.lines] == [1, 1, 2]
    assert (
        check(
            lambda: 1,
            expect.calling().gives(expect.value(2)).needed(),
            expect.instance("object"),
            points=4,
        ).score
        == 0
    )


def test_a_builder_of_models(keras):
    def build(units):
        return keras.Sequential([keras.Input((4,)), keras.layers.Dense(units)])

    want = [expect.calling(n).gives(expect.parameters(5 * n), expect.outputs(n)) for n in (3, 7)]
    assert check(build, *want, points=4).score == 4
    assert check(lambda units: build(3), *want, points=4).score == 2

    def forgets(units):
        build(units)

    nothing = check(forgets, want[0]).lines[0]
    assert nothing.status == "unmet" and "return" in nothing.look


def test_a_function_of_tensors_is_judged_as_the_model_it_makes(keras):
    L = keras.layers
    want = expect.calling(keras.Input((8, 8, 4))).gives(
        expect.inputs((8, 8, 4)),
        expect.outputs((8, 8, 4)),
        expect.skip("Conv2D", "Conv2D"),
        expect.shape(None, 8, 8, 4),
        expect.dtype("float32"),
    )

    def residual(x):
        return x + L.Conv2D(4, 3, padding="same")(L.Conv2D(4, 3, padding="same")(x))

    def plain(x):
        return L.Conv2D(4, 3, padding="same")(L.Conv2D(4, 3, padding="same")(x))

    def other(x):
        return L.Conv2D(4, 3, padding="same")(keras.Input((8, 8, 4)))

    def too_small(x):
        return L.Conv2D(4, 9)(L.Conv2D(4, 3)(x))

    def a_model(x):
        return keras.Model(x, residual(x))

    assert check(residual, want, points=5).score == 5 and check(residual, want, points=5).score == 5
    assert check(plain, want, points=5).score == 4
    assert "must be called on what the function was given" in check(other, want).lines[0].look
    assert check(too_small, want).lines[0].status == "raised"
    assert (
        check(a_model, want).score == 0
        and "return the tensor itself" in check(a_model, want).lines[0].look
    )
    assert "(None, 8, 8, 4)" in check(residual, want).lines[0].title


def test_functions_of_several_tensors(keras):
    want = expect.calling([keras.Input((3,)), keras.Input((3,))], scale=2).gives(
        expect.inputs(3, 3), expect.outputs(3), expect.layers(Add=1)
    )
    assert check(lambda pair, scale: (pair[0] + pair[1]) * scale, want).score == 1
    assert check(lambda pair, scale: pair[0] * scale, want).score < 1


def test_each_call_makes_layers_of_its_own(keras):
    L = keras.layers
    kept, norm = {}, L.BatchNormalization()
    want = expect.calling(keras.Input((4,)), 3).anew()
    assert check(lambda x, n: L.Dense(n)(x), want).score == 1
    assert check(lambda x, n: x * n, want).score == 1
    assert "in common" in check(lambda x, n: kept.setdefault(n, L.Dense(n))(x), want).lines[0].found
    assert check(lambda x, n: L.Dense(n)(norm(x)), want).score == 0
    assert check(lambda x, n: ..., want).lines[0].status == "not attempted"
    assert check(lambda x: x, want).lines[0].status == "raised"


def test_entries_of_a_dict_or_a_list(keras):
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
    want = expect.item("encoder", expect.parameters(15)), expect.item("count", expect.value(15))
    assert check({"encoder": model, "count": 15}, *want, points=2).score == 2
    half = check({"encoder": model, "count": ...}, *want, points=2)
    assert (
        half.score == 1
        and half.lines[1].status == "not attempted"
        and half.lines[1].title.startswith("count")
    )
    assert "no entry 'count'" in check({"encoder": model}, *want).lines[1].found
    assert (
        check(
            [model, 7], expect.item(1, expect.value(7)), expect.item(5, expect.value(7)), points=2
        ).score
        == 1
    )
    assert check(3, *want).lines[0].status == "unmet"


def test_authors_slips_raise():
    for slip in (
        lambda: expect.item("a"),
        lambda: expect.calling(1).gives(),
        lambda: expect.item("a", 3),
    ):
        with pytest.raises(TypeError):
            slip()


def test_a_function_of_a_tensor_returns_a_tensor_not_a_model(keras):
    def block(x):
        return keras.layers.Dense(3)(x)

    want = expect.calling(keras.Input((4,))).gives(expect.outputs(3))
    assert met(block, want)
    assert "return the tensor itself" in told(lambda x: keras.Model(x, block(x)), want)


def test_no_line_of_a_call_tells_a_hidden_check_what_it_called_with(keras):
    """Neither its title, nor its hint, nor what the function wrote: an error, its class, what it returns and what was expected of it."""

    def tells(text):
        raise type(text, (Exception,), {})(text)

    def known(text):
        raise ValueError(text)

    secret = expect.calling("SECRET")
    wants = [
        secret.gives(expect.value({"SECRET": 2})),
        secret.anew(),
        expect.item("f", secret.gives(expect.item("n", expect.value(1)))),
        lambda f: f("SECRET") == 1 if callable(f) else f["f"]("SECRET"),
    ]
    for f in (tells, known, lambda text: {text: 1}, lambda text: None):
        for want in wants:
            for value in (f, {"f": f}):
                for one in check(value, want).lines:
                    assert one.called and "SECRET" not in str(vars(one.without_arguments()))
    (line,) = check(known, secret.gives(expect.value(1))).lines
    told = line.without_arguments()
    assert told.title == "called with other values: the value"
    assert (told.found, told.look) == ("the function raised ValueError", "")
    (line,) = check(known, secret.anew()).lines
    assert line.without_arguments().title == "called twice with other values"
    (line,) = check(lambda text: print(end=""), secret.gives(expect.value(1))).lines
    assert line.without_arguments().found == "the function returned None"


def test_a_line_that_called_nothing_is_told_whole(keras):
    (line,) = check(44, expect.value(45)).lines
    assert line.without_arguments() == line
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    (line,) = check(model, expect.parameters(7)).lines
    assert line.without_arguments() == line


def test_a_title_can_be_told_without_what_the_function_was_called_with():
    from grader.checks.wording import without_arguments

    told = {
        "called with (20, [12, 9], 4): the graph": "called with other values: the graph",
        "called with ('a: (b', {'k': 3}, start=1): value": "called with other values: value",
        "called with (3): called with ([1]): parameters": "called with other values: called with other values: parameters",
        "called with ([a Sequential, a Functi…: the graph": "called with other values: the graph",
        "called with ()": "called with other values",
        "called twice with (7,777, name='it')": "called twice with other values",
        "the graph": "the graph",
    }
    assert {title: without_arguments(title) for title in told} == told
