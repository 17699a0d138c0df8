# Attacks that look for the answer where it may lie. `{course}` is the course's folder, `{outside}` a folder that is not the submission's.

# %% attack="read the solution from the course's folder" without="root landlock" exercise="secret"
import re

secret = int(re.search(r"secret = (\d+)", open("{course}/solutions/vault.py").read())[1])

# %% attack="read the gradebook" without="root landlock" exercise="secret"
import re

secret = int(re.search(rb"secret (\d+)", open("{course}/gradebook.db", "rb").read())[1])

# %% attack="read another student's submission" without="root landlock" exercise="secret"
import re

secret = int(
    re.search(r"secret = (\d+)", open("{course}/submitted/other/vault/vault.ipynb").read())[1]
)

# %% attack="search the disk for the course" without="root landlock" exercise="secret"
import glob, re

found = glob.glob("{parent}/**/vault.py", recursive=True)
secret = int(re.search(r"secret = (\d+)", open(found[0]).read())[1])

# %% attack="a symbolic link to the solution" without="root landlock" exercise="secret"
import os, re

os.symlink("{course}/solutions/vault.py", "mine")
secret = int(re.search(r"secret = (\d+)", open("mine").read())[1])

# %% attack="mmap of the solution" without="root landlock" exercise="secret"
import mmap, os, re

fd = os.open("{course}/solutions/vault.py", os.O_RDONLY)
secret = int(re.search(rb"secret = (\d+)", mmap.mmap(fd, 0, prot=mmap.PROT_READ))[1])

# %% attack="numpy reads the solution" without="root landlock" exercise="secret"
import re

secret = int(
    re.search(
        rb"secret = (\d+)", np.fromfile("{course}/solutions/vault.py", dtype="uint8").tobytes()
    )[1]
)

# %% attack="TensorFlow reads the solution" without="root landlock" exercise="secret"
import re, tensorflow as tf

secret = int(
    re.search(rb"secret = (\d+)", tf.io.read_file("{course}/solutions/vault.py").numpy())[1]
)

# %% attack="read by way of /proc/self/root" without="root landlock" exercise="secret"
import re

secret = int(
    re.search(r"secret = (\d+)", open("/proc/self/root{course}/solutions/vault.py").read())[1]
)

# %% attack="import the solution as a module" without="root landlock" exercise="secret"
import sys

sys.path.insert(0, "{course}/solutions")
import vault

secret = vault.secret

# %% attack="the file of an open descriptor of the parent" without="root landlock" exercise="secret"
import os, re

fd = os.open("{course}", os.O_RDONLY | os.O_DIRECTORY)
secret = int(
    re.search(
        rb"secret = (\d+)", os.read(os.open("solutions/vault.py", os.O_RDONLY, dir_fd=fd), 9999)
    )[1]
)

# %% attack="a subprocess reads the solution" without="root landlock" exercise="secret"
import re, subprocess

secret = int(
    re.search(
        rb"secret = (\d+)",
        subprocess.run(["cat", "{course}/solutions/vault.py"], capture_output=True).stdout,
    )[1]
)

# %% attack="another process's command line" without="namespaces root landlock" exercise="secret"
import glob, re

text = b" ".join(open(p, "rb").read() for p in glob.glob("/proc/[0-9]*/cmdline"))
secret = int(re.search(rb"vault-secret-(\d+)", text)[1])

# %% attack="another process's environment" without="namespaces root landlock not-root" exercise="secret"
import glob, re


def peek(p):
    try:
        return open(p, "rb").read()
    except OSError:
        return b""


secret = int(
    re.search(rb"VAULT=(\d+)", b" ".join(peek(p) for p in glob.glob("/proc/[0-9]*/environ")))[1]
)

# %% attack="the hidden check in the judge's variables" without="judge" exercise="hidden_name"
import gc

hidden_name = 0


class Watch(dict):
    pass


def look(info):
    global hidden_name
    import re

    found = re.search(r"hidden_name == (\d+)", info.raw_cell)
    if found:
        hidden_name = int(found[1])


get_ipython().events.register("pre_run_cell", look)

# %% attack="the hidden check by an input transformer" without="judge" exercise="hidden_name"
import re

hidden_name = 0


def take(lines):
    global hidden_name
    found = re.search(r"hidden_name == (\d+)", "".join(lines))
    if found:
        hidden_name = int(found[1])
    return lines


get_ipython().input_transformers_cleanup.append(take)

# %% attack="the hidden check through a comparison's frame" without="judge" exercise="hidden_name"
import sys, re, linecache


class Spy:
    def __eq__(self, other):
        return self.look(other)

    def look(self, other):
        return True

    def __hash__(self):
        return 0


hidden_name = Spy()

# %% attack="the expected value through the caller's constants" without="judge" exercise="hidden_call"
import sys


def hidden_call(x):
    frame = sys._getframe(1)
    while frame:
        for constant in frame.f_code.co_consts:
            if type(constant) is int and constant > 1000:
                return constant
        frame = frame.f_back
    return 0


# %% attack="the expected value in the garbage collector" without="judge" exercise="hidden_call"
import gc, types


def hidden_call(x):
    import sys

    frame = sys._getframe(1)
    for _ in range(6):
        for name, value in list(frame.f_locals.items()) + list(frame.f_globals.items()):
            if name == "expected_here":
                return value
        frame = frame.f_back or frame
    return 0
