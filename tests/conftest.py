"""One TensorFlow for the whole suite: its import costs seconds."""

import gc
import os
import signal

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

import pytest

# A run in the background may have been told to ignore Ctrl+C; the programs that tests stop with it would inherit that.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def keras():
    """Keras, imported once and quietly."""
    import layergraph as lg

    with lg.quiet():
        import keras
    gc.collect()
    gc.freeze()  # it stays: looking through it for garbage takes a tenth of a second, again and again
    return keras


# Their groups come first: one that takes minutes must not begin when the other worker has nothing left.
LONGEST = (
    "tests/verify",
    "tests/attacks",
    "lesson 1",
    "lesson 0",
    "tests/cluster",
    "tests/grading",
)


@pytest.hookimpl(tryfirst=True)  # xdist reads the groups in this hook too
def pytest_collection_modifyitems(items):
    """With `--dist loadgroup` a worker takes a file at a time, but all that judges one lesson's answers in one go."""
    groups = {item: _group(item) for item in items}
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(
        key=lambda item: next((p for n, p in places.items() if groups[item].startswith(n)), 99)
    )
    for item in items:
        item.add_marker(pytest.mark.xdist_group(groups[item]))


def _group(item):
    params = getattr(item, "callspec", None) and item.callspec.params or {}
    folder = params.get("folder") or params.get("lesson") or params.get("executed")
    folder = getattr(params.get("exercise"), "lesson", folder)
    if item.path.parent.name in ("lessons", "engine") and hasattr(folder, "name"):
        return f"lesson {folder.name[:2]}"
    return str(item.path.relative_to(item.config.rootpath))
