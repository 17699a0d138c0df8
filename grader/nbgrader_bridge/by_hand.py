"""What people entered into nbgrader's gradebook: scores by hand, extra credit, penalties, names. Read at once, without nbgrader.

nbgrader's own objects ask the database again for each cell of each student: a minute for a thousand of them.
"""

import contextlib
import sqlite3
from pathlib import Path
from urllib.parse import quote

from grader.reports.standing import ByHand

_WHERE = """FROM submitted_notebook
    JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
    JOIN assignment ON assignment.id = submitted_assignment.assignment_id
    JOIN notebook ON notebook.id = submitted_notebook.notebook_id"""
_GRADES = f"""SELECT assignment.name, submitted_assignment.student_id, notebook.name, base_cell.name,
    grade.manual_score, grade.extra_credit, grade.needs_manual_grade {_WHERE}
    JOIN grade ON grade.notebook_id = submitted_notebook.id
    JOIN base_cell ON base_cell.id = grade.cell_id
    WHERE grade.manual_score IS NOT NULL OR grade.extra_credit OR grade.needs_manual_grade"""
_PENALTIES = f"""SELECT assignment.name, submitted_assignment.student_id, notebook.name,
    submitted_notebook.late_submission_penalty {_WHERE} WHERE submitted_notebook.late_submission_penalty"""
_NAMES = "SELECT id, first_name, last_name FROM student"


def by_hand(gradebook: Path) -> ByHand:
    """What the gradebook holds; nothing where there is none, or where it is none."""
    if not gradebook.is_file():
        return ByHand()
    try:
        address = f"file:{quote(str(gradebook))}?mode=ro"
        with contextlib.closing(sqlite3.connect(address, uri=True)) as database:
            return _read(database)
    except sqlite3.Error:  # grader grade says what is wrong with it; a report can do without
        return ByHand()


def _read(database: sqlite3.Connection) -> ByHand:
    scores, extra, waiting = {}, {}, set()
    for *cell, manual, credit, needs in database.execute(_GRADES):
        where = (cell[0], cell[1], cell[2], cell[3])
        if manual is not None:
            scores[where] = float(manual)
        if credit:
            extra[where] = float(credit)
        if needs:
            waiting.add(where)
    penalties = {(a, s, n): float(p) for a, s, n, p in database.execute(_PENALTIES)}
    names = {
        # A last name alone that is the folder's stands in for one that nobody entered.
        student: " ".join(filter(None, (first, last))) if first or last != student else ""
        for student, first, last in database.execute(_NAMES)
    }
    return ByHand(scores, extra, frozenset(waiting), penalties, names)
