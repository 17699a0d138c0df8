"""The key under which a result is kept covers everything that decides it."""

import ast
from pathlib import Path

from grader.engine.cache import deciding_files

ROOT = Path(__file__).resolve().parents[2]
SEAM = "grader.engine.grade_submission"  # a submission's bytes go in here and come out as a verdict
WORKERS = ("grader.engine.judge_worker", "grader.engine.student_worker", "grader.engine.zygote")
VOCABULARY = ("grader.checks", "grader.classroom", "layergraph")  # what lessons import


def imported(path, name):
    """Modules of ours that a module imports anywhere, in functions too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (a.name for a in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = name.split(".")[: -node.level] if node.level else []
            base = ".".join([*package, *([node.module] if node.module else [])])
            yield from (base, *(f"{base}.{a.name}" for a in node.names))


def source(name):
    place = ROOT / name.replace(".", "/")
    return next((p for p in (place.with_suffix(".py"), place / "__init__.py") if p.is_file()), None)


def test_every_module_that_a_verdict_can_reach_is_part_of_its_key():
    waiting, seen = [SEAM, *WORKERS, *VOCABULARY], {}
    while waiting:
        name = waiting.pop()
        if name in seen or name.split(".")[0] not in ("grader", "layergraph"):
            continue
        seen[name] = source(name)
        if seen[name]:
            waiting += imported(seen[name], name)
    reached = {p for p in seen.values() if p}
    left_out = reached - set(deciding_files())
    assert {p.relative_to(ROOT).as_posix() for p in left_out} <= {"grader/__init__.py"}
    assert len(reached) > 40  # the search has not gone astray


def test_the_lessons_data_sets_are_part_of_the_key():
    assert any(p.parent.name == "data" for p in deciding_files())
