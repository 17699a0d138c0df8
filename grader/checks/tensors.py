"""What a tensor or an array tells of itself: shape, dtype, numbers. Imports neither Keras nor TensorFlow: without them no value is a tensor."""

import sys

MAX_ITEMS = 100_000


def is_symbolic(value) -> bool:
    """Whether the value is a symbolic tensor of Keras (or of a TensorFlow graph)."""
    keras = sys.modules.get("keras")
    if keras is not None and keras.KerasTensor in type(value).__mro__:
        return True
    tensorflow = sys.modules.get("tensorflow")
    if tensorflow is None:
        return False
    return isinstance(value, tensorflow.Tensor) and not hasattr(value, "numpy")


def is_tensor(value) -> bool:
    """Whether the value is a tensor or a variable that holds numbers."""
    keras, tensorflow = sys.modules.get("keras"), sys.modules.get("tensorflow")
    mro = type(value).__mro__
    if keras is not None and keras.Variable in mro:
        return True
    if tensorflow is None or is_symbolic(value):
        return False
    return (
        tensorflow.Tensor in mro
        or tensorflow.Variable in mro
        or hasattr(tensorflow, "RaggedTensor")
        and tensorflow.IndexedSlices in mro
    )


def as_array(value):
    """A NumPy array of the numbers in an array, a tensor, a variable, a scalar or nested lists of them; None if there are none."""
    import numpy

    kind = type(value)
    if issubclass(kind, numpy.ndarray):
        return numpy.ndarray.view(value, numpy.ndarray)
    if issubclass(kind, numpy.generic) or kind in (bool, int, float, complex):
        return numpy.asarray(value)
    if issubclass(kind, (list, tuple)):
        return _array_of_items(value, kind, numpy)
    if is_tensor(value):
        try:
            return numpy.asarray(
                sys.modules["keras"].ops.convert_to_numpy(value)
                if "keras" in sys.modules
                else value.numpy()
            )
        except Exception:
            return None
    return None


def _array_of_items(value, kind, numpy):
    base = list if issubclass(kind, list) else tuple
    items = (
        [as_array(item) for item in base.__iter__(value)]
        if base.__len__(value) <= MAX_ITEMS
        else [None]
    )
    if any(item is None for item in items) or len({item.shape for item in items}) > 1:
        return None
    return numpy.stack(items) if items else numpy.zeros((0,))


def shape_of(value):
    """The shape of an array, a tensor, a variable or a symbolic tensor as a tuple of int or None; None if it has none."""
    if is_symbolic(value):
        keras = sys.modules.get("keras")
        if keras is not None and keras.KerasTensor in type(value).__mro__:
            return tuple(value.shape)
        return tuple(value.shape.as_list()) if value.shape.rank is not None else None
    import numpy

    if is_tensor(value) or issubclass(type(value), (numpy.ndarray, numpy.generic)):
        array = as_array(value)
        return None if array is None else array.shape
    return None


def dtype_of(value) -> str | None:
    """The name of the dtype of an array, a tensor or a symbolic tensor: "float32"."""
    import numpy

    if issubclass(type(value), (numpy.ndarray, numpy.generic)):
        return numpy.asarray(value).dtype.name
    if is_symbolic(value) or is_tensor(value):
        dtype = value.dtype
        return dtype if type(dtype) is str else dtype.name
    return None
