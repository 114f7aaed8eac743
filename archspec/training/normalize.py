"""What is subtracted from images and what they are multiplied by, taken from all training images."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from archspec.cores import cores
from archspec.data import Arrays, Examples
from archspec.diagnostics import problem
from archspec.recipes import Preparation

CHUNK = 1 << 22
"""Values of images in memory that are summed at once."""
READ = 64
"""Images that are read ahead."""
LIGHTEST = 255
"""What white is in an image of uint8."""


class Normalizer(NamedTuple):
    """How an image becomes what the network sees: (image - mean) * factor."""

    mean: NDArray[np.float32]
    """C x 1 x 1, or C x H x W."""
    factor: NDArray[np.float32]
    """C x 1 x 1."""
    colors: NDArray[np.float32]
    """C x C: the principal components of colours, a column each, by their eigenvalues, in what the network sees."""


class Sums(NamedTuple):
    """Of all training images."""

    counted: int
    """Values at each place of `first`."""
    first: NDArray[np.float64]
    """Sums of values: C x H x W, or C x 1 x 1."""
    second: NDArray[np.float64]
    """C x C: sums over pixels of products of two channels' values."""


def normalizer(examples: Examples, preparation: Preparation, seen: Callable[[int], None] | None = None) -> Normalizer:
    """What a recipe's `center`, `scale` and `color` come to for these training images.

    The deviation is one number, of all values after centering. Images of uint8 are divided by 255 for `unit`; others
    stay as they are. Colours follow Krizhevsky et al. 2012, section 4.1, with eigenvalues of colours from 0 to 1.
    `seen` is told how many images have been read. Raises Problem: E621 for one that cannot be read, E622 where there
    are none, or they do not go together.
    """
    if not len(examples):
        raise problem("E622", "there are no training images")
    image = examples[0].image
    channels, white = len(image), LIGHTEST if image.dtype == np.uint8 else 1
    center, color = preparation.center, preparation.color > 0
    mean, factor, colors = np.zeros((channels, 1, 1)), 1.0, np.zeros((channels, channels))
    if isinstance(center, tuple):
        mean = given(center, channels)
    if center in ("pixel", "channel") or preparation.scale == "deviation" or color:
        sums = summed(examples, center == "pixel", seen)
        if center in ("pixel", "channel"):
            mean = sums.first / sums.counted
        if preparation.scale == "deviation":
            factor = 1 / (deviation(sums, mean) or 1)
        if color:
            colors = components(sums) / white
    if preparation.scale == "unit":
        factor = 1 / white
    factors = np.full((channels, 1, 1), factor, np.float32)
    return Normalizer(mean.astype(np.float32), factors, (colors * factor).astype(np.float32))


def given(center: tuple[float, ...], channels: int) -> NDArray[np.float64]:
    """The numbers that a recipe says, one for each channel. Raises Problem E622 where there are more or fewer."""
    if len(center) not in (1, channels):
        found = f"{len(center)} numbers, {channels} channels"
        raise problem("E622", "the recipe's `center` does not fit the images", found, "one number for each channel")
    return np.broadcast_to(np.array(center), channels).reshape(-1, 1, 1)


def summed(examples: Examples, places: bool, seen: Callable[[int], None] | None) -> Sums:
    """One pass over all images; sums at each of their `places`, or over all of them."""
    done, count, first, second = 0, 0, np.zeros(()), np.zeros(())
    size = examples[0].image.shape
    for images in chunks(examples):
        if images.shape[1:] != size and (places or len(images[0]) != size[0]):
            found = f"{shown(size)} and {shown(images.shape[1:])}"
            help = 'center = "channel" takes images of several sizes' if places else ""
            raise problem("E622", "the training images are of several sizes", found, help)
        values = images.astype(np.float64)
        first = first + values.sum(axis=0 if places else (0, 2, 3), keepdims=not places)
        second = second + np.einsum("nchw,ndhw->cd", values, values)  # no BLAS: its result depends on the threads
        count += len(values) if places else values[:, 0].size
        done += len(images)
        if seen:
            seen(done)
    return Sums(count, first.reshape(-1, *first.shape[-2:]), second)


def chunks(examples: Examples) -> Iterator[NDArray[Any]]:
    """All images in order, some at a time: n x C x H x W."""
    if isinstance(examples, Arrays):
        images = examples.images
        size = max(1, CHUNK // images[0].size)
        for start in range(0, len(images), size):
            yield images[start : start + size]
    else:
        with ThreadPoolExecutor(cores()) as threads:  # decoding leaves Python to the others meanwhile
            for start in range(0, len(examples), READ):
                part = range(start, min(start + READ, len(examples)))
                yield from (sample.image[None] for sample in threads.map(examples.__getitem__, part))


def deviation(sums: Sums, mean: NDArray[np.float64]) -> float:
    """The standard deviation of all values after `mean` is subtracted."""
    values = sums.counted * sums.first.size
    mean = np.broadcast_to(mean, sums.first.shape)
    squares = sums.second.trace() - 2 * (mean * sums.first).sum() + sums.counted * (mean**2).sum()
    left = (sums.first - sums.counted * mean).sum() / values
    return float(np.sqrt(max(squares / values - left**2, 0.0)))


def components(sums: Sums) -> NDArray[np.float64]:
    """The eigenvectors of the covariance of colours, a column each, times their eigenvalues."""
    pixels = sums.counted * sums.first[0].size
    mean = sums.first.sum(axis=(1, 2)) / pixels
    sizes, vectors = np.linalg.eigh(sums.second / pixels - np.outer(mean, mean))
    return np.asarray(vectors * sizes)


def shown(size: tuple[int, ...]) -> str:
    """C x H x W as users write it."""
    channels, rows, columns = size
    return f"{rows}x{columns}x{channels}"
