"""The layers that `torch.nn` has no class for, and making a layer from a rule's call."""

from functools import reduce
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from archspec.backends.torch.crop_like import crop_like
from archspec.backends.torch.rules.call import Call
from archspec.backends.torch.window_mean import window_mean


class Add(nn.Module):
    """The sum of values of one shape."""

    def forward(self, *values: Tensor) -> Tensor:
        return reduce(torch.add, values)


class Mul(nn.Module):
    """The product of values; an N x C x 1 x 1 map gates a larger one."""

    def forward(self, *values: Tensor) -> Tensor:
        return reduce(torch.mul, values)


class Concat(nn.Module):
    """Joins values along their channels."""

    def forward(self, *values: Tensor) -> Tensor:
        return torch.cat(values, dim=1)


class Fixed(nn.Module):
    """A layer without weights that is told by a few numbers."""

    def __init__(self, *settings: object) -> None:
        super().__init__()
        self.settings = settings

    def extra_repr(self) -> str:
        return ", ".join(map(str, self.settings))


class Crop(Fixed):
    """Takes columns and rows off an N x C x H x W map: left, right, top, bottom."""

    def __init__(self, sides: tuple[int, int, int, int]) -> None:
        super().__init__(sides)
        self.sides = sides

    def forward(self, x: Tensor) -> Tensor:
        left, right, top, bottom = self.sides
        return x[:, :, top : x.shape[2] - bottom, left : x.shape[3] - right]


class CropLike(Fixed):
    """Crops a map to the size of another, from a row and a column on."""

    def __init__(self, top: int, left: int) -> None:
        super().__init__(top, left)
        self.top, self.left = top, left

    def forward(self, x: Tensor, like: Tensor) -> Tensor:
        return crop_like(x, like, self.top, self.left)


class MaxUnpool(nn.MaxUnpool2d):
    """Puts values where the maxima were, in a map as large as the one that was pooled."""

    def forward(self, x: Tensor, switches: Tensor, whole: Tensor) -> Tensor:  # type: ignore[override]
        return super().forward(x, switches, list(whole.shape[2:]))


class ChannelPad(Fixed):
    """Zeros around a map and after its channels: left, right, top, bottom, 0, channels."""

    def __init__(self, sides: tuple[int, ...]) -> None:
        super().__init__(sides)
        self.sides = sides

    def forward(self, x: Tensor) -> Tensor:
        return F.pad(x, self.sides)


class ChannelSlice(Fixed):
    """Takes the channels from `start` up to `stop`."""

    def __init__(self, start: int, stop: int) -> None:
        super().__init__(start, stop)
        self.start, self.stop = start, stop

    def forward(self, x: Tensor) -> Tensor:
        return x[:, self.start : self.stop]


class Subsample(Fixed):
    """Takes every so many rows and columns of an N x C x H x W map, from the first on."""

    def __init__(self, stride: int | tuple[int, int]) -> None:
        super().__init__(stride)
        self.rows, self.columns = stride if isinstance(stride, tuple) else (stride, stride)

    def forward(self, x: Tensor) -> Tensor:
        return x[:, :, :: self.rows, :: self.columns]


class Scale(Fixed):
    """Multiplies every value by a constant."""

    def __init__(self, factor: float) -> None:
        super().__init__(factor)
        self.factor = factor

    def forward(self, x: Tensor) -> Tensor:
        return x * self.factor


class WindowMean(Fixed):
    """Average pooling with dilated windows or unequal paddings, as `window_mean` states it."""

    def __init__(self, *settings: tuple[int, ...]) -> None:
        super().__init__(*settings)

    def forward(self, x: Tensor) -> Tensor:
        return window_mean(x, *self.settings)  # type: ignore[arg-type]


LAYERS = (Add, Mul, Concat, Crop, CropLike, MaxUnpool, ChannelPad, ChannelSlice, Subsample, Scale, WindowMean)
OWN = {layer.__name__: layer for layer in LAYERS}


def make(call: Call) -> nn.Module:
    """The layer that a call stands for, on the current device."""
    layer = OWN.get(call.name) or getattr(nn, call.name)
    return cast(nn.Module, layer(*call.arguments, **dict(call.keywords)))
