"""How a model is compiled, from data (receiving side of `grader.carry.encode_compile`)."""

from grader.carry.encode_compile import METRICS, SETTINGS
from grader.carry.link import CannotCarry
from grader.carry.refused import refuse_foreign_forms, refuse_functions
from layergraph import keras_adapter


def compile_settings(receiver, settings):
    """Keyword arguments for `compile`, and why some of the metrics are not among them."""
    if not isinstance(settings, dict):
        raise CannotCarry("compile settings came in no proper form")
    refuse_foreign_forms(settings)
    missing = []
    given = {
        name: _setting(receiver, settings.get(name), 0, missing if name in METRICS else None)
        for name in SETTINGS
    }
    refuse_functions(given)
    given["run_eagerly"] = bool(given["run_eagerly"])
    steps = given["steps_per_execution"]
    given["steps_per_execution"] = steps if type(steps) is int and 0 < steps <= 1000 else 1
    given["jit_compile"] = False if given["jit_compile"] is False else "auto"
    return given, missing


def _setting(receiver, entry, depth, missing):
    """One setting. A metric that was not carried becomes None where `missing` is a list, which gets the reason."""
    kind = entry.get("t") if isinstance(entry, dict) else None
    if depth > 6:
        raise CannotCarry("compile settings are nested too deeply")
    if kind == "not carried" and missing is not None:
        missing.append(str(entry.get("why"))[:500])
        return None
    if kind == "traced":
        return _traced(receiver, entry)
    if kind in ("list", "tuple"):
        items = [_setting(receiver, v, depth + 1, missing) for v in entry["v"]]
        return tuple(items) if kind == "tuple" else items
    if kind == "dict":
        return {
            receiver.strict(k): _setting(receiver, v, depth + 1, missing) for k, v in entry["v"]
        }
    return receiver.strict(entry)


def _traced(receiver, entry):
    """A function of (y_true, y_pred) that runs the graph which the student's function drew."""
    name = (
        entry["name"]
        if isinstance(entry["name"], str) and entry["name"].isidentifier()
        else "own_function"
    )
    graphs = [
        (
            g["true_shape"],
            keras_adapter.keras().Function(
                receiver.strict(g["inputs"]), receiver.strict(g["output"])
            ),
        )
        for g in entry["graphs"]
    ]

    def traced(y_true, y_pred):
        graph = next((g for shape, g in graphs if _fits(y_true.shape, shape)), graphs[0][1])
        return keras_adapter.run_through(graph, [y_true, y_pred])

    traced.__name__ = traced.__qualname__ = name[:100]
    if entry.get("wrap") != "loss":
        return traced
    reduction = entry.get("reduction")
    if reduction not in (
        "sum",
        "sum_over_batch_size",
        "mean",
        "mean_with_sample_weight",
        "none",
        "None",
    ):
        raise CannotCarry("a loss has an unknown reduction")
    return keras_adapter.loss_wrapper()(
        traced, reduction=None if reduction == "None" else reduction, name=name[:100]
    )


def _fits(shape, traced):
    return len(shape) == len(traced) and all(
        a is None or b is None or a == b for a, b in zip(shape, traced)
    )
