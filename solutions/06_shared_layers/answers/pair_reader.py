# %% right="other names, one line for both calls"
a = keras.Input((8, 8), name="a")
b = keras.Input((8, 8), name="b")
lstm = layers.LSTM(units=16)
joined = layers.concatenate([lstm(a), lstm(b)])
pair_reader = keras.Model(inputs=[a, b], outputs=layers.Activation("sigmoid")(layers.Dense(1)(joined)))
predicted_parameters = 4 * ((8 + 16) * 16 + 16) + 33

# %% right="the reader as a nested model"
one, two = keras.Input(shape=(8, 8)), keras.Input(shape=(8, 8))
reader = keras.Sequential([keras.Input(shape=(8, 8)), layers.LSTM(16)])
merged = layers.Concatenate()([reader(one), reader(two)])
pair_reader = keras.Model([one, two], layers.Dense(1, activation="sigmoid")(merged))
predicted_parameters = 1633

# %% wrong="a second LSTM" says="called 2 times"
one = keras.Input(shape=(8, 8))
two = keras.Input(shape=(8, 8))
reader = layers.LSTM(16)
read_one = reader(one)
read_two = layers.LSTM(16)(two)
merged = layers.Concatenate()([read_one, read_two])
outputs = layers.Dense(1, activation="sigmoid")(merged)
pair_reader = keras.Model([one, two], outputs)
predicted_parameters = 3_233

# %% wrong="the same input read twice" of="a second LSTM" loses=1 says="is it read at all"
read_two = reader(one)
predicted_parameters = 1_633

# %% wrong="the LSTM counted twice" loses=1 says="1"
one = keras.Input(shape=(8, 8))
two = keras.Input(shape=(8, 8))
reader = layers.LSTM(16)
merged = layers.Concatenate()([reader(one), reader(two)])
outputs = layers.Dense(1, activation="sigmoid")(merged)
pair_reader = keras.Model([one, two], outputs)
predicted_parameters = 3_233

# %% wrong="the first result used twice" of="a second LSTM" says="is it read at all"
read_two = read_one
predicted_parameters = 1_633

# %% wrong="no number" of="the LSTM counted twice" replace="3_233" by="..." says="predicted_parameters"
