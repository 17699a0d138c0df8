"""Ship the answer, not the code: what a student's cells made, carried to the judge as data.

`StudentsEnd` and `JudgesEnd` are the two ends for one exercise. Models cross as the calls that made them, arrays and numbers as they
are, functions not at all: they are called where they live. What cannot be carried arrives as a `NotCarried` that says why.
"""

from grader.carry.link import CannotCarry, NotCarried, RemoteFunction
from grader.carry.remote import JudgesEnd, StudentsEnd
from grader.carry.wire import WireError

__all__ = ["CannotCarry", "JudgesEnd", "NotCarried", "RemoteFunction", "StudentsEnd", "WireError"]
