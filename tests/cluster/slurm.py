"""A class graded through a real Slurm on loopback: `python -m tests.cluster.slurm` (as root; Debian's slurm-wlm and munge, dask-jobqueue).

Starts munged, slurmctld and slurmd in a folder of its own, has `SLURMCluster` queue two jobs as docs/cluster.md says, grades the tiny
class on them, and compares everything that is recorded with a run on this machine. Nothing is left running.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

CONF = """ClusterName=loopback
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={place}/munge.socket
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
StateSaveLocation={place}/state
SlurmdSpoolDir={place}/spool
SlurmctldPidFile={place}/slurmctld.pid
SlurmdPidFile={place}/slurmd.pid
SlurmctldLogFile={place}/slurmctld.log
SlurmdLogFile={place}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
ReturnToService=2
NodeName={host} NodeAddr=127.0.0.1 CPUs={cores} RealMemory=4000 State=UNKNOWN
PartitionName=all Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def slurm(place):
    """A Slurm of one node; the value is the environment in which its commands work."""
    host = socket.gethostname().split(".")[0]
    for name in ("state", "spool"):
        (place / name).mkdir()
    key = place / "munge.key"
    key.write_bytes(os.urandom(128))
    key.chmod(0o400)
    conf = place / "slurm.conf"
    ports = [free_port(), free_port()]
    conf.write_text(CONF.format(host=host, place=place, ports=ports, cores=os.cpu_count()))
    environment = {**os.environ, "SLURM_CONF": str(conf)}
    munged = [f"--{n}={place}/munge.{e}" for n, e in (("socket", "socket"), ("pid-file", "pid"))]
    munged += [f"--log-file={place}/munge.log", f"--seed-file={place}/munge.seed"]
    commands = (
        ["munged", "--foreground", "--force", f"--key-file={key}", *munged],
        ["slurmctld", "-D", "-i", "-f", str(conf)],
        ["slurmd", "-D", "-N", host, "-f", str(conf)],
    )
    with open(place / "daemons.log", "wb") as log, contextlib.ExitStack() as stack:
        for command in commands:
            daemon = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
            stack.callback(daemon.wait, 20)
            stack.callback(daemon.terminate)
            time.sleep(1)
        up = lambda: "idle" in _said(["sinfo", "-h", "-o", "%T"], environment)
        _wait(up, "the node is idle", place)
        yield environment


def _said(command, environment):
    return subprocess.run(command, env=environment, capture_output=True, text=True).stdout


def _wait(happened, what, place, seconds=120):
    end = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > end:
            for log in sorted(place.glob("*.log")):
                print(f"--- {log.name}\n{log.read_text(errors='replace')[-3000:]}")
            raise SystemExit(f"{what}: not within {seconds} s")
        time.sleep(0.5)


def main():
    from grader.batch.grade import grade, prepare
    from grader.course.folder import Course
    from grader.reports.progress import Progress
    from tests.bench import kills
    from tests.grading import tiny

    with contextlib.ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="slurm-")))
        place.chmod(0o755)
        own = tiny.write_course(_made(place / "course"))
        prepare(Course.at(own), tiny.NAME)
        for n in range(8):
            tiny.hand_in(own, f"s{n}", tiny.submission(total=f"total = {44 + n % 3}  # {n}"))
        there = Path(shutil.copytree(own, place / "there"))
        os.environ.update(stack.enter_context(slurm(place)))
        print(_said(["sinfo", "--version"], os.environ).strip() or "slurm", flush=True)
        print(_said(["sinfo"], os.environ), flush=True)
        from dask_jobqueue import SLURMCluster

        cluster = stack.enter_context(
            SLURMCluster(
                cores=1,
                processes=1,
                memory="1GB",
                walltime="00:20:00",
                worker_extra_args=["--memory-limit", "0"],
                job_script_prologue=[f"export PYTHONPATH={ROOT}"],
                log_directory=str(place / "jobs"),
                scheduler_options={"dashboard_address": None, "host": "127.0.0.1"},
            )
        )
        cluster.scale(jobs=2)
        _wait(lambda: _said(["squeue", "-h"], os.environ).count(" R ") == 2, "two jobs", place)
        print(_said(["squeue"], os.environ), flush=True)
        summary = grade(Course.at(there), progress=Progress(), scheduler=cluster.scheduler_address)
        print(f"{summary.judged} judged on the cluster", flush=True)
        grade(Course.at(own))
        assert kills.state(own) == kills.state(there), "what is recorded differs"
        print("gradebook, table and pages are those of a run on this machine")


def _made(folder):
    folder.mkdir()
    return folder


if __name__ == "__main__":
    main()
