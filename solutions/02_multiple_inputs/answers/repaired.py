# %% right="each road as a chain of its own"
text = keras.Input(shape=(18,), dtype="int32", name="text")
x = layers.Embedding(45, 32)(text)
x = layers.LSTM(32)(x)
question = keras.Input(shape=(6,), dtype="int32", name="question")
y = layers.Embedding(45, 16)(question)
y = layers.LSTM(16)(y)
answer = layers.Dense(45, activation="softmax")(layers.concatenate([x, y]))
repaired = keras.Model(inputs=[text, question], outputs=answer)

# %% right="compiled as well, softmax apart, the vocabulary counted"
question = keras.Input(shape=(6,), dtype="int32", name="question")
text = keras.Input(shape=(18,), dtype="int32", name="text")
question_notes = layers.LSTM(16)(layers.Embedding(len(words), 16)(question))
text_notes = layers.LSTM(32)(layers.Embedding(len(words), 32)(text))
scores = layers.Dense(len(words))(layers.Concatenate()([text_notes, question_notes]))
repaired = keras.Model([text, question], layers.Softmax()(scores))
repaired.compile(optimizer="adam", loss="sparse_categorical_crossentropy")

# %% wrong="only the order repaired" loses=4 says="nothing reads question"
text = keras.Input(shape=(18,), dtype="int32", name="text")
question = keras.Input(shape=(6,), dtype="int32", name="question")
text_notes = layers.LSTM(32)(layers.Embedding(45, 32)(text))
question_notes = layers.LSTM(16)(layers.Embedding(45, 16)(text))
answer = layers.Dense(45, activation="softmax")(layers.Concatenate()([text_notes, question_notes]))
repaired = keras.Model([text, question], answer)

# %% wrong="only the road repaired" of="only the order repaired" loses=3 says="order"
question_notes = layers.LSTM(16)(layers.Embedding(40, 16)(question))
repaired = keras.Model([question, text], answer)

# %% wrong="the table still too small" of="only the order repaired" replace="45, 16)(text" by="40, 16)(question" loses=2.5 says="45"

# %% wrong="both readers on the question" of="only the order repaired" loses=4 says="nothing reads text"
text_notes = layers.LSTM(32)(layers.Embedding(45, 32)(question))
question_notes = layers.LSTM(16)(layers.Embedding(45, 16)(question))

# %% wrong="the readers cross" of="only the order repaired" replace="32)(text)" by="32)(question)" loses=2.5 says="input"
