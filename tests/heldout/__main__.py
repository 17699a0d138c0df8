"""`python -m tests.heldout [LESSON …] [--only EXERCISE …] [--told]`: grade the answers kept here, and print the rates with bounds."""

import argparse
import sys
import textwrap

from tests import heldout
from tests.calibration.bounds import at_most


def main(argv=None):
    parser = argparse.ArgumentParser(
        prog="python -m tests.heldout",
        description="Grade the answers that somebody wrote from the students' text alone.",
    )
    parser.add_argument("lessons", nargs="*", metavar="LESSON", help="such as 03 (default: all)")
    parser.add_argument(
        "--only", nargs="+", default=[], metavar="EXERCISE", help="only these exercises"
    )
    parser.add_argument(
        "--told", action="store_true", help="print what each wrong answer was told, too"
    )
    args = parser.parse_args(argv)
    every = []
    for lesson in args.lessons or heldout.lessons():
        chosen = [a for a in heldout.answers(lesson) if not args.only or a.exercise in args.only]
        for case in heldout.judged(chosen) if chosen else ():
            every.append(case)
            if case.bad or (args.told and not case.full):
                print(_lines(case), end="\n\n", flush=True)
            print(f"{len(every):>4} {case.answer.place}", file=sys.stderr, flush=True)
    print("\n".join(table(every)))
    return 1 if any(case.bad for case in every) else 0


def _lines(case):
    verdict = "" if not case.bad else "REFUSED " if not case.full else "ACCEPTED "
    green = ", visible check green" if case.visible_green and not case.full else ""
    head = f"{verdict}{case.answer.place}, {case.answer.label}: {case.score:g} of {case.points:g}{green}"
    return "\n".join([head, f"    ({case.answer.why})", textwrap.indent(case.told, "    ")])


def table(every):
    """One line for each lesson and one for all: how many were judged wrongly, and the upper 95 % Clopper–Pearson bound of the rate."""
    lessons = dict.fromkeys(case.answer.lesson for case in every)
    rows = [(lesson, [c for c in every if c.answer.lesson == lesson]) for lesson in lessons]
    return [
        f"{'':8}{'honest refused':>28}{'wrong accepted':>28}{'visible check let through':>28}",
        *(_row(name, cases) for name, cases in [*rows, ("all", every)]),
    ]


def _row(name, cases):
    honest, wrong = ([c for c in cases if c.answer.label == label] for label in heldout.LABELS)
    rates = (
        (sum(not c.full for c in honest), len(honest)),
        (sum(c.full for c in wrong), len(wrong)),
        (sum(c.visible_green for c in wrong), len(wrong)),
    )
    return f"{name:8}" + "".join(
        f"{f'{bad} of {tried} (≤ {at_most(bad, tried):.1%})' if tried else '–':>28}"
        for bad, tried in rates
    )


if __name__ == "__main__":
    sys.exit(main())
