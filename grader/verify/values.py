"""Wrong answers where a value that is no model is another one: numbers, texts, arrays, callbacks."""

from grader.verify.draft import Edit, _paths, short
from grader.verify.sharing import _at


def edits(draft):
    found = []
    for path, entry in _paths(draft.values):
        for other in _others(entry["v"]) if entry["t"] == "plain" else ():
            name = ".".join(map(str, path))
            found.append(Edit("another value", f"{name} is {other!r}, not {entry['v']!r}", (path, repr(other)), lambda d, p=path, o=other: _put(d.values, p, o)))
    for step in draft.of("callback"):
        place = draft.where(step)
        for name, value in step["settings"].items():
            for other in _other_settings(name, value, step["settings"]):
                found.append(Edit("callback setting", f"{short(step)}: {name} {value!r} → {other!r}", (place, name, repr(other)),
                                  lambda d, place=place, n=name, o=other: d.at_place[place]["settings"].update({n: o})))
    return found


def _others(value):
    if isinstance(value, bool):
        return (not value,)
    if type(value) is int:
        return (value + 1, value - 1, value * 2 + 1)
    if type(value) is float:
        return (value * 1.1 + 0.01, -value - 0.5)
    if isinstance(value, str) and value:
        return (value + "s",)
    return ()


def _other_settings(name, value, settings):
    if name in ("verbose", "filepath", "log_dir", "save_freq", "write_graph", "profile_batch", "update_freq", "cooldown"):
        return ()
    if name == "monitor" and isinstance(value, str):
        return (value[4:] if value.startswith("val_") else "val_" + value,)
    if name == "mode" and isinstance(value, str):
        upwards = any(word in str(settings.get("monitor")) for word in ("acc", "auc", "precision", "recall"))  # as "auto" takes it
        return ({"min": "max", "max": "min"}.get(value, "min" if upwards else "max"),)
    return _others(value)


def _put(values, path, other):
    if len(path) == 1:
        values[path[0]] = other
        return
    holder, key = _at(values, path[:-1]), path[-1]
    if holder["t"] == "dict":
        next(pair for pair in holder["v"] if pair[0] == key)[1] = other
    else:
        holder["v"][key] = other
