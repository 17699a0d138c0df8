"""The data of the lessons are what their docstrings say, and hold something to learn."""

import numpy as np
import pytest

from grader.classroom import datasets


def test_digits_come_as_images_with_one_channel():
    (x_train, y_train), (x_test, y_test) = datasets.digits()
    assert x_train.shape == (1437, 8, 8, 1) and x_test.shape == (360, 8, 8, 1)
    assert y_train.shape == (1437,) and y_test.shape == (360,)
    assert x_train.dtype == "float32" and x_train.min() == 0 and x_train.max() == 1
    assert sorted(np.unique(y_test)) == list(range(10))


def test_flat_digits_are_the_same_pixels_in_rows_of_64():
    (images, _), _ = datasets.digits()
    (rows, _), _ = datasets.digits(flat=True)
    assert rows.shape == (1437, 64)
    assert np.array_equal(rows, images.reshape(-1, 64))


def test_digits_are_the_ones_that_scikit_learn_carries():
    sklearn_datasets = pytest.importorskip("sklearn.datasets")
    original = sklearn_datasets.load_digits()
    (x_train, y_train), (x_test, y_test) = datasets.digits(flat=True)

    def as_a_bag(x, y):
        return sorted(map(tuple, np.column_stack([np.asarray(x) * 16, y]).astype(int).tolist()))

    ours = as_a_bag(np.concatenate([x_train, x_test]), np.concatenate([y_train, y_test]))
    assert ours == as_a_bag(original.data / 16, original.target)


def test_a_seed_repeats_its_waves_and_another_seed_gives_others():
    x, answers = datasets.waves(50, seed=4)
    again, answers_again = datasets.waves(50, seed=4)
    other, _ = datasets.waves(50, seed=5)
    assert np.array_equal(x, again) and all(
        np.array_equal(answers[k], answers_again[k]) for k in answers
    )
    assert not np.array_equal(x, other)


def test_waves_have_three_answers_in_the_stated_ranges():
    x, answers = datasets.waves(500)
    assert x.shape == (500, 100) and x.dtype == "float32" and abs(x).max() < 1.3
    assert sorted(np.unique(answers["cycles"])) == list(range(10))
    assert sorted(np.unique(answers["sharp"])) == [0, 1]
    assert 0.2 <= answers["height"].min() and answers["height"].max() <= 1.0


def test_the_answers_can_be_read_from_the_waves():
    """Without any network: the spectrum gives the cycles, the extremes the height, the steps the sharpness."""
    x, answers = datasets.waves(500)
    spectrum = abs(np.fft.rfft(x))[:, 1:11]
    assert np.mean(spectrum.argmax(1) == answers["cycles"]) > 0.99
    assert np.corrcoef(abs(x).max(1), answers["height"])[0, 1] > 0.95
    fullness = (x**2).mean(1) / np.percentile(abs(x), 95, axis=1) ** 2
    assert np.mean((fullness > 0.6) == (answers["sharp"] == 1)) > 0.9


def test_half_of_the_digit_pairs_are_the_same_digit_and_never_the_same_image():
    (left, right), answers = datasets.digit_pairs(400, seed=2)
    assert left.shape == right.shape == (400, 8, 8, 1) and left.dtype == "float32"
    assert answers["same"].sum() == 200
    assert np.array_equal(answers["same"] == 1, answers["left"] == answers["right"])
    assert np.array_equal(answers["larger"] == 1, answers["left"] > answers["right"])
    assert not (left == right).all(axis=(1, 2, 3)).any()


def test_a_seed_repeats_its_digit_pairs_and_the_parts_share_no_image():
    (left, _), _ = datasets.digit_pairs(100, seed=4)
    (again, _), _ = datasets.digit_pairs(100, seed=4)
    (test, _), _ = datasets.digit_pairs(100, seed=4, part="test")
    assert np.array_equal(left, again)
    (x_train, _), _ = datasets.digits()
    known = {image.tobytes() for image in x_train}
    assert (
        all(image.tobytes() in known for image in left)
        and sum(image.tobytes() in known for image in test) < 3
    )


def test_the_answer_to_a_question_stands_in_its_text():
    texts, asked, answers, words = datasets.questions(300, seed=4)
    assert texts.shape == (300, 18) and asked.shape == (300, 6) and answers.shape == (300,)
    assert texts.max() < len(words) and asked.max() < len(words) and words[0] == ""
    assert all(answer in text for text, answer in zip(texts, answers))
    assert not any(answer in question for question, answer in zip(asked, answers))


def test_a_question_says_which_of_three_facts_is_wanted():
    """Neither the text nor the question is enough, and a seed repeats."""
    texts, asked, answers, words = datasets.questions(3_000, seed=4)
    assert all(
        np.array_equal(a, b)
        for a, b in zip(datasets.questions(3_000, seed=4)[:3], (texts, asked, answers))
    )
    kinds = {"colour": {"red", "brown"}, "where": {"kitchen", "garden"}}
    for word, expected in kinds.items():
        found = {
            words[answer]
            for question, answer in zip(asked, answers)
            if words.index(word) in question
        }
        assert expected < found and len(found) == 6


def test_posts_have_three_neutral_answers_that_stand_in_the_text():
    x, answers, words = datasets.posts(400, seed=4)
    again, _, _ = datasets.posts(400, seed=4)
    assert (
        np.array_equal(x, again)
        and x.shape == (400, 60)
        and x.max() < len(words) == len(set(words))
    )
    assert np.allclose(answers["seconds"], (x > 0).sum(1) * 0.3)
    assert np.array_equal(answers["question"] == 1, (x == words.index("?")).any(1))
    sailing = np.isin(
        x,
        [
            words.index(word)
            for word in ("anchor", "sail", "harbour", "deck", "mast", "hull", "rope", "tide")
        ],
    ).any(1)
    assert set(answers["topic"][sailing]) == {8} and sorted(np.unique(answers["topic"])) == list(
        range(10)
    )


def test_headline_and_facts_together_tell_more_than_either():
    titles, facts, read = datasets.headlines(4_000, seed=4)
    assert titles.shape == (4000, 12) and facts.shape == (4000, 5) and 0.4 < read.mean() < 0.6
    drawing = ((titles >= 1) & (titles <= 20)).sum(1) - ((titles >= 21) & (titles <= 40)).sum(1)
    helping = 2 * (facts[:, 0] - 0.5) + 3 * (facts[:, 1] - 0.5)

    def right(score):
        return np.mean((score > 0) == (read == 1))

    assert right(drawing + helping) > 0.99 > 0.9 > max(right(drawing), right(helping)) > 0.6


def test_a_seed_repeats_its_remarks_and_its_pairs():
    for make in (datasets.remarks, datasets.digit_questions):
        first, again, other = make(20, seed=4), make(20, seed=4), make(20, seed=5)
        assert np.array_equal(first[0][0], again[0][0]) and np.array_equal(first[1][0], again[1][0])
        assert not np.array_equal(first[0][0], other[0][0])


def test_remarks_are_rows_of_words_that_end_with_a_receipt():
    x, liked, words = datasets.remarks(300)
    assert x.shape == (300, 20) and len(set(words)) == len(words) == 10_000
    assert sorted(np.unique(liked)) == [0, 1] and 0.4 < liked.mean() < 0.6
    last = x[np.arange(300), (x > 0).sum(axis=1) - 1]
    assert all(words[number].startswith("#") for number in last)


def test_liking_can_be_counted_from_the_words_but_for_the_wrong_clicks():
    from grader.classroom.datasets.remarks import HARSH, KIND

    x, liked, words = datasets.remarks(1_000)
    tone = np.array([(word in KIND) - (word in HARSH) for word in words])
    assert 0.9 < np.mean((tone[x].sum(axis=1) > 0) == liked) < 0.95


def test_pairs_of_digits_come_with_a_question_and_both_answers():
    (left, right, question), (same, result) = datasets.digit_questions(500, part="test")
    assert left.shape == right.shape == (500, 8, 8, 1) and question.shape == (500, 2)
    assert np.array_equal(question.sum(axis=1), np.ones(500)) and 0.4 < same.mean() < 0.6
    assert result.min() == 0 and result.max() <= 18
    apart = question[:, 1] == 1
    assert np.array_equal(result[apart] == 0, same[apart] == 1)
    assert all(result[~apart & (same == 1)] % 2 == 0)


def test_pairs_for_training_tuning_and_testing_share_no_image():
    parts = []
    for part in ("train", "tune", "test"):
        (left, right, _), _ = datasets.digit_questions(300, part=part)
        parts.append({image.tobytes() for image in (*left, *right)})
    assert not parts[0] & parts[1] and not parts[0] & parts[2] and not parts[1] & parts[2]


def test_a_part_that_is_not_there_is_named():
    with pytest.raises(ValueError, match="'dev'"):
        datasets.digit_questions(3, part="dev")


def test_cities_are_real_places_of_ten_countries_in_both_parts():
    train, test = datasets.cities()
    assert len(train["name"]) == 2400 and len(test["name"]) == 569
    for part in (train, test):
        assert part["name"].shape[1:] == (16,) and part["name"].dtype == "int32"
        assert part["name"].min() == 0 and part["name"].max() <= 26
        assert abs(part["latitude"]).max() < 60 and part["population"].min() > 0
        assert np.bincount(part["country"], minlength=10).min() > 40
    first = datasets.spelt(train["name"][0]), datasets.COUNTRIES[train["country"][0]]
    assert first == ("livry gargan", "France")


def test_a_country_can_be_guessed_from_the_letters_of_a_city():
    """Without any network: the pairs of letters of a country's names, counted."""
    train, test = datasets.cities()

    def pairs(names):
        table = np.zeros((len(names), 27 * 27))
        for row, name in enumerate(names):
            table[row, name[:-1] * 27 + name[1:]] = 1
        return table[:, 1:]

    counted = np.stack([pairs(train["name"][train["country"] == n]).mean(0) for n in range(10)])
    guesses = (pairs(test["name"]) @ np.log(counted + 0.003).T).argmax(1)
    assert np.mean(guesses == test["country"]) > 0.4
