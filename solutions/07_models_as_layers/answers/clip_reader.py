# %% right="each layer distributed by itself, other names"
frame_reader = keras.Sequential([keras.Input((64,)), layers.Dense(20, activation="relu"), layers.Dense(10, activation="softmax")])
film = x = keras.Input((6, 64), name="film")
for layer in frame_reader.layers:
    x = layers.TimeDistributed(layer)(x)
clip_reader = keras.Model(film, x)
predicted_shape = [6, 10]

# %% right="a functional frame reader"
frame = keras.Input(shape=(64,))
frame_reader = keras.Model(frame, layers.Dense(10, activation="softmax")(layers.Dense(20, activation="relu")(frame)))
clip_reader = keras.Sequential([keras.Input(shape=(6, 64)), layers.TimeDistributed(frame_reader)])
predicted_shape = (6, 10)

# %% wrong="the steps flattened away" says="weight arrays"
frame_reader = keras.Sequential([keras.Input(shape=(64,)), layers.Dense(20, activation="relu"), layers.Dense(10, activation="softmax")])
clip = keras.Input(shape=(6, 64))
x = layers.Flatten()(clip)
x = layers.Dense(20, activation="relu")(x)
clip_reader = keras.Model(clip, layers.Dense(10, activation="softmax")(x))
predicted_shape = (10,)

# %% wrong="the batch axis in the shape" says="None"
frame_reader = keras.Sequential([
    keras.Input(shape=(64,)),
    layers.Dense(20, activation="relu"),
    layers.Dense(10, activation="softmax"),
])
clip = keras.Input(shape=(6, 64))
clip_reader = keras.Model(clip, layers.TimeDistributed(frame_reader)(clip))
predicted_shape = (None, 6, 10)

# %% wrong="shape of a single frame" of="the batch axis in the shape" replace="None, 6, 10" by="10," loses=0.5 says="6"

# %% wrong="an LSTM instead of the reader" says="Dense"
frame_reader = keras.Sequential([keras.Input(shape=(64,)), layers.Dense(20, activation="relu"), layers.Dense(10, activation="softmax")])
clip = keras.Input(shape=(6, 64))
clip_reader = keras.Model(clip, layers.LSTM(10, return_sequences=True)(clip))
predicted_shape = (6, 10)

# %% wrong="no shape" of="the batch axis in the shape" replace="(None, 6, 10)" by="..." says="predicted_shape"

# %% wrong="a clone of the frame reader, with weights of its own" of="the batch axis in the shape" says="0 of 4 weight arrays"
clip_reader = keras.Model(clip, layers.TimeDistributed(keras.models.clone_model(frame_reader))(clip))
predicted_shape = (6, 10)
