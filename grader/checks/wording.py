"""Words for values: short, bounded, and safe for values that a student made.

A student's object may have any `__repr__`, `__str__` or `__len__`; none of them is called here. What is shown of an
object that is not plain data is the name of its class.
"""

import math
import re
import unicodedata

from grader.checks.tensors import as_array, dtype_of, is_symbolic, shape_of

LONG = 160
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def clip(text, most: int) -> str:
    """`text` as an exact `str` of at most `most` characters, without control characters other than line breaks."""
    text = (
        text
        if type(text) is str
        else str.__str__(text)
        if isinstance(text, str)
        else describe(text)
    )
    text = text[: 4 * most + 100]
    text = "".join(
        c if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs", "Cf", "Co", "Cn") else " "
        for c in text
    )
    return text if len(text) <= most else text[: most - 1] + "…"


def class_name(cls) -> str:
    """The name of a class, also where its metaclass hides it."""
    try:
        return clip(type.__dict__["__name__"].__get__(cls), 80)
    except Exception:
        return "object"


def type_name(value) -> str:
    return class_name(type(value))


def an(noun: str) -> str:
    """The noun with its article: "a Dense", "an LSTM", "an Add"."""
    spelt = noun[:2].isupper() and noun[:1] in "AEFHILMNORSX"
    return (
        "an " if spelt or (noun[:1].lower() in "aeio" and not noun[:2].isupper()) else "a "
    ) + noun


def count(n: int, noun: str, plural: str | None = None) -> str:
    """ "1 layer", "3 layers", "3,466 parameters"."""
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"


def listing(items, conjunction="and") -> str:
    """ "a", "a and b", "a, b and c"."""
    items = list(items)
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {conjunction} {items[-1]}"


def number(value) -> str:
    """A number as a person writes it: 3,466 · 0.25 · 1e-08."""
    if type(value) is int:
        return (
            f"{value:,}"
            if abs(value) < 10**18
            else f"a whole number of {len(str(abs(value))) if abs(value) < 10**4000 else 'very many'} digits"
        )
    if type(value) is float:
        if math.isfinite(value) and value == int(value) and abs(value) < 1e15:
            return f"{value:,.1f}"
        return f"{value:.6g}"
    return str(value)


def shape_text(shape) -> str:
    """A shape as Keras prints it: (None, 28, 28, 1)."""
    dims = [str(d) for d in shape]
    return f"({dims[0]},)" if len(dims) == 1 else f"({', '.join(dims)})"


def describe(value, most: int = LONG) -> str:
    """A value in at most `most` characters, without running any code of its class."""
    try:
        return clip_inline(_describe(value, 0), most)
    except Exception:
        return an(type_name(value))


def clip_inline(text: str, most: int = LONG) -> str:
    return clip(" ".join(text.split()), most)


def _describe(value, depth) -> str:
    kind = type(value)
    if value is None or value is ... or kind is bool:
        return "..." if value is ... else str(value)
    if kind in (int, float):
        return number(value)
    if kind is str:
        return repr(value[:LONG]) if len(value) <= LONG else repr(value[:LONG]) + "…"
    if kind in (tuple, list, set, frozenset):
        return _describe_many(value, depth)
    if kind is dict:
        if depth > 2:
            return "{…}"
        some = [
            f"{_describe(k, depth + 1)}: {_describe(v, depth + 1)}"
            for k, v in list(value.items())[:8]
        ]
        return "{" + ", ".join(some) + (", …" if len(value) > 8 else "") + "}"
    if isinstance(value, type):
        return f"the class {class_name(value)}"
    what = tensor_kind(value)
    if what is not None:
        return what
    if callable(value) and kind.__name__ in ("function", "builtin_function_or_method", "method"):
        return (
            f"the function {clip(value.__name__, 60)}"
            if kind.__name__ == "function"
            else "a function"
        )
    if stands_for(kind) == "function":
        return f"the function {clip(value.__name__, 60)}"
    if stands_for(kind) == "nothing":
        return f"something that cannot be looked at from here: {value.why_not_carried}"
    return an(class_name(kind))


def tensor_kind(value) -> str | None:
    """What a tensor or an array is, in words; None if it is neither."""
    if is_symbolic(value):
        return f"a symbolic tensor of shape {shape_text(shape_of(value) or ())}"
    shape = shape_of(value)
    if shape is None:
        return None
    if shape == ():
        return describe(as_array(value).item())
    return f"an array of shape {shape_text(shape)}, {dtype_of(value)}"


def stands_for(kind) -> str:
    """What an object of this class stands for where a student's value itself is out of reach: "function", "nothing" or "".

    Whoever puts such an object in the place of a value says so by the class attribute `stands_for`; for "nothing" the reason is its
    `why_not_carried`, or the text of an exception.
    """
    said = type.__dict__["__dict__"].__get__(kind).get("stands_for")
    return said if type(said) is str else ""


def holds_functions(value, depth: int = 3) -> bool:
    """Whether a value is a function or a container of some: something that a check can call. Runs no code of its class."""
    kind = type(value)
    if kind in (tuple, list, set, frozenset, dict):
        inside = value.values() if kind is dict else value
        return depth > 0 and any(holds_functions(v, depth - 1) for v in inside)
    if isinstance(value, type) or not callable(value):
        return False
    bases = type.__dict__["__mro__"].__get__(kind)
    modules = (type.__dict__["__module__"].__get__(base) for base in bases)
    return not any(type(m) is str and m.partition(".")[0] == "keras" for m in modules)


def without_arguments(title: str) -> str:
    """A line's title without what a function was called with, for reports of a time when no line said that itself."""
    head, called, rest = title.partition(" with (")
    if not called or not head.endswith(("called", "called twice")):
        return title
    depth, quote, end = 1, "", None
    for n, c in enumerate(rest):
        if quote:
            quote = "" if c == quote and rest[n - 1] != "\\" else quote
        elif c in "'\"":
            quote = c
        else:
            depth += (c in "([{") - (c in ")]}")
            if depth == 0:
                end = n + 1
                break
    told = (
        rest[end:] if end else rest[rest.rfind(": ") :] if ": " in rest else ""
    )  # a long text was clipped, and its bracket with it
    return f"{head} with other values{without_arguments(told)}"


def _describe_many(value, depth) -> str:
    if depth > 2:
        return "[…]"
    some = [_describe(v, depth + 1) for _, v in zip(range(10), value)]
    more = ", …" if len(value) > 10 else ""
    if type(value) is tuple:
        return f"({some[0]},)" if len(value) == 1 else f"({', '.join(some)}{more})"
    if type(value) is list:
        return f"[{', '.join(some)}{more}]"
    return "{" + ", ".join(sorted(some)) + more + "}" if some else "an empty set"


def error_text(error: BaseException) -> str:
    """An exception as "ValueError: the first line of its message"."""
    try:
        told = f"{error.msg} (line {error.lineno})" if type(error) is SyntaxError else str(error)
        message = _ANSI.sub("", str.__str__(told)[:4_000])
    except Exception:
        message = ""
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    if len(lines) > 1 and lines[0].startswith("Exception encountered when calling"):
        lines = lines[1:]  # Keras puts this line before the message itself
    return clip_inline(f"{type_name(error)}: {lines[0]}" if lines else type_name(error), 300)


THIRDS: dict[float, str] = {1: "⅙", 2: "⅓", 4: "⅔", 5: "⅚"}


def points_text(value: float) -> str:
    """Points as a person writes them: sixths and thirds as fractions, all else with at most two places."""
    whole, part = divmod(round(value * 6, 6), 6)
    if part in THIRDS and abs(value * 6 - round(value * 6)) < 1e-6:
        return f"{whole:g}{THIRDS[part]}" if whole else THIRDS[part]
    return f"{round(value, 2):g}"
