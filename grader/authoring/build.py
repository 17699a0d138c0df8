"""`grader build`: every lesson's source to the instructor's notebook and the student's.

The student's notebook comes out of nbgrader's own generate_assignment, configured by `nbgrader_config.py`; this
module prepares its input, runs it into a scratch folder and moves what is new to `course/`.
"""

import contextlib
import os
import re
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from grader.authoring.notebook import instructor_notebook
from grader.authoring.rules import problems
from grader.authoring.source import Problem, SourceError, read_source


class BuildError(Exception):
    """A lesson cannot be built; the message says which, why and what to do."""


@dataclass(frozen=True)
class Lesson:
    """A folder below `solutions/`: `source` is its py:percent file, or None where it holds only a notebook."""

    name: str
    folder: Path
    source: Path = None


@dataclass(frozen=True)
class Built:
    """What became of one lesson: `changed` names files that differ from `course/`; `kept` is a saved copy of a worked-on notebook."""

    name: str
    changed: tuple
    kept: tuple = ()


def find_lessons(root, names=()):
    """The lessons of a course, in order, or those named.

    Parameters
    ----------
    root : path-like
        The folder that holds `solutions/`.
    names : sequence of str
        Lesson folders; a number such as "01" is enough where it is unambiguous.

    Raises
    ------
    BuildError
        If there is no `solutions/`, or a name fits no lesson or several.
    """
    folder = Path(root) / "solutions"
    if not folder.is_dir():
        raise BuildError(f"no folder solutions/ in {Path(root).resolve().name}/: run this in the course's root, where README.md stands")
    lessons = []
    for place in sorted(p for p in folder.iterdir() if p.is_dir() and not p.name.startswith((".", "_"))):
        source = place / f"{place.name}.py"
        if source.exists():
            lessons.append(Lesson(place.name, place, source))
        elif any(place.glob("*.ipynb")):
            lessons.append(Lesson(place.name, place))
        elif any(place.glob("*.py")):
            found = ", ".join(sorted(p.name for p in place.glob("*.py")))
            raise BuildError(f"solutions/{place.name}/ holds {found}, but a lesson's source is named like its folder: {place.name}.py")
    if not names:
        return lessons
    chosen = []
    for name in names:
        fits = [lesson for lesson in lessons if lesson.name == name] or [lesson for lesson in lessons if lesson.name.startswith(name)]
        if len(fits) != 1:
            known = ", ".join(lesson.name for lesson in (fits or lessons)) or "none"
            raise BuildError(f"{'several lessons begin' if fits else 'no lesson is named'} {name!r}: {known}")
        chosen += [fit for fit in fits if fit not in chosen]
    return chosen


def build(root, names=(), check=False, say=lambda text: None):
    """Build lessons: solutions/NN/NN.py → solutions/NN/NN.ipynb and course/NN/NN.ipynb.

    Parameters
    ----------
    root : path-like
        The course's root.
    names : sequence of str
        Lessons to build; all by default.
    check : bool
        Touch nothing, neither files nor the gradebook; only tell what a build would change.
    say : callable
        Called with one line of progress for each lesson.

    Returns
    -------
    list of Built

    Raises
    ------
    SourceError
        If a source is out of shape; no lesson is built then.
    BuildError
        If nbgrader refuses a lesson.
    """
    root = Path(root).resolve()
    lessons = find_lessons(root, names)
    sources = _validated(lessons)
    with _scratch(root) as scratch:
        database = f"sqlite:///{scratch / 'gradebook.db'}" if check else None
        sources_root = scratch / "solutions" if check else root / "solutions"
        api = _nbgrader(root, scratch, sources_root, database)
        built = []
        for lesson in lessons:
            if check:
                shutil.copytree(lesson.folder, sources_root / lesson.name)
            if lesson.source:
                _write_if_new(sources_root / lesson.name / f"{lesson.name}.ipynb", _as_bytes(instructor_notebook(sources[lesson.name])))
            answer = api.generate_assignment(lesson.name, force=True, create=True)
            if not answer["success"]:
                raise BuildError(f"nbgrader did not release {lesson.name}:\n{_reasons(answer)}")
            built.append(_deliver(root, scratch / "release" / lesson.name, lesson.name, check))
            say(_line(built[-1], check))
    return built


def put_programs_on_path():
    """Let nbgrader find `alembic`, which it starts by name to make a gradebook, in an environment that was never activated."""
    here = str(Path(sys.executable).parent)
    if here not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = here + os.pathsep + os.environ.get("PATH", "")


def _validated(lessons):
    found, sources = [], {}
    for lesson in lessons:
        if not lesson.source:
            continue
        shown = f"solutions/{lesson.name}/{lesson.source.name}"
        try:
            sources[lesson.name] = read_source(lesson.source)
        except SourceError as error:
            found += error.problems
            continue
        except UnicodeDecodeError as error:
            found.append(Problem(shown, 1, f"not UTF-8 text: {error.reason} at byte {error.start}"))
            continue
        found += problems(shown, sources[lesson.name])
    if found:
        raise SourceError(found)
    return sources


@contextlib.contextmanager
def _scratch(root):
    place = root / ".grader"
    place.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="build-", dir=place) as folder:
        yield Path(folder)


def _nbgrader(root, scratch, sources_root, database):
    """nbgrader's API on this course, releasing into the scratch folder."""
    put_programs_on_path()
    from nbgrader.apps import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config
    from traitlets.config.loader import PyFileConfigLoader

    config = Config()
    if (root / "nbgrader_config.py").exists():
        config.merge(PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config())
    config.CourseDirectory.root = str(root)
    # nbgrader joins these to the root; relative names keep both inside it.
    config.CourseDirectory.source_directory = str(sources_root.relative_to(root))
    config.CourseDirectory.release_directory = str((scratch / "release").relative_to(root))
    if database:
        config.CourseDirectory.db_url = database
    coursedir = CourseDirectory(config=config)
    api = NbGraderAPI(coursedir, config=config)
    api.log_level = "ERROR"
    return api


def _deliver(root, made, name, check):
    """Move what a release made to `course/NAME/`, file by file, where it differs."""
    target = root / "course" / name
    changed, kept = [], []
    for new in sorted(p for p in made.rglob("*") if p.is_file()):
        relative = new.relative_to(made)
        old, data = target / relative, new.read_bytes()
        if old.exists() and old.read_bytes() == data:
            continue
        changed.append(str(relative))
        if check:
            continue
        if old.exists() and old.suffix == ".ipynb" and _worked_on(old):
            kept.append(_keep(root, old, name))
        old.parent.mkdir(parents=True, exist_ok=True)
        _write_if_new(old, data)
    return Built(name, tuple(changed), tuple(kept))


def _worked_on(path):
    """Whether somebody ran or answered this notebook: one that a build wrote has no outputs and no counts."""
    import nbformat

    try:
        cells = nbformat.read(path, as_version=4).cells
    except Exception:  # not readable as a notebook: somebody's bytes all the same
        return True
    return any(cell.get("outputs") or cell.get("execution_count") for cell in cells)


def _keep(root, path, name):
    place = root / ".grader" / "kept"
    place.mkdir(parents=True, exist_ok=True)
    copy = place / f"{name}-{time.strftime('%Y%m%d-%H%M%S')}.ipynb"
    shutil.copy2(path, copy)
    return str(copy.relative_to(root))


def _as_bytes(notebook):
    import nbformat

    return (nbformat.writes(notebook, version=nbformat.NO_CONVERT) + "\n").encode()


def _write_if_new(path, data):
    if path.exists() and path.read_bytes() == data:
        return
    partial = path.with_name(path.name + ".part")
    partial.write_bytes(data)
    partial.replace(path)


def _reasons(answer):
    """What nbgrader logged and raised, without the tracebacks around it."""
    text = (answer.get("log") or "") + (answer.get("error") or "")
    told = re.findall(r"^\s*((?:[\w.]*(?:Error|Exception)): .+|\[(?:ERROR|WARNING)\] .+)$", text, re.M)
    told = [line for line in dict.fromkeys(told) if "Traceback" not in line and "traceback" not in line]
    return "\n".join(f"    {line}" for line in told) or "    it gave no reason"


def _line(built, check):
    if not built.changed:
        return f"{built.name}: up to date"
    text = f"{built.name}: {'would write' if check else 'wrote'} course/{built.name}/{{{', '.join(built.changed)}}}".replace("{", "").replace("}", "")
    return text + "".join(f"\n    your worked-on copy is kept as {path}" for path in built.kept)
