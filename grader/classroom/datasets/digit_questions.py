"""Pairs of handwritten digits with a question about them, for the capstone. Real images, paired by a seeded generator."""

import numpy as np

from grader.classroom.datasets.digits import digits

RESULTS = 19  # 0 + 0 … 9 + 9
TUNING = 300  # of the training digits: for choices between networks, so that no test digit is needed for them


def digit_questions(count: int = 4_000, seed: int = 0, part: str = "train"):
    """Two images of digits, a small vector that asks a question, and the two answers.

    The vector is (1, 0) for "what is their sum?" and (0, 1) for "how far apart are they?". In half of the pairs both images show
    the same digit, though hardly ever in the same handwriting.

    Parameters
    ----------
    count : int
        How many pairs.
    seed : int
        Another seed gives other pairs.
    part : str
        "train" draws from 1,137 of the training digits, "tune" from the 300 others, "test" from the 360 test digits:
        no image stands in two of them.

    Returns
    -------
    x : list of three arrays
        left and right images, each float32, shape (count, 8, 8, 1), 0 to 1; the questions, float32, shape (count, 2).
    y : list of two arrays of int64, each of shape (count,)
        1 where both images show the same digit, else 0; the result, 0 to 18.

    Examples
    --------
    >>> (left, right, question), (same, result) = digit_questions(100, seed=3)
    >>> left.shape, question.shape, int(result.max()) < RESULTS
    ((100, 8, 8, 1), (100, 2), True)
    """
    if part not in ("train", "tune", "test"):
        raise ValueError(f'part is "train", "tune" or "test"; got {part!r}')
    training, testing = digits()
    images, labels = testing if part == "test" else training
    if part != "test":
        chosen = slice(-TUNING) if part == "train" else slice(-TUNING, None)
        images, labels = images[chosen], labels[chosen]
    random = np.random.default_rng(seed)
    first = random.integers(0, len(labels), count)
    alike = random.integers(0, 2, count) == 1
    wanted = np.where(alike, labels[first], (labels[first] + random.integers(1, 10, count)) % 10)
    places = [np.flatnonzero(labels == digit) for digit in range(10)]
    second = np.array(
        [
            places[digit][int(luck * len(places[digit]))]
            for digit, luck in zip(wanted, random.random(count))
        ],
        dtype="int64",
    )
    asked = random.integers(0, 2, count)
    a, b = labels[first], labels[second]
    result = np.where(asked == 0, a + b, np.abs(a - b))
    question = np.eye(2, dtype="float32")[asked]
    return [images[first], images[second], question], [
        (a == b).astype("int64"),
        result.astype("int64"),
    ]
