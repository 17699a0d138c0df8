"""Runs a function of ours on what a student made, in a process of its own: its memory and its time have limits there.

Reading a notebook and drawing a page run none of a student's code, but what they cost is the student's choice, and so is every byte that
a parser sees. `python -m grader.engine.apart FD` is a small server that imports the function's module and forks: a fork takes two
milliseconds, where one of the process that holds the class would take many (and would copy its locks). The child can open the files of
Python alone, start nothing and connect to nothing; it is ended by the kernel when its time is up. What comes back is plain data.
"""

import atexit
import functools
import gc
import importlib
import json
import os
import pickle
import resource
import signal
import socket
import sys
import sysconfig
import threading
from collections.abc import Callable

from grader.engine.process import Died, Server
from grader.engine.sandbox import policy, seccomp, system

MEMORY = 2 * 2**30  # bytes of address space: a notebook of 64 MB takes half of it
CPU, WALL = 20, 90  # seconds
ROOM = 96 * 2**20  # bytes of what may come back
_BEGUN = b"+"  # the child's first word: its limits stand
_TRIES = 2
_ALONE = {"forks": False, "pairs": False, "about_files": False}


class TooMuch(Exception):
    """It took more memory or time than a student's file may, or gave back more than there is room for."""


def apart(work: Callable, *arguments):
    """What `work(*arguments)` gives, as plain data (JSON's values), from a process of its own.

    Parameters
    ----------
    work : function of a module, which is cheap to import
    arguments : anything that can be pickled

    Raises
    ------
    TooMuch
        It reached a limit.
    RuntimeError
        It failed otherwise: a fault of ours.
    """
    if sys.platform != "linux":  # no walls at all there, see `default_ways`
        return json.loads(json.dumps(work(*arguments)))
    sent = pickle.dumps(arguments)
    for _ in range(_TRIES):
        said = _ask(work, sent)
        if said:
            return _understood(said[len(_BEGUN) :])
    raise Died("the small server for reading and drawing does not start")


def _understood(said: bytes):
    try:
        told = json.loads(said)
    except ValueError:  # it was ended before it had said all
        raise TooMuch from None
    if "failed" in told:
        raise RuntimeError(told["failed"])
    return told["done"]


def _ask(work: Callable, sent: bytes) -> bytes:
    """What a child says; nothing where the server had ended before it could make one."""
    ours, theirs = socket.socketpair()
    with ours:
        ours.settimeout(WALL + 30)
        try:
            with theirs:
                name = f"{work.__module__} {work.__qualname__}".encode()
                socket.send_fds(_server().socket, [name], [theirs.fileno()])
            ours.sendall(sent)
            ours.shutdown(socket.SHUT_WR)
        except OSError:  # it has ended; what it said before that may still be there
            pass
        return _all_of(ours, ROOM)


def _all_of(channel: socket.socket, room: int | None = None) -> bytes:
    """Everything that comes until the other end closes, or is gone."""
    said = bytearray()
    try:
        while part := channel.recv(1 << 20):
            said += part
            if room and len(said) > room:
                raise TooMuch
    except OSError:
        pass
    return bytes(said)


_running: list = []  # (the server, the process that started it)
_lock = threading.Lock()


def _server() -> Server:
    with _lock:
        if not _running or _running[0][1] != os.getpid() or not _running[0][0].alive:
            _running[:] = [(Server("grader.engine.apart"), os.getpid())]
            atexit.register(_running[0][0].close)
        return _running[0][0]


def main(descriptor: int) -> None:
    """Import what is asked for and fork, until the other end closes."""
    listener = socket.socket(fileno=descriptor)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the conductor's
    importlib.import_module("sandlock")
    seccomp.program(**_ALONE)  # kept, for all children
    _readable()
    listener.send(json.dumps({"ready": os.getpid()}).encode())
    while True:
        data, descriptors, _, _ = socket.recv_fds(listener, 4096, 1)
        if not data:
            os._exit(0)
        module, name = data.decode().split()
        work = getattr(importlib.import_module(module), name)
        gc.freeze()  # what is shared with children stays shared
        if os.fork() == 0:
            listener.close()
            _serve(work, descriptors[0])
        os.close(descriptors[0])


def _serve(work: Callable, descriptor: int) -> None:
    """Within limits, do the work once. Never returns."""
    code = 1
    try:
        gc.disable()  # it ends soon
        system.die_with_parent()
        system.be_first_to_go()
        _limit()
        channel = socket.socket(fileno=descriptor)
        channel.sendall(_BEGUN)
        said = _answer(work, pickle.loads(_all_of(channel)))  # from the conductor alone
        channel.sendall(json.dumps(said).encode())
        code = 0
    except (MemoryError, RecursionError, OSError):  # the other side sees that it ended
        pass
    finally:
        os._exit(code)


def _answer(work: Callable, arguments: tuple) -> dict:
    try:
        return {"done": work(*arguments)}
    except (MemoryError, RecursionError):
        raise
    except Exception as error:  # any fault of ours: told as one, not as the student's
        return {"failed": f"{type(error).__name__}: {error}"[:500]}


def _limit() -> None:
    """Memory, time, no files but Python's, no processes, no sockets."""
    for what, limit in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        limit = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(what, (limit, limit))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, WALL)
    _confine()


def _confine() -> None:
    policy.landlock(_readable(), ())
    if seccomp.available():
        seccomp.install(**_ALONE)


@functools.cache
def _readable() -> tuple[str, ...]:
    """Where a module that is imported late may lie."""
    paths = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    return tuple(sorted(p for p in paths | set(policy.packages()) if os.path.exists(p)))


if __name__ == "__main__":
    main(int(sys.argv[1]))
