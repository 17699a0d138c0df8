"""From a Keras model to its `CallGraph`.

Walks back from the model's outputs over the recorded calls with a stack of its own (never by recursion: Python gives
up at a depth near 1,000). A nested model is entered where it is called, so that every call of every layer is a node,
and one nested model called twice is two sets of calls that share weights.
"""

from dataclasses import dataclass, field

from layergraph import keras_adapter
from layergraph.graph import Call, CallGraph, Frame, GraphError
from layergraph.masks import passed_on, with_masks
from layergraph.settings import layer_settings, operation_settings, plain


def call_graph(model) -> CallGraph:
    """Read a model as the graph of its layer calls.

    Parameters
    ----------
    model
        a Sequential or functional Keras model (or a `keras.Function`), or a subclass of `keras.Model` that
        has been called on data once. A `CallGraph` is given back as it is.

    Returns
    -------
    CallGraph
        The graph, nested models opened up.

    Raises
    ------
    GraphError
        if it is no model, or one that has no graph (yet); the message says what to do.

    >>> import keras
    >>> model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, activation="relu")])
    >>> [(call.kind, call.output_shape) for call in call_graph(model).calls]
    [('InputLayer', (None, 4)), ('Dense', (None, 2))]
    """
    if isinstance(model, CallGraph):
        return model
    return _read(model, {})


def _read(model, known_weights) -> CallGraph:
    inputs, outputs = _ends(model)
    reader = _Reader(known_weights)
    top = _Scope(0, (), (), {}, frozen=not getattr(model, "trainable", True))
    for tensor in inputs:
        top.bound[id(tensor)] = reader.add_input(tensor)
    reader.walk(top, outputs)
    ends = tuple(top.bound[id(tensor)] for tensor in inputs)
    found = tuple(reader.tensor(top, tensor) for tensor in outputs)
    calls = tuple(reader.calls)
    return CallGraph(
        calls=calls,
        inputs=ends,
        outputs=found,
        input_names=tuple(calls[index].name for index, _ in ends),
        output_names=_output_names(model, calls, found),
        frames=tuple(reader.frames),
        name=getattr(model, "name", ""),
    )


def _output_names(model, calls, outputs):
    names = getattr(model, "output_names", None)
    if names and len(names) == len(outputs):
        return tuple(names)
    return tuple(calls[index].name for index, _ in outputs)


def _ends(model):
    """The symbolic input and output tensors of a model, or a GraphError that says why there are none."""
    keras = keras_adapter.keras()
    if keras_adapter.is_graph(model):
        return model.inputs, model.outputs
    if isinstance(model, keras.Sequential) and type(model).call is keras.Sequential.call:
        raise GraphError(
            f"The Sequential model {model.name!r} has no graph yet: its input shape is not known. "
            "Put keras.Input(shape) first in its list of layers, or call it on data once."
        )
    if isinstance(model, keras.Model):
        return _trace(model)
    if isinstance(model, keras.layers.Layer):
        what = f"{type(model).__name__} {model.name!r}"
        raise GraphError(
            f"{what} is a layer, not a model: put it into keras.Model(inputs, outputs)."
        )
    if keras_adapter.is_symbolic(model):
        raise GraphError(
            "This is a tensor, not a model: make the model with keras.Model(inputs, outputs)."
        )
    raise GraphError(f"A Keras model is needed, not {type(model).__name__}.")


def _trace(model):
    """Run a subclassed model's own `call` on symbolic tensors, which records the calls that it makes."""
    keras = keras_adapter.keras()
    shapes = keras_adapter.input_shapes_of(model)
    if shapes is None:
        why = (
            "Keras has not kept the shape of its input"
            if model.built
            else "has not been called yet"
        )
        raise GraphError(
            f"The model {model.name!r} is a class of its own ({type(model).__name__}) and {why}: "
            "call it on one tensor of data once, so that its input shape is known."
        )
    inputs = []

    def symbolic(shape):
        if isinstance(shape, dict):
            return {key: symbolic(value) for key, value in shape.items()}
        if isinstance(shape, (list, tuple)) and shape and isinstance(shape[0], (list, tuple, dict)):
            return [symbolic(value) for value in shape]
        inputs.append(keras.Input(batch_shape=(None, *shape[1:])))
        return inputs[-1]

    try:
        outputs = model.call(symbolic(shapes))
        outputs = keras.tree.flatten(outputs)
        if not all(map(keras_adapter.is_symbolic, outputs)):
            raise TypeError("its call() does not return the tensors that its layers gave")
    except Exception as error:
        raise GraphError(
            f"The model {model.name!r} is a class of its own ({type(model).__name__}) whose call() cannot be followed "
            f"({type(error).__name__}: {str(error).splitlines()[0] if str(error) else 'no message'}). "
            "Use only layers and keras.ops in call(), or write it as a functional model: keras.Model(inputs, outputs)."
        ) from error
    return inputs, outputs


@dataclass
class _Scope:
    """One run through one model's recorded graph."""

    index: int
    nesting: tuple[str, ...]
    frames: tuple[int, ...]
    bound: dict  # id of a symbolic tensor of that graph -> Tensor of ours
    resized: bool = False  # called on other shapes than it was built on
    training: bool = False
    frozen: bool = False  # this model, or one around it: none of its weights is trained, whatever its layers say
    masks: dict = field(
        default_factory=dict
    )  # Tensor -> the mask that travels with it, where it is not recorded
    done: dict = field(default_factory=dict)  # id of a node -> its output Tensors


class _Reader:
    def __init__(self, known_weights):
        self.calls: list[Call] = []
        self.frames: list[Frame] = []
        self.weights = known_weights  # id of a weight array -> its number
        self.models: dict[int, int] = {}  # id of a nested model -> its number
        self.children: dict[tuple[int, int], _Scope] = {}
        self.settings: dict[int, tuple] = {}  # id of a layer -> what every call of it has in common
        self.scopes = 1

    def tensor(self, scope, tensor):
        bound = scope.bound.get(id(tensor))
        if bound is not None:
            return bound
        node, position = keras_adapter.made_by(tensor)
        return scope.done[id(node)][position]

    def walk(self, scope, outputs):
        """Visit every call that `outputs` depend on, the calls it depends on first."""
        waiting = self._unread(scope, outputs)
        while waiting:
            scope, node = waiting[-1]
            if id(node) in scope.done:
                waiting.pop()
                continue
            operation, args, kwargs, tensors, made = keras_adapter.node_parts(node)
            unread = self._unread(scope, tensors)
            if unread:
                waiting += unread
                continue
            if keras_adapter.is_graph(operation) and tensors:
                child = self._enter(scope, node, operation, args, kwargs)
                masks = [
                    mask
                    for mask in map(keras_adapter.mask_of, operation.outputs)
                    if mask is not None
                ]
                unread = self._unread(child, [*operation.outputs, *masks])
                if unread:
                    waiting += unread
                    continue
                scope.done[id(node)] = tuple(
                    self.tensor(child, tensor) for tensor in operation.outputs
                )
                self._leave(scope, child, operation.outputs)
            elif keras_adapter.is_input(operation):
                raise GraphError(
                    f"The model depends on the input {operation.name!r}, which is not among its inputs: "
                    "list it in keras.Model(inputs=[...])."
                )
            else:
                scope.done[id(node)] = self._add(scope, operation, args, kwargs, made)
            waiting.pop()

    def _unread(self, scope, tensors):
        """The nodes behind these tensors that are not read yet; the last one is the first to be read."""
        found = []
        for tensor in reversed(tensors):
            if id(tensor) not in scope.bound:
                node, _ = keras_adapter.made_by(tensor)
                if id(node) not in scope.done:
                    found.append((scope, node))
        return found

    def _enter(self, scope, node, model, args, kwargs):
        child = self.children.get((scope.index, id(node)))
        if child is None:
            given = keras_adapter.keras().tree.flatten(args if args else kwargs.get("inputs"))
            given = [tensor for tensor in given if keras_adapter.is_symbolic(tensor)]
            number = self.models.setdefault(id(model), len(self.models))
            frame = Frame(
                len(self.frames), model.name, scope.frames[-1] if scope.frames else None, number
            )
            self.frames.append(frame)
            bound, resized, masks = {}, scope.resized, {}
            brought = keras_adapter.keras().tree.flatten([kwargs.get("mask")])
            for position, (inner, outer) in enumerate(zip(model.inputs, given)):
                tensor = bound[id(inner)] = self.tensor(scope, outer)
                mask = brought[position] if position < len(brought) else None
                if mask is not None and keras_adapter.is_symbolic(mask):
                    masks[tensor] = self.tensor(scope, mask)
                elif tensor in scope.masks:
                    masks[tensor] = scope.masks[tensor]
                resized = resized or tuple(inner.shape) != tuple(self._shape(bound[id(inner)]))
            child = _Scope(
                index=self.scopes,
                nesting=scope.nesting + (model.name,),
                frames=scope.frames + (frame.index,),
                bound=bound,
                resized=resized,
                training=scope.training or kwargs.get("training") is True,
                frozen=scope.frozen or not model.trainable,
                masks=masks,
            )
            self.scopes += 1
            self.children[scope.index, id(node)] = child
        return child

    def _leave(self, scope, child, outputs):
        """Hand the masks of a nested model's outputs to the graph around it."""
        for output in outputs:
            mask, tensor = keras_adapter.mask_of(output), self.tensor(child, output)
            mask = self.tensor(child, mask) if mask is not None else child.masks.get(tensor)
            if mask is not None:
                scope.masks[tensor] = mask

    def _shape(self, tensor):
        return self.calls[tensor[0]].output_shapes[tensor[1]]

    def add_input(self, tensor):
        node, _ = keras_adapter.made_by(tensor)
        layer = node.operation
        if keras_adapter.is_input(layer):
            settings = layer_settings(layer)
        else:  # a model cut out of another one's middle
            layer, settings = (
                None,
                {
                    "shape": tuple(tensor.shape)[1:],
                    "batch_size": tensor.shape[0],
                    "dtype": tensor.dtype,
                },
            )
        self.calls.append(
            Call(
                index=len(self.calls),
                name=layer.name if layer is not None else tensor.name,
                kind="InputLayer",
                settings=settings,
                output_shapes=(tuple(tensor.shape),),
                dtypes=(str(tensor.dtype),),
                layer=layer,
                origins=(len(self.calls),),
            )
        )
        return (len(self.calls) - 1, 0)

    def _add(self, scope, operation, args, kwargs, made):
        index = len(self.calls)
        is_layer = keras_adapter.is_layer(operation)
        common = self.settings.get(id(operation))
        if common is None:
            common = self.settings[id(operation)] = self._common(operation, is_layer)
        settings, parameters, weights, inner = common
        if scope.frozen and weights:
            settings = {**settings, "trainable": False}
        slots, tensors, constants = _arguments(operation, args, kwargs)
        if scope.training and keras_adapter.takes_training(operation):
            constants["training"] = True
        variables = [
            name
            for name, value in constants.items()
            if isinstance(value, keras_adapter.keras().Variable)
        ]
        for name in variables:
            weights = (*weights, self._number(constants[name]))
            constants[name] = f"weight {'×'.join(map(str, constants[name].shape))}"
        if constants:
            settings = {**settings, **{name: plain(value) for name, value in constants.items()}}
        inputs = tuple(self.tensor(scope, tensor) for tensor in tensors)
        if scope.masks and is_layer:
            slots, inputs = with_masks(operation, slots, inputs, scope.masks)
        shapes = tuple(tuple(tensor.shape) for tensor in made)
        if scope.resized:
            shapes = self._resized(
                operation, args, kwargs, dict(zip(map(id, tensors), inputs)), shapes
            )
        self.calls.append(
            Call(
                index=index,
                name=operation.name,
                kind=type(operation).__name__,
                settings=settings,
                inputs=inputs,
                slots=slots,
                output_shapes=shapes,
                dtypes=tuple(str(tensor.dtype) for tensor in made),
                parameters=parameters,
                weights=weights,
                nesting=scope.nesting,
                frames=scope.frames,
                layer=operation,
                is_layer=is_layer,
                inner=inner,
                origins=(index,),
            )
        )
        if scope.masks and is_layer:
            self._pass_mask(scope, operation, slots, inputs, index)
        return tuple((index, position) for position in range(len(made)))

    def _pass_mask(self, scope, operation, slots, inputs, index):
        masks = passed_on(operation, slots, inputs, scope.masks)
        if not masks:
            return
        joined = masks[0]
        for mask in masks[1:]:
            call = Call(
                index=len(self.calls), name="logical_or", kind="LogicalOr", inputs=(joined, mask), slots=("", "x2"),
                output_shapes=(self._shape(mask),), dtypes=("bool",), is_layer=False, origins=(len(self.calls),),
                nesting=scope.nesting, frames=scope.frames,
            )  # fmt: skip
            self.calls.append(call)
            joined = (call.index, 0)
        scope.masks[index, 0] = joined

    def _common(self, operation, is_layer):
        if not is_layer:
            return operation_settings(operation), 0, (), None
        inner = None
        held = getattr(operation, "layer", None)
        if isinstance(operation, keras_adapter.keras().layers.Wrapper) and keras_adapter.is_graph(
            held
        ):
            inner = _read(held, self.weights)
        arrays = operation.weights
        parameters = sum(_entries(array.shape) for array in arrays)
        return layer_settings(operation), parameters, tuple(map(self._number, arrays)), inner

    def _number(self, array):
        # the array is kept, so that its id stays its own
        return self.weights.setdefault(id(array), (len(self.weights), array))[0]

    def _resized(self, operation, args, kwargs, inputs, shapes):
        """Output shapes of a call inside a nested model that was called on other shapes than it was built on."""
        keras = keras_adapter.keras()

        def stand_in(value):
            if not keras_adapter.is_symbolic(value):
                return value
            return keras.KerasTensor(self._shape(inputs[id(value)]), dtype=value.dtype)

        try:
            kept = {
                name: value for name, value in kwargs.items() if name not in ("mask", "training")
            }
            made = operation.compute_output_spec(
                *keras.tree.map_structure(stand_in, args),
                **keras.tree.map_structure(stand_in, kept),
            )
            return tuple(tuple(tensor.shape) for tensor in keras.tree.flatten(made))
        except Exception:  # shapes are for people; the graph does not hang on them
            return shapes


def _entries(shape) -> int:
    count = 1
    for size in shape:
        count *= size
    return count


def _arguments(operation, args, kwargs):
    """The arguments of a call: slots and tensors in step, and everything that is no tensor by name.

    The first argument's slot is "", whether it was passed by position or by name.
    """
    if len(args) == 1 and not kwargs and keras_adapter.is_symbolic(args[0]):
        return ("",), (args[0],), {}
    names = keras_adapter.parameter_names(operation)
    given = [(_parameter(names, position), value) for position, value in enumerate(args)]
    given += [("" if names and key == names[0] else key, value) for key, value in kwargs.items()]
    slots, tensors, constants = [], [], {}
    first = names[0] if names else "value"
    for name, value in given:
        if value is None or (name == "training" and value is False):
            continue  # fit() and predict() override it
        waiting, held = [(name, value)], []
        while waiting:
            path, part = waiting.pop()
            if isinstance(part, dict):
                parts = [(key, part[key]) for key in sorted(part)]
            elif isinstance(part, (list, tuple)):
                parts = list(enumerate(part))
            else:
                held.append((path, part))
                continue
            waiting += [
                (f"{path}.{key}" if path else str(key), entry) for key, entry in reversed(parts)
            ]
        if any(keras_adapter.is_symbolic(part) for _, part in held):
            for path, part in held:
                if keras_adapter.is_symbolic(part):
                    slots.append(path)
                    tensors.append(part)
                elif part is not None:
                    constants[path or first] = part
        else:
            constants[name or first] = value
    return tuple(slots), tuple(tensors), constants


def _parameter(names, position):
    if position == 0:
        return ""
    return names[position] if position < len(names) else str(position)
