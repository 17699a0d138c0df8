"""Any nbclient program can use a warm kernel through a kernelspec."""

from importlib.metadata import EntryPoint
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from grader.engine import fork
from grader.engine.provisioner import NAME, write_kernelspec
from grader.engine.sandbox import abilities


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


def ready(manager):
    """Start a kernel and wait for its first answers; its client."""
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    client.kernel_info()
    assert client.get_shell_msg(timeout=60)["msg_type"] == "kernel_info_reply" and client.get_iopub_msg(timeout=60)
    return client


def value(client, expression):
    reply = client.execute("", user_expressions={"it": expression}, reply=True, timeout=60)
    return reply["content"]["user_expressions"]["it"]


def manager_of(name, folder):
    from jupyter_client.manager import KernelManager

    return KernelManager(kernel_name=name, transport="ipc", ip=str(folder / "k"), connection_file=str(folder / "kernel.json"))


@pytest.fixture
def folder():
    """A short path that a kernel may reach which is not root any more: a socket's name has 107 characters at most."""
    import os
    import tempfile

    with tempfile.TemporaryDirectory() as path:
        os.chmod(path, 0o777)
        yield Path(path)


def test_a_kernel_dies_with_the_server_and_the_next_one_has_a_new_server(kernelspec, folder):
    import os

    first = manager_of(kernelspec, folder)
    client = ready(first)
    killed = fork.server().pid
    os.kill(killed, 9)
    assert fork._wait(first.provisioner.process.worker, 20) and not first.is_alive()
    client.stop_channels()
    first.shutdown_kernel(now=True)
    second = manager_of(kernelspec, folder)
    client = ready(second)
    assert value(client, "1 + 1")["data"]["text/plain"] == "2" and fork.server().pid != killed
    client.stop_channels()
    second.shutdown_kernel(now=True)


@pytest.mark.skipif(not abilities().enough, reason="this machine has no sandbox")
def test_a_kernel_may_run_inside_walls(kernelspec, folder, tmp_path):
    write_kernelspec(tmp_path / "kernels", "walled", walls=True)
    manager = manager_of("walled", folder)
    client = ready(manager)
    assert value(client, "__import__('keras').ops.sum([1.0, 2.0]).numpy().item()")["data"]["text/plain"] == "3.0"
    assert value(client, "open('/etc/passwd')")["ename"] == "PermissionError"
    assert value(client, f"open({str(tmp_path / 'made')!r}, 'w')")["ename"] == "PermissionError"
    assert value(client, "__import__('socket').socket()")["ename"] in ("OSError", "PermissionError")
    assert value(client, "open('mine', 'w').write('x')")["data"]["text/plain"] == "1"
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    assert not manager.is_alive()


def test_walls_need_the_transport_that_passes_them(kernelspec, tmp_path):
    from jupyter_client.manager import KernelManager

    write_kernelspec(tmp_path / "kernels", "walled", walls=True)
    with pytest.raises(RuntimeError, match="ipc"):
        KernelManager(kernel_name="walled", transport="tcp").start_kernel()
