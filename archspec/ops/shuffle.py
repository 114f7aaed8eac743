"""Channel shuffle."""

from typing import ClassVar, Literal

from archspec.op import Mismatch, Op, Positive, Shape
from archspec.op.convolution import divisors, listed
from archspec.op.window import as_map


class Shuffle(Op):
    """Interleaves the channels of its groups, so that grouped convolutions mix (Zhang et al. 2018)."""

    form: ClassVar[str] = "shuffle({groups})"
    kind: Literal["shuffle"] = "shuffle"
    groups: Positive
    """Groups that are interleaved."""

    def infer(self, shape: Shape) -> Shape:
        channels, height, width = as_map(shape, self)
        if channels % self.groups:
            raise Mismatch(
                "E205",
                "the groups do not divide the channels",
                f"{self.groups} groups, {channels} channels",
                f"{channels} channels divide into {listed(divisors(channels))} groups",
            )
        return channels, height, width
