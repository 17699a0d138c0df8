"""How a model is compiled, as data (sending side): built-in losses, metrics and optimizers by class and settings.

A loss or metric of one's own is called once on symbolic tensors, and the graph it draws is carried in its place. The optimizer's state
stays behind: the judge trains from the beginning.
"""

from grader.carry import allowed
from grader.carry.link import CannotCarry
from layergraph import keras_adapter

SETTINGS = (
    "optimizer",
    "loss",
    "loss_weights",
    "metrics",
    "weighted_metrics",
    "run_eagerly",
    "steps_per_execution",
    "jit_compile",
)
METRICS = ("metrics", "weighted_metrics")


def send_compiled(sender, model):
    """The settings given to `compile`, None where it was never called, or the reason why they cannot be carried."""
    if not getattr(model, "compiled", False):
        return None
    given = keras_adapter.compile_config(model)
    if given is None:
        return {"why": "it was compiled in a way that cannot be carried"}
    shapes = _output_shapes(model)
    try:
        return {
            "settings": {
                name: _setting(sender, given.get(name), shapes, name) for name in SETTINGS
            },
            "trained": _last_training(model),
        }
    except CannotCarry as reason:
        return {"why": str(reason)[:500]}


def _last_training(model):
    """What the optimizer remembers, whose state stays behind; None where that is nothing or the optimizer is one of the student's own."""
    try:
        return keras_adapter.last_training(model)
    except Exception:  # whatever a class of the student's does
        return None


def _output_shapes(model):
    """Shape and dtype of each output, by position and by name."""
    try:
        outputs = list(model.outputs)
    except (AttributeError, ValueError):
        return {}
    names = list(getattr(model, "output_names", ()) or ())
    shapes = {i: (tuple(t.shape), t.dtype) for i, t in enumerate(outputs)}
    shapes.update({name: shapes[i] for i, name in enumerate(names) if i < len(outputs)})
    return shapes


def _setting(sender, value, shapes, kind, output=0):
    """One compile setting; `output` says which output a loss or metric in it is for."""
    if type(value) in (list, tuple):
        items = [
            _setting(sender, v, shapes, kind, i if len(shapes) > 2 and output == 0 else output)
            for i, v in enumerate(value)
        ]
        return {"t": type(value).__name__, "v": items}
    if isinstance(value, dict):
        return {
            "t": "dict",
            "v": [
                [sender.strict(k), _setting(sender, v, shapes, kind, k)] for k, v in value.items()
            ],
        }
    if kind == "loss":
        return _loss_or_metric(sender, value, shapes, output)
    if kind in METRICS:
        try:
            return _loss_or_metric(sender, value, shapes, output)
        except CannotCarry as reason:  # the model can be trained without it; a check that asks for it is told why it is not there
            return {"t": "not carried", "why": str(reason)[:500]}
    return sender.strict(value)


def _loss_or_metric(sender, value, shapes, output):
    import keras

    if value is None or type(value) is str or id(value) in allowed.function_names():
        return sender.strict(value)
    known = sender.link.known(value)
    if type(value) in allowed.wire_names():
        return known or sender.strict(value)
    name = str(
        getattr(value, "__name__", None) or getattr(value, "name", None) or type(value).__name__
    )[:100]
    if isinstance(value, keras.Loss):
        graphs = trace(sender, value.call, shapes.get(output), name)
        return {
            "t": "traced",
            "graphs": graphs,
            "name": name,
            "wrap": "loss",
            "reduction": str(value.reduction),
        }
    if isinstance(value, keras.Metric):
        raise CannotCarry(
            f"the metric {name!r} is a class of your own; write it as a function of (y_true, y_pred) with keras.ops"
        )
    if callable(value):
        return {
            "t": "traced",
            "graphs": trace(sender, value, shapes.get(output), name),
            "name": name,
            "wrap": None,
        }
    raise CannotCarry(f"a loss or metric cannot be a {type(value).__name__}")


def trace(sender, function, spec, name):
    """Call a loss or metric on symbolic tensors and send the graphs of what it did, one for each form that labels may have."""
    import keras

    shape, dtype = spec or ((None, None), "float32")
    forms = dict.fromkeys([shape, (*shape[:-1], 1), shape[:-1]]) if shape else {shape: None}
    graphs, reason = [], None
    for true_shape in forms:
        y_true = keras.Input(batch_shape=true_shape, dtype="float32", name="y_true")
        y_pred = keras.Input(batch_shape=shape, dtype=dtype, name="y_pred")
        try:
            result = function(y_true, y_pred)
            if not isinstance(result, keras.KerasTensor):
                raise CannotCarry(
                    f"{name} does not compute its result from y_true and y_pred with keras.ops"
                )
            graphs.append(
                {
                    "true_shape": list(true_shape),
                    "inputs": sender.strict([y_true, y_pred]),
                    "output": sender.strict(result),
                }
            )
        except CannotCarry as error:
            reason = reason or CannotCarry(f"{name} cannot be carried: {error}")
        except Exception as error:  # the function is the student's
            reason = reason or CannotCarry(
                f"{name} cannot be followed symbolically ({type(error).__name__}: {str(error)[:200]}); "
                "write it with keras.ops alone"
            )
    if not graphs:
        raise reason
    return graphs
