"""What a student handed in, made fit to be graded: read with patience, locked cells put back from the lesson.

Takes any bytes and never raises on them. Runs nothing and gives no points; `notes` say in words what was put right.
"""

import json
import re
from dataclasses import dataclass

from grader.engine.lesson import Cell, Lesson

REPORT_TYPE = "application/vnd.functional-keras.report+json"
MAX_SOURCE = 1_000_000  # characters of one cell; a longer one is left out
_BROKEN = re.compile("[\ud800-\udfff\x00]")


@dataclass(frozen=True)
class StudentCell:
    """One cell to run or show. `lesson` is the lesson's cell it stands for, or None for a student's own cell.

    `raw` is the cell's data as submitted (outputs and attachments are in there, untrusted), empty for a restored cell.
    """

    cell_type: str
    source: str
    lesson: Cell | None
    raw: dict


@dataclass(frozen=True)
class Submission:
    """The cells in the order in which they are graded. `status` is "" when there is something to grade, else "unreadable"."""

    cells: tuple[StudentCell, ...] = ()
    notes: tuple[str, ...] = ()
    status: str = ""
    reason: str = ""
    recognised: int = 0  # how many of the lesson's own cells were found in it

    def answer(self, exercise):
        """The student's cell of this exercise; None where it is missing."""
        return next((c for c in self.cells if c.lesson and c.lesson.role == "solution" and c.lesson.exercise == exercise and c.raw), None)

    def untouched(self, lesson):
        """Whether no code in it differs from what the student was given."""
        given = {_squeezed(c.shown) for c in lesson.cells} | {_squeezed(c.source) for c in lesson.cells if c.role != "solution"} | {""}
        answers = [c for c in self.cells if c.lesson and c.lesson.role == "solution"]
        return bool(answers) and all(c.lesson.is_stub(c.source) for c in answers) and all(
            _squeezed(c.source) in given for c in self.cells if c.cell_type == "code" and c.lesson is None
        )


def read_submission(data: bytes, lesson: Lesson) -> Submission:
    """The submission in `data`, with the lesson's locked cells restored and its cells in the lesson's order."""
    notebook, reason = parse_notebook(data)
    if notebook is None:
        return Submission(status="unreadable", reason=reason)
    cells = [_normal(c) for c in notebook if isinstance(c, dict)]
    notes = []
    if any(len(c["source"]) > MAX_SOURCE for c in cells):
        notes.append("A cell with more than a million characters was left out.")
        cells = [c for c in cells if len(c["source"]) <= MAX_SOURCE]
    found, chunks, front = _in_chunks(cells, lesson, notes)
    ordered = _in_order(found, chunks, front, lesson, notes)
    return Submission(tuple(ordered), tuple(notes), recognised=len(found))


def parse_notebook(data):
    """The list of cells in a notebook's bytes and "", or None and a sentence that says what is wrong with them."""
    if not data.strip(b" \t\r\n\x00"):
        return None, "The file is empty."
    try:
        notebook = json.loads(data.decode(json.detect_encoding(data), "replace").lstrip("\ufeff"))
    except (ValueError, RecursionError, MemoryError) as error:
        where = f" (line {error.lineno}: {error.msg})" if isinstance(error, json.JSONDecodeError) else ""
        return None, f"The file is not a notebook: its text is not valid JSON{where}."
    if not isinstance(notebook, dict):
        return None, "The file is not a notebook: it is JSON, but not a notebook's."
    if not isinstance(notebook.get("cells"), list) and ("worksheets" in notebook or notebook.get("nbformat") in (1, 2, 3)):
        notebook = _upgraded(notebook)
        if notebook is None:
            return None, "The notebook is in an old format that could not be read. Open it in JupyterLab, save it and hand it in again."
    if not isinstance(notebook.get("cells"), list):
        return None, "The file is not a notebook: it has no list of cells."
    return notebook["cells"], ""


def _upgraded(notebook):
    import nbformat

    try:
        return nbformat.convert(nbformat.from_dict({"nbformat_minor": 0, "metadata": {}, **notebook}), 4)
    except Exception:  # nbformat trips over malformed data in any way it likes
        return None


def _normal(raw):
    source = raw.get("source")
    if isinstance(source, list):
        source = "".join(s for s in source if isinstance(s, str))
    source = clean(source) if isinstance(source, str) else ""
    cell_type = raw.get("cell_type") if raw.get("cell_type") in ("code", "markdown", "raw") else "raw"
    return {**raw, "source": source, "cell_type": cell_type}


def clean(text):
    """`text` without what no file or page can hold: half characters and NULs become the replacement character."""
    return _BROKEN.sub("\ufffd", text)


def _identity(raw, identified):
    """The lesson's grade_id that this cell claims, by nbgrader's metadata or, where that is lost, by the cell's id."""
    meta = raw.get("metadata") if isinstance(raw.get("metadata"), dict) else {}
    nbgrader = meta.get("nbgrader") if isinstance(meta.get("nbgrader"), dict) else {}
    for claim in (nbgrader.get("grade_id"), None if nbgrader else raw.get("id")):
        if isinstance(claim, str) and claim in identified:
            return claim
    return None


def _in_chunks(cells, lesson, notes):
    """Split into the cells before any cell of the lesson's, and each such cell with the student's own cells after it."""
    identified = lesson.identified
    found, chunks, front = [], {}, []
    here = front
    for raw in cells:
        grade_id = _identity(raw, identified)
        cell = identified.get(grade_id)
        if grade_id in chunks:
            notes.append(f"The cell {grade_id} occurs more than once; the first one counts.")
            if cell.locked or raw["source"] == chunks[grade_id][0].source:
                continue
            cell = None
        if cell is None:
            here.append(StudentCell(raw["cell_type"], raw["source"], None, raw))
            continue
        if raw["cell_type"] != cell.cell_type:
            notes.append(f"The cell {grade_id} had been changed to type {raw['cell_type']}; it was graded as {cell.cell_type}.")
        restored = cell.locked and not cell.manual
        if restored and _squeezed(raw["source"]) not in (_squeezed(cell.shown), _squeezed(cell.source)):
            notes.append(f"The locked cell {grade_id} had been changed; the original was used.")
        source = cell.source if restored else raw["source"]
        here = chunks[grade_id] = [StudentCell(cell.cell_type, source, cell, raw)]
        found.append(grade_id)
    return found, chunks, front


def _in_order(found, chunks, front, lesson, notes):
    """All chunks in the lesson's order, with what was deleted put back."""
    order = list(lesson.identified)
    position = {grade_id: n for n, grade_id in enumerate(order)}
    if [*found] != sorted(found, key=position.get):
        notes.append("Cells of the lesson had been moved; they were put back into the lesson's order.")
    given = {_squeezed(c.shown) for c in lesson.cells}
    result, leading, insert_at = list(front), [], None
    for grade_id in order:
        if grade_id in chunks:
            start = len(result)
            result += chunks[grade_id]
            insert_at = start + 1
            while insert_at < len(result) and result[insert_at].cell_type == "code" and _squeezed(result[insert_at].source) not in given:
                insert_at += 1
            continue
        cell = lesson.identified[grade_id]
        restored = StudentCell(cell.cell_type, _restored_source(cell), cell, {})
        notes.append(f"The cell {grade_id} was missing" + ("; it was put back." if cell.locked else " from the notebook."))
        if cell.role == "setup" and not found:
            leading.append(restored)  # the student's own code may need it
        elif insert_at is None:
            result.append(restored)
        else:
            result.insert(insert_at, restored)
            insert_at += 1
    return leading + result


def _restored_source(cell):
    if cell.locked and not cell.manual:
        return cell.source
    if cell.cell_type != "code":
        return cell.shown if cell.role == "task" else ""
    return "# This answer cell was missing from the notebook."  # never the stub: it would unbind an answer written elsewhere


def _squeezed(source):
    return "\n".join(line.rstrip() for line in source.strip().splitlines())
