"""The seam to nbgrader: our results on their way into nbgrader's own Autograde, database and folders.

`nbgrader_config.py` names these classes, so that `grader grade`, `nbgrader autograde` and formgrader's button go the
same way. Nothing here runs a notebook, writes the database or draws a page; nbgrader itself does the writing.
"""

import contextlib
import hashlib
import html
import json
import logging
import os
import shutil
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import nbformat
from nbconvert.exporters import Exporter, NotebookExporter
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.exchange.abc import (
    ExchangeList,
    ExchangeReleaseAssignment,
    ExchangeReleaseFeedback,
)
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import compute_checksum
from sqlalchemy.exc import SAWarning
from traitlets import Bool, Float, Unicode

from grader.course.folder import Course, CourseError
from grader.course.submission import REPORT_TYPE, Submission, from_plain
from grader.engine.apart import TooMuch, apart
from grader.engine.cache import ResultStore
from grader.engine.grade_submission import Earlier, Limits, unprotected
from grader.engine.result import nothing_earned
from grader.engine.work import Work, judge
from grader.nbgrader_bridge import staging
from grader.reports.history import history
from grader.reports.output_sanitizer import harmless
from grader.reports.page import FeedbackExporter

ROOM = 5_000_000  # bytes; with less, what nbgrader writes for a lesson may not fit


class SubmissionExporter(NotebookExporter):
    """Reads what was handed in, however broken, as a whole notebook of the lesson's shape (`Autograde.exporter_class`)."""

    submissions = Unicode(
        "", help="Folder of the submissions, where it is not CourseDirectory.submitted_directory"
    ).tag(config=True)
    timestamps = Bool(
        False,
        help="Whether timestamp.txt beside a notebook says when it was handed in. A student may have put one there: only "
        "where whoever collects the notebooks writes it anew for each (nbgrader's zip_collect does)",
    ).tag(config=True)
    optimistic_validation = Bool(True).tag(config=True)

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.read = {}  # (student, lesson, notebook) -> what was handed in: shown and judged is the same
        if not self.submissions:  # nbgrader itself was called, or formgrader's button
            own = self.parent
            self.submissions = own.coursedir.submitted_directory
            course = course_of(own.coursedir)
            staging.alone(own, course, lambda: staging.redirect(own, course, self.timestamps))

    def from_filename(self, filename, resources=None, **kwargs):
        coursedir, where = self.parent.coursedir, resources["nbgrader"]
        done = coursedir.format_path(
            coursedir.autograded_directory, where["student"], where["assignment"]
        )
        if Path(filename).parent == Path(done):
            return super().from_filename(filename, resources, **kwargs)
        course = course_of(coursedir, self.submissions)
        own = where["student"], where["assignment"], where["notebook"]
        found = self.read[own] = course.find(*own)
        lesson = lesson_of(course, where["assignment"], where["notebook"])
        resources["metadata"] = {"name": where["notebook"], "path": str(Path(filename).parent)}
        return self.from_notebook_node(compose(found.data, lesson), resources)

    def from_notebook_node(self, nb, resources=None, **kwargs):
        """As nbconvert does, but in one line: to indent JSON, Python writes it without its C encoder; this takes a sixth of the time."""
        nb, resources = Exporter.from_notebook_node(self, nb, resources, **kwargs)
        return json.dumps(nb, ensure_ascii=False, sort_keys=True) + "\n", resources


class FeedbackAlone(FeedbackExporter):
    """The feedback page, never of a gradebook that a run of grading is writing (`GenerateFeedback.exporter_class`)."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        staging.alone(self.parent, course_of(self.parent.coursedir))


class FillResults(NbGraderPreprocessor):
    """Takes the place of nbgrader's Execute: puts each verdict where SaveAutoGrades looks for it."""

    cell_seconds = Float(Limits.cell_cpu, help="CPU seconds that one cell may take").tag(
        config=True
    )
    notebook_seconds = Float(Limits.total_cpu, help="CPU seconds that one notebook may take").tag(
        config=True
    )

    @property
    def limits(self):
        """The configured limits; wall time follows as a generous backstop."""
        return Limits(
            cell_cpu=self.cell_seconds,
            cell_wall=3 * self.cell_seconds,
            total_cpu=self.notebook_seconds,
            total_wall=3 * self.notebook_seconds,
        )

    def preprocess(self, nb, resources):
        coursedir, where = self.parent.parent.coursedir, resources["nbgrader"]
        course = course_of(coursedir, self.parent.submissions)
        own = where["student"], where["assignment"], where["notebook"]
        found = self.parent.read.pop(own, None) or course.find(*own)
        lesson = lesson_of(course, where["assignment"], where["notebook"])
        key, result, _ = judged(course, lesson, found, self.limits)
        fill(nb, result)
        history(course.state).note(where["assignment"], where["student"], where["notebook"], key)
        with Gradebook(where["db_url"]) as gradebook:
            due = gradebook.find_assignment(where["assignment"]).duedate
            person = gradebook.find_student(where["student"])
            if person.first_name is person.last_name is None:  # formgrader would write "None, None"
                gradebook.update_or_create_student(person.id, first_name="", last_name=person.id)
        nb.metadata["grading"] = {
            "stamp": stamp(key, result, due),
            "due": str(due) if due else None,
            "result": replace(result, student=where["student"], seconds=0.0).to_data(),
        }
        return nb, resources


class NoExchange(ExchangeList):
    """An exchange with nothing in it (`ExchangeFactory.list`): formgrader asks for one on every page."""

    def start(self):
        return []


class NoHandout(ExchangeReleaseAssignment):
    """Handing out where there is no exchange (`ExchangeFactory.release_assignment`): says where the notebooks lie."""

    def start(self):
        self.log.warning(
            "Nothing was sent, for this course has no exchange. The notebook lies in %s/%s/: hand that folder out.",
            self.coursedir.release_directory,
            self.coursedir.assignment_id,
        )


class NoRelease(ExchangeReleaseFeedback):
    """Releasing feedback where there is no exchange (`ExchangeFactory.release_feedback`): says where the pages lie."""

    def start(self):
        self.log.warning(
            "Nothing was sent, for this course has no exchange. The pages lie in %s/STUDENT/LESSON/LESSON.html: "
            "hand them out as the notebooks were handed out.",
            self.coursedir.feedback_directory,
        )


def course_of(coursedir, submissions=""):
    """Our view of nbgrader's course directory."""
    return Course(
        Path(coursedir.root),
        coursedir.source_directory,
        coursedir.release_directory,
        submissions or coursedir.submitted_directory,
        coursedir.autograded_directory,
        coursedir.feedback_directory,
    )


def lesson_of(course, assignment, notebook):
    """The lesson, with what students were given in it, also where nobody but nbgrader itself was called."""
    if not course.is_released(assignment, notebook):
        register(course, assignment)
    return course.read(assignment, notebook)


def judged(course, lesson, found, limits, force=False):
    """The key and the result of one submission, and whether it was graded now or came from the store."""
    key, result, work = look_up(course, lesson, found, limits, force)
    if work is not None:
        # in a thread of its own: formgrader calls from inside a running event loop
        with ThreadPoolExecutor(1) as pool:
            result = pool.submit(judge, work).result()
        keep(store_of(course), work, result)
    return key, with_notes(result, found), work is not None


def look_up(course, lesson, found, limits, force=False):
    """(key, result, work) of one submission: either the result is known, or it is None and `work` is what to judge for it."""
    if found.refused:
        result = nothing_earned(lesson, found.refused, found.reason)
        said = f"{lesson.key}{found.refused}{found.reason}".encode("utf-8", "replace")
        key = hashlib.sha256(said).hexdigest()
        store_of(course).put(key, result)  # for reports; it is never looked up
        return key, result, None
    memory = str(course.state / "verdicts")
    work = Work(found.data, lesson, limits, plain=unprotected(), fresh=bool(force), memory=memory)
    if force:
        return work.key, None, work
    store = store_of(course)
    result = store.get(work.key)
    if result is not None:
        return work.key, result, None
    known = store.earlier(work.data, lesson, limits, work.way)
    return work.key, None, replace(work, earlier=Earlier(*known)) if known else work


def keep(store, work, result):
    """Keep what was judged, also for the day when only a part of the lesson has changed."""
    store.put(work.key, result)
    store.remember(work.key, work.data, work.lesson, work.limits, work.way)


def store_of(course):
    """Where a course's results are kept."""
    return ResultStore(course.state / "results")


def with_notes(result, found):
    """The result, with what was put right before the submission was read."""
    return replace(result, notes=found.notes + result.notes) if found.notes else result


def stamp(key, result, due):
    """What a graded notebook carries so that the next run knows whether it is still current."""
    plain = replace(result, student="", seconds=0.0).to_json()
    return hashlib.sha256(f"{key}\n{due}\n{plain}".encode()).hexdigest()


def compose(data, lesson):
    """The notebook that goes into `autograded/`: the submission in the lesson's shape, its own outputs made harmless."""
    read = _read(data, lesson)
    if read.status:
        read = _read(b'{"cells": []}', lesson)
    given = {c.source.strip() for c in lesson.cells if not c.grade_id}
    cells = []
    for n, cell in enumerate(read.cells):
        node = {
            "cell_type": cell.cell_type,
            "id": f"cell-{n}",
            "source": cell.source,
            "metadata": {},
        }
        if cell.cell_type == "code":
            node.update(execution_count=None, outputs=cell.raw.get("outputs", []))
        elif cell.raw.get("attachments"):
            node["attachments"] = cell.raw["attachments"]
        node = nbformat.from_dict(node)
        if cell.lesson:
            node.id = cell.lesson.grade_id if nbformat_id(cell.lesson.grade_id) else node.id
            node.metadata = nbformat.from_dict(_metadata(cell.lesson, node))
        else:
            node.metadata["course"] = {"role": "given" if cell.source.strip() in given else "own"}
        cells.append(node)
    kernel = {"name": lesson.kernel, "display_name": "Python 3 (ipykernel)", "language": "python"}
    return nbformat.v4.new_notebook(
        cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}}
    )


def _read(data, lesson):
    """The submission with what is kept of its outputs; one that says so where reading takes too much."""
    try:
        return from_plain(apart(harmless, data, lesson), lesson)
    except TooMuch:
        return Submission(status="unreadable")


def nbformat_id(text):
    """Whether nbformat accepts this text as a cell id."""
    return 0 < len(text) <= 64 and all(c.isascii() and (c.isalnum() or c in "-_") for c in text)


def _metadata(cell, node):
    """nbgrader's and our metadata of one of the lesson's cells, from the lesson alone."""
    nbgrader = {
        "schema_version": 3,
        "grade_id": cell.grade_id,
        "grade": cell.graded and cell.role != "task",
        "locked": cell.locked,
        "solution": cell.role == "solution",
        "task": cell.role == "task",
        "cell_type": cell.cell_type,
    }
    if cell.graded:
        nbgrader["points"] = cell.points
    reference = nbformat.from_dict(
        {"cell_type": cell.cell_type, "metadata": {"nbgrader": nbgrader}}
    )
    # of an answer, the checksum of what was given out: by it nbgrader knows that there is no response
    reference["source"] = node.source if cell.locked or cell.released is None else cell.released
    if cell.locked or cell.released is not None:
        nbgrader["checksum"] = compute_checksum(reference)
    course = {"role": cell.role, "exercise": cell.exercise}
    # for the feedback page, which has no lesson at hand
    if cell.hides:
        course["hides"] = True
    if cell.role not in ("solution", "task", "hidden") and cell.shown != cell.source:
        course["shown"] = cell.shown
    return {"nbgrader": nbgrader, "course": course}


def fill(nb, result):
    """Write each verdict into its cell, as the number that nbgrader reads and the report that people read."""
    for cell in nb.cells:
        verdict = result.of(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
        if verdict is None or verdict.status == "manual":
            continue
        cell.metadata["course"]["status"], cell.metadata["course"]["reason"] = (
            verdict.status,
            verdict.reason,
        )
        if cell.metadata["nbgrader"]["grade"] and cell.cell_type == "code":
            data = {"text/plain": f"{verdict.score:.10g}", "text/html": _as_html(verdict)}
            if verdict.report is not None:
                data[REPORT_TYPE] = verdict.report
            output = {"output_type": "execute_result", "metadata": {}, "data": data}
            cell.outputs = [nbformat.from_dict({**output, "execution_count": 1})]
            cell.execution_count = 1


def _as_html(verdict):
    if verdict.report is not None:
        from grader.checks.report import Report

        return Report.from_data(verdict.report)._repr_html_()
    return f"<p>{html.escape(verdict.reason or 'All tests passed.')} ({verdict.score:g} of {verdict.points:g} points)</p>"


@contextlib.contextmanager
def nbgrader_app(course, log=None, **overrides):
    """An nbgrader application with the course's own configuration, which speaks to a file alone: `log`, or `.grader/nbgrader.log`.

    `overrides` are traits of CourseDirectory. The value has `.coursedir` and serves as parent of converters.
    """
    from nbgrader.apps import NbGrader

    course.state.mkdir(exist_ok=True)
    app = NbGrader()
    app.log = logging.getLogger(f"grader.nbgrader.{id(app)}")
    app.log.propagate = False
    app.log.setLevel(logging.INFO)
    handler = logging.FileHandler(
        log or course.state / "nbgrader.log", encoding="utf-8", errors="replace", delay=True
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    app.log.addHandler(handler)
    before, path = os.getcwd(), os.environ.get("PATH", "")
    os.chdir(course.root)  # nbgrader looks for its configuration where it stands
    os.environ["PATH"] = (
        os.path.dirname(sys.executable) + os.pathsep + path
    )  # and calls alembic as a program
    try:
        app.initialize([], root=str(course.root))
        for name, value in overrides.items():
            setattr(app.coursedir, name, value)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SAWarning)
            yield app
    finally:
        os.environ["PATH"] = path
        os.chdir(before)
        app.log.removeHandler(handler)
        handler.close()


def is_registered(gradebook, name, lessons):
    """Whether the database knows this lesson with exactly these notebooks, cells and points."""
    try:
        known = {n.name: n for n in gradebook.find_assignment(name).notebooks}
    except MissingEntry:
        return False
    if set(known) != {lesson.name for lesson in lessons}:
        return False
    for lesson in lessons:
        notebook = known[lesson.name]
        graded = {c.name: c.max_score for c in (*notebook.grade_cells, *notebook.task_cells)}
        if graded != {c.grade_id: c.points for c in lesson.graded}:
            return False
        if {c.name for c in notebook.solution_cells} != {
            c.grade_id for c in lesson.cells if c.role == "solution"
        }:
            return False
    return True


def register(course, name):
    """Make sure that nbgrader's database knows a lesson, through nbgrader's own generate_assignment; `course/` is left alone.

    What it releases is kept below `.grader/`: by it, an answer that was never begun is told from one that was.

    Raises
    ------
    CourseError
        The lesson has changed in a way that does not fit the grades that are already there.
    """
    from nbgrader.converters import GenerateAssignment, NbGraderException

    with nbgrader_app(
        course, release_directory=os.path.join(".grader", "release"), assignment_id=name
    ) as app:
        _make_database(app.coursedir.db_url)
        _drop_halves(course, name)
        lessons = [course.read(name, n) for n in course.notebooks(name)]
        with Gradebook(app.coursedir.db_url) as gradebook:
            if is_registered(gradebook, name, lessons) and all(
                course.is_released(name, lesson.name) for lesson in lessons
            ):
                return
        converter = GenerateAssignment(coursedir=app.coursedir, parent=app)
        converter.force = True
        try:
            converter.start()
        except NbGraderException:
            _no_room(course.root)
            raise CourseError(
                f"The lesson {name} could not be entered into gradebook.db. If its graded cells were changed after grading, "
                f"move gradebook.db away and grade again; .grader/nbgrader.log has the details."
            ) from None
        for notebook in course.notebooks(name):  # what was released may show that it cannot be used
            course.read(name, notebook)


def _no_room(folder: Path) -> None:
    """Raise a CourseError where the disk is (nearly) full: nbgrader then fails for that, whatever it says."""
    free = shutil.disk_usage(folder).free
    if free < ROOM:
        raise CourseError(
            f"There is no room on the disk of {folder} ({free / 1e6:.1f} MB are free); nothing was lost. "
            "Make room, then run the command again."
        ) from None


def _make_database(url):
    """Make nbgrader's database under another name first: killed meanwhile, it would lack its version for good."""
    path = Path(url.removeprefix("sqlite:///"))
    if not url.startswith("sqlite:///") or not path.is_absolute() or path.exists():
        return
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    Gradebook(url.replace(str(path), str(new))).close()
    os.replace(new, path)


def _drop_halves(course, name):
    """Remove released notebooks whose writing was cut off; they are made again."""
    for notebook in course.notebooks(name):
        path = course.released(name, notebook)
        try:
            json.loads(path.read_bytes()) if path.is_file() else None
        except ValueError:
            path.unlink()
