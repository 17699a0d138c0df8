"""The same verdict on repeated runs, in fresh processes, and with other numbers of threads.

`python -m tests.calibration.invariance THREADS REPEATS [KIND…]` prints the verdicts of one process as JSON;
`collect` starts such processes and compares them.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.calibration import lessons, models

# (threads within an operation, oneDNN, how often in the process).
SETTINGS = ((1, False, 2), (2, False, 1), (4, True, 1))
SEED = 1


def collect(kinds=(), settings=SETTINGS, say=lambda done, of: None):
    """The verdicts by kind: for each, the set of what the processes said in all their repeats."""
    found = {}
    for number, (threads, onednn, repeats) in enumerate(settings):
        say(number, len(settings))
        for verdicts in run(threads, onednn, repeats, kinds):
            for kind, status in verdicts.items():
                found.setdefault(kind, set()).add(status)
    return found


def run(threads, onednn, repeats, kinds=()):
    """What a fresh process says, once for each repeat: {kind: status}."""
    here = Path(__file__).resolve().parents[2]
    environment = {
        **os.environ,
        "TF_ENABLE_ONEDNN_OPTS": str(int(onednn)),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONPATH": str(here),
    }
    command = [
        sys.executable,
        "-m",
        "tests.calibration.invariance",
        str(threads),
        str(repeats),
        *kinds,
    ]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"a process that judges failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def judged(keras, kinds):
    """{kind: status} of the honest and broken kinds under `learns`, and of the lessons' checks with their references."""
    import numpy

    from grader.checks import check, expect

    verdicts = {}
    for make in (models.honest, models.broken):
        for case in make(keras, numpy.random.default_rng(SEED)):
            if not kinds or case.name in kinds:
                report = check(case.model, expect.learns(case.x, case.y, seed=SEED, **case.options))
                verdicts[case.name] = report.lines[0].status
    for exercise in lessons.training_exercises():
        if not kinds or exercise.title in kinds:
            names = lessons.namespace(exercise)
            for case in lessons.learning_cases(exercise, names)[:1]:
                verdicts[exercise.title] = (
                    check(case.model, expect.learns(case.x, case.y, **case.options)).lines[0].status
                )
            if "rehearse" in exercise.words:
                given, goals = lessons.rehearsed(exercise, names)[0], lessons.goals(exercise, names)
                pair = names["rehearse"](given.model, given.x, given.y)
                verdicts[exercise.title] = (
                    "met" if all(a >= goal for a, goal in zip(pair, goals.at_least)) else "unmet"
                )
    return verdicts


def main(threads, repeats, *kinds):
    import layergraph as lg

    with lg.quiet():
        import keras
        import tensorflow as tf

        tf.config.threading.set_intra_op_parallelism_threads(int(threads))
        tf.config.threading.set_inter_op_parallelism_threads(int(threads))
        print(json.dumps([judged(keras, kinds) for _ in range(int(repeats))]))


if __name__ == "__main__":
    main(*sys.argv[1:])
