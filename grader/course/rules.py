"""The rules a lesson's source keeps, so that every exercise stands alone and can be judged alone.

Each rule yields `Problem`s with file, line and reason; all rules run, so that an author sees everything at once.
"""

import ast
import contextlib
import re

from grader.course.names import bound_names, needed_names, parse, plain_python
from grader.course.regions import RegionError, reference_source, student_source
from grader.course.source import CLAIM_MARK, Problem

_ABSOLUTE = re.compile(
    r"^(/[A-Za-z][\w.-]*/|/(tmp|home|root|Users|mnt|opt|data)\b|~/|[A-Za-z]:[\\/]|file://)"
)
_ABSOLUTE_LINK = re.compile(
    r"""(?:\]\(|src=["']|href=["'])(/[A-Za-z][^)"']*|~/[^)"']*|file://[^)"']*|[A-Za-z]:[\\/][^)"']*)"""
)


def problems(path, cells):
    """Everything that is wrong with a lesson's cells.

    Parameters
    ----------
    path : str
        The source as it is named to its author.
    cells : list of grader.course.source.Cell

    Returns
    -------
    list of Problem
        Empty where the lesson is in shape; in the order of the file otherwise.
    """
    found = []
    for rule in (_title, _regions, _pairs, _points, _free, _claims, _paths, _names):
        found += [Problem(path, line, reason) for line, reason in rule(cells)]
    return sorted(found, key=lambda problem: problem.line)


def _title(cells):
    if not cells or cells[0].role != "text" or not cells[0].source.lstrip().startswith("# "):
        yield (
            (cells[0].line if cells else 1),
            "a lesson opens with a markdown cell whose first line is its title: `# 01 · …`",
        )


def _regions(cells):
    wanted = {}
    for cell in cells:
        if cell.role in ("check", "hidden"):
            with contextlib.suppress(SyntaxError):
                wanted.setdefault(cell.exercise, set()).update(needed_names(cell.source))
    for cell in cells:
        if cell.role == "solution":
            try:
                student_source(cell.source, wanted.get(cell.exercise))
            except RegionError as error:
                yield cell.line + error.offset, f'exercise "{cell.exercise}": {error}'
        elif cell.role != "nbgrader" and re.search(
            r"^\s*###\s*(BEGIN|END)\s+(SOLUTION|STUB|HIDDEN TESTS)", cell.source, re.M
        ):
            yield (
                cell.line,
                f"a marked region stands in a {cell.role} cell; only solution cells have one (a hidden cell needs no marks)",
            )


def _pairs(cells):
    seen = {}
    for cell in cells:
        if not cell.grade_id:
            continue
        if cell.grade_id in seen:
            what = (
                f'{cell.role}="{cell.exercise}"' if cell.exercise else f"grade_id {cell.grade_id!r}"
            )
            yield cell.line, f"{what} stands twice; the first is on line {seen[cell.grade_id]}"
        seen.setdefault(cell.grade_id, cell.line)
    for cell in cells:
        if cell.role == "solution" and f"check-{cell.exercise}" not in seen:
            yield (
                cell.line,
                f'exercise "{cell.exercise}" has no check: add a cell `# %% check="{cell.exercise}" points=…` below it',
            )
        if cell.role in ("check", "hidden"):
            if cell.exercise not in seen:
                yield (
                    cell.line,
                    f'{cell.role}="{cell.exercise}" belongs to no exercise: there is no `# %% solution="{cell.exercise}"`',
                )
            elif cell.line < seen[cell.exercise]:
                yield (
                    cell.line,
                    f'{cell.role}="{cell.exercise}" stands above its solution on line {seen[cell.exercise]}',
                )


def _points(cells):
    for cell in cells:
        if cell.role == "nbgrader":
            marked = cell.metadata["nbgrader"].get("points")
            for call in _check_calls(cell.source) if cell.metadata["nbgrader"].get("grade") else ():
                if _points_of(call) not in (None, marked):
                    yield (
                        cell.line + call.lineno,
                        f"check(…, points={_points_of(call):g}) but the cell's metadata says {marked} points",
                    )
        if cell.role not in ("check", "hidden"):
            continue
        calls = _check_calls(cell.source)
        if len(calls) != 1 or not _ends_with_check(cell.source):
            yield (
                cell.line,
                f"a {cell.role} cell has one check(…), as its last expression: its value is the score; found {len(calls)}",
            )
            continue
        points = _points_of(calls[0])
        if points != cell.points:
            said = "no points" if points is None else f"points={points:g}"
            yield (
                cell.line + calls[0].lineno,
                f"the marker says points={cell.points:g} but check(…) says {said}: write the same in both",
            )


def _free(cells):
    """What an exercise leaves free on its marker stands in its text too: a student must know it."""
    told = ""
    for cell in cells:
        if cell.role == "text":
            told += cell.source.lower()
        elif cell.role == "solution":
            told += _student_text(cell.source).lower()
            for word in cell.free:
                plain = word.partition(": ")[2] or word
                if plain.lower() not in told:
                    yield (
                        cell.line,
                        f'free="{word}", but neither the text of the exercise nor its cell says "{plain}": tell the student that it is free',
                    )
            told = ""
        elif cell.role in ("check", "hidden"):
            told = ""


_NUMBERS = "zero one two three four five six seven eight nine ten".split()


def _claims(cells):
    """Every claim states something, and a sentence leans on it; one that holds at times says how often."""
    told, claims = {}, {}
    for cell in cells:
        for slug in CLAIM_MARK.findall(cell.source) if cell.role == "text" else ():
            told.setdefault(slug, cell)
    for cell in cells:
        if cell.role != "claim":
            continue
        if cell.claim in claims:
            yield (
                cell.line,
                f'claim="{cell.claim}" stands twice; the first is on line {claims[cell.claim]}',
            )
        claims.setdefault(cell.claim, cell.line)
        if not any(isinstance(node, ast.Assert) for node in ast.walk(_tree(cell.source))):
            yield cell.line, f'claim="{cell.claim}" asserts nothing: write `assert shared > apart`'
        if cell.claim not in told:
            yield (
                cell.line,
                f'claim="{cell.claim}", but no sentence says it: put <!-- claim: {cell.claim} --> into its markdown cell',
            )
        elif cell.holds != (1, 1) and not _says_how_often(told[cell.claim].source, *cell.holds):
            yield (
                told[cell.claim].line,
                f'claim="{cell.claim}" holds in {cell.holds[0]} of {cell.holds[1]} runs: the text must say so',
            )
    for slug, cell in told.items():
        if slug not in claims:
            yield cell.line, f'<!-- claim: {slug} -->, but there is no cell `# %% claim="{slug}"`'


def _says_how_often(text, held, tried):
    spelt = [_NUMBERS[n] if n < len(_NUMBERS) else str(n) for n in (held, tried)]
    return any(f"{a} of {b}" in text.lower() for a, b in ((held, tried), spelt))


def _student_text(source):
    """A solution cell without what only its author sees; as it is where its regions are out of shape."""
    try:
        return student_source(source)
    except (RegionError, SyntaxError):
        return source


def _check_calls(source):
    return [
        node
        for node in ast.walk(_tree(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "check"
    ]


def _ends_with_check(source):
    body = _tree(source).body
    last = body[-1] if body else None
    return (
        isinstance(last, ast.Expr)
        and isinstance(last.value, ast.Call)
        and isinstance(last.value.func, ast.Name)
        and last.value.func.id == "check"
        and not source.rstrip().endswith(";")
    )


def _points_of(call):
    for keyword in call.keywords:
        if keyword.arg == "points" and isinstance(keyword.value, ast.Constant):
            return keyword.value.value
    return None


def _tree(source):
    try:
        return parse(plain_python(source))
    except SyntaxError:
        return ast.Module([], [])  # told by _names, which sees every cell


def _paths(cells):
    for cell in cells:
        if cell.role == "text":
            for match in _ABSOLUTE_LINK.finditer(cell.source):
                yield (
                    cell.line + 1 + cell.source[: match.start()].count("\n"),
                    f"absolute path {match.group(1)!r}: a lesson runs anywhere, so name files relative to it",
                )
            continue
        for node in ast.walk(_tree(cell.source)):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and _ABSOLUTE.match(node.value)
            ):
                yield (
                    cell.line + node.lineno,
                    f"absolute path {node.value!r}: a lesson runs anywhere, so use a relative path or grader.classroom.datasets",
                )


def _names(cells):
    """Checks and solutions stand on set-up cells and their own exercise alone."""
    binders = {}  # name -> where it is bound, for the message
    setup, references, shown = set(), {}, set()
    for cell in cells:
        if cell.role == "text":
            continue
        try:
            source = reference_source(cell.source) if cell.role == "solution" else cell.source
            bound, needed = bound_names(source), needed_names(source)
        except RegionError:
            continue  # told by _regions
        except SyntaxError as error:
            yield cell.line + (error.lineno or 1), f"not Python: {error.msg}"
            continue
        where = {"setup": "a set-up cell", "example": "an example", "claim": "a claim"}.get(
            cell.role, f'the {cell.role} cell of "{cell.exercise}"'
        )
        if cell.role == "setup":
            allowed = setup
        elif cell.role == "solution":
            allowed, references[cell.exercise] = setup, set(bound)
        elif cell.role in ("check", "hidden"):
            allowed = setup | references.get(cell.exercise, set())
        elif cell.role == "claim":
            allowed = setup | shown
        else:
            allowed = None  # examples may use whatever stands above them
        if allowed is not None:
            for name in sorted(needed - allowed):
                yield cell.line, _unbound(cell, name, binders.get(name))
        if cell.role == "setup":
            setup.update(bound)
        if cell.role in ("example", "solution"):
            shown.update(bound)
        for name in bound:
            binders.setdefault(name, (where, cell.line))


def _unbound(cell, name, binder):
    named = cell.exercise or cell.claim
    what = f'{cell.role}="{named}"' if named else f"this {cell.role} cell"
    if binder is None:
        return f"{what} needs `{name}`, which nothing above it binds"
    where, line = binder
    if cell.claim:
        return f"{what} needs `{name}`, which only {where} (line {line}) binds: a claim is about what examples and reference answers above it made"
    return f"{what} needs `{name}`, which only {where} (line {line}) binds: bind it in a set-up cell, or in this exercise"
