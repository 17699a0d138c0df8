# %% right="lists for tuples"
shapes = {"one": [29, 29, 64], "three": [28, 28, 64], "pool": [29, 29, 32]}

# %% right="asked of Keras"
start = keras.Input((57, 57, 32))
shapes = {
    "one": tuple(layers.Conv2D(64, 1, strides=2, padding="same")(start).shape[1:]),
    "three": layers.Conv2D(64, 3, strides=2)(start).shape[1:],
    "pool": layers.AveragePooling2D(3, strides=2, padding="same")(start).shape[1:],
}

# %% wrong="rounded down" loses=1.17 says="28"
shapes = {"one": (28, 28, 64), "three": (28, 28, 64), "pool": (28, 28, 32)}

# %% wrong="valid taken for same" loses=0.58 says="three"
shapes = {"one": (29, 29, 64), "three": (29, 29, 64), "pool": (29, 29, 32)}

# %% wrong="64 channels out of a pooling" loses=0.58 says="pool"
shapes = {"one": (29, 29, 64), "three": (28, 28, 64), "pool": (29, 29, 64)}

# %% wrong="with the batch axis" loses=2 says="batch axis"
shapes = {"one": (None, 29, 29, 64), "three": (None, 28, 28, 64), "pool": (None, 29, 29, 32)}

# %% wrong="a list" loses=2 says="write a dict"
shapes = [(29, 29, 64), (28, 28, 64), (29, 29, 32)]
