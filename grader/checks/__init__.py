"""What can be expected of a student's answer, and how it is said.

    from grader.checks import check, expect

    check(model, expect.inputs(64), expect.outputs(10), expect.parameters(3_466), points=3)

`expect` is the vocabulary, `check` puts it to a value and gives a `Report` of `Line`s. Nothing here imports Keras or
TensorFlow until a requirement needs it.
"""

from grader.checks import expect
from grader.checks.ipython_errors import install as install_in_notebook
from grader.checks.progress import points_so_far
from grader.checks.report import Line, Report, ReportError
from grader.checks.requirement import Group, Requirement
from grader.checks.run import check

__all__ = [
    "Group",
    "Line",
    "Report",
    "ReportError",
    "Requirement",
    "check",
    "expect",
    "points_so_far",
]

# The one thing an import does: inside IPython, a check of a name that was never bound gets a sentence of its own.
install_in_notebook()
