"""Numbers in names that Keras gave ("dense_4") say how much was built before, not what: here they count from the first again.

Then equal answers of two students are equal messages, and one verdict serves both. Names that somebody chose stay, and so does
everything where a name to be changed is also said elsewhere (a loss by the output's name, the keys of a history).
"""

import json
import re

from layergraph import keras_adapter

_WORD = re.compile(r"[A-Za-z0-9_]+")


def renumber(document):
    """Count anew in a message's document, in place; leaves it as it is where that could change what is meant."""
    places = list(_places(document["steps"]))
    if any(step["do"] == "function" for step in document["steps"]):
        return  # what it makes when it is called is named by the numbers that are in use over there
    numbered, chosen = {}, set()
    for box, key, stem in places:
        name = box[key]
        match = re.fullmatch(rf"{re.escape(stem)}(?:_(\d{{1,9}}))?", name)
        if match:
            numbered.setdefault(stem, set()).add(int(match[1] or 0))
        else:
            chosen.add(name)
    new = {}
    for stem, numbers in numbered.items():
        for rank, number in enumerate(sorted(numbers)):
            new[_name(stem, number)] = _name(stem, rank)
    new = {old: name for old, name in new.items() if old != name}
    if not new or chosen & set(new.values()):
        return
    before = [box[key] for box, key, _ in places]
    for box, key, _ in places:
        box[key] = ""
    said = set(_WORD.findall(json.dumps(document)))
    free = not any(word == old or word.startswith(f"{old}_") for word in said for old in new)
    for (box, key, stem), name in zip(places, before):
        known = re.fullmatch(rf"{re.escape(stem)}(?:_\d{{1,9}})?", name)
        box[key] = new.get(name, name) if free and known else name


def _name(stem, number):
    return f"{stem}_{number}" if number else stem


def _places(steps):
    """(container, key, what Keras begins such a name with) of every name of a layer, operation or model."""
    for step in steps:
        if step["do"] in ("functional", "sequential"):
            yield step, "name", step["do"]
        elif step["do"] == "op":
            yield step, "name", keras_adapter.snake_case(step["class"].rpartition(".")[2])
        elif step["do"] == "layer":
            for pair in step["config"]["v"]:
                if pair[0] == "name" and type(pair[1]) is str:
                    yield pair, 1, keras_adapter.snake_case(step["class"].rpartition(".")[2])
