"""1,797 handwritten digits of 8 × 8 pixels, written by 13 people. Real data, shipped beside this module."""

from importlib import resources

import numpy as np

TRAINING = 1_437  # four fifths
ORDER_SEED = 8  # neighbours in the file are often by one hand; a fixed shuffle puts every hand into both parts


def digits(flat=False):
    """Handwritten digits, in Keras' usual pair of pairs.

    Parameters
    ----------
    flat : bool
        Return each image as one row of 64 numbers instead of an 8 × 8 image with one channel.

    Returns
    -------
    (x_train, y_train), (x_test, y_test)
        1,437 images to train on and 360 to test with. `x`: float32, shape (n, 8, 8, 1), or (n, 64) if `flat`;
        0 is paper and 1 is full ink. `y`: int64, shape (n,), the digit 0 to 9.

    Notes
    -----
    E. Alpaydin and C. Kaynak, "Optical Recognition of Handwritten Digits", UCI Machine Learning Repository, 1998, CC BY 4.0:
    the test part, in which each pixel counts the inked points of a 4 × 4 field (0 to 16). scikit-learn carries the same copy.

    Examples
    --------
    >>> (x_train, y_train), (x_test, y_test) = digits()
    >>> x_train.shape, x_test.shape
    ((1437, 8, 8, 1), (360, 8, 8, 1))
    """
    with (
        resources.as_file(resources.files(__package__) / "data" / "digits.npz") as path,
        np.load(path) as stored,
    ):
        images, labels = stored["images"], stored["labels"]
    order = np.random.default_rng(ORDER_SEED).permutation(len(labels))
    x = images[order].astype("float32")[..., np.newaxis] / 16
    y = labels[order].astype("int64")
    if flat:
        x = x.reshape(len(x), -1)
    return (x[:TRAINING], y[:TRAINING]), (x[TRAINING:], y[TRAINING:])
