"""The conductor's side of the warm server: asks for processes, watches what they use, ends them.

One server per process, started when it is first needed and replaced when it has died. Safe to use from several threads.
"""

import atexit
import json
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict
from pathlib import Path

from grader.engine.folders import Folder
from grader.engine.pages import TUNABLES
from grader.engine.sandbox import SandboxError, Walls
from grader.engine.sandbox.walls import leave_group

MAX_MESSAGE = 200 * 2**20
_START = 180.0  # seconds that the first import of TensorFlow may take on a slow disk


class Died(Exception):
    """A process of ours ended, or its channel closed, while something was expected of it."""


class Server:
    """A running `grader.engine.server`, or a module that serves like it. `fork` is the only thing it does."""

    def __init__(self, module="grader.engine.server"):
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-m", module, str(theirs.fileno())], pass_fds=[theirs.fileno()], env=_environment(),
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=None if os.environ.get("GRADER_DEBUG") else subprocess.DEVNULL,
                cwd="/", start_new_session=True)
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
    env = {k: v for k, v in os.environ.items() if k in ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "GRADER_DEBUG")}
    env.update(
        PYTHONPATH=here, PYTHONHASHSEED="0", TF_CPP_MIN_LOG_LEVEL="3", TF_ENABLE_ONEDNN_OPTS="0", KERAS_BACKEND="tensorflow",
        OMP_NUM_THREADS="1", TF_NUM_INTRAOP_THREADS="1", TF_NUM_INTEROP_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1",
        GLIBC_TUNABLES=TUNABLES, MPLBACKEND="Agg", HOME=tempfile.gettempdir(), MPLCONFIGDIR=tempfile.gettempdir(),
    )
    return env


class Process:
    """A forked, walled-in process and the channel to it. Use as a context manager; nothing of it is alive afterwards."""

    def __init__(self, work, walls=None, **request):
        self.work, self.request, self.walls = work, request, walls or {}
        self.pid = self.warden = self.worker = None
        self.cpu_seen = 0.0

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
            self.pid = server().fork({"work": self.work, "walls": asdict(wanted), **self.request}, [theirs.fileno(), theirs_too.fileno()])
        except BaseException:
            self._clean()
            raise
        finally:
            theirs.close()
            theirs_too.close()
        self.warden = _handle(self.pid)  # a pid may be given to another process later; a handle is not
        self.lifeline.settimeout(30)
        said = self.lifeline.recv(4096)
        told = json.loads(said) if said else {"failed": "it ended at once"}
        if "failed" in told:
            self._clean()
            raise SandboxError(f"the walls around a submission could not be put up: {told['failed']}")
        self.worker = _handle(told["worker"])
        self.channel.setblocking(False)
        return self

    def __exit__(self, *_):
        self._clean()

    def _clean(self):
        self.channel.close()
        self.lifeline.close()  # the warden sees it and ends everything below
        for handle in (self.worker, self.warden):
            _end(handle, 20.0)
        self.worker = self.warden = None
        if self.pid:
            leave_group(self.pid)
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

    def cpu(self):
        """CPU seconds that everything in it has used so far."""
        used = 0
        for pid in _family(self.pid):
            try:
                with open(f"/proc/{pid}/stat", "rb") as file:
                    used += sum(map(int, file.read().rpartition(b")")[2].split()[11:15]))
            except (OSError, ValueError):
                pass
        self.cpu_seen = max(self.cpu_seen, used / _TICKS)
        return self.cpu_seen

    def memory(self):
        """Bytes of memory that everything in it holds now."""
        held = 0
        for pid in _family(self.pid):
            try:
                with open(f"/proc/{pid}/status", "rb") as file:
                    held += sum(map(int, _MEMORY.findall(file.read()))) * 1024
            except OSError:
                pass
        return held

    def send(self, head, body=b"", watch=None, step=0.1):
        """One message: a small JSON head and bytes. Where it is not taken, `watch` is called as in `receive`; without one it dies after a while."""
        text = json.dumps(head).encode()
        data = memoryview(struct.pack("<IQ", len(text), len(body)) + text + body)
        end = time.monotonic() + 120
        while data:
            try:
                data = data[self.channel.send(data):]
            except BlockingIOError:
                if _wait(self.channel, step, writing=True):
                    continue
                if watch:
                    watch()
                elif time.monotonic() > end:
                    raise Died("it does not take what it is sent") from None
            except OSError:
                raise Died("its channel is closed") from None

    def receive(self, watch, step=0.1):
        """The next message as (head, body). `watch()` is called every `step` seconds and may raise to give up."""
        size = None
        data, needed = bytearray(), 12
        while True:
            if len(data) >= needed:
                if size is None:
                    size = struct.unpack_from("<IQ", data)
                    if size[0] > 16 * 2**20 or size[1] > MAX_MESSAGE:
                        raise Died("it sent a message beyond all bounds")
                    needed = 12 + size[0] + size[1]
                    continue
                try:
                    head = json.loads(bytes(data[12:12 + size[0]]))
                except (ValueError, RecursionError):
                    raise Died("it sent what is not a message") from None
                if not isinstance(head, dict):
                    raise Died("it sent what is not a message")
                return head, bytes(data[12 + size[0]:])
            if not _wait(self.channel, step):
                watch()
                continue
            try:
                got = self.channel.recv(min(needed - len(data), 1 << 20))
            except BlockingIOError:
                continue
            except OSError:
                got = b""
            if not got:
                raise Died("it ended")
            data += got


_TICKS = os.sysconf("SC_CLK_TCK")
_MEMORY = re.compile(rb"^Rss(?:Anon|Shmem):\s*(\d+)", re.MULTILINE)  # its own pages and those it shares with its children; not those of files


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
