"""Crop to the size of another map."""

from typing import Any, ClassVar, Literal

from archspec.op import Amounts, Mismatch, Op, Shape
from archspec.op.form import plain
from archspec.op.taps import Both, Taps
from archspec.op.window import as_map, size


class CropLike(Op):
    """Crops a map to the size of another, as FCN and U-Net do: written `crop(like=LABEL)`.

    The offset follows from where both maps lie on the input; `crop(like=LABEL, offset=5)` says it.
    """

    form: ClassVar[str] = "croplike({offset})"
    arity: ClassVar[int | None] = 2
    sizing: ClassVar[int] = 1
    view: ClassVar[bool] = True
    kind: Literal["croplike"] = "croplike"
    offset: Amounts
    """Rows taken off the top and columns off the left."""

    def infer(self, shape: Shape, like: Shape) -> Shape:
        channels, height, width = as_map(shape, "crop")
        _, rows, columns = as_map(like, "crop(like=)")
        top, left = self.offset
        if top + rows > height or left + columns > width:
            found = f"{size(like[1:])} from row {top} and column {left} on, of {size(shape[1:])}"
            help = "a cropped map reaches as far as the other: pad more before it, or enlarge it more"
            raise Mismatch("E206", "the map is too small to be cropped so", found, help)
        return channels, rows, columns

    def __str__(self) -> str:
        return f"crop(offset={plain(self.offset)})"

    def taps(self, *inputs: Any) -> Both:
        top, left = self.offset
        return Taps(1, top), Taps(1, left)
