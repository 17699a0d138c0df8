import shutil
from pathlib import Path

import pytest

from grader.batch.grade import prepare
from grader.course.folder import Course
from grader.course.lesson import Lesson
from grader.engine.grade_submission import Limits
from tests.grading import tiny

CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)


@pytest.fixture(scope="session")
def lesson():
    """The tiny lesson, knowing what students were given."""
    import json
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / name / "tiny.ipynb" for name in ("source", "released")]
        for path, notebook in zip(paths, (tiny.instructor_notebook(), tiny.released_notebook())):
            path.parent.mkdir()
            path.write_text(json.dumps(notebook))
        return Lesson.read(*paths)


@pytest.fixture(scope="session")
def known_results(tmp_path_factory):
    """Where results are kept over the whole session: what one test had judged, the next one finds."""
    return tmp_path_factory.mktemp("results")


@pytest.fixture
def course(fresh_course, known_results):
    """A course with the tiny lesson that remembers the results of other tests."""
    (fresh_course.state / "results").symlink_to(known_results)
    return fresh_course


@pytest.fixture(scope="session")
def prepared(tmp_path_factory):
    """The tiny lesson's course, entered into a gradebook once; endless cells are stopped soon."""
    root = tiny.write_course(tmp_path_factory.mktemp("course"))
    with open(root / "nbgrader_config.py", "a") as config:
        config.write("\nc.FillResults.cell_seconds = 2\n")
    prepare(Course.at(root), tiny.NAME)
    return root


@pytest.fixture
def fresh_course(prepared, tmp_path):
    """A copy of that course in which nothing has been graded."""
    return Course.at(shutil.copytree(prepared, tmp_path / "course"))


@pytest.fixture(scope="session")
def limits():
    return Limits(cell_cpu=2, cell_wall=30, total_cpu=30)


@pytest.fixture
def page():
    """A page of a real browser."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright drives the browser")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser.new_page()
        browser.close()


def pytest_configure(config):
    config.addinivalue_line("markers", "browser: drives a real browser; skips where there is none")
