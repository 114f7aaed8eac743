"""Images at another size, with Pillow."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.Image import Resampling

from archspec.data import Sample
from archspec.data.images import LARGEST
from archspec.diagnostics import problem
from archspec.training.draws import Draw, pick
from archspec.training.windows import Row


def resized(name: str, sample: Sample, asked: int | tuple[int, int], row: Row) -> Sample:
    """An example whose smaller side is as asked, the other in proportion: images bilinear, labels nearest.

    Between two numbers it is drawn; where nothing is random it is their mean, as Simonyan & Zisserman 2015 test
    (section 3.2). Raises Problem E622 for more pixels than an image may have.
    """
    least, most = (asked, asked) if isinstance(asked, int) else asked
    short = (least + most) // 2 if row is None else least + int(pick(row[Draw.SCALE], most - least + 1))
    height, width = sample.image.shape[-2:]
    size = (round(height * short / min(height, width)), round(width * short / min(height, width)))
    if size[0] * size[1] > LARGEST:
        found = f"{height}x{width} to {size[0]}x{size[1]}, at most {LARGEST:,} pixels"
        raise problem("E622", f"{name} would become too large", found, "a smaller `resize` in the recipe")
    image = np.stack([scaled(channel, size, Resampling.BILINEAR) for channel in sample.image])
    if sample.label.ndim < 2:
        return Sample(image, sample.label)
    label = scaled(sample.label.astype(np.int32), size, Resampling.NEAREST)
    weight = sample.weight
    if weight is not None:
        weight = scaled(weight.astype(np.float32), size, Resampling.BILINEAR)
    return Sample(image, label, weight)


def scaled(values: NDArray[Any], size: tuple[int, int], way: Resampling) -> NDArray[Any]:
    """H x W of uint8, int32 or float32, at another size."""
    return np.asarray(Image.fromarray(values).resize(size[::-1], way))
