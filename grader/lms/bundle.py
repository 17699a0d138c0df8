"""`grader bundle`: a zip with everything that grades one lesson in Gradescope's (or PrairieLearn's) container.

It holds the lesson with its answers and hidden checks, this package, and the versions that are installed here.
"""

from __future__ import annotations

import io
import zipfile
from importlib import metadata
from pathlib import Path

import grader
import layergraph
from grader.course.folder import Course, CourseError

# What makes notebooks and pages, or has to be compiled: nothing that a check needs there.
_LEFT_OUT = {"jupyterlab", "nbgrader", "jupytext", "sqlalchemy", "pygraphviz"}
_SETUP = """#!/usr/bin/env bash
# Run once, as root, when the image is built. Ubuntu's own Python may be too old for Keras.
set -euo pipefail
root="${AUTOGRADER_ROOT:-@ROOT@}"
export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install -y python3.11 python3.11-venv graphviz
python3.11 -m venv "$root/venv"
"$root/venv/bin/python" -m pip install --no-cache-dir -r "$root/source/requirements.txt"
"""
_RUN = """#!/usr/bin/env bash
# Run for each submission: reads @SUBMITTED@/, writes results/results.json.
set -uo pipefail
root="${AUTOGRADER_ROOT:-@ROOT@}"
export PYTHONPATH="$root/source/packages"
exec "${AUTOGRADER_PYTHON:-$root/venv/bin/python}" -m grader.lms.autograder @SYSTEM@ "$root"
"""
_PLACES = {"gradescope": ("/autograder", "submission"), "prairielearn": ("/grade", "student")}


def bundle(course: Course, lesson: str, system: str = "gradescope", sandbox: bool = True) -> bytes:
    """The zip.

    Parameters
    ----------
    course : Course
        The lesson has been built and released in it (`grader.batch.grade.prepare`).
    lesson : str
    system : "gradescope" or "prairielearn"
    sandbox : bool
        Whether nothing is run in a container that cannot wall in a notebook.

    Raises
    ------
    CourseError
        The lesson has several notebooks, or was not released.
    """
    notebooks = course.notebooks(lesson)
    if len(notebooks) != 1 or not course.is_released(lesson, notebooks[0]):
        raise CourseError(
            f"{lesson} has no single notebook that was released; grader build {lesson}"
        )
    (name,) = notebooks
    root, submitted = _PLACES[system]
    files = {
        "setup.sh": _filled(_SETUP, root, submitted, system),
        "run_autograder": _filled(_RUN, root, submitted, system),
        "requirements.txt": requirements().encode(),
        f"lesson/{name}.ipynb": (
            course.root / course.source / lesson / f"{name}.ipynb"
        ).read_bytes(),
        f"released/{name}.ipynb": course.released(lesson, name).read_bytes(),
        **_package(grader.__path__[0]),
        **_package(layergraph.__path__[0]),
    }
    if not sandbox:
        files["without-sandbox"] = (
            b"The instructor said that students may be able to read the answers.\n"
        )
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, content in sorted(files.items()):
            info = zipfile.ZipInfo(place, (1980, 1, 1, 0, 0, 0))
            runs = place in ("setup.sh", "run_autograder")
            info.external_attr = (0o755 if runs else 0o644) << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return data.getvalue()


def requirements() -> str:
    """What the package declares and grading needs, in the versions that are installed here."""
    from packaging.requirements import Requirement

    lines = set()
    for text in metadata.requires("functional-keras") or ():
        needed = Requirement(text)
        marker = needed.marker
        if needed.name in _LEFT_OUT or (marker and not marker.evaluate({"extra": "grading"})):
            continue
        lines.add(f"{needed.name}=={metadata.version(needed.name)}")
    return "".join(f"{line}\n" for line in sorted(lines))


def _filled(script: str, root: str, submitted: str, system: str) -> bytes:
    for name, value in (("ROOT", root), ("SUBMITTED", submitted), ("SYSTEM", system)):
        script = script.replace(f"@{name}@", value)
    return script.encode()


def _package(folder: str) -> dict[str, bytes]:
    """A package's files by their place in the bundle."""
    home = Path(folder)
    return {
        f"packages/{home.name}/{path.relative_to(home).as_posix()}": path.read_bytes()
        for path in home.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
