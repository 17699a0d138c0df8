"""A call list under edit: the message in which an answer is carried, opened, changed and closed again.

Steps keep their numbers, so that what several models or messages share stays shared. A step that an edit adds gets a number
far above those of the sender. Everything is addressed by `place`, the step's position in the message as it came; so an edit
found in one message can be found again in the next one of the same function.
"""

import copy
import itertools

from grader.engine.transport import wire

FIRST_NEW = 5_000_000


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
        self.at_place = {n: step for n, step in enumerate(self.steps)}
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
        return [step for step in self.steps if step["do"] == "call" and is_ref(step["op"]) and step["op"] == {"t": "ref", "id": number}]

    def inputs(self, call):
        """The references to tensors among a call's arguments, in order."""
        return [ref for ref in refs([call["args"], call["kwargs"]]) if self.is_tensor(ref)]

    def is_tensor(self, ref):
        step = self.maker(ref["id"]) if ref["t"] == "ref" else None
        if step is not None:
            return step["do"] in ("call", "input", "placeholder")
        return self.shape_of(ref["t"], ref["id"]) is not None

    def shape(self, ref):
        """The shape of a tensor that came with the message; None for a new one."""
        return self.shape_of(ref["t"], ref["id"]) if ref["id"] < FIRST_NEW else None

    def users(self, number):
        """All references to this object, wherever they stand."""
        held = [*self.steps, self.values]
        return [ref for ref in refs([{k: v for k, v in s.items() if k != "out"} for s in held]) if ref == {"t": "ref", "id": number}]

    def models(self):
        """The steps of models that are among the values, by the path to each: {("encoder",): step}."""
        found = {}
        for path, ref in _paths(self.values):
            step = self.maker(ref["id"]) if ref.get("t") == "ref" else None
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

    def insert_after(self, step, after):
        self.steps.insert(self._index(after) + 1, step)

    def _index(self, step):
        return next(i for i, s in enumerate(self.steps) if s is step)

    def redirect(self, number, ref, but=()):
        """Let everyone who takes the object `number` take `ref` instead, but for these steps."""
        for step in self.steps:
            if not any(step is b for b in but):
                for found in refs({k: v for k, v in step.items() if k != "out"}):
                    if found == {"t": "ref", "id": number}:
                        found.update(ref)
        for found in refs(self.values):
            if found == {"t": "ref", "id": number}:
                found.update(ref)

    def earlier(self, step):
        """The steps above a step."""
        return self.steps[: self._index(step)]

    def copy_of(self, number, before):
        """A copy of a layer or model, with everything inside it made anew, so with weights of its own; put before a step.

        Returns the copy's number, or None where parts of it came with an earlier message.
        """
        needed, waiting = [], [number]
        while waiting:
            step = self.maker(waiting.pop())
            if step is None:
                return None
            if any(step is s for s in needed):
                continue
            needed.append(step)
            inside = {k: v for k, v in step.items() if k not in ("out", "compiled")}
            waiting += [ref["id"] for ref in refs(inside) if ref["t"] == "ref"]
        order = [s for s in self.steps if any(s is n for n in needed)]
        fresh = {n: self.number() for step in order for n in numbers(step)}
        for step in order:
            new = copy.deepcopy(step)
            if "out" in new:
                new["out"] = [fresh[n] for n in new["out"]]
            if "id" in new:
                new["id"] = fresh[new["id"]]
            for ref in refs({k: v for k, v in new.items() if k not in ("out", "compiled")}):
                if ref["t"] == "ref":
                    ref["id"] = fresh.get(ref["id"], ref["id"])
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
        step = {"do": "layer", "class": kind, "inner": None, "trainable": True, "id": number,
                "config": {"t": "dict", "v": [["name", name], *[list(pair) for pair in config.items()]]}}
        self.insert(step, before)
        return number

    def new_call(self, operation, args, before, kwargs=()):
        """Add a call of an operation by number on a list of encoded arguments; the reference to its result."""
        number = self.number()
        step = {"do": "call", "op": {"t": "ref", "id": operation}, "args": {"t": "tuple", "v": list(args)},
                "kwargs": {"t": "dict", "v": [list(pair) for pair in kwargs]}, "out": [number]}
        self.insert(step, before)
        return {"t": "ref", "id": number}


def numbers(step):
    """The numbers of what a step makes."""
    return step["out"] if step["do"] == "call" else [step["id"]]


def is_ref(entry):
    return isinstance(entry, dict) and entry.get("t") in ("ref", "yours") and type(entry.get("id")) is int


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


def _paths(entry, path=()):
    """(path, entry) of every leaf in encoded values; dicts by key, lists by position."""
    if isinstance(entry, dict) and "t" not in entry:  # the message's own dict of values
        return [p for name, value in entry.items() for p in _paths(value, (*path, name))]
    kind = entry.get("t") if isinstance(entry, dict) else None
    if kind == "dict":
        return [p for key, value in entry["v"] if isinstance(key, (str, int)) for p in _paths(value, (*path, key))]
    if kind in ("list", "tuple"):
        return [p for n, value in enumerate(entry["v"]) for p in _paths(value, (*path, n))]
    return [(path, entry if isinstance(entry, dict) else {"t": "plain", "v": entry})]


# a layer's settings, which stand as a list of pairs


def get(step, name):
    """A setting of a layer, as it stands on the wire."""
    return next(value for key, value in step["config"]["v"] if key == name)


def has(step, name):
    return any(key == name for key, _ in step["config"]["v"])


def put(step, name, value):
    """Change a setting of a layer, or add it."""
    for pair in step["config"]["v"]:
        if pair[0] == name:
            pair[1] = value
            return
    step["config"]["v"].append([name, value])


def short(step):
    """A layer in a few words: `Dense 'reader'`."""
    if step["do"] in ("functional", "sequential"):
        return f"the model {step['name']!r}"
    kind = step.get("class", "").partition(".")[2]
    name = step.get("name") or (get(step, "name") if step["do"] == "layer" and has(step, "name") else "")
    return f"{kind} {name!r}" if name else kind


class Edit:
    """One change: `kind` is its row in the table, `what` says it in words, `key` finds it again, `make` does it to the draft it came from."""

    def __init__(self, kind, what, key, make):
        self.kind, self.what, self.key, self.make = kind, what, (kind, *key), make

    def __repr__(self):
        return f"<{self.kind}: {self.what}>"
