"""Lets nbgrader write what has been judged: its own Autograde and GenerateFeedback, one student's folder at a time.

One writer, so one of these at a time. What is written already and still right is left alone, so a killed run goes on from there.
"""

import contextlib
import glob
import hashlib
import json
import os
import shutil
import stat
from pathlib import Path

MAX_EXTRA = 20 * 2**20  # bytes of one of the other files in a submission's folder
_PAGES = (".html", ".htm", ".svg", ".xhtml", ".js", ".ipynb", ".py")


class Records:
    """The gradebook, `autograded/` and `feedback/` of a course. `app` is `grader.gradebook.nbgrader_app`'s."""

    def __init__(self, app, course, force=False, feedback=True):
        self.app, self.course, self.force, self.feedback = app, course, force, feedback

    def write(self, student, lesson, results):
        """Enter one student's results for a lesson; "" or what went wrong.

        `results` holds (key, result) by the notebook's name.
        """
        current = not self.force and self._is_current(student, lesson, results)
        problem = "" if current else self._autograde(student, lesson, results)
        if not problem and self.feedback:
            problem = self._write_pages(student, lesson, results, self.force or not current)
        return problem

    def _is_current(self, student, lesson, results):
        """Whether gradebook and `autograded/` already hold these results."""
        from nbgrader.api import Gradebook, MissingEntry

        from grader.gradebook import stamp

        course = self.course
        done = course.root / course.autograded / student / lesson
        stamps = {name: _grading(done / f"{name}.ipynb").get("stamp") for name in results}
        if None in stamps.values():  # the usual case in a first run, known without opening the database
            return False
        with Gradebook(self.app.coursedir.db_url) as gradebook:
            try:
                submission = gradebook.find_submission(lesson, student)
            except MissingEntry:
                return False
            if submission.timestamp != timestamp(course.root / course.submitted / student / lesson)[1]:
                return False
            return all(stamps[name] == stamp(*known, submission.assignment.duedate) for name, known in results.items())

    def _autograde(self, student, lesson, notebooks):
        """Run nbgrader's Autograde on one student's folder."""
        from nbgrader.converters import Autograde

        if set(student) & set("*?[\n"):
            return "The folder's name holds one of * ? [ or a line break, which nbgrader cannot handle; rename it."
        stage(self.course, student, lesson, notebooks)
        for name in ("SubmissionExporter", "FillResults"):
            self.app.config[name].submissions = self.course.submitted
        return self._run(Autograde, student, lesson)

    def _write_pages(self, student, lesson, notebooks, force):
        """Run nbgrader's GenerateFeedback where grades or comments have changed since the page was written."""
        from nbgrader.api import Gradebook
        from nbgrader.converters import GenerateFeedback

        course = self.course
        with Gradebook(self.app.coursedir.db_url) as gradebook:
            mark = _marks(gradebook, student, lesson, notebooks)
        note = course.state / "pages" / hashlib.sha256(f"{student}/{lesson}".encode("utf-8", "surrogateescape")).hexdigest()
        pages = [course.root / course.feedback / student / lesson / f"{name}.html" for name in notebooks]
        if not force and note.is_file() and note.read_text() == mark and all(p.is_file() for p in pages):
            return ""
        note.unlink(missing_ok=True)  # until the page is whole
        problem = self._run(GenerateFeedback, student, lesson)
        if not problem:
            note.parent.mkdir(parents=True, exist_ok=True)
            note.write_text(mark)
        return problem

    def _run(self, kind, student, lesson):
        self.app.coursedir.assignment_id, self.app.coursedir.student_id = lesson, glob.escape(student)
        converter = kind(coursedir=self.app.coursedir, parent=self.app)
        converter.force = True
        try:
            converter.start()
        except (SystemExit, Exception) as error:  # nbgrader ends its own process on some errors
            return f"nbgrader could not record this submission ({type(error).__name__}); see .grader/nbgrader.log."
        return ""


def _marks(gradebook, student, lesson, notebooks):
    """A hash over everything a feedback page shows of the gradebook."""
    said = []
    for name in notebooks:
        notebook = gradebook.find_submission_notebook(name, lesson, student)
        said.append([notebook.late_submission_penalty,
                     sorted([g.name, g.score, g.max_score, g.needs_manual_grade] for g in notebook.grades),
                     sorted([c.name, c.comment or ""] for c in notebook.comments)])
    return hashlib.sha256(repr(said).encode()).hexdigest()


def stage(course, student, lesson, notebooks):
    """A folder for nbgrader to read: a notebook of the right name, the time of handing in, the student's other files.

    The notebook's content comes from the submission itself (`SubmissionExporter`); links and odd files stay behind.
    """
    home = course.root / course.submitted / student / lesson
    target = course.state / "staged" / student / lesson
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for name in notebooks:
        (target / f"{name}.ipynb").write_text("{}")
    if timestamp(home)[1]:
        (target / "timestamp.txt").write_text(timestamp(home)[0])
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


def timestamp(folder):
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
