# %% [markdown]
# # 08 · Watching training
#
# After this lesson you can
#
# - **read** a pair of learning curves and say when a network stops learning and starts memorising,
# - **stop** a run in time, **keep** its best weights and **slow** it down, with callbacks,
# - **write** a callback of your own, and say what `logs` holds at each moment,
# - **open** a run in TensorBoard: curves, graph, histograms, and words as points in space,
# - **repair** guards that stand at the door and never do anything.
#
# **Time:** about 55 minutes. **You need:** lesson 01. The others help, but this lesson stands alone.
#
# In lesson 07 you trained models, looked at the last number and hoped. You couldn't see *when* a network was at its best, let alone go back there. Now you look inside the run.
#
# The six exercises (20 points) do not depend on each other.

# %% setup
import csv
import inspect
import logging
import shutil
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

import layergraph as lg
from grader.checks import check, expect
from layergraph import datasets

with lg.quiet():
    import keras
from keras import callbacks, layers, ops

# This notebook trains several models in a row; TensorFlow would remark on it.
logging.getLogger("tensorflow").setLevel(logging.ERROR)
keras.utils.set_random_seed(1)

x_train, y_train, words = datasets.remarks(1_500, seed=1)
x_val, y_val, _ = datasets.remarks(500, seed=2)
x_test, y_test, _ = datasets.remarks(1_000, seed=3)


def found_in(callback, name):
    """For the checks: a callback's setting; a path in one spelling, whichever way it was written."""
    found = getattr(callback, name, "missing")
    return str(Path(found)) if name == "filepath" and isinstance(found, (str, Path)) else found


def setting(name, *right):
    """For the checks: a callback's setting has one of these values."""

    def holds(callback):
        found = found_in(callback, name)
        return found in right or f"{name} is {found!r}"

    holds.__doc__ = f"{name} is {' or '.join(map(repr, right))}"
    return expect.that(holds)


def as_in(right, *named):
    """For the checks: a callback has the settings of `right`; `verbose` and those named are not looked at."""
    names = [name for name in inspect.signature(type(right)).parameters if hasattr(right, name) and name not in ("verbose", *named)]

    def holds(callback):
        """every other setting is as it was"""
        wrong = [f"{name} is {found_in(callback, name)!r}" for name in names if found_in(callback, name) != getattr(right, name)]
        if callback.model is None and callback.best is not None:  # a run leaves its best there; before it, it is a setting
            wrong.append(f"initial_value_threshold is {callback.best!r}")
        return not wrong or "; ".join(wrong)

    return holds


def pick(guards, kind):
    """For the checks: the one callback of this class in a list, or None."""
    fits = [guard for guard in guards if type(guard).__name__ == kind] if isinstance(guards, (list, tuple)) else []
    return fits[0] if len(fits) == 1 else None

# %% [markdown]
# ## 1 · One run, two curves
#
# A café collects remarks. A remark is up to 20 words, and each word is a number from 1 to 9,999. Did the guest like it?
# Each remark ends with the number of a receipt. And about one guest in twelve clicked the wrong button.

# %% example
for row, answer in zip(x_train[:4], y_train):
    print("liked" if answer else "not  ", "|", " ".join(words[number] for number in row if number))

# %% [markdown]
# `Embedding` turns each word number into 8 numbers that the network learns. **Predict, then run.** 10,000 words, 8 numbers each; then 20 × 8 numbers into one unit. How many parameters?

# %% example
def make_reader(learning_rate=0.003):
    """The same network with the same first weights, at every call."""
    keras.utils.set_random_seed(1)
    model = keras.Sequential([
        keras.Input(shape=(20,), dtype="int64"),
        layers.Embedding(10_000, 8, name="words"),
        layers.Flatten(),
        layers.Dense(1, activation="sigmoid"),
    ])
    model.compile(keras.optimizers.Adam(learning_rate), "binary_crossentropy", metrics=["accuracy"])
    return model


def fit(model, epochs, guards=()):
    """Train on the remarks and give back what `fit` recorded, one list for each number."""
    run = model.fit(x_train, y_train, epochs=epochs, batch_size=64, validation_data=(x_val, y_val), callbacks=list(guards), verbose=0)
    return run.history


print(f"{make_reader().count_params():,} parameters")

# %% [markdown]
# 10,000 × 8 = 80,000, and 160 + 1 = 161. With 1,500 remarks to learn from, that is far more than enough room to learn every single remark by heart.
#
# Training remembers its numbers. `fit` returns a `History`; its `.history` is a dict of lists, one entry per epoch.

# %% example
whole_reader = make_reader()
whole = fit(whole_reader, epochs=25)

for name, numbers in whole.items():
    print(f"{name:<13}", [round(number, 2) for number in numbers[:6]], "…")

# %% [markdown]
# The names that begin with `val_` were measured on remarks the network doesn't learn from. They appear because `fit` got `validation_data`.
#
# **Predict, then run.** The training loss will fall all the way. What will the validation loss do?

# %% example
def curves(history, names, title):
    """One line for each name, over the epochs, counted from 1."""
    figure, place = plt.subplots(figsize=(6.5, 2.6), layout="constrained")
    for name, style in zip(names, ("-", "--", ":")):
        place.plot(range(1, len(history[name]) + 1), history[name], style, label=name)
    place.set_xlabel("epoch")
    place.set_title(title, fontsize=10)
    place.legend()
    return place


best = int(np.argmin(whole["val_loss"])) + 1
place = curves(whole, ["loss", "val_loss"], "Learning, then memorising")
place.axvline(best, color="grey", linewidth=0.8)
print(f"lowest validation loss after epoch {best} of {len(whole['val_loss'])}")
print(f"validation accuracy then {whole['val_accuracy'][best - 1]:.3f}, in the end {whole['val_accuracy'][-1]:.3f}")
print(f"training accuracy   then {whole['accuracy'][best - 1]:.3f}, in the end {whole['accuracy'][-1]:.3f}")

# %% [markdown]
# To the left of the grey line both curves fall: the network learns words. To the right they part: it learns *remarks*, wrong clicks included.
# In the end it knows every training remark, and it is worse at everything else. Most of this run was wasted, and harmful.

# %% [markdown]
# ## 2 · Callbacks: code at fixed moments
#
# `fit` is a loop. At fixed moments it calls you back: when training begins and ends, before and after each epoch, before and after each batch.
# An object with code for such moments is a **callback**. Keras brings a dozen.
#
# `EarlyStopping` watches one number after each epoch. If that number has not improved for `patience` epochs, the run ends.
# *Not improved* means not better than the best so far; being equal doesn't count.

# %% example
stopped_reader = make_reader()
stopped = fit(stopped_reader, epochs=25, guards=[callbacks.EarlyStopping(monitor="val_loss", patience=3, restore_best_weights=True)])

runs = {"25 epochs": (whole_reader, 25), "early stopping": (stopped_reader, len(stopped["loss"]))}
figure, (left, right) = plt.subplots(1, 2, figsize=(7, 2.4), layout="constrained")
for name, (model, epochs) in runs.items():
    accuracy = model.evaluate(x_test, y_test, verbose=0, return_dict=True)["accuracy"]
    left.bar(name, epochs)
    right.bar(name, accuracy)
    print(f"{name:<15}{epochs:>3} epochs, {accuracy:.3f} of the test remarks right")
left.set_title("epochs run", fontsize=10)
right.set_title("accuracy on new remarks", fontsize=10)
right.set_ylim(0.8, 1);

# %% [markdown]
# What to see: a third of the epochs, and a better network. (No network can reach 1.0 here: about 8 % of the answers are wrong clicks.)
#
# Two settings deserve a second look.
#
# - `restore_best_weights=True` sets the weights back to those of the *best* epoch. Without it you keep those of the *last* one, which is `patience` epochs too late.
# - `patience=0` stops at the first stumble. Curves are bumpy, so give it a few epochs.
#
# ### Exercise 1 · Predict when it stops (3 points)
#
# A colleague's run left these validation losses, one for each epoch:
#
# | epoch | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 |
# | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
# | `val_loss` | 0.69 | 0.55 | 0.47 | 0.49 | 0.48 | 0.45 | 0.46 | 0.47 | 0.45 | 0.43 | 0.44 | 0.46 |
#
# Imagine the same run guarded by `EarlyStopping(monitor="val_loss", patience=3, restore_best_weights=True)`. Count epochs from 1, as in the table.
#
# - `last_epoch`: the last epoch that still runs.
# - `restored_epoch`: the epoch whose weights the model has in the end.
#
# <details><summary>Hint 1</summary>
#
# Walk through the table with two fingers: one on the best epoch so far, one on the current epoch. Stop when the second is 3 ahead.
#
# </details>
# <details><summary>Hint 2</summary>
#
# Epoch 6 is a new best. Epoch 9 equals it: does that count as better? What the run would have found later, it can't know.
#
# </details>

# %% solution="curve"
### BEGIN SOLUTION
last_epoch = 9
restored_epoch = 6
### END SOLUTION

# %% check="curve" points=1
def epochs_of_this_run(answers):
    """both are whole numbers from 1 to 12, and the restored epoch is not after the last"""
    numbers = [answers["last_epoch"], answers["restored_epoch"]]
    if not all(isinstance(n, int) and not isinstance(n, bool) and 1 <= n <= 12 for n in numbers):
        return "type two whole numbers from 1 to 12"
    return numbers[1] <= numbers[0] or "weights of an epoch that never ran can't be restored"


check({"last_epoch": last_epoch, "restored_epoch": restored_epoch}, epochs_of_this_run, points=1)

# %% hidden="curve" points=2
check(
    {"last_epoch": last_epoch, "restored_epoch": restored_epoch},
    expect.item("last_epoch", expect.value(9)),
    expect.item("restored_epoch", expect.value(6)),
    points=2,
)

# %% [markdown]
# ## 3 · Keep, slow down, write down
#
# Three more callbacks do most of the work in practice.
#
# | callback | after an epoch it |
# | --- | --- |
# | `ModelCheckpoint` | writes the model to disk; with `save_best_only=True` only if the watched number improved |
# | `ReduceLROnPlateau` | multiplies the learning rate by `factor` if the watched number has not improved for `patience` epochs |
# | `CSVLogger` | appends a line to a table that any spreadsheet opens |
#
# All three at work, with a learning rate that is much too large:

# %% example
folder = Path(tempfile.mkdtemp())

guarded = fit(make_reader(learning_rate=0.03), epochs=12, guards=[
    callbacks.ModelCheckpoint(folder / "best.keras", monitor="val_accuracy", save_best_only=True),
    callbacks.ReduceLROnPlateau(monitor="val_loss", factor=0.5, patience=2),
    callbacks.CSVLogger(folder / "run.csv"),
])

place = curves(guarded, ["learning_rate"], "The learning rate, halved whenever val_loss stays put for two epochs")
print("in the history:", *guarded)

# %% [markdown]
# A staircase. `ReduceLROnPlateau` writes the rate into the history under the name `learning_rate`.
#
# The table is plain text, and the model on disk is complete: graph, weights, and how it was compiled.

# %% example
with open(folder / "run.csv", newline="") as file:
    for line in list(csv.DictReader(file))[:3]:
        print({name: value[:6] for name, value in line.items()})

kept = keras.models.load_model(folder / "best.keras")
print(f"kept: {kept.evaluate(x_val, y_val, verbose=0, return_dict=True)['accuracy']:.3f} on the validation remarks")
print(f"best of the run: {max(guarded['val_accuracy']):.3f}")

# %% [markdown]
# **The ending decides the format.** `.keras` is the whole model. With `save_weights_only=True` the name must end in `.weights.h5`. Anything else is old; `.h5` still works with a warning, `.ckpt` is refused:

# %% example
try:
    callbacks.ModelCheckpoint("best.ckpt")
except ValueError as error:
    print(type(error).__name__, "-", error)

# %% [markdown]
# **Which way is better?** For a loss, less; for an accuracy, more. Keras works that out from the name (`mode="auto"`). If you write `mode=` yourself, Keras believes you.
#
# ### Exercise 2 · Post the guards (4 points)
#
# Make two callbacks (no training needed).
#
# - `stopper`, an `EarlyStopping`: watches the loss on the validation data, waits 4 epochs, and leaves the model with the weights of its best epoch.
# - `keeper`, a `ModelCheckpoint`: writes the whole model to `"best.keras"`, but only when the *accuracy* on the validation data is better than ever.
#
# The model will be compiled with `metrics=["accuracy"]`. Settings that are not mentioned stay as they are; `verbose` is free.
#
# <details><summary>Hint 1</summary>
#
# The names to watch are those in the history: look at what `whole` printed in section 1.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `callbacks.EarlyStopping(monitor=…, patience=…, restore_best_weights=…)` and `callbacks.ModelCheckpoint("best.keras", monitor="val_…", save_best_only=…)`
#
# </details>

# %% solution="guards"
### BEGIN SOLUTION
stopper = callbacks.EarlyStopping(monitor="val_loss", patience=4, restore_best_weights=True)
keeper = callbacks.ModelCheckpoint("best.keras", monitor="val_accuracy", save_best_only=True)
### END SOLUTION

# %% check="guards" points=2
check(
    {"stopper": stopper, "keeper": keeper},
    expect.item("stopper", expect.instance("EarlyStopping"), setting("monitor", "val_loss")),
    expect.item("keeper", expect.instance("ModelCheckpoint"), setting("filepath", "best.keras")),
    points=2,
)

# %% hidden="guards" points=2
check(
    {"stopper": stopper, "keeper": keeper},
    expect.item(
        "stopper",
        setting("patience", 4),
        setting("restore_best_weights", True),
        setting("mode", "auto", "min").worth(0.5),
        expect.that(as_in(callbacks.EarlyStopping(), "monitor", "patience", "restore_best_weights", "mode")).worth(0.5),
    ),
    expect.item(
        "keeper",
        setting("monitor", "val_accuracy"),
        setting("save_best_only", True),
        setting("mode", "auto", "max").worth(0.5),
        expect.that(as_in(callbacks.ModelCheckpoint("best.keras"), "monitor", "save_best_only", "mode", "filepath")).worth(0.5),
    ),
    points=2,
)

# %% [markdown]
# ### Exercise 3 · Write the rule yourself (4 points)
#
# `EarlyStopping` is a dozen lines. Write its rule as a function `stops_after(losses, patience)`:
#
# - `losses` is a list with the validation loss of every epoch that *could* run (at least one), `patience` a whole number, 1 or more.
# - It returns two whole numbers, `(last_epoch, best_epoch)`, both counted from 1: the last epoch that runs, and the best epoch among those that ran (the earlier one where two are equal).
# - The run ends as soon as `patience` epochs in a row have not been better than the best one before them. If that never happens, all epochs run.
#
# For example, `stops_after([0.9, 0.7, 0.8, 0.75, 0.6], 2)` is `(4, 2)`.
#
# <details><summary>Hint 1</summary>
#
# Keep the number of the best epoch so far. After each epoch, ask how far you are beyond it.
#
# </details>
# <details><summary>Hint 2</summary>
#
# ```python
# best = 1
# for epoch, loss in enumerate(losses, start=1):
#     if loss < losses[best - 1]:
#         best = …
#     if epoch - best >= …:
#         return …
# return …
# ```
#
# </details>

# %% solution="rule"
def stops_after(losses, patience):
    """Return (last epoch that runs, best epoch among them), counted from 1."""
    ### BEGIN SOLUTION
    best = 1
    for epoch, loss in enumerate(losses, start=1):
        if loss < losses[best - 1]:
            best = epoch
        if epoch - best >= patience:
            return epoch, best
    return len(losses), best
    ### END SOLUTION

# %% check="rule" points=2
check(
    stops_after,
    expect.calling([0.9, 0.7, 0.8, 0.75, 0.6], 2).gives(expect.value((4, 2))),
    expect.calling([0.9, 0.8, 0.7], 2).gives(expect.value((3, 3))),
    points=2,
)

# %% hidden="rule" points=2
check(
    stops_after,
    expect.calling([0.5, 0.4, 0.4, 0.4, 0.3], 2).gives(expect.value((4, 2))),
    expect.calling([0.5, 0.6, 0.4, 0.5, 0.3, 0.4, 0.35, 0.2], 3).gives(expect.value((8, 8))),
    expect.calling([0.5, 0.6, 0.4], 1).gives(expect.value((2, 1))),
    expect.calling([0.8, 0.5, 0.6, 0.5], 10).gives(expect.value((4, 2))).worth(0.5),
    expect.calling([2.503, 2.502, 2.501, 2.505, 2.506, 1.9], 2).gives(expect.value((5, 3))).worth(0.25),
    expect.calling([0.5], 1).gives(expect.value((1, 1))).worth(0.25),
    points=2,
)

# %% [markdown]
# ## 4 · A callback of your own
#
# Inherit from `keras.callbacks.Callback` and write a method for each moment you care about. `logs` holds what is known at that moment. See for yourself:

# %% example
class Diary(callbacks.Callback):
    """Writes down which hook is called, and with what."""

    def on_train_begin(self, logs=None):
        print("on_train_begin      ", logs, "| self.params =", self.params)

    def on_epoch_begin(self, epoch, logs=None):
        print(f"on_epoch_begin {epoch}    ", logs)

    def on_train_batch_end(self, batch, logs=None):
        print(f"on_train_batch_end {batch}", sorted(logs))

    def on_test_end(self, logs=None):
        print("on_test_end         ", sorted(logs))

    def on_epoch_end(self, epoch, logs=None):
        print(f"on_epoch_end {epoch}      ", sorted(logs))


make_reader().fit(x_train[:96], y_train[:96], batch_size=48, epochs=1, validation_data=(x_val, y_val), callbacks=[Diary()], verbose=0);

# %% [markdown]
# - Epochs and batches are counted from 0 here. `self.params` says how many there will be.
# - The `val_` numbers exist only at the end of an epoch, and only if there is validation data.
# - `self.model` is the model being trained. `self.model.stop_training = True` ends the run after this epoch.
# - Old tutorials read `self.validation_data`. It is gone. Hand your data to the callback when you make it.
#
# The last point at work. A question no metric answers: *how much does the network rely on receipt numbers?* Blank out the receipt of each training remark, and count how many answers change.

# %% example
class ReceiptTest(callbacks.Callback):
    """After each epoch: the share of answers that change if the receipt (each remark's last word) is blanked out."""

    def __init__(self, remarks):
        super().__init__()
        self.remarks = remarks
        self.blanked = remarks.copy()
        self.blanked[np.arange(len(remarks)), (remarks > 0).sum(axis=1) - 1] = 0

    def on_epoch_end(self, epoch, logs=None):
        before, after = (ops.convert_to_numpy(self.model(x)) > 0.5 for x in (self.remarks, self.blanked))
        logs["receipts"] = float(np.mean(before != after))  # what you put into logs, the history remembers


tested = fit(make_reader(), epochs=18, guards=[ReceiptTest(x_train)])
curves(tested, ["receipts"], "Share of training answers that hang on the receipt's number");

# %% [markdown]
# What to see: next to nothing for six epochs, then a steady climb. Here you watch the memorising itself: for the remarks that make no sense (the wrong clicks), the network looks at the one word that is unique.
#
# ### Exercise 4 · Decide inside a callback (2 points)
#
# The next cell after yours holds a finished callback, `Watchman`. After each epoch it asks your function `should_stop(logs, limit)`. Write it. It returns `True` or `False`:
#
# - `True` if `logs["loss"]` is NaN (*not a number*: training has blown up),
# - `True` if there is a `"val_loss"` and it is more than `limit` above the `"loss"`,
# - `False` otherwise, also where `logs` has no `"val_loss"`.
#
# <details><summary>Hint 1</summary>
#
# NaN is not even equal to itself: `np.isnan(value)` finds it. `"val_loss" in logs` tells you whether there is a validation loss.
#
# </details>
# <details><summary>Hint 2</summary>
#
# ```python
# if np.isnan(logs["loss"]):
#     return True
# return "val_loss" in logs and … > limit
# ```
#
# </details>

# %% solution="decide"
def should_stop(logs, limit):
    """Whether training has blown up, or memorises too much."""
    ### BEGIN SOLUTION
    if np.isnan(logs["loss"]):
        return True
    return "val_loss" in logs and logs["val_loss"] - logs["loss"] > limit
    ### END SOLUTION

# %% check="decide" points=1
check(
    should_stop,
    expect.calling({"loss": 0.2, "val_loss": 0.5}, 0.2).gives(expect.value(True)),
    expect.calling({"loss": 0.2, "val_loss": 0.3}, 0.2).gives(expect.value(False)),
    points=1,
)

# %% hidden="decide" points=1
check(
    should_stop,
    expect.calling({"loss": float("nan"), "val_loss": 0.4}, 0.2).gives(expect.value(True)),
    expect.calling({"loss": 2.5}, 0.5).gives(expect.value(False)),
    expect.calling({"loss": 0.9, "val_loss": 0.3}, 0.2).gives(expect.value(False)),
    expect.calling({"loss": 0.25, "val_loss": 0.75}, 0.5).gives(expect.value(False)),
    expect.calling({"loss": 0.05, "val_loss": 0.12}, 0.05).gives(expect.value(True)),
    points=1,
)

# %% example
class Watchman(callbacks.Callback):
    """Ends the run when `should_stop` says so."""

    def __init__(self, limit):
        super().__init__()
        self.limit = limit

    def on_epoch_end(self, epoch, logs=None):
        self.model.stop_training = should_stop(logs, self.limit) is True


watched = fit(make_reader(), epochs=20, guards=[Watchman(limit=0.2)])
gap = watched["val_loss"][-1] - watched["loss"][-1]
print(f"ended after {len(watched['loss'])} of 20 epochs, val_loss is {gap:.2f} above loss")

# %% [markdown]
# ## 5 · Guards that never do anything
#
# A guard that watches the wrong thing looks exactly like one that works. **Predict, then run:** which of these four are errors, which are warnings, and which say nothing at all?

# %% example
import warnings
from textwrap import shorten


def what_happens(note, guard, validation=True):
    """Train two epochs and print what Keras says."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", UserWarning)
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            make_reader().fit(x_train[:64], y_train[:64], epochs=2, callbacks=[guard], verbose=0, validation_data=(x_val, y_val) if validation else None)
            answer = f"warning: {said[0].message}" if said else "silence"
        except ValueError as error:
            answer = f"ValueError: {error}"
    print(f"{note}\n    {shorten(answer, 140)}\n")


what_happens("a name that does not exist", callbacks.EarlyStopping(monitor="val_acc"))
what_happens("the same, with mode=", callbacks.EarlyStopping(monitor="val_acc", mode="max"))
what_happens("val_loss, but no validation data", callbacks.EarlyStopping(monitor="val_loss"), validation=False)
what_happens("patience longer than the run", callbacks.EarlyStopping(monitor="val_loss", patience=50))

# %% [markdown]
# Only the first one stops you: Keras doesn't know which way is better for `val_acc`. In the other three cases the run goes on unguarded. The metric's name is what *you* wrote in `compile`: `"accuracy"` becomes `val_accuracy`.
#
# ### Exercise 5 · Repair the guards (4 points)
#
# A model is compiled with `metrics=["accuracy"]` and trained for 30 epochs with validation data. Its three guards raise no error, and none of them does its duty. They shall
#
# 1. stop the run when the **validation accuracy** has not risen for 6 epochs,
# 2. *before* the run is given up, halve the learning rate whenever the **validation loss** has not fallen for 2 epochs,
# 3. write the model with the **best validation accuracy** to `"best.keras"`.
#
# Your cell holds the three as the list `repaired`. Each has one mistake. Keep them three, in any order; change nothing else.
#
# <details><summary>Hint 1</summary>
#
# Ask of each: does the number it watches exist? Can its patience ever run out? Which way does it think is better?
#
# </details>
# <details><summary>Hint 2</summary>
#
# `val_acc` is no name in this history. A `patience` of 8 never runs out where the run is stopped earlier. `mode="min"` for an accuracy keeps the *worst* model.
#
# </details>

# %% solution="repair"
### BEGIN SOLUTION
repaired = [
    callbacks.EarlyStopping(monitor="val_accuracy", mode="max", patience=6),
    callbacks.ReduceLROnPlateau(monitor="val_loss", factor=0.5, patience=2),
    callbacks.ModelCheckpoint("best.keras", monitor="val_accuracy", mode="max", save_best_only=True),
]
### END SOLUTION
### BEGIN STUB
# repaired = [
#     callbacks.EarlyStopping(monitor="val_acc", mode="max", patience=6),
#     callbacks.ReduceLROnPlateau(monitor="val_loss", factor=0.5, patience=8),
#     callbacks.ModelCheckpoint("best.keras", monitor="val_accuracy", mode="min", save_best_only=True),
# ]
### END STUB

# %% check="repair" points=2
def stops_on_a_real_number(guards):
    """EarlyStopping watches a number that this run reports"""
    guard = pick(guards, "EarlyStopping")
    if guard is None:
        return "the list needs one EarlyStopping"
    return guard.monitor in ("loss", "val_loss", "accuracy", "val_accuracy") or f"it watches {guard.monitor!r}, which is no name in the history"


def slows_before_the_end(guards):
    """ReduceLROnPlateau acts before EarlyStopping ends the run"""
    guard, stop = pick(guards, "ReduceLROnPlateau"), pick(guards, "EarlyStopping")
    if guard is None or stop is None:
        return "the list needs one ReduceLROnPlateau and one EarlyStopping"
    return guard.patience < stop.patience or f"it waits {guard.patience} epochs, and the run may end after {stop.patience}"


def keeps_the_best(guards):
    """ModelCheckpoint takes more accuracy for better"""
    guard = pick(guards, "ModelCheckpoint")
    if guard is None:
        return "the list needs one ModelCheckpoint"
    return guard.mode != "min" or "it keeps the model with the least accuracy"


check(repaired, stops_on_a_real_number, slows_before_the_end, keeps_the_best, points=2)

# %% hidden="repair" points=2
def is_set(right, mode):
    """The list has one callback of this kind, with exactly these settings; Keras may work out the mode."""
    kind = type(right).__name__

    def holds(guards):
        guard = pick(guards, kind)
        if guard is None:
            return f"the list needs one {kind}"
        return guard.mode in (mode, "auto") and as_in(right, "mode")(guard) or f"mode is {guard.mode!r}"

    holds.__doc__ = f"{kind} does what the text asks, and nothing else is changed"
    return holds


def exactly_three(guards):
    """the list holds three callbacks"""
    return isinstance(guards, (list, tuple)) and len(guards) == 3


check(
    repaired,
    is_set(callbacks.EarlyStopping(monitor="val_accuracy", patience=6), "max"),
    is_set(callbacks.ReduceLROnPlateau(monitor="val_loss", factor=0.5, patience=2), "min"),
    is_set(callbacks.ModelCheckpoint("best.keras", monitor="val_accuracy", save_best_only=True), "max"),
    needs=exactly_three,
    points=2,
)

# %% [markdown]
# ## 6 · TensorBoard
#
# TensorBoard is a web page on your own computer that shows runs while they happen. The callback writes its files: curves, the graph, and with `histogram_freq=1` how the weights of each layer are spread.

# %% example
logs = folder / "tensorboard"
board_reader = make_reader()
fit(board_reader, epochs=8, guards=[callbacks.TensorBoard(logs / "run", histogram_freq=1, write_graph=True)])

for path in sorted(logs.rglob("events*")):
    print(path.relative_to(logs).parent, f"{path.stat().st_size:,} bytes")

# %% [markdown]
# To look at them, open a terminal (in JupyterLab: *File → New → Terminal*) and start `tensorboard --logdir` with the folder's name. Then open the address it prints.
#
# Nothing in these files is secret. You can read them yourself:

# %% example
with lg.quiet():
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.util import tensor_util


def read_events(run):
    """Everything that one run wrote: a dict from each name to its list of values."""
    events = EventAccumulator(str(run))
    events.Reload()
    return {tag: [tensor_util.make_ndarray(event.tensor_proto) for event in events.Tensors(tag)] for tag in events.Tags()["tensors"]}


written = read_events(logs / "run" / "train")
for tag, values in written.items():
    print(f"{tag:<45}{len(values)} ×, shape {values[0].shape}")

# %% [markdown]
# Three kinds of thing: one number per epoch (the curves); `keras`, written once (the graph, as text); and the histograms, tables of *from*, *to* and *how many*.
#
# **Predict, then run.** Weights start in a narrow band around zero. What does training do to the embedding: narrower or wider?

# %% example
tag = next(tag for tag in written if tag.endswith("embeddings/histogram"))
figure, place = plt.subplots(figsize=(6.5, 2.4), layout="constrained")
for epoch, style in ((0, "-"), (7, "--")):
    table = written[tag][epoch]
    place.plot((table[:, 0] + table[:, 1]) / 2, table[:, 2] + 1, style, label=f"after epoch {epoch + 1}")
place.set_yscale("log")
place.set_xlabel("value of a weight")
place.set_title("How many of the embedding's 80,000 weights have which value", fontsize=10)
place.legend();

# %% [markdown]
# Wider, but look at the logarithmic axis: the peak stays. Most of the 10,000 words never moved. They are receipts nobody wrote.

# %% [markdown]
# ### Words as points in space
#
# After training, each word is a point in 8 dimensions. TensorBoard's **projector** shows them. The callback has settings for it, `embeddings_freq` and `embeddings_metadata`. With today's Keras they don't reach the projector:
# they point to a checkpoint in a format that Keras 3 no longer writes. Two small tables and four lines of configuration do it.

# %% example
vectors = board_reader.get_layer("words").get_weights()[0]
shown = range(1, 75)                       # the real words and a few receipts
space = logs / "words"
space.mkdir()
np.savetxt(space / "vectors.tsv", vectors[shown], delimiter="\t", fmt="%.5f")
(space / "names.tsv").write_text("\n".join(words[number] for number in shown) + "\n")
(space / "projector_config.pbtxt").write_text("""embeddings {
  tensor_name: "words"
  tensor_path: "vectors.tsv"
  metadata_path: "names.tsv"
}
""")
print(*sorted(path.name for path in space.iterdir()))

# %% [markdown]
# Here is what the projector will show, drawn flat: the two directions in which the points lie furthest apart.

# %% example
points = vectors[shown] - vectors[shown].mean(axis=0)
flat = points @ np.linalg.svd(points, full_matrices=False)[2][:2].T
kind = set("delicious fresh friendly perfect quick lovely warm generous honest charming crisp wonderful careful bright cosy".split())
harsh = set("stale rude slow cold greasy noisy bland soggy burnt careless dusty bitter tiny sticky gloomy".split())

figure, place = plt.subplots(figsize=(7, 3.6), layout="constrained")
for label, marker, chosen in (("kind", "^", kind), ("harsh", "v", harsh), ("all others", ".", None)):
    rows = [row for row, number in enumerate(shown) if (words[number] in chosen if chosen else words[number] not in kind | harsh)]
    place.scatter(*flat[rows].T, marker=marker, label=label)
    for row in rows[:4] if chosen else rows[:0]:
        place.annotate(words[shown[row]], flat[row], fontsize=8, xytext=(4, 3), textcoords="offset points")
place.set_title("The words after eight epochs", fontsize=10)
place.legend();

# %% [markdown]
# What to see: kind words on one side, harsh ones on the other, everything else in between. Nobody told the network which words are kind. It read 1,500 remarks.

# %% [markdown]
# ## 7 · Two drawings of one graph
#
# Before a run you want to see the graph. Keras has a drawing of its own, `plot_model`, and this course uses `lg.plot`. One layer that is called twice shows the difference.

# %% example
before_word, after_word = keras.Input(shape=(8,), name="before"), keras.Input(shape=(8,), name="after")
reads = layers.Dense(4, name="reads")
both = layers.Concatenate(name="both")([reads(before_word), reads(after_word)])
twice = keras.Model([before_word, after_word], both, name="twice")

lg.plot(twice)

# %% example
if shutil.which("dot"):
    display(keras.utils.plot_model(twice, to_file=str(folder / "twice.png"), show_shapes=True, dpi=70))
else:
    print("plot_model needs the program dot, which comes with Graphviz. Without it, go on with lg.plot: it needs nothing else.")

# %% [markdown]
# | | `lg.plot` | `keras.utils.plot_model` |
# | --- | --- | --- |
# | a box is | one *call* | one *layer* |
# | a layer called twice | two boxes with the same mark | one box |
# | shows | essential settings, shapes, parameters | what you ask for: `show_shapes`, `show_layer_activations`, … |
# | needs | nothing more | the program `dot` |
# | TensorBoard's graph | – | the `keras` text from section 6, drawn in the browser |
#
# ### Exercise 6 · Decide between two designs (3 points)
#
# Tonight a model trains for many hours on a machine that may be switched off at any minute; tomorrow the run is started again with the same lines. In the morning you want
#
# - the best model so far (by `val_loss`) complete on disk, even if the machine went off in the middle,
# - a table of *all* epochs for your spreadsheet, also those from before the restart.
#
# - **Design A:** `EarlyStopping(restore_best_weights=True)`, and after `fit` you save the model and the history.
# - **Design B:** a `ModelCheckpoint` and a `CSVLogger`.
#
# Decide which design keeps both promises. Build it as the list `night`: exactly the callbacks of that design, in any order, with the files `"night.keras"` and `"night.csv"` where it has files. `verbose` is free.
#
# <details><summary>Hint 1</summary>
#
# Where are the best weights while the run is still going on, in memory or on disk? What happens to the line after `fit` when the power goes?
#
# </details>
# <details><summary>Hint 2</summary>
#
# By default a checkpoint is written after *every* epoch, also after a bad one. By default `CSVLogger` starts its table anew; read what `append=` does.
#
# </details>

# %% solution="night"
### BEGIN SOLUTION
night = [
    callbacks.ModelCheckpoint("night.keras", monitor="val_loss", save_best_only=True),
    callbacks.CSVLogger("night.csv", append=True),
]
### END SOLUTION

# %% check="night" points=1
def survives_the_night(guards):
    """everything is on disk after each epoch, and nothing else is in the list"""
    if not isinstance(guards, (list, tuple)):
        return "a list of callbacks is asked for"
    kinds = sorted(type(guard).__name__ for guard in guards)
    if "EarlyStopping" in kinds:
        return "EarlyStopping holds its best weights in memory: they are gone with the power"
    return kinds == ["CSVLogger", "ModelCheckpoint"] or f"found {', '.join(kinds) or 'nothing'}"


check(night, survives_the_night, points=1)

# %% hidden="night" points=2
def best_model(guards):
    """night.keras holds the whole model with the least val_loss"""
    guard = pick(guards, "ModelCheckpoint")
    if guard is None:
        return "no ModelCheckpoint"
    if guard.mode not in ("min", "auto"):
        return f"mode is {guard.mode!r}"
    return as_in(callbacks.ModelCheckpoint("night.keras", monitor="val_loss", save_best_only=True), "mode")(guard)


def whole_table(guards):
    """night.csv keeps the lines from before the restart"""
    guard = pick(guards, "CSVLogger")
    if guard is None:
        return "no CSVLogger"
    if str(Path(guard.filename)) != "night.csv":
        return f"the file is {guard.filename!r}"
    return guard.append is True or "append is off: the second start wipes out the first table"


check(night, best_model, whole_table, points=2)

# %% [markdown]
# Keras has one more guard for such nights: `BackupAndRestore` saves the whole state of a run, and `fit` goes on where it was interrupted.

# %% [markdown]
# ## What you know now
#
# | you want to | use | mind |
# | --- | --- | --- |
# | see the curves | `fit(…).history` | `val_` names need validation data |
# | stop in time | `EarlyStopping(monitor, patience, restore_best_weights=True)` | without the last, you keep the weights of the last epoch |
# | keep the best on disk | `ModelCheckpoint("x.keras", save_best_only=True)` | `.keras`, or `.weights.h5` with `save_weights_only=True` |
# | slow down | `ReduceLROnPlateau(factor, patience)` | its patience must be shorter than the stopper's |
# | a table | `CSVLogger("x.csv")` | `append=True` to go on with an old one |
# | anything else | a class that inherits from `Callback` | data go in through `__init__`; `self.model.stop_training = True` ends the run |
# | a web page | `TensorBoard(folder, histogram_freq=1)` | the projector needs tables of your own |

# %% [markdown]
# ## In the wild
#
# Lines from published notebooks, and what Keras 3 says to them.

# %% example
def old(line):
    """Run one line of an old tutorial and print what Keras 3 says to it."""
    try:
        eval(line)
        answer = "no complaint"
    except Exception as error:
        answer = f"{type(error).__name__}: {error}"
    print(f"{line}\n    {shorten(answer, 130)}\n")


old("callbacks.ReduceLRONPlateau(patience=2)")
old("callbacks.ModelCheckpoint('best.keras', period=5)")
old("callbacks.ModelCheckpoint('weights.ckpt')")
old("callbacks.ModelCheckpoint('weights.h5', save_weights_only=True)")
old("callbacks.TensorBoard('logs', write_grads=True)")
old("callbacks.Callback().validation_data")

# %% [markdown]
# | old line | today |
# | --- | --- |
# | `ReduceLRONPlateau(…)` | `ReduceLROnPlateau(…)`: a small *n* |
# | `ModelCheckpoint(…, period=5)` | `save_freq="epoch"` or a number of batches |
# | `"weights.ckpt"`, `"weights.h5"` | `"model.keras"`, `"model.weights.h5"` |
# | `TensorBoard(…, write_grads=True)` | gone; measure gradients yourself, as in lesson 05 |
# | `self.validation_data` | hand the data to your callback's `__init__` |
# | `monitor="val_acc"` | `monitor="val_accuracy"`: the name from `compile` |
#
# **Next:** the run is under control. Lesson 09 asks how to get the last few per cent out of a model.
