"""Pairs of handwritten digits, for networks that compare. Real images (see `digits`), drawn into pairs with a seed."""

import numpy as np

from grader.classroom.datasets.digits import digits


def digit_pairs(count=1_000, seed=0, part="train"):
    """Two handwritten digits each time, and what one can ask about the two. In half of the pairs both show the same digit.

    Parameters
    ----------
    count : int
        How many pairs.
    seed : int
        Another seed draws other pairs from the same images.
    part : str
        "train" draws from the 1,437 images to train on, "test" from the 360 others.

    Returns
    -------
    (left, right) : pair of arrays, float32, each of shape (count, 8, 8, 1)
        The two images of each pair; 0 is paper and 1 is full ink.
    answers : dict of arrays, int64, each of shape (count,)
        "left" and "right": the digits, 0 to 9. "same": 1 where they are equal, else 0. "larger": 1 where the left one is the larger, else 0.

    Notes
    -----
    Images appear in several pairs, and never with themselves on both sides.

    Examples
    --------
    >>> (left, right), answers = digit_pairs(200, seed=3)
    >>> left.shape, right.shape, sorted(answers)
    ((200, 8, 8, 1), (200, 8, 8, 1), ['larger', 'left', 'right', 'same'])
    """
    if part not in ("train", "test"):
        raise ValueError(f'part is "train" or "test"; got {part!r}')
    x, y = digits()[part == "test"]
    random = np.random.default_rng(seed)
    first = random.integers(0, len(y), count)
    same = random.permutation(np.arange(count) % 2).astype(bool)
    second = np.empty_like(first)
    for place, (one, alike) in enumerate(zip(first, same)):
        others = np.flatnonzero((y == y[one]) == alike)
        second[place] = random.choice(others[others != one])
    left, right = y[first], y[second]
    answers = {
        "left": left,
        "right": right,
        "same": (left == right).astype("int64"),
        "larger": (left > right).astype("int64"),
    }
    return (x[first], x[second]), answers
