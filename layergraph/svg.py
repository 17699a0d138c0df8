"""Shapes as SVG that looks right in a light and in a dark page, by itself and inside a notebook.

Colours are variables of the drawing's own element, so that nothing leaks into the page: light ones, dark ones when the
reader prefers them, and, inside JupyterLab, those of JupyterLab's theme whatever the system prefers.
"""

import hashlib
import itertools
from html import escape

from layergraph.shapes import Curve, Picture, Rect, Text

FONT = "Helvetica,Arial,'Liberation Sans',sans-serif"
FITS = 1100  # pixels; a wider drawing scrolls instead of shrinking

LIGHT = {
    "paper": "#ffffff", "card": "#ffffff", "line": "#8a93a0", "text": "#15181c", "faint": "#5b6470", "rule": "#e3e7ec",
    "arrow": "#4a525d", "frame": "#f3f5f8", "frameline": "#aab2bd", "end": "#e8ecf1", "missing": "#b3261e",
    "missingfill": "#fdf0ef", "extra": "#9a5b00", "extrafill": "#fff6e5", "changed": "#1a56c4", "changedfill": "#edf3ff",
    "marked": "#8e24aa", "markedfill": "#faeefd", "input": "#6f7b8a", "core": "#2f6fd0", "convolution": "#2b8a5f",
    "recurrent": "#8a4fc9", "attention": "#c2477f", "merge": "#c7671a", "activation": "#c9a30f", "normal": "#9aa3ae",
    "shape": "#1f8fa3", "badgetext": "#ffffff",
    "b0": "#5b3fbf", "b1": "#0f766e", "b2": "#b0305f", "b3": "#92590a", "b4": "#2455a8", "b5": "#4d6b13",
}  # fmt: skip
DARK = {
    "paper": "#16191d", "card": "#20252b", "line": "#77818f", "text": "#eef1f5", "faint": "#a9b3bf", "rule": "#343b44",
    "arrow": "#a9b3bf", "frame": "#1b2026", "frameline": "#5b6470", "end": "#2c333b", "missing": "#ff8a80",
    "missingfill": "#3a2020", "extra": "#ffc46b", "extrafill": "#38290f", "changed": "#8ab4ff", "changedfill": "#1c2a45",
    "marked": "#e29bf5", "markedfill": "#35203c", "input": "#8b97a6", "core": "#5b97f0", "convolution": "#4cba8a",
    "recurrent": "#b384ee", "attention": "#ee7fb0", "merge": "#f0954c", "activation": "#e6c643", "normal": "#7d8793",
    "shape": "#4dbfd3", "badgetext": "#ffffff",
    "b0": "#7a5fe0", "b1": "#15867d", "b2": "#c94779", "b3": "#a56a14", "b4": "#3b6fc6", "b5": "#5f821b",
}  # fmt: skip
STATUSES = ("missing", "extra", "changed", "marked")
_numbers = itertools.count(1)


def svg_text(picture: Picture, title: str, description: str, name: str = "") -> str:
    """A whole SVG document.

    Parameters
    ----------
    picture
        the shapes.
    title, description
        what a reader who cannot see it is told.
    name
        its id, for a file that is to be the same each time; else one that no other drawing on a page has.
    """
    body = "".join(map(_shape, picture.shapes))
    digest = hashlib.blake2b((title + body).encode(), digest_size=4).hexdigest()
    name = name or f"lg-{digest}-{next(_numbers)}"
    width, height = round(picture.width), round(picture.height)
    fit = "max-width:100%;height:auto;" if width <= FITS else "max-width:none;"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" id="{name}" class="layergraph" role="img" '
        f'aria-labelledby="{name}-title {name}-desc" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" style="{fit}font-family:{FONT}">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(description)}</desc>'
        f"<style>{_css(name)}</style>"
        f'<rect class="paper" width="{width}" height="{height}" rx="6"/>{body}</svg>'
    )


def html_text(svg: str) -> str:
    """The SVG inside a block that scrolls where it is too wide for the page."""
    return f'<div class="layergraph-scroll" style="overflow-x:auto;max-width:100%">{svg}</div>'


def _css(name: str) -> str:
    def variables(palette):
        return "".join(f"--{key}:{value};" for key, value in palette.items())

    here = f"#{name}"
    rules = [
        f"{here}{{{variables(LIGHT)}}}",
        f"@media (prefers-color-scheme:dark){{{here}{{{variables(DARK)}}}}}",
        f'[data-jp-theme-light="true"] {here},body.vscode-light {here}{{{variables(LIGHT)}}}',
        f'[data-jp-theme-light="false"] {here},body.vscode-dark {here}{{{variables(DARK)}}}',
        "@media print{" + here + "{" + variables(LIGHT) + "}}",
        f"{here} text{{fill:var(--text);stroke:none}}",
        f"{here} .paper{{fill:var(--paper)}}",
        f"{here} .card{{fill:var(--card);stroke:var(--line);stroke-width:1.1}}",
        f"{here} .frame{{fill:var(--frame);stroke:var(--frameline);stroke-width:1.2}}",
        f"{here} .end{{fill:var(--end)}}",
        f"{here} .rule{{fill:none;stroke:var(--rule)}}",
        f"{here} .arrow{{fill:none;stroke:var(--arrow);stroke-width:1.3}}{here} .tip{{fill:var(--arrow);stroke:none}}",
        f"{here} text.faint,{here} text.name,{here} text.label,{here} text.end-text,{here} text.frame-text{{fill:var(--faint)}}",
        f"{here} text.name{{font-style:italic}}",
        f"{here} text.label{{paint-order:stroke;stroke:var(--paper);stroke-width:3}}",
        f"{here} text.frame-text{{paint-order:stroke;stroke:var(--frame);stroke-width:5}}",
        f"{here} text.badge-text{{fill:var(--badgetext)}}",
    ]
    rules += [f"{here} .stripe.{key}{{fill:var(--{key})}}" for key in
              ("input", "core", "convolution", "recurrent", "attention", "merge", "activation", "normal", "shape")]  # fmt: skip
    rules += [f"{here} .badge.b{i}{{fill:var(--b{i})}}" for i in range(6)]
    for status in STATUSES:
        dash = ";stroke-dasharray:6 4" if status == "missing" else ""
        rules += [
            f"{here} .card.{status}{{fill:var(--{status}fill);stroke:var(--{status});stroke-width:2.2{dash}}}",
            f"{here} .row.{status}{{fill:var(--{status}fill);stroke:var(--{status});stroke-width:1.4{dash}}}",
            f"{here} .arrow.{status}{{stroke:var(--{status});stroke-width:2.2{dash}}}{here} .tip.{status}{{fill:var(--{status})}}",
            f"{here} text.status-text.{status}{{fill:var(--{status})}}",
        ]
    return "".join(rules)


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _shape(shape) -> str:
    if isinstance(shape, Rect):
        return (
            f'<rect class="{shape.style}" x="{_n(shape.x)}" y="{_n(shape.y)}" width="{_n(shape.width)}" '
            f'height="{_n(shape.height)}" rx="{_n(shape.radius)}"/>'
        )
    if isinstance(shape, Curve):
        first, *rest = [f"{_n(x)} {_n(y)}" for x, y in shape.points]
        line = (
            f'<path class="{shape.style}" d="M{first}C{" ".join(rest)}"/>' if len(rest) >= 3 else ""
        )
        if shape.tip:
            corners = " ".join(f"{_n(x)},{_n(y)}" for x, y in shape.tip)
            line += f'<polygon class="{shape.style.replace("arrow", "tip")}" points="{corners}"/>'
        return line
    assert isinstance(shape, Text)
    anchor = "" if shape.anchor == "start" else f' text-anchor="{shape.anchor}"'
    bold = ' font-weight="600"' if shape.bold else ""
    return (
        f'<text class="{shape.style}" x="{_n(shape.x)}" y="{_n(shape.y)}" font-size="{_n(shape.size)}"{bold}{anchor}>'
        f"{escape(shape.text)}</text>"
    )
