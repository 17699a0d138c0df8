"""Reading, comparing and drawing need no TensorFlow: their tests pass on another backend that is installed."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = ("contract", "equal", "different", "drawing", "explorer")


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_models_of_another_backend_are_read_compared_and_drawn(backend):
    if not importlib.util.find_spec(backend):
        pytest.skip(f"{backend} is not installed")
    files = [f"tests/layergraph/test_{name}.py" for name in FILES]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-x", *files],
        cwd=ROOT,
        env={**os.environ, "KERAS_BACKEND": backend},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-3000:]


def test_what_only_tensorflow_can_says_so(keras, monkeypatch):
    import layergraph as lg

    monkeypatch.setattr(keras.backend, "backend", lambda: "jax")
    with pytest.raises(lg.GraphError, match="runs on jax"):
        lg.gradient_norms(None, None, None)
