# %% [markdown]
# # 08 · Watching training
#
# After this lesson you can
#
# - **read** a pair of learning curves and name the epoch at which overfitting begins,
# - **stop** a run in time, **keep** its best weights and **lower** its learning rate, with callbacks,
# - **write** the hooks of a callback of your own, train with it, and conclude from what it recorded,
# - **open** runs in TensorBoard: curves side by side, histograms, and words as points in space,
# - **repair** callbacks that raise no error and don't do their work.
#
# **Time:** about 60 minutes. **You need:** lesson 01. The others help, but this lesson stands alone.
# **Data:** remarks about a café, made by a seeded generator (`grader.classroom.datasets.remarks`).
#
# In lesson 07 you trained models, looked at the last number and hoped. You couldn't see *when* a network was at its best, let alone go back there. Now you look inside the run.
#
# | exercise | you | points |
# | --- | --- | --- |
# | 8.1 | predict when a run stops | 2 |
# | 8.2 | make two callbacks | 4 |
# | 8.3 | write the rule of `EarlyStopping` | 3 |
# | 8.4 | write a callback's hooks, train, conclude | 4 |
# | 8.5 | repair three callbacks from their symptoms | 4 |
# | 8.6 | decide how a run survives a power cut | 3 |
# | | **total** | **20** |
#
# No exercise depends on another.

# %% setup
# Is the course not installed here? In a copy of its repository, run this first: %pip install ../..
# Anywhere else: %pip install git+ADDRESS, with the address of the repository.
import csv
import inspect
import logging
import shutil
import tempfile
import time
import warnings
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

import layergraph as lg
from grader.checks import check, expect
from grader.checks.requirement import NOTHING_YET
from grader.classroom import datasets, keras_says

with lg.quiet():
    import keras
from keras import callbacks, layers, ops

# This notebook trains several models in a row; TensorFlow would remark on it.
logging.getLogger("tensorflow").setLevel(logging.ERROR)
keras.utils.set_random_seed(1)

x_train, y_train, words = datasets.remarks(1_500, seed=1)
x_val, y_val, _ = datasets.remarks(500, seed=2)
x_test, y_test, _ = datasets.remarks(1_000, seed=3)

# %% [markdown]
# ## 1 · One run, two curves
#
# A café collects remarks. A remark is up to 20 words, and each word is a number from 1 to 9,999. Did the guest like it?
# The remarks are generated, and the generator has put in two things on purpose. Each remark ends with the number of a receipt, which says nothing about the answer. And about one guest in twelve has clicked the wrong button.

# %% example
for row, answer in zip(x_train[:4], y_train):
    print("liked" if answer else "not  ", "|", " ".join(words[number] for number in row if number))

# %% [markdown]
# `Embedding` turns each word number into 8 numbers that the network learns. **Predict, then run.** 10,000 words, 8 numbers each; then 20 × 8 numbers into one unit. How many parameters?

# %% setup
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


def fit(model, epochs, callbacks=()):
    """Train on the remarks and give back what `fit` recorded, one list for each number."""
    run = model.fit(
        x_train,
        y_train,
        epochs=epochs,
        batch_size=64,
        validation_data=(x_val, y_val),
        callbacks=list(callbacks),
        verbose=0,
    )
    return run.history

# %% example
print(f"{make_reader().count_params():,} parameters")
make_reader().summary()

# %% [markdown]
# 10,000 × 8 = 80,000, and 160 + 1 = 161. For 1,500 remarks, that is far more than enough to learn every single one by heart.
#
# `fit` returns a `History`; its `.history` is a dict of lists, one entry per epoch.

# %% example
whole_reader = make_reader()
whole = fit(whole_reader, epochs=25)

for name, numbers in whole.items():
    print(f"{name:<13}", [round(number, 2) for number in numbers[:6]], "…")

# %% [markdown]
# The names that begin with `val_` were measured on remarks the network doesn't learn from. They appear because `fit` got `validation_data`.
#
# **Predict, then run.** The training loss falls all the way. What does the validation loss do?

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
place = curves(whole, ["loss", "val_loss"], "First it learns, then it overfits")
place.axvline(best, color="grey", linewidth=0.8)
print(f"lowest validation loss after epoch {best} of {len(whole['val_loss'])}")
print(
    f"validation accuracy then {whole['val_accuracy'][best - 1]:.3f}, in the end "
    f"{whole['val_accuracy'][-1]:.3f}"
)
print(f"training accuracy   then {whole['accuracy'][best - 1]:.3f}, in the end {whole['accuracy'][-1]:.3f}")

# %% claim="overfits"
assert best <= 8 and whole["loss"][-1] < 0.05 and whole["accuracy"][-1] > 0.99
assert whole["val_loss"][-1] > min(whole["val_loss"]) and whole["val_accuracy"][-1] < whole["val_accuracy"][best - 1]
{"best epoch": best, "val_loss rises by": whole["val_loss"][-1] - min(whole["val_loss"]), "val_accuracy then": whole["val_accuracy"][best - 1], "val_accuracy in the end": whole["val_accuracy"][-1], "accuracy in the end": whole["accuracy"][-1]}

# %% [markdown]
# <!-- claim: overfits -->
# To the left of the grey line both curves fall: the network learns *words*. To the right they part: it learns *remarks*, wrong clicks included. That is **overfitting**.
# In the end it knows every training remark, and it is worse on remarks it hasn't seen. Most of this run was wasted, and harmful.
#
# ## 2 · Callbacks: code at fixed moments
#
# `fit` is a loop. At fixed moments it calls your code: when training begins and ends, before and after each epoch, before and after each batch.
# An object with code for such moments is a **callback**. Keras brings a dozen. You have met two without knowing it: the progress bar is a callback (`ProgbarLogger`), and so is the `History` that `fit` returns.
#
# `EarlyStopping` watches one number after each epoch. If that number has not improved for `patience` epochs, the run ends.
# *Improved* means better than the best so far; being equal doesn't count.

# %% example
stopped_reader = make_reader()
stopped = fit(
    stopped_reader,
    epochs=25,
    callbacks=[callbacks.EarlyStopping(monitor="val_loss", patience=3, restore_best_weights=True)],
)

runs = {"25 epochs": (whole_reader, 25), "early stopping": (stopped_reader, len(stopped["loss"]))}
test_accuracy = {}
for name, (model, epochs) in runs.items():
    test_accuracy[name] = model.evaluate(x_test, y_test, verbose=0, return_dict=True)["accuracy"]
    print(f"{name:<15}{epochs:>3} epochs, {test_accuracy[name]:.1%} of 1,000 test remarks right")

# %% claim="early-stopping-pays"
assert len(stopped["loss"]) <= 12 and test_accuracy["early stopping"] > test_accuracy["25 epochs"]
{"epochs": len(stopped["loss"]), "stopped": test_accuracy["early stopping"], "25 epochs": test_accuracy["25 epochs"]}

# %% [markdown]
# <!-- claim: early-stopping-pays -->
# Less than half of the epochs, and a better network. (No network can reach 100 % here: about 8 % of the answers are wrong clicks.)
#
# Two settings deserve a second look.
#
# - `restore_best_weights=True` sets the weights back to those of the *best* epoch. Without it you keep those of the *last* one, which is `patience` epochs too late.
# - `patience=0` stops at the first epoch that is no better. Curves are bumpy, so give it a few epochs.
#
# ### Exercise 8.1 · Predict when it stops (2 points)
#
# A colleague's run left these validation losses, one for each epoch:
#
# | epoch | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 |
# | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
# | `val_loss` | 0.69 | 0.55 | 0.47 | 0.49 | 0.48 | 0.45 | 0.46 | 0.47 | 0.45 | 0.43 | 0.44 | 0.46 |
#
# Imagine the same run with `EarlyStopping(monitor="val_loss", patience=3, restore_best_weights=True)`. Count epochs from 1, as in the table.
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
# In the row 0.5, 0.4, 0.4, 0.4, 0.3 with `patience=2`, the run would end after the fourth: the third and the fourth are equal to the best, not better. That the fifth would be better, nobody knows by then.
#
# </details>

# %% solution="curve"
### BEGIN SOLUTION
last_epoch = 9
restored_epoch = 6
### END SOLUTION

# %% check="curve" points=1
def epochs_of_this_run(answers):
    """the run ends as soon as its patience is used up"""
    last, restored = answers["last_epoch"], answers["restored_epoch"]
    if any(expect.whole().judge(epoch).status != "met" for epoch in (last, restored)):
        return "two whole numbers are needed"
    if restored > last:
        return "weights of an epoch that never ran can't be restored"
    if last >= 12:
        return (
            "the run goes through the whole table: is there no place where 3 epochs in a row are not "
            "better than the best?"
        )
    return (
        last - restored == 3
        or (
            f"epoch {last} is {last - restored} after epoch {restored}: how many epochs may pass without "
            "a better one?"
        )
    )


check(
    {"last_epoch": last_epoch, "restored_epoch": restored_epoch},
    expect.item("last_epoch", expect.whole(1, 12)),
    expect.item("restored_epoch", expect.whole(1, 12)),
    expect.that(epochs_of_this_run).worth(2),
    points=1,
)

# %% hidden="curve" points=1
check(
    {"last_epoch": last_epoch, "restored_epoch": restored_epoch},
    expect.item("last_epoch", expect.value(9)),
    expect.item("restored_epoch", expect.value(6)),
    points=1,
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
# All three at work, with a learning rate that is ten times as large as before. Beside it runs a control: the same network without `ReduceLROnPlateau`.

# %% example
folder = Path(tempfile.mkdtemp())

control = fit(make_reader(learning_rate=0.03), epochs=12)
slowed = fit(make_reader(learning_rate=0.03), epochs=12, callbacks=[
    callbacks.ModelCheckpoint(folder / "best.keras", monitor="val_accuracy", save_best_only=True),
    callbacks.ReduceLROnPlateau(monitor="val_loss", factor=0.5, patience=2),
    callbacks.CSVLogger(folder / "run.csv"),
])

place = curves(
    slowed, ["learning_rate"], "The learning rate: halved whenever val_loss stands still for two epochs"
)
place.step(range(1, 13), slowed["learning_rate"], where="mid", color="C1", linewidth=0.6)
for name, history in (("constant rate", control), ("reduced rate", slowed)):
    print(
        f"{name:<14} lowest val_loss {min(history['val_loss']):.2f} after epoch "
        f"{int(np.argmin(history['val_loss'])) + 1}, in the end {history['val_loss'][-1]:.2f}"
    )
print("in the history:", *slowed)

# %% claim="a-smaller-rate-is-no-cure"
assert slowed["val_loss"][-1] < control["val_loss"][-1] and abs(min(slowed["val_loss"]) - min(control["val_loss"])) < 0.01
{"constant, end": control["val_loss"][-1], "reduced, end": slowed["val_loss"][-1], "constant, lowest": min(control["val_loss"]), "reduced, lowest": min(slowed["val_loss"])}

# %% [markdown]
# <!-- claim: a-smaller-rate-is-no-cure -->
# A staircase. `ReduceLROnPlateau` writes the rate into the history under the name `learning_rate`.
#
# Does it help? Compare with the control. The loss in the end is lower, for smaller steps overfit more slowly. But the *lowest* loss is the same: the best epoch came before the first halving. A smaller rate doesn't cure overfitting. It helps where steps are too large to settle: where the *training* loss itself jumps up and down.
#
# The table is plain text, and the model on disk is complete: graph, weights, and how it was compiled.

# %% example
with open(folder / "run.csv", newline="") as file:
    for line in list(csv.DictReader(file))[:3]:
        print({name: value[:6] for name, value in line.items()})

kept = keras.models.load_model(folder / "best.keras")
print(
    f"kept: {kept.evaluate(x_val, y_val, verbose=0, return_dict=True)['accuracy']:.3f} on the validation "
    "remarks"
)
print(f"best of the run: {max(slowed['val_accuracy']):.3f}")

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
# The next cell belongs to the checks: it reads a callback's settings. You can skip it.

# %% setup
def found_in(callback, name):
    """For the checks: a callback's setting; a path in one spelling, whichever way it was written."""
    found = getattr(callback, name, "missing")
    return str(Path(found)) if name == "filepath" and isinstance(found, (str, Path)) else found


def setting(name, *right):
    """For the checks: a callback's setting has one of these values."""

    def holds(callback):
        found = found_in(callback, name)
        return found in right or (
            f"{name} is {found!r}" if hasattr(callback, name) else f"it has no {name}"
        )

    holds.__doc__ = f"{name} is {' or '.join(map(repr, right))}"
    return expect.that(holds)


def as_in(right, *named):
    """For the checks: a callback is set as `right`; `verbose` and those named are not looked at."""
    names = [
        name
        for name in inspect.signature(type(right)).parameters
        if hasattr(right, name) and name not in ("verbose", *named)
    ]

    def holds(callback):
        """every other setting is as it was"""
        wrong = [
            f"{name} is {found_in(callback, name)!r}"
            for name in names
            if found_in(callback, name) != getattr(right, name)
        ]
        # A run leaves its best there; before it, it is a setting.
        if getattr(callback, "model", 0) is None and callback.best is not None:
            wrong.append(f"initial_value_threshold is {callback.best!r}")
        return not wrong or "; ".join(wrong)

    return holds


def pick(given, kind):
    """For the checks: the one callback of this class in a list, or None."""
    fits = (
        [callback for callback in given if type(callback).__name__ == kind]
        if isinstance(given, (list, tuple))
        else []
    )
    return fits[0] if len(fits) == 1 else None

# %% [markdown]
# ### Exercise 8.2 · Make two callbacks (4 points)
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
# Both take `monitor=`. What `EarlyStopping` calls `restore_best_weights`, a checkpoint calls `save_best_only`.
#
# </details>

# %% solution="guards"
### BEGIN SOLUTION
stopper = callbacks.EarlyStopping(monitor="val_loss", patience=4, restore_best_weights=True)
keeper = callbacks.ModelCheckpoint("best.keras", monitor="val_accuracy", save_best_only=True)
### END SOLUTION

# %% check="guards" points=2
def keeps_the_most_accurate(keeper):
    """it keeps the model with the best accuracy on the validation data"""
    watched = found_in(keeper, "monitor")
    if watched not in ("loss", "val_loss", "accuracy", "val_accuracy"):
        return f"it watches {watched!r}, which is no name in the history"
    if not watched.endswith("accuracy") or not watched.startswith("val_"):
        return f"it watches {watched!r}: is that the accuracy, and on the validation data?"
    return found_in(keeper, "mode") != "min" or "it takes less accuracy for better"


check(
    {"stopper": stopper, "keeper": keeper},
    expect.item(
        "stopper",
        expect.instance("EarlyStopping"),
        setting("monitor", "val_loss"),
        setting("patience", 4),
        setting("restore_best_weights", True),
    ),
    expect.item(
        "keeper",
        expect.instance("ModelCheckpoint"),
        setting("filepath", "best.keras"),
        keeps_the_most_accurate,
        setting("save_best_only", True),
    ),
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
# ### Exercise 8.3 · Write the rule yourself (3 points)
#
# `EarlyStopping` is a dozen lines. Write its rule as a function `stops_after(losses, patience)`:
#
# - `losses` is a list with the validation loss of every epoch that *could* run (at least one, any number of them), `patience` a whole number, 1 or more.
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
#     if …:
#         best = epoch
#     if …:
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
    expect.calling([0.6, 0.7, 0.5, 0.7, 0.5, 0.8, 0.4], 3).gives(expect.value((6, 3))),
    points=2,
)

# %% hidden="rule" points=1
check(
    stops_after,
    expect.calling([0.5, 0.4, 0.4, 0.4, 0.3], 2).gives(expect.value((4, 2))),
    expect.calling([0.5, 0.6, 0.4, 0.5, 0.3, 0.4, 0.35, 0.2], 3).gives(expect.value((8, 8))),
    expect.calling([0.5, 0.6, 0.4], 1).gives(expect.value((2, 1))),
    expect.calling([0.8, 0.5, 0.6, 0.5], 10).gives(expect.value((4, 2))).worth(0.5),
    expect.calling([1.0 - 0.02 * n for n in range(30)], 4).gives(expect.value((30, 30))).worth(0.5),
    expect.calling([2.503, 2.502, 2.501, 2.505, 2.506, 1.9], 2).gives(expect.value((5, 3))).worth(0.25),
    expect.calling([0.5], 1).gives(expect.value((1, 1))).worth(0.25),
    points=1,
)

# %% [markdown]
# ## 4 · A callback of your own
#
# Inherit from `keras.callbacks.Callback` and write a method for each moment you care about. Such a method is called a **hook**.
#
# | hooks | called |
# | --- | --- |
# | `on_train_begin(logs)`, `on_train_end(logs)` | once, by `fit` |
# | `on_epoch_begin(epoch, logs)`, `on_epoch_end(epoch, logs)` | around each epoch |
# | `on_train_batch_begin(batch, logs)`, `on_train_batch_end(batch, logs)` | around each batch of training |
# | `on_test_begin`, `on_test_batch_begin`, `on_test_batch_end`, `on_test_end` | by `evaluate`, and by `fit` for its validation data |
# | `on_predict_begin`, `on_predict_batch_begin`, `on_predict_batch_end`, `on_predict_end` | by `predict` |
#
# `logs` holds what is known at that moment. See for yourself:

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


make_reader().fit(
    x_train[:96],
    y_train[:96],
    batch_size=48,
    epochs=1,
    validation_data=(x_val, y_val),
    callbacks=[Diary()],
    verbose=0,
)

# %% [markdown]
# - Epochs and batches are counted from 0 here. `self.params` says how many there will be.
# - The `val_` numbers exist only at the end of an epoch, and only if there is validation data.
# - `self.model` is the model being trained. `self.model.stop_training = True` ends the run after this epoch.
# - Old tutorials read `self.validation_data`. It is gone. Hand your data to the callback when you make it.
#
# The last point at work. No metric answers this question: *how much does the network rely on receipt numbers?* Blank out the receipt of each training remark, and count how many answers change.

# %% example
class ReceiptTest(callbacks.Callback):
    """After each epoch: the share of answers that change if each remark's last word is blanked out."""

    def __init__(self, remarks):
        super().__init__()
        self.remarks = remarks
        self.blanked = remarks.copy()
        self.blanked[np.arange(len(remarks)), (remarks > 0).sum(axis=1) - 1] = 0

    def on_epoch_end(self, epoch, logs=None):
        before, after = (ops.convert_to_numpy(self.model(x)) > 0.5 for x in (self.remarks, self.blanked))
        logs["receipts"] = float(np.mean(before != after))  # what you put into logs, the history remembers


tested = fit(make_reader(), epochs=18, callbacks=[ReceiptTest(x_train)])
curves(tested, ["receipts"], "Share of training answers that hang on the receipt's number");

# %% claim="receipts-are-learnt-late"
assert max(tested["receipts"][2:6]) < 0.015 and tested["receipts"][-1] > 0.05
{"epochs 3 to 6, at most": max(tested["receipts"][2:6]), "epoch 18": tested["receipts"][-1]}

# %% [markdown]
# <!-- claim: receipts-are-learnt-late -->
# What to see: next to nothing in epochs 3 to 6, then a steady climb. Here you watch the overfitting itself. For the remarks that make no sense (the wrong clicks), the network looks at the one word that is unique.
#
# The next cell lets a check call a callback's hooks without training. You can skip it.

# %% setup
def play(callback, reports):
    """Call a callback's hooks as `fit` does, with these logs: how many epochs run, which gaps it keeps."""
    model = keras.Sequential([keras.Input(shape=(1,)), layers.Dense(1)])
    hooks = keras.callbacks.CallbackList([callback], model=model)
    hooks.on_train_begin()
    for epoch, logs in enumerate(reports, start=1):
        model.stop_training = "stopped" in logs  # by another callback, whose turn comes first
        hooks.on_epoch_begin(epoch - 1)
        hooks.on_train_batch_begin(0)
        hooks.on_train_batch_end(0, {"loss": logs["loss"]})
        hooks.on_epoch_end(epoch - 1, {name: value for name, value in logs.items() if name != "stopped"})
        if model.stop_training:
            break
    hooks.on_train_end()
    return epoch, [round(float(gap), 4) for gap in callback.gaps]

# %% [markdown]
# ### Exercise 8.4 · Write the hooks, train, conclude (4 points)
#
# Write the hooks of `GapStop`, a callback that stops a run when it overfits. The *gap* is `val_loss` − `loss`.
#
# - `on_train_begin`: sets `self.gaps` to an empty list, so that the same callback can watch a second run.
# - `on_epoch_end`: if the loss is NaN (*not a number*: training has blown up), it stops the run, whether there is a `val_loss` or not. Otherwise, if `logs` has a `"val_loss"`, it appends the gap to `self.gaps`, and stops the run if the gap is greater than `self.limit`. Without a `"val_loss"` it does nothing. A run that another callback has stopped stays stopped.
#
# Then use it. Train `make_reader()` with `fit(…, epochs=25, callbacks=[…])` for the limits 0.1, 0.2 and 0.3, and hand in
#
# - `epochs_run`: a list with the number of epochs of these three runs, in this order (one more or less is accepted: machines round differently),
# - `best_limit`: the limit whose run *ended* with the lowest validation loss.
#
# The function `played` lets the check call your hooks without training. Leave it as it is.
#
# <details><summary>Hint 1</summary>
#
# A hook stops a run by `self.model.stop_training = True`. It never sets it to `False`: another callback may have stopped the run. NaN is not even equal to itself; `np.isnan(value)` finds it.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `"val_loss" in logs` tells you whether there is one. `fit` returns the history: the length of one of its lists is the number of epochs, and the last entry of `"val_loss"` is the loss in the end.
#
# </details>

# %% solution="hooks" free="another value: one more or less"
class GapStop(callbacks.Callback):
    """Stops a run whose validation loss is more than `limit` above its loss."""

    def __init__(self, limit):
        super().__init__()
        self.limit = limit

    ### BEGIN SOLUTION
    def on_train_begin(self, logs=None):
        self.gaps = []

    def on_epoch_end(self, epoch, logs=None):
        if np.isnan(logs["loss"]):
            self.model.stop_training = True
        elif "val_loss" in logs:
            self.gaps.append(logs["val_loss"] - logs["loss"])
            if self.gaps[-1] > self.limit:
                self.model.stop_training = True
    ### END SOLUTION
    ### BEGIN STUB
    # def on_train_begin(self, logs=None):
    #     ...  # your code here
    #
    # def on_epoch_end(self, epoch, logs=None):
    #     ...  # your code here
    ### END STUB


def played(limit, *runs):
    """One callback watches these runs, one after the other: for each, the epochs that ran and the gaps."""
    callback = GapStop(limit)
    return [play(callback, reports) for reports in runs]


### BEGIN SOLUTION
histories = [fit(make_reader(), epochs=25, callbacks=[GapStop(limit)]) for limit in (0.1, 0.2, 0.3)]
epochs_run = [len(history["loss"]) for history in histories]
best_limit = (0.1, 0.2, 0.3)[int(np.argmin([history["val_loss"][-1] for history in histories]))]
### END SOLUTION
### BEGIN STUB
# epochs_run = ...  # your code here
# best_limit = ...  # your code here
### END STUB

# %% check="hooks" points=2
overfitting = [
    {"loss": 0.5, "val_loss": 0.5},
    {"loss": 0.3, "val_loss": 0.4},
    {"loss": 0.1, "val_loss": 0.5},
    {"loss": 0.1, "val_loss": 0.6},
]
blown_up = [{"loss": 0.5}, {"loss": float("nan")}, {"loss": 0.5}]

check(
    {"played": played, "epochs_run": epochs_run, "best_limit": best_limit},
    expect.item(
        "played",
        expect.calling(0.3, overfitting).gives(expect.value([(3, [0.0, 0.1, 0.4])], tolerance=1e-3)),
        expect.calling(0.3, blown_up).gives(expect.value([(2, [])])),
    ),
    expect.item("epochs_run", expect.whole(1, 25, each=True)),
    points=2,
)

# %% hidden="hooks" points=2
at_the_limit = [{"loss": 0.25, "val_loss": 0.75}, {"loss": 0.5, "val_loss": 0.25}, {"loss": 0.25, "val_loss": 1.0}, {"loss": 0.1, "val_loss": 0.1}]
unwatched = [{"loss": 2.5}, {"loss": 0.9}]
blows_up = [{"loss": 0.9, "val_loss": 0.8}, {"loss": float("nan"), "val_loss": 0.4}, {"loss": 0.5, "val_loss": 0.5}]
stopped = [{"loss": 0.5, "val_loss": 0.75}, {"loss": 0.5, "val_loss": 0.75, "stopped": True}, {"loss": 0.5, "val_loss": 0.75}]

check(
    {"played": played, "epochs_run": epochs_run, "best_limit": best_limit},
    expect.item(
        "played",
        expect.calling(0.5, at_the_limit).gives(expect.value([(3, [0.5, -0.25, 0.75])], tolerance=1e-3)),
        expect.calling(0.05, unwatched, blows_up).gives(expect.value([(2, []), (2, [-0.1])], tolerance=1e-3)),
        expect.calling(0.5, stopped).gives(expect.value([(2, [0.25, 0.25])], tolerance=1e-3)),
        expect.calling(0.5, at_the_limit, at_the_limit[1:]).gives(expect.value([(3, [0.5, -0.25, 0.75]), (2, [-0.25, 0.75])], tolerance=1e-3)),
    ),
    expect.item("epochs_run", expect.array([8, 11, 15], rtol=0, atol=1)).worth(0.5),
    expect.item("best_limit", expect.value(0.1)).worth(0.5),
    points=2,
)

# %% [markdown]
# ## 5 · Callbacks that never act
#
# A callback that watches the wrong thing looks exactly like one that works. **Predict, then run:** which of these four are errors, which are warnings, and which say nothing at all?

# %% example
from textwrap import shorten


def what_happens(note, callback, validation=True):
    """Train two epochs and print what Keras says."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", UserWarning)
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            make_reader().fit(
                x_train[:64],
                y_train[:64],
                epochs=2,
                callbacks=[callback],
                verbose=0,
                validation_data=(x_val, y_val) if validation else None,
            )
            answer = f"warning: {said[0].message}" if said else "silence"
        except ValueError as error:
            answer = f"ValueError: {error}"
    print(f"{note}\n    {shorten(answer, 140)}\n")


what_happens("a name that does not exist", callbacks.EarlyStopping(monitor="val_acc"))
what_happens("the same, with mode=", callbacks.EarlyStopping(monitor="val_acc", mode="max"))
what_happens(
    "val_loss, but no validation data", callbacks.EarlyStopping(monitor="val_loss"), validation=False
)
what_happens("patience longer than the run", callbacks.EarlyStopping(monitor="val_loss", patience=50))

# %% [markdown]
# Only the first one stops you: Keras doesn't know which way is better for `val_acc`. In the other three cases the run goes on, and nothing watches it. The metric's name is what *you* wrote in `compile`: `"accuracy"` becomes `val_accuracy`.
#
# ### Exercise 8.5 · Repair from the symptoms (4 points)
#
# A model is compiled with `metrics=["accuracy"]` and trained for 30 epochs with validation data. Three callbacks are to
#
# 1. stop the run when the **validation accuracy** has not risen for 6 epochs,
# 2. before the run is given up, halve the learning rate whenever the **validation loss** has not fallen for 2 epochs,
# 3. write the model with the **best validation accuracy** to `"best.keras"`.
#
# No error is raised. These are the symptoms:
#
# - the run always goes to its 30th epoch, though the validation accuracy stopped rising long before,
# - the learning rate is halved, but for the first time long after the validation loss has turned,
# - the model in `best.keras` is the *worst* of the run.
#
# Your cell holds the three as the list `repaired`. Find the cause of each symptom. Keep the three, in any order; change nothing else.
#
# <details><summary>Hint 1</summary>
#
# Ask of each: does the number it watches exist? How long does it wait? Which way does it take for better?
#
# </details>
# <details><summary>Hint 2</summary>
#
# The names that exist are those in the history. What waits longer than another callback acts too late. `mode=` is believed, even where it is wrong.
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
def watches_accuracy(found):
    if found.monitor not in ("loss", "val_loss", "accuracy", "val_accuracy"):
        return f"it watches {found.monitor!r}, which is no name in the history"
    if not found.monitor.startswith("val_") or not found.monitor.endswith("accuracy"):
        return f"it watches {found.monitor!r}: is that the accuracy, and on the validation data?"
    return True


def stops_on_a_real_number(given):
    """EarlyStopping watches the validation accuracy, under the name that this run reports"""
    found = pick(given, "EarlyStopping")
    if found is None:
        return "the list needs one EarlyStopping"
    return watches_accuracy(found)


def slows_before_the_end(given):
    """ReduceLROnPlateau acts before EarlyStopping ends the run, however early that is"""
    found, stop = pick(given, "ReduceLROnPlateau"), pick(given, "EarlyStopping")
    if found is None or stop is None:
        return "the list needs one ReduceLROnPlateau and one EarlyStopping"
    if stop.patience > 6:
        return f"EarlyStopping waits {stop.patience} epochs, and 6 are asked for: the mistake is not there"
    return (
        found.patience < stop.patience
        or f"it waits {found.patience} epochs, and the run may end after {stop.patience}"
    )


def keeps_the_best(given):
    """ModelCheckpoint keeps the model with the best validation accuracy"""
    found = pick(given, "ModelCheckpoint")
    if found is None:
        return "the list needs one ModelCheckpoint"
    if watches_accuracy(found) is not True:
        return watches_accuracy(found)
    if not found.save_best_only:
        return "it writes every epoch's model, so the last one stays"
    return found.mode != "min" or "it keeps the model with the least accuracy"


check(repaired, stops_on_a_real_number, slows_before_the_end, keeps_the_best, points=2)

# %% hidden="repair" points=2
def is_set(right, mode):
    """The list has one callback of this kind, with exactly these settings; Keras may work out the mode."""
    kind = type(right).__name__

    def holds(given):
        found = pick(given, kind)
        if found is None:
            return f"the list needs one {kind}"
        return found.mode in (mode, "auto") and as_in(right, "mode")(found) or f"mode is {found.mode!r}"

    holds.__doc__ = f"{kind} does what the text asks, and nothing else is changed"
    return holds


def exactly_three(given):
    """the list holds three callbacks"""
    return isinstance(given, (list, tuple)) and len(given) == 3


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
# TensorBoard is a web page on your own computer that shows runs while they happen, side by side. The callback writes its files: curves, a description of the graph, and with `histogram_freq=1` how the weights of each layer are distributed.
# Give every run a folder of its own, named for what is special about it. Here are two runs that differ in the learning rate.

# %% example
logs = Path("logs") / time.strftime("%Y-%m-%d_%H-%M-%S")
readers = {"rate_0.003": make_reader(0.003), "rate_0.03": make_reader(0.03)}
for name, reader in readers.items():
    fit(
        reader, epochs=8, callbacks=[callbacks.TensorBoard(logs / name, histogram_freq=1, write_graph=True)]
    )

print("everything lies in", logs)
for path in sorted(logs.rglob("events*")):
    print("   ", path.relative_to(logs).parent, f"{path.stat().st_size:,} bytes")

# %% [markdown]
# Where a browser shows you this notebook, set the switch to `True` and run the next cell: TensorBoard opens below it. (It does what the two magic lines `%load_ext tensorboard` and `%tensorboard --logdir logs` do. Without a notebook, `tensorboard --logdir logs` in a terminal prints an address to open.)

# %% example
open_tensorboard = False
if open_tensorboard:
    from tensorboard import notebook

    notebook.start(f"--logdir {logs.parent}")

# %% [markdown]
# Four tabs are worth knowing.
#
# | tab | shows | how to read it |
# | --- | --- | --- |
# | **Scalars** | one curve for each number and run | choose runs on the left; compare `epoch_loss` of *train* and *validation*: where they part, overfitting begins. *Smoothing* draws a moving average; set it to 0 before you read off a value |
# | **Graphs** | the model, box by box | with Keras 3.15 and TensorBoard 2.21 it doesn't: for this network it says *Malformed GraphDef*. Section 7 has two drawings that work |
# | **Histograms** | one curve per epoch, the latest in front: how many weights have which value | a peak that widens: weights move. One that never changes: that layer doesn't learn. All at the edges: steps are too large |
# | **Projector** | vectors as points in space | *PCA* keeps the directions in which the points lie furthest apart, so distances mean something; *t-SNE* keeps neighbours together, and only neighbourhoods mean something |
#
# The two runs from above, in three of these tabs. In **Scalars**, the faint lines are what was measured, the strong ones are smoothed:
#
# ![TensorBoard's tab Scalars: four curves of the accuracy, two for each run](../../assets/figures/tensorboard_scalars.png)
#
# In **Histograms**, each layer's kernel and bias have a picture of their own. The kernel spreads with every epoch:
#
# ![TensorBoard's tab Histograms: stacked curves that widen from the first epoch to the last](../../assets/figures/tensorboard_histograms.png)
#
# In **Projector** (it hides behind the arrow at the right end of the tabs), *PCA* shows the words that this section writes there at its end; click a point to read its word:
#
# ![TensorBoard's tab Projector: 74 points in three groups](../../assets/figures/tensorboard_projector.png)
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
    return {
        tag: [tensor_util.make_ndarray(event.tensor_proto) for event in events.Tensors(tag)]
        for tag in events.Tags()["tensors"]
    }


written = read_events(logs / "rate_0.003" / "train")
for tag, values in written.items():
    print(f"{tag:<45}{len(values)} ×, shape {values[0].shape}")

# %% [markdown]
# Three kinds of thing: one number per epoch (the curves); `keras`, written once (the graph, as text); and the histograms, tables of *from*, *to* and *how many*. Here is what the tab **Scalars** draws from the first kind:

# %% example
figure, place = plt.subplots(figsize=(6.5, 2.6), layout="constrained")
for color, name in zip(("C0", "C1"), ("rate_0.003", "rate_0.03")):
    for part, style in (("train", "-"), ("validation", "--")):
        place.plot(
            range(1, 9),
            [float(value) for value in read_events(logs / name / part)["epoch_loss"]],
            style,
            color=color,
            label=f"{name}/{part}",
        )
place.set_xlabel("epoch")
place.set_title("epoch_loss: two runs side by side", fontsize=10)
place.legend(fontsize=8);

# %% [markdown]
# And the tab **Histograms**, from the third. **Predict, then run.** Weights start in a narrow band around zero. What does training do to the embedding: narrower or wider?

# %% example
tag = next(tag for tag in written if tag.endswith("embeddings/histogram"))
figure, place = plt.subplots(figsize=(6.5, 2.4), layout="constrained")
for epoch, style in ((0, "-"), (7, "--")):
    table = written[tag][epoch]
    place.plot((table[:, 0] + table[:, 1]) / 2, table[:, 2] + 1, style, label=f"after epoch {epoch + 1}")
place.set_yscale("log")
place.set_xlabel("value of a weight")
place.set_title("How many of the embedding's 80,000 weights have which value", fontsize=10)
place.legend()

untrained_words = make_reader().get_layer("words").get_weights()[0]
vectors = readers["rate_0.003"].get_layer("words").get_weights()[0]
never_moved = np.mean((vectors == untrained_words).all(axis=1))
print(
    f"largest weight: {np.abs(untrained_words).max():.2f} before training, {np.abs(vectors).max():.2f} "
    "after it"
)
print(f"words that never moved: {never_moved:.0%}")

# %% claim="most-words-never-move"
assert never_moved > 0.8 and np.abs(vectors).max() > 5 * np.abs(untrained_words).max()
{"never moved": never_moved, "largest before": np.abs(untrained_words).max(), "largest after": np.abs(vectors).max()}

# %% [markdown]
# <!-- claim: most-words-never-move -->
# Wider, but look at the logarithmic axis: the peak stays. More than four of five words never moved at all. They are receipts that no training remark has.
#
# ### Words as points in space
#
# After training, each word is a point in 8 dimensions. TensorBoard's **projector** shows them. The callback has settings for it, `embeddings_freq` and `embeddings_metadata`. With today's Keras they don't reach the projector:
# they point to a checkpoint in a format that Keras 3 no longer writes. Two small tables and four lines of configuration do it.

# %% example
shown = range(1, 75)                       # the real words and a few receipts
space = logs / "rate_0.003" / "train"  # a run: the projector looks only into folders that hold event files
np.savetxt(space / "vectors.tsv", vectors[shown], delimiter="\t", fmt="%.5f")
(space / "names.tsv").write_text("\n".join(words[number] for number in shown) + "\n")
(space / "projector_config.pbtxt").write_text("""embeddings {
  tensor_name: "words"
  tensor_path: "vectors.tsv"
  metadata_path: "names.tsv"
}
""")
print(*sorted(path.name for path in space.iterdir() if not path.name.startswith("events")))

# %% [markdown]
# Here is what the projector's *PCA* shows, drawn flat: the two directions in which the points lie furthest apart.

# %% example
points = vectors[shown] - vectors[shown].mean(axis=0)
flat = points @ np.linalg.svd(points, full_matrices=False)[2][:2].T
kind = set(
    "delicious fresh friendly perfect quick lovely warm generous honest charming "
    "crisp wonderful careful bright cosy".split()
)
harsh = set(
    "stale rude slow cold greasy noisy bland soggy burnt careless dusty bitter tiny sticky gloomy".split()
)
rows = {
    "kind": [row for row, number in enumerate(shown) if words[number] in kind],
    "harsh": [row for row, number in enumerate(shown) if words[number] in harsh],
    "all others": [row for row, number in enumerate(shown) if words[number] not in kind | harsh],
}

figure, place = plt.subplots(figsize=(7, 3.6), layout="constrained")
for (label, chosen), marker in zip(rows.items(), "^v."):
    place.scatter(*flat[chosen].T, marker=marker, label=label)
    for row in chosen[:4] if label != "all others" else ():
        place.annotate(words[shown[row]], flat[row], fontsize=8, xytext=(4, 3), textcoords="offset points")
place.set_title("The words after eight epochs", fontsize=10)
place.legend();

# %% claim="kind-and-harsh-part"
side = np.sign(flat[rows["kind"], 0].mean())
kind_side, harsh_side = side * flat[rows["kind"], 0], side * flat[rows["harsh"], 0]
others = side * flat[rows["all others"], 0]
assert harsh_side.max() < others.min() and others.max() < kind_side.min()
{"harsh, at most": harsh_side.max(), "others, from": others.min(), "others, to": others.max(), "kind, at least": kind_side.min()}

# %% [markdown]
# <!-- claim: kind-and-harsh-part -->
# What to see: kind words on one side, harsh ones on the other, everything else in between. Nobody told the network which words are kind. It read 1,500 remarks.
#
# ## 7 · Two drawings of one graph
#
# Before a run you want to see the graph. Keras has a drawing of its own, `plot_model`, and this course uses `lg.plot`. A layer that is called twice shows the difference.

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
    print(
        "plot_model needs the program dot, which comes with Graphviz. Without it, go on with lg.plot: it "
        "needs nothing else."
    )

# %% [markdown]
# | | `lg.plot` | `keras.utils.plot_model` |
# | --- | --- | --- |
# | a box is | one *call* | one *layer* |
# | a layer called twice | two boxes with the same mark | one box with two arrows into it |
# | shows | essential settings, shapes, parameters | what you ask for: `show_shapes`, `show_layer_activations`, … |
# | needs | nothing more | the program `dot` |
#
# ## 8 · A run that is interrupted
#
# A long run may be cut off: the power fails, a time limit ends the job. Then you start it again, with the same lines. A checkpoint with `save_best_only=True` seems made for that. **Predict, then run:** seven epochs, a cut, then two more from the start. Which model lies on disk?

# %% example
file = folder / "night.keras"
before_cut = fit(
    make_reader(),
    epochs=7,
    callbacks=[callbacks.ModelCheckpoint(file, monitor="val_loss", save_best_only=True)],
)
best_on_disk = keras.models.load_model(file).evaluate(x_val, y_val, verbose=0, return_dict=True)["loss"]

after_cut = fit(
    make_reader(),
    epochs=2,
    callbacks=[callbacks.ModelCheckpoint(file, monitor="val_loss", save_best_only=True)],
)
left_on_disk = keras.models.load_model(file).evaluate(x_val, y_val, verbose=0, return_dict=True)["loss"]
print(
    f"val_loss of the model on disk: {best_on_disk:.3f} before the cut, {left_on_disk:.3f} after the "
    "restart"
)

# %% claim="a-checkpoint-forgets"
assert left_on_disk > best_on_disk + 0.05
{"before": best_on_disk, "after the restart": left_on_disk}

# %% [markdown]
# <!-- claim: a-checkpoint-forgets -->
# The better model is gone. "Best" means best *since this callback was made*: the new one has seen nothing, takes its first epoch for the best ever, and writes over the file. Three things help.
#
# - `initial_value_threshold=0.32` tells a checkpoint the best value so far.
# - A number in the file's name, such as `"night-{val_loss:.3f}.keras"`, gives each save a file of its own; no later one writes over it.
# - `BackupAndRestore(folder)` saves the state of the run after each epoch, and `fit` continues where it was interrupted. (The checkpoint beside it still forgets its best value.)
#
# One gap remains with a single file: a cut *in the moment of writing* spoils the only copy. Numbered files don't have that gap.
#
# The next cell plays such nights for the check, with the losses it is told. You can skip it.

# %% setup
class Weather(callbacks.Callback):
    """For the check: gives each epoch the validation loss it is told to have, and cuts the run off.

    The loss is also written into the model, so that one can tell which epoch a file holds.
    """

    def __init__(self, losses):
        super().__init__()
        self.losses = list(losses)

    def on_epoch_end(self, epoch, logs=None):
        loss = self.losses.pop(0)
        logs.update({"loss": 0.1 / (1 + epoch), "val_loss": loss, "accuracy": 0.5, "val_accuracy": 0.5})
        self.model.layers[-1].set_weights([np.zeros((1, 1)), np.array([loss])])


class Cut(callbacks.Callback):
    """For the check: the power fails after so many epochs."""

    def __init__(self, epochs):
        super().__init__()
        self.left = epochs

    def on_epoch_end(self, epoch, logs=None):
        self.left -= 1
        if self.left == 0:
            raise InterruptedError


def outside(given, folder):
    """For the check: what a list of callbacks would write elsewhere; a text, empty where all is well."""
    if not isinstance(given, (list, tuple)):
        return f"make_night returned {type(given).__name__}, not a list of callbacks"
    strange = [number for number, one in enumerate(given, 1) if not isinstance(one, callbacks.Callback)]
    if strange:
        return (
            f"number {strange[0]} in the list is no callback of Keras: those of keras.callbacks are "
            "enough, and only they can be judged"
        )
    paths = [
        getattr(one, name)
        for one in given
        for name in ("filepath", "filename", "backup_dir", "log_dir")
        if hasattr(one, name)
    ]
    elsewhere = [
        str(path)
        for path in map(Path, paths)
        if folder not in (path.parts if path.is_absolute() else path.parts[:1])
    ]
    return f"{elsewhere[0]!r} doesn't lie in the folder" if elsewhere else ""


def moved(given, folder):
    """For the check: the callbacks, with paths made absolute elsewhere below this folder again."""
    for one in given:
        for name, value in vars(one).items():
            if isinstance(value, (str, Path)) and folder in Path(value).parts:
                parts = Path(value).parts
                setattr(one, name, str(Path(*parts[parts.index(folder) :])))
    return given


def nights(make_night, starts):
    """For the check: run these starts, each cut off at its end; the losses on disk, the table's rows."""
    with tempfile.TemporaryDirectory(prefix="night-", dir=".") as made:
        place, best = Path(Path(made).name), None  # relative, as a student's "runs/night" is
        for losses in starts:
            given = make_night(place.name, best)
            if given is None:
                return NOTHING_YET
            if outside(given, place.name):
                return outside(given, place.name)
            model = keras.Sequential([keras.Input(shape=(1,)), layers.Dense(1)])
            model.compile("sgd", "mse", metrics=["accuracy"], run_eagerly=True)
            try:
                model.fit(
                    np.zeros((1, 1)),
                    np.zeros((1, 1)),
                    epochs=100,
                    verbose=0,
                    callbacks=[Weather(losses), *moved(given, place.name), Cut(len(losses))],
                )
            except InterruptedError:
                pass
            best = min([*losses, *([] if best is None else [best])])
        models = [keras.models.load_model(path) for path in sorted(place.rglob("*.keras"))]
        lines = (place / "night.csv").read_text().split() if (place / "night.csv").exists() else []
    return sorted(round(float(model.layers[-1].get_weights()[1][0]), 3) for model in models), [
        line for line in lines if "val_loss" not in line
    ]


def keeps_its_promise(*starts):
    """For the check: after these starts the best model is on disk, and the table holds all epochs."""
    epochs, seen = [loss for losses in starts for loss in losses], {}

    def left_by(make_night):
        if id(make_night) not in seen:
            seen[id(make_night)] = make_night, nights(make_night, starts)
        return seen[id(make_night)][1]

    def best_on_disk(make_night):
        left = left_by(make_night)
        if not isinstance(left, tuple):
            return left
        on_disk = ", ".join(map(str, left[0])) or "none: no .keras file lies in the folder"
        return (
            min(epochs) in left[0]
            or f"the best model had val_loss {min(epochs)}; those on disk have {on_disk}"
        )

    def whole_table(make_night):
        left = left_by(make_night)
        return (
            left
            if not isinstance(left, tuple)
            else len(left[1]) == len(epochs) or f"night.csv has {len(left[1])} of {len(epochs)} epochs"
        )

    how = " | ".join(" ".join(map(str, losses)) for losses in starts)
    best_on_disk.__doc__ = f"losses {how} (each | is a cut): the best model is on disk"
    whole_table.__doc__ = f"losses {how}: the table holds all epochs"
    return best_on_disk, whole_table

# %% [markdown]
# ### Exercise 8.6 · Decide between two designs (3 points)
#
# Tonight a model trains for many hours on a machine that may be switched off at any minute. After a cut, the same lines run again: training starts anew with your callbacks. In the morning you want, in one folder,
#
# - the best model so far (by `val_loss`), whole, as a `.keras` file, *whatever was trained before and after the cuts*. Other models may lie beside it,
# - a table of *all* epochs in `night.csv`, those before the cuts included.
#
# Write `make_night(folder, best_so_far)`. It is called at every start and returns a list of Keras' own callbacks that write into `folder`, a text such as `"runs/night"`; you may make the folder where it is missing. `best_so_far` is the lowest `val_loss` in the table of earlier starts, `None` at the first start. Read nothing from the folder yourself.
#
# - **Design A:** one file, `night.keras`, that is written over whenever the model is better than ever. It saves space.
# - **Design B:** a new file for each model that is kept, named by what it is: its epoch, its `val_loss`. It takes more space, and nothing is written over.
#
# Both can keep the promise, and both are accepted. Decide for one, and say to yourself what the other would cost: for 300 epochs and models of 400 MB, how much disk does each need?
#
# <details><summary>Hint 1</summary>
#
# What does a checkpoint made after the cut know about the models before it? By default a checkpoint writes after *every* epoch, also after a bad one. By default `CSVLogger` begins its table anew; read what `append=` does.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `f"{folder}/night.csv"` is the table's path. Inside an f-string, braces that Keras is to fill in are doubled: `f"{folder}/epoch-{{epoch:02d}}.keras"`. (Could two of your models get this name? The epochs are counted anew after a cut.)
#
# </details>

# %% solution="night"
def make_night(folder, best_so_far):
    """The callbacks of one start."""
    ### BEGIN SOLUTION
    return [
        callbacks.ModelCheckpoint(
            f"{folder}/night-{{val_loss:.3f}}.keras", monitor="val_loss", save_best_only=True
        ),
        callbacks.CSVLogger(f"{folder}/night.csv", append=True),
    ]
    ### END SOLUTION

# %% check="night" points=1
check(make_night, *keeps_its_promise([0.5, 0.4, 0.45], [0.6, 0.42]), points=1)

# %% hidden="night" points=2
best_of_three, table_of_three = keeps_its_promise([0.9, 0.7, 0.8], [0.85, 0.725], [0.95])
better_later, _ = keeps_its_promise([0.8], [0.85, 0.6, 0.65])

check(make_night, best_of_three, better_later, table_of_three, points=2)

# %% [markdown]
# ## What you know now
#
# | you want to | use | mind |
# | --- | --- | --- |
# | see the curves | `fit(…).history` | `val_` names need validation data |
# | stop in time | `EarlyStopping(monitor, patience, restore_best_weights=True)` | without the last, you keep the weights of the last epoch |
# | keep the best on disk | `ModelCheckpoint("x.keras", save_best_only=True)` | a new one knows nothing of the old one: `initial_value_threshold=`, or a number in the name |
# | slow down | `ReduceLROnPlateau(factor, patience)` | its patience must be shorter than the stopper's; it doesn't cure overfitting |
# | a table | `CSVLogger("x.csv")` | `append=True` to go on with an old one |
# | anything else | a class that inherits from `Callback` | data go in through `__init__`; `self.model.stop_training = True` ends the run |
# | a web page | `TensorBoard(folder, histogram_freq=1)` | one folder per run; the projector needs tables of your own |

# %% [markdown]
# ## In the wild
#
# Lines from published notebooks, and what Keras 3 says to them.

# %% example
keras_says("callbacks.ReduceLRONPlateau(patience=2)", globals())
keras_says("callbacks.ModelCheckpoint('best.keras', period=5)", globals())
keras_says("callbacks.ModelCheckpoint('weights.ckpt')", globals())
keras_says("callbacks.ModelCheckpoint('weights.h5', save_weights_only=True)", globals())
keras_says("callbacks.TensorBoard('logs', write_grads=True)", globals())
keras_says("callbacks.Callback().validation_data", globals())

# %% [markdown]
# | old line | today |
# | --- | --- |
# | `ReduceLRONPlateau(…)` | `ReduceLROnPlateau(…)`: a small *n* |
# | `ModelCheckpoint(…, period=5)` (every fifth epoch) | `save_freq=5 * batches_per_epoch`: `save_freq` counts batches; `"epoch"` means every epoch |
# | `"weights.ckpt"`, `"weights.h5"` | `"model.keras"`, `"model.weights.h5"` |
# | `TensorBoard(…, write_grads=True)` | gone; measure gradients yourself, as in lesson 05 |
# | `self.validation_data` | hand the data to your callback's `__init__` |
# | `monitor="val_acc"` | `monitor="val_accuracy"`: the name from `compile` |
#
# **Next:** the run is under control. Lesson 09 asks how to get the last few per cent out of a model.
