# %% right="plus instead of Add, other names, activation apart"
maps = keras.Input((16, 16, 32), name="maps")
road = layers.ReLU()(layers.Conv2D(32, (3, 3), padding="same")(maps))
road = layers.Conv2D(32, (3, 3), padding="same")(road)
quiet_block = keras.Model(maps, maps + road)
predicted_parameters = 2 * (9 * 32 * 32 + 32)

# %% right="the tensors in the other order"
inputs = keras.Input(shape=(16, 16, 32))
y = layers.Conv2D(32, 3, padding="same", activation="relu")(inputs)
y = layers.Conv2D(32, 3, padding="same")(y)
outputs = layers.add([y, inputs])
quiet_block = keras.Model(inputs, outputs)
predicted_parameters = 18496

# %% wrong="no shortcut at all" of="reference" replace="layers.Add()([inputs, y])" by="y" loses=1.3 says="the input itself"

# %% wrong="concatenated instead of added" of="reference" replace="layers.Add" by="layers.Concatenate" loses=1.3 says="something else comes out"

# %% wrong="y added to itself" of="reference" replace="[inputs" by="[y" loses=1.3 says="the input itself"

# %% wrong="biases forgotten in the count" of="reference" replace="18_496" by="18_432" loses=1.3 says="18"

# %% wrong="the number as text" of="reference" replace="18_496" by="\"18,496\"" loses=1.3 says="Leave out the quotes"

# %% wrong="a third convolution" loses=0.9 says="Conv2D"
inputs = keras.Input(shape=(16, 16, 32))
y = layers.Conv2D(32, 3, padding="same", activation="relu")(inputs)
y = layers.Conv2D(32, 3, padding="same", activation="relu")(y)
y = layers.Conv2D(32, 3, padding="same")(y)
outputs = layers.Add()([inputs, y])
quiet_block = keras.Model(inputs, outputs)
predicted_parameters = 18_496

# %% right="the function form, counted with numpy"
inputs = keras.Input((16, 16, 32))
y = layers.Conv2D(32, 3, padding="same", activation="relu")(inputs)
y = layers.Conv2D(32, 3, padding="same")(y)
outputs = layers.add([y, inputs])
quiet_block = keras.Model(inputs, outputs)
predicted_parameters = np.prod([3, 3, 32, 32]) * 2 + 64
