"""What lessons show things with, so that their cells hold nothing but the lesson."""

import sys
import warnings
from textwrap import shorten
from typing import Any

import layergraph as lg
from layergraph.curves import INK


def _plots_for_light_and_dark() -> None:
    """Plots of a notebook without a ground of their own, their words and axes in a grey that reads on white and on JupyterLab's dark."""
    import matplotlib

    settings: Any = matplotlib.rcParams
    for ground in ("figure.facecolor", "axes.facecolor", "savefig.facecolor", "legend.facecolor"):
        settings[ground] = "none"
    for ink in ("text.", "axes.label", "axes.title", "xtick.", "ytick."):
        settings[f"{ink}color"] = INK
    settings["axes.edgecolor"] = settings["legend.edgecolor"] = INK


if "ipykernel" in sys.modules:  # elsewhere, plots are somebody else's
    _plots_for_light_and_dark()


def keras_says(line: str, names: dict[str, Any], width: int = 130) -> None:
    """Print a line of code and what today's Keras says to it: the error, the warning, or that it has no complaint.

    Parameters
    ----------
    line : str
        One expression, as old tutorials have it. It is the lesson's own text: it is run.
    names : dict
        Where its names are looked up: `globals()` in a notebook.
    width : int
        The answer is cut there.
    """
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            eval(line, dict(names))
            answer = f"{said[0].category.__name__}: {said[0].message}" if said else "no complaint"
        except Exception as error:  # showing it is the point
            answer = f"{type(error).__name__}: {error}"
    print(f"{line}\n    {shorten(answer, width)}\n")


def unread_inputs(model: Any) -> list[str]:
    """The names of the inputs that no layer is called on.

    >>> import keras
    >>> a, b = keras.Input((2,), name="a"), keras.Input((2,), name="b")
    >>> unread_inputs(keras.Model([a, b], keras.layers.Dense(1)(a)))
    ['b']
    """
    graph = lg.call_graph(model)
    read = {source for call in graph.calls for source, _ in call.inputs}
    return [
        name for (source, _), name in zip(graph.inputs, graph.input_names) if source not in read
    ]


def joined_widths(model: Any) -> list[list[int]]:
    """For each place where tensors are concatenated, how many numbers each of them has, in their order.

    >>> import keras
    >>> a, b = keras.Input((2,)), keras.Input((3,))
    >>> joined_widths(keras.Model([a, b], keras.layers.concatenate([b, a])))
    [[3, 2]]
    """
    calls = lg.normal_form(lg.call_graph(model)).calls
    return [
        [calls[source].output_shapes[0][-1] for source, _ in call.inputs]
        for call in calls
        if call.kind == "Concatenate"
    ]


def joined_inputs(model: Any, kind: str = "Concatenate") -> list[list[list[str]]]:
    """For each place where tensors meet in a layer of this kind, the names of the inputs that each of them depends on, in their order.

    >>> import keras
    >>> a, b = keras.Input((2,), name="a"), keras.Input((3,), name="b")
    >>> joined_inputs(keras.Model([a, b], keras.layers.concatenate([keras.layers.Dense(1)(b), a])))
    [[['b'], ['a']]]
    """
    graph = lg.normal_form(lg.call_graph(model))
    names = {source: name for (source, _), name in zip(graph.inputs, graph.input_names)}
    return [
        [
            [names[i] for i in sorted(graph.ancestors(source) & set(names))]
            for source, _ in call.inputs
        ]
        for call in graph.calls
        if call.kind == kind
    ]


def questions_answered(model: Any) -> list[str]:
    """For each output the question that its last layer fits, in the words of lesson 01.

    >>> import keras
    >>> x = keras.Input((2,))
    >>> answers = [keras.layers.Dense(1)(x), keras.layers.Dense(3, "softmax")(x), keras.layers.Dense(1, "relu")(x)]
    >>> questions_answered(keras.Model(x, answers))
    ['a number', 'one of 3 classes', 'no question of lesson 01: Dense(1, relu)']
    """
    graph = lg.normal_form(lg.call_graph(model))
    return [_question(graph.calls[index]) for index, _ in graph.outputs]


def _question(call) -> str:
    units, activation = call.output_shapes[0][-1], call.settings.get("activation", "linear")
    if units == 1 and activation == "linear":
        return "a number"
    if units == 1 and activation == "sigmoid":
        return "yes or no"
    if units > 1 and activation == "softmax":
        return f"one of {units} classes"
    return f"no question of lesson 01: {call.kind}({units}, {activation})"


def heads_stand_on(model: Any) -> list[str]:
    """For each output the name of the layer whose result its last layer reads.

    >>> import keras
    >>> x = keras.Input((2,), name="x")
    >>> first = keras.layers.Dense(1, name="first")(x)
    >>> heads_stand_on(keras.Model(x, [first, keras.layers.Dense(1)(first)]))
    ['x', 'first']
    """
    graph = lg.normal_form(lg.call_graph(model))
    read = [graph.calls[index].inputs for index, _ in graph.outputs]
    return [graph.calls[inputs[0][0]].name if inputs else "" for inputs in read]
