"""Weights, carried only where a check needs them: the arrays of all layers in the order in which the layers were sent."""

from grader.carry import wire
from grader.carry.link import LostWeights

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


class on_first_read:
    """Let the weights of carried layers be fetched when the first of them is read, and not at all if none is.

    Until then the variables hold freshly drawn values of the judge's own. `read` tells afterwards whether they were fetched.
    """

    def __init__(self, receiver, fetch):
        import keras
        import tensorflow as tf

        self.read, self.receiver, self.fetch, self.tf = False, receiver, fetch, tf
        self.lost, self.unknown = None, {id(v) for v in variables(receiver.made)}
        self.waiting = set(self.unknown)
        self.cls = next(c for c in keras.Variable.__mro__ if "value" in vars(c))
        self.value = value = self.cls.value
        self.assign = assign = self.cls.assign

        def get(variable):
            self._touched(variable)
            return value.fget(variable)

        def put(variable, new):
            self._touched(variable)
            return assign(variable, new)

        if self.waiting:
            self.cls.value, self.cls.assign = property(get), put

    def _touched(self, variable):
        if self.lost is not None and id(variable) in self.unknown:
            raise self.lost  # also when it is read again: the values at hand are not the student's
        if id(variable) in self.waiting:
            self.waiting = set()
            self.read = True
            with self.tf.init_scope():
                message = self.fetch()
                if not message:
                    raise self._lost(
                        f"the weights of this model are more than {MAX_WEIGHTS >> 20} MB, too many to be looked at: use fewer or smaller layers"
                    )
                if not self._fit(message):
                    raise self._lost("the weights do not fit the layers they came with")

    def _fit(self, message):
        try:
            return self.receiver.weights(message)
        except Exception:  # a message that is none
            return False

    def _lost(self, why):
        self.lost = LostWeights(why)
        return self.lost

    def close(self):
        self.waiting = set()
        self.cls.value, self.cls.assign = self.value, self.assign
