"""Requirements put to a part of the value: an entry of a dict or list, or what the student's function returns."""

from grader.checks import models as m
from grader.checks import tensors
from grader.checks.finding import NOTHING_YET, RETURNED_NONE, Finding, met, unmet
from grader.checks.raising import is_stub
from grader.checks.requirement import (
    Group,
    Requirement,
    Symbolic,
    as_requirement,
    attempted,
    raised,
)
from grader.checks.wording import clip_inline, count, describe, error_text, shape_text


def item(key, *requirements) -> Group:
    """The requirements for one entry of the value: `item("encoder", …)` of a dict, `item(0, …)` of a list or tuple."""
    if not requirements:
        raise TypeError("expect.item needs requirements")

    def reach(value):
        base = next((b for b in (dict, list, tuple) if issubclass(type(value), b)), None)
        if base is None:
            return unmet(
                describe(value), "Several things are asked for: hand in a dict, a list or a tuple."
            )
        if base is dict:
            if not dict.__contains__(value, key):
                return unmet(
                    f"no entry {key!r}; the keys are {clip_inline(describe(list(dict.keys(value))))}",
                    f"Add the entry {key!r}.",
                )
            part = dict.__getitem__(value, key)
        else:
            if type(key) is not int or not -base.__len__(value) <= key < base.__len__(value):
                return unmet(
                    f"{base.__len__(value)} entries, none at {key!r}",
                    "Hand in as many entries as are asked for.",
                )
            part = base.__getitem__(value, key)
        return part if attempted(part) else NOTHING_YET

    return Group(reach, str(key), tuple(as_requirement(r) for r in requirements))


def calling(*args, **kwargs) -> "Calling":
    """The student's function, called with these arguments; what it returns is judged: `calling(3, 4).gives(value(7))`.

    Arrays and containers are copied before the call. Symbolic tensors (`keras.Input(…)`) may be among the arguments:
    then the tensors that come back are made a model from those inputs to them, and the requirements judge the model
    (`shape` and `dtype` judge the tensor). A function that returns a model instead of a tensor doesn't meet them.
    """
    return Calling(args, kwargs)


class Calling:
    """A call that is not made yet; `gives` and `anew` make the requirement."""

    def __init__(self, args, kwargs):
        self.args, self.kwargs = args, kwargs

    def gives(self, *requirements) -> Group:
        """What the call returns meets these requirements."""
        if not requirements:
            raise TypeError("calling(…).gives needs requirements")
        text = self._text()
        return Group(
            lambda f: self._reach(f, text),
            f"called with {clip_inline(text, 120)}",
            tuple(as_requirement(r) for r in requirements),
            about="called with other values",
        )

    def anew(self) -> Requirement:
        """Called twice, the function makes layers of its own each time: what it returns has no weights in common."""
        text = self._text()

        def judge(function):
            made = []
            for _ in range(2):
                part = self._reach(function, text)
                if isinstance(part, Finding):
                    return part
                made.append(part.model if isinstance(part, Symbolic) else part)
            problem = next((p for p in map(m.model_problem, made) if p), None)
            if problem:
                return unmet(*problem)
            common = {id(v) for v in m.weights(made[0])} & {id(v) for v in m.weights(made[1])}
            if not common:
                return met("new weights at each call")
            look = "Make the layers inside the function: a layer made before it, or kept from the last call, is one layer for all."
            return unmet(
                f"{count(len(common), 'weight array')} in common with the call before", look
            )

        return Requirement(
            f"called twice with {clip_inline(text, 120)}",
            "layers of its own for each call",
            judge,
            about="called twice with other values",
        )

    def _text(self):
        return f"({', '.join([_argument(a) for a in self.args] + [f'{k}={_argument(a)}' for k, a in self.kwargs.items()])})"

    def _reach(self, function, text):
        if not callable(function):
            return unmet(
                describe(function), "A function is asked for: def … with a return at its end."
            )
        args, kwargs = _copy(list(self.args)), _copy(dict(self.kwargs))
        try:
            result = function(*args, **kwargs)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            return raised(error, _call_hint(error, text))
        if not attempted(result):
            return returned_nothing(result, function)
        symbolic = _symbolic(list(args) + list(kwargs.values()))
        return _as_model(symbolic, result) if symbolic else result


def returned_nothing(result, function) -> Finding:
    """What is said of a function that gave `...` or None: there is no answer yet, or there is a body and no return."""
    if result is None and not is_stub(function):
        return RETURNED_NONE
    return NOTHING_YET


def _as_model(symbolic, result):
    import keras

    if isinstance(result, keras.Model):
        return unmet(
            describe(result),
            "The function gets tensors, so return the tensor itself; whoever calls it makes the model.",
        )
    results = _symbolic([result])
    if not results:
        return result
    try:
        model = keras.Model(symbolic[0] if len(symbolic) == 1 else symbolic, result)
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        return unmet(
            f"tensors that don't come from the input of the function ({clip_inline(error_text(error), 120)})",
            "Every layer must be called on what the function was given, or on a result of that.",
        )
    return Symbolic(result, model)


def _symbolic(values) -> list:
    found = []
    for value in values:
        if type(value) in (list, tuple):
            found += _symbolic(value)
        elif type(value) is dict:
            found += _symbolic(value.values())
        elif tensors.is_symbolic(value):
            found.append(value)
    return found


def _call_hint(error, text) -> str:
    if isinstance(error, TypeError) and "argument" in str(error):
        return clip_inline(
            f"The check calls your function with {text}: compare that with its def line.", 300
        )
    if isinstance(error, NameError):
        return f"A name in the body{_place(error)} is not defined: is it misspelt, or not imported?"
    return clip_inline(
        f"Call your function yourself with {text} and read the last lines of the error.", 300
    )


def _place(error) -> str:
    """Where in the student's cell an error arose, if that is known."""
    trace, line = error.__traceback__, None
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if name.startswith("<") or "ipykernel" in name:
            line = trace.tb_lineno
        trace = trace.tb_next
    return f", in line {line} of its cell," if line else ""


def _argument(value) -> str:
    if tensors.is_symbolic(value):
        return f"a tensor {shape_text(tensors.shape_of(value) or ())}"
    return describe(value, 60)


def _copy(value):
    """Arrays and containers anew, so that a function that changes its arguments changes nobody else's."""
    import numpy

    if type(value) is dict:
        return {k: _copy(v) for k, v in value.items()}
    if type(value) in (list, tuple):
        return type(value)(_copy(v) for v in value)
    return value.copy() if type(value) is numpy.ndarray else value
