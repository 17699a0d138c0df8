"""Wrong answers that are compiled in another way, or frozen in another place."""

from grader.verify.operators.draft import Edit, get, is_a, is_own, pairs, put, short, weighs

OTHER_LOSSES = {
    "binary_crossentropy": ("mean_squared_error", "categorical_crossentropy"),
    "categorical_crossentropy": ("sparse_categorical_crossentropy", "mean_squared_error"),
    "sparse_categorical_crossentropy": ("categorical_crossentropy", "mean_squared_error"),
    "mean_squared_error": ("mean_absolute_error", "binary_crossentropy"),
    "mean_absolute_error": ("mean_squared_error",),
}
SHORT = {"mse": "mean_squared_error", "mae": "mean_absolute_error"}


def edits(draft):
    for step in draft.of("functional", "sequential"):
        if step.get("compiled") and "settings" in step["compiled"]:
            yield from _of_compiled(draft, step)
    for step in draft.of("layer"):
        if weighs(step) and step.get("built"):
            now = step["trainable"]
            kind, what = ("frozen", "frozen") if now else ("not frozen", "trained")
            key = (draft.where(step),)
            yield Edit(kind, f"{short(step)} is {what}", key, step.update, trainable=not now)
    for path, step in draft.models().items():
        if step["trainable"]:
            what = f"the whole model {'.'.join(map(str, path))} is frozen"
            yield Edit("frozen", what, (draft.where(step),), step.update, trainable=False)


def _of_compiled(draft, step):
    place, settings = draft.where(step), step["compiled"]["settings"]
    yield Edit(
        "not compiled", f"{short(step)} is not compiled", (place,), step.update, compiled=None
    )
    for path, value in _leaves(settings["loss"]):
        for other in _other_losses(draft, value):
            what, key = f"loss {_shown(draft, value)} → {other}", (place, path, other)
            yield Edit("loss", what, key, _put, settings, ("loss", *path), other)
    for path, value in _leaves(settings["metrics"]):
        if value is not None:
            shown, where = _shown(draft, value), ("metrics", *path)
            what = f"without the metric {shown}"
            yield Edit("metric", what, (place, path), _put, settings, where, None)
            other = "mean_absolute_percentage_error"
            what, key = f"metric {shown} → {other}", (place, path, "mape")
            yield Edit("metric", what, key, _put, settings, where, other)
    for path, value in _leaves(settings["loss_weights"]):
        if type(value) in (int, float):
            other, where = value * 2 + 0.1, ("loss_weights", *path)
            what = f"loss weight {value} → {other:g}"
            yield Edit("loss weight", what, (place, path), _put, settings, where, other)
    if settings["loss_weights"] is not None:
        what, none = "without loss weights", {"loss_weights": None}
        yield Edit("loss weight", what, (place,), settings.update, none)
    yield from _optimizers(draft, settings["optimizer"], place)


def _leaves(entry, path=()):
    if is_a(entry, "list", "tuple"):
        return [leaf for n, v in enumerate(entry["v"]) for leaf in _leaves(v, (*path, n))]
    if is_a(entry, "dict"):
        return [leaf for n, (_, v) in enumerate(entry["v"]) for leaf in _leaves(v, (*path, n))]
    return [(path, entry)]


def _put(settings, path, value):
    box, key = settings, path[0]
    for step in path[1:]:
        box, key = _slot(box[key], step)
    box[key] = value


def _slot(holder, key):
    """The list or dict in which a part of an encoded list or dict stands, and where in it."""
    if is_a(holder, "dict"):
        return holder["v"][key], 1
    return holder["v"], key


def _name_of(draft, value):
    """The name of a loss or metric, whichever way it was written."""
    if isinstance(value, str):
        return SHORT.get(value.lower(), value)
    if is_a(value, "builtin"):
        return value["name"].rpartition(".")[2]
    step = draft.maker(value["id"]) if is_own(value) else None
    if step is None or step["do"] != "make":
        return None
    return "".join(
        f"_{c.lower()}" if c.isupper() else c for c in step["class"].partition(".")[2]
    ).lstrip("_")


def _shown(draft, value):
    return _name_of(draft, value) or "of one's own"


def _other_losses(draft, value):
    if value is None:
        return ("mean_squared_error",)
    return OTHER_LOSSES.get(_name_of(draft, value), ("mean_squared_error",))


def _optimizers(draft, held, place):
    made = draft.maker(held["id"]) if is_own(held) else None
    if made is None:
        return
    kind = made["class"].partition(".")[2]
    other = "SGD" if kind != "SGD" else "RMSprop"
    new = {"class": f"optimizers.{other}", "config": pairs(("learning_rate", 0.01))}
    yield Edit("optimizer", f"optimizer {kind} → {other}", (place, other), made.update, new)
    rate = get(made, "learning_rate")
    if type(rate) is float:
        what = f"learning rate {rate:g} → {rate * 10:g}"
        yield Edit("learning rate", what, (place,), put, made, "learning_rate", rate * 10)
