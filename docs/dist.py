"""Builds both distributions, functional-keras and layergraph, as sdist and wheel: `make dist`, or `python docs/dist.py FOLDER`.

A README's links lead to files beside it, which the page of a package index has not got. Where COURSE_REPOSITORY says where
this repository can be reached (as for the site), they are made absolute and that address becomes the project's URL; all of it
in a copy.
"""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path, PurePosixPath
from posixpath import normpath

ROOT = Path(__file__).resolve().parents[1]
PROJECTS = (".", "layergraph")
MADE_HERE = (
    ".venv", ".git", ".grader", "kept", "build", "dist", "*.egg-info", "__pycache__", "*_cache", "submitted",
)  # fmt: skip
_LINK = re.compile(r"(!?)\[([^][]*)\]\((?!https?:|#)([^()\s]+)\)")


def build(place: Path, repository: str = "") -> list[Path]:
    """The files, each sdist before the wheel that is made of it, in the order of `PROJECTS`."""
    place = place.resolve()
    place.mkdir(parents=True, exist_ok=True)
    made = []
    with tempfile.TemporaryDirectory() as home:
        clone = Path(home) / "clone"
        shutil.copytree(ROOT, clone, ignore=shutil.ignore_patterns(*MADE_HERE))
        for project in PROJECTS:
            if repository:
                _address(clone / project, project, repository.rstrip("/"))
            sdist = _hook(clone / project, "build_sdist", place)
            with tarfile.open(sdist) as archive:
                archive.extractall(home, filter="data")
            unpacked = Path(home) / sdist.name.removesuffix(".tar.gz")
            made += [sdist, _hook(unpacked, "build_wheel", place)]
    return made


def absolute(text: str, folder: str, repository: str) -> str:
    """A README's Markdown with links that lead into the repository from anywhere; pictures as files, all else as pages.

    >>> absolute("![a](../b.svg) [c](d.md) [e](#f)", "g", "https://h")
    '![a](https://h/raw/HEAD/b.svg) [c](https://h/blob/HEAD/g/d.md) [e](#f)'
    """

    def link(found):
        picture, words, path = found.groups()
        way = "raw" if picture else "blob"
        target = normpath(str(PurePosixPath(folder, path)))
        return f"{picture}[{words}]({repository}/{way}/HEAD/{target})"

    return _LINK.sub(link, text)


def _address(project, folder, repository):
    readme, settings = project / "README.md", project / "pyproject.toml"
    readme.write_text(absolute(readme.read_text("utf-8"), folder, repository), "utf-8")
    with settings.open("a", encoding="utf-8") as file:
        file.write(f'\n[project.urls]\nRepository = "{repository}"\n')


def _hook(folder, name, place):
    """What one of setuptools' build hooks makes of the project in `folder`."""
    code = f"from setuptools import build_meta; print('made', build_meta.{name}({str(place)!r}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return place / done.stdout.split()[-1]


if __name__ == "__main__":
    folder = Path(sys.argv[1] if sys.argv[1:] else ROOT / "dist")
    print(*build(folder, os.environ.get("COURSE_REPOSITORY", "")), sep="\n")
