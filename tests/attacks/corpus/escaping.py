# Attacks that would reach beyond the submission's own folder and time. gain="file": {outside}/owned appears; "process": a process survives.

# %% attack="write beside the submission" without="root landlock" gain="file"
open("{outside}/owned", "w").write("x")

# %% attack="a hard link out of the folder" without="root landlock" gain="file"
import os

open("mine", "w").write("x")
os.symlink("{outside}", "way")
open("way/owned", "w").write("x")

# %% attack="a subprocess writes outside" without="root landlock" gain="file"
import subprocess

subprocess.run(["touch", "{outside}/owned"])

# %% attack="rename out of the folder" without="root landlock" gain="file"
import os

os.mkdir("{outside}/made")
os.rename("{outside}/made", "{outside}/owned")

# %% attack="TensorFlow writes outside" without="root landlock" gain="file"
import tensorflow as tf

tf.io.write_file("{outside}/owned", "x")

# %% attack="Keras saves outside" without="root landlock" gain="file"
import shutil

keras.Sequential([keras.Input((2,)), layers.Dense(1)]).save("{outside}/owned.keras")
shutil.move("{outside}/owned.keras", "{outside}/owned")

# %% attack="at exit" without="root landlock" gain="file"
import atexit, os

atexit.register(lambda: open("{outside}/owned", "w").write("x"))
import sys

for callback in [lambda: open("{outside}/owned", "w").write("x")]:
    callback()

# %% attack="delete the course" without="root landlock" gain="gone"
import shutil

shutil.rmtree("{outside}/kept")

# %% attack="truncate the gradebook" without="root landlock" gain="gone"
import os

os.truncate("{outside}/kept/book", 0)
os.unlink("{outside}/kept/book")
os.rmdir("{outside}/kept")

# %% attack="a daemon that outlives its session" without="namespaces hunting" gain="process"
import os, time

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execv("/bin/sleep", ["{survivor}", "300"])
    os._exit(0)

# %% attack="a subprocess in a session of its own" without="namespaces hunting" gain="process"
import subprocess

subprocess.Popen(["{survivor}", "300"], executable="/bin/sleep", start_new_session=True)

# %% attack="a child that ignores every signal" without="namespaces hunting" gain="process"
import os, signal

if os.fork() == 0:
    for n in range(1, 32):
        try:
            signal.signal(n, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    os.setsid()
    os.execv("/bin/sleep", ["{survivor}", "300"])

# %% attack="a connection out" without="namespaces seccomp" gain="connection"
import socket

s = socket.create_connection(("127.0.0.1", {port}), 2)
s.sendall(b"x")
s.close()

# %% attack="a Unix socket of another program" without="seccomp root landlock" gain="connection"
import socket

s = socket.socket(socket.AF_UNIX)
s.connect("{unix}")
s.sendall(b"x")

# %% attack="kill the parent" without="namespaces root landlock" gain="killed"
import os, signal

for name in os.listdir("/proc"):
    if name.isdigit():
        try:
            if b"{victim}" in open(f"/proc/{name}/cmdline", "rb").read():
                os.kill(int(name), signal.SIGKILL)
        except OSError:
            pass
