"""What nbgrader's generate_assignment does differently for our lessons; named in nbgrader_config.py."""

from pathlib import Path

from nbconvert.exporters import NotebookExporter
from nbgrader import preprocessors

from grader.course.lesson import visible
from grader.course.names import needed_names
from grader.course.regions import student_source


class ReleaseExporter(NotebookExporter):
    """Keeps a copy of each notebook in `course/` that somebody worked on: nbgrader removes a lesson's folder before it writes it anew.

    It is made before that, and no hook of nbgrader's is called so early.
    """

    def __init__(self, parent=None, **settings):
        super().__init__(parent=parent, **settings)
        from grader.nbgrader_bridge.build import keep_worked_on

        folder = getattr(parent, "coursedir", None)
        # A build of our own releases elsewhere, and without force nbgrader leaves what is there.
        if folder is None or folder.release_directory != "course" or not parent.force:
            return
        for place in parent.assignments:
            for copy in keep_worked_on(Path(folder.root), Path(place).name):
                parent.log.warning("Somebody worked on the notebook before; it is kept as %s", copy)


class ClearSolutions(preprocessors.ClearSolutions):
    """Puts `model = ...  # your code here` where nbgrader would put `raise NotImplementedError()`.

    An untouched exercise then is a value that checks can tell apart from a wrong answer, and running the
    whole notebook does not stop at it. Cells without our metadata are cleared in nbgrader's own way.
    """

    def preprocess(self, nb, resources):
        self._wanted = {}
        for cell in nb.cells:
            course = cell.metadata.get("course", {})
            if course.get("role") in ("check", "hidden"):
                self._wanted.setdefault(course["exercise"], set()).update(needed_names(cell.source))
        return super().preprocess(nb, resources)

    def preprocess_cell(self, cell, resources, cell_index):
        course = cell.metadata.get("course", {})
        if course.get("role") == "solution" and cell.cell_type == "code":
            cell.source = student_source(cell.source, self._wanted.get(course["exercise"], ()))
            return cell, resources
        return super().preprocess_cell(cell, resources, cell_index)


class ClearHiddenTests(preprocessors.ClearHiddenTests):
    """Takes our hidden checks out whatever words a course's configuration names for hidden tests: a built lesson has nbgrader's own."""

    def preprocess_cell(self, cell, resources, cell_index):
        if cell.metadata.get("course", {}).get("role") == "hidden":
            cell.source = visible(cell.source)
        return super().preprocess_cell(cell, resources, cell_index)
