# %% right="a sum and a division"
def weighted_average(predictions, weights):
    total = np.zeros_like(predictions[0])
    for prediction, weight in zip(predictions, weights):
        total = total + weight * prediction
    return total / sum(weights)

# %% right="tensordot with shares"
def weighted_average(predictions, weights):
    shares = np.asarray(weights, dtype=float) / np.sum(weights)
    return np.tensordot(shares, np.stack(predictions), axes=1)

# %% right="a Keras tensor"
def weighted_average(predictions, weights):
    shares = keras.ops.reshape(keras.ops.convert_to_tensor(weights, "float32") / float(sum(weights)), (-1, 1, 1))
    return keras.ops.sum(shares * keras.ops.convert_to_tensor(predictions, "float32"), axis=0)

# %% wrong="the weights ignored" loses=1.83 says="0.7"
def weighted_average(predictions, weights):
    return np.mean(predictions, axis=0)

# %% wrong="not divided by the sum of the weights" loses=2.33 says="0.6"
def weighted_average(predictions, weights):
    return sum(weight * prediction for prediction, weight in zip(predictions, weights))

# %% wrong="divided by the number of members" loses=2.5 says="0.7"
def weighted_average(predictions, weights):
    return sum(weight * prediction for prediction, weight in zip(predictions, weights)) / len(weights)

# %% wrong="over the wrong axis" loses=3 says="shape"
def weighted_average(predictions, weights):
    return np.mean(np.average(predictions, axis=0, weights=weights), axis=0)

# %% wrong="the class instead of the probabilities" loses=3 says="shape"
def weighted_average(predictions, weights):
    return np.average(predictions, axis=0, weights=weights).argmax(axis=1)

# %% wrong="the best member alone" loses=2.33 says="instead of"
def weighted_average(predictions, weights):
    return predictions[int(np.argmax(weights))]

# %% wrong="two members only" loses=2 says="instead of"
def weighted_average(predictions, weights):
    return (weights[0] * predictions[0] + weights[1] * predictions[1]) / (weights[0] + weights[1])

# %% wrong="divided by the sum of the row" says="instead of"
def weighted_average(predictions, weights):
    total = sum(weight * prediction for prediction, weight in zip(predictions, weights))
    return total / total.sum(axis=1, keepdims=True)
