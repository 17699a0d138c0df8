"""Wrong answers with another structure: layers dropped, doubled or swapped, branches, merges, connections, inputs and outputs."""

from grader.verify.draft import Edit, get, is_ref, refs, short

# A merge by layer or by operation -> the others that take its place.
MERGES = {
    "layers.Add": ("layers.Multiply", "layers.Average", "layers.Concatenate"),
    "layers.Multiply": ("layers.Add", "layers.Maximum"),
    "layers.Average": ("layers.Add", "layers.Maximum"),
    "layers.Maximum": ("layers.Add", "layers.Minimum"),
    "layers.Minimum": ("layers.Maximum",),
    "layers.Subtract": ("layers.Add",),
    "layers.Concatenate": ("layers.Add",),
    "numpy.Add": ("numpy.Multiply", "numpy.Maximum"),
    "numpy.Subtract": ("numpy.Add",),
    "numpy.Multiply": ("numpy.Add",),
    "numpy.Maximum": ("numpy.Minimum",),
    "numpy.Minimum": ("numpy.Maximum",),
    "numpy.Absolute": ("numpy.Square",),
}
ORDERED = {"layers.Concatenate", "layers.Subtract", "numpy.Concatenate", "numpy.Subtract", "layers.Dot"}


def edits(draft, asked):
    found = _renamed(draft, asked)
    for call in draft.of("call"):
        found += _of_call(draft, call)
    for step in draft.of("sequential"):
        found += _of_stack(draft, step)
    for path, step in draft.models().items():
        if step["do"] == "functional":
            found += _of_ends(draft, path, step)
    return found


def _of_call(draft, call):
    place, operation = draft.where(call), _operation(draft, call)
    inputs = draft.inputs(call)
    if operation is None or not inputs or len(call["out"]) != 1:
        return []
    name = short(operation)
    found = []
    if len(inputs) == 1:
        found.append(Edit("layer dropped", f"{name} is left out", (place,), lambda d: _drop(d, d.at_place[place])))
        if operation["do"] == "layer" and len(draft.calls_of(operation["id"])) == 1:
            found.append(Edit("layer doubled", f"{name} stands twice", (place,), lambda d: _double(d, d.at_place[place])))
        before = next((c for c in draft.of("call") if c["out"] == [inputs[0]["id"]] and inputs[0]["t"] == "ref"), None)
        if before is not None and len(draft.users(before["out"][0])) == 1 and len(draft.inputs(before)) == 1 and before["op"] != call["op"]:
            other = draft.where(before)
            found.append(Edit("layers swapped", f"{short(_operation(draft, before))} and {name} in the other order", (place,),
                              lambda d: _swap_ops(d.at_place[place], d.at_place[other])))
    else:
        found += _of_merge(draft, call, operation, inputs, place)
    return found + _elsewhere(draft, call, inputs, place)


def _of_merge(draft, call, operation, inputs, place):
    name, kind, found = short(operation), operation.get("class", ""), []
    for position in range(len(inputs)):
        found.append(Edit("branch dropped", f"{name} without its input {position + 1}", (place, position), lambda d, p=position: _drop_branch(d, d.at_place[place], p)))
    if _list_of(call) is not None:
        found += [Edit("branch doubled", f"{name} takes its input {position + 1} twice", (place, position),
                       lambda d, p=position: _list_of(d.at_place[place]).append(dict(_list_of(d.at_place[place])[p])))
                  for position in range(len(inputs))]
    if kind in ORDERED:
        for a in range(len(inputs)):
            for b in range(a + 1, len(inputs)):
                found.append(Edit("merge reordered", f"{name} takes its inputs {a + 1} and {b + 1} in the other order", (place, a, b),
                                  lambda d, a=a, b=b: _swap_refs(*(d.inputs(d.at_place[place])[i] for i in (a, b)))))
    for other in MERGES.get(kind, ()):
        if len(draft.calls_of(operation["id"])) == 1 and (kind.partition(".")[0] == other.partition(".")[0]):
            found.append(Edit("another merge", f"{name} becomes {other.partition('.')[2]}", (place, other),
                              lambda d, other=other: _another_merge(d, d.at_place[place], other)))
    return found


def _elsewhere(draft, call, inputs, place):
    """A connection from another tensor of the same shape that was there before."""
    found = []
    there = [{"t": "ref", "id": n} for step in draft.earlier(call) if step["do"] in ("call", "input") for n in (step["out"] if step["do"] == "call" else [step["id"]])]
    name = short(_operation(draft, call))
    for position, ref in enumerate(inputs):
        shape = draft.shape(ref)
        if shape is None:
            continue
        for other in there:
            if other != ref and draft.shape(other) == shape:
                merge = len(inputs) > 1
                found.append(Edit("skip from elsewhere" if merge else "wired elsewhere", f"{name} takes its input {position + 1} from {_tensor(draft, other)}",
                                  (place, position, draft.place.get(other["id"])),
                                  lambda d, p=position, o=other: d.inputs(d.at_place[place])[p].update(o)))
    return found


def _tensor(draft, ref):
    step = draft.maker(ref["id"])
    if step["do"] == "input":
        return "an input"
    operation = _operation(draft, step)
    return short(operation) if operation else "an earlier tensor"


def _operation(draft, call):
    return draft.maker(call["op"]["id"]) if is_ref(call["op"]) and call["op"]["t"] == "ref" else None


def _drop(draft, call):
    draft.redirect(call["out"][0], dict(draft.inputs(call)[0]), but=[call])
    draft.steps.remove(call)


def _double(draft, call):
    operation = _operation(draft, call)
    out = call["out"][0]
    rest = _after(draft, call)
    copied = draft.copy_of(operation["id"], rest) if rest is not None else None
    if rest is None or copied is None:
        raise Void
    again = draft.new_call(copied, [{"t": "ref", "id": 0}], rest)
    made = draft.maker(again["id"])
    draft.redirect(out, again, but=[call, made])
    made["args"]["v"][0].update({"t": "ref", "id": out})


def _after(draft, call):
    """The step after a call; a message ends with a model or with a call, so a place is made where there is none."""
    index = next(i for i, s in enumerate(draft.steps) if s is call)
    if index + 1 == len(draft.steps):
        number = draft.number()
        draft.steps.append({"do": "make", "id": number, "class": "initializers.Zeros", "config": {"t": "dict", "v": []}})
    return draft.steps[index + 1]


def _swap_ops(one, other):
    one["op"], other["op"] = other["op"], one["op"]
    one["kwargs"], other["kwargs"] = other["kwargs"], one["kwargs"]


def _swap_refs(one, other):
    a, b = dict(one), dict(other)
    one.update(b), other.update(a)


def _list_of(call):
    """The list of tensors that a merging layer takes as its first argument; None for an operation on two."""
    first = call["args"]["v"][0] if call["args"]["v"] else None
    return first["v"] if isinstance(first, dict) and first.get("t") in ("list", "tuple") else None


def _drop_branch(draft, call, position):
    inputs, held = draft.inputs(call), _list_of(call)
    if held is not None and len(held) > 2:
        del held[position]
        return
    draft.redirect(call["out"][0], dict(inputs[1 - position]), but=[call]) if len(inputs) == 2 else _void()
    draft.steps.remove(call)


def _another_merge(draft, call, other):
    operation = _operation(draft, call)
    if operation["do"] == "layer":
        name = get(operation, "name")
        operation["config"] = {"t": "dict", "v": [["name", name]]}
        operation.pop("built", None)
    else:
        operation["config"] = {"t": "dict", "v": []}
    operation["class"] = other


# stacks: models made as keras.Sequential


def _of_stack(draft, step):
    place, found = draft.where(step), []
    layers = [draft.maker(ref["id"]) for ref in step["layers"]]
    if any(layer is None for layer in layers):
        return []
    for n, layer in enumerate(layers):
        if layer.get("class") == "layers.InputLayer":
            continue
        found.append(Edit("layer dropped", f"{short(layer)} is left out of the stack", (place, n), lambda d, n=n: d.at_place[place]["layers"].pop(n)))
        found.append(Edit("layer doubled", f"{short(layer)} stands twice in the stack", (place, n), lambda d, n=n: _double_in_stack(d, d.at_place[place], n)))
        if n + 1 < len(layers):
            found.append(Edit("layers swapped", f"{short(layer)} and {short(layers[n + 1])} in the other order", (place, n),
                              lambda d, n=n: _swap_refs(*d.at_place[place]["layers"][n:n + 2])))
    return found


def _double_in_stack(draft, step, n):
    copied = draft.copy_of(step["layers"][n]["id"], step)
    step["layers"].insert(n + 1, {"t": "ref", "id": copied}) if copied is not None else _void()


# the ends of a model


def _of_ends(draft, path, step):
    place, found = draft.where(step), []
    where = f" of {'.'.join(map(str, path))}" if len(draft.models()) > 1 else ""
    for end, word in (("inputs", "input"), ("outputs", "head")):
        held = refs(step[end])
        for a in range(len(held)):
            for b in range(a + 1, len(held)):
                found.append(Edit(f"{word}s swapped", f"the {end} {a + 1} and {b + 1}{where} change places", (place, end, a, b),
                                  lambda d, end=end, a=a, b=b: _swap_refs(*(refs(d.at_place[place][end])[i] for i in (a, b)))))
        if len(held) > 1 and step[end].get("t") in ("list", "tuple", "dict"):
            for a in range(len(held)):
                found.append(Edit(f"{word} dropped", f"without the {word} {a + 1}{where}", (place, end, a), lambda d, end=end, a=a: d.at_place[place][end]["v"].pop(a)))
    outputs = refs(step["outputs"])
    if len(outputs) == 1:
        shape = draft.shape(outputs[0])
        for call in draft.of("call"):
            other = {"t": "ref", "id": call["out"][0]}
            if shape is not None and other != outputs[0] and len(call["out"]) == 1 and draft.shape(other) == shape and _is_before(draft, call, step):
                found.append(Edit("wired elsewhere", f"the output{where} is taken from {_tensor(draft, other)}", (place, "out", draft.where(call)),
                                  lambda d, other=other: refs(d.at_place[place]["outputs"])[0].update(other)))
    return found


def _renamed(draft, asked):
    """Inputs and heads whose name the exercise spells out get another one."""
    found = []
    for path, model in draft.models().items():
        for end, word in (("inputs", "input"), ("outputs", "head")) if model["do"] == "functional" else ():
            for ref in refs(model[end]):
                made = draft.maker(ref["id"]) if ref["t"] == "ref" else None
                step = None if made is None else draft.maker(made["layer"]["id"]) if made["do"] == "input" else _operation(draft, made)
                if step is not None and step["do"] == "layer" and _asked_for(step, asked):
                    place = draft.where(step)
                    found.append(Edit(f"{word} renamed", f"the {word} {get(step, 'name')!r} has another name", (place,),
                                      lambda d, place=place: d.rename(d.at_place[place], suffix="other")))
    return found


def _asked_for(step, asked):
    """Whether the exercise spells this layer's name; `activation=` does not mean the layer that Keras called 'activation'."""
    name, kind = get(step, "name"), step["class"].rpartition(".")[2]
    return name in asked.texts or name in asked.words and name.replace("_", "").rstrip("0123456789") != kind.lower()


def _is_before(draft, one, other):
    return draft.where(one) < draft.where(other)


class Void(Exception):
    """This edit can't be made here."""


def _void():
    raise Void
