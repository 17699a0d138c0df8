"""The site: the lessons with the outputs of their examples, the vocabulary of checks, drawings, a guide for teachers, the API.

`make site` builds it without a network. Lessons, figures and the READMEs are copied here first, so that their links stay as they are.
"""

import json
import os
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HERE = Path(__file__).resolve().parent

# Where this repository can be reached, for the buttons that open a lesson on Colab and Binder. Without it there are none.
REPOSITORY = os.environ.get("COURSE_REPOSITORY", "")

project = "Functional Keras"
author = copyright = "The Functional Keras authors"
extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
]
exclude_patterns = ["_build", "assets/sample_class", "README.md", "**/.ipynb_checkpoints"]

html_theme = "sphinx_book_theme"
html_title = "Functional Keras"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = True
html_show_sourcelink = False
html_theme_options = {
    "use_download_button": True,
    "use_fullscreen_button": False,
    "home_page_in_toc": True,
    "show_toc_level": 2,
    "navbar_persistent": [],
}
if REPOSITORY:
    html_theme_options |= {
        "repository_url": REPOSITORY,
        "path_to_docs": "",
        "use_repository_button": True,
        "launch_buttons": {
            "colab_url": "https://colab.research.google.com",
            "binderhub_url": "https://mybinder.org",
            "notebook_interface": "jupyterlab",
        },
    }

myst_enable_extensions = ["colon_fence", "html_image"]
myst_heading_anchors = 3
nb_execution_mode = os.environ.get("SITE_EXECUTION", "cache")
nb_execution_cache_path = str(ROOT / "build" / "site-cache")
nb_execution_timeout = 300
nb_execution_allow_errors = True  # an exercise that nobody has solved stops with an error
nb_ipywidgets_js = {}  # nothing is fetched
nb_merge_streams = True
nb_execution_show_tb = False
suppress_warnings = ["mystnb.unknown_mime_type", "myst.header", "misc.highlighting_failure"]

napoleon_google_docstring = False
autodoc_member_order = "bysource"
autodoc_typehints = "none"


def _copy_lessons():
    """Without what checks say: of an exercise that nobody has solved it is of no use."""
    for path in sorted((ROOT / "course").glob("*/*.ipynb")):
        if path.stem != path.parent.name:
            continue
        notebook = json.loads(path.read_text("utf-8"))
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code" and cell["metadata"].get("nbgrader", {}).get("grade"):
                cell["metadata"].setdefault("tags", []).append("remove-output")
        _write(HERE / path.relative_to(ROOT), json.dumps(notebook, ensure_ascii=False, indent=1))


def _copy_pages():
    for name in (
        "course/README.md",
        "assets/data/README.md",
        "layergraph/README.md",
        "grader/checks/README.md",
        "grader/lms/README.md",
        "grader/verify/README.md",
        "grader/engine/THREATS.md",
    ):
        if (ROOT / name).is_file():
            _write(HERE / name, (ROOT / name).read_text("utf-8"))
    shutil.copytree(ROOT / "assets" / "figures", HERE / "assets" / "figures", dirs_exist_ok=True)


def _write(path, text):
    """Only where it differs, so that Sphinx reads again what has changed and nothing else."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.is_file() or path.read_text("utf-8") != text:
        path.write_text(text, "utf-8")


_copy_lessons()
_copy_pages()


def setup(app):
    """Pages in docs/ name the repository's files as they lie beside it; their copies lie within."""
    own = {path.stem for path in HERE.glob("*.md")}

    def within(app, page, source):
        if page in own:
            source[0] = source[0].replace("](../", "](")
        else:
            source[0] = source[0].replace("/../docs/", "/../").replace("](../docs/", "](../")

    app.connect("source-read", within)
