"""The table, the progress and the doctor say what is so, and obey nothing that a student wrote."""

import io

from grader.reports import doctor
from grader.reports.progress import Progress
from grader.reports.rows import Row
from grader.reports.table import table


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_the_table_has_a_line_per_student_and_the_reasons_below():
    rows = [
        Row(
            "ada",
            "tiny",
            {"total": (3.0, 5.0), "greet": (2.0, 2.0)},
            5.0,
            7.0,
            reasons=("total: too small.",),
        ),
        Row("bob", "tiny", {"total": (5.0, 5.0), "greet": (2.0, 2.0)}, 7.0, 7.0),
    ]
    lines = table(rows).splitlines()
    assert lines[2].split() == ["student", "total", "greet", "total"] and lines[3].split() == [
        "of",
        "5",
        "of",
        "2",
        "of",
        "7",
    ]
    assert lines[5].split() == ["ada", "3", "2", "5"] and lines[6].split() == ["bob", "5", "2", "7"]
    assert "  · total: too small." in lines and "bob  7 of 7" not in lines


def test_marks_for_what_waits_and_for_penalties_are_explained():
    text = table([Row("ada", "tiny", {"a": (1.0, 2.0)}, 0.5, 2.0, penalty=0.5, by_hand=True)])
    assert "0.5*†" in text and "by hand" in text and "late" in text


def test_points_are_told_to_two_places_everywhere():
    row = Row(
        "ada", "tiny", {"a": (5 + 2 / 3, 7.0)}, 5 + 2 / 3, 7.0, reasons=("total: too small.",)
    )
    assert "ada  5.67 of 7" in table([row]) and "5.666" not in table([row])


def test_names_cannot_command_the_terminal():
    text = table(
        [Row("\x1b[2Jada\n", "tiny", {"a": (1.0, 2.0)}, 1.0, 2.0, reasons=("\x1b]0;title\x07",))]
    )
    assert "\x1b" not in text and "\x07" not in text


def test_a_very_long_name_does_not_widen_the_table():
    text = table([Row("x" * 254, "tiny", {"a": (1.0, 2.0)}, 1.0, 2.0, reasons=("why",))])
    assert max(map(len, text.splitlines())) < 80 and "x…" in text


def test_progress_is_lines_where_nobody_watches_and_a_bar_where_somebody_does():
    for stream, sign in ((io.StringIO(), "Grading 1/2  ada"), (Terminal(), "1/2  5 s left")):
        times = iter((0.0, 5.0, 10.0))
        progress = Progress(stream, clock=lambda: next(times))
        progress.start("Grading", 2)
        progress.step("ada")
        progress.end()
        assert sign in stream.getvalue()


def test_the_doctor_finds_what_is_missing(tmp_path, monkeypatch):
    (tmp_path / "constraints.txt").write_text("keras==0.0.1\n")
    (tmp_path / "nbgrader_config.py").write_text("")
    found = doctor.packages(tmp_path)
    assert any(f.state == "note" and "tested with 0.0.1" in f.what for f in found)
    monkeypatch.setattr(doctor, "_version", {"nbgrader": None, "keras": "1"}.get)
    missing = [f for f in doctor.packages(tmp_path) if f.state == "missing"]
    assert "nbgrader>=" in missing[0].what and "pip install" in missing[0].remedy
    assert "keras>=" in missing[0].what, "a version that is too old does not serve"


def test_what_only_tests_need_is_not_missing_and_the_rest_is_what_pyproject_declares():
    import tomllib
    from pathlib import Path

    from packaging.requirements import Requirement

    text = (Path(__file__).resolve().parents[2] / "pyproject.toml").read_text("utf-8")
    project = tomllib.loads(text)["project"]
    declared = project["dependencies"] + project["optional-dependencies"]["grading"]
    declared = {
        r.name for r in map(Requirement, declared) if r.marker is None or r.marker.evaluate()
    }
    assert {r.name for r in doctor._needed()} == declared, "install the package anew"
    assert "pytest" not in declared


def test_the_doctor_says_that_all_is_well_where_it_is(capsys, monkeypatch):
    """Other than tested versions, and walls that this machine lacks, are for other tests."""
    from pathlib import Path

    monkeypatch.setattr(doctor, "sandbox", lambda root: [])
    assert doctor.doctor(Path(__file__).resolve().parents[2]) == 0
    out = capsys.readouterr().out
    assert "✗" not in out and "All is well" in out


def test_the_doctor_names_a_lesson_that_cannot_be_built(tmp_path):
    (tmp_path / "solutions/01_bare").mkdir(parents=True)
    (tmp_path / "solutions/01_bare/01_bare.py").write_text("# %% example\nx = = 1\n")
    (finding,) = doctor.lessons(tmp_path)
    assert finding.state == "missing" and "01_bare.py:" in finding.what and "more" in finding.what
    assert "grader build 01_bare" in finding.remedy


def test_every_missing_thing_has_a_remedy(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(doctor.shutil, "which", lambda *a, **k: None)
    monkeypatch.setattr(doctor.util, "find_spec", lambda name: None)
    assert doctor.doctor(tmp_path) == 1
    lines = capsys.readouterr().out.splitlines()
    assert all(
        lines[n + 1].startswith("    →") for n, line in enumerate(lines) if line.startswith("✗")
    )


def test_the_doctor_works_where_next_to_nothing_is_installed(tmp_path):
    """It is the one command that everybody with a missing package is sent to."""
    import os
    import subprocess
    import sys
    from pathlib import Path

    root = Path(__file__).resolve().parents[2]
    code = f"import sys; sys.path.insert(0, {str(root)!r}); from grader.cli import main as cli; sys.exit(cli.main(['doctor', '--root', {str(root)!r}]))"
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ},
    )
    assert run.returncode == 1 and not run.stderr
    lines = run.stdout.splitlines()
    assert (
        "✗ The package functional-keras itself" in run.stdout
        or "✗ The module packaging" in run.stdout
    )
    assert all(
        lines[n + 1].startswith("    →") for n, line in enumerate(lines) if line.startswith("✗")
    )


def test_the_doctor_names_what_is_taken_on_a_students_word():
    """As the README does for this course."""
    from pathlib import Path

    root = Path(__file__).resolve().parents[2]
    (finding,) = doctor.evidence(root)
    assert (
        "rule (3: a function's results" in finding.what
        and "guards (4: what callbacks or a history say)" in finding.what
    )
    total = finding.what.split(" points rest")[0]
    assert f"In this course that is {total} points" in (root / "docs/teachers.md").read_text(
        "utf-8"
    )
