"""What came of it, counted: the table for a terminal, and the same as data."""

from collections import Counter
from dataclasses import dataclass

from grader.verify.campaign import (
    ACCEPTED,
    CAUGHT,
    EQUAL,
    FREE,
    KEPT,
    REFUSED,
    Exercised,
    Try,
)

# Columns of the table, each with the kinds it holds; a kind of none of them stands under "other".
COLUMNS = {
    "settings": ("setting", "argument ignored"),
    "layers": ("layer dropped", "layer doubled", "layers swapped"),
    "branches": ("branch dropped", "branch doubled"),
    "merges": ("merge reordered", "another merge"),
    "wiring": ("skip from elsewhere", "wired elsewhere"),
    "sharing": ("sharing broken", "shared"),
    "ends": (
        "heads swapped",
        "inputs swapped",
        "head dropped",
        "input dropped",
        "head renamed",
        "input renamed",
    ),
    "compiling": (
        "loss",
        "loss weight",
        "metric",
        "optimizer",
        "learning rate",
        "not compiled",
        "frozen",
        "not frozen",
    ),
    "values": ("another value", "callback setting"),
    "two edits": ("two edits",),
    "by hand": ("kept beside the lesson",),
}


def column(kind):
    """The column of a kind."""
    plain = kind.partition(":")[0]
    return next((name for name, kinds in COLUMNS.items() if plain in kinds), "other")


def counts(tries):
    """How many have which status."""
    return Counter(t.status for t in tries)


def data(exercised, sample=None, seed=0):
    """Everything as plain data, for JSON: totals, counts by exercise and kind, and each answer that slipped through."""
    every = [t for e in exercised for t in e.tries]
    total = counts(every)
    return {
        "seed": seed,
        "sample": sample,
        "wrong": {
            "caught": total[CAUGHT],
            "accepted": total[ACCEPTED],
            "free": total[FREE],
            "equal": total[EQUAL],
        },
        "honest": {"kept": total[KEPT], "refused": total[REFUSED]},
        "failed": [
            {"lesson": e.lesson, "exercise": e.exercise, "error": e.error}
            for e in exercised
            if e.error
        ],
        "exercises": [
            {
                "lesson": e.lesson,
                "exercise": e.exercise,
                "free": list(e.free),
                "seconds": round(e.seconds, 1),
                "kinds": {
                    kind: dict(counts(t for t in e.tries if t.kind == kind))
                    for kind in sorted({t.kind for t in e.tries})
                },
                "slipped": [
                    {
                        "status": t.status,
                        "kind": t.kind,
                        "what": t.what,
                        "score": t.score,
                        "points": t.points,
                        "lines": t.lines,
                        "told": t.told,
                    }
                    for t in e.tries
                    if t.bad
                ],
            }
            for e in exercised
        ],
    }


def good(exercised):
    """Whether nothing slipped through, nothing honest was refused, and every exercise could be tried."""
    return not any(e.error or any(t.bad for t in e.tries) for e in exercised)


def cell(tries):
    """A cell of the table: caught of tried, `!` where a wrong answer was accepted, `°` where one is free; "" for none."""
    found = counts(tries)
    tried = found[CAUGHT] + found[ACCEPTED] + found[FREE]
    if not tried:
        return ""
    return (
        f"{found[CAUGHT]}/{tried}" + ("!" if found[ACCEPTED] else "") + ("°" if found[FREE] else "")
    )


def honest_cell(tries):
    found = counts(tries)
    tried = found[KEPT] + found[REFUSED]
    return f"{found[KEPT]}/{tried}" + ("!" if found[REFUSED] else "") if tried else ""


def rows(exercised):
    """(lesson, exercise, {column: cell}, honest, error) for each exercise, and the names of the columns that hold anything."""
    made = []
    for e in exercised:
        wrong = [t for t in e.tries if not t.honest]
        cells = {
            name: cell([t for t in wrong if column(t.kind) == name]) for name in (*COLUMNS, "other")
        }
        made.append(
            (e.lesson, e.exercise, cells, honest_cell([t for t in e.tries if t.honest]), e.error)
        )
    used = [name for name in (*COLUMNS, "other") if any(cells[name] for _, _, cells, _, _ in made)]
    return made, used


def table(exercised):
    """The table as text: one row for each exercise, wrong answers caught of tried by kind, honest ones kept of tried."""
    made, used = rows(exercised)
    head = ["", *used, "honest"]
    body, lesson = [], None
    for name, exercise, cells, honest, error in made:
        if name != lesson:
            body.append([name])
            lesson = name
        body.append(
            [
                f"  {exercise}",
                *(["could not be tried"] if error else [*(cells[c] for c in used), honest]),
            ]
        )
    every = [t for e in exercised for t in e.tries]
    wrong = [t for t in every if not t.honest]
    body.append([])
    body.append(
        [
            "all",
            *(cell([t for t in wrong if column(t.kind) == c]) for c in used),
            honest_cell([t for t in every if t.honest]),
        ]
    )
    widths = [
        max(
            (len(line[n]) for line in [head, *body] if n < len(line) and (n or len(line) > 1)),
            default=0,
        )
        for n in range(len(head))
    ]
    lines = [
        "  ".join(
            text.ljust(w) if n == 0 else text.rjust(w)
            for n, (text, w) in enumerate(zip(line, widths))
        ).rstrip()
        if len(line) > 1
        else "".join(line)
        for line in [head, *body]
    ]
    return "\n".join(lines)


def summary(exercised):
    """One sentence or two: how many of which."""
    total = counts(t for e in exercised for t in e.tries)
    wrong = total[CAUGHT] + total[ACCEPTED]
    text = f"{wrong:,} wrong answers, {total[ACCEPTED]:,} accepted; {total[KEPT] + total[REFUSED]:,} honest ones, {total[REFUSED]:,} refused."
    if total[FREE]:
        text += f" {total[FREE]:,} more differ in what their exercise leaves free (°)."
    if total[EQUAL]:
        text += f" {total[EQUAL]:,} edits made the same graph again."
    return text


@dataclass(frozen=True)
class Group:
    """Answers to one exercise that got the same wrong verdict: most often one weak check lets all of them through.

    `kinds` holds them by kind of edit, the most frequent kind first.
    """

    exercise: Exercised
    honest: bool
    kinds: dict[str, list[Try]]

    @property
    def count(self):
        return sum(map(len, self.kinds.values()))

    @property
    def verdict(self):
        if self.count == 1:
            return "an honest answer is refused" if self.honest else "a wrong answer is accepted"
        return f"{self.count} " + (
            "honest answers are refused" if self.honest else "wrong answers are accepted"
        )


def groups(exercised):
    """What got the wrong verdict, as a `Group` for each exercise and verdict."""
    found = []
    for e in exercised:
        for is_honest in (False, True):
            kinds = {}
            for t in e.tries:
                if t.bad and t.honest == is_honest:
                    kinds.setdefault(t.kind, []).append(t)
            if kinds:
                frequent = sorted(kinds.items(), key=lambda item: -len(item[1]))
                found.append(Group(e, is_honest, dict(frequent)))
    return found


def slipped(exercised):
    """What got the wrong verdict, as lines of text: for each exercise the kinds, how many, and one of each."""
    lines = []
    for e in exercised:
        if e.error:
            lines += ["", f"{e.lesson} {e.exercise}: nothing could be tried", f"    {e.error}"]
    for group in groups(exercised):
        name = f"{group.exercise.lesson} {group.exercise.exercise}"
        if group.count == 1:
            ((kind, [t]),) = group.kinds.items()
            lines += ["", f"{name}: {group.verdict}  [{kind}]", *_example(t)]
            continue
        lines += ["", f"{name}: {group.verdict}"]
        for kind, tries in group.kinds.items():
            lines += [f"  {len(tries)} × [{kind}]{', for example' if len(tries) > 1 else ''}"]
            lines += _example(tries[0])
    return "\n".join(lines).lstrip("\n")


def _example(t):
    lines = [f"    {t.what}", *(f"    {line}" for line in t.lines[:6])]
    return lines + [f"    | {line}" for line in t.told.splitlines()[:12]]
