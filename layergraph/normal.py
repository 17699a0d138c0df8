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
merging                                        layer, operator (`+`, `-`, `*`) or keras.ops, hstack for the second axis,
                                               append with an axis; `a + b + c` or one Add of
                                               three; Concatenate of a Concatenate; `(a + b) / 2`, the mean of a stack or
                                               Average; a stack, or a Concatenate along a new axis;
                                               `a + -b` or Subtract, `a - b + c` or `(a + c) - b`;
                                               `0 + x`, `x - 0`, `x * 1`, `x / 1` or x, as Python's own
                                               sum of a list writes it
constants (`x * 2`), slices                    `2 * x` or `x * 2`
new shapes (Reshape)                           Flatten, or a Reshape to one axis; layer or keras.ops; a Flatten of what
                                               is flat already
regularizers, constraints, frozen or not       initializers, seeds, values of the weights
dtype of what a call gives                     dtype policy of a layer that has no weights
shape of the inputs, with a fixed batch size   shapes further on (they follow); axis -1 or the same axis counted
                                               from the front
masks                                          the automatic mask of a layer or an equal one passed by hand
padding of convolutions                        padding of a 1×1 convolution, which never reaches beyond the edge
TimeDistributed                                TimeDistributed(model), each of its layers TimeDistributed, or a stack
                                               of what the layers make of each step
training=True in a call                        training=False in a call, of a BatchNormalization too (fit and predict
                                               override it); either in a call of a frozen BatchNormalization
=============================================  ==========================================================

An activation is folded into a Dense or convolution layer only where nothing else takes the layer's own output; merges
are joined only where nothing else takes the inner one. Both give the same function, so no two different models meet.
"""

from collections import Counter
from dataclasses import dataclass, replace

from layergraph import settings as spelling
from layergraph.canonical import signature_of
from layergraph.graph import Call, CallGraph, Tensor
from layergraph.masks import is_mask

COMMUTATIVE = frozenset({"Add", "Multiply", "Average", "Maximum", "Minimum"})
ASSOCIATIVE = frozenset({"Add", "Multiply", "Maximum", "Minimum", "Concatenate"})
# Layers whose activation is the last thing they do.
TAKES_ACTIVATION = frozenset(
    "Dense EinsumDense Conv1D Conv2D Conv3D Conv1DTranspose Conv2DTranspose Conv3DTranspose"
    " SeparableConv1D SeparableConv2D DepthwiseConv1D DepthwiseConv2D".split()
)
WITH_AXIS = frozenset(
    {
        "Concatenate",
        "BatchNormalization",
        "LayerNormalization",
        "GroupNormalization",
        "UnitNormalization",
        "Stack",
    }
)
CONVOLUTIONS = frozenset({"Conv1D", "Conv2D", "Conv3D"})
NOTHING = frozenset({"Identity"})
MERGE_OPERATIONS = frozenset({"Add", "Subtract", "Multiply", "Maximum", "Minimum"})
# Operations on one tensor and a number that give the tensor back, as they are spelt after `one_spelling`.
NEUTRAL = {
    "Add": {"constant": 0},
    "Subtract": {"x2": 0},
    "Multiply": {"constant": 1},
    "Divide": {"x2": 1},
    "Power": {"x2": 1},
}
NEGATIVE = {"Negative": {}, "Multiply": {"constant": -1}, "Subtract": {"x1": 0}}


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

    Parameters
    ----------
    model
        a Keras model or a `CallGraph`.

    Returns
    -------
    CallGraph
        A graph whose calls know, in `origins`, which calls of the graph that was read they stand for.
    """
    from layergraph.reading import call_graph

    graph = call_graph(model)
    if graph.normal:
        return graph
    work = _Work(graph)
    work.stacks()
    work.every_step()
    work.one_spelling()
    work.drop_nothing()
    work.fold_activations()
    work.join_merges()
    work.averages()
    work.signed_sums()
    work.one_mask()
    return work.result()


def signature(model) -> str:
    """A canonical hash of a model's graph: 32 hexadecimal digits, the same in every process.

    Two models have the same signature when their normal forms agree (the table above says what counts).

    Parameters
    ----------
    model
        a Keras model or a `CallGraph`.

    >>> import keras
    >>> inside = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, activation="relu")])
    >>> apart = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2), keras.layers.ReLU()])
    >>> signature(inside) == signature(apart)
    True
    """
    return signature_of(normal_form(model), None)


def unfolded(graph: CallGraph) -> tuple[CallGraph, list[int]]:
    """A normal form with every activation as a call of its own: the same graph, for telling differences apart.

    Where a layer was forgotten between another and its activation, folding would hide that behind two differences.

    Returns
    -------
    tuple[CallGraph, list[int]]
        The graph, and for each of its calls the index in `graph` of the call it comes from.
    """
    calls: list[Call] = []
    back: list[int] = []
    place: dict[Tensor, Tensor] = {}
    for call in graph.calls:
        inputs = tuple(place[tensor] for tensor in call.inputs)
        name = call.settings.get("activation")
        apart = (
            _base(call.kind) in TAKES_ACTIVATION and name not in (None, "linear") and call.is_layer
        )
        settings = {**call.settings, "activation": "linear"} if apart else call.settings
        calls.append(replace(call, index=len(calls), inputs=inputs, settings=settings))
        back += [call.index] * (1 + apart)
        if apart:
            source = (len(calls) - 1, 0)
            calls.append(
                Call(
                    index=len(calls),
                    name="",
                    kind="Activation",
                    settings={"activation": name},
                    inputs=(source,),
                    slots=("",),
                    output_shapes=call.output_shapes,
                    dtypes=call.dtypes,
                    nesting=call.nesting,
                    frames=call.frames,
                    origins=call.origins,
                )  # fmt: skip
            )
        for position in range(len(call.output_shapes)):
            place[call.index, position] = (len(calls) - 1, position)
    inputs, outputs = (
        tuple(place[tensor] for tensor in end) for end in (graph.inputs, graph.outputs)
    )
    return replace(graph, calls=tuple(calls), inputs=inputs, outputs=outputs), back


class _Work:
    def __init__(self, graph: CallGraph):
        self.graph = graph
        self.nodes: list[_Node | None] = []
        self.alias: dict[Tensor, Tensor] = {}
        places = _expand(graph, self.nodes)
        self.inputs = [places[tensor] for tensor in graph.inputs]
        self.outputs = [places[tensor] for tensor in graph.outputs]

    # helpers

    def drop_unused(self):
        """Take out calls whose result nothing uses: they are no part of the normal form, and no user of what they take."""
        live = self._reach(lambda slot: True) | {number for number, _ in self.inputs}
        self.nodes = [node if n in live else None for n, node in enumerate(self.nodes)]

    def users(self) -> Counter[Tensor]:
        """How often each tensor is taken, the model's outputs counted too."""
        self.drop_unused()
        taken = (tensor for node in filter(None, self.nodes) for tensor in node.inputs)
        return Counter([*taken, *self.outputs])

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
        for node in filter(None, self.nodes):
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
                kept = {
                    k: v
                    for k, v in settings.items()
                    if k in ("negative_slope", "max_value", "threshold", "alpha", "axis")
                }
                node.settings = {"activation": self._activation(name, kept, node)}
            node.kind, node.canonical = "Activation", True
        elif kind in COMMUTATIVE or kind == "Subtract":
            node.canonical = True
            if kind != "Subtract":  # its slots are signs
                node.slots = list(map(str, range(len(node.inputs))))
            if len({len(self.shape(tensor)) for tensor in node.inputs}) > 1:
                settings["broadcast"] = "from the second axis"
        elif kind == "Concatenate":
            node.canonical = True
        elif kind == "BatchNormalization" and settings.get("trainable") is False:
            settings.pop("training", None)  # frozen means inference, whatever the call says
        elif (
            kind in CONVOLUTIONS
            and _ones(settings.get("kernel_size"))
            and settings.get("padding") == "same"
        ):
            settings["padding"] = "valid"  # one position at a time never reaches beyond the edge
        elif kind == "Reshape":
            node.canonical = True
            known = node.call.output_shape[1:]
            if None not in known:
                settings["target_shape"] = tuple(known)
            self._spell_reshape(node)
        elif kind in ("MultiHeadAttention", "GroupedQueryAttention") and "key" not in node.slots:
            if "value" in node.slots:
                node.inputs.append(node.inputs[node.slots.index("value")])
                node.slots.append("key")
        elif (
            kind in ("Attention", "AdditiveAttention")
            and "1" in node.slots
            and "2" not in node.slots
        ):
            node.inputs.append(node.inputs[node.slots.index("1")])
            node.slots.append("2")

    def _spell_operation(self, node):
        if node.kind == "Hstack" or (node.kind == "Append" and len(node.inputs) == 2):
            self._spell_join(node)
        settings, kind = node.settings, node.kind
        if kind in spelling.ACTIVATION_OPERATIONS and node.slots == [""]:
            node.kind, node.canonical = "Activation", True
            node.settings = {
                "activation": self._activation(spelling.ACTIVATION_OPERATIONS[kind], settings, node)
            }
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
            if (
                new
                and new[0] in (-1, None)
                and None not in old[1:]
                and None not in new[1:]
                and -1 not in new[1:]
            ):
                if _product(new[1:]) == _product(old[1:]):
                    node.canonical, node.settings = True, {"target_shape": tuple(new[1:])}
                    self._spell_reshape(node)

    def _spell_reshape(self, node):
        """Write a Reshape to one axis as a Flatten."""
        if len(node.settings["target_shape"]) == 1:
            node.kind, node.settings = "Flatten", {"data_format": "channels_last"}

    def _spell_join(self, node):
        """Write NumPy's other names of Concatenate as that; an append without an axis flattens and stays what it is."""
        axis = min(1, node.rank - 1) if node.kind == "Hstack" else node.settings.get("axis")
        if axis is not None:
            node.kind, node.settings = "Concatenate", {"axis": axis}

    def _one_tensor(self, node):
        if len(node.inputs) == 1:
            node.slots = [""]  # the name of the constant says on which side the tensor stands

    def _activation(self, name, parameters, node):
        if isinstance(parameters.get("axis"), int) and node.rank:
            parameters = {**parameters, "axis": parameters["axis"] % node.rank - node.rank}
        return spelling.activation(name, parameters)

    def _reshapes_nothing(self, node, source):
        """Whether this flattens what is flat, or gives a tensor the shape that it has."""
        shape = node.call.output_shape
        return (
            node.kind in ("Flatten", "Reshape")
            and None not in shape[1:]
            and self.shape(source) == shape
        )

    def drop_nothing(self):
        """Take out calls that give back what they take: linear activations, Identity, `0 + x`, `x * 1`, a second Flatten."""
        gone = {}
        for number, node in enumerate(self.nodes):
            if node is None:
                continue
            linear = node.kind == "Activation" and node.settings.get("activation") == "linear"
            neutral = node.kind in NOTHING or _is_one_of(NEUTRAL, node)
            if len(node.inputs) != 1:
                continue
            source = gone.get(node.inputs[0], node.inputs[0])
            if linear or neutral or self._reshapes_nothing(node, source):
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
            if (
                node is not None
                and _base(node.kind) in TAKES_ACTIVATION
                and node.settings.get("activation", 0) is None
            ):
                node.settings["activation"] = "linear"
        self.replace_tensors(gone)

    def signed_sums(self):
        """Write `a + -b + c` and `(a + c) - b` in one way: what is added stands in slot "0", what is taken away in slot "1"."""
        users, terms = self.users(), {}
        for number, node in enumerate(self.nodes):  # inner ones come first
            signs = _signs(node)
            if not signs:
                continue
            terms[number] = found = []
            for sign, tensor in zip(signs, node.inputs):
                inner, source = terms.get(tensor[0], ()), self.nodes[tensor[0]].call
                # A negative may be taken elsewhere too: it stays there, and here it is only a sign.
                alone = users[tensor] == 1 or len(inner) == 1
                alike = (source.dtype, source.output_shape) == (
                    node.call.dtype,
                    node.call.output_shape,
                )
                if inner and alone and alike:
                    found += [(sign * own, term) for own, term in inner]
                    node.origins += self.nodes[tensor[0]].origins
                else:
                    found.append((sign, tensor))
            if len(found) > 1:
                found.sort(key=lambda term: -term[0])
                node.kind = "Subtract" if found[-1][0] < 0 else "Add"
                node.inputs = [tensor for _, tensor in found]
                node.slots = ["0" if sign > 0 else "1" for sign, _ in found]
                node.settings, node.canonical = {}, True

    def stacks(self):
        """Write tensors that get an axis of length 1 and are concatenated along it as their stack."""
        users = self.users()
        for node in filter(None, self.nodes):
            parts = [self.nodes[source] for source, _ in node.inputs]
            axis = node.settings.get("axis", -1)
            if node.kind != "Concatenate" or len(parts) < 2 or not isinstance(axis, int):
                continue
            axis %= node.rank
            if axis and all(
                users[t] == 1 and self._opens(part, axis) for t, part in zip(node.inputs, parts)
            ):
                node.kind, node.settings = "Stack", {"axis": axis}
                node.call = replace(node.call, is_layer=False)
                node.inputs = [part.inputs[0] for part in parts]
                node.slots = list(map(str, range(len(parts))))
                node.origins += tuple(origin for part in parts for origin in part.origins)

    def _opens(self, part, axis):
        """Whether a node puts an axis of length 1 in, at this place, and does nothing else."""
        shape = part.call.output_shape
        return part.kind in ("Reshape", "ExpandDims", "RepeatVector") and shape[axis : axis + 1] == (1,) and (
            shape[:axis] + shape[axis + 1 :] == self.shape(part.inputs[0])
        )  # fmt: skip

    def every_step(self):
        """Write a stack of what the same layers make of each step, `stack([f(x[:, t]) for t …], axis=1)`, as TimeDistributed(f)."""
        users = self.users()
        for number, node in enumerate(self.nodes):
            if (
                node is None
                or node.kind != "Stack"
                or node.settings.get("axis") not in (1, 1 - node.rank)
            ):
                continue
            ends, road = node.inputs, []
            while (whole := self._whole(ends)) is None:
                steps = [self.nodes[source] for source, _ in ends]
                if not _alike(steps) or any(users[tensor] != 1 for tensor in ends):
                    break
                road.insert(0, steps)
                ends = [step.inputs[0] for step in steps]
            if whole is not None and road:
                self._distribute(number, whole, road)

    def _whole(self, ends):
        """The tensor whose steps along its second axis these are, all of them and in order; None if they aren't."""
        sources = set()
        for step, (number, position) in enumerate(ends):
            node = self.nodes[number]
            if node.kind == "Unstack" and node.settings.get("axis") == 1:
                found = position
            elif node.kind == "GetItem":
                key = node.settings.get("key")
                key = key if isinstance(key, tuple) and len(key) > 1 else (None, None)
                found = key[1] if {key[0], *key[2:]} <= {":", "..."} and key[0] == ":" else None
            else:
                return None
            if type(found) is not int or found != step or len(node.inputs) != 1:
                return None
            sources.add(node.inputs[0])
        whole = next(iter(sources))
        shape = self.shape(whole)
        return whole if len(sources) == 1 and shape[1:2] == (len(ends),) else None

    def _distribute(self, stack, whole, road):
        tensor, lead = whole, self.shape(whole)[:2]
        for steps in road:
            first, shapes = steps[0], steps[0].call.output_shapes
            kind = _every(first.kind, first.settings, ("TimeDistributed",))
            shapes = tuple(tuple(lead) + tuple(shape[1:]) for shape in shapes)
            call = replace(first.call, output_shapes=shapes)
            origins = tuple(origin for step in steps for origin in step.origins)
            self.nodes[stack] = None
            place = next(n for n, node in enumerate(self.nodes) if node is first)
            self.nodes[place] = _Node(call, kind, first.settings, [tensor], [""], origins)
            tensor = (place, 0)
        self.replace_tensors({(stack, 0): tensor})

    def join_merges(self):
        """Write a merge of a merge of the same kind as one merge, where only the outer one takes the inner one."""
        users = self.users()
        for node in self.nodes:  # inner ones come first, so that each is already joined
            if (
                node is None
                or node.kind not in ASSOCIATIVE
                or not node.canonical
                or "broadcast" in node.settings
            ):
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
                    and (
                        node.kind == "Concatenate"
                        or inner.call.output_shape == node.call.output_shape
                    )
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
            alone = len(parts) == 1 and (
                _divides_sum(node, *parts) or _averages_stack(node, *parts)
            )
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
        live = self._reach(lambda slot: not is_mask(slot))
        seen, same = {}, {}
        for number, node in enumerate(self.nodes):
            if node is None or number in live or not node.inputs or node.call.weights:
                continue
            node.inputs = [same.get(tensor, tensor) for tensor in node.inputs]
            key = (
                node.kind,
                tuple(node.slots),
                tuple(node.inputs),
                tuple(sorted(node.settings.items(), key=repr)),
            )
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
            assert node is not None  # what is reached was not removed
            for slot, (source, _) in zip(node.slots, node.inputs):
                if source not in seen and follows(slot):
                    seen.add(source)
                    waiting.append(source)
        return seen

    def result(self) -> CallGraph:
        self.drop_unused()
        place: dict[int, int] = {}
        calls: list[Call] = []
        for number, node in enumerate(self.nodes):
            if node is None:
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
                    inner=None
                    if node.call.inner is None or "inner" not in node.settings
                    else node.call.inner,
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
    top: dict[Tensor, Tensor] = {}
    # each entry: calls still to do, where their tensors went, classes around them, leading shape, origins
    levels: list[tuple] = [(iter(graph.calls), top, (), None, None)]
    finish: list[tuple] = []  # what to do when the level above is done
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
                    (
                        iter(call.inner.calls),
                        inner_places,
                        (*around, kind),
                        tuple(shape[: 2 + len(around)]),
                        origins or call.origins,
                    )
                )
                continue
            settings["inner"] = signature(call.inner)
        while kind == "TimeDistributed" and "layer" in settings:
            around += (kind,)
            kind = settings.pop("layer")
            settings = {k.removeprefix("layer."): v for k, v in settings.items()}
        bare = call
        if around:
            bare = replace(call, kind=kind, settings=settings)
            kind = _every(kind, settings, around)
            if lead is not None:
                bare = replace(
                    bare, output_shapes=tuple(lead + tuple(s[1:]) for s in call.output_shapes)
                )
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


def _every(kind: str, settings: dict, around: tuple[str, ...]) -> str:
    """The class inside wrappers for each step; what looks at each number alone needs none."""
    elementwise = kind in ("Activation", "ReLU", "LeakyReLU", "ELU")
    softmax = kind == "Softmax" and settings.get("axis") == -1
    return kind if elementwise or softmax else "(".join((*around, kind)) + ")" * len(around)


def _is_one_of(table: dict[str, dict], node) -> bool:
    """Whether a node does to one tensor what the table says for its class: the same numbers, no more settings."""
    numbers = all(type(value) in (int, float) for value in node.settings.values())
    return len(node.inputs) == 1 and numbers and table.get(node.kind) == node.settings


def _signs(node) -> tuple[int, ...]:
    """How each input of a sum, a difference or a negative counts; () for any other node."""
    if node is None or "broadcast" in node.settings:
        return ()
    if _is_one_of(NEGATIVE, node):
        return (-1,)
    if not node.canonical or len(node.inputs) < 2:
        return ()
    if node.kind == "Subtract":  # in the normal form it may take away more than one
        return tuple(-1 if slot == "1" else 1 for slot in node.slots)
    return (1,) * len(node.inputs) if node.kind == "Add" else ()


def _alike(steps) -> bool:
    """Whether these nodes are calls of one layer (or of layers without weights) on one tensor each."""
    first = steps[0]
    return first.slots == [""] and len(first.call.output_shapes) == 1 and all(
        (step.kind, step.settings, step.slots, step.call.weights, step.call.is_layer)
        == (first.kind, first.settings, first.slots, first.call.weights, first.call.is_layer)
        for step in steps
    )  # fmt: skip


def _base(kind: str) -> str:
    """The class inside TimeDistributed(…)."""
    return kind.rpartition("(")[2].rstrip(")")


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
    scaled = (
        node.kind == "Multiply"
        and list(node.settings) == ["constant"]
        and _close(node.settings["constant"], 1 / count)
    )
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
    if (
        node.kind not in ("Mean", "Average", "GlobalAveragePooling1D")
        or stack.kind != "Stack"
        or node.settings.get("keepdims")
    ):
        return False
    axes, rank = node.settings.get("axis"), stack.rank
    axes = (axes,) if isinstance(axes, int) else axes
    if (
        node.kind == "GlobalAveragePooling1D"
        and node.settings.get("data_format") == "channels_last"
    ):
        axes = (1,)
    return (
        set(node.settings) <= {"axis", "keepdims", "data_format"}
        and axes is not None
        and [a % rank for a in axes] == [stack.settings["axis"] % rank]
    )


def _close(value, other) -> bool:
    return isinstance(value, (int, float)) and abs(value - other) < 1e-6
