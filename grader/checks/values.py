"""Requirements on plain values: numbers, text, shapes, arrays and kinds of object."""

import math

from grader.checks import plain_values as p
from grader.checks import tensors
from grader.checks.finding import Finding, met, unmet
from grader.checks.requirement import Requirement
from grader.checks.wording import (
    an,
    clip_inline,
    count,
    describe,
    listing,
    shape_text,
    type_name,
)
from grader.checks.wording import number as number_text


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
        "the value",
        _want_text(want, tolerance),
        lambda got: _judge_value(want, got, tolerance, ignore_case),
    )


def one_of(*choices, tolerance: float = 0, ignore_case: bool = False) -> Requirement:
    """The value is one of these, each judged as `value` does."""
    wants = [_author(choice, "expect.one_of") for choice in choices]
    if not wants:
        raise ValueError("expect.one_of needs at least one choice")
    wants = [w for i, w in enumerate(wants) if not any(p.same(w, v) for v in wants[:i])]
    if len(wants) == 1:  # (6, 10) and [6, 10] are one answer
        return value(wants[0], tolerance, ignore_case=ignore_case)

    def judge(got):
        if any(_judge_value(want, got, tolerance, ignore_case).status == "met" for want in wants):
            return met(describe(_soft(got)))
        nearest = _judge_value(wants[0], got, tolerance, ignore_case)
        return unmet(
            nearest.found,
            nearest.look
            if nearest.look.startswith("Leave out")
            else "Choose one of the values that are asked for.",
        )

    return Requirement(
        "the value", f"one of {listing((describe(want) for want in wants), 'or')}", judge
    )


def number(at_least: float | None = None, at_most: float | None = None) -> Requirement:
    """The value is one finite number within these limits: Python's, NumPy's or a tensor of one entry; no text, no bool.

    >>> number(at_least=0).judge(0.25).status
    'met'
    """
    return _counted("number", at_least, at_most, False)


def whole(
    at_least: float | None = None, at_most: float | None = None, *, each: bool = False
) -> Requirement:
    """The value is one whole number within these limits, whoever's: 3, 3.0 and np.int64(3) are one number.

    Parameters
    ----------
    at_least, at_most
        The limits, both included; None for none.
    each
        A tuple or list (or array) of such numbers is asked for, of any length but 0.

    >>> whole(1, 12).judge(12).status, whole().judge("12").status, whole(each=True).judge((6, 10)).status
    ('met', 'unmet', 'met')
    """
    return _counted("whole number", at_least, at_most, each)


def _counted(noun: str, at_least, at_most, each: bool) -> Requirement:
    limits = {
        (False, False): "",
        (True, False): f" of at least {at_least}",
        (False, True): f" of at most {at_most}",
        (True, True): f" from {at_least} to {at_most}",
    }[at_least is not None, at_most is not None]
    wanted = f"a tuple of {noun}s{limits}" if each else f"a {noun}{limits}"

    def fits(have) -> bool:
        return (
            type(have) in (int, float)
            and (type(have) is int or math.isfinite(have))
            and (noun == "number" or have == int(have))
            and (at_least is None or have >= at_least)
            and (at_most is None or have <= at_most)
        )

    def judge(got):
        try:
            have = p.plain(got)
        except p.NotPlain as error:
            return unmet(f"{error}", f"Type {wanted}.")
        row = each and type(have) in (tuple, list) and len(have) > 0
        wrong = [entry for entry in (have if row else [have]) if not fits(entry)]
        if not wrong and row == each:
            return met(describe(have))
        return unmet(describe(have), wrong and _no_number(wrong[0]) or f"Type {wanted}.")

    return Requirement("the value", wanted, judge)


def leaves(divisor: int, rest: int, *, look: str) -> Requirement:
    """The value is the whole number that is asked for, told by what it leaves when it is divided.

    For a number that a visible check must not tell: 1 of `divisor` wrong numbers is taken for right, so the hidden check asks for
    the `value` itself.

    Parameters
    ----------
    divisor, rest
        A prime number, and what the right number leaves.
    look
        What a wrong number is told.

    >>> leaves(97, 64, look="Count once more.").judge(1_810).status
    'met'
    """
    if not 0 <= rest < divisor:
        raise ValueError("expect.leaves: the rest lies between 0 and the divisor")
    counted = whole(at_least=0)

    def judge(got):
        finding = counted.judge(got)
        if finding.status != "met" or int(p.plain(got)) % divisor == rest:
            return finding
        return unmet(describe(_soft(got)), look)

    return Requirement(
        "the value",
        f"the right whole number (divided by {divisor} it leaves {rest})",
        judge,
    )


def measured(right) -> Requirement:
    """The value is the share of right answers that a check has counted again, one answer more or less.

    It may be rounded, to two places or more. The share of other data, or one that was reached earlier, is hardly ever such a number:
    with a plain tolerance, many an accuracy on the training data would pass.

    Parameters
    ----------
    right
        For each sample, whether the answer to it is right.

    >>> again = [True] * 335 + [False] * 25
    >>> measured(again).judge(0.931).status, measured(again).judge(0.9318).status
    ('met', 'unmet')
    """
    hits, of = sum(map(bool, right)), len(right)
    shares = [near / of for near in (hits - 1, hits, hits + 1) if 0 <= near <= of]
    shares += [round(share, places) for share in shares for places in (2, 3, 4)]
    between = number(0, 1)

    def judge(got):
        finding = between.judge(got)
        if finding.status != "met" or any(abs(p.plain(got) - share) < 1e-5 for share in shares):
            return finding
        return unmet(
            describe(_soft(got)), f"Measured again, it is {hits / of:.3f}: {hits} of {of}."
        )

    return Requirement("the value", f"the share of {hits} of {of}", judge)


def array(expected, rtol: float = 1e-5, atol: float = 1e-6) -> Requirement:
    """The value holds these numbers: an array, a tensor or nested lists, of the same shape, each number within
    `atol + rtol * |expected|`. The dtype doesn't count; NaN is never right."""
    import numpy

    want = tensors.as_array(expected)
    if want is None or want.dtype.kind not in "biufc":
        raise TypeError(
            "expect.array compares numbers: hand in an array or nested lists of numbers"
        )

    def judge(got):
        array = tensors.as_array(got)
        if array is None or array.dtype.kind not in "biufc":
            return unmet(
                describe(got),
                "An array of numbers is asked for: a NumPy array, a tensor, or a list of numbers.",
            )
        if array.shape != want.shape:
            return unmet(
                f"an array of shape {shape_text(array.shape)}",
                f"The shape must be {shape_text(want.shape)}.",
            )
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
        return unmet(
            f"NaN at {count(int(numpy.isnan(b).sum()), 'place')}",
            "NaN means not a number: look for a division by 0 or a log of 0.",
        )
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

    with_batch = (
        " (the first None is the batch axis)" if want[:1] == (None,) and not batch_optional else ""
    )
    if batch_optional:
        with_batch = " (with or without the batch axis)"
    return Requirement("the shape", shape_text(want) + with_batch, judge, raw=True)


def _shape_from(got):
    own = tensors.shape_of(got)
    if own is not None and not _is_shape_vector(got):
        return own, ""
    try:
        have = p.plain(got)
    except p.NotPlain:
        return None, "A shape is a tuple such as (None, 10)."
    if type(have) is int:
        return (
            None,
            f"({have}) is only the number {have}. A shape with one axis has a comma: ({have},).",
        )
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
    have = tensors.as_array(got)
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
        have = tensors.dtype_of(got) or _dtype_name(got)
        if have is None:
            return unmet(
                describe(got),
                f"Something of dtype {want} is asked for: an array, a tensor, or the dtype itself.",
            )
        return (
            met(have)
            if have == want
            else unmet(have, f"Ask for it where the value is made: dtype={want!r}.")
        )

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
            return (
                value.strip()
                if value.strip() in ("bfloat16", "float8_e4m3fn", "float8_e5m2")
                else None
            )
    if isinstance(value, numpy.dtype):
        return value.name
    if isinstance(value, type) and issubclass(value, numpy.generic):
        return numpy.dtype(value).name
    return None


def instance(*classes) -> Requirement:
    """The value is an object of one of these classes: a class, or the name of one of Keras' or of the student's own."""
    from grader.checks.class_names import is_a, resolve

    wanted = [resolve(c) if type(c) is str else c for c in classes]
    if not wanted or not all(isinstance(c, (type, str)) for c in wanted):
        raise TypeError('expect.instance needs classes or their names, such as "Sequential"')
    names = [c if type(c) is str else c.__name__ for c in wanted]

    def judge(got):
        if any(is_a(got, c) for c in wanted):
            return met(an(type_name(got)))
        if isinstance(got, type):
            return unmet(
                describe(got),
                "This is the class itself: add brackets, and its arguments, to make an object of it.",
            )
        return unmet(describe(got), f"Make {listing(map(an, names), 'or')}.")

    return Requirement("the kind of object", listing(map(an, names), "or"), judge)


def _judge_value(want, got, tolerance, ignore_case) -> Finding:
    if tensors.is_symbolic(got):
        return unmet(
            describe(got), "A symbolic tensor has no numbers yet. Write down the value itself."
        )
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
    if type(want) in (int, float) and _no_number(have):
        return _no_number(have)
    if type(want) in (int, float) and type(have) in (int, float):
        return "Work it out once more."
    if type(want) is bool:
        return (
            "Read the question once more, and what speaks for each of the two answers."
            if type(have) is bool
            else "Write True or False, without quotes."
        )
    if type(want) is str and type(have) is str:
        if want.casefold().strip() == have.casefold().strip():
            return "Only capital and small letters differ: write it exactly as Keras does."
        return "Read the question once more: another text is asked for."
    if type(want) in (list, tuple) and type(have) in (list, tuple):
        return _items_hint(want, have, tolerance)
    if type(want) is dict and type(have) is dict:
        return _keys_hint(want, have, tolerance)
    return f"{_kind_wanted(want)} is asked for."


def _no_number(have) -> str:
    """What to do where a number is asked for and this is none; "" where there is no more to say."""
    if type(have) is str:
        return (
            "Leave out the quotes: with them it is text, not a number."
            if _looks_like_number(have)
            else "A number is asked for, this is text."
        )
    if type(have) is bool:
        return "A number is asked for, not True or False."
    if type(have) is float and math.isnan(have):
        return "NaN means not a number: look for a division by 0 or a log of 0."
    if type(have) in (list, tuple):
        return "One number is asked for." + (
            " Take off the brackets and the comma." if len(have) == 1 else ""
        )
    return ""


def _items_hint(want, have, tolerance) -> str:
    if any(item is ... for item in have):
        return "One place is still `...`."
    if len(want) != len(have):
        return f"It has {count(len(have), 'entry', 'entries')}, and {len(want)} are asked for."
    wrong = [i for i, (w, h) in enumerate(zip(want, have)) if not p.same(w, h, tolerance)]
    if not wrong:
        return ""
    if sorted(map(repr, want)) == sorted(map(repr, have)):
        return "These are the right entries, in another order."
    if all(type(w) is int and p.same(w - 1, h) for w, h in zip(want, have)):
        return "Each number is 1 too small: the first is counted as 1 here, not as 0."
    if len(wrong) == len(want) > 1:
        return "None of them is right yet."
    return f"Look at {listing(f'entry {i}' for i in wrong[:4])} (the first entry is 0)."


def _keys_hint(want, have, tolerance) -> str:
    missing = [str(k) for k in want if k not in have]
    extra = [str(k) for k in have if k not in want]
    if missing or extra:
        told = [f"Missing: {listing(missing)}."] if missing else []
        told += [f"Not asked for: {listing(extra)}."] if extra else []
        return clip_inline(" ".join(told))
    return (
        f"Look at {listing(describe(k) for k in want if not p.same(want[k], have[k], tolerance))}."
    )


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
    return describe(want) + (f", give or take {number_text(tolerance)}" if tolerance else "")


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
        raise ValueError(
            f"{who} can't expect {describe(want)}: it stands for an answer that is missing"
        )
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
