"""Slice of the channels."""

from typing import ClassVar, Literal

from archspec.op import Amount, Mismatch, Op, Positive, Shape


class Slice(Op):
    """Takes channels: `slice(0, 58)` takes channels 0 to 57."""

    form: ClassVar[str] = "slice({start}, {stop})"
    view: ClassVar[bool] = True
    kind: Literal["slice"] = "slice"
    start: Amount
    """First channel taken, counted from 0."""
    stop: Positive
    """The channel after the last one taken."""

    def infer(self, shape: Shape) -> Shape:
        if not self.start < self.stop <= shape[0]:
            raise Mismatch(
                "E206",
                "the slice is not within the channels",
                f"channels {self.start} up to {self.stop} of {shape[0]}",
                f"slice takes a start below its stop, and a stop of at most {shape[0]}",
            )
        return (self.stop - self.start, *shape[1:])
