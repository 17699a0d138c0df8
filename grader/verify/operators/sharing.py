"""Wrong answers that share other weights: sharing broken, or brought in where each should have its own."""

from itertools import combinations

from grader.verify.operators.draft import (
    Edit,
    at,
    get,
    is_own,
    ref,
    refs,
    short,
    weighs,
)


def edits(draft):
    yield from _broken(draft)
    yield from _own_models(draft)
    yield from _shared(draft)


def _broken(draft):
    """The second call of a layer or model goes to a copy with weights of its own."""
    for step in draft.of("layer", "functional", "sequential"):
        calls = [call for call in draft.calls_of(step["id"]) if draft.where(call) is not None]
        for n, call in enumerate(calls) if _weighted(draft, step["id"]) else ():
            if n:
                what = f"{short(step)} is made anew for its call {n + 1}"
                yield Edit("sharing broken", what, (draft.where(call),), _own_copy, draft, call)


def _own_copy(draft, call):
    call["op"] = ref(draft.copy_of(call["op"]["id"], call))


def _own_models(draft):
    """A model among several that have weights in common is made anew, with weights of its own."""
    models = draft.models()
    parts = {path: _weighted(draft, step["id"]) for path, step in models.items()}
    for path, step in models.items():
        if any(parts[path] & parts[other] for other in models if models[other] is not step):
            what = f"{'.'.join(map(str, path))} is a model with weights of its own"
            yield Edit("sharing broken", what, (path,), _made_anew, draft, path, step)


def _made_anew(draft, path, step):
    copied = draft.copy_of(step["id"], draft.end())
    for held in refs(at(draft.values, path)):
        if held["id"] == step["id"]:
            held["id"] = copied


def _weighted(draft, number):
    """The numbers of the layers with weights inside a layer or model."""
    found, waiting, seen = set(), [number], set()
    while waiting:
        number = waiting.pop()
        step = draft.maker(number)
        if step is None or number in seen:
            continue
        seen.add(number)
        if step["do"] == "layer" and weighs(step):
            found.add(number)
        inside = {k: v for k, v in step.items() if k not in ("out", "compiled")}
        waiting += [held["id"] for held in refs(inside) if is_own(held)]
    return found


def _shared(draft):
    """A second layer with the same settings and shapes is not made: the first one is called again."""
    once = [s for s in draft.of("layer") if weighs(s) and len(draft.calls_of(s["id"])) == 1]
    for one, other in combinations(once, 2):
        (call,) = draft.calls_of(other["id"])
        if draft.where(call) is not None and _same_settings(one, other):
            what = f"{short(one)} is called again where {short(other)} should stand"
            key = draft.where(call), draft.where(one)
            yield Edit("shared", what, key, call.update, op=ref(one["id"]))


def _same_settings(one, other):
    if any(one.get(word) != other.get(word) for word in ("class", "built", "inner")):
        return False
    settings = [[p for p in step["config"]["v"] if p[0] != "name"] for step in (one, other)]
    return settings[0] == settings[1] and get(one, "name") != get(other, "name")
