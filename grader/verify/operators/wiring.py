"""Wrong answers with another structure: layers dropped, doubled or swapped, branches, merges, connections, inputs and outputs."""

from itertools import combinations

from grader.verify.operators.draft import (
    Edit,
    Void,
    get,
    is_a,
    is_input,
    is_own,
    list_of,
    numbers,
    pairs,
    ref,
    refs,
    short,
)

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
ORDERED = {
    "layers.Concatenate",
    "layers.Subtract",
    "numpy.Concatenate",
    "numpy.Subtract",
    "layers.Dot",
}


def edits(draft, asked):
    yield from _renamed(draft, asked)
    for call in draft.of("call"):
        yield from _of_call(draft, call)
    for step in draft.of("sequential"):
        yield from _of_stack(draft, step)
    for path, step in draft.models().items():
        if step["do"] == "functional":
            yield from _of_ends(draft, path, step)


def _of_call(draft, call):
    place, operation = draft.where(call), draft.operation(call)
    inputs = draft.inputs(call)
    if operation is None or not inputs or len(call["out"]) != 1:
        return
    if len(inputs) > 1:
        yield from _of_merge(draft, call, operation, inputs, place)
    else:
        yield from _of_chain(draft, call, operation, inputs[0], place)
    yield from _elsewhere(draft, call, inputs, place)


def _of_chain(draft, call, operation, taken, place):
    name = short(operation)
    yield Edit("layer dropped", f"{name} is left out", (place,), _drop, draft, call)
    if operation["do"] == "layer" and len(draft.calls_of(operation["id"])) == 1:
        yield Edit("layer doubled", f"{name} stands twice", (place,), _double, draft, call)
    before = [c for c in draft.of("call") if is_own(taken) and c["out"] == [taken["id"]]]
    if (
        before
        and len(draft.users(taken["id"])) == 1
        and len(draft.inputs(before[0])) == 1
        and before[0]["op"] != call["op"]
    ):
        what = f"{short(draft.operation(before[0]))} and {name} in the other order"
        yield Edit("layers swapped", what, (place,), _swap_ops, before[0], call)


def _of_merge(draft, call, operation, inputs, place):
    name, kind, held = short(operation), operation.get("class", ""), list_of(call)
    for n in range(len(inputs)):
        what = f"{name} without its input {n + 1}"
        yield Edit("branch dropped", what, (place, n), _drop_branch, draft, call, n)
    for n in range(len(inputs)) if held is not None else ():
        what = f"{name} takes its input {n + 1} twice"
        yield Edit("branch doubled", what, (place, n), _double_branch, held, n)
    for a, b in combinations(range(len(inputs)), 2) if kind in ORDERED else ():
        what = f"{name} takes its inputs {a + 1} and {b + 1} in the other order"
        yield Edit("merge reordered", what, (place, a, b), _swap_refs, inputs[a], inputs[b])
    for other in MERGES.get(kind, ()):
        if len(draft.calls_of(operation["id"])) == 1 and (
            kind.partition(".")[0] == other.partition(".")[0]
        ):
            what = f"{name} becomes {other.partition('.')[2]}"
            yield Edit("another merge", what, (place, other), _another_merge, operation, other)


def _elsewhere(draft, call, inputs, place):
    """A connection from another tensor of the same shape that was there before."""
    earlier = [step for step in draft.earlier(call) if step["do"] in ("call", "input")]
    there = [ref(n) for step in earlier for n in numbers(step)]
    kind = "skip from elsewhere" if len(inputs) > 1 else "wired elsewhere"
    name = short(draft.operation(call))
    for position, taken in enumerate(inputs):
        shape = draft.shape(taken)
        for other in there if shape is not None else ():
            if other != taken and draft.shape(other) == shape:
                what = f"{name} takes its input {position + 1} from {_tensor(draft, other)}"
                key = place, position, draft.place.get(other["id"])
                yield Edit(kind, what, key, taken.update, other)


def _tensor(draft, held):
    step = draft.maker(held["id"])
    if step["do"] == "input":
        return "an input"
    operation = draft.operation(step)
    return short(operation) if operation else "an earlier tensor"


def _drop(draft, call):
    draft.redirect(call["out"][0], dict(draft.inputs(call)[0]), but=[call])
    draft.steps.remove(call)


def _double(draft, call):
    after = draft.after(call)
    draft.call_behind(call, draft.copy_of(call["op"]["id"], after), after)


def _swap_ops(one, other):
    one["op"], other["op"] = other["op"], one["op"]
    one["kwargs"], other["kwargs"] = other["kwargs"], one["kwargs"]


def _swap_refs(one, other):
    a, b = dict(one), dict(other)
    one.update(b)
    other.update(a)


def _drop_branch(draft, call, position):
    inputs, held = draft.inputs(call), list_of(call)
    if held is not None and len(held) > 2:
        del held[position]
        return
    if len(inputs) != 2:
        raise Void
    draft.redirect(call["out"][0], dict(inputs[1 - position]), but=[call])
    draft.steps.remove(call)


def _double_branch(held, position):
    held.append(dict(held[position]))


def _another_merge(operation, other):
    layer = operation["do"] == "layer"
    operation["config"] = pairs(("name", get(operation, "name"))) if layer else pairs()
    operation["class"] = other
    operation.pop("built", None)


# stacks: models made as keras.Sequential


def _of_stack(draft, step):
    place, held = draft.where(step), step["layers"]
    layers = [draft.maker(layer["id"]) for layer in held]
    if any(layer is None for layer in layers):
        return
    for n, layer in enumerate(layers):
        if is_input(layer):
            continue
        what = f"{short(layer)} is left out of the stack"
        yield Edit("layer dropped", what, (place, n), held.pop, n)
        what = f"{short(layer)} stands twice in the stack"
        yield Edit("layer doubled", what, (place, n), _double_in_stack, draft, step, n)
        if n + 1 < len(layers):
            what = f"{short(layer)} and {short(layers[n + 1])} in the other order"
            yield Edit("layers swapped", what, (place, n), _swap_refs, *held[n : n + 2])


def _double_in_stack(draft, step, n):
    copied = draft.copy_of(step["layers"][n]["id"], step)
    step["layers"].insert(n + 1, ref(copied))


# the ends of a model


def _of_ends(draft, path, step):
    place = draft.where(step)
    where = f" of {'.'.join(map(str, path))}" if len(draft.models()) > 1 else ""
    for end, word in (("inputs", "input"), ("outputs", "head")):
        held = refs(step[end])
        for a, b in combinations(range(len(held)), 2):
            what = f"the {end} {a + 1} and {b + 1}{where} change places"
            yield Edit(f"{word}s swapped", what, (place, end, a, b), _swap_refs, held[a], held[b])
        if len(held) > 1 and is_a(step[end], "list", "tuple", "dict"):
            for a in range(len(held)):
                what = f"without the {word} {a + 1}{where}"
                yield Edit(f"{word} dropped", what, (place, end, a), step[end]["v"].pop, a)
    outputs = refs(step["outputs"])
    shape = draft.shape(outputs[0]) if len(outputs) == 1 else None
    for call in draft.of("call") if shape is not None else ():
        other = ref(call["out"][0])
        if (
            other != outputs[0]
            and len(call["out"]) == 1
            and draft.shape(other) == shape
            and draft.where(call) < place
        ):
            what = f"the output{where} is taken from {_tensor(draft, other)}"
            key = place, "out", draft.where(call)
            yield Edit("wired elsewhere", what, key, outputs[0].update, other)


def _renamed(draft, asked):
    """Inputs and heads whose name the exercise spells out get another one."""
    models = [step for step in draft.models().values() if step["do"] == "functional"]
    for model in models:
        for end, word in (("inputs", "input"), ("outputs", "head")):
            for held in refs(model[end]):
                step = _layer_at(draft, held)
                if step is not None and step["do"] == "layer" and _asked_for(step, asked):
                    what = f"the {word} {get(step, 'name')!r} has another name"
                    key, rename = (draft.where(step),), draft.rename
                    yield Edit(f"{word} renamed", what, key, rename, step, suffix="other")


def _layer_at(draft, held):
    """The layer that gives a tensor its name; None for what came with an earlier message."""
    made = draft.maker(held["id"]) if is_own(held) else None
    if made is None or made["do"] != "input":
        return made and draft.operation(made)
    return draft.maker(made["layer"]["id"])


def _asked_for(step, asked):
    """Whether the exercise spells this layer's name; `activation=` does not mean the layer that Keras called 'activation'."""
    name, kind = get(step, "name"), step["class"].rpartition(".")[2]
    return (
        name in asked.texts
        or name in asked.words
        and name.replace("_", "").rstrip("0123456789") != kind.lower()
    )
