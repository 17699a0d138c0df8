"""nbgrader on this folder: its own commands and formgrader work here, and grade the way `grader grade` does."""

c = get_config()  # noqa: F821  (nbgrader provides it)

# Layout: lessons are written in solutions/, students work in course/.
c.CourseDirectory.course_id = "functional-keras"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "course"
# A lesson's .py holds the answers and lies beside its notebook: it must never be copied anywhere, nor what tests read there.
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", ".pytest_cache", "feedback", "*.py", "*.toml", "answers"]

# There is no exchange: notebooks are handed out and in by whatever means the course has.
c.ExchangeFactory.list = "grader.gradebook.NoExchange"

# Release: nbgrader's own steps, but a student starts from `model = ...  # your code here`.
c.GenerateAssignment.preprocessors = [
    "nbgrader.preprocessors.IncludeHeaderFooter",
    "nbgrader.preprocessors.InstantiateTests",
    "nbgrader.preprocessors.LockCells",
    "grader.authoring.release.ClearSolutions",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.CheckCellMetadata",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.SaveCells",
    "nbgrader.preprocessors.ClearHiddenTests",
    "nbgrader.preprocessors.ClearMarkScheme",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# Grading: read anything, judge it by the engine, and let nbgrader enter the scores into its own database.
c.Autograde.exporter_class = "grader.gradebook.SubmissionExporter"
c.Autograde.sanitize_preprocessors = ["nbgrader.preprocessors.DeduplicateIds"]  # the exporter leaves nothing to do, but nbgrader wants one
c.Autograde.autograde_preprocessors = [
    "grader.gradebook.FillResults",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
]
# c.FillResults.cell_seconds = 60  # CPU time one cell may take
c.Autograde.post_convert_hook = "grader.gradebook.drop_links"

# Feedback: scores and comments from nbgrader, the page from us.
c.GenerateFeedback.exporter_class = "grader.reports.page.FeedbackExporter"
c.GenerateFeedback.preprocessors = ["nbgrader.preprocessors.GetGrades"]

# Scores: nbgrader's columns, with names quoted where they must be.
c.ExportApp.plugin_class = "grader.reports.export.CsvExport"

# Formgrader shows submissions in the instructor's browser: no script of theirs runs there.
c.HTMLExporter.preprocessors = ["grader.reports.formgrader.HarmlessMarkdown"]
