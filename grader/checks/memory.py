"""What is worked out once per check: a model's graph is read once, however many requirements ask for it."""

import contextlib
import contextvars

_kept: contextvars.ContextVar[dict | None] = contextvars.ContextVar("grader.checks.memory", default=None)


@contextlib.contextmanager
def remembering():
    """Meanwhile `once` keeps what it has worked out; afterwards all is forgotten, for models change between cells."""
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
