"""Weights of classes that let the rare ones count as much as the others."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray


def balance(labels: Iterable[NDArray[Any]], classes: int, ignore: int | None) -> NDArray[np.float32]:
    """For each class n / (k n_c): of n labels that count n_c are this class, and k classes occur.

    `labels` are those of all training examples, each any number of them. The mean weight of a label is 1, and that of
    a class that does not occur is 1.
    """
    counts = np.zeros(classes, np.int64)
    for each in labels:
        counted = each if ignore is None else each[each != ignore]
        counts += np.bincount(counted.ravel(), minlength=classes)
    weights = np.ones(classes, np.float32)
    occur = counts > 0
    weights[occur] = counts.sum() / (occur.sum() * counts[occur])
    return weights
