"""One spelling for losses, metrics and optimizers, however they are written.

"mse", "mean_squared_error", `keras.losses.mean_squared_error`, `keras.losses.MeanSquaredError` and an object of that
class are one loss here; settings that differ from the defaults (`from_logits`, `delta`, …) count. Functions of one's
own have no such name: they are compared by the numbers they give (`same_numbers`).
"""

import re
from dataclasses import dataclass, field
from typing import Any

from grader.checks.wording import clip, describe
from layergraph import keras_adapter

ACCURACIES = ("binary_accuracy", "categorical_accuracy", "sparse_categorical_accuracy")
CROSSENTROPIES = (
    "binary_crossentropy",
    "categorical_crossentropy",
    "sparse_categorical_crossentropy",
)
NEVER_COMPARED = ("name", "dtype", "fn")


class Unknown(Exception):
    """Keras knows no loss, metric or optimizer of this name; the message is for a student."""


@dataclass(frozen=True)
class Spelt:
    """A loss, metric or optimizer: the names it may stand for, its settings that are no defaults, and the thing itself.

    `names` holds more than one name where Keras decides later: "accuracy" on ten outputs is categorical or sparse.
    """

    names: frozenset[str]
    settings: dict[str, Any] = field(default_factory=dict)
    own: Any = None
    text: str = ""

    def same(self, other: "Spelt") -> bool:
        return (
            self.own is None
            and other.own is None
            and bool(self.names & other.names)
            and _same_settings(self.settings, other.settings)
        )

    def __str__(self):
        settings = ", ".join(
            f"{key}={describe(value, 40)}" for key, value in sorted(self.settings.items())
        )
        name = self.text or (
            next(iter(self.names)) if len(self.names) == 1 else " or ".join(sorted(self.names))
        )
        return f"{name} ({settings})" if settings else name


def loss(identifier, outputs: int | None = None) -> Spelt:
    """A loss in one spelling. `outputs` is the size of the output's last axis, which decides what "crossentropy" means.

    Raises
    ------
    Unknown
        Keras has no loss of this name.
    """
    import keras

    if type(identifier) is str and identifier.lower() in ("crossentropy", "ce"):
        return Spelt(
            frozenset(CROSSENTROPIES[:1] if outputs == 1 else CROSSENTROPIES[1:]),
            text="crossentropy",
        )
    if type(identifier) is str or isinstance(identifier, dict):
        identifier = _look_up(keras.losses, identifier, "loss")
    if isinstance(identifier, type):
        identifier = identifier()
    if keras.Loss in type(identifier).__mro__ and _of_keras(type(identifier)):
        return _object(identifier, getattr(identifier, "fn", None))
    return _function(identifier)


def metric(identifier, outputs: int | None = None, losses: frozenset[str] = frozenset()) -> Spelt:
    """A metric in one spelling; `losses` are the names of the output's loss, which help to tell what "accuracy" means.

    Raises
    ------
    Unknown
        Keras has no metric of this name.
    """
    import keras

    if type(identifier) is str and identifier.lower() in ("accuracy", "acc"):
        return Spelt(_accuracy(outputs, losses), text="accuracy")
    if type(identifier) is str and identifier.lower() in ("crossentropy", "ce"):
        return loss(identifier, outputs)
    if type(identifier) is str or isinstance(identifier, dict):
        identifier = _look_up(keras.metrics, identifier, "metric")
    if isinstance(identifier, type):
        identifier = identifier()
    if keras.Metric in type(identifier).__mro__ and _of_keras(type(identifier)):
        if type(identifier).__name__ == "Accuracy":
            return Spelt(
                frozenset(("exact equality",)),
                text="keras.metrics.Accuracy (exactly equal numbers)",
            )
        return _object(identifier, keras_adapter.function_of(identifier))
    if keras.Loss in type(identifier).__mro__:
        return loss(identifier, outputs)
    return _function(identifier)


def optimizer(identifier) -> Spelt:
    """An optimizer in one spelling: its class, and the settings that are no defaults (the learning rate among them).

    Raises
    ------
    Unknown
        Keras has no optimizer of this name.
    """
    import keras

    if type(identifier) is str:
        identifier = _look_up(keras.optimizers, identifier, "optimizer")
    if isinstance(identifier, type):
        identifier = identifier()
    identifier = getattr(identifier, "inner_optimizer", identifier)
    known = next((c for c in type(identifier).__mro__ if _of_keras(c)), None)
    if known is None or not issubclass(known, keras.Optimizer):
        raise Unknown(f"{describe(identifier)} is no optimizer")
    try:
        config, default = identifier.get_config(), known().get_config()
        settings = {k: v for k, v in config.items() if k != "name" and not equal(v, default.get(k))}
    except Exception:
        settings = {}
    return Spelt(frozenset((known.__name__,)), settings)


def _accuracy(outputs, losses) -> frozenset[str]:
    if outputs == 1:
        return frozenset(ACCURACIES[:1])
    if "sparse_categorical_crossentropy" in losses and "categorical_crossentropy" not in losses:
        return frozenset(ACCURACIES[2:])
    if "categorical_crossentropy" in losses and "sparse_categorical_crossentropy" not in losses:
        return frozenset(ACCURACIES[1:2])
    return frozenset(ACCURACIES if outputs is None else ACCURACIES[1:])


def _look_up(module, identifier, what):
    try:
        return module.get(identifier)
    except Exception:
        name = identifier if type(identifier) is str else "this"
        raise Unknown(
            f"Keras has no {what} named {clip(name, 60)!r}" + _nearest(module, name)
        ) from None


def _nearest(module, name) -> str:
    import difflib

    close = difflib.get_close_matches(
        name, [n for n in dir(module) if not n.startswith("_")], n=1, cutoff=0.75
    )
    return f" (did you mean {close[0]!r}?)" if close else ""


def _object(thing, function) -> Spelt:
    """A loss or metric object of Keras: named by the function it wraps, if it is one of Keras', else by its class."""
    kind = type(thing)
    if kind.__name__ in ("LossFunctionWrapper", "MeanMetricWrapper", "SumMetricWrapper"):
        if function is None or not _of_keras(function):
            return Spelt(frozenset(), own=function or thing, text=describe(function or thing))
        return Spelt(frozenset((function.__name__,)), dict(keras_adapter.function_arguments(thing)))
    name = (
        function.__name__ if function is not None and _of_keras(function) else _snake(kind.__name__)
    )
    try:
        default = _config(kind())
    except Exception:
        default = {}
    config = _config(thing)
    if config.get("reduction") == "mean":
        config = {**config, "reduction": "sum_over_batch_size"}
    settings = {
        k: v for k, v in config.items() if k not in NEVER_COMPARED and not equal(v, default.get(k))
    }
    return Spelt(frozenset((name,)), settings)


def _config(thing) -> dict:
    """The settings of a loss or metric; what it hands to its function is not always part of its configuration."""
    return {**thing.get_config(), **keras_adapter.function_arguments(thing)}


def _function(thing) -> Spelt:
    if callable(thing) and _of_keras(thing) and hasattr(thing, "__name__"):
        return Spelt(frozenset((thing.__name__,)))
    return Spelt(frozenset(), own=thing, text=describe(thing))


def _of_keras(thing) -> bool:
    return str(getattr(thing, "__module__", "")).split(".")[0] == "keras"


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def _same_settings(a, b) -> bool:
    return a.keys() == b.keys() and all(equal(a[k], b[k]) for k in a)


def equal(a, b) -> bool:
    from grader.checks.plain_values import NotPlain, plain, same

    try:
        return same(plain(a), plain(b))
    except NotPlain:
        return a is b


def same_numbers(first, second, shape: tuple, sparse: bool = False) -> bool:
    """Whether two losses or metrics give the same numbers on seeded targets and predictions of this shape (no batch axis).

    Batches of several sizes, free axes of length 4: numbers between 0 and 1, targets of 0 and 1 alone, and, where the first does not clip
    its predictions as those of probabilities do, numbers of both signs. Whole-number targets if `sparse`.
    """
    import keras
    import numpy

    draw = numpy.random.default_rng(8)
    shape = tuple(4 if d is None else d for d in shape)

    def number(thing, true, predicted):
        value = thing(keras.ops.convert_to_tensor(true), keras.ops.convert_to_tensor(predicted))
        return float(numpy.mean(keras.ops.convert_to_numpy(value)))

    def clips():
        zeros, far, farther = (numpy.full((1, *shape), n, "float32") for n in (0, 1.5, 2.5))
        return abs(number(first, zeros, far) - number(first, zeros, farther)) < 1e-6

    def shares():
        for size, low, high in ((8, 0.05, 0.95), (32, 0.001, 0.999), (1, 0.2, 0.8)):
            dims = (size, *shape)
            predicted = draw.uniform(low, high, dims).astype("float32")
            if sparse:
                yield draw.integers(0, max(dims[-1], 1), dims[:-1]), predicted
            else:
                true = draw.uniform(low, high, dims)
                yield (numpy.round(true) if size == 32 else true).astype("float32"), predicted

    def any_numbers():
        for size, scale in () if sparse or clips() else ((32, 2.0), (64, 20.0)):
            yield (scale * draw.normal(size=(2, size, *shape))).astype("float32")

    def both(true, predicted):
        return numpy.array([number(thing, true, predicted) for thing in (first, second)])

    try:
        found = [both(*sample) for sample in shares()]
        # a logarithm has bounds of its own; nobody learns by what is not a number
        found += [pair for sample in any_numbers() if numpy.isfinite(pair := both(*sample)).all()]
        for a, b in found:
            if not (numpy.isfinite(a) and abs(a - b) <= 1e-5 + 1e-4 * abs(a)):
                return False
    except Exception:
        return False
    return True
