"""Runs cells in an ordinary Jupyter kernel, with limits on time, memory and output.

This is the plain way: the student's code and the checks share one process, as under stock nbgrader. It holds honest
mistakes in check (loops, floods, dead kernels), not attacks.

`python -m grader.engine.plain` is the kernel itself: it sets its limits and becomes an ordinary ipykernel.
"""

import os
import queue
import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from grader.engine.folders import Folder
from grader.engine.submission import REPORT_TYPE, clean

_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_LINE = re.compile(r"Cell In\[\d+\], line (\d+)")
_FILE = re.compile(r" \([^()]*\.py, line \d+\)$")  # where a SyntaxError was, in a file that nobody knows
_LOOK = 0.25   # seconds between looks at what a cell has used
_GRACE = 5.0  # seconds between asking a cell to stop and ending its process


@dataclass(frozen=True)
class Limits:
    """What one submission may use. Times in seconds; CPU time counts, wall time is a generous backstop."""

    cell_cpu: float = 60.0
    cell_wall: float = 180.0
    total_cpu: float = 300.0
    total_wall: float = 900.0
    memory: int = 16 * 2**30        # bytes of address space (TensorFlow reserves far more than it uses)
    file_size: int = 256 * 2**20    # bytes of any one file it writes
    cell_output: int = 8 * 2**20    # bytes of output of one cell that are looked at
    submission: int = 64 * 2**20    # bytes of the notebook file
    restarts: int = 4               # fresh kernels after one died or would not stop


@dataclass(frozen=True)
class Run:
    """How one cell ran. `report` is the check's report as data, `value` the text of the cell's last value."""

    status: str  # "ok", "raised", "timed out", "died", "not run"
    error: str = ""
    report: object = None
    value: str | None = None
    flooded: bool = False


class Budget:
    """What is left of a submission's time, over all its kernels."""

    def __init__(self, limits):
        self.limits, self.cpu, self.end = limits, limits.total_cpu, time.monotonic() + limits.total_wall

    @property
    def spent(self):
        return self.cpu <= 0 or time.monotonic() > self.end


class Kernel:
    """One running kernel in an empty folder of its own. Use as a context manager."""

    def __init__(self, limits, budget):
        self.limits, self.budget, self.alive = limits, budget, False

    def __enter__(self):
        import psutil
        from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
        from jupyter_client.manager import KernelManager

        class _Specs(KernelSpecManager):
            def get_kernel_spec(self, name):
                argv = [sys.executable, "-m", "grader.engine.plain", "-f", "{connection_file}"]
                return KernelSpec(argv=argv, display_name="grading", language="python")

        self._place = Folder()
        self.folder = self._place.path
        work = os.path.join(self.folder, "work")
        os.mkdir(work)
        self.manager = KernelManager(kernel_spec_manager=_Specs(), transport="ipc", ip=os.path.join(self.folder, "k"),
                                     connection_file=os.path.join(self.folder, "kernel.json"))
        with open(os.devnull, "wb") as nowhere:  # what the process writes past Jupyter belongs to nobody
            self.manager.start_kernel(cwd=work, env=_environment(self.limits), stdout=nowhere, stderr=nowhere)
        self.client = self.manager.client()
        self.client.start_channels()
        self.process = psutil.Process(self.manager.provisioner.pid)
        self.used = 0.0
        try:
            self.client.wait_for_ready(timeout=60)
        except BaseException:
            self.__exit__()
            raise
        self.alive = True
        return self

    def __exit__(self, *_):
        self.alive = False
        for child in self._family():
            try:
                child.kill()
            except Exception:
                pass
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
        self.manager.cleanup_resources()
        self._place.remove()

    def run(self, source):
        """Run one cell and wait for it, at most as long as the limits allow."""
        if not self.alive:
            return Run("not run")
        cpu, wall = self.used, time.monotonic()
        looked = wall
        outcome = _Outcome(self.limits.cell_output)
        request = self.client.execute(source, allow_stdin=False)
        stopping, replied, now = None, None, wall
        while not outcome.idle:
            try:
                message = self.client.get_iopub_msg(timeout=0.2)
                if message["parent_header"].get("msg_id") == request:
                    outcome.take(message)
            except queue.Empty:
                if not self.manager.is_alive():
                    self.alive = False
                    break
                replied = replied or self._reply(request)
                if replied and replied[1] < time.monotonic() - 2:
                    break  # the kernel is done; its last message was lost in a flood
            now = time.monotonic()
            if stopping is None and now - looked < _LOOK:
                continue
            looked = now
            spent = self._cpu() - cpu
            over = spent > min(self.limits.cell_cpu, self.budget.cpu) or now - wall > self.limits.cell_wall or now > self.budget.end
            if over and stopping is None:
                stopping = now
                self.manager.interrupt_kernel()
            elif stopping is not None and now - stopping > _GRACE:
                self.alive = False
                break
        if self.alive:
            replied = replied or self._reply(request, timeout=2)
            self.budget.cpu -= self._cpu(family=now - wall > _LOOK) - cpu
        if stopping is not None:
            return Run("timed out", "stopped at the time limit", flooded=outcome.flooded)
        if not self.alive:
            return Run("died", "the kernel died while this cell ran")
        if replied and replied[0].get("status") == "error" and not outcome.error:
            outcome.error = _one_line(f"{replied[0].get('ename')}: {replied[0].get('evalue')}")
        return outcome.run()

    def _reply(self, request, timeout=0):
        try:
            message = self.client.get_shell_msg(timeout=timeout)
        except queue.Empty:
            return None
        return (message["content"], time.monotonic()) if message["parent_header"].get("msg_id") == request else None

    def _family(self):
        import psutil

        try:
            return self.process.children(recursive=True)
        except psutil.Error:
            return []

    def _cpu(self, family=True):
        """CPU seconds used so far by the kernel and, which is slow to find out, by the processes it has started."""
        import psutil

        total = 0.0
        for process in (self.process, *(self._family() if family else ())):
            try:
                times = process.cpu_times()
                total += times.user + times.system
            except psutil.Error:
                pass
        self.used = max(self.used, total)
        return self.used


class _Outcome:
    """What one cell said, kept within bounds while it is still speaking."""

    def __init__(self, room):
        self.room, self.idle, self.flooded = room, False, False
        self.error, self.report, self.value = "", None, None

    def take(self, message):
        kind, content = message["msg_type"], message["content"]
        if kind == "status":
            self.idle = content.get("execution_state") == "idle"
        elif kind == "error":
            self.error = self.error or _error_line(content)
        elif kind in ("stream", "execute_result", "display_data"):
            self.room -= len(content.get("text", "")) + sum(len(str(v)) for v in content.get("data", {}).values())
            self.flooded = self.room < 0
            if kind == "execute_result" and not self.flooded:
                data = content.get("data", {})
                self.report = data.get(REPORT_TYPE)
                self.value = str(data.get("text/plain", ""))[:1000]

    def run(self):
        return Run("raised" if self.error else "ok", self.error, self.report, self.value, self.flooded)


def _error_line(content):
    text = "\n".join(str(t) for t in content.get("traceback", ())[-50:])
    line = _LINE.search(_ANSI.sub("", text))
    said = _one_line(f"{content.get('ename', 'error')}: {_FILE.sub('', str(content.get('evalue', '')))}")
    return said + (f" (line {line[1]})" if line else "")


def _one_line(text, limit=240):
    text = clean(_ANSI.sub("", text)).strip().rstrip(":")
    text = " ".join("".join(c if c.isprintable() else " " for c in text[: 4 * limit]).split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _environment(limits):
    here = str(Path(__file__).resolve().parents[2])
    env = dict(os.environ)
    env.update(
        PYTHONPATH=os.pathsep.join(p for p in (here, env.get("PYTHONPATH")) if p),
        PYTHONHASHSEED="0", TF_CPP_MIN_LOG_LEVEL="3", TF_ENABLE_ONEDNN_OPTS="0", KERAS_BACKEND="tensorflow",
        OMP_NUM_THREADS="1", TF_NUM_INTRAOP_THREADS="1", TF_NUM_INTEROP_THREADS="1",
        GRADER_LIMITS=f"{limits.memory},{limits.file_size},{int(limits.total_cpu * 2) + 60}",
    )
    return env


def _main():
    import resource

    memory, file_size, cpu = (int(n) for n in os.environ.pop("GRADER_LIMITS").split(","))
    for what, limit in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_FSIZE, file_size), (resource.RLIMIT_CPU, cpu),
                        (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(what)[1]
        soft = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(what, (soft, soft))
    from ipykernel import kernelapp

    kernelapp.launch_new_instance(argv=[*sys.argv[1:], "--HistoryManager.enabled=False"])


if __name__ == "__main__":
    _main()
