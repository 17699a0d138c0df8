"""What formgrader shows of a submission in the instructor's own browser: no markup of the student's runs there.

Named in nbgrader_config.py for nbconvert's HTMLExporter, with which formgrader draws. Outputs need nothing: those in
`autograded/` have passed `grader.outputs` or are the checks' own.
"""

from nbconvert.preprocessors import Preprocessor

from grader.reports import safe


class HarmlessMarkdown(Preprocessor):
    """Puts safe HTML in the place of each markdown cell, in a form that a second look as markdown leaves alone."""

    def preprocess_cell(self, cell, resources, index):
        if cell.cell_type == "markdown":
            block = safe.markdown(cell.source, cell.pop("attachments", None)).strip()
            while "\n\n" in block:  # an empty line would end the block of HTML
                block = block.replace("\n\n", "\n&#10;")
            cell.source = f"<div>\n{block}\n</div>" if block else ""
        return cell, resources
