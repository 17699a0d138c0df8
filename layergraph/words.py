"""Calls in a few words: what a drawing's box and a line of a difference say about a layer."""

from layergraph.graph import Call
from layergraph.settings import show, shown

# Settings worth a word wherever they are not what most people leave them at.
USUAL = {
    "strides": (1, (1,), (1, 1), (1, 1, 1)),
    "dilation_rate": (1, (1,), (1, 1), (1, 1, 1)),
    "padding": ("valid",),
    "groups": (1,),
    "depth_multiplier": (1,),
    "use_bias": (True,),
    "return_sequences": (False,),
    "return_state": (False,),
    "go_backwards": (False,),
    "stateful": (False,),
    "mask_zero": (False,),
    "keepdims": (False,),
    "trainable": (True,),
    "training": (None, False),
    "dropout": (0, 0.0),
    "recurrent_dropout": (0, 0.0),
    "merge_mode": ("concat",),
    "interpolation": ("nearest",),
    "use_causal_mask": (False,),
    "return_attention_scores": (False,),
    "initial_state": (None,),
}
FLAGS = {
    ("use_bias", False): "no bias",
    ("trainable", False): "frozen",
    ("trainable", "partly"): "partly frozen",
    ("return_sequences", True): "sequences",
    ("return_state", True): "with state",
    ("mask_zero", True): "0 is masked",
    ("training", True): "training=True",
}


def size(value) -> str:
    """(3, 3) as 3×3.

    >>> size((3, 3)), size(5), size((2,))
    ('3×3', '5', '2')
    """
    return "×".join(map(show, value)) if isinstance(value, (tuple, list)) else show(value)


def shape(value) -> str:
    """A tensor's shape without its batch dimension, free dimensions as None.

    >>> shape((None, 28, 28, 1)), shape((None, 10)), shape((32, 6))
    ('28 × 28 × 1', '10', '6')
    """
    return " × ".join(map(str, value[1:])) if len(value) > 1 else "scalar"


def slices(key) -> str:
    """What stands in the brackets of a slice.

    >>> slices((":", 0)), slices("1:")
    (':, 0', '1:')
    """
    return ", ".join(map(show, key)) if isinstance(key, tuple) else show(key)


def essentials(call: Call) -> list[str]:
    """The settings that tell this call from another of its class, shortest form, most important first."""
    settings = dict(call.settings)
    prefix = ""
    if "layer" in settings and isinstance(settings["layer"], str):
        prefix = "layer."
    get = lambda name, default=None: settings.get(prefix + name, settings.get(name, default))
    words = []
    if call.kind == "InputLayer":
        words = [shape((None, *settings.get("shape", ())))]
        if settings.get("batch_size"):
            words.append(f"batch of {settings['batch_size']}")
        if settings.get("dtype", "float32") != "float32":
            words.append(str(settings["dtype"]))
        return words
    if call.kind == "GetItem":
        return [f"[{slices(settings.get('key'))}]"]
    if call.kind == "Activation":
        return [shown(settings.get("activation"))]
    if call.kind == "Lambda" and "function" in settings:
        return [shown(settings["function"])]
    if prefix and not call.kind.startswith("TimeDistributed("):
        words.append(settings["layer"])
    if get("input_dim") is not None and get("output_dim") is not None:
        words.append(f"{get('input_dim')} → {get('output_dim')}")
    for name in ("units", "filters"):
        if get(name) is not None:
            words.append(show(get(name)))
    for name in ("kernel_size", "pool_size", "size", "cropping"):
        if get(name) is not None:
            words.append(size(get(name)))
    if get("num_heads") is not None:
        words.append(f"{get('num_heads')} heads of {get('key_dim')}")
    if get("rate") is not None:
        words.append(show(get("rate")))
    if "target_shape" in settings:
        words.append(size(settings["target_shape"]))
    if "constant" in settings:
        words.append(f"with {show(settings['constant'])}")
    for name in ("x1", "x2"):
        if name in settings:
            words.append(show(settings[name]))
    strides = get("strides")
    if strides not in USUAL["strides"] and strides is not None and strides != get("pool_size"):
        words.append(f"strides {_square(strides)}")
    dilation = get("dilation_rate")
    if dilation is not None and dilation not in USUAL["dilation_rate"]:
        words.append(f"dilation {_square(dilation)}")
    padding = get("padding")
    if padding not in (None, "valid"):
        words.append(padding if isinstance(padding, str) else size(padding))
    axis = settings.get("axis")
    if (
        call.kind.startswith(("Concatenate", "Stack"))
        and axis is not None
        and axis not in (-1, len(call.output_shape) - 1)
    ):
        words.append(f"axis {axis}")
    activation = get("activation")
    if activation not in (None, "linear") and not (
        activation == "tanh" and get("recurrent_activation") is not None
    ):
        words.append(shown(activation))
    for (name, value), word in FLAGS.items():
        if get(name) == value and value not in USUAL.get(name, ()):
            words.append(word)
    for name in ("use_causal_mask", "go_backwards", "stateful"):
        if get(name) is True:
            words.append(name.replace("use_", "").replace("_", " "))
    return words


def _square(value) -> str:
    if isinstance(value, (tuple, list)) and len(set(value)) == 1:
        return show(value[0])
    return size(value)


def kind_of(call: Call) -> str:
    """The class as people write it: Input for an InputLayer, + for an added operator."""
    if call.kind == "InputLayer":
        return "Input"
    if call.kind == "GetItem":
        return "slice"
    return call.kind


def what(call: Call) -> str:
    """Class and essentials: "Dense(32, relu)"."""
    words = essentials(call)
    if call.kind == "GetItem":
        return f"slice {words[0]}"
    return f"{kind_of(call)}({', '.join(words)})" if words else kind_of(call)


def which(call: Call) -> str:
    """Class, essentials and name, so that it can be found in the code: "Dense(32, relu) 'hidden'"."""
    name = f" '{call.name}'" if call.name else ""
    inside = f" in '{call.nesting[-1]}'" if call.nesting else ""
    return f"{what(call)}{name}{inside}"


def listing(parts, last="and", limit=8) -> str:
    """Words in a row: "a, b and c"; a long row is cut.

    >>> listing(["a", "b", "c"])
    'a, b and c'
    """
    parts = list(dict.fromkeys(parts))
    if len(parts) > limit:
        parts = [*parts[: limit - 1], f"{len(parts) - limit + 1} more"]
    return (
        parts[0]
        if len(parts) == 1
        else f"{', '.join(parts[:-1])} {last} {parts[-1]}"
        if parts
        else ""
    )


ORDINALS = (
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
)


def ordinal(position: int) -> str:
    """0 as "first"."""
    return ORDINALS[position] if position < len(ORDINALS) else f"{position + 1}th"
