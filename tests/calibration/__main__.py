"""`python -m tests.calibration [--seeds N] [--only KIND …] [--missing] [--out FILE] [--show]`: measure again, and say what it means."""

import argparse
import os
import sys
import time

from tests.calibration import record

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")


def main(argv=None):
    parser = argparse.ArgumentParser(
        prog="python -m tests.calibration",
        description="Measure how often training checks are wrong.",
    )
    parser.add_argument(
        "--seeds",
        type=int,
        default=30,
        metavar="N",
        help="draws of each try of `learns`; the rest is scaled to it (default 30)",
    )
    parser.add_argument(
        "--only",
        nargs="+",
        default=[],
        metavar="KIND",
        help="only kinds whose name contains one of these",
    )
    parser.add_argument(
        "--missing", action="store_true", help="only what the file lacks: go on after a stop"
    )
    parser.add_argument(
        "--out",
        default=record.FILE,
        metavar="FILE",
        help="where the results go; what is not measured stays",
    )
    parser.add_argument(
        "--show", action="store_true", help="measure nothing, say what the file holds"
    )
    args = parser.parse_args(argv)
    data = record.read(args.out) if args.show or args.only or args.missing else {}
    if not args.show:
        data = measure(data, args.seeds, args.only, args.missing, args.out)
    print("\n".join(record.summary(data)))
    return 1 if any(chance > record.ALLOWED for _, _, chance in record.bounds(data)) else 0


def measure(data, seeds, only, missing, out):
    """Run what is asked for, with a line of progress, and write after each kind."""
    jobs = [job for job in _jobs(seeds) if not only or any(word in job[0][-1] for word in only)]
    jobs = [job for job in jobs if not (missing and _has(data, job[0]))]
    begun, total = time.monotonic(), sum(weight for _, weight, _ in jobs)
    done = 0
    for number, (place, weight, work) in enumerate(jobs):
        passed = time.monotonic() - begun
        left = f", about {passed / done * (total - done) / 60:.0f} min left" if done else ""
        print(
            f"{number + 1:>3} of {len(jobs)}{left}: {' / '.join(place)}",
            file=sys.stderr,
            flush=True,
        )
        _put(data, place, work())
        done += weight
        record.write(data, out)
    return data


def _has(data, place):
    for key in place:
        data = data.get(key) if data else None
    return data is not None


def _put(data, place, value):
    for key in place[:-1]:
        data = data.setdefault(key, {})
    data[place[-1]] = value


def _jobs(seeds):
    """(place in the file, rough cost in seconds, what to run) of all that is measured."""
    import layergraph as lg

    with lg.quiet():
        import keras
        import tensorflow as tf

        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(1)
    import numpy

    from tests.calibration import lessons, models, sweep

    few = max(2, seeds // 3)

    def cases(make, seed=1):
        return list(make(keras, numpy.random.default_rng(seed)))

    for name in [case.name for case in cases(models.honest)]:
        yield (
            ("learns", name),
            0.4 * seeds,
            lambda name=name: sweep.learning(
                keras, [c for c in cases(models.honest) if c.name == name], seeds
            ),
        )
        other = range(100, 100 + max(2, few // 3))
        yield (
            ("whole", name),
            0.5 * len(other),
            lambda name=name, other=other: sweep.whole(keras, name, other),
        )
    for name in [case.name for case in cases(models.broken)]:
        yield ("power", name), 1.2 * few, lambda name=name: sweep.power(keras, name, range(few))
    yield ("accuracy",), 1.5 * seeds, lambda: sweep.answers(keras, range(max(4, 4 * seeds // 5)))
    for exercise in lessons.training_exercises():
        names = lessons.namespace(exercise)
        if "learns" in exercise.words:
            learning = lessons.learning_cases(exercise, names)
            yield (
                ("learns", exercise.title),
                0.5 * seeds,
                lambda learning=learning: sweep.learning(keras, learning, seeds),
            )
        if "rehearse" in exercise.words:
            yield from _rehearsals(exercise, names, seeds)
    yield ("invariance",), 150, _invariance


def _rehearsals(exercise, names, seeds):
    from tests.calibration import lessons, sweep

    goals = lessons.goals(exercise, names)
    for given in lessons.rehearsed(exercise, names):
        runs = max(4, 2 * seeds // 5 if len(given.model.trainable_weights) < 24 else seeds // 6)
        place = "rehearsals", exercise.title, "answers", given.name
        yield (
            place,
            4 * runs,
            lambda given=given, runs=runs: sweep.rehearsals(
                names, given, goals, range(1, runs + 1)
            ),
        )
    few = range(1, 1 + max(2, seeds // 15))
    broken = lessons.broken_rehearsals(exercise)
    for name, (mine, given) in broken.items():
        yield (
            ("rehearsals", exercise.title, "broken", name),
            3 * len(few),
            lambda mine=mine, given=given: sweep.missed(mine, given, goals, few),
        )


def _invariance():
    from tests.calibration import invariance

    found = invariance.collect()
    threads = sorted({threads for threads, _, _ in invariance.SETTINGS})
    return {
        "kinds": len(found),
        "same": sum(len(said) == 1 for said in found.values()),
        "processes": len(invariance.SETTINGS),
        "threads": threads,
        "verdicts": {kind: " or ".join(sorted(said)) for kind, said in found.items()},
    }


if __name__ == "__main__":
    sys.exit(main())
