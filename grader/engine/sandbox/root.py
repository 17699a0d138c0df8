"""A root folder of its own for one submission: what it needs, bound read-only, and nothing else of this machine.

A path that is not there cannot be opened, changed, watched or looked at, by whatever system call: chmod, utime, setxattr, stat and
inotify end here, which Landlock does not restrict. What is there keeps its path, so Python's own paths stay right.
"""

import functools
import os

from grader.engine.sandbox import system

DEVICES = ("/dev/null", "/dev/full", "/dev/random", "/dev/urandom")
_QUIET = system.READ_ONLY | system.NO_SUID


def build(scratch: str, disk: int, readable: tuple[str, ...], writable: tuple[str, ...]) -> None:
    """Make a new root in a mount namespace of one's own and move there. Raises `OSError` where that cannot be; then nothing has changed.

    `scratch` is empty there and may hold `disk` bytes; `readable` and `writable` are the paths to take along. `/proc` comes along too,
    for a process of a new process namespace to mount its own over it.
    """
    place = scratch  # to put it up in: a folder that nobody else uses
    links, bound = plan(readable)
    system.mount("tmpfs", place, "tmpfs", system.MS_NOSUID | system.MS_NODEV, "size=1m,mode=0755")
    try:
        for path in bound:
            _bind(place, path)
        for link, target in links.items():
            os.makedirs(os.path.dirname(place + link), exist_ok=True)
            os.symlink(target, place + link)
        devices = [p for p in DEVICES if os.path.exists(p)]
        for path in (*devices, *writable, "/proc", scratch):
            _mount_point(place, path)
        system.set_mount(place, _QUIET | system.NO_DEVICES, recursive=True)
        for path in devices:
            _bind(place, path)
            system.set_mount(place + path, _QUIET)
        for path in writable:
            _bind(place, path)
            system.set_mount(place + path, system.NO_SUID | system.NO_DEVICES, recursive=True)
        _bind(place, "/proc")
        mount_scratch(place + scratch, disk)
        os.chdir(place)
        system.pivot_root(".", ".")
    except OSError:
        os.chdir("/")
        system.detach(place)
        raise
    system.detach(".")  # what lies on top at this place is the old root
    os.chdir("/")


def mount_scratch(path: str, disk: int) -> None:
    """Mount an empty folder for all that a submission writes: its size has a limit, and it goes with the last process."""
    options = f"size={disk},nr_inodes=20000,mode=0700"
    system.mount("tmpfs", path, "tmpfs", system.MS_NOSUID | system.MS_NODEV, options)


def _bind(place, path):
    _mount_point(place, path)
    system.mount(path, place + path, None, system.MS_BIND | system.MS_REC)


def _mount_point(place, path):
    if os.path.isdir(path):
        os.makedirs(place + path, exist_ok=True)
    elif not os.path.exists(place + path):
        os.makedirs(os.path.dirname(place + path), exist_ok=True)
        open(place + path, "x").close()


@functools.cache
def plan(paths: tuple[str, ...]) -> tuple[dict[str, str], list[str]]:
    """(links to make, what to bind) so that all these paths, where they exist, lead where they lead now."""
    links: dict[str, str] = {}
    ends = {_follow(path, links) for path in paths if os.path.exists(path)}
    bound = sorted(e for e in ends if not _within(e, ends))
    return {link: to for link, to in links.items() if not _within(link, bound)}, bound


def _within(path, folders):
    return any(path.startswith(f"{folder}/") for folder in folders)


def _follow(path, links):
    """The real path; the links on the way are added to `links`."""
    here, ahead = "", path.split("/")[::-1]
    while ahead:
        part = ahead.pop()
        if part == "..":
            here = os.path.dirname(here)
        elif part not in ("", "."):
            step = f"{here}/{part}"
            if not os.path.islink(step):
                here = step
                continue
            links[step] = os.readlink(step)
            here = "" if links[step].startswith("/") else here
            ahead += links[step].split("/")[::-1]
    return here
