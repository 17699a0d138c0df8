"""The normal form: what two models must have in common to count as the same graph.

=============================================  ==========================================================
counts                                         does not count
=============================================  ==========================================================
class of a layer, its settings                 names of layers, inputs and models; order of creation
which tensor goes where, and in which place    Sequential or functional; nested model or its layers written out
order of inputs and outputs                    order of the inputs of Add, Multiply, Average, Maximum, Minimum
which calls share weights                      sharing of a layer that has no weights
activation                                     whether it stands in the layer or follows it (as a layer, as a
                                               function of keras.activations or keras.ops)
                                               a linear activation; Identity
merging                                        layer, operator (`+`, `-`, `*`) or keras.ops; `a + b + c` or one Add of
                                               three; Concatenate of a Concatenate; `(a + b) / 2`, the mean of a stack or
                                               Average
constants (`x * 2`), slices                    `2 * x` or `x * 2`
regularizers, constraints, frozen or not       initializers, seeds, values of the weights
dtype of what a call gives                     dtype policy of a layer that has no weights
shape of the inputs, with a fixed batch size   shapes further on (they follow); axis -1 or the same axis counted
                                               from the front
masks                                          the automatic mask of a layer or an equal one passed by hand
padding of convolutions                        padding of a 1×1 convolution, which never reaches beyond the edge
TimeDistributed                                TimeDistributed(model) or each of its layers TimeDistributed
training=True in a call                        training=False in a call (fit and predict override it); either in a call of
                                               a frozen BatchNormalization
=============================================  ==========================================================

An activation is folded into a Dense or convolution layer only where nothing else takes the layer's own output; merges
are joined only where nothing else takes the inner one. Both give the same function, so no two different models meet.
"""

from dataclasses import dataclass, replace

from layergraph import settings as spelling
from layergraph.graph import Call, CallGraph, Tensor

COMMUTATIVE = frozenset({"Add", "Multiply", "Average", "Maximum", "Minimum"})
ASSOCIATIVE = frozenset({"Add", "Multiply", "Maximum", "Minimum", "Concatenate"})
# Layers whose activation is the last thing they do.
TAKES_ACTIVATION = frozenset(
    "Dense EinsumDense Conv1D Conv2D Conv3D Conv1DTranspose Conv2DTranspose Conv3DTranspose"
    " SeparableConv1D SeparableConv2D DepthwiseConv1D DepthwiseConv2D".split()
)
WITH_AXIS = frozenset(
    {"Concatenate", "BatchNormalization", "LayerNormalization", "GroupNormalization", "UnitNormalization", "Stack"}
)
CONVOLUTIONS = frozenset({"Conv1D", "Conv2D", "Conv3D"})
NOTHING = frozenset({"Identity"})
MERGE_OPERATIONS = frozenset({"Add", "Subtract", "Multiply", "Maximum", "Minimum"})


@dataclass
class _Node:
    """A call while it is rewritten. `inputs` point at nodes by number; a removed node is None in the list."""

    call: Call
    kind: str
    settings: dict
    inputs: list[Tensor]
    slots: list[str]
    origins: tuple[int, ...]
    canonical: bool = False  # the same whether it was written as a layer or as an operation

    @property
    def rank(self):
        return len(self.call.output_shape)


def commutes(call: Call) -> bool:
    """Whether the order of the call's inputs makes no difference."""
    return call.kind in COMMUTATIVE and "broadcast" not in call.settings


def normal_form(model) -> CallGraph:
    """The graph with everything that does not count written in one way only; see the module's table.

    Args:
        model: a Keras model or a `CallGraph`.

    Returns:
        A graph whose calls know, in `origins`, which calls of the graph that was read they stand for.
    """
    from layergraph.reading import call_graph

    graph = call_graph(model)
    if graph.normal:
        return graph
    work = _Work(graph)
    work.one_spelling()
    work.drop_nothing()
    work.fold_activations()
    work.join_merges()
    work.averages()
    work.one_mask()
    return work.result()


def unfolded(graph: CallGraph) -> tuple[CallGraph, list[int]]:
    """A normal form with every activation as a call of its own: the same graph, for telling differences apart.

    Where a layer was forgotten between another and its activation, folding would hide that behind two differences.

    Returns:
        The graph, and for each of its calls the index in `graph` of the call it comes from.
    """
    calls: list[Call] = []
    back: list[int] = []
    place: dict[Tensor, Tensor] = {}
    for call in graph.calls:
        inputs = tuple(place[tensor] for tensor in call.inputs)
        name = call.settings.get("activation")
        apart = _base(call.kind) in TAKES_ACTIVATION and name not in (None, "linear") and call.is_layer
        settings = {**call.settings, "activation": "linear"} if apart else call.settings
        calls.append(replace(call, index=len(calls), inputs=inputs, settings=settings))
        back += [call.index] * (1 + apart)
        if apart:
            source = (len(calls) - 1, 0)
            calls.append(
                Call(
                    index=len(calls), name="", kind="Activation", settings={"activation": name}, inputs=(source,),
                    slots=("",), output_shapes=call.output_shapes, dtypes=call.dtypes, nesting=call.nesting,
                    frames=call.frames, origins=call.origins,
                )  # fmt: skip
            )
        for position in range(len(call.output_shapes)):
            place[call.index, position] = (len(calls) - 1, position)
    ends = {name: tuple(place[tensor] for tensor in getattr(graph, name)) for name in ("inputs", "outputs")}
    return replace(graph, calls=tuple(calls), **ends), back


class _Work:
    def __init__(self, graph: CallGraph):
        self.graph = graph
        self.nodes: list[_Node | None] = []
        self.alias: dict[Tensor, Tensor] = {}
        places = _expand(graph, self.nodes)
        self.inputs = [places[tensor] for tensor in graph.inputs]
        self.outputs = [places[tensor] for tensor in graph.outputs]

    # helpers

    def users(self) -> dict[Tensor, int]:
        """How often each tensor is taken, the model's outputs counted too."""
        count: dict[Tensor, int] = {}
        for node in self.nodes:
            if node is not None:
                for tensor in node.inputs:
                    count[tensor] = count.get(tensor, 0) + 1
        for tensor in self.outputs:
            count[tensor] = count.get(tensor, 0) + 1
        return count

    def replace_tensors(self, other: dict[Tensor, Tensor]):
        """Let everyone who takes a tensor in `other` take what stands there instead."""
        if not other:
            return

        def final(tensor):
            while tensor in other:
                tensor = other[tensor]
            return tensor

        for node in self.nodes:
            if node is not None:
                node.inputs = [final(tensor) for tensor in node.inputs]
        self.outputs = [final(tensor) for tensor in self.outputs]

    def shape(self, tensor):
        shapes = self.nodes[tensor[0]].call.output_shapes
        return shapes[tensor[1]] if tensor[1] < len(shapes) else ()

    # steps

    def one_spelling(self):
        for node in self.nodes:
            if not node.call.is_layer:
                self._spell_operation(node)
            elif "code" not in node.settings:
                self._spell_layer(node)
            if node.kind in WITH_AXIS:
                axis = node.settings.get("axis")
                if isinstance(axis, (tuple, list)) and len(axis) == 1:
                    axis = axis[0]
                if isinstance(axis, int) and node.rank:
                    node.settings["axis"] = axis % node.rank

    def _spell_layer(self, node):
        settings, kind = node.settings, node.kind
        if kind == "Activation" or (kind in spelling.ACTIVATION_LAYERS and node.slots == [""]):
            name = spelling.ACTIVATION_LAYERS.get(kind)
            if name is None:
                node.settings = {"activation": settings["activation"]}
            else:
                kept = {k: v for k, v in settings.items() if k in ("negative_slope", "max_value", "threshold", "alpha", "axis")}
                node.settings = {"activation": self._activation(name, kept, node)}
            node.kind, node.canonical = "Activation", True
        elif kind in COMMUTATIVE or kind == "Subtract":
            node.canonical = True
            node.slots = list(map(str, range(len(node.inputs))))
            if len({len(self.shape(tensor)) for tensor in node.inputs}) > 1:
                settings["broadcast"] = "from the second axis"
        elif kind == "Concatenate":
            node.canonical = True
        elif kind == "BatchNormalization" and settings.get("trainable") is False:
            settings.pop("training", None)  # frozen means inference, whatever the call says
        elif kind in CONVOLUTIONS and _ones(settings.get("kernel_size")) and settings.get("padding") == "same":
            settings["padding"] = "valid"  # one position at a time never reaches beyond the edge
        elif kind == "Reshape":
            node.canonical = True
            known = node.call.output_shape[1:]
            if None not in known:
                settings["target_shape"] = tuple(known)
        elif kind in ("MultiHeadAttention", "GroupedQueryAttention") and "key" not in node.slots:
            if "value" in node.slots:
                node.inputs.append(node.inputs[node.slots.index("value")])
                node.slots.append("key")
        elif kind in ("Attention", "AdditiveAttention") and "1" in node.slots and "2" not in node.slots:
            node.inputs.append(node.inputs[node.slots.index("1")])
            node.slots.append("2")

    def _spell_operation(self, node):
        settings, kind = node.settings, node.kind
        if kind in spelling.ACTIVATION_OPERATIONS and node.slots == [""]:
            node.kind, node.canonical = "Activation", True
            node.settings = {"activation": self._activation(spelling.ACTIVATION_OPERATIONS[kind], settings, node)}
        elif kind in MERGE_OPERATIONS and len(node.inputs) == 2:
            node.canonical = True
            node.slots = ["0", "1"]
            if len({len(self.shape(tensor)) for tensor in node.inputs}) > 1:
                settings["broadcast"] = "from the last axis"
        elif kind in COMMUTATIVE and kind != "Average" and len(node.inputs) == 1:
            constant = settings.pop("x1", settings.pop("x2", None))
            settings["constant"] = constant
            node.slots = [""]
        elif kind in ("TrueDivide", "Divide"):
            node.kind = "Divide"
            self._one_tensor(node)
        elif len(node.inputs) == 1 and ("x1" in settings or "x2" in settings):
            self._one_tensor(node)
        elif kind == "Concatenate":
            node.canonical = True
            node.slots = list(map(str, range(len(node.inputs))))
        elif kind == "Reshape":
            new, old = settings.get("newshape"), self.shape(node.inputs[0])
            if new and new[0] in (-1, None) and None not in old[1:] and None not in new[1:] and -1 not in new[1:]:
                if _product(new[1:]) == _product(old[1:]):
                    node.canonical, node.settings = True, {"target_shape": tuple(new[1:])}

    def _one_tensor(self, node):
        if len(node.inputs) == 1:
            node.slots = [""]  # the name of the constant says on which side the tensor stands

    def _activation(self, name, parameters, node):
        if isinstance(parameters.get("axis"), int) and node.rank:
            parameters = {**parameters, "axis": parameters["axis"] % node.rank - node.rank}
        return spelling.activation(name, parameters)

    def drop_nothing(self):
        """Take out calls that give back what they take: linear activations and Identity."""
        gone = {}
        for number, node in enumerate(self.nodes):
            linear = node.kind == "Activation" and node.settings.get("activation") == "linear"
            if (linear or node.kind in NOTHING) and len(node.inputs) == 1:
                source = gone.get(node.inputs[0], node.inputs[0])
                if self.nodes[source[0]].call.dtypes[source[1]] == node.call.dtype:
                    gone[number, 0] = source
                    self.nodes[number] = None
        self.replace_tensors(gone)

    def fold_activations(self):
        users, gone = self.users(), {}
        for number, node in enumerate(self.nodes):
            if node is None or node.kind != "Activation":
                continue
            source = node.inputs[0]
            layer = self.nodes[source[0]]
            if (
                users[source] == 1
                and layer is not None
                and _base(layer.kind) in TAKES_ACTIVATION
                and layer.call.is_layer
                and "code" not in layer.settings
                and layer.settings.get("activation") in (None, "linear")
                and layer.settings.get("activity_regularizer") is None
                and layer.call.dtype == node.call.dtype
            ):
                layer.settings["activation"] = node.settings["activation"]
                layer.origins += node.origins
                gone[number, 0] = source
                self.nodes[number] = None
        for node in self.nodes:
            if node is not None and _base(node.kind) in TAKES_ACTIVATION and node.settings.get("activation", 0) is None:
                node.settings["activation"] = "linear"
        self.replace_tensors(gone)

    def join_merges(self):
        """Write a merge of a merge of the same kind as one merge, where only the outer one takes the inner one."""
        users = self.users()
        for node in self.nodes:  # inner ones come first, so that each is already joined
            if node is None or node.kind not in ASSOCIATIVE or not node.canonical or "broadcast" in node.settings:
                continue
            inputs, joined = [], False
            for tensor in node.inputs:
                inner = self.nodes[tensor[0]]
                if (
                    users[tensor] == 1
                    and inner.kind == node.kind
                    and inner.canonical
                    and inner.settings == node.settings
                    and inner.call.dtype == node.call.dtype
                    and (node.kind == "Concatenate" or inner.call.output_shape == node.call.output_shape)
                ):
                    inputs += inner.inputs
                    node.origins += inner.origins
                    self.nodes[tensor[0]] = None
                    joined = True
                else:
                    inputs.append(tensor)
            if joined:
                node.inputs, node.slots = inputs, list(map(str, range(len(inputs))))

    def averages(self):
        """Write the mean of n tensors as their Average.

        However it was written: a sum divided by n, a sum of n-th parts, the mean over a stack, an average of averages
        of equally many.
        """
        users = self.users()
        for node in self.nodes:  # inner ones come first
            if node is None or not node.inputs or any(users[tensor] != 1 for tensor in node.inputs):
                continue
            parts = [self.nodes[source] for source, _ in node.inputs]
            alone = len(parts) == 1 and (_divides_sum(node, *parts) or _averages_stack(node, *parts))
            if not (alone or _sums_parts(node, parts) or _averages_averages(node, parts)):
                continue
            for source, _ in node.inputs:
                node.origins += self.nodes[source].origins
                self.nodes[source] = None
            node.kind, node.settings, node.canonical = "Average", {}, True
            node.inputs = [tensor for part in parts for tensor in part.inputs]
            node.slots = list(map(str, range(len(node.inputs))))

    def one_mask(self):
        """Merge equal calculations of masks: Keras writes the same one down again whenever a model is copied."""
        live = self._reach(lambda slot: not _is_mask(slot))
        seen, same = {}, {}
        for number, node in enumerate(self.nodes):
            if node is None or number in live or not node.inputs or node.call.weights:
                continue
            node.inputs = [same.get(tensor, tensor) for tensor in node.inputs]
            key = (node.kind, tuple(node.slots), tuple(node.inputs), tuple(sorted(node.settings.items(), key=repr)))
            first = seen.setdefault(repr(key), number)
            if first != number:
                for position in range(len(node.call.output_shapes)):
                    same[number, position] = (first, position)
        self.replace_tensors(same)

    def _reach(self, follows) -> set[int]:
        seen = {number for number, _ in self.outputs}
        waiting = list(seen)
        while waiting:
            node = self.nodes[waiting.pop()]
            for slot, (source, _) in zip(node.slots, node.inputs):
                if source not in seen and follows(slot):
                    seen.add(source)
                    waiting.append(source)
        return seen

    def result(self) -> CallGraph:
        live = self._reach(lambda slot: True) | {number for number, _ in self.inputs}
        place: dict[int, int] = {}
        calls = []
        for number, node in enumerate(self.nodes):
            if node is None or number not in live:
                continue
            place[number] = len(calls)
            if commutes(replace(node.call, kind=node.kind, settings=node.settings)):
                node.slots = ["*"] * len(node.inputs)
            calls.append(
                replace(
                    node.call,
                    index=len(calls),
                    kind=node.kind,
                    settings=node.settings,
                    inputs=tuple((place[source], tensor) for source, tensor in node.inputs),
                    slots=tuple(node.slots),
                    is_layer=node.canonical or node.call.is_layer,
                    inner=None if node.call.inner is None or "inner" not in node.settings else node.call.inner,
                    origins=tuple(sorted(node.origins)),
                )
            )
        return replace(
            self.graph,
            calls=tuple(calls),
            inputs=tuple((place[source], tensor) for source, tensor in self.inputs),
            outputs=tuple((place[source], tensor) for source, tensor in self.outputs),
            normal=True,
        )


def _expand(graph, nodes) -> dict[Tensor, Tensor]:
    """Fill `nodes` with the graph's calls, `TimeDistributed(model)` opened up; where each tensor of the graph went."""
    from layergraph.canonical import signature

    top: dict[Tensor, Tensor] = {}
    # each entry: calls still to do, where their tensors went, classes around them, leading shape, origins
    levels = [(iter(graph.calls), top, (), None, None)]
    finish = []  # what to do when the level above is done
    while levels:
        calls, places, around, lead, origins = levels[-1]
        call = next(calls, None)
        if call is None:
            levels.pop()
            if finish:
                outer_places, outer_call, inner_graph = finish.pop()
                for position, tensor in enumerate(inner_graph.outputs):
                    outer_places[outer_call.index, position] = places[tensor]
            continue
        if (call.index, 0) in places:
            continue  # an input of an opened model
        kind, settings = call.kind, dict(call.settings)
        if call.inner is not None:
            if kind == "TimeDistributed" and call.slots == ("",) and len(call.inner.inputs) == 1:
                outer = places[call.inputs[0]]
                inner_places = {call.inner.inputs[0]: outer}
                shape = nodes[outer[0]].call.output_shapes[outer[1]]
                finish.append((places, call, call.inner))
                levels.append(
                    (iter(call.inner.calls), inner_places, (*around, kind), tuple(shape[: 2 + len(around)]), origins or call.origins)
                )
                continue
            settings["inner"] = signature(call.inner)
        while kind == "TimeDistributed" and "layer" in settings:
            around += (kind,)
            kind = settings.pop("layer")
            settings = {k.removeprefix("layer."): v for k, v in settings.items()}
        bare = call
        if around:
            elementwise = kind in ("Activation", "ReLU", "LeakyReLU", "ELU")
            softmax = kind == "Softmax" and settings.get("axis") == -1
            bare = replace(call, kind=kind, settings=settings)
            if not (elementwise or softmax):
                kind = "(".join((*around, kind)) + ")" * len(around)
            if lead is not None:
                bare = replace(bare, output_shapes=tuple(lead + tuple(s[1:]) for s in call.output_shapes))
        nodes.append(
            _Node(
                call=bare,
                kind=kind,
                settings=settings,
                inputs=[places[tensor] for tensor in call.inputs],
                slots=list(call.slots),
                origins=origins or call.origins or (call.index,),
            )
        )
        for position in range(len(call.output_shapes)):
            places[call.index, position] = (len(nodes) - 1, position)
    return top


def _base(kind: str) -> str:
    """The class inside TimeDistributed(…)."""
    return kind.rpartition("(")[2].rstrip(")")


def _is_mask(slot: str) -> bool:
    return slot == "mask" or slot.startswith("mask.") or slot.endswith("_mask")


def _ones(size) -> bool:
    """Whether a kernel covers a single position."""
    return size == 1 or isinstance(size, (tuple, list)) and all(one == 1 for one in size)


def _product(sizes) -> int:
    result = 1
    for size in sizes:
        result *= size
    return result


def _divides(node, count) -> bool:
    """Whether a node divides its only input by `count`."""
    divided = node.kind == "Divide" and node.settings == {"x2": count}
    scaled = node.kind == "Multiply" and list(node.settings) == ["constant"] and _close(node.settings["constant"], 1 / count)
    return len(node.inputs) == 1 and (divided or scaled)


def _is_sum(node) -> bool:
    return node.kind == "Add" and len(node.inputs) > 1 and "broadcast" not in node.settings


def _divides_sum(node, total) -> bool:
    return _is_sum(total) and _divides(node, len(total.inputs))


def _sums_parts(node, parts) -> bool:
    return _is_sum(node) and all(_divides(part, len(parts)) for part in parts)


def _averages_averages(node, parts) -> bool:
    means = all(n.kind == "Average" and n.canonical and not n.settings for n in (node, *parts))
    return means and len({len(part.inputs) for part in parts}) == 1


def _averages_stack(node, stack) -> bool:
    """Whether a node takes the mean over the axis along which `stack` has put its inputs."""
    if node.kind not in ("Mean", "Average") or stack.kind != "Stack" or node.settings.get("keepdims"):
        return False
    axes, rank = node.settings.get("axis"), stack.rank
    axes = (axes,) if isinstance(axes, int) else axes
    return set(node.settings) <= {"axis", "keepdims"} and axes is not None and [a % rank for a in axes] == [stack.settings["axis"] % rank]


def _close(value, other) -> bool:
    return isinstance(value, (int, float)) and abs(value - other) < 1e-6
