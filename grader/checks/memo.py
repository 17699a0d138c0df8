"""What is worked out once per check: a model's graph is read once, however many requirements ask for it."""

import contextlib
import contextvars

_kept: contextvars.ContextVar[dict | None] = contextvars.ContextVar(
    "grader.checks.memo", default=None
)


# What the last check looked at, for what a notebook adds to its report: a model that a student's function made has no name there.
looked_at: list = []


@contextlib.contextmanager
def remembering():
    """Meanwhile `once` keeps what it has worked out; afterwards all is forgotten, for models change between cells."""
    looked_at.clear()
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def once(what: str, value, work):
    """`work(value)`, worked out once for this `what` and this very object while a check runs."""
    kept = _kept.get()
    if kept is None:
        return work(value)
    key = (what, id(value))
    if key not in kept:
        kept[key] = (value, work(value))
    return kept[key][1]
