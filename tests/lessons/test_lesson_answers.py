"""Every exercise gives right answers all their points, whatever their style, and wrong ones the loss and the sentence they deserve."""

import pytest

from tests.lessons import harness
from tests.share import some

EXERCISES = [exercise for lesson in harness.lessons() for exercise in harness.exercises(lesson)]


def _name(exercise):
    return f"{exercise.lesson.name[:2]}-{exercise.name}"


def _each(kind, share=1.0):
    """The answers kept beside the lessons; of those that train, this share of each exercise's."""
    return [
        pytest.param(exercise, answer, id=f"{_name(exercise)}-{answer.name}".replace(" ", "_"))
        for exercise in EXERCISES
        for answer in some(
            getattr(exercise, kind),
            share if harness.trains(exercise) else 1,
            lambda answer, of=exercise: f"{of.name} {answer.name}",
        )
    ]


def _lines(verdict):
    return "\n".join([*map(str, filter(None, verdict.reports)), *verdict.errors])


@pytest.mark.parametrize("exercise", EXERCISES, ids=_name)
def test_the_reference_earns_full_marks(keras, exercise):
    verdict = harness.judge(exercise, exercise.reference)
    assert verdict.score == exercise.points, _lines(verdict)


@pytest.mark.parametrize("exercise", EXERCISES, ids=_name)
def test_an_untouched_answer_earns_nothing(keras, exercise):
    verdict = harness.judge(exercise, exercise.stub)
    assert verdict.score == 0, _lines(verdict)
    assert not verdict.errors
    if not exercise.has_stub_region:
        assert verdict.statuses == {"not attempted"}


@pytest.mark.parametrize("exercise", EXERCISES, ids=_name)
def test_enough_answers_are_kept(exercise):
    assert len(exercise.right) >= 2 and len(exercise.wrong) >= 4


@pytest.mark.parametrize("exercise, answer", _each("right"))
def test_a_right_answer_in_another_style_earns_full_marks(keras, exercise, answer):
    verdict = harness.judge(exercise, answer.source)
    assert verdict.score == exercise.points, _lines(verdict)


@pytest.mark.parametrize("exercise, answer", _each("wrong", share=0.3))
def test_a_wrong_answer_loses_points_and_says_why(keras, exercise, answer):
    verdict = harness.judge(exercise, answer.source)
    lost = exercise.points - verdict.score
    assert lost > 0, _lines(verdict)
    if answer.loses is not None:
        assert lost == pytest.approx(answer.loses, abs=0.01), _lines(verdict)
    assert answer.says.lower() in verdict.told().lower(), _lines(verdict)
