# %% right="added one by one, activations apart"
image_stack = keras.Sequential()
image_stack.add(keras.Input(shape=(8, 8, 1)))
image_stack.add(layers.Flatten())
image_stack.add(layers.Dense(48))
image_stack.add(layers.Activation("relu"))
image_stack.add(layers.Dense(24))
image_stack.add(layers.ReLU())
image_stack.add(layers.Dense(10))
image_stack.add(layers.Softmax())
image_stack.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])

# %% right="optimizer, loss and metric as objects"
image_stack = keras.Sequential([
    layers.InputLayer(shape=(8, 8, 1)),
    layers.Flatten(name="row"),
    layers.Dense(48, keras.activations.relu, name="first"),
    layers.Dense(24, keras.activations.relu, name="second"),
    layers.Dense(10, keras.activations.softmax, name="digit"),
], name="mine")
image_stack.compile(
    optimizer=keras.optimizers.Adam(),
    loss=keras.losses.SparseCategoricalCrossentropy(),
    metrics=[keras.metrics.SparseCategoricalAccuracy()],
)

# %% right="trained as well"
image_stack = keras.Sequential([
    keras.Input((8, 8, 1)),
    layers.Flatten(),
    layers.Dense(48, "relu"),
    layers.Dense(24, "relu"),
    layers.Dense(10, "softmax"),
])
image_stack.compile(optimizer="Adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
image_stack.fit(x_train.reshape(-1, 8, 8, 1), y_train, epochs=2, verbose=0)

# %% wrong="no Flatten" loses=3.0 says="1 Flatten missing"
image_stack = keras.Sequential([
    keras.Input(shape=(8, 8, 1)),
    layers.Dense(48, activation="relu"),
    layers.Dense(24, activation="relu"),
    layers.Dense(10, activation="softmax"),
])
image_stack.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])

# %% wrong="the loss for rows of zeros and ones" of="reference" replace="\"sparse_categorical_crossentropy\"" by="\"categorical_crossentropy\"" loses=2 says="Change loss= in model.compile"

# %% wrong="no softmax" of="reference" replace="10, activation=\"softmax\"" by="10" loses=2.33 says="Set activation='softmax'"

# %% wrong="the two hidden layers swapped" loses=1.67 says="Set units=48"
image_stack = keras.Sequential([
    keras.Input(shape=(8, 8, 1)),
    layers.Flatten(),
    layers.Dense(24, activation="relu"),
    layers.Dense(48, activation="relu"),
    layers.Dense(10, activation="softmax"),
])
image_stack.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])

# %% wrong="no activation between" loses=1.67 says="Set activation='relu'"
image_stack = keras.Sequential([
    keras.Input(shape=(8, 8, 1)),
    layers.Flatten(),
    layers.Dense(48),
    layers.Dense(24),
    layers.Dense(10, activation="softmax"),
])
image_stack.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])

# %% wrong="functional instead of Sequential" loses=0.33 says="Write it as keras.Sequential"
inputs = keras.Input(shape=(8, 8, 1))
x = layers.Flatten()(inputs)
x = layers.Dense(48, activation="relu")(x)
x = layers.Dense(24, activation="relu")(x)
image_stack = keras.Model(inputs, layers.Dense(10, activation="softmax")(x))
image_stack.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])

# %% wrong="not compiled" loses=2 says="a model that is not compiled"
image_stack = keras.Sequential([
    keras.Input(shape=(8, 8, 1)),
    layers.Flatten(),
    layers.Dense(48, activation="relu"),
    layers.Dense(24, activation="relu"),
    layers.Dense(10, activation="softmax"),
])

# %% wrong="what fit returns" loses=5 says="a History, which is what fit(…) returns"
model = keras.Sequential([
    keras.Input(shape=(8, 8, 1)),
    layers.Flatten(),
    layers.Dense(48, activation="relu"),
    layers.Dense(24, activation="relu"),
    layers.Dense(10, activation="softmax"),
])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
image_stack = model.fit(x_train.reshape(-1, 8, 8, 1), y_train, verbose=0)

# %% wrong="no input" of="no Flatten" replace="keras.Input(shape=(8, 8, 1)" by="layers.Flatten(" loses=3.67 says="does not know the shape of its input yet"

# %% wrong="the metrics where Keras takes the loss weights" of="reference" loses=2 says="metrics"
image_stack.compile("adam", "sparse_categorical_crossentropy", ["accuracy"])
