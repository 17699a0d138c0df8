"""One answer to an exercise, judged by the exercise's own cells.

The reference runs once. Each time it is carried as the engine carries a student's answer, the messages are edited on their way,
and what arrives is judged. Functions are called over the same way, so what they return can be edited too.
"""

import itertools
from dataclasses import dataclass, field

from grader.carry import JudgesEnd, RemoteFunction, StudentsEnd, wire
from grader.carry.link import NotCarried
from grader.carry.weights import on_first_read
from grader.checks.requirement import leaving_out_training
from grader.verify.exercises import run_cell, set_up
from grader.verify.operators import compiling, honest, settings, sharing, values, wiring
from grader.verify.operators.draft import FIRST_NEW, Draft, Void

WRONG = {
    "settings": lambda draft, asked: settings.edits(draft),
    "wiring": wiring.edits,
    "sharing": lambda draft, asked: sharing.edits(draft),
    "compiling": lambda draft, asked: compiling.edits(draft),
    "values": lambda draft, asked: values.edits(draft),
}
HONEST = {"honest": honest.edits}


class Unbuildable(Exception):
    """Keras refuses this model: no student can hand it in."""


@dataclass
class Outcome:
    """What became of one answer.

    `score` of `points`; `texts` are the reports of its cells; `made` are the values that arrived and what functions returned, by
    path; `trains` says that a requirement which trains was left out.
    """

    score: float
    points: float
    texts: list
    made: dict
    trains: bool = False
    errors: list = field(default_factory=list)

    @property
    def full(self):
        return self.score > self.points - 1e-9


class Trial:
    """An exercise with its reference answer, ready for edited answers.

    Raises
    ------
    RuntimeError
        The reference itself raises an error.
    """

    def __init__(self, exercise):
        import keras

        self.exercise = exercise
        names, errors = dict(set_up(exercise.lesson)), []
        keras.utils.clear_session()  # automatic names begin anew, so that every run names the same layers
        keras.utils.set_random_seed(0)
        run_cell(exercise.reference, names, errors)
        if errors:
            raise RuntimeError(f"the reference answer to {exercise.name!r} fails: {errors[0]}")
        self.values = {name: names[name] for name in exercise.wanted if name in names}
        self.student = _Remembering(self.values)
        self.firsts = {}
        self.drafts = []
        self.reference = self.judge(keep=True)

    def edits(self, finders):
        """The edits of these finders that fit the reference, as (finder, edit), each once."""
        found = {}
        for draft in self.drafts:
            for finder, find in finders.items():
                for edit in find(draft, self.exercise.asked):
                    found.setdefault((finder, *edit.key), (finder, edit))
        return list(found.values())

    def judge(self, changes=(), train=True, keep=False, whole=True):
        """Carry the reference with these changes, and judge what arrives.

        Parameters
        ----------
        changes : sequence of (str, tuple)
            Finder and key of each edit, in order.
        train : bool
            False: requirements that train count as met.
        whole : bool
            False: the hidden check first, and no other where that has told; the score then lacks the rest.

        Raises
        ------
        Unbuildable
            The edits make no model, or fit nowhere.
        """
        import keras

        student = self.student.again()
        used, fresh = set(), itertools.count(FIRST_NEW)

        def edited(message, function=None):
            draft = Draft(message, _shapes(student.link), self.firsts.get(function), fresh)
            if keep:
                self.drafts.append(draft)
                if function is not None:
                    self.firsts.setdefault(function, draft)
            for number, (finder, key) in enumerate(changes):
                edit = next(
                    (
                        e
                        for e in {**WRONG, **HONEST}[finder](draft, self.exercise.asked)
                        if e.key == key
                    ),
                    None,
                )
                if edit is not None:
                    try:
                        edit.make()
                    except Void as error:
                        raise Unbuildable(str(error)) from None
                    except (StopIteration, IndexError, KeyError) as error:
                        if number == 0:
                            raise  # a fault of the operator: one edit alone finds what it was made for
                        raise Unbuildable("the first edit took what the second changes") from error
                    used.add(number)
            return draft.message() if changes else message

        def exchange(request):
            return edited(student.answer(request), wire.unpack(request)[0]["call"])

        judge = _Listening(exchange)
        made = judge.take(edited(student.give()))
        _all_carried(made.values())
        keras.utils.set_random_seed(0)
        names, errors, reports = {**set_up(self.exercise.lesson), **made}, [], []
        pending = on_first_read(_ByNumber(student.link, judge.receiver), lambda: True)
        try:
            with leaving_out_training(not train) as left_out:
                graded = [
                    (place, cell)
                    for place, cell in (
                        ("", self.exercise.check),
                        ("hidden ", self.exercise.hidden),
                    )
                    if cell
                ]
                for judge.place, cell in graded if whole else graded[::-1]:
                    judge.calls = 0
                    keras.utils.set_random_seed(0)
                    report = run_cell(cell, dict(names), errors)
                    reports.append(report)
                    if not whole and (report is None or report.score < report.points):
                        break
        finally:
            pending.close()
        if judge.refused:
            raise judge.refused
        if changes and len(used) < len(changes):
            raise Unbuildable("an edit fits nowhere")
        made = {
            name: value for name, value in made.items() if not isinstance(value, RemoteFunction)
        } | judge.results
        return Outcome(
            sum(r.score for r in reports if r is not None),
            self.exercise.points,
            [str(r) for r in reports if r is not None],
            made,
            bool(left_out),
            errors,
        )


class _Remembering:
    """The student's end, which need not be asked twice: the same requests in the same order have the same answers.

    A function of the student's would make its layers anew at each call, which takes most of the time.
    """

    def __init__(self, values):
        self.values, self.known = values, {}
        self.again()

    def again(self):
        """From the beginning, for another answer."""
        self.asked, self.end = (), None
        return self

    def give(self):
        return self._answer(None)

    def answer(self, request):
        return self._answer(request)

    @property
    def link(self):
        """The objects behind the numbers in the messages so far."""
        return self.known[self.asked][1]

    def _answer(self, request):
        before, self.asked = self.asked, (*self.asked, request)
        if self.asked not in self.known:
            if self.end is None:
                self.end = StudentsEnd()
                for earlier in before:
                    self._really(earlier)
            self.known[self.asked] = (self._really(request), self.end.link)
        elif self.end is not None:
            self._really(request)
        return self.known[self.asked][0]

    def _really(self, request):
        return self.end.give(self.values) if request is None else self.end.answer(request)


class _Listening(JudgesEnd):
    """Remembers what functions returned, and that an edit of it could not be made."""

    def __init__(self, exchange):
        super().__init__(exchange)
        self.results, self.refused = {}, None
        self.place, self.calls = (
            "",
            0,
        )  # in which cell, and the how-many-th call there: the cells may run in either order

    def _call(self, number, args, kwargs):
        try:
            result = super()._call(number, args, kwargs)
            _all_carried([result])
        except Unbuildable as refused:
            self.refused = refused
            raise
        self.calls += 1
        self.results[f"{self.place}call {self.calls}"] = _as_model(
            [*args, *kwargs.values()], result
        )
        return result


def _as_model(args, result):
    import keras

    from grader.checks.calls import _symbolic

    inputs, outputs = _symbolic(args), _symbolic([result])
    if not inputs or not outputs:
        return result
    try:
        return keras.Model(inputs if len(inputs) > 1 else inputs[0], result)
    except Exception:  # tensors from elsewhere
        return result


def _all_carried(found):
    import keras

    for value in keras.tree.flatten(list(found)):
        if isinstance(value, NotCarried):
            raise Unbuildable(value.why_not_carried)
        if getattr(value, "why_not_compiled", None):
            raise Unbuildable(value.why_not_compiled)


def _shapes(link):
    import keras

    def shape_of(kind, number):
        held = (
            link.mine[number]
            if kind == "ref" and number < len(link.mine)
            else link.theirs.get(number)
            if kind == "yours"
            else None
        )
        return tuple(held.shape) if isinstance(held, keras.KerasTensor) else None

    return shape_of


class _ByNumber:
    """Gives each layer the weights of the layer it was made from, where they fit; an edited one keeps its own."""

    def __init__(self, link, receiver):
        self.link, self.receiver, self.made = link, receiver, receiver.made

    def weights(self, message):
        import keras

        for number, thing in list(self.receiver.link.theirs.items()):
            origin = self.link.mine[number] if number < len(self.link.mine) else None
            if (
                isinstance(thing, keras.Layer)
                and isinstance(origin, keras.Layer)
                and not isinstance(thing, keras.Model)
            ):
                for mine, theirs in zip(thing.weights, origin.weights):
                    if mine.shape == theirs.shape:
                        mine.assign(theirs)
        return True


def models(made):
    """The models among values, by the path to each."""
    import keras

    found, waiting = {}, list(made.items())
    while waiting:
        path, value = waiting.pop(0)
        if isinstance(value, dict):
            waiting += [(f"{path}.{k}", v) for k, v in value.items()]
        elif isinstance(value, (list, tuple)):
            waiting += [(f"{path}.{n}", v) for n, v in enumerate(value)]
        elif isinstance(value, keras.Model):
            found[path] = value
    return found


def signatures(outcome):
    """The signature of each model that an outcome holds; "" for one that can't be read."""
    import layergraph as lg

    found = {}
    for path, model in models(outcome.made).items():
        try:
            found[path] = lg.signature(model)
        except lg.GraphError:
            found[path] = ""
    return found
