"""Checks the lessons: what their sentences say they measured must hold under other seeds too.

A claim cell (`# %% claim="shared-wins"`) asserts over values that examples and reference answers above it made, and may end in a dict of the
numbers themselves. It is run after the set-up and the cells it needs, once for each seed, in a process forked from a warm one.
A seed is moved where it stands in the lesson: in `set_random_seed(…)`, `default_rng(…)` and every argument called `seed`.
Seed 0 is the lesson as students run it.
"""

import ast
import contextlib
import io
import json
import multiprocessing
import os
import tomllib
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

from grader.course.names import bound_names, needed_names, parse, plain_python
from grader.course.regions import reference_source
from grader.course.source import Cell
from grader.course.sources import find_lessons
from grader.verify.exercises import cells
from grader.verify.parallel import one_thread_each

STEP = 1_000  # from one seed to the next; lessons count theirs from 1
RECORD = "claims.toml"


@dataclass
class Claim:
    """A claim of a lesson and what came of it: `failed` says by seed what did not hold, `numbers` holds the values by name."""

    lesson: str
    name: str
    holds: tuple[int, int]
    seeds: list[int] = field(default_factory=list)
    failed: dict[int, str] = field(default_factory=dict)
    numbers: dict[str, list[float]] = field(default_factory=dict)

    @property
    def held(self) -> int:
        return len(self.seeds) - len(self.failed)

    @property
    def good(self) -> bool:
        """Whether it holds as often as the lesson says."""
        said, of = self.holds
        return bool(self.seeds) and self.held * of >= said * len(self.seeds)


def claims(
    root: Path,
    names: Iterable[str] = (),
    seeds: Iterable[int] = range(10),
    jobs: int | None = None,
    say: Callable[[str], None] = lambda text: None,
) -> list[Claim]:
    """Try the claims of lessons under several seeds.

    Parameters
    ----------
    root : path-like
        The course's root.
    names : iterable of str
        Lessons, by folder or number; all by default.
    seeds : iterable of int
        0 is the lesson's own seed.
    jobs : int, optional
        Processes at a time; one for each core by default.
    say : callable
        Called with a line whenever a lesson is through under one seed.

    Returns
    -------
    list of Claim
        In the order of the lessons; lessons without claims have none.

    Raises
    ------
    CourseError
        A lesson is not there.
    """
    lessons = {
        lesson.name: lesson.folder
        for lesson in find_lessons(root, tuple(names))
        if lesson.source and any(cell.role == "claim" for cell in cells(lesson.folder))
    }
    found = {
        (name, cell.claim): Claim(name, cell.claim, cell.holds)
        for name, folder in lessons.items()
        for cell in cells(folder)
        if cell.role == "claim"
    }
    tasks = [(name, seed) for name in lessons for seed in seeds]
    with one_thread_each(), ThreadPoolExecutor(jobs or os.cpu_count() or 1) as pool:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["keras", "matplotlib.pyplot", "layergraph", __name__])
        results = pool.map(lambda task: _forked(context, lessons[task[0]], task[1]), tasks)
        for (name, seed), result in zip(tasks, results):
            for claim, (failed, numbers) in result.items():
                _enter(found[name, claim], seed, failed, numbers)
            wrong = sum(bool(failed) for failed, _ in result.values())
            say(f"{name}, seed {seed}: {len(result) - wrong} of {len(result)} hold")
    return list(found.values())


def _enter(claim: Claim, seed: int, failed: str, numbers: dict[str, float]) -> None:
    claim.seeds.append(seed)
    if failed:
        claim.failed[seed] = failed
    for name, value in numbers.items():
        claim.numbers.setdefault(name, []).append(value)


def _forked(context: Any, folder: Path, seed: int) -> dict[str, tuple[str, dict[str, float]]]:
    """`tried` in a process of its own; a process that is lost is what every claim of the lesson failed by."""
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_send_tried, args=(there, folder, seed))
    process.start()
    there.close()
    try:
        return here.recv()
    except EOFError:
        process.join()
        lost = f"the process ended before it said anything (exit code {process.exitcode})"
        return {cell.claim: (lost, {}) for cell in cells(folder) if cell.role == "claim"}
    finally:
        here.close()
        process.join()


def _send_tried(pipe: Any, folder: Path, seed: int) -> None:
    pipe.send(tried(folder, seed))


def tried(folder: Path, seed: int) -> dict[str, tuple[str, dict[str, float]]]:
    """What a lesson's claims come to under one seed: by name, what failed ("" for nothing) and the numbers.

    It runs here: in a process whose Keras, plots and random states nobody needs any more.
    """
    lesson, results = cells(folder), {}
    needed = _needed(lesson)
    # What a notebook has and a script has not; magics come to nothing.
    names = {"__name__": "__main__", "display": print, "get_ipython": mock.MagicMock()}
    names["__moved__"] = lambda value: value + STEP * seed if type(value) is int else value
    broken = ""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        for number, cell in enumerate(lesson):
            if cell.role == "claim":
                results[cell.claim] = (broken, {}) if broken else _stated(cell, dict(names))
            elif number in needed and not broken:
                try:
                    exec(
                        compile(_moved(_source(cell)), f"{folder.name}:{cell.line}", "exec"), names
                    )
                except Exception as error:  # the lesson's own code: whatever it raises, the claims below it fail by it
                    broken = f"the cell on line {cell.line} raised {type(error).__name__}: {error}"
    return results


def _stated(cell: Cell, names: dict[str, Any]) -> tuple[str, dict[str, float]]:
    """Every statement of a claim is run, also when an earlier one did not hold, so that the numbers are known."""
    failed, numbers = [], {}
    for statement in parse(cell.source).body:
        try:
            if isinstance(statement, ast.Expr):
                value = eval(compile(ast.Expression(statement.value), cell.claim, "eval"), names)
                numbers = {name: float(number) for name, number in dict(value).items()}
            else:
                exec(compile(ast.Module([statement], []), cell.claim, "exec"), names)
        except AssertionError as error:
            failed.append(f"{ast.unparse(statement)}" + (f" ({error})" if str(error) else ""))
        except Exception as error:  # the author's own code
            failed.append(f"{type(error).__name__}: {error}")
    return "; ".join(failed), numbers


def _source(cell: Cell) -> str:
    return plain_python(reference_source(cell.source) if cell.role == "solution" else cell.source)


def _needed(lesson: Iterable[Cell]) -> set[int]:
    """The places of the cells that claims lean on: all set-up, and what binds or touches a name that a claim asks for.

    A cell that touches a value counts as one that changes it: `model.fit(…)` binds nothing. A function is not changed by a call.
    """
    lesson = list(lesson)
    needed = {n for n, cell in enumerate(lesson) if cell.role == "setup"}
    given = {name for n in needed for name in bound_names(lesson[n].source)}
    sources = {n: _source(c) for n, c in enumerate(lesson) if c.role in ("example", "solution")}
    functions = {
        node.name
        for source in sources.values()
        for node in parse(source).body
        if isinstance(node, ast.FunctionDef)
    }
    for place, claim in enumerate(lesson):
        if claim.role != "claim":
            continue
        wanted = needed_names(claim.source) - given
        for n in range(place - 1, -1, -1):
            if n not in sources:
                continue
            asked, bound = needed_names(sources[n]) - given, set(bound_names(sources[n]))
            if wanted & (bound | asked - functions):
                needed.add(n)
                wanted = wanted - bound | asked
    return needed


class _Mover(ast.NodeTransformer):
    """Wraps every seed that the text names in `__moved__(…)`."""

    def visit_Call(self, node: ast.Call) -> ast.Call:
        self.generic_visit(node)
        called = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if called in ("set_random_seed", "default_rng") and node.args:
            node.args[0] = self._wrapped(node.args[0])
        for keyword in node.keywords:
            if keyword.arg == "seed":
                keyword.value = self._wrapped(keyword.value)
        return node

    @staticmethod
    def _wrapped(value: ast.expr) -> ast.expr:
        return ast.Call(ast.Name("__moved__", ast.Load()), [value], [])


def _moved(source: str) -> ast.Module:
    return ast.fix_missing_locations(_Mover().visit(parse(source)))


def table(found: Iterable[Claim]) -> str:
    """Lesson × claim × how often it held, with the least and the greatest of its numbers."""
    rows = [("lesson", "claim", "held", "said", "numbers")]
    for claim in found:
        said = "" if claim.holds == (1, 1) else "{} of {}".format(*claim.holds)
        spread = (f"{name} {_range(values)}" for name, values in claim.numbers.items())
        held = f"{claim.held}/{len(claim.seeds)}" + ("" if claim.good else " !")
        rows.append((claim.lesson[:2], claim.name, held, said, " · ".join(spread)))
    widths = [max(map(len, column)) for column in zip(*rows)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def _range(values: list[float]) -> str:
    low, high = f"{min(values):.4g}", f"{max(values):.4g}"
    return low if low == high else f"{low}–{high}"


def failures(found: Iterable[Claim]) -> str:
    """What did not hold, claim by claim and seed by seed; empty where all hold as said."""
    return "\n".join(
        f"{claim.lesson} {claim.name}, seed {seed}: {why}"
        for claim in found
        if not claim.good
        for seed, why in claim.failed.items()
    )


def record(root: Path, found: Iterable[Claim]) -> list[Path]:
    """Keep what was measured beside each lesson, in `claims.toml`; the value is the files written."""
    texts: dict[str, list[str]] = {}
    for claim in found:
        lines = [f"[{claim.name}]", f"held = [{claim.held}, {len(claim.seeds)}]"]
        lines += [
            f"{json.dumps(name)} = [{', '.join(f'{value:.4g}' for value in values)}]"
            for name, values in claim.numbers.items()
        ]
        texts.setdefault(claim.lesson, []).append("\n".join(lines) + "\n")
    paths = []
    for lesson, blocks in texts.items():
        paths.append(Path(root) / "solutions" / lesson / RECORD)
        head = "# Measured by `grader verify --claims --record`: how often each claim held, and its numbers by seed.\n\n"
        paths[-1].write_text(head + "\n".join(blocks), encoding="utf-8")
    return paths


def recorded(folder: Path) -> dict[str, dict[str, list[float]]]:
    """What was measured last for a lesson, by claim; empty where nothing was."""
    path = folder / RECORD
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
