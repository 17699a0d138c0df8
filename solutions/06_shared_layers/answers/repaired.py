# %% right="other names, the operator"
rows = keras.Input((8, 8)), keras.Input((8, 8))
lstm = layers.LSTM(24, name="both")
product = lstm(rows[0]) * lstm(rows[1])
repaired = keras.Model(list(rows), layers.Activation("sigmoid")(layers.Dense(1)(product)))

# %% right="a nested reader, the order turned"
one, two = keras.Input(shape=(8, 8)), keras.Input(shape=(8, 8))
start = keras.Input(shape=(8, 8))
reader = keras.Model(start, layers.LSTM(24)(start))
merged = layers.multiply([reader(two), reader(one)])
repaired = keras.Model([one, two], layers.Dense(1, activation="sigmoid")(merged))

# %% wrong="only the reader shared" loses=2.33 says="swap"
one, two = keras.Input(shape=(8, 8)), keras.Input(shape=(8, 8))
reader = layers.LSTM(24)
merged = layers.Subtract()([reader(one), reader(two)])
repaired = keras.Model([one, two], layers.Dense(1, activation="sigmoid")(merged))

# %% wrong="only the merge changed" loses=3 says="LSTM"
one, two = keras.Input(shape=(8, 8)), keras.Input(shape=(8, 8))
read_one = layers.LSTM(24)(one)
read_two = layers.LSTM(24)(two)
merged = layers.Multiply()([read_one, read_two])
repaired = keras.Model([one, two], layers.Dense(1, activation="sigmoid")(merged))

# %% wrong="another merge than agreed" of="only the reader shared" replace="layers.Subtract" by="layers.Average" loses=1.67 says="Multiply"

# %% wrong="one side read twice" of="only the reader shared" replace="layers.Subtract()([reader(one), reader(two" by="layers.Multiply()([reader(one), reader(one" says="swap"

# %% wrong="shared, but 32 units" loses=1 says="24"
one, two = keras.Input(shape=(8, 8)), keras.Input(shape=(8, 8))
reader = layers.LSTM(32)
merged = layers.Multiply()([reader(one), reader(two)])
repaired = keras.Model([one, two], layers.Dense(1, activation="sigmoid")(merged))

# %% wrong="Dot also sums" says="Multiply"
one = keras.Input(shape=(8, 8))
two = keras.Input(shape=(8, 8))
reader = layers.LSTM(24)
merged = layers.Dot(axes=1)([reader(one), reader(two)])
outputs = layers.Dense(1, activation="sigmoid")(merged)
repaired = keras.Model([one, two], outputs)
