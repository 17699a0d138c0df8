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

# %% right="the function form" of="reference"
together = layers.concatenate([photo, label])
predicted_parameters = int(165)

# %% right="NumPy's name for it" of="reference" replace="layers.Concatenate()" by="ops.hstack"

# %% wrong="the stub, with a prediction" of="reference" replace="layers.Concatenate()([photo, label])" by="photo" loses=2.5 says="Concatenate"

# %% wrong="the photo joined to itself" of="reference" replace="photo, label])" by="photo, photo])" loses=2.5 says="label"

# %% wrong="the label first" of="reference" replace="([photo, label])" by="([label, photo])" loses=2.5 says="photo first"

# %% wrong="inputs of the model swapped" of="reference" replace="keras.Model([photo, label]" by="keras.Model([label, photo]" loses=1 says="order"

# %% wrong="no biases counted" of="reference" replace="165" by="160" loses=1 says="biases"

# %% wrong="no prediction" of="reference" replace="165" by="..." loses=1 says="nothing yet"

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
