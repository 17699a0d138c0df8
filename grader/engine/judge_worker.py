"""The judge's process: set-up from the pristine source, then check cells on what was carried. None of the student's code runs here.

The checks of one answer run in a fork of the process that has run set-up, so they meet what set-up left and nothing else: no name,
no weight, no frozen layer and no setting of Keras that another exercise's check or answer brought about. Where set-up has started
TensorFlow, whose threads do not live on in a fork, the process itself runs them and takes no others: the conductor starts a new one.
"""

import gc
import os
import signal

from grader.engine.channel import Channel
from grader.engine.ipython_shell import new_shell, run_cell
from grader.engine.student_worker import last_value, prepare


def serve(descriptor: int, request: dict, standing) -> None:
    """Answer the conductor until it closes."""
    channel = Channel(descriptor)
    prepare(request)
    shell = new_shell()
    seed = request.get("seed", 0)
    while True:
        try:
            head, body = channel.receive()
        except EOFError:
            return
        if head["do"] == "set up":
            _, said = run_cell(shell, body.decode())
            channel.send({"error": said})
        elif head["alone"]:
            return _judge(shell, channel, head, body, seed)
        elif not _in_a_fork(lambda: _judge(shell, channel, head, body, seed)):
            return


def _in_a_fork(work) -> bool:
    """Do this work in a child that ends with it; False where the child died in it. An interrupt is the child's."""
    gc.freeze()  # what is shared stays shared
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    before = signal.signal(signal.SIGINT, lambda *_: os.kill(child, signal.SIGINT))
    _, status = os.waitpid(child, 0)
    signal.signal(signal.SIGINT, before)
    return status == 0


def _judge(shell, channel: Channel, head: dict, body: bytes, seed: int) -> None:
    """Take one answer and run its checks, each when it is asked for: the first request's and, while there are `more`, the next."""
    import keras

    from grader.carry import JudgesEnd, WireError
    from grader.carry.fingerprint import fingerprint
    from grader.carry.weights import on_first_read

    def exchange(data):
        channel.send({"ask": "call"}, data)
        answer, body = channel.receive()
        if "gone" in answer:
            raise RuntimeError(f"the function could not be called: {answer['gone']}")
        return body

    def fetch():
        channel.send({"ask": "weights"})
        return channel.receive()[1]

    def say(answer):
        channel.send({"done": True, "pure": not end.called, **answer})

    end = JudgesEnd(exchange)
    try:
        keras.utils.set_random_seed(seed)
        for line in head["imports"]:
            run_cell(shell, line)
        values = end.take(body)
        asked = head["names"]
        shell.user_ns.update({name: value for name, value in values.items() if name in asked})
        pending, bound = on_first_read(end.receiver, fetch), dict(shell.user_ns)
        made = ""
        while True:
            told = {**_check(shell, head["source"], seed), "weights": pending.read}
            made = made or fingerprint(
                values, head["names"]
            )  # after the check: nothing is looked at before it
            say({**told, "made": made})
            if not head["more"]:
                return pending.close()
            head, _ = channel.receive()
            shell.user_ns.clear()  # no name of the check before
            shell.user_ns.update(bound)
    except KeyboardInterrupt:
        say({"interrupted": True, "ended": True})
    except WireError as error:
        said = {"ename": "WireError", "evalue": str(error), "traceback": []}
        say({"error": said, "ended": True})


def _check(shell, source: str, seed: int) -> dict:
    """Run a check's cell, and say what it gave."""
    import keras

    keras.utils.set_random_seed(seed)
    result, said = run_cell(shell, source)
    return {"error": said, **({} if said else last_value(shell, result.result))}
