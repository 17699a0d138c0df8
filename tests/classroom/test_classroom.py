"""What lessons show things with."""

from grader.classroom import (
    heads_stand_on,
    joined_inputs,
    joined_widths,
    keras_says,
    questions_answered,
    unread_inputs,
)


def test_an_old_line_is_shown_with_what_keras_says_to_it(keras, capsys):
    names = {"keras": keras, "layers": keras.layers}
    keras_says("keras.optimizers.Adam(lr=0.01)", names)
    keras_says("layers.Embedding(5, 2, input_length=3)", names)
    keras_says("layers.Dense(3)", names)
    told = capsys.readouterr().out
    assert "ValueError: Argument(s) not recognized" in told
    assert "input_length=3)\n    UserWarning" in told and "Dense(3)\n    no complaint" in told


def test_joins_and_idle_inputs_are_found(keras):
    a, b, c = (keras.Input((size,), name=name) for size, name in ((2, "a"), (3, "b"), (4, "c")))
    join = keras.layers.Concatenate()([b, keras.layers.Dense(5)(a)])
    model = keras.Model([a, b, c], keras.layers.Dense(1)(join))
    assert joined_widths(model) == [[3, 5]] and unread_inputs(model) == ["c"]


def test_who_meets_whom_and_what_is_answered(keras):
    D, a, b = keras.layers.Dense, keras.Input((2,), name="a"), keras.Input((2,), name="b")
    read = D(2, name="body")(keras.layers.Concatenate()([D(1)(b), keras.layers.Add()([a, b])]))
    answers = [D(1)(read), keras.ops.sigmoid(D(1)(read)), D(4, "softmax")(read), D(1, "tanh")(a)]
    model = keras.Model([a, b], answers)
    assert joined_inputs(model) == [[["b"], ["a", "b"]]]
    assert joined_inputs(model, "Add") == [[["a"], ["b"]]] and joined_inputs(model, "Dot") == []
    *fitting, none = questions_answered(model)
    assert fitting == ["a number", "yes or no", "one of 4 classes"] and none.endswith(
        "Dense(1, tanh)"
    )
    assert heads_stand_on(model) == ["body", "body", "body", "a"]
