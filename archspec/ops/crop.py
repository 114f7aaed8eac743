"""Crop."""

from typing import Any, ClassVar, Literal

from archspec.op import Mismatch, Op, Shape, Sides
from archspec.op.taps import Both, Taps
from archspec.op.window import as_map


class Crop(Op):
    """Takes rows and columns off a map: `crop(5)` takes 5 off each side."""

    form: ClassVar[str] = "crop({sides})"
    kind: Literal["crop"] = "crop"
    sides: Sides
    """Rows and columns taken off."""

    def infer(self, shape: Shape) -> Shape:
        channels, height, width = as_map(shape, self)
        top, bottom, left, right = self.sides
        if top + bottom >= height or left + right >= width:
            raise Mismatch("E206", "the crop leaves nothing of the map", f"`{self}` on a map of {height}x{width}")
        return channels, height - top - bottom, width - left - right

    def taps(self, *inputs: Any) -> Both:
        top, _, left, _ = self.sides
        return Taps(1, top), Taps(1, left)
