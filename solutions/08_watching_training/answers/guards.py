# %% right="modes spelt out, chatty"
stopper = callbacks.EarlyStopping("val_loss", patience=4, mode="min", verbose=1, restore_best_weights=True)
keeper = callbacks.ModelCheckpoint(filepath="best.keras", monitor="val_accuracy", mode="max", verbose=1, save_best_only=True)

# %% right="the default monitor, a Path"
stopper = keras.callbacks.EarlyStopping(patience=4, restore_best_weights=True)
keeper = keras.callbacks.ModelCheckpoint(Path("best.keras"), "val_accuracy", save_best_only=True)

# %% right="set afterwards"
stopper = callbacks.EarlyStopping(restore_best_weights=True)
stopper.patience = 4
keeper = callbacks.ModelCheckpoint("best.keras", monitor="val_accuracy", save_best_only=True, save_weights_only=False)

# %% wrong="the best weights are not restored" says="restore_best_weights is False"
stopper = callbacks.EarlyStopping(monitor="val_loss", patience=4)
keeper = callbacks.ModelCheckpoint("best.keras", monitor="val_accuracy", save_best_only=True)

# %% wrong="watches the training loss" says="monitor is 'loss'"
stopper = callbacks.EarlyStopping(monitor="loss", patience=4, restore_best_weights=True)
keeper = callbacks.ModelCheckpoint("best.keras", monitor="val_accuracy", save_best_only=True)

# %% wrong="keeps the model by its loss" says="monitor is 'val_loss'"
stopper = callbacks.EarlyStopping(monitor="val_loss", patience=4, restore_best_weights=True)
keeper = callbacks.ModelCheckpoint("best.keras", save_best_only=True)

# %% wrong="keeps the worst model" says="it takes less accuracy for better"
stopper = callbacks.EarlyStopping(monitor="val_loss", patience=4, restore_best_weights=True)
keeper = callbacks.ModelCheckpoint("best.keras", monitor="val_accuracy", mode="min", save_best_only=True)

# %% wrong="writes after every epoch" says="save_best_only is False"
stopper = callbacks.EarlyStopping(monitor="val_loss", patience=4, restore_best_weights=True)
keeper = callbacks.ModelCheckpoint("best.keras", monitor="val_accuracy")

# %% wrong="4 given as the least change" says="patience is 0"
stopper = callbacks.EarlyStopping("val_loss", 4, restore_best_weights=True)
keeper = callbacks.ModelCheckpoint("best.keras", monitor="val_accuracy", save_best_only=True)

# %% wrong="weights only" says="filepath is 'best.weights.h5'"
stopper = callbacks.EarlyStopping(monitor="val_loss", patience=4, restore_best_weights=True)
keeper = callbacks.ModelCheckpoint("best.weights.h5", monitor="val_accuracy", save_best_only=True, save_weights_only=True)

# %% wrong="the names swapped" says="an EarlyStopping"
keeper = callbacks.EarlyStopping(monitor="val_loss", patience=4, restore_best_weights=True)
stopper = callbacks.ModelCheckpoint("best.keras", monitor="val_accuracy", save_best_only=True)

# %% wrong="only the stopper" says="nothing yet"
stopper = callbacks.EarlyStopping(monitor="val_loss", patience=4, restore_best_weights=True)
keeper = ...

# %% right="a path with a dot"
stopper = callbacks.EarlyStopping(monitor="val_loss", patience=4, restore_best_weights=True)
keeper = callbacks.ModelCheckpoint("./best.keras", monitor="val_accuracy", save_best_only=True)

# %% wrong="warms up first" says="start_from_epoch is 3"
stopper = callbacks.EarlyStopping(monitor="val_loss", patience=4, restore_best_weights=True, start_from_epoch=3)
keeper = callbacks.ModelCheckpoint("best.keras", monitor="val_accuracy", save_best_only=True)

# %% wrong="only from a threshold on" says="initial_value_threshold is 0.9"
stopper = callbacks.EarlyStopping(monitor="val_loss", patience=4, restore_best_weights=True)
keeper = callbacks.ModelCheckpoint("best.keras", monitor="val_accuracy", save_best_only=True, initial_value_threshold=0.9)

# %% wrong="looks after every tenth batch" says="save_freq is 10"
stopper = callbacks.EarlyStopping(monitor="val_loss", patience=4, restore_best_weights=True)
keeper = callbacks.ModelCheckpoint("best.keras", monitor="val_accuracy", save_best_only=True, save_freq=10)

# %% right="mode said and right, from a dict of settings, NumPy patience"
settings = {"monitor": "val_loss", "mode": "min", "patience": np.int64(4), "restore_best_weights": True}
stopper = callbacks.EarlyStopping(**settings)
keeper = callbacks.ModelCheckpoint("./best.keras", monitor="val_accuracy", mode="max", save_best_only=True)
print(stopper, keeper)

# %% wrong="val_acc does not exist" says="no name in the history"
stopper = callbacks.EarlyStopping(monitor="val_loss", patience=4, restore_best_weights=True)
keeper = callbacks.ModelCheckpoint("best.keras", monitor="val_acc", mode="max", save_best_only=True)
