"""The judge's process: set-up from the pristine source, then check cells on what was carried. None of the student's code runs here.

Each check cell sees the names that set-up bound and the carried ones, and nothing that an earlier check left behind; the random
state starts from the seed each time. So a verdict does not depend on what was judged before it.
"""

from grader.engine.channel import Channel
from grader.engine.notebook import last_value, prepare
from grader.engine.shell import new_shell, run_cell


def serve(descriptor, request, standing):
    """Answer the conductor until it closes."""
    channel = Channel(descriptor)
    prepare(request)
    shell = new_shell()
    clean = None
    while True:
        try:
            head, body = channel.receive()
        except EOFError:
            return
        if head["do"] == "set up":
            _, said = run_cell(shell, body.decode())
            clean = dict(shell.user_ns)  # anew each time: set-up cells may stand between exercises
            channel.send({"error": said})
            continue
        if clean is None:
            clean = dict(shell.user_ns)
        try:
            answer = _check(shell, channel, head, body, request.get("seed", 0))
        except KeyboardInterrupt:
            answer = {"interrupted": True}
        channel.send({"done": True, **answer})
        shell.user_ns.clear()
        shell.user_ns.update(clean)


def _check(shell, channel, head, message, seed):
    """Bind what was carried, run the cell, and say what it gave and what it took for that."""
    import keras

    from grader.engine.transport import JudgesEnd, WireError
    from grader.engine.transport.weights import on_first_read

    def exchange(data):
        channel.send({"ask": "call"}, data)
        answer, body = channel.receive()
        if "gone" in answer:
            raise RuntimeError(f"the function could not be called: {answer['gone']}")
        return body

    def fetch():
        channel.send({"ask": "weights"})
        return channel.receive()[1]

    keras.utils.set_random_seed(seed)
    end = JudgesEnd(exchange)
    for line in head["imports"]:
        run_cell(shell, line)
    try:
        values = end.take(message)
    except WireError as error:
        return {"error": {"ename": "WireError", "evalue": str(error), "traceback": []}, "pure": True}
    pending = on_first_read(end.receiver, fetch)
    shell.user_ns.update({name: value for name, value in values.items() if name in head["names"]})
    keras.utils.set_random_seed(seed)
    try:
        result, said = run_cell(shell, head["source"])
        answer = {"error": said}
        if said is None:
            answer.update(last_value(shell, result.result))
    finally:
        pending.close()
    return {**answer, "pure": not end.called, "weights": pending.read}
