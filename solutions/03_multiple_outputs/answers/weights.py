# %% right="sums worked out by hand"
weights = {"price": 0.015, "style": 1, "sold": 2}

# %% right="with NumPy, by way of the losses"
losses = {"price": 92.0, "style": 1.38, "sold": 0.69}
weights = {name: losses["style"] / loss for name, loss in losses.items()}

# %% wrong="design A" loses=1 says="price"
weights = {"price": 1.0, "style": 1.0, "sold": 1.0}

# %% wrong="the other way up" loses=1 says="price"
weights = {"price": 92.0 / 1.38, "style": 1.0, "sold": 0.69 / 1.38}

# %% wrong="equal, but not to the style" loses=1.5 says="style"
weights = {"price": 1 / 92.0, "style": 1 / 1.38, "sold": 1 / 0.69}

# %% wrong="a list" loses=2 says="dict"
weights = [0.015, 1.0, 2.0]

# %% wrong="rounded to nothing" loses=0.5 says="price"
weights = {"price": 0.02, "style": 1.0, "sold": 2.0}

# %% wrong="a name misspelt" loses=1.5 says="keys"
weights = {"prize": 0.015, "style": 1.0, "sold": 2.0}

# %% right="numpy float32"
weights = dict(zip(("price", "style", "sold"), np.float32([0.015, 1, 2])))
