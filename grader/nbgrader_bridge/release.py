"""What nbgrader's generate_assignment does differently for our lessons; named in nbgrader_config.py."""

from nbgrader import preprocessors

from grader.course.names import needed_names
from grader.course.regions import student_source


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
