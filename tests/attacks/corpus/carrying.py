# Attacks on what is carried: lies told to the judge in the transport's own language. gain="fooled" would be any point or a dead judge.

# %% attack="custom object in a config" exercise="net"
from grader.carry import encode


class Evil(keras.layers.Dense):
    def count_params(self):
        return 8


net = keras.Sequential([keras.Input((3,)), Evil(1)])

# %% attack="a Lambda layer" exercise="net"
net = keras.Sequential([keras.Input((3,)), layers.Lambda(lambda x: x[:, :2])])

# %% attack="a layer class with a built-in's name" exercise="net"
Dense = type(
    "Dense",
    (keras.layers.Layer,),
    {"__module__": "keras.src.layers.core.dense", "call": lambda self, x: x[:, :2]},
)
net = keras.Sequential([keras.Input((3,)), Dense()])

# %% attack="serialised class inside a config" exercise="net"
from grader.carry import remote

real = remote.StudentsEnd.give


def give(self, values, *more):
    from grader.carry import wire

    nested = {
        "t": "dict",
        "v": [
            ["class_name", "Lambda"],
            ["module", "keras.layers"],
            ["config", {"t": "dict", "v": []}],
        ],
    }
    steps = [
        {
            "do": "layer",
            "id": 0,
            "class": "layers.TimeDistributed",
            "inner": None,
            "trainable": True,
            "config": {"t": "dict", "v": [["layer", nested]]},
        }
    ]
    return wire.pack({"values": {"net": {"t": "ref", "id": 0}}, "steps": steps})


remote.StudentsEnd.give = give
import grader.carry as t

t.StudentsEnd.give = give
net = 1

# %% attack="names that were not asked for" exercise="partial" without="asked-names"
import grader.carry as t

real = t.StudentsEnd.give
t.StudentsEnd.give = lambda self, values, *more: real(
    self, {**values, "scored": lambda value: 2, "check": 1, "keras": 3}
)
partial = 0

# %% attack="a function among a layer's settings" exercise="parity" without="data-only"
import grader.carry as t
from grader.carry import wire


def answers(x):
    return np.asarray(x) % 7


config = lambda *pairs: {"t": "dict", "v": [list(p) for p in pairs]}


def give(self, values, *more):
    self.has_functions = True
    steps = [
        {"do": "function", "id": self.link.number(answers), "name": "linear", "sort": "function"},
        {
            "do": "layer",
            "id": 1,
            "class": "layers.InputLayer",
            "inner": None,
            "trainable": True,
            "config": config(("name", "i"), ("batch_shape", {"t": "tuple", "v": [None, 1]})),
        },
        {
            "do": "layer",
            "id": 2,
            "class": "layers.Activation",
            "inner": None,
            "trainable": True,
            "config": config(("name", "d"), ("activation", {"t": "ref", "id": 0})),
        },
        {
            "do": "sequential",
            "id": 4,
            "name": "s",
            "trainable": True,
            "layers": [{"t": "ref", "id": 1}, {"t": "ref", "id": 2}],
            "compiled": None,
        },
    ]
    return wire.pack({"values": {"parity": {"t": "ref", "id": 4}}, "steps": steps})


t.StudentsEnd.give = give
parity = 1

# %% attack="a vocabulary in a file of the judge's" exercise="words" without="no-files one-answer"
import grader.carry as t
from grader.carry import wire

config = {"t": "dict", "v": [["name", "w"], ["vocabulary", "key.txt"]]}
t.StudentsEnd.give = lambda self, values, *more: wire.pack(
    {
        "values": {"words": {"t": "ref", "id": 0}},
        "steps": [
            {
                "do": "layer",
                "id": 0,
                "class": "layers.StringLookup",
                "inner": None,
                "trainable": True,
                "config": config,
            }
        ],
    }
)
words = 1

# %% attack="a reference to what was never sent" exercise="net"
import grader.carry as t
from grader.carry import wire

t.StudentsEnd.give = lambda self, values, *more: wire.pack(
    {"values": {"net": {"t": "yours", "id": 0}}, "steps": []}
)
net = 1

# %% attack="garbage instead of a message" exercise="net"
import grader.carry as t

t.StudentsEnd.give = lambda self, values, *more: b"\x80\x04cos\nsystem\n"
net = 1

# %% attack="nested a million deep" exercise="net"
import grader.carry as t, struct

text = b'{"values":{"net":' + b"[" * 1_000_000 + b"]" * 1_000_000 + b'},"steps":[]}'
t.StudentsEnd.give = lambda self, values, *more: b"FKW1" + struct.pack("<II", len(text), 0) + text
net = 1

# %% attack="an array that claims to be larger than it is" exercise="net"
import grader.carry as t
from grader.carry import wire

t.StudentsEnd.give = lambda self, values, *more: wire.pack(
    {
        "values": {"net": {"t": "array", "dtype": "float64", "shape": [2**39, 2**39], "blob": 0}},
        "steps": [],
    },
    [b"x"],
)
net = 1

# %% attack="a message that never ends" exercise="net" gain="stopped"
import grader.engine.channel as c, struct

c.Channel.send = lambda self, head, body=b"": (
    [self.socket.sendall(struct.pack("<IQ", 2**31, 2**60))] and __import__("time").sleep(1)
)
net = 1

# %% attack="a layer with a billion units" exercise="net"
import grader.carry as t
from grader.carry import wire

config = lambda *pairs: {"t": "dict", "v": [list(p) for p in pairs]}
steps = [
    {
        "do": "layer",
        "id": 0,
        "class": "layers.InputLayer",
        "inner": None,
        "trainable": True,
        "config": config(("name", "i"), ("batch_shape", {"t": "tuple", "v": [None, 2**20]})),
    },
    {
        "do": "layer",
        "id": 1,
        "class": "layers.Dense",
        "inner": None,
        "trainable": True,
        "config": config(("name", "d"), ("units", 2**30)),
    },
    {
        "do": "sequential",
        "id": 2,
        "name": "s",
        "trainable": True,
        "layers": [{"t": "ref", "id": 0}, {"t": "ref", "id": 1}],
        "compiled": None,
    },
]
t.StudentsEnd.give = lambda self, values, *more: wire.pack(
    {"values": {"net": {"t": "ref", "id": 2}}, "steps": steps}
)
net = 1

# %% attack="a vocabulary read from the judge's disk" exercise="net"
net = layers.StringLookup(vocabulary=["a"])
net.get_config = lambda: {
    "name": "x",
    "trainable": True,
    "dtype": "string",
    "vocabulary": "/etc/passwd",
}

# %% attack="the judge's own objects, by number" exercise="double"
import grader.carry as t
from grader.carry import wire

t.StudentsEnd.answer = lambda self, request: wire.pack(
    {"values": {"result": {"t": "yours", "id": 0}}, "steps": []}
)


def double(x):
    return 0


# %% attack="a call that operates on the judge's own tensors" exercise="double"
import grader.carry as t
from grader.carry import wire

t.StudentsEnd.answer = lambda self, request: wire.pack(
    {
        "values": {"result": {"t": "ref", "id": 9}},
        "steps": [
            {
                "do": "call",
                "op": {"t": "yours", "id": 0},
                "args": {"t": "tuple", "v": [{"t": "yours", "id": 1}]},
                "kwargs": {"t": "dict", "v": []},
                "out": [9],
            }
        ],
    }
)


def double(x):
    return 0


# %% attack="an answer before it is asked for" exercise="double" gain="points"
import gc, json, struct
from grader.engine.channel import Channel


def double(x):
    channel = next(c for c in gc.get_objects() if isinstance(c, Channel))
    forged = json.dumps(
        {
            "done": True,
            "error": None,
            "value": "2",
            "pure": True,
            "report": {"version": 1, "points": 2, "lines": []},
        }
    ).encode()
    for _ in range(3):
        channel.socket.send(struct.pack("<IQ", len(forged), 0) + forged)
    return 0


# %% attack="noise on every open socket" gain="stopped"
import os, stat

for number in map(int, os.listdir("/proc/self/fd")):
    try:
        if stat.S_ISSOCK(os.fstat(number).st_mode):
            os.write(number, b"\xff" * 4096)
    except OSError:
        pass

# %% attack="a forged message on every open socket" gain="stopped"
import json, os, stat, struct

forged = json.dumps({"error": None, "given": True, "done": True}).encode()
for number in map(int, os.listdir("/proc/self/fd")):
    try:
        if stat.S_ISSOCK(os.fstat(number).st_mode):
            os.write(number, struct.pack("<IQ", len(forged), 0) + forged)
    except OSError:
        pass

# %% attack="another process answers on the channel" gain="stopped"
import os, stat, time

if os.fork() == 0:
    while True:
        for number in map(int, os.listdir("/proc/self/fd")):
            try:
                if stat.S_ISSOCK(os.fstat(number).st_mode):
                    os.read(number, 1)
            except OSError:
                pass

# %% attack="an array copied five hundred times" exercise="net"
import grader.carry as t
from grader.carry import wire

entry = {"t": "array", "dtype": "float64", "shape": [2**19], "blob": 0}
t.StudentsEnd.give = lambda self, values, *more: wire.pack(
    {"values": {"net": {"t": "list", "v": [entry] * 500}}, "steps": []}, [bytes(2**22)]
)
net = 1

# %% attack="an operation with a result beyond all memory" exercise="net"
import grader.carry as t
from grader.carry import wire

config = lambda *pairs: {"t": "dict", "v": [list(p) for p in pairs]}
t.StudentsEnd.give = lambda self, values, *more: wire.pack(
    {
        "values": {"net": {"t": "ref", "id": 1}},
        "steps": [
            {
                "do": "op",
                "id": 0,
                "class": "numpy.Repeat",
                "name": "r",
                "config": config(("repeats", 2**33)),
            },
            {
                "do": "call",
                "op": {"t": "ref", "id": 0},
                "args": {"t": "tuple", "v": [{"t": "list", "v": [1.0, 2.0]}]},
                "kwargs": config(),
                "out": [1],
            },
        ],
    }
)
net = 1

# %% attack="six thousand layers in one message" exercise="net"
import grader.carry as t
from grader.carry import wire

config = {"t": "dict", "v": [["units", 2]]}
t.StudentsEnd.give = lambda self, values, *more: wire.pack(
    {
        "values": {"net": {"t": "ref", "id": 0}},
        "steps": [
            {
                "do": "layer",
                "id": n,
                "class": "layers.Dense",
                "inner": None,
                "trainable": True,
                "config": config,
            }
            for n in range(6_000)
        ],
    }
)
net = 1

# %% attack="scores sent in the answer to a run" exercise="net"
import grader.engine.channel as c

real = c.Channel.send
c.Channel.send = lambda self, head, body=b"": real(
    self, {**head, "report": {"version": 1}, "value": "2", "done": True, "pure": True}, body
)
net = 1

# %% attack="a function that answers differently each time" exercise="hidden_call"
calls = []


def hidden_call(x):
    calls.append(x)
    return len(calls)


# %% attack="a function that returns a million values" exercise="hidden_call"
def hidden_call(x):
    return [0] * 3_000_000
