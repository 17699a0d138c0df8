"""Sketches made shorter: a nested model as one card, a repeated block once, a run of calls as one card with many rows.

That keeps Xception on a few screens. Nothing that a drawing has to point out is folded away: cards and arrows with a status stay as they are.
"""

from bisect import bisect_left
from collections import defaultdict
from dataclasses import replace

from layergraph.sketch import Arrow, Box, Card, Row, Sketch, merged

ROWS_SHOWN = 24  # of a longer run, the middle is left out (detail="full" shows all)
LONGEST = 120  # calls of a block that is looked for
WORTH = 4  # calls that a fold must spare: its frame and title take up room too


def short(sketch: Sketch, detail="normal") -> Sketch:
    """A large sketch made shorter, a small one as it is; nested models are closed at low detail only."""
    if not sketch.compact:
        return sketch
    if detail == "low":
        sketch = closed(sketch)
    return _stacked(folded(sketch))


# nested models ---------------------------------------------------------------------------------------------------


def closed(sketch: Sketch) -> Sketch:
    """The sketch with each nested model as one card that says what is inside."""
    home = [_outermost(sketch, card.frame) for card in sketch.cards]
    last = {frame: index for index, frame in enumerate(home)}  # the model stands for its last card
    for frame in {None, *_pointed_out(sketch, home)}:
        last.pop(frame, None)
    place: dict[int, int] = {}
    cards: list[Card] = []
    for index, card in enumerate(sketch.cards):
        frame = home[index]
        if frame is None or frame not in last:
            cards.append(card)
        elif index == last[frame]:
            cards.append(_model_card(sketch.frames[frame], sketch.inside[frame]))
        else:
            continue
        place[index] = len(cards) - 1
    at = [place[last.get(frame, index)] for index, frame in enumerate(home)]
    arrows = []
    for arrow in sketch.arrows:
        source, target = at[arrow.source], at[arrow.target]
        if source != target:
            head = "" if home[arrow.target] in last else arrow.head
            tail = "" if home[arrow.source] in last else arrow.tail
            arrows.append(Arrow(source, target, head, tail, arrow.status))
    return replace(sketch, cards=cards, arrows=merged(arrows))


def _outermost(sketch: Sketch, frame: int | None) -> int | None:
    while frame is not None and sketch.frames[frame].parent is not None:
        frame = sketch.frames[frame].parent
    return frame


def _pointed_out(sketch: Sketch, home) -> set[int | None]:
    """The frames with something to say inside."""
    found = {home[i] for i, card in enumerate(sketch.cards) if any(r.status for r in card.rows)}
    for arrow in sketch.arrows:
        if arrow.status:
            found |= {home[arrow.source], home[arrow.target]}
    return found


def _model_card(frame: Box, inside: str) -> Card:
    return Card([Row(frame.title, inside, badge=frame.badge)], None)


# repeated blocks -------------------------------------------------------------------------------------------------


def folded(sketch: Sketch) -> Sketch:
    """The sketch with each block that stands several times in a row once, in a frame that says how often.

    A block is a run of cards with one way in (the card before it) and one way out (its last card), whose copies say
    the same and are wired the same. A `Dropout` may have another rate in each copy.
    """
    blocks = _Blocks(sketch)
    cards: list[Card] = []
    frames, place = list(sketch.frames), {}
    index = 0
    while index < len(sketch.cards):
        length, times = blocks.at(index)
        if times > 1:
            frames.append(Box(_times(length, times), sketch.cards[index].frame))
        for card in range(index, index + length):
            place[card] = len(cards)
            cards.append(blocks.once(card, length, times, len(frames) - 1))
        index += length * times
        place[index - 1] = len(cards) - 1  # what the last copy gives, the one that is drawn gives
    if not blocks.copies:
        return sketch
    arrows = [
        Arrow(place[arrow.source], place[arrow.target], arrow.head, arrow.tail, arrow.status)
        for arrow in sketch.arrows
        if arrow.source in place and arrow.target in place and not blocks.dropped(arrow.target)
    ]
    return replace(sketch, cards=cards, arrows=arrows, frames=frames)


def _times(length: int, times: int) -> str:
    return f"× {times:,}" + (f", {length} calls each" if length > 1 else "")


class _Blocks:
    """Where a sketch repeats itself."""

    def __init__(self, sketch: Sketch):
        self.cards = sketch.cards
        self.sources: dict[int, list] = defaultdict(list)
        self.targets: dict[int, list[int]] = defaultdict(list)
        self.copies: set[int] = set()
        loud = {i for i, card in enumerate(sketch.cards) if card.end or card.rows[0].status}
        for arrow in sketch.arrows:
            self.sources[arrow.target].append((arrow.source, arrow.head, arrow.tail))
            self.targets[arrow.source].append(arrow.target)
            if arrow.status:
                loud |= {arrow.source, arrow.target}
        numbers: dict[object, int] = {}
        self.labels = [
            numbers.setdefault(("loud", i) if i in loud else _label(card), len(numbers))
            for i, card in enumerate(sketch.cards)
        ]
        self.starts: dict[int, list[int]] = defaultdict(list)  # label -> where a block can begin
        for i, label in enumerate(self.labels):
            if any(source == i - 1 for source, _, _ in self.sources.get(i, ())):
                self.starts[label].append(i)

    def at(self, start: int) -> tuple[int, int]:
        """Length and count of the repeated block that begins here and spares most; (1, 1) where there is none."""
        best, spared, reached = (1, 1), WORTH - 1, 0
        starts = self.starts.get(self.labels[start], [])
        here = bisect_left(starts, start)
        if here == len(starts) or starts[here] != start:
            return best
        for again in starts[here + 1 :]:
            length = again - start
            if length > LONGEST:
                break
            if length <= reached:
                continue
            times = self._count(start, length)
            if times > 1:
                reached = length * times
            if length * (times - 1) > spared:
                best, spared = (length, times), length * (times - 1)
        self.copies.update(range(start + best[0], start + best[0] * best[1]))
        return best

    def dropped(self, card: int) -> bool:
        return card in self.copies

    def once(self, index: int, length: int, times: int, frame: int) -> Card:
        """The card as it is drawn: for the first of several copies, in their frame and with what differs."""
        card = self.cards[index]
        if times == 1:
            return card
        row, last = card.rows[0], self.cards[index + length * (times - 1)].rows[0]
        about = row.about if row.about == last.about else f"{row.about} … {last.about}"
        return Card([replace(row, about=about)], frame)

    def _count(self, start: int, length: int) -> int:
        pattern = self.labels[start : start + length]
        wiring = self._wiring(start, length)
        if wiring is None or len({self.cards[start + i].frame for i in range(length)}) > 1:
            return 1
        times, here = 1, start + length
        while self.labels[here : here + length] == pattern and self._wiring(here, length) == wiring:
            if not all(here <= target < here + length for target in self.targets[here - 1]):
                break
            times, here = times + 1, here + length
        return times

    def _wiring(self, start: int, length: int):
        """What each card of a block takes, counted from the block's start; None if something else leaves or enters."""
        found = []
        for index in range(start, start + length):
            taken = [(source - start, head, tail) for source, head, tail in self.sources[index]]
            if any(not -1 <= source < index - start for source, _, _ in taken):
                return None
            inside = all(target < start + length for target in self.targets[index])
            if not inside and index < start + length - 1:
                return None
            found.append(taken)
        return found


def _label(card: Card):
    """What a card says; two that say the same can be copies of each other."""
    row = card.rows[0]
    about = "" if "Dropout" in row.title else row.about
    return (row.title, about, row.shape, row.badge, tuple(row.notes), card.frame)


# runs ----------------------------------------------------------------------------------------------------------


def _stacked(sketch: Sketch) -> Sketch:
    """Runs of calls without a fork as one card each."""
    into, out = defaultdict(list), defaultdict(list)
    for arrow in sketch.arrows:
        into[arrow.target].append(arrow)
        out[arrow.source].append(arrow)
    follows: dict[int, int] = {}
    for arrow in sketch.arrows:
        mine, yours = sketch.cards[arrow.source], sketch.cards[arrow.target]
        alone = len(out[arrow.source]) == 1 and len(into[arrow.target]) == 1
        plain = not (arrow.head or arrow.tail or arrow.status)
        if alone and plain and mine.frame == yours.frame and not yours.end:
            follows[arrow.source] = arrow.target
    starts = set(range(len(sketch.cards))) - set(follows.values())
    cards: list[Card] = []
    place: dict[int, int] = {}
    for start in sorted(starts):
        rows, index = [], start
        while True:
            place[index] = len(cards)
            rows += sketch.cards[index].rows
            if index not in follows:
                break
            index = follows[index]
        if len(rows) > ROWS_SHOWN:
            rows = _shortened(rows)
        cards.append(Card(rows, sketch.cards[start].frame, sketch.cards[start].end))
    arrows = [
        Arrow(place[arrow.source], place[arrow.target], arrow.head, arrow.tail, arrow.status)
        for arrow in sketch.arrows
        if follows.get(arrow.source) != arrow.target
    ]
    return replace(sketch, cards=cards, arrows=arrows)


def _shortened(rows):
    """The first and last rows of a long run and every row that has something to say."""
    edge = ROWS_SHOWN // 2
    kept = [i for i, row in enumerate(rows) if i < edge or i >= len(rows) - edge or row.status]
    shown, last = [], -1
    for index in kept:
        if index > last + 1:
            shown.append(
                Row(f"… {index - last - 1:,} more calls …", "", category="gap", small=True)
            )
        shown.append(rows[index])
        last = index
    return shown
