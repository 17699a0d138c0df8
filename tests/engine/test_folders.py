"""Temporary folders: nobody's sweep takes one in use, and none outlives the next sweep."""

import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from grader.engine.tempdirs import PREFIX, Folder, sweep

pytestmark = pytest.mark.skipif(os.name == "nt", reason="there are no such locks")


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_sweep_at_any_moment_takes_no_folder_in_use():
    over, lost = threading.Event(), []

    def sweeping():
        while not over.is_set():
            sweep()

    sweepers = [threading.Thread(target=sweeping) for _ in range(2)]
    for thread in sweepers:
        thread.start()
    try:
        for _ in range(300):
            with Folder() as folder:
                Path(folder.path, "file").write_text("x")
                sweep()
                if not Path(folder.path, "file").is_file():
                    lost.append(folder.path)
            assert not os.path.exists(folder.path)
    finally:
        over.set()
        for thread in sweepers:
            thread.join()
    assert not lost


def test_what_a_killed_process_leaves_goes_with_the_next_sweep_however_far_it_got(place):
    killed = "import os, tempfile; tempfile.tempdir = {!r}; {}; os.kill(os.getpid(), 9)"
    for moment in (
        "from grader.engine.tempdirs import Folder; Folder()",
        f"tempfile.mkdtemp(prefix={PREFIX!r})",
    ):
        subprocess.run(
            [sys.executable, "-c", killed.format(str(place), moment)], cwd=Path(__file__).parents[2]
        )
    assert len(list(place.iterdir())) == 2
    assert sweep() == 2
    assert not list(place.iterdir())


def test_what_belongs_to_others_stays(place):
    (place / f"{PREFIX}file").write_text("x")
    (place / "elsewhere").mkdir()
    (place / f"{PREFIX}link").symlink_to(place / "elsewhere")
    assert sweep() == 0
    assert len(list(place.iterdir())) == 3


def test_folders_in_folders_without_end_and_closed_ones_go_too():
    folder = Folder()
    make = "import os\nfor n in range(3000):\n    os.mkdir('d' * 40)\n    os.chdir('d' * 40)\nos.mkdir('closed', 0)"
    subprocess.run([sys.executable, "-c", make], cwd=folder.path, check=True)
    folder.remove()
    assert not os.path.lexists(folder.path)
