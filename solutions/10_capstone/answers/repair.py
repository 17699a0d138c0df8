# %% right="the encoder as a model"
photo = keras.Input((8, 8, 1))
encoder = keras.Model(photo, layers.Dense(32, activation="relu")(layers.Dense(64, activation="relu")(layers.Flatten()(photo))))
left, right, question = keras.Input((8, 8, 1), name="l"), keras.Input((8, 8, 1), name="r"), keras.Input((2,), name="q")
x = layers.Dense(64, activation="relu")(layers.concatenate([encoder(left), encoder(right), question]))
repaired = keras.Model([left, right, question], [layers.Dense(1, activation="sigmoid")(x), layers.Dense(19, activation="softmax")(x)])

# %% right="a Sequential encoder, activations apart"
encoder = keras.Sequential([layers.Flatten(), layers.Dense(64), layers.ReLU(), layers.Dense(32), layers.ReLU()])
left, right, question = keras.Input((8, 8, 1)), keras.Input((8, 8, 1)), keras.Input((2,))
x = layers.ReLU()(layers.Dense(64)(layers.Concatenate()([encoder(left), encoder(right), question])))
repaired = keras.Model(inputs=[left, right, question], outputs=[layers.Activation("sigmoid")(layers.Dense(1)(x)), layers.Softmax()(layers.Dense(19)(x))])

# %% wrong="the question still unheard" says="no way leads from the question to output 1 or 2"
encoder = keras.Sequential([keras.Input((8, 8, 1)), layers.Flatten(), layers.Dense(64, activation="relu"), layers.Dense(32, activation="relu")])
left, right, question = keras.Input((8, 8, 1)), keras.Input((8, 8, 1)), keras.Input((2,))
x = layers.Dense(64, activation="relu")(layers.Concatenate()([encoder(left), encoder(right)]))
repaired = keras.Model([left, right, question], [layers.Dense(1, activation="sigmoid")(x), layers.Dense(19, activation="softmax")(x)])

# %% wrong="still two encoders" says="(left)"
def encode(image):
    x = layers.Dense(64, activation="relu")(layers.Flatten()(image))
    return layers.Dense(32, activation="relu")(x)


left, right, question = keras.Input((8, 8, 1)), keras.Input((8, 8, 1)), keras.Input((2,))
x = layers.Dense(64, activation="relu")(layers.Concatenate()([encode(left), encode(right), question]))
repaired = keras.Model([left, right, question], [layers.Dense(1, activation="sigmoid")(x), layers.Dense(19, activation="softmax")(x)])

# %% wrong="only the first layer shared" says="(right)"
wide = layers.Dense(64, activation="relu")
left, right, question = keras.Input((8, 8, 1)), keras.Input((8, 8, 1)), keras.Input((2,))
codes = [layers.Dense(32, activation="relu")(wide(layers.Flatten()(image))) for image in (left, right)]
x = layers.Dense(64, activation="relu")(layers.Concatenate()([*codes, question]))
repaired = keras.Model([left, right, question], [layers.Dense(1, activation="sigmoid")(x), layers.Dense(19, activation="softmax")(x)])

# %% wrong="the left image read twice" of="the question still unheard" replace="right)" by="left), question" says="no way leads from right"

# %% wrong="the question first" of="the question still unheard" replace="[encoder" by="[question, encoder" says="concatenated comes from input_layer"

# %% wrong="the answers swapped" says="the outputs answer"
encoder = keras.Sequential([keras.Input((8, 8, 1)), layers.Flatten(), layers.Dense(64, activation="relu"), layers.Dense(32, activation="relu")])
left, right, question = keras.Input((8, 8, 1)), keras.Input((8, 8, 1)), keras.Input((2,))
x = layers.Dense(64, activation="relu")(layers.Concatenate()([encoder(left), encoder(right), question]))
repaired = keras.Model([left, right, question], [layers.Dense(19, activation="softmax")(x), layers.Dense(1, activation="sigmoid")(x)])
