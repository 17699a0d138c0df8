"""`make` on machines as people have them: no python3-venv, a folder that was moved, an environment that was never finished."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(not shutil.which("make"), reason="there is no make")

# Stands in for a Python; files beside it say what it lacks. Debian's, without python3-venv, leaves half an environment behind.
PYTHON = """\
#!/bin/sh
here=$(dirname "$0")
case "$*" in
  "-c import sys; print"*) echo "$0" ;;
  "-c import sys; v ="*) [ ! -e "$here/old" ] || { echo "Python 3.11 or newer is needed" >&2; exit 1; } ;;
  "-c import pip") [ -e "$here/pip" ] ;;
  "-m venv .venv")
    mkdir -p .venv/bin; cp "$0" .venv/bin/python; cp "$0" .venv/bin/python3
    [ ! -e "$here/no-ensurepip" ] || { echo "ensurepip is not available"; exit 1; }
    echo "#!$PWD/.venv/bin/python" > .venv/bin/pip ;;
  "-m venv --without-pip .venv") mkdir -p .venv/bin; cp "$0" .venv/bin/python; cp "$0" .venv/bin/python3 ;;
  "-m pip --python .venv/bin/python install --quiet pip")
    case "$0" in .venv/*) exit 4 ;; esac
    [ ! -e "$here/no-pip" ] || { echo "No module named pip"; exit 1; }
    echo "#!$PWD/.venv/bin/python" > .venv/bin/pip ;;
  *) echo "not expected: $*"; exit 3 ;;
esac
"""


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "a course"
    place.mkdir()
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, place)
    return place


def a_python(tmp_path, *lacks):
    home = tmp_path / "usr"
    home.mkdir(exist_ok=True)
    for name in lacks:
        (home / name).touch()
    program = home / "python3"
    program.write_text(PYTHON)
    program.chmod(0o755)
    return program


def make(folder, target, python="python3", path=""):
    """Its own make, also where `make test` runs this: what that one hands down (its level and flags) is left out."""
    places = [str(path)] if path else []
    handed = {
        name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))
    }
    return subprocess.run(
        ["make", target, f"PYTHON={python}"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        env={**handed, "PATH": os.pathsep.join([*places, os.environ["PATH"]])},
    )


def is_whole(folder):
    pip = folder / ".venv/bin/pip"
    return pip.is_file() and f"{folder}/.venv/" in pip.read_text()


def half(folder):
    (folder / ".venv/bin").mkdir(parents=True)
    (folder / ".venv/bin/python").symlink_to(sys.executable)
    (folder / ".venv/grading").touch()


def test_an_environment_is_made_once(folder, tmp_path):
    python = a_python(tmp_path)
    assert make(folder, ".venv/bin/python", python).returncode == 0 and is_whole(folder)
    (folder / ".venv/mine").touch()
    assert make(folder, ".venv/bin/python", python).returncode == 0
    assert (folder / ".venv/mine").exists()


def test_half_an_environment_is_made_anew(folder, tmp_path):
    half(folder)
    assert make(folder, ".venv/bin/python", a_python(tmp_path)).returncode == 0
    assert is_whole(folder) and not (folder / ".venv/grading").exists()


def test_a_moved_folder_gets_an_environment_of_its_own(folder, tmp_path):
    python = a_python(tmp_path)
    make(folder, ".venv/bin/python", python)
    moved = folder.rename(tmp_path / "moved")
    assert not is_whole(moved)
    assert make(moved, ".venv/bin/python", python).returncode == 0 and is_whole(moved)


def test_without_ensurepip_the_machines_own_pip_brings_one(folder, tmp_path):
    """Also where the programs of the environment that is being made come first, as the Makefile asks."""
    python = a_python(tmp_path, "no-ensurepip")
    made = make(folder, ".venv/bin/python", path=python.parent)
    assert made.returncode == 0 and is_whole(folder), made.stdout + made.stderr


def test_with_neither_it_says_what_to_install_and_leaves_nothing(folder, tmp_path):
    made = make(folder, ".venv/bin/python", a_python(tmp_path, "no-ensurepip", "no-pip"))
    assert made.returncode != 0 and "sudo apt install python3-venv" in made.stdout
    assert "ensurepip is not available" in made.stdout
    assert sorted(p.name for p in folder.iterdir()) == [
        "Makefile",
        "constraints.txt",
        "pyproject.toml",
    ]
    for lacking in ("no-ensurepip", "no-pip"):
        (tmp_path / "usr" / lacking).unlink()
    assert make(folder, ".venv/bin/python", tmp_path / "usr/python3").returncode == 0


def test_an_old_python_and_one_that_is_not_there_are_named(folder, tmp_path):
    assert "3.11 or newer" in make(folder, ".venv/bin/python", a_python(tmp_path, "old")).stderr
    absent = make(folder, ".venv/bin/python", "python3.99")
    assert absent.returncode != 0 and "There is no python3.99 here" in absent.stdout


def test_the_environment_itself_may_call_make(folder):
    """Activated, its python3 comes first; then the environment is replaced by it. With a real Python."""
    half(folder)
    (folder / ".venv/bin/python3").symlink_to(sys.executable)
    (folder / ".venv/pyvenv.cfg").write_text(f"home = {Path(sys.base_prefix) / 'bin'}\n")
    made = make(folder, ".venv/bin/python", path=folder / ".venv/bin")
    assert made.returncode == 0 and is_whole(folder), made.stdout + made.stderr
    subprocess.run([folder / ".venv/bin/python", "-m", "pip", "--version"], check=True)


@pytest.fixture
def stood(folder, tmp_path):
    """A folder whose environment is ready, with a jupyter and a grader that say how they are called."""
    make(folder, ".venv/bin/python", a_python(tmp_path))
    for name, says in {"jupyter": "$*|$JUPYTER_CONFIG_PATH", "grader": "grader $*"}.items():
        program = folder / ".venv/bin" / name
        program.write_text(f'#!/bin/sh\necho "{says}"\n')
        program.chmod(0o755)
    (folder / ".venv/grading").touch()
    return folder


def test_students_and_teachers_get_labs_of_their_own(stood):
    ours = f"{stood}/grader/jupyter"
    assert make(stood, "lab").stdout == f"lab|{ours}/student:{ours}\n"
    assert make(stood, "teach").stdout == f"grader build\nlab|{ours}\n"
    (stood / "solutions/01").mkdir(parents=True)
    (stood / "solutions/01/01.ipynb").touch()
    assert make(stood, "teach").stdout == f"lab|{ours}\n"


def test_clean_leaves_what_somebody_worked_on(stood):
    for name in ("kept/01/a.ipynb", ".grader/kept/b.ipynb", ".grader/results/c"):
        (stood / name).parent.mkdir(parents=True, exist_ok=True)
        (stood / name).touch()
    assert make(stood, "clean").returncode == 0
    assert (stood / "kept/01/a.ipynb").exists() and (stood / "kept/before/b.ipynb").exists()
    assert not (stood / ".grader").exists() and not (stood / ".venv").exists()
