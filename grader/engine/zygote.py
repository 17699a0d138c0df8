"""The warm server: imports TensorFlow once, runs none of it, and does nothing but fork.

`python -m grader.engine.zygote FD` serves on a socket pair. It never learns what a child will run: each request brings open sockets,
and the child reads its work from those, so nothing of one submission (or of a lesson's hidden tests) is in the memory that the next
child inherits. No threads, no event loop. It ends when its socket closes; its children end with it.

A request makes two processes: the *warden*, outside the walls, holds them up and ends everything when the conductor is gone;
its child, inside, does the work.
"""

import gc
import importlib
import json
import os
import pkgutil
import select
import shutil
import signal
import socket
import sys

from grader.engine.hugepages import reserve, use_large_pages

_IDLE = shutil.which("cat") or "/bin/cat"
WORK = {
    "notebook": "grader.engine.student_worker",  # runs a student's cells
    "judge": "grader.engine.judge_worker",  # runs check cells on what was carried
}
WARM = (
    "tensorflow",
    "keras",
    "numpy",
    "IPython.core.interactiveshell",
    "IPython.core.completer",
    "matplotlib",
    "matplotlib_inline.backend_inline",
    "matplotlib.figure",
    "matplotlib.backends.backend_agg",
    "sandlock",
    "html",
    "sqlite3",
    "IPython.core.completerlib",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.utils.wildcard",
    "encodings.cp437",
    "tensorflow.python.data.ops.concatenate_op",
    "tensorflow.python.data.ops.flat_map_op",
    "tensorflow.python.data.ops.from_tensors_op",
    "tensorflow.python.data.ops.range_op",
    "tensorflow.python.data.ops.zip_op",
    "grader.engine.sandbox",
    "grader.carry.remote",
    "grader.carry.weights",
    "grader.carry.calls",
    "grader.carry.decode_compile",
    "keras.src.models.cloning",
    "unittest.mock",
    *WORK.values(),
)
WHOLE = (
    "layergraph",
    "grader.checks",
    "grader.classroom",
)  # all their modules: they import one another only when needed


def main(descriptor):
    """Import, then serve until the other end closes; then end this process."""
    listener = socket.socket(fileno=descriptor)
    gc.disable()  # what is imported stays: looking through it for circles meanwhile takes a second
    reserve()
    _import_all()
    from grader.engine.sandbox import policy

    gc.enable()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel reaps wardens
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the conductor's
    policy.prepare()
    gc.freeze()  # what is shared with children stays shared
    use_large_pages()
    os.environ.pop("GLIBC_TUNABLES", None)
    listener.send(
        json.dumps({"ready": os.getpid(), "threads": len(os.listdir("/proc/self/task"))}).encode()
    )
    while True:
        data, descriptors, _, _ = socket.recv_fds(listener, 1 << 20, 4)
        if not data:
            os._exit(0)  # nothing to put away, and taking TensorFlow down in order costs a second
        pid = os.fork()
        if pid == 0:
            listener.close()
            _become_warden(json.loads(data), *descriptors)
        for number in descriptors:
            os.close(number)
        listener.send(json.dumps({"pid": pid}).encode())


def _import_all():
    import warnings

    with warnings.catch_warnings():  # a notebook wants Python's own filters back
        warnings.simplefilter("ignore")
        for name in (*WARM, *_modules_of(WHOLE)):
            try:
                importlib.import_module(name)
            except ImportError as error:
                if name.split(".")[0] in ("tensorflow", "keras", "grader"):
                    raise
                print(f"not warm: {error}", file=sys.stderr)


def _modules_of(packages):
    for package in packages:
        yield package
        path = importlib.import_module(package).__path__
        yield from (
            m.name
            for m in pkgutil.walk_packages(path, f"{package}.")
            if not m.name.endswith("__main__")
        )


def _become_warden(request, channel, lifeline):
    """Put up the walls, start the worker inside them, watch, end everything. Never returns."""
    from grader.engine.sandbox import policy, system

    code = 1
    try:
        for number in (channel, lifeline):
            os.set_inheritable(number, False)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        server = os.getppid()
        system.adopt_orphans()
        wanted = policy.Walls(**request["walls"])
        standing = policy.before(wanted)
        system.die_with_parent()  # now: a change of user takes it back
        if os.getppid() != server:
            os._exit(code)
        first = _start_first() if "process namespace" in standing else ()
        worker = os.fork()
        if worker == 0:
            os.close(lifeline)
            for number in first[1:]:
                os.close(number)
            _become_worker(request, wanted, standing, channel)
        os.close(channel)
        os.write(lifeline, json.dumps({"worker": worker, "standing": standing}).encode() + b"\n")
        _watch(worker, first[:1], lifeline, hunt="hunting" not in wanted.without)
        code = 0
    except BaseException as error:
        try:
            os.write(
                lifeline,
                json.dumps({"failed": f"{type(error).__name__}: {error}"}).encode() + b"\n",
            )
        except OSError:
            pass
    finally:
        os._exit(code)


def _start_first():
    """Start the first process of the new namespace, which idles until the warden ends; its pid and a descriptor that only the warden may hold.

    All others end with it. It is deaf to most signals, even to its own SIGKILL: not a place for a notebook. Orphans come to it and are
    not reaped, so the CPU time that they used stays counted. A small program, for a third fork of all this would cost more than the first two.
    """
    reading, writing = (
        os.pipe()
    )  # nobody writes; the other end closes when the warden ends, however it does
    try:
        return os.posix_spawn(
            _IDLE, [_IDLE], {}, file_actions=[(os.POSIX_SPAWN_DUP2, reading, 0)]
        ), writing
    finally:
        os.close(reading)


def _watch(worker, first, lifeline, hunt):
    """Wait for the worker's end or the conductor's; then leave nothing alive. `first`: a namespace's first process, if there is one."""
    ended = os.pidfd_open(worker)
    poll = select.poll()
    poll.register(ended, select.POLLIN)
    poll.register(lifeline, select.POLLIN | select.POLLHUP)
    try:
        while not poll.poll():
            pass
    finally:
        for process in (worker, *first):  # the first of a namespace takes all others along
            os.kill(process, signal.SIGKILL)
        if hunt:
            _end_descendants(by_number=not first)


def _end_descendants(by_number):
    """End and reap whatever is left below this process; orphans come to it, so the loop ends when there are none.

    Not by number where a namespace ends them: `/proc` then shows that namespace's numbers, which are not this process's.
    """
    while True:
        for pid in _children(os.getpid()) if by_number else ():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def _children(parent):
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", "rb") as file:
                    if int(file.read().rpartition(b")")[2].split()[1]) == parent:
                        found.append(int(name))
            except (OSError, ValueError, IndexError):
                pass
    return found


def _become_worker(request, wanted, standing, channel):
    """Inside the walls: do the work that was asked for. Never returns."""
    from grader.engine.sandbox import policy, system

    code, nowhere, log = 1, -1, -1
    try:
        system.die_with_parent()
        system.be_first_to_go()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        nowhere = os.open(os.devnull, os.O_RDWR)
        log = 2 if os.environ.get("GRADER_DEBUG") else nowhere
        for number in (0, 1):
            os.dup2(nowhere, number)
        os.dup2(log, 2)
        standing = policy.inside(wanted, standing)
        work = importlib.import_module(WORK[request["work"]])
        work.serve(channel, request, standing)
        code = 0
    except BaseException:
        if log != nowhere:
            import traceback

            os.write(2, traceback.format_exc().encode())
    finally:
        os._exit(code)


if __name__ == "__main__":
    main(int(sys.argv[1]))
