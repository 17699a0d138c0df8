"""Models that look different and are the same graph."""

import pytest

import layergraph as lg
from tests.layergraph.conftest import unread_inputs


def same(one, other):
    diff = lg.compare(one, other)
    assert diff.equal, str(diff)
    assert lg.signature(one) == lg.signature(other)


ACTIVATION_FORMS = {
    "inside": lambda k, x: k.layers.Dense(4, activation="relu")(x),
    "a layer": lambda k, x: k.layers.Activation("relu")(k.layers.Dense(4)(x)),
    "ReLU": lambda k, x: k.layers.ReLU()(k.layers.Dense(4)(x)),
    "keras.activations": lambda k, x: k.activations.relu(k.layers.Dense(4)(x)),
    "keras.ops": lambda k, x: k.ops.relu(k.layers.Dense(4)(x)),
    "an object": lambda k, x: k.layers.Dense(4, activation=k.layers.ReLU())(x),
    "a function": lambda k, x: k.layers.Dense(4, activation=k.activations.relu)(x),
    "linear between": lambda k, x: k.layers.ReLU()(
        k.layers.Activation("linear")(k.layers.Dense(4)(x))
    ),
    "identity after": lambda k, x: k.layers.Identity()(k.layers.Dense(4, activation="relu")(x)),
}


@pytest.mark.parametrize("form", ACTIVATION_FORMS)
def test_an_activation_counts_the_same_wherever_it_stands(keras, form):
    x = keras.Input((3,))
    reference = keras.Model(x, keras.layers.Dense(4, activation="relu")(x))
    same(reference, keras.Model(x, ACTIVATION_FORMS[form](keras, x)))


@pytest.mark.parametrize(
    "name, function",
    [
        ("softmax", lambda k: k.ops.softmax),
        ("softmax", lambda k: k.activations.softmax),
        ("softmax", lambda k: k.layers.Softmax()),
        ("sigmoid", lambda k: k.ops.sigmoid),
        ("tanh", lambda k: k.ops.tanh),
        ("gelu", lambda k: lambda x: k.ops.gelu(x, approximate=False)),
        ("silu", lambda k: k.activations.swish),
        ("swish", lambda k: k.ops.silu),
        ("elu", lambda k: k.layers.ELU()),
        ("leaky_relu", lambda k: k.layers.LeakyReLU(negative_slope=0.2)),
        ("relu6", lambda k: k.layers.ReLU(max_value=6)),
        ("exponential", lambda k: k.ops.exp),
        ("softplus", lambda k: k.ops.softplus),
        ("selu", lambda k: k.activations.selu),
        ("hard_sigmoid", lambda k: k.ops.hard_sigmoid),
        ("mish", lambda k: k.layers.Activation("mish")),
        ("log_softmax", lambda k: k.ops.log_softmax),
    ],
)
def test_each_activation_has_one_spelling(keras, name, function):
    x = keras.Input((3,))
    inside = keras.Model(x, keras.layers.Dense(4, activation=name)(x))
    same(inside, keras.Model(x, function(keras)(keras.layers.Dense(4)(x))))


@pytest.mark.parametrize(
    "kind", ["add", "subtract", "multiply", "maximum", "minimum", "concatenate"]
)
def test_a_merge_is_a_layer_or_an_operation(keras, kind):
    x, y = keras.Input((3,)), keras.Input((3,))
    as_layer = getattr(keras.layers, kind)([x, y])
    operation = getattr(keras.ops, kind)
    as_operation = operation([x, y], axis=-1) if kind == "concatenate" else operation(x, y)
    same(keras.Model([x, y], as_layer), keras.Model([x, y], as_operation))


def test_operators_are_layers(build):
    x, y = build.Input((3,)), build.Input((3,))
    same(build.Model([x, y], x + y), build.Model([x, y], build.layers.Add()([y, x])))
    same(build.Model([x, y], x - y), build.Model([x, y], build.layers.Subtract()([x, y])))
    same(build.Model([x, y], x * y), build.Model([x, y], build.layers.Multiply()([y, x])))
    same(build.Model(x, x * 2), build.Model(x, 2 * x))
    same(build.Model(x, x * 2), build.Model(x, build.ops.multiply(x, 2.0)))


def test_a_concatenate_along_a_new_axis_is_a_stack(build):
    inputs = [build.Input((3,)) for _ in range(2)]
    for axis, opened in (
        (1, [build.layers.RepeatVector(1)(x) for x in inputs]),
        (2, [build.ops.expand_dims(x, -1) for x in inputs]),
    ):
        joined = build.layers.Concatenate(axis=axis)(opened)
        stacked = build.ops.stack(inputs, axis=axis)
        same(build.Model(inputs, joined), build.Model(inputs, stacked))
        other = build.ops.stack(inputs, axis=3 - axis)
        assert not lg.compare(build.Model(inputs, joined), build.Model(inputs, other)).equal


def test_a_sum_of_sums_is_one_sum(build):
    a, b, c = inputs = [build.Input((3,)) for _ in range(3)]
    same(build.Model(inputs, a + b + c), build.Model(inputs, build.layers.Add()([c, a, b])))
    same(build.Model(inputs, a + (b + c)), build.Model(inputs, (c + a) + b))
    same(
        build.Model(inputs, (a + b + c) / 3), build.Model(inputs, build.layers.Average()([a, b, c]))
    )
    average = build.Model(inputs, build.layers.Average()([a, b, c]))
    same(build.Model(inputs, a / 3 + b / 3 + c * (1 / 3)), average)
    same(build.Model(inputs, build.ops.mean(build.ops.stack([c, a, b]), axis=0)), average)
    same(
        build.Model(inputs, build.ops.average(build.ops.stack([a, b, c], axis=-1), axis=2)), average
    )
    rows = [build.layers.Reshape((1, 3))(x) for x in inputs]
    same(
        build.Model(
            inputs, build.layers.GlobalAveragePooling1D()(build.layers.concatenate(rows, axis=1))
        ),
        average,
    )
    d = build.Input((3,))
    twice = build.layers.average([build.layers.average([a, b]), (c + d) / 2])
    same(
        build.Model([*inputs, d], twice),
        build.Model([*inputs, d], build.layers.average([a, b, c, d])),
    )
    joined = build.layers.concatenate([build.layers.concatenate([a, b]), c])
    same(build.Model(inputs, joined), build.Model(inputs, build.ops.concatenate([a, b, c], axis=1)))


def test_a_reshape_to_one_axis_is_a_flatten(build):
    x, layers = build.Input((4, 4, 2)), build.layers
    flat = build.Model(x, layers.Dense(3)(layers.Flatten()(x)))
    for other in (
        layers.Reshape((32,))(x),
        layers.Reshape((-1,))(x),
        build.ops.reshape(x, (-1, 32)),
        layers.Flatten()(layers.Flatten()(x)),
    ):
        same(flat, build.Model(x, layers.Dense(3)(other)))
    pooled = layers.GlobalAveragePooling2D()(x)
    for other in (pooled, layers.Identity()(pooled)):
        same(build.Model(x, pooled), build.Model(x, layers.Flatten()(other)))


def test_numpy_has_other_names_for_concatenate(build):
    """`hstack` joins along the second axis, `append` along the one that it is given."""
    a, b = inputs = build.Input((3, 2)), build.Input((3, 2))
    ops = build.ops
    for axis, forms in (
        (1, [ops.hstack([a, b]), ops.append(a, b, axis=1)]),
        (2, [ops.append(a, b, axis=-1)]),
    ):
        joined = build.Model(inputs, build.layers.Concatenate(axis=axis)([a, b]))
        for form in forms:
            same(joined, build.Model(inputs, form))
        others = [
            ops.hstack([b, a]),
            ops.append(b, a, axis=axis),
            ops.concatenate([a, b], axis=3 - axis),
        ]
        for form in others:
            assert not lg.compare(joined, build.Model(inputs, form)).equal


def test_what_changes_nothing_is_nothing(build):
    """Python's sum begins with 0 + x."""
    a, b = inputs = [build.Input((3,)) for _ in range(2)]
    plain = build.Model(inputs, build.layers.Add()([a, b]))
    forms = [sum([a, b]), a * 1 + b, (a - 0) + b / 1, 1.0 * (a + b), 0.0 + a + b**1]
    for form in [*forms, build.ops.add(a, 0) + b, build.ops.divide(a, 1) + b]:
        same(plain, build.Model(inputs, form))
    dense = build.layers.Dense(4)
    inside = build.Model(a, build.layers.Dense(4, activation="relu")(a))
    same(inside, build.Model(a, build.ops.relu(sum([dense(a)]))))


def test_adding_the_negative_is_subtracting(build):
    a, b = inputs = [build.Input((3,)) for _ in range(2)]
    difference = build.Model(inputs, build.layers.Subtract()([a, b]))
    for form in (build.layers.Add()([a, -b]), -b + a, a + -1 * b, a + b * -1.0, a + (0 - b)):
        same(difference, build.Model(inputs, form))
    same(build.Model(inputs, a + b), build.Model(inputs, build.layers.Subtract()([a, -b])))
    negative = -b
    twice = build.Model(inputs, [a + negative, negative])
    same(twice, build.Model(inputs, [build.layers.subtract([a, b]), -b]))


@unread_inputs
def test_a_sum_with_signs_is_one_sum(build):
    a, b, c, d = inputs = [build.Input((3,)) for _ in range(4)]
    add, subtract = build.layers.add, build.layers.subtract
    wanted = build.Model(inputs, subtract([add([a, c]), b]))
    for form in (
        a + -b + c,
        a - b + c,
        c - (b - a),
        sum([a, -b, c]),
        add([a, -b, c]),
        -(b - a) + c,
        -b + (c + a),
    ):
        same(wanted, build.Model(inputs, form))
    wanted = build.Model(inputs, subtract([add([a, c]), add([b, d])]))
    for form in (a - b + c - d, (a - b) - (d - c), -(b + d) + a + c, sum([-b, a, -d, c])):
        same(wanted, build.Model(inputs, form))
    same(build.Model(inputs, -a + -b), build.Model(inputs, -(b + a)))
    three = build.Model(inputs, add([a, b, c]))
    for form in (
        a + b + c,
        add([add([a, b]), c]),
        add([a, add([c, b])]),
        sum([a, b, c]),
        a - (-b - c),
    ):
        same(three, build.Model(inputs, form))


@pytest.mark.parametrize("write", ["slices", "unstack", "one by one"])
def test_a_stack_of_every_step_is_time_distributed(build, write):
    layers, clip = build.layers, build.Input((5, 8))
    reader = build.Sequential(
        [
            build.Input((8,)),
            layers.Dense(6, activation="relu"),
            layers.Dropout(0.1),
            layers.Dense(4),
        ]
    )
    read = reader
    if write == "one by one":
        read = lambda step: reader.layers[2](reader.layers[1](reader.layers[0](step)))
    steps = (
        build.ops.unstack(clip, axis=1) if write == "unstack" else [clip[:, t] for t in range(5)]
    )
    stacked = build.ops.stack([read(step) for step in steps], axis=1)
    same(
        build.Model(clip, layers.LSTM(3)(layers.TimeDistributed(reader)(clip))),
        build.Model(clip, layers.LSTM(3)(stacked)),
    )


def test_every_step_of_images_too(build):
    layers, clip = build.layers, build.Input((3, 8, 8, 1))
    reader = build.Sequential(
        [
            build.Input((8, 8, 1)),
            layers.Conv2D(2, 3),
            layers.ReLU(),
            layers.Flatten(),
            layers.Dense(2),
        ]
    )
    stacked = build.ops.stack([reader(clip[:, t, :, :]) for t in range(3)], axis=-2)
    same(build.Model(clip, layers.TimeDistributed(reader)(clip)), build.Model(clip, stacked))


def test_sequential_is_functional(build):
    stack = build.Sequential(
        [build.Input((5,)), build.layers.Dense(4), build.layers.Dropout(0.2), build.layers.Dense(2)]
    )
    x = build.Input((5,), name="other")
    y = build.layers.Dense(2)(build.layers.Dropout(0.2)(build.layers.Dense(4)(x)))
    same(stack, build.Model(x, y))


def test_order_of_creation_and_names_do_not_count(build):
    def model(first):
        a, b = build.Input((3,)), build.Input((4,))
        made = {}
        for name in first:
            made[name] = build.layers.Dense(8, name=f"{name}_{first}")({"a": a, "b": b}[name])
        return build.Model([a, b], build.layers.concatenate([made["a"], made["b"]]))

    same(model("ab"), model("ba"))


def test_nested_is_flat(build):
    layers = build.layers

    def run(x, parts):
        for part in parts:
            x = part(x)
        return x

    def parts():
        return [layers.Dense(6, activation="relu"), layers.Dense(5), layers.LayerNormalization()]

    x = build.Input((4,))
    flat = build.Model(x, layers.Dense(1)(run(x, parts())))
    inner = build.Sequential([build.Input((4,)), *parts()])
    nested = build.Model(x, layers.Dense(1)(inner(x)))
    deeper = build.Model(x, layers.Dense(1)(build.Model(x, inner(x))(x)))
    in_stack = build.Sequential(
        [build.Input((4,)), build.Sequential([build.Input((4,)), inner]), layers.Dense(1)]
    )
    for other in (nested, deeper, in_stack):
        same(flat, other)


def test_a_nested_model_called_twice_is_its_layers_called_twice(build):
    layers = build.layers
    a, b = build.Input((4,)), build.Input((4,))
    inner = build.Sequential(
        [build.Input((4,)), layers.Dense(6, activation="relu"), layers.Dense(2)]
    )
    nested = build.Model([a, b], layers.subtract([inner(a), inner(b)]))
    one, two = layers.Dense(6), layers.Dense(2)
    flat = build.Model([a, b], two(layers.ReLU()(one(a))) - two(layers.ReLU()(one(b))))
    same(nested, flat)


def test_sharing_a_layer_without_weights_does_not_count(build):
    layers = build.layers
    a, b = build.Input((4, 4)), build.Input((4, 4))
    flatten = layers.Flatten()
    shared = build.Model([a, b], layers.concatenate([flatten(a), flatten(b)]))
    same(
        shared, build.Model([a, b], layers.concatenate([layers.Flatten()(a), layers.Flatten()(b)]))
    )


def test_every_step_of_a_model_is_each_layer_at_every_step(build):
    layers = build.layers
    x = build.Input((7, 5))
    inner = build.Sequential(
        [
            build.Input((5,)),
            layers.Dense(4, activation="relu"),
            layers.Dropout(0.1),
            layers.Dense(3),
        ]
    )
    whole = build.Model(x, layers.TimeDistributed(inner)(x))
    y = layers.TimeDistributed(layers.Dense(4))(x)
    y = layers.TimeDistributed(layers.Dropout(0.1))(layers.ReLU()(y))
    same(whole, build.Model(x, layers.TimeDistributed(layers.Dense(3))(y)))
    functional_inner = build.Input((5,))
    z = layers.Dense(3)(layers.Dropout(0.1)(layers.ReLU()(layers.Dense(4)(functional_inner))))
    same(whole, build.Model(x, layers.TimeDistributed(build.Model(functional_inner, z))(x)))


def test_a_copy_and_a_loaded_file_are_the_same(build, tmp_path):
    layers = build.layers
    x = build.Input((10,), dtype="int32")
    e = layers.Embedding(50, 8, mask_zero=True)(x)
    s, h, c = layers.LSTM(4, return_state=True)(layers.LSTM(8, return_sequences=True)(e))
    y = layers.LSTM(4)(e, initial_state=[h, c])
    q = layers.GlobalAveragePooling1D()(layers.MultiHeadAttention(2, 4)(e, e))
    model = build.Model(x, [layers.concatenate([s, y, q]), e[:, 0] * 2 + 1])
    same(model, build.keras_.models.clone_model(model))
    model.save(tmp_path / "model.keras")
    same(model, build.keras_.models.load_model(tmp_path / "model.keras"))


def test_attention_defaults_are_filled_in(build):
    layers = build.layers
    q, v = build.Input((5, 8)), build.Input((6, 8))

    def attend(**more):
        return build.Model([q, v], layers.MultiHeadAttention(2, 4)(q, v, **more))

    same(attend(), attend(key=v))
    by_name = layers.MultiHeadAttention(2, 4)(q, value=v, key=v)
    same(attend(), build.Model([q, v], by_name))
    same(
        build.Model([q, v], layers.Attention()([q, v])),
        build.Model([q, v], layers.Attention()([q, v, v])),
    )


def test_spellings_of_settings_do_not_count(build):
    layers, x = build.layers, build.Input((8, 8, 3))
    same(
        build.Model(x, layers.Conv2D(4, 3, padding="same", kernel_initializer="zeros")(x)),
        build.Model(x, layers.Conv2D(4, (3, 3), padding="SAME", name="other")(x)),
    )
    same(
        build.Model(x, layers.BatchNormalization(axis=-1)(x)),
        build.Model(x, layers.BatchNormalization(axis=3)(x)),
    )
    same(
        build.Model(x, layers.Concatenate()([x, x])),
        build.Model(x, layers.Concatenate(axis=3)([x, x])),
    )
    same(build.Model(x, layers.Dropout(0.5, seed=1)(x)), build.Model(x, layers.Dropout(0.5)(x)))
    same(build.Model(x, layers.Reshape((64, 3))(x)), build.Model(x, layers.Reshape((-1, 3))(x)))
    same(
        build.Model(x, layers.Reshape((64, 3))(x)),
        build.Model(x, build.ops.reshape(x, (-1, 64, 3))),
    )


def test_a_subclassed_model_is_followed_where_it_can_be(build):
    import numpy as np

    layers = build.layers

    class Own(build.Model):
        def __init__(self):
            super().__init__()
            self.first, self.last = layers.Dense(4), layers.Dense(2)

        def call(self, inputs):
            return self.last(build.ops.relu(self.first(inputs)))

    own = Own()
    with pytest.raises(lg.GraphError, match="has not been called yet"):
        lg.call_graph(own)
    own(np.zeros((1, 3), "float32"))
    x = build.Input((3,))
    same(build.Model(x, layers.Dense(2)(layers.Dense(4, activation="relu")(x))), own)


def test_settings_can_be_left_free(build):
    def model(units):
        return build.Sequential(
            [build.Input((4,)), build.layers.Dense(units), build.layers.Dense(1)]
        )

    assert not lg.compare(model(8), model(9)).equal
    assert lg.compare(model(8), model(9), free=["units"]).equal


def test_a_training_argument_that_fit_overrides_does_not_count(build):
    x = build.Input((4,))
    base = build.Sequential(
        [build.Input((4,)), build.layers.Dense(3), build.layers.BatchNormalization()]
    )
    same(build.Model(x, base(x)), build.Model(x, base(x, training=False)))
    alone = build.layers.BatchNormalization
    same(build.Model(x, alone()(x)), build.Model(x, alone()(x, training=False)))


def test_fit_overrides_training_false_of_a_batch_normalization(keras, build):
    """Why it does not count: with and without it, the averages move alike. A later Keras may change that; then this fails."""
    import numpy as np

    x = np.random.default_rng(0).normal(3.0, 2.0, (64, 4)).astype("float32")
    moved = []
    for how in ({}, {"training": False}):
        keras.utils.set_random_seed(0)
        inputs, layer = build.Input((4,)), build.layers.BatchNormalization()
        model = build.Model(inputs, build.layers.Dense(1)(layer(inputs, **how)))
        model.compile("sgd", "mse")
        model.fit(x, x[:, :1], epochs=2, verbose=0)
        moved.append(keras.ops.convert_to_numpy(layer.moving_mean))
    assert abs(moved[0]).max() > 0.01 and np.array_equal(*moved)


def test_masks_reach_into_nested_models_and_out_of_them(build):
    """As they do when the model runs, although Keras does not write it down."""
    layers = build.layers
    x = build.Input((10,), dtype="int32")
    embed, read = layers.Embedding(50, 8, mask_zero=True), layers.LSTM(4, return_sequences=True)
    dense, last = layers.Dense(4), layers.LSTM(3)
    flat = build.Model(x, last(dense(read(embed(x)))))

    words = build.Sequential([build.Input((10,), dtype="int32"), embed])
    same(flat, build.Model(x, last(dense(read(words(x))))))
    vectors = build.Input((10, 8))
    with lg.quiet():
        same(flat, build.Model(x, build.Model(vectors, last(dense(read(vectors))))(embed(x))))
        same(flat, build.Model(x, last(build.Model(vectors, dense(read(vectors)))(embed(x)))))
        same(flat, build.Model(x, last(build.Model(vectors, dense(read(vectors)))(words(x)))))


def test_a_mask_added_up_inside_a_nested_model(build):
    layers = build.layers
    x = build.Input((10,), dtype="int32")
    e = layers.Embedding(50, 8, mask_zero=True)(x)

    def tail(e):
        return layers.LSTM(3)(layers.add([layers.Dense(8)(e), e]))

    inside = build.Input((10, 8))
    with lg.quiet():
        same(build.Model(x, tail(e)), build.Model(x, build.Model(inside, tail(inside))(e)))


def test_a_frozen_normalisation_is_in_inference_mode_whatever_the_call_says(build):
    def model(**how):
        x = build.Input((3,))
        return build.Model(x, build.layers.BatchNormalization(trainable=False)(x, **how))

    same(model(training=True), model())


def test_copies_of_a_normalisation_are_the_same_however_they_are_made(keras):
    x = keras.Input((3,))
    model = keras.Model(x, keras.layers.BatchNormalization()(keras.layers.Dense(3)(x)))
    same(model, keras.models.clone_model(model))
    same(model, keras.Model(x, model(x, training=False)))
    same(model, keras.Model.from_config(model.get_config()))
    model.predict(keras.ops.zeros((2, 3)), verbose=0)
    same(model, keras.models.clone_model(model))
