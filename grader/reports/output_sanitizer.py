"""What of a student's own outputs is kept: text and pictures made of pixels, within bounds. Never HTML, SVG or script.

Everything that shows a graded notebook to somebody (formgrader, feedback pages) gets the outputs that pass here.
`harmless` is called by way of `grader.engine.apart`.
"""

import base64
import binascii

from grader.course.lesson import Lesson
from grader.course.submission import StudentCell, clean, read_submission, to_plain

MAX_TEXT = 20_000  # characters of text of one cell
MAX_PICTURE = 3 * 2**20  # bytes of one picture
MAX_OUTPUTS = 50  # outputs of one cell
MAX_PICTURES = 40 * 2**20  # bytes of pictures of one notebook
MAX_ALL_TEXT, MAX_ALL_OUTPUTS = 4_000_000, 4_000  # of one notebook
MAX_ATTACHMENTS = 20  # of one cell
_MAGIC = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}


def harmless(data: bytes, lesson: Lesson) -> dict:
    """A submission as `to_plain` writes it, with what is kept of its outputs and attachments."""
    read, keep = read_submission(data, lesson), OutputFilter()

    def kept(cell: StudentCell) -> dict:
        if cell.cell_type != "code":
            return {"attachments": keep.attachments(cell.raw.get("attachments"))}
        if cell.lesson and cell.lesson.locked:
            return {"outputs": []}
        return {"outputs": keep.cell(cell.raw.get("outputs"))}

    return to_plain(read, kept)


class OutputFilter:
    """Filters the outputs of one notebook's cells; one object per notebook, so that its bounds hold for the whole."""

    def __init__(self):
        self.room, self.text, self.outputs = MAX_PICTURES, MAX_ALL_TEXT, MAX_ALL_OUTPUTS

    def cell(self, raw):
        """The safe outputs of one cell, from its untrusted list."""
        text_room, kept = min(MAX_TEXT, self.text), []
        for output in (raw if isinstance(raw, list) else [])[: min(MAX_OUTPUTS, self.outputs)]:
            safe = self._one(output) if isinstance(output, dict) else None
            if safe is None:
                continue
            for holder, name in _texts(safe):
                if len(holder[name]) > text_room:
                    holder[name] = (
                        holder[name][: max(text_room, 0)]
                        + "\n… (the rest of this output is left out)"
                    )
                text_room -= len(holder[name])
                self.text -= len(holder[name])
            self.outputs -= 1
            kept.append(safe)
            if text_room <= 0:
                break
        if isinstance(raw, list) and len(raw) > MAX_OUTPUTS:
            kept.append(
                {
                    "output_type": "stream",
                    "name": "stdout",
                    "text": f"… ({len(raw) - MAX_OUTPUTS} more outputs are left out)",
                }
            )
        return kept

    def attachments(self, raw) -> dict:
        """The pictures among a cell's attachments, by their names."""
        kept = {}
        for name, data in list(raw.items())[:MAX_ATTACHMENTS] if isinstance(raw, dict) else ():
            for kind in _MAGIC:
                picture = self.picture(kind, data.get(kind)) if isinstance(data, dict) else None
                if picture:
                    kept[clean(str(name)[:200])] = {kind: picture}
        return kept

    def _one(self, output):
        kind = output.get("output_type")
        if kind in ("stream", "pyout", "pyerr"):
            return {
                "output_type": "stream",
                "name": "stderr" if output.get("name") == "stderr" else "stdout",
                "text": text_of(output.get("text")),
            }
        if kind == "error":
            trace = output.get("traceback")
            trace = (
                [t for t in trace[:200] if isinstance(t, str)] if isinstance(trace, list) else []
            )
            return {
                "output_type": "error",
                "ename": text_of(output.get("ename"))[:200],
                "evalue": text_of(output.get("evalue"))[:200],
                "traceback": [clean("\n".join(trace))],  # one text, and bounded as one
            }
        if kind in ("display_data", "execute_result", "update_display_data"):
            data = self._data(output.get("data"))
            return {"output_type": "display_data", "metadata": {}, "data": data} if data else None
        return None

    def _data(self, data):
        if not isinstance(data, dict):
            return None
        for kind in _MAGIC:
            picture = self.picture(kind, data.get(kind))
            if picture:
                return {kind: picture, "text/plain": text_of(data.get("text/plain"))[:500]}
        text = text_of(data.get("text/plain"))
        if not text:
            rich = next(
                (
                    k
                    for k in (
                        "text/latex",
                        "text/markdown",
                        "text/html",
                        "image/svg+xml",
                        "application/javascript",
                    )
                    if data.get(k)
                ),
                None,
            )
            text = (
                text_of(data[rich])
                if rich
                else f"(an output of type {', '.join(str(k)[:40] for k in list(data)[:3])} is not shown)"
            )
        return {"text/plain": text}

    def picture(self, kind, data):
        """A picture as base64 text if it is one of its kind and there is room for it, else None."""
        data = text_of(data)
        if kind not in _MAGIC or not data or len(data) > MAX_PICTURE * 4 / 3:
            return None
        try:
            content = base64.b64decode(data)
        except (binascii.Error, ValueError):
            return None
        if not content.startswith(_MAGIC[kind]) or len(content) > self.room:
            return None
        self.room -= len(content)
        return base64.b64encode(content).decode("ascii")


def text_of(value):
    """Notebook text (a string or a list of strings) as one clean string; anything else is empty."""
    if isinstance(value, list):
        value = "".join(v for v in value if isinstance(v, str))
    return clean(value) if isinstance(value, str) else ""


def _texts(output):
    if output["output_type"] == "stream":
        return [(output, "text")]
    if "traceback" in output:
        return [(output["traceback"], 0)]
    if "data" in output:
        return [(output["data"], "text/plain")] if "text/plain" in output["data"] else []
    return []
