"""Every attack of the corpus gains nothing, and gains something where the defence that stops it is switched off.

"judge" switched off is the stock way: the checks run in the student's process.
"""

import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from grader.engine.conduct import Ways
from grader.engine.one import Limits, grade_one
from grader.engine.sandbox import abilities
from tests.attacks.vault import LESSON, SECRET, corpus

pytestmark = pytest.mark.skipif(not abilities().enough, reason="this machine has no sandbox")
ATTACKS = corpus()
LIMITS = Limits(cell_cpu=4, cell_wall=12, total_cpu=40, total_wall=60, memory=6 * 2**30, restarts=3)


@dataclass
class Scene:
    """Everything that an attack may reach for: a course with the answer, a folder outside, a listener, another process."""

    course: Path
    outside: Path
    listener: socket.socket
    unix: socket.socket
    victim: subprocess.Popen

    @property
    def places(self):
        return {"course": self.course, "outside": self.outside, "parent": self.course.parent, "port": self.listener.getsockname()[1],
                "unix": self.unix.getsockname(), "victim": f"vault-secret-{SECRET}", "survivor": f"survivor-{os.getpid()}"}

    def gained(self, attack, result):
        """What the attack achieved, in words; "" for nothing."""
        graded = [c for c in LESSON.of(attack.exercise) if c.graded]
        points = sum(result.of(c.grade_id).score for c in graded)
        if attack.gain == "points" and points:
            return f"{points} points"
        if (self.outside / "owned").exists():
            return "a file outside"
        if not (self.outside / "kept").exists():
            return "a file outside is gone"
        if self.victim.poll() is not None:
            return "another process was ended"
        for server in (self.listener, self.unix):
            try:
                server.accept()
                return "a connection"
            except BlockingIOError:
                pass
        if attack.gain == "process" and (pid := _process(f"survivor-{os.getpid()}")):
            os.kill(pid, 9)
            return "a process that survived"
        return ""


def _process(word):
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if path.read_bytes().startswith(word.encode()):
                return int(path.parent.name)
        except OSError:
            pass
    return None


@pytest.fixture
def scene(tmp_path):
    course, outside = tmp_path / "course", tmp_path / "outside"
    for folder, name, text in (("solutions", "vault.py", f"secret = {SECRET}"), ("submitted/other/vault", "vault.ipynb", f"secret = {SECRET}"),
                               ("", "gradebook.db", f"secret {SECRET}")):
        (course / folder).mkdir(parents=True, exist_ok=True)
        (course / folder / name).write_text(text)
    (outside / "kept").mkdir(parents=True)
    (outside / "kept" / "book").write_text("all the grades")
    victim = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)", f"vault-secret-{SECRET}"], env={**os.environ, "VAULT": str(SECRET)})
    listener, unix = socket.create_server(("127.0.0.1", 0)), socket.socket(socket.AF_UNIX)
    unix.bind(str(tmp_path / "s"))
    unix.listen()
    listener.setblocking(False)
    unix.setblocking(False)
    yield Scene(course, outside, listener, unix, victim)
    for thing in (listener, unix):
        thing.close()
    victim.kill()
    victim.wait()


def graded(attack, scene, without=()):
    begun = time.monotonic()
    result = grade_one(attack.notebook(**scene.places), LESSON, LIMITS, Ways(without=without, verdicts=None))
    return result, time.monotonic() - begun


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda a: a.name)
def test_an_attack_gains_nothing_and_the_rest_is_graded(attack, scene):
    result, seconds = graded(attack, scene)
    assert scene.gained(attack, result) == ""
    if attack.exercise != "number":
        assert result.of("check-number").score == 2, result
    if attack.gain == "stopped":
        statuses = {c.status for c in result.cells}
        assert statuses & {"timed out", "died", "raised", "not attempted"} and seconds < LIMITS.total_wall + 30


@pytest.mark.parametrize("attack", [a for a in ATTACKS if a.without], ids=lambda a: a.name)
def test_an_attack_succeeds_where_its_defence_is_switched_off(attack, scene):
    result, _ = graded(attack, scene, attack.without)
    assert scene.gained(attack, result) != "", [c for c in result.cells if attack.exercise in c.grade_id]


def test_the_corpus_is_large_enough_and_most_of_it_is_proven():
    assert len(ATTACKS) >= 80 and len({a.name for a in ATTACKS}) == len(ATTACKS)
    assert sum(bool(a.without) for a in ATTACKS) >= 60
