"""Wrong answers that share other weights: sharing broken, or brought in where each should have its own."""

from grader.verify.draft import Edit, get, has, refs, short
from grader.verify.wiring import Void


def edits(draft):
    return [*_broken(draft), *_own_models(draft), *_shared(draft)]


def _broken(draft):
    """The second call of a layer or model goes to a copy with weights of its own."""
    found = []
    for step in draft.of("layer", "functional", "sequential"):
        calls = [call for call in draft.calls_of(step["id"]) if draft.where(call) is not None]
        if not _has_weights(draft, step["id"]):
            continue
        for call in calls[1:]:
            place = draft.where(call)
            found.append(Edit("sharing broken", f"{short(step)} is made anew for its call {calls.index(call) + 1}", (place,),
                              lambda d, place=place: _own_copy(d, d.at_place[place])))
    return found


def _own_copy(draft, call):
    copied = draft.copy_of(call["op"]["id"], call)
    if copied is None:
        raise Void
    call["op"] = {"t": "ref", "id": copied}


def _own_models(draft):
    """A model among several that have weights in common is made anew, with weights of its own."""
    models, found = draft.models(), []
    parts = {path: _weighted(draft, step["id"]) for path, step in models.items()}
    for path, step in models.items():
        if any(parts[path] & parts[other] for other in models if models[other] is not step):
            found.append(Edit("sharing broken", f"{'.'.join(map(str, path))} is a model with weights of its own", (path,), lambda d, path=path: _made_anew(d, path)))
    return found


def _made_anew(draft, path):
    step = draft.models()[path]
    copied = draft.copy_of(step["id"], _end(draft))
    if copied is None:
        raise Void
    for ref in refs(_at(draft.values, path)):
        if ref["id"] == step["id"]:
            ref["id"] = copied


def _end(draft):
    number = draft.number()
    draft.steps.append({"do": "make", "id": number, "class": "initializers.Zeros", "config": {"t": "dict", "v": []}})
    return draft.steps[-1]


def _at(values, path):
    entry = values[path[0]]
    for key in path[1:]:
        entry = next(v for k, v in entry["v"] if k == key) if entry["t"] == "dict" else entry["v"][key]
    return entry


def _weighted(draft, number):
    """The numbers of the layers with weights inside a layer or model."""
    found, waiting, seen = set(), [number], set()
    while waiting:
        number = waiting.pop()
        step = draft.maker(number)
        if step is None or number in seen:
            continue
        seen.add(number)
        if step["do"] == "layer" and step.get("class") != "layers.InputLayer" and _weighs(step):
            found.add(number)
        waiting += [ref["id"] for ref in refs({k: v for k, v in step.items() if k not in ("out", "compiled")}) if ref["t"] == "ref"]
    return found


def _has_weights(draft, number):
    return bool(_weighted(draft, number))


def _weighs(step):
    return any(name.endswith("_initializer") for name, _ in step["config"]["v"]) or step.get("inner") is not None or has(step, "layer")


def _shared(draft):
    """A second layer with the same settings and shapes is not made: the first one is called again."""
    found, steps = [], [s for s in draft.of("layer") if s.get("class") != "layers.InputLayer" and _weighs(s) and len(draft.calls_of(s["id"])) == 1]
    for n, one in enumerate(steps):
        for other in steps[n + 1:]:
            if one["class"] == other["class"] and one.get("built") == other.get("built") and _same_settings(one, other):
                place, first = draft.where(draft.calls_of(other["id"])[0]), draft.where(one)
                if place is None:
                    continue
                found.append(Edit("shared", f"{short(one)} is called again where {short(other)} should stand", (place, first),
                                  lambda d, place=place, first=first: _call_again(d, place, first)))
    return found


def _call_again(draft, place, first):
    draft.at_place[place]["op"] = {"t": "ref", "id": draft.at_place[first]["id"]}


def _same_settings(one, other):
    if one.get("inner") != other.get("inner"):
        return False
    return [p for p in one["config"]["v"] if p[0] != "name"] == [p for p in other["config"]["v"] if p[0] != "name"] and get(one, "name") != get(other, "name")
