"""The walls around one submission: namespaces, Landlock, seccomp and limits, put up by a process around itself after a fork.

`Walls` says what to put up; `abilities()` says what this machine can do, for `grader doctor`. Nothing here knows of notebooks.
"""

from grader.engine.sandbox.abilities import Abilities, abilities
from grader.engine.sandbox.policy import SandboxError, Walls

__all__ = ["Abilities", "SandboxError", "Walls", "abilities"]
