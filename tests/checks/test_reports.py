"""Reports: points, the three forms (number, text, HTML), and reading them back without trusting them."""

import copy
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.checks import Line, Report, ReportError, check, expect
from grader.checks.render import as_html

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><title>t</title><rect width="3" height="3"/></svg>'


def three_of_four():
    return check(5, expect.value(5), expect.value(5), expect.value(6), expect.one_of(5), points=6)


def test_points_are_shared_equally():
    report = three_of_four()
    assert report.score == 4.5 and repr(report) == "4.5" and report.status == "partly met"
    assert [line.earned for line in report.lines] == [1.5, 1.5, 0, 1.5]


def test_points_are_shared_by_worth():
    report = check(5, expect.value(5).worth(3), expect.value(6), points=2)
    assert repr(report) == "1.5"


def test_thirds_add_up_to_the_whole():
    assert repr(check(5, *[expect.value(5)] * 3, points=1)) == "1"
    assert repr(check(5, *[expect.value(5)] * 2, expect.value(4), points=1)) == "0.6667"
    assert check(5, *[expect.value(5)] * 7, points=3).score == 3


def test_without_what_is_needed_nothing_counts():
    report = check(5, expect.value(5), expect.value(6).needed(), points=4)
    assert report.score == 0 and report.status == "unmet"
    assert "no points" in report.lines[1].look
    assert check(5, expect.value(5).needed(), expect.value(6), points=4).score == 2


def test_needs_carry_no_points_but_bar_them():
    assert check(5, expect.value(5), points=4, needs=expect.value(6)).score == 0
    report = check(5, expect.value(5), points=4, needs=[expect.value(5), expect.instance(int)])
    assert report.score == 4 and [line.points for line in report.lines] == [0, 0, 4]


@pytest.mark.parametrize("value", [..., None, [...], {"a": ..., "b": None}])
def test_an_untouched_stub_is_not_attempted(value):
    report = check(value, expect.value(3), expect.inputs(4), points=3)
    assert report.status == "not attempted" and report.score == 0 and repr(report) == "0"
    assert {line.status for line in report.lines} == {"not attempted"}
    assert "Not attempted" in str(report) and "model.compile" in str(report)


def test_zero_points_do_not_make_an_answer_an_untouched_one():
    assert check(4, expect.value(5)).status == "unmet"


def test_a_custom_requirement_is_a_plain_function():
    def even(value):
        """The number is even."""
        return value % 2 == 0

    def small(value):
        return "too large, keep it under 10" if value >= 10 else True

    report = check(12, even, small, points=2)
    assert [line.title for line in report.lines] == ["The number is even.", "small"]
    assert report.score == 1 and report.lines[1].found == "too large, keep it under 10"
    assert check("x", even).lines[0].status == "raised"
    assert check(12, expect.that(even, "evenness").worth(2), points=2).lines[0].title == "evenness"
    assert check(12, lambda v: Line("unmet", "mine", "a", "b", "c")).lines[0].look == "c"


def test_a_custom_requirement_without_a_verdict_is_not_met():
    class Yes:
        def __bool__(self):
            return True

    assert check(1, lambda v: Yes()).score == 0
    assert check(1, lambda v: None).score == 0
    assert check(1, lambda v: 1).score == 0


def test_an_authors_slip_raises():
    with pytest.raises(TypeError):
        check(3)
    with pytest.raises(TypeError):
        check(3, 4)
    with pytest.raises(ValueError):
        check(3, expect.value(3), points=0)
    with pytest.raises(ValueError):
        check(3, expect.value(3).worth(0))


def test_a_report_shows_itself_three_ways():
    bundle = three_of_four()._repr_mimebundle_()
    assert bundle["text/plain"] == "4.5"
    assert "found" in bundle["text/html"].lower()
    assert (
        Report.from_data(bundle["application/vnd.functional-keras.report+json"]) == three_of_four()
    )


def test_html_says_status_in_words_and_escapes_everything():
    report = check("<script>alert(1)</script>", expect.value("<b>"), expect.value(4), points=1)
    html = as_html(report)
    assert "not met" in html and "✗" in html
    assert "<script" not in html and "<b>" not in html and "&lt;b&gt;" in html
    assert "://" not in html.replace("http://www.w3.org/2000/svg", "")


def test_long_answers_are_cut():
    report = check("x" * 10**6, expect.value("y" * 10**6))
    assert len(as_html(report)) < 20_000
    assert all(len(line.found) <= 2000 for line in report.lines)


def test_control_characters_do_not_reach_the_page():
    report = check("a\x1b[31m\u202e\ud800b", expect.value("c"))
    text = str(report) + as_html(report)
    assert "\x1b" not in text and "\u202e" not in text
    text.encode("utf-8")


def test_data_survive_json():
    report = three_of_four()
    assert Report.from_data(json.loads(json.dumps(report.to_data()))) == report


lines = st.builds(
    lambda status, title, found, points, good: Line(
        status, title, "e", found, "l", points, points if good and status == "met" else 0.0
    ),
    st.sampled_from(["met", "unmet", "not attempted", "raised"]),
    st.text(max_size=400),
    st.text(max_size=40).map(lambda text: text * 80),
    st.integers(0, 1000).map(lambda n: n / 8),
    st.booleans(),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault
@given(st.lists(lines, min_size=1, max_size=6))
def test_every_report_comes_back_from_its_data(some):
    total = sum(line.points for line in some)
    report = Report(tuple(some), total)
    again = Report.from_data(json.loads(json.dumps(report.to_data())))
    assert again == report and again.score == report.score and 0 <= again.score <= total


def good():
    return check(5, expect.value(5), expect.value(6), points=2).to_data()


def spoil(change):
    data = copy.deepcopy(good())
    change(data)
    return data


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.update(points=10**9),
        lambda d: d.update(points=True),
        lambda d: d.update(points="2"),
        lambda d: d.update(points=float("nan")),
        lambda d: d.update(score=2),
        lambda d: d.update(score=float("nan")),
        lambda d: d.update(version=1),
        lambda d: d.update(version=3),
        lambda d: d["lines"][0].update(called="yes"),
        lambda d: d["lines"][0].update(about="x" * 5000),
        lambda d: d.update(extra=1),
        lambda d: d.pop("lines"),
        lambda d: d.update(lines={}),
        lambda d: d.update(lines=d["lines"] * 200),
        lambda d: d.update(lines=[]),
        lambda d: d["lines"][0].update(status="great"),
        lambda d: d["lines"][0].update(title=3),
        lambda d: d["lines"][0].update(found="x" * 5000),
        lambda d: d["lines"][0].update(points=-1),
        lambda d: d["lines"][0].update(earned=2),
        lambda d: d["lines"][1].update(earned=1),
        lambda d: d["lines"][0].update(points=0.5, earned=0.5),
        lambda d: d["lines"][0].update(more=""),
        lambda d: d["lines"][0].pop("look"),
        lambda d: d["lines"][0].update(drawing="<p>hi</p>"),
        lambda d: d["lines"][0].update(drawing=3),
        lambda d: d["lines"][0].update(drawing=SVG.replace("<rect", "<script/><rect")),
        lambda d: d["lines"][0].update(drawing=SVG.replace("<rect", '<rect onclick="x()"')),
        lambda d: d["lines"][0].update(
            drawing=SVG.replace("<rect", '<use href="http://x/y"/><rect')
        ),
        lambda d: d["lines"][0].update(
            drawing=SVG.replace("<rect", '<rect style="fill:url(http://x)"')
        ),
        lambda d: d["lines"][0].update(
            drawing=SVG.replace("<rect", "<style>@import 'x'</style><rect")
        ),
        lambda d: d["lines"][0].update(drawing=SVG.replace("<rect", "<foreignObject/><rect")),
        lambda d: d["lines"][0].update(drawing="<!DOCTYPE svg [<!ENTITY a 'b'>]>" + SVG),
        lambda d: d["lines"][0].update(
            drawing=SVG.replace(
                "t</title>", "<b xmlns='http://www.w3.org/1999/xhtml'>x</b></title>"
            )
        ),
        lambda d: d["lines"][0].update(drawing=SVG.replace("</svg>", "")),
    ],
)
def test_odd_data_are_refused(change):
    with pytest.raises(ReportError):
        Report.from_data(spoil(change))


@pytest.mark.parametrize("data", [None, 3, "4.5", [], {}, {"version": 1}])
def test_what_is_no_report_is_refused(data):
    with pytest.raises(ReportError):
        Report.from_data(data)


def test_a_harmless_drawing_is_kept():
    data = spoil(lambda d: d["lines"][1].update(drawing=SVG, drawing_alt="a square"))
    report = Report.from_data(data)
    assert "<rect" in report.lines[1].drawing
    assert "<rect" in as_html(report) and 'aria-label="a square"' in as_html(report)


def test_a_line_never_carries_a_drawing_that_could_run():
    line = Line("unmet", "t", drawing=SVG.replace("<rect", '<rect onload="x()"'))
    assert line.drawing is None and "no drawing" in line.drawing_alt
