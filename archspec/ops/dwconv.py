"""Depthwise convolution."""

from typing import ClassVar, Literal

from archspec.op import Positive, Shape
from archspec.op.convolution import Convolution


class DepthwiseConv(Convolution):
    """Depthwise convolution: every channel has a filter of its own; channels and groups are the input's."""

    form: ClassVar[str] = "dwconv{kernel}/{stride}"
    aliases: ClassVar[tuple[str, ...]] = ("depthwise",)
    weight_layer: ClassVar[bool] = True
    kind: Literal["dwconv"] = "dwconv"
    multiplier: Positive = 1
    """Output channels for each input channel."""

    def widths(self, shape: Shape) -> tuple[int, int]:
        return shape[0] * self.multiplier, shape[0]
