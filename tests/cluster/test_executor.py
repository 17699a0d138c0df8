"""The seam: what every executor does with work, here for the threads of one process."""

import pytest

from grader.batch import executor
from grader.batch.executor import Threads
from grader.engine import work as engine
from tests.cluster import toy


def test_results_come_with_their_names_and_are_kept_before_that():
    kept = []
    items = [(n, toy.work(f"answer {n}")) for n in range(9)]
    for name, outcome in Threads(2).map(toy.judge, items, lambda w, r: kept.append((w.data, r))):
        assert (items[name][1].data, outcome) in kept
    assert len(kept) == 9


def test_what_is_known_comes_back_and_what_fails_stops_no_other():
    def judge(own):
        if own.data == b"bad":
            raise ValueError("no")
        return toy.judge(own)

    items = [("known", None), ("bad", toy.work("bad")), ("good", toy.work("good"))]
    told = dict(Threads(1).map(judge, items, lambda *_: None))
    assert told["known"] is None and isinstance(told["bad"], ValueError)
    assert told["good"] == toy.judge(toy.work("good"))


def test_a_result_that_cannot_be_kept_is_no_result():
    def full(*_):
        raise OSError("no space left")

    [(_, outcome)] = Threads(1).map(toy.judge, [("a", toy.work("a"))], full)
    assert isinstance(outcome, OSError)


def test_items_are_asked_for_as_they_are_needed():
    taken = []

    def items():
        for n in range(100):
            taken.append(n)
            yield n, toy.work(str(n))

    judged = Threads(2).map(toy.judge, items(), lambda *_: None)
    next(judged)
    judged.close()
    assert len(taken) <= 10


def test_what_runs_for_long_is_known(monkeypatch):
    monkeypatch.setattr(executor, "PATIENCE", 0.05)
    threads, seen = Threads(1), []
    for name, _ in threads.map(toy.judge, [("long", toy.work("sleep 0.5"))], lambda *_: None):
        seen += [n for n, _ in threads.running()] if name is None else []
    assert "long" in seen and not threads.running()


@pytest.mark.parametrize("deaths", [0, 1, engine.TRIES])
def test_a_submission_whose_server_ends_is_judged_again_and_never_scored(monkeypatch, deaths):
    """A process that was taken away with the server looks to the conductor like a notebook that died."""

    class Server:
        def __init__(self, alive):
            self.alive = alive

    servers = iter([Server(False)] * deaths + [Server(True)])
    monkeypatch.setattr(engine, "server", lambda: next(servers))
    monkeypatch.setattr(engine, "walled_ways", lambda **settings: settings)
    monkeypatch.setattr(engine, "grade_one", lambda *_: toy.judge(toy.work("fine")))
    if deaths < engine.TRIES:
        assert engine.judge(toy.work("fine")) == toy.judge(toy.work("fine"))
    else:
        with pytest.raises(engine.ServerLost):
            engine.judge(toy.work("fine"))
