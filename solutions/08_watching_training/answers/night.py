# %% right="one file, and the checkpoint is told the best so far"
def make_night(folder, best_so_far):
    return [
        keras.callbacks.CSVLogger(filename=folder + "/night.csv", append=True),
        keras.callbacks.ModelCheckpoint(folder + "/night.keras", mode="min", save_best_only=True, verbose=0, initial_value_threshold=best_so_far),
    ]

# %% right="every model kept, by its loss"
def make_night(folder, best_so_far):
    place = Path(folder)
    keep = callbacks.ModelCheckpoint(place / "all-{val_loss:.4f}.keras")
    return keep, callbacks.CSVLogger(place / "night.csv", ",", True)

# %% right="the state of the run restored as well, and files by epoch"
def make_night(folder, best_so_far):
    return [
        callbacks.BackupAndRestore(f"{folder}/backup"),
        callbacks.ModelCheckpoint(f"{folder}/epoch-{{epoch:03d}}.keras", save_best_only=True),
        callbacks.CSVLogger(f"{folder}/night.csv", append=True),
    ]

# %% right="early stopping beside it"
def make_night(folder, best_so_far):
    return [
        callbacks.EarlyStopping(patience=20),
        callbacks.ModelCheckpoint(f"{folder}/{{epoch}}-{{val_loss:.3f}}.keras", save_best_only=True),
        callbacks.CSVLogger(f"{folder}/night.csv", append=True),
    ]

# %% right="the folder made where it is missing, and its whole path"
def make_night(folder: str, best_so_far: float | None):
    place = Path(folder).resolve()
    place.mkdir(parents=True, exist_ok=True)
    return [
        callbacks.BackupAndRestore(place / "state"),
        callbacks.ModelCheckpoint(place / "night-{epoch:03d}-{val_loss:.6f}.keras", save_best_only=True),
        callbacks.CSVLogger(place / "night.csv", append=True),
    ]

# %% wrong="one file that every start takes for its own" says="those on disk have"
def make_night(folder, best_so_far):
    return [
        callbacks.ModelCheckpoint(f"{folder}/night.keras", monitor="val_loss", save_best_only=True),
        callbacks.CSVLogger(f"{folder}/night.csv", append=True),
    ]

# %% wrong="the run restored, the best forgotten" of="the state of the run restored as well, and files by epoch" replace="epoch-{{epoch:03d}}.keras\"" by="night.keras\", monitor=\"val_loss\"" says="those on disk have"

# %% wrong="numbered by epochs that are counted anew" of="one file that every start takes for its own" replace="night.keras\", monitor=\"val_loss\", save_best_only=True" by="epoch-{{epoch:02d}}.keras\"" says="those on disk have"

# %% wrong="the best weights in memory" says="no .keras file"
def make_night(folder, best_so_far):
    return [callbacks.EarlyStopping(monitor="val_loss", patience=50, restore_best_weights=True), callbacks.CSVLogger(f"{folder}/night.csv", append=True)]

# %% wrong="the last model instead of the best" says="those on disk have"
def make_night(folder, best_so_far):
    return [callbacks.ModelCheckpoint(f"{folder}/night.keras"), callbacks.CSVLogger(f"{folder}/night.csv", append=True)]

# %% wrong="the table begins anew" says="epochs"
def make_night(folder, best_so_far):
    return [
        callbacks.ModelCheckpoint(f"{folder}/{{val_loss:.3f}}.keras", save_best_only=True),
        callbacks.CSVLogger(f"{folder}/night.csv"),
    ]

# %% wrong="the worst kept" of="one file that every start takes for its own" replace="night.keras\", monitor=\"val_loss\"" by="{{val_loss:.3f}}.keras\", mode=\"max\"" says="those on disk have"

# %% wrong="weights only" says="no .keras file"
def make_night(folder, best_so_far):
    return [
        callbacks.ModelCheckpoint(f"{folder}/{{val_loss:.3f}}.weights.h5", save_best_only=True, save_weights_only=True),
        callbacks.CSVLogger(f"{folder}/night.csv", append=True),
    ]

# %% wrong="the letter of the design" says="not callable"
make_night = "B"

# %% wrong="a list made once, outside" says="doesn't lie in the folder"
def make_night(folder, best_so_far):
    return [callbacks.ModelCheckpoint("night.keras", save_best_only=True), callbacks.CSVLogger(f"{folder}/night.csv", append=True)]

# %% wrong="a threshold that was typed once" of="one file that every start takes for its own" replace="monitor=\"val_loss\", save_best_only=True" by="save_best_only=True, initial_value_threshold=0.85" says="those on disk have"

# %% wrong="the threshold of the lesson, whatever came before" says="the best model had val_loss 0.4"
def make_night(folder, best_so_far):
    """The callbacks of one start."""
    return [
        callbacks.ModelCheckpoint(f"{folder}/night.keras", monitor="val_loss", save_best_only=True, initial_value_threshold=0.32),
        callbacks.CSVLogger(f"{folder}/night.csv", append=True),
    ]

# %% wrong="watches the accuracy" says="the best model had val_loss 0.4"
def make_night(folder, best_so_far):
    """The callbacks of one start."""
    return [
        callbacks.ModelCheckpoint(f"{folder}/night.keras", monitor="val_accuracy", save_best_only=True),
        callbacks.CSVLogger(f"{folder}/night.csv", append=True),
    ]

# %% wrong="into a folder of the same name elsewhere" says="doesn't lie in the folder"
def make_night(folder, best_so_far):
    return [
        callbacks.ModelCheckpoint(f"backup/{folder}/{{val_loss:.3f}}.keras", save_best_only=True),
        callbacks.CSVLogger(f"backup/{folder}/night.csv", append=True),
    ]
