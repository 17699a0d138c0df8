"""Kept answers that say only how they differ from another one."""

import pytest

from grader.verify.exercises import answers

FIRST = """# %% right="two steps"
x = keras.Input((4,))


@wrapped
def build(units):
    return layers.Dense(units)(x)


model = keras.Model(x, build(3))

"""


def _read(tmp_path, more):
    path = tmp_path / "model.py"
    path.write_text(FIRST + more)
    return answers(path, reference="model = keras.Model(x, x)")[1:]


def test_a_text_is_replaced(tmp_path):
    (answer,) = _read(
        tmp_path, '# %% wrong="four" of="two steps" replace="build(3)" by="build(4)" loses=2'
    )
    assert answer.source == FIRST.partition("\n")[2].strip().replace("build(3)", "build(4)")
    assert (answer.name, answer.loses) == ("four", 2)


def test_statements_take_the_place_of_those_that_bind_the_same_names(tmp_path):
    changed = '# %% wrong="four" of="two steps"\nmodel = 4\n\n\ndef build(units):\n    return 5'
    (answer,) = _read(tmp_path, changed)
    expected = "x = keras.Input((4,))\n\n\ndef build(units):\n    return 5\n\n\nmodel = 4"
    assert answer.source == expected


def test_one_may_differ_from_the_reference_and_from_another_change(tmp_path):
    first, second = _read(
        tmp_path,
        '# %% wrong="y" of="reference" replace="x, x" by="x, y"\n\n'
        '# %% wrong="z" of="y" replace="y" by="z"',
    )
    assert first.source == "model = keras.Model(x, y)"
    assert second.source == "model = keras.Model(x, z)"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ('of="three steps" replace="x" by="y"', "no answer above has this name"),
        ('of="two steps" replace="x" by="y"', "stands 3 times in 'two steps'"),
        ('of="two steps" replace="tanh" by="y"', "stands 0 times in 'two steps'"),
        ('of="two steps" replace="build(3)" by="y"\nmodel = 3', "the cell is not empty"),
        ('of="two steps"\nmodell = 3', "not exactly one"),
        ('of="two steps"', "holds no statement"),
    ],
)
def test_a_change_that_does_not_fit_is_refused(tmp_path, change, says):
    with pytest.raises(ValueError, match="model.py: 'odd': ") as refused:
        _read(tmp_path, f'# %% wrong="odd" {change}')
    assert says in str(refused.value)


def test_a_statement_whose_place_is_not_clear_is_refused(tmp_path):
    twice = '# %% right="twice"\nx = 1\nx = x + 1\n\n# %% wrong="odd" of="twice"\nx = 3'
    with pytest.raises(ValueError, match="not exactly one"):
        _read(tmp_path, twice)
