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

# %% wrong="the two swapped" loses=2 says="more weights than one"
shared_parameters, doubled_parameters = 4_089, 2_529

# %% wrong="the question forgotten" loses=1 says="work it out once more"
shared_parameters, doubled_parameters = 2_491, 4_051

# %% wrong="one code only goes on" loses=1 says="work it out once more"
shared_parameters, doubled_parameters = 2_073, 3_633

# %% wrong="without biases" loses=1 says="work it out once more"
shared_parameters, doubled_parameters = 2_486, 4_022

# %% wrong="everything doubled" loses=0.5 says="work it out once more"
shared_parameters, doubled_parameters = 2_529, 5_058

# %% wrong="as text" loses=2 says="whole numbers"
shared_parameters, doubled_parameters = "2529", "4089"
