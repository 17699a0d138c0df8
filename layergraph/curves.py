"""Small labelled plots of a training run: learning curves, gradient norms by depth, each head's share of the loss.

Every function gives back a matplotlib `Figure` and touches no global state of matplotlib: as the last value of a
notebook cell it shows itself. Lines differ in colour (Okabe and Ito's colours, made for colour-blind readers) and in
dashes or markers.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from layergraph.graph import GraphError

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8c8c8c")
INK = "#7a7a7a"  # for words and axes: as well to read on white as on the dark of JupyterLab
MARKERS = ("o", "s", "^", "D", "v", "P", "X")


def history(histories, metric="loss", *, title=None, log=False):
    """Learning curves of one or several runs: training solid, validation dashed.

    Parameters
    ----------
    histories
        what `model.fit` gave back (or its `.history` dict), or a dict of several, name -> history.
    metric
        which entry to draw; its `val_` twin is drawn where there is one. A list draws one panel for each.
    title
        a title; none by default.
    log
        whether the values stand on a logarithmic axis.

    Returns
    -------
    matplotlib.figure.Figure
        A matplotlib Figure.

    Raises
    ------
    GraphError
        if no run has an entry of that name; the message lists those there are.

    >>> figure = history({"small": {"loss": [1.0, 0.5]}, "large": {"loss": [0.9, 0.3], "val_loss": [1.0, 0.6]}})
    >>> [line.get_label() for line in figure.axes[0].lines]
    ['small', 'large', 'large, validation']
    """
    runs = _runs(histories)
    metrics = [metric] if isinstance(metric, str) else list(metric)
    known = sorted({name for run in runs.values() for name in run if not name.startswith("val_")})
    figure, panels = _figure(len(metrics), title)
    for axes, name in zip(panels, metrics):
        if not any(name in run for run in runs.values()):
            raise GraphError(
                f"There is no {name!r} in the history; there is {', '.join(known) or 'nothing'}."
            )
        for number, (label, run) in enumerate(runs.items()):
            style = {
                "color": COLOURS[number % len(COLOURS)],
                "marker": MARKERS[number % len(MARKERS)],
                "markersize": 4,
            }
            for key, dash, suffix in ((name, "-", ""), (f"val_{name}", "--", ", validation")):
                if key in run:
                    values = np.asarray(run[key], dtype=float)
                    shown = f"{label}{suffix}".lstrip(", ") or "training"
                    axes.plot(np.arange(1, len(values) + 1), values, dash, label=shown, **style)
        axes.set_xlabel("epoch")
        axes.set_ylabel(name.replace("_", " "))
        axes.xaxis.get_major_locator().set_params(integer=True)
        if log:
            axes.set_yscale("log")
        if len(axes.lines) > 1:
            axes.legend(frameon=False, fontsize=8, labelcolor=INK)
    return figure


def gradient_norms(models, x, y, *, loss="mse", title=None):
    """How large the gradient of the loss is at each layer, from the input to the output.

    Where it shrinks towards the input, the first layers hardly learn.

    Parameters
    ----------
    models
        a built Keras model, or a dict of several, name -> model. One point for each layer with a kernel:
        the Euclidean norm of the gradient with respect to its trainable weights, in graph order.
    x, y
        one batch of inputs and targets.
    loss
        a Keras loss or its name.
    title
        a title; none by default.

    Returns
    -------
    matplotlib.figure.Figure
        A matplotlib Figure; the values stand in its lines' `get_ydata()`.

    Raises
    ------
    GraphError
        if Keras runs on another backend than TensorFlow.
    """
    models = dict(models) if isinstance(models, Mapping) else {"": models}
    figure, (axes,) = _figure(1, title)
    for number, (label, model) in enumerate(models.items()):
        norms = _norms(model, x, y, loss)
        axes.plot(
            np.arange(1, len(norms) + 1), norms, "-", label=label or model.name, color=COLOURS[number % len(COLOURS)],
            marker=MARKERS[number % len(MARKERS)], markersize=4,
        )  # fmt: skip
    axes.set_yscale("log")
    axes.set_xlabel("layer with weights, from the input")
    axes.set_ylabel("norm of the gradient")
    axes.xaxis.get_major_locator().set_params(integer=True)
    if len(models) > 1:
        axes.legend(frameon=False, fontsize=8, labelcolor=INK)
    return figure


def _norms(model, x, y, loss) -> list[float]:
    from layergraph import keras_adapter

    keras = keras_adapter.keras()
    if (backend := keras.backend.backend()) != "tensorflow":
        raise GraphError(f"gradient_norms needs Keras on TensorFlow; here it runs on {backend}.")
    import tensorflow as tf

    function = keras.losses.get(loss)
    weights = [
        [array.value for array in arrays] for arrays in keras_adapter.trainable_arrays(model)
    ]
    with tf.GradientTape() as tape:
        answers = model(x, training=True)
        value = tf.reduce_mean(function(tf.convert_to_tensor(y), answers))
    gradients = tape.gradient(value, weights)
    return [
        float(tf.linalg.global_norm([g for g in group if g is not None])) for group in gradients
    ]


def loss_shares(histories, heads=None, *, weights=None, title=None):
    """How much each head of a model with several outputs adds to the total loss, epoch by epoch.

    Parameters
    ----------
    histories
        what `model.fit` gave back, or its `.history` dict; one run or a dict of several.
    heads
        names of the outputs; by default every `NAME_loss` entry.
    weights
        the `loss_weights` the model was compiled with, name -> number; Keras records each head's loss
        without its weight. 1 where none is given.
    title
        a title; none by default.

    Returns
    -------
    matplotlib.figure.Figure
        A matplotlib Figure: one panel for each run, shares from 0 to 1 stacked.

    Raises
    ------
    GraphError
        if the history has no losses of single heads.

    >>> figure = loss_shares({"loss": [4.0], "age_loss": [3.0], "topic_loss": [1.0]})
    >>> [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    ['age: 75 %', 'topic: 25 %']
    """
    runs = _runs(histories)
    weights = dict(weights or {})
    figure, panels = _figure(len(runs), title)
    for axes, (label, run) in zip(panels, runs.items()):
        names = list(
            heads or sorted(k[:-5] for k in run if k.endswith("_loss") and not k.startswith("val_"))
        )
        if not names or any(f"{name}_loss" not in run for name in names):
            raise GraphError(
                "The history has no loss for each head: fit a model with several outputs and a loss for each."
            )
        losses = np.array(
            [np.asarray(run[f"{name}_loss"], float) * weights.get(name, 1) for name in names]
        )
        shares = losses / np.maximum(losses.sum(axis=0), 1e-12)
        epochs = np.arange(1, shares.shape[1] + 1)
        labels = [
            f"{name}: {share:.0%}".replace("%", " %") for name, share in zip(names, shares[:, -1])
        ]
        hatches = ["", "//", "..", "xx", "\\\\", "++"]
        bottom = np.zeros(len(epochs))
        for number, (share, name) in enumerate(zip(shares, labels)):
            axes.bar(
                epochs, share, 0.9, bottom=bottom, label=name, color=COLOURS[number % len(COLOURS)], edgecolor="white",
                hatch=hatches[number % len(hatches)], linewidth=0,
            )  # fmt: skip
            bottom += share
        axes.set_ylim(0, 1)
        axes.set_xlabel("epoch")
        axes.set_ylabel("share of the loss")
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.set_title(label, fontsize=10)
        axes.legend(
            frameon=False,
            labelcolor=INK,
            fontsize=8,
            loc="upper left",
            bbox_to_anchor=(1, 1),
            title="at the end",
            title_fontsize=8,
        )
    return figure


def _runs(histories) -> dict[str, Any]:
    """Name -> history dict, from one history or several; the name of a single one is empty."""
    if hasattr(histories, "history"):
        return {"": histories.history}
    if isinstance(histories, Mapping) and histories:
        if all(
            hasattr(entry, "history") or isinstance(entry, Mapping) for entry in histories.values()
        ):
            return {name: getattr(entry, "history", entry) for name, entry in histories.items()}
        return {"": dict(histories)}
    raise GraphError(
        "Pass what model.fit gave back, or a dict of several: {'plain': history, 'residual': history}."
    )


def _figure(panels, title):
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure = _Figure()
    figure.set_size_inches(4.6 * panels, 2.9)
    FigureCanvasAgg(figure)
    axes = [figure.add_subplot(1, panels, number + 1) for number in range(panels)]
    figure.set_facecolor("none")
    for one in axes:
        one.set_facecolor("none")
        one.spines[["top", "right"]].set_visible(False)
        one.spines[["left", "bottom"]].set_color(INK)
        for text in (one.title, one.xaxis.label, one.yaxis.label):
            text.set_color(INK)
        one.grid(alpha=0.25)
        one.set_axisbelow(True)
        one.tick_params(labelsize=8, which="both", colors=INK)
    if title:
        figure.suptitle(title, fontsize=11, color=INK)
    return figure, axes


def _Figure():
    from matplotlib.figure import Figure

    class Shown(Figure):
        """A figure that shows itself in a notebook without pyplot."""

        def _repr_png_(self):
            import io

            held = io.BytesIO()
            self.savefig(held, format="png", dpi=110, bbox_inches="tight")
            return held.getvalue()

        def __repr__(self):
            labels = [f"{axes.get_ylabel()} over {axes.get_xlabel()}" for axes in self.axes]
            return f"<Figure: {'; '.join(labels)}>"

    return Shown(layout="constrained")
