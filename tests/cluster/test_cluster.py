"""What happens around judging on a cluster: a real scheduler, real workers, a judge that needs no TensorFlow (`toy`).

Whatever ends when, each submission has one result, and it is the one that it has on a quiet machine.
"""

import threading

import pytest

from grader.batch import cluster, remote
from grader.batch.cluster import Cluster, ClusterError
from tests.cluster import toy
from tests.cluster.machines import Dask, until


@pytest.fixture
def dask(tmp_path):
    started = Dask(tmp_path / "dask")
    yield started
    started.close()


class Run:
    """Everything that comes of judging some texts on a cluster; `watch` is called with this after each result."""

    def __init__(self, address, texts, watch=lambda run: None):
        self.said, self.kept, self.outcomes, self.crews = [], [], {}, []
        self.texts, self.watch = texts, watch
        self.cluster = Cluster(address, 1, self.said.append)

    def __call__(self):
        items = ((n, toy.work(text)) for n, text in enumerate(self.texts))
        keep = lambda work, result: self.kept.append(work.data.decode())
        for name, outcome in self.cluster.map(toy.judge, items, keep):
            self.crews.append(self.cluster.crew)
            if name is not None:
                assert name not in self.outcomes
                self.outcomes[name] = outcome
                self.watch(self)
        return self

    def in_a_thread(self):
        self.thread = threading.Thread(target=self, daemon=True)
        self.thread.start()
        return self

    def is_whole(self):
        """Each text has its own result, and each was kept once."""
        wanted = {n: toy.judge(toy.work(text)) for n, text in enumerate(self.texts)}
        return self.outcomes == wanted and sorted(self.kept) == sorted(self.texts)


def naps(count, seconds=0.1):
    return [f"sleep {seconds} # {n}" for n in range(count)]


def test_a_worker_that_is_killed_and_one_that_comes_late_change_nothing(dask, tmp_path):
    gate = tmp_path / "gate"
    run = Run(dask.address, [*naps(3), *(f"wait {gate} # {n}" for n in range(6))]).in_a_thread()
    until(lambda: "no worker" in run.cluster.crew, "the run waits for a worker")
    first = dask.worker()
    until(lambda: len(run.outcomes) == 3, "the first results")
    dask.worker()
    until(lambda: run.cluster.crew == "2 workers", "the second worker is admitted")
    first.kill()
    until(lambda: run.cluster.crew == "1 worker", "the first one is missed")
    gate.touch()
    until(lambda: not run.thread.is_alive(), "the end")
    assert run.is_whole()
    assert any("is gone; others do what it had begun" in text for text in run.said)
    assert dask.ask(lambda dask_scheduler: len(dask_scheduler.tasks)) == 0


def test_workers_that_must_not_judge_are_named_and_their_tasks_go_elsewhere(dask, monkeypatch):
    monkeypatch.setattr(cluster, "GRACE", 0.5)
    dask.worker(TOY_KERAS="3.0.0")
    dask.worker(TOY_WALLS="none")
    dask.workers(2)
    with pytest.raises(ClusterError, match="No worker of the cluster can judge") as error:
        Run(dask.address, naps(2))()
    here = next(line for line in remote.what_it_is()["versions"] if line.startswith("keras "))
    assert f"it has keras 3.0.0, and this machine has {here}" in str(error.value)
    assert "there none can be put up (no Landlock here)" in str(error.value)
    monkeypatch.setattr(cluster, "GRACE", 60)  # on a busy machine the good one takes its time
    good = dask.worker()
    dask.workers(3)
    run = Run(dask.address, naps(8))()
    assert dask.log(good).count("function 'introduce'") < 8, "a lesson travels once, not per task"
    assert run.is_whole(), run.outcomes
    named = [text for text in run.said if "keras 3.0.0" in text or "no Landlock" in text]
    assert len(named) == 2, run.said
    assert "1 worker" in run.crews, run.crews


def test_a_worker_that_nobody_has_asked_refuses_by_itself(monkeypatch):
    monkeypatch.setattr(remote, "_address", lambda: "tcp://there")
    task = remote.task_data(toy.work("x"))
    with pytest.raises(remote.Refused, match="there"):
        remote.judge_task(task, "other versions", "session")
    with pytest.raises(remote.NoLesson, match="there"):
        remote.judge_task(task, remote.sign(remote.what_it_is()["versions"]), "session")


def test_a_submission_that_ends_workers_is_judged_here(tmp_path):
    """Dask's nannies start the workers again that it ends."""
    dask = Dask(tmp_path / "dask", allowed=1)
    try:
        for _ in range(2):
            dask.worker(nanny=True)
        gate = tmp_path / "gate"  # the last one ends after it was told that a worker is gone
        run = Run(dask.address, ["poison", *naps(6), f"wait {gate}"]).in_a_thread()
        told = lambda: any("is gone; others do what it had begun" in text for text in run.said)
        until(told, "it is told that a worker is gone")
        gate.touch()
        until(lambda: not run.thread.is_alive(), "the end")
        assert run.is_whole()
    finally:
        dask.close()


def test_without_its_scheduler_a_run_ends_on_this_machine(dask, monkeypatch):
    monkeypatch.setattr(cluster, "ANSWER", 2.0)
    dask.worker()

    def watch(run):
        if len(run.outcomes) == 2:
            dask.scheduler.kill()

    run = Run(dask.address, naps(8), watch)()
    assert run.is_whole() and run.crews[-1] == "this machine"
    assert any("The scheduler is gone" in text for text in run.said)


def test_nobody_at_the_address_is_told_in_a_sentence(monkeypatch):
    monkeypatch.setattr(cluster, "ANSWER", 0.5)
    with pytest.raises(ClusterError, match="No Dask scheduler answers at tcp://127.0.0.1:9"):
        Run("tcp://127.0.0.1:9", naps(1))()


def test_without_the_extra_it_is_said_how_to_get_it(monkeypatch):
    monkeypatch.setattr(cluster.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ClusterError, match=r"pip install 'functional-keras\[cluster\]'"):
        Cluster("tcp://127.0.0.1:8786")


def test_a_run_that_stops_takes_its_tasks_back(dask):
    dask.worker()

    def watch(run):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Run(dask.address, naps(8), watch)()
    until(
        lambda: dask.ask(lambda dask_scheduler: len(dask_scheduler.tasks)) == 0,
        "the scheduler forgets the tasks",
    )
    assert dask.ask_workers(
        lambda: len(__import__("grader.batch.remote").batch.remote._lessons)
    ) == [0]


def test_a_task_carries_the_notebook_and_not_the_lesson():
    import pickle

    small, large = (len(pickle.dumps(remote.task_data(toy.work("x" * n)))) for n in (1, 5000))
    assert small < 1000 and large - small < 5100
    lesson = remote.lesson_from(remote.lesson_data(toy.LESSON))
    assert lesson == toy.LESSON and lesson.key == toy.LESSON.key
