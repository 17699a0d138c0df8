"""The requirement on how a model is compiled: read from what `compile` was given, never by training."""

import contextlib

from grader.checks import models as m
from grader.checks import plain_values as p
from grader.checks import spelling
from grader.checks.finding import met, unmet
from grader.checks.requirement import Requirement
from grader.checks.wording import clip_inline, count, describe, listing, number
from layergraph import keras_adapter

ABSENT = object()


class Misfit(Exception):
    """A setting of `compile` does not fit the model's outputs; the message is for a student, `hint` says what to do."""

    def __init__(self, message: str, hint: str = ""):
        super().__init__(message)
        self.hint = hint


@contextlib.contextmanager
def _asked_of(state, want):
    """What is asked for does not fit the outputs: then it is the outputs that are told, not what the check is called with."""
    try:
        yield
    except Misfit:
        names = list(want) if isinstance(want, dict) else []
        raise Misfit(
            f"{count(len(state.names), 'output')} named {listing(map(repr, state.names))}",
            f"Name the outputs {listing(map(repr, names))}: name= of the layers that make them."
            if names
            else f"{count(len(want), 'output')} are asked for.",
        ) from None


def compiled(
    loss=None, optimizer=None, metrics=None, loss_weights=None, learning_rate: float | None = None
) -> Requirement:
    """The model is compiled, with these settings; what isn't named may be anything.

    `loss`: a name, object, function or class; for several outputs one for all, a list in their order or a dict by
    their names. `optimizer`: a name or class asks for the class only, an object also for all its settings.
    `metrics`: each must be there, more may be; an empty list, also that of one output, asks for none; "accuracy"
    is what Keras makes of it for that loss and output. `loss_weights`: a list or a dict, 1 where none was given; where a
    loss is named, the weights are 1 unless others are asked for, and `...` lets them be anything.
    `learning_rate`: the current one, within 1e-5 of it.
    """
    weights_open = loss is None or loss_weights is not None
    want = {
        "loss": loss,
        "optimizer": optimizer,
        "metrics": metrics,
        "loss_weights": None if loss_weights is ... else loss_weights,
        "learning_rate": learning_rate,
    }
    want = {key: value for key, value in want.items() if value is not None}

    def judge(model):
        if not getattr(model, "compiled", False):
            return unmet(*not_compiled(model))
        state = State(model)
        found = {key: JUDGES[key](state, value) for key, value in want.items()}
        told = list(found.values())
        if not weights_open and not (weights := _judge_loss_weights(state, None))[0]:
            told.append(
                (
                    False,
                    weights[1],
                    "No other loss weights than 1 are asked for: leave out loss_weights=.",
                )
            )
        wrong = [(text, hint) for good, text, hint in told if not good]
        if wrong:
            return unmet(
                "; ".join(dict.fromkeys(text for text, _ in wrong)),
                " ".join(dict.fromkeys(hint for _, hint in wrong if hint)),
            )
        return met("; ".join(text for _, text, _ in found.values()) or "a compiled model")

    expected = "; ".join(
        f"{key.replace('_', ' ')} {_author_text(value)}" for key, value in want.items()
    )
    return Requirement(
        "how the model is compiled", expected or "a compiled model", judge, of_model="any"
    )


def not_compiled(model) -> tuple[str, str]:
    """What was found and what to do, for a model without compile settings: it never had any, or they could not be brought here."""
    why = getattr(model, "why_not_compiled", None)
    if type(why) is str and why:
        return (
            f"a model that is compiled, but with settings that cannot be looked at from here: {clip_inline(why, 300)}",
            "In model.compile take what Keras brings along, or write a loss or metric of your own as a function of (y_true, y_pred) with keras.ops.",
        )
    return (
        "a model that is not compiled",
        "Call model.compile(optimizer=…, loss=…) after building it.",
    )


def metrics_not_carried(model) -> str:
    """Why some of the model's metrics could not be brought here; "" where all of them were."""
    why = getattr(model, "metrics_not_carried", None)
    return clip_inline(why, 300) if type(why) is str else ""


class State:
    """What `compile` was given, for each output in order."""

    def __init__(self, model):
        self.model = model
        ports = m.outputs(model) if m.has_graph(model) else ()
        self.names = [port.name for port in ports]
        self.shapes = [port.shape[1:] for port in ports]
        self.loss = getattr(model, "loss", None)
        self.loss_weights = keras_adapter.loss_weights(model)
        self.metrics, self.weighted_metrics = keras_adapter.metrics(model)
        self.optimizer = getattr(model, "optimizer", None)
        if not ports:
            self.names = (
                list(self.loss)
                if isinstance(self.loss, dict)
                else [""] * (len(self.loss) if isinstance(self.loss, (list, tuple)) else 1)
            )
            self.shapes = [()] * len(self.names)

    def size(self, index: int) -> int | None:
        """The length of the last axis of an output."""
        shape = self.shapes[index]
        return shape[-1] if shape else None

    def per_output(self, value, what: str, one_for_all: bool) -> list:
        """A setting for each output in order.

        Raises
        ------
        Misfit
            a list of another length, or a dict with other keys than the outputs' names.
        """
        n = len(self.names)
        if isinstance(value, dict):
            unknown = [str(key) for key in value if key not in self.names]
            if unknown:
                raise Misfit(
                    f"{what} for {listing(repr(k) for k in unknown)}, but the outputs are named {listing(map(repr, self.names))}"
                )
            return [value.get(name, ABSENT) for name in self.names]
        if isinstance(value, (list, tuple)):
            if len(value) != n:
                raise Misfit(f"{len(value)} entries of {what} for {n} output{'s' if n > 1 else ''}")
            return list(value)
        if not one_for_all and n > 1:
            raise Misfit(f"one entry of {what} for {n} outputs")
        return [value] * n

    def label(self, index: int) -> str:
        return f" for {self.names[index]!r}" if len(self.names) > 1 else ""


def _judge_loss(state, want):
    if state.loss is None:
        return False, "no loss", "Name one: model.compile(…, loss=…)."
    try:
        have = state.per_output(state.loss, "loss", True)
        with _asked_of(state, want):
            wanted = state.per_output(want, "loss", True)
        texts, good = [], True
        for i, (w, h) in enumerate(zip(wanted, have)):
            ok, text = _same_loss(state, i, w, h)
            good &= ok
            texts.append(text + state.label(i))
    except (spelling.Unknown, Misfit) as error:
        hint = getattr(error, "hint", "") or "Compare the names in loss= with those asked for."
        return False, str(error), hint
    if (
        len(set(map(str, have))) == 1
        and len(texts) > 1
        and not isinstance(state.loss, (list, tuple, dict))
    ):
        texts = [texts[0].split(" for '")[0] + " for every output"]
    return good, f"loss {listing(texts)}", "" if good else "Change loss= in model.compile."


def _same_loss(state, index, want, have):
    absent = have is None or have is ABSENT
    if want is None or want is ABSENT:
        return absent, "none" if absent else str(spelling.loss(have, state.size(index)))
    if absent:
        return False, "none"
    spelt, asked = spelling.loss(have, state.size(index)), spelling.loss(want, state.size(index))
    if spelt.own is None and asked.own is None:
        return asked.same(spelt), str(spelt)
    sparse = any(name.startswith("sparse") for name in asked.names | spelt.names)
    as_loss = lambda thing: (
        thing if callable(thing) and not isinstance(thing, type) else _made(thing)
    )
    same = have is want or spelling.same_numbers(
        as_loss(want), as_loss(have), state.shapes[index], sparse
    )
    return same, str(spelt)


def _made(thing):
    import keras

    return keras.losses.get(thing)


def _judge_optimizer(state, want):
    if state.optimizer is None:
        return False, "no optimizer", "Name one: model.compile(optimizer=…)."
    have, asked = spelling.optimizer(state.optimizer), spelling.optimizer(want)
    exact = not isinstance(want, (str, type))
    if have.names != asked.names:
        return (
            False,
            f"optimizer {listing(have.names)}",
            "Change optimizer= in model.compile (without it, Keras takes rmsprop).",
        )
    if exact:
        config, wanted = (
            getattr(o, "inner_optimizer", o).get_config() for o in (state.optimizer, want)
        )
        wrong = [
            k
            for k in {**asked.settings, **have.settings}
            if k != "learning_rate" and not spelling.equal(wanted.get(k), config.get(k))
        ]
        if wrong:
            text = listing(f"{k}={describe(config.get(k), 40)}" for k in wrong)
            return (
                False,
                f"optimizer {listing(have.names)} with {text}",
                "Look at the settings of the optimizer.",
            )
        good, text, hint = _judge_learning_rate(state, _rate(want))
        return good, f"optimizer {listing(have.names)} with {text}", hint
    return True, f"optimizer {listing(have.names)}", ""


def _rate(optimizer):
    """The learning rate of an author's optimizer: the number as it was written, or a schedule."""
    optimizer = getattr(optimizer, "inner_optimizer", optimizer)
    schedule = keras_adapter.learning_rate(optimizer)
    return (
        schedule
        if hasattr(schedule, "get_config") and not hasattr(schedule, "numpy")
        else float(p.plain(optimizer.learning_rate))
    )


def _judge_learning_rate(state, want):
    optimizer = getattr(state.optimizer, "inner_optimizer", state.optimizer)
    schedule = keras_adapter.learning_rate(optimizer)
    if (
        optimizer is None
        or schedule is not None
        and hasattr(schedule, "get_config")
        and not hasattr(schedule, "numpy")
    ):
        text = (
            "no optimizer"
            if optimizer is None
            else f"a learning rate that changes: {describe(schedule)}"
        )
        if hasattr(want, "get_config"):
            same = type(want) is type(schedule) and spelling.equal(
                want.get_config(), schedule.get_config()
            )
            return same, text, "Look at the settings of the schedule."
        return False, text, f"Write the number: learning_rate={want!r}."
    have = p.plain(optimizer.learning_rate)
    good = type(want) in (int, float) and abs(have - want) <= 1e-5 * abs(want)
    return (
        good,
        f"learning rate {number(float(have))}",
        ""
        if good
        else f"Say it in the optimizer: learning_rate={number(want) if type(want) in (int, float) else describe(want)}.",
    )


def _judge_metrics(state, want):
    hint = "Change metrics= in model.compile."
    try:
        losses = _loss_names(state)
        have = [
            _metrics_of(state, i, group, losses[i])
            for i, group in enumerate(_metrics(state, state.metrics))
        ]
        weighted = [
            _metrics_of(state, i, group, losses[i])
            for i, group in enumerate(_metrics(state, state.weighted_metrics))
        ]
        with _asked_of(state, want):
            wanted = [
                _metrics_of(state, i, group, losses[i])
                for i, group in enumerate(_metrics(state, want))
            ]
            bare = _asked_to_be_bare(state, want)
    except (spelling.Unknown, Misfit) as error:
        return (
            False,
            str(error),
            getattr(error, "hint", "")
            or "For several outputs, metrics= has one entry per output, or is a dict by their names."
            if isinstance(error, Misfit)
            else hint,
        )
    have = [a + b for a, b in zip(have, weighted)]
    texts = [
        f"{listing(map(str, group)) or 'none'}{state.label(i)}" for i, group in enumerate(have)
    ]
    none_wanted, lost = not any(wanted), metrics_not_carried(state.model)
    good = (
        not any(have) and not lost
        if none_wanted
        else not any(have[i] for i in bare)
        and not (bare and lost)
        and all(
            any(_same_metric(state, i, w, h) for h in have[i])
            for i, group in enumerate(wanted)
            for w in group
        )
    )
    text = f"metrics {listing(texts)}" if any(have) else "no metrics"
    if lost and not good:
        return (
            False,
            f"{text}, and one that cannot be looked at from here: {lost}",
            "Write a metric of your own as a function of (y_true, y_pred) with keras.ops.",
        )
    if not good and any("exact equality" in h.names for group in have for h in group):
        hint = 'keras.metrics.Accuracy asks for exactly equal numbers: write "accuracy", and Keras takes the right one.'
    return good, text, "" if good else hint


def _asked_to_be_bare(state, want) -> list[int]:
    """The outputs for which an author wrote an empty list: no metric is wanted there."""
    groups = state.per_output(want, "metrics", False) if len(state.names) > 1 and want else []
    return [i for i, group in enumerate(groups) if isinstance(group, (list, tuple)) and not group]


def _same_metric(state, index, want, have) -> bool:
    if want.own is None and have.own is None:
        return want.same(have)
    if want.own is not None and have.own is want.own:
        return True
    one, other = _callable_metric(want), _callable_metric(have)
    if one is None or other is None:
        return False
    return spelling.same_numbers(one, other, state.shapes[index])


def _callable_metric(spelt):
    """Something that gives a number for targets and predictions; None for a metric object, which would keep state."""
    import keras

    if spelt.own is not None:
        return (
            spelt.own
            if callable(spelt.own) and not isinstance(spelt.own, (keras.Metric, type))
            else None
        )
    name = next(iter(spelt.names))
    return getattr(keras.losses, name, None) or getattr(keras.metrics, name, None)


def _metrics(state, value) -> list:
    if value is None or value == [] or value == {} or value == ():
        return [[] for _ in state.names]
    if len(state.names) == 1:
        return [_flat(value)]
    groups = state.per_output(value, "metrics", False)
    return [[] if g is ABSENT or g is None else _flat(g) for g in groups]


def _flat(value) -> list:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return [inner for item in value for inner in _flat(item)]
    return [] if value is None else [value]


def _metrics_of(state, index, group, losses):
    return [spelling.metric(identifier, state.size(index), losses) for identifier in group]


def _loss_names(state) -> list[frozenset]:
    try:
        per_output = state.per_output(state.loss, "loss", True)
        return [
            frozenset()
            if item is None or item is ABSENT
            else spelling.loss(item, state.size(i)).names
            for i, item in enumerate(per_output)
        ]
    except (spelling.Unknown, Misfit):
        return [frozenset()] * len(state.names)


def _judge_loss_weights(state, want):
    try:
        have = _weights(state, state.loss_weights)
        with _asked_of(state, want):
            wanted = _weights(state, want)
    except Misfit as error:
        return False, str(error), error.hint or "Compare loss_weights= with the model's outputs."
    good = all(p.same_number(float(w), h, 1e-9) for w, h in zip(wanted, have))
    text = listing(f"{number(h)}{state.label(i)}" for i, h in enumerate(have))
    none = " (none were given, so each counts 1)" if state.loss_weights is None else ""
    return (
        good,
        f"loss weights {text}{none}",
        "" if good else "Change loss_weights= in model.compile.",
    )


def _weights(state, value) -> list:
    if value is None:
        return [1.0] * len(state.names)
    try:
        return [
            1.0 if w is None or w is ABSENT else float(p.plain(w))
            for w in state.per_output(value, "loss weights", False)
        ]
    except (TypeError, ValueError, p.NotPlain):
        raise Misfit(f"loss weights {describe(value)}") from None


def _author_text(value) -> str:
    if isinstance(value, dict):
        return listing(f"{_author_text(item)} for {key!r}" for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_author_text, value))}]"
    if value is None or type(value) in (str, int, float):
        return str(value)
    if isinstance(value, type) or hasattr(value, "__name__"):
        return str(value.__name__)
    try:
        kind = (
            spelling.optimizer(value) if hasattr(value, "learning_rate") else spelling.metric(value)
        )
        return clip_inline(str(kind), 120)
    except Exception:
        return describe(value)


JUDGES = {
    "loss": _judge_loss,
    "optimizer": _judge_optimizer,
    "metrics": _judge_metrics,
    "loss_weights": _judge_loss_weights,
    "learning_rate": _judge_learning_rate,
}
