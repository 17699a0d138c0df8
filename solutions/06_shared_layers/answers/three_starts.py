# %% right="stacks made in loops, weights drawn with seeds"
def reader():
    return keras.Sequential([keras.Input((8, 8, 1)), layers.Flatten(), layers.Dense(32), layers.ReLU()])


shared_nets, separate_nets, accuracies = [], [], {"shared": [], "separate": []}
for seed in (1, 2, 3):
    keras.utils.set_random_seed(seed)
    a, b = keras.Input((8, 8, 1)), keras.Input((8, 8, 1))
    one = reader()
    shared_nets.append(keras.Model([a, b], layers.Dense(1, activation="sigmoid")(ops.abs(one(b) - one(a)))))
    accuracies["shared"].append(learn(shared_nets[-1], 500))
    a, b = keras.Input((8, 8, 1)), keras.Input((8, 8, 1))
    separate_nets.append(keras.Model([a, b], layers.Dense(1, activation="sigmoid")(ops.abs(reader()(a) - reader()(b)))))
    accuracies["separate"].append(learn(separate_nets[-1], 500))
clear = bool(np.min(accuracies["shared"]) > np.max(accuracies["separate"]))

# %% right="layers apart, measured by hand, rounded, a NumPy bool"
def build(n):
    left_in, right_in = keras.Input((8, 8, 1), name="left"), keras.Input((8, 8, 1), name="right")
    dense = [layers.Dense(32, activation="relu") for _ in range(n)]
    codes = dense[0](layers.Flatten()(left_in)), dense[-1](layers.Flatten()(right_in))
    return keras.Model([left_in, right_in], layers.Activation("sigmoid")(layers.Dense(1)(ops.absolute(layers.subtract(codes)))))


def score(net):
    learn(net, 500)
    return round(float(np.mean((net.predict([left_test, right_test], verbose=0)[:, 0] > 0.5) == answers_test["same"])), 3)


shared_nets = [build(1), build(1), build(1)]
separate_nets = [build(2), build(2), build(2)]
accuracies = {"separate": [score(net) for net in separate_nets], "shared": [score(net) for net in shared_nets]}
clear = np.min(accuracies["shared"]) > np.max(accuracies["separate"])

# %% wrong="not trained, the numbers made up" says="compile"
def build(n):
    a, b = keras.Input((8, 8, 1)), keras.Input((8, 8, 1))
    dense = [layers.Dense(32, activation="relu") for _ in range(n)]
    return keras.Model([a, b], layers.Dense(1, activation="sigmoid")(ops.abs(dense[0](layers.Flatten()(a)) - dense[-1](layers.Flatten()(b)))))


shared_nets, separate_nets = [build(1) for _ in range(3)], [build(2) for _ in range(3)]
accuracies = {"shared": [0.9, 0.91, 0.92], "separate": [0.7, 0.71, 0.72]}
clear = True

# %% wrong="two encoders everywhere" says="called 2 times"
def build():
    a, b = keras.Input((8, 8, 1)), keras.Input((8, 8, 1))
    one, two = (keras.Sequential([layers.Flatten(), layers.Dense(32, activation="relu")]) for _ in range(2))
    return keras.Model([a, b], layers.Dense(1, activation="sigmoid")(ops.abs(one(a) - two(b))))


shared_nets, separate_nets = [build() for _ in range(3)], [build() for _ in range(3)]
accuracies = {"shared": [learn(net, 500) for net in shared_nets], "separate": [learn(net, 500) for net in separate_nets]}
clear = min(accuracies["shared"]) > max(accuracies["separate"])

# %% wrong="one network three times" of="not trained, the numbers made up" says="the same answers"
shared_nets, separate_nets = [build(1)] * 3, [build(2)] * 3
accuracies = {"shared": [learn(net, 500) for net in shared_nets], "separate": [learn(net, 500) for net in separate_nets]}
clear = min(accuracies["shared"]) > max(accuracies["separate"])

# %% wrong="the conclusion from the best starts alone" of="not trained, the numbers made up" loses=0.35 says="the worst with one encoder"
accuracies = {"shared": [learn(net, 500) for net in shared_nets], "separate": [learn(net, 500) for net in separate_nets]}
clear = not min(accuracies["shared"]) > max(accuracies["separate"])

# %% wrong="one number instead of three" of="not trained, the numbers made up" says="three numbers"
accuracies = {"shared": [learn(shared_nets[0], 500)], "separate": [learn(separate_nets[0], 500)]}
clear = accuracies["shared"] > accuracies["separate"]

# %% wrong="multiplied instead of the distance" says="Multiply"
def build(n):
    a, b = keras.Input((8, 8, 1)), keras.Input((8, 8, 1))
    dense = [layers.Dense(32, activation="relu") for _ in range(n)]
    return keras.Model([a, b], layers.Dense(1, activation="sigmoid")(dense[0](layers.Flatten()(a)) * dense[-1](layers.Flatten()(b))))


shared_nets, separate_nets = [build(1) for _ in range(3)], [build(2) for _ in range(3)]
accuracies = {"shared": [learn(net, 500) for net in shared_nets], "separate": [learn(net, 500) for net in separate_nets]}
clear = min(accuracies["shared"]) > max(accuracies["separate"])

# %% wrong="every network from the same seed is one start, not three" says="the same answers"
def network(shared):
    keras.utils.set_random_seed(6)
    one, two = keras.Input(shape=(8, 8, 1)), keras.Input(shape=(8, 8, 1))
    a = keras.Sequential([layers.Flatten(), layers.Dense(32, activation="relu")])
    b = a if shared else keras.Sequential([layers.Flatten(), layers.Dense(32, activation="relu")])
    return keras.Model([one, two], layers.Dense(1, activation="sigmoid")(ops.abs(a(one) - b(two))))
def trained(shared):
    model = network(shared)
    return model, learn(model, 500)
shared_runs = [trained(True) for _ in range(3)]
separate_runs = [trained(False) for _ in range(3)]
shared_nets, separate_nets = [m for m, _ in shared_runs], [m for m, _ in separate_runs]
accuracies = {"shared": [a for _, a in shared_runs], "separate": [a for _, a in separate_runs]}
clear = min(accuracies["shared"]) > max(accuracies["separate"])

# %% wrong="only one mean for each kind" says="each value is a list of three numbers"
def network(shared):
    one, two = keras.Input(shape=(8, 8, 1)), keras.Input(shape=(8, 8, 1))
    a = keras.Sequential([layers.Flatten(), layers.Dense(32, activation="relu")])
    b = a if shared else keras.Sequential([layers.Flatten(), layers.Dense(32, activation="relu")])
    return keras.Model([one, two], layers.Dense(1, activation="sigmoid")(ops.abs(a(one) - b(two))))
shared_nets = [network(True) for _ in range(3)]
separate_nets = [network(False) for _ in range(3)]
accuracies = {"shared": np.mean([learn(net, 500) for net in shared_nets]), "separate": np.mean([learn(net, 500) for net in separate_nets])}
clear = accuracies["shared"] > accuracies["separate"]
