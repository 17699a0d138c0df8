"""Plots of training runs show what was recorded, labelled, and leave matplotlib's global state alone."""

import numpy as np
import pytest

import layergraph as lg

RUN = {"loss": [1.0, 0.5, 0.2], "val_loss": [1.1, 0.7, 0.6], "accuracy": [0.1, 0.4, 0.8]}


def test_training_is_solid_and_validation_dashed():
    axes = lg.history(RUN).axes[0]
    assert [line.get_linestyle() for line in axes.lines] == ["-", "--"]
    assert [line.get_label() for line in axes.lines] == ["training", "validation"]
    assert list(axes.lines[1].get_ydata()) == RUN["val_loss"]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("epoch", "loss")


def test_several_runs_and_several_metrics():
    figure = lg.history({"plain": RUN, "residual": RUN}, ["loss", "accuracy"])
    assert len(figure.axes) == 2
    assert [line.get_label() for line in figure.axes[1].lines] == ["plain", "residual"]


def test_an_unknown_metric_names_those_there_are():
    with pytest.raises(lg.GraphError, match="accuracy, loss"):
        lg.history(RUN, "precision")
    with pytest.raises(lg.GraphError, match="model.fit"):
        lg.history(3)


def test_gradient_norms_by_depth(build):
    model = build.Sequential(
        [build.Input((4,)), *[build.layers.Dense(4, activation="sigmoid") for _ in range(6)]]
    )
    x = np.ones((8, 4), "float32")
    line = lg.gradient_norms({"deep": model}, x, x).axes[0].lines[0]
    norms = line.get_ydata()
    assert len(norms) == 6
    assert 0 < norms[0] < norms[-1]


def test_a_head_with_a_weight_takes_its_share():
    run = {"loss": [2.0], "age_loss": [3.0], "topic_loss": [1.0]}
    texts = lg.loss_shares(run, weights={"age": 1 / 3}).axes[0].get_legend().get_texts()
    assert [text.get_text() for text in texts] == ["age: 50 %", "topic: 50 %"]
    with pytest.raises(lg.GraphError, match="several outputs"):
        lg.loss_shares({"loss": [1.0]})


def test_a_figure_shows_itself_without_pyplot():
    import sys

    figure = lg.history(RUN)
    assert figure._repr_png_().startswith(b"\x89PNG")
    pyplot = sys.modules.get("matplotlib.pyplot")
    assert pyplot is None or not pyplot.get_fignums()
