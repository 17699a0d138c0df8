# %% right="lists instead of dicts, loss objects"
message = keras.Input(shape=(20,), dtype="int32", name="message")
read = layers.LSTM(12)(layers.Embedding(500, 16)(message))
early = layers.Dense(1, activation="sigmoid", name="early")(read)
sender = keras.Input(shape=(3,), name="sender")
x = layers.Concatenate()([read, sender])
x = layers.Dense(16, activation="relu")(x)
urgent = layers.Dense(1, activation="sigmoid", name="urgent")(x)
ticket = keras.Model([message, sender], [urgent, early])
ticket.compile(
    optimizer="adam",
    loss=[keras.losses.BinaryCrossentropy(), keras.losses.BinaryCrossentropy()],
    loss_weights=[1, 0.3],
)

# %% right="the facts first, activations apart"
sender, message = keras.Input((3,), name="sender"), keras.Input((20,), dtype="int32", name="message")
notes = layers.Embedding(input_dim=500, output_dim=16)(message)
notes = layers.LSTM(units=12)(notes)
thought = layers.Dense(16)(ops.concatenate([notes, sender], axis=-1))
thought = ops.relu(thought)
urgent = layers.Dense(1, activation="sigmoid", name="urgent")(thought)
early = layers.Activation("sigmoid", name="early")(layers.Dense(1)(notes))
ticket = keras.Model(inputs=[message, sender], outputs=[urgent, early])
ticket.compile(optimizer=keras.optimizers.Adam(), loss=["binary_crossentropy"] * 2, loss_weights={"early": 0.3, "urgent": 1.0})

# %% wrong="no weights" loses=1.125 says="0.3"
message = keras.Input(shape=(20,), dtype="int32", name="message")
read = layers.LSTM(12)(layers.Embedding(500, 16)(message))
early = layers.Dense(1, activation="sigmoid", name="early")(read)
sender = keras.Input(shape=(3,), name="sender")
x = layers.Concatenate()([read, sender])
x = layers.Dense(16, activation="relu")(x)
urgent = layers.Dense(1, activation="sigmoid", name="urgent")(x)
ticket = keras.Model([message, sender], [urgent, early])
ticket.compile(
    optimizer="adam",
    loss={"urgent": "binary_crossentropy", "early": "binary_crossentropy"},
)

# %% wrong="the weights swapped" of="reference" replace="1.0, \"early\": 0.3" by="0.3, \"early\": 1.0" loses=1.125 says="0.3"

# %% wrong="the early head behind the join" loses=1.125 says="early"
message = keras.Input(shape=(20,), dtype="int32", name="message")
read = layers.LSTM(12)(layers.Embedding(500, 16)(message))
sender = keras.Input(shape=(3,), name="sender")
x = layers.Concatenate()([read, sender])
x = layers.Dense(16, activation="relu")(x)
early = layers.Dense(1, activation="sigmoid", name="early")(x)
urgent = layers.Dense(1, activation="sigmoid", name="urgent")(x)
ticket = keras.Model([message, sender], [urgent, early])
ticket.compile(
    optimizer="adam",
    loss={"urgent": "binary_crossentropy", "early": "binary_crossentropy"},
    loss_weights={"urgent": 1.0, "early": 0.3},
)

# %% wrong="the outputs in another order" of="reference" replace="urgent, early" by="early, urgent" loses=2.5 says="order"

# %% wrong="the sender never joined" loses=1.125 says="Concatenate"
message = keras.Input(shape=(20,), dtype="int32", name="message")
read = layers.LSTM(12)(layers.Embedding(500, 16)(message))
early = layers.Dense(1, activation="sigmoid", name="early")(read)
sender = keras.Input(shape=(3,), name="sender")
x = layers.Dense(16, activation="relu")(read)
urgent = layers.Dense(1, activation="sigmoid", name="urgent")(x)
ticket = keras.Model([message, sender], [urgent, early])
ticket.compile(
    optimizer="adam",
    loss={"urgent": "binary_crossentropy", "early": "binary_crossentropy"},
    loss_weights={"urgent": 1.0, "early": 0.3},
)

# %% wrong="one loss only" of="reference" replace="\"binary_crossentropy\", \"early\": \"binary_crossentropy\"" by="\"binary_crossentropy\"" loses=1.125 says="early"

# %% wrong="early stands on a reading of its own" of="reference" replace="name=\"early\")(read)" by="name=\"early\")(layers.LSTM(12)(layers.Embedding(500, 16)(message)))" says="1 LSTM too many"
