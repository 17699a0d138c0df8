"""One TensorFlow for the whole suite: its import costs seconds."""

import gc
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

import pytest


@pytest.fixture(scope="session")
def keras():
    """Keras, imported once and quietly."""
    import layergraph as lg

    with lg.quiet():
        import keras
    gc.collect()
    gc.freeze()  # it stays: looking through it for garbage takes a tenth of a second, again and again
    return keras
