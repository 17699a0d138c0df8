"""A short word where a check meets a name that was never bound, because the student's own cell stopped before.

IPython would print a page of traceback into the check cell. With `install` a NameError raised directly in a cell that
calls `check(` is shown as one sentence, still as an error, so that nbgrader gives 0. Nothing else is touched.
"""

import re
import sys


def install() -> bool:
    """Register the handler with the running IPython, if there is one that has no handler of its own; True if it is there."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is None or getattr(shell, "custom_exceptions", ()):
        return False
    shell.set_custom_exc((NameError,), show)
    return True


def show(shell, kind, error, trace, tb_offset=None):
    """Show a NameError: as one sentence where a check cell meets an unbound name, else as IPython always does."""
    name = unbound_name(shell, kind, error, trace)
    if name is None:
        shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
        return None
    message = sentence(name)
    shell._showtraceback(kind, NameError(message), [f"NameError: {message}"])
    return None


def sentence(name: str) -> str:
    return (
        f"there is no {name!r} to check yet. Run the cell in which you answer this exercise first, and look whether it "
        f"ends without an error and assigns {name!r}."
    )


def unbound_name(shell, kind, error, trace) -> str | None:
    """The name, if this is a NameError raised by the cell itself (not by a function it calls), and the cell is a check."""
    last = trace
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    if kind is not NameError or last is None or last.tb_frame.f_code.co_name != "<module>":
        return None
    if last.tb_frame.f_globals is not shell.user_module.__dict__ and last.tb_frame.f_globals is not shell.user_ns:
        return None
    history = shell.user_ns.get("In") or [""]
    if not re.search(r"\bcheck\s*\(", str(history[-1])):
        return None
    name = getattr(error, "name", None)
    return name if name and name not in ("check", "expect") else None

