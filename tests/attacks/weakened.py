"""A warm server for the tests whose judges can be made without one named defence each, to show that it holds something.

`python -m tests.attacks.weakened FD` serves as `grader.engine.server` does.
"""

import sys

from grader.engine import judge, server
from grader.engine.transport import allowed, compiled, incoming, wire


def _asked():
    """The judge binds every name that comes, not those alone that it asked for."""
    class All(list):
        def __contains__(self, name):
            return True

    real = judge._check
    judge._check = lambda shell, channel, head, *rest: real(shell, channel, {**head, "names": All(head["names"])}, *rest)


def _data_only():
    """A student's function may stand among the settings of a layer."""
    incoming.refuse_functions = compiled.refuse_functions = lambda settings: None


def _files():
    """A layer's vocabulary may be the name of a file."""
    allowed.FILE_SETTINGS = incoming.allowed.FILE_SETTINGS = set()


def _bounds():
    """Messages may be nested and crowded without end."""
    wire.MAX_ITEMS = wire.MAX_DEPTH = wire.MAX_TEXT = wire.MAX_BYTES = 2**60


DEFENCES = {"asked-names": _asked, "data-only": _data_only, "no-files": _files, "bounds": _bounds}


def needed(without):
    """Whether one of these defences is in the judge, so that only a server of this module can leave it out."""
    return any(name in DEFENCES for name in without)


def serve(descriptor, request, standing):
    for name in request["walls"]["without"]:
        DEFENCES.get(name, lambda: None)()
    judge.serve(descriptor, request, standing)


if __name__ == "__main__":
    from tests.attacks import weakened  # by its name, for the children

    server.WORK["judge"] = "tests.attacks.weakened"
    server.main(int(sys.argv[1]))
