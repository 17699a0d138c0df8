"""Formgrader in a real Jupyter server, driven by a real browser: its button grades through the same path."""

import json
import os
import socket
import subprocess
import sys
from urllib.parse import quote

import pytest
from nbgrader.api import Gradebook

from tests.grading import tiny
from tests.grading.conftest import CHROMIUM

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None, reason="no Chromium on this machine: formgrader's button is not pressed"
    ),
]


@pytest.fixture
def server(course):
    """The address of a Jupyter server at the course's root."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {
        **os.environ,
        "PYTHONPATH": str(tiny.ROOT),
        "PATH": os.path.dirname(sys.executable) + os.pathsep + os.environ["PATH"],
        "JUPYTER_CONFIG_PATH": str(tiny.ROOT / "grader" / "jupyter"),
    }
    log = open(course.root / "server.log", "w+")
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "jupyterlab",
            "--no-browser",
            "--allow-root",
            f"--port={port}",
            "--ServerApp.port_retries=0",
            "--IdentityProvider.token=",
            "--ServerApp.password=",
            f"--ServerApp.root_dir={course.root}",
        ],
        cwd=course.root,
        env=env,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()
        log.close()


def opened(page, address):
    """Open a page of a server that may still be starting."""
    from playwright.sync_api import Error

    for _ in range(60):
        try:
            return page.goto(address, timeout=60_000)
        except Error as error:
            again = ("ERR_CONNECTION_REFUSED", "interrupted by another navigation")
            if not any(words in str(error) for words in again):
                raise
            page.wait_for_timeout(1_000)
    raise AssertionError("the server did not start")


def test_formgrader_lists_the_lesson_and_its_button_grades(course, server, page):
    notebook = tiny.submission(total="total = 44", greet="while True: pass")
    for attack in (
        "<img src=x onerror='window.hit = 1'>",
        "<script>window.hit = 1</script>",
        "`\n\n<svg onload='window.hit = 1'>`",
        "a\n\n```\n\n<img src=x onerror='window.hit = 1'>\n\n\nb\n```\n",
    ):
        notebook["cells"].append(tiny.own_cell(attack, "markdown"))
        shown = tiny.own_cell("pass")
        shown["outputs"] = [
            {
                "output_type": "display_data",
                "data": {"text/html": attack, "application/javascript": "window.hit = 1"},
                "metadata": {},
            }
        ]
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
        "check-total": 1,
        "hidden-total": 0,
        "check-greet": 0,
        "check-words": 1,
    }
    with Gradebook(f"sqlite:///{course.root / 'gradebook.db'}") as book:
        shown = book.find_submission_notebook("tiny", "tiny", "ada").id
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    opened(page, f"{server}/formgrader/submissions/{shown}")
    page.get_by_text("A tiny lesson").first.wait_for(timeout=60_000)
    page.wait_for_load_state("networkidle")
    assert not errors, "formgrader's own script does not run to its end"
    assert page.get_by_text(
        "The kind of object"
    ).first.is_visible() and "<style>" not in page.inner_text("body")
    assert page.evaluate("window.hit") is None, "a student's script ran in the instructor's browser"

    opened(page, f"{server}/formgrader/manage_submissions/tiny")
    page.locator("tr", has_text="ada").locator(".release-feedback a").click(timeout=60_000)
    page.get_by_text("Success").first.wait_for(timeout=60_000)
    assert "Traceback" not in page.content() and "no exchange" in page.content()


EVIL = (
    # nothing but blanks ends an HTML block as an empty line does: what follows would be read once more
    "```\n \n[one]: javascript:window.hit=1\n \n[one]\n \n![spy](http://spy.example/seen.png)\n```\n",
    "```\n\t\n<a href='javascript:window.hit=1'>two</a>\n&#10;\n<img src=x onerror='window.hit=1'>\n```",
    "<p>\n&#32;\n\n[three](javascript:window.hit=1)\n&#10;&#10;[four](javascript:window.hit=1)\n</p>",
    "<details><summary>a</summary>\n\u00a0\n\n[five](vbscript:x)\n\n</details>",
    "![](attachment:none) ![](attachment:) ![a](attachment:b.png)",
)
FORGED = (
    '<div class="nbgrader_cell"><a class="full-credit" id="check-total">six</a>'
    '<input class="score" id="check-total" value="3"></div>'
    "<script>window.hit=1</script>"
)
BESIDE = {
    "evil.xml": "<x xmlns='http://www.w3.org/1999/xhtml'><script>window.hit=1</script></x>",
    "evil.html": "<script>window.hit=1</script>",
    "evil.SVG": "<svg xmlns='http://www.w3.org/2000/svg'><script>window.hit=1</script></svg>",
    "evil.xml.gz": "x",
    "evil": "<script>window.hit=1</script>",
    "notes.txt": "<script>window.hit=1</script>",
}


def test_nothing_a_student_wrote_runs_loads_or_grades_in_the_instructors_browser(
    course, server, page
):
    notebook = tiny.submission(total="total = 44")
    for attack in EVIL:
        cell = tiny.own_cell(attack, "markdown")
        cell["attachments"] = {"b.png": {"image/png": "x"}}
        notebook["cells"].append(cell)
        notebook["cells"].append(tiny.own_cell(f"# {attack}"))
    for kind in ({}, {"raw_mimetype": "text/html"}, {"format": "text/markdown"}):
        notebook["cells"].append({**tiny.own_cell(FORGED, "raw"), "metadata": kind})
        notebook["cells"].append({**tiny.own_cell(FORGED, "markdown"), "metadata": kind})
    student = "eve & O'Eve"
    home = tiny.hand_in(course.root, student, notebook).parent
    for name, text in BESIDE.items():
        (home / name).write_text(text)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: dialog.dismiss())

    opened(page, f"{server}/formgrader/manage_submissions/tiny")
    row = page.locator("tr", has_text="eve")
    row.locator(".autograde a").click(timeout=60_000)
    page.get_by_text("Success").first.wait_for(timeout=180_000)
    with Gradebook(f"sqlite:///{course.root / 'gradebook.db'}") as book:
        shown = book.find_submission_notebook("tiny", "tiny", student).id
        score = book.find_submission("tiny", student).score
        name = "<a class=full-credit onclick=window.hit=1>eve"  # as a class list may have it
        book.update_or_create_student(student, first_name=name, last_name=name)
    opened(page, f"{server}/formgrader/submissions/{shown}")
    page.get_by_text("A tiny lesson").first.wait_for(timeout=60_000)
    page.wait_for_load_state("networkidle")
    if os.environ.get("SCREENSHOT"):
        page.screenshot(path=os.environ["SCREENSHOT"], full_page=True)
    forged = page.locator(
        "#notebook a[class], nav [onclick]:not(.glyphicon), a[href^=javascript], a[href^=vbscript]"
    )
    found = forged.evaluate_all("all => all.map(e => e.outerHTML)")
    for link in forged.all():
        link.evaluate("e => { e.removeAttribute('target'); e.click() }")
    page.wait_for_timeout(1_500)
    assert page.evaluate("window.hit") is None and not found, f"this ran: {found}"
    assert page.locator("input.score").count() == 4
    assert not [url for url in asked if not url.startswith((server, "data:"))]
    with Gradebook(f"sqlite:///{course.root / 'gradebook.db'}") as book:
        assert book.find_submission("tiny", student).score == score == 4

    autograded = course.root / "autograded" / student / "tiny"
    assert sorted(p.name for p in autograded.iterdir()) == ["notes.txt", "tiny.ipynb"]
    for name in BESIDE:
        answer = page.request.get(f"{server}/formgrader/submissions/{shown}/{name}")
        assert answer.status == (200 if name == "notes.txt" else 404), name


SCRIPT = "<img src=x onerror='window.hit=1'>"


def test_no_name_runs_and_no_address_leads_elsewhere(course, server, page):
    tiny.hand_in(course.root, "Tom & O'Brien", tiny.submission())
    home = tiny.hand_in(course.root, "eve", tiny.submission()).parent
    (home / "told.txt").write_text("window.hit = 1")
    (home / "nbgrader_config.py").write_text("open('ran', 'w').close()")
    zed = f"zed{SCRIPT}"
    with Gradebook(f"sqlite:///{course.root / 'gradebook.db'}") as book:
        for student in (zed, "Tom & O'Brien"):
            book.update_or_create_student(student, first_name=SCRIPT, last_name="</td>" + SCRIPT)
    told = []
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("console", lambda said: told.append(said.text) if said.type == "error" else None)

    # what formgrader's own pages do is done still, and none of it is against the policy
    opened(page, f"{server}/formgrader/manage_submissions/tiny")
    page.locator("tr", has_text="O'Brien").locator(".autograde a").click(timeout=60_000)
    page.get_by_text("Success").first.wait_for(timeout=180_000)
    opened(page, f"{server}/formgrader/manage_students")
    row = page.locator("tr", has=page.get_by_text("Tom & O'Brien", exact=True))
    row.locator("td.name a").click(timeout=60_000)
    page.locator("#main-table a", has_text="tiny").click(timeout=60_000)
    page.locator("#main-table a", has_text="tiny").wait_for(timeout=60_000)
    assert "Tom & O'Brien" in page.locator(".breadcrumb").inner_text()
    opened(page, f"{server}/formgrader/manage_students")
    page.get_by_text("Add new student...").click(timeout=60_000)
    page.locator("#add-student-modal").wait_for(timeout=60_000)
    for where in ("manage_assignments", "gradebook/tiny/tiny"):
        opened(page, f"{server}/formgrader/{where}")
        page.wait_for_load_state("networkidle")
        page.locator("[onclick]").click(timeout=60_000)
        for folder in os.environ.get("SCREENSHOTS", "").split():
            page.screenshot(path=f"{folder}/{where.replace('/', '-')}.png", full_page=True)
    page.get_by_text("Hide All Names").wait_for(timeout=60_000)
    assert page.locator("#main-table tr").count() == 1
    assert not told, "formgrader's pages don't work"

    # whatever stands in an address or in the gradebook
    opened(page, f"{server}/formgrader/manage_students")
    link = page.locator("td.name a").filter(has_text="</td>")
    link.last.click(timeout=60_000)
    page.locator(".breadcrumb").wait_for(timeout=60_000)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.hit") is None
    aside = "../../../files/submitted/eve/tiny/told.txt"
    told_by = page.evaluate("where => fetch(where).then(r => r.text())", aside[8:])
    assert told_by == "window.hit = 1"
    names = (SCRIPT, '";window.hit=1;"', "</script><script>window.hit=1;//", "x\\u0022")
    names += (f"{aside}??", f"{aside}??".replace("/", "\\"))
    for place in ("manage_students/%s", "manage_students/%s/tiny", "gradebook/%s", "gradebook/tiny/%s", "manage_submissions/%s"):  # fmt: skip
        for name in names:
            answer = opened(page, f"{server}/formgrader/{place % quote(name, safe='')}")
            page.wait_for_load_state("networkidle")
            assert page.evaluate("window.hit") is None, f"{name} ran in {place}"
            assert answer.status == (404 if set(name) & set("/\\") else 200), (place, name)

    # a folder in an address is no course
    for folder in ("submitted/eve/tiny", str(home)):
        answer = page.request.get(f"{server}/formgrader?path={quote(folder)}")
        assert answer.status == 400 and "start Jupyter in its folder" in answer.text()
    assert not (course.root / "ran").exists()
    answer = page.request.get(f"{server}/formgrader?path={course.root}")
    assert answer.status == 200 and answer.url.endswith("/manage_assignments")


def test_a_drawing_on_a_dark_page_has_no_white_frame(page):
    from importlib.resources import files

    from grader.reports import safe

    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"></svg>'
    style = files("grader.reports").joinpath("style.css").read_text("utf-8")
    page.emulate_media(color_scheme="dark")
    page.set_content(f"<style>{style}</style>{safe.drawing(svg, 'a model')}")
    colour = page.locator("img.drawing").evaluate("e => getComputedStyle(e).backgroundColor")
    assert colour == "rgba(0, 0, 0, 0)"
