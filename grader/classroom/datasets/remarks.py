"""Remarks that guests of a café leave, and whether they liked it. Made data, seeded."""

import numpy as np

LENGTH = 20
VOCABULARY = 10_000

KIND = "delicious fresh friendly perfect quick lovely warm generous honest charming crisp wonderful careful bright cosy".split()
HARSH = "stale rude slow cold greasy noisy bland soggy burnt careless dusty bitter tiny sticky gloomy".split()
THINGS = "soup bread coffee tea cake salad pasta waiter owner terrace music table menu garden service window lamp dessert".split()
GLUE = "the was and but very a little at on guest said we had our with because".split()
WORDS = ("", *GLUE, *THINGS, *KIND, *HARSH)
RECEIPTS = VOCABULARY - len(WORDS)  # every other entry of the vocabulary is the number of a receipt
MISTAKEN = 0.08  # of the answers, for people click the wrong button


def remarks(count=1_000, seed=0):
    """Short remarks about a café as rows of word numbers, and whether the guest liked it.

    A remark says what was how, two to four times: "the soup was delicious but our waiter was rude …", and ends with the number of a receipt.
    A guest liked the café where kind words outnumber harsh ones (no remark has as many of the one as of the other).
    The receipts say nothing about the answer: a network that learns them by heart learns nothing. About one guest in twelve clicked
    the wrong answer, so that no network can be right every time.

    Parameters
    ----------
    count : int
        How many remarks.
    seed : int
        Another seed gives other remarks of the same kind.

    Returns
    -------
    x : int64, shape (count, 20)
        Word numbers, 1 to 9,999; 0 fills up the end.
    liked : int64, shape (count,)
        1 where the guest liked the café, else 0.
    words : tuple of 10,000 str
        The word for each number.

    Examples
    --------
    >>> x, liked, words = remarks(3)
    >>> x.shape, liked.shape, len(words)
    ((3, 20), (3,), 10000)
    """
    random = np.random.default_rng(seed)
    words = (*WORDS, *(f"#{number:04d}" for number in range(RECEIPTS)))
    number_of = {word: number for number, word in enumerate(words)}
    x = np.zeros((count, LENGTH), "int64")
    liked = np.zeros(count, "int64")
    for row in range(count):
        text, liked[row] = _remark(random)
        x[row, : len(text)] = [number_of[word] for word in text]
    wrong = random.random(count) < MISTAKEN
    return x, np.where(wrong, 1 - liked, liked), words


def _remark(random):
    """One remark as a list of words, and what the guest thinks."""
    size = random.integers(2, 5)
    tones = random.integers(0, 2, size)
    if 2 * tones.sum() == size:
        tones[:] = tones[0]
    text = []
    for place, (thing, kind) in enumerate(zip(random.choice(THINGS, size, replace=False), tones)):
        if place:
            text.append("and" if kind == tones[place - 1] else "but")
        text += [
            str(random.choice(["the", "our"])),
            str(thing),
            "was",
            str(random.choice(KIND if kind else HARSH)),
        ]
    text = text[: LENGTH - 1] + [f"#{random.integers(RECEIPTS):04d}"]
    return text, int(2 * tones.sum() > size)
