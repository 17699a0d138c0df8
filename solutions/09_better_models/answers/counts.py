# %% right="worked out"
block_parameters = 3 * 3 * 16 * 32 + 4 * 32
block_trainable = block_parameters - 2 * 32
separable_parameters = 3 * 3 * 16 + 16 * 32

# %% right="read from layers"
convolution, normalisation, separable = layers.Conv2D(32, 3, use_bias=False), layers.BatchNormalization(), layers.SeparableConv2D(32, 3, use_bias=False)
convolution.build((None, 8, 8, 16))
normalisation.build((None, 8, 8, 32))
separable.build((None, 8, 8, 16))
block_parameters = convolution.count_params() + normalisation.count_params()
block_trainable = block_parameters - 64
separable_parameters = separable.count_params()

# %% wrong="with a bias" says="work it out once more"
block_parameters, block_trainable, separable_parameters = 4_768, 4_704, 688

# %% wrong="two numbers for each channel instead of four" says="2 + 2"
block_parameters, block_trainable, separable_parameters = 4_672, 4_672, 656

# %% wrong="everything trained" says="2 + 2"
block_parameters, block_trainable, separable_parameters = 4_736, 4_736, 656

# %% wrong="normalisation of the 16 channels that go in" says="work it out once more"
block_parameters, block_trainable, separable_parameters = 4_672, 4_640, 656

# %% wrong="the mixing forgotten" says="144"
block_parameters, block_trainable, separable_parameters = 4_736, 4_672, 144

# %% wrong="more trained than there are" says="2 + 2"
block_parameters, block_trainable, separable_parameters = 4_672, 4_736, 656

# %% wrong="as text" says="whole number"
block_parameters, block_trainable, separable_parameters = "4736", "4672", "656"

# %% right="NumPy numbers"
block_parameters = np.prod([3, 3, 16, 32]) + np.int64(128)
block_trainable, separable_parameters = block_parameters - 64, np.int32(3 * 3 * 16 + 16 * 32)
