"""Formgrader in a real Jupyter server, driven by a real browser: its button grades through the same path."""

import json
import os
import shutil
import socket
import subprocess
import sys

import pytest
import tiny
from nbgrader.api import Gradebook

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: formgrader's button is not pressed"),
]


@pytest.fixture
def server(course):
    """The address of a Jupyter server at the course's root."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {**os.environ, "PYTHONPATH": str(tiny.ROOT), "PATH": os.path.dirname(sys.executable) + os.pathsep + os.environ["PATH"],
           "JUPYTER_CONFIG_PATH": str(tiny.ROOT / "grader" / "jupyter")}
    log = open(course.root / "server.log", "w+")
    process = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}", "--ServerApp.port_retries=0",
         "--IdentityProvider.token=", "--ServerApp.password=", f"--ServerApp.root_dir={course.root}"],
        cwd=course.root, env=env, stdout=log, stderr=subprocess.STDOUT)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()
        log.close()


@pytest.fixture
def page():
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright drives the browser")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser.new_page()
        browser.close()


def opened(page, address):
    """Open a page of a server that may still be starting."""
    from playwright.sync_api import Error

    for _ in range(60):
        try:
            return page.goto(address, timeout=60_000)
        except Error as error:
            if "ERR_CONNECTION_REFUSED" not in str(error):
                raise
            page.wait_for_timeout(1_000)
    raise AssertionError("the server did not start")


def test_formgrader_lists_the_lesson_and_its_button_grades(course, server, page):
    notebook = tiny.submission(total="total = 44", greet="while True: pass")
    for attack in ("<img src=x onerror='window.hit = 1'>", "<script>window.hit = 1</script>", "`\n\n<svg onload='window.hit = 1'>`",
                   "a\n\n```\n\n<img src=x onerror='window.hit = 1'>\n\n\nb\n```\n"):
        notebook["cells"].append(tiny.own_cell(attack, "markdown"))
        shown = tiny.own_cell("pass")
        shown["outputs"] = [{"output_type": "display_data", "data": {"text/html": attack, "application/javascript": "window.hit = 1"}, "metadata": {}}]
        notebook["cells"].append(shown)
    tiny.hand_in(course.root, "ada", notebook)
    tiny.hand_in(course.root, "broken", b"{")
    opened(page, f"{server}/formgrader/manage_assignments")
    page.get_by_role("link", name="tiny", exact=True).wait_for(timeout=60_000)
    assert "exchange directory" not in page.content()

    for student in ("ada", "broken"):
        opened(page, f"{server}/formgrader/manage_submissions/tiny")
        row = page.locator("tr", has_text=student)
        row.locator(".autograde a").click(timeout=60_000)
        page.get_by_text("Success").first.wait_for(timeout=180_000)

    graded = json.loads((course.root / "autograded/ada/tiny/tiny.ipynb").read_text())
    result = graded["metadata"]["grading"]["result"]
    assert {c["grade_id"]: c["score"] for c in result["cells"] if c["points"]} == {
        "check-total": 1, "hidden-total": 0, "check-greet": 0, "check-words": 1}
    with Gradebook(f"sqlite:///{course.root / 'gradebook.db'}") as book:
        shown = book.find_submission_notebook("tiny", "tiny", "ada").id
    opened(page, f"{server}/formgrader/submissions/{shown}")
    page.get_by_text("A tiny lesson").first.wait_for(timeout=60_000)
    page.wait_for_load_state("networkidle")
    assert page.get_by_text("The kind of object").first.is_visible() and "<style>" not in page.inner_text("body")
    assert page.evaluate("window.hit") is None, "a student's script ran in the instructor's browser"
    if os.environ.get("SCREENSHOT"):
        page.screenshot(path=os.environ["SCREENSHOT"], full_page=True)
