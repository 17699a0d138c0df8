"""A call list under edit: the message in which an answer is carried, opened, changed and closed again.

Steps keep their numbers, so that what several models or messages share stays shared. A step that an edit adds gets a number
far above those of the sender. Everything is addressed by `place`, the step's position in the message as it came; so an edit
found in one message can be found again in the next one of the same function.
"""

import copy
import functools
import itertools

from grader.carry import wire

FIRST_NEW = 5_000_000


class Void(Exception):
    """This edit can't be made here."""


class Draft:
    """An opened message.

    Parameters
    ----------
    message : bytes
        From `StudentsEnd.give` or `StudentsEnd.answer`.
    shape_of : callable
        Gives the shape of the symbolic tensor behind a reference `("ref" | "yours", number)`; None where it is none.
    first : Draft, optional
        The first message of the same function, for edits that make a function deaf to its arguments.
    fresh : iterator of int
        Numbers for what edits add, the same iterator for all messages of one answer.
    """

    def __init__(self, message, shape_of, first=None, fresh=None):
        self.document, self.blobs = wire.unpack(message)
        self.steps = self.document["steps"]
        self.values = self.document["values"]
        self.shape_of, self.first = shape_of, first
        self.place = {number: n for n, step in enumerate(self.steps) for number in numbers(step)}
        self.at_place = dict(enumerate(self.steps))
        self._fresh = fresh or itertools.count(FIRST_NEW)

    def message(self):
        """The message with all edits in it."""
        return wire.pack(self.document, self.blobs)

    # what there is

    def of(self, *kinds):
        """The steps of these kinds that came with the message, in order."""
        return [step for step in self.steps if step["do"] in kinds and self.where(step) is not None]

    def where(self, step):
        """The step's place in the message as it came; None for one that an edit added."""
        made = numbers(step)
        return self.place.get(made[0]) if made else None

    def maker(self, number):
        """The step that made this object; None where it came with an earlier message."""
        return next((step for step in self.steps if number in numbers(step)), None)

    def calls_of(self, number):
        """The calls of a layer, operation or model."""
        return [s for s in self.steps if s["do"] == "call" and s["op"] == ref(number)]

    def operation(self, call):
        """The step that made what a call calls; None where it came with an earlier message."""
        return self.maker(call["op"]["id"]) if is_own(call["op"]) else None

    def inputs(self, call):
        """The references to tensors among a call's arguments, in order."""
        return [held for held in refs([call["args"], call["kwargs"]]) if self.is_tensor(held)]

    def is_tensor(self, held):
        step = self.maker(held["id"]) if is_own(held) else None
        if step is not None:
            return step["do"] in ("call", "input", "placeholder")
        return self.shape_of(held["t"], held["id"]) is not None

    def shape(self, held):
        """The shape of a tensor that came with the message; None for a new one."""
        return self.shape_of(held["t"], held["id"]) if held["id"] < FIRST_NEW else None

    def users(self, number):
        """All references to this object, wherever they stand."""
        held = [*map(_needs, self.steps), self.values]
        return [found for found in refs(held) if found == ref(number)]

    def gives_an_output(self, number):
        """Whether a tensor is an output of some model: then what gives it names the output."""
        models = self.of("functional")
        return any(held["id"] == number for step in models for held in refs(step["outputs"]))

    def models(self):
        """The steps of models that are among the values, by the path to each: {("encoder",): step}."""
        found = {}
        for path, held in paths(self.values):
            step = self.maker(held["id"]) if is_own(held) else None
            if step is not None and step["do"] in ("functional", "sequential"):
                found[path] = step
        return found

    # changing it

    def number(self):
        """A number that nothing has yet."""
        return next(self._fresh)

    def insert(self, step, before):
        """Put a step before another one."""
        self.steps.insert(self._index(before), step)

    def _index(self, step):
        return next(i for i, s in enumerate(self.steps) if s is step)

    def redirect(self, number, other, but=()):
        """Let everyone who takes the object `number` take `other` instead, but for these steps."""
        steps = [_needs(step) for step in self.steps if not any(step is b for b in but)]
        for found in refs([*steps, self.values]):
            if found == ref(number):
                found.update(other)

    def earlier(self, step):
        """The steps above a step."""
        return self.steps[: self._index(step)]

    def after(self, step):
        """The step below a step; where there is none, one is made, since nothing can be put behind the last one."""
        index = self._index(step)
        return self.steps[index + 1] if index + 1 < len(self.steps) else self.end()

    def end(self):
        """A new last step, which does nothing."""
        zeros = {"do": "make", "id": self.number(), "class": "initializers.Zeros"}
        self.steps.append({**zeros, "config": pairs()})
        return self.steps[-1]

    def copy_of(self, number, before):
        """A copy of a layer or model, with everything inside it made anew, so with weights of its own; put before a step.

        Returns the copy's number.

        Raises
        ------
        Void
            Parts of it came with an earlier message.
        """
        needed, waiting = [], [number]
        while waiting:
            step = self.maker(waiting.pop())
            if step is None:
                raise Void
            if any(step is s for s in needed):
                continue
            needed.append(step)
            waiting += [held["id"] for held in refs(_inside(step)) if is_own(held)]
        order = [s for s in self.steps if any(s is n for n in needed)]
        fresh = {n: self.number() for step in order for n in numbers(step)}
        for step in order:
            new = copy.deepcopy(step)
            if "out" in new:
                new["out"] = [fresh[n] for n in new["out"]]
            if "id" in new:
                new["id"] = fresh[new["id"]]
            for held in refs(_inside(new)):
                if is_own(held):
                    held["id"] = fresh.get(held["id"], held["id"])
            self.rename(new, suffix="again")
            self.insert(new, before)
        return fresh[number]

    def rename(self, step, name=None, suffix=None):
        """Give a layer, operation or model another name."""

        def changed(old):
            return name if name is not None else f"{old}_{suffix}_{self.number() - FIRST_NEW}"

        if "name" in step:
            step["name"] = changed(step["name"])
        elif step["do"] == "layer" and has(step, "name"):
            put(step, "name", changed(get(step, "name")))

    def new_layer(self, kind, config, before):
        """Add a layer by its wire name and settings; its number."""
        number = self.number()
        name = f"{kind.partition('.')[2].lower()}_{number - FIRST_NEW}_of_mine"
        step = {
            "do": "layer",
            "class": kind,
            "inner": None,
            "trainable": True,
            "id": number,
            "config": pairs(("name", name), *config.items()),
        }
        self.insert(step, before)
        return number

    def new_operation(self, kind, before, *settings):
        """Add one of `keras.ops` by its wire name and settings; the reference to it."""
        number = self.number()
        step = {"do": "op", "id": number, "class": kind, "config": pairs(*settings)}
        self.insert({**step, "name": f"op_{self.number()}"}, before)
        return ref(number)

    def new_call(self, operation, args, before):
        """Add a call of an operation by number on a list of encoded arguments; the reference to its result."""
        number = self.number()
        step = {
            "do": "call",
            "op": ref(operation),
            "args": items(args, "tuple"),
            "kwargs": pairs(),
            "out": [number],
        }
        self.insert(step, before)
        return ref(number)

    def call_behind(self, call, layer, before):
        """Let a layer stand between a call and everyone who takes its result; put before a step."""
        result = self.new_call(layer, [ref(call["out"][0])], before)
        self.redirect(call["out"][0], result, but=[call, self.maker(result["id"])])


def numbers(step):
    """The numbers of what a step makes."""
    return step["out"] if step["do"] == "call" else [step["id"]]


def _needs(step):
    """A step without what it makes: all references in it are to what it needs."""
    return {k: v for k, v in step.items() if k != "out"}


def _inside(step):
    """What a layer or model is made of."""
    return {k: v for k, v in step.items() if k not in ("out", "compiled")}


# entries of the wire


def ref(number):
    """A reference to an object that the same side has made."""
    return {"t": "ref", "id": number}


def items(held, kind="list"):
    return {"t": kind, "v": list(held)}


def pairs(*held):
    return {"t": "dict", "v": [list(pair) for pair in held]}


def is_a(entry, *kinds):
    """Whether an entry is of one of these kinds of the wire."""
    return isinstance(entry, dict) and entry.get("t") in kinds


def is_ref(entry):
    return is_a(entry, "ref", "yours") and type(entry.get("id")) is int


def is_own(entry):
    """Whether it is a reference to an object that the same side has made."""
    return is_a(entry, "ref")


def refs(entry):
    """All references inside an entry, in order; they are the entry's own, so changing them changes it."""
    found, waiting = [], [entry]
    while waiting:
        entry = waiting.pop()
        if is_ref(entry):
            found.append(entry)
        elif isinstance(entry, dict):
            waiting.extend(reversed(list(entry.values())))
        elif isinstance(entry, list):
            waiting.extend(reversed(entry))
    return found


def paths(entry, path=()):
    """(path, entry) of every leaf in encoded values; dicts by key, lists by position."""
    if isinstance(entry, dict) and "t" not in entry:  # the message's own dict of values
        parts = list(entry.items())
    elif is_a(entry, "dict"):
        parts = [(key, value) for key, value in entry["v"] if isinstance(key, (str, int))]
    elif is_a(entry, "list", "tuple"):
        parts = list(enumerate(entry["v"]))
    else:
        return [(path, entry if isinstance(entry, dict) else {"t": "plain", "v": entry})]
    return [leaf for key, value in parts for leaf in paths(value, (*path, key))]


def at(values, path):
    """The entry at a path that `paths` gave."""
    entry = values[path[0]]
    for key in path[1:]:
        held = entry["v"]
        entry = next(v for k, v in held if k == key) if is_a(entry, "dict") else held[key]
    return entry


def list_of(call):
    """The list of tensors that a merging layer takes as its first argument; None for an operation on two."""
    first = call["args"]["v"][0] if call["args"]["v"] else None
    return first["v"] if is_a(first, "list", "tuple") else None


# a layer's settings, which stand as a list of pairs


def get(step, name):
    """A setting of a layer, as it stands on the wire; None where it has none of this name."""
    return next((value for key, value in step["config"]["v"] if key == name), None)


def has(step, name):
    return any(key == name for key, _ in step["config"]["v"])


def is_input(step):
    return step.get("class") == "layers.InputLayer"


def weighs(step):
    """Whether a layer has weights, or holds one that may."""
    own = any(name.endswith("_initializer") for name, _ in step["config"]["v"])
    return not is_input(step) and (own or step.get("inner") is not None or has(step, "layer"))


def put(step, name, value):
    """Change a setting of a layer, or add it."""
    for pair in step["config"]["v"]:
        if pair[0] == name:
            pair[1] = value
            return
    step["config"]["v"].append([name, value])


def name_of(step):
    """The name of a layer, operation or model; "" where it has none."""
    return step.get("name") or (get(step, "name") if step["do"] == "layer" else "") or ""


def short(step):
    """A layer in a few words: `Dense 'reader'`."""
    if step["do"] in ("functional", "sequential"):
        return f"the model {step['name']!r}"
    kind, name = step.get("class", "").partition(".")[2], name_of(step)
    return f"{kind} {name!r}" if name else kind


class Edit:
    """One change: `kind` is its row in the table, `what` says it in words, `key` finds it again, `make()` does it to the draft it came from."""

    def __init__(self, kind, what, key, function, *args, **kwargs):
        self.kind, self.what, self.key = kind, what, (kind, *key)
        self.make = functools.partial(function, *args, **kwargs)

    def __repr__(self):
        return f"<{self.kind}: {self.what}>"
