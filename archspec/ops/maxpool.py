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

    def saved(self, shape: Shape) -> Sequence[Saved]:
        """Where the maxima were."""
        return [Saved(prod(self.infer(shape)), width=8)]
