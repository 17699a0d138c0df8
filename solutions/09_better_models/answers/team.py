# %% right="a loop"
row = keras.Input(shape=(64,), name="row")
team = keras.Model(row, layers.Average()([make_member(units)(row) for units in (16, 24, 32, 48)]))

# %% right="the average function, another order"
row = keras.Input(shape=(64,))
votes = [make_member(units)(row) for units in (48, 16, 32, 24)]
team = keras.Model(row, keras.layers.average(votes), name="team")

# %% right="the members rebuilt flat"
row = keras.Input(shape=(64,))
votes = [layers.Softmax()(layers.Dense(10)(layers.ReLU()(layers.Dense(units)(row)))) for units in (16, 24, 32, 48)]
team = keras.Model(row, layers.Average()(votes))

# %% right="Python's own sum over the votes"
row = keras.Input(shape=(64,))
votes = [make_member(units)(row) for units in (16, 24, 32, 48)]
team = keras.Model(row, sum(votes) / 4)

# %% wrong="two members only" says="parameters"
row = keras.Input(shape=(64,))
member_a, member_b = make_member(16), make_member(24)
team = keras.Model(row, layers.Average()([member_a(row), member_b(row), member_a(row), member_b(row)]))

# %% wrong="four alike" says="parameters"
row = keras.Input(shape=(64,))
team = keras.Model(row, layers.Average()([make_member(16)(row) for _ in range(4)]))

# %% wrong="concatenated" says="40"
row = keras.Input(shape=(64,))
team = keras.Model(row, layers.Concatenate()([make_member(units)(row) for units in (16, 24, 32, 48)]))

# %% wrong="added, not averaged" says="Average"
row = keras.Input(shape=(64,))
team = keras.Model(row, layers.Add()([make_member(units)(row) for units in (16, 24, 32, 48)]))

# %% wrong="the largest vote" says="Average"
row = keras.Input(shape=(64,))
team = keras.Model(row, layers.Maximum()([make_member(units)(row) for units in (16, 24, 32, 48)]))

# %% wrong="four answers" says="4"
row = keras.Input(shape=(64,))
team = keras.Model(row, [make_member(units)(row) for units in (16, 24, 32, 48)])

# %% wrong="four inputs" says="4"
rows = [keras.Input(shape=(64,)) for _ in range(4)]
team = keras.Model(rows, layers.Average()([make_member(units)(row) for units, row in zip((16, 24, 32, 48), rows)]))

# %% wrong="one member called twice, one never" says="parameters"
row = keras.Input(shape=(64,))
member_a, member_b, member_c, member_d = make_member(16), make_member(24), make_member(32), make_member(48)
team = keras.Model(row, layers.Average()([member_a(row), member_b(row), member_c(row), member_c(row)]))

# %% right="two averages of two"
row = keras.Input(shape=(64,))
one, two, three, four = [make_member(units)(row) for units in (16, 24, 32, 48)]
team = keras.Model(row, layers.Average()([layers.Average()([one, two]), layers.Average()([three, four])]))

# %% right="the mean over a stack"
row = keras.Input(shape=(64,))
team = keras.Model(row, keras.ops.mean(keras.ops.stack([make_member(units)(row) for units in (16, 24, 32, 48)], axis=-1), axis=-1))

# %% wrong="averages of averages weigh unequally" says="branch"
row = keras.Input(shape=(64,))
x = make_member(16)(row)
for units in (24, 32, 48):
    x = layers.Average()([x, make_member(units)(row)])
team = keras.Model(row, x)
