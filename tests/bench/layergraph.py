"""What reading, comparing and drawing cost, beside keras.utils.plot_model: `python -m tests.bench.layergraph`.

CPU time, that of programs started included, so that other work on the machine does not count.
"""

import contextlib
import io
import resource
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:1] = [
    str(ROOT),
    str(ROOT / "tests" / "layergraph"),
]  # not this folder: its file is named layergraph too


def timed(work, repeat=5):
    """Median milliseconds of CPU time of a call, the first one left out."""
    work()
    found = []
    for _ in range(repeat):
        start = _cpu()
        work()
        found.append(_cpu() - start)
    return 1000 * statistics.median(found)


def _cpu() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def keras_plot(keras, model):
    """What keras.utils.plot_model takes, or what became of it."""
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        try:
            return f"{timed(lambda: keras.utils.plot_model(model, Path(folder) / 'model.png', show_shapes=True), 1):,.0f} ms"
        except Exception:
            return "aborts"


def main():
    import layergraph as lg
    from tests.layergraph import model_zoo

    with lg.quiet():
        import keras

    cases = {
        "Xception": model_zoo.xception,
        "InceptionV3": model_zoo.inception_v3,
        "64 equal branches": model_zoo.equal_branches,
        "64 branches, one odd": lambda keras: model_zoo.equal_branches(keras, odd=5),
        "chain of 1,000": lambda keras: model_zoo.chain(keras, 1000),
        "chain of 3,000": lambda keras: model_zoo.chain(keras, 3000),
    }
    print(
        f"{'':22}{'calls':>7}{'read':>9}{'signature':>11}{'graph+compare':>15}{'drawing':>10}{'plot_model':>14}"
    )
    for name, make in cases.items():
        model = make(keras)
        twin = model_zoo.equal_branches(keras) if "branches" in name else make(keras)
        graph = lg.call_graph(model)
        with lg.quiet():
            theirs = "left out" if "chain" in name else keras_plot(keras, model)
        reading = timed(lambda: lg.call_graph(model))
        signing = timed(lambda: lg.signature(model))
        comparing = timed(
            lambda: lg.compare(graph, twin)
        )  # the reference is read once, the other each time
        drawing = timed(lambda: lg.plot(model).svg)
        columns = f"{len(graph.calls):>7,}{reading:>6.0f} ms{signing:>8.0f} ms{comparing:>12.0f} ms{drawing:>7.0f} ms"
        print(f"{name:22}{columns}{theirs:>14}", flush=True)


if __name__ == "__main__":
    sys.setrecursionlimit(
        20_000
    )  # Keras' own builder recurses over a long chain; nothing in layergraph does
    threading.stack_size(512 * 1024 * 1024)
    thread = threading.Thread(target=main)
    thread.start()
    thread.join()
