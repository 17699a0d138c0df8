"""What a check knows of the notebook in which it runs, and says there only: never while a submission is graded.

A NameError raised directly in a cell that calls `check(` is shown as one sentence instead of a page of traceback, still as an
error, so that nbgrader gives 0. And a report shown in a notebook says what the report itself can't know: that the answer's cell
failed when it was run last, was changed and not run, or made something that can't be judged; and how many points are checked
only after handing in. The report's data stay as they are.
"""

import ast
import json
import os
import re
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from grader.checks import progress
from grader.checks.memo import looked_at

LATER = re.compile(r"^# ([\d.]+) more points? (?:is|are) checked after you hand in\.$", re.M)


@dataclass
class Run:
    """How a cell ran last: its text, which names it binds, and what was wrong ("" for nothing)."""

    source: str
    names: frozenset[str]
    wrong: str
    when: float = field(default_factory=time.time)


class Watch:
    """The cells that ran in this session, by their id, and for each name the run that bound it last or was to."""

    def __init__(self):
        self.cells: dict[str, Run] = {}
        self.names: dict[str, Run] = {}

    def ran(self, result) -> None:
        """Note a cell that ended; for IPython's event `post_run_cell`."""
        try:
            source, cell = result.info.raw_cell or "", getattr(result.info, "cell_id", None)
            error = result.error_before_exec or result.error_in_exec
            self.note(source, cell, "" if error is None else type(error).__name__)
        except Exception:  # IPython would print it below the student's cell
            pass

    def note(self, source: str, cell: str | None, error: str) -> None:
        """Note that a cell ran, and the name of the error with which it ended."""
        before = None if cell is None else self.cells.get(cell)
        run = Run(source, bound(source), error and f"ended with an error ({error})")
        for name in run.names:
            self.names[name] = run
        if before is not None:
            for name in before.names - run.names:
                if self.names.get(name) is before:
                    self.names[name] = Run(
                        source, run.names, run.wrong or f"does not bind {name!r} any more"
                    )
        if cell is not None:
            self.cells[cell] = run

    def stale(self, names) -> str:
        """Why what stands behind one of these names may not be what its cell says now; "" if nothing speaks for it."""
        runs = {name: self.names[name] for name in names if name in self.names}
        for name, run in runs.items():
            if run.wrong:
                return (
                    f"The cell of {name!r} {run.wrong} when you ran it last: what is checked here was made before. "
                    "Mend that cell, run it, and then this one."
                )
        for name, run in runs.items():
            cell = next((cell for cell, one in self.cells.items() if one is run), None)
            text, saved = _saved(cell)
            if text is not None and saved > run.when and text.strip() != run.source.strip():
                return (
                    f"The cell of {name!r} was changed after you ran it. Run it, and then this one."
                )
        return ""


watch = Watch()


def bound(source: str) -> frozenset[str]:
    """The names that a cell's text binds, also where it is no Python (yet)."""
    try:
        tree = ast.parse(re.sub(r"^!.*$|^%+\w+[ \t]*", "", source, flags=re.M))
    except (SyntaxError, ValueError):
        told = re.findall(r"^(?:def|class)\s+(\w+)|^([\w\s,]+)=(?!=)", source, re.M)
        return frozenset(name for one in told for name in re.findall(r"\w+", " ".join(one)))
    found = set()
    waiting: list = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)):
            found.add(node.name)  # what is bound inside stays inside
        elif not isinstance(
            node, (ast.Lambda, ast.ListComp, ast.DictComp, ast.SetComp, ast.GeneratorExp)
        ):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                found.add(node.id)
            waiting += ast.iter_child_nodes(node)
    return frozenset(found)


def _saved(cell: str | None) -> tuple[str | None, float]:
    """The text of a cell as the notebook's file has it, and when that was saved; Jupyter's server says where the file is."""
    path = os.environ.get("JPY_SESSION_NAME", "")
    try:
        saved = Path(path).stat().st_mtime
        cells = json.loads(Path(path).read_text(encoding="utf-8"))["cells"]
        source = next(one["source"] for one in cells if cell and one.get("id") == cell)
    except Exception:  # not in Jupyter, another format, or not saved yet
        return None, 0.0
    return source if isinstance(source, str) else "".join(source), saved


def _shell():
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None


@dataclass(frozen=True)
class Note:
    """What the notebook adds to a report: what speaks against what it says, and the points that are checked later."""

    warnings: tuple[str, ...] = ()
    later: float = 0.0
    stale: bool = False  # what is checked is not what the cell makes now


def note() -> Note:
    """What is to be added to a report that is shown now; nothing outside a notebook."""
    shell = _shell()
    if shell is None:
        return Note()
    source = str((shell.user_ns.get("In") or [""])[-1])
    if not CHECKS.search(source):
        return Note()
    later = LATER.search(source)
    used = _used(source)
    stale = watch.stale(used)
    warnings = [stale] if stale else _unjudgeable(shell.user_ns, used, looked_at)
    return Note(tuple(warnings), float(later[1]) if later else 0.0, bool(stale))


CHECKS = re.compile(r"\bcheck\s*\(")


def _used(source: str) -> list[str]:
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return []
    own = bound(source)
    return [n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id not in own]


def _unjudgeable(names: dict, used, seen=()) -> list[str]:
    """A sentence for each part of a model among these names, or of those that a check has seen, that can't be judged later."""
    keras = sys.modules.get("keras")
    if keras is None:
        return []
    from grader.checks.carriable import uncarriable

    models: dict = {}
    for name in dict.fromkeys(used):
        for model in _held(names.get(name)):
            if isinstance(model, keras.Model):
                models.setdefault(id(model), (repr(name), model))
    for model in seen:
        if isinstance(model, keras.Model):
            models.setdefault(id(model), ("A model that your function returns", model))
    found = [
        f"{name} can't be judged after you hand it in: {part!r}: {why}. {instead}"
        for name, model in models.values()
        for part, why, instead in uncarriable(model)
    ]
    return list(dict.fromkeys(found))[:3]


def _held(value) -> list:
    """What a value holds, in dicts and lists of any depth."""
    held = list(value.values()) if type(value) is dict else value
    return (
        [inner for part in held for inner in _held(part)] if type(held) in (list, tuple) else [held]
    )


def install() -> bool:
    """Register with the running IPython, if there is one; True if the handler of NameErrors is there."""
    shell = _shell()
    if shell is None:
        return False
    if hasattr(shell, "events"):
        shell.events.register("post_run_cell", watch.ran)
        shell.events.register("post_run_cell", progress.ran)
    if getattr(shell, "custom_exceptions", ()):
        return False
    shell.set_custom_exc((NameError,), show)
    return True


def show(shell, kind, error, trace, tb_offset=None):
    """Show a NameError: as one sentence where a check cell meets an unbound name, else as IPython always does."""
    name = unbound_name(shell, kind, error, trace)
    if name is None:
        shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
        return None
    message = sentence(name)
    shell._showtraceback(kind, NameError(message), [f"NameError: {message}"])
    return None


def sentence(name: str) -> str:
    return (
        f"there is no {name!r} to check yet. Run the cell in which you answer this exercise first, and look whether it "
        f"ends without an error and assigns {name!r}."
    )


def unbound_name(shell, kind, error, trace) -> str | None:
    """The name, if this is a NameError raised by the cell itself (not by a function it calls), and the cell is a check."""
    last = trace
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    if kind is not NameError or last is None or last.tb_frame.f_code.co_name != "<module>":
        return None
    if (
        last.tb_frame.f_globals is not shell.user_module.__dict__
        and last.tb_frame.f_globals is not shell.user_ns
    ):
        return None
    history = shell.user_ns.get("In") or [""]
    if not CHECKS.search(str(history[-1])):
        return None
    name = getattr(error, "name", None)
    return name if name and name not in ("check", "expect") else None
