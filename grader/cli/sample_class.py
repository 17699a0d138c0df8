"""A made-up class: submissions as students would write them, kept as the answers alone in assets/sample_class.

They lie outside the packages, since a notebook in the sandbox may read those. `student-NN.py` holds one student's answers as
py:percent cells; together with the released notebook they give the submission. `expected.json` holds the scores that each must
earn. Nobody here is a real person.

Cells of such a file:

- `# %% answer="stack"`: stands in the place of the answer cell `stack`; further such cells for the same place follow it
- `# %% own after="stack"`: a cell of the student's own, put behind the cell with that id
- `# %% delete="check-stack"` and `# %% duplicate="check-stack"`: what happened to that cell
- `# %% raw_file="cut short"`: what happened to the file: "cut short", "empty" or "not json"
- `# %% file_name="lesson one (1).ipynb"`: the file has another name
"""

import copy
import json
import re
from pathlib import Path

from grader.cli.carried import home

LESSON = "01_sequential_to_functional"

_MARKER = re.compile(r"# %%\s*(?P<kind>\w+)(?:\s+after)?(?:\s*=\s*\"(?P<value>[^\"]*)\")?\s*$")
_RAW = {
    "cut short": lambda data: data[: len(data) // 2],
    "empty": lambda data: b"",
    "not json": lambda data: b"<!DOCTYPE html>\n<title>Sign in</title>\n",
}


def folder() -> Path:
    """Where the class lies."""
    return home() / "assets" / "sample_class"


def students():
    """The names of all sample students, sorted."""
    return tuple(sorted(p.stem for p in folder().glob("student-*.py")))


def expected():
    """What each student must earn, and why: name → {"why": sentence, "scores": {exercise: points}}."""
    return json.loads((folder() / "expected.json").read_text("utf-8"))["students"]


def submission(student, released, lesson=LESSON):
    """The file name and the bytes of what this student hands in.

    Parameters
    ----------
    student : str
        One of `students()`.
    released : dict
        The student notebook as it was given out, as JSON data.
    """
    notebook, name, spoil = copy.deepcopy(released), f"{lesson}.ipynb", None
    last = {}
    for kind, value, source in _cells((folder() / f"{student}.py").read_text("utf-8")):
        if kind == "raw_file":
            spoil = _RAW[value]
        elif kind == "file_name":
            name = value
        elif kind == "answer" and value not in last:
            cell = last[value] = _find(notebook, value, student)
            cell["source"] = source
        elif kind in ("answer", "own"):
            where = last.get(value) or _find(notebook, value, student)
            made = {
                "cell_type": "code",
                "id": f"own-{len(last)}-{len(notebook['cells'])}",
                "metadata": {},
                "source": source,
                "outputs": [],
                "execution_count": None,
            }
            notebook["cells"].insert(_position(notebook, where) + 1, made)
            last[value] = made
        elif kind == "delete":
            notebook["cells"].remove(_find(notebook, value, student))
        elif kind == "duplicate":
            cell = _find(notebook, value, student)
            notebook["cells"].insert(_position(notebook, cell) + 1, copy.deepcopy(cell))
        else:
            raise ValueError(f"{student}: a cell marked {kind!r} means nothing here")
    data = json.dumps(notebook, ensure_ascii=False, indent=1).encode()
    return name, spoil(data) if spoil else data


def hand_in(place, released, lesson=LESSON):
    """Write the whole class's submissions in nbgrader's layout below `place`."""
    for student in students():
        name, data = submission(student, released, lesson)
        path = Path(place) / student / lesson / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or path.read_bytes() != data:
            path.write_bytes(data)


def _cells(text):
    """(kind, value, source) of each cell; what stands before the first marker is a comment on the student."""
    cells = []
    for line in text.splitlines():
        if line.startswith("# %%"):
            match = _MARKER.match(line)
            if not match:
                raise ValueError(f"cannot read the marker {line!r}")
            cells.append((match["kind"], match["value"] or "", []))
        elif cells:
            cells[-1][2].append(line)
    return [(kind, value, "\n".join(lines).strip("\n")) for kind, value, lines in cells]


def _find(notebook, cell_id, student):
    for cell in notebook["cells"]:
        if (
            cell.get("id") == cell_id
            or cell["metadata"].get("nbgrader", {}).get("grade_id") == cell_id
        ):
            return cell
    raise ValueError(f"{student}: the notebook has no cell {cell_id!r}")


def _position(notebook, cell):
    return next(n for n, c in enumerate(notebook["cells"]) if c is cell)
