# %% right="in the other order, as dict()"
batch = dict(question=asked[len(asked) - 8:], text=texts[len(texts) - 8:])

# %% right="filled bit by bit, another dtype"
batch = {}
batch["text"] = texts[-8:].astype("int64")
batch["question"] = np.array([asked[row] for row in range(-8, 0)])

# %% right="as tensors"
batch = {"text": ops.convert_to_tensor(texts[-8:]), "question": ops.convert_to_tensor(asked[-8:])}

# %% wrong="a list" loses=2 says="write a dict"
batch = [texts[-8:], asked[-8:]]

# %% wrong="swapped" loses=1 says="shape"
batch = {"text": asked[-8:], "question": texts[-8:]}

# %% wrong="the first eight" loses=1 says="text"
batch = {"text": texts[:8], "question": asked[:8]}

# %% wrong="names of the variables as keys" loses=2 says="asked"
batch = {"texts": texts[-8:], "asked": asked[-8:]}

# %% wrong="all rows" loses=1.5 says="2500"
batch = {"text": texts, "question": asked}
