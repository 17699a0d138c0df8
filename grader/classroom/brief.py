"""The brief of the capstone as code: each sentence is a function of the model, which says True or what it found.

What a sentence asks stands in the function's docstring: checks show it as their title.
"""

from typing import Any

import numpy as np

import layergraph as lg
from grader.classroom import datasets

BUDGET, DEPTH, RESULTS = 60_000, 12, 19


def within_budget(model: Any) -> bool | str:
    """at most 60,000 parameters"""
    found = sum(int(np.prod(weight.shape)) for weight in model.weights)
    return found <= BUDGET or f"{found:,} parameters"


def answers_hear_everything(model: Any) -> bool | str:
    """same depends on both images, result on both images and on the question"""
    graph = lg.normal_form(lg.call_graph(model))
    if (len(graph.inputs), len(graph.outputs)) != (3, 2):
        return f"{len(graph.inputs)} inputs and {len(graph.outputs)} outputs, not three and two"
    for answer, (call, _), wanted in zip(("same", "result"), graph.outputs, (2, 3)):
        heard = graph.ancestors(call)
        for name, (start, _) in list(zip(("left", "right", "question"), graph.inputs))[:wanted]:
            if start not in heard:
                return f"no way leads from {name} to {answer}"
    return True


def gives_probabilities(model: Any) -> bool | str:
    """same lies between 0 and 1, and so do the 19 numbers of result, which add up to 1"""
    pairs, _ = datasets.digit_questions(100, seed=1)
    for size in (1, 30, 1_000):  # far beyond real images: no head can hide there
        same, result = (
            np.asarray(answer)
            for answer in model([size * part.astype("float32") for part in pairs])
        )
        for name, answer in (("same", same), ("result", result)):
            if not (answer.min() >= -1e-6 and answer.max() <= 1 + 1e-6):
                return f"{name} holds numbers from {answer.min():.3g} to {answer.max():.3g}: which activation makes a probability?"
        if np.abs(result.sum(axis=-1) - 1).max() > 1e-3:
            return f"the {RESULTS} numbers of result don't add up to 1: which activation makes them do so?"
    return True


def one_shared_encoder(model: Any) -> bool | str:
    """whatever has weights and reads one image alone, reads the other image too"""
    graph = lg.normal_form(lg.call_graph(model))
    if len(graph.inputs) != 3:
        return f"{len(graph.inputs)} inputs, not three"
    starts = {start for start, _ in graph.inputs}
    reads: list[dict[Any, str]] = [
        {
            weight: call.name
            for call in graph.calls
            if graph.ancestors(call.index) & starts == {side}
            for weight in call.weights
        }
        for side, _ in graph.inputs[:2]
    ]
    if not reads[0] and not reads[1]:
        return "no layer with weights reads one image alone: the images meet before an encoder has read them"
    alone = [
        f"{name} ({side})"
        for side, own, other in zip(("left", "right"), reads, reversed(reads))
        for name in dict.fromkeys(own[weight] for weight in own if weight not in other)
    ]
    return not alone or f"layers that read only one of the two images: {', '.join(alone)}"


def deep_enough(model: Any) -> bool | str:
    """at least twelve layers with kernels (Dense, Conv…) lie in a row between the images and result"""
    graph = lg.normal_form(lg.call_graph(model))
    before: dict[int, list[str]] = {}
    for call in graph.calls:
        kernel = bool(call.weights) and ("Dense" in call.kind or "Conv" in call.kind)
        longest = max((before[source] for source, _ in call.inputs), key=len, default=[])
        before[call.index] = longest + [call.name] * kernel
    found = before[graph.outputs[-1][0]]
    return len(found) >= DEPTH or f"the longest way has {len(found)}: {', '.join(found)}"


def branches_side_by_side(model: Any) -> bool | str:
    """an image goes through two branches of convolutions that see windows of different sizes, and are concatenated"""
    graph = lg.normal_form(lg.call_graph(model))
    found = "no Concatenate joins branches that start at one tensor, each with weights of its own"
    for merge in graph.of_kind("Concatenate"):
        for place, (one, _) in enumerate(merge.inputs):
            for other, _ in merge.inputs[:place]:
                if _branches(graph, one, other):
                    common = graph.ancestors(one) & graph.ancestors(other)
                    seen = {_window(graph, graph.ancestors(end) - common) for end in (one, other)}
                    if len(seen) > 1:
                        return True
                    found = f"the branches see the same, those that {merge.name} joins: give their convolutions kernels of different sizes"
    return found


def _window(graph: Any, mine: set[int]) -> int:
    """How wide a window of the fork one value at the end of a branch sees, from the kernels of its convolutions."""
    size = 1
    for index in mine:
        call = graph.calls[index]
        kernel = call.settings.get("kernel_size") if "Conv" in call.kind else None
        size += (max(kernel) if isinstance(kernel, tuple) else kernel or 1) - 1
    return size


def _branches(graph: Any, one: int, other: int) -> bool:
    """Whether the ways to these two calls part at a common tensor, and each then meets weights that the other doesn't."""
    common = graph.ancestors(one) & graph.ancestors(other)
    own = [graph.ancestors(end) - common for end in (one, other)]
    forks = [
        {tensor for index in mine for tensor in graph.calls[index].inputs if tensor[0] in common}
        for mine in own
    ]
    for fork in forks[0] & forks[1]:
        weights = []
        for mine in own:
            first = [index for index in mine if fork in graph.calls[index].inputs]
            below = graph.descendants(*first) & mine
            weights.append({w for index in below for w in graph.calls[index].weights})
        if weights[0] - weights[1] and weights[1] - weights[0]:
            return True
    return False
