"""What a training check must leave as it found it: the random state of Python, NumPy, Keras and TensorFlow, and weights."""

import contextlib
import random
import sys

from layergraph import keras_adapter


@contextlib.contextmanager
def random_state_kept(seed: int):
    """Seed Python's `random` and NumPy for the block (Keras draws its seeds from the former) and restore all afterwards."""
    import numpy

    python, legacy = random.getstate(), numpy.random.get_state()
    keras_before = keras_adapter.seed_generator()
    keras_value = None if keras_before is None else keras_before.state.numpy()
    tensorflow_rng = _tensorflow_rng()
    tensorflow_state = None if tensorflow_rng is None else tensorflow_rng.getstate()
    random.seed(seed)
    numpy.random.seed(seed % 2**32)
    try:
        yield
    finally:
        random.setstate(python)
        numpy.random.set_state(legacy)
        if keras_before is not None:
            keras_before.state.assign(keras_value)
        keras_adapter.set_seed_generator(keras_before)
        if tensorflow_rng is not None:
            tensorflow_rng.setstate(tensorflow_state)


@contextlib.contextmanager
def variables_kept(variables):
    """Restore the values of these variables after the block, whatever happens in it."""
    values = [v.numpy() for v in variables]
    try:
        yield
    finally:
        for variable, value in zip(variables, values):
            variable.assign(value)


def _tensorflow_rng():
    """The generator from which TensorFlow takes the seeds of unseeded operations after `tf.random.set_seed`; else None."""
    context = sys.modules.get("tensorflow.python.eager.context")
    return None if context is None else getattr(context.context(), "_rng", None)
