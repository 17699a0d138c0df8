import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import tiny

from grader.course import Course
from grader.engine.lesson import Lesson
from grader.engine.one import Limits


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


@pytest.fixture
def course(tmp_path):
    """A course with the tiny lesson; endless cells are stopped soon."""
    tiny.write_course(tmp_path)
    with open(tmp_path / "nbgrader_config.py", "a") as config:
        config.write("\nc.FillResults.cell_seconds = 2\n")
    return Course.at(tmp_path)


@pytest.fixture(scope="session")
def limits():
    return Limits(cell_cpu=2, cell_wall=30, total_cpu=30)
