# %% right="one condition, the history's val_loss"
class GapStop(callbacks.Callback):
    def __init__(self, limit):
        super().__init__()
        self.limit = limit

    def on_train_begin(self, logs=None):
        self.gaps = []

    def on_epoch_end(self, epoch, logs=None):
        logs = logs or {}
        loss = logs["loss"]
        if loss == loss and "val_loss" in logs:
            self.gaps += [logs["val_loss"] - loss]
        if loss != loss or "val_loss" in logs and self.gaps[-1] > self.limit:
            self.model.stop_training = True


def played(limit, *runs):
    callback = GapStop(limit)
    return [play(callback, reports) for reports in runs]


epochs_run, ends = [], {}
for limit in (0.1, 0.2, 0.3):
    history = fit(make_reader(), 25, [GapStop(limit)])
    epochs_run.append(len(history["val_loss"]))
    ends[limit] = history["val_loss"][-1]
best_limit = min(ends, key=ends.get)

# %% right="NumPy numbers, measured elsewhere and typed"
class GapStop(keras.callbacks.Callback):
    def __init__(self, limit):
        super().__init__()
        self.limit = limit

    def on_train_begin(self, logs=None):
        self.gaps = list()

    def on_epoch_end(self, epoch, logs=None):
        if np.isnan(logs["loss"]):
            self.model.stop_training = True
            return
        if logs.get("val_loss") is None:
            return
        gap = np.subtract(logs["val_loss"], logs["loss"])
        self.gaps.append(gap)
        if gap > self.limit:
            self.model.stop_training = True


def played(limit, *runs):
    callback = GapStop(limit)
    return [play(callback, reports) for reports in runs]


epochs_run = np.array([8, 11, 15])
best_limit = np.float64(0.1)

# %% wrong="NaN looked for only where there is a val_loss" says="the value"
class GapStop(callbacks.Callback):
    def __init__(self, limit):
        super().__init__()
        self.limit = limit

    def on_train_begin(self, logs=None):
        self.gaps = []

    def on_epoch_end(self, epoch, logs=None):
        if "val_loss" in logs:
            if np.isnan(logs["loss"]):
                self.model.stop_training = True
                return
            self.gaps.append(logs["val_loss"] - logs["loss"])
            self.model.stop_training = self.gaps[-1] > self.limit


def played(limit, *runs):
    callback = GapStop(limit)
    return [play(callback, reports) for reports in runs]


epochs_run, best_limit = [8, 11, 15], 0.1

# %% wrong="the list is made once, with the callback" of="NaN looked for only where there is a val_loss" says="0.75"
class GapStop(callbacks.Callback):
    def __init__(self, limit):
        super().__init__()
        self.limit = limit
        self.gaps = []

    def on_epoch_end(self, epoch, logs=None):
        if np.isnan(logs["loss"]):
            self.model.stop_training = True
        elif "val_loss" in logs:
            self.gaps.append(logs["val_loss"] - logs["loss"])
            if self.gaps[-1] > self.limit:
                self.model.stop_training = True

# %% wrong="fails without a validation loss" of="NaN looked for only where there is a val_loss" says="KeyError"
class GapStop(callbacks.Callback):
    def __init__(self, limit):
        super().__init__()
        self.limit = limit

    def on_train_begin(self, logs=None):
        self.gaps = []

    def on_epoch_end(self, epoch, logs=None):
        self.gaps.append(logs["val_loss"] - logs["loss"])
        if np.isnan(logs["loss"]) or self.gaps[-1] > self.limit:
            self.model.stop_training = True

# %% wrong="the size of the gap, whatever its sign" of="NaN looked for only where there is a val_loss" says="the value"
class GapStop(callbacks.Callback):
    def __init__(self, limit):
        super().__init__()
        self.limit = limit

    def on_train_begin(self, logs=None):
        self.gaps = []

    def on_epoch_end(self, epoch, logs=None):
        if np.isnan(logs["loss"]):
            self.model.stop_training = True
        elif "val_loss" in logs:
            self.gaps.append(abs(logs["val_loss"] - logs["loss"]))
            if self.gaps[-1] > self.limit:
                self.model.stop_training = True

# %% wrong="at the limit already" of="NaN looked for only where there is a val_loss" says="the value"
class GapStop(callbacks.Callback):
    def __init__(self, limit):
        super().__init__()
        self.limit = limit

    def on_train_begin(self, logs=None):
        self.gaps = []

    def on_epoch_end(self, epoch, logs=None):
        if np.isnan(logs["loss"]):
            self.model.stop_training = True
        elif "val_loss" in logs:
            self.gaps.append(logs["val_loss"] - logs["loss"])
            if self.gaps[-1] >= self.limit:
                self.model.stop_training = True

# %% wrong="never stops" of="NaN looked for only where there is a val_loss" says="the value"
class GapStop(callbacks.Callback):
    def __init__(self, limit):
        super().__init__()
        self.limit = limit

    def on_train_begin(self, logs=None):
        self.gaps = []

    def on_epoch_end(self, epoch, logs=None):
        if "val_loss" in logs:
            self.gaps.append(logs["val_loss"] - logs["loss"])


epochs_run, best_limit = [25, 25, 25], 0.1

# %% wrong="concludes that patience pays" of="NaN looked for only where there is a val_loss" says="0.1"
class GapStop(callbacks.Callback):
    def __init__(self, limit):
        super().__init__()
        self.limit = limit

    def on_train_begin(self, logs=None):
        self.gaps = []

    def on_epoch_end(self, epoch, logs=None):
        if np.isnan(logs["loss"]):
            self.model.stop_training = True
        elif "val_loss" in logs:
            self.gaps.append(logs["val_loss"] - logs["loss"])
            if self.gaps[-1] > self.limit:
                self.model.stop_training = True


epochs_run, best_limit = [8, 11, 15], 0.3
