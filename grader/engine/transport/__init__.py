"""Ship the answer, not the code: what a student's cells made, carried to the judge as data.

`StudentsEnd` and `JudgesEnd` are the two ends for one exercise. Models cross as the calls that made them, arrays and numbers as they
are, functions not at all: they are called where they live. What cannot be carried arrives as a `NotCarried` that says why.
"""

from grader.engine.transport.remote import JudgesEnd, RemoteFunction, StudentsEnd
from grader.engine.transport.values import CannotCarry, NotCarried
from grader.engine.transport.wire import WireError

__all__ = ["CannotCarry", "JudgesEnd", "NotCarried", "RemoteFunction", "StudentsEnd", "WireError"]
