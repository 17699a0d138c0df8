"""What an attack may reach for, and how to tell that it reached it: used against this engine and against stock nbgrader alike."""

import os
import re
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from tests.attacks.vault import SECRET

MARK = "pwned"  # what a script of an attack says
SEGMENT_KEY, SEGMENTS = 0x7661756C, 12  # shared memory that an attack makes


@dataclass
class Scene:
    """A course with the answer, a folder outside, two listeners, another process."""

    course: Path
    outside: Path
    listener: socket.socket
    unix: socket.socket
    abstract: socket.socket
    victim: subprocess.Popen
    before: list = ()

    @classmethod
    def build(cls, folder):
        """The scene in an empty folder."""
        folder.mkdir(exist_ok=True)
        course, outside = folder / "course", folder / "outside"
        for place, name, text in (
            ("solutions", "vault.py", f"secret = {SECRET}"),
            ("submitted/other/vault", "vault.ipynb", f"secret = {SECRET}"),
            ("", "gradebook.db", f"secret {SECRET}"),
        ):
            (course / place).mkdir(parents=True, exist_ok=True)
            (course / place / name).write_text(text)
        (outside / "kept").mkdir(parents=True)
        (outside / "kept" / "book").write_text("all the grades")
        victim = subprocess.Popen(
            [sys.executable, "-c", "import time; time.sleep(600)", f"vault-secret-{SECRET}"],
            env={**os.environ, "VAULT": str(SECRET)},
        )
        listener, unix, abstract = (
            socket.create_server(("127.0.0.1", 0)),
            socket.socket(socket.AF_UNIX),
            socket.socket(socket.AF_UNIX),
        )
        unix.bind(str(folder / "s"))
        abstract.bind(f"\0vault-{os.getpid()}-{listener.getsockname()[1]}")
        for thing in (unix, abstract):
            thing.listen()
        for thing in (listener, unix, abstract):
            thing.setblocking(False)
        made = cls(course, outside, listener, unix, abstract, victim)
        made.before = made.facts()
        return made

    def facts(self):
        """What the system says of the course's files, beside what is in them."""
        files = (self.course / "gradebook.db", self.course / "submitted/other/vault/vault.ipynb")
        return [(f.stat().st_mode, f.stat().st_mtime, os.listxattr(f)) for f in files]

    def close(self):
        for thing in (self.listener, self.unix, self.abstract):
            thing.close()
        self.victim.kill()
        self.victim.wait()
        _forget_shared_memory()

    @property
    def places(self):
        """What the words in braces in an attack's text stand for."""
        return {
            "course": self.course,
            "outside": self.outside,
            "parent": self.course.parent,
            "port": self.listener.getsockname()[1],
            "unix": self.unix.getsockname(),
            "abstract": self.abstract.getsockname()[1:].decode(),
            "victim": f"vault-secret-{SECRET}",
            "pid": self.victim.pid,
            "secret": SECRET,
            "key": SEGMENT_KEY,
            "survivor": f"survivor-{os.getpid()}",
        }

    def reached(self, attack):
        """What outside of its own process the attack achieved, in words; "" for nothing."""
        if (self.outside / "owned").exists():
            return "a file written outside"
        if (
            not (self.outside / "kept" / "book").exists()
            or (self.outside / "kept" / "book").read_text() != "all the grades"
        ):
            return "a file outside is gone"
        if self.facts() != self.before:
            return "something about a file outside is different"
        if self.victim.poll() is not None:
            return "another process was ended"
        for server in (self.listener, self.unix, self.abstract):
            try:
                server.accept()
                return "a connection out"
            except BlockingIOError:
                pass
        # attacks are tried several at a time: what still runs may belong to another one, and ends with it
        if attack.gain == "process" and (pid := _survivor(f"survivor-{os.getpid()}")):
            os.kill(pid, 9)
            return "a process that survived"
        return ""


def _forget_shared_memory():
    """Remove what an attack left where nothing of it was stopped: segments that outlive their process."""
    import ctypes

    libc = ctypes.CDLL(None)
    for number in range(SEGMENTS):
        segment = libc.shmget(SEGMENT_KEY + number, 0, 0)
        if segment >= 0:
            libc.shmctl(segment, 0, None)


def _survivor(name, seconds=40):
    """The process of this name that is still there after so many seconds; None where there is none, or no longer."""
    end = time.monotonic() + seconds
    while (pid := process(name)) and time.monotonic() < end:
        time.sleep(0.2)
    return pid


def process(word):
    """The process whose command line begins with this word, or None."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if path.read_bytes().startswith(word.encode()):
                return int(path.parent.name)
        except OSError:
            pass
    return None


class _Active(HTMLParser):
    """Finds what a browser would run, or load from elsewhere, and whose text has the mark."""

    def __init__(self):
        super().__init__()
        self.found, self.inside = "", ""

    def handle_starttag(self, tag, attributes):
        self.inside = tag if tag in ("script", "style") else self.inside
        for name, value in attributes:
            value = value or ""
            plain = re.sub(r"[\s\x00-\x20]", "", value).lower()
            if MARK in value and (
                name.startswith("on")
                or plain.startswith(
                    ("javascript:", "vbscript:", "data:text/html", "data:image/svg")
                )
                or name == "srcdoc"
                or (
                    tag in ("iframe", "object", "embed", "link", "base", "meta", "form")
                    and name in ("src", "data", "href", "content", "action")
                )
                or (
                    name in ("src", "srcset", "background", "poster")
                    and plain.startswith(("http:", "https:", "//"))
                )
            ):
                self.found = self.found or f"script in the page: <{tag} {name}=…>"
            if MARK in value and name == "style" and "url(" in value:
                self.found = self.found or "the page loads what the student says"

    def handle_endtag(self, tag):
        self.inside = "" if tag == self.inside else self.inside

    def handle_data(self, data):
        if self.inside and MARK in data:
            self.found = self.found or f"script in the page: <{self.inside}>"


def script_in(page):
    """What of an attack a browser would run on this page, in words; "" for nothing."""
    reader = _Active()
    reader.feed(page)
    reader.close()
    return reader.found
