"""Requirements on plain values: numbers, text, shapes, arrays and kinds of object."""

import math

from grader.checks import plain as p
from grader.checks.requirement import Finding, Requirement, met, unmet
from grader.checks.wording import an, clip_inline, count, describe, listing, number, shape_text, type_name


def value(expected, tolerance: float = 0, *, ignore_case: bool = False) -> Requirement:
    """The value is this number, text, True/False, shape, list or dict.

    Lists and tuples are the same here, and so are NumPy, Keras and Python numbers: 3, 3.0 and np.int64(3) are one
    number. True is not 1, the text "3" is not 3, and NaN is nothing. `tolerance` is absolute. Where the expected
    number is a float, 1e-6 of it is always allowed, so that a float32 result is right; two whole numbers must be equal.

    >>> value(0.3).judge(0.1 + 0.2).status
    'met'
    """
    want = _author(expected, "expect.value")
    _tolerance(tolerance)
    return Requirement(
        "the value", _want_text(want, tolerance), lambda got: _judge_value(want, got, tolerance, ignore_case)
    )


def one_of(*choices, tolerance: float = 0, ignore_case: bool = False) -> Requirement:
    """The value is one of these, each judged as `value` does."""
    wants = [_author(choice, "expect.one_of") for choice in choices]
    if not wants:
        raise ValueError("expect.one_of needs at least one choice")

    def judge(got):
        if any(_judge_value(want, got, tolerance, ignore_case).status == "met" for want in wants):
            return met(describe(_soft(got)))
        nearest = _judge_value(wants[0], got, tolerance, ignore_case)
        return unmet(nearest.found, nearest.look if nearest.look.startswith("Leave out") else "Choose one of the values that are asked for.")

    return Requirement("the value", f"one of {listing((describe(want) for want in wants), 'or')}", judge)


def array(expected, rtol: float = 1e-5, atol: float = 1e-6) -> Requirement:
    """The value holds these numbers: an array, a tensor or nested lists, of the same shape, each number within
    `atol + rtol * |expected|`. The dtype doesn't count; NaN is never right."""
    import numpy

    want = p.as_array(expected)
    if want is None or want.dtype.kind not in "biufc":
        raise TypeError("expect.array compares numbers: hand in an array or nested lists of numbers")

    def judge(got):
        array = p.as_array(got)
        if array is None or array.dtype.kind not in "biufc":
            return unmet(describe(got), "An array of numbers is asked for: a NumPy array, a tensor, or a list of numbers.")
        if array.shape != want.shape:
            return unmet(f"an array of shape {shape_text(array.shape)}", f"The shape must be {shape_text(want.shape)}.")
        return _judge_numbers(numpy, want, array, rtol, atol)

    shape = shape_text(want.shape)
    few = f": {clip_inline(str(want.tolist()), 80)}" if want.size <= 8 else ""
    return Requirement("the numbers", f"an array of shape {shape}{few}", judge)


def _judge_numbers(numpy, want, array, rtol, atol):
    if array.dtype.kind == "b" and want.dtype.kind != "b":
        return unmet("True and False", "Numbers are asked for.")
    wide = numpy.complex128 if "c" in (want.dtype.kind, array.dtype.kind) else numpy.float64
    a, b = want.astype(wide), array.astype(wide)
    with numpy.errstate(all="ignore"):
        close = (numpy.abs(b - a) <= atol + rtol * numpy.abs(a)) | (a == b)
    if bool(close.all()):
        return met(f"an array of shape {shape_text(array.shape)} with the right numbers")
    if bool(numpy.isnan(b).any()):
        return unmet(f"NaN at {count(int(numpy.isnan(b).sum()), 'place')}", "NaN means not a number: look for a division by 0 or a log of 0.")
    wrong = numpy.argwhere(~close)
    place = tuple(int(i) for i in wrong[0])
    where = f"at {list(place)} " if place else ""
    return unmet(
        f"{where}{b[place]:.6g} instead of {a[place]:.6g}; {len(wrong):,} of {count(a.size, 'number')} differ",
        "Compare that place first.",
    )


def shape(*dims, batch_optional: bool = False) -> Requirement:
    """The value is this shape, or has it: a typed tuple or list, a TensorShape, an array, a tensor, a symbolic tensor.

    Written as it is expected, `shape(None, 10)` or `shape((None, 10))`: a None counts, and so does the batch axis if
    it is written. With `batch_optional`, an answer with or without a leading None is right.
    """
    want = _dims(dims)
    options = [want]
    if batch_optional:
        options.append(want[1:] if want[:1] == (None,) else (None, *want))

    def judge(got):
        have, problem = _shape_from(got)
        if have is None:
            return unmet(describe(got), problem)
        if have in options:
            return met(shape_text(have))
        return unmet(shape_text(have), _shape_hint(want, have))

    with_batch = " (the first None is the batch axis)" if want[:1] == (None,) and not batch_optional else ""
    if batch_optional:
        with_batch = " (with or without the batch axis)"
    return Requirement("the shape", shape_text(want) + with_batch, judge, raw=True)


def _shape_from(got):
    own = p.shape_of(got)
    if own is not None and not _is_shape_vector(got):
        return own, ""
    try:
        have = p.plain(got)
    except p.NotPlain:
        return None, "A shape is a tuple such as (None, 10)."
    if type(have) is int:
        return None, f"({have}) is only the number {have}. A shape with one axis has a comma: ({have},)."
    if type(have) is str:
        return None, "This is text. Leave out the quotes: a shape is a tuple such as (None, 10)."
    if type(have) not in (tuple, list):
        return None, "A shape is a tuple such as (None, 10)."
    dims = tuple(int(d) if type(d) is float and d.is_integer() else d for d in have)
    if any(d is ... for d in dims):
        return None, "One place is still `...`."
    if not all(d is None or type(d) is int for d in dims):
        return None, "A shape holds whole numbers and None only."
    return dims, ""


def _is_shape_vector(got) -> bool:
    """Whether an array is itself a list of dimensions, as `np.array([28, 28, 1])` or the result of `keras.ops.shape`."""
    have = p.as_array(got)
    return have is not None and have.ndim == 1 and have.dtype.kind in "iu" and have.size <= 6


def _shape_hint(want, have) -> str:
    if have == want[1:] and want[:1] == (None,):
        return "The batch axis is missing: write None as the first entry."
    if (None, *want) == have:
        return "The first None is the batch axis: it is not asked for here."
    if len(have) != len(want):
        return f"It has {count(len(have), 'axis', 'axes')}, and {len(want)} are expected."
    if sorted(map(str, have)) == sorted(map(str, want)):
        return "The numbers are right, their order is not."
    places = [i for i, (h, w) in enumerate(zip(have, want)) if h != w]
    return f"Look at {listing(f'axis {i} ({have[i]} instead of {want[i]})' for i in places[:3])}."


def dtype(name) -> Requirement:
    """The value has this dtype, or names it: an array, a tensor, a symbolic tensor, a dtype object, or the text "float32"."""
    want = _dtype_name(name)
    if want is None:
        raise TypeError('expect.dtype needs a dtype, such as "float32"')

    def judge(got):
        have = p.dtype_of(got) or _dtype_name(got)
        if have is None:
            return unmet(describe(got), f"Something of dtype {want} is asked for: an array, a tensor, or the dtype itself.")
        return met(have) if have == want else unmet(have, f"Ask for it where the value is made: dtype={want!r}.")

    return Requirement("the dtype", want, judge, raw=True)


def _dtype_name(value) -> str | None:
    import sys

    tensorflow = sys.modules.get("tensorflow")
    if tensorflow is not None and isinstance(value, tensorflow.DType):
        return value.name
    import numpy

    if type(value) is str:
        try:
            return numpy.dtype(value.strip()).name
        except TypeError:
            return value.strip() if value.strip() in ("bfloat16", "float8_e4m3fn", "float8_e5m2") else None
    if isinstance(value, numpy.dtype):
        return value.name
    if isinstance(value, type) and issubclass(value, numpy.generic):
        return numpy.dtype(value).name
    return None


def instance(*classes) -> Requirement:
    """The value is an object of one of these classes: a class, or the name of one of Keras' or of the student's own."""
    from grader.checks.kinds import is_a, resolve

    wanted = [resolve(c) if type(c) is str else c for c in classes]
    if not wanted or not all(isinstance(c, (type, str)) for c in wanted):
        raise TypeError('expect.instance needs classes or their names, such as "Sequential"')
    names = [c if type(c) is str else c.__name__ for c in wanted]

    def judge(got):
        if any(is_a(got, c) for c in wanted):
            return met(an(type_name(got)))
        if isinstance(got, type):
            return unmet(describe(got), "This is the class itself: add brackets, and its arguments, to make an object of it.")
        return unmet(describe(got), f"Make {listing(map(an, names), 'or')}.")

    return Requirement("the kind of object", listing(map(an, names), "or"), judge)


def _judge_value(want, got, tolerance, ignore_case) -> Finding:
    if p.is_symbolic(got):
        return unmet(describe(got), "A symbolic tensor has no numbers yet. Write down the value itself.")
    try:
        have = p.plain(got)
    except p.NotPlain as error:
        return unmet(f"{error}", f"{_kind_wanted(want)} is asked for.")
    if type(want) is frozenset and type(have) in (list, tuple):
        try:
            have = frozenset(have)
        except TypeError:
            pass
    if p.same(want, have, tolerance, ignore_case):
        return met(describe(have))
    return unmet(describe(have), _value_hint(want, have, tolerance))


def _value_hint(want, have, tolerance) -> str:
    if type(want) in (int, float) and type(have) is str:
        return "Leave out the quotes: with them it is text, not a number." if _looks_like_number(have) else "A number is asked for, this is text."
    if type(want) in (int, float) and type(have) is bool:
        return "A number is asked for, not True or False."
    if type(want) is bool and type(have) is not bool:
        return "Write True or False, without quotes."
    if type(have) is float and math.isnan(have):
        return "NaN means not a number: look for a division by 0 or a log of 0."
    if type(want) in (int, float) and type(have) in (int, float):
        return "Work it out once more, or print it from the model."
    if type(want) in (int, float) and type(have) in (list, tuple):
        return "One number is asked for." + (" Take off the brackets and the comma." if len(have) == 1 else "")
    if type(want) is str and type(have) is str:
        if want.casefold().strip() == have.casefold().strip():
            return "Only capital and small letters differ: write it exactly as Keras does."
        return "Read the question once more: another text is asked for."
    if type(want) in (list, tuple) and type(have) in (list, tuple):
        return _items_hint(want, have, tolerance)
    if type(want) is dict and type(have) is dict:
        return _keys_hint(want, have, tolerance)
    return f"{_kind_wanted(want)} is asked for."


def _items_hint(want, have, tolerance) -> str:
    if any(item is ... for item in have):
        return "One place is still `...`."
    if len(want) != len(have):
        return f"It has {count(len(have), 'entry', 'entries')}, and {len(want)} are asked for."
    wrong = [i for i, (w, h) in enumerate(zip(want, have)) if not p.same(w, h, tolerance)]
    return f"Look at {listing(f'entry {i}' for i in wrong[:4])} (the first entry is 0)." if wrong else ""


def _keys_hint(want, have, tolerance) -> str:
    missing = [str(k) for k in want if k not in have]
    extra = [str(k) for k in have if k not in want]
    if missing or extra:
        return clip_inline(
            " ".join(filter(None, [missing and f"Missing: {listing(missing)}.", extra and f"Not asked for: {listing(extra)}."]))
        )
    return f"Look at {listing(describe(k) for k in want if not p.same(want[k], have[k], tolerance))}."


def _kind_wanted(want) -> str:
    if type(want) is bool:
        return "True or False"
    if type(want) in (int, float, complex):
        return "A number"
    if type(want) is str:
        return "A text in quotes"
    if type(want) is dict:
        return "A dict"
    return "A set" if type(want) is frozenset else "A tuple or a list"


def _want_text(want, tolerance) -> str:
    return describe(want) + (f", give or take {number(tolerance)}" if tolerance else "")


def _looks_like_number(text) -> bool:
    try:
        float(text.replace(",", "").replace("_", ""))
    except ValueError:
        return False
    return True


def _soft(got):
    try:
        return p.plain(got)
    except p.NotPlain:
        return got


def _author(expected, who):
    try:
        want = p.plain(expected)
    except p.NotPlain as error:
        raise TypeError(f"{who} compares plain values, not {error}") from None
    if want is None or want is ... or type(want) is float and math.isnan(want):
        raise ValueError(f"{who} can't expect {describe(want)}: it stands for an answer that is missing")
    return want


def _tolerance(tolerance):
    if type(tolerance) not in (int, float) or not 0 <= tolerance < math.inf:
        raise ValueError("a tolerance is a number, 0 or more")


def _dims(dims) -> tuple:
    if len(dims) == 1 and type(dims[0]) in (tuple, list):
        dims = tuple(dims[0])
    if not all(d is None or type(d) is int and d >= 0 for d in dims):
        raise TypeError("a shape is made of whole numbers and None")
    return tuple(dims)
