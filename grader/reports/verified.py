"""The page after `grader verify`: the table, and each answer that got the wrong verdict with its difference drawn."""

from html import escape
from importlib.resources import files

from grader.verify import results

_STYLE = """
body { max-width: 76rem; }
table.matrix td, table.matrix th { text-align: right; padding: 0.25rem 0.55rem; font-variant-numeric: tabular-nums; white-space: nowrap; }
table.matrix td:first-child, table.matrix th:first-child { text-align: left; }
table.matrix tr.lesson td { font-weight: 600; border-top: 2px solid var(--rule); }
table.matrix td.bad { background: var(--bad-paper); color: var(--bad); font-weight: 700; }
table.matrix td.free { background: var(--part-paper); color: var(--part); }
table.matrix td.good { color: var(--good); }
.scroll { overflow-x: auto; }
section.slip { border-left: 4px solid var(--bad); padding-left: 1rem; margin: 1.2rem 0; }
section.slip pre { white-space: pre-wrap; color: var(--soft); }
"""


def page(exercised, seed, sample):
    """The whole page as text: self-contained, no script, no remote resource."""
    style = files("grader.reports").joinpath("style.css").read_text("utf-8") + _STYLE
    good = results.good(exercised)
    words = "Every wrong answer lost points, every honest one kept them." if good else "Some verdicts are wrong: see below the table."
    how = f"{'every single edit and pairs of them' if sample is None else f'a sample of {sample} for each exercise'}, seed {seed}"
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The checks, checked</title>
<style>{style}</style>
</head>
<body>
<header><p class="kicker">grader verify · {escape(how)}</p>
<h1>The checks, checked</h1>
<p class="total"><strong>{'✓' if good else '✗'}</strong> {escape(words)}</p>
<p>{escape(results.summary(exercised))}</p></header>
<main>
<h2 class="part">Wrong answers caught of tried, honest ones kept of tried</h2>
<div class="scroll">{_matrix(exercised)}</div>
<p class="note">! a verdict is wrong · ° the exercise leaves this free, and its text says so</p>
{_slips(exercised)}
{_free(exercised)}
{_kinds(exercised)}
</main>
</body>
</html>
"""


def _matrix(exercised):
    made, used = results.rows(exercised)
    lines, lesson = [], None
    for name, exercise, cells, honest, error in made:
        if name != lesson:
            lines.append(f'<tr class="lesson"><td colspan="{len(used) + 2}">{escape(name)}</td></tr>')
            lesson = name
        if error:
            lines.append(f'<tr><td>{escape(exercise)}</td><td class="bad" colspan="{len(used) + 1}">could not be tried</td></tr>')
        else:
            lines.append(f"<tr><td>{escape(exercise)}</td>{''.join(_cell(cells[c]) for c in used)}{_cell(honest)}</tr>")
    head = "".join(f"<th>{escape(name)}</th>" for name in ("", *used, "honest"))
    return f'<table class="matrix"><thead><tr>{head}</tr></thead><tbody>{"".join(lines)}</tbody></table>'


def _cell(text):
    kind = "bad" if "!" in text else "free" if "°" in text else "good" if text else ""
    return f'<td class="{kind}">{escape(text)}</td>'


def _slips(exercised):
    parts = []
    for e in exercised:
        if e.error:
            parts.append(f'<section class="slip"><h3>{escape(e.lesson)} · {escape(e.exercise)}</h3><p>Nothing could be tried: {escape(e.error)}</p></section>')
        for t in e.tries:
            if t.bad:
                verdict = "An honest answer is refused" if t.honest else "A wrong answer is accepted"
                lines = "".join(f"<li>{escape(line)}</li>" for line in t.lines)
                parts.append(f'<section class="slip"><h3>{escape(e.lesson)} · {escape(e.exercise)}</h3><p><b>{verdict}</b> ({escape(t.kind)}): {escape(t.what)}. '
                             f'It earns {t.score:g} of {t.points:g}.</p>{f"<ul>{lines}</ul>" if lines else ""}{t.drawing}'
                             f'{f"<pre>{escape(t.told)}</pre>" if t.told else ""}</section>')
    return f'<h2 class="part">Wrong verdicts</h2>{"".join(parts)}' if parts else ""


def _free(exercised):
    items = "".join(f"<li>{escape(e.lesson)} · {escape(e.exercise)}: {escape(', '.join(e.free))}</li>" for e in exercised if e.free)
    return f'<h2 class="part">Left free on purpose, and said so to the student</h2><ul>{items}</ul>' if items else ""


def _kinds(exercised):
    every = [t for e in exercised for t in e.tries]
    kinds = dict.fromkeys(sorted(t.kind for t in every))
    lines = []
    for kind in kinds:
        found = results.counts(t for t in every if t.kind == kind)
        cells = "".join(f"<td>{found[s] or ''}</td>" for s in ("caught", "accepted", "free", "equal", "kept", "refused"))
        lines.append(f"<tr><td>{escape(kind)}</td>{cells}</tr>")
    head = "".join(f"<th>{name}</th>" for name in ("kind", "caught", "accepted", "free", "same graph", "kept", "refused"))
    return f'<h2 class="part">By kind</h2><table class="matrix"><thead><tr>{head}</tr></thead><tbody>{"".join(lines)}</tbody></table>'
