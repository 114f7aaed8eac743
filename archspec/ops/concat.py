"""Concatenation."""

from typing import ClassVar, Literal

from archspec.op import Mismatch, Op, Shape
from archspec.op.window import show


class Concat(Op):
    """Joins values along their channels, in the order they are written."""

    form: ClassVar[str] = "concat"
    aliases: ClassVar[tuple[str, ...]] = ("cat",)
    arity: ClassVar[int | None] = None
    kind: Literal["concat"] = "concat"

    def infer(self, *shapes: Shape) -> Shape:
        first = shapes[0]
        for other in shapes[1:]:
            if other[1:] != first[1:] or len(other) != len(first):
                raise Mismatch("E204", "cannot concatenate maps of different sizes", f"{show(first)} and {show(other)}")
        return (sum(shape[0] for shape in shapes), *first[1:])
