# %% right="counts the epochs without progress"
def stops_after(losses, patience):
    lowest, best_epoch, wait = float("inf"), 0, 0
    for index in range(len(losses)):
        if losses[index] < lowest:
            lowest, best_epoch, wait = losses[index], index + 1, 0
        else:
            wait += 1
            if wait == patience:
                return index + 1, best_epoch
    return len(losses), best_epoch

# %% right="with NumPy, returning a list"
def stops_after(losses, patience):
    for last in range(1, len(losses) + 1):
        best = np.argmin(losses[:last]) + 1
        if last - best == patience:
            break
    return [last, best]

# %% right="recursive"
def stops_after(losses, patience, start=1):
    later = [n for n in range(start + 1, min(start + patience, len(losses)) + 1) if losses[n - 1] < losses[start - 1]]
    if later:
        return stops_after(losses, patience, later[0])
    return min(start + patience, len(losses)), start

# %% wrong="counted from 0" says="3"
def stops_after(losses, patience):
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        if epoch - best >= patience:
            return epoch, best
    return len(losses) - 1, best

# %% wrong="being equal taken for better" says="5"
def stops_after(losses, patience):
    best = 1
    for epoch, loss in enumerate(losses, start=1):
        if loss <= losses[best - 1]:
            best = epoch
        if epoch - best >= patience:
            return epoch, best
    return len(losses), best

# %% wrong="compares with the epoch before" says="(5, 5)"
def stops_after(losses, patience):
    wait = 0
    for epoch in range(2, len(losses) + 1):
        wait = wait + 1 if losses[epoch - 1] >= losses[epoch - 2] else 0
        if wait == patience:
            return epoch, int(np.argmin(losses[:epoch])) + 1
    return len(losses), int(np.argmin(losses)) + 1

# %% wrong="the best of the whole list" says="5"
def stops_after(losses, patience):
    best = 1
    for epoch, loss in enumerate(losses, start=1):
        if loss < losses[best - 1]:
            best = epoch
        if epoch - best >= patience:
            return epoch, int(np.argmin(losses)) + 1
    return len(losses), best

# %% wrong="never resets the count" says="8"
def stops_after(losses, patience):
    best, wait = 1, 0
    for epoch, loss in enumerate(losses[1:], start=2):
        if loss < losses[best - 1]:
            best = epoch
        else:
            wait += 1
        if wait >= patience:
            return epoch, best
    return len(losses), best

# %% wrong="one epoch too long" says="5"
def stops_after(losses, patience):
    best = 1
    for epoch, loss in enumerate(losses, start=1):
        if loss < losses[best - 1]:
            best = epoch
        if epoch - best > patience:
            return epoch, best
    return len(losses), best

# %% wrong="nothing returned when the run goes to its end" says="None"
def stops_after(losses, patience):
    best = 1
    for epoch, loss in enumerate(losses, start=1):
        if loss < losses[best - 1]:
            best = epoch
        if epoch - best >= patience:
            return epoch, best

# %% wrong="the two numbers swapped" says="(2, 4)"
def stops_after(losses, patience):
    best = 1
    for epoch, loss in enumerate(losses, start=1):
        if loss < losses[best - 1]:
            best = epoch
        if epoch - best >= patience:
            return best, epoch
    return best, len(losses)

# %% wrong="made for the example only" says="(4, 2)"
def stops_after(losses, patience):
    return 4, 2

# %% wrong="the first loss taken for at most 1" says="(5, 3)"
def stops_after(losses, patience):
    lowest, best = 1.0, 1
    for epoch, loss in enumerate(losses, start=1):
        if loss < lowest:
            lowest, best = loss, epoch
        if epoch - best >= patience:
            return epoch, best
    return len(losses), best

# %% wrong="small gains don't count" of="being equal taken for better" replace="= losses[best - 1]" by=" losses[best - 1] - 0.01" says="(5, 3)"

# %% wrong="the later one where two are equal" says="(4, 2)"
def stops_after(losses, patience):
    best = 1
    for epoch, loss in enumerate(losses, start=1):
        if loss < losses[best - 1]:
            best = epoch
        if epoch - best >= patience:
            return epoch, best
    return len(losses), len(losses) - losses[::-1].index(min(losses))

# %% wrong="ten epochs at most" says="(30, 30)"
def stops_after(losses, patience):
    losses = losses[:10]
    best = 1
    for epoch, loss in enumerate(losses, start=1):
        if loss < losses[best - 1]:
            best = epoch
        if epoch - best >= patience:
            return epoch, best
    return len(losses), best

# %% wrong="the wait is never set back to nothing" says="(6, 3)"
def stops_after(losses, patience):
    best, wait = 1, 0
    for epoch, loss in enumerate(losses[1:], start=2):
        if loss < losses[best - 1]:
            best = epoch
        else:
            wait += 1
            if wait == patience:
                return epoch, best
    return len(losses), best
