"""The one door: `grader build | grade | demo | verify | doctor`. Reads the command line, calls the house, says what came of it."""

import argparse
import gc
import json
import os
import sys
from pathlib import Path


# Errors that are sentences for whoever called; by name, for their houses are imported only when needed.
_SAID = ("BuildError", "CourseError", "LessonError", "SandboxError", "SourceError")


def main(argv=None):
    """Run one command; the value is the process's exit status."""
    parser = _parser()
    args = parser.parse_args(argv)
    try:
        return args.run(args) or 0
    except ImportError as error:
        if (error.name or "").startswith("grader."):
            print(f"grader {args.command}: this installation has no {error.name}; the command cannot run.", file=sys.stderr)
        else:
            print(f"grader {args.command}: {error}. Run grader doctor: it says what is missing and how to get it.", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"\ngrader {args.command}: stopped. Run the command again: it goes on from here.", file=sys.stderr)
        return 130
    except Exception as error:
        if type(error).__name__ not in _SAID:
            raise
        print(f"grader {args.command}: {error}", file=sys.stderr)
        return 2


def _parser():
    parser = argparse.ArgumentParser(prog="grader", description="Build the course's notebooks, grade what students hand in.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    build = _command(commands, "build", _build, "make the instructor and student notebooks from the sources in solutions/")
    build.add_argument("lessons", nargs="*", metavar="LESSON")
    build.add_argument("--check", action="store_true", help="write nothing; fail when course/ is not what the sources give")
    grade = _command(commands, "grade", _grade, "grade submitted/STUDENT/LESSON/LESSON.ipynb")
    grade.add_argument("lessons", nargs="*", metavar="LESSON", help="which lessons (default: all that have submissions)")
    grade.add_argument("--student", action="append", default=[], metavar="STUDENT", help="only this student; may be given several times")
    grade.add_argument("--jobs", type=_count, metavar="N", help="submissions judged at a time (default: one per core)")
    grade.add_argument("--force", action="store_true", help="judge again what has been judged already")
    grade.add_argument("--no-feedback", action="store_true", help="write no pages for students")
    grade.add_argument("--no-sandbox", action="store_true", help="run notebooks unprotected where this machine has no sandbox: only for "
                       "submissions whose authors you trust with your files")
    grade.add_argument("--csv", metavar="FILE", help="where the scores go (default: grades.csv)")
    demo = _command(commands, "demo", _demo, "grade a sample class in a folder of its own")
    demo.add_argument("--jobs", type=_count, metavar="N")
    demo.set_defaults(no_sandbox=False)
    verify = _command(commands, "verify", _verify, "check the checks: wrong answers must lose points, honest variants must keep them")
    verify.add_argument("lessons", nargs="*", metavar="LESSON", help="which lessons (default: all)")
    verify.add_argument("--sample", type=_count, metavar="N", help="try N wrong answers for each exercise (default: all)")
    verify.add_argument("--seed", type=int, default=0, metavar="S", help="chooses the sample (default: 0)")
    verify.add_argument("--jobs", type=_count, metavar="N", help="exercises at a time (default: one per core)")
    verify.add_argument("--json", metavar="FILE", help="write the result as data")
    _command(commands, "doctor", _doctor, "say what is missing on this machine and how to get it")
    return parser


def _command(commands, name, run, text):
    command = commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
    command.add_argument("--root", default=".", metavar="FOLDER", help="the course's root (default: here)")
    command.set_defaults(run=run)
    return command


def _count(text):
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a number of 1 or more, not {text!r}")
    return int(text)


def _walls(args):
    """Refuse before anything is run where there is no sandbox and nobody said that this is all right."""
    from grader.engine.one import default_ways

    if args.no_sandbox:
        os.environ["GRADER_NO_SANDBOX"] = "1"
        print("Without a sandbox: notebooks can read and change your files, and their code shares a process with the checks.", file=sys.stderr)
    default_ways()


def _build(args):
    from grader.authoring.build import build

    built = build(Path(args.root).resolve(), tuple(args.lessons), check=args.check, say=print)
    stale = args.check and any(lesson.changed for lesson in built)
    if stale:
        print("grader build: course/ is not what the sources give; run grader build.", file=sys.stderr)
    return 1 if stale else 0


def _grade(args):
    from grader.course import Course
    from grader.grade import grade
    from grader.reports.progress import Progress
    from grader.reports.summary import report

    _walls(args)
    course = Course.at(args.root)
    summary = grade(course, tuple(args.lessons), tuple(args.student), args.jobs, args.force, progress=Progress(), csv=args.csv,
                    feedback=not args.no_feedback)
    return report(course, summary, args.csv, feedback=not args.no_feedback)


def _demo(args):
    from grader.demo import demo

    try:
        _walls(args)
    except Exception as error:
        if type(error).__name__ != "SandboxError":
            raise
        # The sample class is ours, so the demo goes on where strangers' notebooks would be refused.
        print("This machine has no sandbox (grader doctor says what is missing); the sample class is our own and runs without one.", file=sys.stderr)
        os.environ["GRADER_NO_SANDBOX"] = "1"
    return demo(Path(args.root).resolve(), jobs=args.jobs)


def _verify(args):
    from grader.reports.progress import Progress
    from grader.reports.verified import page
    from grader.verify import results
    from grader.verify.many import verify

    root = Path(args.root).resolve()
    found = verify(root, tuple(args.lessons), args.sample, args.seed, args.jobs, Progress())
    report = root / ".grader" / "verify.html"
    report.parent.mkdir(exist_ok=True)
    report.write_text(page(found, args.seed, args.sample), encoding="utf-8")
    if args.json:
        Path(args.json).write_text(json.dumps(results.data(found, args.sample, args.seed), indent=1) + "\n", encoding="utf-8")
    told = results.slipped(found)
    print(results.table(found), *([told] if told else []), results.summary(found), f"Report: {report}", sep="\n\n")
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
    status = main()
    gc.freeze()
    return status


if __name__ == "__main__":
    sys.exit(run())
