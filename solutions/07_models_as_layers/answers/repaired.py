# %% right="clones under other names"
a = keras.Sequential([keras.Input((40,)), layers.Dense(8, activation="relu"), layers.Dense(1, activation="sigmoid")])
b = keras.models.clone_model(a)
c = keras.models.clone_model(a)
b.name, c.name = "b", "c"
numbers = keras.Input((40,))
repaired = keras.Model(numbers, layers.average([a(numbers), b(numbers), c(numbers)]))

# %% right="no models inside, layers called in a loop"
inputs = keras.Input(shape=(40,))
results = []
for _ in range(3):
    x = layers.ReLU()(layers.Dense(8)(inputs))
    results.append(layers.Activation("sigmoid")(layers.Dense(1)(x)))
repaired = keras.Model(inputs, layers.Average()(results))

# %% wrong="two models, one of them twice" loses=3 says="called 2 times"
def make():
    return keras.Sequential([keras.Input(shape=(40,)), layers.Dense(8, activation="relu"), layers.Dense(1, activation="sigmoid")])


inputs = keras.Input(shape=(40,))
one, two = make(), make()
repaired = keras.Model(inputs, layers.Average()([one(inputs), two(inputs), two(inputs)]))

# %% wrong="two members only" loses=2 says="Dense"
def make():
    return keras.Sequential([keras.Input(shape=(40,)), layers.Dense(8, activation="relu"), layers.Dense(1, activation="sigmoid")])


inputs = keras.Input(shape=(40,))
repaired = keras.Model(inputs, layers.Average()([make()(inputs), make()(inputs)]))

# %% wrong="the first layer shared" loses=3 says="called 3 times"
inputs = keras.Input(shape=(40,))
x = layers.Dense(8, activation="relu")(inputs)
first = layers.Dense(8, activation="relu")
results = [layers.Dense(1, activation="sigmoid")(first(inputs)) for _ in range(3)]
repaired = keras.Model(inputs, layers.Average()(results))

# %% wrong="three units instead of three models" says="output"
inputs = keras.Input(shape=(40,))
x = layers.Dense(8, activation="relu")(inputs)
repaired = keras.Model(inputs, layers.Dense(3, activation="sigmoid")(x))

# %% wrong="one model alone" loses=2 says="Average"
repaired = keras.Sequential([keras.Input(shape=(40,)), layers.Dense(8, activation="relu"), layers.Dense(1, activation="sigmoid")])

# %% wrong="a copy of the variable is no copy of the model" loses=3 says="called 3 times"
member = keras.Sequential([keras.Input(shape=(40,)), layers.Dense(8, activation="relu"), layers.Dense(1, activation="sigmoid")])
other = member
third = member
inputs = keras.Input(shape=(40,))
repaired = keras.Model(inputs, layers.Average()([member(inputs), other(inputs), third(inputs)]))
