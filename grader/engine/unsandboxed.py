"""Runs a notebook in an ordinary Jupyter kernel, by nbclient: the student's code and the checks share one process, as under nbgrader.

It holds honest mistakes in check (loops, floods of output, dead kernels), not attacks.
"""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError

from grader.course.submission import REPORT_TYPE
from grader.engine.cell_run import Budget, Run, error_line
from grader.engine.tempdirs import Folder

# The first cell of each kernel.
_LIMIT = """import resource as r
for what, limit in (r.RLIMIT_AS, {memory}), (r.RLIMIT_FSIZE, {file_size}), (r.RLIMIT_CPU, {cpu}), (r.RLIMIT_CORE, 0):
    hard = r.getrlimit(what)[1]
    limit = limit if hard == r.RLIM_INFINITY else min(limit, hard)
    r.setrlimit(what, (limit, limit))
del r, what, limit, hard"""
_SAME_EVERYWHERE = {
    "PYTHONHASHSEED": "0",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "KERAS_BACKEND": "tensorflow",
    "OMP_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
}


def run_all(read, lesson, limits):
    """Run every code cell once; where a cell kills the kernel or does not end, go on in a fresh kernel without it.

    Parameters and what is returned are those of `grader.engine.runner.run_all`.
    """
    runs, banned, budget = {}, set(), Budget(limits)
    code = [n for n, c in enumerate(read.cells) if c.cell_type == "code" and c.source.strip()]
    judged = {
        n
        for n in code
        if read.cells[n].lesson is not None and read.cells[n].lesson.role in ("check", "hidden")
    }
    for _ in range(limits.restarts + 1):
        with _Kernel(limits) as kernel:
            for n in code:
                if n in banned or (n in judged and n in runs):
                    continue
                if budget.spent:
                    return runs, "timed out"
                if n in judged and _given_up(n, read, runs, judged):
                    runs[n] = Run("timed out")
                    continue
                run = kernel.run(read.cells[n].source)
                runs.setdefault(n, run)
                if run.status in ("timed out", "died"):
                    banned.add(n)
                    break
            else:
                return runs, ""
    return runs, "died"


def _given_up(n, read, runs, judged):
    """Whether an earlier check of the same exercise never came back: then the next one will not either."""
    exercise = read.cells[n].lesson.exercise
    return any(
        runs[m].status == "timed out"
        for m in judged
        if m < n and m in runs and read.cells[m].lesson.exercise == exercise
    )


class _Kernel:
    """One running kernel in an empty folder of its own. Use as a context manager."""

    def __init__(self, limits):
        self.limits = limits

    def __enter__(self):
        self._place = Folder()
        here = str(Path(__file__).resolve().parents[2])
        path = os.pathsep.join(p for p in (here, os.environ.get("PYTHONPATH")) if p)
        manager = AsyncKernelManager(
            kernel_spec_manager=_ThisPython(),
            transport="ipc",
            ip=os.path.join(self._place.path, "k"),
            connection_file=os.path.join(self._place.path, "kernel.json"),
        )
        self.client = _Quiet(
            nbformat.v4.new_notebook(),
            manager,
            allow_errors=True,
            timeout=int(self.limits.cell_wall),
            iopub_timeout=int(self.limits.cell_wall),
            raise_on_iopub_timeout=True,  # a value that was lost in a flood is no verdict
            shutdown_kernel="immediate",
        )
        self.client.owns_km = True  # it ends the kernel
        work = os.path.join(self._place.path, "work")
        os.mkdir(work)
        self._running = self.client.setup_kernel(
            cwd=work,
            env={**os.environ, **_SAME_EVERYWHERE, "PYTHONPATH": path},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._running.__enter__()
        if os.name == "posix":
            self.run(_LIMIT.format(**vars(self.limits), cpu=int(self.limits.total_cpu * 2) + 60))
        return self

    def __exit__(self, *_):
        self._running.__exit__(None, None, None)
        self._place.remove()

    def run(self, source):
        """Run one cell and wait for it, at most as long as a cell may take."""
        cell = nbformat.v4.new_code_cell(source)
        self.client.nb.cells, self.client.said = [cell], (said := {})
        try:
            self.client.execute_cell(cell, 0)
        except CellTimeoutError:
            return Run("timed out", "stopped at the time limit")
        except DeadKernelError:
            return Run("died", "the kernel died while this cell ran")
        if "error" in said:
            return Run("raised", error_line(said["error"]))
        data = said.get("execute_result", {}).get("data", {})
        return Run("ok", "", data.get(REPORT_TYPE), data.get("text/plain", "")[:1000] or None)


class _Quiet(NotebookClient):
    """Keeps a cell's last value and its error in `said`; what else comes is read and dropped, however much it is."""

    def process_message(self, msg, cell, cell_index):
        if msg["msg_type"] in ("execute_result", "error"):
            self.said[msg["msg_type"]] = msg["content"]
        elif msg["msg_type"] == "status":
            super().process_message(msg, cell, cell_index)


class _ThisPython(KernelSpecManager):
    """Knows one kernel: that of the Python that grades."""

    def get_kernel_spec(self, kernel_name):
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        argv.append("--HistoryManager.enabled=False")
        return KernelSpec(argv=argv, display_name="grading", language="python")
