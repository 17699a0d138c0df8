"""Headlines, five facts about each, and whether it was widely read. Made data, seeded."""

import numpy as np

LENGTH = 12
LIVELY, DULL, OTHER = (
    20,
    20,
    59,
)  # so many words draw readers, put them off, do neither; number 0 is the filling


def headlines(count=1_000, seed=0):
    """Headlines as word numbers, five facts, and whether the article was widely read.

    Words 1 to 20 draw readers, words 21 to 40 put them off, words 41 to 99 do neither. Facts count too: a picture and a good
    hour help. Whoever sees only the headline, or only the facts, is right less often than who sees both.

    Parameters
    ----------
    count : int
        How many headlines.
    seed : int
        Another seed gives other headlines of the same kind.

    Returns
    -------
    titles : int32, shape (count, 12)
        Word numbers below 100; 0 fills up at the front.
    facts : float32, shape (count, 5)
        Each 0 to 1: has a picture (0 or 1), how good the hour is, share of the page, weekend (0 or 1), length of the article.
        Only the first two matter.
    read : int64, shape (count,)
        1 if widely read; about half are.

    Examples
    --------
    >>> titles, facts, read = headlines(100, seed=3)
    >>> titles.shape, facts.shape, read.shape
    ((100, 12), (100, 5), (100,))
    """
    random = np.random.default_rng(seed)
    kind = random.choice(3, (count, LENGTH), p=(0.15, 0.15, 0.7))
    first, size = np.array([1, 1 + LIVELY, 1 + LIVELY + DULL]), np.array([LIVELY, DULL, OTHER])
    titles = first[kind] + (random.random((count, LENGTH)) * size[kind]).astype(int)
    titles[np.arange(LENGTH) < random.integers(0, 6, count)[:, np.newaxis]] = 0
    drawing = ((titles >= 1) & (titles <= LIVELY)).sum(1) - (
        (titles > LIVELY) & (titles <= LIVELY + DULL)
    ).sum(1)
    facts = random.random((count, 5))
    facts[:, [0, 3]] = facts[:, [0, 3]] < 0.5
    score = drawing + 2.0 * (facts[:, 0] - 0.5) + 3.0 * (facts[:, 1] - 0.5)
    return titles.astype("int32"), facts.astype("float32"), (score > 0).astype("int64")
