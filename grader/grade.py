"""`grader grade`: a folder of submissions in, nbgrader's gradebook, feedback and CSV out.

Every submission gets its result, several at a time, each kept as soon as it is there; as they come, `grader.records` has nbgrader
write them, one student after the other. A killed run goes on from there.
"""

import importlib
import os
import shutil
import threading
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from pathlib import Path

from grader.course import Course, CourseError
from grader.engine import folders
from grader.engine.result import nothing_earned
from grader.reports.rows import row
from grader.reports.summary import Summary
from grader.store import ResultStore


@dataclass(frozen=True)
class _Task:
    student: str
    lesson: str
    notebook: str


def grade(course: Course, lessons=(), students=(), jobs=None, force=False, progress=None, csv=None, feedback=True):
    """Grade what lies in `submitted/`.

    Parameters
    ----------
    course : Course
    lessons, students : names; all that have submissions when empty.
    jobs : how many submissions are judged at a time (default: the machine's cores).
    force : judge again what has been judged already.
    progress : object with `start(what, total)`, `step(text)` and `end()`, or None.
    csv : where the scores go in nbgrader's format (default: grades.csv in the course's root).
    feedback : whether students' pages are written.

    Raises
    ------
    CourseError
        A name is unknown, or there is nothing to grade.
    SandboxError
        This machine cannot wall in a notebook, and nobody said that it may run without.
    """
    from grader.engine.one import default_ways

    default_ways()  # refuse before anything is done, not once for each submission
    lessons = _known(course, lessons)
    here = {lesson: [s for s in course.students(lesson) if not students or s in students] for lesson in lessons}
    _warm_up(course, here, force)
    folders.sweep()
    for name in ("results", "verdicts"):
        ResultStore(course.state / name).sweep()
    from grader.gradebook import FillResults, nbgrader_app
    from grader.records import Records
    from grader.sql import shared

    tasks, summary = [], Summary()
    for lesson in lessons:
        if here[lesson]:
            prepare(course, lesson)
            tasks += [_Task(s, lesson, n) for s in here[lesson] for n in course.notebooks(lesson)]
    _nothing_missing(course, tasks, lessons, students)
    with nbgrader_app(course, submitted_directory=os.path.join(".grader", "staged")) as app:
        app.coursedir.db_url = shared(app.coursedir.db_url)
        limits, records = FillResults(config=app.config).limits, Records(app, course, force, feedback)
        results = _all(course, tasks, jobs, force, limits, records, progress, summary)
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


def _warm_up(course, here, force):
    """Let the warm server import TensorFlow while nbgrader is still being imported here, if something seems to be new."""
    from grader.engine.fork import Died, server
    from grader.engine.one import PLAIN, default_ways

    def start():
        try:
            server()
        except (Died, OSError):  # whoever needs it will find out
            pass

    def new(student, lesson):
        name = Path(student) / lesson / f"{lesson}.ipynb"
        try:
            return (course.root / course.autograded / name).stat().st_mtime < (course.root / course.submitted / name).stat().st_mtime
        except OSError:
            return True

    if default_ways() != PLAIN and (force or any(new(s, lesson) for lesson, names in here.items() for s in names)):
        threading.Thread(target=start, daemon=True).start()
        importlib.import_module("grader.checks.report")  # what verdicts are made of, while there is time


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


def _all(course, tasks, jobs, force, limits, records, progress, summary):
    """Judge every task and have each student's folder written when its last notebook is judged; (key, result) by task."""
    results, by_folder = {}, {}
    for task in tasks:
        by_folder.setdefault((task.student, task.lesson), []).append(task)
    if progress:
        progress.start("Grading", len(tasks))
    for task, key, result, fresh in _judge_all(course, tasks, jobs, force, limits):
        results[task] = key, result
        summary.judged += fresh
        summary.remembered += not fresh
        own = by_folder[task.student, task.lesson]
        if all(t in results for t in own):
            _write(records, own, results, summary)
            for t in own:  # what is written needs not be held: a class may be large
                results[t] = results[t][0], _without_reports(results[t][1])
        if progress:
            result = results[task][1]
            progress.step(f"{task.student}  {task.notebook}  {result.score:g} of {result.points:g}  {result.reason}".rstrip())
    if progress:
        progress.end()
    return results


def _without_reports(result):
    return replace(result, cells=tuple(replace(c, report=None) for c in result.cells))


def _judge_all(course, tasks, jobs, force, limits):
    """(task, key, result, whether it was judged now) of every task, as they come."""
    with ThreadPoolExecutor(jobs or os.cpu_count() or 1) as pool:
        waiting = {pool.submit(_judge, course, task, limits, force): task for task in tasks}
        try:
            while waiting:
                done, _ = wait(waiting, return_when=FIRST_COMPLETED)
                for future in done:
                    yield waiting.pop(future), *future.result()
        except BaseException:
            for future in waiting:
                future.cancel()
            raise


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


def _write(records, own, results, summary):
    """Have one student's folder recorded; where the grader fails, its tasks' results say so."""
    failed = sum(results[t][1].status == "failed" for t in own)
    summary.failed += failed
    if failed:
        return
    problem = records.write(own[0].student, own[0].lesson, {t.notebook: results[t] for t in own})
    if problem:
        summary.failed += 1
        for task in own:
            results[task] = "failed", replace(results[task][1], status="failed", reason=problem)


def _rows(app, course, tasks, results):
    from nbgrader.api import Gradebook

    with Gradebook(app.coursedir.db_url) as gradebook:
        return [row(gradebook, t.student, t.lesson, course.read(t.lesson, t.notebook), results[t][1]) for t in tasks]


def _export(app, path):
    from nbgrader.api import Gradebook

    from grader.reports.export import CsvExport

    with Gradebook(app.coursedir.db_url) as gradebook:
        plugin = CsvExport(parent=app)
        new = path.with_name(f".{path.name}.new")
        plugin.to = str(new)
        plugin.export(gradebook)
        os.replace(new, path)
