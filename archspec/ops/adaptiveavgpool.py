"""Adaptive average pooling."""

from typing import ClassVar, Literal

from archspec.op import Op, Pair, Shape
from archspec.op.taps import Both, Taps
from archspec.op.window import as_map


class AdaptiveAvgPool(Op):
    """Average pooling to a given size, whatever the input's; `adaptiveavgpool7` gives 7x7 maps.

    Row i averages input rows floor(i H / h) up to, not with, ceil((i + 1) H / h), as in PyTorch.
    """

    form: ClassVar[str] = "adaptiveavgpool{size}"
    aliases: ClassVar[tuple[str, ...]] = ("adaptive-avgpool",)
    keeps: ClassVar[Literal["input", "output"] | None] = "input"
    kind: Literal["adaptiveavgpool"] = "adaptiveavgpool"
    size: Pair
    """Height x width of the output."""

    def infer(self, shape: Shape) -> Shape:
        channels, _, _ = as_map(shape, self)
        return (channels, *self.size)

    def taps(self, shape: Shape) -> Both:
        """Equal windows where the sizes divide."""
        rows, columns = (
            Taps(side // wanted, 0, side // wanted) if wanted > 1 and side % wanted == 0 else None
            for side, wanted in zip(shape[1:], self.size, strict=True)
        )
        return rows, columns

    def needs(self) -> Literal["input", "output"] | None:
        """A mean over the whole map passes the same to each place, whatever stands there."""
        return None if self.size == (1, 1) else self.keeps
