"""Draws what single layers compute, in the colours of the course's own drawings: `python assets/figures/operations/make.py`.

Every number in a picture is computed here, from the rule that the picture explains.
"""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[2]))

from layergraph.shapes import Curve, Picture, Rect, Text, text_width
from layergraph.svg import svg_text

CELL = 26
Point = tuple[float, float]


def cells(
    x: float,
    y: float,
    rows: Iterable[Iterable[object]],
    style: Callable[[int, int], str],
    size: float = CELL,
) -> list:
    """A table of small squares with a number in each."""
    shapes: list = []
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            left, top = x + c * size, y + r * size
            shapes.append(Rect(left, top, size, size, style(r, c)))
            shapes.append(
                Text(left + size / 2, top + size / 2 + 4, str(value), "text", 11, False, "middle")
            )
    return shapes


def sheets(
    x: float, y: float, styles: list[Callable[[int, int], str]], side: int = 4, size: float = 17
) -> list:
    """Feature maps, one behind the other; the first style is that of the map in front."""
    shapes: list = []
    for depth in reversed(range(len(styles))):
        left, top = x + 22 * depth, y - 16 * depth
        shapes += [
            Rect(left + c * size, top + r * size, size, size, styles[depth](r, c))
            for r in range(side)
            for c in range(side)
        ]
    return shapes


def box(
    x: float, y: float, text: str, below: str = "", kind: str = "core", wide: float = 0
) -> list:
    """A card with a stripe, as `lg.plot` draws a layer."""
    wide = wide or max(text_width(text, 13, True), text_width(below, 11)) + 30
    tall = 44 if below else 30
    shapes: list = [
        Rect(x, y, wide, tall, "card", 6),
        Rect(x + 4, y + 4, 3.5, tall - 8, f"stripe {kind}", 1.5),
        Text(x + 14, y + 19, text, "text", 13, True),
    ]
    return [*shapes, Text(x + 14, y + 36, below, "faint", 11)] if below else shapes


def arrow(*points: Point, style: str = "arrow") -> list:
    """A line through these points with a tip at its end."""
    (x0, y0), (x1, y1) = points[-2:]
    length = max(((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5, 1e-6)
    dx, dy = (x1 - x0) / length, (y1 - y0) / length
    back = (x1 - 8 * dx, y1 - 8 * dy)
    tip = ((x1, y1), (back[0] - 4 * dy, back[1] + 4 * dx), (back[0] + 4 * dy, back[1] - 4 * dx))
    path = [points[0]]
    for start, end in zip(points, [*points[1:-1], back]):
        path += [start, end, end]
    return [Curve(tuple(path), style, tip)]


def dot(x: float, y: float, sign: str) -> list:
    """An operation on two rows of numbers."""
    return [
        Rect(x - 12, y - 12, 24, 24, "card extra", 12),
        Text(x, y + 5, sign, "text", 13, True, "middle"),
    ]


def note(x: float, y: float, text: str, anchor: str = "start", bold: bool = False) -> list:
    return [Text(x, y, text, "text" if bold else "faint", 12, bold, anchor)]


def plain(_r: int, _c: int) -> str:
    return "card"


def window(top: int, left: int, style: str, side: int = 3) -> Callable[[int, int], str]:
    """The style of a table in which one window is marked."""
    return lambda r, c: f"card {style}" if 0 <= r - top < side and 0 <= c - left < side else "card"


def convolution() -> tuple[Picture, str, str]:
    image = np.array(
        [
            [0, 0, 1, 3, 0, 0],
            [0, 1, 3, 1, 0, 0],
            [0, 3, 1, 0, 0, 0],
            [0, 3, 2, 3, 1, 0],
            [0, 2, 1, 0, 3, 0],
            [0, 0, 2, 3, 1, 0],
        ]
    )
    kernel = np.array([[1, 0, -1]] * 3)
    found = [
        [int(np.sum(image[r : r + 3, c : c + 3] * kernel)) for c in range(4)] for r in range(4)
    ]
    products = " + ".join(
        f"{a}×{b}".replace("-", "−") for a, b in zip(image[1:4, 2:5].ravel(), kernel.ravel()) if b
    )
    shapes = [
        *note(20, 28, "one channel of an image, 6 × 6", bold=True),
        *cells(20, 42, image, window(1, 2, "changed")),
        *note(226, 28, "the weights, 3 × 3", bold=True),
        *cells(
            248,
            81,
            [[str(v).replace("-", "−") for v in row] for row in kernel],
            lambda r, c: "card extra",
        ),
        *note(400, 28, "the result, 4 × 4", bold=True),
        *cells(
            400,
            68,
            [[str(v).replace("-", "−") for v in row] for row in found],
            window(1, 2, "changed", 1),
        ),
        *arrow((180, 120), (240, 120)),
        *note(211, 110, "×", "middle", True),
        *arrow((332, 120), (392, 120)),
        *note(362, 110, "sum", "middle", True),
        *note(20, 222, f"The marked window: {products} = {found[1][2]}".replace("= -", "= −")),
        *note(
            20,
            242,
            "The same nine weights (and a bias) are used at every place; the window moves on by 1, or by strides.",
        ),
    ]
    return (
        Picture(640, 258, tuple(shapes)),
        "A convolution",
        "A window of 3 by 3 numbers of an image, times nine weights, summed: one number of the result.",
    )


def one_by_one() -> tuple[Picture, str, str]:
    spot = window(0, 3, "changed", 1)
    wide = window(0, 1, "changed", 3)
    shapes: list = []
    for x, title, style, below in (
        (20, "1×1: one place, all channels", spot, "4 weights and a bias for each filter"),
        (390, "3×3: nine places, all channels", wide, "36 weights and a bias for each filter"),
    ):
        shapes += [
            *note(x, 28, title, bold=True),
            *sheets(x, 100, [style] * 4),
            *arrow((x + 146, 112), (x + 200, 112)),
            *sheets(x + 212, 100, [spot, spot]),
            *note(x, 192, "4 channels in"),
            *note(x + 212, 192, "2 filters, so 2 channels out"),
            *note(x, 212, below),
        ]
    return (
        Picture(760, 228, tuple(shapes)),
        "A 1×1 convolution beside a 3×3 convolution",
        "A 1×1 convolution makes each number from the channels of a single place; a 3×3 convolution from nine places.",
    )


def separable() -> tuple[Picture, str, str]:
    own = [window(0, 1, style) for style in ("changed", "marked", "extra")]
    spots = [window(0, 3, style, 1) for style in ("changed", "marked", "extra")]
    shapes = [
        *note(20, 28, "3 channels"),
        *sheets(20, 92, own),
        *arrow((148, 104), (248, 104)),
        *note(198, 78, "depthwise 3×3", "middle", True),
        *note(198, 94, "a window for each", "middle"),
        *note(198, 124, "3 × 9 weights", "middle"),
        *note(262, 28, "3 channels, each seen by itself"),
        *sheets(262, 92, spots),
        *arrow((390, 104), (490, 104)),
        *note(440, 78, "pointwise 1×1", "middle", True),
        *note(440, 94, "all channels mixed", "middle"),
        *note(440, 124, "3 × 4 weights", "middle"),
        *note(504, 28, "4 channels"),
        *sheets(504, 92, [window(0, 3, "changed", 1)] * 4),
        *note(
            20,
            196,
            "27 + 12 = 39 weights and 4 biases. An ordinary 3×3 convolution from 3 to 4 channels has 9 × 3 × 4 = 108 weights.",
        ),
    ]
    return (
        Picture(700, 212, tuple(shapes)),
        "A depthwise separable convolution",
        "First each channel is read by a window of its own, then a 1×1 convolution mixes the channels.",
    )


def lstm_step() -> tuple[Picture, str, str]:
    gates = (
        ("forget", "sigmoid", 216),
        ("input", "sigmoid", 326),
        ("candidate", "tanh", 436),
        ("output", "sigmoid", 558),
    )
    shapes = [
        *box(20, 28, "cell state", "from the step before", "recurrent", 158),
        *box(20, 152, "state", "from the step before", "recurrent", 158),
        *box(20, 212, "row", "of this step", "input", 158),
        Rect(206, 162, 462, 76, "frame", 9),
        *note(218, 230, "four small Dense layers: each reads the row and the state"),
    ]
    for name, activation, x in gates:
        shapes += box(x, 172, name, activation, "core", 100)
    shapes += [
        *arrow((178, 50), (254, 50)),
        *dot(266, 50, "×"),
        *arrow((266, 172), (266, 64)),
        *arrow((278, 50), (419, 50)),
        *dot(431, 50, "+"),
        *dot(431, 110, "×"),
        *arrow((376, 172), (376, 110), (417, 110)),
        *arrow((486, 172), (486, 110), (445, 110)),
        *arrow((431, 98), (431, 64)),
        *arrow((443, 50), (700, 50)),
        *note(708, 55, "cell state", bold=True),
        *arrow((608, 50), (608, 66)),
        *box(578, 68, "tanh", "", "activation", 60),
        *arrow((608, 98), (608, 110)),
        *dot(608, 122, "×"),
        *arrow((608, 172), (608, 136)),
        *arrow((620, 122), (700, 122)),
        *note(708, 127, "state", bold=True),
        *arrow((178, 174), (192, 174), (192, 192), (204, 192)),
        *arrow((178, 234), (192, 234), (192, 208), (204, 208)),
        *note(
            206,
            266,
            "forget: how much of the old cell state stays.  input × candidate: what is added to it.",
        ),
        *note(
            206,
            284,
            "output: how much of the cell state shows in the state. All signs work number by number.",
        ),
    ]
    return (
        Picture(790, 302, tuple(shapes)),
        "One step of an LSTM",
        "Four small Dense layers read the row and the state. The cell state is kept in part and added to; the state is made from it.",
    )


def batch_normalisation() -> tuple[Picture, str, str]:
    batch = np.array([[1, 1000], [2, 3000], [3, 5000]])
    mean, deviation = batch.mean(axis=0), batch.std(axis=0)
    normal = [[f"{v:.2f}".replace("-", "−") for v in row] for row in (batch - mean) / deviation]
    gamma, beta = 2, 1
    out = [
        [f"{v:.2f}".replace("-", "−") for v in row]
        for row in gamma * (batch - mean) / deviation + beta
    ]
    column = lambda r, c: "card changed" if c == 1 else "card"
    size = 48
    shapes = [
        *note(20, 28, "a batch: 3 rows, 2 channels", bold=True),
        *cells(20, 40, batch, column, size),
        *note(20, 206, "mean"),
        *note(92, 206, f"{mean[1]:.0f}", "middle", True),
        *note(20, 224, "deviation"),
        *note(92, 224, f"{deviation[1]:.0f}", "middle", True),
        *arrow((126, 112), (236, 112)),
        *note(180, 86, "− mean", "middle", True),
        *note(180, 102, "÷ deviation", "middle", True),
        *cells(246, 40, normal, column, size),
        *note(246, 28, "mean 0, deviation 1", bold=True),
        *arrow((352, 112), (462, 112)),
        *note(406, 86, "× gamma", "middle", True),
        *note(406, 102, "+ beta", "middle", True),
        *cells(472, 40, out, column, size),
        *note(472, 28, f"gamma {gamma}, beta {beta}", bold=True),
        *note(
            20,
            252,
            "In training: the mean and the deviation of this batch, column by column. Afterwards: moving averages of them.",
        ),
    ]
    return (
        Picture(690, 268, tuple(shapes)),
        "Batch normalisation",
        "Each channel of a batch is brought to mean 0 and deviation 1, then scaled by gamma and shifted by beta.",
    )


def two_calls() -> tuple[Picture, str, str]:
    shapes = [
        Rect(302, 20, 220, 74, "frame", 9),
        *note(316, 40, "one layer", bold=True),
        *note(316, 60, "reader = Dense(3)"),
        *note(316, 78, "kernel (4, 3), bias (3,): 15 numbers"),
    ]
    for number, (x, name) in enumerate(((60, "first"), (380, "second"))):
        shapes += [
            *box(x, 196, name, "(None, 4)", "input", 90),
            *arrow((x + 90, 218), (x + 122, 218)),
            *box(x + 124, 196, f"reader({name})", f"node {number}", "core", 136),
            *arrow((x + 192, 240), (x + 192, 280)),
            *note(x + 192, 298, f"reader[{number}][0]", "middle", True),
            *arrow((412 + (8 if number else -8), 94), (x + 192, 194), style="arrow marked"),
        ]
    shapes += note(412, 150, "used by both", "middle")
    return (
        Picture(660, 316, tuple(shapes)),
        "A layer with two nodes",
        "One layer holds the weights; each of its two calls is a node with its own input and output.",
    )


def ensemble() -> tuple[Picture, str, str]:
    digits = (3, 5, 8)
    members = np.array([[0.6, 0.1, 0.3], [0.5, 0.3, 0.2], [0.2, 0.1, 0.7]])
    team = members.mean(axis=0)
    shapes = note(20, 28, "The image shows a 3. What is the probability of", bold=True)
    shapes += [
        s for n, d in enumerate(digits) for s in note(330 + 130 * n, 28, f"a {d}?", bold=True)
    ]
    for row, (name, answer) in enumerate(
        zip(("member 1", "member 2", "member 3", "their average"), [*members, team])
    ):
        y = 46 + 36 * row + (14 if row == 3 else 0)
        shapes += [*box(20, y, name, "", "merge" if row == 3 else "core", 150)]
        right = int(np.argmax(answer)) == 0
        shapes += note(
            186,
            y + 19,
            f"says {digits[int(np.argmax(answer))]}: {'right' if right else 'wrong'}",
            bold=True,
        )
        for n, share in enumerate(answer):
            top = n == int(np.argmax(answer))
            style = (
                ("stripe convolution" if right else "stripe attention") if top else "stripe normal"
            )
            shapes += [Rect(330 + 130 * n, y + 8, 70 * share, 14, style, 2)]
            shapes += note(336 + 130 * n + 70 * share, y + 19, f"{share:.2f}")
    shapes += [Rect(20, 158, 670, 1, "end")]
    return (
        Picture(710, 216, tuple(shapes)),
        "An ensemble",
        "Two members are right and one is wrong; the average of their probabilities is right.",
    )


FIGURES = {
    figure.__name__: figure
    for figure in (
        convolution,
        one_by_one,
        separable,
        lstm_step,
        batch_normalisation,
        two_calls,
        ensemble,
    )
}


def svg(name: str) -> str:
    """One of the figures as a whole SVG document; the same text at every call."""
    return svg_text(*FIGURES[name](), name=f"lg-{name}") + "\n"


if __name__ == "__main__":
    for name in FIGURES:
        (HERE / f"{name}.svg").write_text(svg(name), encoding="utf-8")
