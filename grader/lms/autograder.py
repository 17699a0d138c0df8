"""What runs inside Gradescope's or PrairieLearn's container: one student's files in, one results.json out.

`python -m grader.lms.autograder gradescope /autograder` is what the bundle's `run_autograder` calls (`grader.lms.bundle`).
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from grader.checks.report import Report
from grader.course.lesson import Lesson
from grader.course.submission import exercises_told
from grader.engine.apart import TooMuch, apart
from grader.engine.result import CellResult, Result
from grader.errors import GraderError
from grader.lms.archive import Opened, Refused

MAX_OUTPUT = 10_000  # characters on one check; PrairieLearn takes 1 MB in all


def main(arguments: list[str]) -> int:
    """Grade what lies in the system's folders; the value is an exit status.

    Parameters
    ----------
    arguments : list of str
        The system, "gradescope" or "prairielearn", and the root of its folders.
    """
    system, root = arguments[0], Path(arguments[1])
    submitted, results, show = _SYSTEMS[system]
    lesson = bundled_lesson(root / "source")
    begun = time.monotonic()
    try:
        data, notes = find_notebook(root / submitted, lesson)
        written = show(_grade(data, lesson, root / "source"), lesson, notes)
    except GraderError as error:
        written = _not_graded(system, str(error))
    if system == "gradescope":
        written["execution_time"] = round(time.monotonic() - begun)
    path = root / results / "results.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(written, ensure_ascii=False, indent=1), encoding="utf-8")
    return 0


def bundled_lesson(source: Path) -> Lesson:
    """The lesson that a bundle was made for."""
    (instructor,) = (source / "lesson").glob("*.ipynb")
    return Lesson.read(instructor, source / "released" / instructor.name)


def find_notebook(folder: Path, lesson: Lesson) -> tuple[bytes, list[str]]:
    """The lesson's notebook among a student's files, whatever it is called, and what is to be said of it.

    Raises
    ------
    GraderError
        There is none.
    """
    found, others = [], []
    with Opened(lambda name: ".ipynb" in name.lower()) as opened:
        for file in opened.files(folder):
            if ".ipynb" not in file.name.lower():
                continue
            try:
                data = file.read()
            except Refused as error:
                others.append(f"{file} {error}")
                continue
            try:
                told = apart(exercises_told, data, [lesson])
            except TooMuch:
                told = {
                    "fits": [[0, 0]],
                    "why": "reading it takes more memory or time than it may.",
                }
            fit = max(told["fits"][0][:2])
            if fit:
                found.append((fit, file.name == f"{lesson.name}.ipynb", str(file), data))
            else:
                others.append(f"{file}: {told['why'] or 'it holds no exercise of this lesson.'}")
    if not found:
        raise GraderError(
            f"There is no notebook of {lesson.name} among the files. {' '.join(others)}".strip(),
            f"hand in {lesson.name}.ipynb",
        )
    *rest, (_, _, name, data) = sorted(found, key=lambda f: f[:3])
    notes = [f"{name} was graded, not {', '.join(f[2] for f in rest)}."] if rest else []
    return data, notes


def _grade(data: bytes, lesson: Lesson, source: Path) -> Result:
    """Judge it inside the walls that this container allows; what they are is printed, for the instructor alone."""
    from grader.engine.grade_submission import PLAIN, grade_one
    from grader.engine.sandbox import SandboxError, abilities

    able = abilities()
    for lack in able.lacking:
        print(f"grader doctor: {lack}")
    if able.enough:
        return grade_one(data, lesson)
    if (source / "without-sandbox").is_file():
        return grade_one(data, lesson, ways=PLAIN)
    raise SandboxError(
        "This container cannot wall in a student's notebook, which could then read the answers; nothing was run. "
        "An instructor finds the reasons in the autograder's own output, and can make the bundle with --no-sandbox."
    )


def for_gradescope(result: Result, lesson: Lesson, notes: list[str]) -> dict:
    """Gradescope's results: a test for each check; what is hidden in the lesson, students never see there."""
    tests = []
    for number, exercise in enumerate(lesson.exercises, 1):
        checks = [c for c in lesson.of(exercise) if c.graded and not c.manual]
        for part, cell in enumerate(checks, 1):
            one = result.of(cell.grade_id)
            if one is None:
                continue
            hidden = cell.role == "hidden"
            tests.append(
                {
                    "name": f"{exercise} (hidden checks)" if hidden else exercise,
                    "number": f"{number}.{part}",
                    "score": round(one.score, 4),
                    "max_score": one.points,
                    "status": "passed" if one.score >= one.points else "failed",
                    "output": _words(one) if hidden or not cell.hides else _sentence(one),
                    "output_format": "text",
                    "visibility": "hidden" if hidden else "visible",
                }
            )
    return {
        "tests": tests,
        "score": round(sum(t["score"] for t in tests), 4),
        "output": " ".join([result.reason, *notes, *result.notes]).strip(),
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
    }


def for_prairielearn(result: Result, lesson: Lesson, notes: list[str]) -> dict:
    """PrairieLearn's results. It shows all of them to the student: of hidden checks only what they are about."""
    tests = [
        {
            "name": test["name"],
            "points": test["score"],
            "max_points": test["max_score"],
            "output": test["output"] if test["visibility"] == "visible" else "",
        }
        for test in for_gradescope(result, lesson, notes)["tests"]
    ]
    most = sum(t["max_points"] for t in tests)
    return {
        "gradable": result.status not in ("unreadable", "unknown", "refused"),
        "score": sum(t["points"] for t in tests) / most if most else 0.0,
        "output": " ".join([result.reason, *notes, *result.notes]).strip(),
        "tests": tests,
    }


def _words(one: CellResult) -> str:
    """A check's lines as text, or the sentence that stands for them."""
    text = str(Report.from_data(one.report)) if one.report is not None else ""
    return (text or _sentence(one))[:MAX_OUTPUT]


def _sentence(one: CellResult) -> str:
    return one.reason or ("All met." if one.score >= one.points else "Not met.")


def _not_graded(system: str, why: str) -> dict:
    if system == "prairielearn":
        return {"gradable": False, "score": 0.0, "tests": [], "output": why}
    shown = {"output_format": "text", "visibility": "visible", "stdout_visibility": "hidden"}
    return {"tests": [], "score": 0.0, "output": why, **shown}


_Show = Callable[[Result, Lesson, list[str]], dict]
_SYSTEMS: dict[str, tuple[str, str, _Show]] = {
    "gradescope": ("submission", "results", for_gradescope),
    "prairielearn": ("student", "results", for_prairielearn),
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
