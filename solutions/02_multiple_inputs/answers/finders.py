# %% right="three blocks, the accuracy from the history"
settings = dict(epochs=12, batch_size=128, verbose=0)
known, unknown = cities["country"], new_cities["country"]
full = city_finder(2)
h1 = full.fit(columns(cities), known, validation_data=(columns(new_cities), unknown), **settings)
by_name = city_finder(2)
h2 = by_name.fit(columns(cities, latitude=False), known, validation_data=(columns(new_cities, latitude=False), unknown), **settings)
by_latitude = city_finder(2)
h3 = by_latitude.fit(columns(cities, name=False), known, validation_data=(columns(new_cities, name=False), unknown), **settings)
finders = {"both": full, "name": by_name, "latitude": by_latitude}
accuracy = {"both": h1.history["val_accuracy"][-1], "name": h2.history["val_accuracy"][-1], "latitude": h3.history["val_accuracy"][-1]}
worth_more = "latitude"

# %% right="a function, inputs by hand, counted with NumPy, rounded"
def experiment(name, latitude):
    def inputs(part):
        rows = part["name"] if name else np.zeros_like(part["name"])
        north = part["latitude"].reshape(-1, 1) / 90 if latitude else np.zeros((len(rows), 1))
        return [rows, north]
    model = city_finder(seed=2)
    model.fit(inputs(cities), cities["country"], epochs=12, batch_size=128, verbose=0)
    right = np.argmax(model.predict(inputs(new_cities), verbose=0), axis=-1) == new_cities["country"]
    return model, round(float(right.mean()), 3)

both, name, latitude = experiment(True, True), experiment(True, False), experiment(False, True)
finders = dict(both=both[0], name=name[0], latitude=latitude[0])
accuracy = dict(both=both[1], name=name[1], latitude=latitude[1])
worth_more = "name" if accuracy["name"] > accuracy["latitude"] else "latitude"

# %% wrong="models that were never trained" loses=3.5 says="right of 569"
finders = {key: city_finder(seed=2) for key in ("both", "name", "latitude")}
accuracy = {"both": 0.1, "name": 0.1, "latitude": 0.1}
worth_more = "name"

# %% wrong="numbers made up" of="models that were never trained" replace="0.1, \"name\": 0.1, \"latitude\": 0.1" by="0.8, \"name\": 0.6, \"latitude\": 0.4" loses=3.5 says="you have 0.800"

# %% wrong="percent instead of shares" of="models that were never trained" replace="0.1, \"name\": 0.1, \"latitude\": 0.1" by="80, \"name\": 60, \"latitude\": 40" loses=3.5 says="between 0 and 1"

# %% wrong="one model under all three names, trained on both" says="name"
model = city_finder(seed=2)
model.fit(columns(cities), cities["country"], epochs=12, batch_size=128, verbose=0)
finders = {"both": model, "name": model, "latitude": model}
accuracy = {
    "both": model.evaluate(columns(new_cities), new_cities["country"], verbose=0)[1],
    "name": model.evaluate(columns(new_cities, latitude=False), new_cities["country"], verbose=0)[1],
    "latitude": model.evaluate(columns(new_cities, name=False), new_cities["country"], verbose=0)[1],
}
worth_more = "name"

# %% wrong="a model of one's own without the latitude" says="input"
name = keras.Input((16,), dtype="int32")
other = keras.Model(name, layers.Dense(10, activation="softmax")(layers.LSTM(8)(layers.Embedding(27, 8)(name))))
finders = {"both": city_finder(2), "name": other, "latitude": city_finder(2)}
accuracy = {"both": 0.1, "name": 0.1, "latitude": 0.1}
worth_more = "latitude"

# %% wrong="only the conclusion" loses=5 says="write a dict"
finders = {}
accuracy = {}
worth_more = "name"
