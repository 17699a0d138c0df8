"""Wrong answers with one setting of one layer changed."""

from grader.verify.draft import Edit, get, has, put, short

# Settings that are no part of what an exercise asks: names, seeds, storage, and how a layer computes rather than what.
PASSED_OVER = frozenset(
    "name dtype trainable seed data_format autocast supports_masking unroll stateful implementation use_cudnn sparse ragged optional "
    "synchronized batch_shape build_config input_length lora_rank lora_alpha quantization_config registered_name zero_output_for_mask "
    "vocabulary idf_weights mean variance flash_attention".split()
)
OTHER_WORDS = {
    "padding": {"same": ("valid",), "valid": ("same",), "causal": ("same",)},
    "merge_mode": {"concat": ("sum",), "sum": ("concat",), "mul": ("sum",), "ave": ("sum",)},
    "interpolation": {"nearest": ("bilinear",), "bilinear": ("nearest",)},
    "output_mode": {"int": ("multi_hot",), "multi_hot": ("count",), "one_hot": ("multi_hot",), "count": ("multi_hot",), "tf_idf": ("count",)},
}
OTHER_ACTIVATIONS = {
    "relu": ("tanh", "linear", "leaky_relu"), "linear": ("relu", "sigmoid"), "softmax": ("sigmoid", "linear"), "sigmoid": ("linear", "tanh"),
    "tanh": ("relu", "sigmoid"), "elu": ("relu",), "gelu": ("relu",), "selu": ("elu",), "silu": ("relu",),
}


def edits(draft):
    """One edit for each other value of each setting of each layer."""
    found = []
    for step in draft.of("layer", "op"):
        place = draft.where(step)
        if step.get("class") == "layers.InputLayer":
            found += _of_input(step, place)
            continue
        if step["do"] == "layer" and not _is_used(draft, step):
            continue
        for path, name, value in _settings(step["config"]):
            for other in others(name, value):
                found.append(Edit(
                    f"setting: {name}", f"{short(step)}: {name} {_shown(value)} → {_shown(other)}", (place, path, _shown(other)),
                    lambda d, place=place, path=path, other=other: _put_at(d.at_place[place]["config"], path, other),
                ))
        found += _regularized(step, place)
    return found + _deaf(draft)


def others(name, value):
    """Other values for a setting, as they stand on the wire; none where a setting is passed over."""
    if name in PASSED_OVER or name.endswith(("_initializer", "_constraint", "_regularizer")):
        return ()
    if name.endswith("activation"):
        return OTHER_ACTIVATIONS.get(value or "linear", ("relu",)) if value is None or isinstance(value, str) else ()
    if isinstance(value, bool):
        return (not value,)
    if name == "axis" and type(value) is int:
        return (1,) if value == -1 else (-1,)
    if type(value) is int:
        return tuple(dict.fromkeys(n for n in (value + 1, value * 2, value // 2) if n > 0 and n != value)) if value > 0 else (value + 1,)
    if type(value) is float:
        return (round(value * 0.5, 6), 0.9) if value else (0.1,)
    if isinstance(value, str):
        return OTHER_WORDS.get(name, {}).get(value, ())
    if isinstance(value, dict) and value.get("t") in ("list", "tuple"):
        return _other_numbers(name, value)
    return ()


def _other_numbers(name, value):
    numbers = value["v"]
    if not numbers or not all(type(n) is int for n in numbers):
        return ()
    if name == "strides" or name == "dilation_rate":
        new = ([2 if n == 1 else 1 for n in numbers],)
    elif name == "target_shape":
        new = (numbers[::-1],) if len(set(numbers)) > 1 else ()
    elif name == "dims":
        new = (numbers[::-1],)
    else:
        new = ([n + 1 for n in numbers], [n + 2 for n in numbers])
    return tuple({**value, "v": n} for n in new if n != numbers)


def _settings(config, path=()):
    """(path, name, value) of each setting, also of a layer that is held by another one, such as the one in Bidirectional."""
    for position, (name, value) in enumerate(config["v"]):
        if isinstance(value, dict) and value.get("t") == "nested":
            if value["class"].startswith("layers."):
                yield from _settings(value["config"], (*path, position))
            continue
        if name != "backward_layer":
            yield (*path, position), name, value


def _put_at(config, path, other):
    for position in path[:-1]:
        config = config["v"][position][1]["config"]
    config["v"][path[-1]][1] = other


def _is_used(draft, step):
    return bool(draft.users(step["id"]))


def _regularized(step, place):
    if not has(step, "kernel_regularizer") or get(step, "kernel_regularizer") is not None:
        return []
    weight_decay = {"t": "nested", "class": "regularizers.L2", "config": {"t": "dict", "v": [["l2", 0.01]]}}
    return [Edit("setting: regularizer", f"{short(step)} with an L2 regularizer", (place,),
                 lambda d: put(d.at_place[place], "kernel_regularizer", weight_decay))]


def _of_input(step, place):
    """Another shape or dtype of an input, or a batch size."""
    found = []
    shape = get(step, "batch_shape")["v"]
    for axis, size in enumerate(shape):
        other = 32 if axis == 0 and size is None else size + 1 if type(size) is int else None
        if other is None or axis and type(size) is not int:
            continue
        kind = "setting: batch size" if axis == 0 else "setting: input shape"
        new = [*shape[:axis], other, *shape[axis + 1:]]
        found.append(Edit(kind, f"the input {get(step, 'name')!r}: shape {_shown(shape)} → {_shown(new)}", (place, axis),
                          lambda d, new=new: put(d.at_place[place], "batch_shape", {"t": "tuple", "v": list(new)})))
    dtype = get(step, "dtype")
    for other in {"float32": ("int32",), "int32": ("float32",), "int64": ("float32",)}.get(dtype, ()):
        found.append(Edit("setting: input dtype", f"the input {get(step, 'name')!r}: dtype {dtype} → {other}", (place, other),
                          lambda d, other=other: put(d.at_place[place], "dtype", other)))
    return found


def _deaf(draft):
    """A function that gives a setting the value it had in the first call, whatever it is called with."""
    if draft.first is None:
        return []
    found = []
    for step in draft.of("layer"):
        place = draft.where(step)
        once = draft.first.at_place.get(place)
        if once is None or once is step or once["do"] != "layer" or once["class"] != step["class"] or step["class"] == "layers.InputLayer":
            continue
        then = {path: value for path, _, value in _settings(once["config"])}
        for path, name, value in _settings(step["config"]):
            if name not in PASSED_OVER and path in then and then[path] != value:
                found.append(Edit("argument ignored", f"{short(step)}: {name} always {_shown(then[path])}, also where it should be {_shown(value)}",
                                  (place, path), lambda d, place=place, path=path: _as_at_first(d, place, path)))
    return found


def _as_at_first(draft, place, path):
    held = draft.first.at_place[place]["config"]
    for position in path[:-1]:
        held = held["v"][position][1]["config"]
    _put_at(draft.at_place[place]["config"], path, held["v"][path[-1]][1])


def _shown(value):
    if isinstance(value, dict) and "v" in value:
        return _shown(value["v"])
    if isinstance(value, list):
        return f"({', '.join(map(_shown, value))})"
    return repr(value) if isinstance(value, str) else str(value)
