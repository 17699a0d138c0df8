# %% right="the answers by number"
encoder = keras.Sequential([keras.Input(shape=(64,)), layers.Dense(16, activation="relu")])
first, second = keras.Input(shape=(16,)), keras.Input(shape=(16,))
is_larger = layers.Dense(1, activation="sigmoid")(layers.Subtract()([first, second]))
is_same = layers.Dense(1, activation="sigmoid")(ops.abs(first - second))
referee = keras.Model([first, second], [is_larger, is_same])
left, right = keras.Input(shape=(64,)), keras.Input(shape=(64,))
answers = referee([encoder(left), encoder(right)])
repaired = keras.Model([left, right], [answers[0], answers[1]])

# %% right="the list handed on as it is, called by name"
encoder = keras.Sequential([keras.Input(shape=(64,)), layers.Dense(16, activation="relu")])
first, second = keras.Input(shape=(16,)), keras.Input(shape=(16,))
is_larger = layers.Dense(1, activation="sigmoid")(layers.Subtract()([first, second]))
is_same = layers.Dense(1, activation="sigmoid")(ops.abs(first - second))
referee = keras.Model([first, second], [is_larger, is_same])
left, right = keras.Input(shape=(64,)), keras.Input(shape=(64,))
codes = [encoder(digit) for digit in (left, right)]
repaired = keras.Model(inputs=[left, right], outputs=referee(codes))

# %% wrong="only the answers put right" of="reference" loses=1.5 says="what does referee get first"
larger, same = referee([encoder(right), encoder(left)])

# %% wrong="only the digits put right" of="reference" says="which answer of referee"
same, larger = referee([encoder(left), encoder(right)])

# %% wrong="the list of outputs turned as well" of="reference" loses=1.5 says="what does referee get first"
same, larger = referee([encoder(right), encoder(left)])
repaired = keras.Model([left, right], [same, larger])

# %% wrong="the inputs of the whole turned, so that the answers stand still" of="reference" says="which answer of referee"
same, larger = referee([encoder(right), encoder(left)])
repaired = keras.Model([right, left], [larger, same])

# %% wrong="a second encoder for the right digit" says="Dense"
encoder = keras.Sequential([keras.Input(shape=(64,)), layers.Dense(16, activation="relu")])
first, second = keras.Input(shape=(16,)), keras.Input(shape=(16,))
is_larger = layers.Dense(1, activation="sigmoid")(layers.Subtract()([first, second]))
is_same = layers.Dense(1, activation="sigmoid")(ops.abs(first - second))
referee = keras.Model([first, second], [is_larger, is_same])
left, right = keras.Input(shape=(64,)), keras.Input(shape=(64,))
another = keras.Sequential([keras.Input(shape=(64,)), layers.Dense(16, activation="relu")])
larger, same = referee([encoder(left), another(right)])
repaired = keras.Model([left, right], [larger, same])

# %% wrong="one answer alone" of="reference" loses=3
repaired = keras.Model([left, right], larger)

# %% wrong="only the outputs are put right" of="reference" says="what does referee get first"
larger, same = referee([encoder(right), encoder(left)])
