"""The class page: what stands together, what is suspect, what coincides, and that nothing a student wrote does anything."""

import csv
import re
from dataclasses import replace

import pytest

from grader.engine.result import CellResult, Result
from grader.nbgrader_bridge.by_hand import by_hand
from grader.reports import class_report, mistakes, sheet, standing
from grader.reports.since import Change
from grader.reports.standing import ByHand
from tests.grading import made_up_class as made

LESSON = "01_made_up"


@pytest.fixture
def course(tmp_path):
    return made.course_at(tmp_path)


def section(course, entered=ByHand()):
    (only,) = class_report.sections(course, standing.submissions(course), entered)
    return only


def the_page(course, entered=ByHand()):
    return class_report.page([section(course, entered)], entered, "a course")


def test_answers_that_miss_the_same_stand_together_the_most_frequent_first(course):
    for n, (missed, found) in enumerate(
        [((2,), "dense_3 has units=9")] * 3
        + [((2,), "dense_7 has units=9")] * 2
        + [((0, 1), "x")] * 2
        + [((), "")] * 4
    ):
        made.record(course, LESSON, f"s{n}", made.result(LESSON, {"stack": (missed, found)}))
    first, second = section(course).exercises[0].clusters
    assert [len(first.answers), len(second.answers)] == [5, 2]
    assert first.told.title == "the graph" and first.told.drawn, (
        "the line with the difference drawn says most"
    )
    assert first.variants == (("dense has units=9", 5),), "numbers in names are no other difference"
    assert [m.title for m in second.misses] == ["the input", "the output", "the graph"]
    page = the_page(course)
    assert page.index("<strong>5</strong>") < page.index("<strong>2</strong>")
    assert page.count("data:image/svg+xml;base64,") == 2


def test_a_requirement_that_nobody_or_everybody_meets_is_suspect(course):
    for n in range(6):
        made.record(course, LESSON, f"s{n}", made.result(LESSON, {"stack": ((1,), "y")}))
    fared = {r.title: r for r in section(course).exercises[0].requirements}
    assert fared["the output"].nobody and fared["the input"].everybody
    assert not fared["the output"].everybody and not fared["the input"].nobody
    page = the_page(course)
    assert "2 requirements are met by nobody" in page and "28 of 30 are met by everybody" in page
    assert page.count('class="flag">nobody<') == 2


def test_too_few_answers_make_nothing_suspect(course):
    for n in range(mistakes.ENOUGH - 1):
        made.record(course, LESSON, f"s{n}", made.result(LESSON, {"stack": ((1,), "y")}))
    assert not any(
        r.nobody or r.everybody for e in section(course).exercises for r in e.requirements
    )


def test_who_has_not_begun_was_stopped_or_is_missing_is_named(course):
    made.record(course, LESSON, "ada", made.result(LESSON, {}))
    made.record(course, LESSON, "idle", replace(made.result(LESSON, {}), status="untouched"))
    made.record(
        course,
        LESSON,
        "endless",
        replace(made.result(LESSON, {}), status="timed out", reason="It ran on."),
    )
    lost = Result(
        LESSON,
        "",
        "unreadable",
        "The file is empty.",
        (CellResult("check-stack", 0, 5, "not run"),),
    )
    made.record(course, LESSON, "broken", lost)
    entered = ByHand(names={"gone": "Gone Person", "ada": "Ada L"})
    one = section(course, entered)
    assert one.absent == ("gone",) and one.untouched == ["idle"]
    assert one.stopped == [("broken", "The file is empty."), ("endless", "It ran on.")]
    page = the_page(course, entered)
    assert "Gone Person (gone)" in page and "It ran on." in page


def rare(course, pairs=1, frequent=30):
    """A class with one frequent mistake, and pairs that share a rare one to the last word."""
    for n in range(frequent):
        made.record(
            course, LESSON, f"usual-{n:02}", made.result(LESSON, {"stack": ((2,), f"units={n}")})
        )
    for n in range(pairs):
        for who in "ab":
            same = made.result(LESSON, {"stack": ((n % 2, 3), f"odd {n}")})
            made.record(course, LESSON, f"pair-{n}{who}", same)
    return section(course).exercises[0].coincidences


def test_rare_mistakes_that_coincide_are_listed_with_what_chance_brings(course):
    (found,) = rare(course)
    assert [a.student for a in found.answers] == ["pair-0a", "pair-0b"] and found.pairs == 1
    # 32 wrong answers, f = 1/31, no other pair with a common difference agrees: q = 1 / (435 + 2)
    assert found.expected == pytest.approx(32 * 31 / 2 / 31**2 / 437)
    page = the_page(course)
    assert "This proves nothing" in page and "pair-0a, pair-0b" in page
    assert not re.search(r"cheat|copied|plagiar", page, re.I)


def test_a_frequent_mistake_is_no_coincidence(course):
    for n in range(40):
        made.record(course, LESSON, f"s{n}", made.result(LESSON, {"stack": ((2,), "units=9")}))
    assert section(course).exercises[0].coincidences == ()


def test_where_answers_of_one_difference_agree_often_a_pair_is_no_news(course):
    for n in range(20):
        same = made.result(LESSON, {"stack": ((n % 4,), "the same words")})
        made.record(course, LESSON, f"s{n:02}", same)
    assert section(course).exercises[0].coincidences == ()


EVIL = "<script>window.hit=1</script><img src=x onerror='window.hit=1'>"


def test_nothing_that_a_student_wrote_is_markup_or_a_formula(course, tmp_path):
    svg = made.SVG.replace("<title>t</title>", "<script>window.hit=1</script>")
    cells = made.checked("stack", (1,), EVIL, svg) + [
        CellResult("heads", 0, 0, "raised", None, f"This cell raised X: {EVIL}")
    ]
    bad = Result(LESSON, "", "graded", EVIL, tuple(cells))
    bad = replace(bad, cells=tuple(replace(c, report=_evil(c.report)) for c in bad.cells))
    made.record(course, LESSON, f"=1+1{EVIL}", bad)
    page = the_page(course, ByHand(names={"eve": EVIL}))
    assert "<script" not in page and "onerror" not in page.replace("onerror=&#39;", "")
    assert "data:image" not in page, "a drawing that could run code is left out"
    sheet.write(tmp_path / "x.csv", class_report.rows([section(course)]))
    text = (tmp_path / "x.csv").read_text()
    assert ",'=1+1<" in text and not re.search(r"(^|,)=", text, re.M)


def _evil(report):
    if report is None:
        return None
    return {
        **report,
        "lines": [{**x, "title": x["title"] + EVIL, "expected": EVIL} for x in report["lines"]],
    }


def test_no_name_of_ours_leaks_into_the_page(course):
    made.write_class(course, students=12)
    page = the_page(course)
    assert "12 students, 1 lesson" in page and not re.search(r"Macro|Undefined|&lt;|None", page)


def test_several_lessons_have_a_table_of_the_course_and_a_section_each(course):
    made.write_class(course, students=8, lessons=("01_one", "02_two"))
    sections = class_report.sections(course, standing.submissions(course))
    page = class_report.page(sections)
    assert [s.lesson for s in sections] == ["01_one", "02_two"]
    assert "The course" in page and page.count("<h2 id=") == 2
    assert [s.lesson for s in standing.submissions(course, ["02_two"])] == ["02_two"] * 8


@pytest.mark.browser
def test_no_table_is_cut_off_in_half_a_screen(course, page):
    """Long names and headings wrap; a table that scrolls sideways looks as if it ended at the window's edge."""
    names = [f"student-with-a-long-name-{n}" for n in range(9)]
    entered = ByHand(names=dict.fromkeys(names, "Wilhelmina Featherstonehaugh"))
    for lesson in (LESSON, "02_made_up"):
        for name in names:
            made.record(course, lesson, name, made.result(lesson, {"stack": ((1,), name)}))
    sections = class_report.sections(course, standing.submissions(course), entered)
    cells = (("check-predicted_parameters", 1.0, 2.0), ("hidden-predicted_parameters", 0.0, 1.0))
    moved = [Change(LESSON, names[0], 3, 5, cells)]
    page.set_viewport_size({"width": 800, "height": 900})
    page.set_content(class_report.page(sections, entered, "a course", moved, "before"))
    wider = "found => found.filter(x => x.scrollWidth > x.clientWidth).map(x => x.innerText)"
    assert page.locator(".scroll").count() > 4
    assert page.eval_on_selector_all(".scroll", wider) == []


def test_scores_by_hand_extra_credit_and_penalties_count(course):
    made.record(course, LESSON, "ada", made.result(LESSON, {"stack": ((1,), "y")}))
    plain = section(course).totals["ada"]
    cell = (LESSON, "ada", LESSON, "check-stack")
    entered = ByHand({cell: 4.0}, {cell: 0.5}, frozenset([cell]), {cell[:3]: 2.0})
    assert section(course, entered).totals["ada"] == plain + 1 + 0.5 - 2
    assert section(course, entered).waiting == ("ada",)
    assert by_hand(course.root / "gradebook.db") == ByHand(), (
        "without a gradebook there is nothing by hand"
    )


def test_the_table_holds_every_student_and_exercise(course, tmp_path):
    made.write_class(course, students=20)
    sheet.write(tmp_path / "x.csv", class_report.rows([section(course)]))
    rows = list(csv.DictReader(open(tmp_path / "x.csv")))
    assert {r["student"] for r in rows} == {f"student-{n:04}" for n in range(20)}
    graded = [r for r in rows if r["exercise"]]
    assert all(bool(r["difference"]) == bool(r["first_mistake"]) for r in graded)


def test_a_thousand_students_cost_a_few_passes_over_the_store(course, monkeypatch):
    """Each result is read once, and only the drawings that are shown a second time."""
    monkeypatch.setattr("os.fsync", lambda handle: None)
    made.write_class(course, students=300)
    reads = []
    whole = standing._loaded
    monkeypatch.setattr(standing, "_loaded", lambda path: reads.append(path) or whole(path))
    page = the_page(course)
    assert len(reads) <= 300 + class_report.CARDS
    assert len(page) < 400_000


def test_a_store_from_before_there_was_a_history_is_read_from_autograded(course):
    import json
    from dataclasses import asdict

    folder = course.root / "autograded" / "ada" / LESSON
    folder.mkdir(parents=True)
    told = {"grading": {"result": asdict(replace(made.result(LESSON, {}), student="ada"))}}
    (folder / f"{LESSON}.ipynb").write_text(json.dumps({"cells": [], "metadata": told}))
    (found,) = standing.submissions(course)
    assert found.student == "ada" and found.result.score == 30
