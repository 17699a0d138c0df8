"""`make lab` and `make teach`: what JupyterLab opens with, and which of nbgrader's tools are in it. Asked of a running server."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
JUPYTER = ROOT / "grader" / "jupyter"
pytestmark = pytest.mark.skipif(not shutil.which("make"), reason="there is no make")


def config_path(target):
    """What the Makefile gives this target for JUPYTER_CONFIG_PATH."""
    folders = [JUPYTER / "student", JUPYTER] if target == "lab" else [JUPYTER]
    return os.pathsep.join(map(str, folders))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A JupyterLab with no settings of the user's own."""

    def __init__(self, target, home):
        self.port, self.log = free_port(), home / "log"
        names = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
        names += ("JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR")
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", f"--port={self.port}"]
        self.process = subprocess.Popen(
            [*command, "--ServerApp.port_retries=0", "--IdentityProvider.token=open"],
            cwd=ROOT,
            stdout=self.log.open("wb"),
            stderr=subprocess.STDOUT,
            env={
                **os.environ,
                **{name: str(home / name.lower()) for name in names},
                "JUPYTER_CONFIG_PATH": config_path(target),
            },
        )

    def get(self, path):
        """(final address, text) of a page; the text is empty where there is no such page."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", headers={"Authorization": "token open"}
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.url, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.url, ""

    def wait(self):
        for _ in range(600):
            if self.process.poll() is not None:
                break
            try:
                self.get("/api/status")
                return self
            except OSError:
                time.sleep(0.1)
        raise AssertionError(self.log.read_text("utf-8")[-3000:])

    def page(self):
        """Where Lab opens, and what it is told there."""
        url, text = self.get("/")
        told = re.search(
            r'<script id="jupyter-config-data" type="application/json">(.*?)</script>', text, re.S
        )
        return url, json.loads(told[1])


@pytest.fixture(scope="module")
def labs(tmp_path_factory):
    """Both at once: to start takes the time. Started by root too, as in a container."""
    servers = {t: Server(t, tmp_path_factory.mktemp(t)) for t in ("lab", "teach")}
    try:
        yield {target: server.wait() for target, server in servers.items()}
    finally:
        for server in servers.values():
            server.process.terminate()
            server.process.wait(30)


def is_disabled(config, plugin):
    rules = config["disabledExtensions"]
    return any(rule in (plugin, plugin.split(":")[0]) for rule in rules)


def test_a_students_lab_opens_the_welcome_as_a_page_to_read(labs):
    url, config = labs["lab"].page()
    assert url.endswith("/lab/tree/course/README.md") and config["treePath"] == "course/README.md"
    _, settings = labs["lab"].get("/lab/api/settings/@jupyterlab/docmanager-extension:plugin")
    properties = json.loads(settings)["schema"]["properties"]
    assert properties["defaultViewers"]["default"] == {"markdown": "Markdown Preview"}
    # a check reads in the saved notebook that an answer was changed and not run
    assert properties["autosaveInterval"]["default"] <= 10


@pytest.mark.parametrize("tool", ["create-assignment", "formgrader", "menu", "validate-assignment"])
def test_a_student_meets_no_tool_of_nbgrader(labs, tool):
    assert is_disabled(labs["lab"].page()[1], f"@jupyter/nbgrader:{tool}")
    assert not labs["lab"].get("/formgrader")[1]


def test_whoever_teaches_has_formgrader_and_create_assignment(labs):
    _, config = labs["teach"].page()
    for tool in ("create-assignment", "formgrader", "menu"):
        assert not is_disabled(config, f"@jupyter/nbgrader:{tool}")
    assert "formgrader" in labs["teach"].get("/formgrader")[1]


def test_what_needs_an_exchange_or_runs_a_whole_notebook_is_in_neither(labs):
    for lab in labs.values():
        for tool in ("assignment-list", "course-list", "validate-assignment"):
            assert is_disabled(lab.page()[1], f"@jupyter/nbgrader:{tool}")
        assert not lab.get("/assignments/validate")[1]
