"""What the layergraph tests have in common."""

import os
from importlib import metadata

import pytest

# Keras 3.13 makes no model with an input that leads nowhere.
unread_inputs = pytest.mark.skipif(
    metadata.version("keras").startswith("3.13."), reason="Keras 3.13 refuses an unread input"
)


@pytest.fixture(scope="session")
def scale():
    """How many times the usual number of random cases to run: set LAYERGRAPH_LONG=20 for a long run."""
    return int(os.environ.get("LAYERGRAPH_LONG", "1"))


@pytest.fixture
def build(keras):
    """Keras' building blocks under short names, so that a test reads as the model does."""

    class Build:
        layers, ops, Input, Model, Sequential = (
            keras.layers,
            keras.ops,
            keras.Input,
            keras.Model,
            keras.Sequential,
        )
        activations, keras_ = keras.activations, keras

    return Build
