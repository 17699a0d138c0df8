"""Models as the list of calls that made them (sending side).

Each layer and operation is made once, calls follow in an order that respects what each needs and the order in which one layer was
called; models are cut from the result. So layers shared within and across models stay shared, and nothing is known but what Keras
itself recorded, see `layergraph.keras_adapter`.
"""

import heapq

from grader.carry import allowed
from grader.carry.link import CannotCarry
from grader.checks import carriable
from layergraph import keras_adapter

MAX_CALLS = 20_000


def send_operation(sender, operation):
    """The reference to a layer, an operation or a model, after everything it is made of."""
    _send(sender, [("op", operation)])
    return sender.link.known(operation)


def send_calls(sender, tensors):
    """Send what made these symbolic tensors, as far as it has not crossed yet."""
    _send(sender, [("node", _node_of(t)) for t in tensors if not sender.link.known(t)])


def _send(sender, wanted):
    """Order everything that `wanted` needs, then send it piece by piece.

    A piece is ("node", node): one call; or ("op", operation): a layer, operation or model.
    """
    order, needs, waiting = {}, {}, list(reversed(wanted))
    while waiting:  # discover, without recursion: graphs may be a thousand calls deep
        piece = waiting.pop()
        key = _key(piece)
        if key in order or _is_sent(sender, piece):
            continue
        order[key] = (len(order), piece)
        if len(order) > MAX_CALLS:
            raise CannotCarry("the graph has too many calls")
        needs[key] = [p for p in _needs(sender, piece) if not _is_sent(sender, p)]
        waiting.extend(reversed(needs[key]))
    by_operation = {}
    for _, piece in order.values():
        if piece[0] == "node":
            by_operation.setdefault(id(piece[1].operation), []).append(piece)
    for pieces in by_operation.values():  # the first call of a layer stays its first call
        if len(pieces) > 1:
            position = {
                id(n): i for i, n in enumerate(keras_adapter.calls_of(pieces[0][1].operation))
            }
            pieces.sort(key=lambda p: position.get(id(p[1]), 0))
            for earlier, later in zip(pieces, pieces[1:]):
                needs[_key(later)].append(earlier)
    missing = {key: {_key(p) for p in deps} for key, deps in needs.items()}
    wanted_by = {}
    for key, deps in missing.items():
        for dep in deps:
            wanted_by.setdefault(dep, []).append(key)
    ready = [order[key] + (key,) for key, deps in missing.items() if not deps]
    ready = [(rank, key) for rank, _, key in ready]
    heapq.heapify(ready)
    sent = 0
    while ready:
        _, key = heapq.heappop(ready)
        _send_piece(sender, order[key][1])
        sent += 1
        for later in wanted_by.get(key, ()):
            missing[later].discard(key)
            if not missing[later]:
                heapq.heappush(ready, (order[later][0], later))
    if sent != len(order):
        raise CannotCarry("its graph runs in a circle")


def _key(piece):
    return piece[0], id(piece[1])


def _is_sent(sender, piece):
    kind, thing = piece
    if kind == "op":
        return sender.link.known(thing) is not None
    return all(sender.link.known(t) is not None for t in thing.outputs)


def _node_of(tensor):
    node = keras_adapter.node_of(tensor)
    if node is None:
        raise CannotCarry(
            "a symbolic tensor does not come from keras.Input; start the graph with keras.Input"
        )
    return node


def _needs(sender, piece):
    kind, thing = piece
    if kind == "node":
        parents = [
            ("node", _node_of(t)) for t in thing.input_tensors if sender.link.known(t) is None
        ]
        return (
            parents if _is_only_followed(thing.operation) else [("op", thing.operation), *parents]
        )
    sort = _sort(thing)
    if sort == "functional":
        import keras

        ends = keras.tree.flatten(keras_adapter.ends(thing))
        return [("node", _node_of(t)) for t in ends if sender.link.known(t) is None]
    if sort == "sequential":
        return [("op", layer) for layer in keras_adapter.held(thing)]
    if sort == "wrapper":
        return [("op", thing.layer)]
    return []


def _sort(operation):
    import keras

    cls = type(operation)
    if cls is keras_adapter.functional():
        return "functional"
    if cls is keras.Sequential:
        return "sequential"
    if isinstance(operation, keras.Model):
        raise CannotCarry(
            f"{cls.__name__} is a model class of your own; build the model with keras.Model(inputs, outputs) or keras.Sequential"
        )
    if cls in (keras.layers.TimeDistributed, keras.layers.SpectralNormalization):
        return "wrapper"
    if cls in allowed.wire_names():
        return "layer"
    if cls in allowed.operation_names():
        return "operation"
    if carriable.is_lambda(operation):
        raise CannotCarry(f"{carriable.in_sequential(operation)}; {carriable.FUNCTIONAL}")
    raise CannotCarry(
        f"{cls.__name__} (the layer {operation.name!r}) is not one that Keras brings along; only built-in layers can be carried"
    )


def _send_piece(sender, piece):
    kind, thing = piece
    if _is_sent(sender, piece):
        return
    if kind == "node":
        return _send_call(sender, thing)
    {
        "functional": _send_functional,
        "sequential": _send_sequential,
        "wrapper": _send_layer,
        "layer": _send_layer,
        "operation": _send_op,
    }[_sort(thing)](sender, thing)


def _is_only_followed(operation):
    """Whether nothing of this layer crosses but what its function does."""
    import keras

    return carriable.is_lambda(operation) or (
        type(operation) is keras.layers.Activation and carriable.own_activation(operation)
    )


def _follow(sender, node):
    """Send what a student's function does in a call of a layer, in the place of the function; the call's outputs are its results."""
    operation = node.operation
    try:
        pairs, results = carriable.trace_call(operation, node)
    except carriable.Untraceable as reason:
        raise CannotCarry(
            f"the layer {operation.name!r} cannot be carried: {reason}; {carriable.OPS}"
        ) from None
    if not _is_only_followed(operation):
        _send_one_call(sender, node, [fresh for fresh, _ in pairs])
    else:
        for fresh, real in pairs:
            sender.link.alias(fresh, real)
    _send(sender, [("node", _node_of(t)) for t in results if not sender.link.known(t)])
    for output, result in zip(node.outputs, results):
        sender.link.alias(output, result)


def _send_call(sender, node):
    import keras

    if isinstance(node.operation, keras.layers.InputLayer):
        for tensor in node.outputs:
            number = sender.link.number(tensor)
            sender.steps.append(
                {"do": "input", "id": number, "layer": sender.link.known(node.operation)}
            )
        return
    if _is_only_followed(node.operation) or carriable.own_activation(node.operation):
        return _follow(sender, node)
    _send_one_call(sender, node, node.outputs)


def _send_one_call(sender, node, outputs):
    arguments = node.arguments
    step = {
        "do": "call",
        "op": sender.link.known(node.operation),
        "args": sender.strict(tuple(arguments.args)),
        "kwargs": sender.strict(dict(arguments.kwargs)),
    }
    step["out"] = [sender.link.number(t) for t in outputs]
    sender.steps.append(step)


def _send_op(sender, operation):
    config = {k: v for k, v in operation.get_config().items() if k != "name"}
    encoded = sender.strict(config)
    number = sender.link.number(operation)
    sender.steps.append(
        {
            "do": "op",
            "id": number,
            "class": allowed.operation_names()[type(operation)],
            "config": encoded,
            "name": str(operation.name),
        }
    )


def _send_layer(sender, layer):
    import keras

    problem = carriable.why_not(layer)
    if problem:
        raise CannotCarry(f"the layer {layer.name!r} cannot be carried: {'; '.join(problem)}")
    config = _config(layer)
    config.pop("build_config", None)
    inner = None
    if _sort(layer) == "wrapper":
        config.pop("layer")
        _refuse_own_activation(layer.layer, "it wraps a layer with a function of your own")
        inner = sender.link.known(layer.layer)
    if allowed.FILE_SETTINGS & set(config) and config.get("vocabulary") is None and layer.built:
        if not isinstance(layer, (keras.layers.StringLookup, keras.layers.IntegerLookup)):
            raise CannotCarry(
                f"the layer {layer.name!r} was adapted to data; give it its vocabulary as a list"
            )
        config["vocabulary"] = [
            w if isinstance(w, str) else int(w)
            for w in layer.get_vocabulary(include_special_tokens=False)
        ]
    step = {
        "do": "layer",
        "class": allowed.wire_names()[type(layer)],
        "config": sender.settings(config),
        "inner": inner,
        "trainable": bool(layer.trainable),
    }
    if layer.trainable and layer.built:
        frozen = set(map(id, keras_adapter.frozen_arrays(layer)))
        if frozen:  # some of its weights alone, as by layer.kernel.trainable = False
            step["frozen"] = [n for n, w in enumerate(layer.weights) if id(w) in frozen]
    if (
        isinstance(layer, keras.layers.Normalization)
        and layer.built
        and layer.get_config().get("mean") is None
    ):
        step["state"] = [{"t": "array", **sender._array(_numpy(w))} for w in layer.weights]
    if layer.built and not isinstance(layer, keras.layers.InputLayer):
        step["built"] = _build_shapes(layer)
    step["id"] = sender.link.number(layer)
    sender.steps.append(step)


def _config(layer):
    """A layer's settings; without an activation of the student's own: the calls bring along what it does."""
    own = carriable.own_activation(layer)
    if not own:
        return dict(layer.get_config())
    layer.activation = allowed.functions()["activations.linear"]
    try:
        return dict(layer.get_config())
    finally:
        layer.activation = own


def _numpy(variable):
    import keras

    return keras.ops.convert_to_numpy(variable)


def _build_shapes(layer):
    """The shapes a layer was built for, as plain data; None where they are not to be had."""
    try:
        shapes = layer.get_build_config()
    except Exception:
        return None
    return shapes if shapes and _only_shapes(shapes) else None


def _only_shapes(value):
    if isinstance(value, dict):
        return all(type(k) is str and _only_shapes(v) for k, v in value.items())
    if isinstance(value, (list, tuple)):
        return all(_only_shapes(v) for v in value)
    return value is None or type(value) is int


def _send_functional(sender, model):
    inputs, outputs = (sender.strict(_plain(end)) for end in keras_adapter.ends(model))
    step = {
        "do": "functional",
        "name": str(model.name),
        "inputs": inputs,
        "outputs": outputs,
        "trainable": bool(model.trainable),
        "compiled": _compiled(sender, model),
    }
    step["id"] = sender.link.number(model)
    sender.steps.append(step)


def _plain(structure):
    """Keras keeps input structures as lists, tuples and dicts of its own; the same of plain ones."""
    if isinstance(structure, dict):
        return {k: _plain(v) for k, v in structure.items()}
    if isinstance(structure, tuple):
        return tuple(_plain(v) for v in structure)
    if isinstance(structure, list):
        return [_plain(v) for v in structure]
    return structure


def _refuse_own_activation(layer, why):
    if carriable.own_activation(layer):
        raise CannotCarry(
            f"the layer {layer.name!r} cannot be carried: {why}; {carriable.FUNCTIONAL}"
        )


def _send_sequential(sender, model):
    for layer in keras_adapter.held(model):
        _refuse_own_activation(layer, carriable.in_sequential(layer))
    step = {
        "do": "sequential",
        "name": str(model.name),
        "layers": [sender.link.known(layer) for layer in keras_adapter.held(model)],
        "trainable": bool(model.trainable),
        "compiled": _compiled(sender, model),
    }
    step["id"] = sender.link.number(model)
    sender.steps.append(step)


def _compiled(sender, model):
    from grader.carry.encode_compile import send_compiled

    return send_compiled(sender, model)
