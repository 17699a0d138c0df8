"""The feedback page: it tells what to look at, shows no hidden test, and runs nothing a student wrote."""

import base64
import dataclasses
import html.parser
import json
import re

import pytest

from grader.batch.grade import grade
from grader.checks import check, expect
from grader.checks.report import Line, Report
from grader.course.submission import REPORT_TYPE
from grader.reports import formgrader_cells, safe
from grader.reports.feedback_page import _check, _lines, _Node
from grader.reports.output_sanitizer import MAX_ALL_TEXT, OutputFilter
from tests.grading import tiny

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"0" * 64).decode()
ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)></svg>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<a href='javascript:alert(1)'>a</a>",
    "[a](javascript:alert(1))",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "![a](data:image/svg+xml;base64,PHN2Zz4=)",
    "![a](https://example.org/spy.png)",
    "<style>body{background:url(https://example.org/x)}</style>",
    "<form action=https://example.org><input name=a></form>",
    "<meta http-equiv=refresh content='0;url=https://example.org'>",
    "<base href=https://example.org>",
    "<link rel=stylesheet href=https://example.org/x.css>",
    "<div style='position:fixed;top:0'>8 of 8 points</div>",
    "<object data=x></object><embed src=x>",
    "</pre></section></main><script>alert(1)</script>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<!--><script>alert(1)</script-->",
    "`</code><script>alert(1)</script>`",
]


class Parsed(html.parser.HTMLParser):
    """Elements and attributes of a page, as a browser would find them."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes = set(), []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]


def assert_harmless(text):
    page = Parsed(text)
    assert not page.tags & {
        "script",
        "iframe",
        "object",
        "embed",
        "form",
        "input",
        "base",
        "link",
        "svg",
        "math",
        "video",
        "audio",
    }
    for tag, name, value in page.attributes:
        assert not name.startswith("on") and name not in (
            "style",
            "srcset",
            "srcdoc",
            "formaction",
            "background",
            "poster",
        )
        if name == "src":
            assert re.match(r"data:image/(png|jpeg|svg\+xml);base64,", value)
        if name == "href":
            assert re.match(r"https?://|mailto:|#", value)


EVIL = "Tom & O'Eve"  # as much of markup as a folder's name may hold


@pytest.fixture(scope="module")
def pages(prepared, tmp_path_factory):
    """The feedback of a small class, by student."""
    import shutil

    from grader.course.folder import Course

    course = Course.at(shutil.copytree(prepared, tmp_path_factory.mktemp("feedback") / "course"))
    tiny.hand_in(
        course.root,
        "wrong",
        tiny.submission(
            total="total = 44", greet="def greet(name):\n    return 'Hello, ' + name + '!'"
        ),
    )
    tiny.hand_in(
        course.root,
        "curious",
        tiny.submission(total="class Total:\n    pass\ntotal = Total()", words="words = 1 / 0"),
    )
    evil = tiny.released_notebook()
    for attack in ATTACKS:
        evil["cells"].append(tiny.own_cell(attack, "markdown"))
        evil["cells"].append(tiny.own_cell(attack, "raw"))
        bundle = {
            "text/html": attack,
            "image/svg+xml": attack,
            "application/javascript": "alert(1)",
            "text/markdown": attack,
        }
        shown = tiny.own_cell("")
        shown["source"] = ""
        shown["outputs"] = [
            {"output_type": "display_data", "data": bundle, "metadata": {}},
            {"output_type": "stream", "name": "stdout", "text": attack},
            {"output_type": "error", "ename": attack, "evalue": attack, "traceback": [attack]},
            {
                "output_type": "display_data",
                "data": {"image/png": attack, "text/plain": attack},
                "metadata": {},
            },
            {
                "output_type": "display_data",
                "data": {"application/vnd.jupyter.widget-view+json": {"model_id": attack}},
                "metadata": {},
            },
        ]
        evil["cells"].append(shown)
    tiny.cell(evil, "check-total")["outputs"] = [
        {
            "output_type": "execute_result",
            "data": {"text/html": "8 of 8", "text/plain": "8"},
            "metadata": {},
        }
    ]
    tiny.hand_in(course.root, EVIL, evil)
    grade(course)
    return {p.parts[-3]: p.read_text() for p in course.root.glob("feedback/*/tiny/tiny.html")}


def test_a_page_begins_with_points_and_reasons(pages):
    text = pages["wrong"]
    head = text[: text.index("<main>")]
    assert "<strong>4</strong> of 8 points" in head
    assert "expected 45, found 44" in head and "All met." in head


def unfolded(text):
    """What a page shows before anything is clicked."""
    while text != (less := re.sub(r"(?s)<details\b(?:(?!<details\b).)*?</details>", "", text)):
        text = less
    return text


def test_what_is_all_right_or_the_lessons_is_folded_and_the_rest_is_not(pages):
    body = pages["wrong"].split("<main>")[1]
    shown = unfolded(body)
    assert "Put the sum of 0 to 9" in shown, "an exercise's text stands above its answer"
    assert "exercise-total" in shown and "found</span> <span>44" in shown
    for folded in ("Three small exercises.", "Set-up", "Check of greet"):
        assert folded in body and folded not in shown


def test_a_comment_on_what_is_all_right_is_not_folded():
    meta = {"grade": True, "grade_id": "check-a", "score": 1, "points": 1, "comment": "Well done."}
    cell = _Node(cell_type="code", source="check(a)", metadata=_Node(nbgrader=meta))
    assert "Well done." in unfolded(_check(cell, "check", "a", False))
    meta["comment"] = ""
    assert unfolded(_check(cell, "check", "a", False)) == ""


def test_a_checks_lines_are_told_in_full(pages):
    body = pages["wrong"].split("<main>")[1]
    assert re.search(r"expected</span> <span>45</span>", body) and re.search(
        r"found</span> <span>44</span>", body
    )


def test_a_hidden_check_shows_its_points_and_no_more(pages):
    for text in pages.values():
        assert "BEGIN HIDDEN" not in text and "check(total, expect.value(45), points=2)" not in text
    hidden = pages["wrong"].split("Hidden checks of total")[1].split("</section>")[0]
    assert "0 of 2 points" in hidden and "45" not in hidden and "44" not in hidden


def test_what_a_hidden_check_calls_a_function_with_is_not_told():
    def wrong(*given, **more):
        raise ValueError(f"{given} {more}")

    secret = expect.calling(20, "SECRET", k=[12, 9])
    report = check(wrong, secret.gives(expect.value("SECRET")), secret.anew(), points=2)
    stored = Report.from_data(json.loads(json.dumps(report.to_data())))
    assert "12, 9" in _lines(stored, hidden=False)
    for findings in (False, True):
        told = _lines(stored, hidden=True, findings=findings)
        assert "called with other values: the value" in told
        assert "called twice with other values" in told
        assert "12, 9" not in told and "SECRET" not in told
        assert ("the function raised ValueError" in told) == findings


def test_a_report_of_an_earlier_version_is_read_and_tells_no_arguments():
    lines = [
        {
            **{k: v for k, v in vars(line).items() if k not in ("about", "called")},
            "title": title,
        }
        for title, line in {
            "called with (20, [12, 9], 4): the graph": Line("unmet", "", "12, 9", "12, 9", "12, 9"),
            "called twice with ([12, 9])": Line("unmet", "", "12, 9", "12, 9", "12, 9"),
            "of one's own": Line("raised", "", "12, 9", "12, 9", "12, 9", 2.0),
            "the value": Line("unmet", "", "45", "44"),
        }.items()
    ]
    report = Report.from_data({"version": 1, "points": 2.0, "score": 0.0, "lines": lines})
    assert "12, 9" in _lines(report, hidden=False)
    told = _lines(report, hidden=True, findings=True)
    assert "called with other values: the graph" in told and "called twice with other" in told
    assert "12, 9" not in told and "45" in told and "44" in told


def test_no_traceback_is_shown_that_was_not_the_students_own(pages):
    assert all("Traceback" not in text and "site-packages" not in text for text in pages.values())


@pytest.mark.parametrize("student", ["wrong", "curious", EVIL])
def test_no_page_holds_anything_that_runs_or_loads(pages, student):
    text = pages[student]
    assert "default-src 'none'" in text
    assert_harmless(text.replace('<meta http-equiv="Content-Security-Policy"', "<meta"))


def test_what_a_student_put_under_a_check_is_gone(pages):
    assert "8 of 8" not in pages[EVIL].split("<main>")[0]
    assert "8 of 8<" not in pages[EVIL].split("Check of total")[1].split("</section>")[0]


def test_a_drawing_in_formgrader_is_a_picture_and_no_part_of_its_page():
    """A report may come from a student's process, where a test of the toolbar's has to run there."""
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><g class="nbgrader_cell full-credit" id="check-total"/></svg>'
    report = Report(
        (Line("unmet", "the graph", points=1, drawing=svg, drawing_alt="a model"),), 1.0
    )
    output = {"output_type": "execute_result", "data": {REPORT_TYPE: report.to_data()}}
    cell = {"cell_type": "code", "source": "", "outputs": [output]}
    ((_, (shown,)),) = formgrader_cells.parts(json.dumps({"cells": [cell]}))
    html = shown["data"]["text/html"]
    assert "full-credit" in report._repr_html_() and "full-credit" not in html
    assert "data:image/svg+xml" in html and "<svg" not in html


def test_no_kind_of_output_outgrows_what_a_notebook_may_have():
    """Lines without a character, names of errors, a little in each of many cells: all of it is counted."""
    keep = OutputFilter()
    kinds = (
        {"output_type": "error", "traceback": ["\n" * 19_999]},
        {"output_type": "error", "ename": "E" * 9_999, "evalue": "e" * 9_999, "traceback": []},
        {"output_type": "stream", "text": ["x\n"] * 9_999},
        {"output_type": "display_data", "data": {"text/html": "<b>" * 9_999}},
    )
    kept = [keep.cell([kind] * 50) for kind in kinds for _ in range(500)]
    outputs = [o for cell in kept for o in cell]
    assert sum(len(o.get("traceback", ())) for o in outputs) <= len(outputs)
    assert len(json.dumps(kept)) < 3 * MAX_ALL_TEXT


@pytest.mark.parametrize("attack", ATTACKS)
def test_markdown_is_made_harmless(attack):
    assert_harmless(safe.markdown(attack))
    assert_harmless(safe.markdown("text " + attack, {"a.png": {"image/png": PNG}}))


def test_honest_markdown_stays():
    made = safe.markdown(
        "# Title\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n<details><summary>Hint</summary>\n\nUse `sum`.\n\n</details>\n\n[web](https://example.org)",
        links=True,
    )
    for part in ("<h1>", "<table>", "<details>", "<code>sum</code>", 'href="https://example.org"'):
        assert part in made


@pytest.mark.parametrize(
    "link, shown",
    [
        ("[a *b*](http://localhost:8888/x?a=1&b)", "a <em>b</em> (<code>http://localhost:8888/x?a=1&amp;b</code>)"),
        ("<a href='http://x/\"<img src=y>'>a</a>", "a (<code>http://x/&quot;&lt;img src=y&gt;</code>)"),
        ("<http://127.1/>", "http://127.1/"),
        ("[a](/formgrader)", "a"),
        ("[a][r] ![<a href='q'>](attachment:n)\n\n[r]: //[::1]/", 'a <img alt="&lt;a href=&#39;q&#39;&gt;">'),
        (f"[a](http://x/{'y' * 5000})", f"a (<code>http://x/{'y' * 291}…</code>)"),
        ("<p><a href='http://x'>a", "a (<code>http://x</code>)"),
    ],
)  # fmt: skip
def test_a_link_of_a_students_is_its_words_and_its_address(link, shown):
    """One click on a link to Jupyter's own address does there what the instructor may do."""
    made = safe.markdown(link)
    assert shown.replace("&#39;", "'") in made and "<a" not in made.replace('alt="<a', "")


def test_links_of_the_lessons_own_text_and_of_a_teachers_comment_stay(pages, lesson):
    import json

    from grader.reports import formgrader_cells

    cells = [
        {"cell_type": "markdown", "source": "[a](http://x)", "metadata": {"course": {"role": r}}}
        for r in ("given", "own")
    ]
    given, own = (html for html, _ in formgrader_cells.parts(json.dumps({"cells": cells})))
    assert "<a href" in given and "<a" not in own
    assert "<a href" not in pages[EVIL].split("<main>")[1]


def test_attached_pictures_stay():
    assert f"data:image/png;base64,{PNG}" in safe.markdown(
        "![me](attachment:a.png)", {"a.png": {"image/png": PNG}}
    )


@pytest.mark.parametrize(
    "output, kept",
    [
        (
            {"output_type": "display_data", "data": {"image/png": PNG, "text/html": "<b>"}},
            {"image/png", "text/plain"},
        ),
        (
            {
                "output_type": "display_data",
                "data": {"image/png": "bm90IGEgcGljdHVyZQ==", "text/plain": "x"},
            },
            {"text/plain"},
        ),
        ({"output_type": "display_data", "data": {"text/html": "<b>bold</b>"}}, {"text/plain"}),
        ({"output_type": "execute_result", "data": {"application/json": {}}}, {"text/plain"}),
    ],
)
def test_outputs_become_text_and_pixels(output, kept):
    assert set(OutputFilter().cell([output])[0]["data"]) == kept


@pytest.mark.parametrize(
    "raw",
    [
        None,
        3,
        "x",
        [None, 3],
        [{}],
        [{"output_type": "stream", "text": 5}],
        [{"output_type": "error"}],
        [{"output_type": "display_data", "data": []}],
    ],
)
def test_odd_outputs_are_left_out_or_empty(raw):
    assert all(isinstance(o, dict) for o in OutputFilter().cell(raw))


def test_outputs_have_bounds():
    kept = OutputFilter().cell(
        [{"output_type": "stream", "name": "stdout", "text": "x" * 10_000_000}] * 3
    )
    assert sum(len(o["text"]) for o in kept) < 50_000
    many = OutputFilter().cell([{"output_type": "stream", "name": "stdout", "text": "x"}] * 100_000)
    assert len(many) < 100 and "more outputs" in many[-1]["text"]


def test_drawings_are_pictures_not_markup():
    line = Line(
        "unmet",
        "the graph",
        points=1,
        drawing='<svg xmlns="http://www.w3.org/2000/svg"><text>a</text></svg>',
        drawing_alt='a "graph"',
    )
    shown = _lines(Report((line,), 1), hidden=False)
    assert (
        "<svg" not in shown
        and "data:image/svg+xml;base64," in shown
        and "a &quot;graph&quot;" in shown
    )
    assert "data:" not in _lines(Report((line,), 1), hidden=True)


def test_code_is_shown_as_code_whatever_it_is():
    assert_harmless(safe.code("</pre><script>alert(1)</script>"))
    assert_harmless(safe.code("x" * 300_000 + "<script>"))


def test_a_page_that_takes_too_much_shows_points_and_reasons_alone(monkeypatch):
    import nbformat

    from grader.reports import page

    def too_much(*_):
        raise page.TooMuch

    monkeypatch.setattr(page, "apart", too_much)
    about = {"role": "check", "exercise": "a", "status": "partly", "reason": "found 3"}
    graded = {"grade": True, "grade_id": "check-a", "points": 2, "score": 1}
    cell = nbformat.v4.new_code_cell("secret", metadata={"nbgrader": graded, "course": about})
    notebook = nbformat.v4.new_notebook(cells=[cell])
    resources = {"nbgrader": {"student": "ada", "notebook": "n", "score": 1, "max_score": 2}}
    text, _ = page.FeedbackExporter().from_notebook_node(notebook, resources)
    assert "1 of 2" in text and "Found 3" in text and "not shown here" in text
    assert "secret" not in text


def test_a_notebook_that_takes_too_much_is_unreadable_and_said_to_be_so(monkeypatch, lesson):
    from grader.engine import grade_submission
    from grader.nbgrader_bridge import gradebook

    def too_much(*_):
        raise gradebook.TooMuch

    for module in (grade_submission, gradebook):
        monkeypatch.setattr(module, "apart", too_much)
    result = grade_submission.grade_one(tiny.bytes_of(tiny.submission()), lesson)
    assert (result.status, result.score) == ("unreadable", 0) and "memory or time" in result.reason


def test_formgrader_finds_one_template_of_ours_and_all_others_where_nbconvert_has_them():
    from grader.reports.formgrader import _TEMPLATES

    assert _TEMPLATES.list_templates() == ["mathjax.html.j2"]


@pytest.mark.parametrize("hidden", [False, True])
def test_a_test_with_hidden_lines_shows_titles_alone(hidden):
    """nbgrader's toolbar lets a test have both: nobody can tell which lines its report came from."""
    import nbformat

    secret = "check(square, expect.calling(9182).gives(expect.value(84309124)), points=2)"
    line = Line("unmet", "called with (9182)", "84,309,124", "9", "Look again.", 2)
    line = dataclasses.replace(line, about="called with other values", called=True)
    report = Report((line,), 2)
    cell = nbformat.v4.new_code_cell(
        "assert square(3) == 9\n"
        + (f"### BEGIN HIDDEN TESTS\n{secret}\n### END HIDDEN TESTS" if hidden else secret),
        outputs=[nbformat.v4.new_output("display_data", {REPORT_TYPE: report.to_data()})],
        metadata={"nbgrader": {"grade": True, "points": 2, "grade_id": "test", "score": 0}},
    )
    page = _check(cell, "own", "", findings=False)
    assert ("called with (9182)" in page, "84,309,124" in page) == (not hidden, not hidden)


def test_a_page_shows_of_a_test_what_was_released(lesson):
    """Whatever the words are between which nbgrader hides its lines."""
    import nbformat

    from grader.course.lesson import Cell
    from grader.nbgrader_bridge.gradebook import _metadata

    source = "assert m\n### VERSTECKT ANFANG\nassert m == 9182\n### VERSTECKT ENDE"
    report = Report((Line("unmet", "the value", "9182", "m", points=2),), 2)
    for released, seen in (("assert m", False), (source, True)):
        own = Cell("check", "code", source, "t", "t", 2.0, True, released=released)
        cell = nbformat.v4.new_code_cell(
            source,
            outputs=[nbformat.v4.new_output("display_data", {REPORT_TYPE: report.to_data()})],
        )
        cell.metadata = nbformat.from_dict(_metadata(own, cell))
        page = _check(cell, "check", "t", findings=False)
        assert ("9182" in page, "VERSTECKT" in page) == (seen, seen)
