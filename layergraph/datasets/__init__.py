"""Small data sets for the lessons: local, seeded, documented. Nothing is ever downloaded.

One module per data set, one function in it, re-exported here. A function returns plain NumPy arrays,
the same ones for the same arguments, and says in its docstring what they hold, in which shapes and units.
Real data lie in `data/` beside these modules; made data come from a seeded generator and have something to learn.
Sources and licences stand in `assets/data/README.md`.
"""

from layergraph.datasets.digit_pairs import digit_pairs
from layergraph.datasets.digits import digits
from layergraph.datasets.headlines import headlines
from layergraph.datasets.posts import posts
from layergraph.datasets.questions import questions
from layergraph.datasets.remarks import remarks
from layergraph.datasets.waves import waves

__all__ = ["digit_pairs", "digits", "headlines", "posts", "questions", "remarks", "waves"]
