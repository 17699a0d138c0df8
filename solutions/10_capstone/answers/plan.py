# %% right="worked out"
encoder = 64 * 24 + 24
last = (24 + 24 + 2) * 19 + 19
shared_parameters, doubled_parameters = encoder + last, 2 * encoder + last

# %% right="counted by Keras"
flatten, code = layers.Flatten(), layers.Dense(24)
left, right, question = keras.Input((8, 8, 1)), keras.Input((8, 8, 1)), keras.Input((2,))
joined = layers.concatenate([code(flatten(left)), code(flatten(right)), question])
shared_parameters = keras.Model([left, right, question], layers.Dense(19, "softmax")(joined)).count_params()
doubled_parameters = shared_parameters + code.count_params()

# %% wrong="the two swapped" says="more weights than one"
shared_parameters, doubled_parameters = 4_089, 2_529

# %% wrong="the question forgotten" says="One encoder, and"
shared_parameters, doubled_parameters = 2_491, 4_051

# %% wrong="one code only goes on" says="One encoder, and"
shared_parameters, doubled_parameters = 2_073, 3_633

# %% wrong="without biases" says="One encoder, and"
shared_parameters, doubled_parameters = 2_486, 4_022

# %% wrong="everything doubled" says="2,529 above"
shared_parameters, doubled_parameters = 2_529, 5_058

# %% wrong="as text" says="whole number"
shared_parameters, doubled_parameters = "2529", "4089"

# %% right="NumPy numbers"
sizes = np.array([64 * 24 + 24, 50 * 19 + 19])
shared_parameters, doubled_parameters = sizes.sum(), sizes @ [2, 1]
