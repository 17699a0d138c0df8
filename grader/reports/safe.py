"""Turns a student's text into HTML that runs nothing and loads nothing: markdown, code, outputs.

The one place where that is done, for feedback pages and for formgrader. What it costs is bounded: a page has one `Room`,
and nothing here looks at a character more than a bounded number of times, save markdown-it, which gets short pieces only.
"""

import base64
import functools
import keyword
import re
from html import escape, unescape
from urllib.parse import unquote

import nh3
from markdown_it import MarkdownIt

MAX_SHOWN = 60_000  # characters of one piece of text
# Of one piece of markdown: what nests or repeats without end takes markdown-it a time that grows with its square.
MAX_MARKDOWN, MAX_TAGS = 8_000, 400
MAX_ADDRESS = 300  # characters of an address that is shown
_TAGS = set(
    "a abbr b blockquote br code dd del details dl dt em h1 h2 h3 h4 h5 h6 hr i img kbd li ol p pre s small strong sub "
    "summary sup table tbody td th thead tr ul".split()
)
_CELL = {"align", "colspan", "rowspan"}
_ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt"}, "ol": {"start"}, "td": _CELL, "th": _CELL}
_ANSI = re.compile(
    r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"
)  # never looks at a character twice
_TAG = re.compile(r'<(?P<close>/?)(?P<name>\w+)(?P<attributes>(?: [\w-]+="[^"]*")*)>')
_HREF = re.compile(r' href="([^"]*)"')
_PICTURE = re.compile(r"data:image/(png|jpeg);base64,[A-Za-z0-9+/=]+\Z")
# Every alternative takes what it has looked at, also where its end is missing: one pass over the text, whatever it is.
_TOKEN = re.compile(
    r"(?P<c1>\#[^\n]*)"
    r'|(?P<s1>[bfruBFRU]{0,2}(?:"{3}(?:[^"\\]|\\.?|"(?!""))*+(?:"{3}|\Z)'
    r"|'{3}(?:[^'\\]|\\.?|'(?!''))*+(?:'{3}|\Z)"
    r'|"(?:[^"\\\n]|\\.?)*+"?'
    r"|'(?:[^'\\\n]|\\.?)*+'?))"
    r"|(?P<nd>@[\w.]+)|(?P<mi>\d[\w.]*)|(?P<k>[^\W\d]\w*)",
    re.S,
)
_markdown = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
# nh3 decides, once and for all ways to write a link
_markdown.validateLink = lambda url: True  # type: ignore[method-assign]


class Room:
    """What one page may still take up: characters of pictures, of markdown that is rendered, of text at all."""

    def __init__(self):
        self.pictures, self.markdown, self.text = 16 * 2**20, 100_000, 3_000_000

    def take(self, what: str, size: int) -> bool:
        """Whether there is room for so many more characters; if so they are counted."""
        left = getattr(self, what) - size
        if left >= 0:
            setattr(self, what, left)
        return left >= 0


def markdown(
    source: str, attachments: dict | None = None, room: Room | None = None, links: bool = False
) -> str:
    """Markdown as safe HTML; pictures only from `attachments` (name → {type: base64}).

    A link becomes its words with the address behind them: who reads a student's page is signed in to Jupyter, whose own
    addresses do things, and by what names its server is reached nobody can list. `links` (of the lesson's own text, of
    a teacher's comment) leaves those to the web.
    """
    room = room or Room()
    source = clip(source, room)
    if (
        len(source) > MAX_MARKDOWN
        or source.count("<") > MAX_TAGS
        or not room.take("markdown", len(source))
    ):
        return f"<pre>{escape(source)}</pre>"
    try:
        rendered = _markdown.render(source)
    except (RecursionError, ValueError):
        return f"<pre>{escape(source)}</pre>"
    cleaned = nh3.clean(
        rendered,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "data", "attachment"},
        attribute_filter=functools.partial(_attribute, attachments or {}, room),
    )
    return cleaned if links else _unlinked(cleaned)


def _unlinked(html: str) -> str:
    """HTML as nh3 writes it, without its links: an address stands where its link ended."""
    parts: list[str] = []
    addresses: list[tuple[str, int]] = []
    end = 0
    for tag in _TAG.finditer(html):  # each whole: what looks like a tag in an attribute is none
        if tag["name"] != "a":
            continue
        parts.append(html[end : tag.start()])
        end = tag.end()
        if not tag["close"]:
            found = _HREF.search(tag["attributes"])
            addresses.append((unescape(found[1]) if found else "", end))
        elif addresses:
            address, begin = addresses.pop()
            if address and address != unescape(html[begin : tag.start()]):
                shown = address if len(address) <= MAX_ADDRESS else f"{address[:MAX_ADDRESS]}…"
                parts.append(f" (<code>{escape(shown)}</code>)")
    return "".join(parts) + html[end:]


def _attribute(attachments: dict, room: Room, tag: str, name: str, value: str) -> str | None:
    """The attribute's value, or None where it goes; `attachment:NAME` becomes the picture."""
    if name == "href":
        return value if value.lower().startswith(("http://", "https://", "mailto:")) else None
    if name != "src":
        return value
    if value.startswith("attachment:"):
        value = _as_data(attachments.get(unquote(value.removeprefix("attachment:"))))
    return value if _PICTURE.match(value) and room.take("pictures", len(value)) else None


def _as_data(bundle: object) -> str:
    """The first picture of a bundle (type → base64) as an address that holds it, or ""."""
    for kind in ("image/png", "image/jpeg"):
        content = bundle.get(kind) if isinstance(bundle, dict) else None
        if isinstance(content, str):
            return f"data:{kind};base64,{''.join(content.split())}"
    return ""


def code(source: str, room: Room | None = None) -> str:
    """Python source as HTML with its tokens marked by class, named as Pygments names them."""
    source, parts, end = clip(source, room), [], 0
    for token in _TOKEN.finditer(source):
        kind, text = token.lastgroup, token.group()
        parts.append(escape(source[end : token.start()]))
        if kind == "k" and not keyword.iskeyword(text):
            parts.append(text)
        else:
            parts.append(f'<span class="{kind}">{escape(text)}</span>')
        end = token.end()
    return f'<pre class="code">{"".join(parts)}{escape(source[end:])}</pre>'


def outputs(items: list, room: Room | None = None) -> str:
    """A cell's outputs as HTML; they have passed `grader.reports.output_sanitizer` when the notebook was graded, and are not trusted here either."""
    room, parts = room or Room(), []
    for output in items:
        kind = output.get("output_type")
        if kind == "stream":
            name = "stderr" if output.get("name") == "stderr" else "stdout"
            parts.append(_text(output.get("text", ""), name, room))
        elif kind == "error":
            trace = (
                "\n".join(output.get("traceback") or ())
                or f"{output.get('ename')}: {output.get('evalue')}"
            )
            parts.append(_text(trace, "error", room))
        elif kind in ("display_data", "execute_result"):
            data = output.get("data", {})
            picture = _as_data(data)
            if not _PICTURE.match(picture):
                parts.append(_text(data.get("text/plain") or "", "stdout", room))
            elif room.take("pictures", len(picture)):
                parts.append(
                    f'<img class="output" src="{picture}" alt="picture made by this cell">'
                )
            else:
                parts.append('<p class="note">A picture is left out here.</p>')
    return "".join(parts)


def drawing(svg: str, alt: str) -> str:
    """An SVG text as a picture that cannot run a script: embedded as an image, not as markup."""
    content = base64.b64encode(svg.encode("utf-8", "replace")).decode("ascii")
    return f'<img class="drawing" src="data:image/svg+xml;base64,{content}" alt="{escape(alt)}">'


def clip(text: str | list[str], room: Room | None = None) -> str:
    """`text` within bounds, its own and the page's, and without what a page cannot hold."""
    text = text if isinstance(text, str) else "".join(text)
    text = _ANSI.sub("", text[: 4 * MAX_SHOWN])
    most = min(MAX_SHOWN, room.text) if room else MAX_SHOWN
    shown = "".join(c for c in text[:most] if c in "\n\t" or c.isprintable() or c.isspace())
    if room:
        room.take("text", len(shown))
    return shown if len(text) <= most else shown + "\n… (the rest is left out)"


def _text(text: str, kind: str, room: Room) -> str:
    text = clip(text, room).rstrip()
    return f'<pre class="{kind}">{escape(text)}</pre>' if text else ""
