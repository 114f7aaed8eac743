"""Convolution."""

from typing import ClassVar, Literal

from archspec.op import Positive, Shape
from archspec.op.convolution import Convolution


class Conv(Convolution):
    """Convolution; `conv3-64` is 3x3 with 64 channels, stride 1 and the padding that keeps the size."""

    form: ClassVar[str] = "conv{kernel}-{channels}/{stride}"
    weight_layer: ClassVar[bool] = True
    kind: Literal["conv"] = "conv"
    channels: Positive
    """Output channels."""
    groups: Positive = 1
    """Groups of channels that do not see each other (AlexNet's two GPUs: 2)."""

    def widths(self, shape: Shape) -> tuple[int, int]:
        return self.channels, self.groups
