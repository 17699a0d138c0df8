"""The README's first command, whole: a sample class graded from a fresh course to nbgrader's own files."""

import csv
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from grader.cli import sample_class

ROOT = Path(__file__).resolve().parents[1]
LESSON = sample_class.LESSON


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """An empty folder: the lesson and its class come from where the course lies."""
    return tmp_path_factory.mktemp("course")


def demo(root):
    return subprocess.run(
        [sys.executable, "-m", "grader.cli.main", "demo", "--root", str(root)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


@pytest.fixture(scope="module")
def first(course):
    return demo(course)


def test_the_sample_class_gets_the_scores_kept_beside_it(first):
    assert first.returncode == 0, first.stdout[-3000:] + first.stderr[-3000:]
    rows = {
        m[1]: m[2]
        for m in re.finditer(r"^(student-\d\d)(?: +[\d.]+)+ +([\d.]+)$", first.stdout, re.M)
    }
    wanted = {
        name: sum(student["scores"].values()) for name, student in sample_class.expected().items()
    }
    assert {name: float(total) for name, total in rows.items()} == pytest.approx(
        wanted, abs=0.005
    ), "the table rounds to two places"


def test_scores_stand_in_nbgraders_export_and_every_student_has_a_page(first, course):
    home = course / ".grader/demo"
    with open(home / "grades.csv", newline="") as file:
        totals = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    assert totals == pytest.approx(
        {name: sum(s["scores"].values()) for name, s in sample_class.expected().items()}
    )
    for name in sample_class.students():
        page = (home / "feedback" / name / LESSON / f"{LESSON}.html").read_text()
        assert name in page and "<script" not in page.lower()
        assert "BEGIN HIDDEN" not in page and "Traceback (most recent call last)" not in page


def test_a_second_run_judges_nothing_again_and_says_the_same(first, course):
    second = demo(course)
    assert second.returncode == 0
    assert "0 judged now" in second.stdout
    table = re.compile(r"^student-.*$", re.M)
    assert table.findall(second.stdout) == table.findall(first.stdout)
