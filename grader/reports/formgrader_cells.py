"""The cells of a graded notebook as formgrader's page gets them: their texts as safe HTML, their outputs filtered."""

import json
from html import escape

from grader.reports import safe
from grader.reports.feedback_page import report_of
from grader.reports.output_sanitizer import OutputFilter


def parts(notebook: str) -> list[tuple[str, list]]:
    """(HTML of its text, outputs) of each cell of a notebook's text, within the bounds of one page."""
    room, keep = safe.Room(), OutputFilter()
    return [
        (_text(cell, room), _outputs(cell, keep) if cell["cell_type"] == "code" else [])
        for cell in json.loads(notebook)["cells"]
    ]


def _text(cell: dict, room: safe.Room) -> str:
    source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
    if cell["cell_type"] == "markdown":
        given = cell["metadata"].get("course", {}).get("role") == "given"
        return safe.markdown(source, cell.get("attachments"), room, links=given)
    if cell["cell_type"] == "code":
        return f'<div class="highlight">{safe.code(source, room)}</div>'
    return f"<pre>{escape(safe.clip(source, room))}</pre>"


def _outputs(cell: dict, keep: OutputFilter) -> list:
    report = report_of(cell)
    if report is None:
        return keep.cell(cell["outputs"])
    html = report._repr_html_()
    for drawing, alt in {(x.drawing, x.drawing_alt) for x in report.lines if x.drawing}:
        # as a picture: in the page itself its names and classes would be those of formgrader's own buttons
        html = html.replace(drawing, safe.drawing(drawing, alt))
    return [{"output_type": "display_data", "data": {"text/html": html}, "metadata": {}}]
