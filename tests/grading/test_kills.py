"""Killed with SIGKILL at seeded moments and run again, `grader grade` gives what an undisturbed run gives. The long form: tests.bench.kills."""

import pytest

from grader.engine.sandbox import abilities
from tests.bench import kills


@pytest.mark.skipif(not abilities().enough, reason="this machine has no sandbox")
def test_a_run_that_is_killed_again_and_again_ends_as_if_nothing_had_been(tmp_path):
    assert kills.rounds(tmp_path, 3, seed=7, say=lambda text: None) == 3
