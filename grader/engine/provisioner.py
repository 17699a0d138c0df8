"""A warm kernel for any nbclient program: Jupyter's own seam for starting kernels, filled by the warm server.

A kernelspec asks for it by name in `kernel.json` (see `write_kernelspec`). The kernel is an ordinary ipykernel; with the option
`walls` it runs inside the sandbox, which needs the transport `ipc` and leaves it only its own folder to write to.
"""

import json
import os
import signal
from pathlib import Path

from jupyter_client.provisioning import KernelProvisionerBase

NAME = "functional-keras-warm"


class WarmProvisioner(KernelProvisionerBase):
    """Starts kernels by forking `grader.engine.server`. One per kernel manager, as Jupyter wants it."""

    process = None
    pid = None

    def __init__(self, walls=False, **kwargs):
        super().__init__(**kwargs)
        self.walls = walls

    @property
    def has_process(self):
        return self.process is not None

    async def pre_launch(self, **kwargs):
        manager = self.parent
        extra = kwargs.pop("extra_arguments", [])
        if self.walls and manager.transport != "ipc":
            raise RuntimeError("a kernel inside walls is reached over the transport 'ipc' only: set KernelManager.transport = 'ipc'")
        manager.write_connection_file()
        self.connection_info = manager.get_connection_info()
        kwargs.pop("transport_encryption", None)
        return await super().pre_launch(cmd=["warm", *extra], **kwargs)

    async def launch_kernel(self, cmd, **kwargs):
        from grader.engine.fork import Process

        manager, here = self.parent, os.getcwd()
        file = os.path.abspath(manager.connection_file)
        walls = {"sandboxed": self.walls, "sockets": True, "memory": 64 * 2**30, "file_size": 64 * 2**30, "cpu": 10 * 24 * 3600, "processes": 1000}
        request = {"connection_file": file, "cwd": kwargs.get("cwd") or here, "environment": {}}
        if self.walls:
            walls["writable"] = [os.path.dirname(file), os.path.dirname(os.path.abspath(manager.ip))]
            request["cwd"] = None
        else:
            request["environment"] = dict(kwargs.get("env") or os.environ)
        self.process = Process("kernel", walls, **request).__enter__()
        self.pid = self.process.pid
        return self.connection_info

    async def poll(self):
        """None while the kernel runs."""
        return None if self.process is not None and self.process.alive else 0

    async def wait(self):
        import asyncio

        while await self.poll() is None:
            await asyncio.sleep(0.05)
        self._end()
        return 0

    async def send_signal(self, signum):
        if self.process is None:
            return
        if signum == signal.SIGINT:
            self.process.interrupt()
        elif signum in (signal.SIGTERM, signal.SIGKILL):
            self._end()

    async def kill(self, restart=False):
        self._end()

    async def terminate(self, restart=False):
        self._end()

    async def cleanup(self, restart=False):
        self._end()

    def _end(self):
        process, self.process = self.process, None
        if process is not None:
            process.__exit__()


def write_kernelspec(folder, name="functional-keras", display_name="Python 3 (warm Keras)", walls=False):
    """Write a kernelspec that uses the warm server into `folder`/`name`; returns its path.

    `folder` is a `kernels` folder on Jupyter's path, for example `.jupyter/kernels` with JUPYTER_PATH=.jupyter.
    """
    place = Path(folder) / name
    place.mkdir(parents=True, exist_ok=True)
    spec = {"argv": ["warm", "{connection_file}"], "display_name": display_name, "language": "python",
            "metadata": {"kernel_provisioner": {"provisioner_name": NAME, "config": {"walls": walls}}}}
    (place / "kernel.json").write_text(json.dumps(spec, indent=1), encoding="utf-8")
    return place
