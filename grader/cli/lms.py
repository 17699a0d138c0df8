"""`grader collect`, `grader export` and `grader bundle`: between an LMS and this folder."""

import sys
from pathlib import Path

_SHOWN = 500  # of a list; an archive that means harm makes it long


def add(commands, command):
    """Add these commands; `command(commands, name, run, text)` makes one with the options that all have."""
    collect = command(
        commands,
        "collect",
        _collect,
        "put what Moodle, Canvas, Gradescope or a plain zip or folder holds into submitted/",
    )
    collect.add_argument("sources", nargs="+", metavar="ZIP|FOLDER", type=Path)
    collect.add_argument(
        "--lesson", default="", metavar="LESSON", help="only notebooks of this lesson"
    )
    collect.add_argument(
        "--students",
        type=Path,
        metavar="FILE",
        help="who has which folder (default: students.csv in the course's root; it is made where it is missing)",
    )
    collect.add_argument("--dry-run", action="store_true", help="write nothing; say what would be")
    export = command(
        commands,
        "export",
        _export,
        "fill the grade sheet that you downloaded from Canvas, Moodle or Gradescope",
    )
    export.add_argument("system", choices=("canvas", "moodle", "gradescope"))
    export.add_argument("sheet", metavar="SHEET", type=Path, help="as it was downloaded")
    export.add_argument("--lesson", default="", metavar="LESSON", help="only this lesson")
    export.add_argument("--column", default="", metavar="HEADER", help="the sheet's column")
    export.add_argument("--students", type=Path, metavar="FILE", help="default: students.csv")
    export.add_argument(
        "--to", type=Path, metavar="FILE", help="default: the sheet's name with -filled"
    )
    export.add_argument(
        "--feedback", type=Path, metavar="ZIP", help="Moodle: also write the zip of feedback files"
    )
    export.add_argument(
        "--check", action="store_true", help="write nothing; say what would be, and who is missing"
    )
    export.add_argument(
        "--scale", action="store_true", help="convert to the sheet's maximum where it is another"
    )
    export.add_argument(
        "--unfinished",
        action="store_true",
        help="also write scores of which a part still waits to be graded by hand",
    )
    export.add_argument(
        "--new-assignment",
        action="store_true",
        help="Canvas: add a column where the sheet has none for the lesson",
    )
    bundle = command(
        commands, "bundle", _bundle, "make the zip that grades one lesson inside Gradescope"
    )
    bundle.add_argument("system", choices=("gradescope", "prairielearn"))
    bundle.add_argument("lesson", metavar="LESSON")
    bundle.add_argument(
        "--to", type=Path, metavar="ZIP", help="default: the lesson's and the system's name"
    )
    bundle.add_argument(
        "--no-sandbox",
        action="store_true",
        help="run notebooks there even where the container has no walls: students could then read the answers",
    )


def _collect(args):
    from grader.course.folder import Course
    from grader.lms.collect import collect
    from grader.reports.progress import printable

    course = Course.at(args.root)
    done = collect(course, args.sources, args.lesson, args.students, args.dry_run)
    for line in done.layouts:
        print(printable(line))
    for folder, lesson, file in done.placed:
        print(f"  {printable(folder)}/{lesson}  ← {printable(file)}")
    would = "Would be collected" if args.dry_run else "Collected"
    print(
        f"{would}: {done.new} new, {done.replaced} in the place of older ones; {done.unchanged} were there already "
        f"({len(done.people)} people)."
    )
    _listed("Marked as late", done.late)
    _listed("To know", done.notes)
    if done.problems:
        print("grader collect: this was not understood, or needs a look:", file=sys.stderr)
    for what, reason in done.problems[:_SHOWN]:
        print(f"  {printable(what)}: {printable(' '.join(reason.split()))}", file=sys.stderr)
    if done.problems[_SHOWN:]:
        print(f"  … and {len(done.problems) - _SHOWN:,} more", file=sys.stderr)
    return 1 if done.problems else 0


def _listed(title, lines):
    from grader.reports.progress import printable

    if lines:
        shown = [f"  {printable(line)}" for line in lines[:_SHOWN]]
        more = [f"  … and {len(lines) - _SHOWN:,} more"] if lines[_SHOWN:] else []
        print(f"{title}:", *shown, *more, sep="\n")


def _export(args):
    from grader.course.folder import Course, CourseError
    from grader.lms.export import Options, export, feedback_zip
    from grader.lms.scores import scores
    from grader.lms.sheet import Sheet
    from grader.lms.students import Students

    course = Course.at(args.root)
    to = args.to or args.sheet.with_name(f"{args.sheet.stem}-filled{args.sheet.suffix}")
    if to.exists() and to.samefile(args.sheet):
        raise CourseError(f"{to} is the sheet itself; expected another name after --to.")
    if args.feedback and args.system != "moodle":
        raise CourseError("Only Moodle takes a zip of feedback files; expected export moodle.")
    sheet = Sheet.read(args.sheet)
    students = Students(
        args.students or course.root / "students.csv", course.root / course.submitted
    )
    chosen = _chosen(course, scores(course), args.lesson)
    options = Options(args.column, args.scale, args.unfinished, args.new_assignment)
    titles = {lesson: _title(course, lesson) for lesson in chosen}
    done = export(args.system, sheet, students, chosen, titles, options)
    _told(done, args.check)
    if args.check:
        print("Nothing was written (--check).")
    else:
        to.write_bytes(sheet.to_bytes())
        print(f"Sheet: {to}")
    if args.feedback and not args.check:
        data, missing = feedback_zip(course, sheet, students, done.lessons[0], done.folders)
        args.feedback.write_bytes(data)
        print(f"Feedback: {args.feedback}")
        _listed("Without a feedback page", missing)
    return 1 if done.problems else 0


def _chosen(course, found, name):
    """The scores of one lesson, by its name's beginning; of all without a name."""
    from grader.course.folder import CourseError

    if not name:
        return found
    fits = [x for x in found if x == name] or [x for x in found if x.startswith(name)]
    if len(fits) != 1:
        raise CourseError(f"{name!r} is not one of the graded lessons: {', '.join(found)}.")
    return {fits[0]: found[fits[0]]}


def _title(course, lesson):
    """What a lesson calls itself: the first line of its first cell."""
    from grader.errors import GraderError

    try:
        cells = course.read(lesson, course.notebooks(lesson)[0]).cells
    except (GraderError, IndexError):  # a lesson that was graded and is gone
        return ""
    return cells[0].source.splitlines()[0].lstrip("# ") if cells and cells[0].source else ""


def _told(done, check):
    from grader.reports.progress import printable

    for who, column, before, after in done.filled:
        print(f"  {printable(who)}  {printable(column)}: {before.strip() or 'empty'} → {after}")
    verb = "would be filled" if check else "filled"
    print(f"{len(done.filled)} cells {verb}, {done.unchanged} said so already.")
    _listed("In the sheet, but nothing was handed in (left as it is)", done.without_score)
    _listed("To know", done.notes)
    if done.problems:
        print("grader export: this was not written:", file=sys.stderr)
    for who, reason in done.problems:
        print(f"  {printable(who)}: {printable(reason)}", file=sys.stderr)


def _bundle(args):
    from grader.batch.grade import known, prepare
    from grader.course.folder import Course
    from grader.lms.bundle import bundle

    course = Course.at(args.root)
    (lesson,) = known(course, (args.lesson,))
    prepare(course, lesson)
    data = bundle(course, lesson, args.system, not args.no_sandbox)
    to = args.to or Path(f"{lesson}-{args.system}.zip")
    to.write_bytes(data)
    print(f"Bundle: {to} ({len(data) / 1e6:.1f} MB). It holds the answers: give it to nobody else.")
    return 0
