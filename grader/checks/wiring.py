"""Requirements on the wiring: the whole graph against a reference, ways through it, branches and shortcuts."""

import dataclasses
from collections import Counter

import layergraph as lg
from grader.checks import graphs as g
from grader.checks import models as m
from grader.checks.finding import met, unmet
from grader.checks.requirement import Requirement
from grader.checks.wording import an, clip_inline, count, listing
from layergraph import words


def same_graph(reference, *others, free=(), show: str = "difference") -> Requirement:
    """The model is the same graph of layer calls as the reference, or as one of the others.

    What counts as the same is `layergraph.normal`'s: not names, order of creation, Sequential or functional, nested or
    flat, `+` or Add, activation apart or inside. `free` names settings that may differ, such as "units". With
    `show="own"` a line tells only where the student's graph differs, not what was expected there. Differences are told
    from the first reference: the others are for designs that come to the same and are another graph.
    """
    if show not in ("difference", "own"):
        raise ValueError('show is "difference" or "own"')
    wanted, *equals = [lg.normal_form(lg.call_graph(model)) for model in (reference, *others)]

    def judge(model):
        mine = _by_names(g.normal(model), model, wanted)
        diff = lg.compare(wanted, mine, free=free)
        if not diff.equal:
            diff = next(
                (d for d in (lg.compare(other, mine, free=free) for other in equals) if d.equal),
                diff,
            )
        if diff.equal:
            return met(f"the same graph, {count(len(diff.actual.calls), 'call')}")
        calls = tuple(index for change in diff.changes for index in change.actual_calls)
        if show == "own":
            near = (
                listing(dict.fromkeys(g.text(diff.actual.calls[i]) for i in calls[:5]))
                or "a layer that is missing"
            )
            return g.not_there(
                model,
                count(len(diff.changes), "difference"),
                clip_inline(f"Look near {near}.", 400),
                calls,
            )
        lines = diff.lines()
        found = " ".join(lines[:4]) + (f" And {len(lines) - 4} more." if len(lines) > 4 else "")
        finding = unmet(clip_inline(found, 1200), _change_hint(diff, diff.changes[:4]))
        try:
            drawing = diff.drawing
            return g.drawn(finding, drawing.svg, clip_inline(drawing.alt, 600))
        except Exception:
            return g.with_drawing(model, finding, calls)

    return Requirement(
        "the graph",
        f"the same graph as the reference: {count(len(wanted.calls), 'call')} of layers",
        judge,
        of_model="graph",
    )


def _by_names(graph, model, wanted):
    """The graph with its ends in the reference's order, where they are a dict with the names of the reference's."""
    for which in ("inputs", "outputs"):
        asked = getattr(wanted, f"{which[:-1]}_names")
        names = [port.name for port in getattr(m, which)(model)]
        if m.by_name(model, which) and sorted(names) == sorted(asked):
            ends = getattr(graph, which)
            ordered = tuple(ends[names.index(name)] for name in asked)
            graph = dataclasses.replace(graph, **{which: ordered, f"{which[:-1]}_names": asked})
    return graph


def _change_hint(diff, told) -> str:
    """What to do about the differences that are told, each piece of advice once."""
    ends = [_changed(diff, change) for change in diff.changes if change.kind == "changed"]
    ends = [pair for pair in ends if {call.kind for call in pair} == {"InputLayer"}]
    turned = Counter(want.output_shape for want, _ in ends) == Counter(
        have.output_shape for _, have in ends
    )
    hints = []
    for change in told:
        hint = _CHANGE_HINTS[change.kind]
        if change.kind == "changed":
            want, have = _changed(diff, change)
            if want.kind != have.kind:
                hint = f"Put {an(words.kind_of(want))} where {have.name!r} stands."
            elif turned and want.kind == "InputLayer":
                hint = "These inputs stand in each other's places: list them in keras.Model in the order asked for."
        hints.append(hint)
    return " ".join(dict.fromkeys(hints))


def _changed(diff, change):
    """The two calls that a changed setting is about: as expected, and as found."""
    return diff.expected.calls[change.expected_calls[0]], diff.actual.calls[change.actual_calls[0]]


_CHANGE_HINTS = {
    "missing": "Add what is missing, where the drawing shows it.",
    "extra": "Take out what is too much.",
    "changed": "Change these settings of the layer.",
    "wiring": "Look at which tensor each layer is called on.",
    "sharing": "One layer object called several times shares its weights; two objects don't.",
    "order": "Look at the order of the inputs or outputs that is named.",
}


def path(*steps: str, direct: bool = False, output: int | None = None) -> Requirement:
    """There is a way through the graph that passes these layers in this order: class names, or names of layers.

    An activation that stands alone goes by its name: "relu". Other layers may stand in between, unless `direct`. With `output` the way must lead on to that output, 0 the first; what students read counts from 1, as drawings do.
    """
    if not steps or not all(type(step) is str for step in steps):
        raise TypeError('expect.path needs names of layer classes, such as "Embedding", "LSTM"')

    def judge(model):
        graph = g.normal(model)
        allowed = set(range(len(graph.calls)))
        if output is not None:
            if output >= len(graph.outputs):
                return unmet(f"{count(len(graph.outputs), 'output')}", "An output is missing.")
            allowed = set(graph.ancestors(graph.outputs[output][0]))
        done, way = _furthest(graph, steps, direct, allowed)
        if done == len(steps):
            return met(" → ".join(g.text(graph.calls[i]) for i in way))
        if done == 0:
            return g.not_there(
                model,
                f"no {steps[0]}{' on the way to that output' if output is not None else ''}",
                f"Add {an(steps[0])}.",
            )
        so_far = clip_inline(" → ".join(g.text(graph.calls[i]) for i in way), 300)
        found = f"{so_far}, and no {steps[done]} {'directly ' if direct else ''}after it"
        look = f"Call {an(steps[done])} on the result of {graph.calls[way[-1]].name!r}."
        if way[-1] in {
            index for index, _ in graph.outputs
        }:  # nothing is to follow: one is missing before it
            look = f"The way is too short: {an(steps[done])} is left out" + (
                ", or a layer that isn't asked for stands between." if direct else "."
            )
        marked = {**dict.fromkeys(way, ""), way[-1]: "the way ends here"}
        return g.not_there(model, found, look, marked)

    to = f", up to output {output + 1}" if output is not None else ""
    return Requirement(
        "a way through the graph",
        " → ".join(steps) + (" directly one after the other" if direct else "") + to,
        judge,
        of_model="graph",
    )


def _furthest(graph, steps, direct, allowed):
    """The longest beginning of `steps` that lies on a way, and the calls that stand for it."""
    best: tuple[int, tuple] = (0, ())
    at: list[
        dict[int, tuple]
    ] = []  # for each call: how many steps are done there -> the calls that did them
    for call in graph.calls:
        reached: dict[int, tuple] = {0: ()}
        for source in graph.predecessors(call.index):
            for done, way in at[source].items():
                reached.setdefault(done, way)
        here = {}
        if call.index in allowed:
            for done, way in reached.items():
                if done < len(steps) and g.is_called(call, steps[done]):
                    here[done + 1] = (*way, call.index)
        at.append(here if direct else {**reached, **here})
        for done, way in at[-1].items():
            if done > best[0]:
                best = (done, way)
    return best


def branches(
    n: int, *, into: str | None = None, each=None, start: str | None = None
) -> Requirement:
    """Somewhere exactly `n` branches stand side by side and meet in one layer.

    Parameters
    ----------
    into
        the class (or name) of the layer where they meet, "Concatenate" for instance; otherwise any merging layer.
    each
        what the branches consist of, in any order of branches: a list of class names for each. Batch
        normalisation, dropout and activations in between don't count, unless they are named.
    start
        "same" if all must begin at one tensor, "inputs" if each must read an input of its own.

    A branch has at least one layer of its own; a shortcut without any is not a branch, see `skip`.
    """
    if (
        type(n) is not int
        or n < 2
        or start not in (None, "same", "inputs")
        or each is not None
        and len(each) != n
    ):
        raise ValueError(
            'expect.branches needs n of 2 or more; each has n entries; start is "same" or "inputs"'
        )

    def judge(model):
        graph = g.normal(model)
        merges = [
            c
            for c in graph.calls
            if (g.is_called(c, into) if into else c.kind in g.MERGES) and len(c.inputs) > 1
        ]
        if not merges:
            return g.not_there(
                model,
                f"no {into or 'layer that joins branches'}",
                f"Join the branches with {an(into or 'Concatenate')}.",
            )
        told = [(_judge_merge(graph, merge, n, each, start), merge) for merge in merges]
        if any(problem is None for problem, _ in told):
            return met(f"{n} branches into {next(g.text(m) for p, m in told if p is None)}")
        (found, look), merge = min(told, key=lambda item: abs(len(item[1].inputs) - n))
        return g.not_there(
            model, f"{g.text(merge)}: {found}", look, [merge.index], "branches meet here"
        )

    text = f"{n} branches side by side" + (f" into {an(into)}" if into else "")
    text += {
        "same": ", all from one tensor",
        "inputs": ", each from an input of its own",
        None: "",
    }[start]
    if each is not None:
        text += ": " + "; ".join(" → ".join(names) for names in each)
    return Requirement("the branches", clip_inline(text, 500), judge, of_model="graph")


def _judge_merge(graph, merge, n, each, start):
    """None if the branches into this call are as asked for, else (found, look at)."""
    if len(merge.inputs) != n:
        return f"{len(merge.inputs)} tensors come together", f"Exactly {n} branches must meet here."
    sources = [source for source, _ in merge.inputs]
    reach = [graph.ancestors(source) for source in sources]
    common = frozenset.intersection(*reach)
    own = [r - common for r in reach]
    if start == "inputs":
        own = [frozenset(i for i in o if graph.calls[i].kind != "InputLayer") for o in own]
    if not all(o for o in own):
        return (
            "one of the branches has no layer of its own",
            "A branch goes through at least one layer before it is joined.",
        )
    for i, mine in enumerate(own):
        for other in own[:i]:
            if mine & other:
                name = graph.calls[max(mine & other)].name
                return (
                    f"two branches have {name!r} in common",
                    "Each branch needs layers of its own. Or does one of them begin at another tensor than the others?",
                )
    if start == "same":
        starts = {
            tensor
            for mine in own
            for i in mine
            for tensor in graph.calls[i].inputs
            if tensor[0] in common
        }
        if len(starts) != 1 or any(
            graph.calls[i].kind == "InputLayer" for mine in own for i in mine
        ):
            names = listing(dict.fromkeys(repr(graph.calls[s].name) for s, _ in sorted(starts)))
            return (
                f"the branches begin at {names or 'several inputs'}",
                "Call the first layer of every branch on one and the same tensor.",
            )
    if start == "inputs":
        read = [{i for i in r if graph.calls[i].kind == "InputLayer"} for r in reach]
        if not all(read) or any(a & b for k, a in enumerate(read) for b in read[:k]):
            return (
                "the branches don't read one input each",
                "Begin each branch at an input of its own.",
            )
    if each is not None:
        left = [list(names) for names in each]
        for mine in own:
            calls = [graph.calls[i] for i in sorted(mine)]
            fit = next((names for names in left if _consists_of(calls, names)), None)
            if fit is None:
                return (
                    f"one branch is {' → '.join(c.kind for c in calls)}",
                    "Compare it with the branches asked for.",
                )
            left.remove(fit)
    return None


def _consists_of(calls, names) -> bool:
    """Whether a branch is these classes in this order, small layers that aren't named left aside."""
    named = set(names)
    kept = [
        c
        for c in calls
        if c.kind != "InputLayer" and (g.names_of(c) & named or c.kind not in g.SMALL)
    ]
    return len(kept) == len(names) and all(g.is_called(c, name) for c, name in zip(kept, names))


def skip(
    *around: str,
    into: str = "Add",
    projection=None,
    start: str | None = None,
    times: int | None = None,
) -> Requirement:
    """There is a shortcut: one tensor goes past some layers and meets their result in an Add.

    Parameters
    ----------
    around
        the classes the shortcut goes past, in order: `skip("Conv2D", "Conv2D")`. Layers of classes that aren't
        named may stand between; of those named, exactly so many. Nothing named: at least one layer.
    into
        the class where they meet.
    projection
        False for a shortcut without any layer, True for one with layers of its own, or their class.
    start
        class or name of the layer from whose output the shortcut starts.
    times
        exactly so many such shortcuts; otherwise at least one.
    """

    def judge(model):
        graph = g.normal(model)
        merges = [c for c in graph.calls if g.is_called(c, into) and len(c.inputs) > 1]
        if not merges:
            plus = " (or +)" if into == "Add" else ""
            return g.not_there(
                model,
                f"no {into}",
                f"Keep the tensor from before the layers, and join it with their result: {into}{plus}.",
            )
        found = {merge.index: list(_shortcuts(graph, merge)) for merge in merges}
        good = [
            i
            for i, ways in found.items()
            if any(_fits_skip(graph, way, around, projection, start) for way in ways)
        ]
        if good and (times is None or len(good) == times):
            return met(
                f"{count(len(good), 'shortcut')} into {listing(g.text(graph.calls[i]) for i in good[:4])}"
            )
        if good:
            return g.not_there(
                model,
                f"{count(len(good), 'such shortcut')}",
                f"Exactly {times} are asked for.",
                good,
                "shortcut",
            )
        ways = [(i, way) for i, several in found.items() for way in several]
        if not ways:
            said = f"{into} joins tensors, but none of them goes past the others' layers"
            look = "Join the result with the tensor from before the layers."
            return g.not_there(model, said, look, list(found), "no shortcut meets here")
        index, way = max(ways, key=lambda item: len(item[1].main))
        look = _skip_hint(graph, way, around, projection, start)
        return g.not_there(model, _skip_text(graph, way), look, [way.start, index], "shortcut")

    return Requirement(
        "the shortcut",
        _skip_wanted(around, into, projection, start, times),
        judge,
        of_model="graph",
    )


class _Way:
    """A shortcut: the call it starts from, the calls it goes past, and those on it."""

    def __init__(self, start, main, short):
        self.start, self.main, self.short = start, main, short


def _shortcuts(graph, merge):
    """The shortcuts that end in a call: for each ordered pair of its inputs, the nearest tensor both come from."""
    for i, main in enumerate(merge.inputs):
        above = graph.ancestors(main[0])
        for j, tensor in enumerate(merge.inputs):
            if i == j or main == tensor:
                continue
            short = []
            while tensor[0] not in above:
                call = graph.calls[tensor[0]]
                if len(call.inputs) != 1:
                    break
                short.append(call.index)
                tensor = call.inputs[0]
            if tensor[0] not in above:
                continue
            below = graph.descendants(
                *[u for u, p, t in graph.consumers[tensor[0]] if t == tensor[1]]
            )
            past = sorted((above & below) - {tensor[0]})
            if past and len(past) > len(short):
                yield _Way(tensor[0], past, short[::-1])


def _fits_skip(graph, way, around, projection, start) -> bool:
    main = [graph.calls[i] for i in way.main]
    kept = [c for c in main if any(g.is_called(c, name) for name in around)]
    if around and not (
        len(kept) == len(around) and all(g.is_called(c, name) for c, name in zip(kept, around))
    ):
        return False
    short = [graph.calls[i] for i in way.short if graph.calls[i].kind not in g.SMALL]
    if projection is False and way.short or projection is True and not short:
        return False
    if type(projection) is str and not any(g.is_called(c, projection) for c in short):
        return False
    return start is None or g.is_called(graph.calls[way.start], start)


def _skip_text(graph, way) -> str:
    past = " → ".join(graph.calls[i].kind for i in way.main)
    own = f", through {' → '.join(graph.calls[i].kind for i in way.short)}" if way.short else ""
    return clip_inline(f"a shortcut from {g.text(graph.calls[way.start])} past {past}{own}", 400)


def _skip_hint(graph, way, around, projection, start) -> str:
    if start is not None and not g.is_called(graph.calls[way.start], start):
        return f"The shortcut must start at the output of {start}."
    if projection is False and way.short:
        return "The shortcut itself must have no layer."
    if projection and not way.short:
        return "The shapes differ: the shortcut needs a layer of its own, such as a 1×1 convolution with the same strides."
    return "It starts from another tensor than asked for: keep the tensor from before the first of these layers, and add that one."


def _skip_wanted(around, into, projection, start, times) -> str:
    text = f"a shortcut past {' → '.join(around) or 'one or more layers'} into {an(into)}"
    if times is not None:
        text = f"{times} times {text}"
    if start:
        text += f", from the output of {start}"
    if projection is False:
        return text + ", without any layer on it"
    return text + (
        f", with {'layers' if projection is True else an(projection)} on it" if projection else ""
    )
