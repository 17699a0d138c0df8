"""`grader grade`: a folder of submissions in, nbgrader's gradebook, feedback and CSV out.

Two halves. First every submission gets its result (in parallel, kept as soon as it is there); then nbgrader's own
converters, one submission at a time, write the database, `autograded/` and `feedback/`. A killed run goes on from there.
"""

import contextlib
import glob
import hashlib
import json
import os
import shutil
import stat
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from pathlib import Path

from grader.course import Course, CourseError
from grader.engine.result import nothing_earned

MAX_EXTRA = 20 * 2**20  # bytes of one of the other files in a submission's folder
_PAGES = (".html", ".htm", ".svg", ".xhtml", ".js", ".ipynb", ".py")


@dataclass(frozen=True)
class Row:
    """One student's standing in one lesson, for the table. Scores are the gradebook's, by hand ones included."""

    student: str
    lesson: str
    scores: dict  # exercise -> (score, points)
    score: float
    points: float
    penalty: float = 0.0
    by_hand: bool = False  # something still waits for a person
    status: str = "graded"
    reasons: tuple[str, ...] = ()


@dataclass
class Summary:
    """What a run did."""

    rows: list = field(default_factory=list)
    judged: int = 0
    remembered: int = 0
    failed: int = 0

    @property
    def bad(self):
        """How many submissions could not be graded as they should."""
        return sum(r.status in ("unreadable", "unknown", "refused", "died", "timed out", "failed") for r in self.rows)


@dataclass(frozen=True)
class _Task:
    student: str
    lesson: str
    notebook: str


def grade(course: Course, lessons=(), students=(), jobs=None, force=False, progress=None, csv=None):
    """Grade what lies in `submitted/`.

    Parameters
    ----------
    course : Course
    lessons, students : names; all that have submissions when empty.
    jobs : how many submissions are judged at a time (default: the machine's cores).
    force : judge again what has been judged already.
    progress : object with `start(what, total)`, `step(text)` and `end()`, or None.
    csv : where the scores go in nbgrader's format (default: grades.csv in the course's root).

    Raises
    ------
    CourseError
        A name is unknown, or there is nothing to grade.
    SandboxError
        This machine cannot wall in a notebook, and nobody said that it may run without.
    """
    from grader.engine.one import default_ways
    from grader.gradebook import FillResults, nbgrader_app

    default_ways()  # refuse before anything is done, not once for each submission
    lessons = _known(course, lessons)
    tasks, summary = [], Summary()
    for lesson in lessons:
        here = [s for s in course.students(lesson) if not students or s in students]
        if here:
            prepare(course, lesson)
            tasks += [_Task(s, lesson, n) for s in here for n in course.notebooks(lesson)]
    _nothing_missing(course, tasks, lessons, students)
    with nbgrader_app(course, submitted_directory=os.path.join(".grader", "staged")) as app:
        results = _judge_all(course, tasks, jobs, force, FillResults(config=app.config).limits, progress, summary)
        _write_all(app, course, tasks, results, force, progress, summary)
        summary.rows = _rows(app, course, tasks, results)
        _export(app, Path(csv) if csv else course.root / "grades.csv")
    shutil.rmtree(course.state / "staged", ignore_errors=True)
    return summary


def prepare(course, lesson):
    """Make sure that the lesson's notebook is there and current, and that nbgrader's database knows it."""
    from grader.gradebook import register

    script, notebook = course.script(lesson), course.root / course.source / lesson / f"{lesson}.ipynb"
    if script.is_file() and (not notebook.is_file() or notebook.stat().st_mtime_ns < script.stat().st_mtime_ns):
        from grader.authoring.build import build

        build(course.root, (lesson,))
    register(course, lesson)


def _known(course, names):
    """The lessons' full names; the beginning of one is enough where it fits no other."""
    if not course.lessons:
        raise CourseError(f"There are no lessons in {course.root / course.source}.")
    chosen = []
    for name in names:
        fitting = [x for x in course.lessons if x == name] or [x for x in course.lessons if name and x.startswith(name)]
        if len(fitting) != 1:
            problem = f"Several lessons begin with {name!r}" if fitting else f"There is no lesson {name!r} in {course.source}/"
            raise CourseError(f"{problem}. Known: {', '.join(course.lessons)}.")
        chosen += fitting
    return tuple(dict.fromkeys(chosen)) or course.lessons


def _nothing_missing(course, tasks, lessons, students):
    gone = [s for s in students if s not in {t.student for t in tasks}]
    if gone:
        raise CourseError(f"Nothing was handed in by {', '.join(gone)} for {', '.join(lessons)} in {course.submitted}/.")
    if not tasks:
        raise CourseError(
            f"There is nothing to grade for {', '.join(lessons)} in {course.root / course.submitted}: "
            f"expected {course.submitted}/STUDENT/{lessons[0]}/{lessons[0]}.ipynb."
        )


def _judge_all(course, tasks, jobs, force, limits, progress, summary):
    """The key and the result of every task."""
    results = {}
    if progress:
        progress.start("Grading", len(tasks))
    with ThreadPoolExecutor(jobs or os.cpu_count() or 1) as pool:
        waiting = {pool.submit(_judge, course, task, limits, force): task for task in tasks}
        try:
            while waiting:
                done, _ = wait(waiting, return_when=FIRST_COMPLETED)
                for future in done:
                    task = waiting.pop(future)
                    key, result, fresh = future.result()
                    results[task] = key, result
                    summary.judged += fresh
                    summary.remembered += not fresh
                    summary.failed += result.status == "failed"
                    if progress:
                        progress.step(f"{task.student}  {task.notebook}  {result.score:g} of {result.points:g}  {result.reason}".rstrip())
        except BaseException:
            for future in waiting:
                future.cancel()
            raise
    if progress:
        progress.end()
    return results


def _judge(course, task, limits, force):
    from grader.gradebook import judged

    lesson = course.read(task.lesson, task.notebook)
    try:
        found = course.find(task.student, task.lesson, task.notebook)
        key, result, fresh = judged(course, lesson, found, limits, force)
    except Exception as error:  # ours, not the student's: say so, keep nothing, go on with the others
        key, fresh = "failed", True
        result = nothing_earned(lesson, "failed", f"The grader failed here ({type(error).__name__}: {error}); grade this one again.")
    return key, replace(result, student=task.student), fresh


def _write_all(app, course, tasks, results, force, progress, summary):
    """Let nbgrader write what is not yet written for these results."""
    from nbgrader.api import Gradebook

    by_folder = {}
    for task in tasks:
        by_folder.setdefault((task.student, task.lesson), []).append(task)
    if progress:
        progress.start("Writing", len(by_folder))
    for (student, lesson), own in by_folder.items():
        if any(results[t][1].status == "failed" for t in own):
            continue
        problem = ""
        with Gradebook(app.coursedir.db_url) as gradebook:
            current = not force and _is_current(app, gradebook, course, own, results)
        if not current:
            problem = _autograde(app, course, own)
        if not problem:
            problem = _feedback(app, course, own, force or not current)
        if problem:
            summary.failed += 1
            for task in own:
                results[task] = "failed", replace(results[task][1], status="failed", reason=problem)
        if progress:
            progress.step(f"{student}  {lesson}" + (f"  {problem}" if problem else ""))
    if progress:
        progress.end()


def _is_current(app, gradebook, course, own, results):
    """Whether gradebook and `autograded/` already hold these results."""
    from nbgrader.api import MissingEntry

    from grader.gradebook import stamp

    student, lesson = own[0].student, own[0].lesson
    try:
        submission = gradebook.find_submission(lesson, student)
    except MissingEntry:
        return False
    if submission.timestamp != _timestamp(course.root / course.submitted / student / lesson)[1]:
        return False
    return all(
        _grading(course.root / course.autograded / student / lesson / f"{t.notebook}.ipynb").get("stamp")
        == stamp(*results[t], submission.assignment.duedate)
        for t in own
    )


def _autograde(app, course, own):
    """Run nbgrader's Autograde on one student's folder; "" or what went wrong."""
    from nbgrader.converters import Autograde

    student, lesson = own[0].student, own[0].lesson
    _stage(course, own)
    app.coursedir.assignment_id, app.coursedir.student_id = lesson, glob.escape(student)
    if set(student) & set("*?[\n"):
        return "The folder's name holds one of * ? [ or a line break, which nbgrader cannot handle; rename it."
    for name in ("SubmissionExporter", "FillResults"):
        app.config[name].submissions = course.submitted
    return _run(Autograde(coursedir=app.coursedir, parent=app))


def _feedback(app, course, own, force):
    """Run nbgrader's GenerateFeedback where grades or comments have changed since the page was written."""
    from nbgrader.api import Gradebook
    from nbgrader.converters import GenerateFeedback

    student, lesson = own[0].student, own[0].lesson
    app.coursedir.assignment_id, app.coursedir.student_id = lesson, glob.escape(student)
    with Gradebook(app.coursedir.db_url) as gradebook:
        mark = _marks(gradebook, own)
    note = course.state / "pages" / hashlib.sha256(f"{student}/{lesson}".encode("utf-8", "surrogateescape")).hexdigest()
    pages = [course.root / course.feedback / student / lesson / f"{t.notebook}.html" for t in own]
    if not force and note.is_file() and note.read_text() == mark and all(p.is_file() for p in pages):
        return ""
    problem = _run(GenerateFeedback(coursedir=app.coursedir, parent=app))
    if not problem:
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_text(mark)
    return problem


def _run(converter):
    converter.force = True
    try:
        converter.start()
    except (SystemExit, Exception) as error:  # nbgrader ends its own process on some errors
        return f"nbgrader could not record this submission ({type(error).__name__}); see .grader/nbgrader.log."
    return ""


def _marks(gradebook, own):
    """A hash over everything a feedback page shows of the gradebook."""
    said = []
    for task in own:
        notebook = gradebook.find_submission_notebook(task.notebook, task.lesson, task.student)
        said.append([notebook.late_submission_penalty,
                     sorted([g.name, g.score, g.max_score, g.needs_manual_grade] for g in notebook.grades),
                     sorted([c.name, c.comment or ""] for c in notebook.comments)])
    return hashlib.sha256(repr(said).encode()).hexdigest()


def _stage(course, own):
    """A folder for nbgrader to read: a notebook of the right name, the time of handing in, the student's other files.

    The notebook's content comes from the submission itself (`SubmissionExporter`); links and odd files stay behind.
    """
    home = course.root / course.submitted / own[0].student / own[0].lesson
    target = course.state / "staged" / own[0].student / own[0].lesson
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for task in own:
        (target / f"{task.notebook}.ipynb").write_text("{}")
    if _timestamp(home)[1]:
        (target / "timestamp.txt").write_text(_timestamp(home)[0])
    if home.is_symlink() or not home.is_dir():
        return
    for folder, folders, files in os.walk(home):
        folders[:] = [f for f in folders if not f.startswith(".")][:50]
        for name in files[:200]:
            path = Path(folder) / name
            with contextlib.suppress(OSError):
                status = path.lstat()
                if stat.S_ISREG(status.st_mode) and status.st_size <= MAX_EXTRA and not name.startswith(".") \
                        and path.suffix.lower() not in _PAGES and name != "timestamp.txt":
                    copy = target / path.relative_to(home)
                    copy.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(path, copy, follow_symlinks=False)


def _timestamp(folder):
    """The text and the time of nbgrader's timestamp.txt; "" and None where there is none or it says no time."""
    from nbgrader.utils import parse_utc

    path = folder / "timestamp.txt"
    try:
        if path.is_symlink() or not path.is_file():
            return "", None
        with open(path, encoding="utf-8") as file:
            text = file.read(200).strip()
        return text, parse_utc(text) if text else None
    except (OSError, ValueError, OverflowError, TypeError):
        return "", None


def _grading(path):
    """What grading has written into a notebook of `autograded/`; empty where nothing was or it is damaged."""
    try:
        return json.loads(path.read_bytes())["metadata"]["grading"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _rows(app, course, tasks, results):
    from nbgrader.api import Gradebook

    rows = []
    with Gradebook(app.coursedir.db_url) as gradebook:
        for task in tasks:
            lesson, result = course.read(task.lesson, task.notebook), results[task][1]
            rows.append(_failed_row(task, lesson, result) if result.status == "failed" else _row(gradebook, task, lesson, result))
    return rows


def _row(gradebook, task, lesson, result):
    notebook = gradebook.find_submission_notebook(task.notebook, task.lesson, task.student)
    grades, scores, waiting = {g.name: g for g in notebook.grades}, {}, False
    for cell in lesson.graded:
        grade = grades[cell.grade_id]
        score, points = scores.get(cell.exercise, (0.0, 0.0))
        scores[cell.exercise] = (score + (grade.score or 0.0), points + cell.points)
        waiting = waiting or bool(grade.needs_manual_grade)
    penalty = notebook.late_submission_penalty or 0.0
    return Row(task.student, task.notebook, scores, notebook.score - penalty, notebook.max_score, penalty, waiting, result.status, reasons(lesson, result))


def _failed_row(task, lesson, result):
    scores = {e: (0.0, sum(c.points for c in lesson.of(e) if c.graded)) for e in lesson.exercises}
    return Row(task.student, task.notebook, scores, 0.0, lesson.points, status="failed", reasons=(result.reason,))


def reasons(lesson, result):
    """Why points were lost, a sentence each: for the submission as a whole, then by exercise."""
    said = [result.reason] if result.reason else []
    said += result.notes
    if result.status in ("graded", "timed out", "died"):
        for exercise in lesson.exercises:
            own = [result.of(c.grade_id) for c in lesson.of(exercise)]
            words = dict.fromkeys(c.reason for c in own if c is not None and c.points and c.score < c.points and c.reason)
            if words:
                said.append(f"{exercise}: {' '.join(words)}")
    return tuple(said)


def _export(app, path):
    from nbgrader.api import Gradebook

    from grader.reports.export import CsvExport

    with Gradebook(app.coursedir.db_url) as gradebook:
        plugin = CsvExport(parent=app)
        plugin.to = str(path)
        plugin.export(gradebook)
