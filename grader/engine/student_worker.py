"""The student's process: runs set-up and the student's cells, then says what they made. Nothing it says is trusted.

It learns its cells' text and the names that are asked for, and nothing else: no check, no hidden test, no points.
"""

import os

from grader.carry.lazy_variables import defer
from grader.engine.channel import Channel
from grader.engine.ipython_shell import new_shell, run_cell


def serve(descriptor, request, standing):
    """Answer the conductor until it closes."""
    channel = Channel(descriptor)
    prepare(request)
    shell = new_shell()
    ends = {}  # exercise -> what its checks are judged on, see `_Answer`
    while True:
        try:
            head, body = channel.receive()
        except EOFError:
            return
        try:
            answer, data = _answer(shell, ends, head, body)
        except KeyboardInterrupt:
            answer, data = {"interrupted": True}, b""
        channel.send(answer, data)


def prepare(request):
    """What is the same for student and judge: threads, seeds, how asyncio waits."""
    import selectors
    import warnings

    import keras
    import tensorflow as tf

    warnings.simplefilter("ignore")
    selectors.DefaultSelector = (
        selectors.PollSelector
    )  # the filter has no epoll, which was there when Python chose
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    defer()
    keras.utils.set_random_seed(request.get("seed", 0))


def _answer(shell, ends, head, body):
    if head["do"] == "run":
        result, said = run_cell(shell, body.decode())
        answer = {"error": said}
        if head.get("value") and said is None:
            answer.update(last_value(shell, result.result))
        return answer, b""
    if head["do"] == "give":
        return _give(shell, ends, head)
    if head["do"] == "again":
        ends[head["exercise"]].end.again()
        return {}, b""
    if head["do"] == "call":
        return {}, ends[head["exercise"]].call(body)
    if head["do"] == "weights":
        from grader.carry import weights

        message = weights.send(ends[head["exercise"]].end.link)
        return {"sent": message is not None}, message or b""
    raise ValueError(f"unknown request {head['do']!r}")


class _Answer:
    """The answer to one exercise: its end of the transport, and the notebook's names as they were when it was given.

    Its functions are called with those names in place: a hidden check calls when the whole notebook has run, and what a later
    cell bound to a name that the function reads is not part of this answer.
    """

    def __init__(self, shell):
        from grader.carry import StudentsEnd

        self.end, self.shell, self.names = StudentsEnd(), shell, dict(shell.user_ns)

    def call(self, request: bytes) -> bytes:
        """Call one of its functions."""
        present = dict(self.shell.user_ns)
        self._bind(self.names)
        try:
            return self.end.answer(request)
        finally:
            self.names = dict(self.shell.user_ns)
            self._bind(present)

    def _bind(self, names):
        self.shell.user_ns.clear()
        self.shell.user_ns.update(names)


def _give(shell, ends, head):
    """The values of some names, as a message of the transport; names that are not bound are left out."""
    from grader.carry import WireError

    answer = ends[head["exercise"]] = _Answer(shell)
    values = {name: shell.user_ns[name] for name in head["names"] if name in shell.user_ns}
    try:
        message = answer.end.give(values, bool(head.get("renumbered")))
    except (WireError, MemoryError, RecursionError) as error:
        return {"given": False, "why": f"{error or type(error).__name__}"[:300]}, b""
    return {"given": True, "calls": answer.end.has_functions}, message


def last_value(shell, value):
    """What nbgrader reads from a test cell: the report of a check as data, and the text of the last value."""
    if value is None:
        return {}
    report = (
        value.to_data()
        if type(value).__module__.startswith("grader.checks") and hasattr(value, "to_data")
        else None
    )
    text = shell.display_formatter.format(value, include=["text/plain"])[0].get("text/plain", "")
    return {"report": report, "value": str(text)[:1000]}
