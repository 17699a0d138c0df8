"""Answers that were written from the students' text alone, by somebody who had read neither check nor solution; see README.md."""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from grader.checks.report import Report
from grader.engine.grade_submission import Limits, grade_one
from grader.engine.runner import Ways
from tests.lessons import harness

FOLDER = Path(__file__).parent
LABELS = ("honest", "wrong")


@dataclass(frozen=True)
class Answer:
    """One answer: `label` is "honest" or "wrong", `why` says in a line what is special or wrong about it."""

    lesson: str
    number: int
    exercise: str
    label: str
    why: str
    source: str

    def __post_init__(self):
        if self.label not in LABELS:
            raise ValueError(
                f"{self.place}: the label is 'honest' or 'wrong', not {self.label!r}; correct it in the file"
            )

    @property
    def place(self):
        return f"{self.lesson}.json[{self.number}] {self.exercise}"


@dataclass(frozen=True)
class Judged:
    """An answer and what grading a notebook with it gave: points of the whole exercise, what the visible check gave, what was told."""

    answer: Answer
    score: float
    points: float
    visible_green: bool
    told: str

    @property
    def full(self):
        return self.score >= self.points - 1e-6

    @property
    def bad(self):
        """An honest answer refused, or a wrong one accepted."""
        return self.full == (self.answer.label == "wrong")


def lessons():
    """The numbers of all lessons that have a file here, in order."""
    return sorted(path.stem for path in FOLDER.glob("[0-9][0-9].json"))


def answers(lesson):
    """The answers kept for a lesson, such as "03", in the file's order."""
    entries = json.loads((FOLDER / f"{lesson}.json").read_text("utf-8"))
    return [Answer(lesson, number, **entry) for number, entry in enumerate(entries)]


def judged(chosen):
    """Grade answers of one lesson, and yield a `Judged` for each as it comes.

    One notebook takes one answer to every exercise; honest and wrong ones are never in the same.
    """
    folder = next(f for f in harness.lessons() if f.name.startswith(chosen[0].lesson))
    lesson = harness.lesson_of(folder)
    kept = {exercise.name: exercise for exercise in harness.exercises(folder)}
    unknown = {answer.place for answer in chosen} - {
        answer.place for answer in chosen if answer.exercise in kept
    }
    if unknown:
        raise ValueError(f"{folder.name} has no such exercise: {', '.join(sorted(unknown))}")
    for one_notebook in _rounds(chosen):
        given = {name: exercise.stub for name, exercise in kept.items()}
        given |= {answer.exercise: answer.source for answer in one_notebook}
        result = grade_one(harness.submission(lesson, given), lesson, Limits(), Ways())
        for answer in one_notebook:
            yield _judged(answer, kept[answer.exercise].points, result)


def _rounds(chosen):
    rounds, seen = {}, Counter()
    for answer in chosen:
        key = answer.label, answer.exercise
        rounds.setdefault((answer.label, seen[key]), []).append(answer)
        seen[key] += 1
    return rounds.values()


def _judged(answer, points, result):
    cells = [result.of(f"{role}-{answer.exercise}") for role in ("check", "hidden")]
    cells = [cell for cell in cells if cell is not None]
    raised = result.of(answer.exercise)
    told = [raised.reason] if raised is not None and raised.reason else []
    told += [line for cell in cells if cell.score < cell.points for line in _lost(cell)]
    return Judged(
        answer,
        sum(cell.score for cell in cells),
        points,
        cells[0].score >= cells[0].points,
        "\n".join(told),
    )


def _lost(cell):
    """What a student reads of the requirements that lost points."""
    if not cell.report:
        return [f"{cell.grade_id}: {cell.reason}"]
    return [
        f"{cell.grade_id}: {line.title}: {line.found} → {line.look}"
        for line in Report.from_data(cell.report).lines
        if line.earned < line.points
    ]
