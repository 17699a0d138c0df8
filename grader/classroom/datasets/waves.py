"""Waves a sensor might record: 100 readings each, and three questions about them. Made data, seeded."""

import numpy as np

READINGS = 100


def waves(count=1_000, seed=0):
    """Noisy waves over one second, and what one can ask about each.

    A wave swings 1 to 10 times within its 100 readings. It is smooth (a sine) or sharp (a square wave), and between 0.2 and 1 high.
    It starts at a random point of the first eighth of its swing, and every reading carries a little noise.

    Parameters
    ----------
    count : int
        How many waves.
    seed : int
        Another seed gives other waves of the same kind.

    Returns
    -------
    x : float32, shape (count, 100)
        The readings, between about -1.2 and 1.2.
    answers : dict of arrays, each of shape (count,)
        "cycles": int64, 0 to 9, the number of swings minus one (ten classes).
        "sharp": int64, 1 for a square wave and 0 for a sine (yes or no).
        "height": float32, 0.2 to 1.0, how far the wave swings (a number).

    Examples
    --------
    >>> x, answers = waves(500, seed=3)
    >>> x.shape, sorted(answers)
    ((500, 100), ['cycles', 'height', 'sharp'])
    """
    random = np.random.default_rng(seed)
    cycles = random.integers(0, 10, count)
    sharp = random.integers(0, 2, count)
    height = random.uniform(0.2, 1.0, count)
    start = random.uniform(0, 1 / 8, count)
    time = np.arange(READINGS) / READINGS
    swing = np.sin(2 * np.pi * ((cycles + 1)[:, np.newaxis] * time + start[:, np.newaxis]))
    shape = np.where(sharp[:, np.newaxis] == 1, np.sign(swing), swing)
    noise = random.normal(0, 0.05, (count, READINGS))
    x = (height[:, np.newaxis] * shape + noise).astype("float32")
    return x, {
        "cycles": cycles.astype("int64"),
        "sharp": sharp.astype("int64"),
        "height": height.astype("float32"),
    }
