"""Multiplication."""

from typing import ClassVar, Literal

from archspec.op import Mismatch, Op, Shape
from archspec.op.window import show


class Mul(Op):
    """The product of values of one shape; a 1x1 map gates a larger one (squeeze-excite, Hu et al. 2018)."""

    form: ClassVar[str] = "mul"
    aliases: ClassVar[tuple[str, ...]] = ("multiply",)
    arity: ClassVar[int | None] = None
    kind: Literal["mul"] = "mul"

    def infer(self, *shapes: Shape) -> Shape:
        whole = max(shapes, key=lambda shape: shape[1:])
        for shape in shapes:
            if shape not in (whole, (whole[0], 1, 1)):
                raise Mismatch("E203", "cannot multiply values of different shapes", f"{show(whole)} and {show(shape)}")
        return whole
