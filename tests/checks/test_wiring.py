"""The wiring: the reference graph, ways, branches and shortcuts; right ones that look different, wrong ones that look right."""

import pytest

from grader.checks import Report, check, expect
from tests.checks.helpers import line, met, told


@pytest.fixture(scope="module")
def L(keras):
    return keras.layers


def block(keras, shortcut_from="input", plus=True, projection=False, late=False):
    """Two convolutions with batch normalisation and a shortcut; the ways to get it wrong leave summary and count alone."""
    L = keras.layers
    x = keras.Input((8, 8, 4), name="image")
    first = L.Conv2D(4, 3, padding="same", name="first")(x)
    a = L.Activation("relu")(L.BatchNormalization()(first))
    b = L.Conv2D(4, 3, padding="same", name="second")(a)
    short = {"input": x, "first": first, "relu": a}[shortcut_from]
    if projection:
        short = L.Conv2D(4, 1, name="shortcut")(short)
    y = b + short if plus else L.add([short, b])
    return keras.Model(x, L.Dense(3)(L.GlobalAveragePooling2D()(L.ReLU()(y))))


def inception(keras, tensor="x", depths=(1, 2, 3), pool=True):
    L = keras.layers
    x = keras.Input((8, 8, 4))
    other = L.Conv2D(4, 1, name="other")(x)
    ends = []
    for depth in depths:
        y = other
        for i in range(depth):
            y = L.Conv2D(4, 3 if i else 1, padding="same", activation="relu")(y)
        ends.append(y)
    if pool:
        ends.append(
            L.Conv2D(4, 1)(L.AveragePooling2D(3, 1, padding="same")(x if tensor == "X" else other))
        )
    return keras.Model(x, L.Concatenate()(ends))


def test_the_same_graph_however_it_is_written(keras):
    wanted = expect.same_graph(block(keras))
    assert met(block(keras, plus=False), wanted)
    copy = keras.models.clone_model(block(keras))
    assert met(copy, wanted)


def test_several_references_are_several_right_graphs(keras):
    wanted = expect.same_graph(block(keras), block(keras, shortcut_from="relu"))
    assert met(block(keras), wanted) and met(block(keras, shortcut_from="relu"), wanted)
    x = keras.Input((4,))
    assert not met(keras.Model(x, keras.layers.Dense(4)(x)), wanted)


def test_a_shortcut_from_elsewhere_is_not_the_same_graph(keras):
    said = told(block(keras, shortcut_from="relu"), expect.same_graph(block(keras)))
    assert "image" in said and "which tensor" in said
    assert met(block(keras), expect.same_graph(block(keras), free=("units",)))


def test_a_reference_can_be_kept_from_the_line(keras):
    wrong = line(block(keras, shortcut_from="relu"), expect.same_graph(block(keras), show="own"))
    assert "Look near" in wrong.look and "expected" not in wrong.found


def test_a_failing_graph_requirement_draws_the_students_own_graph(keras):
    model = block(keras, shortcut_from="relu")
    for requirement in (
        expect.same_graph(block(keras)),
        expect.skip("Conv2D", "Conv2D"),
        expect.path("Dense", "Conv2D"),
        expect.branches(3),
        expect.shared("Conv2D"),
        expect.nested(),
    ):
        only = line(model, requirement)
        assert only.drawing and only.drawing.startswith("<svg") and "Conv2D" in only.drawing, (
            requirement.title
        )
        assert only.drawing_alt
        report = check(model, requirement)
        assert Report.from_data(report.to_data()) == report


def test_a_shortcut_is_known_by_what_it_goes_past(keras):
    whole = expect.skip("Conv2D", "Conv2D")
    for plus in (True, False):
        assert met(block(keras, plus=plus), whole)
        assert met(
            block(keras, plus=plus),
            expect.skip("Conv2D", "Conv2D", projection=False, start="Input", times=1),
        )
        assert not met(block(keras, "relu", plus), whole) and not met(
            block(keras, "first", plus), whole
        )
        assert met(block(keras, "relu", plus), expect.skip("Conv2D")) and not met(
            block(keras, plus=plus), expect.skip("Conv2D")
        )
    assert "another tensor" in told(block(keras, "relu"), whole)
    assert met(block(keras), expect.skip())


def test_a_shortcut_with_a_projection(keras):
    projected = block(keras, projection=True)
    assert met(projected, expect.skip("Conv2D", "Conv2D")) and met(
        projected, expect.skip("Conv2D", "Conv2D", projection=True)
    )
    assert met(projected, expect.skip("Conv2D", "Conv2D", projection="Conv2D"))
    assert "must have no layer" in told(
        projected, expect.skip("Conv2D", "Conv2D", projection=False)
    )
    assert "layer of its own" in told(
        block(keras), expect.skip("Conv2D", "Conv2D", projection=True)
    )


def test_a_concatenation_is_no_residual_shortcut(keras, L):
    x = keras.Input((8, 8, 4))
    y = L.Conv2D(4, 3, padding="same")(L.Conv2D(4, 3, padding="same")(x))
    model = keras.Model(x, L.concatenate([x, y]))
    assert "no Add" in told(model, expect.skip("Conv2D", "Conv2D"))
    assert met(model, expect.skip("Conv2D", "Conv2D", into="Concatenate"))
    sums = keras.Model(x, y + L.Conv2D(4, 1)(x))
    assert met(sums, expect.skip("Conv2D", "Conv2D"))
    apart = keras.Input((8, 8, 4))
    assert "none of them goes past" in told(
        keras.Model([x, apart], L.Conv2D(4, 1)(x) + L.Conv2D(4, 1)(apart)), expect.skip()
    )


def test_several_shortcuts_are_counted(keras, L):
    x = keras.Input((8,))
    y = x
    for _ in range(3):
        y = L.add([y, L.Dense(8, "relu")(y)])
    model = keras.Model(x, L.Dense(1)(y))
    assert met(model, expect.skip("Dense", times=3))
    finding = expect.skip("Dense", times=2).judge(model)
    assert "Exactly 2" in finding.look and finding.drawing.count(">shortcut<") == 3


def test_branches_side_by_side(keras):
    model = inception(keras)
    each = [["AveragePooling2D", "Conv2D"], ["Conv2D"], ["Conv2D"] * 2, ["Conv2D"] * 3]
    assert met(model, expect.branches(4)) and met(
        model, expect.branches(4, into="Concatenate", start="same", each=each)
    )
    assert "Exactly 3" in told(model, expect.branches(3))
    assert "no Add" in told(model, expect.branches(4, into="Add"))
    assert "one branch is" in told(
        inception(keras, depths=(1, 2, 2)), expect.branches(4, each=each)
    )


def test_a_branch_from_another_tensor_is_noticed(keras):
    slip = inception(keras, tensor="X")
    assert "begin at another tensor" in told(slip, expect.branches(4, start="same"))
    assert not met(slip, expect.branches(4))


def test_branches_with_a_layer_in_common_are_not_side_by_side(keras, L):
    x = keras.Input((8,))
    a = L.Dense(4, name="common")(L.Dense(4)(x))
    b = L.Dense(4)(a)
    c = L.Dense(4)(L.Dense(4)(x))
    assert "'common' in common" in told(
        keras.Model(x, L.concatenate([a + 0.0, b, c])), expect.branches(3)
    )


def test_two_readers_are_branches_from_inputs(keras, L):
    a, b = keras.Input((9,), dtype="int32"), keras.Input((9,), dtype="int32")
    read = [L.LSTM(4)(L.Embedding(20, 3)(t)) for t in (a, b)]
    model = keras.Model([a, b], L.Dense(5)(L.concatenate(read)))
    assert met(model, expect.branches(2, start="inputs", each=[["Embedding", "LSTM"]] * 2))
    assert not met(model, expect.branches(2, start="same"))
    assert not met(inception(keras), expect.branches(4, start="inputs"))


def test_ways_through_the_graph(keras):
    model = block(keras)
    assert met(model, expect.path("Conv2D", "Conv2D", "Add", "Dense")) and met(
        model, expect.path("Input", "first", "second", "Dense")
    )
    assert "no Conv2D after it" in told(model, expect.path("Add", "Conv2D"))
    assert "no LSTM" in told(model, expect.path("LSTM", "Dense"))
    assert met(model, expect.path("Conv2D", "BatchNormalization", direct=True))
    assert "directly" in told(model, expect.path("Conv2D", "Conv2D", direct=True))


def test_a_way_to_a_certain_output(keras, L):
    x = keras.Input((8,))
    h = L.Dense(4, name="body")(x)
    model = keras.Model(x, [L.Dense(1, name="head")(h), L.Dropout(0.5)(x)])
    assert met(model, expect.path("body", "head", output=0)) and not met(
        model, expect.path("Dense", output=1)
    )
    assert "output is missing" in told(model, expect.path("Dense", output=2))


@pytest.mark.parametrize("swapped", [False, True])
def test_a_dict_of_outputs_goes_by_its_keys(keras, swapped):
    def model(as_dict):
        x = keras.Input((8,))
        style = keras.layers.Dense(4, activation="softmax", name="style")(x)
        price = keras.layers.Dense(1, name="price")(x)
        if swapped and as_dict:
            return keras.Model(x, {"style": price, "price": style})
        return keras.Model(x, {"style": style, "price": price} if as_dict else [style, price])

    assert met(model(True), expect.same_graph(model(False))) is not swapped


def test_outputs_are_counted_as_the_drawing_counts_them_and_one_box_ends_the_way(keras):
    x = keras.Input((4,))
    D = keras.layers.Dense
    first = D(3)(D(2)(x))
    model = keras.Model(x, [first, D(5)(first)])
    requirement = expect.path("Dense", "Dense", "Add", output=1)
    finding = requirement.judge(model)
    assert "up to output 2" in str(check(model, requirement))
    assert finding.drawing.count(">the way ends here<") == 1
    assert ">here<" not in expect.shared("Dense", times=5).judge(model).drawing
