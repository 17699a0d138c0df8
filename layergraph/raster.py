"""Shapes as PNG or PDF, painted by matplotlib in the light colours. Not for the screen: there SVG is better."""

import io

from layergraph.shapes import Curve, Picture, Rect, Text, text_width
from layergraph.svg import LIGHT, STATUSES

FONTS = ["Helvetica", "Arial", "Liberation Sans", "DejaVu Sans"]
MOST_PIXELS = 8_000_000


def render(picture: Picture, kind="png", scale=2.0) -> bytes:
    """The picture as a file's bytes.

    Parameters
    ----------
    picture
        the shapes.
    kind
        "png" or "pdf".
    scale
        PNG pixels for a pixel of the drawing; made smaller for very large drawings.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.patches import FancyBboxPatch, PathPatch, Polygon
    from matplotlib.path import Path

    width, height = picture.width, picture.height
    scale = min(scale, (MOST_PIXELS / (width * height)) ** 0.5)
    family = _font()
    shrink = _shrink(picture, family)
    figure = Figure(figsize=(width / 72, height / 72), dpi=72 * scale, facecolor=LIGHT["paper"])
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, width)
    axes.set_ylim(height, 0)
    axes.axis("off")
    for order, shape in enumerate(picture.shapes):
        fill, stroke, line, dash = _colours(shape.style)
        if isinstance(shape, Rect):
            radius = min(shape.radius, shape.width / 2, shape.height / 2)
            axes.add_patch(
                FancyBboxPatch(
                    (shape.x + radius, shape.y + radius),
                    max(shape.width - 2 * radius, 0.01),
                    max(shape.height - 2 * radius, 0.01),
                    boxstyle=f"round,pad={radius},rounding_size={radius}"
                    if radius
                    else "square,pad=0",
                    facecolor=fill,
                    edgecolor=stroke,
                    linewidth=line,
                    linestyle=dash,
                    zorder=order,
                )  # fmt: skip
            )
        elif isinstance(shape, Curve):
            if len(shape.points) >= 4:
                codes = [Path.MOVETO] + [Path.CURVE4] * (len(shape.points) - 1)
                path = Path(shape.points, codes)
                axes.add_patch(
                    PathPatch(
                        path,
                        fill=False,
                        edgecolor=stroke,
                        linewidth=line,
                        linestyle=dash,
                        zorder=order,
                    )
                )
            if shape.tip:
                axes.add_patch(
                    Polygon(
                        shape.tip, closed=True, facecolor=stroke, edgecolor="none", zorder=order
                    )
                )
        else:
            axes.text(
                shape.x, shape.y, shape.text.replace("$", r"\$"), color=fill, fontsize=shape.size * shrink, family=family,
                weight="bold" if shape.bold else "normal", style="italic" if shape.style == "name" else "normal",
                ha={"start": "left", "middle": "center", "end": "right"}[shape.anchor], va="baseline", zorder=order,
            )  # fmt: skip
    held = io.BytesIO()
    figure.savefig(held, format=kind, facecolor=LIGHT["paper"])
    return held.getvalue()


def _font():
    """The first font of ours that is there."""
    from matplotlib import font_manager

    there = {entry.name for entry in font_manager.fontManager.ttflist}
    return next((family for family in FONTS if family in there), "sans-serif")


def _shrink(picture: Picture, family: str) -> float:
    """How much smaller to write in this font so that no text is wider than the place made for it; 1 where all fit."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath

    fits = [1.0]
    for shape in picture.shapes:
        if isinstance(shape, Text) and shape.text.strip():
            font = FontProperties(
                family=family,
                weight="bold" if shape.bold else "normal",
                style="italic" if shape.style == "name" else "normal",
            )
            path = TextPath((0, 0), shape.text.replace("$", r"\$"), size=shape.size, prop=font)
            wide = path.get_extents().width
            fits.append(text_width(shape.text, shape.size, shape.bold) / max(wide, 1e-6))
    return min(fits)


def _colours(style: str):
    """Fill, stroke, line width and dash of a style, as in the SVG's style sheet."""
    first, *rest = style.split()
    status = next((part for part in rest if part in STATUSES), None)
    if first in ("card", "row"):
        if status:
            width = 2.2 if first == "card" else 1.4
            return (
                LIGHT[f"{status}fill"],
                LIGHT[status],
                width,
                (0, (3, 2)) if status == "missing" else "-",
            )
        return LIGHT["card"], LIGHT["line"], 1.1, "-"
    if first == "arrow":
        return (
            "none",
            LIGHT[status or "arrow"],
            2.2 if status else 1.3,
            (0, (3, 2)) if status == "missing" else "-",
        )
    if first in ("stripe", "badge"):
        return LIGHT[rest[0]], "none", 0, "-"
    if first == "status-text":
        return LIGHT[status or "faint"], "none", 0, "-"
    if first == "frame":
        return LIGHT["frame"], LIGHT["frameline"], 1.2, "-"
    if first == "rule":
        return "none", LIGHT["rule"], 1, "-"
    if first == "end":
        return LIGHT["end"], "none", 0, "-"
    if first == "badge-text":
        return LIGHT["badgetext"], "none", 0, "-"
    return LIGHT["text" if first == "text" else "faint"], "none", 0, "-"
