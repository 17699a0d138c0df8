# %% right="two blocks, weights rounded, targets as a list"
losses = atlas(3).evaluate(cities["name"], [cities["latitude"], cities["country"]], verbose=0)
fresh = atlas(3).evaluate(cities["name"], targets(cities), verbose=0, return_dict=True)
weights = {"country": 1, "latitude": round(fresh["country_loss"] / fresh["latitude_loss"], 6)}
plain, weighted = atlas(3), atlas(3, weights)
settings = dict(epochs=10, batch_size=64, verbose=0)
plain.fit(cities["name"], [cities["latitude"], cities["country"]], **settings)
weighted.fit(cities["name"], [cities["latitude"], cities["country"]], **settings)
trained = {"plain": plain, "weighted": weighted}
accuracy = {key: float(np.mean(model.predict(new_cities["name"], verbose=0)[1].argmax(1) == new_cities["country"])) for key, model in trained.items()}
choice = "weighted"

# %% right="the history's last value, weights divided by NumPy"
untrained = atlas(seed=3)
first = untrained.evaluate(cities["name"], targets(cities), verbose=0, return_dict=True)
weights = {"latitude": float(np.divide(first["country_loss"], first["latitude_loss"])), "country": 1.0}
trained, accuracy = {}, {}
for key in ("plain", "weighted"):
    model = atlas(3, loss_weights=weights if key == "weighted" else None)
    run = model.fit(cities["name"], targets(cities), validation_data=(new_cities["name"], targets(new_cities)), epochs=10, batch_size=64, verbose=0)
    trained[key] = model
    accuracy[key] = run.history["val_country_accuracy"][-1]
choice = "plain" if accuracy["plain"] > accuracy["weighted"] else "weighted"

# %% wrong="all weights 1" says="weight × loss"
weights = {"latitude": 1.0, "country": 1.0}
trained = {"plain": atlas(3), "weighted": atlas(3, weights)}
accuracy = {"plain": 0.1, "weighted": 0.1}
choice = "plain"

# %% wrong="the weight upside down" says="weight × loss"
weights = {"latitude": 500.0, "country": 1.0}
trained = {"plain": atlas(3), "weighted": atlas(3, weights)}
accuracy = {"plain": 0.1, "weighted": 0.1}
choice = "weighted"

# %% wrong="never trained, numbers made up" says="right of 569"
fresh = atlas(3).evaluate(cities["name"], targets(cities), verbose=0, return_dict=True)
weights = {"latitude": fresh["country_loss"] / fresh["latitude_loss"], "country": 1.0}
trained = {"plain": atlas(3), "weighted": atlas(3, weights)}
accuracy = {"plain": 0.3, "weighted": 0.6}
choice = "weighted"

# %% wrong="the keys of the heads for the keys of the models" of="never trained, numbers made up" replace="\"plain\": 0.3, \"weighted\"" by="\"latitude\": 0.3, \"country\"" says="plain and weighted"

# %% wrong="trained with the weights, compiled without" says="weights"
fresh = atlas(3).evaluate(cities["name"], targets(cities), verbose=0, return_dict=True)
weights = {"latitude": fresh["country_loss"] / fresh["latitude_loss"], "country": 1.0}
trained = {"plain": atlas(3), "weighted": atlas(3)}
for model in trained.values():
    model.fit(cities["name"], targets(cities), epochs=1, batch_size=64, verbose=0)
accuracy = {"plain": 0.2, "weighted": 0.2}
choice = "plain"
