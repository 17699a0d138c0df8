"""What both ends of the transport share: the marker for what cannot be carried, and the tables of what was sent and got.

A process on either side has one `Link` for one exercise. Objects with an identity (layers, models, symbolic tensors, functions,
optimizers, …) cross once and are then named by number, so whatever was shared stays shared.
"""

from dataclasses import dataclass, field
from typing import ClassVar

MAX_NESTING = 24  # containers inside containers, in a value


class CannotCarry(Exception):
    """This value, or something it is made of, cannot be carried as data; the message says why, to a student."""


class LostWeights(RuntimeError):
    """The weights of a carried model could not be fetched; the text says why, to a student."""

    stands_for = "nothing"


@dataclass(frozen=True)
class NotCarried:
    """Stands in the judge for a value that could not be carried. `grader.checks` shows `why_not_carried` as the reason."""

    stands_for: ClassVar[str] = "nothing"  # read by grader.checks, which does not know this module
    why_not_carried: str

    def __repr__(self):
        return f"<not carried: {self.why_not_carried}>"


@dataclass
class Link:
    """What this side sent (`mine`) and what it made of what it got (`theirs`), by number and by object."""

    mine: list = field(
        default_factory=list
    )  # number -> object; also keeps it alive, so that an id is never used again
    my_numbers: dict = field(default_factory=dict)  # id(object) -> number
    theirs: dict = field(default_factory=dict)  # their number -> object
    their_numbers: dict = field(default_factory=dict)  # id(object) -> their number
    aliases: list = field(default_factory=list)  # keeps them alive, as `mine` does

    def number(self, thing):
        """A new number for an object of ours."""
        self.mine.append(thing)
        self.my_numbers[id(thing)] = len(self.mine) - 1
        return len(self.mine) - 1

    def alias(self, thing, other):
        """From now on `thing` is what `other` is over there, which has crossed."""
        for numbers in (self.my_numbers, self.their_numbers):
            if id(other) in numbers:
                numbers[id(thing)] = numbers[id(other)]
        self.aliases.append(thing)

    def forget(self, count):
        """Keep the first `count` things that this side sent, and nothing of what it got."""
        del self.mine[count:]
        self.my_numbers = {key: n for key, n in self.my_numbers.items() if n < count}
        self.theirs.clear()
        self.their_numbers.clear()

    def known(self, thing):
        """The reference to an object that has crossed before, in either direction; None otherwise."""
        if id(thing) in self.my_numbers:
            return {"t": "ref", "id": self.my_numbers[id(thing)]}
        if id(thing) in self.their_numbers:
            return {"t": "yours", "id": self.their_numbers[id(thing)]}
        return None

    def got(self, number, thing):
        self.theirs[number] = thing
        self.their_numbers[id(thing)] = number


class RemoteFunction:
    """Stands in the judge for a function (or class) of the student's. Calling it runs it in the student's process."""

    stands_for = "function"  # read by grader.checks, which does not know this module

    def __init__(self, number, name, sort, call_back, has_no_body=False):
        self.number, self.__name__, self.sort, self._call_back = number, name, sort, call_back
        self.has_no_body = has_no_body  # as the student's process says; no verdict rests on it

    def __call__(self, *args, **kwargs):
        return self._call_back(self.number, args, kwargs)

    def __repr__(self):
        return f"<the student's {self.sort} {self.__name__}>"
