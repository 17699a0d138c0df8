"""The few system calls that Python has no function for, by ctypes. Linux only; nothing here decides anything."""

import contextlib
import ctypes
import errno
import os
import platform
import struct

NEW_MOUNTS, NEW_IPC, NEW_USER, NEW_PIDS, NEW_NET = (
    0x00020000,
    0x08000000,
    0x10000000,
    0x20000000,
    0x40000000,
)
MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_BIND, MS_REC, MS_PRIVATE = 2, 4, 8, 0x1000, 0x4000, 1 << 18
READ_ONLY, NO_SUID, NO_DEVICES = 1, 2, 4  # attributes of a mount
_HERE, _RECURSIVE, _DETACH = -100, 0x8000, 2
_MOUNT_SETATTR, _PIVOT_ROOT = 442, {"x86_64": 155, "aarch64": 41}.get(platform.machine())
_PDEATHSIG, _DUMPABLE, _NO_NEW_PRIVS, _SUBREAPER, _CAPBSET_DROP = 1, 4, 38, 36, 24

_libc = None


def libc():
    global _libc
    if _libc is None:
        _libc = ctypes.CDLL(None, use_errno=True)
    return _libc


def check(result, what):
    """Raise OSError where a C function failed."""
    if result != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{what}: {os.strerror(error)}")


def unshare(flags):
    check(libc().unshare(flags), "unshare")


def mount(source, target, kind, flags=0, options=None):
    arguments = [None if a is None else os.fsencode(a) for a in (source, target, kind)]
    check(
        libc().mount(*arguments, ctypes.c_ulong(flags), options and os.fsencode(options)),
        f"mount {target}",
    )


def set_mount(path: str, attributes: int, recursive: bool = False) -> None:
    """Give a mount, and with `recursive` all below it, these attributes."""
    wanted = ctypes.create_string_buffer(struct.pack("<4Q", attributes, 0, 0, 0), 32)
    _call(_MOUNT_SETATTR, _HERE, os.fsencode(path), _RECURSIVE if recursive else 0, wanted, 32)


def pivot_root(new: str, old: str) -> None:
    _call(_PIVOT_ROOT, os.fsencode(new), os.fsencode(old))


def detach(path: str) -> None:
    """Take away what is mounted at a path, for everybody who comes to look."""
    check(libc().umount2(os.fsencode(path), _DETACH), f"umount {path}")


def _call(number, *arguments):
    """A system call that libc may have no function for."""
    if number is None:
        raise OSError(errno.ENOSYS, f"no such system call is known for {platform.machine()}")
    words = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    check(libc().syscall(ctypes.c_long(number), *words), f"system call {number}")


def die_with_parent(signal_number=9):
    """Let the kernel end this process when its parent ends."""
    check(libc().prctl(_PDEATHSIG, signal_number, 0, 0, 0), "prctl")


def be_first_to_go() -> None:
    """Let the kernel end this process and its children before any other, should the machine have no memory left."""
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        file.write("1000")


def adopt_orphans():
    """Become the parent of all descendants whose own parent ends."""
    check(libc().prctl(_SUBREAPER, 1, 0, 0, 0), "prctl")


def be_dumpable():
    """Own one's files in /proc again after a change of user."""
    check(libc().prctl(_DUMPABLE, 1, 0, 0, 0), "prctl")


def no_new_privileges():
    check(libc().prctl(_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl")


def drop_capabilities():
    """Give up every capability, for good."""
    for capability in range(64):
        if libc().prctl(_CAPBSET_DROP, capability, 0, 0, 0) != 0:
            break
    header = ctypes.create_string_buffer(struct.pack("<Ii", 0x20080522, 0))
    check(libc().capset(header, ctypes.create_string_buffer(24)), "capset")
