# %% right="the minus sign"
first, second = keras.Input((12,)), keras.Input((12,))
price_gap = keras.Model([first, second], layers.Dense(1, use_bias=False)(first - second))
other_parameters = 24 + 1

# %% right="one price each, then the difference"
first, second = keras.Input((12,)), keras.Input((12,))
price = layers.Dense(1, use_bias=False)
price_gap = keras.Model([first, second], ops.subtract(price(first), price(second)))
other_parameters = 25

# %% right="one price each with a bias, which the difference takes away"
first, second = keras.Input((12,)), keras.Input((12,))
price = layers.Dense(1)
price_gap = keras.Model([first, second], layers.Subtract()([price(first), price(second)]))
other_parameters = 25

# %% wrong="design A" loses=2.56 says="swapped"
first, second = keras.Input((12,)), keras.Input((12,))
price_gap = keras.Model([first, second], layers.Dense(1)(layers.Concatenate()([first, second])))
other_parameters = 12

# %% wrong="design A without its bias" loses=1.83 says="swapped"
first, second = keras.Input((12,)), keras.Input((12,))
price_gap = keras.Model([first, second], layers.Dense(1, use_bias=False)(layers.Concatenate()([first, second])))
other_parameters = 25

# %% wrong="design B with a bias" of="design A without its bias" replace="1, use_bias=False)(layers.Concatenate" by="1)(layers.Subtract" loses=1.72 says="swapped"

# %% wrong="an activation that is never negative" of="design A without its bias" replace="False)(layers.Concatenate" by="False, activation=\"relu\")(layers.Subtract" loses=1.72 says="swapped"

# %% wrong="the other design counted without its bias" loses=0.72 says="did not build"
first, second = keras.Input((12,)), keras.Input((12,))
price_gap = keras.Model([first, second], layers.Dense(1, use_bias=False)(layers.Subtract()([first, second])))
other_parameters = 24

# %% wrong="an offer minus itself" of="design A without its bias" replace="layers.Concatenate()([first, second" by="layers.Subtract()([first, first" loses=1.83 says="always 0"

# %% wrong="squeezed by tanh" of="design A without its bias" replace="False)(layers.Concatenate" by="False, activation=\"tanh\")(layers.Subtract" loses=1.72 says="100 times"

# %% wrong="second minus first" of="design A without its bias" replace="layers.Concatenate()([first, second])" by="second - first" loses=0.61 says="which offer comes first"

# %% wrong="inputs in the other order" loses=0.61 says="which offer comes first"
first, second = keras.Input((12,)), keras.Input((12,))
price_gap = keras.Model([second, first], layers.Dense(1, use_bias=False)(first - second))
other_parameters = 25

# %% wrong="frozen" loses=0.5 says="frozen"
first, second = keras.Input((12,)), keras.Input((12,))
price_gap = keras.Model([first, second], layers.Dense(1, use_bias=False)(first - second))
price_gap.trainable = False
other_parameters = 25
