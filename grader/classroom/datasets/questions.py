"""Short texts about an animal, a question about each, and the word that answers it. Made data, seeded."""

import numpy as np

TEXT_WORDS, QUESTION_WORDS = 18, 6

ANIMALS = ("cat", "dog", "horse", "goat", "hen", "duck", "mouse", "hare")
COLOURS = ("red", "brown", "black", "white", "grey", "yellow")
PLACES = ("kitchen", "garden", "barn", "attic", "cellar", "hall")
PEOPLE = ("anna", "ben", "carla", "david", "emma", "felix")

# A sentence that tells a fact, and the ways to ask for it. {0} is the animal, {1} the fact.
FACTS = (
    (COLOURS, "the {0} is {1} .", ("which colour is the {0} ?", "what shade is the {0} ?")),
    (PLACES, "the {0} sleeps in the {1} .", ("where does the {0} sleep ?", "where is the {0} ?")),
    (PEOPLE, "the {0} belongs to {1} .", ("who owns the {0} ?", "whose is the {0} ?")),
)


def questions(count=2_000, seed=0):
    """Texts, questions and answers: each answer is a word of its text, and the question says which.

    A text tells three facts about one animal in any order: its colour, where it sleeps and whose it is. The question asks
    for one of the three. So neither the text nor the question is enough: whoever reads only the text can be right one time
    in three, whoever reads only the question one time in six.

    Parameters
    ----------
    count : int
        How many texts, each with its question.
    seed : int
        Another seed gives other texts of the same kind.

    Returns
    -------
    texts : int32, shape (count, 18)
        Word numbers.
    asked : int32, shape (count, 6)
        Word numbers; 0 fills up questions with fewer than six words, at the front.
    answers : int64, shape (count,)
        The number of the word that answers.
    words : tuple of str
        `words[number]` is the word; `words[0]` is the empty filling. The same for every count and seed.

    Examples
    --------
    >>> texts, asked, answers, words = questions(100, seed=3)
    >>> texts.shape, asked.shape, len(words)
    ((100, 18), (100, 6), 45)
    """
    words = _words()
    number = {word: n for n, word in enumerate(words)}
    random = np.random.default_rng(seed)
    texts = np.zeros((count, TEXT_WORDS), "int32")
    asked = np.zeros((count, QUESTION_WORDS), "int32")
    answers = np.zeros(count, "int64")
    for row in range(count):
        animal = random.choice(ANIMALS)
        told = [str(random.choice(choices)) for choices, _, _ in FACTS]
        sentences = [FACTS[n][1].format(animal, told[n]) for n in random.permutation(len(FACTS))]
        fact = random.integers(len(FACTS))
        question = str(random.choice(FACTS[fact][2])).format(animal)
        texts[row] = [number[word] for word in " ".join(sentences).split()]
        numbers = [number[word] for word in question.split()]
        asked[row, -len(numbers) :] = numbers
        answers[row] = number[told[fact]]
    return texts, asked, answers, words


def _words():
    """Every word there is, in alphabetical order, after the filling."""
    found = set(ANIMALS)
    for choices, sentence, ways in FACTS:
        found.update(choices)
        for pattern in (sentence, *ways):
            found.update(word for word in pattern.split() if "{" not in word)
    return ("", *sorted(found))
