"""A real scheduler and real workers on loopback, each a process of its own, as `docs/cluster.md` starts them."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PATIENCE = 60  # seconds for what is to happen soon; a busy machine takes long


def environment(**more):
    path = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])
    return {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), **more}


def until(happened, what):
    """Wait for something to be true; its value."""
    end = time.monotonic() + PATIENCE
    while not (value := happened()):
        assert time.monotonic() < end, f"{what}: waited {PATIENCE} s"
        time.sleep(0.05)
    return value


class Dask:
    """One scheduler and the workers that were started for it. `allowed` losses of a task are taken as the worker's fault."""

    def __init__(self, folder, allowed=3):
        self.folder, self.started = Path(folder), []
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self.folder / "scheduler.json"
        self.scheduler = self._start(
            "scheduler",
            ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file)],
            DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES=str(allowed),
        )
        self.address = until(lambda: _address(file), "the scheduler writes its address")

    def worker(self, toy=True, nanny=False, **settings):
        """Start a worker of one thread; `settings` are of its environment."""
        how = ["--nanny"] if nanny else ["--no-nanny"]
        how += ["--preload", str(HERE / "toy.py")] if toy else []
        return self._start(
            "worker",
            [self.address, "--nthreads", "1", "--memory-limit", "0", "--no-dashboard", *how],
            **settings,
        )

    def _start(self, what, arguments, **settings):
        with open(self.folder / f"{what}-{len(self.started)}.log", "wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", what, *arguments],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                env=environment(DASK_DISTRIBUTED__ADMIN__LOW_LEVEL_LOG_LENGTH="0", **settings),
                cwd=self.folder,
            )
        self.started.append(process)
        return process

    def log(self, process):
        """What a scheduler or worker has written so far."""
        (path,) = self.folder.glob(f"*-{self.started.index(process)}.log")
        return path.read_text(errors="replace")

    def ask(self, function):
        """What a function of the scheduler gives."""
        from distributed import Client

        with Client(self.address, set_as_default=False) as client:
            return client.run_on_scheduler(function)

    def ask_workers(self, function):
        """What a function gives on each worker."""
        from distributed import Client

        with Client(self.address, set_as_default=False) as client:
            return list(client.run(function).values())

    def workers(self, count):
        """Wait until so many workers are there."""
        there = lambda: self.ask(lambda dask_scheduler: len(dask_scheduler.workers))
        return until(lambda: there() == count, f"{count} workers")

    def close(self):
        for process in reversed(self.started):
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
        for process in self.started:
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _address(file):
    try:
        return json.loads(file.read_text())["address"]
    except (OSError, ValueError):
        return None
