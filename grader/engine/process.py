"""The conductor's side of the warm server: asks for processes, watches what they use, ends them.

One server per process, started when it is first needed and replaced when it has died. Safe to use from several threads.
"""

import atexit
import contextlib
import functools
import json
import math
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict
from pathlib import Path

from grader.engine.channel import SIZES, framed
from grader.engine.hugepages import TUNABLES
from grader.engine.sandbox import SandboxError, Walls, groups
from grader.engine.tempdirs import Folder

ROOM = (16 * 2**20, 200 * 2**20)  # bytes of the head and of the body of one message, at most
_START = 180.0  # seconds that the first import of TensorFlow may take on a slow disk


class Died(Exception):
    """A process of ours ended, or its channel closed, while something was expected of it."""


class Server:
    """A running `grader.engine.zygote`, or a module that serves like it. `fork` is the only thing it does."""

    def __init__(self, module="grader.engine.zygote"):
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-m", module, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=None if os.environ.get("GRADER_DEBUG") else subprocess.DEVNULL,
                cwd="/",
                start_new_session=True,
            )
        self.socket, self.lock = ours, threading.Lock()
        ours.settimeout(_START)
        self.pid = self._answer()["ready"]

    def _answer(self):
        try:
            data = self.socket.recv(65536)
        except OSError as error:
            raise Died(f"the warm server does not answer: {error}") from None
        if not data:
            raise Died("the warm server has ended")
        return json.loads(data)

    @property
    def alive(self):
        return self.process.poll() is None

    def fork(self, request, descriptors):
        """The pid of a new warden that holds these descriptors."""
        with self.lock:
            try:
                socket.send_fds(self.socket, [json.dumps(request).encode()], descriptors)
            except OSError as error:
                raise Died(f"the warm server has ended: {error}") from None
            return self._answer()["pid"]

    def close(self):
        self.socket.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


_server, _lock, _owner = None, threading.Lock(), None


def server():
    """The warm server of this process, started or replaced where necessary."""
    global _server, _owner
    with _lock:
        if _server is None or _owner != os.getpid() or not _server.alive:
            _server, _owner = Server(), os.getpid()
            atexit.register(_server.close)
        return _server


def _environment():
    here = str(Path(__file__).resolve().parents[2])
    env = {
        k: v
        for k, v in os.environ.items()
        if k
        in (
            "PATH",
            "LANG",
            "LC_ALL",
            "LC_CTYPE",
            "TZ",
            "LD_LIBRARY_PATH",
            "VIRTUAL_ENV",
            "GRADER_DEBUG",
        )
    }
    env.update(
        PYTHONPATH=here,
        PYTHONHASHSEED="0",
        TF_CPP_MIN_LOG_LEVEL="3",
        TF_ENABLE_ONEDNN_OPTS="0",
        KERAS_BACKEND="tensorflow",
        OMP_NUM_THREADS="1",
        TF_NUM_INTRAOP_THREADS="1",
        TF_NUM_INTEROP_THREADS="1",
        OPENBLAS_NUM_THREADS="1",
        MKL_NUM_THREADS="1",
        GLIBC_TUNABLES=TUNABLES,
        MPLBACKEND="Agg",
        HOME=tempfile.gettempdir(),
        MPLCONFIGDIR=tempfile.gettempdir(),
    )
    return env


class Process:
    """A forked, walled-in process and the channel to it. Use as a context manager; nothing of it is alive afterwards."""

    def __init__(self, work, walls=None, **request):
        self.work, self.request, self.walls = work, request, walls or {}
        self.pid = self.warden = self.worker = None
        self.cpu_seen = 0.0
        self.stopped = ""  # why it was ended before its time
        self.thread = threading.get_ident()  # whom it works for
        self.asked, self.next_count, self.free_then = False, 0.0, 0
        self.idle_from = None  # CPU seconds used when it was first seen to have nothing to do

    def __enter__(self):
        self._place = Folder()
        self.folder = self._place.path
        os.chmod(self.folder, 0o711)
        scratch = os.path.join(self.folder, "work")
        os.mkdir(scratch)
        wanted = Walls(scratch=scratch, **self.walls)
        self.channel, theirs = socket.socketpair()
        self.lifeline, theirs_too = socket.socketpair()
        try:
            self.pid = server().fork(
                {"work": self.work, "walls": asdict(wanted), **self.request},
                [theirs.fileno(), theirs_too.fileno()],
            )
        except BaseException:
            self._clean()
            raise
        finally:
            theirs.close()
            theirs_too.close()
        self.warden = _handle(
            self.pid
        )  # a pid may be given to another process later; a handle is not
        self.lifeline.settimeout(30)
        said = self.lifeline.recv(4096)
        told = json.loads(said) if said else {"failed": "it ended at once"}
        if "failed" in told:
            self._clean()
            raise SandboxError(
                f"the walls around a submission could not be put up: {told['failed']}"
            )
        self.worker, self.worker_pid = _handle(told["worker"]), told["worker"]
        self.channel.setblocking(False)
        self.may_hold = wanted.resident
        self.counts_sockets = "network namespace" in told["standing"]
        _Watcher.add(self)
        return self

    def __exit__(self, *_):
        self._clean()

    def _clean(self):
        _Watcher.running.discard(self)
        self.channel.close()
        self.lifeline.close()  # the warden sees it and ends everything below
        for handle in (self.worker, self.warden):
            _end(handle, 20.0)
        self.worker = self.warden = None
        if self.pid:
            groups.leave(self.pid)
        self._place.remove()

    @property
    def alive(self):
        """Whether the worker still runs."""
        return self.worker is not None and not _wait(self.worker, 0)

    def interrupt(self):
        """What the stop button does."""
        try:
            if self.worker is not None:
                signal.pidfd_send_signal(self.worker, signal.SIGINT)
        except OSError:
            pass

    def threads(self) -> int:
        """How many threads the worker has; 0 where it has ended."""
        try:
            return len(os.listdir(f"/proc/{self.worker_pid}/task"))
        except OSError:
            return 0

    def stop(self, reason: str) -> None:
        """End it now; what is asked of it next raises `Died` with this reason. Its warden ends all that it has started."""
        self.stopped = self.stopped or reason
        try:
            if self.worker is not None:
                signal.pidfd_send_signal(self.worker, signal.SIGKILL)
        except OSError:
            pass

    def cpu(self):
        """CPU seconds that everything in it has used so far."""
        self.cpu_seen = max(self.cpu_seen, self._used())
        return self.cpu_seen

    def _used(self):
        used = 0
        for pid in _family(self.pid):
            try:
                with open(f"/proc/{pid}/stat", "rb") as file:
                    used += sum(map(int, file.read().rpartition(b")")[2].split()[11:15]))
            except (OSError, ValueError):
                pass
        return used / _TICKS

    def waited(self) -> dict[str, float]:
        """Seconds for which each of its worker's threads could have run, had a processor been free."""
        waited, tasks = {}, f"/proc/{self.worker_pid}/task"
        with contextlib.suppress(OSError, ValueError, IndexError):  # ended, or no such count here
            for task in os.listdir(tasks):
                with open(f"{tasks}/{task}/schedstat", "rb") as file:
                    waited[task] = int(file.read().split()[1]) / 1e9
        return waited

    def memory(self):
        """Bytes of memory that everything in it holds now, with the most that its sockets could hold."""
        held = 0
        for pid in _family(self.pid):
            try:
                with open(f"/proc/{pid}/status", "rb") as file:
                    held += sum(map(int, _MEMORY.findall(file.read()))) * 1024
            except OSError:
                pass
        return held + (_in_sockets(self.pid) if self.counts_sockets else 0)

    def _own_memory(self):
        """As `memory`, but each page once; infinite where so many hold so much that counting it takes too long."""
        held, end = 0, time.monotonic() + _COUNTING
        for pid in _family(self.pid):
            if time.monotonic() > end:
                return math.inf
            try:
                with open(f"/proc/{pid}/smaps_rollup", "rb") as file:
                    held += sum(map(int, _SHARE.findall(file.read()))) * 1024
            except OSError:  # it has just ended, or is not to be looked at
                pass
        return held + (_in_sockets(self.pid) if self.counts_sockets else 0)

    def look(self, free: int) -> None:
        """Stop it where it holds or does too much, asked or not. `free`: bytes of memory that this machine has left."""
        held = self.memory()  # more than it has: pages that its processes share count for each
        much = held > self.may_hold or free < _RESERVE and held > _LARGE
        if much and (time.monotonic() > self.next_count or free < self.free_then - _GROWN):
            begun, held = time.monotonic(), self._own_memory()
            self.next_count = time.monotonic() + 5 * (time.monotonic() - begun)  # it is slow
            self.free_then = free
            if held > self.may_hold:
                self.stop("it used too much memory")
            elif free < _RESERVE and held > _LARGE:
                self.stop("it used much memory, and this machine had no more")
        if self.asked:
            self.idle_from = None
        elif self.idle_from is None:
            self.idle_from = self._used()
        elif self._used() - self.idle_from > _IDLE_CPU:
            self.stop("it went on computing while nothing was asked of it")

    def send(self, head, body=b"", watch=None, step=0.1):
        """One message: a small JSON head and bytes. Where it is not taken, `watch` is called as in `receive`; without one it dies after a while."""
        self.asked = True
        data = memoryview(framed(head, body))
        watched = _Regularly(watch or _patience(120), step)
        while data:
            try:
                data = data[self.channel.send(data) :]
            except BlockingIOError:
                _wait(self.channel, step, writing=True)
            except OSError:
                raise Died(self.stopped or "its channel is closed") from None
            watched()

    def receive(self, watch, step=0.1, room=ROOM):
        """The next message as (head, body), neither larger than `room`.

        `watch()` is called every `step` seconds, also while bytes drip in, and may raise to give up.
        """
        size = None
        data, needed = bytearray(), SIZES.size
        watched = _Regularly(watch, step)
        while True:
            if len(data) >= needed:
                if size is None:
                    size = SIZES.unpack_from(data)
                    if size[0] > room[0] or size[1] > room[1]:
                        raise Died("it sent a message beyond all bounds")
                    needed += sum(size)
                    continue
                try:
                    text, body = data[SIZES.size : needed - size[1]], data[needed - size[1] :]
                    head = json.loads(bytes(text))
                except (ValueError, RecursionError):
                    raise Died("it sent what is not a message") from None
                if not isinstance(head, dict):
                    raise Died("it sent what is not a message")
                self.asked = False
                return head, bytes(body)
            watched()
            if not _wait(self.channel, step):
                continue
            try:
                got = self.channel.recv(min(needed - len(data), 1 << 20))
            except BlockingIOError:
                continue
            except OSError:
                got = b""
            if not got:
                raise Died(self.stopped or "it ended")
            data += got


def stop_those_of(threads: set[int], reason: str) -> None:
    """End all processes that these threads work with; what the threads ask next raises `Died` with this reason."""
    for process in (*_Watcher.running,):
        if process.thread in threads:
            process.stop(reason)


def _patience(seconds):
    """What gives up after so many seconds."""
    end = time.monotonic() + seconds

    def watch():
        if time.monotonic() > end:
            raise Died("it does not take what it is sent")

    return watch


class _Regularly:
    """Calls something when at least `step` seconds have gone by since the last time."""

    def __init__(self, work, step):
        self.work, self.step, self.last = work, step, time.monotonic()

    def __call__(self):
        if time.monotonic() - self.last >= self.step:
            self.work()
            self.last = time.monotonic()


class _Watcher(threading.Thread):
    """Looks at every process that runs, all the time: those too that nobody waits for at the moment."""

    running: set[Process] = set()
    _lock, _only = threading.Lock(), None

    @classmethod
    def add(cls, process):
        with cls._lock:
            cls.running.add(process)
            if cls._only is None or not cls._only.is_alive():
                cls._only = cls(daemon=True)
                cls._only.start()

    def run(self):
        while True:
            time.sleep(_LOOK)
            with self._lock:
                if not self.running:
                    type(self)._only = None
                    return
                running = tuple(self.running)
            free = _free()
            for process in running:
                process.look(free)


_TICKS = os.sysconf("SC_CLK_TCK")
_LOOK = 0.1  # seconds between looks
_IDLE_CPU = 20.0  # CPU seconds that may go by in a process between an answer and the next question
_RESERVE = min(2**30, os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 10)
_COUNTING = 2.0  # seconds for which memory is counted page by page
_GROWN = 2**29  # so much less free memory on the machine, and it is counted again at once
_LARGE = 2 * 2**30  # what a submission holds of its own before it is stopped for the machine's sake
_MEMORY = re.compile(
    rb"^(?:Rss(?:Anon|Shmem)|VmPTE|VmSwap):\s*(\d+)", re.MULTILINE
)  # not those of files

_SHARE = re.compile(rb"^(?:Pss_(?:Anon|Shmem)|SwapPss):\s*(\d+)", re.MULTILINE)


def _free():
    """Bytes of memory that this machine can still give away."""
    with open("/proc/meminfo", "rb") as file:
        found = re.search(rb"^MemAvailable:\s*(\d+)", file.read(), re.MULTILINE)
    return int(found[1]) * 1024 if found else 2**62


def _in_sockets(pid):
    """The most that the sockets of a process's network namespace can hold. How much they do hold is not told."""
    try:
        with open(f"/proc/{pid}/net/sockstat", "rb") as file:
            sockets = int(file.read().split(None, 3)[2])
        return sockets * _socket_buffer()
    except (OSError, ValueError, IndexError):
        return 0


@functools.cache
def _socket_buffer():
    with open("/proc/sys/net/core/wmem_max", "rb") as file:
        return 2 * int(file.read())


def _wait(channel, seconds, writing=False):
    import select

    poll = select.poll()
    poll.register(channel, select.POLLOUT if writing else select.POLLIN)
    return bool(poll.poll(seconds * 1000))


def _family(pid):
    """The process and everything below it, as far as it is alive."""
    found, waiting = [], [pid]
    while waiting:
        current = waiting.pop()
        found.append(current)
        try:
            for task in os.listdir(f"/proc/{current}/task"):
                with open(f"/proc/{current}/task/{task}/children", "rb") as file:
                    waiting += [int(n) for n in file.read().split()]
        except OSError:  # it has just ended
            pass
    return found


def _handle(pid):
    try:
        return os.pidfd_open(pid)
    except OSError:
        return None


def _end(handle, seconds):
    """Wait until a process has ended; end it by force where it does not in time."""
    if handle is None:
        return
    try:
        if not _wait(handle, seconds):
            signal.pidfd_send_signal(handle, signal.SIGKILL)
            _wait(handle, 5)
    except OSError:
        pass
    finally:
        os.close(handle)
