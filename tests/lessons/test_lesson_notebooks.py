"""The solved lesson runs from the first cell to the last, clean, and shows every count it promises."""

import os

import pytest

from grader.course.instructor_notebook import instructor_notebook
from tests.lessons import harness

pytestmark = pytest.mark.notebook


@pytest.fixture(scope="module", params=harness.lessons(), ids=lambda lesson: lesson.name[:2])
def executed(request, tmp_path_factory):
    """(lesson, its solved notebook after a run in a kernel, started in a folder of its own)."""
    return request.param, _run(request.param, tmp_path_factory.mktemp("lesson"))


def _run(lesson, folder):
    from nbclient import NotebookClient

    notebook = instructor_notebook(harness.cells(lesson), lesson.name)
    path = os.pathsep.join(filter(None, [str(harness.ROOT), os.environ.get("PYTHONPATH")]))
    client = NotebookClient(
        notebook, timeout=240, allow_errors=True, resources={"metadata": {"path": str(folder)}}
    )
    client.execute(env={**os.environ, "PYTHONPATH": path})
    return notebook


def _outputs(notebook):
    return [
        (cell.id, output)
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
    ]


def _texts(notebook):
    for _, output in _outputs(notebook):
        yield output.get("text", "")
        yield from (str(value) for value in output.get("data", {}).values())


def test_no_cell_raises(executed):
    _, notebook = executed
    assert [
        (place, o.ename, o.evalue) for place, o in _outputs(notebook) if o.output_type == "error"
    ] == []


def test_nothing_is_written_to_stderr(executed):
    _, notebook = executed
    assert [
        (place, o.text)
        for place, o in _outputs(notebook)
        if o.output_type == "stream" and o.name == "stderr"
    ] == []


def test_every_promised_count_is_shown(executed):
    lesson, notebook = executed
    shown = "\n".join(_texts(notebook))
    missing = [
        (model, text) for model, _, text in harness.counts(lesson) if not harness.shows(shown, text)
    ]
    assert harness.counts(lesson) and missing == []


def test_every_check_gives_full_marks(executed):
    _, notebook = executed
    graded = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    scores = {cell.id: cell.outputs[-1]["data"]["text/plain"] for cell in graded}
    assert scores == {cell.id: f"{cell.metadata.nbgrader.points:g}" for cell in graded}
