"""The worker's side of its channel: whole messages, one after the other, over a blocking socket."""

import json
import socket
import struct


class Channel:
    """Messages of a small JSON head and bytes, as `grader.engine.fork.Process` sends and receives them."""

    def __init__(self, descriptor):
        self.socket = socket.socket(fileno=descriptor)
        self.socket.setblocking(True)

    def send(self, head, body=b""):
        text = json.dumps(head).encode()
        self.socket.sendall(struct.pack("<IQ", len(text), len(body)) + text)
        self.socket.sendall(body)

    def receive(self):
        """The next (head, body); EOFError when the conductor has closed."""
        size, length = struct.unpack("<IQ", self._exactly(12))
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
