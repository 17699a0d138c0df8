"""What reads and draws what students made has limits, and its end is nobody else's."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from grader.engine.apart import CPU, MEMORY, TooMuch, apart
from tests.engine import apart_work as work

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="in one process elsewhere")


def test_what_it_gives_comes_back_as_plain_data():
    assert apart(work.echo, {"a": (1, "ü\ud83d")}) == {"a": [1, "ü\ud83d"]}


@pytest.mark.parametrize("how", ["memory", "time", "depth", "crash", "answer"])
def test_who_reaches_a_limit_is_told_and_the_next_is_served(how):
    with pytest.raises(TooMuch):
        apart(work.spend, how, MEMORY)
    assert apart(work.echo, 1) == 1


def test_memory_time_and_the_clock_have_limits():
    assert apart(work.limits) == [MEMORY, CPU, True]


def test_a_fault_of_ours_is_not_told_as_the_students():
    with pytest.raises(RuntimeError, match="KeyError: 'mine'"):
        apart(work.fail)


def test_it_can_open_no_file_but_pythons_and_start_and_connect_to_nothing(tmp_path):
    (tmp_path / "book").write_text("all the grades")
    told = apart(work.reach, str(tmp_path))
    assert set(told) == {"read", "write", "fork", "socket"} and not any(told.values()), told


def test_a_server_that_was_killed_is_started_again():
    server = apart(work.parent)
    os.kill(server, signal.SIGKILL)
    time.sleep(0.2)
    assert apart(work.parent) != server


def test_threads_may_ask_at_the_same_time():
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as pool:
        assert [*pool.map(lambda n: apart(work.echo, n), range(40))] == [*range(40)]


def test_nothing_of_it_outlives_who_asked():
    ask = "from grader.engine.apart import apart; from tests.engine import apart_work as w; print(apart(w.parent))"
    run = subprocess.run(
        [sys.executable, "-c", ask], cwd=Path(__file__).parents[2], capture_output=True, check=True
    )
    assert not Path(f"/proc/{int(run.stdout)}").exists()


def test_a_message_as_large_as_a_submission_may_be_passes():
    assert apart(work.size, b"x" * 64 * 2**20) == 64 * 2**20
