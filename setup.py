"""What a wheel carries beside the packages: the course's notebooks, and the sample class with its lesson for `grader demo`.

They go to PREFIX/functional-keras, which a notebook in the sandbox cannot read, and not into the packages, which it can.
"""

from pathlib import Path

from setuptools import setup

HOME = "functional-keras"
LESSON = "solutions/01_sequential_to_functional"
CARRIED = (
    "nbgrader_config.py",
    "course/README.md",
    "course/*/[0-9]*.ipynb",
    "assets/figures/tensorboard_*.png",
    "assets/figures/operations/*.svg",
    "assets/sample_class/*",
    f"{LESSON}/*.py",
    f"{LESSON}/*.toml",
)


def data_files():
    """(folder in the environment, files that go there), by folder."""
    folders: dict[str, list[str]] = {}
    for pattern in CARRIED:
        for path in sorted(Path().glob(pattern)):
            if path.is_file():
                folders.setdefault(f"{HOME}/{path.parent}".removesuffix("/."), []).append(str(path))
    return sorted(folders.items())


setup(data_files=data_files())
