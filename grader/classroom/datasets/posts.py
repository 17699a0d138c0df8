"""Short posts, and three neutral questions about each: reading time, topic, is it a question? Made data, seeded."""

import numpy as np

LENGTH = 60
SECONDS_A_WORD = 0.3  # 200 words a minute

TOPICS = {
    "garden": "soil seed rose hedge spade compost tulip lawn",
    "bread": "flour yeast oven crust dough loaf rye bake",
    "music": "violin chord tune choir drum flute rhythm sing",
    "stars": "comet orbit planet moon lens galaxy eclipse nova",
    "trains": "rail signal platform engine carriage ticket tunnel whistle",
    "weather": "rain cloud storm frost wind thunder fog breeze",
    "chess": "pawn rook bishop castle mate knight board opening",
    "birds": "nest wing feather owl finch heron beak migrate",
    "ships": "anchor sail harbour deck mast hull rope tide",
    "cloth": "wool needle thread loom stitch linen button weave",
}
ORDINARY = (
    "the a my our this that and but with for in on at from again today yesterday often never always some many two three "
    "good old new small long first last we they you see saw made make found like need want time day year place thing"
).split()
OPENINGS = "why how where when who which".split()


def posts(count=1_500, seed=0):
    """Posts of 10 to 60 words, and three things one may ask about each.

    About a quarter of the words belong to the topic, the others are ordinary. Every second post is a question:
    it opens with a word such as "how" and closes with "?".

    Parameters
    ----------
    count : int
        How many posts.
    seed : int
        Another seed gives other posts of the same kind.

    Returns
    -------
    x : int32, shape (count, 60)
        Word numbers; 0 fills up at the end.
    answers : dict of arrays, each of shape (count,)
        "seconds": float32, 3 to 18, the reading time at 200 words a minute (a number).
        "topic": int64, 0 to 9, in the order of `TOPICS` (ten classes).
        "question": int64, 1 for a question (yes or no).
    words : tuple of str
        `words[number]` is the word; `words[0]` is the empty filling. The same for every count and seed.

    Examples
    --------
    >>> x, answers, words = posts(100, seed=3)
    >>> x.shape, sorted(answers), len(words)
    ((100, 60), ['question', 'seconds', 'topic'], 135)
    """
    vocabulary = [group.split() for group in TOPICS.values()]
    words = ("", "?", *OPENINGS, *ORDINARY, *(word for group in vocabulary for word in group))
    number = {word: n for n, word in enumerate(words)}
    ordinary = np.array([number[word] for word in ORDINARY])
    of_topic = np.array([[number[word] for word in group] for group in vocabulary])
    openings = np.array([number[word] for word in OPENINGS])

    random = np.random.default_rng(seed)
    topic = random.integers(0, len(TOPICS), count)
    question = random.integers(0, 2, count)
    length = random.integers(10, LENGTH + 1, count)
    plain = random.choice(ordinary, (count, LENGTH))
    special = np.take_along_axis(
        of_topic[topic], random.integers(0, of_topic.shape[1], (count, LENGTH)), axis=1
    )
    x = np.where(random.random((count, LENGTH)) < 0.25, special, plain)
    rows = np.flatnonzero(question)
    x[rows, 0] = random.choice(openings, len(rows))
    x[rows, length[rows] - 1] = number["?"]
    x[np.arange(LENGTH) >= length[:, np.newaxis]] = 0
    return (
        x.astype("int32"),
        {
            "seconds": (length * SECONDS_A_WORD).astype("float32"),
            "topic": topic.astype("int64"),
            "question": question.astype("int64"),
        },
        words,
    )
