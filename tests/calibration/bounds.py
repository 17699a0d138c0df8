"""Limits for chances that were measured: by counting (Clopper–Pearson), or by a normal tail whose mean and spread are unknown.

Written with `math` and NumPy alone, for grading does not need SciPy; the tests compare with it.
"""

import math


def at_most(failures: int, runs: int, confidence: float = 0.95) -> float:
    """The upper end of the exact one-sided interval for a chance that showed `failures` times in `runs`.

    >>> round(at_most(0, 100), 4)
    0.0295
    """
    if failures >= runs:
        return 1.0
    return _solve(lambda p: 1 - confidence - binomial_cdf(failures, runs, p), 0.0, 1.0)


def at_least(successes: int, runs: int, confidence: float = 0.95) -> float:
    """The lower end of the exact one-sided interval for a chance.

    >>> round(at_least(20, 20), 3)
    0.861
    """
    return 1 - at_most(runs - successes, runs, confidence)


def binomial_cdf(k: int, n: int, p: float) -> float:
    """P(at most k of n)."""
    return math.fsum(math.comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(k + 1))


def logit(share: float, n: int) -> float:
    """The log odds of a share of n samples; 0 and 1 count as half a sample away."""
    share = min(max(share, 0.5 / n), 1 - 0.5 / n)
    return math.log(share / (1 - share))


def tail_at_most(values, threshold: float, confidence: float = 0.95) -> float:
    """The upper limit of the chance that a normal variable, seen as `values`, falls below `threshold`.

    With n values of mean m and standard deviation s, (m − threshold)·√n / s follows a noncentral t distribution with n − 1
    degrees of freedom and noncentrality δ·√n, where Φ(−δ) is the tail sought (Owen 1958; the one-sided tolerance limit).
    """
    n = len(values)
    mean = math.fsum(values) / n
    spread = math.sqrt(math.fsum((v - mean) ** 2 for v in values) / (n - 1))
    if spread == 0:
        return 1.0 if mean < threshold else 0.0
    t = (mean - threshold) / spread * math.sqrt(n)
    delta = _solve(lambda d: confidence - noncentral_t_cdf(t, n - 1, d * math.sqrt(n)), -40.0, 40.0)
    return normal_cdf(-delta)


def normal_cdf(x: float) -> float:
    return 0.5 * math.erfc(-x / math.sqrt(2))


def noncentral_t_cdf(t: float, degrees: int, shift: float) -> float:
    """P((Z + shift) / √(χ²/degrees) ≤ t), by integrating over the root of χ²/degrees."""
    import numpy

    width = 12 / math.sqrt(2 * degrees)
    s = numpy.linspace(max(1e-9, 1 - width), 1 + width, 801)
    log_density = (degrees - 1) * numpy.log(s) - degrees * s**2 / 2
    density = numpy.exp(log_density - log_density.max())
    below = numpy.array([normal_cdf(t * float(value) - shift) for value in s])
    return float((density * below).sum() / density.sum())


def _solve(rising, low, high):
    """Where a function that rises (or stays) crosses 0."""
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < 0 else (low, middle)
    return high
