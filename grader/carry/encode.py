"""The sending side of the transport: values as data. Models become the calls that made them (`grader.carry.calls`).

Runs in the student's process, so nothing it writes is trusted; that is `incoming`'s matter. What matters here is fidelity: a value
that would come out different on the other side is refused with a reason, never approximated.
"""

import inspect
from pathlib import PurePath

import numpy as np

from grader.carry import allowed, wire
from grader.carry.canonical_names import renumber
from grader.carry.link import MAX_NESTING, CannotCarry
from grader.checks.raising import is_stub
from layergraph import keras_adapter

PLAIN = (bool, int, float, str, type(None))
SETTINGS_IN_CALLBACKS = (bool, int, float, str, type(None))


class Sender:
    """Turns values into one message. `link` remembers across messages what has crossed already."""

    def __init__(self, link, *, opaque_tensors=False):
        self.link = link
        self.opaque_tensors = (
            opaque_tensors  # symbolic tensors travel as shape and dtype only (judge to student)
        )
        self.steps, self.blobs = [], []

    def message(self, values, renumbered=False, **more):
        """The message that carries a dict of named values."""
        encoded = {name: self.value(value) for name, value in values.items()}
        document = {"values": encoded, "steps": self.steps, **more}
        if renumbered:
            renumber(document)
        return wire.pack(document, self.blobs)

    def value(self, value, depth=0):
        """A value as data; what cannot be carried becomes a marker with the reason, also inside containers."""
        try:
            return self._value(value, depth, self.value)
        except CannotCarry as reason:
            return {"t": "not carried", "why": str(reason)[:500]}
        except Exception as error:  # a student's object may raise anything when it is looked at
            return {
                "t": "not carried",
                "why": f"looking at this {_kind(value)} raised {type(error).__name__}: {str(error)[:200]}",
            }

    def strict(self, value, depth=0):
        """A value as data, all of it: a part that cannot be carried raises `CannotCarry`. For settings and arguments of calls."""
        return self._value(value, depth, self.strict)

    def _value(self, value, depth, inner):
        if depth > MAX_NESTING:
            raise CannotCarry("it is nested too deeply, or contains itself")
        value = keras_adapter.untracked(value)
        kind = type(value)
        if kind in PLAIN:
            if kind is int and abs(value) >= 2**2000:
                raise CannotCarry("the number is too large")
            return value
        if kind in (list, tuple, set, frozenset):
            items = sorted(value, key=repr) if kind in (set, frozenset) else value
            return {"t": kind.__name__, "v": [inner(v, depth + 1) for v in items]}
        if isinstance(value, dict):
            return {
                "t": "dict",
                "v": [
                    [self.strict(k, depth + 1), inner(v, depth + 1)] for k, v in dict.items(value)
                ],
            }
        if value is Ellipsis:
            return {"t": "ellipsis"}
        if kind is slice:
            return {
                "t": "slice",
                "v": [self.strict(p, depth + 1) for p in (value.start, value.stop, value.step)],
            }
        if kind is range:
            return {"t": "range", "v": [value.start, value.stop, value.step]}
        if kind is complex:
            return {"t": "complex", "v": [value.real, value.imag]}
        if kind is bytes:
            self.blobs.append(value)
            return {"t": "bytes", "blob": len(self.blobs) - 1}
        if isinstance(value, np.generic):
            return {"t": "number", **self._array(np.asarray(value))}
        if isinstance(value, np.ndarray):
            return {"t": "array", **self._array(value)}
        if isinstance(value, np.dtype):
            return {"t": "dtype", "v": value.name}
        return self._object(value, depth, inner)

    def _array(self, array):
        if array.dtype == object and array.size and all(type(v) is str for v in array.flat):
            array = array.astype(str)
        entry = wire.array_to_wire(np.asarray(array), self.blobs)
        if entry is None:
            raise CannotCarry(
                f"an array of dtype {array.dtype} cannot be carried; make its elements numbers or text"
            )
        return entry

    def _object(self, value, depth, inner):
        import keras
        import tensorflow as tf

        known = self.link.known(value)
        if known:
            return known
        if isinstance(value, keras.KerasTensor):
            return self._tensor(value)
        if isinstance(value, (keras.Layer, keras.Operation)):
            from grader.carry.calls import send_operation

            return send_operation(self, value)
        if isinstance(value, keras.Variable):
            return {"t": "tensor", **self._array(np.asarray(value))}
        if isinstance(value, (tf.Tensor, tf.Variable)):
            return {"t": "tensor", **self._array(value.numpy())}
        if isinstance(value, tf.TensorShape):
            return {
                "t": "tuple",
                "v": [self.strict(n) for n in (value.as_list() if value.rank is not None else [])],
            }
        if isinstance(value, tf.DType):
            return {"t": "dtype", "v": value.name}
        if isinstance(value, keras.callbacks.Callback):
            return self._callback(value)
        if id(value) in allowed.function_names():
            return {"t": "builtin", "name": allowed.function_names()[id(value)]}
        if type(value) in allowed.wire_names() and hasattr(value, "get_config"):
            return self._made(value)
        if isinstance(value, BaseException):
            return {"t": "error", "kind": type(value).__name__, "text": str(value)[:2000]}
        if isinstance(value, tuple):  # a named tuple
            return {"t": "tuple", "v": [inner(v, depth + 1) for v in tuple(value)]}
        if inspect.isclass(value):
            wire_name = allowed.wire_names().get(value)
            return (
                {"t": "class", "name": wire_name} if wire_name else self._function(value, "class")
            )
        if callable(value) and not inspect.ismodule(value):
            return self._function(value, "function")
        raise CannotCarry(f"this is {_a(_kind(value))}, which cannot be carried to the checks")

    def _tensor(self, tensor):
        if self.opaque_tensors:
            number = self.link.number(tensor)
            self.steps.append(
                {
                    "do": "placeholder",
                    "id": number,
                    "shape": list(tensor.shape),
                    "dtype": str(tensor.dtype),
                }
            )
            return {"t": "ref", "id": number}
        from grader.carry.calls import send_calls

        send_calls(self, [tensor])
        return self.link.known(tensor)

    def _made(self, thing):
        """An optimizer, loss, metric, initializer, …: class and settings."""
        settings = thing.get_config()
        _own_functions(thing, settings)
        if isinstance(settings.get("fn"), (dict, str)) and "fn" in settings:
            raise CannotCarry(f"{type(thing).__name__} wraps a function; pass the function itself")
        config = self.settings(settings)
        number = self.link.number(thing)
        self.steps.append(
            {
                "do": "make",
                "id": number,
                "class": allowed.wire_names()[type(thing)],
                "config": config,
            }
        )
        return {"t": "ref", "id": number}

    def _callback(self, callback):
        import keras

        if type(callback) is keras.callbacks.History:
            number = self.link.number(callback)
            data = [
                self.value(getattr(callback, name, None)) for name in ("epoch", "history", "params")
            ]
            self.steps.append({"do": "history", "id": number, "data": data})
            return {"t": "ref", "id": number}
        if type(callback) not in allowed.wire_names():
            raise CannotCarry(
                f"{type(callback).__name__} is a callback of your own; it is observed only where the exercise asks for it"
            )
        parameters = inspect.signature(type(callback).__init__).parameters
        settings, observed = {}, {}
        run = (
            {"best"} if getattr(callback, "model", None) is not None else set()
        )  # what a run left there is no setting
        for name, value in vars(callback).items():
            if name in run:
                continue
            if isinstance(value, np.generic):
                value = value.item()  # a patience read from an array is a number like any other
            if isinstance(value, PurePath):
                value = str(value)  # not every callback makes its path a text
            if name in parameters and (isinstance(value, SETTINGS_IN_CALLBACKS) or callable(value)):
                settings[name] = self.strict(value)
            elif isinstance(value, SETTINGS_IN_CALLBACKS) and not name.startswith("_"):
                observed[name] = value
        number = self.link.number(callback)
        name = allowed.wire_names()[type(callback)]
        self.steps.append(
            {
                "do": "callback",
                "id": number,
                "class": name,
                "settings": settings,
                "observed": observed,
            }
        )
        return {"t": "ref", "id": number}

    def _function(self, function, sort):
        number = self.link.number(function)
        self.steps.append(
            {
                "do": "function",
                "id": number,
                "name": str(getattr(function, "__name__", ""))[:100],
                "sort": sort,
                "has_no_body": is_stub(function),
            }
        )
        return {"t": "ref", "id": number}

    def settings(self, config):
        """A Keras config as data: nested built-in objects by class and settings; anything else of a student's own is refused."""
        return {"t": "dict", "v": [[k, self._setting(v, k, 0)] for k, v in config.items()]}

    def _setting(self, value, name, depth):
        if depth > MAX_NESTING:
            raise CannotCarry("its settings are nested too deeply")
        value = keras_adapter.untracked(value)
        if isinstance(value, dict) and "class_name" in value:
            return self._nested(value, name, depth)
        if isinstance(value, dict):
            return {
                "t": "dict",
                "v": [
                    [self.strict(k), self._setting(v, name, depth + 1)] for k, v in value.items()
                ],
            }
        if type(value) in (list, tuple):
            return {
                "t": type(value).__name__,
                "v": [self._setting(v, name, depth + 1) for v in value],
            }
        return self.strict(value, depth)

    def _nested(self, value, name, depth):
        module, class_name = value.get("module"), value.get("class_name")
        family = allowed.module_families().get(module)
        wire_name = f"{family}.{class_name}"
        if class_name == "__numpy__" or class_name == "__tensor__":
            return {
                "t": "array",
                **self._array(np.asarray(value["config"]["value"], dtype=value["config"]["dtype"])),
            }
        if wire_name not in allowed.classes() or value.get("registered_name") not in (
            None,
            class_name,
        ):
            what = value.get("config") if class_name == "function" else class_name
            raise CannotCarry(
                f"its setting {name!r} is {what if isinstance(what, str) else 'a function'}, which is your own; "
                "only what Keras brings along can be carried"
            )
        inner = [[k, self._setting(v, k, depth + 1)] for k, v in value["config"].items()]
        return {"t": "nested", "class": wire_name, "config": {"t": "dict", "v": inner}}


def _own_functions(thing, settings):
    """Refuse a function of the student's own that has the name of a built-in one, which its config would not tell apart."""
    for name in settings:
        held = getattr(thing, name, None)
        if inspect.isfunction(held) and str(held.__module__).split(".")[0] not in (
            "keras",
            "tensorflow",
        ):
            raise CannotCarry(
                f"its setting {name!r} is the function {held.__name__}, which is your own; "
                "only what Keras brings along can be carried"
            )


def _kind(value):
    return type(value).__name__


def _a(word):
    return f"an {word}" if word[:1].lower() in "aeiou" else f"a {word}"
