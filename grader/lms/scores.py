"""What the gradebook says of everybody in a lesson, whoever or whatever graded it."""

from __future__ import annotations

from dataclasses import dataclass

from grader.course.folder import Course, CourseError


@dataclass(frozen=True)
class Score:
    """`points` of `of`, after what was taken off for handing in late; `by_hand` says that an answer still waits for a person."""

    points: float
    of: float
    by_hand: bool = False


def scores(course: Course) -> dict[str, dict[str, Score]]:
    """Each lesson's scores by the student's folder; lessons that nobody handed in are left out.

    Raises
    ------
    CourseError
        Nothing has been graded.
    """
    from nbgrader.api import Gradebook

    path = course.root / "gradebook.db"
    if not path.is_file():
        raise CourseError(f"There is no gradebook.db in {course.root}.", "grader grade makes it")
    found: dict[str, dict[str, Score]] = {}
    with Gradebook(f"sqlite:///{path}") as gradebook:
        for assignment in gradebook.assignments:
            own = {
                s.student.id: _score(s) for s in gradebook.assignment_submissions(assignment.name)
            }
            if own:
                found[assignment.name] = own
    if not found:
        raise CourseError("The gradebook has no scores yet.", "grader grade enters them")
    return found


def _score(submission) -> Score:
    left = submission.score - (submission.late_submission_penalty or 0.0)
    return Score(max(0.0, left), submission.max_score, bool(submission.needs_manual_grade))
