"""What a line tells the student to do, tried on the answers that bring it about: a hint that misleads is worse than none."""

import numpy as np
import pytest

from grader.checks import check, expect
from grader.checks.render import as_text, points_text, sentence_case
from tests.checks.helpers import line


def _one(keras, *road):
    x = keras.Input((8,))
    tensor = x
    for layer in road:
        tensor = layer(tensor)
    return keras.Model(x, tensor)


def _two(keras, join):
    a, b = keras.Input((8,)), keras.Input((8,))
    return keras.Model([a, b], join(a, b))


def _joined(k, *widths, turned=False, names=(None, None)):
    ends = [k.Input((width,), name=name) for width, name in zip(widths, names)]
    return k.Model(ends, k.layers.Concatenate()(ends[::-1] if turned else ends))


def _short_tower(k):
    return _one(k, k.layers.Dense(20, "relu", name="twenty"), k.layers.Dense(1))


def _add(k):
    return _two(k, lambda a, b: k.layers.Add(name="both")([a, b]))


def _average(k):
    return _two(k, lambda a, b: k.layers.Average()([a, b]))


def _shared(k, use):
    """One LSTM called twice, of which only the results in `use` lead on."""
    a, b = k.Input((5, 3)), k.Input((5, 3))
    read = k.layers.LSTM(4, name="reader")
    both = [read(a), read(b)]
    return k.Model([a, b], k.layers.Concatenate()([both[i] for i in use] + [a[:, 0], b[:, 0]]))


def _wrong_axis(k):
    a, b = k.Input((4, 6)), k.Input((4, 6))
    return k.Model([a, b], k.layers.Concatenate(axis=1, name="join")([a, b]))


def _reading(k, masked):
    x = k.Input((7,), dtype="int32")
    return k.Model(x, k.layers.LSTM(3)(k.layers.Embedding(20, 4, mask_zero=masked)(x)))


TABLE = {
    "a layer is missing, and another one looks like it": (
        _short_tower,
        lambda k: expect.layer("Dense", units=40, activation="relu"),
        "Set units=40 in 'twenty'. If that layer is right as it is, the one asked for is missing.",
    ),
    "a layer at a known place": (
        _short_tower,
        lambda k: expect.layer("Dense", at=0, units=40, activation="relu"),
        "Set units=40 in 'twenty'.",
    ),
    "a way that ends too early": (
        _short_tower,
        lambda k: expect.path("Dense", "Dense", "Dense", direct=True),
        "The way is too short: a Dense is left out, or a layer that isn't asked for stands between.",
    ),
    "inputs in each other's places": (
        lambda k: _joined(k, 2, 9),
        lambda k: expect.same_graph(_joined(k, 9, 2)),
        "These inputs stand in each other's places: list them in keras.Model in the order asked for.",
    ),
    "an input of another shape": (
        lambda k: _joined(k, 2, 9),
        lambda k: expect.same_graph(_joined(k, 2, 8)),
        "Change these settings of the layer.",
    ),
    "differences of two kinds": (
        lambda k: _joined(k, 4, 2, turned=True),
        lambda k: expect.same_graph(_joined(k, 4, 3)),
        "Change these settings of the layer. Look at the order of the inputs or outputs that is named.",
    ),
    "names at the wrong inputs": (
        lambda k: _joined(k, 4, 2, names=("b", "a")),
        lambda k: expect.inputs(4, 2, names=["a", "b"]),
        "The shapes stand in the right order, the names don't: 'a' is the one of shape (4,).",
    ),
    "names of inputs that look alike": (
        lambda k: _joined(k, 4, 4, names=("b", "a")),
        lambda k: expect.inputs(4, 4, names=["a", "b"]),
        "The names are right, their order is not: list the inputs of keras.Model in the order asked for.",
    ),
    "counted from 0": (
        lambda k: (3, 1),
        lambda k: expect.value((4, 2)),
        "Each number is 1 too small: the first is counted as 1 here, not as 0.",
    ),
    "the other way round": (
        lambda k: (2, 4),
        lambda k: expect.value((4, 2)),
        "These are the right entries, in another order.",
    ),
    "no entry is right": (lambda k: (5, 5), lambda k: expect.value((4, 2)), "None of them is right yet."),
    "another class": (_add, lambda k: expect.same_graph(_average(k)), "Put an Average where 'both' stands."),
    "another setting": (
        lambda k: _one(k, k.layers.Dense(3)),
        lambda k: expect.same_graph(_one(k, k.layers.Dense(4))),
        "Change these settings of the layer.",
    ),
    "layers are missing, nothing is frozen": (
        lambda k: _one(k, k.layers.Dense(2)),
        lambda k: expect.parameters(trainable=900),
        "There are too few weights: compare the layers, and their sizes, with those asked for.",
    ),
    "nothing is frozen": (
        lambda k: _one(k, k.layers.Dense(2)),
        lambda k: expect.parameters(18, trainable=0),
        "The weights are all there, and more of them are trained than asked for: set trainable = False for the layers that are to stay.",
    ),
    "frozen too much": (
        lambda k: _one(k, k.layers.Dense(2, trainable=False)),
        lambda k: expect.parameters(trainable=18, non_trainable=0),
        "The weights are all there, and fewer of them are trained than asked for: look for a trainable = False too much.",
    ),
    "a result that nobody takes": (
        lambda k: _shared(k, [0]),
        lambda k: expect.shared("LSTM", times=2),
        "Call one and the same layer exactly 2 times, and use every result: a call that leads to no output is not part of the model.",
    ),
    "order counts in the join": (
        lambda k: _two(k, lambda a, b: k.layers.Dense(1)(k.layers.Subtract(name="apart")([a, b]))),
        lambda k: expect.symmetric(),
        "One and the same layer must read both inputs. And order counts in Subtract 'apart': join the two with something for which it doesn't.",
    ),
    "two readers": (
        lambda k: _two(k, lambda a, b: k.layers.Multiply()([k.layers.Dense(3)(a), k.layers.Dense(3)(b)])),
        lambda k: expect.symmetric(),
        "One and the same layer must read both inputs.",
    ),
    "another axis": (
        _wrong_axis,
        lambda k: expect.outputs((4, 12)),
        "Look at axis= where tensors are joined: 'join' has axis=1, which is not the last axis.",
    ),
    "a list of tensors": (
        lambda k: [k.Input((3,)), k.Input((3,))],
        lambda k: expect.inputs(3, 3),
        "These are tensors inside a graph. Make the model from its two ends: keras.Model(inputs, outputs).",
    ),
    "one number for a pair": (
        lambda k: 6,
        lambda k: expect.one_of((6, 10), [6, 10]),
        "A tuple or a list is asked for.",
    ),
    "metrics by names of the check": (
        lambda k: _compiled(k),
        lambda k: expect.compiled(metrics={"price": ["mae"], "style": ["accuracy"]}),
        "Name the outputs 'price' and 'style': name= of the layers that make them.",
    ),
}  # fmt: skip


def _compiled(k):
    x = k.Input((8,))
    model = k.Model(x, [k.layers.Dense(1, name="cost")(x), k.layers.Dense(3, name="kind")(x)])
    model.compile("adam", ["mse", "mse"], metrics=[["mae"], ["mse"]])
    return model


@pytest.mark.parametrize("case", TABLE)
def test_a_hint_says_what_to_do(keras, case):
    answer, requirement, hint = TABLE[case]
    only = line(answer(keras), requirement(keras))
    assert only.status == "unmet"
    assert only.look == hint


def test_what_was_found_is_the_students_not_the_checks(keras):
    asked = expect.compiled(
        loss={"price": "mse", "style": "mse"}, metrics={"price": ["mae"], "style": ["mae"]}
    )
    only = line(_compiled(keras), asked)
    assert (
        only.found == "2 outputs named 'cost' and 'kind'"
    )  # once, though two settings are asked for


def test_a_mask_is_called_a_mask(keras):
    for mine, asked in ((True, False), (False, True)):
        only = line(_reading(keras, mine), expect.same_graph(_reading(keras, asked)))
        assert "mask_zero=True of an Embedding makes it" in only.found
        assert "NotEqual" not in only.found


def test_only_layers_that_may_be_meant_as_one_are_marked(keras):
    def model():
        a, b = keras.Input((8,)), keras.Input((8,))
        tensor = keras.layers.Add()([keras.layers.Dense(6)(a), keras.layers.Dense(6)(b)])
        tensor = keras.layers.Dense(5, activation="relu")(tensor)
        return keras.Model([a, b], keras.layers.Dense(1, activation="sigmoid")(tensor))

    only = line(model(), expect.shared("Dense", times=2))
    assert "Dense(6)" in only.drawing_alt
    assert "relu" not in only.drawing_alt and "sigmoid" not in only.drawing_alt


def test_what_cannot_be_carried_is_told_so_by_every_requirement():
    class NotCarried:
        stands_for = "nothing"
        why_not_carried = "the layer 'lambda' is made of code"

    report = check(
        NotCarried(), expect.inputs(3), lambda model: model.fit, expect.value(3), expect.shape(3)
    )
    first, *others = report.lines
    assert "the layer 'lambda' is made of code" in first.found and "keras.ops" in first.look
    assert {other.status for other in others} == {"unmet"}
    assert "NotCarried" not in str(report) and "Assign a Keras model" not in str(report)
    assert str(report).count("not looked at") == 1  # three lines told as one


def test_a_name_that_is_not_there_is_told_with_its_line():
    code = compile("def f(x):\n    y = x\n    return missing\n", "<ipython-input-3-abc>", "exec")
    space: dict = {}
    exec(code, space)
    only = line(space["f"], expect.calling(3).gives(expect.value(3)))
    assert (
        only.look
        == "A name in the body, in line 3 of its cell, is not defined: is it misspelt, or not imported?"
    )


def test_titles_and_points_are_written_as_a_person_would():
    assert sentence_case("the number of layers") == "The number of layers"
    assert sentence_case("encoder: the inputs") == "encoder: the inputs"
    assert sentence_case("predicted_shape is a tuple") == "predicted_shape is a tuple"
    told = {
        2 / 3: "⅔",
        4 / 3: "1⅓",
        0.5: "0.5",
        3: "3",
        1 / 6: "⅙",
        0.25: "0.25",
        0: "0",
        2 / 7: "0.29",
    }
    assert {value: points_text(value) for value in told} == told
    text = as_text(check(np.float32(4), expect.value(3)))
    assert "look at" not in text.lower() and "hint:" in text


def test_the_notebook_says_at_once_what_cannot_be_judged_later(keras):
    from grader.checks.ipython_errors import _unjudgeable

    class Own(keras.layers.Layer):
        def call(self, x):
            return x * 2

    fine = _one(keras, keras.layers.Dense(3, activation="relu"))
    own = _one(keras, keras.layers.Dense(3), Own(name="mine"))
    names = {"fine": fine, "own": own, "pair": {"a": own}, "check": check}
    assert _unjudgeable(names, ["check", "fine", "missing"]) == []
    assert len(_unjudgeable({"deep": {"a": [fine, {"b": own}]}}, ["deep"])) == 1
    from grader.checks.memo import looked_at

    check(lambda: own, expect.calling().gives(expect.layers(Dense=1)))
    (told,) = _unjudgeable(names, ["check"], looked_at)
    assert told.startswith("A model that your function returns can't be judged")
    check({"own": own}, expect.item("own", expect.layers(Dense=1)))
    assert _unjudgeable(names, ["own"], looked_at) == _unjudgeable(names, ["own"])
    check(fine, expect.layers(Dense=1))
    assert _unjudgeable(names, [], looked_at) == []
    for name in ("own", "pair"):
        (told,) = _unjudgeable(names, [name, name])
        assert told.startswith(f"{name!r} can't be judged after you hand it in: 'mine': ")
