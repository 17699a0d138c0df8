# %% right="one list, the axis spelt out"
photo, label = keras.Input((20,)), keras.Input((12,))
product = keras.Model([photo, label], layers.Dense(5, "softmax")(layers.Concatenate(axis=-1)([photo, label])))
predicted_parameters = (20 + 12) * 5 + 5

# %% right="the operation and an activation apart"
photo = keras.Input(shape=(20,), name="a")
label = keras.Input(shape=(12,), name="b")
together = ops.concatenate([photo, label], axis=1)
outputs = layers.Activation("softmax")(layers.Dense(5)(together))
product = keras.Model(inputs=[photo, label], outputs=outputs)
predicted_parameters = 165.0

# %% right="the function form"
photo = keras.Input(shape=(20,), name="photo")
label = keras.Input(shape=(12,), name="label")
together = layers.concatenate([photo, label])
outputs = layers.Dense(5, activation="softmax")(together)
product = keras.Model([photo, label], outputs)
predicted_parameters = int(165)

# %% right="NumPy's name for it"
photo = keras.Input(shape=(20,), name="photo")
label = keras.Input(shape=(12,), name="label")
together = ops.hstack([photo, label])
outputs = layers.Dense(5, activation="softmax")(together)
product = keras.Model([photo, label], outputs)
predicted_parameters = 165

# %% wrong="the stub, with a prediction" loses=2.5 says="Concatenate"
photo = keras.Input(shape=(20,), name="photo")
label = keras.Input(shape=(12,), name="label")
together = photo
outputs = layers.Dense(5, activation="softmax")(together)
product = keras.Model([photo, label], outputs)
predicted_parameters = 165

# %% wrong="the photo joined to itself" loses=2.5 says="label"
photo = keras.Input(shape=(20,), name="photo")
label = keras.Input(shape=(12,), name="label")
together = layers.Concatenate()([photo, photo])
outputs = layers.Dense(5, activation="softmax")(together)
product = keras.Model([photo, label], outputs)
predicted_parameters = 165

# %% wrong="the label first" loses=2.5 says="photo first"
photo = keras.Input(shape=(20,), name="photo")
label = keras.Input(shape=(12,), name="label")
together = layers.Concatenate()([label, photo])
outputs = layers.Dense(5, activation="softmax")(together)
product = keras.Model([photo, label], outputs)
predicted_parameters = 165

# %% wrong="inputs of the model swapped" loses=1 says="order"
photo = keras.Input(shape=(20,), name="photo")
label = keras.Input(shape=(12,), name="label")
together = layers.Concatenate()([photo, label])
outputs = layers.Dense(5, activation="softmax")(together)
product = keras.Model([label, photo], outputs)
predicted_parameters = 165

# %% wrong="no biases counted" loses=1 says="biases"
photo = keras.Input(shape=(20,), name="photo")
label = keras.Input(shape=(12,), name="label")
together = layers.Concatenate()([photo, label])
outputs = layers.Dense(5, activation="softmax")(together)
product = keras.Model([photo, label], outputs)
predicted_parameters = 160

# %% wrong="no prediction" loses=1 says="nothing yet"
photo = keras.Input(shape=(20,), name="photo")
label = keras.Input(shape=(12,), name="label")
together = layers.Concatenate()([photo, label])
outputs = layers.Dense(5, activation="softmax")(together)
product = keras.Model([photo, label], outputs)
predicted_parameters = ...

# %% wrong="one weight frozen" loses=0.5 says="frozen"
photo, label = keras.Input((20,)), keras.Input((12,))
d = layers.Dense(5, "softmax")
product = keras.Model([photo, label], d(layers.Concatenate()([photo, label])))
d.kernel.trainable = False
predicted_parameters = 165

# %% wrong="log softmax" loses=0.5 says="softmax"
photo, label = keras.Input((20,)), keras.Input((12,))
product = keras.Model([photo, label], layers.Dense(5, "log_softmax")(layers.Concatenate()([photo, label])))
predicted_parameters = 165
