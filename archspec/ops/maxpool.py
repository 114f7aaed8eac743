"""Maximum pooling."""

from collections.abc import Sequence
from math import prod
from typing import ClassVar, Literal

from archspec.op import Saved, Shape
from archspec.op.pooling import Pooling


class MaxPool(Pooling):
    """Maximum pooling: `maxpool` is 2x2, stride 2; `maxpool3/2` is 3x3, stride 2. Not padded unless asked."""

    form: ClassVar[str] = "maxpool{kernel}/{stride}"
    aliases: ClassVar[tuple[str, ...]] = ("max-pool",)
    kind: Literal["maxpool"] = "maxpool"

    @property
    def subsamples(self) -> bool:
        """Whether its windows hold one value each: there is nothing to compare, as on the shortcuts of option A."""
        return self.kernel == (1, 1) and not (self.global_ or self.ceil or any(self.pad))

    def needs(self) -> Literal["input", "output"] | None:
        return None if self.subsamples else self.keeps

    def saved(self, shape: Shape) -> Sequence[Saved]:
        """Where the maxima were."""
        return () if self.subsamples else [Saved(prod(self.infer(shape)), width=8)]
