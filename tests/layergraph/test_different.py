"""Models that look the same and are not: each difference is found and named."""

import numpy as np
import pytest

import layergraph as lg
from tests.layergraph import model_zoo
from tests.layergraph.conftest import unread_inputs


def told(expected, actual, kind, *words):
    """The one difference between two models, after checking its kind and that its text says these words."""
    diff = lg.compare(expected, actual)
    assert not diff.equal
    assert lg.signature(expected) != lg.signature(actual)
    assert [change.kind for change in diff.changes] == [kind], str(diff)
    for word in words:
        assert word in diff.changes[0].text
    return diff.changes[0]


def test_a_skip_from_the_wrong_tensor(keras):
    right, wrong = model_zoo.residual(keras), model_zoo.residual(keras, skip="y")
    assert right.count_params() == wrong.count_params()
    told(right, wrong, "wiring", "'shortcut'", "expected Input")


def test_two_layers_where_one_was_asked_for(keras):
    right, wrong = model_zoo.siamese(keras), model_zoo.siamese(keras, shared=False)
    told(right, wrong, "sharing", "LSTM(32)", "one layer called twice")
    told(wrong, right, "sharing", "expected separate layers")


def test_a_second_encoder_where_one_was_to_be_called_twice(keras):
    right, wrong = model_zoo.encoder_twice(keras), model_zoo.encoder_twice(keras, shared=False)
    change = told(right, wrong, "sharing", "Conv2D", "Dense(16)")
    assert len(change.actual_calls) == 4


def test_swapped_heads(keras):
    told(
        model_zoo.posts(keras),
        model_zoo.posts(keras, swapped=True),
        "order",
        "outputs",
        "'question'",
        "then",
    )


def test_swapped_inputs_of_the_model(build):
    a, b = build.Input((3,)), build.Input((5,))
    y = build.layers.concatenate([a, b])
    told(build.Model([a, b], y), build.Model([b, a], y), "order", "inputs")


@pytest.mark.parametrize("kind", ["Subtract", "Concatenate"])
def test_swapped_inputs_of_a_merge(build, kind):
    a, b = build.Input((3,), name="a"), build.Input((3,), name="b")
    merge = getattr(build.layers, kind)
    told(
        build.Model([a, b], merge()([a, b])),
        build.Model([a, b], merge()([b, a])),
        "order",
        kind,
        "another order",
    )


def test_one_changed_kernel_is_one_line(keras):
    change = told(
        model_zoo.inception(keras),
        model_zoo.inception(keras, kernel=5),
        "changed",
        "kernel_size is (5, 5), expected (3, 3)",
    )
    assert len(change.actual_calls) == 1


def test_a_branch_left_out_is_one_line(keras):
    told(
        model_zoo.inception(keras),
        model_zoo.inception(keras, branches="abc"),
        "missing",
        "Conv2D",
        "before Concatenate",
    )
    told(model_zoo.inception(keras, branches="abc"), model_zoo.inception(keras), "extra", "Conv2D")


def test_another_pooling_is_another_class(keras):
    told(
        model_zoo.posts(keras),
        model_zoo.posts(keras, pooled=False),
        "changed",
        "GlobalAveragePooling1D",
        "should be GlobalMaxPooling1D",
    )


def test_a_change_inside_time_distributed(keras):
    told(
        model_zoo.every_frame(keras),
        model_zoo.every_frame(keras, 32),
        "changed",
        "units is 32, expected 64",
    )


def test_one_odd_branch_among_many(keras):
    change = told(
        model_zoo.equal_branches(keras, 20),
        model_zoo.equal_branches(keras, 20, odd=7),
        "changed",
        "activation is 'linear', expected 'relu'",
    )
    assert len(change.actual_calls) == 1


def test_a_sum_left_out_before_an_activation(build):
    layers, x = build.layers, build.Input((8, 8, 4))

    def model(add):
        y = layers.Conv2D(4, 3, padding="same")(x)
        return build.Model(x, layers.ReLU()(y + x if add else y))

    told(model(True), model(False), "missing", "Add is missing", "before Activation(relu)")
    told(model(False), model(True), "extra", "Add")


def test_another_merge_is_one_line(build):
    layers, x = build.layers, build.Input((4,))
    y = layers.Dense(4)(x)
    told(
        build.Model(x, layers.add([y, x])),
        build.Model(x, layers.concatenate([y, x])),
        "changed",
        "should be Add",
    )


def test_a_frozen_layer(build):
    def model(trainable):
        return build.Sequential(
            [build.Input((3,)), build.layers.Dense(4, trainable=trainable), build.layers.Dense(2)]
        )

    told(model(True), model(False), "changed", "it is frozen, expected trainable")
    told(model(False), model(True), "changed", "it is trainable, expected frozen")
    assert lg.compare(model(True), model(False), free=["trainable"]).equal


def test_a_frozen_model_whose_layers_were_thawed_again(build):
    def model(frozen=False, nested=False):
        made = build.Sequential([build.Input((4,)), build.layers.Dense(3)])
        made.trainable = not frozen
        made.layers[0].trainable = True
        return (
            build.Sequential([build.Input((4,)), made, build.layers.Dense(2)]) if nested else made
        )

    assert model(True).trainable_weights == []
    told(model(), model(True), "changed", "Dense(3, frozen)", "it is frozen, expected trainable")
    told(model(True), model(), "changed", "it is trainable, expected frozen")
    told(
        model(nested=True),
        model(True, nested=True),
        "changed",
        "Dense(3, frozen)",
        "it is frozen, expected trainable",
    )


def test_one_frozen_weight_of_a_layer(build):
    def model(frozen=None):
        stack = build.Sequential(
            [
                build.Input((3, 2)),
                build.layers.LSTM(4),
                build.layers.BatchNormalization(),
                build.layers.Dense(2),
            ]
        )
        for weight in stack.weights:
            weight.trainable = weight.trainable and weight.path.rpartition("/")[2] != frozen
        return stack

    told(
        model(),
        model("recurrent_kernel"),
        "changed",
        "LSTM",
        "it is partly frozen, expected trainable",
    )
    told(model(), model("gamma"), "changed", "BatchNormalization", "it is partly frozen")
    assert lg.compare(model(), model("moving_mean")).equal


ONE_INPUT = {  # name -> (shape, two functions of the building blocks and the input, kind)
    "constants": ((4,), lambda k, x: x * 2, lambda k, x: x * 3, "changed"),
    "constant or variable order": ((4,), lambda k, x: x - 2, lambda k, x: 2 - x, "changed"),
    "array constants": (
        (2,),
        lambda k, x: x * np.array([1, 2]),
        lambda k, x: x * np.array([1, 3]),
        "changed",
    ),
    "slices": ((5, 4), lambda k, x: x[:, 0], lambda k, x: x[:, 1], "changed"),
    "a slice and an index": ((5, 4), lambda k, x: x[:, :1], lambda k, x: x[:, 1:2], "changed"),
    "dilation and a larger kernel": (
        (32, 32, 3),
        lambda k, x: k.layers.Conv2D(8, 3, dilation_rate=2)(x),
        lambda k, x: k.layers.Conv2D(8, 5)(x),
        "changed",
    ),
    "which state": (
        (6, 3),
        lambda k, x: k.layers.LSTM(4, return_state=True)(x)[1],
        lambda k, x: k.layers.LSTM(4, return_state=True)(x)[2],
        "wiring",
    ),
    "axis of an operation": (
        (4, 4),
        lambda k, x: k.ops.mean(x, axis=1),
        lambda k, x: k.ops.mean(x, axis=2),
        "changed",
    ),
    "axis of a softmax": (
        (4, 4),
        lambda k, x: k.layers.Softmax(axis=1)(x),
        lambda k, x: k.layers.Softmax(axis=2)(x),
        "changed",
    ),
    "slope of an activation": (
        (4,),
        lambda k, x: k.layers.LeakyReLU(negative_slope=0.3)(x),
        lambda k, x: k.ops.leaky_relu(x, negative_slope=0.2),
        "changed",
    ),
    "regularizer": (
        (4,),
        lambda k, x: k.layers.Dense(3, kernel_regularizer="l2")(x),
        lambda k, x: k.layers.Dense(3)(x),
        "changed",
    ),
    "bias": (
        (4,),
        lambda k, x: k.layers.Dense(3)(x),
        lambda k, x: k.layers.Dense(3, use_bias=False)(x),
        "changed",
    ),
    "activation used twice and once": (
        (4,),
        lambda k, x: k.layers.Dense(3, activation="relu")(x),
        lambda k, x: k.layers.Dense(3, activation="sigmoid")(x),
        "changed",
    ),
    "one direction or both": (
        (5, 3),
        lambda k, x: k.layers.Bidirectional(k.layers.LSTM(4))(x),
        lambda k, x: k.layers.LSTM(8)(x),
        "changed",
    ),
    "inside Bidirectional": (
        (5, 3),
        lambda k, x: k.layers.Bidirectional(k.layers.LSTM(4))(x),
        lambda k, x: k.layers.Bidirectional(k.layers.LSTM(5))(x),
        "changed",
    ),
    "how two directions are merged": (
        (5, 3),
        lambda k, x: k.layers.Bidirectional(k.layers.LSTM(4), merge_mode="sum")(x),
        lambda k, x: k.layers.Bidirectional(k.layers.LSTM(4), merge_mode="ave")(x),
        "changed",
    ),
    "training in a call": (
        (4,),
        lambda k, x: k.layers.Dropout(0.5)(x),
        lambda k, x: k.layers.Dropout(0.5)(x, training=True),
        "changed",
    ),
    "a layer at every step": (
        (5, 3),
        lambda k, x: k.layers.TimeDistributed(k.layers.Dense(4))(x),
        lambda k, x: k.layers.TimeDistributed(k.layers.Dense(4, activation="relu"))(x),
        "changed",
    ),
    "functions in a Lambda": (
        (3,),
        lambda k, x: k.layers.Lambda(lambda t: t + 1)(x),
        lambda k, x: k.layers.Lambda(lambda t: t + 2)(x),
        "changed",
    ),
    "order of two layers": (
        (4,),
        lambda k, x: k.layers.Dense(3)(k.layers.BatchNormalization()(x)),
        lambda k, x: k.layers.BatchNormalization()(k.layers.Dense(3)(x)),
        None,
    ),
    "activation before or after a sum": (
        (4,),
        lambda k, x: k.layers.ReLU()(k.layers.Dense(4)(x) + x),
        lambda k, x: k.layers.ReLU()(k.layers.Dense(4)(x)) + x,
        None,
    ),
    "once or twice": (
        (4,),
        lambda k, x: (lambda d: d(x))(k.layers.Dense(4)),
        lambda k, x: (lambda d: d(d(x)))(k.layers.Dense(4)),
        "extra",
    ),
    "a shared chain or two layers": (
        (4,),
        lambda k, x: (lambda d: d(d(x)))(k.layers.Dense(4)),
        lambda k, x: k.layers.Dense(4)(k.layers.Dense(4)(x)),
        "sharing",
    ),
    "dtype": (
        (4,),
        lambda k, x: k.layers.Dense(3)(x),
        lambda k, x: k.layers.Dense(3, dtype="float16")(x),
        "changed",
    ),
    "axes of a concatenation": (
        (4, 4),
        lambda k, x: k.layers.Concatenate(axis=1)([x, x]),
        lambda k, x: k.layers.Concatenate(axis=2)([x, x]),
        "changed",
    ),
    "a softmax over another axis inside a layer": (
        (4, 4),
        lambda k, x: k.layers.Dense(3, activation="softmax")(x),
        lambda k, x: k.layers.Softmax(axis=1)(k.layers.Dense(3)(x)),
        "changed",
    ),
}


@pytest.mark.parametrize("name", ONE_INPUT)
def test_a_difference_that_the_summary_may_not_show(build, name):
    shape, right, wrong, kind = ONE_INPUT[name]
    x = build.Input(shape)
    expected, actual = build.Model(x, right(build, x)), build.Model(x, wrong(build, x))
    diff = lg.compare(expected, actual)
    assert not diff.equal
    assert lg.signature(expected) != lg.signature(actual)
    if kind:
        assert [change.kind for change in diff.changes] == [kind], str(diff)


def test_an_activation_is_not_folded_where_the_layer_itself_is_used(build):
    x = build.Input((4,))
    dense = build.layers.Dense(3)(x)
    used_twice = build.Model(x, [build.layers.ReLU()(dense), dense])
    folded = build.layers.Dense(3, activation="relu")(x)
    assert not lg.compare(used_twice, build.Model(x, [folded, folded])).equal
    assert not lg.compare(used_twice, build.Model(x, [folded, build.layers.Dense(3)(x)])).equal


def test_a_regularized_output_is_not_the_regularized_activation(build):
    x = build.Input((4,))
    inside = build.layers.Dense(3, activation="relu", activity_regularizer="l2")(x)
    apart = build.layers.ReLU()(build.layers.Dense(3, activity_regularizer="l2")(x))
    assert not lg.compare(build.Model(x, inside), build.Model(x, apart)).equal


def test_where_the_state_of_a_decoder_comes_from(build):
    layers = build.layers
    a, b = build.Input((5, 3)), build.Input((5, 3))

    def model(states):
        _, h, c = layers.LSTM(4, return_state=True)(a)
        given = {"both": [h, c], "swapped": [c, h], "none": None}[states]
        return build.Model(
            [a, b], layers.LSTM(4)(b, initial_state=given) + layers.Dense(4)(h) + layers.Dense(4)(c)
        )

    told(model("both"), model("swapped"), "order", "LSTM")
    assert not lg.compare(model("both"), model("none")).equal


def test_query_value_and_key(build):
    layers = build.layers
    a, b, c = inputs = [build.Input((5, 8), name=name) for name in "abc"]

    def model(q, v, k):
        return build.Model(inputs, layers.MultiHeadAttention(2, 4)(q, v, key=k))

    told(model(a, b, c), model(a, c, b), "order", "MultiHeadAttention")
    told(model(a, b, c), model(b, a, c), "order", "MultiHeadAttention")
    assert not lg.compare(model(a, b, b), model(a, b, c)).equal


def test_a_mask_passed_or_not(build):
    layers = build.layers
    x, m = build.Input((5, 3)), build.Input((5,), dtype="bool")
    with_mask = build.Model([x, m], layers.LSTM(4)(x, mask=m))
    told(with_mask, build.Model([x, m], layers.LSTM(4)(x)), "wiring", "mask")


def test_a_mask_passed_to_a_nested_model(build):
    layers = build.layers
    x, m = build.Input((5, 3)), build.Input((5,), dtype="bool")
    inner = build.Sequential([build.Input((5, 3)), layers.LSTM(4)])
    assert not lg.compare(
        build.Model([x, m], inner(x, mask=m)), build.Model([x, m], inner(x))
    ).equal
    assert lg.compare(
        build.Model([x, m], inner(x, mask=m)), build.Model([x, m], layers.LSTM(4)(x, mask=m))
    ).equal


def test_a_batch_size_and_an_input_shape(build):
    layers = build.layers

    def model(**shape):
        x = build.Input(**shape)
        return build.Model(x, layers.Conv1D(3, 2)(x))

    told(model(shape=(6, 8)), model(batch_shape=(32, 6, 8)), "changed", "batch_size")
    told(model(shape=(6, 8)), model(shape=(None, 8)), "changed", "shape")


@unread_inputs
def test_an_input_that_nothing_uses(build):
    a, b = build.Input((3,)), build.Input((3,))
    y = build.layers.Dense(2)(a)
    diff = lg.compare(build.Model(a, y), build.Model([a, b], y))
    assert [change.kind for change in diff.changes] == ["extra"]
    assert not lg.compare(build.Model([a, b], y), build.Model([b, a], y)).equal


def test_an_inner_tensor_as_output(build):
    x = build.Input((3,))
    y = build.layers.Dense(2)(x)
    z = build.layers.Dense(1)(y)
    assert not lg.compare(build.Model(x, z), build.Model(x, [z, y])).equal
    assert not lg.compare(build.Model(x, [z, z]), build.Model(x, [z, y])).equal


def test_which_pairs_share(build):
    """Two pairs of calls share weights in both models, but not the same pairs."""
    layers = build.layers
    inputs = [build.Input((4,)) for _ in range(4)]

    def model(order):
        dense = [layers.Dense(3), layers.Dense(3)]
        a, b, c, d = (dense[which](x) for which, x in zip(order, inputs))
        return build.Model(inputs, layers.concatenate([a, b, c, d]))

    same = lg.compare(model([0, 0, 1, 1]), model([1, 1, 0, 0]))
    assert same.equal
    diff = lg.compare(model([0, 0, 1, 1]), model([0, 1, 0, 1]))
    assert {change.kind for change in diff.changes} == {"sharing"}


def test_sharing_that_only_crosses(build):
    """Equal branches, where only the pairing of shared layers differs: 2 + 2 + … against one ring."""
    layers = build.layers
    x = build.Input((4,))

    def model(pairs):
        first = [layers.Dense(4) for _ in range(4)]
        return build.Model(x, layers.add([first[j](layers.ReLU()(first[i](x))) for i, j in pairs]))

    squares = model([(0, 1), (1, 0), (2, 3), (3, 2)])
    ring = model([(0, 1), (1, 2), (2, 3), (3, 0)])
    assert not lg.compare(squares, ring).equal
    assert lg.compare(squares, model([(3, 2), (0, 1), (2, 3), (1, 0)])).equal


def test_a_weight_borrowed_by_an_operation(build):
    layers, ops = build.layers, build.ops
    x = build.Input((4,))

    def model(tied):
        dense, other = layers.Dense(4), layers.Dense(4)
        y, z = dense(x), other(x)
        return build.Model(x, ops.matmul(y + z, (dense if tied else other).kernel) + z * 2)

    assert lg.compare(model(True), model(True)).equal
    assert not lg.compare(model(True), model(False)).equal


def test_errors_say_what_to_do(build):
    layers = build.layers
    with pytest.raises(lg.GraphError, match="keras.Input"):
        lg.call_graph(build.Sequential([layers.Dense(3)]))
    with pytest.raises(lg.GraphError, match="is a layer, not a model"):
        lg.call_graph(layers.Dense(3))
    with pytest.raises(lg.GraphError, match="is a tensor"):
        lg.call_graph(build.Input((3,)))
    with pytest.raises(lg.GraphError, match="not int"):
        lg.call_graph(3)


def test_indexes_of_a_change_are_those_of_the_normal_forms(build):
    layers, x = build.layers, build.Input((8, 8, 4))
    y = layers.Conv2D(4, 3, padding="same")(x)
    expected, actual = build.Model(x, layers.ReLU()(y + x)), build.Model(x, layers.ReLU()(y))
    diff = lg.compare(expected, actual)
    assert [call.kind for call in diff.expected.calls] == [
        call.kind for call in lg.normal_form(expected).calls
    ]
    assert [call.kind for call in diff.actual.calls] == ["InputLayer", "Conv2D"]
    assert [diff.expected.calls[index].kind for index in diff.changes[0].expected_calls] == ["Add"]
    assert all(index < 2 for index in diff.changes[0].actual_calls)
    assert "− missing" in diff.drawing.svg


def test_a_mean_that_is_no_average_of_the_parts(keras):
    a, b = inputs = [keras.Input((3,)) for _ in range(2)]
    average = keras.Model(inputs, keras.layers.Average()(inputs))
    stacked = keras.ops.stack(inputs, axis=1)
    others = [
        keras.ops.mean(stacked, axis=2),
        keras.ops.mean(stacked, axis=1, keepdims=True),
        keras.layers.GlobalAveragePooling1D(data_format="channels_first")(stacked),
        keras.layers.GlobalAveragePooling1D()(keras.ops.stack(inputs, axis=2)),
        keras.ops.average(stacked, axis=1, weights=keras.ops.convert_to_tensor([1.0, 3.0])),
        a / 2 + b / 3,
        a / 3 + b / 3,
    ]
    for other in others:
        assert not lg.compare(average, keras.Model(inputs, other)).equal
    c = keras.Input((3,))
    uneven = keras.Model([*inputs, c], keras.layers.Average()([keras.layers.Average()(inputs), c]))
    assert not lg.compare(
        keras.Model([*inputs, c], keras.layers.Average()([*inputs, c])), uneven
    ).equal
    half = a / 2
    assert not lg.compare(average, keras.Model(inputs, [half + b / 2, half])).equal


def test_what_changes_something_stays(build):
    a, b = inputs = [build.Input((3,)) for _ in range(2)]
    plain = build.Model(inputs, a + b)
    whole = build.Input((3,), dtype="int32")
    for form in (a + b + 1, a * 2 + b, 0 - (a + b), a - b, -a + -b, a * 0 + b, 1 / (a + b)):
        assert not lg.compare(plain, build.Model(inputs, form)).equal
    for form in (whole * 1.0, whole / 1):
        assert not lg.compare(build.Model(whole, whole * 1), build.Model(whole, form)).equal
    assert not lg.compare(build.Model(inputs, a - b), build.Model(inputs, b - a)).equal
    assert not lg.compare(build.Model(inputs, a - b), build.Model(inputs, b + -a)).equal
    c, used = build.Input((3,)), a - b
    wanted = build.Model([*inputs, c], a - b + c)
    for form in (
        a - b - c,
        a + b - c,
        -a + b + c,
        a + b + c,
        a - b * 2 + c,
        [used + c, used][0] * 1 + used,
    ):
        diff = lg.compare(wanted, build.Model([*inputs, c], form))
        assert not diff.equal and diff.lines() and diff.drawing.svg
    both = build.Model([*inputs, c], [used + c, used])
    assert not lg.compare(both, build.Model([*inputs, c], [used + c, a - b])).equal


def test_a_stack_of_other_steps_is_not_time_distributed(build):
    layers, clip = build.layers, build.Input((4, 8))
    reader, stack = layers.Dense(6), build.ops.stack
    expected = build.Model(clip, layers.TimeDistributed(reader)(clip))
    step = [clip[:, t] for t in range(4)]
    for form in (
        stack([layers.Dense(6)(s) for s in step], axis=1),
        stack([reader(s) for s in step[::-1]], axis=1),
        stack([reader(s) for s in step[:3]], axis=1),
        stack([reader(s) for s in [*step[:3], step[0]]], axis=1),
        stack([reader(s) for s in step], axis=2),
        stack(
            [reader(clip[..., t]) for t in range(0)] or [reader(s) for s in step[:2] * 2], axis=1
        ),
    ):
        assert not lg.compare(expected, build.Model(clip, form)).equal


def test_two_calls_of_one_layer_are_told_apart_by_what_they_read(build):
    layers, a, b = build.layers, build.Input((3,), name="a"), build.Input((3,), name="b")
    reader = layers.Dense(2, name="reader")
    right = build.Model([a, b], layers.concatenate([reader(a), reader(b)]))
    turned = build.Model([a, b], layers.concatenate([reader(b), reader(a)]))
    (told,) = lg.compare(right, turned).changes
    assert "'reader' (which reads Input(3) 'b'), then Dense(2) 'reader' (which" in told.text


def test_a_reshape_that_is_no_flatten_is_another_graph(build):
    layers, x = build.layers, build.Input((4, 4, 2))
    flat = build.Model(x, layers.Flatten()(x))
    for other in (
        layers.Reshape((32, 1)),
        layers.Reshape((16, 2)),
        layers.Flatten("channels_first"),
    ):
        assert not lg.compare(flat, build.Model(x, other(x))).equal
