"""The receiving side of the transport: checks a message that an untrusted process wrote and makes Keras objects from it.

Every class comes from the tables in `allowed`; every number, string and shape is checked for its type; no code, path or module name
is taken from the wire. What does not hold up becomes a `NotCarried`, never an exception in the judge and never a guess.
"""

import re

import numpy as np

from grader.carry import allowed, wire
from grader.carry.link import MAX_NESTING, CannotCarry, NotCarried, RemoteFunction
from grader.carry.refused import refuse_foreign_forms, refuse_functions
from layergraph import keras_adapter

MAX_STEPS = 60_000
# Raised by a function that is called in `map` or `filter`, they end the check's own loop as if everything had been looked at.
_ENDS_LOOPS = (StopIteration, StopAsyncIteration)
_AUTOMATIC = re.compile(r"^(?P<stem>[a-z][a-z0-9_]*?)(?:_(?P<number>\d{1,9}))?$")


class Receiver:
    """Makes values from messages. `call_back(number, arguments…)` reaches a function on the other side (None: functions are markers)."""

    def __init__(self, link, call_back=None, *, first=True):
        self.link, self.call_back = link, call_back
        self.first = first  # names are kept as they are in the first message; later ones give way to names in use
        self.made = []  # layers in the order in which they were made, for `weights`
        self.blobs = []

    def values(self, message):
        """The dict of named values in a message.

        Raises
        ------
        wire.WireError
            The message as a whole is malformed. A single value that cannot be made is a `NotCarried` instead.
        """
        document, self.blobs = wire.unpack(message)
        if not isinstance(document, dict) or not isinstance(document.get("values"), dict):
            raise wire.WireError("a message without values")
        steps = document.get("steps")
        if not isinstance(steps, list) or len(steps) > MAX_STEPS:
            raise wire.WireError("a message without proper steps")
        try:
            with allowed.nothing_else():
                self._take(steps)
                self.first = False
                return {name: self.value(v) for name, v in document["values"].items()}
        except wire.WireError:
            raise
        except Exception as error:  # of a step that no sender of ours writes
            raise wire.WireError(f"steps in no proper form ({type(error).__name__})") from None

    def value(self, entry, depth=0):
        """A value; a part that cannot be made becomes a `NotCarried`, also inside containers."""
        try:
            return self._value(entry, depth, self.value)
        except CannotCarry as reason:
            return NotCarried(str(reason)[:600])

    def strict(self, entry, depth=0):
        """A value, all of it, or `CannotCarry`."""
        return self._value(entry, depth, self.strict)

    # values

    def _value(self, entry, depth, inner):
        if depth > MAX_NESTING:
            raise CannotCarry("it is nested too deeply")
        if entry is None or type(entry) in (bool, int, float, str):
            return entry
        if not isinstance(entry, dict) or type(entry.get("t")) is not str:
            raise CannotCarry("it came in no proper form")
        reader = (
            getattr(self, "_read_" + entry["t"].replace(" ", "_"), None)
            if entry["t"].replace(" ", "").isalpha()
            else None
        )
        if reader is None:
            raise CannotCarry("it came in no proper form")
        try:
            return reader(entry, depth, inner)
        except CannotCarry:
            raise
        except Exception as error:  # a malformed entry; the details may hold anything
            raise CannotCarry(f"it could not be made again ({type(error).__name__})") from None

    def _items(self, entry, count=None):
        items = entry["v"]
        if not isinstance(items, list) or (count is not None and len(items) != count):
            raise CannotCarry("it came in no proper form")
        return items

    def _read_list(self, entry, depth, inner):
        return [inner(v, depth + 1) for v in self._items(entry)]

    def _read_tuple(self, entry, depth, inner):
        return tuple(inner(v, depth + 1) for v in self._items(entry))

    def _read_set(self, entry, depth, inner):
        return {self.strict(v, depth + 1) for v in self._items(entry)}

    def _read_frozenset(self, entry, depth, inner):
        return frozenset(self._read_set(entry, depth, inner))

    def _read_dict(self, entry, depth, inner):
        return {self.strict(k, depth + 1): inner(v, depth + 1) for k, v in self._items(entry)}

    def _read_ellipsis(self, entry, depth, inner):
        return Ellipsis

    def _read_slice(self, entry, depth, inner):
        return slice(*(self.strict(v, depth + 1) for v in self._items(entry, 3)))

    def _read_range(self, entry, depth, inner):
        return range(*(int(v) for v in self._items(entry, 3)))

    def _read_complex(self, entry, depth, inner):
        return complex(*(float(v) for v in self._items(entry, 2)))

    def _read_bytes(self, entry, depth, inner):
        return self.blobs[_index(entry["blob"])]

    def _read_number(self, entry, depth, inner):
        return wire.array_from_wire(entry, self.blobs)[()]

    def _read_array(self, entry, depth, inner):
        return wire.array_from_wire(entry, self.blobs)

    def _read_tensor(self, entry, depth, inner):
        import tensorflow as tf

        return tf.constant(wire.array_from_wire(entry, self.blobs))

    def _read_dtype(self, entry, depth, inner):
        return np.dtype(wire._dtype(entry["v"]))

    def _read_error(self, entry, depth, inner):
        import builtins

        kind = getattr(builtins, str(entry["kind"]), None)
        plain = (
            isinstance(kind, type)
            and issubclass(kind, Exception)
            and not issubclass(kind, (UnicodeError, OSError, *_ENDS_LOOPS))
        )
        text = str(entry["text"])[:2000]
        return kind(text) if plain else RuntimeError(f"{str(entry['kind'])[:100]}: {text}")

    def _read_builtin(self, entry, depth, inner):
        return allowed.functions()[entry["name"]]

    def _read_class(self, entry, depth, inner):
        return allowed.classes()[entry["name"]][0]

    def _read_not_carried(self, entry, depth, inner):
        raise CannotCarry(str(entry.get("why"))[:500])

    def _read_ref(self, entry, depth, inner):
        thing = self.link.theirs[_index(entry["id"])]
        if isinstance(thing, NotCarried):
            raise CannotCarry(thing.why_not_carried)
        return thing

    def _read_yours(self, entry, depth, inner):
        return self.link.mine[_index(entry["id"])]

    def _read_nested(self, entry, depth, inner):
        """A built-in object inside a layer's settings, in the form that Keras' own `from_config` expects."""
        _, module = allowed.classes()[entry["class"]]
        config = self._settings(entry["config"], depth + 1)
        return {
            "module": module,
            "class_name": entry["class"].split(".")[1],
            "config": config,
            "registered_name": None,
        }

    def _settings(self, entry, depth=0):
        """A layer's settings. Dicts in Keras' serialised form arise from `nested` alone, never from the wire."""
        settings = self.strict(entry, depth)
        if not isinstance(settings, dict) or not all(type(k) is str for k in settings):
            raise CannotCarry("its settings came in no proper form")
        refuse_foreign_forms(entry)
        refuse_functions(settings)
        for name in allowed.FILE_SETTINGS & set(settings):
            if isinstance(settings[name], str):
                raise CannotCarry(f"its setting {name!r} names a file")
        return settings

    # steps

    def _take(self, steps):
        for step in steps:
            numbers = _numbers(step)
            if any(n in self.link.theirs for n in numbers):
                raise wire.WireError("two steps make the same object")
            try:
                made = getattr(self, "_do_" + step["do"])(step)
                if len(made) != len(numbers):
                    raise CannotCarry(
                        "a call gave another number of results than it gave to the student"
                    )
            except CannotCarry as reason:
                made = [NotCarried(str(reason)[:600])] * len(numbers)
            except Exception as error:  # Keras refuses these settings or this call
                made = [
                    NotCarried(
                        f"it could not be built again: {type(error).__name__}: {str(error)[:300]}"
                    )
                ] * len(numbers)
            for number, thing in zip(numbers, made):
                self.link.got(number, thing)
        self._settle(steps)

    def _do_input(self, step):
        return [self.strict(step["layer"]).output]

    def _do_placeholder(self, step):
        import keras

        shape = [None if n is None else _index(n) for n in step["shape"]]
        return [
            keras.Input(batch_shape=shape, dtype=str(np.dtype(wire._dtype(step["dtype"])).name))
        ]

    def _do_layer(self, step):
        cls, module = allowed.classes()[step["class"]]
        if module != "keras.layers":
            raise CannotCarry("this is not a layer")
        config = self._settings(step["config"])
        if "name" in config:
            config["name"] = self._name(config["name"], cls.__name__)
        if step.get("inner") is not None:
            config.pop("layer", None)
            layer = cls(self.strict(step["inner"]), **self._without_nested(config))
        else:
            layer = cls.from_config(config)
        if step.get("state"):
            shapes = step.get("built")
            layer.build_from_config(_tuples(shapes)) if shapes else None
            _assign(layer.weights, [self.strict(v) for v in step["state"]])
            layer.finalize_state()
        self.made.append(layer)
        return [layer]

    def _without_nested(self, config):
        """Settings for a constructor, which wants objects where `from_config` wants dicts."""
        import keras

        return {
            k: keras.saving.deserialize_keras_object(v)
            if isinstance(v, dict) and "class_name" in v
            else v
            for k, v in config.items()
        }

    def _do_op(self, step):
        operation = allowed.operations()[step["class"]](**self._settings(step["config"]))
        operation.name = self._name(step["name"], type(operation).__name__)
        return [operation]

    def _do_call(self, step):
        import keras

        operation = self.strict(step["op"])
        if not isinstance(operation, keras.Operation):
            raise CannotCarry("what is called is not a layer")
        args, kwargs = self.strict(step["args"]), self.strict(step["kwargs"])
        if (
            not isinstance(args, tuple)
            or not isinstance(kwargs, dict)
            or not all(type(k) is str for k in kwargs)
        ):
            raise CannotCarry("a call came in no proper form")
        refuse_functions([args, kwargs])
        return keras.tree.flatten(operation(*args, **kwargs))

    def _do_functional(self, step):
        import keras

        model = keras.Model(
            self.strict(step["inputs"]),
            self.strict(step["outputs"]),
            name=self._name(step["name"], "Functional"),
        )
        self._compile(model, step.get("compiled"))
        return [model]

    def _do_sequential(self, step):
        import keras

        model = keras.Sequential(
            [self.strict(layer) for layer in step["layers"]],
            name=self._name(step["name"], "Sequential"),
        )
        self._compile(model, step.get("compiled"))
        return [model]

    def _do_make(self, step):
        cls, module = allowed.classes()[step["class"]]
        if module == "keras.layers":
            raise CannotCarry("a layer came in no proper form")
        return [cls.from_config(self._settings(step["config"]))]

    def _do_history(self, step):
        import keras

        history = keras.callbacks.History()
        history.epoch, history.history, history.params = (self.value(v) for v in step["data"])
        return [history]

    def _do_callback(self, step):
        cls, module = allowed.classes()[step["class"]]
        if module != "keras.callbacks":
            raise CannotCarry("this is not a callback")
        callback = cls(**{str(k): self.strict(v) for k, v in step["settings"].items()})
        for name, value in step["observed"].items():
            if name in vars(callback) and type(value) in (bool, int, float, str, type(None)):
                setattr(callback, name, value)
        return [callback]

    def _do_function(self, step):
        if self.call_back is None:
            raise CannotCarry("functions cannot be called from here")
        return [
            RemoteFunction(
                _index(step["id"]),
                _identifier(step.get("name")),
                str(step.get("sort"))[:20],
                self.call_back,
                step.get("has_no_body") is True,
            )
        ]

    def _compile(self, model, compiled):
        if not compiled:
            return
        if "settings" not in compiled:
            model.why_not_compiled = str(compiled.get("why"))[:500]
            return
        from grader.carry.decode_compile import compile_settings

        try:
            settings, missing = compile_settings(self, compiled["settings"])
            model.compile(**settings)
            model.carried_training = _last_training(compiled.get("trained"))
            if missing:
                model.metrics_not_carried = "; ".join(missing)
        except CannotCarry as reason:
            model.why_not_compiled = str(reason)[:500]
        except Exception as error:
            model.why_not_compiled = (
                f"compile refused these settings: {type(error).__name__}: {str(error)[:300]}"
            )

    def _settle(self, steps):
        """What can only be said when everything stands: shapes of layers that no call built, and what is frozen (outermost first)."""
        for step in reversed(steps):
            layer = (
                self.link.theirs.get(step["id"]) if "id" in step and "trainable" in step else None
            )
            if layer is None or isinstance(layer, NotCarried):
                continue
            if step.get("built") and not layer.built:
                try:
                    layer.build_from_config(_tuples(step["built"]))
                except Exception:  # stays unbuilt, as if never used
                    pass
            if layer.trainable != step["trainable"]:
                layer.trainable = bool(step["trainable"])
            for n in step.get("frozen", ()):
                if type(n) is int and 0 <= n < len(layer.weights):
                    layer.weights[n].trainable = False

    def _name(self, name, class_name):
        """A layer's name. An automatic one gives way to a name in use, and no automatic name of ours will meet it later."""
        if type(name) is not str or not 0 < len(name) <= 200 or "/" in name:
            raise CannotCarry("a layer has no proper name")
        match = _AUTOMATIC.match(name)
        if not match or match["stem"] != keras_adapter.snake_case(
            class_name
        ):  # chosen by the student
            return name
        stem, number = match["stem"], int(match["number"] or 0)
        used = keras_adapter.name_counts()
        if not self.first and number < used.get(stem, 0):
            return keras_adapter.automatic_name(stem)
        used[stem] = max(used.get(stem, 0), number + 1)
        return name

    def weights(self, message):
        """Give the layers the weights in a message that `weights.send` wrote; False where they do not fit."""
        from grader.carry.weights import variables

        document, blobs = wire.unpack(message)
        entries = document.get("weights") if isinstance(document, dict) else None
        own = variables(self.made)
        if not isinstance(entries, list) or len(entries) != len(own):
            return False
        arrays = [wire.array_from_wire(e, blobs) for e in entries]
        if any(
            tuple(v.shape) != a.shape or str(v.dtype) != a.dtype.name for v, a in zip(own, arrays)
        ):
            return False
        _assign(own, arrays)
        return True


def _last_training(told):
    """(steps, weight arrays) of `grader.carry.encode_compile`; None where it is anything else."""
    good = type(told) is list and [type(x) for x in told] == [int, int] and min(told) > 0
    return tuple(told) if good else None


def _assign(variables, arrays):
    if len(variables) != len(arrays):
        raise CannotCarry("it has another number of weights")
    for variable, array in zip(variables, arrays):
        variable.assign(array)


def _numbers(step):
    """The numbers of the objects that a step makes."""
    if (
        not isinstance(step, dict)
        or not isinstance(step.get("do"), str)
        or not step["do"].isalpha()
    ):
        raise wire.WireError("a step in no proper form")
    numbers = step["out"] if step["do"] == "call" else [step.get("id")]
    if not isinstance(numbers, list) or not all(type(n) is int and 0 <= n < 10**7 for n in numbers):
        raise wire.WireError("a step in no proper form")
    return numbers


def _index(number):
    if type(number) is not int or not 0 <= number < 2**40:
        raise CannotCarry("it came in no proper form")
    return number


def _identifier(name):
    return name if isinstance(name, str) and name.isidentifier() and len(name) < 100 else "function"


def _tuples(shapes):
    """Shapes as Keras wants them, from JSON."""
    if isinstance(shapes, dict):
        return {str(k): _tuples(v) for k, v in shapes.items()}
    if isinstance(shapes, list):
        return tuple(_tuples(v) for v in shapes)
    if shapes is None or type(shapes) is int:
        return shapes
    raise CannotCarry("a shape came in no proper form")
