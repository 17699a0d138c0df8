"""A model, or the correspondence between two, as the JSON that Google's Model Explorer opens.

Both values go through `json.dump`. Model Explorer shows the graphs of one file, and with two panes takes the other for
"Upload mapping from computer": a click on a call then selects its counterpart.
"""

from typing import Any

from layergraph import words
from layergraph.diff import Diff
from layergraph.graph import CallGraph
from layergraph.reading import call_graph
from layergraph.settings import shown


def explorer_graphs(*models: Any) -> dict[str, Any]:
    """Models as a graph collection: a node for each call, nested models as its namespaces.

    Parameters
    ----------
    *models
        Keras models, or graphs that `call_graph` read.

    Returns
    -------
    dict
        What Model Explorer opens once it is written as JSON. A node's id is the index of its call.
    """
    graphs = [_graph(number, call_graph(model)) for number, model in enumerate(models, 1)]
    return {"label": ", ".join(graph["id"] for graph in graphs), "graphs": graphs}


def explorer_mapping(diff: Diff) -> dict[str, Any]:
    """The calls that correspond in two models, as Model Explorer's mapping between a left and a right pane.

    Parameters
    ----------
    diff : Diff
        What `compare(left, right)` found. What it leaves without a counterpart, Model Explorer marks as deleted or new.

    Returns
    -------
    dict
        The mapping, to be written as JSON.
    """
    entries: list[dict[str, list[str]]] = []
    seen: tuple[set[int], set[int]] = (set(), set())
    for pair in diff.matches:
        ends = []
        for index, graph, known in zip(pair, (diff.expected, diff.actual), seen):
            ends.append([str(call) for call in graph.calls[index].origins if call not in known])
            known.update(graph.calls[index].origins)
        if all(ends):
            entries.append({"leftNodeIds": ends[0], "rightNodeIds": ends[1]})
    return {
        "type": "sync_navigation",
        "mappingEntries": entries,
        "disableMappingFallback": True,
        "showDiffHighlights": True,
    }


def _graph(number: int, graph: CallGraph) -> dict[str, Any]:
    paths: list[str] = []
    for frame in graph.frames:  # the one around stands before it
        around = "" if frame.parent is None else f"{paths[frame.parent]}/"
        paths.append(f"{around}{frame.name.replace('/', '_')} ({frame.index})")
    nodes = []
    for call in graph.calls:
        told = {"name": call.name, **{name: shown(value) for name, value in call.settings.items()}}
        if call.weights:
            told |= {
                "parameters": f"{call.parameters:,}",
                "weights": ", ".join(map(str, call.weights)),
            }
        shapes = zip(call.output_shapes, call.dtypes)
        nodes.append(
            {
                "id": str(call.index),
                "label": words.what(call).replace("×", "x"),  # its font has no such sign
                "namespace": paths[call.frames[-1]] if call.frames else "",
                "attrs": [{"key": key, "value": value} for key, value in told.items()],
                "incomingEdges": [
                    {
                        "sourceNodeId": str(source),
                        "sourceNodeOutputId": str(tensor),
                        "targetNodeInputId": str(place),
                    }
                    for place, (source, tensor) in enumerate(call.inputs)
                ],
                "outputsMetadata": [
                    {
                        "id": str(place),
                        "attrs": [{"key": "tensor_shape", "value": f"{dtype}{list(shape)}"}],
                    }
                    for place, (shape, dtype) in enumerate(shapes)
                ],
            }
        )
    return {"id": f"{graph.name or 'model'} ({number})", "nodes": nodes}
