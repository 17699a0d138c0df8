"""Short programs in the style of Keras' own guides: each binds `shown`, numbers that say what it made. Used by `test_guides`."""

HEAD = """
import keras, numpy as np, tensorflow as tf
from keras import layers, ops
keras.utils.clear_session()
keras.utils.set_random_seed(5)
x, y = np.random.default_rng(1).normal(size=(64, 6)).astype("float32"), np.arange(64) % 3
"""
TAIL = """
shown = [round(float(n), 4) for n in np.ravel(np.concatenate([np.ravel(np.asarray(s, "float64")) for s in shown]))]
"""
PROGRAMS = {
    "a subclassed model, called": """
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden, self.head = layers.Dense(8, activation="relu"), layers.Dense(3)
    def call(self, inputs):
        return self.head(self.hidden(inputs))
net = Net()
shown = [net(x), net.count_params()]
""",
    "a subclassed model, fitted": """
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden, self.drop, self.head = layers.Dense(8, activation="relu"), layers.Dropout(0.3), layers.Dense(3)
    def call(self, inputs, training=False):
        return self.head(self.drop(self.hidden(inputs), training=training))
net = Net()
net.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
history = net.fit(x, y, epochs=2, verbose=0, validation_split=0.25)
shown = [history.history["loss"], history.history["val_loss"], net.predict(x[:2], verbose=0)]
""",
    "a layer with add_weight in build": """
class Linear(layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.units = units
    def build(self, input_shape):
        self.w = self.add_weight(shape=(input_shape[-1], self.units), initializer="random_normal", trainable=True)
        self.b = self.add_weight(shape=(self.units,), initializer="zeros", trainable=True)
    def call(self, inputs):
        return ops.matmul(inputs, self.w) + self.b
shown = [Linear(4)(x), len(Linear(4).weights)]
""",
    "a layer with weights made in __init__ and one that is not trained": """
class Sum(layers.Layer):
    def __init__(self, dim):
        super().__init__()
        self.total = self.add_weight(initializer="zeros", shape=(dim,), trainable=False)
    def call(self, inputs):
        self.total.assign_add(ops.sum(inputs, axis=0))
        return self.total
layer = Sum(6)
shown = [layer(x), layer(x), len(layer.non_trainable_weights), len(layer.trainable_weights)]
""",
    "a block of layers, built at its first call": """
class Block(layers.Layer):
    def __init__(self):
        super().__init__()
        self.one, self.two = layers.Dense(5), layers.Dense(2)
    def call(self, inputs):
        return self.two(ops.relu(self.one(inputs)))
block = Block()
shown = [block(x), len(block.weights), [w.numpy().sum() for w in block.weights]]
""",
    "a block of layers in a functional model, fitted": """
class Block(layers.Layer):
    def __init__(self):
        super().__init__()
        self.one, self.norm, self.two = layers.Dense(6), layers.BatchNormalization(), layers.Dense(6)
    def call(self, inputs, training=None):
        return inputs + self.two(self.norm(self.one(inputs), training=training))
start = keras.Input((6,))
net = keras.Model(start, layers.Dense(3, activation="softmax")(Block()(Block()(start))))
net.compile("sgd", "sparse_categorical_crossentropy")
shown = [net.fit(x, y, epochs=2, verbose=0).history["loss"], [w.sum() for w in net.get_weights()]]
""",
    "layers nested three deep, with add_loss": """
class Activity(layers.Layer):
    def call(self, inputs):
        self.add_loss(1e-2 * ops.sum(ops.square(inputs)))
        return inputs
class Inner(layers.Layer):
    def __init__(self):
        super().__init__()
        self.dense, self.activity = layers.Dense(4), Activity()
    def call(self, inputs):
        return self.activity(self.dense(inputs))
class Outer(layers.Layer):
    def __init__(self):
        super().__init__()
        self.inner = Inner()
    def call(self, inputs):
        return self.inner(inputs)
outer = Outer()
outer(x)
shown = [outer.losses]
""",
    "a loop of one's own with GradientTape": """
net = keras.Sequential([keras.Input((6,)), layers.Dense(8, activation="relu"), layers.Dense(3)])
optimizer, loss = keras.optimizers.SGD(0.1), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
shown = []
for step in range(4):
    with tf.GradientTape() as tape:
        value = loss(y, net(x, training=True))
    gradients = tape.gradient(value, net.trainable_weights)
    optimizer.apply_gradients(zip(gradients, net.trainable_weights))
    shown += [value, *[ops.sum(g) for g in gradients]]
""",
    "a loop in a tf.function, with metrics": """
net = keras.Sequential([layers.Dense(8, activation="relu"), layers.Dense(3)])
optimizer, loss = keras.optimizers.Adam(0.01), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
metric = keras.metrics.SparseCategoricalAccuracy()
net.build((None, 6))
optimizer.build(net.trainable_variables)
@tf.function
def step(a, b):
    with tf.GradientTape() as tape:
        value = loss(b, net(a, training=True))
    optimizer.apply_gradients(zip(tape.gradient(value, net.trainable_weights), net.trainable_weights))
    metric.update_state(b, net(a))
    return value
shown = [*[step(x, y) for _ in range(3)], metric.result()]
""",
    "a train_step of one's own": """
class Net(keras.Model):
    def train_step(self, data):
        a, b = data
        with tf.GradientTape() as tape:
            prediction = self(a, training=True)
            loss = self.compute_loss(y=b, y_pred=prediction)
        weights = self.trainable_variables
        self.optimizer.apply(tape.gradient(loss, weights), weights)
        for metric in self.metrics:
            metric.update_state(loss) if metric.name == "loss" else metric.update_state(b, prediction)
        return {m.name: m.result() for m in self.metrics}
start = keras.Input((6,))
net = Net(start, layers.Dense(3, activation="softmax")(start))
net.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
history = net.fit(x, y, epochs=2, verbose=0).history
shown = [history["loss"], history["accuracy"]]
""",
    "a train_step in a subclassed model, with a tracker": """
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.encode, self.decode = layers.Dense(2), layers.Dense(6)
        self.tracker = keras.metrics.Mean(name="loss")
        self.seeds = keras.random.SeedGenerator(3)
    @property
    def metrics(self):
        return [self.tracker]
    def call(self, inputs):
        return self.decode(self.encode(inputs))
    def train_step(self, data):
        with tf.GradientTape() as tape:
            noisy = data + 0.1 * keras.random.normal(ops.shape(data), seed=self.seeds)
            loss = ops.mean(ops.square(self(noisy) - data))
        self.optimizer.apply(tape.gradient(loss, self.trainable_variables), self.trainable_variables)
        self.tracker.update_state(loss)
        return {"loss": self.tracker.result()}
net = Net()
net.compile(keras.optimizers.Adam(0.01))
shown = [net.fit(x, epochs=3, verbose=0).history["loss"], net(x[:1])]
""",
    "two models in turn, as a GAN trains": """
judge = keras.Sequential([keras.Input((6,)), layers.Dense(4, activation="relu"), layers.Dense(1)])
maker = keras.Sequential([keras.Input((2,)), layers.Dense(6)])
class Both(keras.Model):
    def __init__(self, judge, maker):
        super().__init__()
        self.judge, self.maker = judge, maker
    def call(self, noise):
        return self.judge(self.maker(noise))
both = Both(judge, maker)
noise = np.random.default_rng(2).normal(size=(8, 2)).astype("float32")
both(noise)
judge.trainable = False
shown = [both(noise), len(both.trainable_weights), len(both.weights)]
""",
    "a recurrent cell of one's own": """
class Cell(layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.state_size, self.project, self.recur = units, layers.Dense(units), layers.Dense(units, use_bias=False)
    def call(self, inputs, states):
        out = ops.tanh(self.project(inputs) + self.recur(states[0]))
        return out, [out]
shown = [layers.RNN(Cell(3))(x[:, :, None])]
""",
    "attention and embeddings in a block": """
class Encoder(layers.Layer):
    def __init__(self):
        super().__init__()
        self.words, self.places = layers.Embedding(20, 8), layers.Embedding(6, 8)
        self.attend, self.norm = layers.MultiHeadAttention(2, 4), layers.LayerNormalization()
        self.feed = keras.Sequential([layers.Dense(8, activation="relu"), layers.Dense(8)])
    def call(self, tokens):
        z = self.words(tokens) + self.places(ops.arange(6))
        z = self.norm(z + self.attend(z, z))
        return z + self.feed(z)
tokens = keras.Input((6,), dtype="int32")
net = keras.Model(tokens, layers.Dense(3)(layers.GlobalAveragePooling1D()(Encoder()(tokens))))
shown = [net(np.arange(24).reshape(4, 6) % 20), net.count_params()]
""",
    "stateless calls": """
net = keras.Sequential([keras.Input((6,)), layers.BatchNormalization(), layers.Dense(2)])
out, state = net.stateless_call(net.trainable_variables, net.non_trainable_variables, x, training=True)
shown = [out, *state, net.get_weights()[2]]
""",
    "shapes and saved weights of a subclassed model": """
class Net(keras.Model):
    def __init__(self, units=4):
        super().__init__()
        self.one, self.two = layers.Dense(units), layers.Dense(2)
    def call(self, inputs):
        return self.two(self.one(inputs))
a, b = Net(), Net()
a(x), b(x)
a.save_weights("a.weights.h5")
b.load_weights("a.weights.h5")
shown = [a(x) - b(x), len(a.get_weights())]
""",
    "a layer that holds a model and one that holds a list": """
class Ensemble(layers.Layer):
    def __init__(self, n):
        super().__init__()
        self.parts = [layers.Dense(2, kernel_regularizer="l2") for _ in range(n)]
        self.net = keras.Sequential([layers.Dense(3), layers.Dense(2)])
    def call(self, inputs):
        return sum(p(inputs) for p in self.parts) / len(self.parts) + self.net(inputs)
e = Ensemble(3)
shown = [e(x), e.losses, len(e.trainable_weights)]
""",
    "variables of one's own": """
v = keras.Variable(np.ones((2, 2), "float32"))
w = keras.Variable(initializer=keras.initializers.RandomNormal(seed=3), shape=(2, 2))
w.assign(w + v)
shown = [w, v * 2, w.value, np.asarray(w)]
""",
}
