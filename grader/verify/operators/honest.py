"""Honest variants: the same answer, written in another way. Each must earn what the reference earns.

Which names count is the exercise's matter: a name that its cells spell out (`asked`) is kept, and so is the form of a model
(stack, graph, nested) that they ask for by `expect.sequential()`, `functional()` or `nested(…)`.
"""

import ast
import functools
import random

from grader.verify.operators.draft import (
    Edit,
    Void,
    get,
    has,
    is_a,
    is_input,
    is_own,
    is_ref,
    items,
    list_of,
    name_of,
    numbers,
    pairs,
    put,
    ref,
    refs,
    short,
)
from layergraph.normal import COMMUTATIVE, MERGE_OPERATIONS, TAKES_ACTIVATION

AS_OPERATION = {f"layers.{name}": f"numpy.{name}" for name in MERGE_OPERATIONS}
AS_LAYER = {operation: layer for layer, operation in AS_OPERATION.items()}
COMMUTE = {f"layers.{name}" for name in COMMUTATIVE} | (
    {f"numpy.{name}" for name in COMMUTATIVE & MERGE_OPERATIONS}
)
LOSS_CLASSES = {
    "binary_crossentropy": "BinaryCrossentropy",
    "categorical_crossentropy": "CategoricalCrossentropy",
    "mse": "MeanSquaredError",
    "sparse_categorical_crossentropy": "SparseCategoricalCrossentropy",
    "mean_squared_error": "MeanSquaredError",
    "mean_absolute_error": "MeanAbsoluteError",
    "mae": "MeanAbsoluteError",
}
SPELT = "compile spelt otherwise"


def edits(draft, asked):
    """One edit for each place where the answer can be written in another way.

    Parameters
    ----------
    draft : Draft
    asked : Asked
        What the exercise's own cells ask of names and forms.
    """
    yield from _names(draft, asked)
    yield from _order(draft)
    yield from _initializers(draft)
    for step in draft.of("functional", "sequential"):
        if step.get("compiled") and "settings" in step["compiled"]:
            yield from _compiling(draft, step, step["compiled"]["settings"])
    yield from _structures(draft)
    for call in draft.of("call"):
        operation = draft.operation(call)
        if operation is not None:
            yield from _activation_apart(draft, call, operation)
            yield from _merges(draft, call, operation)
            yield from _linear(draft, call, operation)
    for step in draft.of("sequential"):
        if not asked.sequential:
            yield from _as_graph(draft, step)
        yield from _activation_apart_in_stack(draft, step)
    for step in draft.of("functional"):
        if not asked.functional:
            yield from _as_stack(draft, step)
    if not asked.nested:
        yield from _nested(draft)
        yield from _flat(draft)


# names and order


def _names(draft, asked):
    """Every name that nothing asks for is another one."""
    kinds = "layer", "op", "functional", "sequential"
    if any(name_of(s) and name_of(s) not in asked.words for s in draft.of(*kinds)):
        yield Edit("names", "other names", (), _other_names, draft, asked)
    if draft.of("functional", "sequential"):
        what = "models with other names"
        yield Edit("names", what, ("models",), _other_names_of_models, draft, asked)


def _other_names(draft, asked):
    for step in draft.of("layer", "op", "functional", "sequential"):
        if name_of(step) and _may_change(draft, step, asked):
            draft.rename(step, name=f"my_{draft.where(step)}_{name_of(step)[:3]}")


def _other_names_of_models(draft, asked):
    for step in draft.of("functional", "sequential"):
        if _may_change(draft, step, asked):
            draft.rename(step, name=f"net_{draft.where(step)}")


def _may_change(draft, step, asked):
    """Whether neither the exercise nor settings of compile, a dict by names, speak of this step's name."""
    models = draft.of("functional", "sequential")
    return name_of(step) not in asked.words and not any(
        _speaks_of(model.get("compiled"), name_of(step)) for model in models
    )


def _speaks_of(entry, name):
    if isinstance(entry, dict):
        named = is_a(entry, "dict") and any(pair[0] == name for pair in entry["v"])
        return named or any(_speaks_of(v, name) for v in entry.values())
    return isinstance(entry, list) and any(_speaks_of(v, name) for v in entry)


def _order(draft):
    """The same steps in another order that respects what each needs."""
    for n in (1, 2) if len(draft.of("call")) > 1 else ():
        what = f"made in another order ({n})"
        yield Edit("order of creation", what, (n,), _shuffle, draft, random.Random(n))


def _shuffle(draft, draw):
    made = {n: step for step in draft.steps for n in numbers(step)}
    needs, by_operation = {}, {}
    for step in draft.steps:
        held = refs({k: v for k, v in step.items() if k != "out"})
        needs[id(step)] = {id(made[h["id"]]) for h in held if is_own(h) and h["id"] in made}
        if step["do"] == "call" and is_ref(step["op"]):
            earlier = by_operation.get(step["op"]["id"])
            if earlier is not None:
                needs[id(step)].add(id(earlier))
            by_operation[step["op"]["id"]] = step
    waiting, done, order = list(draft.steps), set(), []
    while waiting:
        ready = [step for step in waiting if needs[id(step)] <= done]
        chosen = draw.choice(ready)
        waiting = [step for step in waiting if step is not chosen]
        order.append(chosen)
        done.add(id(chosen))
    draft.steps[:] = order


def _initializers(draft):
    """Other draws of the first weights."""
    held = [step for step in draft.of("layer") if has(step, "kernel_initializer")]
    if held:
        for what, key, other in (
            ("He's initializer", "he", _he),
            ("seeded initializers", "seed", _seeded),
        ):
            yield Edit("initializers", what, (key,), _draw_otherwise, held, other)


def _draw_otherwise(layers, other):
    for step in layers:
        put(step, "kernel_initializer", other(get(step, "kernel_initializer")))


def _he(entry):
    return {"t": "nested", "class": "initializers.HeNormal", "config": pairs(("seed", None))}


def _seeded(entry):
    if not is_a(entry, "nested"):
        return entry
    settings = [(k, 7 if k == "seed" else v) for k, v in entry["config"]["v"]]
    return {**entry, "config": pairs(*settings)}


# how it is compiled


def _compiling(draft, step, settings):
    place, loss = draft.where(step), settings["loss"]
    to_objects = functools.partial(_loss_objects, draft, step, settings)
    if isinstance(loss, str) and loss in LOSS_CLASSES:
        yield Edit(SPELT, f"loss {loss!r} as an object", (place, "loss"), to_objects)
    if is_a(loss, "dict", "list", "tuple"):
        yield Edit(SPELT, "losses as objects", (place, "losses"), to_objects)
    names = _output_names(draft, step) or []
    for part in ("loss", "loss_weights", "metrics"):
        entry = settings[part]
        if names and is_a(entry, "dict") and {k for k, _ in entry["v"]} == set(names):
            listed = {part: items(dict(entry["v"])[name] for name in names)}
            yield Edit(SPELT, f"{part} as a list", (place, part, "list"), settings.update, listed)
        if len(names) > 1 and is_a(entry, "list") and len(entry["v"]) == len(names):
            named = {part: pairs(*zip(names, entry["v"]))}
            yield Edit(SPELT, f"{part} as a dict", (place, part, "dict"), settings.update, named)
    if is_a(settings["metrics"], "list") and settings["metrics"]["v"] == ["accuracy"]:
        short_form = {"metrics": items(["acc"])}
        yield Edit(SPELT, 'the metric "acc"', (place, "acc"), settings.update, short_form)


def _loss_objects(draft, step, settings):
    made, loss = functools.partial(_made_loss, draft, step), settings["loss"]
    if is_a(loss, "dict"):
        loss["v"] = [[name, made(held)] for name, held in loss["v"]]
    elif is_a(loss, "list", "tuple"):
        loss["v"] = [made(held) for held in loss["v"]]
    else:
        settings["loss"] = made(loss)


def _made_loss(draft, before, loss):
    if not isinstance(loss, str) or loss not in LOSS_CLASSES:
        return loss
    number, kind = draft.number(), f"losses.{LOSS_CLASSES[loss]}"
    draft.insert({"do": "make", "id": number, "class": kind, "config": pairs()}, before)
    return ref(number)


def _output_names(draft, step):
    """The names by which a model's outputs go: those of the layers that give them; None where that can't be said."""
    if step["do"] != "functional":
        return None
    names = []
    for held in refs(step["outputs"]):
        made = draft.maker(held["id"]) if is_own(held) else None
        operation = draft.operation(made) if made is not None and made["do"] == "call" else None
        if operation is None:
            return None
        names.append(name_of(operation))
    return names if len(set(names)) == len(names) else None


# activations and merges


def _takes_activation(step):
    return step["do"] == "layer" and step["class"].partition(".")[2] in TAKES_ACTIVATION


def _activation(layer):
    """The name of the activation that a layer brings along; "" for none and for what has no name."""
    name = get(layer, "activation")
    return name if isinstance(name, str) and name != "linear" else ""


def _activation_apart(draft, call, operation):
    """An activation that a layer brings along, as a layer of its own."""
    if not _takes_activation(operation) or len(draft.calls_of(operation["id"])) != 1:
        return
    name, place = _activation(operation), draft.where(call)
    own = {"relu": "layers.ReLU", "softmax": "layers.Softmax"}.get(name)
    forms = {"layers.Activation": {"activation": name}, **({own: {}} if own else {})}
    for kind, config in forms.items() if name else ():
        what = f"{short(operation)}: {name} as {kind.partition('.')[2]}"
        yield Edit("activation apart", what, (place, kind), _apart, draft, call, kind, config)


def _apart(draft, call, kind, config):
    operation, after = draft.operation(call), draft.after(call)
    put(operation, "activation", "linear")
    layer = draft.new_layer(kind, config, after)
    if draft.gives_an_output(call["out"][0]):  # its name goes along with what gives it
        name = get(operation, "name")
        draft.rename(operation, name=f"{name}_before")
        draft.rename(draft.maker(layer), name=name)
    draft.call_behind(call, layer, after)


def _activation_apart_in_stack(draft, step):
    for n, held in enumerate(step["layers"]):
        layer = draft.maker(held["id"])
        if layer is None or not _takes_activation(layer) or len(draft.users(held["id"])) != 1:
            continue
        if name := _activation(layer):
            what, key = f"{short(layer)}: {name} as a layer of the stack", (draft.where(step), n)
            yield Edit("activation apart", what, key, _apart_in_stack, draft, step, n, name)


def _apart_in_stack(draft, step, n, name):
    put(draft.maker(step["layers"][n]["id"]), "activation", "linear")
    layer = draft.new_layer("layers.Activation", {"activation": name}, step)
    step["layers"].insert(n + 1, ref(layer))


def _linear(draft, call, operation):
    """A linear activation after a layer, which does nothing."""
    out = call["out"][0]
    if (
        _takes_activation(operation)
        and len(draft.users(out)) == 1
        and not draft.gives_an_output(out)
    ):
        what = f"a linear activation after {short(operation)}"
        yield Edit("linear activation", what, (draft.where(call),), _nothing_after, draft, call)


def _nothing_after(draft, call):
    after = draft.after(call)
    nothing = draft.new_layer("layers.Activation", {"activation": "linear"}, after)
    draft.call_behind(call, nothing, after)


def _merges(draft, call, operation):
    inputs, place = draft.inputs(call), draft.where(call)
    if len(inputs) < 2:
        return
    kind, name = operation.get("class", ""), short(operation)
    if kind in COMMUTE:
        what = f"{name} takes its inputs in the other order"
        yield Edit("merge commuted", what, (place,), _turn, inputs)
    if len(draft.calls_of(operation["id"])) != 1 or draft.gives_an_output(call["out"][0]):
        return
    if kind in AS_OPERATION and len(list_of(call) or ()) == 2:
        what = f"{name} as an operator"
        yield Edit("operator", what, (place,), _as_operator, draft, call, AS_OPERATION[kind])
    if kind in AS_LAYER and len(call["args"]["v"]) == 2 and _same_shapes(draft, inputs):
        what = f"the operator {name} as a layer"
        yield Edit("operator", what, (place,), _as_layer, draft, call, AS_LAYER[kind])
    if kind == "layers.Concatenate":
        axis, rank = get(operation, "axis"), len(draft.shape(inputs[0]) or ())
        what, key = f"{name} as keras.ops.concatenate", (place, "ops")
        yield Edit("operator", what, key, _as_concatenate, draft, call, axis)
        if type(axis) is int and rank:
            other = axis + rank if axis < 0 else axis - rank
            what = f"{name}: axis {axis} as {other}"
            yield Edit("axis", what, (place,), put, operation, "axis", other)


def _turn(inputs):
    for held, other in zip(inputs, [dict(other) for other in reversed(inputs)]):
        held.update(other)


def _same_shapes(draft, inputs):
    shapes = [draft.shape(held) for held in inputs]
    return len(shapes) == 2 and shapes[0] is not None and shapes[0] == shapes[1]


def _as_operator(draft, call, kind):
    call["op"] = draft.new_operation(kind, call)
    call["args"]["v"] = list(list_of(call))


def _as_layer(draft, call, kind):
    call["op"] = ref(draft.new_layer(kind, {}, call))
    call["args"]["v"] = [items(call["args"]["v"])]


def _as_concatenate(draft, call, axis):
    call["op"] = draft.new_operation("numpy.Concatenate", call, ("axis", axis))


# forms of models


def _as_graph(draft, step):
    """A stack written with the functional interface."""
    layers = [draft.maker(held["id"]) for held in step["layers"]]
    if len(layers) > 1 and None not in layers and is_input(layers[0]):
        what = f"{short(step)} made with keras.Model"
        yield Edit("stack as graph", what, (draft.where(step),), _functional, draft, step)


def _functional(draft, step):
    first, *layers = [held["id"] for held in step.pop("layers")]
    number = draft.number()
    draft.insert({"do": "input", "id": number, "layer": ref(first)}, step)
    tensor = ref(number)
    for layer in layers:
        tensor = draft.new_call(layer, [tensor], step)
    step.update(do="functional", inputs=items([ref(number)]), outputs=items([dict(tensor)]))


def _chain(draft, step):
    """The input layer and the layers of a model that is one chain, each layer called once and nothing branching off; else None."""
    inputs, outputs = refs(step["inputs"]), refs(step["outputs"])
    if len(inputs) != 1 or len(outputs) != 1 or not all(map(is_own, inputs + outputs)):
        return None
    chain, at = [], outputs[0]["id"]
    while at != inputs[0]["id"]:
        call = draft.maker(at)
        if call is None or call["do"] != "call":
            return None
        operation, taken = draft.operation(call), draft.inputs(call)
        if (
            operation is None
            or operation["do"] == "op"
            or operation["id"] in chain
            or len(taken) != 1
            or not is_own(taken[0])
            or not _takes_one(call)
            or len(call["args"]["v"]) != 1
        ):
            return None
        chain.append(operation["id"])
        at = taken[0]["id"]
    made = draft.maker(at)
    if made is None or made["do"] != "input":
        return None
    return [made["layer"]["id"], *reversed(chain)]


def _takes_one(call):
    """Whether a call has a tensor as its first argument, and nothing by name."""
    return not call["kwargs"]["v"] and is_ref(call["args"]["v"][0])


def _as_stack(draft, step):
    """A chain written as keras.Sequential."""
    chain = _chain(draft, step)
    if chain is not None and len(chain) > 1:
        what = f"{short(step)} made with keras.Sequential"
        yield Edit("graph as stack", what, (draft.where(step),), _sequential, step, chain)


def _sequential(step, chain):
    del step["inputs"], step["outputs"]
    step.update(do="sequential", layers=[ref(number) for number in chain])


def _nested(draft):
    """Two layers that follow one another, put into a model of their own."""
    for call in draft.of("call"):
        before = _call_before(draft, call)
        if (
            before is not None
            and all(_can_go_inside(draft, c) for c in (before, call))
            and len(draft.users(before["out"][0])) == 1
            and not draft.gives_an_output(call["out"][0])
        ):
            name = f"{short(draft.operation(before))} and {short(draft.operation(call))}"
            what, key = f"{name} in a model of their own", (draft.where(call),)
            yield Edit("nested", what, key, _put_inside, draft, before, call)


def _call_before(draft, call):
    taken = draft.inputs(call)
    made = draft.maker(taken[0]["id"]) if len(taken) == 1 and is_own(taken[0]) else None
    here = made is not None and made["do"] == "call" and draft.where(made) is not None
    return made if here else None


def _can_go_inside(draft, call):
    operation = draft.operation(call)
    return (
        operation is not None
        and operation["do"] == "layer"
        and len(draft.inputs(call)) == 1
        and len(draft.users(operation["id"])) == 1
        and len(call["out"]) == 1
        and _takes_one(call)
        and len(call["args"]["v"]) == 1
    )


def _put_inside(draft, first, second):
    model = {
        "do": "sequential",
        "id": draft.number(),
        "name": f"inner_{draft.number()}",
        "layers": [first["op"], second["op"]],
        "trainable": True,
        "compiled": None,
    }
    draft.insert(model, second)
    second["op"] = ref(model["id"])
    second["args"]["v"][0] = dict(first["args"]["v"][0])
    draft.steps.remove(first)


def _flat(draft):
    """The layers of a nested model, called where the model was called."""
    for step in draft.of("functional", "sequential"):
        calls = [c for c in draft.calls_of(step["id"]) if draft.where(c) is not None]
        if not calls or not all(len(draft.inputs(c)) == 1 and _takes_one(c) for c in calls):
            continue
        if step["do"] == "sequential":
            layers = [held["id"] for held in step["layers"]]
        else:
            layers = _chain(draft, step) or []
        if any(draft.maker(n) is None for n in layers):
            continue
        layers = [n for n in layers if not is_input(draft.maker(n))]
        if layers and not any(draft.gives_an_output(c["out"][0]) for c in calls):
            what = f"the layers of {short(step)} written out"
            yield Edit("flat", what, (draft.where(step),), _write_out, draft, step, layers)


def _write_out(draft, step, layers):
    for call in draft.calls_of(step["id"]):
        tensor = dict(call["args"]["v"][0])
        for layer in layers[:-1]:
            tensor = draft.new_call(layer, [tensor], call)
        call["op"] = ref(layers[-1])
        call["args"]["v"] = [tensor]


def _structures(draft):
    """Outputs and inputs as a list, a tuple or alone: Keras takes all of them."""
    for step in draft.models().values():
        for end in ("inputs", "outputs") if step["do"] == "functional" else ():
            entry, key = step[end], (draft.where(step), end)
            if is_ref(entry):
                what, listed = f"the {end} of {short(step)} in a list", {end: items([entry])}
                yield Edit("list or alone", what, key, step.update, listed)
            elif end == "inputs" and is_a(entry, "list") and len(entry["v"]) > 1:
                if all(map(is_ref, entry["v"])):
                    what = f"the inputs of {short(step)} as a dict"
                    yield Edit("list or dict", what, key, _as_dict_of_inputs, draft, step)


def _as_dict_of_inputs(draft, step):
    names = []
    for held in step["inputs"]["v"]:
        made = draft.maker(held["id"])
        if made is None or made["do"] != "input":
            raise Void
        names.append(get(draft.maker(made["layer"]["id"]), "name"))
    if names != sorted(names):  # Keras orders a dict's inputs by name: that would be another order
        raise Void
    step["inputs"] = pairs(*zip(names, step["inputs"]["v"]))


class Asked:
    """What an exercise's cells ask of names and forms, read from their text.

    `texts` are all texts spelt out in them, `words` these and the names of keyword arguments: a layer with such a name keeps it.
    """

    def __init__(self, sources):
        nodes = [node for source in sources if source for node in ast.walk(ast.parse(source))]
        self.texts = {
            node.value
            for node in nodes
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        self.words = self.texts | {
            node.arg for node in nodes if isinstance(node, ast.keyword) and node.arg
        }
        called = {
            node.func.attr
            for node in nodes
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        }
        self.sequential, self.functional, self.nested = (
            "sequential" in called,
            "functional" in called,
            "nested" in called,
        )
