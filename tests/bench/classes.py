"""Two made-up lessons and classes for the benches: honest, right answers that differ from student to student in how they are written.

Kept as text in the form of any lesson here; `write` makes a course of them and hands the submissions in. Nothing is measured here.
"""

import copy
import json
import random
import subprocess
import sys
from pathlib import Path

SETUP = """# %% [markdown]
# # 01 · A lesson for measuring

# %% setup
import numpy as np

from grader.checks import check, expect
from grader.classroom import datasets
import keras
from keras import layers, ops

keras.utils.set_random_seed(1)
(x_train, y_train), (x_test, y_test) = datasets.digits(flat=True)
"""

EXERCISE = """
# %% [markdown]
# Build `{name}`.

# %% solution="{name}"
### BEGIN SOLUTION
{solution}
### END SOLUTION

# %% check="{name}" points=2
{check}

# %% hidden="{name}" points=2
{hidden}
"""

STACK = """stack = keras.Sequential([keras.Input((64,)), layers.Dense(24, activation="relu"), layers.Dense(10, activation="softmax")])"""
WIDE = """photo = keras.Input((64,), name="photo")
facts = keras.Input((4,), name="facts")
both = layers.Concatenate()([layers.Dense(16, activation="relu")(photo), facts])
wide = keras.Model([photo, facts], layers.Dense(1, activation="sigmoid")(both))"""
TWINS = """reader = layers.Dense(12, activation="tanh")
left, right = keras.Input((20,)), keras.Input((20,))
twins = keras.Model([left, right], layers.Dense(1)(layers.Subtract()([reader(left), reader(right)])))"""
SKIP = """start = keras.Input((32,))
x = layers.Dense(32, activation="relu")(start)
x = layers.Dense(32)(x)
skip = keras.Model(start, layers.Dense(5, activation="softmax")(layers.Activation("relu")(layers.Add()([x, start]))))"""
NET = """net = keras.Sequential([keras.Input((64,)), layers.Dense(32, activation="relu"), layers.Dense(10, activation="softmax")])
net.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = net.fit(x_train, y_train, epochs=3, batch_size=64, verbose=0)"""


def _exercise(name, solution, check):
    reference = solution.split("\nnet.compile")[0].replace(f"{name} =", "reference =")
    hidden = (
        f"check({name}, expect.learns(x_train, y_train), points=2)"
        if name == "net"
        else f"{reference}\ncheck({name}, expect.same_graph(reference), points=2)"
    )
    return EXERCISE.format(
        name=name, solution=solution, check=f"check({name}, {check}, points=2)", hidden=hidden
    )


LESSONS = {
    "still": SETUP
    + "".join(
        (
            _exercise(
                "stack",
                STACK,
                "expect.inputs(64), expect.outputs(10), expect.parameters(1_810), expect.layers(Dense=2)",
            ),
            _exercise(
                "wide",
                WIDE,
                "expect.inputs(64, 4), expect.outputs(1), expect.layers(Dense=2, Concatenate=1)",
            ),
            _exercise(
                "twins", TWINS, "expect.inputs(20, 20), expect.outputs(1), expect.parameters(265)"
            ),
            _exercise(
                "skip", SKIP, "expect.inputs(32), expect.outputs(5), expect.layers(Dense=3, Add=1)"
            ),
        )
    ),
    "training": SETUP
    + _exercise("net", NET, "expect.inputs(64), expect.outputs(10), expect.parameters(2_410)"),
}


def spelled(answer, student):
    """The same answer as another student would write it: other names of layers, an activation apart, `+`, prints, remarks."""
    draw = random.Random(f"{student} {answer}")

    def perhaps(old, new, chance=0.5):
        nonlocal answer
        if draw.random() < chance:
            answer = answer.replace(old, new)

    perhaps('layers.Dense(24, activation="relu")', 'layers.Dense(24), layers.Activation("relu")')
    perhaps("layers.Dense(32)(x)", f'layers.Dense(32, name="second_{student}")(x)')
    perhaps("layers.Add()([x, start])", draw.choice(["x + start", "layers.add([start, x])"]))
    perhaps("layers.Dense(16, ", f'layers.Dense(16, name="look_{student}", ')
    perhaps(
        'layers.Dense(32, activation="relu"), ',
        f'layers.Dense(32, activation="relu", name="hidden_{student}"), ',
    )
    head = "print('I begin.')\n" if draw.random() < 0.5 else ""
    if draw.random() < 0.3:  # shifts the numbers in the names of all layers after it
        head += f"throwaway = layers.Dense({draw.randint(2, 9)})\n"
    return f"{head}{answer}\n# {student}"


STOCK = """c = get_config()
c.CourseDirectory.course_id = "stock"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "course"
c.CourseDirectory.ignore = ["*.py", "*.pyc", "__pycache__", ".ipynb_checkpoints"]
"""


def write(root, lesson, count, stock=False):
    """A course below `root` with one of these lessons, entered into its gradebook, and `count` submissions handed in.

    With `stock`, nbgrader's configuration names the folders and nothing of ours.
    """
    from grader.batch.grade import prepare
    from grader.course.folder import Course
    from grader.nbgrader_bridge.build import build

    here = Path(__file__).resolve().parents[2]
    (root / "solutions" / lesson).mkdir(parents=True)
    (root / "solutions" / lesson / f"{lesson}.py").write_text(LESSONS[lesson])
    (root / "nbgrader_config.py").write_text(
        STOCK if stock else (here / "nbgrader_config.py").read_text()
    )
    build(root, (lesson,))
    released = json.loads((root / "course" / lesson / f"{lesson}.ipynb").read_text())
    if stock:
        subprocess.run(
            [sys.executable, "-m", "nbgrader", "generate_assignment", lesson, "--force"],
            cwd=root,
            check=True,
            capture_output=True,
        )
    else:
        prepare(Course.at(root), lesson)
    hand_in(root, lesson, released, count)


def hand_in(root, lesson, released, count):
    """Write `count` students' notebooks."""
    source = json.loads((root / "solutions" / lesson / f"{lesson}.ipynb").read_text())
    answers = {
        c["metadata"]["course"]["exercise"]: c["source"]
        for c in source["cells"]
        if c["metadata"].get("course", {}).get("role") == "solution"
    }
    for n in range(count):
        student, notebook = f"s{n:03}", copy.deepcopy(released)
        for cell in notebook["cells"]:
            course = cell["metadata"].get("course", {})
            if course.get("role") == "solution":
                text = "".join(answers[course["exercise"]])
                lines = [line for line in text.splitlines() if not line.startswith("###")]
                cell["source"] = spelled("\n".join(lines), student)
        home = root / "submitted" / student / lesson
        home.mkdir(parents=True, exist_ok=True)
        (home / f"{lesson}.ipynb").write_text(json.dumps(notebook))
