"""The one base of the errors that are sentences for whoever called."""

import builtins


class GraderError(Exception):
    """What went wrong, and what to do about it; the command line prints both, without a traceback.

    Parameters
    ----------
    message : str
        What was expected and what came instead.
    remedy : str
        What to do, where that is not said in the message.
    """

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message, remedy)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message}\n    → {self.remedy}" if self.remedy else self.message


def is_pythons_own(name: str) -> bool:
    """Whether this is the name of one of Python's own errors: it tells nothing that somebody else wrote."""
    known = getattr(builtins, name, None)
    return isinstance(known, type) and issubclass(known, BaseException)
