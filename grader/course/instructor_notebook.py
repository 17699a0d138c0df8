"""The instructor's notebook: a source's cells with the metadata nbgrader reads."""

import re
import textwrap

import nbformat

from grader.course.source import CLAIM_MARK, Cell

_NBGRADER = {
    "schema_version": 3,
    "grade": False,
    "locked": False,
    "solution": False,
    "task": False,
}
_STANDING = """## How far you are

Your visible points in this session. Run the cell again whenever you like."""
_TABLE = """from grader.checks import points_so_far

points_so_far()"""


def instructor_notebook(cells, lesson=""):
    """Build the notebook from which nbgrader makes releases and against which it grades.

    Ids are taken from `grade_id` or counted, never drawn, so that a rebuild gives the same bytes. Claims, and the marks of the
    sentences that lean on them, are for `grader verify --claims` alone and stay out.

    Parameters
    ----------
    cells : list of grader.course.source.Cell
    lesson : str
        The lesson's folder; with it the notebook can say how far a student is.

    Returns
    -------
    nbformat.NotebookNode
        Format 4.5, no outputs.
    """
    notebook = nbformat.v4.new_notebook(
        metadata={
            "kernelspec": {
                "display_name": "Python 3 (ipykernel)",
                "language": "python",
                "name": "python3",
            },
            "language_info": {"name": "python"},
        }
    )
    counts, later = {}, {}
    for cell in cells:
        if cell.role == "hidden":
            later[cell.exercise] = later.get(cell.exercise, 0) + cell.points
    for cell in cells:
        if cell.role == "claim":
            continue
        counts[cell.role] = counts.get(cell.role, 0) + 1
        notebook.cells.append(_built(cell, counts[cell.role], later.get(cell.exercise, 0)))
    if lesson:
        _with_standing(notebook, cells, lesson, later)
    return notebook


def _with_standing(notebook, cells, lesson, later):
    """Let the notebook say how far its student is: what exercises are worth in its set-up, and a table at its end."""
    worths = [
        f"{c.exercise} {c.points:g}" + (f" + {later[c.exercise]:g}" if c.exercise in later else "")
        for c in cells
        if c.role == "check"
    ]
    setup = next((c for c in notebook.cells if c.id == "setup"), None)
    if setup is None or not worths:
        return
    number = re.match(r"\d+", lesson)
    # grader.checks.progress reads these lines; an exercise and its points stay in one of them
    whole = ", ".join(worth.replace(" ", "\N{NO-BREAK SPACE}") for worth in worths)
    lines = textwrap.wrap(
        whole, 100, initial_indent="#   ", subsequent_indent="#   ", break_long_words=False
    )
    setup.source += "\n".join(
        [
            f"\n\n# Lesson {number[0] if number else lesson}, points now + after you hand in:",
            *(line.replace("\N{NO-BREAK SPACE}", " ") for line in lines),
        ]
    )
    text = nbformat.v4.new_markdown_cell(_STANDING, id="text-points-so-far")
    code = nbformat.v4.new_code_cell(_TABLE, id="points-so-far")
    for cell, role in ((text, "text"), (code, "example")):
        cell.metadata["course"] = {"role": role, "exercise": ""}
    notebook.cells += [text, code]


def _built(cell: Cell, count, later):
    metadata: dict = {"course": {"role": cell.role, "exercise": cell.exercise}}
    source = cell.source
    if cell.role == "nbgrader":
        identity = cell.metadata["nbgrader"].get("grade_id") or f"nbgrader-{count}"
        metadata = {"nbgrader": {**_NBGRADER, **cell.metadata["nbgrader"]}}
    elif cell.role == "text":
        identity = f"text-{count}"
        source = re.sub(rf"\s*{CLAIM_MARK.pattern}", "", source).lstrip()
        if own := cell.metadata.get("nbgrader"):  # an answer in words, which a person grades
            identity = own.get("grade_id") or identity
            role = "task" if own.get("task") else "solution" if own.get("solution") else "text"
            metadata = {"course": {"role": role, "exercise": identity}}
            metadata["nbgrader"] = {**_NBGRADER, **own}
    elif cell.role == "example":
        identity = f"example-{count}"
    elif cell.role == "setup":
        identity = "setup" if count == 1 else f"setup-{count}"
        metadata["nbgrader"] = {**_NBGRADER, "grade_id": identity, "locked": True}
    elif cell.role == "solution":
        identity = cell.grade_id
        metadata["nbgrader"] = {**_NBGRADER, "grade_id": identity, "solution": True}
    else:
        identity = cell.grade_id
        marks = {"grade_id": identity, "grade": True, "locked": True, "points": cell.points}
        metadata["nbgrader"] = {**_NBGRADER, **marks}
        if cell.role == "check":
            source = f"{source}\n\n# Exercise: {cell.exercise}"  # grader.checks.progress reads this
        if cell.role == "check" and later:
            # grader.checks.ipython_errors reads this line, and says it where all that is visible is met
            points = "1 more point is" if later == 1 else f"{later:g} more points are"
            source = f"{source}\n# {points} checked after you hand in."
        if cell.role == "hidden":
            unit = "point" if cell.points == 1 else "points"
            source = (
                f"# Hidden checks run here ({cell.points:g} {unit})\n"
                f"### BEGIN HIDDEN TESTS\n{source}\n### END HIDDEN TESTS"
            )
    new = nbformat.v4.new_markdown_cell if cell.role == "text" else nbformat.v4.new_code_cell
    return new(source, id=identity, metadata=metadata)
