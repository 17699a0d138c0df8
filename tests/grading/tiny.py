"""A lesson without TensorFlow, so that grading it takes a second: plain values, one function, one repair."""

import copy
import json
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAME = "tiny"

SETUP = "from grader.checks import check, expect"
STUBS = {
    "total": "total = ...  # your code here",
    "greet": "def greet(name):\n    ...  # your code here",
    "words": "words = ['one', 'two', three]",
}
ANSWERS = {
    "total": "### BEGIN SOLUTION\ntotal = sum(range(10))\n### END SOLUTION",
    "greet": "def greet(name):\n    ### BEGIN SOLUTION\n    return f'Hello, {name}!'\n    ### END SOLUTION",
    "words": "### BEGIN SOLUTION\nwords = ['one', 'two', 'three']\n### END SOLUTION\n"
    "### BEGIN STUB\n# words = ['one', 'two', three]\n### END STUB",
}
RIGHT = {
    "total": "total = 45",
    "greet": "def greet(name):\n    return 'Hello, ' + name + '!'",
    "words": "words = ['one', 'two', 'three']",
}
HIDDEN = (
    "# Hidden checks run here (2 points)\n### BEGIN HIDDEN TESTS\n"
    "check(total, expect.value(45), points=2)\n### END HIDDEN TESTS"
)
POINTS = {"check-total": 3, "hidden-total": 2, "check-greet": 2, "check-words": 1}


def _cell(
    cell_type,
    source,
    cell_id,
    role,
    exercise="",
    grade=False,
    solution=False,
    locked=False,
    points=None,
):
    cell = {
        "cell_type": cell_type,
        "id": cell_id,
        "source": source,
        "metadata": {"course": {"role": role}},
    }
    if exercise:
        cell["metadata"]["course"]["exercise"] = exercise
    if cell_type == "code":
        cell.update(outputs=[], execution_count=None)
    if grade or solution or locked:
        cell["metadata"]["nbgrader"] = {
            "grade": grade,
            "solution": solution,
            "locked": locked,
            "grade_id": cell_id,
            "schema_version": 3,
            "task": False,
        }
        if points is not None:
            cell["metadata"]["nbgrader"]["points"] = points
    return cell


def instructor_notebook():
    def check(exercise, source):
        return _cell(
            "code",
            source,
            f"check-{exercise}",
            "check",
            exercise,
            grade=True,
            locked=True,
            points=POINTS[f"check-{exercise}"],
        )

    def solution(exercise):
        return _cell("code", ANSWERS[exercise], exercise, "solution", exercise, solution=True)

    cells = [
        _cell("markdown", "# A tiny lesson\n\nThree small exercises.", "cell-0", "text"),
        _cell("code", SETUP, "setup", "setup", locked=True),
        _cell("markdown", "## Add\n\nPut the sum of 0 to 9 into `total`.", "cell-2", "text"),
        _cell("code", "numbers = list(range(10))\nnumbers", "cell-3", "example"),
        solution("total"),
        check("total", "check(total, expect.instance('int'), expect.value(45).worth(2), points=3)"),
        _cell("code", HIDDEN, "hidden-total", "hidden", "total", grade=True, locked=True, points=2),
        _cell("markdown", "## Greet", "cell-7", "text"),
        solution("greet"),
        check(
            "greet",
            "check(greet, expect.calling('Ada').gives(expect.value('Hello, Ada!')),\n      expect.calling('').gives(expect.value('Hello, !')), points=2)",
        ),
        _cell("markdown", "## Repair", "cell-10", "text"),
        solution("words"),
        check("words", "check(words, expect.value(['one', 'two', 'three']), points=1)"),
    ]
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def released_notebook():
    notebook = instructor_notebook()
    for cell in notebook["cells"]:
        role = cell["metadata"]["course"]["role"]
        if role == "solution":
            cell["source"] = STUBS[cell["id"]]
        if role == "hidden":
            cell["source"] = "# Hidden checks run here (2 points)"
    return notebook


def submission(answers=RIGHT, **more):
    """The released notebook with these answers filled in, as data."""
    notebook = released_notebook()
    for cell in notebook["cells"]:
        cell["source"] = {**answers, **more}.get(cell["id"], cell["source"])
    return notebook


def cell(notebook, cell_id):
    return next(c for c in notebook["cells"] if c["id"] == cell_id)


def own_cell(source, cell_type="code"):
    made = {"cell_type": cell_type, "id": "mine", "metadata": {}, "source": source}
    return {**made, "outputs": [], "execution_count": None} if cell_type == "code" else made


def bytes_of(notebook):
    return json.dumps(copy.deepcopy(notebook)).encode()


def write_course(root):
    """A course with the tiny lesson and nothing handed in."""
    shutil.copy(ROOT / "nbgrader_config.py", root / "nbgrader_config.py")
    for step, notebook in (("solutions", instructor_notebook()), ("course", released_notebook())):
        folder = root / step / NAME
        folder.mkdir(parents=True)
        (folder / f"{NAME}.ipynb").write_bytes(bytes_of(notebook))
    (root / "submitted").mkdir()
    return root


def hand_in(root, student, notebook, name=NAME):
    """Put a notebook (data or bytes) where a submission lies; returns its path."""
    folder = root / "submitted" / student / NAME
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.ipynb"
    path.write_bytes(notebook if isinstance(notebook, bytes) else bytes_of(notebook))
    return path
