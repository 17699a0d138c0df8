# %% right="get with a default, one expression"
def should_stop(logs, limit):
    return bool(np.isnan(logs["loss"]) or logs.get("val_loss", logs["loss"]) - logs["loss"] > limit)

# %% right="by the definition of NaN, step by step"
def should_stop(logs, limit):
    loss = logs["loss"]
    if loss != loss:
        return True
    if "val_loss" not in logs:
        return False
    if logs["val_loss"] > loss + limit:
        return True
    return False

# %% right="what NumPy returns"
def should_stop(logs, limit):
    gap = np.float64(logs.get("val_loss", -np.inf)) - logs["loss"]
    return np.isnan(logs["loss"]) | (gap > limit)

# %% wrong="fails without a validation loss" loses=0.2 says="KeyError"
def should_stop(logs, limit):
    return bool(np.isnan(logs["loss"])) or logs["val_loss"] - logs["loss"] > limit

# %% wrong="NaN forgotten" loses=0.2 says="False"
def should_stop(logs, limit):
    return "val_loss" in logs and logs["val_loss"] - logs["loss"] > limit

# %% wrong="NaN compared by ==" loses=0.2 says="True"
def should_stop(logs, limit):
    return logs["loss"] == float("nan") or "val_loss" in logs and logs["val_loss"] - logs["loss"] > limit

# %% wrong="the size of the gap, whatever its sign" loses=0.2 says="True"
def should_stop(logs, limit):
    return bool(np.isnan(logs["loss"])) or "val_loss" in logs and abs(logs["val_loss"] - logs["loss"]) > limit

# %% wrong="the validation loss itself against the limit" loses=0.9 says="True"
def should_stop(logs, limit):
    return bool(np.isnan(logs["loss"])) or logs.get("val_loss", 0) > limit

# %% wrong="turned round" loses=1.4 says="False"
def should_stop(logs, limit):
    return bool(np.isnan(logs["loss"])) or "val_loss" in logs and logs["val_loss"] - logs["loss"] < limit

# %% wrong="the gap instead of a decision" loses=2 says="True or False"
def should_stop(logs, limit):
    return logs.get("val_loss", 0) - logs["loss"]

# %% wrong="at the limit already" loses=0.2 says="False"
def should_stop(logs, limit):
    return bool(np.isnan(logs["loss"])) or "val_loss" in logs and logs["val_loss"] - logs["loss"] >= limit

# %% wrong="always the limit of the example" loses=0.4 says="True"
def should_stop(logs, limit):
    return bool(np.isnan(logs["loss"])) or "val_loss" in logs and logs["val_loss"] - logs["loss"] > 0.2
