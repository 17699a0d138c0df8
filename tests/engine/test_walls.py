"""What the walls hold back, asked from inside: each wall alone, with the others that would stop the same left out."""

import mmap
import os
import platform

import pytest

from grader.engine import process as fork
from grader.engine.process import Died, Process
from grader.engine.sandbox import abilities, groups, root, seccomp

pytestmark = pytest.mark.skipif(not abilities().enough, reason="this machine has no sandbox")
built = pytest.mark.skipif("built root" not in abilities().standing, reason="no mounts here")


def asked(process, source):
    process.send({"do": "run", "value": True}, source.encode())
    return process.receive(lambda: None)[0]


def said(process, source):
    """The value of a cell's last line, or the name of what it raised."""
    answer = asked(process, source)
    return answer["error"]["ename"] if answer["error"] else answer["value"]


@built
def test_the_root_folder_holds_nothing_of_the_course_and_is_never_written(tmp_path):
    (tmp_path / "notebook").write_text("mine")
    with Process("notebook", {"without": ("landlock", "seccomp")}, seed=1) as process:
        for call in ("stat", "open", "listdir"):
            assert (
                said(
                    process,
                    f"import os; os.{call}({str(tmp_path)!r}, *{[0] if call == 'open' else []})",
                )
                == "FileNotFoundError"
            )
        assert said(process, "import keras; os.chmod(keras.__file__, 0)") == "OSError"
        assert "Read-only" in asked(process, "open('/x', 'w')")["error"]["evalue"]
        assert "Read-only" in asked(process, "os.utime('/usr')")["error"]["evalue"]
        hidden = "/proc/1/root" + "/etc/passwd"
        assert said(process, f"os.path.exists({hidden!r})") == "False"
        assert said(process, "open('/dev/null', 'w').write('x') + len(os.urandom(8))") == "9"
        assert said(process, "open('x', 'w').close() or os.chmod('x', 0o600) or 1") == "1"


@built
def test_submissions_run_as_nobody_where_the_grader_is_root():
    with Process("notebook", seed=1) as process:
        outside = said(process, "open('/proc/self/uid_map').read().split()[1]")
        assert outside == repr("65534" if os.getuid() == 0 else str(os.getuid()))


@pytest.mark.skipif("landlock" not in abilities().standing, reason="no Landlock here")
def test_where_proc_is_the_containers_only_the_process_s_own_entry_can_be_read():
    """As in a container that covers parts of its /proc: the kernel then refuses to mount another one."""
    with Process("notebook", {"without": ("private /proc",)}, seed=1) as process:
        assert said(process, "len(open('/proc/self/status').read()) > 100") == "True"
        assert (
            said(process, "import keras; keras.layers.Dense(1)(keras.Input((2,))).shape")
            == "(None, 1)"
        )
        for other in (1, 2, os.getpid()):
            assert said(process, f"open('/proc/{other}/status')") == "PermissionError"
        assert said(process, "open('/proc/uptime')") == "PermissionError"


def test_links_on_the_way_to_what_is_bound_lead_where_they_led(tmp_path):
    (tmp_path / "real" / "deep").mkdir(parents=True)
    (tmp_path / "way").symlink_to("real")
    (tmp_path / "back").symlink_to(tmp_path / "way" / "deep")
    real = os.path.realpath(tmp_path)
    links, bound = root.plan((f"{real}/back", f"{real}/real/deep", f"{real}/none"))
    assert bound == [f"{real}/real/deep"]
    assert links == {f"{real}/way": "real", f"{real}/back": f"{tmp_path}/way/deep"}


def test_without_a_root_of_its_own_nothing_about_files_is_changed():
    with Process("notebook", {"without": ("root",)}, seed=1) as process:
        assert (
            said(
                process,
                "import os; open('x', 'w').close(); os.chmod('x', 0) or os.utime('x', (1, 1)) or 1",
            )
            == "1"
        )
        assert said(process, "os.stat('x').st_mode & 0o400 and os.stat('x').st_mtime > 1") == "True"
        assert said(process, "os.setxattr('x', 'user.x', b'')") == "PermissionError"
        assert said(process, "import ctypes; ctypes.CDLL(None).inotify_init()") == "-1"


def test_a_system_call_that_nobody_knows_is_refused():
    with Process("notebook", seed=1) as process:
        call = "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\n(libc.syscall({}, 0, 0, 0, 0, 0, 0), ctypes.get_errno())"
        assert said(process, call.format(500)) == "(-1, 38)"
        assert (
            said(process, call.format({"x86_64": 135, "aarch64": 92}[platform.machine()]))
            == "(-1, 1)"
        )


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_knows_every_call_of_both_processors_once(machine):
    for table in (seccomp._ALLOWED, seccomp._ABOUT_FILES):
        known = seccomp.numbers(table, machine)
        assert known == sorted(set(known)) and len(known) > 2
    assert len(seccomp.program(machine=machine)) // 8 < 4096


def test_what_the_kernel_counts_by_user_is_refused_and_honest_code_waits_otherwise():
    """Watches of epoll and descriptors on their way are counted over all namespaces: who takes all of them takes others' too."""
    send = "import socket\na, b = socket.socketpair()\nsocket.send_fds(a, [b'x'], [0])"
    wait = (
        "import asyncio, subprocess, sys\nasync def work():\n    await asyncio.sleep(0.01)\n    return 45\n"
        "asyncio.run(work())"
    )
    child = "subprocess.run([sys.executable, '-c', \"import asyncio; asyncio.run(asyncio.sleep(0)); print('done')\"], capture_output=True, text=True).stdout"
    with Process("notebook", seed=1) as process:
        assert said(process, "import select; select.epoll()") == "PermissionError"
        assert said(process, send) == "PermissionError"
        assert said(process, wait) == "45"
        assert said(process, child) == r"'done\n'"


def test_no_lock_and_no_lease_on_files_that_all_submissions_share():
    """Two who hand in together could tell each other something by locks; a lease makes others wait."""
    read = "import fcntl, os; shared = open(os.__file__)\n"
    lock = (
        "[fcntl.flock(shared, fcntl.LOCK_EX | fcntl.LOCK_NB), fcntl.lockf(shared, fcntl.LOCK_SH)]"
    )
    free = "import fcntl; again = open(os.__file__)\nfcntl.flock(again, fcntl.LOCK_EX | fcntl.LOCK_NB) or 'free'"
    with Process("notebook", seed=1) as one, Process("notebook", seed=1) as other:
        assert said(one, read + lock) == "[None, None]"
        assert said(other, read + free) == "'free'"
        assert (
            said(one, "fcntl.fcntl(shared, fcntl.F_SETLEASE, fcntl.F_RDLCK)") == "PermissionError"
        )
        assert said(one, "fcntl.fcntl(shared, fcntl.F_NOTIFY, 1)") == "PermissionError"
        assert said(one, "fcntl.fcntl(shared, fcntl.F_GETFD)") == "1"
        assert (
            said(
                one,
                "import sqlite3; b = sqlite3.connect('b'); b.execute('create table t (n)'); b.commit(); b.execute('select * from t').fetchall()",
            )
            == "[]"
        )


def test_memory_that_takes_too_long_to_count_is_too_much(monkeypatch):
    share = (
        "import os, time\nkept = bytearray(b'x') * 2**28\nif os.fork() == 0:\n    time.sleep(60)"
    )
    with Process("notebook", seed=1) as process:
        assert asked(process, share)["error"] is None
        process.may_hold = (process.memory() + process._own_memory()) // 2  # pages count once
        assert not fork._wait(process.worker, 1)
        monkeypatch.setattr(fork, "_COUNTING", -1.0)
        assert fork._wait(process.worker, 20)
        with pytest.raises(Died, match="too much memory"):
            asked(process, "1")


def test_shared_pages_and_large_pipes_are_refused():
    with Process("notebook", seed=1) as process:
        assert said(process, "import mmap; mmap.mmap(-1, 4096)") == "PermissionError"
        assert said(
            process, "len(mmap.mmap(-1, 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS))"
        ) == str(mmap.PAGESIZE)
        assert (
            said(process, "import os, fcntl; fcntl.fcntl(os.pipe()[1], 1031, 2**20)")
            == "PermissionError"
        )
        assert said(process, "os.open('/dev/zero', 0)") in ("FileNotFoundError", "PermissionError")


def test_what_grows_while_nobody_asks_is_stopped_with_a_reason():
    grow = "import os, time\nif os.fork() == 0:\n    time.sleep(0.5)\n    kept = bytearray(b'x') * 2**31\n    time.sleep(60)"
    with Process("notebook", seed=1) as process:
        process.may_hold = process.memory()
        assert asked(process, grow)["error"] is None
        assert not fork._wait(process.worker, 0)
        assert fork._wait(process.worker, 20)
        with pytest.raises(Died, match="too much memory"):
            asked(process, "1")


def test_sockets_count_with_the_most_that_they_could_hold():
    with Process("notebook", seed=1) as process:
        before = process.memory()
        assert (
            asked(process, "import socket\nkept = [socket.socketpair() for _ in range(100)]")[
                "error"
            ]
            is None
        )
        assert process.memory() - before >= 190 * fork._socket_buffer()


def test_time_that_a_child_burns_between_two_questions_ends(monkeypatch):
    monkeypatch.setattr(fork, "_IDLE_CPU", 0.5)
    with Process("notebook", seed=1) as process:
        asked(process, "import os\nif os.fork() == 0:\n    while True: pass")
        assert fork._wait(process.worker, 30)
        with pytest.raises(Died, match="while nothing was asked"):
            asked(process, "1")


def test_a_message_that_trickles_does_not_hold_the_watch_off():
    class Enough(Exception):
        pass

    def watch():
        raise Enough

    trickle = "import os, stat, time\nsockets = [n for n in range(3, 60) if os.path.exists(f'/proc/self/fd/{n}') and stat.S_ISSOCK(os.fstat(n).st_mode)]\nwhile True:\n    os.write(sockets[0], b'0'); time.sleep(0.02)"
    with Process("notebook", seed=1) as process:
        process.send({"do": "run"}, trickle.encode())
        with pytest.raises(Enough):
            process.receive(watch, step=0.2)


def test_a_machine_without_memory_stops_who_holds_much(monkeypatch):
    monkeypatch.setattr(fork, "_LARGE", 2**28)
    with Process("notebook", seed=1) as small, Process("notebook", seed=1) as large:
        asked(large, "kept = bytearray(b'x') * 2**29")
        monkeypatch.setattr(fork, "_free", lambda: 0)
        assert fork._wait(large.worker, 20) and not fork._wait(small.worker, 0)
        with pytest.raises(Died, match="this machine had no more"):
            asked(large, "1")


@pytest.mark.skipif("memory count" not in abilities().standing, reason="no control group to be had")
def test_the_kernel_ends_what_holds_too_much(monkeypatch):
    """Also what no list of processes shows."""
    monkeypatch.setattr(fork._Watcher, "run", lambda self: None)
    hoard = "import os\npart = b'x' * 2**20\nfor n in range(400): open(f'{n}', 'wb').write(part)\nkept = bytearray(b'x') * 2**30"
    with Process("notebook", {"resident": 2**28, "disk": 2**29}, seed=1) as process:
        with pytest.raises(Died):
            asked(process, hoard)


def test_a_machine_without_memory_ends_a_submission_before_anything_else():
    with Process("notebook", seed=1) as process:
        look = "from pathlib import Path\nkept = Path('/proc/self/oom_score_adj')\n"
        assert said(process, f"{look}int(kept.read_text())") == "1000"
        assert said(process, f"{look}kept.write_text('0')") in ("PermissionError", "OSError")


def test_groups_that_killed_runs_left_are_removed_at_the_next_start(tmp_path, monkeypatch):
    monkeypatch.setattr(groups, "_places", lambda: ({"pids": tmp_path}, []))
    for name in ("grader-1", "grader-999999999", "user"):
        (tmp_path / name).mkdir()
    groups.sweep()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["grader-1", "user"]


def test_groups_of_version_2_are_made_beside_ones_own(tmp_path, monkeypatch):
    """In a folder that stands for the kernel's: what is written where, and that nothing is left."""
    (tmp_path / "user" / "own").mkdir(parents=True)
    (tmp_path / "cgroup.controllers").write_text("memory pids")
    monkeypatch.setattr(groups, "_TOP", tmp_path)
    monkeypatch.setattr(groups.Path, "read_text", lambda self, *a: "0::/user/own\n")
    groups._places.cache_clear()
    try:
        assert groups.enter(7, 2**20) == ["process count", "memory count"]
    finally:
        groups._places.cache_clear()
    made = tmp_path / "user" / f"grader-{os.getpid()}"
    assert {p.name: p.read_bytes() for p in made.iterdir()} == {
        "pids.max": b"7",
        "memory.max": b"1048576",
        "cgroup.procs": str(os.getpid()).encode(),
    }
