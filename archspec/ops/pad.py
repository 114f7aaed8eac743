"""Padding with zeros."""

from typing import Any, ClassVar, Literal

from archspec.op import Amount, Op, Shape, Sides
from archspec.op.taps import Both, Taps
from archspec.op.window import as_map


class Pad(Op):
    """Puts zeros around a map, or after its channels (shortcut option A of He et al. 2016)."""

    form: ClassVar[str] = "pad({sides})"
    kind: Literal["pad"] = "pad"
    sides: Sides = (0, 0, 0, 0)
    """Rows and columns of zeros added."""
    channels: Amount = 0
    """Channels of zeros added after the last."""

    def infer(self, shape: Shape) -> Shape:
        channels, height, width = as_map(shape, self)
        top, bottom, left, right = self.sides
        return channels + self.channels, height + top + bottom, width + left + right

    def taps(self, *inputs: Any) -> Both:
        top, _, left, _ = self.sides
        return Taps(1, -top), Taps(1, -left)
