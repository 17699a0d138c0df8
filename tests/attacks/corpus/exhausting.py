# Attacks on the batch: whatever they do, the other exercise keeps its points and grading goes on. gain="stopped": the cell had to be stopped.

# %% attack="endless loop" gain="stopped"
while True:
    pass

# %% attack="endless loop that ignores interrupts" gain="stopped"
while True:
    try:
        while True:
            pass
    except BaseException:
        pass

# %% attack="endless loop in C" gain="stopped"
sum(iter(int, 1))

# %% attack="endless loop with SIGINT ignored" gain="stopped"
import signal

signal.signal(signal.SIGINT, signal.SIG_IGN)
while True:
    pass

# %% attack="exit at once" gain="stopped"
import os

os._exit(0)

# %% attack="kill oneself" gain="stopped"
import os

os.kill(os.getpid(), 9)

# %% attack="a segmentation fault" gain="stopped"
import ctypes

ctypes.string_at(1)

# %% attack="abort" gain="stopped"
import os

os.abort()

# %% attack="memory flood" gain="stopped"
hoard = []
while True:
    hoard.append(bytearray(256 * 2**20))

# %% attack="fork bomb" gain="stopped"
import os

while True:
    try:
        os.fork()
    except OSError:
        pass

# %% attack="thread flood" gain="stopped"
import threading, time

while True:
    try:
        threading.Thread(target=time.sleep, args=(99,), daemon=True).start()
    except RuntimeError:
        pass

# %% attack="a process that sleeps for ever and burns time in children" gain="stopped"
import os

for _ in range(3):
    if os.fork() == 0:
        while True:
            pass
while True:
    os.sched_yield()

# %% attack="close every descriptor" gain="stopped"
import os

os.closerange(0, 1000)


# %% attack="a function that never returns" exercise="hidden_call" gain="stopped"
def hidden_call(x):
    while True:
        pass


# %% attack="a function that kills its process" exercise="hidden_call" gain="stopped"
def hidden_call(x):
    import os

    os._exit(0)
