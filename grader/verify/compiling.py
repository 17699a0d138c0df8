"""Wrong answers that are compiled in another way, or frozen in another place."""

from grader.verify.draft import Edit, put, short
from grader.verify.sharing import _weighs

OTHER_LOSSES = {
    "binary_crossentropy": ("mean_squared_error", "categorical_crossentropy"),
    "categorical_crossentropy": ("sparse_categorical_crossentropy", "mean_squared_error"),
    "sparse_categorical_crossentropy": ("categorical_crossentropy", "mean_squared_error"),
    "mean_squared_error": ("mean_absolute_error", "binary_crossentropy"),
    "mean_absolute_error": ("mean_squared_error",),
}
SHORT = {"mse": "mean_squared_error", "mae": "mean_absolute_error"}


def edits(draft):
    found = []
    for step in draft.of("functional", "sequential"):
        if step.get("compiled") and "settings" in step["compiled"]:
            found += _of_compiled(draft, step)
    for step in draft.of("layer"):
        if step.get("class") != "layers.InputLayer" and _weighs(step) and step.get("built"):
            place, now = draft.where(step), step["trainable"]
            found.append(Edit("frozen" if now else "not frozen", f"{short(step)} is {'frozen' if now else 'trained'}", (place,),
                              lambda d, place=place, now=now: d.at_place[place].update(trainable=not now)))
    for path, step in draft.models().items():
        if step["trainable"]:
            place = draft.where(step)
            found.append(Edit("frozen", f"the whole model {'.'.join(map(str, path))} is frozen", (place,), lambda d, place=place: d.at_place[place].update(trainable=False)))
    return found


def _of_compiled(draft, step):
    place, settings = draft.where(step), step["compiled"]["settings"]
    found = [Edit("not compiled", f"{short(step)} is not compiled", (place,), lambda d: d.at_place[place].update(compiled=None))]
    for path, value in _leaves(settings["loss"]):
        for other in _other_losses(draft, value):
            found.append(Edit("loss", f"loss {_shown(draft, value)} → {other}", (place, path, other), lambda d, p=path, o=other: _put(_settings(d, place), ("loss", *p), o)))
    for path, value in _leaves(settings["metrics"]):
        if value is not None:
            found.append(Edit("metric", f"without the metric {_shown(draft, value)}", (place, path), lambda d, p=path: _put(_settings(d, place), ("metrics", *p), None)))
            found.append(Edit("metric", f"metric {_shown(draft, value)} → mean_absolute_percentage_error", (place, path, "mape"),
                              lambda d, p=path: _put(_settings(d, place), ("metrics", *p), "mean_absolute_percentage_error")))
    for path, value in _leaves(settings["loss_weights"]):
        if type(value) in (int, float):
            found.append(Edit("loss weight", f"loss weight {value} → {value * 2 + 0.1:g}", (place, path), lambda d, p=path, v=value: _put(_settings(d, place), ("loss_weights", *p), v * 2 + 0.1)))
    if settings["loss_weights"] is not None:
        found.append(Edit("loss weight", "without loss weights", (place,), lambda d: _settings(d, place).update(loss_weights=None)))
    found += _optimizers(draft, step, place)
    return found


def _settings(draft, place):
    return draft.at_place[place]["compiled"]["settings"]


def _leaves(entry, path=()):
    kind = entry.get("t") if isinstance(entry, dict) else None
    if kind in ("list", "tuple"):
        return [leaf for n, v in enumerate(entry["v"]) for leaf in _leaves(v, (*path, n))]
    if kind == "dict":
        return [leaf for n, (_, v) in enumerate(entry["v"]) for leaf in _leaves(v, (*path, n))]
    return [(path, entry)]


def _put(settings, path, value):
    holder, key = settings, path[0]
    for step in path[1:]:
        holder = holder[key] if isinstance(holder, dict) and "t" not in holder else _inside(holder, key)
        key = step
    if isinstance(holder, dict) and "t" not in holder:
        holder[key] = value
    elif holder["t"] == "dict":
        holder["v"][key][1] = value
    else:
        holder["v"][key] = value


def _inside(holder, key):
    return holder["v"][key][1] if holder["t"] == "dict" else holder["v"][key]


def _name_of(draft, value):
    """The name of a loss or metric, whichever way it was written."""
    if isinstance(value, str):
        return SHORT.get(value.lower(), value)
    if isinstance(value, dict) and value.get("t") == "builtin":
        return value["name"].rpartition(".")[2]
    step = draft.maker(value["id"]) if isinstance(value, dict) and value.get("t") == "ref" else None
    if step is None or step["do"] != "make":
        return None
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in step["class"].partition(".")[2]).lstrip("_")


def _shown(draft, value):
    return _name_of(draft, value) or "of one's own"


def _other_losses(draft, value):
    if value is None:
        return ("mean_squared_error",)
    return OTHER_LOSSES.get(_name_of(draft, value), ("mean_squared_error",))


def _optimizers(draft, step, place):
    ref = step["compiled"]["settings"]["optimizer"]
    made = draft.maker(ref["id"]) if isinstance(ref, dict) and ref.get("t") == "ref" else None
    if made is None:
        return []
    kind, at, found = made["class"].partition(".")[2], draft.where(made), []
    other = "SGD" if kind != "SGD" else "RMSprop"
    found.append(Edit("optimizer", f"optimizer {kind} → {other}", (place, other),
                      lambda d: d.at_place[at].update({"class": f"optimizers.{other}", "config": {"t": "dict", "v": [["learning_rate", 0.01]]}})))
    rate = next((v for k, v in made["config"]["v"] if k == "learning_rate"), None)
    if type(rate) is float:
        found.append(Edit("learning rate", f"learning rate {rate:g} → {rate * 10:g}", (place,), lambda d: put(d.at_place[at], "learning_rate", rate * 10)))
    return found
