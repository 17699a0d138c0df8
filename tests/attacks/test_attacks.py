"""Every attack of the corpus gains nothing, and each that counts has succeeded once: where the defence that stops it is
switched off, or against stock nbgrader (`stock.toml`, written by `against_stock`).

"judge" switched off is the stock way: the checks run in the student's process.
"""

import contextlib
import json
import random
import shutil
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from grader.engine import process, runner
from grader.engine.grade_submission import Limits, grade_one
from grader.engine.runner import Ways
from grader.engine.sandbox import abilities
from grader.engine.tempdirs import remove_all
from tests import ahead
from tests.attacks import weakened
from tests.attacks.scene import Scene, script_in
from tests.attacks.vault import (
    EXERCISES,
    KERAS_SETUP,
    LESSON,
    PLAIN_SETUP,
    WITNESSES,
    corpus,
    stock_gains,
)
from tests.engine import lessons
from tests.share import some as fair_share

pytestmark = pytest.mark.skipif(not abilities().enough, reason="this machine has no sandbox")
EVERYTHING = corpus()
ATTACKS = [a for a in EVERYTHING if a.by != "verdict"]  # those: `test_verdicts`
LIMITS = Limits(
    cell_cpu=4, cell_wall=14, total_cpu=60, total_wall=180, memory=6 * 2**30, restarts=3
)
SHARED = 2 * 2**30  # bytes of memory that belongs to no process: what an attack must not reach
SLOW = 60  # seconds of the grader's own that no submission may take, where one without the attack takes two
# Nothing is read where they point: the attacker's other exercises go with them.
REFUSED = {
    "the notebook is a link to another student's",
    "the folder is a link to another student's",
}


@pytest.fixture
def scene(tmp_path):
    made = Scene.build(tmp_path)
    yield made
    made.close()


def graded(attack, scene, without=()):
    limits = replace(LIMITS, cell_cpu=9, cell_wall=60) if attack.gain == "memory" else LIMITS
    result = grade_one(
        attack.notebook(**scene.places), LESSON, limits, Ways(without=without, verdicts=None)
    )
    return {c.grade_id: c for c in result.cells}


def gained(attack, scene, cells):
    points = sum(c.score for name, c in cells.items() if name.split("-", 1)[-1] == attack.exercise)
    points -= attack.earns
    if attack.gain == "disk" and cells["asserted"].status != "raised":
        return "more of the disk than it may have"
    return scene.reached(attack) or (f"{points:g} points unearned" if points else "")


@contextlib.contextmanager
def memory_watched(monkeypatch):
    """A list that gets a sentence if more memory is taken than `SHARED` that belongs to no process, or to one of a submission's."""
    monkeypatch.setattr(runner, "_RESIDENT", int(0.6 * SHARED))
    server = process.server().pid
    begun, over, done = _nobodys(), [], threading.Event()

    def watch():
        while not done.wait(0.05):
            if _nobodys() - begun > SHARED:
                over.append("memory that nobody counts")
            if max(map(_own, process._family(server))) > SHARED:
                over.append("memory of one process")

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield over
    finally:
        done.set()
        thread.join()


_HELD = ("MemFree", "Buffers", "Cached", "AnonPages", "Slab", "PageTables", "KernelStack")


def _nobodys():
    """Bytes that are in files in memory, or that the kernel holds for nobody who is named: buffers of sockets."""
    lines = Path("/proc/meminfo").read_text().splitlines()
    size = {line.split(":")[0]: int(line.split()[1]) * 1024 for line in lines}
    return size["Shmem"] + size["MemTotal"] - sum(size[name] for name in _HELD)


def _own(pid):
    """Bytes of a process's own memory."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:  # it has just ended
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("RssAnon:"))


def left_alone(monkeypatch, attack):
    """Nobody looks at what processes hold, where "watch" is among the defences to be left out."""
    if "watch" in attack.without:
        monkeypatch.setattr(process.Process, "look", lambda self, free: None)


def on_course(attack):
    """Whether it is handed in as files and judged up to its feedback page, instead of in memory."""
    return attack.by == "folder" or attack.gain in ("script", "slow")


def some(attacks, share):
    """Those that `make test` tries: some take long together."""
    return fair_share(attacks, share, lambda attack: attack.name)


def named(attacks):
    return {"argvalues": attacks, "ids": [a.name for a in attacks]}


@pytest.fixture(scope="module")
def tried(request, tmp_path_factory):
    """What becomes of an attack: a function from it to (what it gained, the cells, seconds).

    All that this run asks for are begun at once, several at a time: most of their time goes by in waiting for a limit. Those
    on memory, which is the machine's, run when nothing else does.
    """
    attacks = [
        params["attack"]
        for params in ahead.asked(request, "test_an_attack_gains_nothing_and_the_rest_is_graded")
    ]
    folders = {a.name: tmp_path_factory.mktemp("scene") for a in attacks}

    def run(attack):
        scene, begun = Scene.build(folders[attack.name]), time.monotonic()
        try:
            cells = graded(attack, scene)
            return gained(attack, scene, cells), cells, time.monotonic() - begun
        finally:
            scene.close()

    with ahead.begun(run, {a.name: a for a in attacks if a.gain != "memory"}) as result:

        def one(attack):
            return run(attack) if attack.gain == "memory" else result(attack.name)

        one.alone = result.alone
        yield one


@pytest.mark.parametrize("attack", **named(some([a for a in ATTACKS if not on_course(a)], 0.35)))
def test_an_attack_gains_nothing_and_the_rest_is_graded(attack, tried, monkeypatch):
    if attack.gain == "memory":
        tried.alone()
    with (
        memory_watched(monkeypatch)
        if attack.gain == "memory"
        else contextlib.nullcontext([]) as over
    ):
        gain, cells, seconds = tried(attack)
    assert gain == "" and not over
    # What was judged before keeps its points; so does what comes after, unless the attacker breaks what would carry it.
    witnesses = [
        w
        for w in WITNESSES
        if w != attack.exercise
        and (
            w == "number"
            or attack.by == "edit"
            or attack.gain == "stopped"
            and not attack.on_transport
        )
    ]
    assert [cells[f"check-{w}"].score for w in witnesses] == [2] * len(witnesses), cells
    assert seconds < LIMITS.total_wall + 30
    if attack.gain == "stopped" and attack.by == "answer":
        assert {c.status for c in cells.values()} & {"timed out", "died", "raised", "not attempted"}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course with the vault in it, entered into a gradebook."""
    from grader.batch.grade import prepare
    from grader.course.folder import Course

    root = tmp_path_factory.mktemp("course")
    shutil.copy(Path(__file__).resolve().parents[2] / "nbgrader_config.py", root)
    with open(root / "nbgrader_config.py", "a") as config:
        config.write(
            f"\nc.FillResults.cell_seconds = {LIMITS.cell_cpu}\nc.FillResults.notebook_seconds = {LIMITS.total_cpu}\n"
        )
    cells = [lessons.cell("setup", PLAIN_SETUP + "\n" + KERAS_SETUP)]
    for name, solution, check, hidden in EXERCISES:
        cells += [
            lessons.cell("solution", f"### BEGIN SOLUTION\n{solution}\n### END SOLUTION", name),
            lessons.cell("check", check, name, 2),
        ]
        cells += (
            [
                lessons.cell(
                    "hidden", f"### BEGIN HIDDEN TESTS\n{hidden}\n### END HIDDEN TESTS", name, 2
                )
            ]
            if hidden
            else []
        )
    (root / "solutions" / "vault").mkdir(parents=True)
    notebook = lessons.notebook(cells)
    notebook["metadata"]["kernelspec"]["display_name"] = "Python 3"
    (root / "solutions" / "vault" / "vault.ipynb").write_text(json.dumps(notebook))
    prepare(Course.at(root), "vault")
    return root


def hand_in(course, attack, student, scene):
    home = course / "submitted" / student / "vault"
    home.mkdir(parents=True)
    attack.hand_in(
        json.loads((course / ".grader" / "release" / "vault" / "vault.ipynb").read_text()),
        home,
        **scene.places,
    )


@pytest.fixture(scope="module")
def handed_in(course, tmp_path_factory):
    """Every attack that is handed in as files, graded as one class: the scene, the course, the rows of the table by attack."""
    from grader.batch.grade import grade
    from grader.course.folder import Course

    folder = tmp_path_factory.mktemp("class")
    scene, root = Scene.build(folder / "scene"), shutil.copytree(course, folder / "root")
    students = {
        f"student-{n:03}": a
        for n, a in enumerate(a for a in ATTACKS if on_course(a) and a.gain != "slow")
    }
    for student, attack in students.items():
        hand_in(root, attack, student, scene)
    rows = {
        students[r.student].name: r
        for r in grade(Course.at(root), jobs=2).rows
        if r.student in students
    }
    yield scene, root, rows
    scene.close()
    remove_all(root / "submitted")  # as deep as they made it


@pytest.mark.parametrize(
    "attack", **named([a for a in ATTACKS if on_course(a) and a.gain != "slow"])
)
def test_what_is_handed_in_leads_nowhere_and_the_page_is_tame(attack, handed_in):
    scene, root, rows = handed_in
    row = rows[attack.name]
    page = (root / "feedback" / row.student / "vault" / "vault.html").read_text()
    assert (scene.reached(attack), script_in(page), row.scores.get(attack.exercise, (0,))[0]) == (
        "",
        "",
        0,
    )
    for witness in WITNESSES if attack.name not in REFUSED else ():
        assert witness == attack.exercise or row.scores[witness][0] == 2, row


@pytest.mark.parametrize("attack", **named(some([a for a in ATTACKS if a.gain == "slow"], 0.35)))
def test_no_notebook_holds_the_batch_up(attack, scene, course, tmp_path):
    from grader.batch.grade import grade
    from grader.course.folder import Course

    root = shutil.copytree(course, tmp_path / "copy")
    hand_in(root, attack, "mallory", scene)
    begun = time.process_time()
    (row,) = grade(Course.at(root), jobs=1).rows
    assert time.process_time() - begun < SLOW  # the walled-in processes have limits of their own
    assert row.scores["number"][0] == 2, row


@pytest.fixture(scope="module")
def weak_server():
    """A warm server whose judges leave out the defences that are named; the ordinary one is back afterwards."""
    process.server()
    ordinary, process._server = process._server, process.Server("tests.attacks.weakened")
    yield
    process._server.close()
    process._server = ordinary


def _proof(attacks):
    return named(sorted(some(attacks, 0.15), key=lambda a: weakened.needed(a.without)))


@pytest.mark.parametrize(
    "attack", **_proof([a for a in ATTACKS if a.without and not weakened.needed(a.without)])
)
def test_an_attack_succeeds_where_its_defence_is_switched_off(attack, scene, monkeypatch):
    with (
        memory_watched(monkeypatch)
        if attack.gain == "memory"
        else contextlib.nullcontext([]) as over
    ):
        left_alone(monkeypatch, attack)
        cells = graded(attack, scene, attack.without)
    assert gained(attack, scene, cells) or over, [
        c for name, c in cells.items() if attack.exercise in name
    ]


@pytest.mark.parametrize("attack", **_proof([a for a in ATTACKS if weakened.needed(a.without)]))
def test_an_attack_on_the_judge_succeeds_where_its_defence_is_switched_off(
    attack, scene, weak_server
):
    assert gained(attack, scene, graded(attack, scene)) == ""
    assert gained(attack, scene, graded(attack, scene, attack.without))


def test_some_attacks_gain_from_stock_nbgrader_what_was_written_down():
    """Three of those that need no TensorFlow and are over soon; all of them: `python -m tests.attacks.against_stock`."""
    import tempfile

    from tests.attacks.against_stock import stock_gain

    quick = [
        a for a in ATTACKS if a.gain == "points" and not a.needs_keras and a.name in stock_gains()
    ]
    for attack in random.Random(7).sample(quick, 3):
        with tempfile.TemporaryDirectory() as folder:
            assert stock_gain(attack, folder) == stock_gains()[attack.name]


def test_at_least_sixty_attacks_have_succeeded_once():
    """Many more have. What nothing has proven stays in the corpus as a test, and is not counted."""
    known = stock_gains()
    assert len({a.name for a in EVERYTHING}) == len(EVERYTHING) and set(known) <= {
        a.name for a in EVERYTHING
    }
    proven = [a for a in EVERYTHING if a.without or a.name in known]
    assert len(proven) >= 150
    assert sum(a.name in known for a in EVERYTHING) >= 100
