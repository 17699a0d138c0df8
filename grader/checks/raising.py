"""The requirement that a student's function runs into an error, and whether a function has a body at all."""

from grader.checks.finding import Finding, met, unmet
from grader.checks.requirement import Requirement, raised
from grader.checks.wording import describe, error_text, listing


def raises(*errors, match: str | None = None) -> Requirement:
    """The student's function, called without arguments, raises one of these errors (classes or names of built-in ones).

    `match` is a part of the message (upper or lower case). The function is called once.
    """
    wanted = [_error_class(error) for error in errors]
    if not wanted:
        raise TypeError("expect.raises needs an error class, such as ValueError")
    names = listing((error.__name__ for error in wanted), "or")

    def judge(got):
        if not callable(got) or isinstance(got, type):
            return unmet(
                describe(got),
                "Hand in a function without arguments, and write its name without brackets: f, not f().",
            )
        try:
            result = got()
        except KeyboardInterrupt:
            if KeyboardInterrupt in wanted:
                return met("KeyboardInterrupt")
            raise
        except BaseException as error:
            return _judge_error(error, wanted, match)
        if result is ... or result is None and is_stub(got):
            return NOTHING_IN_IT
        return unmet(
            f"no error: the call returned {describe(result)}",
            f"The function must run into {names}.",
        )

    said = f" that says {match!r}" if match else ""
    return Requirement("the error", f"calling the function raises {names}{said}", judge)


NOTHING_IN_IT = Finding(
    "not attempted",
    "nothing yet: the function has no body",
    "Replace the ... in its body by your answer.",
)


def _judge_error(error, wanted, match):
    text = error_text(error)
    if not any(kind in type(error).__mro__ for kind in wanted):
        if isinstance(error, TypeError) and "positional argument" in text:
            return raised(error, "The function is called without arguments: def f(): …")
        return unmet(
            text,
            f"This is another error than {listing((e.__name__ for e in wanted), 'or')}. Read its message: it stops before the mistake you were to show.",
        )
    if match and match.casefold() not in text.casefold():
        return unmet(text, f"The kind of error is right; its message must say {match!r}.")
    return met(text)


def _error_class(error):
    import builtins

    if type(error) is str:
        error = getattr(builtins, error, None)
    if not (isinstance(error, type) and issubclass(error, BaseException)):
        raise TypeError(
            "expect.raises needs error classes or names of built-in ones, such as ValueError"
        )
    return error


def is_stub(function) -> bool:
    """Whether a function's body does nothing at all."""
    code = getattr(function, "__code__", None)
    if code is None:  # built in, or a stand-in for one in another process, which knows
        return getattr(function, "has_no_body", False) is True
    return (
        not code.co_names + code.co_freevars
        and not code.co_varnames[code.co_argcount :]
        and all(c in (None, ...) or type(c) is str for c in code.co_consts)
    )
