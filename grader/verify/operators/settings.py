"""Wrong answers with one setting of one layer changed."""

from grader.verify.operators.draft import (
    Edit,
    get,
    has,
    is_a,
    is_input,
    items,
    pairs,
    put,
    short,
)

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
    "output_mode": {
        "int": ("multi_hot",),
        "multi_hot": ("count",),
        "one_hot": ("multi_hot",),
        "count": ("multi_hot",),
        "tf_idf": ("count",),
    },
}
OTHER_ACTIVATIONS = {
    "relu": ("tanh", "linear", "leaky_relu"),
    "linear": ("relu", "sigmoid"),
    "softmax": ("sigmoid", "linear"),
    "sigmoid": ("linear", "tanh"),
    "tanh": ("relu", "sigmoid"),
    "elu": ("relu",),
    "gelu": ("relu",),
    "selu": ("elu",),
    "silu": ("relu",),
}


def edits(draft):
    """One edit for each other value of each setting of each layer."""
    for step in draft.of("layer", "op"):
        place = draft.where(step)
        if is_input(step):
            yield from _of_input(step, place)
        elif step["do"] == "op" or draft.users(step["id"]):
            for path, name, value in _settings(step["config"]):
                for other in others(name, value):
                    what = f"{short(step)}: {name} {_shown(value)} → {_shown(other)}"
                    key = place, path, _shown(other)
                    yield Edit(f"setting: {name}", what, key, _put_at, step["config"], path, other)
            yield from _regularized(step, place)
    yield from _deaf(draft)


def others(name, value):
    """Other values for a setting, as they stand on the wire; none where a setting is passed over."""
    if name in PASSED_OVER or name.endswith(("_initializer", "_constraint", "_regularizer")):
        return ()
    if name.endswith("activation"):
        return (
            OTHER_ACTIVATIONS.get(value or "linear", ("relu",))
            if value is None or isinstance(value, str)
            else ()
        )
    if isinstance(value, bool):
        return (not value,)
    if name == "axis" and type(value) is int:
        return (1,) if value == -1 else (-1,)
    if type(value) is int:
        return (
            tuple(
                dict.fromkeys(n for n in (value + 1, value * 2, value // 2) if n > 0 and n != value)
            )
            if value > 0
            else (value + 1,)
        )
    if type(value) is float:
        return (round(value * 0.5, 6), 0.9) if value else (0.1,)
    if isinstance(value, str):
        return OTHER_WORDS.get(name, {}).get(value, ())
    if is_a(value, "list", "tuple"):
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
        if is_a(value, "nested"):
            if value["class"].startswith("layers."):
                yield from _settings(value["config"], (*path, position))
            continue
        if name != "backward_layer":
            yield (*path, position), name, value


def _put_at(config, path, other):
    _pair(config, path)[1] = other


def _pair(config, path):
    """The pair (name, value) at a path that `_settings` gave."""
    for position in path[:-1]:
        config = config["v"][position][1]["config"]
    return config["v"][path[-1]]


def _regularized(step, place):
    if has(step, "kernel_regularizer") and get(step, "kernel_regularizer") is None:
        decay = {"t": "nested", "class": "regularizers.L2", "config": pairs(("l2", 0.01))}
        what = f"{short(step)} with an L2 regularizer"
        yield Edit("setting: regularizer", what, (place,), put, step, "kernel_regularizer", decay)


def _of_input(step, place):
    """Another shape or dtype of an input, or a batch size."""
    shape, dtype = get(step, "batch_shape")["v"], get(step, "dtype")
    about = f"the input {get(step, 'name')!r}"
    for axis, size in enumerate(shape):
        other = 32 if axis == 0 and size is None else size + 1 if type(size) is int else None
        if other is not None:
            kind = "setting: batch size" if axis == 0 else "setting: input shape"
            new = [*shape[:axis], other, *shape[axis + 1 :]]
            what = f"{about}: shape {_shown(shape)} → {_shown(new)}"
            yield Edit(kind, what, (place, axis), put, step, "batch_shape", items(new, "tuple"))
    other = {"float32": "int32", "int32": "float32", "int64": "float32"}.get(dtype)
    if other:
        what = f"{about}: dtype {dtype} → {other}"
        yield Edit("setting: input dtype", what, (place, other), put, step, "dtype", other)


def _deaf(draft):
    """A function that gives a setting the value it had in the first call, whatever it is called with."""
    for step in draft.of("layer") if draft.first is not None else ():
        place = draft.where(step)
        once = draft.first.at_place.get(place)
        if once is None or once is step or is_input(step) or once.get("class") != step["class"]:
            continue
        then = {path: value for path, _, value in _settings(once["config"])}
        for path, name, value in _settings(step["config"]):
            if name not in PASSED_OVER and path in then and then[path] != value:
                about = f"{short(step)}: {name} always {_shown(then[path])}"
                what = f"{about}, also where it should be {_shown(value)}"
                key = place, path
                yield Edit("argument ignored", what, key, _as_at_first, draft, place, path)


def _as_at_first(draft, place, path):
    _, then = _pair(draft.first.at_place[place]["config"], path)
    _put_at(draft.at_place[place]["config"], path, then)


def _shown(value):
    if isinstance(value, dict) and "v" in value:
        return _shown(value["v"])
    if isinstance(value, list):
        return f"({', '.join(map(_shown, value))})"
    return repr(value) if isinstance(value, str) else str(value)
