"""The source of a lambda, found again in the file or notebook cell that it stands in."""

import ast
import functools
import linecache

LONGEST = 48  # characters told of it


def lambda_body(function) -> str:
    """What stands behind the colon of a lambda, on one line; "lambda" where its source can't be found.

    >>> lambda_body(eval("lambda x: x + 1"))
    'lambda'
    """
    code = getattr(function, "__code__", None)
    if code is None:
        return "lambda"
    lines = linecache.getlines(code.co_filename)
    body = _bodies("".join(lines)).get(_place(code)) if lines else None
    if body is None:
        return "lambda"
    body = " ".join(body.split())
    return body if len(body) <= LONGEST else body[: LONGEST - 2] + " …"


def _place(code) -> tuple[int, int]:
    """Line and column (in bytes) of the first thing that the body computes."""
    spots = [(line, column) for line, _, column, _ in code.co_positions() if column]
    return min(spots, default=(0, 0))


@functools.lru_cache(maxsize=8)
def _bodies(text: str) -> dict[tuple[int, int], str]:
    """The body of each lambda of a source by the place where it begins."""
    try:
        tree = ast.parse(text)
    except SyntaxError:  # a cell with %magic lines, or a file that has changed since
        return {}
    return {
        (node.body.lineno, node.body.col_offset): ast.get_source_segment(text, node.body) or ""
        for node in ast.walk(tree)
        if isinstance(node, ast.Lambda)
    }
