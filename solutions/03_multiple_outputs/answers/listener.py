# %% right="other names, activation apart"
a = keras.Input((30,), name="a")
b = layers.Dense(16)(a)
b = layers.ReLU()(b)
listener = keras.Model(inputs=a, outputs=[layers.Dense(1, name="loud")(b), layers.Dense(3, activation="softmax", name="mood")(b)])
predicted_total = 0.1 * 30 + 2 * 0.8

# %% right="outputs as a dict"
sound = keras.Input(shape=(30,))
heard = layers.Dense(16, activation="relu")(sound)
loud = layers.Dense(1, name="loud")(heard)
mood = layers.Dense(3, activation="softmax", name="mood")(heard)
listener = keras.Model(sound, {"loud": loud, "mood": mood})
predicted_total = 4.6

# %% right="a tuple of outputs, the number as an array"
sound = keras.Input(shape=(30,))
heard = layers.Dense(16, activation="relu")(sound)
loud = layers.Dense(1, name="loud")(heard)
mood = layers.Dense(3, activation="softmax", name="mood")(heard)
listener = keras.Model(sound, (loud, mood))
predicted_total = 4.60

# %% wrong="the stub's model" loses=2.5 says="1 output"
sound = keras.Input(shape=(30,))
heard = layers.Dense(16, activation="relu")(sound)
loud = layers.Dense(1, name="loud")(heard)
mood = layers.Dense(3, activation="softmax", name="mood")(heard)
listener = keras.Model(sound, loud)
predicted_total = 4.6

# %% wrong="the mood first" loses=2.5 says="order"
sound = keras.Input(shape=(30,))
heard = layers.Dense(16, activation="relu")(sound)
loud = layers.Dense(1, name="loud")(heard)
mood = layers.Dense(3, activation="softmax", name="mood")(heard)
listener = keras.Model(sound, [mood, loud])
predicted_total = 4.6

# %% wrong="the mood on top of loud" loses=2.5 says="output"
sound = keras.Input(shape=(30,))
heard = layers.Dense(16, activation="relu")(sound)
loud = layers.Dense(1, name="loud")(heard)
mood = layers.Dense(3, activation="softmax", name="mood")(loud)
listener = keras.Model(sound, mood)
predicted_total = 4.6

# %% wrong="the losses added without their weights" loses=1.17 says="multiply each"
sound = keras.Input(shape=(30,))
heard = layers.Dense(16, activation="relu")(sound)
loud = layers.Dense(1, name="loud")(heard)
mood = layers.Dense(3, activation="softmax", name="mood")(heard)
listener = keras.Model(sound, [loud, mood])
predicted_total = 30.8

# %% wrong="the mean instead of the sum" loses=1.17 says="multiply each"
sound = keras.Input(shape=(30,))
heard = layers.Dense(16, activation="relu")(sound)
loud = layers.Dense(1, name="loud")(heard)
mood = layers.Dense(3, activation="softmax", name="mood")(heard)
listener = keras.Model(sound, [loud, mood])
predicted_total = 2.3

# %% wrong="the mood reads the sound" loses=1.17 says="mood"
sound = keras.Input(shape=(30,))
heard = layers.Dense(16, activation="relu")(sound)
loud = layers.Dense(1, name="loud")(heard)
mood = layers.Dense(3, activation="softmax", name="mood")(sound)
listener = keras.Model(sound, [loud, mood])
predicted_total = 4.6
