"""A report as HTML for a notebook or a page, and as text for a terminal.

The HTML stands alone: styles inline, every text escaped, colours from JupyterLab's theme variables with a fallback for
light and dark. A status is told by a sign and a word; colour only repeats it.
"""

from dataclasses import replace
from html import escape

from grader.checks import progress
from grader.checks.ipython_errors import note
from grader.checks.status import MET, NOT_ATTEMPTED, NOT_LOOKED_AT, RAISED, UNMET
from grader.checks.wording import points_text

SIGNS = {MET: "✓", UNMET: "✗", NOT_ATTEMPTED: "○", RAISED: "!", "partly met": "◐"}
WORDS = {
    MET: "met",
    UNMET: "not met",
    NOT_ATTEMPTED: "not attempted",
    RAISED: "stopped with an error",
    "partly met": "partly met",
}


def summary(report, later: float = 0.0) -> str:
    """One sentence on the whole report; `later` points are checked after handing in."""
    if report.status == NOT_ATTEMPTED:
        return "Not attempted yet."
    good = sum(line.status == MET for line in report.lines)
    if report.status == MET and later:
        points = f"{points_text(later)} more {'point is' if later == 1 else 'points are'}"
        whole = (
            "All visible requirements are"
            if len(report.lines) > 1
            else "The visible requirement is"
        )
        return f"{whole} met; {points} checked after you hand in."
    if report.status == MET:
        return "All requirements are met." if len(report.lines) > 1 else "The requirement is met."
    if len(report.lines) == 1:
        return "Not met yet." if report.lines[0].status == UNMET else "Stopped with an error."
    return f"{good} of {len(report.lines)} requirements met."


def sentence_case(title: str) -> str:
    """The title with a capital letter, unless it begins with a name from the code: `predicted_shape …`, `encoder: …`."""
    first = title.partition(" ")[0]
    return title if "_" in first or first.endswith(":") else title[:1].upper() + title[1:]


def _once_each(lines):
    """The lines, those in a row that were not looked at as one."""
    shown = []
    for line in lines:
        if line.found == NOT_LOOKED_AT and shown and shown[-1].found == NOT_LOOKED_AT:
            last = shown.pop()
            line = replace(
                last,
                title=f"{last.title}; {line.title}",
                expected="",
                points=last.points + line.points,
                earned=last.earned + line.earned,
            )
        shown.append(line)
    return shown


def _head(report, said) -> tuple[str, str]:
    """(points, summary). What an earlier run of the cell made earns nothing when it is handed in."""
    points = f"of {points_text(report.points)} points"
    if said.stale:
        return f"? {points}", "This is about what an earlier run of the cell made."
    return f"{points_text(report.score)} {points}", summary(report, said.later)


def as_text(report) -> str:
    """The report for a terminal, one requirement per paragraph."""
    said = note()
    parts = [
        "{}. {}".format(*_head(report, said)),
        *(f"{SIGNS[RAISED]} {warning}" for warning in said.warnings),
    ]
    if report.status == NOT_ATTEMPTED and report.lines:
        return "\n".join([*parts, f"  {report.lines[0].look}"])
    for line in _once_each(report.lines):
        earned = f"  ({points_text(line.earned)}/{points_text(line.points)})" if line.points else ""
        parts.append(
            f"{SIGNS[line.status]} {WORDS[line.status]}: {sentence_case(line.title)}{earned}"
        )
        if line.status == MET:
            if line.found or line.expected:
                parts.append(f"    {line.found or line.expected}")
            if line.look:
                parts.append(f"    {line.look}")
            continue
        for label, text in (
            ("expected", line.expected),
            ("found", line.found),
            ("hint", line.look),
            ("drawing", line.drawing_alt),
        ):
            if text:
                parts.append(f"    {label + ':':<10}{text}")
    return "\n".join(parts)


STYLE = """
.fk-report{--fk-good:var(--jp-success-color1,#2e7d32);--fk-bad:var(--jp-error-color1,#c62828);--fk-some:var(--jp-warn-color1,#b26a00);--fk-wait:var(--jp-ui-font-color2,#666);
--fk-text:var(--jp-content-font-color1,var(--jp-ui-font-color1,#212121));--fk-soft:var(--jp-ui-font-color2,#5f6368);
--fk-edge:var(--jp-border-color2,#d0d0d0);--fk-back:var(--jp-layout-color1,#fff);
font-family:var(--jp-content-font-family,system-ui,sans-serif);font-size:var(--jp-content-font-size1,14px);line-height:1.45;
color:var(--fk-text);background:var(--fk-back);border:1px solid var(--fk-edge);border-left:4px solid var(--fk-wait);border-radius:3px;
padding:.6em .9em;margin:.2em 0;max-width:60em;overflow-wrap:anywhere}
.fk-report.fk-met{border-left-color:var(--fk-good)}.fk-report.fk-unmet,.fk-report.fk-raised{border-left-color:var(--fk-bad)}.fk-report.fk-partly{border-left-color:var(--fk-some)}
.fk-report .fk-head{display:flex;gap:1em;justify-content:space-between;font-weight:600;margin:0}
.fk-report .fk-line{display:grid;grid-template-columns:1.6em 1fr auto;gap:0 .3em;border-top:1px solid var(--fk-edge);margin-top:.5em;padding-top:.5em}
.fk-report .fk-sign{font-weight:700;font-size:1.1em;line-height:1.3}.fk-report .fk-met>.fk-sign{color:var(--fk-good)}
.fk-report .fk-unmet>.fk-sign,.fk-report .fk-raised>.fk-sign{color:var(--fk-bad)}
.fk-report .fk-word{color:var(--fk-soft);font-weight:400}.fk-report .fk-title{font-weight:600}
.fk-report .fk-points{color:var(--fk-soft);white-space:nowrap}
.fk-report .fk-rows{display:grid;grid-template-columns:5.5em 1fr;gap:.1em .6em;margin:.25em 0 0;grid-column:2/4}
.fk-report .fk-key{color:var(--fk-soft)}
.fk-report .fk-warned{margin:.4em 0 0;color:var(--fk-bad);font-weight:600}
.fk-report .fk-so-far{margin:.6em 0 0;padding-top:.4em;border-top:1px solid var(--fk-edge);color:var(--fk-soft);text-align:right}
.fk-report .fk-found{margin:.1em 0 0;color:var(--fk-soft);grid-column:2/4}
.fk-report figure{grid-column:2/4;margin:.6em 0 0;overflow:auto;max-height:52em}
.fk-report figure svg{max-width:100%;height:auto}
@media (prefers-color-scheme:dark){body:not([data-jp-theme-light]) .fk-report{--fk-good:#81c784;--fk-bad:#ef9a9a;--fk-some:#ffb74d;--fk-wait:#aaa;
--fk-text:#e8eaed;--fk-soft:#b0b3b8;--fk-edge:#4a4a4a;--fk-back:#1e1e1e}}
"""


def as_html(report) -> str:
    """The report as an HTML fragment; put it into a page as it is."""
    said = note()
    status = RAISED if said.warnings else report.status
    name = {"partly met": "partly", NOT_ATTEMPTED: "waiting"}.get(status, status)
    score, told = _head(report, said)
    head = (
        f'<p class="fk-head"><span>{SIGNS[status]} {escape(told)}</span>'
        f'<span class="fk-points">{escape(score)}</span></p>'
    )
    if report.status == NOT_ATTEMPTED and report.lines:
        body = f'<p class="fk-found">{escape(report.lines[0].look)}</p>'
    else:
        body = "".join(map(_line, _once_each(report.lines)))
    warned = "".join(f'<p class="fk-warned">! {escape(warning)}</p>' for warning in said.warnings)
    standing = progress.shown(report)
    so_far = f'<p class="fk-so-far">{escape(standing)}</p>' if standing else ""
    return (
        f'<div class="fk-report fk-{name}" role="group" aria-label="Result of the check"><style>{STYLE}</style>'
        f"{head}{warned}{body}{so_far}</div>"
    )


def _line(line) -> str:
    name = "waiting" if line.status == NOT_ATTEMPTED else line.status
    points = f"{points_text(line.earned)}/{points_text(line.points)}" if line.points else ""
    parts = [
        f'<div class="fk-line fk-{name}"><span class="fk-sign" aria-hidden="true">{SIGNS[line.status]}</span>',
        f'<span><span class="fk-title">{escape(sentence_case(line.title))}</span> <span class="fk-word">— {WORDS[line.status]}</span></span>',
        f'<span class="fk-points">{points}</span>',
    ]
    if line.status == MET:
        text = " ".join(filter(None, [line.found or line.expected, line.look]))
        parts.append(f'<p class="fk-found">{escape(text)}</p>' if text else "")
    else:
        rows = [
            (label, text)
            for label, text in (
                ("Expected", line.expected),
                ("Found", line.found),
                ("Hint", line.look),
            )
            if text
        ]
        if rows:
            cells = "".join(
                f'<span class="fk-key">{label}</span><span>{escape(text)}</span>'
                for label, text in rows
            )
            parts.append(f'<div class="fk-rows">{cells}</div>')
    if line.drawing:
        parts.append(
            f'<figure role="img" aria-label="{escape(line.drawing_alt)}">{line.drawing}</figure>'
        )
    elif line.drawing_alt:
        parts.append(f'<p class="fk-found">{escape(line.drawing_alt)}</p>')
    parts.append("</div>")
    return "".join(parts)
