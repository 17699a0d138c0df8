"""Honest variants: the same answer, written in another way. Each must earn what the reference earns.

Which names count is the exercise's matter: a name that its cells spell out (`asked`) is kept, and so is the form of a model
(stack, graph, nested) that they ask for by `expect.sequential()`, `functional()` or `nested(…)`.
"""

import random

from grader.verify.draft import Edit, get, has, is_ref, numbers, put, refs, short
from grader.verify.sharing import _end
from grader.verify.wiring import Void, _list_of, _operation

# A layer whose activation may stand apart, as in `layergraph.normal`.
TAKES_ACTIVATION = frozenset(
    f"layers.{name}" for name in "Dense EinsumDense Conv1D Conv2D Conv3D Conv1DTranspose Conv2DTranspose Conv3DTranspose "
    "SeparableConv1D SeparableConv2D DepthwiseConv1D DepthwiseConv2D".split()
)
AS_OPERATION = {"layers.Add": "numpy.Add", "layers.Subtract": "numpy.Subtract", "layers.Multiply": "numpy.Multiply",
                "layers.Maximum": "numpy.Maximum", "layers.Minimum": "numpy.Minimum"}
AS_LAYER = {operation: layer for layer, operation in AS_OPERATION.items()}
COMMUTE = {"layers.Add", "layers.Multiply", "layers.Average", "layers.Maximum", "layers.Minimum", "numpy.Add", "numpy.Multiply", "numpy.Maximum", "numpy.Minimum"}
LOSS_CLASSES = {
    "binary_crossentropy": "BinaryCrossentropy", "categorical_crossentropy": "CategoricalCrossentropy", "mse": "MeanSquaredError",
    "sparse_categorical_crossentropy": "SparseCategoricalCrossentropy", "mean_squared_error": "MeanSquaredError",
    "mean_absolute_error": "MeanAbsoluteError", "mae": "MeanAbsoluteError",
}


def edits(draft, asked):
    """One edit for each place where the answer can be written in another way.

    Parameters
    ----------
    draft : Draft
    asked : Asked
        What the exercise's own cells ask of names and forms.
    """
    found = [*_names(draft, asked), *_order(draft), *_initializers(draft), *_compiling(draft), *_structures(draft, asked)]
    for call in draft.of("call"):
        found += [*_activation_apart(draft, call), *_merges(draft, call), *_linear(draft, call)]
    for step in draft.of("sequential"):
        found += [*_as_graph(draft, step, asked), *_activation_apart_in_stack(draft, step)]
    for step in draft.of("functional"):
        found += [*_as_stack(draft, step, asked)]
    return found + [*_nested(draft, asked), *_flat(draft, asked)]


# names and order


def _names(draft, asked):
    """Every name that nothing asks for is another one."""
    named = [step for step in draft.of("layer", "op", "functional", "sequential") if _name(step) and _name(step) not in asked.words]

    def other_names(d):
        for step in d.of("layer", "op", "functional", "sequential"):
            if _name(step) and _name(step) not in asked.words and not _names_an_output(d, step):
                d.rename(step, name=f"my_{d.where(step)}_{_name(step)[:3]}")

    def of_models(d):
        for step in d.of("functional", "sequential"):
            if _name(step) not in asked.words and not _names_an_output(d, step):
                d.rename(step, name=f"net_{d.where(step)}")

    return ([Edit("names", "other names", (), other_names)] if named else []) + (
        [Edit("names", "models with other names", ("models",), of_models)] if draft.of("functional", "sequential") else [])


def _name(step):
    return step.get("name") or (get(step, "name") if step["do"] == "layer" and has(step, "name") else "")


def _names_an_output(draft, step):
    """Whether settings of compile, a dict by names, speak of this name."""
    for model in draft.of("functional", "sequential"):
        if model.get("compiled") and _speaks_of(model["compiled"], _name(step)):
            return True
    return False


def _speaks_of(entry, name):
    if isinstance(entry, dict):
        return entry.get("t") == "dict" and any(pair[0] == name for pair in entry["v"]) or any(_speaks_of(v, name) for v in entry.values())
    return isinstance(entry, list) and any(_speaks_of(v, name) for v in entry)


def _order(draft):
    """The same steps in another order that respects what each needs."""
    if len(draft.of("call")) < 2:
        return []
    return [Edit("order of creation", f"made in another order ({n})", (n,), lambda d, n=n: _shuffle(d, random.Random(n))) for n in (1, 2)]


def _shuffle(draft, draw):
    made = {n: step for step in draft.steps for n in numbers(step)}
    needs, by_operation = {}, {}
    for step in draft.steps:
        needs[id(step)] = {id(made[ref["id"]]) for ref in refs({k: v for k, v in step.items() if k != "out"}) if ref["t"] == "ref" and ref["id"] in made}
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
    he = {"t": "nested", "class": "initializers.HeNormal", "config": {"t": "dict", "v": [["seed", None]]}}

    def put_all(d, value):
        for step in d.of("layer"):
            if has(step, "kernel_initializer"):
                put(step, "kernel_initializer", value(step))

    def seeded(step):
        entry = get(step, "kernel_initializer")
        if not isinstance(entry, dict) or entry.get("t") != "nested":
            return entry
        pairs = [[k, 7 if k == "seed" else v] for k, v in entry["config"]["v"]]
        return {**entry, "config": {"t": "dict", "v": pairs}}

    return [Edit("initializers", "He's initializer", ("he",), lambda d: put_all(d, lambda step: he)),
            Edit("initializers", "seeded initializers", ("seed",), lambda d: put_all(d, seeded))] if held else []


# how it is compiled


def _compiling(draft):
    found = []
    for step in draft.of("functional", "sequential"):
        if not step.get("compiled") or "settings" not in step["compiled"]:
            continue
        place, settings = draft.where(step), step["compiled"]["settings"]
        loss = settings["loss"]
        if isinstance(loss, str) and loss in LOSS_CLASSES:
            found.append(Edit("compile spelt otherwise", f"loss {loss!r} as an object", (place, "loss"), lambda d, place=place: _loss_object(d, place)))
        if isinstance(loss, dict) and loss.get("t") in ("dict", "list", "tuple"):
            found.append(Edit("compile spelt otherwise", "losses as objects", (place, "losses"), lambda d, place=place: _loss_objects(d, place)))
        outputs = _output_names(draft, step)
        for part in ("loss", "loss_weights", "metrics"):
            entry = settings[part]
            if isinstance(entry, dict) and entry.get("t") == "dict" and outputs and {k for k, _ in entry["v"]} == set(outputs):
                found.append(Edit("compile spelt otherwise", f"{part} as a list", (place, part, "list"), lambda d, place=place, part=part: _as_list(d, place, part)))
            if isinstance(entry, dict) and entry.get("t") == "list" and outputs and len(outputs) > 1 and len(entry["v"]) == len(outputs):
                found.append(Edit("compile spelt otherwise", f"{part} as a dict", (place, part, "dict"), lambda d, place=place, part=part: _as_dict(d, place, part)))
        if isinstance(settings["metrics"], dict) and settings["metrics"].get("t") == "list" and settings["metrics"]["v"] == ["accuracy"]:
            found.append(Edit("compile spelt otherwise", 'the metric "acc"', (place, "acc"),
                              lambda d, place=place: d.at_place[place]["compiled"]["settings"].update(metrics={"t": "list", "v": ["acc"]})))
    return found


def _loss_object(draft, place):
    step = draft.at_place[place]
    step["compiled"]["settings"]["loss"] = _made_loss(draft, step["compiled"]["settings"]["loss"], step)


def _loss_objects(draft, place):
    step = draft.at_place[place]
    entry = step["compiled"]["settings"]["loss"]
    if entry["t"] == "dict":
        entry["v"] = [[k, _made_loss(draft, v, step)] for k, v in entry["v"]]
    else:
        entry["v"] = [_made_loss(draft, v, step) for v in entry["v"]]


def _made_loss(draft, loss, before):
    if not isinstance(loss, str) or loss not in LOSS_CLASSES:
        return loss
    number = draft.number()
    draft.insert({"do": "make", "id": number, "class": f"losses.{LOSS_CLASSES[loss]}", "config": {"t": "dict", "v": []}}, before)
    return {"t": "ref", "id": number}


def _output_names(draft, step):
    """The names by which a model's outputs go: those of the layers that give them; None where that can't be said."""
    if step["do"] != "functional":
        return None
    names = []
    for ref in refs(step["outputs"]):
        made = draft.maker(ref["id"]) if ref["t"] == "ref" else None
        operation = _operation(draft, made) if made is not None and made["do"] == "call" else None
        if operation is None:
            return None
        names.append(_name(operation))
    return names if len(set(names)) == len(names) else None


def _as_list(draft, place, part):
    step = draft.at_place[place]
    entry = dict(step["compiled"]["settings"][part]["v"])
    step["compiled"]["settings"][part] = {"t": "list", "v": [entry[name] for name in _output_names(draft, step)]}


def _as_dict(draft, place, part):
    step = draft.at_place[place]
    names = _output_names(draft, step)
    step["compiled"]["settings"][part] = {"t": "dict", "v": [list(pair) for pair in zip(names, step["compiled"]["settings"][part]["v"])]}


# activations and merges


def _activation_apart(draft, call):
    """An activation that a layer brings along, as a layer of its own; or the other way round."""
    operation, place = _operation(draft, call), draft.where(call)
    if operation is None or operation["do"] != "layer" or operation["class"] not in TAKES_ACTIVATION or len(draft.calls_of(operation["id"])) != 1:
        return []
    name = get(operation, "activation") if has(operation, "activation") else None
    if not isinstance(name, str) or name == "linear":
        return []
    forms = [("layers.Activation", {"activation": name})] + {"relu": [("layers.ReLU", {})], "softmax": [("layers.Softmax", {})]}.get(name, [])
    return [Edit("activation apart", f"{short(operation)}: {name} as {kind.partition('.')[2]}", (place, kind),
                 lambda d, kind=kind, config=config: _apart(d, d.at_place[place], kind, config)) for kind, config in forms]


def _apart(draft, call, kind, config):
    operation, out = _operation(draft, call), call["out"][0]
    put(operation, "activation", "linear")
    after = _next(draft, call)
    layer = draft.new_layer(kind, config, after)
    if _is_output_by_name(draft, out):  # the name of an output goes along with what gives it
        name = get(operation, "name")
        draft.rename(operation, name=f"{name}_before")
        draft.rename(draft.maker(layer), name=name)
    result = draft.new_call(layer, [{"t": "ref", "id": 0}], after)
    made = draft.maker(result["id"])
    draft.redirect(out, result, but=[call, made])
    made["args"]["v"][0].update({"t": "ref", "id": out})


def _is_output_by_name(draft, number):
    return any(ref["id"] == number for step in draft.of("functional") for ref in refs(step["outputs"]))


def _next(draft, step):
    index = next(i for i, s in enumerate(draft.steps) if s is step)
    return draft.steps[index + 1] if index + 1 < len(draft.steps) else _end(draft)


def _activation_apart_in_stack(draft, step):
    place, found = draft.where(step), []
    for n, ref in enumerate(step["layers"]):
        layer = draft.maker(ref["id"])
        if layer is None or layer.get("class") not in TAKES_ACTIVATION or len(draft.users(ref["id"])) != 1:
            continue
        name = get(layer, "activation") if has(layer, "activation") else None
        if isinstance(name, str) and name != "linear":
            found.append(Edit("activation apart", f"{short(layer)}: {name} as a layer of the stack", (place, n), lambda d, n=n: _apart_in_stack(d, d.at_place[place], n)))
    return found


def _apart_in_stack(draft, step, n):
    layer = draft.maker(step["layers"][n]["id"])
    name = get(layer, "activation")
    put(layer, "activation", "linear")
    step["layers"].insert(n + 1, {"t": "ref", "id": draft.new_layer("layers.Activation", {"activation": name}, step)})


def _linear(draft, call):
    """A linear activation after a layer, which does nothing."""
    operation, place = _operation(draft, call), draft.where(call)
    if operation is None or operation.get("class") not in TAKES_ACTIVATION or len(draft.users(call["out"][0])) != 1 or _is_output_by_name(draft, call["out"][0]):
        return []
    return [Edit("linear activation", f"a linear activation after {short(operation)}", (place,), lambda d: _nothing_after(d, d.at_place[place]))]


def _nothing_after(draft, call):
    out, after = call["out"][0], _next(draft, call)
    result = draft.new_call(draft.new_layer("layers.Activation", {"activation": "linear"}, after), [{"t": "ref", "id": 0}], after)
    made = draft.maker(result["id"])
    draft.redirect(out, result, but=[call, made])
    made["args"]["v"][0].update({"t": "ref", "id": out})


def _merges(draft, call):
    operation, place = _operation(draft, call), draft.where(call)
    if operation is None or len(draft.inputs(call)) < 2:
        return []
    kind, found, name = operation.get("class", ""), [], short(operation)
    if kind in COMMUTE:
        found.append(Edit("merge commuted", f"{name} takes its inputs in the other order", (place,), lambda d: _turned(d, d.at_place[place])))
    once = len(draft.calls_of(operation["id"])) == 1 and not _is_output_by_name(draft, call["out"][0])
    if kind in AS_OPERATION and once and _list_of(call) is not None and len(_list_of(call)) == 2:
        found.append(Edit("operator", f"{name} as an operator", (place,), lambda d: _as_operator(d, d.at_place[place])))
    if kind in AS_LAYER and once and len(call["args"]["v"]) == 2 and _same_shapes(draft, call):
        found.append(Edit("operator", f"the operator {name} as a layer", (place,), lambda d: _as_layer(d, d.at_place[place])))
    if kind == "layers.Concatenate" and once:
        found.append(Edit("operator", f"{name} as keras.ops.concatenate", (place, "ops"), lambda d: _as_concatenate(d, d.at_place[place])))
        axis, rank = get(operation, "axis"), len(draft.shape(draft.inputs(call)[0]) or ())
        if type(axis) is int and rank:
            other = axis + rank if axis < 0 else axis - rank
            found.append(Edit("axis", f"{name}: axis {axis} as {other}", (place,), lambda d: put(_operation(d, d.at_place[place]), "axis", other)))
    return found


def _turned(draft, call):
    inputs = draft.inputs(call)
    kept = [dict(ref) for ref in inputs]
    for ref, other in zip(inputs, reversed(kept)):
        ref.update(other)


def _same_shapes(draft, call):
    shapes = [draft.shape(ref) for ref in draft.inputs(call)]
    return len(shapes) == 2 and shapes[0] is not None and shapes[0] == shapes[1]


def _as_operator(draft, call):
    operation = _operation(draft, call)
    new = {"do": "op", "id": draft.number(), "class": AS_OPERATION[operation["class"]], "config": {"t": "dict", "v": []}, "name": f"op_{draft.number()}"}
    draft.insert(new, call)
    call["op"] = {"t": "ref", "id": new["id"]}
    call["args"]["v"] = list(_list_of(call))


def _as_layer(draft, call):
    operation = _operation(draft, call)
    call["op"] = {"t": "ref", "id": draft.new_layer(AS_LAYER[operation["class"]], {}, call)}
    call["args"]["v"] = [{"t": "list", "v": list(call["args"]["v"])}]


def _as_concatenate(draft, call):
    operation = _operation(draft, call)
    axis = [["axis", get(operation, "axis")]]
    new = {"do": "op", "id": draft.number(), "class": "numpy.Concatenate", "config": {"t": "dict", "v": axis}, "name": f"op_{draft.number()}"}
    draft.insert(new, call)
    call["op"] = {"t": "ref", "id": new["id"]}


# forms of models


def _as_graph(draft, step, asked):
    """A stack written with the functional interface."""
    layers = [draft.maker(ref["id"]) for ref in step["layers"]]
    if asked.sequential or not layers or any(layer is None for layer in layers) or layers[0].get("class") != "layers.InputLayer" or len(layers) < 2:
        return []
    place = draft.where(step)
    return [Edit("stack as graph", f"{short(step)} made with keras.Model", (place,), lambda d: _functional(d, d.at_place[place]))]


def _functional(draft, step):
    layers = [ref["id"] for ref in step["layers"]]
    number = draft.number()
    draft.insert({"do": "input", "id": number, "layer": {"t": "ref", "id": layers[0]}}, step)
    tensor = {"t": "ref", "id": number}
    for layer in layers[1:]:
        tensor = draft.new_call(layer, [tensor], step)
    step["do"] = "functional"
    del step["layers"]
    step["inputs"], step["outputs"] = {"t": "list", "v": [{"t": "ref", "id": number}]}, {"t": "list", "v": [dict(tensor)]}


def _chain(draft, step):
    """The input layer and the layers of a model that is one chain, each layer called once and nothing branching off; else None."""
    inputs, outputs = refs(step["inputs"]), refs(step["outputs"])
    if len(inputs) != 1 or len(outputs) != 1 or any(ref["t"] != "ref" for ref in inputs + outputs):
        return None
    chain, at = [], outputs[0]["id"]
    while at != inputs[0]["id"]:
        call = draft.maker(at)
        if call is None or call["do"] != "call":
            return None
        operation, taken = _operation(draft, call), draft.inputs(call)
        if operation is None or operation["do"] == "op" or len(taken) != 1 or taken[0]["t"] != "ref" or call["kwargs"]["v"] or len(call["args"]["v"]) != 1:
            return None
        if operation["id"] in chain or not is_ref(call["args"]["v"][0]):
            return None
        chain.append(operation["id"])
        at = taken[0]["id"]
    made = draft.maker(at)
    return None if made is None or made["do"] != "input" else [made["layer"]["id"], *reversed(chain)]


def _as_stack(draft, step, asked):
    """A chain written as keras.Sequential."""
    chain, place = _chain(draft, step), draft.where(step)
    if asked.functional or chain is None or len(chain) < 2:
        return []
    return [Edit("graph as stack", f"{short(step)} made with keras.Sequential", (place,), lambda d: _sequential(d, d.at_place[place]))]


def _sequential(draft, step):
    chain = _chain(draft, step)
    step["do"] = "sequential"
    del step["inputs"], step["outputs"]
    step["layers"] = [{"t": "ref", "id": number} for number in chain]


def _nested(draft, asked):
    """Two layers that follow one another, put into a model of their own."""
    if asked.nested:
        return []
    found = []
    for call in draft.of("call"):
        place, before = draft.where(call), _call_before(draft, call)
        if before is None or not all(_can_go_inside(draft, c) for c in (before, call)) or len(draft.users(before["out"][0])) != 1:
            continue
        if _is_output_by_name(draft, call["out"][0]):
            continue
        other = draft.where(before)
        name = f"{short(_operation(draft, before))} and {short(_operation(draft, call))}"
        found.append(Edit("nested", f"{name} in a model of their own", (place,), lambda d, a=other, b=place: _put_inside(d, d.at_place[a], d.at_place[b])))
    return found


def _call_before(draft, call):
    taken = draft.inputs(call)
    made = draft.maker(taken[0]["id"]) if len(taken) == 1 and taken[0]["t"] == "ref" else None
    return made if made is not None and made["do"] == "call" and draft.where(made) is not None else None


def _can_go_inside(draft, call):
    operation = _operation(draft, call)
    return (operation is not None and operation["do"] == "layer" and len(draft.inputs(call)) == 1 and not call["kwargs"]["v"]
            and len(draft.users(operation["id"])) == 1 and len(call["out"]) == 1 and is_ref(call["args"]["v"][0]) and len(call["args"]["v"]) == 1)


def _put_inside(draft, first, second):
    layers = [first["op"], second["op"]]
    model = {"do": "sequential", "id": draft.number(), "name": f"inner_{draft.number()}", "layers": [dict(ref) for ref in layers],
             "trainable": True, "compiled": None}
    draft.insert(model, second)
    second["op"] = {"t": "ref", "id": model["id"]}
    second["args"]["v"][0] = dict(first["args"]["v"][0])
    draft.steps.remove(first)


def _flat(draft, asked):
    """The layers of a nested model, called where the model was called."""
    if asked.nested:
        return []
    found = []
    for step in draft.of("functional", "sequential"):
        calls = [c for c in draft.calls_of(step["id"]) if draft.where(c) is not None]
        if not calls or any(len(draft.inputs(c)) != 1 or c["kwargs"]["v"] or not is_ref(c["args"]["v"][0]) for c in calls):
            continue
        layers = [ref["id"] for ref in step["layers"]] if step["do"] == "sequential" else _chain(draft, step)
        if not layers or any(draft.maker(n) is None for n in layers):
            continue
        layers = [n for n in layers if draft.maker(n).get("class") != "layers.InputLayer"]
        if any(_is_output_by_name(draft, c["out"][0]) for c in calls) or not layers:
            continue
        place = draft.where(step)
        found.append(Edit("flat", f"the layers of {short(step)} written out", (place,), lambda d, place=place, layers=layers: _write_out(d, d.at_place[place], layers)))
    return found


def _write_out(draft, step, layers):
    for call in draft.calls_of(step["id"]):
        tensor = dict(call["args"]["v"][0])
        for layer in layers[:-1]:
            tensor = draft.new_call(layer, [tensor], call)
        call["op"] = {"t": "ref", "id": layers[-1]}
        call["args"]["v"] = [tensor]


def _structures(draft, asked):
    """Outputs and inputs as a list, a tuple or alone: Keras takes all of them."""
    found = []
    for step in draft.models().values():
        if step["do"] != "functional":
            continue
        place = draft.where(step)
        for end in ("inputs", "outputs"):
            entry = step[end]
            if is_ref(entry):
                found.append(Edit("list or alone", f"the {end} of {short(step)} in a list", (place, end), lambda d, place=place, end=end: d.at_place[place].update({end: {"t": "list", "v": [d.at_place[place][end]]}})))
            elif entry.get("t") == "list" and len(entry["v"]) > 1 and end == "inputs" and all(is_ref(v) for v in entry["v"]):
                found.append(Edit("list or dict", f"the inputs of {short(step)} as a dict", (place, end), lambda d, place=place: _as_dict_of_inputs(d, d.at_place[place])))
    return found


def _as_dict_of_inputs(draft, step):
    names = []
    for ref in step["inputs"]["v"]:
        made = draft.maker(ref["id"])
        if made is None or made["do"] != "input":
            raise Void
        names.append(get(draft.maker(made["layer"]["id"]), "name"))
    if names != sorted(names):  # Keras puts a dict's inputs in the order of their names, which would be another order
        raise Void
    step["inputs"] = {"t": "dict", "v": [list(pair) for pair in zip(names, step["inputs"]["v"])]}


class Asked:
    """What an exercise's cells ask of names and forms, read from their text.

    `texts` are all texts spelt out in them, `words` these and the names of keyword arguments: a layer with such a name keeps it.
    """

    def __init__(self, sources):
        import ast

        nodes = [node for source in sources if source for node in ast.walk(ast.parse(source))]
        self.texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
        self.words = self.texts | {node.arg for node in nodes if isinstance(node, ast.keyword) and node.arg}
        called = {node.func.attr for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)}
        self.sequential, self.functional, self.nested = ("sequential" in called, "functional" in called, "nested" in called)
