"""Weights of pixels that make a network learn the gaps between objects."""

from collections.abc import Iterator
from math import ceil, log, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt, find_objects, label

from archspec.data import Sample
from archspec.diagnostics import problem
from archspec.recipes import Loss


def border_weights(sample: Sample, loss: Loss) -> NDArray[np.float32]:
    """Those of an example's pixels, by the recipe. Raises Problem E622 where it has weights of its own."""
    if sample.weight is not None:
        help = "`border = 0` in the recipe"
        raise problem("E622", "the images have weights of pixels, and the recipe makes others", help=help)
    return border(sample.label, loss)


def border(labels: NDArray[Any], loss: Loss) -> NDArray[np.float32]:
    """1 + w_0 exp(-(d_1 + d_2)^2 / 2 sigma^2) for each pixel: Ronneberger et al. 2015, equation 2.

    d_1 and d_2 are the distances to the nearest object and to the second nearest, 0 within one. Class 0 is what is
    between them. An object is looked for no farther than it changes a number of float32.
    """
    first, second = np.full(labels.shape, np.inf), np.full(labels.shape, np.inf)
    reach = ceil(loss.border_sigma * sqrt(2 * log(2**25 * max(loss.border, 1))))
    for parts in components(labels, loss.ignore):
        for number, found in enumerate(find_objects(parts), 1):
            box = tuple(slice(max(side.start - reach, 0), side.stop + reach) for side in found)
            distance = distance_transform_edt(parts[box] != number)
            second[box] = np.minimum(second[box], np.maximum(first[box], distance))
            first[box] = np.minimum(first[box], distance)
    exponent = -((first + second) ** 2) / (2 * loss.border_sigma**2)
    return np.asarray(1 + loss.border * np.exp(exponent), np.float32)


def components(labels: NDArray[Any], ignore: int) -> Iterator[NDArray[np.int32]]:
    """For each class but 0 its objects, numbered from 1: pixels that touch by their sides."""
    for kind in np.unique(labels):
        if kind not in (0, ignore):
            yield label(labels == kind)[0]
