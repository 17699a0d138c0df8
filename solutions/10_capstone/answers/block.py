# %% right="operators, the activations apart"
def branch_block(x, filters):
    a = layers.ReLU()(layers.Conv2D(filters, (1, 1))(x))
    b = layers.Activation("relu")(layers.Conv2D(filters, (3, 3), padding="same")(x))
    return layers.concatenate([a, b], axis=-1) + layers.Conv2D(2 * filters, 1)(x)

# %% right="everything padded, added the other way round"
def branch_block(tensor, n):
    ways = [layers.Conv2D(n, size, padding="same", activation="relu")(tensor) for size in (1, 3)]
    short = layers.Conv2D(2 * n, 1, padding="same", activation="linear", name=None)(tensor)
    return keras.layers.add([short, layers.Concatenate()(ways)])

# %% right="a model inside"
def branch_block(x, filters):
    start = keras.Input(shape=x.shape[1:])
    a = layers.Conv2D(filters, 1, activation="relu")(start)
    b = layers.Conv2D(filters, 3, padding="same", activation="relu")(start)
    end = layers.Add()([layers.Conv2D(2 * filters, 1)(start), layers.Concatenate()([a, b])])
    return keras.Model(start, end)(x)

# %% wrong="one behind the other" says="parameters"
def branch_block(x, filters):
    a = layers.Conv2D(filters, 1, activation="relu")(x)
    b = layers.Conv2D(filters, 3, padding="same", activation="relu")(a)
    return layers.Add()([layers.Concatenate()([a, b]), layers.Conv2D(2 * filters, 1)(x)])

# %% wrong="the shortcut from a branch" says="parameters"
def branch_block(x, filters):
    a = layers.Conv2D(filters, 1, activation="relu")(x)
    b = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    return layers.Add()([layers.Concatenate()([a, b]), layers.Conv2D(2 * filters, 1)(a)])

# %% wrong="no padding" of="one behind the other" replace="padding=\"same\", activation=\"relu\")(a" by="activation=\"relu\")(x" says="ValueError"

# %% wrong="the other order" of="the shortcut from a branch" replace="a, b]), layers.Conv2D(2 * filters, 1)(a" by="b, a]), layers.Conv2D(2 * filters, 1)(x" says="the windows are"

# %% wrong="relu on the shortcut" of="the shortcut from a branch" replace="1)(a" by="1, activation=\"relu\")(x" says="relu"

# %% wrong="concatenated instead of added" says="(8, 8, 24)"
def branch_block(x, filters):
    a = layers.Conv2D(filters, 1, activation="relu")(x)
    b = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    return layers.Concatenate()([a, b, layers.Conv2D(2 * filters, 1)(x)])

# %% wrong="no shortcut" of="concatenated instead of added" replace="b, layers.Conv2D(2 * filters, 1)(x)" by="b" says="Add"

# %% wrong="a 5×5 branch" of="one behind the other" replace="3, padding=\"same\", activation=\"relu\")(a" by="5, padding=\"same\", activation=\"relu\")(x" says="parameters"

# %% wrong="the shortcut's layer kept from the call before" says="in common with the call before"
kept = {}


def branch_block(x, filters):
    a = layers.Conv2D(filters, 1, activation="relu")(x)
    b = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    shortcut = kept.setdefault((x.shape[-1], filters), layers.Conv2D(2 * filters, 1))(x)
    return layers.Add()([layers.Concatenate()([a, b]), shortcut])
