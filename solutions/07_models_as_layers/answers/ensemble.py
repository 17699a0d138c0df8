# %% right="the function average, a loop"
def ensemble(members):
    start = keras.Input(members[0].input_shape[1:], name="start")
    answers = []
    for model in members:
        answers.append(model(start))
    return keras.Model(inputs=start, outputs=layers.average(answers))

# %% right="the sum divided by the number of members"
def ensemble(members):
    inputs = keras.Input(shape=members[0].input_shape[1:])
    total = layers.Add()([member(inputs) for member in members])
    return keras.Model(inputs, total / len(members))

# %% right="Python's own sum, divided"
def ensemble(members):
    x = keras.Input(members[0].input_shape[1:])
    return keras.Model(x, sum(member(x) for member in members) / len(members))

# %% wrong="the first member three times" says="195"
def ensemble(members):
    inputs = keras.Input(shape=members[0].input_shape[1:])
    return keras.Model(inputs, layers.Average()([members[0](inputs) for _ in members]))

# %% wrong="always three members" of="the first member three times" replace=" for _ in members" by=", members[1](inputs), members[2](inputs)" says="IndexError"

# %% wrong="added, not averaged" of="the first member three times" replace="layers.Average()([members[0](inputs) for _" by="layers.Add()([member(inputs) for member" says="counted alike"

# %% wrong="concatenated" of="the first member three times" replace="layers.Average()([members[0](inputs) for _" by="layers.Concatenate()([member(inputs) for member" says="(1,)"

# %% wrong="the shape of the exercise's example fixed" says="128"
def ensemble(members):
    inputs = keras.Input(shape=(128,))
    return keras.Model(inputs, layers.Average()([member(inputs) for member in members]))

# %% wrong="one after the other" says="error"
def ensemble(members):
    inputs = keras.Input(shape=members[0].input_shape[1:])
    member = inputs
    for model in members:
        member = model(member)
    return keras.Model(inputs, member)

# %% wrong="a list of answers, no model" says="model"
def ensemble(members):
    inputs = keras.Input(shape=members[0].input_shape[1:])
    return [member(inputs) for member in members]

# %% right="the mean over a stack"
def ensemble(members):
    inputs = keras.Input(shape=members[0].input_shape[1:])
    return keras.Model(inputs, ops.mean(ops.stack([member(inputs) for member in members]), axis=0))

# %% right="every answer by its share"
def ensemble(members):
    inputs = keras.Input(shape=members[0].input_shape[1:])
    return keras.Model(inputs, layers.Add()([member(inputs) / len(members) for member in members]))

# %% wrong="clones of the members" of="the first member three times" replace="members[0](inputs) for _" by="keras.models.clone_model(member)(inputs) for member" says="were they copied"

# %% wrong="a mean that counts the last member half" says="counted alike"
def ensemble(members):
    inputs = keras.Input(shape=members[0].input_shape[1:])
    answer, *others = [member(inputs) for member in members]
    for other in others:
        answer = layers.Average()([answer, other])
    return keras.Model(inputs, answer)

# %% wrong="the members frozen on the way" says="frozen"
def ensemble(members):
    inputs = keras.Input(shape=members[0].input_shape[1:])
    for member in members:
        member.trainable = False
    return keras.Model(inputs, layers.Average()([member(inputs) for member in members]))

# %% wrong="the largest answer instead of the mean" of="the first member three times" replace="layers.Average()([members[0](inputs) for _" by="layers.Maximum()([member(inputs) for member" says="counted alike"

# %% wrong="divided by two whatever their number" says="counted alike"
def ensemble(members):
    inputs = keras.Input(shape=members[0].input_shape[1:])
    return keras.Model(inputs, sum(member(inputs) for member in members) / 2)
