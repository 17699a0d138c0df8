"""What the layergraph tests have in common."""

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def scale():
    """How many times the usual number of random cases to run: set LAYERGRAPH_LONG=20 for a long run."""
    return int(os.environ.get("LAYERGRAPH_LONG", "1"))


@pytest.fixture
def build(keras):
    """Keras' building blocks under short names, so that a test reads as the model does."""

    class Build:
        layers, ops, Input, Model, Sequential = keras.layers, keras.ops, keras.Input, keras.Model, keras.Sequential
        activations, keras_ = keras.activations, keras

    return Build
