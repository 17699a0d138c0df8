"""`grader report`: the page and the table on what a class did, from what grading has kept. Grades nothing."""

import argparse
from pathlib import Path

HELP = "write a page on what the class did and got wrong, from what was graded"


def add_arguments(command: argparse.ArgumentParser) -> None:
    """The command's own arguments."""
    command.add_argument(
        "lessons", nargs="*", metavar="LESSON", help="which lessons (default: all that were graded)"
    )
    command.add_argument(
        "-o", "--output", metavar="PAGE", help="where the page goes (default: .grader/report.html)"
    )
    command.add_argument("--csv", metavar="FILE", help="write the same as a table too")
    command.add_argument(
        "--since",
        nargs="?",
        const="",
        metavar="RUN|DATE",
        help="say who gained and lost since a run of grading (its number) or a date; alone: since before the last run",
    )


def run(args: argparse.Namespace) -> int:
    """Write the page and say where it lies; the value is an exit status."""
    from grader.batch.grade import known
    from grader.course.folder import Course
    from grader.nbgrader_bridge.by_hand import by_hand
    from grader.reports import class_report, sheet, since, standing
    from grader.reports.progress import printable

    course = Course.at(args.root)
    lessons = known(course, args.lessons) if args.lessons else ()
    found = standing.submissions(course, lessons)
    entered = by_hand(course.root / "gradebook.db")
    changes, moment = None, ""
    if args.since is not None:
        lines, moment = standing.history(course.state).before(args.since)
        changes = since.changes(standing.submissions(course, lessons, lines), found, entered)
        print(*map(printable, since.told(changes, moment).splitlines()), sep="\n")
    made = class_report.sections(course, found, entered)
    page = Path(args.output) if args.output else course.state / "report.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(class_report.page(made, entered, course.root.name, changes, moment), "utf-8")
    print(f"Report: {page}")
    if args.csv:
        sheet.write(Path(args.csv), class_report.rows(made))
        print(f"Table:  {args.csv}")
    return 0
