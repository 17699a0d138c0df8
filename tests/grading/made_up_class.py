"""A class whose results are made up, so that what is told of many students can be tested without running one notebook."""

import random
from pathlib import Path

from grader.engine.cache import ResultStore
from grader.engine.result import CellResult, Result
from grader.reports.history import history

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40"><title>t</title>'
    '<rect width="110" height="30"/>' + '<path d="M 0 0 L 10 10"/>' * 300 + "</svg>"
)
EXERCISES = ("stack", "heads", "twins", "skip", "mended", "own")
REQUIREMENTS = ("the input", "the output", "the Dense layer", "the number of parameters")
FOUND = ("2 Dense", "3 Dense", "1 output of shape (2,)", "units=10, expected 12")


def line(title, met, points, found="", drawing=None, alt="", status=None):
    return {
        "status": status or ("met" if met else "unmet"),
        "title": title,
        "expected": f"{title} as the text says",
        "found": "" if met else found,
        "look": "",
        "points": points,
        "earned": points if met else 0.0,
        "drawing": drawing,
        "drawing_alt": alt,
    }


def cell(grade_id, points, lines):
    """A graded cell whose report has these lines."""
    score = round(sum(x["earned"] for x in lines), 4)
    status = "met" if score >= points else "partly" if score else "unmet"
    report = {"version": 1, "points": points, "score": score, "lines": lines}
    return CellResult(
        grade_id, min(score, points), points, status, report, "" if status == "met" else "x"
    )


def checked(exercise, missed=(), found="", drawing=None, made=""):
    """The two graded cells of an exercise of four requirements and a hidden drawing, worth 4 and 1."""
    lines = [line(t, n not in missed, 1.0, found) for n, t in enumerate(REQUIREMENTS)]
    alt = "Drawing of 1 difference: something is missing."
    hidden = line(
        "the graph", not missed, 1.0, found, drawing if missed else None, alt if missed else ""
    )
    return [cell(f"check-{exercise}", 4.0, lines), cell(f"hidden-{exercise}", 1.0, [hidden])]


def result(lesson, answers, status="graded", reason=""):
    """The result of one submission; `answers` holds (missed, found) by exercise."""
    cells = [c for e in EXERCISES for c in checked(e, *answers.get(e, ((), "")), drawing=SVG)]
    return Result(lesson, "", status, reason, tuple(cells), 1.0)


def record(course, lesson, student, made, key=None):
    """Keep a result as a run of grading does."""
    key = key or f"{lesson}-{student}".encode().hex().ljust(64, "0")[-64:]
    ResultStore(course.state / "results").put(key, made)
    history(course.state).note(lesson, student, lesson, key)
    return key


def write_class(course, students=1000, lessons=("01_made_up",), seed=1):
    """A class in which a third of the answers of an exercise are wrong, in ways of which few are frequent."""
    draw = random.Random(seed)
    history(course.state).begin()
    for lesson in lessons:
        for n in range(students):
            answers = {}
            for exercise in EXERCISES:
                if draw.random() < 0.35:
                    kind = min(int(draw.expovariate(0.7)), len(REQUIREMENTS) - 1)
                    missed = (kind,) if draw.random() < 0.6 else (kind, (kind + 1) % 4)
                    answers[exercise] = (missed, draw.choice(FOUND))
            status = draw.choices(("graded", "untouched", "timed out"), (0.93, 0.04, 0.03))[0]
            reason = "It was stopped at the time limit." if status == "timed out" else ""
            record(course, lesson, f"student-{n:04}", result(lesson, answers, status, reason))


def course_at(root: Path):
    from grader.course.folder import Course

    (root / "nbgrader_config.py").write_text("")
    return Course(root)
