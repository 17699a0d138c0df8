"""The picture of the house in CONTRIBUTING is that of the imports as they are."""

import re
import runpy
from html import unescape
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_the_picture_shows_the_arrows_that_there_are():
    pytest.importorskip("grimp")
    house = runpy.run_path(str(ROOT / "assets/figures/house/make.py"))
    drawn = unescape((ROOT / "assets/figures/house/house.svg").read_text("utf-8"))
    shown = set(re.findall(r"<title>(\S+)->(\S+)</title>", drawn))
    assert shown == set(house["arrows"]()), "python assets/figures/house/make.py draws it anew"
