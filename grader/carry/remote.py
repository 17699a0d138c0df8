"""Functions stay where they are and are called from the judge.

Symbolic tensors among the arguments become inputs over there; the calls that the function makes on them come back as data and are made
again here, on the judge's own tensors. So its layers are visible to every check, and nothing of the function itself crosses.
"""

from grader.carry import wire
from grader.carry.decode import Receiver
from grader.carry.encode import Sender
from grader.carry.link import Link
from layergraph import keras_adapter


class RemoteError(Exception):
    """The student's function raised an error of a class that is not built in; the text begins with its name."""


class JudgesEnd:
    """The judge's end of one exercise: makes the values and calls functions through `exchange(bytes) -> bytes`."""

    def __init__(self, exchange=None):
        self.link, self.exchange = Link(), exchange
        self.receiver = Receiver(self.link, self._call if exchange else None)
        self.called = False  # whether a function ran over there: then the message alone does not determine the verdict

    def take(self, message):
        return self.receiver.values(message)

    def _call(self, number, args, kwargs):
        self.called = True
        request = Sender(self.link, opaque_tensors=True).message(
            {"args": list(args), "kwargs": dict(kwargs)}, call=number
        )
        message = self.exchange(request)
        values = self.receiver.values(message)
        self._follow(wire.unpack(message)[0].get("trainable"))
        if "raised" in values:
            raise (
                values["raised"]
                if isinstance(values["raised"], Exception)
                else RemoteError(str(values["raised"])[:500])
            )
        return values.get("result")

    def _follow(self, flags):
        """Freeze and thaw the layers here that the function froze and thawed over there: it would have done so in one process."""
        import keras

        layers, known = [], {"yours": dict(enumerate(self.link.mine)), "mine": self.link.theirs}
        for flag in flags if isinstance(flags, list) else ():
            where, number, trainable = (
                flag if isinstance(flag, list) and len(flag) == 3 else (None, None, None)
            )
            if (
                type(where) is not str
                or where not in known
                or type(number) is not int
                or type(trainable) is not bool
            ):
                continue
            layer = known[where].get(number)
            if isinstance(layer, keras.Layer):
                layers.append((layer, trainable))
        # A model hands its own on to its layers: the large ones first.
        for layer, trainable in sorted(
            layers, key=lambda pair: -len(keras_adapter.with_sublayers(pair[0]))
        ):
            layer.trainable = trainable


class StudentsEnd:
    """The student's end of one exercise: sends the values, then answers calls. Nothing here is trusted by the judge."""

    def __init__(self):
        self.link = Link()
        self.receiver = Receiver(self.link, first=False)
        self.has_functions = False  # whether something that was given can be called
        self._given, self._flags, self._told = 0, {}, {}

    def give(self, values, renumbered=False):
        sender = Sender(self.link)
        message = sender.message(values, renumbered)
        self.has_functions = any(step["do"] == "function" for step in sender.steps)
        self._given, self._flags = len(self.link.mine), self._trainable()
        self._told = self._flags
        return message

    def again(self):
        """Another check begins on the same answer: what crossed for the one before is forgotten."""
        self.link.forget(self._given)
        self.receiver = Receiver(self.link, first=False)
        self._told = self._flags

    def answer(self, request):
        values = self.receiver.values(request)
        told = {**self._trainable(), **self._told}  # as the judge knows them
        function = self.link.mine[wire.unpack(request)[0]["call"]]
        try:
            result = {"result": function(*values["args"], **values["kwargs"])}
        except Exception as error:
            result = {"raised": error}
        now = self._trainable()
        changed = any(told[where] != now[where] for where in told.keys() & now.keys())
        message = Sender(self.link).message(
            result, trainable=[[*where, flag] for where, flag in now.items()] if changed else []
        )
        self._told = self._trainable()
        return message

    def _trainable(self):
        """Whether each layer that has crossed is trainable, by whose it is and its number."""
        import keras

        both = [("mine", dict(enumerate(self.link.mine))), ("yours", self.link.theirs)]
        flag = keras.Layer.trainable.fget  # whatever a subclass makes of it
        return {
            (whose, n): bool(flag(x))
            for whose, things in both
            for n, x in things.items()
            if isinstance(x, keras.Layer)
        }
