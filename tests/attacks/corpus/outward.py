# More ways out of the process: other families of sockets, links, kernel objects that outlive or outgrow a process.

# %% attack="an abstract Unix socket" without="namespaces seccomp root landlock" gain="connection"
import socket

s = socket.socket(socket.AF_UNIX)
s.connect("\0{abstract}")
s.sendall(b"x")

# %% attack="an IPv6 socket" without="namespaces seccomp" gain="connection"
import socket

s = socket.socket(socket.AF_INET6)
s.connect(("::ffff:127.0.0.1", {port}))
s.sendall(b"x")

# %% attack="an asynchronous connection" without="namespaces seccomp" gain="connection"
import asyncio, threading


async def out():
    reader, writer = await asyncio.open_connection("127.0.0.1", {port})
    writer.write(b"x")
    await writer.drain()


t = threading.Thread(target=lambda: asyncio.run(out()))
t.start()
t.join()

# %% attack="a URL is fetched" without="namespaces seccomp" gain="connection"
import urllib.request

try:
    urllib.request.urlopen("http://127.0.0.1:{port}/answer", timeout=2).read()
except OSError as error:
    assert "timed out" in str(error)

# %% attack="a socket by its number, not by its name" without="namespaces seccomp" gain="connection"
import ctypes, struct, platform

libc = ctypes.CDLL(None, use_errno=True)
numbers = {"x86_64": (41, 42), "aarch64": (198, 203)}[platform.machine()]
fd = libc.syscall(numbers[0], 2, 1, 0)
address = struct.pack("=HH4s8x", 2, ((({port}) & 255) << 8) | ({port} >> 8), bytes([127, 0, 0, 1]))
assert libc.syscall(numbers[1], fd, address, len(address)) == 0

# %% attack="a hard link to the gradebook" without="root landlock" gain="gone"
import os

os.link("{outside}/kept/book", "{outside}/kept/mine")
open("{outside}/kept/mine", "w").write("all mine")

# %% attack="a hard link into one's own folder" gain="gone"
import os

os.link("{outside}/kept/book", "book")
open("book", "w").write("all mine")

# %% attack="the way out through a file descriptor in /proc" without="root landlock" gain="gone"
import os

fd = os.open("{outside}/kept", os.O_PATH)
open(f"/proc/self/fd/{fd}/book", "w").write("mine")

# %% attack="kill a process by its number" without="namespaces root landlock" gain="killed"
import os, time

os.kill({pid}, 9)
time.sleep(0.3)

# %% attack="stop a process through a handle" without="namespaces root landlock" gain="killed"
import os, signal, time

handle = os.pidfd_open({pid})
signal.pidfd_send_signal(handle, signal.SIGKILL)
time.sleep(0.3)

# %% attack="files in memory that nobody counts" without="seccomp control-group" gain="memory"
import os

kept = []
for _ in range(12):
    kept.append(os.memfd_create("hoard"))
    os.posix_fallocate(kept[-1], 0, 2**28)
while True:
    pass

# %% attack="shared memory that belongs to nobody" without="seccomp control-group" gain="memory"
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
libc.shmat.restype = ctypes.c_void_p
for n in range(12):
    number = libc.shmget({key} + n, ctypes.c_size_t(2**28), 0o1600)
    assert number >= 0
    place = libc.shmat(number, None, 0)
    ctypes.memset(ctypes.c_void_p(place), 1, 2**28)
    libc.shmdt(ctypes.c_void_p(place))
while True:
    pass

# %% attack="shared pages that no process calls its own" gain="memory"
import mmap

kept = []
for _ in range(12):
    part = mmap.mmap(-1, 2**28)
    part.write(b"x" * 2**28)
    kept.append(part)
while True:
    pass

# %% attack="a thousand files fill the disk" gain="disk"
for n in range(16):
    with open(f"part-{n}", "wb") as file:
        for _ in range(8):
            file.write(b"x" * 2**24)

# %% attack="a process that stops itself" gain="stopped"
import os, signal

os.kill(os.getpid(), signal.SIGSTOP)

# %% attack="a flood of output" gain="stopped"
while True:
    print("x" * 10**6)

# %% attack="a flood of pictures" gain="stopped"
from IPython.display import display, HTML

while True:
    display(HTML("x" * 10**6))

# %% attack="interrupts are caught in C and in Python" gain="stopped"
import signal, threading, time

for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM):
    signal.signal(number, lambda *a: None)
while True:
    try:
        sum(iter(int, 1))
    except BaseException:
        continue

# %% attack="every later cell hangs" gain="stopped"
import time


def hang(*a):
    while True:
        try:
            time.sleep(1000)
        except BaseException:
            pass


get_ipython().events.register("pre_run_cell", hang)
import builtins

builtins.compile = builtins.exec = hang
