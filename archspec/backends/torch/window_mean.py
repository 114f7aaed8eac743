"""Average pooling where PyTorch's does not go; a generated file that needs it holds a copy."""

import torch.nn.functional as F
from torch import Tensor


def window_mean(
    x: Tensor,
    kernel: tuple[int, int],
    stride: tuple[int, int],
    dilation: tuple[int, int],
    reached: tuple[int, int, int, int],
    counted: tuple[int, int, int, int],
) -> Tensor:
    """Mean of each window of each channel, for dilated windows and unequal paddings.

    `reached` (left, right, top, bottom) is the padding that windows reach, and `counted`
    the part of it that counts in the mean.
    """
    maps = F.pad(x, reached).flatten(0, 1).unsqueeze(1)
    inside = F.pad(x.new_ones(1, 1, *x.shape[2:]), counted, value=1.0)
    beyond = [whole - part for whole, part in zip(reached, counted, strict=True)]
    inside = F.pad(inside, beyond)
    taps = x.new_ones(1, 1, *kernel)
    sums = F.conv2d(maps, taps, stride=stride, dilation=dilation)
    counts = F.conv2d(inside, taps, stride=stride, dilation=dilation)
    return (sums / counts.clamp(min=1)).view(*x.shape[:2], *sums.shape[2:])
