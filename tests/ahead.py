"""The work of many tests, begun at once where it runs in processes of its own: each test then takes its own result."""

import os
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager


def asked(request, test):
    """The parameters (dict) of each case of a test function that this run asks for."""
    return [
        item.callspec.params
        for item in request.session.items
        if getattr(item, "originalname", "") == test
    ]


@contextmanager
def begun(work, tasks):
    """A function from a task's key to what `work(value)` gave, or its error; `alone()` waits until all are done.

    Parameters
    ----------
    tasks : dict
        Key to value. As many at a time as there are cores; a key that is not among them cannot be asked for.
    """
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        futures = {key: pool.submit(work, value) for key, value in tasks.items()}

        def result(key):
            return futures[key].result()

        result.alone = lambda: wait(futures.values())
        try:
            yield result
        finally:
            for future in futures.values():
                future.cancel()
