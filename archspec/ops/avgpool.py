"""Average pooling."""

from typing import ClassVar, Literal

from archspec.op.pooling import Pooling


class AvgPool(Pooling):
    """Average pooling; `avgpool(global)` takes the mean of each whole map. Not padded unless asked."""

    form: ClassVar[str] = "avgpool{kernel}/{stride}"
    aliases: ClassVar[tuple[str, ...]] = ("avg-pool",)
    kind: Literal["avgpool"] = "avgpool"
    count_pad: bool = True
    """Whether padding counts in the mean (as in Caffe and PyTorch); rows that `ceil` adds never do."""

    def needs(self) -> Literal["input", "output"] | None:
        """A mean over the whole map passes the same to each place, whatever stands there."""
        return None if self.global_ else self.keeps
