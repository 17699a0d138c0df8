# %% right="the table first, modes spelt out"
night = [
    keras.callbacks.CSVLogger(filename="night.csv", append=True),
    keras.callbacks.ModelCheckpoint(filepath="night.keras", mode="min", save_best_only=True, verbose=1),
]

# %% right="a tuple, paths"
keep = callbacks.ModelCheckpoint(Path("night.keras"), "val_loss", save_best_only=True)
night = (keep, callbacks.CSVLogger(Path("night.csv"), ",", True))

# %% wrong="design A" loses=3 says="memory"
night = [callbacks.EarlyStopping(monitor="val_loss", patience=5, restore_best_weights=True)]

# %% wrong="both designs" loses=1 says="memory"
night = [
    callbacks.EarlyStopping(monitor="val_loss", patience=5, restore_best_weights=True),
    callbacks.ModelCheckpoint("night.keras", monitor="val_loss", save_best_only=True),
    callbacks.CSVLogger("night.csv", append=True),
]

# %% wrong="the last model instead of the best" loses=1 says="save_best_only is False"
night = [
    callbacks.ModelCheckpoint("night.keras", monitor="val_loss"),
    callbacks.CSVLogger("night.csv", append=True),
]

# %% wrong="the table starts anew" loses=1 says="wipes out"
night = [
    callbacks.ModelCheckpoint("night.keras", monitor="val_loss", save_best_only=True),
    callbacks.CSVLogger("night.csv"),
]

# %% wrong="by the training loss" loses=1 says="monitor is 'loss'"
night = [
    callbacks.ModelCheckpoint("night.keras", monitor="loss", save_best_only=True),
    callbacks.CSVLogger("night.csv", append=True),
]

# %% wrong="weights only" loses=1 says="night.weights.h5"
night = [
    callbacks.ModelCheckpoint("night.weights.h5", monitor="val_loss", save_best_only=True, save_weights_only=True),
    callbacks.CSVLogger("night.csv", append=True),
]

# %% wrong="another file" loses=1 says="run.csv"
night = [
    callbacks.ModelCheckpoint("night.keras", monitor="val_loss", save_best_only=True),
    callbacks.CSVLogger("run.csv", append=True),
]

# %% wrong="the letter of the design" loses=3 says="a list of callbacks"
night = "B"

# %% wrong="one callback without a list" loses=3 says="a list of callbacks"
night = callbacks.ModelCheckpoint("night.keras", monitor="val_loss", save_best_only=True)

# %% wrong="looks after every batch, where there is no val_loss" loses=1 says="save_freq is 1"
night = [
    callbacks.ModelCheckpoint("night.keras", monitor="val_loss", save_best_only=True, save_freq=1),
    callbacks.CSVLogger("night.csv", append=True),
]
