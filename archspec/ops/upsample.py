"""Upsampling by interpolation."""

from collections.abc import Sequence
from fractions import Fraction
from typing import ClassVar, Literal

from archspec.op import Op, Pair, Shape
from archspec.op.grid import Grid, Two
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
        channels, height, width = as_map(shape, self)
        return channels, height * self.factor[0], width * self.factor[1]

    def place(self, grids: Sequence[Grid | None], shapes: Sequence[Shape]) -> Grid | None:
        """Edge stays on edge; with `corners`, the first and the last position stay where they are, if they are two."""
        jumps: Two
        if self.mode == "corners" and 1 in shapes[0][1:]:
            return None
        if self.mode == "corners":
            rows, columns = (Fraction(s - 1, s * f - 1) for s, f in zip(shapes[0][1:], self.factor, strict=True))
            jumps, starts = (rows, columns), (Fraction(0), Fraction(0))
        else:
            jumps = Fraction(1, self.factor[0]), Fraction(1, self.factor[1])
            starts = (jumps[0] - 1) / 2, (jumps[1] - 1) / 2
        return grids[0] and grids[0].step(jumps, starts)
