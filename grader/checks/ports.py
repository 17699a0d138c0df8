"""Requirements on a model's outside: its inputs, outputs, batch size, parameter counts, and how it was made."""

from grader.checks import graphs as g
from grader.checks import models as m
from grader.checks.finding import met, unmet
from grader.checks.requirement import Requirement
from grader.checks.wording import an, clip_inline, count, listing, shape_text, type_name


def inputs(*shapes, dtype=None, names=None) -> Requirement:
    """The model has exactly these inputs, in this order.

    Each shape is one input without the batch axis: an int for one axis, or a tuple; None is a free axis. `dtype` is
    one for all or a list with one each, `names` a list of the inputs' names. A model whose inputs are a dict has no
    order: then they are matched by name, or, without names, in any order.
    """
    return _ports("inputs", shapes, dtype, names)


def outputs(*shapes, dtype=None, names=None) -> Requirement:
    """The model has exactly these outputs, in this order; written as for `inputs`.

    An output's name is that of the layer that makes it, or its key where the outputs are a dict.
    """
    return _ports("outputs", shapes, dtype, names)


def _ports(which, shapes, dtype, names) -> Requirement:
    want = [_shape(s, which) for s in shapes]
    dtypes = [dtype] * len(want) if dtype is None or type(dtype) is str else list(dtype)
    names = None if names is None else [names] if type(names) is str else list(names)
    if not want and names:
        raise TypeError(f"expect.{which} needs the shapes too")
    if len(dtypes) != len(want) or names is not None and len(names) != len(want):
        raise TypeError(f"expect.{which}: dtype and names have one entry per shape")
    noun = which[:-1]

    def judge(model):
        have = m.inputs(model) if which == "inputs" else m.outputs(model)
        found = _ports_text([(p.shape[1:], None, None) for p in have], noun)
        if len(have) != len(want):
            return unmet(
                found, f"Count the {which}: {count(len(want), noun)} asked for, {len(have)} found."
            )
        have = _in_order(model, which, want, names, have)
        if [p.shape[1:] for p in have] != want:
            return unmet(found, _shapes_hint(model, which, want, [p.shape for p in have]))
        if any(d is not None and d != p.dtype for d, p in zip(dtypes, have)):
            found = _ports_text([(p.shape[1:], p.dtype, None) for p in have], noun)
            return unmet(found, _dtype_hint(which, dtypes, have))
        if names is not None and [p.name for p in have] != names:
            found = _ports_text([(p.shape[1:], None, p.name) for p in have], noun)
            return unmet(found, _names_hint(which, names, have))
        return met(found)

    expected = (
        _ports_text(list(zip(want, dtypes, names or [None] * len(want))), noun)
        if want
        else f"no {which}"
    )
    return Requirement(
        f"the {noun if len(want) == 1 else which}", expected, judge, of_model="built"
    )


def _in_order(model, which, want, names, have):
    """The ports in the order asked for, where a dict of them leaves the order open."""
    if not m.by_name(model, which):
        return have
    if names is not None:
        found = {p.name: p for p in have}
        return [found[n] for n in names] if set(found) == set(names) else have
    left, ordered = list(have), []
    for shape in want:
        fit = next((p for p in left if p.shape[1:] == shape), None)
        if fit is None:
            return have
        left.remove(fit)
        ordered.append(fit)
    return ordered


def _shapes_hint(model, which, want, have) -> str:
    if (
        which == "inputs"
        and len(want) == 1
        and have[0][2:] == want[0]
        and len(have[0]) == len(want[0]) + 2
    ):
        return (
            f"The batch axis is added by itself: write shape={shape_text(want[0])} in keras.Input."
        )
    if len(want) > 1 and sorted(map(str, want)) == sorted(str(h[1:]) for h in have):
        return f"The shapes are right, their order is not: list the {which} of keras.Model in the order asked for."
    if which == "inputs":
        return "Look at shape= in keras.Input(shape=…)."
    if len(want) == 1 and len(have[0]) - 1 != len(want[0]):
        more = len(have[0]) - 1 > len(want[0])
        return (
            "An axis is left over: is a Flatten, a pooling over all positions, or return_sequences=False missing?"
            if more
            else "An axis is missing: is there a Flatten, a pooling, or an LSTM without return_sequences=True too much?"
        )
    joins = [
        f"{c.name!r} has axis={c.settings.get('axis')}"
        for c in (g.normal(model).calls if m.has_graph(model) else ())
        if c.kind == "Concatenate" and c.settings.get("axis") != len(c.output_shape) - 1
    ]
    if joins:
        return f"Look at axis= where tensors are joined: {listing(joins[:3])}, which is not the last axis."
    return "Look at the layer that makes this output: its units or filters, strides and padding."


def _dtype_hint(which, dtypes, have) -> str:
    index = next(i for i, (d, p) in enumerate(zip(dtypes, have)) if d is not None and d != p.dtype)
    if which == "inputs":
        return f"Say it where the input is made: keras.Input(shape=…, dtype={dtypes[index]!r})."
    return f"Output {index} must be {dtypes[index]}."


def _names_hint(which, names, have) -> str:
    index = next(i for i, (n, p) in enumerate(zip(names, have)) if n != p.name)
    if sorted(names) == sorted(p.name for p in have):
        if len({p.shape for p in have}) == len(have):
            return f"The shapes stand in the right order, the names don't: {names[index]!r} is the one of shape {shape_text(have[index].shape[1:])}."
        return f"The names are right, their order is not: list the {which} of keras.Model in the order asked for."
    where = "keras.Input(shape=…" if which == "inputs" else "the layer that makes it (…"
    return f"The name goes into {where}, name={names[index]!r})."


def _ports_text(ports, noun) -> str:
    words = []
    for shape, dtype, name in ports:
        words.append(
            " ".join(filter(None, [shape_text(shape), dtype, f"named {name!r}" if name else ""]))
        )
    if not words:
        return f"no {noun}"
    if len(words) == 1:
        return f"1 {noun} of shape {words[0]} (batch axis left out)"
    return clip_inline(
        f"{count(len(words), noun)} of shapes {listing(words)} (batch axis left out)", 600
    )


def _shape(shape, which) -> tuple:
    dims = (shape,) if type(shape) is int or shape is None else tuple(shape)
    if not all(d is None or type(d) is int and d > 0 for d in dims):
        raise TypeError(
            f"expect.{which}: a shape is an int or a tuple of ints and None, without the batch axis"
        )
    return dims


def batch_size(size: int | None) -> Requirement:
    """Every input of the model is made for batches of this size; None: for batches of any size."""

    def judge(model):
        sizes = {p.shape[0] for p in m.inputs(model)}
        found = listing(_batch_text(s) for s in sorted(sizes, key=str))
        if sizes == {size}:
            return met(found)
        hint = (
            f"Say it where the input is made: keras.Input(shape=…, batch_size={size})."
            if size
            else "Leave batch_size= out of keras.Input."
        )
        return unmet(found, hint)

    return Requirement("the batch size", _batch_text(size), judge, of_model="built")


def _batch_text(size) -> str:
    return "any batch size" if size is None else f"batches of {size}"


def parameters(
    total: int | None = None, *, trainable: int | None = None, non_trainable: int | None = None
) -> Requirement:
    """The model has this many parameters: in all, trainable, not trainable. Weights that are shared count once."""
    wanted = [
        (w, n)
        for w, n in (("", total), ("trainable", trainable), ("non-trainable", non_trainable))
        if n is not None
    ]
    if not wanted or not all(type(n) is int and n >= 0 for _, n in wanted):
        raise TypeError("expect.parameters needs a whole number: total, trainable=, non_trainable=")

    def judge(model):
        every, trained = m.size(m.weights(model)), m.size(m.trainable_weights(model))
        have = {"": every, "trainable": trained, "non-trainable": every - trained}
        found = listing(_parameters_text(have[what], what) for what, _ in wanted)
        if all(have[what] == n for what, n in wanted):
            return met(found)
        return unmet(found, _parameters_hint(model, have, dict(wanted)))

    expected = listing(_parameters_text(n, what) for what, n in wanted)
    return Requirement("the number of parameters", expected, judge, of_model="any")


def _parameters_text(n, what) -> str:
    return count(n, f"{what} parameter".strip())


def _trainable_hint(have, wanted) -> str:
    """What to look at where the model's size is right, or was not asked for."""
    expected = {what: n for what, n in wanted.items() if what}
    off = [what for what, n in expected.items() if have[what] != n]
    if "" in wanted or sum(expected.values()) == have[""]:
        more = have["trainable"] > expected.get(
            "trainable", have[""] - expected.get("non-trainable", 0)
        )
        return (
            "The weights are all there, and more of them are trained than asked for: set trainable = False for the layers that are to stay."
            if more
            else "The weights are all there, and fewer of them are trained than asked for: look for a trainable = False too much."
        )
    if (
        have[off[0]] < expected[off[0]]
        and have["non-trainable" if off[0] == "trainable" else "trainable"] == 0
    ):
        return (
            "There are too few weights: compare the layers, and their sizes, with those asked for."
        )
    return "Compare the layers, and their sizes, with those asked for; then look at which of them have trainable = False."


def _parameters_hint(model, have, wanted) -> str:
    if "" not in wanted or have[""] == wanted[""]:
        return _trainable_hint(have, wanted)
    layers = m.weights_by_layer(model)
    if not layers:
        return (
            "No layer has weights yet: the model is not built, or has only layers without weights."
        )
    shown = ", ".join(f"{name} {n:,}" for name, n in layers[:8]) + (
        ", …" if len(layers) > 8 else ""
    )
    return (
        clip_inline(
            f"By layer: {shown}. A Dense has inputs × units weights and one bias per unit.", 500
        )
        if any("dense" in name for name, _ in layers)
        else clip_inline(f"By layer: {shown}.", 500)
    )


def sequential() -> Requirement:
    """The model is a keras.Sequential."""

    def judge(model):
        if m.is_sequential(model):
            return met("a Sequential")
        return unmet(_made(model), "Write it as keras.Sequential([keras.Input(shape=…), …]).")

    return Requirement("how the model is made", "keras.Sequential", judge, of_model="any")


def functional() -> Requirement:
    """The model is made as keras.Model(inputs, outputs)."""

    def judge(model):
        if m.is_functional(model):
            return met("a functional model")
        return unmet(
            _made(model),
            "Call the layers on tensors, from keras.Input(…) on, and end with keras.Model(inputs, outputs).",
        )

    return Requirement(
        "how the model is made",
        "the functional API: keras.Model(inputs, outputs)",
        judge,
        of_model="any",
    )


def _made(model) -> str:
    if m.is_sequential(model):
        return "a Sequential"
    return "a functional model" if m.is_functional(model) else an(type_name(model))
