"""The chances that training checks state: kept in a file, followed by the code, and found again by measuring a little."""

import json

import numpy as np
import pytest

from grader.checks import check, expect, training
from tests.calibration import bounds, invariance, lessons, models, record, sweep

KEPT = record.read()


def honest(keras, name, seed=1):
    return next(
        case for case in models.honest(keras, np.random.default_rng(seed)) if case.name == name
    )


def broken(keras, name, seed=1):
    return next(
        case for case in models.broken(keras, np.random.default_rng(seed)) if case.name == name
    )


# The bounds, against another implementation and against themselves.


def test_the_interval_by_counting_is_the_exact_one():
    stats = pytest.importorskip("scipy.stats")
    for failures, runs in [(0, 20), (0, 150), (3, 150), (149, 150)]:
        assert bounds.at_most(failures, runs) == pytest.approx(
            stats.beta.ppf(0.95, failures + 1, runs - failures), rel=1e-9
        )
    assert bounds.at_most(7, 7) == 1 and bounds.at_least(7, 7) == pytest.approx(0.05 ** (1 / 7))


def test_the_limit_of_a_normal_tail_is_the_noncentral_one():
    stats = pytest.importorskip("scipy.stats")
    for t, degrees, shift in [(10, 19, 12), (25, 59, 22), (3, 9, 1)]:
        assert bounds.noncentral_t_cdf(t, degrees, shift) == pytest.approx(
            stats.nct.cdf(t, degrees, shift), rel=1e-6
        )


def test_the_limit_of_a_normal_tail_covers_the_truth_as_often_as_it_says():
    draw, truth = np.random.default_rng(0), bounds.normal_cdf(-3.0)
    covered = [bounds.tail_at_most(list(draw.normal(size=20)), -3.0) >= truth for _ in range(200)]
    assert 0.90 <= np.mean(covered) <= 0.99


# What is kept.


def test_every_exercise_that_trains_is_measured():
    found = {exercise.title: exercise.words for exercise in lessons.training_exercises()}
    assert {title for title, words in found.items() if "learns" in words} == {
        name for name in KEPT["learns"] if name[:2].isdigit()
    }
    assert {title for title, words in found.items() if "rehearse" in words} == set(
        KEPT["rehearsals"]
    )
    # The bounds that these two put on `accuracy` come from their lessons' claims, not from a calibration.
    by_claims = {"02 finders", "03 trained"}
    assert by_claims == {title for title, words in found.items() if "accuracy" in words}
    assert all(words <= {"learns", "accuracy", "rehearse"} for words in found.values()), (
        "a word that trains and has no calibration"
    )


def test_every_kind_of_model_is_measured(keras):
    assert (
        {case.name for case in models.honest(keras, np.random.default_rng(0))}
        == set(KEPT["whole"])
        <= set(KEPT["learns"])
    )
    assert {case.name for case in models.broken(keras, np.random.default_rng(0))} == set(
        KEPT["power"]
    )


def test_no_check_refuses_an_honest_answer_more_often_than_1_in_10000():
    stated = list(record.bounds(KEPT))
    assert len(stated) >= 18
    assert [line for line in stated if not line[2] <= record.ALLOWED] == []


def test_the_bounds_follow_from_the_parts():
    confidence = 1 - 0.05 / (len(training.TRIES) + 2)
    for name, case in KEPT["learns"].items():
        for part in [*case["tries"], case["falls"], case["gradient"]]:
            counted = bounds.at_most(part["failed"], case["draws"], confidence)
            assert part["fails_at_most"] >= (
                sweep.upwards(counted) if part["failed"] else sweep.TRUSTED
            ), name
        assert case["refused_at_most"] == sweep.refused_at_most(case, training.STARTS), name
    for exercise in KEPT["rehearsals"].values():
        for name, answer in exercise["answers"].items():
            assert answer["refused_at_most"] == sweep.missed_at_most(
                answer["outputs"], answer["starts"]
            ), name


def test_a_part_is_limited_by_its_fit_its_count_and_what_a_fit_is_trusted_with():
    sure, close = [8.0, 9.0, 10.0] * 10, [70.0, 90.0, 110.0] * 10
    assert sweep.part_of(sure, 120.0)["fails_at_most"] == sweep.TRUSTED
    assert sweep.part_of(close, 120.0)["fails_at_most"] > 0.05
    failed = sweep.part_of([*sure, None], 120.0)
    assert failed["failed"] == 1 and failed["fails_at_most"] == sweep.upwards(
        bounds.at_most(1, 31, 1 - 0.05 / 6)
    )
    assert sweep.part_of([0.2, 0.3, 0.25] * 10, 1e-3, least=True)["fails_at_most"] == sweep.TRUSTED
    assert sweep.part_of([0.0011, 0.3, 0.002] * 10, 1e-3, least=True)["fails_at_most"] > 0.05


def test_every_honest_check_on_other_data_was_met():
    assert all(found["met"] == found["of"] for found in KEPT["whole"].values())


def test_every_broken_kind_is_seen_by_the_word_that_is_meant_to():
    for name, found in KEPT["power"].items():
        if found["meant"]:
            assert found["refused"][found["meant"]] == found["of"], name
        else:
            assert (
                max(found["refused"].values()) == found["of"]
                and found["refused"]["learns"] < found["of"]
            ), name


def test_thresholds_and_tries_in_the_code_are_the_measured_ones():
    for name, case in KEPT["learns"].items():
        assert [part["border"] for part in case["tries"]] == [
            steps for _, steps in training.TRIES
        ], name
        assert case["falls"]["border"] == sweep.FALL
    for name, found in KEPT["accuracy"].items():
        assert found["threshold"] == models.ANSWERS_FLOORS[name] <= found["floor"]


def test_the_goals_of_the_capstone_are_the_measured_ones(keras):
    for exercise in lessons.training_exercises():
        if "rehearse" in exercise.words:
            goals = lessons.goals(exercise, lessons.namespace(exercise))
            for answer in KEPT["rehearsals"][exercise.title]["answers"].values():
                assert tuple(part["threshold"] for part in answer["outputs"]) == goals.at_least
                assert answer["starts"] == goals.starts


def test_the_file_holds_no_paths_and_is_written_the_same_again(tmp_path):
    record.write(KEPT, tmp_path / "again.json")
    assert (tmp_path / "again.json").read_text(encoding="utf-8") == record.FILE.read_text(
        encoding="utf-8"
    )
    assert (
        "/tmp" not in record.FILE.read_text(encoding="utf-8")
        and len(record.FILE.read_bytes()) < 60_000
    )


# A little of it measured again.


@pytest.mark.parametrize("name", ["linear", "small"])
def test_a_few_draws_are_those_of_the_file(keras, name):
    again, kept = sweep.learning(keras, [honest(keras, name)], sweep.FIRST), KEPT["learns"][name]
    for part, before in zip(again["tries"], kept["tries"]):
        for steps, known in zip(part["first"], before["first"]):
            assert steps == known or abs(steps - known) <= max(
                2, 0.1 * known
            )  # other processors round otherwise
    assert again["falls"]["first"] == pytest.approx(kept["falls"]["first"], rel=0.02)
    assert again["gradient"]["first"] == pytest.approx(kept["gradient"]["first"], rel=0.02)


def test_a_procedure_with_fewer_steps_is_not_the_one_that_was_measured(keras, monkeypatch):
    monkeypatch.setattr(training, "TRIES", ((0.01, 8),))
    again = sweep.learning(keras, [honest(keras, "linear")], sweep.FIRST)
    assert again["tries"][0]["failed"] == sweep.FIRST and again["refused_at_most"] > record.ALLOWED


def test_no_honest_model_is_refused(keras):
    for case in models.honest(keras, np.random.default_rng(2)):
        assert check(case.model, expect.learns(case.x, case.y, seed=2)).score == 1, case.name


def test_a_broken_model_is_seen_by_its_word(keras):
    for name in (
        "a branch cut off from the gradient",
        "learning rate 0",
        "softmax on one unit",
        "towers that share nothing",
    ):
        found = dict(sweep.verdicts(keras, broken(keras, name), 1))
        words = (
            ["learns"]
            if KEPT["power"][name]["meant"]
            else [
                w
                for w, k in KEPT["power"][name]["refused"].items()
                if k == KEPT["power"][name]["of"]
            ]
        )
        assert words and all(found[word] != "met" for word in words), (name, found)


def test_two_tries_share_neither_weights_nor_batch(keras):
    import keras as k

    from grader.checks import rehearsal as r

    case, seen = honest(keras, "binary"), []
    with r.untouched(case.model, 0):
        data = r.Data(case.model, case.x, case.y)
        copy = r.Rehearsal(case.model, r.settings_of(case.model), data)
        take, draw, adam = data.take, np.random.default_rng(0), k.optimizers.Adam()
        data.take = lambda indexes: (
            seen.append((tuple(indexes), copy.variables[0].numpy().tobytes())) or take(indexes)
        )
        for _ in range(3):
            training.try_by_heart(copy, data, draw, adam, 0.01, 5)
    batches, weights = zip(*seen)
    assert len(set(batches)) == len(set(weights)) == 3


def test_the_verdicts_are_the_same_with_other_threads_and_again():
    kinds = ("sgd", "small", "learning rate 0", "a branch times 0", "01 image_stack")
    found = invariance.collect(kinds, ((1, False, 2), (4, True, 1)))
    assert set(found) == set(kinds)
    assert all(len(said) == 1 for said in found.values()), found
    assert {kind: next(iter(said)) for kind, said in found.items()} == {
        kind: KEPT["invariance"]["verdicts"][kind] for kind in kinds
    }


def test_the_command_shows_what_is_kept(capsys):
    from tests.calibration.__main__ import main

    assert main(["--show"]) == 0
    shown = capsys.readouterr().out
    assert (
        "Chance of refusing an honest answer" in shown
        and "TOO LARGE" not in shown
        and "labels shuffled" in shown
    )


def test_the_command_says_so_when_a_chance_is_too_large(tmp_path, capsys):
    from tests.calibration.__main__ import main

    worse = json.loads(json.dumps(KEPT))
    worse["learns"]["linear"]["refused_at_most"] = 2e-4
    record.write(worse, tmp_path / "worse.json")
    assert main(["--show", "--out", str(tmp_path / "worse.json")]) == 1
    assert "TOO LARGE" in capsys.readouterr().out
