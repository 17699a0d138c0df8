"""Requirements on sharing and nesting: one layer called several times, models inside models, models with common weights."""

from grader.checks import graphs as g
from grader.checks import models as m
from grader.checks.finding import met, unmet
from grader.checks.requirement import Requirement
from grader.checks.wording import an, clip_inline, count, describe, listing
from layergraph import words


def shared(kind: str, times: int | None = None) -> Requirement:
    """One layer of this class (or name) is called several times, so that the calls share its weights.

    `times`: exactly so many calls of one layer; otherwise two or more. `times=1`: every such layer is called once only.
    The layers of a nested model that is called twice are called twice; its own name can be asked for too.
    """
    if type(kind) is not str or times is not None and (type(times) is not int or times < 1):
        raise TypeError(
            'expect.shared needs the name of a layer class, such as "LSTM", and times of 1 or more'
        )

    def judge(model):
        graph = g.normal(model)
        groups = _calls_by_layer(graph, kind)
        if not groups:
            return g.not_there(model, f"no {kind}", f"Add {an(kind)}.")
        calls = [i for group in groups for i in group]
        most = max(map(len, groups))
        if times == 1:
            if most == 1:
                return met(f"{count(len(groups), kind, kind)}, each called once")
            twice = next(group for group in groups if len(group) > 1)
            return g.not_there(
                model,
                f"{g.text(graph.calls[twice[0]])} is called {len(twice)} times",
                "Make one layer for each place.",
                twice,
                "the same layer",
            )
        good = [group for group in groups if (len(group) == times if times else len(group) > 1)]
        if good:
            return met(f"{g.text(graph.calls[good[0][0]])}, called {len(good[0])} times")
        if len(groups) > 1 and most == 1:
            sames = _said_twice(graph, calls)
            found = f"{len(groups)} layers of their own: {listing(repr(graph.calls[group[0]].name) for group in groups[:4])}"
            return g.not_there(
                model,
                found,
                f"Make one {kind} before, keep it in a name, and call that on each tensor.",
                sames or calls,
                "a layer of its own",
            )
        found = f"{g.text(graph.calls[groups[0][0]])}, called {count(most, 'time')}"
        return g.not_there(
            model,
            found,
            f"Call one and the same layer {'exactly ' + str(times) if times else 'several'} times, and use every result: "
            "a call that leads to no output is not part of the model.",
            calls,
        )

    many = (
        "every {} is called once"
        if times == 1
        else f"one {{}} that is called {f'{times} times' if times else 'more than once'}"
    )
    return Requirement("sharing", many.format(kind), judge, of_model="graph")


def _said_twice(graph, calls) -> list[int]:
    """Those calls that another one equals in everything but its weights and place: they may be meant as one layer."""
    said = [words.what(graph.calls[index]) for index in calls]
    return [index for index, what in zip(calls, said) if said.count(what) > 1]


def _calls_by_layer(graph, kind) -> list[list[int]]:
    """The calls of layers of this class or name, or inside a nested model of this name, grouped by layer."""
    groups: dict = {}
    for call in graph.calls:
        if call.kind != "InputLayer" and (g.is_called(call, kind) or kind in call.nesting):
            groups.setdefault(call.weights or id(call.layer), []).append(call.index)
    return list(groups.values())


def nested(
    times: int | None = None, *, models: int | None = None, named: str | None = None
) -> Requirement:
    """The model has a model among its layers, called or inside a `TimeDistributed`.

    `models`: exactly so many different ones, 0 for none; `times`: one of them is called exactly so often; `named`: it has this name.
    """

    def judge(model):
        calls: dict[object, list[str]] = {}
        graph = g.read(model)
        for frame in graph.frames:
            calls.setdefault(frame.model, []).append(frame.name)
        for call in graph.calls:
            if call.inner is not None:
                calls.setdefault(("inside", id(call.layer)), []).append(call.inner.name)
        found = {key: names for key, names in calls.items() if named is None or names[0] == named}
        text = (
            listing(f"{names[0]!r} called {count(len(names), 'time')}" for names in calls.values())
            or "no model among the layers"
        )
        if not found and models != 0:
            hint = f"Call the model {named!r}" if named else "Call a model"
            return g.not_there(
                model,
                clip_inline(text, 300),
                f"{hint} on a tensor, as if it were a layer: y = model(x).",
            )
        if models is not None and len(found) != models:
            return g.not_there(
                model,
                clip_inline(text, 300),
                f"Exactly {count(models, 'different model')} must be called."
                if models
                else "Call each layer on a tensor, instead of a model that holds the layers.",
            )
        if times is not None and all(len(names) != times for names in found.values()):
            return g.not_there(
                model,
                clip_inline(text, 300),
                f"One of them must be called exactly {count(times, 'time')}.",
            )
        return met(clip_inline(text, 300))

    text = "a model" if models is None else count(models, "model") if models else "no model"
    text += f" named {named!r}" if named else ""
    return Requirement(
        "models as layers",
        f"{text} among the layers" + (f", called {count(times, 'time')}" if times else ""),
        judge,
        of_model="graph",
    )


def same_weights(part, whole) -> Requirement:
    """All weights of one model are weights of another too: `same_weights("encoder", "autoencoder")` of a dict of models.

    The value is a dict, list or tuple of models; `part` and `whole` are its keys.
    """

    def judge(value):
        try:
            inner, outer = value[part], value[whole]
        except (KeyError, IndexError, TypeError):
            return unmet(describe(value), f"Hand in both models, {part!r} and {whole!r}.")
        for model in (inner, outer):
            problem = m.model_problem(model, "any")
            if problem:
                return unmet(*problem)
        own, others = m.weights(inner), {id(v) for v in m.weights(outer)}
        common = [v for v in own if id(v) in others]
        if own and len(common) == len(own):
            return met(f"all {len(own)} weight arrays of {part!r} belong to {whole!r} too")
        found = (
            f"{len(common)} of {count(len(own), 'weight array')} of {part!r} belong to {whole!r}"
        )
        return unmet(
            found,
            "Make both models from the same layers: call the first model inside the second, or end both on tensors of one graph.",
        )

    return Requirement("common weights", f"{part!r} and {whole!r} use the same weights", judge)
