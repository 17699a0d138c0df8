"""Programs in the style of Keras' own guides do in the grader what they do in a plain Python: same numbers, no error of ours."""

import json
import subprocess
import sys

import pytest

from grader.engine.process import Process
from grader.engine.sandbox import abilities
from tests.engine.guides import HEAD, PROGRAMS, TAIL

pytestmark = pytest.mark.skipif(not abilities().enough, reason="this machine has no sandbox")
PLAIN = """
import json, os, sys, tempfile
os.chdir(tempfile.mkdtemp())
programs, shown = json.load(sys.stdin), {}
for name, source in programs.items():
    space = {"__name__": "__main__"}
    try:
        exec(source, space)
        shown[name] = space["shown"]
    except Exception as error:
        shown[name] = f"{type(error).__name__}: {error}"
json.dump(shown, sys.stdout)
"""


@pytest.fixture(scope="module")
def plainly():
    """What each program shows where nothing of ours is imported."""
    programs = {name: HEAD + source + TAIL for name, source in PROGRAMS.items()}
    run = subprocess.run(
        [sys.executable, "-c", PLAIN],
        input=json.dumps(programs),
        capture_output=True,
        text=True,
        check=True,
        env={
            "PATH": "/usr/bin:/bin",
            "KERAS_BACKEND": "tensorflow",
            "TF_ENABLE_ONEDNN_OPTS": "0",
            "TF_CPP_MIN_LOG_LEVEL": "3",
        },
    )
    return json.loads(run.stdout.splitlines()[-1])


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_guides_program_shows_the_same_in_the_grader(name, plainly):
    assert isinstance(plainly[name], list), plainly[name]
    with Process("notebook", seed=1) as process:
        for source in (HEAD + PROGRAMS[name] + TAIL, "str(shown[:40])"):
            process.send({"do": "run", "value": True}, source.encode())
            answer = process.receive(lambda: None)[0]
            assert answer["error"] is None, answer["error"]["evalue"]
    got = json.loads(answer["value"].strip("'").replace("nan", "NaN"))
    assert got == pytest.approx(plainly[name][:40], rel=1e-3, abs=2e-4, nan_ok=True)
