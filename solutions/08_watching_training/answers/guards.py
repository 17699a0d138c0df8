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

# %% wrong="the best weights are not restored" loses=0.33 says="restore_best_weights is False"
stopper = callbacks.EarlyStopping(monitor="val_loss", patience=4)
keeper = callbacks.ModelCheckpoint("best.keras", monitor="val_accuracy", save_best_only=True)

# %% wrong="watches the training loss" loses=0.5 says="monitor is 'loss'"
stopper = callbacks.EarlyStopping(monitor="loss", patience=4, restore_best_weights=True)
keeper = callbacks.ModelCheckpoint("best.keras", monitor="val_accuracy", save_best_only=True)

# %% wrong="keeps the model by its loss" loses=0.33 says="monitor is 'val_loss'"
stopper = callbacks.EarlyStopping(monitor="val_loss", patience=4, restore_best_weights=True)
keeper = callbacks.ModelCheckpoint("best.keras", save_best_only=True)

# %% wrong="keeps the worst model" loses=0.17 says="mode is 'min'"
stopper = callbacks.EarlyStopping(monitor="val_loss", patience=4, restore_best_weights=True)
keeper = callbacks.ModelCheckpoint("best.keras", monitor="val_accuracy", mode="min", save_best_only=True)

# %% wrong="writes after every epoch" loses=0.33 says="save_best_only is False"
stopper = callbacks.EarlyStopping(monitor="val_loss", patience=4, restore_best_weights=True)
keeper = callbacks.ModelCheckpoint("best.keras", monitor="val_accuracy")

# %% wrong="4 given as the least change" loses=0.5 says="patience is 0"
stopper = callbacks.EarlyStopping("val_loss", 4, restore_best_weights=True)
keeper = callbacks.ModelCheckpoint("best.keras", monitor="val_accuracy", save_best_only=True)

# %% wrong="weights only" loses=0.67 says="filepath is 'best.weights.h5'"
stopper = callbacks.EarlyStopping(monitor="val_loss", patience=4, restore_best_weights=True)
keeper = callbacks.ModelCheckpoint("best.weights.h5", monitor="val_accuracy", save_best_only=True, save_weights_only=True)

# %% wrong="the names swapped" loses=3.67 says="an EarlyStopping"
keeper = callbacks.EarlyStopping(monitor="val_loss", patience=4, restore_best_weights=True)
stopper = callbacks.ModelCheckpoint("best.keras", monitor="val_accuracy", save_best_only=True)

# %% wrong="only the stopper" loses=2 says="nothing yet"
stopper = callbacks.EarlyStopping(monitor="val_loss", patience=4, restore_best_weights=True)
keeper = ...

# %% right="a path with a dot"
stopper = callbacks.EarlyStopping(monitor="val_loss", patience=4, restore_best_weights=True)
keeper = callbacks.ModelCheckpoint("./best.keras", monitor="val_accuracy", save_best_only=True)

# %% wrong="warms up first" loses=0.17 says="start_from_epoch is 3"
stopper = callbacks.EarlyStopping(monitor="val_loss", patience=4, restore_best_weights=True, start_from_epoch=3)
keeper = callbacks.ModelCheckpoint("best.keras", monitor="val_accuracy", save_best_only=True)

# %% wrong="only from a threshold on" loses=0.17 says="initial_value_threshold is 0.9"
stopper = callbacks.EarlyStopping(monitor="val_loss", patience=4, restore_best_weights=True)
keeper = callbacks.ModelCheckpoint("best.keras", monitor="val_accuracy", save_best_only=True, initial_value_threshold=0.9)

# %% wrong="looks after every tenth batch" loses=0.17 says="save_freq is 10"
stopper = callbacks.EarlyStopping(monitor="val_loss", patience=4, restore_best_weights=True)
keeper = callbacks.ModelCheckpoint("best.keras", monitor="val_accuracy", save_best_only=True, save_freq=10)
