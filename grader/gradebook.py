"""The seam to nbgrader: our results on their way into nbgrader's own Autograde, database and folders.

`nbgrader_config.py` names these classes, so that `grader grade`, `nbgrader autograde` and formgrader's button go the
same way. Nothing here runs a notebook, writes the database or draws a page; nbgrader itself does the writing.
"""

import contextlib
import functools
import hashlib
import html
import json
import logging
import os
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path

import nbformat
from nbconvert.exporters import NotebookExporter
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.exchange.abc import ExchangeList
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import compute_checksum
from sqlalchemy.exc import SAWarning
from traitlets import Bool, Float, Unicode

from grader.course import Course, CourseError
from grader.engine.memory import Verdicts
from grader.engine.one import PLAIN, Limits, default_ways, grade_one
from grader.engine.result import nothing_earned
from grader.engine.submission import REPORT_TYPE, read_submission
from grader.outputs import OutputFilter
from grader.store import ResultStore, result_key, versions


class SubmissionExporter(NotebookExporter):
    """Reads what was handed in, however broken, as a whole notebook of the lesson's shape (`Autograde.exporter_class`)."""

    submissions = Unicode("", help="Folder of the submissions, where it is not CourseDirectory.submitted_directory").tag(config=True)
    optimistic_validation = Bool(True).tag(config=True)

    def from_filename(self, filename, resources=None, **kwargs):
        coursedir, where = self.parent.coursedir, resources["nbgrader"]
        done = coursedir.format_path(coursedir.autograded_directory, where["student"], where["assignment"])
        if Path(filename).parent == Path(done):
            return super().from_filename(filename, resources, **kwargs)
        course = course_of(coursedir, self.submissions)
        found = course.find(where["student"], where["assignment"], where["notebook"])
        lesson = lesson_of(course, where["assignment"], where["notebook"])
        resources["metadata"] = {"name": where["notebook"], "path": str(Path(filename).parent)}
        return self.from_notebook_node(compose(found.data, lesson), resources)


class FillResults(NbGraderPreprocessor):
    """Takes the place of nbgrader's Execute: puts each verdict where SaveAutoGrades looks for it."""

    submissions = Unicode("", help="As SubmissionExporter.submissions").tag(config=True)
    cell_seconds = Float(Limits.cell_cpu, help="CPU seconds that one cell may take").tag(config=True)
    notebook_seconds = Float(Limits.total_cpu, help="CPU seconds that one notebook may take").tag(config=True)

    @property
    def limits(self):
        """The configured limits; wall time follows as a generous backstop."""
        return Limits(cell_cpu=self.cell_seconds, cell_wall=3 * self.cell_seconds,
                      total_cpu=self.notebook_seconds, total_wall=3 * self.notebook_seconds)

    def preprocess(self, nb, resources):
        coursedir, where = self.parent.parent.coursedir, resources["nbgrader"]
        course = course_of(coursedir, self.submissions)
        found = course.find(where["student"], where["assignment"], where["notebook"])
        lesson = lesson_of(course, where["assignment"], where["notebook"])
        key, result, _ = judged(course, lesson, found, self.limits)
        fill(nb, result)
        with Gradebook(where["db_url"]) as gradebook:
            due = gradebook.find_assignment(where["assignment"]).duedate
        nb.metadata["grading"] = {"stamp": stamp(key, result, due), "result": asdict(replace(result, student=where["student"], seconds=0.0))}
        return nb, resources


class NoExchange(ExchangeList):
    """An exchange with nothing in it (`ExchangeFactory.list`): formgrader asks for one on every page."""

    def start(self):
        return []


def course_of(coursedir, submissions=""):
    """Our view of nbgrader's course directory."""
    return Course(Path(coursedir.root), coursedir.source_directory, coursedir.release_directory,
                  submissions or coursedir.submitted_directory, coursedir.autograded_directory, coursedir.feedback_directory)


def lesson_of(course, assignment, notebook):
    """The lesson, with what students were given in it, also where nobody but nbgrader itself was called."""
    if not course.is_released(assignment, notebook):
        register(course, assignment)
    return course.read(assignment, notebook)


def judged(course, lesson, found, limits, force=False):
    """The key and the result of one submission, and whether it was graded now or came from the store."""
    if found.refused:
        result = nothing_earned(lesson, found.refused, found.reason, found.notes)
        return hashlib.sha256(f"{lesson.key}{found.refused}{found.reason}".encode("utf-8", "replace")).hexdigest(), result, False
    ways = default_ways()
    way = "without a sandbox" if ways == PLAIN else ""
    store, key = ResultStore(course.state / "results"), result_key(found.data, lesson, limits, way)
    result = None if force else store.get(key)
    fresh = result is None
    if fresh:
        if ways != PLAIN:
            ways = replace(ways, verdicts=verdicts(course.state / "verdicts", force))
        # in a thread of its own: formgrader calls from inside a running event loop
        with ThreadPoolExecutor(1) as pool:
            result = pool.submit(grade_one, found.data, lesson, limits, ways).result()
        store.put(key, result)
    return key, replace(result, notes=found.notes + result.notes) if found.notes else result, fresh


@functools.lru_cache(maxsize=8)
def verdicts(folder, force=False):
    """What is remembered of a course's checks; with `force` it is written anew and not looked up."""
    return Verdicts(folder, "\n".join(versions()), fresh=force)


def stamp(key, result, due):
    """What a graded notebook carries so that the next run knows whether it is still current."""
    plain = replace(result, student="", seconds=0.0).to_json()
    return hashlib.sha256(f"{key}\n{due}\n{plain}".encode()).hexdigest()


def compose(data, lesson):
    """The notebook that goes into `autograded/`: the submission in the lesson's shape, its own outputs made harmless."""
    read = read_submission(data, lesson)
    if read.status:
        read = read_submission(b'{"cells": []}', lesson)
    given = {c.source.strip() for c in lesson.cells if not c.grade_id}
    keep, cells = OutputFilter(), []
    for n, cell in enumerate(read.cells):
        node = {"cell_type": cell.cell_type, "id": f"cell-{n}", "source": cell.source, "metadata": {}}
        if cell.cell_type == "code":
            node.update(execution_count=None, outputs=[] if cell.lesson and cell.lesson.locked else keep.cell(cell.raw.get("outputs")))
        elif cell.raw.get("attachments"):
            node["attachments"] = _attachments(cell.raw["attachments"], keep)
        node = nbformat.from_dict(node)
        if cell.lesson:
            node.id = cell.lesson.grade_id if nbformat_id(cell.lesson.grade_id) else node.id
            node.metadata = nbformat.from_dict(_metadata(cell.lesson, node))
        else:
            node.metadata["course"] = {"role": "given" if cell.source.strip() in given else "own"}
        cells.append(node)
    kernel = {"name": lesson.kernel, "display_name": "Python 3 (ipykernel)", "language": "python"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}})


def nbformat_id(text):
    """Whether nbformat accepts this text as a cell id."""
    return 0 < len(text) <= 64 and all(c.isascii() and (c.isalnum() or c in "-_") for c in text)


def _metadata(cell, node):
    """nbgrader's and our metadata of one of the lesson's cells, from the lesson alone."""
    nbgrader = {
        "schema_version": 3, "grade_id": cell.grade_id, "grade": cell.graded and cell.role != "task", "locked": cell.locked,
        "solution": cell.role == "solution", "task": cell.role == "task", "cell_type": cell.cell_type,
    }
    if cell.graded:
        nbgrader["points"] = cell.points
    reference = nbformat.from_dict({"cell_type": cell.cell_type, "metadata": {"nbgrader": nbgrader}})
    # of an answer, the checksum of what was given out: by it nbgrader knows that there is no response
    reference["source"] = node.source if cell.locked or cell.released is None else cell.released
    if cell.locked or cell.released is not None:
        nbgrader["checksum"] = compute_checksum(reference)
    return {"nbgrader": nbgrader, "course": {"role": cell.role, "exercise": cell.exercise}}


def _attachments(raw, keep):
    kept = {}
    for name, data in list(raw.items())[:20] if isinstance(raw, dict) else ():
        for kind in ("image/png", "image/jpeg"):
            picture = keep.picture(kind, data.get(kind)) if isinstance(data, dict) else None
            if picture:
                kept[str(name)[:200]] = {kind: picture}
    return kept


def fill(nb, result):
    """Write each verdict into its cell, as the number that nbgrader reads and the report that people read."""
    for cell in nb.cells:
        verdict = result.of(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
        if verdict is None or verdict.status == "manual":
            continue
        cell.metadata["course"]["status"], cell.metadata["course"]["reason"] = verdict.status, verdict.reason
        if cell.metadata["nbgrader"]["grade"] and cell.cell_type == "code":
            data = {"text/plain": f"{verdict.score:.10g}", "text/html": _as_html(verdict)}
            if verdict.report is not None:
                data[REPORT_TYPE] = verdict.report
            cell.outputs = [nbformat.v4.new_output("execute_result", data, execution_count=1)]
            cell.execution_count = 1


def _as_html(verdict):
    if verdict.report is not None:
        from grader.checks.report import Report

        return Report.from_data(verdict.report)._repr_html_()
    return f"<p>{html.escape(verdict.reason or 'All tests passed.')} ({verdict.score:g} of {verdict.points:g} points)</p>"


def drop_links(assignment, student, notebooks):
    """Take copies of what links pointed at out of `autograded/` again (`Autograde.post_convert_hook`).

    nbgrader copies a student's other files and follows links while it does; a link may lead anywhere.
    """
    for folder in {Path(n).parent for n in notebooks}:
        copies = folder.parents[2] / "autograded" / folder.parent.name / folder.name
        for path in folder.rglob("*"):
            if path.is_symlink():
                with contextlib.suppress(OSError):
                    (copies / path.relative_to(folder)).unlink()


@contextlib.contextmanager
def nbgrader_app(course, **overrides):
    """An nbgrader application with the course's own configuration, which speaks to `.grader/nbgrader.log` alone.

    `overrides` are traits of CourseDirectory. The value has `.coursedir` and serves as parent of converters.
    """
    from nbgrader.apps import NbGrader

    course.state.mkdir(exist_ok=True)
    app = NbGrader()
    app.log = logging.getLogger(f"grader.nbgrader.{id(app)}")
    app.log.propagate = False
    app.log.setLevel(logging.INFO)
    handler = logging.FileHandler(course.state / "nbgrader.log", encoding="utf-8", errors="replace", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    app.log.addHandler(handler)
    before, path = os.getcwd(), os.environ.get("PATH", "")
    os.chdir(course.root)  # nbgrader looks for its configuration where it stands
    os.environ["PATH"] = os.path.dirname(sys.executable) + os.pathsep + path  # and calls alembic as a program
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
        if {c.name for c in notebook.solution_cells} != {c.grade_id for c in lesson.cells if c.role == "solution"}:
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

    with nbgrader_app(course, release_directory=os.path.join(".grader", "release"), assignment_id=name) as app:
        _make_database(app.coursedir.db_url)
        _drop_halves(course, name)
        lessons = [course.read(name, n) for n in course.notebooks(name)]
        with Gradebook(app.coursedir.db_url) as gradebook:
            if is_registered(gradebook, name, lessons) and all(course.is_released(name, lesson.name) for lesson in lessons):
                return
        converter = GenerateAssignment(coursedir=app.coursedir, parent=app)
        converter.force = True
        try:
            converter.start()
        except NbGraderException:
            raise CourseError(
                f"The lesson {name} could not be entered into gradebook.db. If its graded cells were changed after grading, "
                f"move gradebook.db away and grade again; .grader/nbgrader.log has the details."
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
