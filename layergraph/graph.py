"""The data of a model graph: calls and the tensors between them.

Plain frozen data, made by `layergraph.reading` and used by everything else here. Knows nothing of Keras.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

Tensor = tuple[int, int]  # (index of the call that made it, which of that call's outputs)


class GraphError(ValueError):
    """Something cannot be read as a graph of layer calls; the message says what to do about it."""


@dataclass(frozen=True, eq=False)
class Call:
    """One call of a layer or of an operation: a node of the graph.

    A layer that is called twice is two calls with the same `layer` and the same `weights`.

    Attributes
    ----------
    index
        position in `CallGraph.calls`; a call comes after the calls whose tensors it takes.
    name
        the layer's name, for people; never compared.
    kind
        class name of the layer or operation, "Dense" or "GetItem" for instance.
    settings
        the configuration that matters: plain, immutable values by name. Arguments of the call that
        are not tensors stand here too (`x * 2` has `{"x2": 2}`).
    inputs
        the tensors it takes, as (call index, output index).
    slots
        for each input, the argument it is: "" the first one, "1" the second of a list, "key", "initial_state.0".
    output_shapes
        shape of each output with the batch dimension first; None is a free dimension.
    dtypes
        dtype of each output.
    parameters
        number of weights' entries of the layer (all of them, at every call of it).
    weights
        identity of the layer's weight arrays; two calls share weights where these numbers meet.
    nesting
        names of the models the call stands in, from outside in; empty at the top.
    frames
        indexes into `CallGraph.frames`, one for each name in `nesting`.
    layer
        the layer or operation object, or None.
    is_layer
        False for an operator or a `keras.ops` function.
    inner
        the graph inside a wrapper such as `TimeDistributed(model)`, or None.
    origins
        indexes, in the graph that was read, of the calls this one stands for after `normal_form`.
    """

    index: int
    name: str
    kind: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    inputs: tuple[Tensor, ...] = ()
    slots: tuple[str, ...] = ()
    output_shapes: tuple[tuple, ...] = ()
    dtypes: tuple[str, ...] = ()
    parameters: int = 0
    weights: tuple[int, ...] = ()
    nesting: tuple[str, ...] = ()
    frames: tuple[int, ...] = ()
    layer: Any = None
    is_layer: bool = True
    inner: "CallGraph | None" = None
    origins: tuple[int, ...] = ()

    @property
    def dtype(self) -> str:
        """Dtype of the first output, "float32" for instance."""
        return self.dtypes[0] if self.dtypes else ""

    @property
    def output_shape(self) -> tuple:
        """Shape of the first output, batch dimension first."""
        return self.output_shapes[0] if self.output_shapes else ()


@dataclass(frozen=True)
class Frame:
    """One call of a nested model: what a drawing puts a frame around.

    Attributes
    ----------
    index
        position in `CallGraph.frames`.
    name
        the nested model's name.
    parent
        index of the frame around it, or None at the top.
    model
        identity of the nested model; frames of one model called twice have the same number.
    """

    index: int
    name: str
    parent: int | None
    model: int


@dataclass(frozen=True, eq=False)
class CallGraph:
    """A model as calls and tensors.

    Attributes
    ----------
    calls
        in an order in which they can be computed.
    inputs
        the model's input tensors in the order of `model.inputs`, unused ones too.
    outputs
        the model's output tensors in the order of `model.outputs`.
    input_names, output_names
        their names in the same order.
    frames
        the calls of nested models.
    name
        the model's name.
    normal
        whether `normal_form` made it.
    """

    calls: tuple[Call, ...]
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    input_names: tuple[str, ...] = ()
    output_names: tuple[str, ...] = ()
    frames: tuple[Frame, ...] = ()
    name: str = ""
    normal: bool = False

    @cached_property
    def consumers(self) -> tuple[tuple[tuple[int, int, int], ...], ...]:
        """For each call: who takes its tensors, as (consumer's call index, consumer's input position, output index)."""
        found: list[list] = [[] for _ in self.calls]
        for call in self.calls:
            for position, (source, tensor) in enumerate(call.inputs):
                found[source].append((call.index, position, tensor))
        return tuple(tuple(users) for users in found)

    def predecessors(self, index: int) -> tuple[int, ...]:
        """Indexes of the calls whose tensors call `index` takes, each once, in order of its inputs."""
        return tuple(dict.fromkeys(source for source, _ in self.calls[index].inputs))

    def successors(self, index: int) -> tuple[int, ...]:
        """Indexes of the calls that take a tensor of call `index`, each once, in order of the graph."""
        return tuple(dict.fromkeys(user for user, _, _ in self.consumers[index]))

    def of_kind(self, *kinds: str) -> tuple[Call, ...]:
        """The calls of these classes, in order of the graph."""
        return tuple(call for call in self.calls if call.kind in kinds)

    def named(self, name: str) -> tuple[Call, ...]:
        """The calls of the layer with this name: several for a layer that is called more than once."""
        return tuple(call for call in self.calls if call.name == name)

    def ancestors(self, *indexes: int) -> frozenset[int]:
        """Indexes of every call that these calls depend on, themselves included."""
        return self._reach(indexes, self.predecessors)

    def descendants(self, *indexes: int) -> frozenset[int]:
        """Indexes of every call that depends on these calls, themselves included."""
        return self._reach(indexes, self.successors)

    @staticmethod
    def _reach(start, step) -> frozenset[int]:
        seen, waiting = set(start), list(start)
        while waiting:
            for other in step(waiting.pop()):
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
        return frozenset(seen)

    @cached_property
    def sharing(self) -> tuple[tuple[int, ...], ...]:
        """Groups of two or more calls that have a weight array in common, each as call indexes in order."""
        owner: dict[int, int] = {}
        for call in self.calls:
            for weight in call.weights:
                owner.setdefault(weight, call.index)
        leader = list(range(len(self.calls)))

        def find(index):
            while leader[index] != index:
                leader[index] = leader[leader[index]]
                index = leader[index]
            return index

        for call in self.calls:
            for weight in call.weights:
                leader[find(call.index)] = find(owner[weight])
        groups: dict[int, list[int]] = {}
        for call in self.calls:
            if call.weights:
                groups.setdefault(find(call.index), []).append(call.index)
        return tuple(tuple(group) for group in groups.values() if len(group) > 1)

    def __repr__(self) -> str:
        return f"<CallGraph {self.name!r}: {len(self.calls)} calls, {len(self.inputs)} in, {len(self.outputs)} out>"
