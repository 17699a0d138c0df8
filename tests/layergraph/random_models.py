"""Random Keras models: one plan, written down as Keras code in many ways."""

import random
from dataclasses import dataclass, replace

WIDTH = 6  # every tensor is (batch, 6), so that any two can be merged
ACTIVATIONS = ["relu", "tanh", "sigmoid", "softmax", "elu"]


@dataclass(frozen=True)
class Step:
    """One call of a plan: what it does to which earlier tensors (numbers of steps; inputs come first)."""

    kind: str
    inputs: tuple[int, ...]
    setting: object = None
    layer: int = -1  # steps with the same number call the same layer


@dataclass(frozen=True)
class Plan:
    inputs: int
    steps: tuple[Step, ...]
    outputs: tuple[int, ...]


def plan(seed) -> Plan:
    rng = random.Random(seed)
    inputs = rng.randint(1, 2)
    steps: list[Step] = []
    for number in range(rng.randint(4, 9)):
        count = inputs + number
        pick = lambda: rng.randrange(max(0, count - 4), count)
        dice = rng.random()
        dense = [step for step in steps if step.kind == "dense"]
        if dice < 0.2 and dense:
            steps.append(replace(rng.choice(dense), inputs=(pick(),)))
        elif dice < 0.5:
            steps.append(
                Step("dense", (pick(),), rng.choice(["linear", "linear", *ACTIVATIONS[:3]]), number)
            )
        elif dice < 0.6:
            steps.append(Step("activation", (pick(),), rng.choice(ACTIVATIONS)))
        elif dice < 0.65:
            steps.append(Step("dropout", (pick(),), rng.choice([0.1, 0.5])))
        elif dice < 0.7:
            steps.append(Step("norm", (pick(),), None, number))
        elif dice < 0.8:
            steps.append(Step("times", (pick(),), rng.choice([2, 3, -1])))
        else:
            kind = rng.choice(["add", "multiply", "maximum", "subtract", "average", "joined"])
            several = 2 if kind in ("subtract", "joined") else rng.randint(2, 3)
            steps.append(Step(kind, tuple(pick() for _ in range(several)), None, number))
    taken = {i for step in steps for i in step.inputs}
    ends = [i for i in range(inputs, inputs + len(steps)) if i not in taken]
    return Plan(inputs, tuple(steps), tuple(ends[:3]))


def needed(p: Plan) -> list[int]:
    """Numbers of the steps that an output depends on."""
    seen, waiting = set(), list(p.outputs)
    while waiting:
        number = waiting.pop()
        if number not in seen:
            seen.add(number)
            if number >= p.inputs:
                waiting += p.steps[number - p.inputs].inputs
    return sorted(number - p.inputs for number in seen if number >= p.inputs)


def edited(p: Plan, rng) -> tuple[Plan, str]:
    """The plan with one setting changed, and the new value as a difference must name it."""
    choices = [n for n in needed(p) if p.steps[n].kind in ("dense", "dropout", "times")]
    if not choices:
        return p, ""
    step = p.steps[rng.choice(choices)]
    new = {"dense": "softsign", "dropout": 0.25, "times": 7}[step.kind]
    steps = tuple(
        replace(s, setting=new)
        if s is step or (s.kind == "dense" and s.layer == step.layer and step.kind == "dense")
        else s
        for s in p.steps
    )
    return replace(p, steps=steps), str(new)


def rewired(p: Plan, rng) -> Plan:
    """The plan with one input from elsewhere, its outputs or inputs swapped, or a layer shared or not."""
    kind = rng.choice(["rewire", "rewire", "outputs", "unshare", "turn"])
    number = rng.choice(needed(p) or [0])
    step = p.steps[number]
    steps = list(p.steps)
    if kind == "rewire":
        inputs = list(step.inputs)
        inputs[rng.randrange(len(inputs))] = rng.randrange(p.inputs + number)
        steps[number] = replace(step, inputs=tuple(inputs))
    elif kind == "turn":
        steps[number] = replace(step, inputs=step.inputs[::-1])
    elif kind == "unshare" and step.kind == "dense":
        steps[number] = replace(step, layer=step.layer + 1000)
    elif kind == "outputs":
        return replace(p, outputs=p.outputs[::-1])
    return replace(p, steps=tuple(steps))


def model(keras, p: Plan, rng=None):
    """The plan as a functional model: plainly, or, with a random generator, in one of many other ways."""
    layers, ops = keras.layers, keras.ops
    plain = rng is None
    rng = rng or random.Random(0)
    prefix = "" if plain else f"m{rng.randrange(10**6)}_"
    tensors: dict[int, object] = {
        i: keras.Input((WIDTH,), name=f"{prefix}in{i}") for i in range(p.inputs)
    }
    made: dict[int, object] = {}
    shared = {
        s.layer
        for s in p.steps
        if s.kind == "dense" and sum(o.layer == s.layer for o in p.steps) > 1
    }
    forms: dict[int, bool] = {}

    def other_way(chance=0.5):
        return not plain and rng.random() < chance

    def activate(x, name):
        ways = [layers.Activation(name), getattr(keras.activations, name), getattr(ops, name)]
        return rng.choice(ways)(x)

    def dense(step, x):
        if step.layer not in made:
            forms[step.layer] = other_way() and step.setting != "linear"
            inside = "linear" if forms[step.layer] else step.setting
            layer = layers.Dense(
                WIDTH, activation=inside, name=f"{prefix}dense{step.layer}" if other_way() else None
            )
            if other_way(0.3):
                layer = keras.Sequential([keras.Input((WIDTH,)), layer])
            made[step.layer] = layer
        x = made[step.layer](x)
        if forms[step.layer]:
            x = activate(x, step.setting)
        return layers.Activation("linear")(x) if other_way(0.1) else x

    def merge(kind, parts):
        if kind != "subtract" and not plain and rng.random() < 0.5:
            rng.shuffle(parts)
        if kind == "average":
            return (sum_of(parts) / len(parts)) if other_way() else layers.Average()(parts)
        if other_way():
            operation = getattr(ops, kind)
            total = parts[0]
            for part in parts[1:]:
                total = operation(total, part)
            return total
        return getattr(layers, kind.capitalize())()(parts)

    def sum_of(parts):
        total = parts[0]
        for part in parts[1:]:
            total = total + part
        return total

    def build(step):
        x = [tensors[i] for i in step.inputs]
        if step.kind == "dense":
            return dense(step, x[0])
        if step.kind == "activation":
            return (
                activate(x[0], step.setting) if not plain else layers.Activation(step.setting)(x[0])
            )
        if step.kind == "dropout":
            return layers.Dropout(step.setting)(x[0])
        if step.kind == "norm":
            made[step.layer] = layers.LayerNormalization(axis=1 if other_way() else -1)
            return made[step.layer](x[0])
        if step.kind == "times":
            return step.setting * x[0] if other_way() else x[0] * step.setting
        if step.kind == "joined":
            made[step.layer] = layers.Dense(WIDTH)
            joined = ops.concatenate(x, axis=1) if other_way() else layers.Concatenate()(x)
            return made[step.layer](joined)
        return merge(step.kind, x)

    waiting = dict(enumerate(p.steps, start=p.inputs))
    while waiting:
        ready = [
            number for number, step in waiting.items() if all(i in tensors for i in step.inputs)
        ]
        number = ready[0] if plain else rng.choice(ready)
        tensors[number] = build(waiting.pop(number))
    result = keras.Model([tensors[i] for i in range(p.inputs)], [tensors[i] for i in p.outputs])
    if other_way(0.25) and p.inputs == 1:
        x = keras.Input((WIDTH,))
        answers = result(x)
        result = keras.Model(x, answers if isinstance(answers, (list, tuple)) else [answers])
    return result
