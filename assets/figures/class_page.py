"""Takes the picture of the class page for the README: `python assets/figures/class_page.py`.

Grades the sample class as `grader demo` does, writes its page as `grader report` does, and photographs the top of it with an
installed Chromium (playwright drives it).
"""

import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
WIDTH, HEIGHT = 1280, 1240  # CSS pixels


def page() -> Path:
    """The page of the sample class, made anew."""
    from grader.cli.main import main

    course = ROOT / ".grader" / "demo"
    for command in (["demo", "--root", str(ROOT)], ["report", "--root", str(course)]):
        if main(command):
            sys.exit(f"grader {command[0]} failed")
    return course / ".grader" / "report.html"


def photograph(page: Path, picture: Path, scheme: str = "light") -> None:
    """The top of the page as a PNG."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        view = browser.new_page(
            viewport={"width": WIDTH, "height": HEIGHT}, color_scheme=scheme
        )
        view.goto(page.as_uri())
        view.screenshot(path=picture)
        browser.close()


if __name__ == "__main__":
    photograph(page(), HERE / "class_page.png")
