"""THREATS.md names a test for each wall: those tests are there, and so are the attacks of the corpus that it names."""

import re
from pathlib import Path

from tests.attacks.vault import corpus

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "grader" / "engine" / "THREATS.md").read_text("utf-8")


def test_every_file_and_test_that_the_page_names_is_there():
    tests = "\n".join(p.read_text("utf-8") for p in (ROOT / "tests").rglob("*.py"))
    named = re.findall(r"`([^`\n]+)`", PAGE)
    files = [n for n in named if re.fullmatch(r"[\w/]+\.(py|md|toml|j2)", n)]
    places = (ROOT, ROOT / "grader" / "engine", ROOT / "tests" / "attacks" / "corpus")
    assert files and not [f for f in files if not any((p / f).is_file() for p in places)]
    asked = [n for n in named if n.startswith("test_") and not n.endswith(".py")]
    assert asked and not [t for t in asked if f"def {t}(" not in tests]


def test_every_attack_that_the_page_names_is_in_the_corpus():
    named = re.findall(r"“([^”]+)”", PAGE)
    assert named and not set(named) - {a.name for a in corpus()}
