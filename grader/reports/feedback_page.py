"""The feedback page a student gets back: points and reasons first, then the notebook with each check's lines.

It reads the graded notebook and the scores that nbgrader's GetGrades put into it. It never shows a hidden test, a traceback through
one, or anything a script could hide in. `grader.reports.page` calls `drawn` by way of `grader.engine.apart`.
"""

import base64
import hashlib
import itertools
import json
import re
from html import escape
from importlib.resources import files

from grader.checks.report import Report
from grader.course.lesson import visible
from grader.course.submission import REPORT_TYPE
from grader.reports import safe

MAX_CELLS = 600  # cells of a notebook that are shown
TOO_MUCH = (
    "The notebook is not shown here: drawing it takes more memory or time than a notebook may."
)
_GIVEN = ("given", "setup")  # roles of cells that are the lesson's, as it has them
_HEADING = re.compile(r"^## +(.+?) *$", re.MULTILINE)
_SIGNS = {
    "met": ("✓", "met"),
    "partly": ("◐", "partly met"),
    "unmet": ("✗", "not met"),
    "raised": ("!", "stopped with an error"),
    "not attempted": ("–", "not attempted"),
    "by hand": ("✎", "graded by hand"),
}


class _Node(dict):
    """A part of a notebook, with its keys as attributes like nbformat's, which takes long to import."""

    __getattr__ = dict.__getitem__


def drawn(notebook: str, about: dict, findings: bool) -> str:
    """`page` of a notebook's text."""
    return page(json.loads(notebook, object_hook=_Node), about, findings)


def page(nb, about, findings=False, whole=True):
    """The whole page.

    Parameters
    ----------
    nb : the graded notebook; graded cells carry `score` and `points` in their nbgrader metadata.
    about : nbgrader's resources: student, notebook, score, max_score, late_penalty.
    findings : whether it says what hidden checks found.
    whole : whether the notebook's cells are shown; else points and reasons alone.
    """
    style = files("grader.reports").joinpath("style.css").read_text("utf-8")
    allowed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; img-src data:; style-src 'sha256-{allowed}'; base-uri 'none'; form-action 'none'"
    name, student = str(about.get("notebook", "")), str(about.get("student", ""))
    shown, room = nb.cells[:MAX_CELLS] if whole else [], safe.Room()
    body = "\n".join(_notebook(shown, room, findings))
    if not whole:
        body = f'<p class="note">{TOO_MUCH}</p>'
    elif len(nb.cells) > len(shown):
        body += f'<p class="note">{len(nb.cells) - len(shown)} more cells of this notebook are left out here.</p>'
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Feedback: {escape(name)}</title>
<style>{style}</style>
</head>
<body>
{_head(nb, about, name, student)}
<main>
<h2 class="part">The notebook</h2>
{body}
</main>
</body>
</html>
"""


def _head(nb, about, name, student):
    result = nb.metadata.get("grading", {}).get("result", {})
    score, most, penalty = (
        float(about.get(k) or 0) for k in ("score", "max_score", "late_penalty")
    )
    words = [result.get("reason", ""), *result.get("notes", ())]
    if penalty:
        words.append(f"Handed in late: {_number(penalty)} points were taken off.")
    notes = "".join(f"<li>{escape(safe.clip(w))}</li>" for w in words if w)
    return f"""<header>
<p class="kicker">Feedback for {escape(safe.clip(student))}</p>
<h1>{escape(_title(nb) or name)}</h1>
<p class="total"><strong>{_number(score)}</strong> of {_number(most)} points</p>
{f'<ul class="notes">{notes}</ul>' if notes else ""}
{_summary(nb)}
</header>"""


def _title(nb):
    for cell in nb.cells[:10]:
        if cell.cell_type == "markdown" and cell.source.lstrip().startswith("# "):
            return safe.clip(cell.source.lstrip()[2:].splitlines()[0].strip())[:200]
    return ""


def _summary(nb):
    """One row per exercise: points, and why some were lost."""
    rows = {}
    for cell in nb.cells:
        meta, course = cell.metadata.get("nbgrader", {}), cell.metadata.get("course", {})
        if meta.get("grade") or meta.get("task"):
            row = rows.setdefault(
                course.get("exercise") or meta.get("grade_id", ""),
                {"score": 0.0, "points": 0.0, "reasons": {}, "kinds": set()},
            )
            row["score"] += float(meta.get("score") or 0)
            row["points"] += float(meta.get("points") or 0)
            row["kinds"].add(_status(cell))
            if float(meta.get("score") or 0) < float(meta.get("points") or 0) and course.get(
                "reason"
            ):
                row["reasons"][course["reason"]] = True
    lines = []
    for exercise, row in rows.items():
        sign, word = _SIGNS[_of_row(row)]
        lines.append(
            f'<tr class="{_class(word)}"><td class="sign" title="{word}">{sign}</td><td><a href="#{_anchor(exercise)}">{escape(exercise)}</a></td>'
            f'<td class="points">{_number(row["score"])} of {_number(row["points"])}</td>'
            f"<td>{_said(row['reasons'], word)}</td></tr>"
        )
    if not lines:
        return ""
    return (
        '<table class="summary"><thead><tr><th></th><th>Exercise</th><th>Points</th><th>What to look at</th></tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table>"
    )


def _said(reasons, word):
    """The sentences on one exercise, each a paragraph that begins like one."""
    words = [safe.clip(r) for r in reasons] or ["All met." if word == "met" else word + "."]
    words = [
        w if w.split(" ")[0].endswith(":") else w[:1].upper() + w[1:] for w in words
    ]  # a variable keeps its name
    return "".join(f"<p>{escape(w)}</p>" for w in words)


def _of_row(row):
    if row["score"] >= row["points"] > 0:
        return "met"
    if row["score"] > 0:
        return "partly"
    for kind in ("by hand", "raised", "unmet", "not attempted"):
        if kind in row["kinds"]:
            return kind
    return "unmet"


def _status(cell):
    meta, course = cell.metadata.get("nbgrader", {}), cell.metadata.get("course", {})
    if meta.get("solution") or meta.get("task"):
        return "by hand"
    score, points = float(meta.get("score") or 0), float(meta.get("points") or 0)
    if score >= points:
        return "met"
    if score > 0:
        return "partly"
    return {
        "not attempted": "not attempted",
        "raised": "raised",
        "timed out": "raised",
        "died": "raised",
    }.get(course.get("status"), "unmet")


def _notebook(cells, room, findings):
    """The cells; what the lesson gave stands folded, but for the last text above what is the student's."""
    # backwards: whether a text of the lesson, or the end, comes before anything else
    folded, more = [], True
    for cell in reversed(cells):
        given = cell.metadata.get("course", {}).get("role") in _GIVEN
        folded.insert(0, given and more)
        more = given and (more or cell.cell_type == "markdown")
    for fold, run in itertools.groupby(zip(cells, folded), key=lambda pair: pair[1]):
        part = [cell for cell, _ in run]
        inside = "\n".join(_cell(cell, room, findings) for cell in part)
        if fold:
            texts = (cell.source for cell in part if cell.cell_type == "markdown")
            heads = "; ".join(h for text in texts for h in _HEADING.findall(text))
            told = re.sub("[*`]", "", f"From the lesson: {heads}" if heads else "From the lesson")
            inside = f'<details class="given"><summary>{escape(safe.clip(told))}</summary>{inside}</details>'
        yield inside


def _cell(cell, room, findings):
    role, exercise = (
        cell.metadata.get("course", {}).get("role", "own"),
        cell.metadata.get("course", {}).get("exercise", ""),
    )
    meta = cell.metadata.get("nbgrader", {})
    anchor = (
        f' id="{_anchor(exercise or meta.get("grade_id", ""))}"'
        if role == "solution" or (meta.get("grade") and not exercise)
        else ""
    )
    if cell.cell_type != "code":
        said = cell.metadata.get("course", {}).get("shown", cell.source)
        inside = (
            safe.markdown(said, cell.get("attachments"), room, links=role == "given")
            if cell.cell_type == "markdown"
            else f"<pre>{escape(safe.clip(said, room))}</pre>"
        )
        if meta.get("grade") or meta.get("task"):
            return f'<section class="answer"{anchor}><p class="label">Your answer {_points(cell)}</p>{inside}{_by_hand(cell)}</section>'
        return f'<section class="text">{inside}</section>'
    if role == "hidden" or role == "check" or (meta.get("grade") and not meta.get("solution")):
        return _check(cell, role, exercise, findings)
    inside = safe.code(_shown(cell), room) + safe.outputs(cell.outputs, room)
    if role == "solution":
        trouble = cell.metadata["course"].get("reason", "")
        told = (
            f'<p class="trouble">{escape(safe.clip(trouble))}</p>'
            if trouble and not meta.get("grade")
            else ""
        )
        label = f"Your answer: {escape(exercise or meta.get('grade_id', ''))} {_points(cell) if meta.get('grade') else ''}"
        return f'<section class="answer"{anchor}><p class="label">{label}</p>{inside}{told}{_by_hand(cell)}</section>'
    if role == "setup":
        return f'<details class="given"><summary>Set-up</summary>{inside}</details>'
    return f'<section class="{"given" if role in ("given", "example", "code") else "own"}">{inside}</section>'


def _shown(cell):
    """A cell's text as students were given it; where grading did not write that down, without nbgrader's regions."""
    return cell.metadata.get("course", {}).get("shown", visible(cell.source))


def _check(cell, role, exercise, findings):
    sign, word = _SIGNS[_status(cell)]
    course, name = (
        cell.metadata.get("course", {}),
        escape(exercise or cell.metadata.get("nbgrader", {}).get("grade_id", "")),
    )
    hidden, shown = role == "hidden", _shown(cell)
    hides = hidden or course.get("hides", False) or shown != cell.source
    lines = _lines(report_of(cell), hides, findings)
    reason = (
        f"<p>{escape(safe.clip(course.get('reason', '')))}</p>"
        if course.get("reason") and not lines
        else ""
    )
    source = "" if hidden else f"<details><summary>The check</summary>{safe.code(shown)}</details>"
    title = f"Hidden checks of {name}" if hidden else f"Check of {name}"
    anchor = (
        ""
        if exercise
        else f' id="{_anchor(cell.metadata.get("nbgrader", {}).get("grade_id", ""))}"'
    )
    comment = _by_hand(cell)
    # what is all right needs no second look, unless a person has said something of it
    whole, label = ("details", "summary") if word == "met" and not comment else ("section", "p")
    return (
        f'<{whole} class="check {_class(word)}"{anchor}><{label} class="label"><span class="sign">{sign}</span> {title} {_points(cell)}</{label}>'
        f"{lines}{reason}{source}{comment}</{whole}>"
    )


def report_of(cell):
    """The report in a graded cell, or None; it was validated when it came, and is again."""
    for output in cell.get("outputs", ()):
        data = output.get("data", {}).get(REPORT_TYPE)
        if data is not None:
            try:
                return Report.from_data(
                    json.loads(json.dumps(data))
                )  # plain dicts, not notebook nodes
            except ValueError:
                return None
    return None


def _lines(report, hidden, findings=False):
    """The report's lines; of a hidden check what each is about and, where `findings` says so, what it found, never its arguments.

    Where it called a function, all that the function wrote could tell them, so of what was found only the kind is left.
    """
    if report is None:
        return ""
    items = []
    for told in report.lines:
        line = told.without_arguments() if hidden else told
        sign, word = _SIGNS[line.status]
        text = f'<span class="sign" title="{word}">{sign}</span><div><p class="title">{escape(line.title)}</p>'
        if (findings or not hidden) and line.status != "met":
            for label, said in (
                ("expected", line.expected),
                ("found", line.found),
                ("hint", line.look),
            ):
                if said:
                    text += f'<p class="said"><span class="name">{label}</span> <span>{escape(said)}</span></p>'
            if line.drawing:
                text += safe.drawing(line.drawing, line.drawing_alt)
        items.append(f'<li class="{_class(word)}">{text}</div></li>')
    return f'<ul class="lines">{"".join(items)}</ul>'


def _by_hand(cell):
    comment = cell.metadata.get("nbgrader", {}).get("comment")
    return (
        f'<div class="comment"><p class="label">Comment</p>{safe.markdown(str(comment), links=True)}</div>'
        if comment
        else ""
    )


def _points(cell):
    meta = cell.metadata.get("nbgrader", {})
    return f'<span class="points">{_number(float(meta.get("score") or 0))} of {_number(float(meta.get("points") or 0))} points</span>'


def _number(value):
    return f"{round(value, 2):g}"


def _class(word):
    return word.replace(" ", "-")


def _anchor(name):
    return "exercise-" + "".join(c if c.isalnum() and c.isascii() else "-" for c in name)
