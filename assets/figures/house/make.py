"""Draws the rooms of the code and the imports between them, as the code has them: `python assets/figures/house/make.py`.

Needs grimp, which import-linter brings. Rooms stand on the floors that `[tool.importlinter]` gives; an arrow that doesn't go down
is drawn red.
"""

import ast
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
FLOORS = [
    [room.strip() for room in floor.split("|")]
    for contract in CONTRACTS["contracts"]
    if contract["type"] == "layers"
    for floor in contract["layers"]
]


def rooms() -> dict[str, int]:
    """Statements by room."""
    found = {}
    for floor in FLOORS:
        for room in floor:
            folder = ROOT / room.replace(".", "/")
            files = folder.rglob("*.py") if folder.is_dir() else [folder.with_suffix(".py")]
            found[room] = sum(
                isinstance(node, ast.stmt)
                for file in files
                for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            )
    return found


def arrows() -> dict[tuple[str, str], int]:
    """How many imports lead from one room to another."""
    import grimp

    graph = grimp.build_graph("grader", "layergraph")
    names = [room for floor in FLOORS for room in floor]
    found: dict[tuple[str, str], int] = {}
    for module in graph.modules:
        for other in graph.find_modules_directly_imported_by(module):
            ends = [
                next((r for r in names if m == r or m.startswith(r + ".")), None)
                for m in (module, other)
            ]
            if None not in ends and ends[0] != ends[1]:
                found[ends[0], ends[1]] = found.get((ends[0], ends[1]), 0) + 1
    return found


def dot() -> str:
    """The house in DOT: floors as ranks, arrows as wide as there are imports, those that don't go down red."""
    sizes = rooms()
    level = {room: n for n, floor in enumerate(FLOORS) for room in floor}
    lines = [
        "digraph { bgcolor=white ranksep=0.45 nodesep=0.5",
        'node [shape=box style="rounded,filled" fillcolor="#f6f8fa" color="#57606a" fontname="sans-serif" fontsize=13]',
        'edge [color="#8c959f" arrowsize=0.7]',
    ]
    for floor in FLOORS:
        for room in floor:
            lines.append(f'"{room}" [label="{room}\\n{sizes[room]:,} statements"]')
        lines.append("{ rank=same; " + " ".join(f'"{room}"' for room in floor) + " }")
    for (source, target), count in sorted(arrows().items()):
        red = "" if level[source] < level[target] else ' color="#cf222e"'
        lines.append(
            f'"{source}" -> "{target}" [penwidth={min(0.8 + count / 10, 4):.1f}{red} tooltip="{count} imports"]'
        )
    return "\n".join([*lines, "}"])


if __name__ == "__main__":
    import pygraphviz

    sys.path.insert(0, str(ROOT))
    pygraphviz.AGraph(string=dot()).draw(HERE / "house.svg", prog="dot", format="svg")
