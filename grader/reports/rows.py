"""What one student's submission came to: the line of the table, read back from nbgrader's gradebook. Writes nothing."""

from dataclasses import dataclass, replace

from grader.engine.grade_submission import finding


@dataclass(frozen=True)
class Row:
    """One student's standing in one lesson, for the table. Scores are the gradebook's, by hand ones included."""

    student: str
    lesson: str
    scores: dict  # exercise -> (score, points)
    score: float
    points: float
    penalty: float = 0.0
    by_hand: bool = False  # something still waits for a person
    status: str = "graded"
    reasons: tuple[str, ...] = ()


def row(gradebook, student, assignment, lesson, result):
    """The row of one notebook; where the grader itself failed, one without points that says so."""
    if result.status == "failed":
        scores = {
            e: (0.0, sum(c.points for c in lesson.of(e) if c.graded)) for e in lesson.exercises
        }
        return Row(
            student,
            lesson.name,
            scores,
            0.0,
            lesson.points,
            status="failed",
            reasons=(result.reason,),
        )
    notebook = gradebook.find_submission_notebook(lesson.name, assignment, student)
    grades, scores, waiting = {g.name: g for g in notebook.grades}, {}, False
    for cell in lesson.graded:
        grade = grades[cell.grade_id]
        score, points = scores.get(cell.exercise, (0.0, 0.0))
        scores[cell.exercise] = (score + (grade.score or 0.0), points + cell.points)
        waiting = waiting or bool(grade.needs_manual_grade)
    penalty = notebook.late_submission_penalty or 0.0
    return Row(
        student,
        lesson.name,
        scores,
        notebook.score - penalty,
        notebook.max_score,
        penalty,
        waiting,
        result.status,
        reasons(lesson, result),
    )


def for_table(lesson, result):
    """The result as the instructor's table tells it: without its reports, and with what hidden checks found and visible ones did not."""
    told = []  # what visible checks found, by exercise
    return replace(result, cells=tuple(_for_table(lesson, cell, told) for cell in result.cells))


def _for_table(lesson, cell, told):
    reason, own = cell.reason, lesson.identified.get(cell.grade_id)
    if cell.report is not None and own:
        from grader.checks.report import Report

        missed = [x for x in Report.from_data(cell.report).lines if x.status != "met"]
        if not own.hides:
            told += [(own.exercise, line) for line in missed]
        elif missed and reason.startswith("Hidden checks: "):
            new = [line for line in missed if not _known(own.exercise, line, told)]
            reason = f"Hidden checks: {finding(new)}" if new else ""
    return replace(cell, report=None, reason=reason)


def _known(exercise, line, told):
    """Whether a visible check that asks the same, or less of the same, has found this too."""
    return any(
        (exercise, line.title, line.found) == (of, before.title, before.found)
        and line.expected.startswith(before.expected)
        for of, before in told
    )


def reasons(lesson, result):
    """Why points were lost, a sentence each: for the submission as a whole, then by exercise."""
    said = [result.reason] if result.reason else []
    said += result.notes
    if result.status in ("graded", "timed out", "died"):
        for exercise in lesson.exercises:
            own = [result.of(c.grade_id) for c in lesson.of(exercise)]
            words = dict.fromkeys(
                c.reason
                for c in own
                if c is not None and c.points and c.score < c.points and c.reason
            )
            if words:
                said.append(f"{exercise}: {' '.join(words)}")
    return tuple(said)
