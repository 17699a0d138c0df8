"""Masks that Keras passes along while a model runs, but does not write down where a nested model is called.

At the top of a model Keras records the mask as an input of each layer that takes one. The graph inside a nested model was
recorded without the mask that its caller brings, and the caller's graph without the mask that comes out; both reach the
layers all the same when the model runs. Here the same rules are applied while a model is read, so that a nested model
and its layers written out give the same graph.
"""

from layergraph import keras_adapter

MERGES = frozenset({"Add", "Subtract", "Multiply", "Average"})


def is_mask(slot: str) -> bool:
    """Whether what a call takes in this place is a mask."""
    return slot == "mask" or slot.startswith("mask.") or slot.endswith("_mask")


def with_masks(operation, slots, inputs, masks):
    """Slots and inputs of a layer's call with the masks that Keras will fill in.

    Parameters
    ----------
    operation
        the layer.
    slots, inputs
        as recorded.
    masks
        tensor -> its mask, as far as known.
    """
    names = keras_adapter.parameter_names(operation)
    if not names or any(slot.partition(".")[0].endswith("mask") for slot in slots):
        return slots, inputs
    first = [(slot, tensor) for slot, tensor in zip(slots, inputs) if slot == "" or slot.isdigit()]
    added = []
    if len(first) == len(slots):
        if "mask" in names:
            added = [
                (f"mask.{slot}" if slot else "mask", masks[tensor])
                for slot, tensor in first
                if tensor in masks
            ]
    else:
        for slot, tensor in zip(slots, inputs):
            name = f"{slot or names[0]}_mask"
            if name in names and tensor in masks:
                added.append((name, masks[tensor]))
    return slots + tuple(slot for slot, _ in added), inputs + tuple(mask for _, mask in added)


def passed_on(operation, slots, inputs, masks):
    """The masks of which the output's mask is made: one, several to be joined by "or", or none."""
    if not getattr(operation, "supports_masking", False):
        return ()
    given = [tensor for slot, tensor in zip(slots, inputs) if slot == "mask"]
    first = [tensor for slot, tensor in zip(slots, inputs) if slot == "" or slot.isdigit()]
    found = given or [masks[tensor] for tensor in first if tensor in masks]
    layers = keras_adapter.keras().layers
    if type(operation).__name__ in MERGES and not keras_adapter.own_class(operation):
        return tuple(found) if len(found) == len(first) else ()
    if isinstance(operation, (layers.RNN, layers.Bidirectional)):
        return tuple(found[:1]) if getattr(operation, "return_sequences", False) else ()
    if type(operation).compute_mask is layers.Layer.compute_mask and len(first) == 1:
        return tuple(found[:1])
    return ()
