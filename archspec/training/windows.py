"""Parts of images, and of the maps of labels that go with them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def window(maps: NDArray[Any], start: tuple[int, int], size: tuple[int, int], outside: float) -> NDArray[Any]:
    """A part of maps, ... x H x W, that may begin before them and end behind them; there it has the value `outside`."""
    cut = np.full((*maps.shape[:-2], *size), outside, maps.dtype)
    spans = [
        (slice(max(first, 0), max(first + length, 0)), slice(max(-first, 0), max(min(length, there - first), 0)))
        for first, length, there in zip(start, size, maps.shape[-2:], strict=True)
    ]
    (rows, cut_rows), (columns, cut_columns) = spans
    cut[..., cut_rows, cut_columns] = maps[..., rows, columns]
    return cut
