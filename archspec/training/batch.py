"""What a training step takes."""

from typing import NamedTuple

from torch import Tensor


class Batch(NamedTuple):
    """Labelled images, on the device."""

    images: Tensor
    """N x C x H x W, float32 as the network sees them."""
    labels: Tensor
    """N, or N x H x W: int64."""
    weights: Tensor | None = None
    """N x H x W, float32: what the loss of each pixel is multiplied by."""
