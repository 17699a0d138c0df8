# Attacks on other verdicts and on a second try, with lessons of their own: `tests/attacks/test_verdicts.py` takes them from here by name.

# %% attack="a compile setting that names another class of Keras" by="verdict" without="forms"
net = keras.Sequential([keras.Input((3,)), layers.Dense(2)])
net.compile("sgd", "mse")
import grader.carry as transport
from grader.carry import wire


def plain(value):
    if isinstance(value, dict):
        return {"t": "dict", "v": [[k, plain(v)] for k, v in value.items()]}
    return {"t": "list", "v": [plain(v) for v in value]} if isinstance(value, list) else value


real = transport.StudentsEnd.give


def give(self, values, *more):
    document, blobs = wire.unpack(real(self, values, *more))
    for step in document["steps"]:
        if step["do"] == "sequential":
            step["compiled"]["settings"]["SETTING"] = plain(FORM)
    return wire.pack(document, blobs)


transport.StudentsEnd.give = give


# %% attack="a model of the set-up is frozen for those who come after" by="verdict" without="fork"
def prepare(model):
    model.trainable = False
    return model


# %% attack="another answer for each check" by="verdict" without="one-answer"
import grader.carry as transport

real, asked = transport.StudentsEnd.give, []


def give(self, values, *more):
    asked.append(1)
    return real(self, {"n": len(asked)}, *more)


transport.StudentsEnd.give = give
n = 1

# %% attack="a hidden check's arguments are kept for a later answer" by="verdict" without="hidden-last"
calls = []


def f(n):
    calls.append(n)
    return n


# %% attack="a function that claims to be data" by="verdict"
import grader.carry as t

t.StudentsEnd.has_functions = property(lambda self: False, lambda self, value: None)

# %% attack="a report that nobody asked for, of any size" by="verdict"
import grader.engine.student_worker as worker

real = worker._answer


def answer(shell, ends, head, body):
    said, data = real(shell, ends, head, body)
    return (
        {**said, "report": [{}] * SIZE, "value": "x" * 2000} if head["do"] == "run" else said
    ), data


worker._answer = answer

# %% attack="half a character in the reason why nothing was given" by="verdict"
import grader.engine.student_worker as worker


def give(shell, ends, head):
    return {"given": False, "why": "half a character \ud800"}, b""


worker._give = give
n = 1

# %% attack="a message that drips in" by="verdict"
import os, socket, struct, time, grader.engine.channel as c


def send(self, head, body=b""):
    self.socket.sendall(struct.pack("<IQ", 500000, 0))
    while True:
        self.socket.sendall(b" ")
        time.sleep(0.02)


c.Channel.send = send


# %% attack="an error that ends the loop of the check" by="verdict" without="loops"
def f(n):
    raise StopIteration
