"""The one door: `grader COMMAND`. Reads the command line, calls the house, says what came of it."""

import argparse
import gc
import json
import os
import signal
import sys
from pathlib import Path

from grader.cli import lms, new, report
from grader.errors import GraderError


def main(argv=None):
    """Run one command; the value is the process's exit status."""
    parser = _parser()
    args = parser.parse_args(argv)
    try:
        return args.run(args) or 0
    except ImportError as error:
        if (error.name or "").startswith("grader."):
            print(
                f"grader {args.command}: this installation has no {error.name}; the command cannot run.",
                file=sys.stderr,
            )
        else:
            print(
                f"grader {args.command}: {error}. Run grader doctor: it says what is missing and how to get it.",
                file=sys.stderr,
            )
        return 2
    except BrokenPipeError:  # whoever read what is printed has gone, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except KeyboardInterrupt:
        print(
            f"\ngrader {args.command}: stopped. Run the command again: it goes on from here.",
            file=sys.stderr,
        )
        return 130
    except GraderError as error:
        print(f"grader {args.command}: {error}", file=sys.stderr)
        return 2


def _parser():
    parser = argparse.ArgumentParser(
        prog="grader", description="Build the course's notebooks, grade what students hand in."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    build = _command(
        commands,
        "build",
        _build,
        "make the instructor and student notebooks from the sources in solutions/",
    )
    build.add_argument("lessons", nargs="*", metavar="LESSON")
    build.add_argument(
        "--check",
        action="store_true",
        help="write nothing; fail when course/ is not what the sources give",
    )
    grade = _command(commands, "grade", _grade, "grade submitted/STUDENT/LESSON/LESSON.ipynb")
    grade.add_argument(
        "lessons",
        nargs="*",
        metavar="LESSON",
        help="which lessons (default: all that have submissions)",
    )
    grade.add_argument(
        "--student",
        action="append",
        default=[],
        metavar="STUDENT",
        help="only this student; may be given several times",
    )
    grade.add_argument(
        "--jobs",
        type=_count,
        metavar="N",
        help="submissions judged at a time (default: one per core)",
    )
    grade.add_argument(
        "--force", action="store_true", help="judge again what has been judged already"
    )
    grade.add_argument("--no-feedback", action="store_true", help="write no pages for students")
    grade.add_argument(
        "--no-sandbox",
        action="store_true",
        help="run notebooks unprotected where this machine has no sandbox: only for "
        "submissions whose authors you trust with your files",
    )
    grade.add_argument("--csv", metavar="FILE", help="where the scores go (default: grades.csv)")
    grade.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="judge on the workers of this Dask scheduler, such as tcp://10.0.0.1:8786 "
        "(default: what nbgrader_config.py says, else this machine; docs/cluster.md)",
    )
    watch = _command(
        commands,
        "watch",
        _watch,
        "grade what lies in submitted/, and then what arrives there, as it arrives",
    )
    watch.add_argument("lessons", nargs="*", metavar="LESSON", help="which lessons (default: all)")
    watch.add_argument("--jobs", type=_count, metavar="N", help="submissions judged at a time")
    watch.add_argument("--no-feedback", action="store_true", help="write no pages for students")
    watch.add_argument("--no-sandbox", action="store_true", help="as for grader grade")
    watch.add_argument("--scheduler", metavar="ADDRESS", help="as for grader grade")
    attempt = _command(
        commands,
        "try",
        _try,
        "judge your own notebook in course/ as grading would, hidden checks too; nothing is recorded",
    )
    attempt.add_argument(
        "lessons", nargs="*", metavar="LESSON", help="which lessons (default: all)"
    )
    attempt.add_argument("--no-browser", action="store_true", help="only say where the page lies")
    attempt.set_defaults(no_sandbox=False)
    start = _command(commands, "start", _start, "copy the course's notebooks into a folder")
    start.add_argument("folder", nargs="?", default="functional-keras", metavar="FOLDER")
    demo = _command(commands, "demo", _demo, "grade a sample class in a folder of its own")
    demo.add_argument("--jobs", type=_count, metavar="N")
    demo.set_defaults(no_sandbox=False)
    verify = _command(
        commands,
        "verify",
        _verify,
        "check the checks: wrong answers must lose points, honest variants must keep them",
    )
    verify.add_argument("lessons", nargs="*", metavar="LESSON", help="which lessons (default: all)")
    verify.add_argument(
        "--sample",
        type=_count,
        metavar="N",
        help="try N wrong answers for each exercise (default: all)",
    )
    verify.add_argument(
        "--seed", type=int, default=0, metavar="S", help="chooses the sample (default: 0)"
    )
    verify.add_argument(
        "--jobs", type=_count, metavar="N", help="exercises at a time (default: one per core)"
    )
    verify.add_argument("--json", metavar="FILE", help="write the result as data")
    verify.add_argument(
        "--claims",
        action="store_true",
        help="check the lessons instead: what they say they measured must hold under other seeds",
    )
    verify.add_argument(
        "--seeds", type=_count, default=10, metavar="N", help="seeds for --claims (default: 10)"
    )
    verify.add_argument(
        "--record", action="store_true", help="keep what --claims measured beside each lesson"
    )
    report.add_arguments(_command(commands, "report", report.run, report.HELP))
    lms.add(commands, _command)
    new.add(commands, _command)
    _command(commands, "doctor", _doctor, "say what is missing on this machine and how to get it")
    return parser


def _command(commands, name, run, text):
    command = commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
    command.add_argument(
        "--root", default=".", metavar="FOLDER", help="the course's root (default: here)"
    )
    command.set_defaults(run=run)
    return command


def _count(text):
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a number of 1 or more, not {text!r}")
    return int(text)


def _walls(args, here=True):
    """Refuse before anything is run where there is no sandbox and nobody said that this is all right.

    `here`: notebooks run on this machine; the workers of a cluster are asked one by one.
    """
    from grader.engine.grade_submission import default_ways

    if args.no_sandbox:
        os.environ["GRADER_NO_SANDBOX"] = "1"
        print(
            "Without a sandbox: notebooks can read and change your files, and their code shares a process with the checks.",
            file=sys.stderr,
        )
    if here:
        default_ways()


def _build(args):
    from grader.nbgrader_bridge.build import build

    built = build(Path(args.root).resolve(), tuple(args.lessons), check=args.check, say=print)
    stale = args.check and any(lesson.changed for lesson in built)
    if stale:
        print(
            "grader build: course/ is not what the sources give; run grader build.", file=sys.stderr
        )
    return 1 if stale else 0


def _grade(args):
    from grader.batch.cluster import scheduler_of
    from grader.batch.grade import grade
    from grader.course.folder import Course
    from grader.reports import summary as told
    from grader.reports.progress import Progress

    course = Course.at(args.root)
    scheduler = scheduler_of(course) if args.scheduler is None else args.scheduler
    _walls(args, here=not scheduler)
    summary = grade(
        course,
        tuple(args.lessons),
        tuple(args.student),
        args.jobs,
        args.force,
        progress=Progress(),
        csv=args.csv,
        feedback=not args.no_feedback,
        scheduler=scheduler,
    )
    return told.report(course, summary, args.csv, feedback=not args.no_feedback)


def _watch(args):
    from grader.batch.cluster import scheduler_of
    from grader.batch.watch import watch
    from grader.course.folder import Course

    course = Course.at(args.root)
    scheduler = scheduler_of(course) if args.scheduler is None else args.scheduler
    _walls(args, here=not scheduler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a service is ended so
    settings = {"jobs": args.jobs, "feedback": not args.no_feedback, "scheduler": scheduler}
    try:
        watch(course, tuple(args.lessons), lambda text: print(text, flush=True), **settings)
    except KeyboardInterrupt:
        print("Stopped. What was graded stays; what had just arrived is graded next time.")


def _own_notebooks(args, whose):
    """As `_walls`, but notebooks that are not a stranger's go on where there is no sandbox."""
    from grader.engine.sandbox import SandboxError

    try:
        _walls(args)
    except SandboxError:
        print(
            f"This machine has no sandbox (grader doctor says what is missing); {whose} without one.",
            file=sys.stderr,
        )
        os.environ["GRADER_NO_SANDBOX"] = "1"


def _try(args):
    from grader.batch.attempt import attempt
    from grader.course.folder import Course, CourseError

    root = Path(args.root).resolve()
    if (root / "course").is_dir() and not (root / "nbgrader_config.py").is_file():
        raise CourseError(
            f"{root} holds notebooks alone, as grader start copies them: the hidden checks lie in the repository",
            "work in course/ of a clone; the checks in the notebook work here too",
        )
    _own_notebooks(args, "your own notebook runs")
    return attempt(Course.at(args.root), tuple(args.lessons), show=not args.no_browser)


def _start(args):
    from grader.cli.start import start

    return start(Path(args.folder).resolve())


def _demo(args):
    from grader.cli.demo import demo

    _own_notebooks(args, "the sample class is our own and runs")
    return demo(Path(args.root).resolve(), jobs=args.jobs)


def _claims(root, args):
    from grader.verify import claims

    found = claims.claims(root, args.lessons, range(args.seeds), args.jobs, say=print)
    told = claims.failures(found)
    print("", claims.table(found), *([told] if told else []), sep="\n\n")
    if args.record:
        claims.record(root, found)
    return 1 if told else 0


def _verify(args):
    if args.claims:
        return _claims(Path(args.root).resolve(), args)
    from grader.reports.progress import Progress
    from grader.verify import results
    from grader.verify.page import page
    from grader.verify.parallel import verify

    root = Path(args.root).resolve()
    found = verify(root, tuple(args.lessons), args.sample, args.seed, args.jobs, Progress())
    report = root / ".grader" / "verify.html"
    report.parent.mkdir(exist_ok=True)
    report.write_text(page(found, args.seed, args.sample), encoding="utf-8")
    if args.json:
        Path(args.json).write_text(
            json.dumps(results.data(found, args.sample, args.seed), indent=1) + "\n",
            encoding="utf-8",
        )
    told = results.slipped(found)
    print(
        results.table(found),
        *([told] if told else []),
        results.summary(found),
        f"Report: {report}",
        sep="\n\n",
    )
    return 0 if results.good(found) else 1


def _doctor(args):
    from grader.reports.doctor import doctor

    return doctor(Path(args.root).resolve())


def run():
    """The command `grader`: `main` in a process of its own."""
    # Importing makes a million objects that stay. To look through them for circles again and again, as Python does by
    # default, takes a third of the time of importing nbgrader, and another second before the process ends.
    gc.set_threshold(100_000, 20, 20)
    # jsonschema, which nbformat brings, would make a parser of international web addresses: another second, and nobody here has one to parse.
    sys.modules.setdefault("rfc3987_syntax", None)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # a terminal that knows fewer characters than we print
    status = main()
    gc.freeze()
    return status


if __name__ == "__main__":
    sys.exit(run())
