"""The site is built without a warning, and a page of it asks nobody else for anything. Lessons are not executed here."""

import html
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytest.importorskip("sphinx_book_theme", reason="make site's packages are not installed")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    home = tmp_path_factory.mktemp("site")
    for name in ("docs", "course", "assets", "layergraph", "grader"):
        shutil.copytree(ROOT / name, home / name, ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "docs", "site"]
    env = {**os.environ, "SITE_EXECUTION": "off", "PYTHONPATH": str(home)}
    done = subprocess.run(command, cwd=home, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return home / "site"


def test_every_lesson_has_a_page_and_no_answer_stands_on_one(site):
    pages = sorted((site / "course").glob("*/*.html"))
    assert len(pages) == 10
    for page in pages:
        text = page.read_text("utf-8")
        assert "your code here" in text and "BEGIN SOLUTION" not in text


def test_no_page_loads_anything_from_elsewhere(site):
    loads = re.compile(r"""<(?:script|img|iframe|link)\b[^>]*\b(?:src|href)=["']https?://[^"']*""")
    found = {page.name: loads.findall(page.read_text("utf-8")) for page in site.rglob("*.html")}
    assert not {name: urls for name, urls in found.items() if urls}


def test_every_link_leads_somewhere(site):
    """Within the site: to a file that is there, and where an anchor is named, to that too."""
    names = {
        page: set(re.findall(r'\bid="([^"]+)"', page.read_text("utf-8")))
        for page in site.rglob("*.html")
    }
    checked, lost = 0, []
    for page in (p for p in names if "_static" not in p.parts):
        for link in re.findall(r'\b(?:href|src)="([^"]*)"', page.read_text("utf-8")):
            path, _, anchor = unquote(html.unescape(link)).partition("#")
            if re.match(r"[a-z]+:", path):
                continue
            target = (page.parent / path.partition("?")[0]).resolve() if path else page
            checked += 1
            if not target.is_file() or (anchor and anchor not in names.get(target, {anchor})):
                lost.append((page.name, link))
    assert checked > 1000 and not lost


def test_what_can_be_called_is_described(site):
    page = (site / "api.html").read_text("utf-8")
    for name in ("compare", "signature", "plot", "check", "same_graph", "learns"):
        assert re.search(rf'id="[\w.]*\b{name}"', page), name
