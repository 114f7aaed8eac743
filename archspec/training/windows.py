"""The parts of an image that a network looks at, one at a time, and the labels of its map there."""

from itertools import product
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from archspec.data import Sample
from archspec.recipes import Recipe
from archspec.training.draws import Draw, pick
from archspec.training.fitting import check_size, place
from archspec.training.frame import Frame

Row = NDArray[np.float64] | None
"""The draws of an example; None where nothing is random."""


class Span(NamedTuple):
    """Where the network's input begins on an image, along one side of it."""

    start: int
    fresh: int = 0
    """Where what no window before this one has of the map begins on the map: what is before it does not count."""


class View(NamedTuple):
    """What the network sees of an example, and what it is to find."""

    image: NDArray[Any]
    label: NDArray[np.int64]
    weight: NDArray[np.float32] | None
    inside: tuple[int, int]
    """Rows and columns of `image` that are the image's; behind them it is padded."""


def views(name: str, sample: Sample, frame: Frame, recipe: Recipe, row: Row) -> list[View]:
    """What a network sees of an example: one part of it, or without draws all tiles of it where the recipe has tiles.

    Raises Problem E622 for images and labels that the recipe's `fit` does not make fit.
    """
    size = (sample.image.shape[-2], sample.image.shape[-1])
    fit, ignore = recipe.data.fit, recipe.loss.ignore
    check_size(name, size, frame, fit)
    first = (0, 0) if frame.map is None else place(name, sample.label, size, frame)
    down, across = (spans(size, frame, fit, row, axis) for axis in (0, 1))
    return [view(sample, frame, both, first, fit == "mirror", ignore) for both in product(down, across)]


def spans(size: tuple[int, int], frame: Frame, fit: str, row: Row, axis: int) -> list[Span]:
    """Where the network's input begins along one side of an image."""
    there, seen = size[axis], frame.size[axis]
    if fit == "mirror":
        assert frame.map is not None
        assert frame.offset is not None
        starts = tiles(there, frame.map[axis]) if row is None else [Span(chosen(there - frame.map[axis], row, axis))]
        return [Span(span.start - frame.offset[axis], span.fresh) for span in starts]
    if fit == "crop":
        return [Span((there - seen) // 2 if row is None else chosen(there - seen, row, axis))]
    return [Span(0)]


def chosen(spare: int, row: NDArray[np.float64], axis: int) -> int:
    """Where a part begins on what is larger by `spare`: anywhere."""
    return int(pick(row[(Draw.TOP, Draw.LEFT)[axis]], max(spare, 0) + 1))


def tiles(length: int, size: int) -> list[Span]:
    """Parts of one size that cover a length: side by side, the last one moved back to end with it."""
    found = [Span(start) for start in range(0, max(length - size, 0) + 1, size)]
    end = found[-1].start + size
    return found if end >= length else [*found, Span(length - size, end - (length - size))]


def view(
    sample: Sample, frame: Frame, spans: tuple[Span, Span], first: tuple[int, int], mirrored: bool, ignore: int
) -> View:
    """One part of an example, whose labels for the network's map begin at `first` from where the input begins."""
    start = (spans[0].start, spans[1].start)
    size = (sample.image.shape[-2], sample.image.shape[-1])
    image = (mirror if mirrored else window)(sample.image, start, frame.size)
    inside = (min(frame.size[0], size[0] - start[0]), min(frame.size[1], size[1] - start[1]))
    label, weight = sample.label.astype(np.int64), sample.weight
    if frame.map is not None:
        begin = (start[0] + first[0], start[1] + first[1])
        label = window(label, begin, frame.map, ignore)
        label[: spans[0].fresh] = ignore
        label[:, : spans[1].fresh] = ignore
        weight = None if weight is None else window(weight.astype(np.float32), begin, frame.map)
    return View(image, label, weight, inside)


def window(maps: NDArray[Any], start: tuple[int, int], size: tuple[int, int], outside: float = 0) -> NDArray[Any]:
    """A part of maps, ... x H x W, that may begin before them and end behind them; there it has the value `outside`."""
    cut = np.full((*maps.shape[:-2], *size), outside, maps.dtype)
    parts = [
        (slice(max(first, 0), max(first + length, 0)), slice(max(-first, 0), max(min(length, there - first), 0)))
        for first, length, there in zip(start, size, maps.shape[-2:], strict=True)
    ]
    (rows, cut_rows), (columns, cut_columns) = parts
    cut[..., cut_rows, cut_columns] = maps[..., rows, columns]
    return cut


def mirror(maps: NDArray[Any], start: tuple[int, int], size: tuple[int, int]) -> NDArray[Any]:
    """A part of maps, ... x H x W, that go on beyond their borders as in mirrors that stand on their last pixels."""
    rows, columns = (
        reflected(np.arange(first, first + length), there)
        for first, length, there in zip(start, size, maps.shape[-2:], strict=True)
    )
    found: NDArray[Any] = maps[..., rows[:, None], columns]
    return found


def reflected(index: NDArray[np.int64], length: int) -> NDArray[np.int64]:
    """Indices anywhere, as those of a row of pixels that is mirrored at its first and its last one, again and again."""
    period = max(2 * (length - 1), 1)
    index = index % period
    return np.minimum(index, period - index)
