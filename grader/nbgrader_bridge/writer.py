"""Lets nbgrader write what has been judged: its own Autograde and GenerateFeedback, one student's folder at a time.

One writer, so one of these at a time. What is written already and still right is left alone, so a killed run goes on from there.
"""

import glob
import hashlib
import json

from grader.nbgrader_bridge import staging
from grader.reports.history import history


class Records:
    """The gradebook, `autograded/` and `feedback/` of a course. `app` is `grader.nbgrader_bridge.gradebook.nbgrader_app`'s."""

    def __init__(self, app, course, force=False, feedback=True):
        self.app, self.course, self.force, self.feedback = app, course, force, feedback
        self.timestamps = app.config.SubmissionExporter.get("timestamps", False)

    def write(self, student, lesson, results):
        """Enter one student's results for a lesson; "" or what went wrong.

        `results` holds (key, result) by the notebook's name.
        """
        current = not self.force and self._is_current(student, lesson, results)
        problem = "" if current else self._autograde(student, lesson, results)
        if current:  # also what was recorded before there was a history
            for notebook, (key, _) in results.items():
                history(self.course.state).note(lesson, student, notebook, key)
        if not problem and self.feedback:
            problem = self._write_pages(student, lesson, results, self.force or not current)
        return problem

    def _is_current(self, student, lesson, results):
        """Whether gradebook and `autograded/` already hold these results."""
        from nbgrader.api import Gradebook, MissingEntry

        from grader.nbgrader_bridge.gradebook import stamp

        course = self.course
        done = course.root / course.autograded / student / lesson
        stamps = {name: _grading(done / f"{name}.ipynb").get("stamp") for name in results}
        if (
            None in stamps.values()
        ):  # the usual case in a first run, known without opening the database
            return False
        with Gradebook(self.app.coursedir.db_url) as gradebook:
            try:
                submission = gradebook.find_submission(lesson, student)
            except MissingEntry:
                return False
            home = course.root / course.submitted / student / lesson
            if submission.timestamp != (staging.timestamp(home)[1] if self.timestamps else None):
                return False
            return all(
                stamps[name] == stamp(*known, submission.assignment.duedate)
                for name, known in results.items()
            )

    def _autograde(self, student, lesson, notebooks):
        """Run nbgrader's Autograde on one student's folder."""
        from nbgrader.converters import Autograde

        where = self.app.coursedir.submitted_directory
        staging.stage(self.course, student, lesson, notebooks, where, self.timestamps)
        self.app.config.SubmissionExporter.submissions = self.course.submitted
        return self._run(Autograde, student, lesson)

    def _write_pages(self, student, lesson, notebooks, force):
        """Run nbgrader's GenerateFeedback where grades or comments have changed since the page was written."""
        from nbgrader.api import Gradebook
        from nbgrader.converters import GenerateFeedback

        from grader.reports.page import shows_findings

        course = self.course
        with Gradebook(self.app.coursedir.db_url) as gradebook:
            due = gradebook.find_assignment(lesson).duedate
            hidden = self.app.config.FeedbackExporter.get("hidden", "titles")
            mark = _marks(gradebook, student, lesson, notebooks, shows_findings(hidden, due))
        note = (
            course.state
            / "pages"
            / hashlib.sha256(f"{student}/{lesson}".encode("utf-8", "surrogateescape")).hexdigest()
        )
        pages = [
            course.root / course.feedback / student / lesson / f"{name}.html" for name in notebooks
        ]
        if (
            not force
            and note.is_file()
            and note.read_text() == mark
            and all(p.is_file() for p in pages)
        ):
            return ""
        note.unlink(missing_ok=True)  # until the page is whole
        problem = self._run(GenerateFeedback, student, lesson)
        if not problem:
            note.parent.mkdir(parents=True, exist_ok=True)
            note.write_text(mark)
        return problem

    def _run(self, kind, student, lesson):
        self.app.coursedir.assignment_id, self.app.coursedir.student_id = (
            lesson,
            glob.escape(student),
        )
        converter = kind(coursedir=self.app.coursedir, parent=self.app)
        converter.force = True
        try:
            converter.start()
        except (SystemExit, Exception) as error:  # nbgrader ends its own process on some errors
            return f"nbgrader could not record this submission ({type(error).__name__}); see .grader/nbgrader.log."
        return ""


def _marks(gradebook, student, lesson, notebooks, findings):
    """A hash over everything a feedback page shows of the gradebook, and whether it shows findings."""
    said = [findings]
    for name in notebooks:
        notebook = gradebook.find_submission_notebook(name, lesson, student)
        said.append(
            [
                notebook.late_submission_penalty,
                sorted(
                    [g.name, g.score, g.max_score, g.needs_manual_grade] for g in notebook.grades
                ),
                sorted([c.name, c.comment or ""] for c in notebook.comments),
            ]
        )
    return hashlib.sha256(repr(said).encode()).hexdigest()


def _grading(path):
    """What grading has written into a notebook of `autograded/`; empty where nothing was or it is damaged."""
    try:
        return json.loads(path.read_bytes())["metadata"]["grading"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
