"""Scores as CSV: nbgrader's own columns and values, then one column for each exercise.

Named in nbgrader_config.py, so that `nbgrader export` and `grader grade` write the same file. In order of lessons and names, so
that equal gradebooks give equal bytes; a lesson that nobody handed in has no lines, and who did not hand in has empty scores.
"""

import csv

from nbgrader.api import MissingEntry
from nbgrader.plugins import ExportPlugin

from grader.course.folder import CourseError
from grader.course.lesson import LessonError
from grader.reports.sheet import cell

COLUMNS = (
    "assignment",
    "duedate",
    "timestamp",
    "student_id",
    "last_name",
    "first_name",
    "email",
    "raw_score",
    "late_submission_penalty",
    "score",
    "max_score",
)


class CsvExport(ExportPlugin):
    """One line per assignment and student (`ExportApp.plugin_class`)."""

    def export(self, gradebook):
        lines, exercises = [], {}
        for assignment in sorted(gradebook.assignments, key=lambda a: a.name):
            if not self._wanted(self.assignment, assignment.name) or not assignment.submissions:
                continue
            lesson = self._exercises(assignment)
            exercises.update(dict.fromkeys(lesson.values()))
            for student in sorted(gradebook.students, key=lambda s: s.id):
                if self._wanted(self.student, student.id):
                    lines.append(_line(gradebook, assignment, student, lesson))
        with open(self.to or "grades.csv", "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow((*COLUMNS, *map(_exercise, exercises)))
            for line, scores in lines:
                writer.writerow([cell(v) for v in (*line, *map(scores.get, exercises))])

    def _exercises(self, assignment):
        """Which exercise each graded cell belongs to, by (notebook, cell); empty where the lesson is not there any more."""
        from grader.nbgrader_bridge.gradebook import course_of

        course, found = course_of(self.parent.coursedir), {}
        for notebook in sorted(n.name for n in assignment.notebooks):
            try:
                lesson = course.read(assignment.name, notebook)
            except (CourseError, LessonError):
                continue
            found |= {(notebook, c.grade_id): c.exercise for c in lesson.graded}
        return found

    @staticmethod
    def _wanted(chosen, name):
        return not chosen or name in [str(c) for c in chosen]


def _exercise(name):
    return f"exercise {name}"


def _line(gradebook, assignment, student, lesson):
    """The values of nbgrader's columns, and the score of each exercise."""
    about = (assignment.name, assignment.duedate)
    who = (student.id, student.last_name, student.first_name, student.email)
    try:
        submission = gradebook.find_submission(assignment.name, student.id)
    except MissingEntry:
        return (*about, "", *who, None, None, None, assignment.max_score), {}
    scores = {}
    for notebook in submission.notebooks:
        for grade in notebook.grades:
            exercise = lesson.get((notebook.name, grade.name))
            if exercise:
                scores[exercise] = scores.get(exercise, 0.0) + (grade.score or 0.0)
    penalty = submission.late_submission_penalty or 0.0
    left = max(0.0, submission.score - penalty)
    values = (submission.timestamp, *who, submission.score, penalty, left, assignment.max_score)
    return (*about, *values), scores
