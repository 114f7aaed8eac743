"""Upsampling by interpolation."""

from typing import ClassVar, Literal

from archspec.op import Op, Pair, Shape
from archspec.op.taps import Both, Taps
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

    def taps(self, shape: Shape) -> Both:
        rows, columns = (self.along(size, factor) for size, factor in zip(shape[1:], self.factor, strict=True))
        return rows, columns

    def along(self, size: int, factor: int) -> Taps | None:
        """The taps of one side: each value repeated, or those nearer than one position.

        Edge stays on edge; with `corners`, the first and the last position stay where they are, if they are two.
        """
        if self.mode == "nearest":
            return Taps(1, 1 - factor, factor, every=factor)
        if self.mode == "bilinear":
            return Taps(2, 2 - 3 * factor, 4 * factor - 1, every=2 * factor)
        last = size * factor - 1
        return Taps(size - 1, 1 - last, 2 * last - 1, every=last) if size > 1 else None
