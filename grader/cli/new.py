"""`grader new`: a course of one's own in an empty folder, and another lesson in one that is there."""

import re
from importlib.resources import files
from pathlib import Path
from string import Template

from grader.course.folder import Course, CourseError

_FIRST = "01_first_steps"


def add(commands, command):
    """Add the command; `command(commands, name, run, text)` makes one with the options that all have."""
    new = command(
        commands,
        "new",
        _new,
        "make a course of your own in an empty folder, or, with the word lesson before its name, another lesson",
    )
    new.add_argument("names", nargs="+", metavar="COURSE | lesson NAME")
    new.add_argument(
        "--plain", action="store_true", help="exercises of plain Python, without a Keras model"
    )


def _new(args):
    kind = "plain" if args.plain else "model"
    match args.names:
        case ["lesson", name]:
            made = new_lesson(Course.at(args.root), name, kind)
        case [name] if name != "lesson":
            if (Path(args.root) / "nbgrader_config.py").is_file():
                raise CourseError(
                    f"{Path(args.root).resolve()} is a course already.",
                    f"grader new lesson {name} adds a lesson; a course of its own belongs elsewhere",
                )
            made = new_course(Path(args.root) / name, kind)
            print(f"A course: {made}. Go there, and: grader build, grader verify, grader grade.")
            return 0
        case _:
            raise CourseError(
                f"{' '.join(args.names)!r} is not a name.",
                "grader new COURSE, or grader new lesson NAME",
            )
    print(f"A lesson: {made}. Change it, then: grader build {made.stem}.")
    return 0


def new_course(folder: Path, kind: str = "model") -> Path:
    """Make a course with one small lesson in a folder that is empty or not there yet; the value is the folder.

    Parameters
    ----------
    folder : Path
    kind : "model" or "plain"
        Whether the lesson's exercise is a Keras model or plain Python.

    Raises
    ------
    CourseError
        There is something in the folder already.
    """
    folder = folder.resolve()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CourseError(f"{folder} is not empty.", "name a folder that is empty or not there yet")
    folder.mkdir(parents=True, exist_ok=True)
    course = Course(folder)
    texts = {"README.md": "README", "nbgrader_config.py": "config", ".gitignore": "gitignore"}
    for name, template in texts.items():
        _write(folder / name, template, title=folder.name, course=repr(folder.name))
    (folder / course.submitted).mkdir()
    new_lesson(course, _FIRST, kind)
    return folder


def new_lesson(course: Course, name: str, kind: str = "model") -> Path:
    """Make a lesson that builds and grades as it is, to be changed; the value is its source.

    Raises
    ------
    CourseError
        The name can't be a folder's and a file's, or there is such a lesson.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", name):
        raise CourseError(
            f"{name!r} cannot name a lesson.",
            "take letters, digits, - and _, and a number first to sort by: 02_second_steps",
        )
    home = course.root / course.source / name
    if home.exists():
        raise CourseError(f"There is a lesson {name} already: {home}.")
    number, _, words = name.partition("_") if name[:1].isdigit() else ("", "", name)
    title = " · ".join(filter(None, (number, re.sub("[_-]", " ", words).capitalize())))
    source = home / f"{name}.py"
    for template in files("grader.cli").joinpath("templates", kind).iterdir():
        stem = template.name.removesuffix(".txt")
        path = source if stem == "lesson" else home / "answers" / f"{stem}.py"
        _write(path, f"{kind}/{stem}", title=title)
    return source


def _write(path: Path, template: str, **values: str) -> None:
    text = files("grader.cli").joinpath("templates", f"{template}.txt").read_text("utf-8")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(Template(text).safe_substitute(values), encoding="utf-8")
