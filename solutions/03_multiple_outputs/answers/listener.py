# %% right="other names, activation apart"
a = keras.Input((30,), name="a")
b = layers.Dense(16)(a)
b = layers.ReLU()(b)
listener = keras.Model(inputs=a, outputs=[layers.Dense(1, name="loud")(b), layers.Dense(3, activation="softmax", name="mood")(b)])
predicted_total = 0.1 * 30 + 2 * 0.8

# %% right="outputs as a dict" of="reference" replace="[loud, mood]" by="{\"loud\": loud, \"mood\": mood}"

# %% right="a tuple of outputs, the number as an array" of="reference"
listener = keras.Model(sound, (loud, mood))

# %% wrong="the stub's model" of="reference" replace="[loud, mood]" by="loud" loses=2.5 says="1 output"

# %% wrong="the mood first" of="reference" replace="loud, mood" by="mood, loud" loses=2.5 says="order"

# %% wrong="the mood on top of loud" of="reference" loses=2.5 says="output"
mood = layers.Dense(3, activation="softmax", name="mood")(loud)
listener = keras.Model(sound, mood)

# %% wrong="the losses added without their weights" of="reference" replace="4.6" by="30.8" loses=1.17 says="multiply each"

# %% wrong="the mean instead of the sum" of="reference" replace="4.6" by="2.3" loses=1.17 says="multiply each"

# %% wrong="the mood reads the sound" of="reference" replace="\"mood\")(heard)" by="\"mood\")(sound)" loses=1.17 says="mood"
