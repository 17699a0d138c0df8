"""The channel between the conductor and a worker: whole messages, one after the other. The worker's side of it blocks."""

import json
import socket
import struct

SIZES = struct.Struct("<IQ")  # of head and body, before them


def framed(head, body=b""):
    """The bytes of a message: a small JSON head and bytes."""
    text = json.dumps(head).encode()
    return SIZES.pack(len(text), len(body)) + text + body


class Channel:
    """Messages as `grader.engine.process.Process` sends and receives them."""

    def __init__(self, descriptor):
        self.socket = socket.socket(fileno=descriptor)
        self.socket.setblocking(True)

    def send(self, head, body=b""):
        self.socket.sendall(framed(head, body))

    def receive(self):
        """The next (head, body); EOFError when the conductor has closed."""
        size, length = SIZES.unpack(self._exactly(SIZES.size))
        return json.loads(self._exactly(size)), self._exactly(length)

    def _exactly(self, count):
        parts = []
        while count:
            part = self.socket.recv(min(count, 1 << 20))
            if not part:
                raise EOFError
            parts.append(part)
            count -= len(part)
        return b"".join(parts)
