"""How one requirement came out, in words, before any points."""

from dataclasses import dataclass

from grader.checks.status import MET, NOT_ATTEMPTED, UNMET


@dataclass(frozen=True)
class Finding:
    """How a requirement came out, before points: a status and, in words, what was found and what to look at."""

    status: str
    found: str = ""
    look: str = ""
    drawing: str | None = None
    drawing_alt: str = ""
    title: str | None = None
    expected: str | None = None
    about: str = ""  # as in a `Line`, where there is a title


def met(found: str = "") -> Finding:
    return Finding(MET, found)


def unmet(found: str, look: str = "", drawing: str | None = None, drawing_alt: str = "") -> Finding:
    return Finding(UNMET, found, look, drawing, drawing_alt)


OUT_OF_REACH = "Say it with layers that Keras brings along and with keras.ops: code of your own is not at hand where answers are judged."
RETURNED_NONE = unmet("the function returned None", "End its body with return and the result.")
NOTHING_YET = Finding(
    NOT_ATTEMPTED,
    "nothing yet: the value is still `...` or None",
    "Replace the ... by your answer and run your cell again. If you did: model.compile(…), model.add(…) and "
    "model.summary() return None, and so does a function without return: assign the model itself.",
)
