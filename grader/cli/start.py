"""`grader start FOLDER`: the course's notebooks in a folder of one's own. What is there already stays as it is."""

import shutil
from pathlib import Path

from grader.cli.carried import home
from grader.errors import GraderError


def start(folder: Path) -> int:
    """Copy what is not there yet, and say what was copied and what was kept; the value is an exit status.

    Raises
    ------
    GraderError
        The folder cannot be made or written.
    """
    copied, kept = [], []
    try:
        for source, name in _files():
            target = folder / name
            if target.exists():
                if target.read_bytes() != source.read_bytes():
                    kept.append(target)
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
            copied.append(target)
    except OSError as error:
        raise GraderError(f"{folder} cannot be written: {error}", "name another folder") from None
    print(f"{len(copied)} files copied to {folder}.")
    for target in kept:
        print(f"Left as it is, for it differs from the course's: {target}")
    print(f"Begin with: jupyter lab {folder / 'course' / 'README.md'}")
    return 0


def _files() -> list[tuple[Path, Path]]:
    """(where it lies, its name in the student's folder) for notebooks, their page of welcome and the pictures they show."""
    root = home()
    notebooks = [
        path
        for path in sorted((root / "course").glob("*/*.ipynb"))
        if path.stem == path.parent.name
    ]
    figures = root / "assets" / "figures"
    pictures = [
        *sorted(figures.glob("tensorboard_*.png")),
        *sorted(figures.glob("operations/*.svg")),
    ]
    paths = [root / "course" / "README.md", *notebooks, *pictures]
    return [(path, path.relative_to(root)) for path in paths]
