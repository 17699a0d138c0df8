"""Read, compare and draw any Keras model as the graph of layer calls that it is.

Nothing here imports TensorFlow until it is needed.
"""

from layergraph.quiet import quiet

__all__ = ["quiet"]
