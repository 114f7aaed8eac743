"""Random elastic deformations of images and of the maps that go with them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

from archspec.data import Sample
from archspec.training.draws import Draw

POINTS = 3
"""Of the coarse grid, along each side."""


def deformed(sample: Sample, deviation: float, row: NDArray[np.float64]) -> Sample:
    """An example whose pixels are displaced smoothly (Ronneberger et al. 2015, section 3.1).

    Displacements at the points of a 3 x 3 grid over the image are Gaussian, their deviation in pixels; those between
    are interpolated by bicubic splines. Values between pixels are bilinear, labels the nearest; beyond its borders an
    image is mirrored.
    """
    size = sample.image.shape[-2:]
    chance = np.random.Generator(np.random.Philox(key=int(row[Draw.ELASTIC] * 2**53)))
    places = np.indices(size) + spread(chance.normal(0, deviation, (2, POINTS, POINTS)), size)
    image = np.stack([taken(channel, places, 1) for channel in sample.image])
    if sample.label.ndim < 2:
        return Sample(image, sample.label)
    weight = sample.weight
    return Sample(image, taken(sample.label, places, 0), None if weight is None else taken(weight, places, 1))


def spread(coarse: NDArray[np.float64], size: tuple[int, ...]) -> NDArray[np.float64]:
    """Values at the points of a grid, 2 x 3 x 3, made 2 x H x W; the outer points are on the outer pixels."""
    down, across = (
        np.stack([taken(unit, np.linspace(0, POINTS - 1, length)[None], 3) for unit in np.eye(POINTS)])
        for length in size
    )
    return np.asarray(down.T @ coarse @ across)


def taken(values: NDArray[Any], places: NDArray[np.float64], order: int) -> NDArray[Any]:
    """Values at places between the pixels, interpolated by splines of this order; whole numbers stay whole."""
    found = map_coordinates(values, places, np.float64, order, mode="mirror")
    return np.asarray(np.rint(found) if np.issubdtype(values.dtype, np.integer) else found, values.dtype)
