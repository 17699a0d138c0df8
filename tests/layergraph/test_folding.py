"""What a large drawing folds: repeated blocks and nested models; and what it must not fold away."""

import re

import numpy as np
import pytest

import layergraph as lg
from layergraph.settings import code_of
from tests.layergraph import model_zoo


def said(model_or_diff, **options):
    """Every text of a drawing."""
    drawing = lg.plot(model_or_diff, **options)
    return re.findall(r"<text[^>]*>([^<]*)</text>", drawing.svg)


def blocks(keras, count=6, *, odd=None, rate=None, peek=None):
    """Residual blocks in a row; one may have another kernel, every Dropout another rate, one be looked into."""
    layers = keras.layers
    x = keras.Input((8, 8, 4))
    given, inside = x, []
    for number in range(count):
        y = layers.Conv2D(4, 5 if number == odd else 3, padding="same")(x)
        y = layers.BatchNormalization()(y)
        y = layers.ReLU()(y)
        inside.append(y)
        y = layers.Conv2D(4, 3, padding="same")(y)
        y = layers.BatchNormalization()(y)
        if rate:
            y = layers.Dropout(rate * (number + 1))(y)
        x = layers.Add()([x, y])
    outputs = x if peek is None else [x, inside[peek]]
    return keras.Model(given, outputs)


def photo(keras, calls=50):
    x = y = keras.Input((4,))
    for _ in range(calls):
        y = keras.layers.Dense(4)(y)
    inner = keras.Model(x, y, name="base")
    given = keras.Input((4,))
    return keras.Model(given, keras.layers.Dense(2, name="head")(inner(given)))


def test_equal_blocks_in_a_row_are_drawn_once(keras):
    found = said(blocks(keras), detail="low")
    assert "× 6, 6 calls each" in found
    assert found.count("Conv2D") == 2
    assert lg.plot(blocks(keras, 60)).picture.height < 700


def test_what_one_block_has_of_its_own_stays_in_sight(keras):
    found = said(blocks(keras, odd=3), detail="low")
    assert [text for text in found if text.startswith("×")] == [
        "× 3, 6 calls each",
        "× 2, 6 calls each",
    ]
    assert found.count("4, 5×5, same") == 1


def test_a_block_that_is_looked_into_is_not_folded_away(keras):
    found = said(blocks(keras, peek=2), detail="low")
    assert "× 6, 6 calls each" not in found
    assert {"output 1", "output 2"} <= set(found)


def test_the_rates_of_folded_dropouts_are_told_as_a_range(keras):
    assert "0.05 … 0.3" in said(blocks(keras, rate=0.05), detail="low")


def test_full_detail_folds_nothing(keras):
    assert said(blocks(keras), detail="full").count("Conv2D") == 12


def test_branches_side_by_side_are_not_a_row(keras):
    assert not [t for t in said(model_zoo.equal_branches(keras)) if t.startswith("×")]


def test_a_marked_call_is_never_folded(keras):
    graph = lg.call_graph(blocks(keras))
    last = graph.of_kind("Conv2D")[-1].index
    assert "▸ look here" in said(graph, mark=[last], detail="low")


def test_a_difference_within_a_repeated_block_stays_in_sight(keras):
    diff = lg.compare(blocks(keras, 12), blocks(keras, 12, odd=5))
    found = said(diff)
    assert "~ changed" in found and any("kernel_size is (5, 5)" in text for text in found)
    assert [text for text in found if text.startswith("×")]


def test_a_nested_model_is_one_card_at_low_detail_and_says_what_is_inside(keras):
    model = photo(keras)
    found = said(model, detail="low")
    assert "base" in found and "50 calls, 1,000 parameters" in found
    assert "base" in said(model) and "50 calls, 1,000 parameters" not in said(model)


def test_a_nested_model_stays_open_where_something_inside_is_pointed_out(keras):
    model = photo(keras, 5)
    inside = lg.call_graph(model).calls[2]
    found = said(model, mark=[inside.index], detail="low")
    assert "▸ look here" in found and found.count("Dense") == 6


def test_parameters_of_shared_weights_are_told_once(keras):
    drawing = lg.plot(model_zoo.siamese(keras))
    alone = model_zoo.siamese(keras, shared=False)
    assert drawing.svg.count("shared weights") == 1
    assert "shared weights" not in lg.plot(alone).svg
    assert drawing.text.count("the weights of ") == 1
    twice = said(model_zoo.encoder_twice(keras), detail="low")
    assert len([text for text in twice if "parameters" in text]) == 1


def double(x):
    return x * 2


def test_a_lambda_reads_as_its_code_and_a_function_as_its_name(keras):
    x = keras.Input((4,))
    y = keras.layers.Lambda(lambda t: (t + 1) ** 2)(x)
    y = keras.layers.Lambda(double)(y)
    model = keras.Model(x, keras.layers.Activation(lambda t: t * 3)(y))
    found = said(model)
    assert {"(t + 1) ** 2", "double", "t * 3"} <= set(found)
    assert not [text for text in found if "#" in text]


def test_a_difference_of_two_functions_is_told_as_code(keras):
    x = keras.Input((4,))
    one = keras.Model(x, keras.layers.Lambda(lambda t: t + 1)(x))
    other = keras.Model(x, keras.layers.Lambda(lambda t: t + 2)(x))
    (line,) = lg.compare(one, other).lines()
    assert "function is t + 2, expected t + 1" in line
    makers = [keras.Model(x, keras.layers.Lambda(lambda t, k=k: t + k)(x)) for k in (1, 2)]
    (line,) = lg.compare(*makers).lines()
    assert "#" in line  # the same words for both would say nothing


def test_a_lambda_without_a_source_is_told_as_lambda():
    assert code_of(eval("lambda t: t + 1")).code == "lambda"


def test_a_model_whose_call_takes_two_tensors_is_not_said_to_be_uncalled(keras):
    class Two(keras.Model):
        def __init__(self):
            super().__init__()
            self.reader = keras.layers.Dense(3)

        def call(self, left, right):
            return self.reader(left) + self.reader(right)

    model = Two()
    with pytest.raises(lg.GraphError, match="has not been called yet"):
        lg.call_graph(model)
    model(np.zeros((2, 4)), np.zeros((2, 4)))
    with pytest.raises(lg.GraphError, match="cannot be followed"):
        lg.call_graph(model)


def test_many_differences_begin_with_a_summary(keras):
    few = lg.compare(model_zoo.residual(keras), model_zoo.residual(keras, skip="y"))
    assert "All differences" not in few._repr_mimebundle_()["text/html"]
    one, other = wide(keras, 8), wide(keras, 9)
    diff = lg.compare(one, other)
    assert len(diff.lines()) > 20
    text = str(diff).splitlines()
    assert re.match(r"\d+ differences: .*calls, expected \d+", text[0]) and len(text) <= 12
    html = diff._repr_mimebundle_()["text/html"]
    assert html.index("differences: ") < html.index("<summary>All differences")
    assert html.count("<li>") == len(diff.changes)
    pointed_out = [row for card in diff.drawing.sketch.cards for row in card.rows if row.status]
    assert len(pointed_out) == 10
    assert diff.drawing.alt.startswith(
        f"Drawing of the first 10 of {len(diff.changes)} differences"
    )


def wide(keras, units):
    """Branches that all differ from those of another width."""
    x = keras.Input((4,))
    branches = [keras.layers.Dense(units + 10 * n)(x) for n in range(24)]
    return keras.Model(x, keras.layers.Concatenate()(branches))
