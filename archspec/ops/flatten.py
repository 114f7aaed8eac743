"""Flatten."""

from math import prod
from typing import ClassVar, Literal

from archspec.op import Op, Shape
from archspec.op.taps import WHOLE, Both


class Flatten(Op):
    """Turns a map into a vector, in the order channels, height, width."""

    form: ClassVar[str] = "flatten"
    view: ClassVar[bool] = True
    kind: Literal["flatten"] = "flatten"

    def infer(self, shape: Shape) -> Shape:
        return (prod(shape),)

    def taps(self, shape: Shape) -> Both:
        return WHOLE
