"""The exporter with which nbgrader's own generate_feedback writes the page that a student gets back.

Named in nbgrader_config.py (`GenerateFeedback.exporter_class`). What the page shows is decided in `grader.reports.feedback_page`.
"""

import datetime
import json

from nbconvert.exporters import Exporter
from nbgrader.utils import parse_utc
from traitlets import Enum

from grader.engine.apart import TooMuch, apart
from grader.reports import feedback_page

_ABOUT = ("student", "notebook", "score", "max_score", "late_penalty")


class FeedbackExporter(Exporter):
    """Writes one self-contained HTML page per notebook: no script, no remote resource."""

    file_extension = ".html"
    output_mimetype = "text/html"
    hidden = Enum(
        ("titles", "findings"),
        "titles",
        help="What is said of hidden checks: only what each is about, or also what it found, never the check itself. "
        "Findings are shown after the due date, or where there is none",
    ).tag(config=True)

    def from_notebook_node(self, nb, resources=None, **kwargs):
        nb, resources = super().from_notebook_node(nb, resources, **kwargs)
        resources["output_extension"] = ".html"
        findings = shows_findings(self.hidden, nb.metadata.get("grading", {}).get("due"))
        about = {name: resources.get("nbgrader", {}).get(name) for name in _ABOUT}
        try:
            page = apart(feedback_page.drawn, json.dumps(nb), about, findings)
        except TooMuch:
            page = feedback_page.page(nb, about, findings, whole=False)
        return page, resources


def shows_findings(hidden, due):
    """Whether pages say by now what hidden checks found. `due`: a time in nbgrader's form (UTC), or None."""
    now = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
    return hidden == "findings" and (not due or parse_utc(str(due)) < now)
