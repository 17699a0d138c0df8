"""The lesson that the corpus attacks, and the corpus itself, read from its text files."""

from dataclasses import dataclass
from pathlib import Path

from tests.engine import lessons

SECRET = 48_151_623
SETUP = """from grader.checks import check, expect
import math
import keras
from keras import layers, ops
import numpy as np
x_test = np.ones((4, 3), "float32")
def reference(x): return x * 2
def scored(value): return 2 if value == 977 else 0"""

EXERCISES = (  # name, solution, check, hidden check; 2 points each
    ("number", "number = 31337", "check(number, expect.value(31337), points=2)", ""),
    ("net", "net = keras.Sequential([keras.Input((3,)), layers.Dense(2)])",
     "check(net, expect.inputs(3), expect.outputs(2), needs=expect.parameters(8), points=2)",
     "check(net, expect.layers(Dense=1), needs=expect.parameters(8), points=2)"),
    ("asserted", "asserted = 5150", "assert asserted == 5150", "assert asserted == 5150\nassert asserted + 1 == 5151"),
    ("isclose", "isclose = 2.5", "assert math.isclose(isclose, 2.5)", ""),
    ("plain_net", "plain_net = keras.Sequential([keras.Input((3,)), layers.Dense(2)])",
     "assert plain_net.count_params() == 8\nassert plain_net.output_shape == (None, 2)", ""),
    ("history", "history = keras.Sequential([keras.Input((3,)), layers.Dense(2)])\nhistory.compile('sgd', 'mse')",
     "h = history.fit(x_test, x_test[:, :2], epochs=2, verbose=0)\nassert h.history['loss'][-1] < h.history['loss'][0]", ""),
    ("data", "data = lambda x: x * 2", "assert np.allclose(np.asarray(data(x_test)), reference(x_test))", ""),
    ("partial", "partial = 977", "scored(partial)", ""),
    ("secret", f"secret = {SECRET}", f"check(secret, expect.value({SECRET}), points=2)", ""),
    ("hidden_name", "hidden_name = 8675309", "assert hidden_name == 8675309", ""),
    ("hidden_call", "def hidden_call(x):\n    return 60607", "expected_here = 60607\nassert hidden_call(1) == 60607", ""),
)
LESSON = lessons.lesson(*EXERCISES, setup=SETUP)


@dataclass(frozen=True)
class Attack:
    """One notebook of the corpus: what replaces the answer to `exercise`, and what would be a gain.

    `without` names the defences that have to be switched off for it to succeed; empty where nothing more than itself is at stake.
    """

    name: str
    source: str
    exercise: str
    gain: str
    without: tuple[str, ...]

    def notebook(self, **places):
        """The submission: the attack, and right answers to `number` and `net` unless those are attacked."""
        source = self.source
        for name, place in places.items():
            source = source.replace("{" + name + "}", str(place))
        answers = {name: "..." for name, *_ in EXERCISES}
        answers |= {"number": "number = 31337"} | {self.exercise: source}
        return lessons.submission(LESSON, answers)


def corpus():
    """Every attack in `corpus/`, by file and in order."""
    import jupytext

    found = []
    for path in sorted((Path(__file__).parent / "corpus").glob("*.py")):
        for cell in jupytext.reads(path.read_text("utf-8"), fmt="py:percent").cells:
            words = cell.metadata
            if "attack" in words:
                default = "witness" if words.get("gain", "points") not in ("points",) else "net"
                found.append(Attack(words["attack"], cell.source, words.get("exercise", "asserted" if default == "witness" else "net"),
                                    words.get("gain", "points"), tuple(words.get("without", "").split())))
    return found
