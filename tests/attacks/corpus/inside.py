# More attacks on the checks from inside the process that runs them: objects that lie about what they are, and hooks that wait.

# %% attack="a class that says it is another" without="judge" exercise="shape"
class Fake:
    __class__ = property(lambda self: keras.Sequential)

    def count_params(self):
        return 8

    layers = [type("Dense", (), {"units": 2})()]


shape = Fake()

# %% attack="isinstance is always true" without="judge" exercise="shape"
import builtins

real = builtins.isinstance
builtins.isinstance = lambda thing, kind: (
    True if kind is keras.Model and type(thing).__name__ == "Net" else real(thing, kind)
)
shape = type("Net", (), {"count_params": lambda self: 8, "layers": [type("D", (), {"units": 2})]})()

# %% attack="a Model of which everything is an instance" without="judge" exercise="shape"
keras.Model = type("Any", (type,), {"__instancecheck__": lambda cls, thing: True})("Model", (), {})


class Net:
    def count_params(self):
        return 8

    layers = [type("Dense", (), {"units": 2})]


shape = Net()


# %% attack="a layer that lies about its units" without="judge" exercise="shape"
class Lying(layers.Dense):
    units = property(lambda self: 2, lambda self, value: None)

    def build(self, shape):
        self.built = True

    def call(self, x):
        return x


class Net(keras.Sequential):
    def count_params(self):
        return 8


shape = Net([keras.Input((3,)), Lying(1)])

# %% attack="a history of calls that leads elsewhere" without="judge" exercise="plain_net"
plain_net = keras.Sequential([keras.Input((3,)), layers.Dense(1)])
good = keras.Sequential([keras.Input((3,)), layers.Dense(2)])
plain_net.__dict__["_functional"] = good._functional
plain_net.count_params = good.count_params
plain_net.__class__ = type("Sequential", (keras.Sequential,), {"output_shape": (None, 2)})


# %% attack="the function zeroes what it is given" without="judge" exercise="data"
def data(x):
    x[:] = 0
    return np.zeros((4, 3))


# %% attack="the function copies what the caller expects" without="judge" exercise="data"
def data(x):
    import sys

    return sys._getframe(1).f_globals["reference"](x)


# %% attack="numpy is told to answer yes" without="judge" exercise="data"
import numpy

numpy.allclose = lambda *a, **k: True
data = lambda x: 0

# %% attack="a trace function rewrites the check's variables" without="judge" exercise="data"
import sys


def data(x):
    frame = sys._getframe(1)
    frame.f_globals["reference"] = lambda x: x
    return x


# %% attack="exceptions are forgiven by the shell" without="judge" exercise="asserted"
get_ipython().set_custom_exc((Exception,), lambda shell, kind, error, tb, tb_offset=None: [])
import IPython.core.interactiveshell as module


def forgiven(self, *a, **k):
    pass


get_ipython().kernel.do_execute.__func__ if hasattr(get_ipython(), "kernel") else None
module.ExecutionResult.error_in_exec = property(lambda self: None, lambda self, value: None)
asserted = 1

# %% attack="do_execute that always reports success" without="judge" exercise="asserted"
shell = get_ipython()
if hasattr(shell, "kernel"):

    async def do_execute(*a, **k):
        return {"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {}}

    shell.kernel.do_execute = do_execute
else:
    shell.run_cell = lambda *a, **k: (
        type(shell.run_cell)("")
        if 0
        else __import__("IPython").core.interactiveshell.ExecutionResult(None)
    )
asserted = 1

# %% attack="showtraceback that is silent and a reply that is ok" without="judge" exercise="asserted"
shell = get_ipython()
shell.showtraceback = shell._showtraceback = lambda *a, **k: None
from IPython.core.interactiveshell import InteractiveShell

real = InteractiveShell.run_ast_nodes


async def quiet(self, nodes, name, interactivity="last_expr", compiler=None, result=None, **k):
    import ast

    nodes = [n for n in nodes if not isinstance(n, ast.Assert)]
    return await real(self, nodes, name, interactivity, compiler, result, **k)


InteractiveShell.run_ast_nodes = quiet
asserted = 1

# %% attack="compile leaves out assertions" without="judge" exercise="asserted"
get_ipython().compile.__class__.__call__ = lambda self, source, name, symbol, *a: compile(
    source, name, symbol, self.flags, 1, 2
)
import codeop

codeop.Compile.__call__ = lambda self, source, name, symbol, *a, **k: compile(
    source, name, symbol, self.flags, True, 2
)
from IPython.core.compilerop import CachingCompiler

CachingCompiler.__call__ = lambda self, source, name, symbol, *a, **k: compile(
    source, name, symbol, self.flags, True, 2
)
asserted = 1

# %% attack="the assertion's text is looked up and obeyed" without="judge" exercise="hidden_name"
import ast


class Obey(ast.NodeTransformer):
    def visit_Assert(self, node):
        for compare in ast.walk(node):
            if isinstance(compare, ast.Compare) and isinstance(
                compare.comparators[0], ast.Constant
            ):
                get_ipython().user_ns["hidden_name"] = compare.comparators[0].value
        return node


get_ipython().ast_transformers.append(Obey())
hidden_name = 0

# %% attack="a thread waits for the expected value" without="judge" exercise="hidden_name"
import re

ns = get_ipython().user_ns


class Cells(list):
    def append(self, source):
        found = re.search(r"hidden_name == (\d+)", source)
        if found:
            ns["hidden_name"] = int(found[1])
        super().append(source)


get_ipython().history_manager.input_hist_parsed = Cells(
    get_ipython().history_manager.input_hist_parsed
)
hidden_name = 0

# %% attack="only where it is graded" without="judge" exercise="asserted"
import os, sys

graded = "HOME" not in os.environ or not sys.stdin or not sys.stdin.isatty()
if graded:
    get_ipython().ast_transformers.append(
        type(
            "Strip",
            (__import__("ast").NodeTransformer,),
            {"visit_Assert": lambda self, node: __import__("ast").Pass()},
        )()
    )
asserted = 1

# %% attack="a score that is infinite" exercise="partial"
get_ipython().user_ns["scored"] = lambda value: float("inf")
partial = 0

# %% attack="a score that is far too high" exercise="partial"
get_ipython().user_ns["scored"] = lambda value: 10**6
partial = 0


# %% attack="a number whose text is full marks" without="judge" exercise="partial"
class Score(int):
    def __repr__(self):
        return "2"


class Odd:
    def __eq__(self, other):
        return True

    __hash__ = None


get_ipython().user_ns["scored"] = lambda value: Score(0)
partial = Odd()

# %% attack="full marks are displayed after the check" without="judge" exercise="partial"
from IPython.core.displayhook import DisplayHook


def shown(self, result=None):
    if result is not None:
        real(self, 2 if result == 0 else result)


for kind in type(get_ipython().displayhook).__mro__:
    if "__call__" in vars(kind):
        real = vars(kind)["__call__"]
        kind.__call__ = shown
        break
from IPython.core.interactiveshell import ExecutionResult

ExecutionResult.result = property(lambda self: 2, lambda self, value: None)
partial = 0

# %% attack="the requirement is patched, not the check" without="judge" exercise="double"
from grader.checks import requirement

requirement.Requirement._find = lambda self, value, visit: requirement.met()
requirement.Group.ask = lambda self, value, visit: [
    a for r in self.requirements for a in r.instead(requirement.met())
]


def double(x):
    return 0


# %% attack="a result that equals everything" without="judge" exercise="data"
class Same:
    def __array__(self, dtype=None, copy=None):
        import sys

        return np.asarray(sys.modules["__main__"].reference(x_test))


data = lambda x: Same()

# %% attack="np.asarray is the reference" without="judge" exercise="data"
np.asarray = lambda thing, *a, **k: reference(x_test)
data = lambda x: 0

# %% attack="print and display that raise the check's own success" without="judge" exercise="isclose"
import builtins

real = builtins.__import__


def lie(name, *a, **k):
    module = real(name, *a, **k)
    if name == "math":
        module.isclose = lambda *a, **k: True
    return module


builtins.__import__ = lie
import math

builtins.print = lambda *a, **k: None
isclose = 1.0
