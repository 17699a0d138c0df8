"""Small data sets for the lessons: local, seeded, documented. Nothing is ever downloaded.

One module per data set, one function in it, re-exported here. A function returns plain NumPy arrays,
the same ones for the same arguments, and says in its docstring what they hold, in which shapes and units.
Real data lie in `data/` beside these modules; made data come from a seeded generator and have something to learn.
Sources and licences stand in `assets/data/README.md`.
"""

from grader.classroom.datasets.cities import COUNTRIES, cities, spelt
from grader.classroom.datasets.digit_pairs import digit_pairs
from grader.classroom.datasets.digit_questions import digit_questions
from grader.classroom.datasets.digits import digits
from grader.classroom.datasets.headlines import headlines
from grader.classroom.datasets.posts import posts
from grader.classroom.datasets.questions import questions
from grader.classroom.datasets.remarks import remarks
from grader.classroom.datasets.waves import waves

__all__ = [
    "COUNTRIES",
    "cities",
    "digit_pairs",
    "digit_questions",
    "digits",
    "headlines",
    "posts",
    "questions",
    "remarks",
    "spelt",
    "waves",
]
