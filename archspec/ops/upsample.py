"""Upsampling by interpolation."""

from typing import ClassVar, Literal

from archspec.op import Op, Pair, Shape
from archspec.op.window import as_map


class Upsample(Op):
    """Enlarges a map by a whole factor: `upsample2` repeats values, `upsample2(bilinear)` interpolates."""

    form: ClassVar[str] = "upsample{factor}({mode})"
    kind: Literal["upsample"] = "upsample"
    factor: Pair
    """How many times larger, height x width."""
    mode: Literal["nearest", "bilinear", "corners"] = "nearest"
    """`nearest` repeats each value; `bilinear` interpolates between pixel centres, edge to edge;
    `corners` does so with the corner pixels kept in place."""

    def infer(self, shape: Shape) -> Shape:
        channels, height, width = as_map(shape, f"`{self}`")
        return channels, height * self.factor[0], width * self.factor[1]
