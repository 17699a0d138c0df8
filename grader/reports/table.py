"""The table after grading: students × exercises with totals, and in words why points were lost. Text only."""

import textwrap

from grader.reports.progress import printable

MAX_NAME = 40  # characters of a student's or an exercise's name; a longer one would push the scores off the screen


def _short(name):
    name = printable(name)
    return name if len(name) <= MAX_NAME else name[: MAX_NAME - 1] + "…"


def table(rows):
    """The rows of a run (`grader.reports.rows.Row`) as text, one table per lesson."""
    lessons = dict.fromkeys(r.lesson for r in rows)
    return "\n\n".join(_lesson(name, [r for r in rows if r.lesson == name]) for name in lessons)


def _lesson(name, rows):
    exercises = {e: points for r in rows for e, (_, points) in r.scores.items()}
    head = ["student", *(_short(e) for e in exercises), "total"]
    worth = ["", *(f"of {p:g}" for p in exercises.values()), f"of {rows[0].points:g}"]
    body = [
        [
            _short(r.student),
            *(_number(r.scores.get(e, (0.0,))[0]) for e in exercises),
            _number(r.score) + _mark(r),
        ]
        for r in rows
    ]
    widths = [max(len(line[n]) for line in (head, worth, *body)) for n in range(len(head))]
    lines = [
        f"Lesson {printable(name)}",
        "",
        *(_line(cells, widths) for cells in (head, worth)),
        "─" * (sum(widths) + 2 * len(widths) - 2),
    ]
    lines += [_line(cells, widths) for cells in body]
    if any(r.by_hand for r in rows):
        lines.append("* an answer still waits to be graded by hand (formgrader)")
    if any(r.penalty for r in rows):
        lines.append("† after a penalty for handing in late")
    told = [r for r in rows if r.reasons]
    for row in told:
        lines += ["", f"{_short(row.student)}  {_number(row.score)} of {_number(row.points)}"]
        for reason in row.reasons:
            lines += textwrap.wrap(
                printable(reason), 110, initial_indent="  · ", subsequent_indent="    "
            )
    return "\n".join(lines)


def _line(cells, widths):
    return "  ".join(
        c.ljust(w) if n == 0 else c.rjust(w) for n, (c, w) in enumerate(zip(cells, widths))
    ).rstrip()


def _number(value):
    return f"{round(value, 2):g}"


def _mark(row):
    return ("*" if row.by_hand else "") + ("†" if row.penalty else "")
