# %% right="a loop, another seed, the winner known from before"
trained = {}
for name, settings in (("winner", {"units": 64, "depth": 1, "learning_rate": 0.01}), ("default", DEFAULT)):
    keras.utils.set_random_seed(7)
    trained[name] = make_candidate(**settings)
    trained[name].fit(rows_train, y_train, batch_size=64, epochs=20, verbose=0)
winner, default = trained["winner"], trained["default"]
test_errors = {name: np.sum(np.argmax(model.predict(rows_test, verbose=0), axis=-1) != y_test) for name, model in trained.items()}
ahead = test_errors["default"] - test_errors["winner"]
better = "winner" if ahead >= 8 else "default" if ahead <= -8 else "no difference"

# %% right="a Sequential of the same layers, counted by evaluate"
def trained(units, depth, learning_rate, x, y, epochs):
    model = keras.Sequential([keras.Input((64,)), *[layers.Dense(units, "relu") for _ in range(depth)], layers.Dense(10, "softmax")])
    model.compile(keras.optimizers.Adam(learning_rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x, y, 64, epochs, verbose=0)
    return model


def missed(model, x, y):
    return round((1 - model.evaluate(x, y, verbose=0)[1]) * len(y))


counts = [missed(trained(**settings, x=rows_fit, y=y_fit, epochs=8), rows_val, y_val) for settings in CANDIDATES]
winner = trained(**CANDIDATES[counts.index(min(counts))], x=rows_train, y=y_train, epochs=20)
default = trained(**DEFAULT, x=rows_train, y=y_train, epochs=20)
test_errors = {"default": missed(default, rows_test, y_test), "winner": missed(winner, rows_test, y_test)}
better = "no difference"
if test_errors["default"] - test_errors["winner"] >= 8:
    better = "winner"
if test_errors["winner"] - test_errors["default"] >= 8:
    better = "default"

# %% wrong="errors counted on the validation digits" says="test_errors says"
def fitted_with(settings, rows, labels, epochs):
    keras.utils.set_random_seed(1)
    model = make_candidate(**settings)
    model.fit(rows, labels, epochs=epochs, batch_size=64, verbose=0)
    return model


winner, default = fitted_with({"units": 64, "depth": 1, "learning_rate": 0.01}, rows_train, y_train, 20), fitted_with(DEFAULT, rows_train, y_train, 20)
test_errors = {"winner": errors(winner, rows_val, y_val), "default": errors(default, rows_val, y_val)}
better = "winner"

# %% wrong="a candidate that loses" says="errors on the test digits"
def fitted_with(settings, rows, labels, epochs):
    keras.utils.set_random_seed(1)
    model = make_candidate(**settings)
    model.fit(rows, labels, epochs=epochs, batch_size=64, verbose=0)
    return model


winner, default = fitted_with(CANDIDATES[0], rows_train, y_train, 20), fitted_with(DEFAULT, rows_train, y_train, 20)
test_errors = {"winner": errors(winner, rows_test, y_test), "default": errors(default, rows_test, y_test)}
ahead = test_errors["default"] - test_errors["winner"]
better = "winner" if ahead >= 8 else "default" if ahead <= -8 else "no difference"

# %% wrong="never trained" of="a candidate that loses" says="errors on the test digits"
winner, default = make_candidate(**{"units": 64, "depth": 1, "learning_rate": 0.01}), make_candidate(**DEFAULT)

# %% wrong="the two models swapped" of="a candidate that loses" says="parameters"
default, winner = fitted_with({"units": 64, "depth": 1, "learning_rate": 0.01}, rows_train, y_train, 20), fitted_with(DEFAULT, rows_train, y_train, 20)

# %% wrong="accuracies instead of errors" of="errors counted on the validation digits" says="whole number"
test_errors = {"winner": 1 - errors(winner, rows_test, y_test) / 360, "default": 1 - errors(default, rows_test, y_test) / 360}

# %% wrong="another conclusion than the numbers give" of="errors counted on the validation digits" says="and you say"
test_errors = {"winner": errors(winner, rows_test, y_test), "default": errors(default, rows_test, y_test)}
better = "default"

# %% wrong="numbers made up" says="test_errors says"
def fitted_with(settings, rows, labels, epochs):
    keras.utils.set_random_seed(1)
    model = make_candidate(**settings)
    model.fit(rows, labels, epochs=epochs, batch_size=64, verbose=0)
    return model


winner, default = fitted_with({"units": 64, "depth": 1, "learning_rate": 0.01}, rows_train, y_train, 20), fitted_with(DEFAULT, rows_train, y_train, 20)
test_errors, better = {"winner": 2, "default": 40}, "winner"

# %% wrong="the scored model is trained on" says="588 steps"
def run(model, x, y, epochs):
    model.fit(x, y, batch_size=64, epochs=epochs, verbose=0)
    return model


candidates = [run(make_candidate(**settings), rows_fit, y_fit, 8) for settings in CANDIDATES]
best = min(candidates, key=lambda model: errors(model, rows_val, y_val))

winner = run(best, rows_train, y_train, 20)
default = run(make_candidate(**DEFAULT), rows_train, y_train, 20)
test_errors = {
    "winner": errors(winner, rows_test, y_test),
    "default": errors(default, rows_test, y_test),
}
lead = test_errors["default"] - test_errors["winner"]
better = "winner" if lead >= 8 else "default" if lead <= -8 else "no difference"
