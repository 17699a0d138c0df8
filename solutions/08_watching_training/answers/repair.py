# %% right="modes left to Keras, another order"
repaired = [
    callbacks.ModelCheckpoint("best.keras", monitor="val_accuracy", save_best_only=True),
    callbacks.EarlyStopping(monitor="val_accuracy", patience=6),
    callbacks.ReduceLROnPlateau(monitor="val_loss", factor=0.5, patience=2),
]

# %% right="a tuple, everything spelt out"
stop = keras.callbacks.EarlyStopping("val_accuracy", patience=6, mode="max", verbose=1)
slow = keras.callbacks.ReduceLROnPlateau("val_loss", factor=1 / 2, patience=2, mode="min")
keep = keras.callbacks.ModelCheckpoint(Path("best.keras"), "val_accuracy", mode="max", save_best_only=True)
repaired = stop, slow, keep

# %% wrong="only the name repaired" loses=2.67 says="the run may end after 6"
repaired = [
    callbacks.EarlyStopping(monitor="val_accuracy", mode="max", patience=6),
    callbacks.ReduceLROnPlateau(monitor="val_loss", factor=0.5, patience=8),
    callbacks.ModelCheckpoint("best.keras", monitor="val_accuracy", mode="min", save_best_only=True),
]

# %% wrong="the worst model still kept" of="only the name repaired" replace="patience=8" by="patience=2" loses=1.33 says="least accuracy"

# %% wrong="the name still wrong" of="reference" replace="callbacks.EarlyStopping(monitor=\"val_accuracy\"," by="callbacks.EarlyStopping(monitor=\"val_acc\"," loses=1.33 says="'val_acc'"

# %% wrong="the stopper made patient instead" loses=2 says="waits 30 epochs, and 6 are asked for"
repaired = [
    callbacks.EarlyStopping(monitor="val_accuracy", mode="max", patience=30),
    callbacks.ReduceLROnPlateau(monitor="val_loss", factor=0.5, patience=8),
    callbacks.ModelCheckpoint("best.keras", monitor="val_accuracy", mode="max", save_best_only=True),
]

# %% wrong="stops by the loss" loses=1.33 says="is that the accuracy"
repaired = [
    callbacks.EarlyStopping(monitor="val_loss", patience=6),
    callbacks.ReduceLROnPlateau(monitor="val_loss", factor=0.5, patience=2),
    callbacks.ModelCheckpoint("best.keras", monitor="val_accuracy", save_best_only=True),
]

# %% wrong="slows down by the accuracy" loses=0.67 says="monitor is 'val_accuracy'"
repaired = [
    callbacks.EarlyStopping(monitor="val_accuracy", patience=6),
    callbacks.ReduceLROnPlateau(monitor="val_accuracy", factor=0.5, patience=2),
    callbacks.ModelCheckpoint("best.keras", monitor="val_accuracy", save_best_only=True),
]

# %% wrong="everything kept, not the best" loses=1.33 says="it writes every epoch's model"
repaired = [
    callbacks.EarlyStopping(monitor="val_accuracy", patience=6),
    callbacks.ReduceLROnPlateau(monitor="val_loss", factor=0.5, patience=2),
    callbacks.ModelCheckpoint("best.keras", monitor="val_accuracy"),
]

# %% wrong="the keeper thrown out" loses=2.67 says="one ModelCheckpoint"
repaired = [
    callbacks.EarlyStopping(monitor="val_accuracy", patience=6),
    callbacks.ReduceLROnPlateau(monitor="val_loss", factor=0.5, patience=2),
]

# %% wrong="a fourth guard added" loses=2 says="three callbacks"
repaired = [
    callbacks.EarlyStopping(monitor="val_accuracy", patience=6),
    callbacks.ReduceLROnPlateau(monitor="val_loss", factor=0.5, patience=2),
    callbacks.ModelCheckpoint("best.keras", monitor="val_accuracy", save_best_only=True),
    callbacks.TerminateOnNaN(),
]

# %% wrong="the best weights restored too" of="stops by the loss" replace="\"val_loss\", patience=6" by="\"val_accuracy\", patience=6, restore_best_weights=True" loses=0.67 says="restore_best_weights is True"

# %% wrong="a pause after each step" of="slows down by the accuracy" replace="\"val_accuracy\", factor=0.5, patience=2" by="\"val_loss\", factor=0.5, patience=2, cooldown=3" loses=0.67 says="cooldown is 3"

# %% right="a tuple made a list, NumPy integers"
waits = np.array([6, 2])
repaired = list((
    callbacks.EarlyStopping(monitor="val_accuracy", mode="max", patience=waits[0]),
    callbacks.ReduceLROnPlateau(monitor="val_loss", factor=0.5, patience=waits[1], mode="min"),
    callbacks.ModelCheckpoint(str(Path("best.keras")), monitor="val_accuracy", mode="max", save_best_only=True),
))

# %% wrong="the stopper watches the loss" of="stops by the loss" replace="save_best_only" by="mode=\"max\", save_best_only" says="is that the accuracy"
