"""Random graphs as plain data, what may be done to them, and a slow but independent judge of whether two are the same."""

import random
from dataclasses import replace

import networkx

from layergraph.canonical import label
from layergraph.graph import Call, CallGraph
from layergraph.normal import commutes, normal_form

MERGES = ["Add", "Multiply", "Maximum", "Average", "Subtract", "Concatenate"]


def call(index, kind, inputs=(), settings=None, weights=(), **more):
    slots = ("",) if kind not in MERGES else tuple(map(str, range(len(inputs))))
    return Call(
        index=index,
        name=f"{kind.lower()}_{index}",
        kind=kind,
        settings=settings or {},
        inputs=tuple(inputs),
        slots=slots if inputs else (),
        output_shapes=((None, 8),) * (3 if kind == "LSTM" else 1),
        dtypes=("float32",) * (3 if kind == "LSTM" else 1),
        weights=tuple(weights),
        origins=(index,),
        **more,
    )


def graph(seed, size=10) -> CallGraph:
    """A random graph of up to about `size` calls: few kinds and settings, so that parts of it are often alike."""
    rng = random.Random(seed)
    calls = [call(i, "InputLayer", settings={"shape": (8,)}) for i in range(rng.randint(1, 3))]
    inputs = len(calls)
    layers: list = []  # (kind, settings, weights) of layers that can be called again
    for _ in range(rng.randint(2, size)):
        index = len(calls)
        recent = calls[-6:]
        pick = lambda: (lambda c: (c.index, rng.randrange(len(c.output_shapes))))(
            rng.choice(recent if rng.random() < 0.8 else calls)
        )
        dice = rng.random()
        if dice < 0.2 and layers:
            kind, settings, weights = rng.choice(layers)
            calls.append(call(index, kind, [pick()], dict(settings), weights))
        elif dice < 0.55:
            settings = {
                "units": rng.choice([8, 8, 9]),
                "activation": rng.choice(["linear", "linear", "relu"]),
            }
            weights = (10 * index, 10 * index + 1)
            layers.append(("Dense", settings, weights))
            calls.append(call(index, "Dense", [pick()], dict(settings), weights))
        elif dice < 0.65:
            layers.append(("LSTM", {"units": 8}, (10 * index,)))
            calls.append(call(index, "LSTM", [pick()], {"units": 8}, (10 * index,)))
        elif dice < 0.75:
            calls.append(
                call(
                    index,
                    "Activation",
                    [pick()],
                    {"activation": rng.choice(["relu", "linear", "tanh"])},
                )
            )
        else:
            kind = rng.choice(MERGES)
            count = 2 if kind == "Subtract" else rng.randint(2, 3)
            settings = {"axis": -1} if kind == "Concatenate" else {}
            calls.append(call(index, kind, [pick() for _ in range(count)], settings))
    used = {source for c in calls for source, _ in c.inputs}
    ends = [c.index for c in calls[inputs:] if c.index not in used][:3] or [len(calls) - 1]
    return CallGraph(
        tuple(calls),
        tuple((i, 0) for i in range(inputs)),
        tuple((i, 0) for i in ends),
        name="random",
    )


def reordered(g: CallGraph, rng) -> CallGraph:
    """The same calls created in another order, under other names, with other numbers for their weights."""
    waiting = {c.index: len({s for s, _ in c.inputs}) for c in g.calls}
    ready = [i for i, count in waiting.items() if count == 0]
    order = []
    while ready:
        order.append(ready.pop(rng.randrange(len(ready))))
        for user in g.successors(order[-1]):
            waiting[user] -= 1
            if waiting[user] == 0:
                ready.append(user)
    place = {old: new for new, old in enumerate(order)}
    weights = {
        w: n
        for n, w in enumerate(
            rng.sample(
                sorted({w for c in g.calls for w in c.weights}),
                k=len({w for c in g.calls for w in c.weights}),
            )
        )
    }
    calls = []
    for old in order:
        c = g.calls[old]
        inputs = [(place[s], t) for s, t in c.inputs]
        if commutes(c):
            rng.shuffle(inputs)
        calls.append(
            replace(
                c,
                index=len(calls),
                name=f"n{rng.randrange(10**6)}",
                inputs=tuple(inputs),
                weights=tuple(weights[w] for w in c.weights),
                origins=(len(calls),),
            )  # fmt: skip
        )
    return replace(
        g,
        calls=tuple(calls),
        inputs=tuple((place[i], t) for i, t in g.inputs),
        outputs=tuple((place[i], t) for i, t in g.outputs),
    )


def rewritten(g: CallGraph, rng) -> CallGraph:
    """The same graph in other words: activations apart, linear ones put in, merges as operators or in two steps."""
    calls: list[Call] = []
    place: dict = {}
    for c in g.calls:
        inputs = [place[t] for t in c.inputs]
        apart = c.kind == "Dense" and c.settings["activation"] == "relu" and rng.random() < 0.7
        settings = {**c.settings, "activation": "linear"} if apart else dict(c.settings)
        if (
            c.kind in ("Add", "Multiply", "Maximum", "Concatenate")
            and len(inputs) == 3
            and rng.random() < 0.7
        ):
            calls.append(call(len(calls), c.kind, inputs[:2], dict(settings)))
            inputs = [(len(calls) - 1, 0), inputs[2]]
        if (
            c.kind in ("Add", "Multiply", "Maximum", "Subtract")
            and len(inputs) == 2
            and rng.random() < 0.5
        ):
            calls.append(
                replace(call(len(calls), c.kind, inputs), slots=("", "x2"), is_layer=False)
            )
        else:
            calls.append(call(len(calls), c.kind, inputs, settings, c.weights))
        last = len(calls) - 1
        if apart:
            form = rng.choice(["Activation", "ReLU", "Relu"])
            settings = {"activation": "relu"} if form == "Activation" else {}
            calls.append(call(len(calls), form, [(last, 0)], settings, is_layer=form != "Relu"))
            last = len(calls) - 1
        if rng.random() < 0.15 and c.kind not in ("InputLayer", "LSTM"):
            calls.append(call(len(calls), "Activation", [(last, 0)], {"activation": "linear"}))
            last = len(calls) - 1
        for tensor in range(len(c.output_shapes)):
            place[c.index, tensor] = (last, tensor)
    ends = {name: tuple(place[t] for t in getattr(g, name)) for name in ("inputs", "outputs")}
    return replace(g, calls=tuple(calls), **ends)


def live(g: CallGraph) -> list[int]:
    """Calls that an output depends on, inputs left out."""
    return sorted(
        i for i in g.ancestors(*(i for i, _ in g.outputs)) if g.calls[i].kind != "InputLayer"
    )


def with_calls(g, changed: dict) -> CallGraph:
    return replace(g, calls=tuple(changed.get(c.index, c) for c in g.calls))


def edited(g: CallGraph, rng) -> tuple[str, CallGraph]:
    """The graph with one thing changed, and which; the result may by chance be the same graph."""
    kind = rng.choice(
        [
            "rewire",
            "rewire",
            "swap inputs",
            "swap outputs",
            "swap ends",
            "unshare",
            "share",
            "output",
        ]
    )
    index = rng.choice(live(g) or [len(g.calls) - 1])
    c = g.calls[index]
    if kind == "rewire" and c.inputs:
        position = rng.randrange(len(c.inputs))
        source = rng.randrange(index)
        inputs = list(c.inputs)
        inputs[position] = (source, rng.randrange(len(g.calls[source].output_shapes)))
        return kind, with_calls(g, {index: replace(c, inputs=tuple(inputs))})
    if kind == "swap inputs" and len(c.inputs) > 1:
        return kind, with_calls(g, {index: replace(c, inputs=c.inputs[::-1])})
    if kind == "swap outputs" and len(g.outputs) > 1:
        return kind, replace(g, outputs=g.outputs[::-1])
    if kind == "swap ends" and len(g.inputs) > 1:
        return kind, replace(g, inputs=g.inputs[::-1])
    if kind == "unshare" and c.weights:
        return kind, with_calls(
            g, {index: replace(c, weights=tuple(w + 100_000 for w in c.weights))}
        )
    if kind == "share":
        alike = [
            o
            for o in g.calls
            if o.weights
            and c.weights
            and o.kind == c.kind
            and o.settings == c.settings
            and o is not c
        ]
        if alike:
            return kind, with_calls(g, {index: replace(c, weights=rng.choice(alike).weights)})
    if kind == "output":
        other = rng.randrange(len(g.calls))
        return kind, replace(g, outputs=((other, 0), *g.outputs[1:]))
    return "nothing", g


def same_by_search(one: CallGraph, other: CallGraph) -> bool:
    """Whether two small graphs are the same, by networkx's VF2 search over normal forms: slow and independent."""
    first, second = (_as_networkx(normal_form(g)) for g in (one, other))
    return networkx.is_isomorphic(first, second, node_match=lambda a, b: a["mark"] == b["mark"])


def _as_networkx(g):
    result = networkx.DiGraph()
    ends = {}
    for name, places in (("in", g.inputs), ("out", g.outputs)):
        for position, (index, tensor) in enumerate(places):
            ends.setdefault(index, []).append((name, position, tensor))
    for c in g.calls:
        result.add_node(("call", c.index), mark=(label(c), tuple(sorted(ends.get(c.index, ())))))
        for position, (slot, (source, tensor)) in enumerate(zip(c.slots, c.inputs)):
            result.add_node(("edge", c.index, position), mark=("edge", slot, tensor))
            result.add_edge(("call", source), ("edge", c.index, position))
            result.add_edge(("edge", c.index, position), ("call", c.index))
        for position, weight in enumerate(c.weights):
            result.add_node(("weight", weight), mark="weight")
            result.add_node(("place", c.index, position), mark=("place", position))
            result.add_edge(("weight", weight), ("place", c.index, position))
            result.add_edge(("place", c.index, position), ("call", c.index))
    return result
