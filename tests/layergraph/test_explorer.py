"""Model Explorer's JSON: every call and every edge once, and what corresponds in two models."""

import json

import pytest

import layergraph as lg
from tests.layergraph import model_zoo


@pytest.mark.parametrize("name", ["posts", "siamese", "residual", "encoder_twice"])
def test_calls_edges_and_frames_are_all_there(keras, name):
    graph = lg.call_graph(getattr(model_zoo, name)(keras))
    (told,) = json.loads(json.dumps(lg.explorer_graphs(graph)))["graphs"]
    assert [int(node["id"]) for node in told["nodes"]] == [call.index for call in graph.calls]
    for node, call in zip(told["nodes"], graph.calls):
        edges = [
            (int(e["sourceNodeId"]), int(e["sourceNodeOutputId"])) for e in node["incomingEdges"]
        ]
        assert edges == list(call.inputs)
        assert node["namespace"].count("(") == len(call.frames)
        assert all(isinstance(pair["value"], str) for pair in node["attrs"])
    namespaces = {node["namespace"] for node in told["nodes"] if node["namespace"]}
    assert len(namespaces) == len(graph.frames)


def test_what_corresponds_is_mapped_and_what_is_missing_is_not(build):
    def net(activation, extra):
        x = build.Input((8,))
        inside = build.layers.Dense(4, "relu") if not activation else None
        y = inside(x) if inside else build.layers.ReLU()(build.layers.Dense(4)(x))
        return build.Model(x, build.layers.Dense(2)(build.layers.Dropout(0.5)(y) if extra else y))

    left, right = net(False, False), net(True, True)
    graphs = [lg.call_graph(model) for model in (left, right)]
    told = lg.explorer_mapping(lg.compare(left, right))
    kinds = [
        tuple(
            [g.calls[int(i)].kind for i in e[key]]
            for g, key in zip(graphs, ("leftNodeIds", "rightNodeIds"))
        )
        for e in told["mappingEntries"]
    ]
    assert sorted(kinds) == [
        (["Dense"], ["Dense"]),
        (["Dense"], ["Dense", "ReLU"]),
        (["InputLayer"], ["InputLayer"]),
    ]
    assert told["type"] == "sync_navigation" and json.dumps(told)
