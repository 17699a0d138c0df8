"""The corpus against real stock nbgrader: its own generate_assignment, Autograde, Execute, OverwriteCells and feedback, nothing of ours.

    python -m tests.attacks.against_stock [NAME…] [--unproven]

Runs each attack (all of them, those named, or those that nothing else has proven yet; those on this engine's own transport have nothing
to attack in nbgrader), prints what it gained and keeps that in `stock.toml`. Some attacks flood processes and memory: each runs in a control group of its own, which takes root; without root those are left out.
"""

import argparse
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from tests.attacks.scene import Scene, script_in
from tests.attacks.vault import (
    EXERCISES,
    KERAS_SETUP,
    PLAIN_SETUP,
    WITNESSES,
    corpus,
    stock_gains,
    write_stock_gains,
)
from tests.engine import lessons

ROOT = Path(__file__).resolve().parents[2]
CELL_SECONDS = 20  # nbgrader's own default is 30: nothing else of it is changed
PATIENCE = 150  # seconds for one notebook of five cells; a batch that stands longer is taken to have stopped
PROCESSES, MEMORY, DISK = 500, 5 * 2**29, 2**30
_GROUPS = {
    "pids": ("pids.max", PROCESSES),
    "memory": ("memory.limit_in_bytes", MEMORY),
}  # control groups, version 1


def stock_gain(attack, folder):
    """What the attack gains against stock nbgrader in an empty folder, in words; "" for nothing."""
    folder = Path(folder)
    scene = Scene.build(folder)
    try:
        with _Group() as group:
            places = scene.places
            pid = os.fork()
            if pid == 0:
                _become_nbgrader(attack, folder, places, group)
            used = _wait(pid, group)
            if not (folder / "stock" / "submitted").exists():
                raise RuntimeError(
                    f"stock nbgrader could not prepare the assignment: {(folder / 'log').read_text()[-2000:]}"
                )
            told = folder / "told.json"
            said = json.loads(told.read_text()) if told.exists() else {}
            return _gained(attack, scene, said, used)
    finally:
        scene.close()


def _gained(attack, scene, said, used):
    reached = scene.reached(attack)
    if reached:
        return reached
    if (
        attack.gain == "disk"
        and (size := sum(p.stat().st_size for p in scene.course.parent.rglob("part-*"))) > DISK
    ):
        return f"{size / 2**30:.1f} GB written to the disk"
    if attack.gain == "script":
        return script_in(said.get("page", ""))
    if "processes" in used:
        return used["processes"]
    if "memory" in used:
        return used["memory"]
    if not said:
        return (
            f"grading did not come back within {PATIENCE} s"
            if "late" in used
            else "the grader itself was ended"
        )
    scores = said["scores"]
    points = sum(
        score for name, score in scores.items() if name.split("-", 1)[-1] == attack.exercise
    )
    if points != 0:
        return f"{points:g} points unearned"
    if not said["success"]:
        return "no grade for the whole notebook: autograde failed"
    lost = [
        name for name in WITNESSES if name != attack.exercise and scores.get(f"check-{name}") != 2
    ]
    return (
        f"the points of another exercise are lost ({', '.join(lost)})"
        if lost and attack.gain == "stopped"
        else ""
    )


class _Group:
    """A control group that holds floods and ends everything in it; does nothing where there is none to be had."""

    def __enter__(self):
        self.places = []
        for kind, (file, limit) in _GROUPS.items():
            place = Path("/sys/fs/cgroup") / kind / f"stock-{os.getpid()}"
            try:
                place.mkdir()
                (place / file).write_text(str(limit))
                self.places.append(place)
            except OSError:
                pass
        return self

    @property
    def holds(self):
        return len(self.places) == len(_GROUPS)

    def enter(self):
        for place in self.places:
            (place / "cgroup.procs").write_text(str(os.getpid()))

    def flooded(self):
        """Which flood reached the group's own limit, by kind."""
        found = {}
        for place in self.places:
            if place.parent.name == "pids" and int((place / "pids.peak").read_text()) >= PROCESSES:
                found["processes"] = (
                    f"{PROCESSES} processes at once; only the test's own limit held them"
                )
            if (
                place.parent.name == "memory"
                and int((place / "memory.max_usage_in_bytes").read_text()) >= MEMORY - 2**20
            ):
                found["memory"] = (
                    f"{MEMORY / 2**30:.1f} GB of memory; only the test's own limit held it"
                )
        return found

    def __exit__(self, *_):
        for _ in range(100):
            members = {
                int(n)
                for place in self.places
                for n in (place / "cgroup.procs").read_text().split()
            }
            for member in members:
                try:
                    os.kill(member, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            if not members:
                break
            time.sleep(0.05)
        for place in self.places:
            place.rmdir()


def _wait(pid, group):
    """Wait for the grader; what it flooded, and "late" where it had to be ended."""
    end = time.monotonic() + PATIENCE
    while os.waitpid(pid, os.WNOHANG)[0] == 0:
        flooded = group.flooded()
        if flooded or time.monotonic() > end:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            return flooded or {"late": True}
        time.sleep(0.1)
    return group.flooded()


def _become_nbgrader(attack, folder, places, group):
    """In a child: hand the attack in, grade it as an instructor would, write down the scores. Never returns."""
    try:
        os.setsid()
        group.enter()
        log = os.open(folder / "log", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
        for number in (1, 2):
            os.dup2(log, number)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        said = _grade(attack, folder / "stock", places)
        (folder / "told.tmp").write_text(json.dumps(said))
        os.replace(folder / "told.tmp", folder / "told.json")
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        os._exit(0)


def _grade(attack, root, places):
    import nbformat
    from nbgrader.api import Gradebook
    from nbgrader.apps import NbGraderAPI
    from traitlets.config import Config

    (root / "source" / "vault").mkdir(parents=True)
    nbformat.write(nbformat.from_dict(_source(attack)), root / "source" / "vault" / "vault.ipynb")
    os.chdir(root)
    os.environ.update(
        PYTHONPATH=str(ROOT), PATH=os.path.dirname(sys.executable) + os.pathsep + os.environ["PATH"]
    )
    config = Config()
    config.CourseDirectory.root = str(root)
    config.Execute.timeout = CELL_SECONDS
    api = NbGraderAPI(config=config)
    made = api.generate_assignment("vault")
    if not made["success"]:
        raise RuntimeError(made["log"])
    home = root / "submitted" / "mallory" / "vault"
    home.mkdir(parents=True)
    notebook = json.loads((root / "release" / "vault" / "vault.ipynb").read_text())
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
    attack.hand_in(notebook, home, **places)
    done = api.autograde("vault", "mallory")
    scores = {}
    with Gradebook(f"sqlite:///{root}/gradebook.db") as book:
        if done["success"]:
            found = book.find_submission_notebook("vault", "vault", "mallory")
            scores = {grade.name: grade.score for grade in found.grades}
    page = ""
    if attack.gain in ("script", "leak") and done["success"]:
        api.generate_feedback("vault", "mallory")
        page = (root / "feedback" / "mallory" / "vault" / "vault.html").read_text(
            "utf-8", "replace"
        )
    return {"success": done["success"], "scores": scores, "page": page}


def _source(attack):
    """The instructor's notebook, with the attacked exercise and one on each side of it that the student answers rightly."""
    cells = [
        lessons.cell("setup", PLAIN_SETUP + ("\n" + KERAS_SETUP if attack.needs_keras else ""))
    ]
    for name, solution, check, hidden in EXERCISES:
        if name in (*WITNESSES, attack.exercise):
            cells.append(
                lessons.cell("solution", f"### BEGIN SOLUTION\n{solution}\n### END SOLUTION", name)
            )
            cells.append(lessons.cell("check", check, name, 2))
            if hidden:
                cells.append(
                    lessons.cell(
                        "hidden", f"### BEGIN HIDDEN TESTS\n{hidden}\n### END HIDDEN TESTS", name, 2
                    )
                )
    for cell in cells:
        cell["metadata"].get("nbgrader", {}).setdefault("cell_type", "code")
    notebook = lessons.notebook(cells)
    notebook["metadata"]["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    return notebook


def main(names, unproven=False):
    wanted = [
        a
        for a in corpus()
        if (
            a.name in names
            if names
            else not (
                unproven and (a.without or stock_gains().get(a.name) or "grader.engine" in a.source)
            )
        )
    ]
    import nbgrader.apps  # noqa: F401  (once, before the forks)

    for attack in wanted:
        begun, folder = time.monotonic(), tempfile.mkdtemp(prefix="stock-")
        os.chmod(folder, 0o755)
        gain = stock_gain(attack, folder)
        write_stock_gains({attack.name: gain})
        print(
            f"{'✗' if gain else '·'} {attack.name}: {gain or 'nothing'} ({time.monotonic() - begun:.0f} s)",
            flush=True,
        )
        if not os.environ.get("KEEP"):
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*")
    parser.add_argument(
        "--unproven",
        action="store_true",
        help="only those without a defence to switch off and without an entry in stock.toml",
    )
    options = parser.parse_args()
    main(options.names, options.unproven)
