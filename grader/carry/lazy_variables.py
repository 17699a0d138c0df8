"""A variable draws its first values when something reads them: most notebooks and checks look at graphs, and never do.

Building a layer spends two thirds of its time on values, and the first of them starts TensorFlow's runtime. What is read is what it
would have been: only Keras's own initializers wait, whose values follow from a seed that is drawn when the initializer is made.
"""


def defer():
    """From now on, in this process, variables made with an initializer of Keras's own wait with their values until they are read.

    Returns
    -------
    callable
        Ends it; variables that wait by then must not be read any more.
    """
    import keras
    import tensorflow as tf

    base, cls = keras.src.backend.common.variables.Variable, keras.src.backend.Variable
    make, value = cls._initialize_with_initializer, base.value
    in_symbolic_scope = keras.src.backend.common.symbolic_scope.in_symbolic_scope

    def wait(variable, initializer):
        if not _repeats(initializer):
            return make(variable, initializer)
        variable.__dict__["_unread"] = initializer, variable._trainable
        variable.__dict__.pop(
            "_value", None
        )  # None, where it was made while only shapes were asked for

    def missing(variable, name):
        """Called for attributes that are not there; `_value` is not while it waits."""
        if name != "_value" or "_unread" not in variable.__dict__:
            raise AttributeError(f"{type(variable).__name__!r} object has no attribute {name!r}")
        initializer, trainable = variable.__dict__.pop("_unread")
        # A layer may have been frozen since; TensorFlow's tape watches what was trainable when it was made.
        now, variable._trainable = variable._trainable, trainable
        try:
            with tf.init_scope():
                make(variable, initializer)
        finally:
            variable._trainable = now
        return variable._value

    def get(variable):
        if "_unread" in variable.__dict__ and in_symbolic_scope():  # only shapes are asked for
            return variable._maybe_autocast(tf.zeros(variable._shape, variable._dtype))
        return value.fget(variable)

    def undo():
        cls._initialize_with_initializer, base.value = make, value
        del cls.__getattr__

    cls._initialize_with_initializer, cls.__getattr__, base.value = wait, missing, property(get)
    return undo


def _repeats(initializer):
    """Whether it gives the same values whenever it is asked first."""
    if (
        getattr(initializer, "__module__", "") == "keras.src.random.seed_generator"
    ):  # the function in a SeedGenerator
        return True
    return type(initializer).__module__.startswith("keras.src.initializers.") and isinstance(
        getattr(initializer, "seed", 0), int
    )
