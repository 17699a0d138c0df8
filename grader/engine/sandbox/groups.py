"""A control group for one submission, where one may be made: the kernel then counts its processes and memory, kernel memory included.

Version 1: below the group that the grader itself is in, which takes root. Version 2: beside that group, in the nearest folder above it that
may be written to; a user may do so where systemd has delegated one (`systemd-run --user --scope`). CPU time is then shared out by
submissions, not by processes.
"""

import functools
import os
from pathlib import Path

_TOP = Path("/sys/fs/cgroup")
_OLD = {  # version 1: controller -> files and what to write to them
    "pids": {"pids.max": "processes"},
    "memory": {"memory.limit_in_bytes": "memory", "memory.memsw.limit_in_bytes": "memory"},
    "cpu": {},
}
_NEW = {"pids.max": "processes", "memory.max": "memory", "memory.swap.max": "nothing"}
_OPTIONAL = {"memory.memsw.limit_in_bytes", "memory.swap.max"}  # where the kernel counts swap


def enter(processes: int, memory: int) -> list[str]:
    """Put this process into a group of its own; the names of what is counted from now on. `leave` removes the group."""
    values = {"processes": processes, "memory": memory, "nothing": 0}
    old, new = _places()
    for place in new:
        if _enter(place / _name(os.getpid()), _NEW, values):
            return ["process count", "memory count"]
    names = {"pids": "process count", "memory": "memory count"}
    entered = [c for c, place in old.items() if _enter(place / _name(os.getpid()), _OLD[c], values)]
    return [names[c] for c in entered if c in names]


def leave(pid: int) -> None:
    """Remove the group that this process made, when everything in it has ended."""
    old, new = _places()
    for place in (*old.values(), *new):
        _remove(place / _name(pid))


def sweep() -> None:
    """Remove the groups of runs that were killed: those of processes that are gone."""
    old, new = _places()
    for place in {*old.values(), *new}:
        for group in place.glob(_name("*")):
            if not Path("/proc", group.name.rpartition("-")[2]).exists():
                _remove(group)  # refused as long as anything in it lives


def _name(pid):
    return f"grader-{pid}"


def _enter(group, files, values):
    try:
        group.mkdir()
        for file, value in files.items():
            if file not in _OPTIONAL or (group / file).exists():
                (group / file).write_text(str(values[value]))
        (group / "cgroup.procs").write_text(str(os.getpid()))
        return True
    except OSError:
        _remove(group)
        return False


def _remove(group):
    try:
        group.rmdir()
    except OSError:
        pass


@functools.cache
def _places():
    """(by controller of version 1, the folder for new groups; folders of version 2, the nearest first)."""
    old, new = {}, []
    try:
        lines = Path("/proc/self/cgroup").read_text().splitlines()
    except OSError:
        return old, new
    for line in lines:
        _, controllers, path = line.split(":", 2)
        for controller in controllers.split(","):
            place = _TOP / controller / path.lstrip("/")
            if controller in _OLD and os.access(place, os.W_OK):
                old[controller] = place
        if not controllers and (_TOP / "cgroup.controllers").exists():
            own = _TOP / path.lstrip("/")
            above = [own.parent, *own.parent.parents] if own != _TOP else [_TOP]
            new = [p for p in above if p.is_relative_to(_TOP) and os.access(p, os.W_OK)]
    return old, new
