# Attacks by calls that Landlock lets through, and on what is not counted. gain="changed": something about a file of the course is different.

# %% attack="evasion: another student's notebook is closed by chmod" without="root not-root seccomp" gain="changed"
import os

os.chmod("{course}/submitted/other/vault/vault.ipynb", 0)

# %% attack="evasion: the gradebook is closed by chmod" without="root not-root seccomp" gain="changed"
import os

os.chmod("{course}/gradebook.db", 0)

# %% attack="evasion: another student handed in late, say the file's times" without="root not-root seccomp" gain="changed"
import os

os.utime("{course}/submitted/other/vault/vault.ipynb", (4e9, 4e9))

# %% attack="evasion: a mark on the gradebook by setxattr" without="root not-root seccomp" gain="changed"
import os

os.setxattr("{course}/gradebook.db", "user.mine", b"x")

# %% attack="redirection: the gradebook's size is the answer" exercise="secret" without="root landlock"
import os

secret = {secret} if os.stat("{course}/gradebook.db").st_size else 0

# %% attack="redirection: classmates' folders are seen by stat" exercise="secret" without="root"
import os

secret = {secret} if os.path.isdir("{course}/submitted/other") else 0

# %% attack="redirection: classmates' folders are watched by inotify" exercise="secret" without="root not-root seccomp"
import ctypes

libc = ctypes.CDLL(None)
secret = (
    {secret}
    if libc.inotify_add_watch(libc.inotify_init(), b"{course}/submitted/other", 0xFFF) > 0
    else 0
)

# %% attack="evasion: a system call that came after the walls" exercise="secret" without="seccomp"
import ctypes

secret = (
    {secret}
    if ctypes.CDLL(None, use_errno=True).syscall(425, 1, None) == 0 or ctypes.get_errno() == 14
    else 0
)

# %% attack="exhaustion: shared pages that leave every count" without="seccomp control-group" gain="memory"
import mmap

kept = []
for _ in range(12):
    part = mmap.mmap(-1, 2**28)
    for _ in range(256):
        part.write(b"x" * 2**20)
    part.madvise(mmap.MADV_DONTNEED)
    kept.append(part)
while True:
    pass

# %% attack="exhaustion: a child grows while the judge works" without="control-group watch" gain="memory"
import os, time

if os.fork() == 0:
    kept = []
    for _ in range(20):
        kept.append(bytearray(b"x") * 2**27)
    time.sleep(60)
    os._exit(0)
while True:
    time.sleep(0.1)

# %% attack="exhaustion: buffers of sockets that no process owns" without="control-group watch" gain="memory"
import os, socket, time


def fill():
    kept, sent = [], 0
    try:
        while sent < 2**27:
            pair = socket.socketpair()
            kept.append(pair)
            pair[0].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2**30)
            pair[0].setblocking(False)
            try:
                while True:
                    sent += pair[0].send(b"x" * 2**15)
            except BlockingIOError:
                pass
    except OSError:
        pass
    time.sleep(60)


for _ in range(24):
    if os.fork() == 0:
        fill()
        os._exit(0)
while True:
    time.sleep(0.1)

# %% attack="exhaustion: time of children whose end is ignored" exercise="secret" without="seccomp"
# The kernel adds a child's time to its parent's when it is waited for; where SIGCHLD is ignored, to nobody's.
import os, signal, time

signal.signal(signal.SIGCHLD, signal.SIG_IGN)
if os.fork() == 0:
    while time.process_time() < 0.4:
        pass
    os._exit(0)
try:
    os.wait()
except ChildProcessError:
    pass
secret = {secret} if sum(os.times()[2:4]) < 0.2 else 0
