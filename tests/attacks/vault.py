"""The lesson that the corpus attacks, and the corpus itself, read from its text files."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from tests.engine import lessons

HERE = Path(__file__).parent
SECRET = 48_151_623
PLAIN_SETUP = """from grader.checks import check, expect
import math
import numpy as np
x_test = np.ones((4, 3), "float32")
def reference(x): return x * 2
def scored(value): return 2 if value == 977 else 0"""
KERAS_SETUP = "import keras\nfrom keras import layers, ops"

EXERCISES = (  # name, solution, check, hidden check; 2 points each
    ("number", "number = 31337", "check(number, expect.value(31337), points=2)", ""),
    (
        "net",
        "net = keras.Sequential([keras.Input((3,)), layers.Dense(2)])",
        "check(net, expect.inputs(3), expect.outputs(2), needs=expect.parameters(8), points=2)",
        "check(net, expect.layers(Dense=1), needs=expect.parameters(8), points=2)",
    ),
    (
        "asserted",
        "asserted = 5150",
        "assert asserted == 5150",
        "assert asserted == 5150\nassert asserted + 1 == 5151",
    ),
    ("isclose", "isclose = 2.5", "assert math.isclose(isclose, 2.5)", ""),
    (
        "plain_net",
        "plain_net = keras.Sequential([keras.Input((3,)), layers.Dense(2)])",
        "assert plain_net.count_params() == 8\nassert plain_net.output_shape == (None, 2)",
        "",
    ),
    (
        "history",
        "history = keras.Sequential([keras.Input((3,)), layers.Dense(2)])\nhistory.compile('sgd', 'mse')",
        "h = history.fit(x_test, x_test[:, :2], epochs=2, verbose=0)\nassert h.history['loss'][-1] < h.history['loss'][0]",
        "",
    ),
    (
        "data",
        "data = lambda x: x * 2",
        "assert np.allclose(np.asarray(data(x_test)), reference(x_test))",
        "",
    ),
    ("partial", "partial = 977", "scored(partial)", ""),
    ("secret", f"secret = {SECRET}", f"check(secret, expect.value({SECRET}), points=2)", ""),
    ("hidden_name", "hidden_name = 8675309", "assert hidden_name == 8675309", ""),
    (
        "hidden_call",
        "def hidden_call(x):\n    return 60607",
        "expected_here = 60607\nassert hidden_call(1) == 60607",
        "",
    ),
    (
        "shape",
        "shape = keras.Sequential([keras.Input((3,)), layers.Dense(2)])",
        "assert isinstance(shape, keras.Model)\nassert shape.count_params() == 8 and shape.layers[-1].units == 2",
        "",
    ),
    (
        "double",
        "def double(x):\n    return 2 * x",
        "check(double, expect.calling(3).gives(expect.value(6)), points=2)",
        "check(double, expect.calling(7).gives(expect.value(14)), points=2)",
    ),
    (
        "parity",
        "parity = keras.Sequential([keras.Input((1,)), layers.Dense(1)])",
        "check(parity, expect.inputs(1), expect.outputs(1), points=2)",
        "n = np.arange(2000, dtype='float32')[:, None]\nassert np.abs(np.asarray(parity(n)) - n % 7).max() < 0.5",
    ),
    (
        "words",
        "words = layers.StringLookup(vocabulary=['alpha', 'beta'])",
        "open('key.txt', 'w').write('alpha\\nbeta\\n')\nassert words.vocabulary_size() == 3",
        "assert words.get_vocabulary()[1:] == ['alpha', 'beta']",
    ),
    ("last", "last = 4242", "check(last, expect.value(4242), points=2)", ""),
)
WITNESSES = {
    "number": "number = 31337",
    "last": "last = 4242",
}  # answered rightly beside every attack, before and after it
ON_KERAS = {"net", "plain_net", "history", "shape", "parity", "words"}
LESSON = lessons.lesson(*EXERCISES, setup=PLAIN_SETUP + "\n" + KERAS_SETUP)


@dataclass(frozen=True)
class Attack:
    """One notebook of the corpus: what it does to the answer to `exercise`, and what would be a gain.

    `by` says how: "answer", the text is the student's cell; "edit", the text is run by the test and changes `cells`, the list of the
    notebook's cells; "verdict", a test of `test_verdicts` says with which lesson; "folder", the text is run by the test in the folder that is handed in, `folder`. `without` names the defences that have to be switched off for it
    to succeed against this engine; without any, what it gained against stock nbgrader stands in `stock.toml`.
    """

    name: str
    source: str
    exercise: str
    gain: str
    without: tuple[str, ...]
    by: str = "answer"
    earns: float = 0.0  # points that what the visible check shows is worth

    def text(self, **places):
        """The attack's text with the scene's places filled in."""
        source = self.source
        for name, place in places.items():
            source = source.replace("{" + name + "}", str(place))
        return source

    @property
    def needs_keras(self):
        return self.exercise in ON_KERAS or bool(re.search(r"\b(keras|layers|ops)\.", self.source))

    @property
    def on_transport(self):
        """Whether it attacks what carries the student's own answers: of this engine's making, and the student's own loss where it breaks."""
        return (
            "grader.engine" in self.source
            or "S_ISSOCK" in self.source
            or "closerange" in self.source
            or "pre_run_cell" in self.source
        )

    def apply(self, cells, **places):
        """Change a notebook's cells into what the attacker hands in."""
        answers = {**WITNESSES, self.exercise: "..."} | (
            {self.exercise: self.text(**places)} if self.by == "answer" else {}
        )
        for cell in cells:
            grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
            if grade_id in answers:
                cell["source"] = answers[grade_id]
        if self.by == "edit":
            exec(
                compile(self.text(**places), self.name, "exec"),
                {"cells": cells, "named": lambda name: _named(cells, name), "code": _code},
            )
        return cells

    def hand_in(self, notebook, folder, **places):
        """Write what the attacker hands in into `folder`, from the notebook that was given out."""

        def answer(source):
            _named(notebook["cells"], self.exercise)["source"] = source
            (folder / "vault.ipynb").write_text(json.dumps(notebook))

        self.apply(notebook["cells"], **places)
        (folder / "vault.ipynb").write_text(json.dumps(notebook))
        if self.by == "folder":
            exec(
                compile(self.text(**places), self.name, "exec"),
                {"folder": folder, "answer": answer},
            )

    def notebook(self, **places):
        """The submission, as bytes."""
        blank = {name: "..." for name, *_ in EXERCISES}
        return lessons.submission(LESSON, blank, edit=lambda cells: self.apply(cells, **places))


def _named(cells, grade_id):
    return next(c for c in cells if c["metadata"].get("nbgrader", {}).get("grade_id") == grade_id)


def _code(source):
    return {
        "cell_type": "code",
        "id": f"x{abs(hash(source)) % 10**9}",
        "metadata": {},
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


def corpus():
    """Every attack in `corpus/`, by file and in order."""
    import jupytext

    found = []
    for path in sorted((HERE / "corpus").glob("*.py")):
        for cell in jupytext.reads(path.read_text("utf-8"), fmt="py:percent").cells:
            words = cell.metadata
            if "attack" in words:
                gain = words.get("gain", "points")
                found.append(
                    Attack(
                        words["attack"],
                        cell.source,
                        words.get("exercise", "net" if gain == "points" else "asserted"),
                        gain,
                        tuple(words.get("without", "").split()),
                        words.get("by", "answer"),
                        float(words.get("earns", 0)),
                    )
                )
    return found


def stock_gains():
    """What attacks gained against stock nbgrader, by name, as `against_stock` wrote it down."""
    import tomllib

    return tomllib.loads((HERE / "stock.toml").read_text("utf-8"))["gained"]


def write_stock_gains(gained):
    """Keep these gains beside what is known; "" takes an entry away."""
    known = {**(stock_gains() if (HERE / "stock.toml").exists() else {}), **gained}
    lines = [
        f"{json.dumps(a.name, ensure_ascii=False)} = {json.dumps(known[a.name], ensure_ascii=False)}"
        for a in corpus()
        if known.get(a.name)
    ]
    head = "# What each attack gained against stock nbgrader. Written by `python -m tests.attacks.against_stock`; never edited by hand.\n\n[gained]\n"
    (HERE / "stock.toml").write_text(head + "\n".join(lines) + "\n", "utf-8")
