"""The bytes that cross between a student's process and the judge: JSON beside raw arrays, bounded in every direction.

Knows nothing of models. Nothing that is read here can run code: there is no pickle, no class name is looked up.
"""

import itertools
import json
import re
import struct

import numpy as np

from grader.errors import GraderError

MAGIC = b"FKW1"
MAX_BYTES = 160 * 2**20  # one whole message; the largest array a lesson carries is far below
MAX_TEXT = 24 * 2**20  # its JSON part
MAX_BLOBS = 50_000
MAX_DEPTH = 60  # nesting of containers, checked before anything recurses over it
MAX_ITEMS = 500_000  # JSON values in all
DTYPES = frozenset(
    "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 complex64 complex128".split()
)
# A text in JSON, to the end of everything where nothing closes it. It never goes back: whoever wrote it chose what that would cost.
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_NO_BRACKET = re.compile(rb"[^\[\]{}]++")


class WireError(GraderError, ValueError):
    """The bytes are not a message of ours, or go beyond a bound."""


def pack(document, blobs=()):
    """One message as bytes: `document` is JSON data, `blobs` are byte strings it refers to by number."""
    text = json.dumps(document, separators=(",", ":")).encode("ascii")
    parts = [MAGIC, struct.pack("<II", len(text), len(blobs)), text]
    for blob in blobs:
        parts += (struct.pack("<Q", len(blob)), blob)
    message = b"".join(parts)
    if len(message) > MAX_BYTES or len(text) > MAX_TEXT or len(blobs) > MAX_BLOBS:
        raise WireError(f"the answer is too large to be carried ({len(message) / 2**20:.0f} MB)")
    return message


def unpack(message):
    """The `(document, blobs)` in a message that an untrusted process wrote.

    Raises
    ------
    WireError
        The bytes are malformed or beyond a bound.
    """
    if len(message) > MAX_BYTES or message[:4] != MAGIC or len(message) < 12:
        raise WireError("not a message, or too large")
    text_size, count = struct.unpack_from("<II", message, 4)
    if text_size > MAX_TEXT or count > MAX_BLOBS or 12 + text_size > len(message):
        raise WireError("sizes are out of bounds")
    text, at, blobs = bytes(message[12 : 12 + text_size]), 12 + text_size, []
    for _ in range(count):
        if at + 8 > len(message):
            raise WireError("an array is cut off")
        size = struct.unpack_from("<Q", message, at)[0]
        at += 8
        if size > len(message) - at:
            raise WireError("an array is cut off")
        blobs.append(bytes(message[at : at + size]))
        at += size
    if at != len(message):
        raise WireError("bytes are left over")
    _bounded(text)
    try:
        return json.loads(text), blobs
    except (ValueError, RecursionError) as error:
        raise WireError(f"not JSON: {error}") from None


def _bounded(text):
    """Refuse JSON that is nested too deeply or has too many items, before a parser builds it."""
    if text.count(b",") > MAX_ITEMS:
        raise WireError("too many items")
    if text.count(b"[") + text.count(b"{") <= MAX_DEPTH:
        return
    brackets = _NO_BRACKET.sub(b"", _STRING.sub(b"", text))
    steps = (1 if byte in b"[{" else -1 for byte in brackets)
    if max(itertools.accumulate(steps), default=0) > MAX_DEPTH:
        raise WireError("nested too deeply")


def array_to_wire(array, blobs):
    """An array as JSON data, its bytes (little-endian, C order) appended to `blobs`; None where its dtype cannot be carried."""
    if array.dtype.kind in "US":
        form, name = array.dtype.str.replace(">", "<"), None
    else:
        form, name = None, array.dtype.name
        if name not in DTYPES and name != "bfloat16":
            return None
    plain = np.ascontiguousarray(array)
    if form is not None:
        plain = plain.astype(form)
    elif name != "bfloat16":
        plain = plain.astype(plain.dtype.newbyteorder("<"))
    blobs.append(plain.tobytes())
    return {"dtype": form or name, "shape": list(array.shape), "blob": len(blobs) - 1}


def array_from_wire(entry, blobs):
    """The array that `array_to_wire` described, with every claim checked against the bytes at hand."""
    shape, number, name = entry.get("shape"), entry.get("blob"), entry.get("dtype")
    if not (
        isinstance(shape, list)
        and len(shape) <= 32
        and all(type(n) is int and 0 <= n < 2**40 for n in shape)
    ):
        raise WireError("an array has no proper shape")
    if not (type(number) is int and 0 <= number < len(blobs)):
        raise WireError("an array has no bytes")
    dtype = _dtype(name)
    size = dtype.itemsize
    for n in shape:
        size *= n
    if size != len(blobs[number]):
        raise WireError("an array's bytes do not fit its shape")
    return np.frombuffer(blobs[number], dtype=dtype).reshape(shape).copy()


def _dtype(name):
    if isinstance(name, str) and name in DTYPES:
        return np.dtype(name).newbyteorder("<") if np.dtype(name).itemsize > 1 else np.dtype(name)
    if name == "bfloat16":
        import ml_dtypes

        return np.dtype(ml_dtypes.bfloat16)
    if (
        isinstance(name, str)
        and name[:2] in ("<U", "|S")
        and name[2:].isdigit()
        and 0 < int(name[2:]) <= 2**20
    ):
        return np.dtype(name)
    raise WireError(f"an array has the dtype {str(name)[:40]!r}")
