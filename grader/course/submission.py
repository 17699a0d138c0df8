"""What a student handed in, made fit to be graded: read with patience, locked cells put back from the lesson.

Takes any bytes and never raises on them. Runs nothing and gives no points; `notes` say in words what was put right.
What it costs is the student's choice: what grades calls it by way of `grader.engine.apart`, and `to_plain` is what comes back.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field

from grader.course.lesson import Cell, Lesson, squeezed

REPORT_TYPE = "application/vnd.functional-keras.report+json"
MAX_SOURCE = 1_000_000  # characters of one cell; a longer one is left out
MAX_SOURCES = 8_000_000  # of all cells
MAX_CELLS = (
    2_000  # cells that are not the lesson's own, or are so once more; the first ones are kept
)
MAX_SEARCHED = 8 * 2**20  # bytes of a file that are searched for names
MAX_VALUES = 4_000_000  # of JSON's values in a file: each costs memory, some a hundred times what it takes up in the file
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
    # What the student's own text reads (None: it cannot be told) and binds, by position; see `grader.course.wanted`.
    used: Mapping[int, tuple[Set[str] | None, Set[str]]] = field(default_factory=dict)

    def answer(self, exercise):
        """The student's cell of this exercise; None where it is missing."""
        return next(
            (
                c
                for c in self.cells
                if c.lesson
                and c.lesson.role == "solution"
                and c.lesson.exercise == exercise
                and c.raw
            ),
            None,
        )

    def untouched(self, lesson):
        """Whether no code in it differs from what the student was given."""
        given = (
            {squeezed(c.shown) for c in lesson.cells}
            | {squeezed(c.source) for c in lesson.cells if c.role != "solution"}
            | {""}
        )
        answers = [c for c in self.cells if c.lesson and c.lesson.role == "solution"]
        return (
            bool(answers)
            and all(c.lesson.is_stub(c.source) for c in answers)
            and all(
                squeezed(c.source) in given
                for c in self.cells
                if c.cell_type == "code" and c.lesson is None
            )
        )


def read_submission(data: bytes, lesson: Lesson) -> Submission:
    """The submission in `data`, with the lesson's locked cells restored and its cells in the lesson's order."""
    notebook, reason = parse_notebook(data)
    if notebook is None:
        return Submission(status="unreadable", reason=reason)
    notes: dict[str, None] = {}  # an ordered set: what happened to many cells in one way is told once
    cells = _bounded(_with_lost_ids(notebook, lesson, notes), lesson.identified, notes)
    found, chunks, front = _in_chunks(cells, lesson, notes)
    ordered = _in_order(found, chunks, front, lesson, notes)
    return Submission(tuple(ordered), tuple(notes))


def to_plain(read: Submission, kept: Callable[[StudentCell], dict] = lambda cell: {}) -> dict:
    """A submission as JSON's values, for `from_plain`. `kept` says what stays of a cell's own data."""
    cells = [
        [c.cell_type, c.source, c.lesson.grade_id if c.lesson else None, kept(c), bool(c.raw)]
        for c in read.cells
    ]
    return {
        "cells": cells,
        "notes": read.notes,
        "status": read.status,
        "reason": read.reason,
        "used": [
            [n, needs if needs is None else sorted(needs), sorted(bound)]
            for n, (needs, bound) in read.used.items()
        ],
    }


def from_plain(data: dict, lesson: Lesson) -> Submission:
    """The submission that `to_plain` wrote down. `raw` of a cell that was handed in says so, and holds what was kept of it."""
    known = lesson.identified
    cells = tuple(
        StudentCell(kind, source, known.get(name), {"handed in": True, **kept} if given else {})
        for kind, source, name, kept, given in data["cells"]
    )
    used = {n: (needs if needs is None else set(needs), set(bound)) for n, needs, bound in data["used"]}
    return Submission(cells, tuple(data["notes"]), data["status"], data["reason"], used)


def mentions(data: bytes, lesson: Lesson) -> bool:
    """Whether a file names a cell of the lesson or says what one of its checks says; told from its text, nothing is parsed."""
    text = data[:MAX_SEARCHED].decode(json.detect_encoding(data), "replace")
    checks = [c.shown.splitlines() for c in lesson.cells if c.role == "check"]
    return any(json.dumps(name) in text for name in lesson.identified) or any(
        all(_as_json(line) in text for line in lines) for lines in checks if any(lines)
    )


def _as_json(line):
    return json.dumps(line, ensure_ascii=False)[1:-1]


def exercises_told(data: bytes, lessons: Sequence[Lesson]) -> dict:
    """How many cells of each lesson's exercises a notebook has ("fits"), and why it is none ("why"); see `grader.engine.apart`.

    Three numbers for each lesson: what ids tell, and where those don't tell it from the others, what texts tell, of exercises and of
    all. What lessons have in common, such as a set-up cell, is alone no sign of any of them.
    """
    cells, why = parse_notebook(data)
    cells = [c for c in cells or () if isinstance(c, dict)]
    ids = [len(_exercise_ids(x) & {_identity(c, x.identified) for c in cells}) for x in lessons]
    best = max(ids, default=0)
    sure = best > 0 and ids.count(best) == 1
    return {
        "fits": [(n, 0, 0) if sure or n < best else (n, *_texts(cells, x)) for n, x in zip(ids, lessons)],
        "why": why,
    }


def _texts(cells, lesson):
    """How many of the lesson's exercises, and of all its cells, say what a cell of the notebook says."""
    own = len(_exercise_ids(lesson) & set(_by_text(cells, lesson).values()))
    said = {squeezed(_joined(c.get("source"))) for c in cells}
    return own, len({squeezed(c.shown) for c in lesson.cells} & said)


def _exercise_ids(lesson):
    return {i for i, c in lesson.identified.items() if c.graded or c.role == "solution"}


def _with_lost_ids(cells, lesson, notes):
    """The cells as they are, or, where none carries an id of the lesson's, with the ids that their texts tell."""
    cells = [c for c in cells if isinstance(c, dict)]
    if any(_identity(c, lesson.identified) for c in cells):
        return cells
    found = _by_text(cells, lesson)
    found |= _changed_checks(cells, lesson, found)
    if not any(lesson.identified[grade_id].role == "check" for grade_id in found.values()):
        return cells
    found |= _answers(cells, lesson, found)
    notes["The notebook had lost the ids of its cells; they were told by what they say."] = True
    return [
        {**c, "metadata": {"nbgrader": {"grade_id": found[n]}}} if n in found else c
        for n, c in enumerate(cells)
    ]


def _by_text(cells, lesson):
    """The grade_id of each cell, by its position, that says what one of the lesson's says: locked ones and untouched answers."""
    known = {}
    for grade_id, cell in lesson.identified.items():
        if cell.locked or cell.released is not None:
            for text in dict.fromkeys((squeezed(cell.shown), squeezed(cell.source))):
                known.setdefault(text, []).append(grade_id)
    found, seen = {}, set()
    for n, raw in enumerate(cells):
        for grade_id in known.get(squeezed(_joined(raw.get("source"))), ()):
            if grade_id not in seen:
                seen.add(grade_id)
                found[n] = grade_id
                break
    return found


def _changed_checks(cells, lesson, found):
    """The checks that say something else than the lesson's now do, by the line that names their exercise."""
    left = {
        f"# Exercise: {c.exercise}": grade_id
        for grade_id, c in lesson.identified.items()
        if c.role == "check" and grade_id not in found.values()
    }
    return {
        n: left.pop(line)
        for n, raw in enumerate(cells)
        if n not in found
        for line in _joined(raw.get("source")).splitlines()
        if line in left
    }


def _answers(cells, lesson, found):
    """The answers among cells without ids: of what a student wrote right above an exercise's check, the first code cell."""
    given = {squeezed(c.shown) for c in lesson.cells if c.role != "solution"}
    order, answers = list(lesson.identified), {}
    for n, grade_id in found.items():
        before = [i for i in order[: order.index(grade_id)] if not lesson.identified[i].graded]
        if lesson.identified[grade_id].role != "check" or not before:
            continue
        if lesson.identified[before[-1]].role != "solution" or before[-1] in found.values():
            continue
        for m in range(n - 1, -1, -1):
            if m in found or squeezed(_joined(cells[m].get("source"))) in given:
                break
            if cells[m].get("cell_type") == "code":
                answers = {k: v for k, v in answers.items() if v != before[-1]} | {m: before[-1]}
    return answers


def _bounded(notebook, identified, notes):
    """The notebook's cells, each in a form that can be relied on, without those that are too long or too many."""
    cells, seen, own, room = [], set(), 0, MAX_SOURCES
    for raw in notebook:
        cell, identity = _normal(raw), _identity(raw, identified)
        if len(cell["source"]) > MAX_SOURCE:
            notes["A cell with more than a million characters was left out."] = True
            continue
        room -= len(cell["source"])
        if room < 0:
            notes["Cells after the first eight million characters were left out."] = True
            break
        own += identity is None or identity in seen
        if own > MAX_CELLS and (identity is None or identity in seen):
            notes[f"Only the first {MAX_CELLS:,} cells of your own were read."] = True
            continue
        seen.add(identity)
        cells.append(cell)
    return cells


def parse_notebook(data):
    """The list of cells in a notebook's bytes and "", or None and a sentence that says what is wrong with them."""
    if not data.strip(b" \t\r\n\x00"):
        return None, "The file is empty."
    if sum(map(data.count, (b",", b"[", b"{"))) > MAX_VALUES:
        return (
            None,
            f"The file holds more than {MAX_VALUES:,} values. Clear its outputs and hand it in again.",
        )
    try:
        notebook = json.loads(data.decode(json.detect_encoding(data), "replace").lstrip("\ufeff"))
    except (ValueError, RecursionError, MemoryError) as error:
        where = (
            f" (line {error.lineno}: {error.msg})"
            if isinstance(error, json.JSONDecodeError)
            else ""
        )
        return None, f"The file is not a notebook: its text is not valid JSON{where}."
    if not isinstance(notebook, dict):
        return None, "The file is not a notebook: it is JSON, but not a notebook's."
    if not isinstance(notebook.get("cells"), list) and (
        "worksheets" in notebook or notebook.get("nbformat") in (1, 2, 3)
    ):
        notebook = {"cells": _upgraded(notebook)}
        if notebook["cells"] is None:
            return (
                None,
                "The notebook is in an old format that could not be read. Open it in JupyterLab, save it and hand it in again.",
            )
    if not isinstance(notebook.get("cells"), list):
        return None, "The file is not a notebook: it has no list of cells."
    return notebook["cells"], ""


def is_notebook(data: bytes) -> bool:
    """Whether these bytes are a whole notebook."""
    return parse_notebook(data)[0] is not None


def _upgraded(notebook):
    """The cells of a notebook of an older format (3 or 2) as format 4 has them; None where there are none."""
    sheets = notebook.get("worksheets")
    cells = [
        cell
        for sheet in (sheets if isinstance(sheets, list) else ())
        if isinstance(sheet, dict) and isinstance(sheet.get("cells"), list)
        for cell in sheet["cells"]
        if isinstance(cell, dict)
    ]
    return [_of_format_4(c) for c in cells] or None


def _of_format_4(cell):
    if cell.get("cell_type") == "heading":
        return {**cell, "cell_type": "markdown", "source": f"## {_joined(cell.get('source'))}"}
    return {**cell, "source": cell["input"]} if "input" in cell else cell


def _joined(source):
    """A cell's text, which notebooks keep as a string or as a list of lines."""
    if isinstance(source, list):
        source = "".join(s for s in source if isinstance(s, str))
    return clean(source) if isinstance(source, str) else ""


def _normal(raw):
    cell_type = (
        raw.get("cell_type") if raw.get("cell_type") in ("code", "markdown", "raw") else "raw"
    )
    return {**raw, "source": _joined(raw.get("source")), "cell_type": cell_type}


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
            notes[f"The cell {grade_id} occurs more than once; the first one counts."] = True
            if cell.locked or raw["source"] == chunks[grade_id][0].source:
                continue
            cell = None
        if cell is None:
            here.append(StudentCell(raw["cell_type"], raw["source"], None, raw))
            continue
        if raw["cell_type"] != cell.cell_type:
            notes[
                f"The cell {grade_id} had been changed to type {raw['cell_type']}; it was graded as {cell.cell_type}."
            ] = True
        restored = cell.locked and not cell.manual
        if restored and squeezed(raw["source"]) not in (
            squeezed(cell.shown),
            squeezed(cell.source),
        ):
            notes[f"The locked cell {grade_id} differs from the lesson; the lesson's was used."] = True
        source = cell.source if restored else raw["source"]
        here = chunks[grade_id] = [StudentCell(cell.cell_type, source, cell, raw)]
        found.append(grade_id)
    return found, chunks, front


def _in_order(found, chunks, front, lesson, notes):
    """All chunks in the lesson's order, with what was deleted put back."""
    order = list(lesson.identified)
    position = {grade_id: n for n, grade_id in enumerate(order)}
    if [*found] != sorted(found, key=position.get):
        notes["Cells of the lesson had been moved; they were put back into the lesson's order."] = (
            True
        )
    given = {squeezed(c.shown) for c in lesson.cells}
    result, leading, insert_at = list(front), [], None
    for grade_id in order:
        if grade_id in chunks:
            start = len(result)
            result += chunks[grade_id]
            insert_at = start + 1
            while (
                insert_at < len(result)
                and result[insert_at].cell_type == "code"
                and squeezed(result[insert_at].source) not in given
            ):
                insert_at += 1
            continue
        cell = lesson.identified[grade_id]
        restored = StudentCell(cell.cell_type, _restored_source(cell), cell, {})
        lost = "; it was put back." if cell.locked else " from the notebook."
        notes[f"The cell {grade_id} was missing{lost}"] = True
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
