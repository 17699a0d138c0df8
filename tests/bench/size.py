"""How large the packages are, in statements (`ast.stmt`), so that layout changes nothing. `make bench` prints it, room by room.

python tests/bench/size.py
"""

import ast
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def statements(path: Path) -> int:
    """The statements in a Python file; a docstring counts as one."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return sum(isinstance(node, ast.stmt) for node in ast.walk(tree))


def by_room() -> Counter[str]:
    """Statements by room: `layergraph`, and the folders and modules right below `grader`."""
    found: Counter[str] = Counter()
    for package in ("layergraph", "grader"):
        for path in (ROOT / package).rglob("*.py"):
            parts = path.relative_to(ROOT).with_suffix("").parts
            room = ".".join(parts[:2]) if parts[0] == "grader" else parts[0]
            found[room] += statements(path)
    return found


def main() -> None:
    found = by_room()
    for room, count in sorted(found.items(), key=lambda item: -item[1]):
        print(f"{room:<24}{count:>7,}")
    print(f"{'all':<24}{sum(found.values()):>7,}")


if __name__ == "__main__":
    main()
