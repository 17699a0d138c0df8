"""A placed sketch as simple shapes: rectangles, lines and texts. `layergraph.svg` and `layergraph.raster` paint them."""

from dataclasses import dataclass

from layergraph.layout import place
from layergraph.sketch import STATUS_WORDS, Sketch

TITLE, SMALL = 13, 11  # font sizes in pixels
LINE, SMALL_LINE = 18, 15
PAD = 10
MARGIN = 12

# Widths of Helvetica's characters 32–126 in thousandths of the font size (Adobe's font metrics; Arial is the same).
_WIDTHS = (
    "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278 584"
    " 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944 667"
    " 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 278"
    " 556 500 722 500 500 500 334 260 334 584"
)
WIDTHS = {chr(32 + i): int(width) for i, width in enumerate(_WIDTHS.split())}


@dataclass(frozen=True)
class Rect:
    """A rectangle; `style` names the colours."""

    x: float
    y: float
    width: float
    height: float
    style: str
    radius: float = 0


@dataclass(frozen=True)
class Curve:
    """A cubic spline: a start, then three points for each piece; a triangle at its end when `tip` is given."""

    points: tuple[tuple[float, float], ...]
    style: str
    tip: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class Text:
    """A line of text; y is its baseline, `anchor` start, middle or end."""

    x: float
    y: float
    text: str
    style: str
    size: float = TITLE
    bold: bool = False
    anchor: str = "start"


@dataclass(frozen=True)
class Picture:
    """Everything to paint, in order, and the size of the paper."""

    width: float
    height: float
    shapes: tuple


def text_width(text: str, size=TITLE, bold=False) -> float:
    """Width of a text in pixels, a little generously."""
    return sum(WIDTHS.get(letter, 620) for letter in text) * size / 1000 * (1.08 if bold else 1.02)


def picture(sketch: Sketch, direction="TB") -> Picture:
    """Give a sketch its places and turn it into shapes."""
    measured = [_measure(card, sketch.compact) for card in sketch.cards]
    placed = place(sketch, [size for size, _ in measured], direction)
    legend = _legend(sketch, MARGIN, MARGIN)
    down = MARGIN + (26 if legend else 0)
    shapes: list = list(legend)
    titles: list = []
    for frame, corners in zip(sketch.frames, placed.frames):
        if corners:
            box, *title = _frame(
                frame, [c + shift for c, shift in zip(corners, (MARGIN, down, MARGIN, down))]
            )
            shapes.append(box)
            titles += title
    for arrow, points in zip(sketch.arrows, placed.arrows):
        shapes += _arrow(arrow, [(x + MARGIN, y + down) for x, y in points])
    shapes += titles
    for card, (size, parts), (x, y) in zip(sketch.cards, measured, placed.cards):
        shapes += _card(card, size, parts, x + MARGIN - size[0] / 2, y + down - size[1] / 2)
    width = placed.size[0] + 2 * MARGIN
    if legend:
        width = max(
            width,
            max(s.x + text_width(s.text, SMALL) for s in legend if isinstance(s, Text)) + MARGIN,
        )
    return Picture(width, placed.size[1] + down + MARGIN, tuple(shapes))


# cards ---------------------------------------------------------------------------------------------------------


def _measure(card, compact):
    """Size of a card, and its lines as (row, [(left text, right text, style)])."""
    if card.end:
        row = card.rows[0]
        text = f"{row.title}: {row.about}" if row.about else row.title
        return (text_width(text, SMALL) + 16, 20), [(row, [(text, "", "end")])]
    parts, width, height = [], 60.0, 0.0
    for row in card.rows:
        lines = [(row.title, row.about, "title")]
        badge = 22 if row.badge else 0
        first = (
            text_width(row.title, TITLE, True)
            + (8 + text_width(row.about, TITLE) if row.about else 0)
            + badge
        )
        if compact:
            if row.shape:
                first += 22 + text_width(row.shape, SMALL)
            if row.name and row.status:
                lines.append((f"“{row.name}”", "", "name"))
        else:
            if row.name:
                lines.append((f"“{row.name}”", "", "name"))
            if row.shape or row.parameters:
                lines.append((f"→ {row.shape}" if row.shape else "", row.parameters, "below"))
        if row.status and row.status in STATUS_WORDS:
            lines.append((STATUS_WORDS[row.status], "", "status"))
        lines += [(part, "", "status") for note in row.notes for part in _wrap(note, 46)]
        width = max(width, first)
        for left, right, kind in lines[1:]:
            gap = 18 if right and left else 0
            width = max(
                width, text_width(left, SMALL, kind == "status") + gap + text_width(right, SMALL)
            )
        parts.append((row, lines))
        height += LINE + SMALL_LINE * (len(lines) - 1) + (6 if compact else 0)
    return (width + 2 * PAD + 4, height + (2 if compact else 12)), parts


def _wrap(text, limit):
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + len(word) >= limit:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return [*lines, line] if line else lines


def _card(card, size, parts, x, y):
    width, height = size
    if card.end:
        row, [(text, _, _)] = parts[0]
        yield Rect(x, y, width, height, "end", 10)
        yield Text(x + width / 2, y + 14, text, "end-text", SMALL, False, "middle")
        return
    statuses = {row.status for row, _ in parts}
    whole = statuses.pop() if len(statuses) == 1 else ""
    yield Rect(x, y, width, height, f"card {whole}".strip(), 6)
    compact = len(parts) > 1
    cursor = y + (1 if compact else 6)
    for number, (row, lines) in enumerate(parts):
        tall = LINE + SMALL_LINE * (len(lines) - 1) + (6 if compact else 0)
        if number and compact:
            yield Curve(
                (
                    (x + 1, cursor),
                    (x + 1, cursor),
                    (x + width - 1, cursor),
                    (x + width - 1, cursor),
                ),
                "rule",
            )
        if row.status and not whole:
            yield Rect(x + 2, cursor + 1, width - 4, tall - 2, f"row {row.status}", 3)
        if row.category != "gap":
            inset = 4 if compact else 1
            yield Rect(x + 4, cursor + inset, 3.5, tall - 2 * inset, f"stripe {row.category}", 1.5)
        yield from _lines(row, lines, x, cursor + (3 if compact else 0), width, compact)
        cursor += tall


def _lines(row, lines, x, y, width, compact):
    left, right = x + PAD + 4, x + width - PAD
    title, about, _ = lines[0]
    baseline = y + 13
    if row.category == "gap":
        yield Text(x + width / 2, baseline, title, "faint", SMALL, False, "middle")
        return
    if row.badge:
        wide = max(16, text_width(row.badge, SMALL, True) + 8)
        yield Rect(right - wide + 4, baseline - 12, wide, 16, f"badge b{ord(row.badge[0]) % 6}", 8)
        yield Text(right - wide / 2 + 4, baseline, row.badge, "badge-text", SMALL, True, "middle")
        right -= wide + 2
    yield Text(left, baseline, title, "text", TITLE, True)
    if about:
        yield Text(left + text_width(title, TITLE, True) + 6, baseline, about, "text", TITLE)
    if compact or len(lines) == 1:
        if row.shape:
            yield Text(right, baseline, row.shape, "faint", SMALL, False, "end")
    for number, (one, other, kind) in enumerate(lines[1:]):
        baseline += LINE if number == 0 else SMALL_LINE
        style = (
            f"status-text {row.status}"
            if kind == "status"
            else "name"
            if kind == "name"
            else "faint"
        )
        if one:
            yield Text(
                left,
                baseline - 2,
                one,
                style,
                SMALL,
                kind == "status" and row.status in STATUS_WORDS,
            )
        if other:
            yield Text(
                x + width - PAD if one else left,
                baseline - 2,
                other,
                style,
                SMALL,
                False,
                "end" if one else "start",
            )


# frames, arrows, legend ----------------------------------------------------------------------------------------


def _frame(frame, corners):
    x0, y0, x1, y1 = corners
    yield Rect(x0, y0, x1 - x0, y1 - y0, "frame", 9)
    left = x0 + 9
    if frame.badge:
        wide = max(16, text_width(frame.badge, SMALL, True) + 8)
        yield Rect(left - 1, y0 + 5, wide, 16, f"badge b{ord(frame.badge[0]) % 6}", 8)
        yield Text(left - 1 + wide / 2, y0 + 17, frame.badge, "badge-text", SMALL, True, "middle")
        left += wide + 5
    yield Text(left, y0 + 17, frame.title, "frame-text", SMALL + 1, True)


def _arrow(arrow, points):
    if len(points) < 2:
        return
    end, spline = points[-1], points[:-1]
    before = spline[-1]
    dx, dy = end[0] - before[0], end[1] - before[1]
    length = max((dx * dx + dy * dy) ** 0.5, 1e-6)
    dx, dy = dx / length, dy / length
    reach, half = 7.5, 3.6
    back = (end[0] - dx * reach, end[1] - dy * reach)
    tip = (
        end,
        (back[0] - dy * half, back[1] + dx * half),
        (back[0] + dy * half, back[1] - dx * half),
    )
    style = f"arrow {arrow.status}".strip()
    yield Curve(tuple(spline), style, tip)
    if arrow.status in ("missing", "extra"):
        middle = spline[len(spline) // 2]
        yield Text(
            middle[0] + 5,
            middle[1] + 4,
            STATUS_WORDS[arrow.status][0],
            f"status-text {arrow.status}",
            15,
            True,
        )
    if arrow.head:
        left = dx > 0.15
        x, y = back[0] - dx * 5 + (-7 if left else 7), back[1] - dy * 5 + 3
        yield Text(x, y, arrow.head, "label", SMALL - 1, False, "end" if left else "start")
    if arrow.tail:
        start, after = spline[0], spline[min(2, len(spline) - 1)]
        left = after[0] < start[0] - 2
        yield Text(
            start[0] + (-6 if left else 6),
            start[1] + 11,
            arrow.tail,
            "label",
            SMALL - 1,
            False,
            "end" if left else "start",
        )


LEGEND = {
    "missing": "− missing: expected, not there",
    "extra": "+ extra: there, not expected",
    "changed": "~ changed",
    "marked": "▸ look here",
}


def _legend(sketch, x, y):
    shapes = []
    for status in sketch.legend:
        text = LEGEND[status]
        shapes.append(Rect(x, y + 1, 14, 12, f"card {status}", 3))
        shapes.append(Text(x + 20, y + 11, text, f"status-text {status}", SMALL, True))
        x += 20 + text_width(text, SMALL, True) + 20
    return shapes
