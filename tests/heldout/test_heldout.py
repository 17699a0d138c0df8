"""A sample of the answers that come from outside, judged here in one process; `python -m tests.heldout` grades all of them as handed in."""

import pytest

from tests import heldout
from tests.lessons import harness

TRAINS = ("fit(", "train(", "learn(", "rehearse(")
SAMPLE = [
    answer
    for lesson in heldout.lessons()
    for answer in heldout.answers(lesson)[::15]
    if not any(word in answer.source for word in TRAINS)
]


@pytest.mark.parametrize("answer", SAMPLE, ids=lambda answer: answer.place.replace(" ", "-"))
def test_an_answer_from_outside_gets_the_verdict_that_its_label_says(keras, answer):
    folder = next(f for f in harness.lessons() if f.name.startswith(answer.lesson))
    exercise = next(e for e in harness.exercises(folder) if e.name == answer.exercise)
    verdict = harness.judge(exercise, answer.source)
    full = verdict.score == pytest.approx(exercise.points)
    assert full == (answer.label == "honest"), f"{answer.why}\n{verdict.told()}"


@pytest.mark.parametrize("lesson", heldout.lessons())
def test_the_file_fits_the_lesson(lesson):
    folder = next(f for f in harness.lessons() if f.name.startswith(lesson))
    answers = heldout.answers(lesson)
    assert {a.exercise for a in answers} == {e.name for e in harness.exercises(folder)}
    assert all(a.why and a.source for a in answers)
    assert len({(a.exercise, a.source) for a in answers}) == len(answers)
