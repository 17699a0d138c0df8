# %% right="in one line"
last_epoch, restored_epoch = 9, 6

# %% right="walked through by a loop"
values = [0.69, 0.55, 0.47, 0.49, 0.48, 0.45, 0.46, 0.47, 0.45, 0.43, 0.44, 0.46]
restored_epoch, last_epoch = 1, 1
for last_epoch in range(1, 13):
    if values[last_epoch - 1] < values[restored_epoch - 1]:
        restored_epoch = last_epoch
    if last_epoch - restored_epoch == 3:
        break

# %% wrong="as if the run had seen the whole table" says="10"
last_epoch, restored_epoch = 12, 10

# %% wrong="being equal taken for better" says="9"
last_epoch, restored_epoch = 12, 9

# %% wrong="counted from 0" says="5"
last_epoch, restored_epoch = 8, 5

# %% wrong="one epoch too many" says="10"
last_epoch, restored_epoch = 10, 6

# %% wrong="the last weights instead of the best" says="9"
last_epoch, restored_epoch = 9, 9

# %% wrong="stopped at the first stumble in a row of three" says="5"
last_epoch, restored_epoch = 5, 3

# %% wrong="the other way round" says="never ran"
last_epoch, restored_epoch = 6, 9

# %% wrong="as text" says="whole number"
last_epoch, restored_epoch = "9", "6"

# %% wrong="one answer missing" says="whole number"
last_epoch, restored_epoch = 9, ...

# %% right="NumPy numbers"
losses = np.array([0.69, 0.55, 0.47, 0.49, 0.48, 0.45, 0.46, 0.47, 0.45, 0.43, 0.44, 0.46])
restored_epoch = np.argmin(losses[:8]) + 1
last_epoch = restored_epoch + 3
