"""`grader grade`: a folder of submissions in, nbgrader's gradebook, feedback and CSV out.

Every submission gets its result, several at a time, each kept as soon as it is there; as they come, `grader.nbgrader_bridge.writer` has nbgrader
write them, one student after the other. A killed run goes on from there.
"""

import contextlib
import functools
import importlib
import os
import shutil
import threading
from dataclasses import dataclass, replace
from pathlib import Path

from grader.batch import preflight
from grader.batch.cluster import Cluster, scheduler_of
from grader.batch.executor import Threads
from grader.course.folder import Course, CourseError, Found, chosen
from grader.course.lock import one_run
from grader.engine import tempdirs
from grader.engine.result import nothing_earned
from grader.engine.work import judge
from grader.errors import GraderError
from grader.reports.history import changed, history
from grader.reports.progress import printable
from grader.reports.rows import for_table, row
from grader.reports.summary import Summary

FAILED = "failed"  # the key of what is no result


@dataclass(frozen=True)
class _Task:
    student: str
    lesson: str
    notebook: str


def grade(
    course: Course,
    lessons=(),
    students=(),
    jobs=None,
    force=False,
    progress=None,
    csv=None,
    feedback=True,
    scheduler=None,
):
    """Grade what lies in `submitted/`.

    Parameters
    ----------
    course : Course
    lessons, students : names; all that have submissions when empty.
    jobs : how many submissions are judged at a time (default: the machine's cores).
    force : judge again what has been judged already.
    progress : object with `start(what, total)`, `step(text)`, `waiting(names)`, `note(text)` and `end()`, or None.
    csv : where the scores go in nbgrader's format (default: grades.csv in the course's root).
    feedback : whether students' pages are written.
    scheduler : address of a Dask scheduler whose workers judge; "" is this machine, None what nbgrader_config.py says.

    Raises
    ------
    CourseError
        A name is unknown, there is nothing to grade, another run is at work, or the disk or the gradebook refuses.
    SandboxError
        This machine cannot wall in a notebook, and nobody said that it may run without.
    ClusterError
        The scheduler cannot be used, or none of its workers may judge.
    """
    from grader.engine.grade_submission import default_ways

    scheduler = scheduler_of(course) if scheduler is None else scheduler
    if not scheduler:  # on a cluster each worker is asked instead
        default_ways()  # refuse before anything is done, not once for each submission
    executor = Cluster(scheduler, jobs, _say(progress)) if scheduler else Threads(jobs)
    lessons = known(course, lessons)
    here = {
        lesson: [s for s in course.students(lesson) if not students or s in students]
        for lesson in lessons
    }
    csv = Path(csv) if csv else course.root / "grades.csv"
    with one_run(course), preflight.sentences():
        preflight.check_csv(csv)
        preflight.check_gradebook(course.root / "gradebook.db")
        summary = Summary(skipped=course.unclaimed(students))
        if not scheduler:
            _warm_up(course, here, force)
        tasks = _tasks(course, here, summary.skipped)
        _nothing_missing(course, here, tasks, students, summary.skipped)
        _sweep(course)
        _begin(course, tasks, summary, progress)
        return _graded(course, tasks, executor, force, progress, csv, feedback, summary)


def _tasks(course, here, skipped):
    """What is to be judged; the lessons are made ready for it. One that cannot be is added to `skipped` and stops no other."""
    tasks, refused = [], None
    for lesson, students in here.items():
        if students:
            try:
                prepare(course, lesson)
            except GraderError as error:
                refused = refused or error
                skipped.append((lesson, f"cannot be made ready: {' '.join(str(error).split())}"))
                continue
            tasks += [_Task(s, lesson, n) for s in students for n in course.notebooks(lesson)]
    if refused and not tasks:
        raise refused
    return tasks


def _begin(course, tasks, summary, progress):
    """Note the run in the course's history, and say which exercises are not as they were graded last."""
    from grader.engine.cache import exercise_keys

    now = {}
    for lesson, notebook in dict.fromkeys((t.lesson, t.notebook) for t in tasks):
        known = course.read(lesson, notebook)
        keys = exercise_keys(known).items()
        name = lesson if notebook == lesson else f"{lesson}/{notebook}"
        now[name] = {e: [k, sum(c.points for c in known.of(e) if c.graded)] for e, k in keys}
    summary.run, before = history(course.state).begin(now)
    summary.changed = [told for x in now if (told := changed(x, before[x], now[x]))]
    for told in summary.changed if progress else ():
        progress.say(told)


def _sweep(course):
    from grader.engine.cache import ResultStore

    tempdirs.sweep()
    for name in ("results", "verdicts"):
        ResultStore(course.state / name).sweep()


def _graded(course, tasks, executor, force, progress, csv, feedback, summary):
    from grader.nbgrader_bridge.gradebook import FillResults, nbgrader_app
    from grader.nbgrader_bridge.sqlalchemy_cache import shared
    from grader.nbgrader_bridge.writer import Records

    with nbgrader_app(course, submitted_directory=os.path.join(".grader", "staged")) as app:
        app.coursedir.db_url = shared(app.coursedir.db_url)
        limits, records = (
            FillResults(config=app.config).limits,
            Records(app, course, force, feedback),
        )
        results = _all(course, tasks, force, limits, executor, records, progress, summary)
        summary.rows = _rows(app, course, tasks, results)
        _export(app, csv)
    shutil.rmtree(course.state / "staged", ignore_errors=True)
    return summary


def prepare(course, lesson):
    """Make sure that the lesson's notebook is there and current, and that nbgrader's database knows it.

    `course/` is left alone: somebody may be at work there. What students are given is made anew below `.grader/`.
    """
    # nbformat takes long to import: by now the warm server does its own imports beside it
    from grader.course.sources import refresh_instructor_notebook
    from grader.nbgrader_bridge.gradebook import register

    refresh_instructor_notebook(course, lesson)
    register(course, lesson)


def _warm_up(course, here, force):
    """Let the warm server import TensorFlow while nbgrader is still being imported here, if something seems to be new."""
    from grader.engine.grade_submission import PLAIN, default_ways
    from grader.engine.process import Died, server

    def start():
        try:
            server()
        except (Died, OSError):  # whoever needs it will find out
            pass

    def new(student, lesson):
        name = Path(student) / lesson / f"{lesson}.ipynb"
        try:
            return (course.root / course.autograded / name).stat().st_mtime < (
                course.root / course.submitted / name
            ).stat().st_mtime
        except OSError:
            return True

    if default_ways() != PLAIN and (
        force or any(new(s, lesson) for lesson, names in here.items() for s in names)
    ):
        threading.Thread(target=start, daemon=True).start()
        importlib.import_module(
            "grader.checks.report"
        )  # what verdicts are made of, while there is time


def known(course, names):
    """The lessons' full names; the beginning of one is enough where it fits no other."""
    if not course.lessons:
        raise CourseError(f"There are no lessons in {course.root / course.source}.")
    return chosen(names, course.lessons) or course.lessons


def _nothing_missing(course, here, tasks, students, skipped):
    lessons, handed_in = list(here), {s for names in here.values() for s in names}
    gone = [s for s in students if s not in handed_in]
    if gone:
        raise CourseError(
            f"Nothing was handed in by {', '.join(gone)} for {', '.join(lessons)} in {course.submitted}/."
        )
    if not tasks:
        raise CourseError(
            f"There is nothing to grade for {', '.join(lessons)} in {course.root / course.submitted}: "
            f"expected {course.submitted}/STUDENT/{lessons[0]}/{lessons[0]}.ipynb."
            + "".join(f"\n  {printable(path)} {why}." for path, why in skipped)
        )


def _all(course, tasks, force, limits, executor, records, progress, summary):
    """Judge every task and have each student's folder written when its last notebook is judged; (key, result) by task."""
    from grader.nbgrader_bridge.by_hand import by_hand

    results, by_folder, made, old = {}, {}, set(), []
    for task in tasks:
        by_folder.setdefault((task.student, task.lesson), []).append(task)
    if progress:
        entered = by_hand(course.root / "gradebook.db")  # once: this run adds nothing by hand
        progress.start("Grading", len(tasks))
    for task, key, result, fresh in _judge_all(course, tasks, force, limits, executor, progress):
        results[task] = key, result
        if fresh:
            made.add(key)
        elif result.status in ("refused", "unknown"):
            summary.unread += 1
        else:
            old.append(key)
        own = by_folder[task.student, task.lesson]
        if all(t in results for t in own):
            _write(records, own, results, summary)
            for t in own:  # what is written needs not be held: a class may be large
                lesson = course.read(t.lesson, t.notebook)
                results[t] = results[t][0], for_table(lesson, results[t][1])
        if progress:
            result = results[task][1]
            score = entered.total(task.lesson, task.student, task.notebook, result)
            progress.step(
                f"{task.student}  {task.notebook}  {round(score, 2):g} of {result.points:g}  {result.reason}".rstrip()
            )
    if progress:
        progress.end()
    # equal notebooks are judged once: the second one's result was known, but not from before
    summary.remembered = sum(key not in made for key in old)
    summary.judged = len(tasks) - summary.remembered - summary.unread
    return results


def _judge_all(course, tasks, force, limits, executor, progress):
    """(task, key, result, whether it was judged now) of every task, as they come."""
    from grader.nbgrader_bridge.gradebook import keep, store_of, with_notes

    asked, store = {}, store_of(course)  # task -> (found, key, result) of what is on its way

    def items():
        for task in tasks:
            asked[task], work = _look_up(course, task, limits, force)
            yield task, work

    judged = executor.map(judge, items(), functools.partial(keep, store))
    with contextlib.closing(judged):
        for task, outcome in judged:
            if progress:
                progress.crew = executor.crew
            if task is None:
                if progress:
                    progress.waiting(_still_running(executor))
                continue
            found, key, result = asked.pop(task)
            fresh, result = outcome is not None or key == FAILED, result or outcome
            if isinstance(result, Exception):
                key, result = FAILED, _failed(course.read(task.lesson, task.notebook), result)
            yield task, key, replace(with_notes(result, found), student=task.student), fresh


def _look_up(course, task, limits, force):
    """((found, key, result), work) of a task: what was handed in, and its result or what is to be judged."""
    from grader.nbgrader_bridge.gradebook import look_up

    lesson = course.read(task.lesson, task.notebook)
    found = Found()
    try:
        found = course.find(task.student, task.lesson, task.notebook)
        *known, work = look_up(course, lesson, found, limits, force)
    except Exception as error:  # ours, not the student's
        known, work = (FAILED, error), None
    return (found, *known), work


def _failed(lesson, error):
    """What stands for a result where the grader itself failed: it is not kept, and the others go on."""
    said = " ".join(str(error).split())
    return nothing_earned(
        lesson,
        "failed",
        f"The grader failed here ({type(error).__name__}: {said}); grade this one again.",
    )


def _still_running(executor):
    return [f"{t.student}  {t.notebook} ({s:.0f} s)" for t, s in executor.running()]


def _say(progress):
    return progress.note if progress else lambda text: None


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
            results[task] = FAILED, replace(results[task][1], status="failed", reason=problem)


def _rows(app, course, tasks, results):
    from nbgrader.api import Gradebook

    with Gradebook(app.coursedir.db_url) as gradebook:
        return [
            row(gradebook, t.student, t.lesson, course.read(t.lesson, t.notebook), results[t][1])
            for t in tasks
        ]


def _export(app, path):
    from nbgrader.api import Gradebook

    from grader.nbgrader_bridge.export import CsvExport

    with Gradebook(app.coursedir.db_url) as gradebook:
        plugin = CsvExport(parent=app)
        new = path.with_name(f".{path.name}.new")
        plugin.to = str(new)
        plugin.export(gradebook)
        os.replace(new, path)
