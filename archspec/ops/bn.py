"""Batch normalization."""

from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar, Literal

from archspec.op import Op, Saved, Shape, Weight
from archspec.op.fields import Within


class BatchNorm(Op):
    """Batch normalization of each channel (Ioffe & Szegedy 2015): scale and shift are its parameters."""

    form: ClassVar[str] = "bn"
    aliases: ClassVar[tuple[str, ...]] = ("batchnorm", "batch-norm")
    keeps: ClassVar[Literal["input", "output"] | None] = "input"
    kind: Literal["bn"] = "bn"
    eps: Annotated[float, Within(gt=0)] = 1e-5
    """Added to the variance."""
    momentum: Annotated[float, Within(gt=0, le=1)] = 0.1
    """Share of the new batch in the running statistics."""
    frozen: bool = False
    """Whether training leaves scale and shift as they are."""

    def trains(self) -> bool:
        return not self.frozen

    def infer(self, shape: Shape) -> Shape:
        return shape

    def weights(self, shape: Shape) -> Mapping[str, Weight]:
        one = (shape[0],)
        return {
            "weight": Weight(one, fill=1.0),
            "bias": Weight(one, fill=0.0),
            "running_mean": Weight(one, fill=0.0, buffer=True),
            "running_var": Weight(one, fill=1.0, buffer=True),
        }

    def saved(self, shape: Shape) -> Sequence[Saved]:
        """The batch's mean and variance."""
        return [Saved(2 * shape[0], width=4, batched=False)]
