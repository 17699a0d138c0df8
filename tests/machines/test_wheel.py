"""Out of the repository: the wheel, made from the sdist, works in an environment that knows nothing of this clone.

What it needs is there already (the packages of this environment, without the clone itself): nothing is downloaded.
"""

import os
import re
import subprocess
import sys
import sysconfig
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from grader.cli import sample_class, start
from grader.engine.sandbox.policy import readable_paths

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def distributions(tmp_path_factory):
    """Paths by name: "functional_keras" and "layergraph", each (sdist, wheel), the one made of the other."""
    place = tmp_path_factory.mktemp("built")
    command = [sys.executable, ROOT / "docs" / "dist.py", place]
    own = {**os.environ, "COURSE_REPOSITORY": "https://example.org/course/"}
    done = subprocess.run(command, env=own, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    paths = [Path(line) for line in done.stdout.split()]
    return {
        wheel.name.partition("-")[0]: (sdist, wheel)
        for sdist, wheel in zip(paths[::2], paths[1::2])
    }


@pytest.fixture(scope="module")
def made(distributions):
    """(sdist, wheel) of the course."""
    return distributions["functional_keras"]


@pytest.fixture(scope="module")
def installed(made, tmp_path_factory):
    """The bin folder of an environment with the wheel."""
    home = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home], check=True)
    python = home / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", python]
    subprocess.run([*pip, "install", "-q", "--no-deps", "--no-index", made[1]], check=True)
    (packages,) = (home / "lib").glob("*/site-packages")
    (packages / "needed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return home / "bin"


def run(installed, *command, cwd):
    own = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    path = os.pathsep.join([str(installed), str(Path(sys.executable).parent), own["PATH"]])
    return subprocess.run(
        [installed / command[0], *command[1:]],
        cwd=cwd,
        env={**own, "PATH": path},
        capture_output=True,
        text=True,
    )


def test_the_wheel_carries_what_it_should_and_no_more(made):
    with zipfile.ZipFile(made[1]) as wheel:
        names = wheel.namelist()
    data = [n.partition("/data/functional-keras/")[2] for n in names if "/data/" in n]
    assert sum(n.startswith("course/") and n.endswith(".ipynb") for n in data) == 10
    assert {n.split("/")[1] for n in data if n.startswith("solutions/")} == {sample_class.LESSON}
    shown = {str(name) for _, name in start._files() if name.parts[0] == "assets"}
    assert shown == {n for n in data if n.startswith("assets/figures/")}
    assert not [n for n in names if n.startswith(("tests/", "course/", "solutions/", "assets/"))]
    for package in ("layergraph", "grader"):
        assert f"{package}/py.typed" in names
    assert any(n.endswith("licenses/LICENSE") for n in names)
    (metadata,) = (n for n in names if n.endswith(".dist-info/METADATA"))
    with zipfile.ZipFile(made[1]) as wheel:
        said = wheel.read(metadata).decode()
    assert (
        "License-Expression: MIT AND CC-BY-4.0" in said and "Requires-Python: <3.14,>=3.11" in said
    )


def contents(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_layergraph_alone_is_what_the_course_carries(distributions):
    """Who installs both has each file twice, and it must be the same file."""
    course, alone = (contents(distributions[n][1]) for n in ("functional_keras", "layergraph"))
    package = {name: data for name, data in alone.items() if name.startswith("layergraph/")}
    assert package == {n: data for n, data in course.items() if n.startswith("layergraph/")}
    assert len(package) > 20 and all(name.endswith((".py", "py.typed")) for name in package)
    assert len({w.name.split("-")[1] for _, w in distributions.values()}) == 1
    assert any(name.endswith("licenses/LICENSE") for name in alone)
    said = {
        n: message_from_bytes(next(d for p, d in files.items() if p.endswith("/METADATA")))
        for n, files in (("course", course), ("alone", alone))
    }
    needed = {
        n: {canonicalize_name(Requirement(r).name) for r in m.get_all("Requires-Dist")}
        for n, m in said.items()
    }
    assert needed["alone"] < needed["course"] and "tensorflow" not in needed["alone"]
    for name, message in said.items():
        assert message["Project-URL"] == "Repository, https://example.org/course"
        links = re.findall(r"\]\((?!#)([^)\s]+)", message.get_payload())
        assert links and all(link.startswith("https://") for link in links)
        for link in links:
            _, inside, path = link.partition("/HEAD/")
            assert not inside or (ROOT / path).exists(), link


def test_notebooks_are_started_in_a_folder_and_never_replaced(installed, tmp_path):
    first = run(installed, "grader", "start", "mine", cwd=tmp_path)
    assert first.returncode == 0, first.stderr
    notebooks = sorted((tmp_path / "mine" / "course").glob("*/*.ipynb"))
    assert [n.read_bytes() for n in notebooks] == [
        (ROOT / "course" / n.parent.name / n.name).read_bytes() for n in notebooks
    ] and len(notebooks) == 10
    notebooks[2].write_text("my work")
    notebooks[3].unlink()
    second = run(installed, "grader", "start", "mine", cwd=tmp_path)
    assert "1 files copied" in second.stdout and str(notebooks[2]) in second.stdout
    assert notebooks[2].read_text() == "my work" and notebooks[3].exists()


def test_where_nothing_can_be_written_it_says_so(installed, tmp_path):
    (tmp_path / "file").touch()
    said = run(installed, "grader", "start", "file/mine", cwd=tmp_path)
    assert said.returncode == 2 and "cannot be written" in said.stderr


def test_the_demo_runs_in_an_empty_folder(installed, tmp_path):
    done = run(installed, "grader", "demo", cwd=tmp_path)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert [p.name for p in tmp_path.iterdir()] == [".grader"]
    where = "import grader, layergraph; print(grader.__file__, layergraph.__file__)"
    said = run(installed, "python", "-c", where, cwd=tmp_path).stdout
    assert said.count(str(installed.parent)) == 2


def test_no_notebook_in_the_sandbox_can_read_what_the_wheel_carries(installed):
    code = "from grader.engine.sandbox.policy import readable_paths; from grader.cli.carried import home; print(home(), *readable_paths(), sep='\\n')"
    home, *readable = run(installed, "python", "-c", code, cwd="/").stdout.split("\n")
    assert home.endswith("/functional-keras")
    assert not [p for p in readable if p and home.startswith(p)]
    assert readable_paths()
