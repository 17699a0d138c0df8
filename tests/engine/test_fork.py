"""The warm server forks, and nothing outlives what it belongs to."""

import os
import select

import pytest

from grader.engine import process as fork
from grader.engine.process import Died, Process, server
from grader.engine.sandbox import abilities

pytestmark = pytest.mark.skipif(not abilities().enough, reason="this machine has no sandbox")


def ask(process, source):
    process.send({"do": "run", "value": True}, source.encode())
    return process.receive(lambda: None)[0]


def ended(pid):
    """Wait until a process has ended; False where it will not."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], 20)[0])
    finally:
        os.close(handle)


def test_a_process_is_warm_alone_and_poor():
    with Process("notebook", seed=1) as process:
        assert ask(process, "import sys; 'tensorflow' in sys.modules")["value"] == "True"
        assert (
            ask(
                process,
                "import os; sorted(int(n) for n in os.listdir('/proc') if n.isdigit()) == [1, os.getpid()]",
            )["value"]
            == "True"
        )
        assert ask(process, "[n for n in os.listdir('.') if n[0] != '.']")["value"] == "[]"
        assert "secret" not in ask(process, "dict(os.environ)")["value"].lower()


def test_no_answer_lies_where_a_notebook_may_read():
    from grader.cli import sample_class

    assert "digit_stack = keras" in (sample_class.folder() / "student-01.py").read_text()
    with Process("notebook", seed=1) as process:
        found = "[str(p) for k in (grader, layergraph) for p in pathlib.Path(k.__file__).parent.rglob('*') if p.is_file() and b'digit_stack = keras' in p.read_bytes()]"
        assert ask(process, f"import pathlib, grader, layergraph; {found}")["value"] == "[]"
        assert (
            ask(process, f"open({str(sample_class.folder() / 'student-01.py')!r}).read()")["error"][
                "ename"
            ]
            == "FileNotFoundError"
        )


def test_a_process_that_does_not_take_what_it_is_sent_is_given_up_by_the_watch():
    class Enough(Exception):
        pass

    def watch():
        raise Enough

    with Process("notebook", seed=1) as process:
        process.send({"do": "run"}, b"import time; time.sleep(60)")
        with pytest.raises(Enough):
            process.send({"do": "call", "exercise": "x"}, b"0" * 2**22, watch)


def test_the_server_has_one_thread_when_it_forks():
    assert len(os.listdir(f"/proc/{server().pid}/task")) == 1


def test_equal_seeds_give_equal_weights():
    source = "import keras; float(keras.ops.sum(keras.layers.Dense(3)(keras.ops.ones((1, 50)))))"
    values = []
    for _ in range(2):
        with Process("notebook", seed=5) as process:
            values.append(ask(process, source)["value"])
    assert values[0] == values[1]


def test_nothing_is_alive_or_on_disk_after_a_process_is_closed():
    with Process("notebook", seed=1) as process:
        ask(
            process,
            "import subprocess; p = subprocess.Popen(['sleep', '300'], start_new_session=True); open('left', 'w').write('x')",
        )
        family, folder = fork._family(process.pid), process.folder
        assert len(family) >= 4
    assert all(ended(pid) for pid in family) and not os.path.exists(folder)


def test_children_die_with_the_server_and_a_new_server_takes_over():
    with Process("notebook", seed=1) as process:
        ask(process, "1")
        first, family = server().pid, fork._family(process.pid)
        os.kill(first, 9)
        assert all(ended(pid) for pid in family)
        with pytest.raises(Died):
            ask(process, "1")
    server().process.wait() if server().pid == first else None
    with Process("notebook", seed=1) as process:
        assert ask(process, "1 + 1")["value"] == "2"
    assert server().pid != first


def test_everything_ends_with_its_warden():
    with Process("notebook", seed=1) as process:
        ask(
            process,
            "import subprocess; p = subprocess.Popen(['sleep', '300'], start_new_session=True)",
        )
        family = fork._family(process.pid)
        os.kill(process.pid, 9)
        assert len(family) >= 4 and all(ended(pid) for pid in family)
        with pytest.raises(Died):
            ask(process, "1")


def test_the_first_process_of_a_namespace_takes_no_signal_from_within():
    with Process("notebook", seed=1) as process:
        ask(process, "import os\nfor number in (15, 9, 1, 11): os.kill(1, number)")
        assert ask(process, "os.path.exists('/proc/1')")["value"] == "True"


def test_what_orphans_used_stays_counted():
    """Else a notebook's time would have no end: one short-lived process of nobody's after the other."""
    orphan = "import os, time\nif os.fork() == 0:\n    if os.fork() == 0:\n        while time.process_time() < 0.5: pass\n    os._exit(0)\nos.wait()[1]"
    with Process("notebook", seed=1) as process:
        before = process.cpu()
        assert ask(process, orphan)["value"] == "0"
        state = "[open(f'/proc/{n}/stat').read().rpartition(')')[2].split()[0] for n in os.listdir('/proc') if n.isdigit() and int(n) not in (1, os.getpid())]"
        assert any(
            ask(process, f"time.sleep(0.1) or {state}")["value"] == "['Z']" for _ in range(200)
        )
        assert process.cpu() - before > 0.45


def test_a_process_that_ends_itself_is_gone_at_once():
    for way in ("os._exit(0)", "os.kill(os.getpid(), 9)", "os.abort()"):
        with Process("notebook", seed=1) as process:
            with pytest.raises(Died):
                ask(process, f"import os; {way}")


def test_a_flood_of_output_is_dropped():
    with Process("notebook", seed=1) as process:
        assert ask(process, "for _ in range(100): print('x' * 10**6)\n7")["error"] is None


def test_disk_memory_and_processes_end_somewhere():
    with Process("notebook", {"disk": 32 * 2**20, "processes": 40}, seed=1) as process:
        assert (
            "No space"
            in ask(process, "for n in range(40): open(str(n), 'wb').write(bytes(2**20))")["error"][
                "evalue"
            ]
        )
        many = "import os, time\nmade = 0\ntry:\n    for _ in range(100):\n        if os.fork() == 0: time.sleep(99)\n        made += 1\nexcept OSError: pass\nmade < 60"
        assert ask(process, many)["value"] == "True"


def test_memory_that_no_process_owns_is_counted_or_refused():
    with Process("notebook", seed=1) as process:
        before = process.memory()
        assert ask(process, "kept = bytearray(b'x') * 2**28")["error"] is None
        assert process.memory() - before > 2**28 * 0.9
        assert "not permitted" in ask(process, "import os\nos.memfd_create('x')")["error"]["evalue"]
        assert (
            ask(process, "import ctypes\nctypes.CDLL(None).shmget(0, 4096, 0o1600)")["value"]
            == "-1"
        )


def test_nothing_survives_a_conductor_that_is_killed(tmp_path):
    import subprocess
    import sys

    code = (
        "from grader.engine import process as fork\n"
        "with fork.Process('notebook', seed=1) as p:\n"
        "    print(*fork._family(p.pid), fork.server().pid, flush=True)\n"
        "    p.send({'do': 'run'}, b'while True: pass')\n"
        "    p.receive(lambda: None)\n"
    )
    conductor = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    pids = [int(n) for n in conductor.stdout.readline().split()]
    conductor.kill()
    conductor.wait()
    assert len(pids) >= 3 and all(ended(pid) for pid in pids)
