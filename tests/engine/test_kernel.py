"""Any nbclient program can use a warm kernel through a kernelspec."""

import nbformat
import pytest
from importlib.metadata import EntryPoint
from nbclient import NotebookClient

from grader.engine.provisioner import NAME, write_kernelspec


@pytest.fixture
def kernelspec(tmp_path, monkeypatch):
    from jupyter_client.provisioning import KernelProvisionerFactory

    write_kernelspec(tmp_path / "kernels", "warm")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    known = KernelProvisionerFactory.instance().provisioners
    monkeypatch.setitem(known, NAME, EntryPoint(NAME, "grader.engine.provisioner:WarmProvisioner", KernelProvisionerFactory.GROUP_NAME))
    return "warm"


def test_a_notebook_runs_in_a_warm_kernel_in_its_own_folder(kernelspec, tmp_path):
    cells = [nbformat.v4.new_code_cell("import sys, os; warm = 'keras' in sys.modules; open('made.txt', 'w').write('x'); print(warm)"),
             nbformat.v4.new_code_cell("import keras; keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)]).count_params()")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(notebook, kernel_name=kernelspec, resources={"metadata": {"path": str(tmp_path)}}, timeout=60).execute()
    assert notebook.cells[0].outputs[0].text == "True\n" and (tmp_path / "made.txt").exists()
    assert notebook.cells[1].outputs[0].data["text/plain"] == "9"


def test_an_endless_cell_is_interrupted_as_in_any_kernel(kernelspec, tmp_path):
    from nbclient.exceptions import CellTimeoutError

    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("while True: pass")])
    with pytest.raises(CellTimeoutError):
        NotebookClient(notebook, kernel_name=kernelspec, timeout=1, resources={"metadata": {"path": str(tmp_path)}}).execute()
