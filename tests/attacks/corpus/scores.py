# Attacks on the checks from inside the process that runs them. `{…}` are filled in by the test.

# %% attack="own check function" without="judge" exercise="net"
from grader.checks import expect, Line, Report


def check(*a, points=1, **k):
    return Report((Line("met", "t", "e", "f", "", float(points), float(points)),), float(points))


net = 1

# %% attack="replace check in its module and import it again" without="judge" exercise="net"
import grader.checks, grader.checks.run
from grader.checks import Line, Report

check = grader.checks.check = grader.checks.run.check = lambda *a, points=1, **k: Report(
    (Line("met", "", "", "", "", points, points),), points
)
net = 0

# %% attack="every requirement is met" without="judge" exercise="net"
from grader.checks import report

report.Report.score = property(lambda self: self.points)
import grader.checks.run as run


def _lines(asked, points):
    yield report.Line("met", "t", "", "", "", points, points)


run._lines = _lines
net = 3


# %% attack="own expect" without="judge" exercise="number"
class Anything:
    def __getattr__(self, name):
        return lambda *a, **k: self.met

    def met(self, value):
        "met"
        return True


expect = Anything()
number = 1

# %% attack="a line is always met" without="judge" exercise="net"
import dataclasses
from grader.checks.report import Line

made = Line.__init__


def always(
    self,
    status,
    title,
    expected="",
    found="",
    look="",
    points=0.0,
    earned=0.0,
    drawing=None,
    drawing_alt="",
):
    made(self, "met", title, expected, found, look, points, points)


Line.__init__ = always
net = 2


# %% attack="equal to everything" without="judge" exercise="asserted"
class Same:
    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    def __lt__(self, other):
        return True

    __gt__ = __le__ = __ge__ = __lt__

    def __hash__(self):
        return 0


asserted = Same()


# %% attack="an integer that equals everything" without="judge" exercise="asserted"
class Number(int):
    def __eq__(self, other):
        return True

    __hash__ = int.__hash__


asserted = Number(1)

# %% attack="strip assert with a syntax tree transformer" without="judge" exercise="asserted"
import ast


class Strip(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.Pass()


get_ipython().ast_transformers.append(Strip())
asserted = 1

# %% attack="strip assert with an input transformer" without="judge" exercise="asserted"
get_ipython().input_transformers_cleanup.append(
    lambda lines: [l for l in lines if not l.startswith("assert")]
)
asserted = 1

# %% attack="run_cell that runs nothing" without="judge" exercise="asserted"
shell = get_ipython()
real = type(shell).run_cell
type(shell).run_cell = lambda self, source, *a, **k: real(self, "pass", *a, **k)
asserted = 1

# %% attack="swallow errors in showtraceback and the result" without="judge" exercise="asserted"
from IPython.core.interactiveshell import ExecutionResult

ExecutionResult.error_in_exec = property(lambda self: None, lambda self, value: None)
asserted = 1

# %% attack="AssertionError that cannot be raised" without="judge" exercise="asserted"
import builtins

shell = get_ipython()
real = type(shell).run_code


async def run_code(self, code, result=None, **k):
    await real(self, code, result, **k)
    if result is not None:
        result.error_in_exec = None
    return False


type(shell).run_code = run_code
asserted = 1

# %% attack="isclose is always true" without="judge" exercise="isclose"
np.isclose = np.allclose = lambda *a, **k: True
math.isclose = lambda *a, **k: True
isclose = 0.0

# %% attack="numpy replaced in sys.modules" without="judge" exercise="isclose"
import sys, types

fake = types.ModuleType("math")
fake.isclose = lambda *a, **k: True
sys.modules["math"] = math = fake
isclose = 0.0

# %% attack="sum, all and abs lie" without="judge" exercise="isclose"
import builtins

builtins.abs = lambda x: 0
math = type("m", (), {"isclose": staticmethod(lambda *a, **k: True)})
isclose = 0.0


# %% attack="count_params lies" without="judge" exercise="plain_net"
class Liar(keras.Sequential):
    def count_params(self):
        return 8

    output_shape = (None, 2)


plain_net = Liar([keras.Input((1,)), layers.Dense(1)])

# %% attack="count_params lies on the instance" without="judge" exercise="plain_net"
plain_net = keras.Sequential([keras.Input((3,)), layers.Dense(1)])
plain_net.__class__ = type(
    "Sequential", (keras.Sequential,), {"count_params": lambda self: 8, "output_shape": (None, 2)}
)

# %% attack="patch Keras for everybody" without="judge" exercise="plain_net"
keras.Model.count_params = lambda self: 8
keras.Sequential.output_shape = keras.layers.Layer.output_shape = property(lambda self: (None, 2))
plain_net = keras.Sequential([keras.Input((1,)), layers.Dense(1)])

# %% attack="no Keras at all" without="judge" exercise="plain_net"
import types

plain_net = types.SimpleNamespace(count_params=lambda: 8, output_shape=(None, 2))

# %% attack="a forged history" without="judge" exercise="history"
from keras.callbacks import History


class Model:
    def fit(self, *a, **k):
        h = History()
        h.history = {"loss": [9.0, 0.001]}
        return h


history = Model()

# %% attack="set-up's data replaced by easier data" without="judge" exercise="data"
x_test = np.zeros((4, 3), "float32")
data = lambda x: x * 0


# %% attack="set-up's function replaced" without="judge" exercise="data"
def reference(x):
    return np.zeros((4, 3))


data = lambda x: np.zeros((4, 3))


# %% attack="keras replaced by a fake" without="judge" exercise="plain_net"
class Fake:
    def count_params(self):
        return 8

    output_shape = (None, 2)


keras = type("keras", (), {"Sequential": Fake})
plain_net = Fake()

# %% attack="last value forged through the display formatter" without="judge" exercise="partial"
from IPython.core.formatters import DisplayFormatter

DisplayFormatter.format = lambda self, obj, **k: ({"text/plain": "2"}, {})
partial = 0

# %% attack="namespace that answers for the check's names" without="judge" exercise="partial"
import threading

ns = get_ipython().user_ns
ns["scored"] = lambda value: 2
partial = 0


# %% attack="exec hook on the next cell" without="judge" exercise="partial"
def cheat(*a):
    get_ipython().user_ns["scored"] = lambda v: 2


get_ipython().events.register("pre_run_cell", cheat)
partial = 0

# %% attack="displayhook with full marks" without="judge" exercise="partial"
import sys
from grader.engine import student_worker

student_worker.last_value = lambda shell, value: {"value": "2", "report": None}
partial = 0
