# %% right="the order's road first, other names for tensors"
order = keras.Input((4,), name="order")
b = layers.Dense(8)(order)
b = layers.ReLU()(b)
review = keras.Input((40,), dtype="int32", name="review")
a = layers.LSTM(20, name="reader")(layers.Embedding(input_dim=2000, output_dim=24)(review))
out = layers.Dense(1, activation="sigmoid")(layers.concatenate([a, b]))
customer = keras.Model(inputs=[review, order], outputs=out)
customer.compile(loss=keras.losses.BinaryCrossentropy(), optimizer=keras.optimizers.Adam(), metrics=["accuracy"])

# %% right="two small stacks as readers"
review = keras.Input(shape=(40,), dtype="int32", name="review")
order = keras.Input(shape=(4,), name="order")
read = keras.Sequential([layers.Embedding(2_000, 24), layers.LSTM(20)])
facts = keras.Sequential([layers.Dense(8, activation="relu")])
chance = layers.Dense(1)(layers.Concatenate()([read(review), facts(order)]))
customer = keras.Model([review, order], layers.Activation("sigmoid")(chance))
customer.compile("adam", "binary_crossentropy", metrics=["accuracy"])

# %% wrong="the order first in the join" loses=2.22 says="comes from order, review"
review = keras.Input(shape=(40,), dtype="int32", name="review")
order = keras.Input(shape=(4,), name="order")
notes = layers.LSTM(20)(layers.Embedding(2_000, 24)(review))
facts = layers.Dense(8, activation="relu")(order)
chance = layers.Dense(1, activation="sigmoid")(layers.Concatenate()([facts, notes]))
customer = keras.Model([review, order], chance)
customer.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])

# %% wrong="the inputs in the other order" of="the order first in the join" loses=2.22 says="order"
chance = layers.Dense(1, activation="sigmoid")(layers.Concatenate()([notes, facts]))
customer = keras.Model([order, review], chance)

# %% wrong="the number of words forgotten: the table has 40 rows" of="the order first in the join" loses=2.22 says="40"
notes = layers.LSTM(20)(layers.Embedding(40, 24)(review))
chance = layers.Dense(1, activation="sigmoid")(layers.Concatenate()([notes, facts]))

# %% wrong="no reader for the order" loses=2.44 says="Dense"
review = keras.Input(shape=(40,), dtype="int32", name="review")
order = keras.Input(shape=(4,), name="order")
notes = layers.LSTM(20)(layers.Embedding(2_000, 24)(review))
chance = layers.Dense(1, activation="sigmoid")(layers.Concatenate()([notes, order]))
customer = keras.Model([review, order], chance)
customer.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])

# %% wrong="the loss for classes" of="the order first in the join" loses=0.72 says="binary_crossentropy"
chance = layers.Dense(1, activation="sigmoid")(layers.Concatenate()([notes, facts]))
customer.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])

# %% wrong="no dtype for the words" of="the order first in the join" loses=2.22 says="int32"
review = keras.Input(shape=(40,), name="review")
chance = layers.Dense(1, activation="sigmoid")(layers.Concatenate()([notes, facts]))

# %% wrong="not compiled" loses=0.72 says="compile"
review = keras.Input(shape=(40,), dtype="int32", name="review")
order = keras.Input(shape=(4,), name="order")
notes = layers.LSTM(20)(layers.Embedding(2_000, 24)(review))
facts = layers.Dense(8, activation="relu")(order)
chance = layers.Dense(1, activation="sigmoid")(layers.Concatenate()([notes, facts]))
customer = keras.Model([review, order], chance)

# %% wrong="a learning rate of 0" of="the order first in the join" loses=0.5 says="does not fall"
chance = layers.Dense(1, activation="sigmoid")(layers.Concatenate()([notes, facts]))
customer.compile(optimizer=keras.optimizers.Adam(0.0), loss="binary_crossentropy", metrics=["accuracy"])
