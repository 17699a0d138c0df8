"""Weights, carried only where a check needs them: the arrays of all layers in the order in which the layers were sent."""

from grader.engine.transport import wire

MAX_WEIGHTS = 96 * 2**20  # bytes


def variables(layers):
    """The variables of these layers, each once, in their order: both sides must come to the same list."""
    found, seen = [], set()
    for layer in layers:
        for variable in layer.weights:
            if id(variable) not in seen:
                seen.add(id(variable))
                found.append(variable)
    return found


def send(link):
    """The message with the weights of every layer that has crossed; None where they are too many bytes."""
    import keras
    import numpy as np

    layers = [x for x in link.mine if isinstance(x, keras.Layer) and not isinstance(x, keras.Model)]
    own = variables(layers)
    if sum(int(np.prod(v.shape)) * 4 for v in own) > MAX_WEIGHTS:
        return None
    blobs = []
    entries = [wire.array_to_wire(keras.ops.convert_to_numpy(v), blobs) for v in own]
    return wire.pack({"weights": entries}, blobs)
