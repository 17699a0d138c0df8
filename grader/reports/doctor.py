"""`grader doctor`: what this machine has, what is missing, and how to get it. Looks; changes nothing."""

import os
import re
import shutil
import sys
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

INSTALL = "pip install --constraint constraints.txt --editable '.[lab,grading]'   (or: make demo)"
PROJECT = "functional-keras"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `state`: "ok", "note" (something is less good than it could be) or "missing"."""

    state: str
    what: str
    remedy: str = ""


def doctor(root):
    """Print every finding; 1 when something is missing without which grading cannot work, else 0."""
    findings = [
        f
        for look in (
            python,
            packages,
            programs,
            kernel,
            drawing,
            sandbox,
            folders,
            lessons,
            evidence,
        )
        for f in _found(look, root)
    ]
    for finding in findings:
        print(f"{ {'ok': '✓', 'note': '·', 'missing': '✗'}[finding.state] } {finding.what}")
        if finding.remedy:
            print(f"    → {finding.remedy}")
    missing = sum(f.state == "missing" for f in findings)
    print(
        f"\n{missing} to mend."
        if missing
        else "\nAll is well: everything that grading needs is here."
    )
    return 1 if missing else 0


def _found(look, root):
    try:
        return look(root)
    except ImportError as error:
        return [
            Finding(
                "missing",
                f"The module {error.name or error}, without which {look.__name__} cannot be looked at",
                INSTALL,
            )
        ]


def python(root):
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info >= (3, 11):  # noqa: UP036  (whoever has an older one gets a sentence)
        return [Finding("ok", f"Python {version}")]
    return [
        Finding(
            "missing",
            f"Python {version} is too old",
            "Python 3.11 or newer; with make: make PYTHON=python3.11 demo",
        )
    ]


def packages(root):
    """What grading needs, as pyproject.toml declares it and pip has written it down."""
    pins, findings = _pins(root), []
    needed = _needed()
    if needed is None:
        return [
            Finding("missing", f"The package {PROJECT} itself, which brings the others", INSTALL)
        ]
    absent = [str(r) for r in needed if not _serves(r)]
    if absent:
        findings.append(Finding("missing", f"Packages: {', '.join(absent)}", INSTALL))
    other = [
        f"{name} {_version(name)} (tested with {pin})"
        for name, pin in pins.items()
        if _version(name) not in (None, pin)
    ]
    if other:
        findings.append(
            Finding("note", f"Other versions than the tested ones: {', '.join(other)}", INSTALL)
        )
    if not pins:
        findings.append(
            Finding(
                "note",
                "There is no constraints.txt here to compare versions with",
                "run this in the course's root",
            )
        )
    elif not absent and not other:
        findings.append(
            Finding(
                "ok",
                f"Packages: {sum(_version(n) is not None for n in pins)} installed, all as tested",
            )
        )
    return findings


def programs(root):
    found = shutil.which(
        "alembic", path=os.path.dirname(sys.executable) + os.pathsep + os.environ.get("PATH", "")
    )
    if found or _version("nbgrader") is None:
        return []
    return [
        Finding("missing", "The program alembic, with which nbgrader makes a gradebook", INSTALL)
    ]


def kernel(root):
    """Whether the kernel that notebooks ask for runs in this very Python."""
    try:
        from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
    except ImportError:
        return [Finding("missing", "Jupyter kernels", INSTALL)]
    try:
        program = KernelSpecManager().get_kernel_spec("python3").argv[0]
    except NoSuchKernel:
        return [
            Finding("missing", "The kernel python3", "python -m ipykernel install --sys-prefix")
        ]
    here = program in ("python", "python3") or os.path.dirname(
        os.path.abspath(shutil.which(program) or program)
    ) == os.path.dirname(os.path.abspath(sys.executable))
    if here:
        return [Finding("ok", "Kernel python3")]
    return [
        Finding(
            "note",
            f"The kernel python3 runs another Python: {program}",
            "activate this environment before you open JupyterLab; grading is not affected",
        )
    ]


def drawing(root):
    if shutil.which("dot"):
        return [Finding("ok", "Drawings: by the dot program")]
    if util.find_spec("pygraphviz"):
        return [
            Finding("ok", "Drawings: by pygraphviz (there is no dot program, and none is needed)")
        ]
    return [
        Finding(
            "missing",
            "Drawings: neither the dot program nor pygraphviz",
            f"{INSTALL}, or install Graphviz",
        )
    ]


def sandbox(root):
    """What walls this machine can put around a submission."""
    from grader.engine.sandbox import abilities

    able = abilities()
    if able.enough:
        return [Finding("note" if able.lacking else "ok", f"Sandbox: {able.level}")]
    return [
        Finding(
            "missing",
            f"Sandbox: none; {'; '.join(able.lacking)}",
            "grade on Linux 5.13 or newer, or trust the submissions: grader grade --no-sandbox",
        )
    ]


def folders(root):
    findings = []
    if not (Path(root) / "nbgrader_config.py").is_file():
        return [
            Finding(
                "note",
                f"{root} is not a course: it has no nbgrader_config.py",
                "run this in the course's root, or name it with --root",
            )
        ]
    for folder in (Path(root), Path(root) / ".grader"):
        if folder.exists() and not os.access(folder, os.W_OK | os.X_OK):
            findings.append(
                Finding(
                    "missing",
                    f"{folder} cannot be written to",
                    "make it yours (chown, chmod), or copy the course elsewhere",
                )
            )
    if set(str(root)) & set("*?["):
        findings.append(
            Finding(
                "missing",
                f"{root} holds one of * ? [, which nbgrader cannot handle",
                "rename the folder",
            )
        )
    return findings or [Finding("ok", "Folders: can be written to")]


def lessons(root):
    """Which lessons `grader build` would refuse, and where to look."""
    from grader.course.folder import CourseError
    from grader.course.source import SourceError
    from grader.course.sources import find_lessons, valid_source

    findings = []
    try:
        found = find_lessons(root)
    except CourseError:  # no course: told by `folders`
        return []
    for lesson in found:
        if not lesson.source:
            findings += _unusable(root, lesson.name)
            continue
        try:
            valid_source(lesson)
        except SourceError as error:
            first, *more = error.problems
            also = f" (and {len(more)} more)" if more else ""
            findings.append(
                Finding(
                    "missing",
                    f"Lesson {lesson.name} cannot be built: {first}{also}",
                    f"grader build {lesson.name} says all of it",
                )
            )
    if findings or not found:
        return findings
    return [Finding("ok", f"Lessons: {len(found)}, all in shape")]


def _unusable(root, name):
    """A finding for each notebook of a lesson without a source that grading would refuse."""
    from grader.course.folder import Course, CourseError
    from grader.errors import GraderError

    try:
        course = Course.at(root)
    except CourseError:
        return
    for notebook in course.notebooks(name):
        try:
            course.read(name, notebook)
        except GraderError as error:
            yield Finding(
                "missing",
                f"Lesson {name} cannot be graded: {error.message}",
                error.remedy or f"mend solutions/{name}/{notebook}.ipynb",
            )


def evidence(root):
    """The exercises that believe something the student's process says, by name and with their points."""
    from grader.engine.trust_report import resting_on_the_student

    told, resting, points = [], 0.0, 0.0
    for lesson in _lessons(root):
        here = resting_on_the_student(lesson)
        points, resting = points + lesson.points, resting + sum(r.points for r in here)
        if here:
            told.append(
                f"{lesson.name}: "
                + ", ".join(f"{r.exercise} ({r.points:g}: {r.why})" for r in here)
            )
    shared = _in_one_process(root)
    if not told:
        return shared
    return [
        *shared,
        Finding(
            "note",
            f"{resting:g} of {points:g} points rest on what a student's own process says: {'; '.join(told)}",
        ),
    ]


def _in_one_process(root):
    """The tests made with nbgrader's toolbar that a student's code could reach, each with why."""
    from grader.engine.cell_run import Limits
    from grader.engine.runner import tests_in_one_process
    from grader.engine.sandbox import abilities

    lessons = [lesson for lesson in _lessons(root) if not lesson.marked]
    if not abilities().enough:
        return []
    told = [(lesson.name, tests_in_one_process(lesson, Limits())) for lesson in lessons]
    return [
        Finding(
            "note",
            f"{name}: these tests share a process with the student's code, which can read and fool them: "
            + "; ".join(f"{test} ({why})" for test, why in tests.items()),
        )
        for name, tests in told
        if tests
    ]


def _lessons(root):
    """The course's lessons as their sources say, or as their notebooks where there is no source; what cannot be read is left out."""
    from grader.course.folder import Course, CourseError
    from grader.course.instructor_notebook import instructor_notebook
    from grader.course.lesson import Lesson
    from grader.course.source import read_source

    try:
        course = Course.at(root)
    except CourseError:
        return
    for name in course.lessons:
        try:
            if course.script(name).is_file():
                yield Lesson.from_notebook(
                    name, instructor_notebook(read_source(course.script(name)), name)
                )
            else:
                yield from [course.read(name, notebook) for notebook in course.notebooks(name)]
        except Exception:  # out of shape: grader build says how
            continue


def _pins(root):
    path = Path(root) / "constraints.txt"
    lines = path.read_text("utf-8").splitlines() if path.is_file() else ()
    return dict(
        m.groups() for m in (re.match(r"([A-Za-z0-9._-]+)==([^\s;]+)", line) for line in lines) if m
    )


def _needed():
    """The requirements of grading on this machine, without what only tests need; None where the project is not installed."""
    try:
        lines = metadata.requires(PROJECT) or ()
    except metadata.PackageNotFoundError:
        return None
    from packaging.requirements import Requirement

    declared = [Requirement(line) for line in lines]
    return [r for r in declared if r.marker is None or r.marker.evaluate({"extra": "grading"})]


def _serves(requirement):
    version = _version(requirement.name)
    return version is not None and requirement.specifier.contains(version, prereleases=True)


def _version(name):
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
