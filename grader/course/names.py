"""Which names a cell binds and which it needs from elsewhere.

The build proves with these two questions that an exercise stands alone; the engine decides with them what has to be
carried out of a student's process. Only text is read, nothing is run.
"""

import ast
import builtins
import symtable
import threading
import time
from functools import lru_cache

# IPython puts these into every notebook's namespace.
_NOTEBOOK_NAMES = {
    "display",
    "get_ipython",
    "In",
    "Out",
    "_",
    "__name__",
    "__doc__",
    "__builtins__",
}
_ALWAYS_THERE = frozenset(dir(builtins)) | _NOTEBOOK_NAMES

_COMPOUND = (
    ast.For,
    ast.While,
    ast.If,
    ast.With,
    ast.Try,
    ast.Match,
    ast.FunctionDef,
    ast.ClassDef,
    ast.AsyncFunctionDef,
)


def plain_python(source):
    """The cell's text with IPython's magics rewritten as Python, so that `ast` can read it."""
    if not any(
        line.lstrip()[:1] in ("%", "!", "?") or line.rstrip().endswith("?")
        for line in source.splitlines()
    ):
        return source
    from IPython.core.inputtransformer2 import TransformerManager

    return TransformerManager().transform_cell(source)


_parsing = threading.Lock()


def parse(text):
    """The syntax tree of Python text, also when other threads ask for one.

    Python 3.11 counts the depth of a tree in one place for all threads, and where two of them meet there, one gets a SystemError.
    Ours wait for each other; a library that parses too (TensorFlow's autograph does) may still come in between, and is soon done.
    """
    for patience in reversed(range(20)):
        try:
            with _parsing:
                return ast.parse(text)
        except SystemError:
            if not patience:
                raise
            time.sleep(0.01)


@lru_cache(maxsize=1024)
def bound_names(source):
    """Names that running the cell leaves in the notebook's namespace.

    Parameters
    ----------
    source : str
        A code cell's text.

    Returns
    -------
    tuple of str
        In the order in which they are first bound.

    Raises
    ------
    SyntaxError
        If the cell is not Python.

    Examples
    --------
    >>> bound_names("import numpy as np\\nx, (y, z) = 1, (2, 3)\\ndef f(a): b = a")
    ('np', 'x', 'y', 'z', 'f')
    """
    found = {}
    for statement, table in _statements(source):
        for name in _bound_by(statement, table):
            found.setdefault(name)
    return tuple(found)


@lru_cache(maxsize=1024)
def needed_names(source):
    """Names the cell reads that neither it nor Python itself binds.

    A name read before the cell binds it counts as needed; one that only a function body reads counts
    as bound if the cell binds it anywhere, for the body runs later.

    >>> sorted(needed_names("y = x + 1\\nz = y\\ndef f(): return z + w"))
    ['w', 'x']
    """
    needed, later, bound = set(), set(), set()
    for statement, table in _statements(source):
        now, deferred = _read_by(statement, table)
        own = set(_bound_by(statement, table))
        needed |= now - bound - (own if isinstance(statement, _COMPOUND) else set())
        later |= deferred
        bound |= own
    return frozenset((needed | (later - bound)) - _ALWAYS_THERE)


@lru_cache(maxsize=4)  # both questions are asked of a cell, one right after the other
def _statements(source):
    """The cell's top-level statements, each with its own table of symbols."""
    tree = _AsGenerators().visit(parse(plain_python(source)))
    return [(s, symtable.symtable(ast.unparse(s), "<cell>", "exec")) for s in tree.body]


class _AsGenerators(ast.NodeTransformer):
    """Writes every comprehension as a generator expression, which has the same scopes in all versions of Python.

    Since Python 3.12 the others run in the scope around them (PEP 709), and `symtable` counts their variables there.
    """

    def visit_ListComp(self, node: ast.ListComp | ast.SetComp) -> ast.GeneratorExp:
        self.generic_visit(node)
        return ast.copy_location(ast.GeneratorExp(node.elt, node.generators), node)

    visit_SetComp = visit_ListComp

    def visit_DictComp(self, node: ast.DictComp) -> ast.GeneratorExp:
        self.generic_visit(node)
        pair = ast.Tuple([node.key, node.value], ast.Load())
        return ast.copy_location(ast.GeneratorExp(pair, node.generators), node)


def _bound_by(statement, table):
    """Names a top-level statement binds, in the order of its text."""
    bound = {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported()}
    bound |= _declared_global(table)
    order = {}
    for node in ast.walk(statement):
        for name in _names_in(node):
            position = (getattr(node, "lineno", 0), getattr(node, "col_offset", 0))
            order[name] = min(order.get(name, position), position)
    return sorted(bound, key=lambda name: order.get(name, (0, 0)))


def _names_in(node):
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return [node.name]
    if isinstance(node, ast.alias):
        return [(node.asname or node.name).split(".")[0]]
    return []


def _read_by(statement, table):
    """(read at once, read when a function is called later), as two sets of global names."""
    now = {s.get_name() for s in table.get_symbols() if s.is_referenced()}
    if isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
        now.add(statement.target.id)
    deferred = set()
    queue = [(child, False) for child in table.get_children()]
    while queue:
        child, is_later = queue.pop()
        # A comprehension or a class body runs where it stands; a function body runs when it is called.
        is_later = is_later or (child.get_type() == "function" and child.get_name() != "genexpr")
        names = {s.get_name() for s in child.get_symbols() if s.is_global() and s.is_referenced()}
        (deferred if is_later else now).update(names)
        queue += [(grandchild, is_later) for grandchild in child.get_children()]
    return now, deferred


def _declared_global(table):
    """Names that a nested function binds through a `global` statement."""
    found, queue = set(), list(table.get_children())
    while queue:
        child = queue.pop()
        found |= {
            s.get_name() for s in child.get_symbols() if s.is_declared_global() and s.is_assigned()
        }
        queue += child.get_children()
    return found
