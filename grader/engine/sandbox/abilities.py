"""What walls this machine can put up: tried in a child, not guessed from versions."""

import functools
import json
import os
import sys
import tempfile
from dataclasses import dataclass


@dataclass(frozen=True)
class Abilities:
    """`standing`: names of the walls that a trial put up. `enough`: whether untrusted notebooks may run here."""

    standing: tuple[str, ...]
    enough: bool
    lacking: tuple[str, ...]  # one sentence for each wall that is missing

    @property
    def level(self) -> str:
        """In one line, how well a submission is walled in here: "full", "weaker" with what is missing, or "none"."""
        if not self.enough:
            return "none"
        return f"weaker: {'; '.join(self.lacking)}" if self.lacking else "full"

    def __iter__(self):
        """(state, what, remedy) of each finding, as `grader doctor` prints them."""
        if self.enough:
            yield "ok", f"submissions run walled in ({', '.join(self.standing)})", ""
        else:
            yield (
                "missing",
                "submissions cannot be walled in, and grading refuses to run them",
                "grade on Linux 5.13 or newer with the package sandlock, or say --no-sandbox and trust every submission",
            )
        for sentence in self.lacking:
            yield "note", sentence, ""


_MEANING = {
    "landlock": "no Landlock (Linux 5.13 or newer, and the package sandlock): files cannot be closed off",
    "seccomp": "no system-call filter for this processor",
    "user namespace": "no unprivileged user namespaces: processes that leave their session are hunted instead of ended with their namespace",
    "network namespace": "no network namespace: sockets are closed by the system-call filter alone",
    "built root": "no root folder of its own: calls that change or watch files by their names are refused one by one",
    "memory count": "no control group: memory is watched ten times a second instead of counted by the kernel",
    "private /proc": "no /proc of its own: a notebook can read only its own entry, by Landlock",
    "disk limit": "no limit on all files together: each file is limited alone",
}


@functools.cache
def abilities():
    """Try all walls in a child process and report. Takes a few milliseconds; the answer is kept."""
    standing = _trial() if sys.platform == "linux" else ()
    lacking = tuple(text for name, text in _MEANING.items() if name not in standing)
    files = "landlock" in standing
    network = "network namespace" in standing or "seccomp" in standing
    return Abilities(tuple(standing), files and network and "seccomp" in standing, lacking)


def _trial():
    from grader.engine.sandbox import groups, policy

    with tempfile.TemporaryDirectory(prefix="walls-") as scratch:
        os.chmod(scratch, 0o755)
        work = os.path.join(scratch, "work")
        os.mkdir(work)
        reader, writer = os.pipe()
        warden = os.fork()
        if warden == 0:
            try:
                wanted = policy.Walls(work)
                standing = policy.before(wanted)
                child = os.fork()
                if child == 0:
                    os.write(writer, json.dumps(policy.inside(wanted, standing)).encode())
                    os._exit(0)
                os.waitpid(child, 0)
            except BaseException:
                pass
            finally:
                os._exit(0)
        os.close(writer)
        with os.fdopen(reader, "rb") as pipe:
            said = pipe.read()
        os.waitpid(warden, 0)
        groups.leave(warden)
    return tuple(json.loads(said)) if said else ()
