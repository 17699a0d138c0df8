"""Plain answers: what counts as the same number, text, shape or array, and what only looks like it."""

import collections
import enum
import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.checks import check, expect
from grader.checks.requirement import attempted
from tests.checks.helpers import line, met, told


class Liar(int):
    """Equal to everything."""

    def __eq__(self, other):
        return True

    __hash__ = int.__hash__

    def __index__(self):
        return 3466


class Awful:
    """Nothing works on it."""

    def __eq__(self, other):
        raise RuntimeError("no")

    def __repr__(self):
        raise RuntimeError("no")

    __str__ = __len__ = __bool__ = __iter__ = __hash__ = __repr__

    def __getattr__(self, name):
        raise RuntimeError("no")

    @property
    def __class__(self):
        return int


class AlwaysEqual:
    def __eq__(self, other):
        return True

    def __len__(self):
        return 2

    def __iter__(self):
        return iter((28, 28))

    def __getitem__(self, i):
        return 28


class ListThatLies(list):
    def __eq__(self, other):
        return True

    def __iter__(self):
        return iter([1, 2, 3])

    def __len__(self):
        return 3


class Codes(enum.IntEnum):
    RIGHT = 3466


@pytest.mark.parametrize(
    "answer", [3466, 3466.0, np.int64(3466), np.float32(3466), np.array(3466), np.int32(3466)]
)
def test_a_right_number_is_right_in_whatever_type_it_comes(answer):
    assert met(answer, expect.value(3466))


@pytest.mark.parametrize(
    "answer",
    [
        3465,
        3466.5,
        "3466",
        True,
        [3466],
        (3466,),
        math.nan,
        math.inf,
        10**400,
        {3466},
        Codes.RIGHT,
        3466 + 1j,
    ],
)
def test_what_is_not_the_number_is_refused(answer):
    assert not met(answer, expect.value(3466))


@pytest.mark.parametrize(
    "answer",
    [Liar(1), Awful(), AlwaysEqual(), Awful, lambda: 3466, object()],
    ids="liar awful equal class function object".split(),
)
@pytest.mark.parametrize(
    "requirement",
    [
        expect.value(3466),
        expect.value("relu"),
        expect.value([1, 2]),
        expect.value({"a": 1}),
        expect.value(True),
        expect.one_of(1, 2),
        expect.shape(28, 28),
        expect.array([28, 28]),
        expect.dtype("float32"),
        expect.instance("Sequential"),
        expect.inputs(28),
        expect.compiled(loss="mse"),
        expect.same_weights(0, 1),
    ],
    ids=lambda requirement: requirement.title,
)
def test_a_hostile_object_neither_breaks_a_check_nor_passes_it(answer, requirement):
    assert not met(answer, requirement)


def test_a_list_with_its_own_iteration_is_read_as_what_it_holds():
    assert not met(ListThatLies([7]), expect.value([1, 2, 3]))
    assert met(ListThatLies([7]), expect.value([7]))


def test_text_with_a_number_gets_a_line_about_the_quotes():
    assert "Leave out the quotes" in told("3466", expect.value(3466))
    assert "Leave out the quotes" in told("3,466", expect.value(3466))
    assert "this is text" in told("many", expect.value(3466))


def test_the_other_of_true_and_false_is_not_told_to_be_a_bool():
    """The hint `True or False is asked for` is no answer to True."""
    assert "what speaks for each" in told(True, expect.value(False))
    assert "without quotes" in told("False", expect.value(False))


def test_true_is_no_number_and_one_is_not_true():
    assert "not True or False" in told(True, expect.value(1))
    assert "True or False" in told(1, expect.value(True))
    assert met(np.bool_(True), expect.value(True))
    assert not met("True", expect.value(True))
    assert not met(0, expect.value(False))


def test_nan_is_never_equal_and_can_not_be_expected():
    assert "not a number" in told(math.nan, expect.value(1.0, tolerance=1e9))
    with pytest.raises(ValueError):
        expect.value(math.nan)
    with pytest.raises(ValueError):
        expect.value(None)


def test_float_rounding_is_forgiven_and_counts_are_exact():
    assert met(0.1 + 0.2, expect.value(0.3))
    assert met(np.float32(0.3), expect.value(0.3))
    assert met(0.1 * 3 * 10, expect.value(3))
    assert not met(0.3001, expect.value(0.3))
    assert met(0.3001, expect.value(0.3, tolerance=0.001))
    assert not met(89_720_706, expect.value(89_720_705))
    assert not met(2**53 + 1, expect.value(2**53))
    assert met(1e-13, expect.value(0.0))


def test_text_is_compared_exactly_but_for_blanks_around_it():
    assert met(" relu\n", expect.value("relu"))
    assert met(np.str_("relu"), expect.value("relu"))
    assert "capital" in told("ReLU", expect.value("relu"))
    assert met("ReLU", expect.value("relu", ignore_case=True))
    assert not met("re lu", expect.value("relu"))
    assert not met(b"relu", expect.value("relu"))


def test_lists_and_tuples_are_the_same_and_sets_have_no_order():
    assert met([None, 10], expect.value((None, 10)))
    assert met(np.array([1, 2]), expect.value((1, 2)))
    assert "2 entries, and 3 are asked for" in told([1, 2], expect.value([1, 2, 3]))
    assert "entry 1" in told([1, 5, 3], expect.value([1, 2, 3]))
    assert "still `...`" in told([1, ..., 3], expect.value([1, 2, 3]))
    assert met(["b", "a"], expect.value({"a", "b"}))
    assert not met(["b", "a", "c"], expect.value({"a", "b"}))


def test_dicts_name_the_key_that_is_wrong():
    want = expect.value({"age": 1, "income": 10})
    assert met(collections.OrderedDict(income=10, age=1), want)
    assert "Missing: income" in told({"age": 1}, want)
    assert "Not asked for: gender" in told({"age": 1, "income": 10, "gender": 1}, want)
    assert "'income'" in told({"age": 1, "income": 9}, want)


def test_a_list_that_holds_itself_is_refused():
    loop = [1]
    loop.append(loop)
    assert not met(loop, expect.value([1, 2]))


def test_one_of_several_right_answers():
    want = expect.one_of("softmax", "sigmoid", 3)
    assert met("sigmoid", want) and met(3.0, want)
    assert not met("relu", want) and not met([3], want)
    assert "'softmax', 'sigmoid' or 3" in told("tanh", want)


@pytest.mark.parametrize("answer", [(None, 10), [None, 10], np.zeros((1, 1)).shape])
def test_a_shape_may_be_a_tuple_or_a_list(answer):
    assert met(answer, expect.shape(None, 10)) == (tuple(answer) == (None, 10))


def test_a_shape_says_whether_the_batch_axis_belongs_to_it():
    assert "write None as the first entry" in told((10,), expect.shape(None, 10))
    assert "batch axis: it is not asked for" in told((None, 10), expect.shape(10))
    assert "first None is the batch axis" in line((1,), expect.shape(None, 10)).expected
    either = expect.shape(None, 10, batch_optional=True)
    assert met((None, 10), either) and met([10], either) and not met((32, 10), either)
    assert "with or without the batch axis" in line((1,), either).expected


def test_a_shape_slip_is_named():
    assert "(10,)" in told((10), expect.shape(10))
    assert "quotes" in told("(None, 10)", expect.shape(None, 10))
    assert "order" in told((None, 3, 28), expect.shape(None, 28, 3))
    assert "axis 1 (20 instead of 10)" in told((None, 20), expect.shape(None, 10))
    assert "3 axes, and 2 are expected" in told((None, 1, 10), expect.shape((None, 10)))
    assert not met((None, True), expect.shape(None, 1))
    assert met((None, 10.0), expect.shape(None, 10)) and met(
        (None, np.int64(10)), expect.shape(None, 10)
    )


def test_an_array_has_a_shape_unless_it_is_one():
    assert met(np.zeros((4, 2)), expect.shape(4, 2))
    assert not met(np.zeros((4, 2)), expect.shape(2, 4))
    assert met(np.array([28, 28, 1]), expect.shape(28, 28, 1))


def test_arrays_are_compared_number_by_number():
    want = expect.array([[1.0, 2.0], [3.0, 4.0]])
    assert (
        met(np.array([[1, 2], [3, 4]]), want)
        and met([[1, 2], [3, 4.0000001]], want)
        and met(((1, 2), (3, 4)), want)
    )
    assert "[1, 0] 9 instead of 3" in told([[1, 2], [9, 4]], want)
    assert "shape (4,)" in told([1, 2, 3, 4], want)
    assert "NaN at 1 place" in told([[1, 2], [math.nan, 4]], want)
    assert not met([[1, 2], [3]], want)
    assert not met(np.array([["1", "2"], ["3", "4"]]), want)
    assert not met(np.array([[1, 2], [3, None]], dtype=object), want)
    assert "True and False" in told(np.ones((2, 2), bool), want)
    assert not met(np.ma.masked_array([[1, 2], [9, 4]], mask=[[0, 0], [1, 0]]), want)


def test_dtypes_by_any_of_their_names():
    want = expect.dtype("float32")
    assert (
        met("float32", want)
        and met(np.float32, want)
        and met(np.dtype("float32"), want)
        and met(np.zeros(2, "float32"), want)
    )
    assert (
        not met("float64", want)
        and not met(float, want)
        and not met(np.zeros(2), want)
        and not met(3.0, want)
    )


def test_errors_that_must_be_raised():
    def wrong():
        raise ValueError("Graph disconnected: cannot obtain value")

    def silent():
        return 7

    def stub(): ...

    want = expect.raises(ValueError, match="disconnected")
    assert met(wrong, want)
    assert met(lambda: [][1], expect.raises("LookupError"))
    assert "must say 'batch'" in told(wrong, expect.raises(ValueError, match="batch"))
    assert "another error" in told(wrong, expect.raises(TypeError))
    assert "no error: the call returned 7" in told(silent, want)
    assert line(stub, want).status == "not attempted"
    assert "without brackets" in told(ValueError("disconnected"), want)
    assert "without arguments" in told(lambda x: x, expect.raises(ValueError))


def test_exit_from_a_students_function_is_a_line():
    assert "SystemExit" in told(lambda: exit(), expect.calling().gives(expect.value(1)))


def test_an_interrupt_passes():
    def interrupted():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check(interrupted, expect.calling().gives(expect.value(1)))


def test_an_error_whose_message_breaks_is_still_a_line():
    class Broken(Exception):
        def __str__(self):
            raise RuntimeError("no")

    def wrong():
        raise Broken

    assert "Broken" in told(wrong, expect.calling().gives(expect.value(1)))


def test_kinds_of_objects():
    assert met([], expect.instance("list")) and met(3, expect.instance(int, float))
    assert not met(Awful(), expect.instance(int))
    assert "class itself" in told(dict, expect.instance("dict"))


numbers = st.one_of(
    st.integers(-(10**12), 10**12), st.floats(allow_nan=False, allow_infinity=False, width=32)
)
values = st.recursive(
    st.one_of(numbers, st.booleans(), st.text(max_size=5), st.none()),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault
@given(values.filter(lambda v: v is not None))
def test_every_value_equals_itself(value):
    assert check(value, expect.value(value)).status == (
        "met" if attempted(value) else "not attempted"
    )


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault
@given(numbers, st.floats(0, 10), st.floats(-20, 20))
def test_tolerance_is_a_distance(expected, tolerance, offset):
    answer = float(expected) + offset
    distance = abs(answer - float(expected))
    verdict = met(answer, expect.value(expected, tolerance=tolerance))
    rounding = 1e-6 * abs(float(expected)) + 1e-9
    if distance <= tolerance:
        assert verdict
    if distance > tolerance + rounding:
        assert not verdict


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault
@given(st.integers(), st.integers(1, 10**6))
def test_another_whole_number_never_passes(expected, apart):
    assert not met(expected + apart, expect.value(expected))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault
@given(values, values)
def test_check_never_raises_and_never_writes(one, other):
    if one is not None:
        report = check(other, expect.value(one), expect.one_of(one), expect.shape(3), points=2)
        assert 0 <= report.score <= 2


# Numbers that are only to be numbers ---------------------------------------------------------------------------


WHOLE = [3, 3.0, np.int64(3), np.float32(3), np.array(3), np.uint8(3), 10**400]
NOT_WHOLE = [
    "3",
    "three",
    True,
    np.True_,
    2.5,
    math.nan,
    math.inf,
    [3],
    (3,),
    {3},
    Liar(3),
    Awful(),
    int,
    3 + 0j,
]


@pytest.mark.parametrize("value", WHOLE, ids=lambda v: type(v).__name__)
def test_whole_takes_whole_numbers_of_every_library(value):
    assert met(value, expect.whole())
    assert met((value, 2), expect.whole(each=True)) and met([value], expect.whole(each=True))
    assert not met((value, 2), expect.whole())
    assert not met(value, expect.whole(each=True))


@pytest.mark.parametrize("value", NOT_WHOLE, ids=lambda v: type(v).__name__)
def test_whole_takes_nothing_else(value):
    assert not met(value, expect.whole())
    assert not met([3, value], expect.whole(each=True))
    assert "whole number" in line(value, expect.whole()).expected


def test_number_takes_fractions_and_both_keep_their_limits():
    assert met(2.5, expect.number()) and met(np.float32(0.25), expect.number(0, 1))
    for value in ("2.5", True, math.nan, math.inf, None, [2.5]):
        assert not met(value, expect.number())
    for value, good in ((0, False), (1, True), (12, True), (np.int32(13), False)):
        assert met(value, expect.whole(1, 12)) is good
        assert met((5, value), expect.whole(1, 12, each=True)) is good
    assert not met((), expect.whole(each=True))


@pytest.mark.parametrize(
    "value, word, hint",
    [
        ("1810", expect.whole(), "Leave out the quotes: with them it is text, not a number."),
        ("many", expect.whole(), "A number is asked for, this is text."),
        ((6,), expect.whole(), "One number is asked for. Take off the brackets and the comma."),
        (0.5, expect.whole(1, 12), "Type a whole number from 1 to 12."),
        (13, expect.whole(1, 12), "Type a whole number from 1 to 12."),
        (-1, expect.number(at_least=0), "Type a number of at least 0."),
        (28, expect.whole(each=True), "Type a tuple of whole numbers."),
        ((28, "3"), expect.whole(each=True), "Leave out the quotes: with them it is text, not a number."),
        ((28, None), expect.whole(each=True), "Type a tuple of whole numbers."),
    ],
)  # fmt: skip
def test_what_is_said_of_what_is_no_such_number(value, word, hint):
    assert line(value, word).look == hint


def test_a_share_is_the_one_that_was_measured():
    asked = expect.measured(np.arange(360) < 335)
    once_more = 335 / 360
    for right in (once_more, np.float32(once_more), 334 / 360, 336 / 360, 0.931, 0.93, 0.9306):
        assert met(right, asked), right
    for wrong in (333 / 360, 1338 / 1437, 0.932, 0.9318, 335, "0.931", 93.06, True):
        assert not met(wrong, asked), wrong
    assert line(0.5, asked).look == "Measured again, it is 0.931: 335 of 360."
    assert met(1.0, expect.measured([True] * 4)) and not met(1.25, expect.measured([True] * 4))


def test_a_number_that_is_not_told_is_known_by_what_it_leaves():
    asked = expect.leaves(97, 64, look="Mind the biases.")
    for right in (1_810, 1_810.0, np.int64(1_810)):
        assert met(right, asked)
    assert line(1_792, asked).look == "Mind the biases." and "1,792" in line(1_792, asked).found
    assert line("1810", asked).look == "Leave out the quotes: with them it is text, not a number."
    assert (
        "1810" not in line(5, asked).expected and not met(True, asked) and not met(1_810.5, asked)
    )
    assert line(..., asked).status == "not attempted"
    with pytest.raises(ValueError):
        expect.leaves(7, 7, look="")
