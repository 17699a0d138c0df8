# %% right="a chain of ifs, activations apart, twice as many epochs"
def digit_net(branches):
    def window(tensor, size):
        return layers.Activation("relu")(layers.Conv2D(8, (size, size), padding="same")(tensor))

    start = keras.Input((8, 8, 1), name="digit")
    first = window(start, 3)
    ends = []
    for letter in branches:
        if letter == "a":
            ends.append(window(first, 1))
        elif letter == "b":
            ends.append(window(window(first, 1), 3))
        elif letter == "c":
            ends.append(window(layers.AvgPool2D(3, 1, padding="same")(first), 3))
        else:
            ends.append(window(window(window(first, 1), 3), 3))
    pooled = layers.GlobalMaxPool2D()(layers.concatenate(ends))
    return keras.Model(start, layers.Softmax()(layers.Dense(10)(pooled)))


nets = {}
for left_out in "abcd":
    nets[left_out] = digit_net([letter for letter in "abcd" if letter != left_out])
accuracies = {left_out: train(nets[left_out], epochs=12) for left_out in nets}
needed = [left_out for left_out in "abcd" if accuracies[left_out] < 0.85]

# %% right="the letters written out, measured with numpy, rounded"
def digit_net(branches):
    image = keras.Input(shape=(8, 8, 1))
    settings = {"padding": "same", "activation": "relu"}
    x = layers.Conv2D(8, 3, **settings)(image)
    make = {
        "a": lambda: layers.Conv2D(8, 1, activation="relu")(x),
        "b": lambda: layers.Conv2D(8, 3, **settings)(layers.Conv2D(8, 1, **settings)(x)),
        "c": lambda: layers.Conv2D(8, 3, **settings)(layers.AveragePooling2D(3, strides=1, padding="same")(x)),
        "d": lambda: layers.Conv2D(8, 3, **settings)(layers.Conv2D(8, 3, **settings)(layers.Conv2D(8, 1, **settings)(x))),
    }
    x_all = layers.Concatenate(axis=-1)([make[name]() for name in branches])
    return keras.Model(image, layers.Dense(10, activation="softmax")(layers.GlobalMaxPooling2D()(x_all)))


nets = {"a": digit_net("bcd"), "b": digit_net("acd"), "c": digit_net("abd"), "d": digit_net("abc")}
accuracies = {}
for left_out, net in nets.items():
    train(net)
    accuracies[left_out] = np.round(np.mean(net.predict(new_images, verbose=0).argmax(1) == new_digits), 3)
needed = tuple(left_out for left_out in accuracies if accuracies[left_out] < 0.85)

# %% wrong="not trained" says="compile"
def digit_net(branches):
    def conv(x, window):
        return layers.Conv2D(8, window, padding="same", activation="relu")(x)

    image = keras.Input(shape=(8, 8, 1))
    x = conv(image, 3)
    ends = {"a": conv(x, 1), "b": conv(conv(x, 1), 3), "c": conv(layers.AveragePooling2D(3, strides=1, padding="same")(x), 3), "d": conv(conv(conv(x, 1), 3), 3)}
    x = layers.GlobalMaxPooling2D()(layers.Concatenate()([ends[name] for name in branches]))
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))


nets = {left_out: digit_net("abcd".replace(left_out, "")) for left_out in "abcd"}
accuracies = {left_out: 0.9 for left_out in "abcd"}
needed = []

# %% wrong="the branches that are left instead of those left out" of="not trained" says="branches"
nets = {name: digit_net("abcd") for name in "abcd"}
accuracies = {name: train(net) for name, net in nets.items()}

# %% wrong="all four branches whatever is asked for" of="reference" says="branches"
def digit_net(branches):
    def conv(x, window):
        return layers.Conv2D(8, window, padding="same", activation="relu")(x)

    image = keras.Input(shape=(8, 8, 1))
    x = conv(image, 3)
    ends = [conv(x, 1), conv(conv(x, 1), 3), conv(layers.AveragePooling2D(3, strides=1, padding="same")(x), 3), conv(conv(conv(x, 1), 3), 3)]
    return keras.Model(image, layers.Dense(10, activation="softmax")(layers.GlobalMaxPooling2D()(layers.Concatenate()(ends))))

# %% wrong="the conclusion drawn from nothing" of="not trained" says="needed follows"
accuracies = {left_out: train(net) for left_out, net in nets.items()}
needed = ["a", "b", "c", "d"]

# %% wrong="the order of the text forgotten" of="reference" loses=0.5 says="order"
def digit_net(branches):
    def conv(x, window):
        return layers.Conv2D(8, window, padding="same", activation="relu")(x)

    image = keras.Input(shape=(8, 8, 1))
    x = conv(image, 3)
    ends = {"a": conv(x, 1), "b": conv(conv(x, 1), 3), "c": conv(layers.AveragePooling2D(3, strides=1, padding="same")(x), 3), "d": conv(conv(conv(x, 1), 3), 3)}
    x = layers.GlobalMaxPooling2D()(layers.Concatenate()([ends[name] for name in sorted(branches)]))
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))
