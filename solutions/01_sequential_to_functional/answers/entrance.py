# %% right="the input given as a layer"
digit_stack = keras.Sequential([
    layers.InputLayer(shape=(64,)),
    layers.Dense(24, activation="relu"),
    layers.Dense(10, activation="softmax"),
])
predicted_parameters = 64 * 24 + 24 + 24 * 10 + 10

# %% right="a batch shape with a free batch"
digit_stack = keras.Sequential([
    keras.Input(batch_shape=(None, 64)),
    layers.Dense(24, activation="relu"),
    layers.Dense(10, activation="softmax"),
])
predicted_parameters = 1810

# %% right="added one by one, activations apart"
digit_stack = keras.Sequential(name="mine")
digit_stack.add(keras.Input((64,), name="row"))
digit_stack.add(layers.Dense(24))
digit_stack.add(layers.ReLU())
digit_stack.add(layers.Dense(10))
digit_stack.add(layers.Softmax())
predicted_parameters = 1_810

# %% right="written as a functional model"
row = keras.Input(shape=(64,))
digit_stack = keras.Model(row, layers.Dense(10, activation="softmax")(layers.Dense(24, activation="relu")(row)))
predicted_parameters = 1810

# %% right="built by hand, without an input line"
digit_stack = keras.Sequential([layers.Dense(24, activation="relu"), layers.Dense(10, activation="softmax")])
digit_stack.build((None, 64))
predicted_parameters = 1810.0

# %% wrong="the image instead of the row" of="a batch shape with a free batch" replace="batch_shape=(None, 64" by="shape=(8, 8" loses=1.25 says="found:    1 input of shape (8, 8)"

# %% wrong="the batch axis inside the shape" of="a batch shape with a free batch" replace="batch_shape" by="shape" loses=1.25 says="batch axis is added by itself"

# %% wrong="no input line" loses=1.5 says="does not know the shape of its input yet"
digit_stack = keras.Sequential([
    layers.Dense(24, activation="relu"),
    layers.Dense(10, activation="softmax"),
])
predicted_parameters = 1810

# %% wrong="a fixed batch" of="a batch shape with a free batch" replace="batch_shape=(None, 64)" by="shape=(64,), batch_size=32" loses=0.75 says="Leave batch_size= out"

# %% wrong="counted without the biases" of="reference" replace="1_810" by="64 * 24 + 24 * 10" loses=1.5 says="don't forget the biases"

# %% wrong="counted the first layer only" of="reference" replace="1_810" by="1560" loses=1.5 says="Go layer by layer"

# %% wrong="no prediction" of="reference" replace="1_810" by="..." loses=1.5 says="nothing yet"

# %% wrong="the number as text" of="reference" replace="1_810" by="\"1810\"" loses=1.5 says="Leave out the quotes"

# %% wrong="one weight frozen" loses=0.5 says="partly frozen"
digit_stack = keras.Sequential([keras.Input((64,)), layers.Dense(24, activation="relu"), layers.Dense(10, activation="softmax")])
digit_stack.layers[0].kernel.trainable = False
predicted_parameters = 1810
