"""The instructor's notebook: a source's cells with the metadata nbgrader reads."""

import nbformat

from grader.authoring.source import Cell

_NBGRADER = {"schema_version": 3, "task": False}


def instructor_notebook(cells):
    """Build the notebook from which nbgrader makes releases and against which it grades.

    Ids are taken from `grade_id` or counted, never drawn, so that a rebuild gives the same bytes.

    Parameters
    ----------
    cells : list of grader.authoring.source.Cell

    Returns
    -------
    nbformat.NotebookNode
        Format 4.5, no outputs.
    """
    notebook = nbformat.v4.new_notebook(metadata={
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    })
    counts = {}
    for cell in cells:
        counts[cell.role] = counts.get(cell.role, 0) + 1
        notebook.cells.append(_built(cell, counts[cell.role]))
    return notebook


def _built(cell: Cell, count):
    metadata = {"course": {"role": cell.role, "exercise": cell.exercise}}
    source = cell.source
    if cell.role == "nbgrader":
        identity = cell.metadata["nbgrader"].get("grade_id") or f"nbgrader-{count}"
        metadata = {"nbgrader": {**_NBGRADER, **cell.metadata["nbgrader"]}}
    elif cell.role == "text":
        identity = f"text-{count}"
        metadata.update(cell.metadata)
    elif cell.role == "example":
        identity = f"example-{count}"
    elif cell.role == "setup":
        identity = "setup" if count == 1 else f"setup-{count}"
        metadata["nbgrader"] = {**_NBGRADER, "grade": False, "grade_id": identity, "locked": True, "solution": False}
    elif cell.role == "solution":
        identity = cell.grade_id
        metadata["nbgrader"] = {**_NBGRADER, "grade": False, "grade_id": identity, "locked": False, "solution": True}
    else:
        identity = cell.grade_id
        metadata["nbgrader"] = {**_NBGRADER, "grade": True, "grade_id": identity, "locked": True,
                                "solution": False, "points": cell.points}
        if cell.role == "hidden":
            unit = "point" if cell.points == 1 else "points"
            source = (f"# Hidden checks run here ({cell.points:g} {unit})\n"
                      f"### BEGIN HIDDEN TESTS\n{source}\n### END HIDDEN TESTS")
    new = nbformat.v4.new_markdown_cell if cell.role == "text" else nbformat.v4.new_code_cell
    return new(source, id=identity, metadata=metadata)
