"""What formgrader shows of a submission in the instructor's own browser: nothing of the student's runs or loads there.

Named in nbgrader_config.py for nbconvert's HTMLExporter, with which formgrader draws. The preprocessor has every cell drawn by way of
`grader.engine.apart`, at once and before formgrader's template comes to them; the filters, which stand where that template puts a
cell's text into the page, put there what was drawn.
"""

import json
from html import escape

import nbformat
from jinja2 import ChoiceLoader, PackageLoader, pass_context
from jinja2.runtime import Context
from nbconvert.preprocessors import Preprocessor

from grader.engine.apart import TooMuch, apart
from grader.reports import formgrader_cells
from grader.reports.feedback_page import TOO_MUCH


@pass_context
def drawn(context: Context, source: str, metadata: dict | None = None) -> str:
    """A cell's text (the filters `markdown2html`, `highlight_code` and `clean_html`)."""
    cell = context.get("cell") or {}
    return cell.get("metadata", {}).get("drawn") or f"<pre>{escape(source)}</pre>"


class HarmlessOutputs(Preprocessor):
    """Draws cells' texts, leaves text, pictures made of pixels and the checks' own reports of the outputs, and writes names as text."""

    def preprocess(self, nb, resources):
        self._load_nothing_remote()
        for name in ("student", "first_name", "last_name", "notebook_path"):
            resources[name] = escape(str(resources.get(name) or ""))
        try:
            parts = apart(formgrader_cells.parts, json.dumps(nb))
        except TooMuch:
            parts = [(f"<p>{TOO_MUCH}</p>", []) for _ in nb.cells]
        for cell, (html, outputs) in zip(nb.cells, parts, strict=True):
            cell.metadata["drawn"] = html
            if cell.cell_type == "code":
                cell.outputs = nbformat.from_dict(outputs)
        return nb, resources

    def _load_nothing_remote(self):
        """Have the exporter, whose preprocessor this is, find our template before nbconvert's of the same name."""
        environment = self.parent.environment
        if _TEMPLATES not in getattr(environment.loader, "loaders", ()):
            environment.loader = ChoiceLoader([_TEMPLATES, environment.loader])


# a folder of its own: a base.html.j2 beside it would stand before the one that nbconvert's page is made of
_TEMPLATES = PackageLoader("grader.reports", "templates/formgrader")
markdown = code = raw = drawn  # the names that courses' nbgrader_config.py have had
