"""`check`: puts requirements to a student's value and makes the report.

It never raises on a student's fault, writes nothing to stderr, and leaves the value as it found it. An author's slip
(no requirement, points that are no number) does raise, where the author will see it.
"""

import contextlib
import io
import logging
import math

import layergraph as lg
from grader.checks.memo import remembering
from grader.checks.report import Report
from grader.checks.requirement import Visit, as_requirement
from grader.checks.status import MET, UNMET


def check(value, *requirements, points: float = 1, needs=None) -> Report:
    """Judge `value` by the requirements.

    Parameters
    ----------
    value
        what the student made: a model, any value, a function, or a dict, list or tuple of several.
    requirements
        made with `expect`, or plain functions of the value. They share the points equally, or by
        `.worth(weight)`; unless one with `.needed()` is met, the report scores 0.
    points
        what the check is worth, more than 0.
    needs
        a requirement or several that must be met for any points; they carry no points themselves.

    Returns
    -------
    Report
        The report; as the last value of a cell it shows as HTML and counts for nbgrader as a number.

    >>> from grader.checks import expect
    >>> check(12, expect.value(12), expect.one_of(10, 11), points=3)
    1.5
    """
    needed = [] if needs is None else list(needs) if isinstance(needs, (list, tuple)) else [needs]
    first = [as_requirement(need).worth(0).needed() for need in needed]
    rest = [as_requirement(requirement) for requirement in requirements]
    if not rest:
        raise TypeError("check(value, …) needs at least one requirement")
    if type(points) not in (int, float) or not math.isfinite(points) or points <= 0:
        raise ValueError("points is a number above 0")
    with silence(), remembering():
        visit = Visit()
        asked = [a for requirement in first + rest for a in requirement.ask(value, visit)]
    return Report(tuple(_lines(asked, float(points))), float(points))


def _lines(asked, points):
    total = math.fsum(a.weight for a in asked)
    if total <= 0:
        raise ValueError("at least one requirement must be worth something")
    barred = any(a.essential and a.finding.status != MET for a in asked)
    for a in asked:
        share = points * a.weight / total
        bars = a.essential and a.finding.status == UNMET
        yield a.line(
            share,
            share if a.finding.status == MET and not barred else 0.0,
            "Without this, the other lines bring no points." if bars else "",
        )


@contextlib.contextmanager
def silence():
    """Nothing reaches stderr meanwhile: not from Python, not from C++, not by warnings, not by logging.

    nbgrader takes all points for one byte on stderr.
    """
    level = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with contextlib.redirect_stderr(io.StringIO()), lg.quiet():
            yield
    finally:
        logging.disable(level)
