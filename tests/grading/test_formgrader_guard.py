"""What stands before nbgrader's formgrader, without a browser: its templates, and what it reads of a submission."""

import os
import re
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader
from nbgrader.apps.api import NbGraderAPI
from nbgrader.server_extensions.formgrader import base, handlers

from grader.batch.grade import grade
from grader.nbgrader_bridge import formgrader_guard, staging
from grader.nbgrader_bridge.gradebook import nbgrader_app
from tests.grading import tiny

HOSTILE = "a\\\"'</script><img src=x onerror=1>"
TEMPLATES = sorted(
    p.name
    for p in Path(handlers.template_path).glob("*.tpl")
    if p.name != "formgrade_404.tpl"  # needs a template that nbgrader no longer has
)


def _page(name, **more):
    plain = Environment(loader=FileSystemLoader([handlers.template_path]))
    names = "url_prefix base_url course_id exchange current_config default_timezone course_dir assignment_id notebook_id student_id error_code"
    values = {**dict.fromkeys(names.split(), HOSTILE), "nonce": "n", **more}
    return formgrader_guard.escaping(plain).get_template(name).render(**values)


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_value_in_formgraders_pages_is_text(name):
    text, harmless = _page(name), _page(name, **dict.fromkeys(("student_id", "base_url"), "x"))
    assert "<img" not in text and text.count("</script>") == harmless.count("</script>")
    assert len(re.findall(r"<script\b", text)) == text.count('<script nonce="n"') > 0
    variables = re.findall(r"^ *var \w+ = (.*);$", text, re.M)
    assert variables and all('"a\\\\\\"\\u0027\\u003c/script' in v for v in variables)


def test_a_course_s_configuration_brings_the_guard(course):
    with nbgrader_app(course):
        assert base.BaseHandler.guarded and base.NbGraderAPI is formgrader_guard.FormgraderAPI


@pytest.mark.parametrize("believed", [False, True])
def test_no_timestamp_of_a_students_stops_formgrader(fresh_course, believed):
    course = fresh_course
    if believed:
        with open(course.root / "nbgrader_config.py", "a") as config:
            config.write("\nc.SubmissionExporter.timestamps = True\n")
            config.write("c.NbGraderAPI.timezone = 'America/New_York'\n")
    texts = {
        "ada": "2026-01-02 00:00:00 UTC",
        "bea": "not a time",
        "cem": b"\xff",
        "dan": "0001-01-01 00:00:00",
        "eve": None,
    }
    for student, text in texts.items():
        path = tiny.hand_in(course.root, student, tiny.submission()).parent / "timestamp.txt"
        if text is None:
            os.mkfifo(path)
        else:
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with nbgrader_app(course) as app:
        api = formgrader_guard.FormgraderAPI(app.coursedir, parent=app)
        said = {s["student"]: s["timestamp"] for s in api.get_submissions("tiny")}
    first = "2026-01-02T00:00:00" if believed else None
    assert said == {**dict.fromkeys(texts), "ada": first}


def test_what_was_graded_is_graded_whatever_a_student_says_of_its_time(course):
    home = tiny.hand_in(course.root, "ada", tiny.submission()).parent
    (home / "timestamp.txt").write_text("2026-01-02 00:00:00 UTC")
    grade(course)
    with nbgrader_app(course) as app:
        for kind, graded in ((NbGraderAPI, set()), (formgrader_guard.FormgraderAPI, {"ada"})):
            assert kind(app.coursedir, parent=app).get_autograded_students("tiny") == graded


def test_a_pipe_that_takes_a_files_place_is_not_waited_for(tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "timestamp.txt")
    monkeypatch.setattr(Path, "is_file", lambda self: True)  # it was one when it was looked at
    assert staging.timestamp(tmp_path) == ("", None)
