"""Scores as CSV: nbgrader's own columns and values, but a comma in somebody's name stays in its column.

Named in nbgrader_config.py, so that `nbgrader export` and `grader grade` write the same file.
"""

import csv

from nbgrader.api import MissingEntry
from nbgrader.plugins import ExportPlugin

COLUMNS = ("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email",
           "raw_score", "late_submission_penalty", "score", "max_score")


class CsvExport(ExportPlugin):
    """One line per assignment and student (`ExportApp.plugin_class`)."""

    def export(self, gradebook):
        with open(self.to or "grades.csv", "w", newline="", encoding="utf-8") as file:
            lines = csv.writer(file, lineterminator="\n")
            lines.writerow(COLUMNS)
            for assignment in gradebook.assignments:
                for student in gradebook.students:
                    if self._wanted(self.assignment, assignment.name) and self._wanted(self.student, student.id):
                        lines.writerow(["" if v is None else v for v in _line(gradebook, assignment, student)])

    @staticmethod
    def _wanted(chosen, name):
        return not chosen or name in [str(c) for c in chosen]


def _line(gradebook, assignment, student):
    about = (assignment.name, assignment.duedate)
    who = (student.id, student.last_name, student.first_name, student.email)
    try:
        submission = gradebook.find_submission(assignment.name, student.id)
    except MissingEntry:
        return (*about, "", *who, 0.0, 0.0, 0.0, assignment.max_score)
    penalty = submission.late_submission_penalty or 0.0
    return (*about, submission.timestamp, *who, submission.score, penalty, max(0.0, submission.score - penalty), assignment.max_score)
