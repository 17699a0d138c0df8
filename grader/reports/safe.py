"""Turns a student's text into HTML that runs nothing and loads nothing: markdown, code, outputs."""

import base64
import re
from html import escape

import bleach
from markdown_it import MarkdownIt

MAX_SHOWN = 60_000  # characters of one piece of text
MAX_MARKDOWN, MAX_TAGS = 20_000, 400  # of one piece that is rendered: what nests or repeats without end takes minutes
MAX_PICTURES = 12 * 2**20  # characters that pictures may add to one piece of markdown
_TAGS = frozenset(
    "a abbr b blockquote br code dd del details dl dt em h1 h2 h3 h4 h5 h6 hr i img kbd li ol p pre s small strong sub summary sup "
    "table tbody td th thead tr ul".split()
)
_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")  # never looks at a character twice
_PICTURE = re.compile(r"data:image/(png|jpeg);base64,[A-Za-z0-9+/=]+\Z")
_markdown = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
_markdown.validateLink = lambda url: True  # bleach decides, once and for all ways to write a link


def markdown(source, attachments=None):
    """Markdown as safe HTML; pictures only from `attachments` (name → {type: base64}), links only to the web."""
    source = clip(source)
    if len(source) > MAX_MARKDOWN or source.count("<") > MAX_TAGS:
        return f"<pre>{escape(source)}</pre>"
    try:
        rendered = _markdown.render(_with_pictures(source, attachments or {}))
        return bleach.clean(rendered, tags=_TAGS, attributes=_attribute, protocols=("http", "https", "mailto", "data"), strip=True)
    except (RecursionError, ValueError):
        return f"<pre>{escape(source)}</pre>"


def _with_pictures(source, attachments):
    """The text with its attached pictures in the places that name them, each as often as there is room for."""
    room = MAX_PICTURES
    for name, data in attachments.items():
        for kind, content in data.items():
            place, picture = f"attachment:{name}", f"data:{kind};base64,{content}"
            times = min(source.count(place), room // len(picture))
            source, room = source.replace(place, picture, times), room - times * len(picture)
    return source


def _attribute(tag, name, value):
    if tag == "a" and name == "href":
        return value.lower().startswith(("http://", "https://", "mailto:"))
    if tag == "img":
        return name == "alt" or (name == "src" and bool(_PICTURE.match(value)))
    return name in ("align", "colspan", "rowspan") and tag in ("td", "th") or (tag == "ol" and name == "start")


def code(source):
    """Python source as HTML with its tokens marked by class."""
    source = clip(source)
    if len(source) > 20_000:
        return f'<pre class="code">{escape(source)}</pre>'
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    return f'<pre class="code">{highlight(source, PythonLexer(stripnl=False), HtmlFormatter(nowrap=True)).rstrip()}</pre>'


def outputs(items):
    """A cell's outputs as HTML; they have passed `grader.outputs` when the notebook was graded, and are not trusted here either."""
    parts = []
    for output in items:
        kind = output.get("output_type")
        if kind == "stream":
            parts.append(_text(output.get("text", ""), "stderr" if output.get("name") == "stderr" else "stdout"))
        elif kind == "error":
            trace = "\n".join(output.get("traceback") or ()) or f"{output.get('ename')}: {output.get('evalue')}"
            parts.append(_text(trace, "error"))
        elif kind in ("display_data", "execute_result"):
            data = output.get("data", {})
            picture = next((f"data:{k};base64,{data[k]}" for k in ("image/png", "image/jpeg") if isinstance(data.get(k), str)), "")
            picture = "".join(picture.split())
            if _PICTURE.match(picture):
                parts.append(f'<img class="output" src="{picture}" alt="picture made by this cell">')
            elif data.get("text/plain"):
                parts.append(_text(data["text/plain"], "stdout"))
    return "".join(parts)


def drawing(svg, alt):
    """An SVG text as a picture that cannot run a script: embedded as an image, not as markup."""
    content = base64.b64encode(svg.encode("utf-8", "replace")).decode("ascii")
    return f'<img class="drawing" src="data:image/svg+xml;base64,{content}" alt="{escape(alt)}">'


def clip(text):
    """`text` within bounds, and without what a page cannot hold."""
    text = text if isinstance(text, str) else "".join(text)
    text = text[: 4 * MAX_SHOWN]
    text = "".join(c for c in _ANSI.sub("", text) if c in "\n\t" or c.isprintable() or c.isspace())
    return text if len(text) <= MAX_SHOWN else text[:MAX_SHOWN] + "\n… (the rest is left out)"


def _text(text, kind):
    text = clip(text).rstrip()
    return f'<pre class="{kind}">{escape(text)}</pre>' if text else ""
