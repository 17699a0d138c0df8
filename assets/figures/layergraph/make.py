"""Draws the pictures of layergraph/README.md: `python assets/figures/layergraph/make.py`."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[2]), str(HERE.parents[2] / "tests" / "layergraph")]

import layergraph as lg
import model_zoo


def main(folder: Path):
    """Write each model and each difference as SVG."""
    with lg.quiet():
        import keras
    for name, (right, wrong) in model_zoo.PAIRS.items():
        keras.utils.clear_session()
        model = right(keras)
        lg.plot(model, to_file=folder / f"{name}.svg")
        keras.utils.clear_session()
        lg.plot(lg.compare(model, wrong(keras)), to_file=folder / f"{name}_diff.svg")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
