# %% right="the fingerprint cut from a finished model"
inputs = keras.Input(shape=(64,))
x = layers.Dense(32, activation="relu")(inputs)
x = layers.Dense(16, activation="relu", name="fingerprint")(x)
classifier = keras.Model(inputs, layers.Dense(10, activation="softmax")(x))
fingerprint = keras.Model(classifier.inputs, classifier.get_layer("fingerprint").output)

# %% right="two stacks that share their layers"
classifier = keras.Sequential([
    keras.Input(shape=(64,)),
    layers.Dense(32, activation="relu"),
    layers.Dense(16, activation="relu"),
    layers.Dense(10, activation="softmax"),
])
fingerprint = keras.Sequential([keras.Input(shape=(64,)), *classifier.layers[:2]])

# %% right="the fingerprint called as a layer of the classifier"
image = keras.Input(shape=(64,))
fingerprint = keras.Sequential([keras.Input(shape=(64,)), layers.Dense(32, activation="relu"), layers.Dense(16, activation="relu")])
classifier = keras.Model(image, layers.Dense(10, activation="softmax")(fingerprint(image)))

# %% right="activations apart"
inputs = keras.Input(shape=(64,))
x = layers.ReLU()(layers.Dense(32)(inputs))
numbers = layers.ReLU()(layers.Dense(16)(x))
classifier = keras.Model(inputs, layers.Softmax()(layers.Dense(10)(numbers)))
fingerprint = keras.Model(inputs, numbers)

# %% wrong="design A: two stacks" of="two stacks that share their layers" loses=2.5 says="0 of 4 weight arrays"
fingerprint = keras.Sequential([
    keras.Input(shape=(64,)),
    layers.Dense(32, activation="relu"),
    layers.Dense(16, activation="relu"),
])

# %% wrong="a clone with weights of its own" loses=2.5 says="0 of 4 weight arrays"
inputs = keras.Input(shape=(64,))
x = layers.Dense(32, activation="relu")(inputs)
sixteen = layers.Dense(16, activation="relu")(x)
classifier = keras.Model(inputs, layers.Dense(10, activation="softmax")(sixteen))
fingerprint = keras.models.clone_model(keras.Model(inputs, sixteen))

# %% wrong="a further layer of 16 for the fingerprint alone" of="a clone with weights of its own" loses=4.5 says="4 of 6 weight arrays"
fingerprint = keras.Model(inputs, layers.Dense(16, activation="relu")(sixteen))

# %% wrong="the ten classes as fingerprint" of="reference" replace=" sixteen" by=" outputs" loses=2.5 says="1 output of shape (10,)"

# %% wrong="cut one layer too early" of="a clone with weights of its own" replace="keras.models.clone_model(keras.Model(inputs, sixteen)" by="keras.Model(inputs, x" loses=2.5 says="1 output of shape (32,)"

# %% wrong="the two names swapped" loses=6 says="under each other's names"
inputs = keras.Input(shape=(64,))
x = layers.Dense(32, activation="relu")(inputs)
sixteen = layers.Dense(16, activation="relu")(x)
fingerprint = keras.Model(inputs, layers.Dense(10, activation="softmax")(sixteen))
classifier = keras.Model(inputs, sixteen)

# %% wrong="only the classifier" of="a clone with weights of its own" replace="keras.models.clone_model(keras.Model(inputs, sixteen))" by="..." loses=5 says="nothing yet"
