"""The sample class graded on each Python that this machine has, and with the oldest TensorFlow and Keras that we claim.

    python -m tests.machines.matrix [FOLDER]

Each gets a fresh environment below FOLDER (kept there, so that a second run takes a minute) and must give the same scores. Environments
take about 3 GB each. With the oldest packages it also runs the tests named in `TESTS`.
"""

import csv
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PYTHONS = ("3.11", "3.12", "3.13")
OLDEST = ("tensorflow==2.20.0", "keras==3.14.0")
FOLLOWS = ("tensorboard",)  # has TensorFlow's version
TESTS = (
    "tests/layergraph",
    "tests/checks",
    "tests/lessons/test_lesson_answers.py",
    "-k",
    "not lesson or 01-",
)


def pythons():
    """Version -> a program of that version, on the path or where pyenv keeps them."""
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found = {}
    for version in PYTHONS:
        places = [shutil.which(f"python{version}"), *kept.glob(f"{version}.*/bin/python{version}")]
        for place in filter(None, places):
            if not subprocess.run([place, "-c", "import venv"], capture_output=True).returncode:
                found[version] = str(place)
                break
    return found


def environment(python, home, oldest):
    """The Python of an environment with the course, made where it is not there yet."""
    home.mkdir(parents=True, exist_ok=True)
    pins = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    if oldest:
        moved = {*FOLLOWS, *(pin.partition("==")[0] for pin in OLDEST)}
        pins = [line for line in pins if re.split("[=;]", line)[0] not in moved] + [*OLDEST]
    (home / "constraints.txt").write_text("\n".join(pins) + "\n")
    if not (home / "venv" / "bin" / "python").exists():
        subprocess.run([python, "-m", "venv", home / "venv"], check=True)
    inside = home / "venv" / "bin" / "python"
    install = [inside, "-m", "pip", "install", "--quiet", "--constraint", home / "constraints.txt"]
    subprocess.run([*install, "--editable", f"{ROOT}[grading,test]"], check=True)
    return inside


def scores(python):
    """(student, exercise) -> points, as `grader demo` gives them."""
    with tempfile.TemporaryDirectory() as place:
        path = f"{python.parent}{os.pathsep}{os.environ['PATH']}"
        command = [python, "-m", "grader.cli.main", "demo"]
        done = subprocess.run(
            command, cwd=place, env={**os.environ, "PATH": path}, capture_output=True, text=True
        )
        if done.returncode:
            raise SystemExit(done.stdout[-2000:] + done.stderr[-2000:])
        with (Path(place) / ".grader" / "demo" / "grades.csv").open(encoding="utf-8") as file:
            return [*csv.reader(file)]


def main():
    home = Path(sys.argv[1] if sys.argv[1:] else ROOT / "build" / "matrix").resolve()
    there = pythons()
    print("No Python of", *(v for v in PYTHONS if v not in there)) if len(there) < 3 else None
    first = None
    for name, version in [*((v, v) for v in there), ("oldest", next(iter(there)))]:
        python = environment(there[version], home / name, name == "oldest")
        found = scores(python)
        first = first or found
        print(name, "the same scores" if found == first else f"DIFFERENT: {found}", flush=True)
        if found != first:
            return 1
    return subprocess.run([python, "-m", "pytest", *TESTS], cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main())
