"""What nbgrader's formgrader lacks against those whose work it shows: names as text, no other configuration, no waiting for a pipe.

Formgrader runs on Jupyter's own address, where a script may do all that the instructor may. Its server extension makes
its settings and handlers itself and asks nobody, so there is nothing to name in a configuration: `stand` sets methods of
its base handler. `grader.nbgrader_bridge.config.configure` calls it, which every `nbgrader_config.py` of ours does, in every
process that reads a course's configuration, and formgrader does before it shows anything of that course.
"""

import base64
import functools
import hashlib
import os
import re
import secrets
from pathlib import Path

from jinja2 import Environment
from jinja2.ext import Extension
from nbconvert.exporters import HTMLExporter
from nbgrader.apps.api import NbGraderAPI
from nbgrader.server_extensions.formgrader import base, handlers
from tornado import web

from grader.nbgrader_bridge import staging

# Of a name in an address. formgrader's scripts put it into the address of what they ask for as it is: with one of the first
# two they ask elsewhere on this server, for a student's file too; `??` is jQuery's sign for an answer that it is to run.
_NO_NAME = frozenset("/\\?")
_ON = re.compile(r'\son\w+="([^"{}]*)"', re.I)  # what a button of nbgrader's own pages does


class FormgraderAPI(NbGraderAPI):
    """nbgrader's, but a student's timestamp.txt counts only where the course says so, and is never waited for."""

    def get_submitted_timestamp(self, assignment_id, student_id):
        """When it was handed in; None where nothing says so that may be believed (as `staging.stage` does)."""
        if not self.config.SubmissionExporter.get("timestamps", False):
            return None
        folder = self.coursedir.format_path(
            self.coursedir.submitted_directory, student_id, assignment_id
        )
        return staging.timestamp(Path(folder))[1]


class _OwnScripts(Extension):
    """Of nbgrader's templates: values in scripts are written as JavaScript's, and every script says that it is the page's own."""

    def preprocess(self, source, name, filename=None):
        source = re.sub(r'= *"\{\{ *(\w+) *\}\}";', r'= {{ \1 | default("") | tojson }};', source)
        return re.sub(r"<script\b", '<script nonce="{{ nonce }}"', source)


def escaping(environment: Environment) -> Environment:
    """formgrader's environment of templates, with every value written as text."""
    return environment.overlay(autoescape=True, extensions=[_OwnScripts])


def stand() -> None:
    """Have this process's formgrader guarded; a second call changes nothing."""
    handler = base.BaseHandler
    if getattr(handler, "guarded", False):
        return
    handler.guarded = True
    base.NbGraderAPI = FormgraderAPI  # what its property `api` makes
    original = handler.content_security_policy
    handler.content_security_policy = property(
        lambda self: f"{original.fget(self)}, {_policy(self)}"
    )
    prepare = handler.prepare

    async def prepare_checked(self, **more):
        await prepare(self, **more)  # finds out who asks, which the page of an error shows
        _check_names(self)
        _check_path(self)

    handler.prepare = prepare_checked
    handler.render = _render
    handler.exporter = property(_exporter)


def _render(self, name, **values):
    environment = self.settings["nbgrader_jinja2_env"]
    if not environment.autoescape:
        environment = self.settings["nbgrader_jinja2_env"] = escaping(environment)
    return environment.get_template(name).render(nonce=_nonce(self), **values)


def _exporter(self):
    """What draws a submission: formgrader makes it before it reads the configuration of a course that it was sent to."""
    exporter = self.settings["nbgrader_exporter"]
    config = self.settings["nbgrader_formgrader"].config
    if exporter.config.HTMLExporter != config.HTMLExporter:
        exporter = self.settings["nbgrader_exporter"] = HTMLExporter(config=config)
    return exporter


def _check_names(self):
    """Refuse what is no name where an address has one; files beside a notebook have a path."""
    if isinstance(self, web.StaticFileHandler):
        return
    for name in (*self.path_args, *self.path_kwargs.values()):
        if _NO_NAME & set(name or "") or name in (".", ".."):
            raise web.HTTPError(404, "no name of a student, a lesson or a notebook: %r", name)


def _check_path(self):
    """Refuse /formgrader?path=FOLDER, which runs that folder's nbgrader_config.py, for all but the course that is open."""
    if not isinstance(self, handlers.FormgraderHandler):
        return
    path, root = self.get_argument("path", ""), self.coursedir.root
    if path and os.path.realpath(path) != os.path.realpath(root):
        raise web.HTTPError(
            400,
            reason="Formgrader stays with the course that it was opened in. For another one, start Jupyter in its folder",
        )
    self.request.arguments.pop("path", None)


def _nonce(self) -> str:
    if not hasattr(self, "page_nonce"):
        self.page_nonce = secrets.token_urlsafe(16)
    return self.page_nonce


def _policy(self) -> str:
    """What a browser may do with an answer, beside what Jupyter's own policy says."""
    if isinstance(self, handlers.SubmissionFilesHandler):
        return "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    if isinstance(self, handlers.SubmissionHandler):
        # nbconvert's page has scripts of its own; the page says the same (templates/formgrader/mathjax.html.j2)
        scripts = "'self' 'unsafe-inline' 'unsafe-eval'"
    else:
        scripts = f"'nonce-{_nonce(self)}' 'unsafe-hashes' {_buttons()}"
    return (
        f"default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "font-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'"
    )


@functools.cache
def _buttons() -> str:
    """The hashes by which a policy names what nbgrader's own buttons do."""
    texts = [p.read_text("utf-8") for p in sorted(Path(handlers.template_path).glob("*.tpl"))]
    found = sorted({action for text in texts for action in _ON.findall(text)})
    digests = (hashlib.sha256(action.encode()).digest() for action in found)
    return " ".join(f"'sha256-{base64.b64encode(d).decode()}'" for d in digests)
