"""Drawings from elsewhere: an SVG text that can do nothing but be looked at.

The drawing is read as XML, every element and attribute must be on a short list, and it is written anew from what was
read, so that no second reader (a browser's HTML parser) can see something else in it than was checked.
"""

import re
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}"
XML = "{http://www.w3.org/XML/1998/namespace}"

ELEMENTS = frozenset(
    "svg g path polygon polyline ellipse circle rect line text tspan title desc defs marker style use symbol "
    "linearGradient radialGradient stop clipPath pattern".split()
)
TEXT_ONLY = frozenset(("title", "desc", "style"))
ATTRIBUTES = frozenset(
    "id class d points x y x1 y1 x2 y2 cx cy r rx ry dx dy width height viewBox transform preserveAspectRatio version "
    "fill fill-opacity fill-rule stroke stroke-width stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin "
    "stroke-opacity stroke-miterlimit opacity color font-family font-size font-weight font-style text-anchor "
    "text-decoration textLength lengthAdjust dominant-baseline alignment-baseline letter-spacing baseline-shift "
    "xml:space role aria-label aria-labelledby aria-describedby aria-hidden focusable tabindex style markerWidth "
    "markerHeight markerUnits refX refY orient marker-start marker-mid marker-end clip-path offset stop-color "
    "stop-opacity gradientUnits gradientTransform patternUnits patternTransform spreadMethod vector-effect "
    "paint-order shape-rendering text-rendering overflow display visibility href".split()
)
_UNSAFE_CSS = re.compile(
    r"@import|expression\s*\(|javascript:|\\|<|behavior\s*:|-moz-binding|image-set", re.IGNORECASE
)
_LINK = re.compile(r"url\s*\(\s*['\"]?(?!#)", re.IGNORECASE)
MAX_DEPTH = 40


class UnsafeDrawing(ValueError):
    """The text is no SVG drawing, is too long, or could do more than be looked at."""


def safe_svg(text, most: int) -> str:
    """The drawing written anew, without an XML head.

    Raises
    ------
    UnsafeDrawing
        if it isn't SVG, is longer than `most` characters, or has anything that isn't on the list.
    """
    if type(text) is not str or len(text) > most:
        raise UnsafeDrawing(f"a drawing is a text of at most {most:,} characters")
    if "<!ENTITY" in text or "<!ATTLIST" in text or "<!ELEMENT" in text:
        raise UnsafeDrawing("a drawing declares nothing")
    try:
        root = ElementTree.fromstring(text)
    except (ElementTree.ParseError, ValueError) as error:
        raise UnsafeDrawing(f"not well-formed ({error})") from None
    if root.tag != SVG + "svg":
        raise UnsafeDrawing("the outermost element is not svg")
    parts: list[str] = []
    _write(root, parts, 0)
    return "".join(parts)


def _write(element, parts, depth):
    name = element.tag.removeprefix(SVG) if isinstance(element.tag, str) else ""
    if name not in ELEMENTS or not element.tag.startswith(SVG):
        raise UnsafeDrawing(f"the element {name[:40]!r} is not allowed")
    if depth > MAX_DEPTH:
        raise UnsafeDrawing("too deep")
    if name in TEXT_ONLY and len(element):
        raise UnsafeDrawing(f"{name} holds text only")
    if name == "style":
        _look_at_css(element.text or "")
    namespace = f' xmlns="{SVG[1:-1]}"' if depth == 0 else ""
    parts.append(
        f"<{name}{namespace}{''.join(_attribute(key, value) for key, value in element.attrib.items())}>"
    )
    parts.append(escape(element.text or ""))
    for child in element:
        _write(child, parts, depth + 1)
        parts.append(escape(child.tail or ""))
    parts.append(f"</{name}>")


def _attribute(key, value) -> str:
    plain = key.removeprefix(XLINK) if key.startswith(XLINK) else key.replace(XML, "xml:")
    if key.startswith(XLINK) and plain in ("title", "type"):
        return ""
    if plain not in ATTRIBUTES:
        raise UnsafeDrawing(f"the attribute {plain[:40]!r} is not allowed")
    if plain == "href" and not value.strip().startswith("#"):
        raise UnsafeDrawing("a link leads out of the drawing")
    _look_at_css(value)
    return f" {plain}={quoteattr(value)}"


def _look_at_css(text):
    if _UNSAFE_CSS.search(text) or _LINK.search(text):
        raise UnsafeDrawing("a style leads out of the drawing")
