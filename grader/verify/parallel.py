"""All exercises of several lessons, a few at a time, each in a process that has imported TensorFlow once."""

import gc
import multiprocessing
import os
import signal
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from grader.course.folder import CourseError
from grader.course.sources import find_lessons, valid_source
from grader.verify.campaign import Exercised


def verify(root, names=(), sample=None, seed=0, jobs=None, progress=None):
    """Try wrong and honest answers on every exercise of these lessons.

    Parameters
    ----------
    root : path-like
        The course's root.
    names : sequence of str
        Lessons, by folder or number; all by default.
    sample : int, optional
        So many wrong answers for each exercise; all by default.
    seed : int
        For what is chosen where not all is tried. The same seed gives the same verdicts for any number of jobs.
    jobs : int, optional
        Processes; one for each core by default.
    progress : object with start(what, total), step(text) and end()

    Returns
    -------
    list of grader.verify.campaign.Exercised
        In the order of the lessons. Interrupted by the keyboard, or with a process lost, it returns what is known so far; every
        exercise that was not tried to its end says so in its `error`.

    Raises
    ------
    CourseError, SourceError
        A lesson is not there, or its source is out of shape.
    """
    lessons = [lesson for lesson in find_lessons(root, names) if lesson.source]
    if not lessons:
        raise CourseError(
            "no lesson to verify: grader verify reads the sources solutions/LESSON/LESSON.py, and there is none"
        )
    tasks = [(str(lesson.folder), name) for lesson in lessons for name in _exercises(lesson)]
    if not tasks:
        raise CourseError(
            f"no exercise to verify in {', '.join(lesson.name for lesson in lessons)}: a lesson's exercises are its solution cells"
        )
    done, why, others = {}, "", set(multiprocessing.active_children())
    if progress:
        progress.start("Verifying", len(tasks))
    with (
        one_thread_each(),
        ProcessPoolExecutor(
            jobs or os.cpu_count() or 1, multiprocessing.get_context("spawn"), _start
        ) as pool,
    ):
        # The last lessons first: theirs are the largest models, and nobody should wait for one of them alone.
        waiting = {pool.submit(_one, *task, sample, seed): task for task in reversed(tasks)}
        try:
            for future in as_completed(waiting):
                result = done[waiting[future]] = future.result()
                if progress:
                    slips = sum(t.bad for t in result.tries)
                    progress.step(
                        f"{result.lesson} {result.exercise}"
                        + (f": {slips} slipped through" if slips else "")
                    )
        except BrokenProcessPool:
            why = "a process ended while it judged this exercise or one beside it. Not enough memory? Try --jobs 1, or one lesson at a time"
        except KeyboardInterrupt:
            why = "stopped before this exercise was done"
            _end(pool, others)
        except BaseException:
            _end(pool, others)
            raise
    if progress:
        progress.end()
    return [
        done.get(task) or Exercised(Path(task[0]).name, task[1], (), [], 0.0, error=why)
        for task in tasks
    ]


def _end(pool, others):
    """Let nobody wait for minutes of judging that no one will read; `others` are children that are not the pool's."""
    pool.shutdown(wait=False, cancel_futures=True)
    for process in set(multiprocessing.active_children()) - others:
        process.terminate()


def _exercises(lesson):
    return [cell.exercise for cell in valid_source(lesson) if cell.role == "solution"]


class one_thread_each:
    """TensorFlow in the processes started meanwhile uses one thread, and sums in the same order everywhere."""

    SETTINGS = {
        "TF_NUM_INTRAOP_THREADS": "1",
        "TF_NUM_INTEROP_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "TF_ENABLE_ONEDNN_OPTS": "0",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONHASHSEED": "0",
        "CUDA_VISIBLE_DEVICES": "-1",
        "MPLBACKEND": "agg",
    }

    def __enter__(self):
        self.before = {name: os.environ.get(name) for name in self.SETTINGS}
        os.environ.update(self.SETTINGS)

    def __exit__(self, *error):
        for name, value in self.before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def _start():
    # Ctrl+C reaches every process of the terminal: the one that knows the results answers it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    import layergraph as lg
    from grader.carry.lazy_variables import defer

    with lg.quiet():
        import keras  # noqa: F401

        defer()  # as in the engine's judge: two thirds of these models are looked at and never run
    gc.collect()
    gc.freeze()  # Keras stays; thousands of models come and go beside it, and only those are worth looking through


def _one(folder, name, sample, seed):
    import contextlib
    import io

    import layergraph as lg
    from grader.verify.campaign import exercised
    from grader.verify.exercises import exercises

    exercise = next(e for e in exercises(Path(folder)) if e.name == name)
    with lg.quiet(), contextlib.redirect_stdout(io.StringIO()), contextlib.chdir(Path(folder)):
        return exercised(exercise, sample, seed)
