"""What the tests of the vocabulary share: looking at the one line of a check with one requirement."""

from grader.checks import check


def line(value, requirement):
    """The only line of a check with this requirement; the check must be consistent with its line."""
    report = check(value, requirement, points=2)
    assert len(report.lines) == 1
    only = report.lines[0]
    assert (report.score == 2) == (only.status == "met")
    return only


def met(value, requirement) -> bool:
    only = line(value, requirement)
    if only.status != "met":
        assert only.found or only.expected, "a line that is not met says what was found"
    return only.status == "met"


def told(value, requirement) -> str:
    """All that a line that is not met says."""
    only = line(value, requirement)
    assert only.status != "met", only
    return f"{only.status} | {only.expected} | {only.found} | {only.look}"
