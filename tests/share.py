"""What `make test` leaves to `make test EVERYTHING=1`, so that the first takes minutes: a fair share, the same one each time."""

import os
import zlib

EVERYTHING = os.environ.get("EVERYTHING") == "1"


def some(things, share, name):
    """All of them where everything is asked for, else about this share of them, chosen by their names.

    Parameters
    ----------
    share : float
        Between 0 and 1.
    name : callable
        Gives the text by which one of them is chosen: what is added later leaves the choice among the others as it was.
    """
    return [t for t in things if EVERYTHING or zlib.crc32(name(t).encode()) % 100 < 100 * share]
