"""The page after `grader verify`: the table, and each answer that got the wrong verdict with its difference drawn."""

from grader.reports import html
from grader.verify import results


def page(exercised, seed, sample):
    """The whole page as text: self-contained, no script, no remote resource."""
    rows, used = results.rows(exercised)
    return html.page(
        "grader.verify",
        "verify",
        rows=rows,
        used=used,
        seed=seed,
        sample=sample,
        good=results.good(exercised),
        summary=results.summary(exercised),
        failed=[e for e in exercised if e.error],
        groups=results.groups(exercised),
        free=[e for e in exercised if e.free],
        tries=[t for e in exercised for t in e.tries],
    )
