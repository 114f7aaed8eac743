"""Multiplication."""

from typing import ClassVar, Literal

from archspec.op import Op, Shape
from archspec.op.joining import different


class Mul(Op):
    """The product of values of one shape; a 1x1 map gates a larger one (squeeze-excite, Hu et al. 2018)."""

    form: ClassVar[str] = "mul"
    aliases: ClassVar[tuple[str, ...]] = ("multiply",)
    arity: ClassVar[int | None] = None
    keeps: ClassVar[Literal["input", "output"] | None] = "input"
    kind: Literal["mul"] = "mul"

    def infer(self, *shapes: Shape) -> Shape:
        whole = max(shapes, key=lambda shape: shape[1:])
        if any(shape not in (whole, (whole[0], 1, 1)) for shape in shapes):
            raise different("E203", "cannot multiply values of different shapes", shapes)
        return whole
