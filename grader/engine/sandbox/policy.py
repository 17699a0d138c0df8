"""Putting up the walls, in two steps around a second fork: `before` in the warden, `inside` in the process that runs the notebook.

Each wall that the machine has is used; one that it lacks is left out here and named by `abilities()`. Whether what is left is enough is
decided once, by `abilities().enough`.
"""

import functools
import os
import resource
import site
import sys
import sysconfig
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from grader.engine.sandbox import groups, root, seccomp, system
from grader.errors import GraderError

NOBODY = 65534
INSIDE = 1000  # the user's number within
ENVIRONMENT = (
    "PATH",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "TZ",
    "LD_LIBRARY_PATH",
    "VIRTUAL_ENV",
    "SYSTEMROOT",
)


class SandboxError(GraderError):
    """The walls cannot be put up on this machine; the message says which, and what to do."""


@dataclass(frozen=True)
class Walls:
    """What to put up. Sizes in bytes."""

    scratch: str  # an empty folder, the only place that may be written
    memory: int = 16 * 2**30  # address space
    resident: int = 8 * 2**30  # memory of all its processes
    file_size: int = 256 * 2**20
    disk: int = 512 * 2**20  # of the whole scratch, where it can be mounted
    cpu: int = 600  # seconds of one process: a backstop behind the conductor's own count
    processes: int = 160  # with threads
    writable: tuple[str, ...] = ()  # folders besides the scratch
    forks: bool = False  # it must be able to fork, and its children to find their entries in /proc: not for students' code
    without: tuple[
        str, ...
    ] = ()  # walls left out on purpose, by name: how the tests prove that each one holds something


def before(walls):
    """In the warden: a root of its own, leave root, take namespaces. Returns the names of the walls that stand."""
    standing = []
    if "control-group" not in walls.without:
        standing += groups.enter(walls.processes, walls.resident + walls.disk)
    namespaces = "namespaces" not in walls.without
    administrator = os.getuid() == 0
    # Root builds while it is root: what it binds can be reached afterwards though it lies below a folder that is root's alone.
    if administrator and namespaces and _take_mounts():
        standing += _build_root(walls)
    if (
        administrator
        and "not-root" not in walls.without
        and not walls.writable
        and can_leave_root()
    ):
        _leave_root(walls.scratch)
        standing.append("not root")
    if namespaces:
        standing += _take_namespaces()
    if "mount namespace" in standing and not administrator:
        standing += _build_root(walls)
    return standing


def prepare() -> None:
    """Before any fork: find out once what is the same for all, and clear away what a killed run has left."""
    groups.sweep()
    root.plan(readable_paths())
    seccomp.program(forks=True, pairs=True, about_files=True)  # the usual one is kept


def _take_mounts():
    try:
        system.unshare(system.NEW_MOUNTS)
        system.mount(None, "/", None, system.MS_REC | system.MS_PRIVATE)
        return True
    except OSError:
        return False


def _build_root(walls):
    if "root" in walls.without:
        return []
    try:
        root.build(walls.scratch, walls.disk, readable_paths(), walls.writable)
    except OSError:  # no such mounts here, or a root that cannot be left: the other walls stand
        return []
    return ["built root", "disk limit"]


def _leave_root(scratch):
    os.chown(scratch, NOBODY, NOBODY)
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    system.be_dumpable()


def _take_namespaces():
    uid, gid = os.getuid(), os.getgid()
    try:
        system.unshare(
            system.NEW_USER | system.NEW_NET | system.NEW_PIDS | system.NEW_MOUNTS | system.NEW_IPC
        )
        _write("/proc/self/setgroups", "deny")
        _write("/proc/self/uid_map", f"{INSIDE} {uid} 1")
        _write("/proc/self/gid_map", f"{INSIDE} {gid} 1")
    except OSError:
        return []
    standing = ["user namespace", "network namespace", "process namespace"]
    try:
        system.mount(None, "/", None, system.MS_REC | system.MS_PRIVATE)
        standing.append("mount namespace")
    except OSError:
        pass
    return standing


def inside(walls, standing):
    """In the process itself, before it reads anything of a student's: mounts, limits, Landlock, no capabilities, seccomp."""
    standing = list(standing)
    if "mount namespace" in standing:
        standing += _mount(walls, standing)
    _limit(walls, standing)
    os.chdir(walls.scratch)
    _clear_environment(walls.scratch)
    counted = "process count" in standing or "user namespace" in standing and not _is_root_outside()
    if "landlock" not in walls.without and _landlock(walls, standing):
        standing.append("landlock")
    if "user namespace" in standing:
        system.drop_capabilities()
    if "seccomp" not in walls.without and seccomp.available():
        # The kernel does not count root's processes by itself: where nothing else counts them, a student's code starts none.
        seccomp.install(
            forks=counted or walls.forks or "process count" in walls.without,
            pairs="network namespace" in standing,  # they are counted there
            about_files="built root" in standing,
        )
        standing.append("seccomp")
    return standing


def _is_root_outside():
    """Whether this user is root beyond the namespace: then the kernel does not count its processes."""
    for line in Path("/proc/self/uid_map").read_text().splitlines():
        within, outside, _ = (int(n) for n in line.split())
        if within == os.getuid():
            return outside == 0
    return True


def _mount(walls, already):
    standing = []
    flags = system.MS_NOSUID | system.MS_NODEV | system.MS_NOEXEC
    try:  # a container's own /proc is often covered in parts, and then the kernel gives no other
        if "private /proc" not in walls.without:
            system.mount("proc", "/proc", "proc", flags)
            standing.append("private /proc")
    except OSError:
        pass
    if "disk limit" not in already:
        try:
            root.mount_scratch(walls.scratch, walls.disk)
            standing.append("disk limit")
        except OSError:
            pass
    return standing


def _limit(walls, standing):
    for what, limit in (
        (resource.RLIMIT_AS, walls.memory),
        (resource.RLIMIT_FSIZE, walls.file_size),
        (resource.RLIMIT_CPU, walls.cpu),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 1024),
        (resource.RLIMIT_MEMLOCK, 64 * 2**10),
        (resource.RLIMIT_MSGQUEUE, 0),
    ):
        _set(what, limit)
    if "user namespace" in standing:  # counted within the namespace, so for this submission alone
        _set(resource.RLIMIT_NPROC, walls.processes)


def _set(what, limit):
    hard = resource.getrlimit(what)[1]
    limit = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    resource.setrlimit(what, (limit, limit))


def _clear_environment(scratch):
    keep = {
        k: v
        for k, v in os.environ.items()
        if k in ENVIRONMENT
        or k.startswith(("TF_", "OMP_", "KERAS_BACKEND", "PYTHONHASHSEED", "MPLBACKEND"))
    }
    os.environ.clear()
    os.environ.update(
        keep,
        HOME=scratch,
        TMPDIR=scratch,
        MPLCONFIGDIR=scratch,
        IPYTHONDIR=os.path.join(scratch, ".ipython"),
        JUPYTER_CONFIG_DIR=scratch,
        KERAS_HOME=scratch,
        XDG_CACHE_HOME=scratch,
    )
    import tempfile

    tempfile.tempdir = scratch


def _landlock(walls, standing):
    proc = ("/proc",) if walls.forks or "private /proc" in standing else _own_proc()
    paths = (*readable_paths(), *root.DEVICES, *proc)
    return landlock(paths, (walls.scratch, *walls.writable, "/dev/null"))


def landlock(readable: Iterable[str], writable: Iterable[str]) -> bool:
    """Close all other files to this process, for good; whether that could be done."""
    try:
        from sandlock import Sandbox, confine
    except (ImportError, OSError):
        return False
    there = [[p for p in paths if os.path.exists(p)] for paths in (readable, writable)]
    try:
        confine(Sandbox(fs_readable=there[0], fs_writable=there[1]))
    except Exception:  # the kernel has no Landlock, or too old a one
        return False
    return True


def packages():
    """The folders of `grader` and `layergraph`: what checks import, without the lessons that lie beside them."""
    found = [str(Path(__file__).resolve().parents[2])]
    try:
        import layergraph

        found.append(str(Path(layergraph.__file__).parent))
    except ImportError:
        pass
    return found


@functools.cache
def readable_paths() -> tuple[str, ...]:
    """What a notebook's process may read: Python, its packages, the system's libraries; nothing of the course or of anybody's home."""
    paths = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    paths |= {
        os.path.join(sys.prefix, "etc"),
        os.path.join(sys.prefix, "share"),
        os.path.join(sys.base_prefix, "lib"),
        sys.executable,
        os.path.join(sys.prefix, "pyvenv.cfg"),
        os.path.join(sys.prefix, "bin"),
    }
    paths |= {p for p in site.getsitepackages() if os.path.isdir(p)} | set(packages()) | _SYSTEM
    return tuple(sorted(p for p in paths if p))


_SYSTEM = {
    "/usr",
    "/lib",
    "/lib64",
    "/lib32",
    "/bin",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/fonts",
    "/etc/mime.types",
    "/etc/nsswitch.conf",
    "/etc/alternatives",
    "/sys/devices/system/cpu",
    "/sys/devices/system/node",
}


def _own_proc():
    # By the number that this /proc has for it: in a process namespace its own number is another process's there.
    own = (os.readlink("/proc/self"),) if os.path.islink("/proc/self") else ()
    common = ("cpuinfo", "meminfo", "stat", "sys/vm/overcommit_memory")
    return tuple(f"/proc/{name}" for name in (*own, *common))


def can_leave_root():
    """Whether the unprivileged user could still read Python and its packages."""
    for path in (
        sys.prefix,
        sysconfig.get_path("stdlib"),
        sysconfig.get_path("purelib"),
        *packages(),
    ):
        current = Path(path).resolve()
        for place in (current, *current.parents):
            try:
                mode = place.stat().st_mode
            except OSError:
                return False
            if not mode & 0o001 or place == current and not mode & 0o004:
                return False
    return True


def _write(path, text):
    with open(path, "w") as file:
        file.write(text)
