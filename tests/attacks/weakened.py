"""A warm server for the tests whose judges can be made without one named defence each, to show that it holds something.

`python -m tests.attacks.weakened FD` serves as `grader.engine.zygote` does.
"""

import contextlib
import sys

from grader.carry import allowed, decode, decode_compile, wire
from grader.engine import judge_worker, zygote


def _asked():
    """The judge binds every name that comes, not those alone that it asked for."""

    class All(list):
        def __contains__(self, name):
            return True

    real = judge_worker._judge
    judge_worker._judge = lambda shell, channel, head, *rest: real(
        shell, channel, {**head, "names": All(head["names"])}, *rest
    )


def _data_only():
    """A student's function may stand among the settings of a layer."""
    decode.refuse_functions = decode_compile.refuse_functions = lambda settings: None


def _forms():
    """A dict among the settings of a layer or of compile may name any class of Keras."""
    decode.refuse_foreign_forms = decode_compile.refuse_foreign_forms = lambda entry: None
    allowed.nothing_else = contextlib.nullcontext


def _fork():
    """Every check runs in the one process of the judge."""
    judge_worker._in_a_fork = lambda work: work() or True


def _files():
    """A layer's vocabulary may be the name of a file."""
    allowed.FILE_SETTINGS = decode.allowed.FILE_SETTINGS = set()


def _loops():
    """A student's function may raise what ends a loop of the check."""
    decode._ENDS_LOOPS = ()


def _bounds():
    """Messages may be nested and crowded without end."""
    wire.MAX_ITEMS = wire.MAX_DEPTH = wire.MAX_TEXT = wire.MAX_BYTES = 2**60


DEFENCES = {
    "asked-names": _asked,
    "data-only": _data_only,
    "no-files": _files,
    "forms": _forms,
    "fork": _fork,
    "bounds": _bounds,
    "loops": _loops,
}


def needed(without):
    """Whether one of these defences is in the judge, so that only a server of this module can leave it out."""
    return any(name in DEFENCES for name in without)


def serve(descriptor, request, standing):
    for name in request["walls"]["without"]:
        DEFENCES.get(name, lambda: None)()
    judge_worker.serve(descriptor, request, standing)


if __name__ == "__main__":
    from tests.attacks import weakened  # noqa: F401  (by its name, for the children)

    zygote.WORK["judge"] = "tests.attacks.weakened"
    zygote.main(int(sys.argv[1]))
