"""Wrong answers where a value that is no model is another one: numbers, texts, arrays, callbacks."""

import math

from grader.verify.operators.draft import Edit, at, is_a, paths, short


def edits(draft):
    for path, entry in paths(draft.values):
        for other in _others(entry["v"]) if entry["t"] == "plain" else ():
            what = f"{'.'.join(map(str, path))} is {other!r}, not {entry['v']!r}"
            key = path, repr(other)
            yield Edit(
                "another value" + _one_off(entry["v"], other),
                what,
                key,
                _put,
                draft.values,
                path,
                other,
            )
    for step in draft.of("callback"):
        for name, value in step["settings"].items():
            for other in _other_settings(name, value, step["settings"]):
                what = f"{short(step)}: {name} {value!r} → {other!r}"
                key, new = (draft.where(step), name, repr(other)), {name: other}
                yield Edit("callback setting", what, key, step["settings"].update, new)


def _one_off(value, other):
    """What an exercise may leave free about a whole number that was measured: another machine counts one more or less."""
    return ": one more or less" if type(value) is int and abs(other - value) == 1 else ""


def _others(value):
    if isinstance(value, bool):
        return (not value,)
    if type(value) is int:
        return (value + 1, value - 1, value * 2 + 1)
    if type(value) is float:
        others = (
            value * 1.1 + 0.01,
            -value - 0.5,
        )  # at -0.1 and at -0.25 these are the value itself
        return tuple(other for other in others if not math.isclose(other, value))
    if isinstance(value, str) and value:
        return (value + "s",)
    return ()


def _other_settings(name, value, settings):
    if name in (
        "verbose",
        "filepath",
        "log_dir",
        "save_freq",
        "write_graph",
        "profile_batch",
        "update_freq",
        "cooldown",
    ):
        return ()
    if name == "monitor" and isinstance(value, str):
        return (value[4:] if value.startswith("val_") else "val_" + value,)
    if name == "mode" and isinstance(value, str):
        upwards = any(
            word in str(settings.get("monitor")) for word in ("acc", "auc", "precision", "recall")
        )  # as "auto" takes it
        return ({"min": "max", "max": "min"}.get(value, "min" if upwards else "max"),)
    return _others(value)


def _put(values, path, other):
    if len(path) == 1:
        values[path[0]] = other
        return
    holder, key = at(values, path[:-1]), path[-1]
    if is_a(holder, "dict"):
        next(pair for pair in holder["v"] if pair[0] == key)[1] = other
    else:
        holder["v"][key] = other
