"""Requirements on the layers themselves: how many of which class, and their settings, wherever they stand."""

from collections import Counter

from grader.checks import graphs as g
from grader.checks import plain_values as p
from grader.checks.finding import met, unmet
from grader.checks.requirement import Requirement
from grader.checks.wording import an, clip_inline, count, listing
from layergraph import settings as spelling


def layers(total: int | None = None, **counts: int) -> Requirement:
    """The model has this many layers, in all or of each class named: `layers(3)`, `layers(Dense=3, Dropout=0)`.

    Counted on the normal form: inputs don't count, a shared layer counts once, the layers of a nested model count one
    by one, an activation layer after a Dense or a convolution is part of it, and `+` is an Add.
    """
    if (
        total is None
        and not counts
        or not all(type(n) is int and n >= 0 for n in [*counts.values(), total or 0])
    ):
        raise TypeError("expect.layers needs whole numbers: layers(3) or layers(Dense=3)")

    def judge(model):
        every = g.distinct(g.normal(model))
        have = Counter(name for call in every for name in g.names_of(call))
        wrong = {kind: n for kind, n in counts.items() if have[kind] != n}
        kinds = Counter(call.kind for call in every)
        found = listing(f"{n} {kind}" for kind, n in kinds.items()) or "no layers"
        if total is not None:
            found = f"{count(len(every), 'layer')}: {found}"
        if not wrong and (total is None or total == len(every)):
            return met(clip_inline(found, 400))
        return g.not_there(
            model, clip_inline(found, 400), _count_hint(have, wrong, total, len(every))
        )

    parts = ([count(total, "layer") + " in all"] if total is not None else []) + [
        f"{n} {kind}" for kind, n in counts.items()
    ]
    return Requirement("the layers", listing(parts), judge, of_model="graph")


def _count_hint(have, wrong, total, found) -> str:
    if not wrong:
        return f"{'A layer is missing' if found < total else 'There is a layer too many'}: an activation of its own after a Dense or convolution does not count."
    parts = []
    for kind, n in wrong.items():
        parts.append(
            f"{n - have[kind]} {kind} missing"
            if have[kind] < n
            else f"{have[kind] - n} {kind} too many"
        )
    unused = " A layer whose result nothing uses is no part of the model: look at which tensor each layer is called on."
    return f"{listing(parts)}.{unused if any(have[kind] < n for kind, n in wrong.items()) else ''}"


def layer(kind: str, *, count: int | None = None, at: int | None = None, **settings) -> Requirement:
    """There is a layer of this class (or with this name) with these settings, wherever it stands.

    `layer("Conv2D", filters=32, kernel_size=3, activation="relu")`: an int stands for equal numbers on all axes, an
    activation that follows as a layer of its own counts as the layer's. `count` asks for exactly so many such layers,
    `at` for the layer at this place among all (0 the first after the inputs, -1 the last).
    """
    if type(kind) is not str:
        raise TypeError('expect.layer needs the name of a class, such as "Dense"')
    wanted = {name: _spell(name, value) for name, value in settings.items()}

    def judge(model):
        every = g.distinct(g.normal(model))
        if at is not None and not -len(every) <= at < len(every):
            return unmet(f"only {len(every)} layers", "Layers are missing.")
        pool = [every[at]] if at is not None else every
        of_kind = [call for call in pool if g.is_called(call, kind)]
        good = [
            call for call in of_kind if all(_same(n, wanted[n], _setting(call, n)) for n in wanted)
        ]
        if len(good) == count or count is None and good:
            return met(
                clip_inline(listing(g.text(call) for call in good[:6]) or f"no such {kind}", 400)
            )
        if not of_kind:
            if at is not None:
                return unmet(g.text(pool[0]), f"{_place(at).capitalize()} must be {an(kind)}.")
            near = listing(dict.fromkeys(call.kind for call in every)) or "no layers"
            return unmet(f"no {kind}; there are {near}", f"Add {an(kind)}.")
        if good:
            return unmet(
                f"{len(good)} such: {clip_inline(listing(g.text(c) for c in good[:6]), 300)}",
                f"Exactly {count} are asked for.",
            )
        return unmet(_nearest(of_kind, wanted), _settings_hint(of_kind, wanted, at))

    what = f"{kind}({', '.join(f'{n}={_show(v)}' for n, v in wanted.items())})" if wanted else kind
    many = f"{count} times {what}" if count is not None and count != 1 else an(what)
    return Requirement(
        f"the {kind} layer",
        many + (f", as {_place(at)}" if at is not None else ""),
        judge,
        of_model="graph",
    )


def _place(at) -> str:
    if at in (0, -1):
        return "the first layer" if at == 0 else "the last layer"
    return f"layer {at + 1} from the start" if at > 0 else f"layer {-at} from the end"


def _nearest(calls, wanted) -> str:
    """The layers of the class with the settings in question, those first that have most of them right."""
    ranked = sorted(
        calls, key=lambda c: -sum(_same(n, v, _setting(c, n)) for n, v in wanted.items())
    )
    told = [
        f"{c.name} has {listing(f'{n}={_show(_setting(c, n))}' for n in wanted)}"
        for c in ranked[:4]
    ]
    return clip_inline("; ".join(told), 500)


def _settings_hint(calls, wanted, at) -> str:
    best = max(calls, key=lambda c: sum(_same(n, v, _setting(c, n)) for n, v in wanted.items()))
    wrong = [n for n, v in wanted.items() if not _same(n, v, _setting(best, n))]
    unknown = [n for n in wrong if _setting(best, n) is MISSING]
    if unknown:
        return f"{best.kind} has no setting {unknown[0]!r}."
    setting = listing(f"{n}={_show(wanted[n])}" for n in wrong)
    missing = " If that layer is right as it is, the one asked for is missing."
    return f"Set {setting} in {best.name!r}." + missing * (at is None)


MISSING = "not there"


def _setting(call, name: str):
    """A setting of a call in the spelling that is compared, also of the layer inside a wrapper."""
    if name == "name":
        return call.name
    for key in (name, f"layer.{name}"):
        if key in call.settings:
            return call.settings[key]
    if name == "trainable":
        return True
    try:
        config = call.layer.get_config()
    except Exception:
        return MISSING
    if name not in config and isinstance(config.get("layer"), dict):
        config = config["layer"].get("config", {})
    return spelling.plain(config[name]) if name in config else MISSING


def _spell(name, value):
    if name.endswith("activation"):
        if value is None:
            return "linear"
        return (
            spelling.activation_of(value)
            if type(value) is str
            else spelling.activation_of(_activation_name(value), value)
        )
    if hasattr(value, "get_config") and not isinstance(value, type):
        return spelling.plain({"class_name": type(value).__name__, "config": value.get_config()})
    return spelling.plain(value)


def _activation_name(value):
    import keras

    try:
        return keras.activations.serialize(value)
    except ValueError:
        return None


def _same(name, want, have) -> bool:
    if type(have) is tuple and type(want) in (int, float) and have:
        return all(p.same_number(want, h, 0) for h in have)
    if type(want) is str and type(have) is str:
        return (
            want == have
            or name.endswith("initializer")
            and _initializer(want) == _initializer(have)
        )
    if want is None or type(want) is bool:
        return have is want
    try:
        return p.same(want, have)
    except Exception:
        return False


def _initializer(text: str) -> str:
    """ "glorot_uniform" and "GlorotUniform(…)" as one word: an initializer may be given by name or as an object."""
    return text.partition("(")[0].replace("_", "").lower()


def _show(value) -> str:
    return repr(value) if type(value) is str else spelling.show(value)
