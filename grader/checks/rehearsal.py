"""A rehearsal: a copy of a model in training, step by step, while the student's own model stays untouched.

Used by the requirements in `training`; decides nothing. It is the one module here that speaks TensorFlow.
"""

import contextlib
from dataclasses import dataclass

from grader.checks import models as m
from grader.checks.compiling import ABSENT, Misfit, State, not_compiled
from grader.checks.untouched import random_state_kept, variables_kept
from grader.checks.wording import count, listing, shape_text

BATCH = 16


class Unfit(Exception):
    """The data or the settings don't fit the model; (found, look at) for the student."""

    @property
    def words(self):
        return self.args[0], self.args[1]


@dataclass(frozen=True)
class Settings:
    """How to train: a loss for each output (None: none), its weight, and an optimizer that is nobody else's."""

    losses: tuple
    weights: tuple
    optimizer: object


def settings_of(model, loss=None, optimizer=None, loss_weights=None) -> Settings:
    """The student's compile settings, each replaced by the check's own where it is given.

    Raises
    ------
    Unfit
        the model is not compiled and the check has no loss of its own, or the settings don't fit the outputs.
    """
    import keras

    if loss is None and not getattr(model, "compiled", False):
        raise Unfit(*not_compiled(model))
    state = State(model)
    chosen = state.loss if loss is None else loss
    if chosen is None:
        raise Unfit(
            "a model that is compiled without a loss", "Name one: model.compile(…, loss=…)."
        )
    try:
        losses = [
            None if item is ABSENT or item is None else _loss(state, i, item)
            for i, item in enumerate(state.per_output(chosen, "loss", True))
        ]
        weights = loss_weights if loss is not None else state.loss_weights
        weights = (
            [1.0] * len(losses)
            if weights is None
            else state.per_output(weights, "loss weights", False)
        )
    except Misfit as error:
        raise Unfit(
            str(error), "Compare loss= and loss_weights= with the model's outputs."
        ) from None
    given = optimizer if optimizer is not None else (state.optimizer if loss is None else None)
    fresh = keras.optimizers.get(given or "adam")
    fresh = getattr(fresh, "inner_optimizer", fresh)
    return Settings(
        tuple(losses),
        tuple(1.0 if w is ABSENT or w is None else float(w) for w in weights),
        type(fresh).from_config(fresh.get_config()),
    )


def _loss(state, index, identifier):
    import keras

    if type(identifier) is str and identifier.lower() in ("crossentropy", "ce"):
        identifier = (
            "binary_crossentropy" if state.size(index) == 1 else "sparse_categorical_crossentropy"
        )
    return keras.losses.get(identifier)


class Data:
    """Inputs and targets, cut into batches of one size; the targets as a list in the order of the model's outputs."""

    def __init__(self, model, x, y, batch=BATCH):
        self.x = x
        self.y = self._targets(model, y)
        sizes = {len(a) for a in self.leaves(x)} | {len(a) for a in self.y if a is not None}
        if len(sizes) != 1 or 0 in sizes:
            raise ValueError("the check's own inputs and targets differ in length")
        self.n = sizes.pop()
        self.batch = (
            next((p.shape[0] for p in m.inputs(model) if p.shape[0]), batch)
            if m.has_graph(model)
            else batch
        )

    @staticmethod
    def leaves(x):
        return (
            list(x.values())
            if isinstance(x, dict)
            else list(x)
            if isinstance(x, (list, tuple))
            else [x]
        )

    def _targets(self, model, y):
        ports = m.outputs(model) if m.has_graph(model) else ()
        names = [p.name for p in ports]
        if isinstance(y, dict):
            if set(y) - set(names):
                raise Unfit(
                    f"outputs named {listing(map(repr, names))}",
                    f"The outputs must be named {listing(map(repr, y))}.",
                )
            return [y.get(name) for name in names]
        targets = list(y) if isinstance(y, (list, tuple)) else [y]
        if ports and len(targets) != len(ports):
            raise Unfit(
                f"{count(len(ports), 'output')}",
                f"The check has targets for {count(len(targets), 'output')}.",
            )
        return targets

    def take(self, indexes):
        """(x, y) for these samples, as tensors."""
        import keras

        def cut(array):
            return keras.ops.convert_to_tensor(array[indexes])

        x = self.x
        x = (
            {k: cut(v) for k, v in x.items()}
            if isinstance(x, dict)
            else [cut(v) for v in x]
            if isinstance(x, (list, tuple))
            else cut(x)
        )
        return x, [None if a is None else cut(a) for a in self.y]

    def batches(self, most: int, draw):
        """Up to `most` batches of shuffled samples; a last one that is too short is filled up from the start."""
        import numpy

        order = draw.permutation(self.n)
        order = numpy.resize(
            order, max(self.batch, -(-min(self.n, most * self.batch) // self.batch) * self.batch)
        )
        return [self.take(order[i : i + self.batch]) for i in range(0, len(order), self.batch)][
            :most
        ]


class Rehearsal:
    """A copy of the model with fresh weights; frozen weights and the state of other layers are the student's."""

    def __init__(self, model, settings: Settings, data: Data):
        import tensorflow as tf

        self.tf, self.settings, self.data, self.original = tf, settings, data, model
        self.copy = self._fresh()
        self.own_weights = self.copy is model
        self.variables = m.trainable_weights(self.copy)
        if not self.variables:
            raise Unfit(
                "no trainable weights",
                "Nothing can be learnt: look for trainable = False, or layers that are missing.",
            )
        self.connected = [True] * len(self.variables)
        self.strongest = [0.0] * len(self.variables)
        self._gradients = tf.function(self._compute, autograph=False)
        self._steppers: dict = {}
        self.start = [v.numpy() for v in self.all_variables]

    @property
    def all_variables(self):
        import keras

        return keras.Layer.variables.fget(self.copy)

    def _fresh(self):
        """A clone with newly drawn weights, or the model itself where Keras can't clone it."""
        import keras

        try:
            copy = keras.models.clone_model(self.original)
            pairs = list(zip(m.weights(copy), m.weights(self.original), strict=True))
            learnt = {id(v) for v in m.trainable_weights(self.original)}
            for new, old in pairs:
                if id(old) not in learnt:
                    new.assign(old.value)  # what is frozen was put there for a reason
            if len(m.trainable_weights(copy)) != len(learnt):
                return self.original
            return copy
        except Exception:
            return self.original

    def draw_again(self):
        """Other random weights, unless the model can't be cloned."""
        if not self.own_weights:
            other = self._fresh()
            if other is not self.original:
                import keras

                self.start = [v.numpy() for v in keras.Layer.variables.fget(other)]
        self.rewind()

    def rewind(self):
        """Back to the weights and random state of the start."""
        for variable, value in zip(self.all_variables, self.start):
            variable.assign(value)

    def rewind_randomness(self):
        """The same dropout masks and noise as at the start; weights stay."""
        for variable, value in zip(self.all_variables, self.start):
            if "seed_generator_state" in variable.name:
                variable.assign(value)

    def _compute(self, x, y, weights):
        tf = self.tf
        with tf.GradientTape() as tape:
            outputs = self.copy(x, training=True)
            each = self.losses(outputs, y)
            # Keras trains on the logits behind a last softmax or sigmoid; what is judged is what the model answers.
            answered = self.losses(self.tf.nest.map_structure(tf.identity, outputs), y)
            total = tf.add_n(
                [tf.cast(w, "float32") * loss for w, loss in zip(tf.unstack(weights), each)]
            )
            extra = [tf.cast(loss, "float32") for loss in self.copy.losses]
            total_with_extra = total + tf.add_n(extra) if extra else total
        gradients = tape.gradient(total_with_extra, [v.value for v in self.variables])
        self.connected = [g is not None for g in gradients]
        dense = [
            tf.zeros_like(v.value) if g is None else tf.convert_to_tensor(g)
            for g, v in zip(gradients, self.variables)
        ]
        return (
            tf.stack(answered),
            dense,
            tf.stack([tf.reduce_max(tf.abs(tf.cast(g, "float32"))) for g in dense]),
        )

    def losses(self, outputs, y):
        """The loss of each output as a float32 scalar; 0 for an output without loss or targets."""
        tf = self.tf
        flat = self._flat(outputs)
        each = []
        for output, true, loss in zip(flat, y, self.settings.losses, strict=True):
            if loss is None or true is None:
                each.append(tf.constant(0.0))
                continue
            if len(true.shape) == len(output.shape) - 1 and output.shape[-1] == 1:
                true = tf.expand_dims(true, -1)
            each.append(tf.cast(tf.reduce_mean(loss(true, output)), "float32"))
        return each

    def _flat(self, outputs):
        if isinstance(outputs, dict):
            return [outputs[p.name] for p in m.outputs(self.copy)]
        return list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]

    def loss(self, batch, weights):
        """The loss of each output on a batch in training mode, without a step."""
        each, _, strongest = self._gradients(*batch, self.tf.constant(weights, "float32"))
        self._note(strongest)
        return each.numpy()

    def stepper(self, optimizer, weights):
        """A function that makes one step on a batch and gives the loss of each output before it.

        The optimizer begins anew: asked for again, it has forgotten its steps and has its first learning rate.
        """
        apply = self._fresh_optimizer(optimizer)
        weights = self.tf.constant(weights, "float32")

        def step(batch):
            each, gradients, strongest = self._gradients(*batch, weights)
            self._note(strongest)
            apply(gradients)
            return each.numpy()

        return step

    def _fresh_optimizer(self, optimizer):
        """The optimizer's step as a function, traced once for the rehearsal."""
        if id(optimizer) not in self._steppers:
            optimizer.build(self.variables)
            apply = self.tf.function(
                lambda gradients: optimizer.apply(gradients, self.variables), autograph=False
            )
            self._steppers[id(optimizer)] = (
                optimizer,
                apply,
                [v.numpy() for v in optimizer.variables],
            )
        _, apply, start = self._steppers[id(optimizer)]
        for variable, value in zip(optimizer.variables, start):
            variable.assign(value)
        return apply

    def _note(self, strongest):
        self.strongest = [max(a, float(b)) for a, b in zip(self.strongest, strongest.numpy())]


@contextlib.contextmanager
def untouched(model, seed):
    """Whatever is done in the block, the model's variables and all random state are afterwards what they were."""
    import keras

    with random_state_kept(seed), variables_kept(keras.Layer.variables.fget(model)):
        yield


def describe_fit(model, data) -> str:
    """The shapes at hand, for a line about a training that can't start."""
    inputs = listing(shape_text((None, *a.shape[1:])) for a in data.leaves(data.x))
    targets = listing(shape_text((None, *a.shape[1:])) for a in data.y if a is not None)
    return f"It is trained on inputs of shape {inputs} and targets of shape {targets}."
