"""The examples in the docstrings run as they stand."""

import doctest
import importlib
import pkgutil

import pytest

import layergraph

MODULES = ["grader.classroom"] + [
    info.name for info in pkgutil.iter_modules(layergraph.__path__, "layergraph.")
]


@pytest.mark.parametrize("name", MODULES)
def test_docstrings(keras, name):
    result = doctest.testmod(importlib.import_module(name))
    assert result.failed == 0


def test_importing_layergraph_does_not_import_tensorflow():
    import subprocess
    import sys

    code = "import sys, layergraph; dir(layergraph); print('tensorflow' in sys.modules or 'keras' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
