"""`grader build`: every lesson's source to the instructor's notebook and the student's.

The student's notebook comes out of nbgrader's own generate_assignment, configured by `nbgrader_config.py`; this
module prepares its input, runs it into a scratch folder and moves what is new to `course/`. What somebody worked on there is
copied to `kept/` before it is replaced.
"""

import contextlib
import itertools
import json
import re
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from nbgrader.converters import GenerateAssignment
from nbgrader.utils import capture_log

from grader.course.folder import Course
from grader.course.instructor_notebook import instructor_notebook
from grader.course.source import Problem, SourceError
from grader.course.sources import as_bytes, find_lessons, valid_source, write, write_if_new
from grader.nbgrader_bridge.gradebook import nbgrader_app


@dataclass(frozen=True)
class Built:
    """What became of one lesson: `changed` names files of `course/` that differ; `kept` are copies of those somebody worked on."""

    name: str
    changed: tuple[str, ...]
    kept: tuple[str, ...] = ()


def build(root, names=(), check=False, say=lambda text: None):
    """Build lessons: solutions/NN/NN.py → solutions/NN/NN.ipynb and course/NN/NN.ipynb.

    What is released is kept in `.grader/release/` too. By it a notebook in `course/` that somebody worked on is told from one
    that nobody has touched; the first is copied to `kept/` before it is replaced.

    Parameters
    ----------
    root : path-like
        The course's root.
    names : sequence of str
        Lessons to build; all by default.
    check : bool
        Touch nothing, neither files nor the gradebook; only tell what a build would change.
    say : callable
        Called with one line of progress for each lesson, which names the copies that were kept.

    Returns
    -------
    list of Built

    Raises
    ------
    SourceError
        If a source is out of shape, or nbgrader refuses a lesson; all the others are built nevertheless.
    CourseError
        If a name fits no lesson.
    """
    root = Path(root).resolve()
    lessons = find_lessons(root, names)
    sources, refused = _sources(lessons)
    built = []
    with _scratch(root) as scratch, _nbgrader(root, scratch, check) as app:
        for lesson in lessons:
            if lesson.name not in sources:
                say(f"{lesson.name}: not built")
                continue
            try:
                made = _release(app, lesson, sources[lesson.name], scratch, check)
            except SourceError as error:
                refused += error.problems
                say(f"{lesson.name}: not built")
                continue
            built.append(_deliver(root, made, lesson.name, check))
            if not check:
                _remember(root, made, lesson.name)
            say(_line(built[-1], check))
    if refused:
        raise SourceError(refused)
    return built


def _release(app, lesson, cells, scratch, check):
    """Write the instructor's notebook and let nbgrader release it into the scratch folder; the value is what it made."""
    home = lesson.folder
    if check:
        home = scratch / "solutions" / lesson.name
        shutil.copytree(lesson.folder, home)
    if cells:
        notebook = instructor_notebook(cells, lesson.name)
        write_if_new(home / f"{lesson.name}.ipynb", as_bytes(notebook))
    app.coursedir.assignment_id = lesson.name
    converter = GenerateAssignment(coursedir=app.coursedir, parent=app)
    converter.force = True
    answer = capture_log(converter)
    if not answer["success"]:
        told = f"nbgrader did not release it:\n{_reasons(answer)}"
        raise SourceError([Problem(f"solutions/{lesson.name}/{lesson.name}.ipynb", 1, told)])
    return scratch / "release" / lesson.name


def _sources(lessons):
    """The cells of every lesson that is in shape (None where there is only a notebook), and the problems of the others."""
    sources, refused = {}, []
    for lesson in lessons:
        try:
            sources[lesson.name] = valid_source(lesson) if lesson.source else None
        except SourceError as error:
            refused += error.problems
    return sources, refused


@contextlib.contextmanager
def _scratch(root):
    place = root / ".grader"
    place.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="build-", dir=place) as folder:
        yield Path(folder)


def _nbgrader(root, scratch, check):
    """nbgrader on this course, releasing into the scratch folder; for a check all it reads and writes lies there."""
    # nbgrader joins these to the root; relative names keep both inside it.
    home = scratch if check else root
    where = {
        "source_directory": str((home / "solutions").relative_to(root)),
        "release_directory": str((scratch / "release").relative_to(root)),
    }
    if check:
        where["db_url"] = f"sqlite:///{scratch / 'gradebook.db'}"
    return nbgrader_app(Course(root), scratch / "nbgrader.log", **where)


def _deliver(root, made, name, check):
    """Move what a release made to `course/NAME/`, file by file, where it differs."""
    changed, kept = [], []
    for new in _files(made):
        inside = Path(name) / new.relative_to(made)
        old, data = root / "course" / inside, new.read_bytes()
        before = old.read_bytes() if old.exists() else None
        if before == data:
            continue
        changed.append(str(new.relative_to(made)))
        if check:
            continue
        if before is not None and not _is_ours(root, inside, before, data):
            kept.append(_keep(root, inside))
        write(old, data)
    return Built(name, tuple(changed), tuple(kept))


def _remember(root, made, name):
    """Keep what was released, newer than the instructor's notebook: grading reads it, and the next build compares with it."""
    for new in _files(made):
        write(_last(root, Path(name) / new.relative_to(made)), new.read_bytes())


def _files(folder):
    return sorted(p for p in folder.rglob("*") if p.is_file())


def _last(root, inside):
    """Where the release's own copy of a file in `course/` lies."""
    return root / ".grader" / "release" / inside


def _is_ours(root, inside, data, new):
    """Whether a file in `course/` is as some release made it, so that replacing it loses nothing.

    The releases at hand are the one being made, the last one and, in a fresh clone, the one in git. Where none of them is like it, it
    counts as somebody's work.
    """
    mine = _content(data)
    if mine == _content(new):
        return True
    last = _last(root, inside)
    if last.is_file() and mine == _content(last.read_bytes()):
        return True
    committed = _committed(root, Path("course") / inside)
    return committed is not None and mine == _content(committed)


def _content(data):
    """What a person can have changed in a notebook: its cells. Any other file, and a damaged notebook, is its bytes."""
    try:
        cells = json.loads(data)["cells"]
        return [{**cell, "source": "".join(cell["source"])} for cell in cells]
    except (ValueError, LookupError, TypeError, RecursionError):
        return data


def _committed(root, path):
    """The file as the last commit has it; None where there is no such commit, or no git."""
    try:
        git = subprocess.run(
            ["git", "-C", str(root), "cat-file", "blob", f"HEAD:./{path.as_posix()}"],
            capture_output=True,
            check=False,
        )
    except OSError:
        return None
    return git.stdout if git.returncode == 0 else None


def _keep(root, inside):
    """Copy a file of `course/` to `kept/`, under a name that nothing has there; the value is its path in the course."""
    now = time.strftime("%Y%m%d-%H%M%S")
    names = (f"{inside.stem}-{now}{more}{inside.suffix}" for more in _numbers())
    copy = next(p for name in names if not (p := root / "kept" / inside.parent / name).exists())
    copy.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(root / "course" / inside, copy)
    return str(copy.relative_to(root))


def keep_worked_on(root, lesson):
    """Copy the notebooks of a lesson in `course/` that somebody worked on to `kept/`, before anything else than a build replaces them.

    Returns
    -------
    tuple of str
        Where the copies lie, in the course.
    """
    place = root / "course" / lesson
    inside = [p.relative_to(root / "course") for p in _files(place)] if place.is_dir() else []
    return tuple(
        _keep(root, name)
        for name in inside
        if not _is_ours(root, name, (root / "course" / name).read_bytes(), b"")
    )


def _numbers():
    return itertools.chain([""], (f"-{n}" for n in itertools.count(2)))


def _reasons(answer):
    """What nbgrader logged and raised, without the tracebacks around it."""
    text = (answer.get("log") or "") + (answer.get("error") or "")
    told = re.findall(
        r"^\s*((?:[\w.]*(?:Error|Exception)): .+|\[(?:ERROR|WARNING)\] .+)$", text, re.M
    )
    told = [
        line for line in dict.fromkeys(told) if "Traceback" not in line and "traceback" not in line
    ]
    return "\n".join(f"    {line}" for line in told) or "    it gave no reason"


def _line(built, check):
    if not built.changed:
        return f"{built.name}: up to date"
    files = ", ".join(f"course/{built.name}/{name}" for name in built.changed)
    text = f"{built.name}: {'would write' if check else 'wrote'} {files}"
    return text + "".join(
        f"\n    somebody worked on the one before; it is kept as {path}" for path in built.kept
    )
