"""What tests have done apart: to be found by its module's name there."""

import ctypes
import os
import resource
import signal
import socket


def echo(value):
    return value


def size(data):
    return len(data)


def parent():
    return os.getppid()


def fail():
    raise KeyError("mine")


def spend(how, memory):
    """Use more than there is of something."""
    if how == "memory":
        return len(bytearray(memory))
    if how == "depth":
        return spend(how, memory)
    if how == "crash":
        ctypes.string_at(1)
    if how == "answer":
        return "x" * 100 * 2**20
    resource.setrlimit(resource.RLIMIT_CPU, (1, 1))  # as `CPU`, but sooner
    while True:
        pass


def limits():
    """The limits that stand: memory, CPU seconds, and those of the clock."""
    found = [resource.getrlimit(what)[1] for what in (resource.RLIMIT_AS, resource.RLIMIT_CPU)]
    return [*found, signal.getitimer(signal.ITIMER_REAL)[0] > 0]


def _can(attempt):
    try:
        attempt()
    except OSError:
        return False
    return True


def reach(folder):
    """Which ways out there are."""

    def fork():
        if os.fork() == 0:
            os._exit(0)

    return {
        "read": _can(lambda: open(f"{folder}/book").close()),
        "write": _can(lambda: open(f"{folder}/owned", "w").close()),
        "fork": _can(fork),
        "socket": _can(lambda: socket.create_connection(("127.0.0.1", 22), 1)),
    }
