"""Crop."""

from collections.abc import Sequence
from typing import ClassVar, Literal

from archspec.op import Mismatch, Op, Shape, Sides
from archspec.op.grid import Grid
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

    def place(self, grids: Sequence[Grid | None], shapes: Sequence[Shape]) -> Grid | None:
        top, _, left, _ = self.sides
        return grids[0] and grids[0].shift(top, left)
