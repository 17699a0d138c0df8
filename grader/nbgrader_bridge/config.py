"""What an `nbgrader_config.py` of ours says to nbgrader: the layout of a course, and whose classes do what.

Read each time that nbgrader starts anything, so nothing is imported here that nbgrader has not imported.
"""

import sys
from typing import Any


def configure(c: Any, course: str) -> None:
    """Set up a configuration; what the course's own file says after this call counts more.

    Parameters
    ----------
    c : traitlets.config.Config
        What `get_config()` gives.
    course : str
        The course's name, as nbgrader shows it.
    """
    # Layout: lessons are written in solutions/, students work in course/.
    c.CourseDirectory.course_id = course
    c.CourseDirectory.source_directory = "solutions"
    c.CourseDirectory.release_directory = "course"
    # A lesson's .py holds the answers and lies beside its notebook: it must never be copied anywhere, nor what tests read there.
    c.CourseDirectory.ignore = [
        ".ipynb_checkpoints",
        "*.pyc",
        "__pycache__",
        ".pytest_cache",
        "feedback",
        "logs",  # what a lesson that was run wrote for TensorBoard
        "*.py",
        "*.toml",
        "answers",
    ]

    # There is no exchange: notebooks are handed out and in by whatever means the course has.
    c.ExchangeFactory.release_assignment = "grader.nbgrader_bridge.gradebook.NoHandout"
    c.ExchangeFactory.list = "grader.nbgrader_bridge.gradebook.NoExchange"
    c.ExchangeFactory.release_feedback = "grader.nbgrader_bridge.gradebook.NoRelease"

    # Release: nbgrader's own steps, but a student starts from `model = ...  # your code here`, and nobody's work is replaced uncopied.
    c.GenerateAssignment.exporter_class = "grader.nbgrader_bridge.release.ReleaseExporter"
    c.GenerateAssignment.preprocessors = [
        "nbgrader.preprocessors.IncludeHeaderFooter",
        "nbgrader.preprocessors.InstantiateTests",
        "nbgrader.preprocessors.LockCells",
        "grader.nbgrader_bridge.release.ClearSolutions",
        "nbgrader.preprocessors.ClearOutput",
        "nbgrader.preprocessors.CheckCellMetadata",
        "nbgrader.preprocessors.ComputeChecksums",
        "nbgrader.preprocessors.SaveCells",
        "grader.nbgrader_bridge.release.ClearHiddenTests",
        "nbgrader.preprocessors.ClearMarkScheme",
        "nbgrader.preprocessors.ComputeChecksums",
        "nbgrader.preprocessors.CheckCellMetadata",
    ]

    # Grading: read anything, judge it by the engine, and let nbgrader enter the scores into its own database.
    c.Autograde.exporter_class = "grader.nbgrader_bridge.gradebook.SubmissionExporter"
    c.Autograde.sanitize_preprocessors = [
        "nbgrader.preprocessors.DeduplicateIds"
    ]  # the exporter leaves nothing to do, but nbgrader wants one
    c.Autograde.autograde_preprocessors = [
        "grader.nbgrader_bridge.gradebook.FillResults",
        "nbgrader.preprocessors.SaveAutoGrades",
        "nbgrader.preprocessors.AssignLatePenalties",
    ]
    c.Autograde.post_convert_hook = "grader.nbgrader_bridge.staging.unstage"

    # Feedback: scores and comments from nbgrader, the page from us.
    c.GenerateFeedback.exporter_class = "grader.nbgrader_bridge.gradebook.FeedbackAlone"
    c.GenerateFeedback.preprocessors = ["nbgrader.preprocessors.GetGrades"]

    # Scores: nbgrader's columns, with names quoted where they must be.
    c.ExportApp.plugin_class = "grader.nbgrader_bridge.export.CsvExport"

    # Formgrader shows submissions in the instructor's browser: nothing of theirs runs or loads there.
    c.HTMLExporter.filters = {
        "markdown2html": "grader.reports.formgrader.drawn",
        "highlight_code": "grader.reports.formgrader.drawn",
        "clean_html": "grader.reports.formgrader.drawn",
    }
    c.HTMLExporter.preprocessors = ["grader.reports.formgrader.HarmlessOutputs"]

    # What formgrader itself lacks. It offers nothing to name, and whoever starts `jupyter lab` by hand passes here too.
    if "nbgrader.server_extensions.formgrader.handlers" in sys.modules:
        from grader.nbgrader_bridge import formgrader_guard

        formgrader_guard.stand()
