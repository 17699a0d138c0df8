"""nbgrader on this folder: its own commands and formgrader work here, and grade the way `grader grade` does."""

from grader.nbgrader_bridge.config import configure

c = get_config()  # noqa: F821  (nbgrader provides it)
configure(c, "functional-keras")

# c.FillResults.cell_seconds = 60  # CPU time one cell may take
# c.SubmissionExporter.timestamps = True  # whoever collects the notebooks writes timestamp.txt anew for each
# c.FeedbackExporter.hidden = "findings"  # after the due date, show what a hidden check found and not only what it was about
